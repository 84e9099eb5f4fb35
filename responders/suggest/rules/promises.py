"""unsourced_promise: what the firm will do, pay, give, or by when, unless a knowledge article says so."""

from responders.suggest.draft import Phrase, before, phrase
from responders.suggest.rules.grammar import ASKED, IF_NEAR, NEGATED, QUOTED, WHETHER, YOU

_WHAT = "obietnica bez pokrycia w bazie wiedzy: usuń ją albo oprzyj na artykule"
_WHEN = "termin bez pokrycia w bazie wiedzy: usuń go albo oprzyj na artykule"
_WHAT_EN = "a promise that no knowledge article backs: remove it or rest it on an article"
_TAKEN_BACK = before(
    r"\b(?:nie (?:mozemy|moge|chcemy|bedziemy|da sie)|trudno|zanim|postara\w+ sie|staramy sie|sprobuj\w+|chcielibysmy|"
    r"cannot|can't|can not|try to|trying to|do our best to|before we|not able to|unable to)\b[^.!?]{0,60}"
)
_WHEN_EN = "a date that no knowledge article backs: remove it or rest it on an article"
_NO = (NEGATED, _TAKEN_BACK, WHETHER, QUOTED)
_GAP = r"(?: [^\s.!?]+){0,5}? "

# what we would do: only perfective verbs, for the imperfective ones say what we always do
_WE_GIVE = (
    r"(?:zwroci\w*my|zwroce|oddamy|oddam|wyplacimy|wyplace|przelejemy|zrekompensujemy|zrefundujemy|odkupimy|"
    r"wynagrodzimy|"
    r"pokryjemy|umorzymy|anulujemy|skorygujemy|odliczymy|obnizymy|przyznamy|naliczymy|doliczymy|podarujemy|zaplacimy|"
    r"wymienimy|wymienie|naprawimy|naprawie|usuniemy|zlikwidujemy|odeslemy|przyslemy|wyslemy|dowieziemy|"
    r"dostarczymy|doreczymy|odblokujemy|przywrocimy|wlaczymy|uruchomimy|rozwiazemy|zalatwimy|ukarzemy|zwolnimy|"
    r"uwzglednimy|uznamy|cofniemy|wycofamy|zadoscuczynimy|wyciagniemy|odszkodujemy|przedluzymy|zrealizujemy|"
    r"wykonamy|dorzucimy)"
)
_BE_DONE = (
    r"(?:zwrocon\w+|oddan\w+|wyplacon\w+|przelan\w+|zrekompensowan\w+|anulowan\w+|umorzon\w+|skorygowan\w+|"
    r"wymienion\w+|"
    r"naprawion\w+|usuniet\w+|wyslan\w+|nadan\w+|dostarczon\w+|doreczon\w+|odblokowan\w+|przywrocon\w+|uznan\w+|"
    r"rozwiazan\w+|zalatwion\w+|ukaran\w+|zwolnion\w+|przyznan\w+|zrealizowan\w+|zakonczon\w+|gotow\w+|"
    r"rozpatrzon\w+ (?:pozytywnie|na)|pozytywnie rozpatrzon\w+|zaksiegowan\w+|naliczon\w+|wlaczon\w+|wznowion\w+)"
)
_GIFT = (
    r"(?:zwrot\w*|rabat\w*|znizk\w+|bon(?:u|y|em|ow)?|voucher\w*|kupon\w*|kod(?:u|y)? (?:rabatow\w+|promocyjn\w+|"
    r"na)|rekompensat\w+|"
    r"odszkodowani\w+|zadoscuczynieni\w+|gratis\w*|prezent\w*|upomin\w+|darmow\w+|bezplatn\w+|nowy (?:egzemplarz|"
    r"telefon|sprzet|"
    r"produkt|towar)|now[aey] \w+|zamiennik\w*|pieniadz\w+|pieniedz\w+|srodk\w+|kwot\w+|\d+ ?(?:zl|pln|proc|%|"
    r"zlotych|euro|eur))"
)
SOON = (
    r"(?:(?:w|do) (?:ciagu )?(?:\S+ )?(?:\S+ )?(?:\d+ ?(?:h|godz\w*|dni\w*|minut\w*|tygodni\w*|dob\w*)|24h|48h|"
    r"godzin\w*|doby|dob|dni\w*|tygodni\w*|"
    r"minut\w*|kwadrans\w*|dnia jutrzejszego)\b|(?:do|przed|najpozniej|jeszcze|juz|od|na) (?:\S+ )?(?:jutr\w+|"
    r"dzis\w*|pojutrze|"
    r"poniedzial\w+|wtor\w+|srod[ye]|czwart\w+|piat\w+|sobot\w+|niedziel\w+|konca (?:dnia|tygodnia|miesiaca)|"
    r"wieczor\w*|popoludni\w+|"
    r"rana)|jutro|pojutrze|za (?:godzine|chwile|dwa dni|tydzien|\d+ (?:minut|godzin|dni))|natychmiast|niezwlocznie|"
    r"dzis (?:wieczorem|po poludniu)|w (?:poniedzialek|wtorek|srode|czwartek|piatek|sobote|niedziele)|w "
    r"najblizsz\w+ (?:dni\w*|godzin\w*|tygodni\w*|poniedzialek|wtorek|srode|czwartek|piatek))"
)
_FUTURE = (
    r"(?:odpowie(?:my|m)|odpisz(?:emy|e)|oddzwoni(?:my|e)|zadzwoni(?:my)?|skontaktuje(?:my)?|odezwie(?:my)?|"
    r"wroci(?:my)?|sprawdzimy|wyjasnimy|"
    r"rozpatrzymy|zajmiemy|zajmie|udzielimy|poinformujemy|zostanie|zostana|bedzie|beda|dotrze|nastapi|dotra|przyjedzie|"
    r"przyjada|"
    r"odbierze|dostani\w+|otrzyma\w*|wplyn\w+|pojawi|skonczymy|zakonczymy|ruszy|zadziala|dojdzie|"
    + _WE_GIVE[3:-1]
    + r")"
)

