"""confirms_client: words that confirm in public that the author is a client, or quote the author's case."""

from responders.suggest.draft import Phrase, before, phrase
from responders.suggest.rules.grammar import ASKED, DENIED, IF, QUOTED, WHETHER

_PL_MESSAGE = "potwierdza publicznie, że autor jest klientem, lub mówi o jego sprawie: przenieś do rozmowy prywatnej"
_EN_MESSAGE = "confirms in public that the author is a client, or speaks of their case: move to a private channel"
_NOT_HERE = before(
    r"\b(?:nie|nie mozemy|nie odnosimy sie|ani|ani do|bez|not|cannot|never|nor|unable)\b(?: [^\s.!?,]+){0,7} ?"
)
_NO = (_NOT_HERE, DENIED, WHETHER, IF, QUOTED)
_MINE = r"(?:pan[ai]|panstwa|pansk\w+|twoj\w*|twoim|twego|wasz\w*|panu|panstwu)"
_THING = (
    r"(?:kont\w{1,3}|rachun\w+|umow\w*|kart\w+|kredy\w+|pozycz\w+|polis\w+|lokat\w+|przelew\w*|saldo|salda|"
    r"abonament\w*|numer\w*|faktur\w+|zamowieni\w+|"
    r"przesylk\w+|paczk\w+|wizyt\w*|badani\w*|badan|wynik\w*|leczeni\w+|terapi\w+|zabieg\w*|histori\w+|"
    r"dokumentacj\w+|kartotek\w+|recept\w*|skierowani\w+|"
    r"rezerwacj\w+|profil\w*|subskrypcj\w+|platnos\w+|wplat\w+|zadluzeni\w+|dlug\w*|taryf\w+|transakcj\w+|"
    r"zgloszeni\w+|reklamacj\w+|dan\w{1,3}|pacjent\w*|polaczen\w*|internet\w*)"
)
_STATE = (
    r"(?:jest|sa|zostal\w*|wygas\w+|wygasl\w*|byl\w*|odbyl\w*|wplynel\w*|wykazuj\w+|obejmuj\w+|obowiazuj\w+|"
    r"konczy|widnie\w+|ma status|trafil\w*|wyszl\w*|figuruj\w+|"
    r"zablokow\w+|aktywn\w+|zaksiegow\w+|odrzucon\w+|anulowan\w+|zawiera\w*|wynosi\w*|opiewa|zostan\w+|czeka\w*|"
    r"oczekuj\w+|dotyczyl\w*|podpisan\w+|przedluzon\w+|nie zostal\w*|"
    r"nadan\w+|wyslan\w+|dostarczon\w+|gotow\w+)"
)
_LOOK = (
    r"(?:sprawdzil\w+|zweryfikowal\w+|przejrzel\w+|widz[ei]\w*|widac|przeanalizowal\w+|odnalez\w+|odnalazl\w+|"
    r"znalezl\w+|znalazl\w+|zajrz\w+|zerknel\w+|ustalil\w+|potwierdzam\w*|odnotowal\w+|mamy)"
)

