"""blames_customer: fault, stupidity or bad faith put on the author."""

from responders.suggest.draft import Phrase, before, phrase
from responders.suggest.rules.grammar import ASKED, DENIED, IF, NEGATED, QUOTED, WHETHER, YOU

_PL_MESSAGE = "obwinia lub poucza klienta: opisz, co można zrobić, bez ocen"
_EN_MESSAGE = "blames or lectures the customer: say what can be done, judge nobody"
_NO = (
    QUOTED,
    before(r"\b(?:nie jest|to nie|nie byla|nie twierdzimy,? ze to|not|isn't|wasn't|nobody says it is) (?:\w+ ){0,2}?"),
    DENIED,
)
_WRONG = (
    r"(?:wina|win[ey]|blad|bledu|bledem|zaniedbani\w+|niedopatrzeni\w+|nieuwag\w+|niewiedz\w+|ignorancj\w+|"
    r"roztargnieni\w+|niedbal\w+|lekkomysln\w+|naiwn\w+|nieumiejetn\w+|niezrozumieni\w+|fantazj\w+|wymysl\w*|"
    r"pomylk\w+)"
)
_BADLY = (
    r"(?:zle|niewlasciwie|nieprawidlowo|blednie|nieuwaznie|niedokladnie|nieumiejetnie|niezgodnie|niestarannie|"
    r"nieodpowiednio|bezmyslnie|lekkomyslnie|pochopnie)"
)