_HAPPENS = (
    r"(?:wroc[ia]|zaczn(?:ie|a)|zadziala(?:ja)?|dotr(?:ze|a)|przyjed(?:zie|a)|rusz(?:y|a)|zniknie|znikna|ustapi|"
    r"odzyska(?:ja)?|"
    r"wplyn(?:ie|a)|naprawi|rozwiaze|pokryje|zwroci|odda|wyplaci|przeleje|wymieni|usunie|doreczy|dostarczy|przywiezie)"
)
_FREE = (
    r"(?:za darmo|gratis|bezplatnie|nieodplatnie|bez (?:zadnych |dodatkowych )?(?:oplat|kosztow)|na (?:nasz|swoj) "
    r"koszt|na koszt firmy)"
)
_PL = (
    phrase(
        r"\b(?:zostan(?:ie|a)|bedzie|beda) (?:\w+ )?(?!(?:sprawdzon|wyjasnion|przekazan|rozpatrzon|przeanalizowan|"
        r"omowion|zweryfikowan|zbadan|poinformowan|odczytan|ocenion|rozpatrywan|omawian|dostepn|"
        r"zmienion|opublikowan|podan|udostepnion|rozwazon|przedstawion|skontrolowan|wykorzystan|zadan|uznan|"
        r"pokazan|ujawnion|analizowan|sprawdzan|potrzebn|zapisan|zgloszon|skierowan)\w*)\w{3,}(?:on|an|en|et|yt|"
        r"iet)[yaeio]\b",
        _WHAT,
        *_NO,
        IF_NEAR,
    ),
    phrase(
        r"\b(?:na (?:pan[ai]|panstwa) korzysc|od reki|co do grosza|z nawiazka|poza kolejnoscia|w try ?miga)\b",
        _WHAT,
        *_NO,
    ),
    phrase(
        rf"\b(?:\w+(?:emy|imy|ymy)|bedzie|beda|zostan\w+|otrzyma\w*|dosta\w+)\b(?: [^\s.!?]+){{0,6}}? {_FREE}",
        _WHAT,
        *_NO,
    ),
    phrase(
        rf"\b(?:pieniadz\w*|srodki|internet|usluga|telefon|zasieg|aplikacja|prad|ogrzewanie|serwis|problem|usterka|"
        rf"awaria|strona)\b"
        rf"(?: [^\s.!?]+){{0,3}}? {_HAPPENS}\b",
        _WHAT,
        *_NO,
        ASKED,
    ),
    phrase(
        r"\bgwarantowan\w+ (?:zwrot|termin|wymian\w+|dostaw\w+|napraw\w+|rabat)|\b(?:zwrot|wymiana|dostawa|"
        r"termin) gwarantowan\w+",
        _WHAT,
        *_NO,
    ),
    phrase(
        r"\b(?:moze|moga) (?:pan|pani|panstwo) (?:liczyc|oczekiwac|spodziewac sie)\b(?: [^\s.!?]+){0,3}? "
        r"(?:rekompensat|zwrot|odszkodowani|rabat|"
        r"bon|zadoscuczynieni|wymian|pieniedz|znizk)\w*",
        _WHAT,
        *_NO,
    ),
    phrase(r"\bnie (?:poniesie|zaplaci|poniosa|zaplaca)\w* (?:pan|pani|panstwo)?(?: ?\S+){0,3}", _WHAT, ASKED, WHETHER),
    phrase(
        rf"\b(?:przysluguje|nalezy sie) (?:{YOU} )?(?:\w+ )?(?:darmow\w+|bezplatn\w+|rabat|bon|voucher|"
        rf"rekompensat\w+|zwrot|prezent|znizk\w+)",
        _WHAT,
        *_NO,
    ),
    phrase(
        r"\b(?:nigdy|juz|wiecej|ponownie) (?:\w+ )?nie (?:bedzie mial[ao] miejsca|bedzie mial miejsca|wystapi|"
        r"dopuscimy|pozwolimy)",
        _WHAT,
        WHETHER,
    ),
    phrase(r"\b(?:masz|ma pan|ma pani|maja panstwo) (?:moje|nasze) slowo", _WHAT),
    phrase(
        r"\b(?:kart[aey]|bon|kod|voucher|kupon|karte) (?:podarunkow\w+|upominkow\w+|rabatow\w+|prezentow\w+)(?: "
        r"na)? (?:o wartosci )?\d",
        _WHAT,
        *_NO,
    ),
    phrase(rf"\b{_WE_GIVE}\b", _WHAT, *_NO),
    phrase(
        r"\b(?:gwarantuj\w+|obiecuj\w+|przyrzekam\w*|przyrzekamy|zobowiazuj\w+ sie|daj\w+ (?:panstwu |panu |pani "
        r")?(?:slowo|gwarancje)|"
        r"recz\w+ (?:za|ze|glowa)|ma (?:pan|pani) (?:nasze|moje) slowo|(?:moze|moga) (?:(?:pan|pani|panstwo) byc|"
        r"byc (?:pan|pani|panstwo)) "
        r"pew\w+)\b",
        _WHAT,
        *_NO,
    ),
    phrase(
        rf"\bzapewniam\w*,? (?:{YOU} )?(?:,? )?(?:ze|iz)\b{_GAP}(?:otrzyma\w*|dostani\w+|bedzi\w+|zostan\w+|"
        rf"wroc\w+|zwroc\w+|dotrze|nastapi|"
        r"przyjedzie|rozwiaz\w+|nie powtorz\w+|sie nie powtorz\w+|naprawi\w+|zalatwi\w+|odzyska\w*)",
        _WHAT,
        *_NO,
    ),
    phrase(
        r"\b(?:to )?(?:sie )?(?:juz |wiecej |nigdy )*(?:nigdy |wiecej )?(?:sie )?nie (?:powtorzy|zdarzy)\b",
        _WHAT,
        WHETHER,
    ),
    phrase(
        rf"\b(?:otrzyma\w*|dostani\w+|odzyska\w*|dostanie\w*)\b(?! (?:odpowiedz|informacj|wiadomosc|potwierdzeni))"
        rf"(?: {YOU})?{_GAP}{_GIFT}",
        _WHAT,
        *_NO,
    ),
    phrase(
        rf"\b{_GIFT}{_GAP}(?:otrzyma\w*|dostani\w+|wroc[ia]\w*|trafi\w*|wplyni\w+|bedzie na|zostan\w+|na pewno)\b",
        _WHAT,
        *_NO,
    ),
    phrase(rf"\b(?:zostan\w+|bedzie|beda){_GAP}?{_BE_DONE}", _WHAT, *_NO, IF_NEAR),
    phrase(rf"\b(?:zostan\w+|bedzie|beda) {_BE_DONE}", _WHAT, *_NO, IF_NEAR),
    phrase(
        rf"\b(?:oferujemy|proponujemy|przyznajemy|przyznalismy|dajemy|damy|dam|doladujemy|naliczamy|"
        rf"przygotowalismy|mamy dla {YOU}|przekazujemy){_GAP}?{_GIFT}",
        _WHAT,
        *_NO,
    ),
    phrase(
        rf"\b(?:oferujemy|proponujemy|przyznajemy|przyznalismy|dajemy|damy|dam|naliczamy|przygotowalismy) {_GIFT}",
        _WHAT,
        *_NO,
    ),
    phrase(
        r"\b(?:w ramach (?:rekompensaty|przeprosin|zadoscuczynienia)|na nasz koszt|zwracamy (?:pieniadze|srodki|"
        r"calosc|pelna|koszt\w*|\d)\w*)",
        _WHAT,
        *_NO,
    ),
    phrase(
        rf"\b(?:zwracamy|oddajemy|wymieniamy|wyplacamy|anulujemy) (?:{YOU} )?(?:pieniadze|srodki|calosc|cala|pelna|"
        rf"kwote|towar|produkt|sprzet|oplate|kare)\w*",
        _WHAT,
        *_NO,
    ),
    phrase(
        r"\b(?:na pewno|z pewnoscia|na sto procent|na 100 ?%|w 100 ?%|bez watpienia|gwarantowan\w+|"
        r"niezawodnie)\b(?: \S+){0,6} ?"
        r"(?:\w+(?:emy|imy|ymy)|otrzyma\w*|dostani\w+|bedzi\w+|zostan\w+|wroc\w+|dotrze|nastapi|przyjedzie|"
        r"dojdzie|zadziala)\b",
        _WHAT,
        *_NO,
    ),
    phrase(
        r"\b(?:otrzyma|dostanie|odzyska|dotrze|nastapi|wroci|dojdzie|przyjedzie|zadziala|ruszy)\w*\b(?: \S+){0,6} "
        r"(?:na "
        r"pewno|z pewnoscia|na 100 ?%)",
        _WHAT,
        *_NO,
    ),
    phrase(rf"\b{_FUTURE}\b(?: [^\s.!?]+){{0,9}}? {SOON}", _WHEN, *_NO, ASKED),
    phrase(rf"\b{SOON}(?:,? [^\s.!?]+){{0,8}}? {_FUTURE}\b", _WHEN, *_NO, ASKED),
    phrase(
        r"\b(?:przesylka|paczka|kurier|monter|serwisant|technik|ekipa|zamowienie|towar|internet|usluga|"
        r"aplikacja)\w* (?:dotrze|przyjedzie|bedzie u|ruszy|zadziala|wroci)\b",
        _WHEN,
        *_NO,
    ),
    phrase(
        r"\b(?:zwrot|pieniadze|srodki|przelew|rekompensata)\w* (?:\w+ ){0,3}?(?:(?:juz )?(?:jest|sa) w drodze|"
        r"(?:jest|sa) na "
        r"(?:pana|pani|panstwa)|nastapi|wplyn\w+|wroc\w+|trafi\w*|dotr\w+)",
        _WHAT,
        *_NO,
    ),
)