_CASE = (
    r"(?:kont[oau]|rachun\w+|umow\w*|kart[aey]|kredyt\w*|pozyczk\w+|polis\w+|lokat\w+|przelew\w*|abonament\w*|"
    r"faktur\w+|zamowieni\w+|przesylk\w+|paczk\w+|wizyt\w*|"
    r"wynik\w*|leczeni\w+|zabieg\w*|recept\w*|rezerwacj\w+|platnosc\w*|wplat\w+|zadluzeni\w+|internet|swiatlowod\w*)"
)
_SERVICE = (
    r"(?:uslug\w*|taryf\w*|pakiet\w*|plan\w{0,2}|kredyt\w*|pozyczk\w*|kont[oa]|rachun\w+|umow\w+|abonament\w*|"
    r"ubezpieczeni\w+|polis\w+|lokat\w+|kart[aey]|wniosek|wniosku|faktur\w*|"
    r"zaleglosc\w*|zadluzeni\w+|rat\w{1,2}|numer\w{0,2}|swiatlowod\w*|internet\w*|na (?:nadcisnieni|cukrzyc|"
    r"tarczyc|depresj|serc|kregoslup|astm|alergi)\w*)"
)
_PL = (
    phrase(
        rf"\b(?:ma|maja|posiada\w*|korzysta\w*|placi|splaca|leczy\w* sie|podpisal\w*|zlozyl\w*|wykupil\w*|"
        rf"zalozyl\w*|zawarl\w*|aktywowal\w*) (?:sie )?(?:pan|pani|panstwo)\b(?: [^\s.!?,]+){{0,3}}? {_SERVICE}\b",
        _PL_MESSAGE,
        *_NO,
        ASKED,
        before(r"\b(?:ktor\w+|co|gdzie|kiedy|co do) (?:\w+ )?"),
    ),
    phrase(
        r"\bna (?:pan[ai]|panstwa) (?:\w+ )?(?:wniosek|prosbe|zlecenie|zadanie|polecenie|konto|rachunek)\b",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        rf"\b{_MINE} (?:\w+ )?(?:wniosek|podanie|roszczenie|kandydatura|skierowanie|polisa)(?: \w+)? (?:zostal\w*|"
        rf"jest|byl\w*|odrzuc\w+|rozpatrz\w+|zaakcept\w+)",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\b(?:pamietamy|pamietam) (?:pan[ai]|panstwa) (?:wizyt|pobyt|zabieg|zamowieni|rozmow)\w+|\bleczy\w* sie "
        r"(?:pan|pani|panstwo)\b|\bjako (?:nasz\w+ )?(?:stal\w+ |wielolet\w+ )?(?:klientk?[aeioy]\w*|"
        r"pacjentk?\w*) (?:otrzyma|dosta|ma|wie|zna)\w*",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        rf"\b{_MINE} (?:\w+ )?{_CASE}(?: [^\s.!?,]+){{0,3}}? (?:jest|sa|\w{{2,}}(?:al|ela|ala|alo|aly|il|ila|ilo|"
        rf"ily|yl|yla|ylo|yly|elismy|alismy|ilismy|ylismy)|"
        r"zostal\w*|konczy|wynosi|wygasa|obejmuje|trwa|opiewa)\b",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\b(?:wedlug|zgodnie z|na podstawie) (?:nasz\w+|pan[ai]|panstwa|pansk\w+) (?:\w+ )?(?:dan\w+|umow\w+|"
        r"zapis\w+|system\w*|ewidencj\w+|rejestr\w*|histori\w+|dokumentacj\w+|zamowieni\w+)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:widze|widzimy|wiemy|potwierdzam\w*|potwierdzamy),? ze (?:\w+ )?(?:korzysta\w*|ma|maja|posiada\w*|"
        r"jest|sa|placi|zawarl\w*|podpisal\w*|zamowil\w*|kupil\w*|byl\w*|zalogowal\w*|splaca) "
        r"(?:pan|pani|panstwo)\b(?! (?:zdenerwowan|niezadowolon|rozczarowan|zaniepokojon|rozgoryczon|zawiedzion|"
        r"prawo|racj))",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:wybral\w*|zaufal\w*|dolaczyl\w*) (?:pan|pani|panstwo) (?:\w+ )?(?:nasz\w*|nam|do nas)\b|"
        r"\brozmawial\w+ z (?:panem|pania|panstwem)\b|\bw (?:pan[ai]|panstwa) (?:histori\w+|kartotec\w+|"
        r"dokumentacj\w+|umow\w+)\b",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\b(?:jest|sa|byl\w*|bedac) (?:pan|pani|panstwo) (?:\w+ ){0,3}?(?:nasz\w+ )?(?:klient\w+|pacjent\w+|"
        r"abonent\w+|kredytobiorc\w+|uzytkowni\w+|posiadacz\w+|kupujac\w+)",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\b(?:pan|pani|panstwo|ty|jestes|jest|sa) (?:\w+ ){0,3}?(?:nasz(?:ym|a|ymi|ej|ego)?|u nas) (?:\w+ "
        r")?(?:klient\w*|pacjent\w*|abonent\w*)",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\b(?:jako|skoro jest pan\w*|skoro sa panstwo) (?:nasz\w* )(?:\w+ )?(?:wielolet\w+ |stal\w+ |lojaln\w+ "
        r")?(?:klient\w*|pacjent\w*|abonent\w*)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\bjako (?:\w+ )?(?:klient(?:ka|owi|ce|em)?|pacjent(?:ka|ce|owi)?|abonent(?:ka|ce|owi)?) (?:naszego|"
        r"naszej|naszych|nasz\w*)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:dziekujemy|cieszymy sie|doceniamy)[^.!?]{0,40} (?:jest|sa|pozostaje|korzysta\w*|byl\w*)? ?(?:pan|"
        r"pani|panstwo)? ?(?:z nami|nasz\w+ klient\w*) od\b",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:jest|sa) (?:pan|pani|panstwo) (?:\w+ )?(?:z nami|u nas) (?:\w+ )?(?:od|juz)\b|\b(?:ma|maja|"
        r"posiada\w*|zawarl\w*|podpisal\w*|otworzyl\w*|zalozyl\w*|wykupil\w*) (?:pan|pani|panstwo) (?:u nas|w "
        r"naszy\w+|w naszej|z nami|nasz\w+)",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(rf"\b{_LOOK}(?: \w+){{0,2}}? {_MINE} (?:\w+ )?{_THING}", _PL_MESSAGE, *_NO, ASKED),
    phrase(rf"\b{_LOOK}(?:,)?(?: \S+){{0,5}}? (?:na|w|u|do|z|po) {_MINE} (?:\w+ )?{_THING}", _PL_MESSAGE, *_NO, ASKED),
    phrase(
        r"\b(?:w (?:naszym )?systemie|w naszej bazie|w naszych (?:danych|systemach|zapisach|rejestrach)|z naszych "
        r"(?:danych|zapisow|systemow|rejestrow|informacji)|z (?:naszego )?systemu|w (?:historii|kartotece|"
        r"dokumentacji)) (?:\w+ ){0,3}?"
        r"(?:widz\w+|widac|wynika|widniej\w+|odnalez\w+|znalezl\w+|jest|mamy|figuruj\w+|zapisan\w+|odnotowan\w+|"
        r"pan[ai]?|panstw\w+|pansk\w+)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:widz[ei]\w*|widac|mamy|odnalezlismy|znalezlismy|znalazlam|znalazlem|odnotowalismy)[^.!?]{0,60} "
        r"(?:w (?:naszym )?systemie|w (?:naszej )?bazie|w (?:naszej )?kartotece)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        rf"\b{_MINE} (?:\w+ )?{_THING}(?: (?:nr|numer|o numerze|z dnia|z|w|na|u nas|bankow\w+|osobist\w+|"
        rf"kredytow\w+|u lekarza|wizyt\w*|krwi)(?: \S+){{0,3}}?)? {_STATE}\b",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        rf"\bna {_MINE} (?:\w+ )?(?:koncie|rachunku|profilu|karcie|umowie|polisie) ",
        _PL_MESSAGE,
        *_NO,
        ASKED,
        before(r"\b(?:kontakt|zalogow\w+|logow\w+|prosimy|prosze|mozna|moze pan\w*|moga panstwo)\b[^.!?]*"),
    ),
    phrase(
        rf"\b(?:z|w) {_MINE} (?:\w+ )?(?:historii|umowy|umowie|kartoteki|kartotece|dokumentacji|wynikow|wynikach|"
        rf"rachunku|rachunkow|konta) (?:\w+ )?(?:wynika|widac|widzimy|widnieje|jest|zapisan\w+|pobran\w+)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:zalega|zalegaja|nie oplacil\w*|nie zaplacil\w*|splaca|splacaja|leczyl\w* sie|zrezygnowal\w*|"
        r"przekroczyl\w*|zalogowal\w* sie|wyplacil\w*|przelal\w*|zlozyl\w*|zamowil\w*|kupil\w*|odebral\w*|byl\w*) "
        r"(?:pan|pani|panstwo) (?:\w+ ){0,3}?"
        r"(?:u nas|w naszy\w+|w naszej|nasz\w+|z rata|z platnoscia|z oplata|faktur\w*|rat\w*|kredyt\w*|wizyt\w+|"
        r"zamowienie (?:w dniu|\d)|limit\w*|\d)",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\b(?:pan[ai]?|panstwa|panstwo) (?:\w+ )?(?:zalega\w*|nie oplacil\w*|nie zaplacil\w*|leczyl\w* sie|"
        r"korzysta\w* z naszych uslug|ma\w* (?:u nas|w naszym)|posiada\w* (?:u nas|w naszym)|byl\w* u nas|"
        r"zawarl\w* z nami|podpisal\w* z nami|zlozyl\w* u nas)",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\b(?:podczas|w trakcie|po) (?:\w+ )?(?:pan[ai]|panstwa|pansk\w+) (?:\w+ )?(?:wizyt\w+|badani\w+|"
        r"pobyt\w*|zabieg\w*|leczeni\w+|hospitalizacj\w+|konsultacj\w+|operacj\w+)",
        _PL_MESSAGE,
        *_NO,
        ASKED,
    ),
)
_RECORD = (
    r"(?:account|order|contract|card|loan|policy|balance|transfer|payment|invoice|subscription|appointment|"
    r"results?|visit|treatment|prescription|parcel|shipment|booking|records?|profile|history|claim|medical \w+|"
    r"line|number)"
)
_EN = (
    phrase(
        r"\byour (?:\w+ )?application (?:for \w+ |for a \w+ )?(?:was|is|has)\b|\byou(?: are|'re) (?:currently "
        r")?on (?:our|the) (?:\w+ )?(?:\w+ )?(?:plan|tariff|package|contract)\b|\byou (?:use|have|hold|own) "
        r"(?:our|an? \w+ (?:account|loan|card|plan|contract)) ?\w*",
        _EN_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\byour (?:\w+ )?(?:loan|account|contract|card|policy|order|balance|appointment|subscription|"
        r"prescription|booking|parcel|test results?|transfer|payment|instal\w+|invoice) "
        r"(?:is|are|was|were|has|had|ended|expired|expires|ends|did)\b(?! (?:safe|welcome|important))",
        _EN_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\byou (?:have|'ve) been (?:\w+ )?(?:with us|with our|a customer|a client|a patient|our)\b|\bconfirm "
        r"(?:that )?you (?:hold|have|are|own)\b|\baccording to (?:our|your) (?:records?|contract|file|account|"
        r"data)",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:as|since you are|because you are|you are|you're|you have been|being) (?:\w+ )?(?:an? |our )?(?:\w+ "
        r")?(?:our |existing |loyal |valued |long[- ]standing )+(?:\w+ )?(?:customer|client|patient|subscriber|"
        r"account holder)",
        _EN_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\b(?:as a|you are a|you're a|you have been a) (?:\w+ )?(?:customer|client|patient|subscriber) of "
        r"(?:ours|our)",
        _EN_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        rf"\b(?:we|i) (?:\w+ )?(?:checked|reviewed|looked (?:at|into|up)|can see|see|found|verified|opened|pulled "
        rf"up|confirm|have)(?: that| in| from| on| at)? your (?:\w+ )?{_RECORD}",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:our (?:records?|systems?|database|files|data)) (?:\w+ )?(?:shows?|indicates?|says?|confirms?|"
        r"tells?|contain\w*)|\baccording to our (?:records?|systems?|database|data|files)|\b(?:see|found|shows?) "
        r"(?:\S+ ){0,6}?in our (?:system|records?|database)",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        rf"\byour (?:\w+ )?{_RECORD} (?:\S+ ){{0,2}}?(?:is|was|has|had|shows?|expired|expires|includes?|ends|ended|"
        rf"contains?|did|does|were|are) ?(?:\w+ )?(?:blocked|closed|active|overdue|cancelled|canceled|sent|shipped|"
        rf"delivered|declined|rejected|been|frozen|suspended|ready|with us|expired|negative|positive|that|an?|in|"
        rf"on|the|not|open|empty|processed|locked|booked|signed|from)\b",
        _EN_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\b(?:on|in|from) your (?:\w+ )?(?:account|records?|contract|history|profile|file|policy|statement),? "
        r"(?:we |there |it |is |shows|\d|i )",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\byou (?:\w+ )?(?:have|hold|opened|signed|took out|owe|missed|bought|ordered|booked|visited|missed)(?: "
        r"\S+){0,3} (?:with us|from us|at our (?:bank|clinic|branch)|a payment|an instal\w+|our clinic)",
        _EN_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\b(?:during|after|at) your (?:\w+ )?(?:visit|appointment|treatment|stay|surgery|consultation) (?:on|"
        r"with|at|in|last|our|to)",
        _EN_MESSAGE,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\bthank you for (?:being|having been|your years as) (?:\w+ )?(?:our|a|an)? ?(?:\w+ )?(?:customer|client|"
        r"patient|with us)",
        _EN_MESSAGE,
        *_NO,
    ),
)

CONFIRMATIONS: tuple[Phrase, ...] = (*_PL, *_EN)