_PL = (
    # "Pan nie dotrzymał terminu": what the customer failed to do, except what was not given to them
    phrase(
        r"\b(?:pan|pani|panstwo) (?:\w+ )?nie (?!(?:otrzyma|dosta|uzyska|doczeka|mial|mogl|by[lć]|znalaz|dozna|"
        r"wiedzia|zdazyl|udal|powin|chcia)\w*)\w{3,}(?:al|ala|ali|il|ila|ili|yl|yla|yli|el|ela|eli|sl|sla|sli)\b",
        _PL_MESSAGE,
        QUOTED,
        IF,
        WHETHER,
        ASKED,
    ),
    phrase(
        r"\bnie (?!(?:otrzyma|dosta|uzyska|doczeka|mial|mogl|by[lć]|znalaz|dozna|wiedzia|zdazyl|udal|powin|"
        r"chcia)\w*)\w{3,}(?:al|ala|ali|il|ila|ili|yl|yla|yli|el|ela|eli|sl|sla|sli) (?:pan|pani|panstwo)\b",
        _PL_MESSAGE,
        QUOTED,
        IF,
        WHETHER,
        ASKED,
    ),
    phrase(
        r"\b(?:zbagatelizowal|zignorowal|zlekcewazyl|zaniedbal|zawinil|sklamal|przegapil|zapomnial|przeoczyl|"
        r"pomylil|namieszal|przesadzil|uparl)\w* (?:sie )?(?:pan|pani|panstwo)\b|"
        r"\b(?:pan|pani|panstwo) (?:\w+ )?(?:zbagatelizowal|zignorowal|zlekcewazyl|zaniedbal|zawinil|sklamal|"
        r"przegapil|zapomnial|przeoczyl|pomylil|namieszal|przesadzil|uparl)\w*",
        _PL_MESSAGE,
        QUOTED,
        IF,
        WHETHER,
        ASKED,
    ),
    phrase(
        r"\b(?:nieodpowiedzialn|absurdaln|niepowazn|roszczeniow|smieszn|zenujac|histery|glupot|bzdur|bredni|"
        r"brednie|gapiostw|pieniactw|fanaberi|krzykacz|hejter|niechluj|lenistw|leniw|glupi|bezmysln|niedorzeczn|"
        r"wyssan|klamstw|klamliw|klamc|naciaga|nierozsadn|lekkomysln|awantur)\w*",
        _PL_MESSAGE,
        *_NO,
        NEGATED,
    ),
    phrase(
        r"\bwystarczylo \w+c\b|\b(?:z|przez) (?:pan[ai]|panstwa) (?:\w+ )?(?:upor\w*|wine|gapiostwo|nieuwag\w+|"
        r"opieszalosc|roztargnieni\w+)|\bpan[ai] (?:upor|opieszalosc|gapiostwo|roztargnienie|niecierpliwosc)",
        _PL_MESSAGE,
        QUOTED,
    ),
    phrase(
        r"\bmogl\w* ?(?:pan|pani|panstwo|go|to|ja|sie)? ?(?:pan|pani|panstwo|go|to|ja|sie)? ?(?:\w+ "
        r")?(?:przeczyta\w*|odebra\w*|zadzwoni\w*|sprawdzi\w*|zapyta\w*|uwaza\w*|pomysle\w*|zglosi\w*|"
        r"przewidzie\w*|poczeka\w*)",
        _PL_MESSAGE,
        QUOTED,
        before(r"\b(?:aby|zeby|by|czy|gdyby) (?:\w+ ){0,3}?"),
    ),
    phrase(
        r"\b(?:podal\w*|wpisal\w*|wybral\w*|wskazal\w*|ustawil\w*|wprowadzil\w*) (?:pan |pani |panstwo )?(?:\w+ "
        r")?(?:bledn\w+|zly|zla|zle|nieprawidlow\w+|niewlasciw\w+|niepeln\w+) \w+",
        _PL_MESSAGE,
        QUOTED,
        IF,
        WHETHER,
    ),
    phrase(
        r"\b(?:jakby|gdyby|jesliby) (?:sie )?(?:pan|pani|panstwo)\b[^.!?]{0,40}(?:czyta|sprawdza|uwaza|slucha|"
        r"przeczyta|sprawdzi|zapozna|pomysl)\w*",
        _PL_MESSAGE,
        QUOTED,
    ),
    phrase(
        r"\b(?:trudno (?:\w+ )?winic nas|nie robic z siebie|nie robic scen|nikt (?:pan\w+|panstwa|nikogo|cie) nie "
        r"zmusz\w+|nie nasza wina|to nie nasz problem|nie (?:umie|potrafi)\w* (?:pan|pani|panstwo)|trzeba (?:bylo "
        r")?(?:myslec|uwazac|czytac)|"
        r"z wlasnej (?:winy|woli|glupoty)|na wlasna prosbe|prosze (?:sie uspokoic|przestac|nie klamac|nie "
        r"przesadzac)|bez (?:histerii|nerwow)|(?:pan|pani|panstwo) chyba nie)",
        _PL_MESSAGE,
        QUOTED,
    ),
    phrase(
        rf"\b(?:pan[ai]|panstwa|pansk\w+|twoj\w*|wasz\w*|wylacznie|klient\w*) (?:\w+ ){{0,2}}?{_WRONG}\b",
        _PL_MESSAGE,
        *_NO,
        NEGATED,
        before(r"\b(?:rozwiaz\w+|wyjasni\w*|opis\w*|omowi\w*|o|dotycz\w*|zrozumi\w+|przykro|zglos\w+) "),
        before(r"\bczy [^.]*"),
        IF,
    ),
    phrase(
        r"\bto (?:juz |tylko |wylacznie )?(?:pana|pani|panstwa|twoj|wasz) (?:\w+ )?(?:problem|sprawa)\b",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:z|po|przez) (?:pan[ai]|panstwa|pansk\w+|twoj\w*|wasz\w*) (?:\w+ )?(?:win\w|stron\w+|"
        r"niedopatrzeni\w+|nieuwag\w+|bledu)\b(?: (?:lezy|jest|byl|doszlo))?",
        _PL_MESSAGE,
        *_NO,
        IF,
        WHETHER,
        before(r"\b(?:informacj\w+|wiadomos\w+|kontakt\w*|zgod\w+|sygnal\w*|odpowiedz\w*) "),
    ),
    phrase(
        r"\b(?:wina|blad|problem|przyczyna) (?:\w+ ){0,2}?(?:lezy|lezal\w*|jest|byl\w*|stoi) (?:\w+ )?po "
        r"(?:pan[ai]|panstwa|pansk\w+|twojej|waszej|stronie klienta)",
        _PL_MESSAGE,
        *_NO,
        IF,
        WHETHER,
    ),
    phrase(
        rf"\bsam\w* (?:pan|pani|panstwo|sobie|jestes|{YOU})? ?(?:\w+ )?(?:sobie )?(?:win\w+|zawini\w+|zgotowa\w+|"
        rf"doprowadzi\w+|spowodowa\w+|uszkodzi\w+|zepsu\w+|podal\w*|wybra\w+|zgodzi\w+|chcia\w+|podpisa\w+|kliknal|"
        rf"kliknela)",
        _PL_MESSAGE,
        *_NO,
        IF,
        WHETHER,
    ),
    phrase(
        r"\b(?:pretensje|zal|zale|zazalenia) (?:\w+ ){0,3}?(?:do siebie|tylko do siebie)|\bmoze miec (?:pan|pani) "
        r"(?:pretensje|zal) (?:\w+ )?do siebie",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:trzeba|nalezalo|wystarczylo|mozna) (?:bylo|by) (?:\w+ ){0,3}?(?:przeczyta\w*|czyta\w*|sprawdz\w+|"
        r"uwaza\w*|mysle\w*|pomysle\w*|zapozna\w*|zadzwoni\w*|zglos\w+|dopilnowa\w*|pilnowa\w*|zapyta\w*|kupic|"
        r"odebra\w*|zaplaci\w*|oddac|wczytac|spojrze\w*)",
        _PL_MESSAGE,
        QUOTED,
    ),
    phrase(
        r"\b(?:wystarczylo|nalezalo) (?:\w+ ){0,3}?(?:przeczyta\w*|czyta\w*|sprawdz\w+|uwaza\w*|mysle\w*|"
        r"zapozna\w*|zadzwoni\w*|pilnowa\w*|zapyta\w*)",
        _PL_MESSAGE,
        QUOTED,
    ),
    phrase(
        r"\bgdyby(?:s|scie)? (?:\w+ )?(?:pan|pani|panstwo|ty)? ?(?:\w+ ){0,3}?(?:przeczyta\w*|sprawdzi\w*|"
        r"uwaza\w*|zapozna\w*|zadzwoni\w*|zglosi\w*|sluchal\w*|czytal\w*|dopilnowa\w*|poslucha\w*|zaplaci\w*|"
        r"pomyslal\w*|postapil\w*|zastosowal\w*)",
        _PL_MESSAGE,
        QUOTED,
    ),
    phrase(
        r"\b(?:prosze|prosimy|radze|radzimy|proponuje|polecam|polecamy|sugeruj\w+|warto) (?:\w+ ){0,4}?(?:czytac "
        r"ze zrozumieniem|uwazniej czytac|czytac uwazniej|nauczyc sie|poduczyc|ochlonac|sie ogarnac|nie "
        r"histeryzowac|"
        r"nie przesadzac|nie klamac|nie zmyslac|nie wprowadzac (?:\w+ )?w blad|przestac|nie siac|najpierw (?:\w+ "
        r")?(?:przeczytac|pomyslec|sprawdzic)|na drugi raz|nastepnym razem)",
        _PL_MESSAGE,
        QUOTED,
    ),
    phrase(
        r"\b(?:nastepnym|na przyszlosc|na drugi|drugim) ?(?:razem|raz)?,? (?:prosze|prosimy|niech|radz\w+|warto|"
        r"nalezy|trzeba) (?:\w+ ){0,4}?(?:czyta\w+|uwaza\w+|sprawdz\w+|mysle\w+|dokladni\w+|uwazni\w+|ostrozni\w+|"
        r"zwracac|pilnowa\w+|pamieta\w+|zapozna\w+|przeczyta\w+)",
        _PL_MESSAGE,
        QUOTED,
    ),
    phrase(
        rf"\b{_BADLY} (?:\w+ )?(?:pan|pani|panstwo|przez (?:pana|pania|panstwa|uzytkownika|klienta)|uzytkowal\w*|"
        rf"uzywa\w*|obchodz\w+|zrozumia\w+|przeczyta\w+|wpisa\w+|poda\w+|zainstalowa\w+|wypelni\w+|odczyta\w+|"
        rf"zmierzyl\w*|ustawil\w*)",
        _PL_MESSAGE,
        *_NO,
        IF,
        WHETHER,
        before(r"\b(?:nasz\w*|u nas|zostal\w*) (?:\w+ )?"),
    ),
    phrase(
        rf"\b(?:pan|pani|panstwo) (?:\w+ )?(?:{_BADLY}|nie przeczytal\w*|nie doczytal\w*|nie zrozumial\w*|nie "
        rf"sprawdzil\w*|nie dopilnowal\w*|nie zapoznal\w*|nie potrafi\w*|nie umie\w*|nie uwazal\w*|zapomnial\w*|"
        rf"zaniedbal\w*|zawinil\w*|przesadza\w*|klamie|klamiecie|zmysla\w*|histeryzuj\w*|mija sie|manipuluj\w*|"
        rf"wprowadza)",
        _PL_MESSAGE,
        *_NO,
        IF,
        WHETHER,
    ),
    phrase(
        r"\b(?:nie przeczytal\w*|nie doczytal\w*|nie zrozumial\w*|nie zapoznal\w* sie|nie dopilnowal\w*|nie "
        r"raczyl\w*|przesadza|klamie|zmysla|histeryzuje|mija sie|mijaja sie|nie potrafi|zignorowal\w*|"
        r"zlekcewazyl\w*|zaniedbal\w*) (?:pan\b|pani\b|panstwo\b|z prawda)",
        _PL_MESSAGE,
        *_NO,
        IF,
        WHETHER,
    ),
    phrase(
        r"\b(?:nikt (?:inny|poza panem|poza pania|oprocz pan\w+)|inni (?:klienci|uzytkownicy) (?:\w+ "
        r"){0,2}?(?:jakos|nie maja|nie narzekaj\w*|sobie radza|potrafia)|(?:tylko|jedynie) (?:pan|pani|panstwo) "
        r"(?:ma\w*|sie|narzeka\w*|widzi))",
        _PL_MESSAGE,
        QUOTED,
    ),
    phrase(
        r"\b(?:niewiedza nie (?:zwalnia|usprawiedliwia)|nieznajomosc (?:\w+ )?(?:regulaminu|prawa|umowy|zasad)|"
        r"widzialy galy|czyta sie (?:umowy|regulamin)|to (?:sa )?(?:bzdury|brednie|klamstw\w+|pomowieni\w+|"
        r"oszczerstw\w+)|"
        r"(?:pana|pani|panstwa|twoje|te) (?:\w+ )?(?:oskarzenia|zarzuty|pretensje|slowa|brednie|wymysly|klamstwa|"
        r"zarzut) (?:sa|jest|to) (?:\w+ )?(?:\w*(?:bezpodstaw|klams|smiesz|zmysl|absurd|wyssan|niepowaz|nieprawd|"
        r"bzdur|bredni|zenuj|histery)\w*))",
        _PL_MESSAGE,
        QUOTED,
    ),
    phrase(
        r"\b(?:trudno nam pomoc komus|skoro (?:nie umie|nie potrafi|ktos nie|pan nie|pani nie|panstwo nie)|kto "
        r"nie czyta|wina uzytkownika|blad uzytkownika|uszkodzenie z winy|nieumiejetn\w+ (?:uzytkowani\w+|"
        r"obslug\w+)|"
        r"nieprawidlow\w+ uzytkowani\w+|niewlasciw\w+ uzytkowani\w+|na wlasne zyczenie|ze zrozumieniem)",
        _PL_MESSAGE,
        QUOTED,
        IF,
        WHETHER,
    ),
    phrase(
        r"\b(?:jest|sa|jestes) (?:pan|pani|panstwo)? ?(?:\w+ )?(?:niepowazn\w+|smieszn\w+|roszczeniow\w+|naiwn\w+|"
        r"bezczeln\w+|nieuwazn\w+|glup\w+|sam\w* (?:sobie )?win\w+|trollem|hejter\w+|awanturni\w+|"
        r"przewrazliwion\w+|agresywn\w+)",
        _PL_MESSAGE,
        *_NO,
    ),
)
_EN = (
    phrase(
        r"\byou (?:were|are|have been) (?:\w+ )?(?:careless|negligent|irresponsible|naive|unreasonable|rude|"
        r"dishonest|lazy|ignorant|stupid|impatient|ridiculous)\b|\ball you had to do\b|\byou only had to\b|\byour "
        r"(?:claims?|accusations?|demands?) (?:is|are) (?:\w+ )?(?:absurd|ridiculous|false|baseless|nonsense|"
        r"lies)|\b(?:nonsense|ridiculous)\b",
        _EN_MESSAGE,
        QUOTED,
        IF,
    ),
    phrase(
        r"\b(?:problem|fault|issue|error|mistake) (?:is|was|lies) (?:\w+ )?(?:on|with|at) (?:your (?:side|end|"
        r"part)|you)\b|\b(?:for|because of|due to) your (?:own )?(?:mistake|error|carelessness|negligence)|\byou "
        r"entered (?:the|a|an) (?:wrong|incorrect)|"
        r"\b(?:should|could|need to) (?:\w+ )?(?:learn|be more careful|pay (?:more )?attention)|\byou could "
        r"(?:simply |easily |just )?have\b|\bstop (?:exaggerat|lying|complain|whin|being)\w*|\bdon't blame us|"
        r"\bnobody forced you|\bno one forced you",
        _EN_MESSAGE,
        QUOTED,
        IF,
    ),
    phrase(
        r"\b(?:it is|it's|this is|that's|this was|it was|entirely|that is|clearly|simply) (?!not)(?:\w+ ){0,2}?(?:your|"
        r"the customer's|the user's) (?:own )?(?:\w+ )?(?:fault|mistake|error|problem|carelessness|negligence|"
        r"responsibility)",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\byour own (?:\w+ )?(?:fault|mistake|carelessness|negligence|doing|choice|error|ignorance|stupidity)",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\byou (?:\w+ )?(?:should(?:'ve| have)|could(?:'ve| have)|ought to have|must have|needed to|had to) "
        r"(?:\w+ )?(?:read|check|checked|listened|been|known|paid|called|asked|followed|thought|looked|taken|"
        r"noticed|done|misread|broken|misused|ignored)",
        _EN_MESSAGE,
        QUOTED,
    ),
    phrase(
        r"\bif you had (?:\w+ )?(?:read|bothered|checked|listened|paid|called|asked|followed|thought|been)|\bhad "
        r"you (?:\w+ )?(?:read|checked|bothered|followed)",
        _EN_MESSAGE,
        QUOTED,
    ),
    phrase(
        r"\byou (?:\w+ )?(?:failed to|did not (?:bother|read|follow|pay attention|check|understand)|didn't "
        r"(?:bother|read|follow|pay attention|check|understand)|misused|misread|misunderstood|ignored|neglected|"
        r"broke it|forgot to|only have yourself|have only yourself|brought this)",
        _EN_MESSAGE,
        QUOTED,
        IF,
        WHETHER,
    ),
    phrase(
        r"\b(?:user error|blame (?:only )?yourself|yourself to blame|you are (?:\w+ )?(?:lying|exaggerating|"
        r"overreacting|wrong|rude|confused|being (?:\w+ )?(?:unreasonable|difficult|dramatic|rude))|you're (?:\w+ "
        r")?(?:lying|exaggerating|overreacting|wrong|being)|"
        r"nobody else (?:has|complains|had)|no one else (?:has|complains|had)|other customers (?:have no|manage|"
        r"don't|do not)|next time,? (?:please )?(?:read|pay|check|be more|try reading|think|make sure)|learn to|"
        r"calm down|stop (?:lying|complaining|whining))",
        _EN_MESSAGE,
        QUOTED,
    ),
)

ACCUSATIONS: tuple[Phrase, ...] = (*_PL, *_EN)