_WILL = r"(?:we will|we'll|we shall|we are going to|we're going to|i will|i'll|we are about to|our team will|they will)"
_GIVE_EN = (
    r"(?:refund|reimburse|compensate|replace|repair|fix|credit|waive|cancel|pay|deliver|resolve|restore|send "
    r"(?:you )?(?:a|another|the|new)|"
    r"give you|offer you|ship|unblock|unlock|return your|cover|make (?:it|this) right|extend|upgrade|deduct|solve|"
    r"have it (?:fixed|solved|sorted)|sort (?:it|this) out)"
)
_SOON_EN = (
    r"(?:within (?:the )?(?:next )?(?:\S+ )?(?:\d+|hours?|days?|minutes?|weeks?|one|two|three|24|48|an hour)\b|by "
    r"(?:tomorrow|today|tonight|monday|tuesday|wednesday|"
    r"thursday|friday|the end of|next)|tomorrow|today|tonight|in (?:\d+|an?|two|three|a few) (?:hours?|days?|"
    r"minutes?|weeks?)|immediately|"
    r"(?:on|this|next) (?:monday|tuesday|wednesday|thursday|friday|week)|before (?:noon|monday|friday))"
)
_EN = (
    phrase(
        r"\b(?:we will|we'll|i will|i'll) (?:\w+ )?(?:make sure|ensure|see to it)(?: that)? (?:you|it|your|"
        r"this)\b|\bwill (?:all )?be (?:fixed|solved|resolved|refunded|repaired|sorted|restored|ready|delivered|"
        r"working|back)\b|\bis on its way\b|\bevery penny\b",
        _WHAT_EN,
        *_NO,
        IF_NEAR,
    ),
    phrase(r"\b(?:is|are|will be|be) (?:\w+ )?(?:on us|on the house|free of charge|at no cost)\b", _WHAT_EN, *_NO),
    phrase(
        r"\byour (?:internet|service|money|parcel|order|account|refund|line|connection)\b(?: \w+){0,2} will (?:be "
        r"back|return|work|be there|arrive|start)",
        _WHAT_EN,
        *_NO,
    ),
    phrase(rf"\b{_WILL} (?:\w+ ){{0,2}}?{_GIVE_EN}\b", _WHAT_EN, *_NO),
    phrase(rf"\b{_WILL}\b[^.!?]{{0,80}}?\b{_SOON_EN}", _WHAT_EN, *_NO),
    phrase(rf"\b{_SOON_EN},? {_WILL}\b", _WHAT_EN, *_NO),
    phrase(rf"\b(?:our|the|your|a|this|it|everything) (?:\w+ )?will\b[^.!?]{{0,60}}?\b{_SOON_EN}", _WHEN_EN, *_NO),
    phrase(
        r"\b(?:we|i|you have our|you have my) (?:(?!cannot|can|do|don|never|not|won|couldn)\w+ )?(?:guarantee|"
        r"promise|assure you (?:that )?(?:you|it|we "
        r"will|your|this)|word|commit to)\b",
        _WHAT_EN,
        *_NO,
    ),
    phrase(
        r"\b(?:guaranteed|rest assured (?:that )?(?:you|your|it|we|this) (?:will|won't)|will (?:not|never) happen "
        r"again|won't happen again)\b",
        _WHAT_EN,
        before(r"\bnot "),
    ),
    phrase(
        r"\byou(?:'ll| will| are going to| shall| can expect to)(?: \w+)? (?:receive|get|be (?:\w+ )?(?:refunded|"
        r"compensated|reimbursed|credited|paid)|have)\b"
        r"(?: [^\s.!?]+){0,5}? (?:refund|money|discount|voucher|compensation|replacement|credit|coupon|gift|"
        r"parcel|new|back|free|\S?\d+)",
        _WHAT_EN,
        *_NO,
    ),
    phrase(
        r"\byou(?:'ll| will)(?: \w+)? be (?:\w+ )?(?:refunded|compensated|reimbursed|credited|paid)\b", _WHAT_EN, *_NO
    ),
    phrase(
        r"\byour (?:\w+ ){1,3}(?:will|is going to)(?: \w+)? (?:be (?:\w+ )?(?:refunded|delivered|replaced|"
        r"repaired|fixed|credited|restored|cancelled|resolved|sent|processed|"
        r"approved|unblocked|ready)|arrive|reach)\b",
        _WHAT_EN,
        *_NO,
    ),
    phrase(
        r"\b(?:the |a |full )+(?:refund|replacement|compensation|money|payment|parcel|engineer|technician|problem|"
        r"issue|outage|fault|service|courier)\w* (?:will|is going to)(?: \w+)? "
        r"(?:be (?:\w+ )?(?:refunded|delivered|replaced|repaired|fixed|issued|solved|resolved|restored|sent|paid|"
        r"there|back|over|processed)|arrive|come|reach|visit)\b",
        _WHAT_EN,
        *_NO,
    ),
    phrase(
        r"\b(?:we are offering|we offer|we'd like to offer|we would like to offer|here is|please accept)(?: "
        r"\w+){0,3} (?:an? )?(?:\S+ )?(?:refund|discount|voucher|compensation|coupon|gift|free|\d+ ?%)",
        _WHAT_EN,
        *_NO,
    ),
    phrase(
        r"\b(?:free of charge|at our expense|as compensation|in compensation|full refund is)\b",
        _WHAT_EN,
        *_NO,
        before(r"\bif [^.]*"),
    ),
)

PROMISES: tuple[Phrase, ...] = (*_PL, *_EN)
