"""admits_liability: words that concede fault or duty to pay. Sympathy and regret are not among them."""

from responders.suggest.draft import Phrase, before, phrase
from responders.suggest.rules.grammar import DENIED, IF, NEGATED, QUOTED, WHETHER

_PL_MESSAGE = "przyznanie się do winy lub odpowiedzialności: okaż zrozumienie, nie przesądzaj"
_EN_MESSAGE = "admits fault or liability: show understanding, decide nothing"
_UNSURE = before(
    r"\b(?:nie przesadzaj\w+|niezaleznie od(?: tego)?|without (?:admitting|accepting)|regardless of|ustal\w+|"
    r"zbada\w+|sprawdz\w+)\b[^.!?]*"
)
_NO = (NEGATED, DENIED, WHETHER, IF, QUOTED, _UNSURE)
_OUR = r"(?:nasz\w*|moj\w*|firmy|po naszej stronie|naszego|u nas)"
_FAULT = (
    r"(?:win[aey]|blad|bledu|bledem|bledzie|bledy|bledow|pomylk\w+|zaniedbani\w+|niedopatrzeni\w+|zaniechani\w+|"
    r"wpadk\w+|uchybieni\w+|niedociagniec\w*|niekompetencj\w+|potknieci\w+|przeoczeni\w+)"
)

_PL = (
    phrase(
        r"\bnie (?!(?:otrzyma|znalez|mie|wysyla|prosi|odnotowa|podje|ustali|pozna|publikowa|zmienia|usuwa|usune|"
        r"by|dosta|wiedzie|chcie|zapomnie|kasowa|pobiera|pobra|wysla|kontaktowa|zawiera)\w*lismy)\w+(?:lismy|"
        r"lysmy)\b",
        _PL_MESSAGE,
        WHETHER,
        IF,
        QUOTED,
    ),
    phrase(
        r"\b(?:skrzywdz|zaniedb|zlekcewaz|oszuk|zawin|zawiod|uszkodz|zgub|pomyl|przeocz|zwlek|zawal|nawal|zlam|"
        r"narusz|rozczarow|zepsu|wprowadz\w+ \w+ w bla)\w*(?:lismy|lysmy)\b",
        _PL_MESSAGE,
        WHETHER,
        IF,
        QUOTED,
        NEGATED,
    ),
    phrase(
        r"\b(?:zawinil\w*|zawalil\w*|nawalil\w*) (?:\w+ )?(?:nasz\w*|ekipa|firma|system|kurier|konsultant|"
        r"pracowni\w+|monter\w*)|\bprzyjmujemy (?:\w+ )?odpowiedzialnosc|\b(?:balagan|chaos|niedbalstwo|"
        r"zaniedbani\w+|uchybieni\w+|zaniechani\w+) (?:\w+ )?(?:w naszy\w+|w naszej|u nas|po naszej|z naszej|"
        r"naszego|naszej|naszych)|"
        r"\b(?:uchybieni\w+|zaniedbani\w+|niedopatrzeni\w+|blad|pomylka) z naszej strony|\bnasz\w* (?:\w+ "
        r")?(?:podal\w*|udzielil\w*|przekazal\w*) (?:\w+ )?(?:nieprawdziw\w+|bledn\w+|falszyw\w+|zl[ae]|"
        r"nieprawidlow\w+|mylac\w+)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:lekarz\w*|kurier\w*|konsultant\w*|pracowni\w+|kierowc\w+|monter\w*|serwisant\w*|system|ekipa|"
        r"doradca|kasjer\w*) (?:\w+ ){0,2}?"
        r"(?:popelnil\w* (?:\w+ )?blad|pomylil\w* sie|zawinil\w*|zawiodl\w*|zaniedbal\w*|blednie|niewlasciwie|"
        r"nieslusznie)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:dalismy (?:plame|ciala|d\w+)|polozylismy (?:te )?spraw\w*|nawalilismy|przyznajemy (?:panu |pani |"
        r"panstwu )?racje|wykonan\w+ (?:\w+ )?wadliwie|"
        r"(?:firma|spolka|my) (?:\w+ )?(?:odpowiada\w*|ponosi\w*) za|(?:to|wlasnie) przez (?:nas|nasz\w*)|nie "
        r"powinnismy|nieslusznie (?:pobra|nalicz|obciaz|odmow)\w+)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(rf"\b{_OUR} (?:\w+ ){{0,2}}?{_FAULT}\b", _PL_MESSAGE, *_NO),
    phrase(
        rf"\b{_FAULT} (?:\w+ ){{0,3}}?(?:po naszej stronie|z naszej strony|naszego|naszej|naszych|nasza|nasz)\b",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:wina|blad|odpowiedzialnosc|przyczyna|problem|usterka) (?:\w+ ){0,3}?(?:lezy|lezal\w*|jest|byl\w*|"
        r"stoi|spoczywa) (?:\w+ )?(?:po naszej stronie|na nas|u nas|w nas)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:zawiedlismy|zawinilismy|zawinilem|zawinilam|zawalilismy|nawalilismy|popelnilismy|popelnilem|popelnilam|"
        r"pomylilismy sie|pomylilam sie|zaniedbalismy|"
        r"zlekcewazylismy|nie dopelnilismy|nie dopilnowalismy|nie wywiazalismy sie|nie dotrzymalismy|"
        r"przeoczylismy|nie stanelismy na wysokosci|dalismy ciala|"
        r"schrzanilismy|spapralismy|zepsulismy|skrewilismy|zgubilismy|uszkodzilismy|oszukalismy|wprowadzilismy "
        r"(?:\w+ )?w blad|"
        r"nie powinnismy byli|dopuscilismy sie|naruszylismy|zlamalismy|postapilismy (?:zle|niewlasciwie|"
        r"nieprawidlowo)|blednie (?:nalicz|pobra|obciaz|zaksiegow)\w+)",
        _PL_MESSAGE,
        DENIED,
        WHETHER,
        IF,
        QUOTED,
        _UNSURE,
    ),
    phrase(
        r"\b(?:przyznajemy sie|przyznajemy,? (?:ze|racje)|przyznaje,? ze|przyznaje sie|bijemy sie w piers\w*|"
        r"bierzemy (?:to |wine |pelna |cala )*(?:na siebie|odpowiedzialnosc)|"
        r"bierzemy (?:na siebie )?(?:pelna |cala )?(?:wine|odpowiedzialnosc)|poczuwamy sie do|ponosimy (?:\w+ "
        r")?(?:odpowiedzialnosc|wine)|odpowiadamy za (?:te |ta |to |cala |powstal\w+ )?(?:szkod\w*|strat\w*|"
        r"opoznieni\w*|sytuacj\w*|awari\w*|to)|"
        r"jestesmy (?:\w+ )?(?:winni|odpowiedzialni)|uznajemy (?:\w+ )?(?:reklamacj\w*|roszczeni\w*|skarg\w*|"
        r"swoj\w*|nasz\w*|wine)|"
        r"(?:skarga|reklamacja|roszczenie)\w* (?:jest|byla|bylo) (?:w pelni |calkowicie )?(?:zasadn|uzasadnion|"
        r"sluszn)\w+)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:nasz\w*|moj) (?:\w+ )?(?:pracowni\w+|konsultant\w*|kurier\w*|kierowc\w+|lekarz\w*|monter\w*|"
        r"serwisant\w*|doradc\w+|system\w*|serwis\w*|dzial\w*|zespol\w*|ekipa|kasjer\w*|kolezanka|kolega|"
        r"aplikacja|automat) (?:\w+ ){0,3}?"
        r"(?:zawini\w+|popelni\w+|pomyli\w+|zawiod\w+|zawal\w+|nawali\w+|blednie|niewlasciwie|nieprawidlowo|zle|"
        r"zaniedba\w+|uszkodzi\w+|zgubi\w+|nie dopeln\w+|oklamal\w*|wprowadzi\w+ (?:\w+ )?w blad|naruszyl\w*|nie "
        r"powin\w+)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:to|ta sytuacja|opoznienie|szkoda|awaria|problem|uszkodzenie) (?:\w+ ){0,4}?(?:z naszej winy|przez "
        r"nas|przez nasz\w* (?:blad|zaniedbanie|pomylke|niedopatrzenie)|z naszego powodu|z powodu naszego)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(r"\b(?:z naszej winy|z winy naszego|z winy naszej|z winy firmy)\b", _PL_MESSAGE, *_NO),
    phrase(
        r"\b(?:ma (?:pan|pani)|maja panstwo|masz) (?:\w+ )?(?:racje|prawo do odszkodowania|prawo do "
        r"rekompensaty)[, ]+(?:to |ze )?(?:zawiedlismy|zawinilismy|nasza wina|nalezy|powinnismy)",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:nalezy sie (?:panu|pani|panstwu|ci)|(?:panu|pani|panstwu) (?:sie )?nalezy(?: sie)?) (?:\w+ "
        r")?(?:zwrot|odszkodowani|rekompensat|zadoscuczynieni)\w*",
        _PL_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\bprzepraszam\w* za (?:\w+ )?(?:blad|bledy|pomylk\w+|zaniedbani\w+|niedopatrzeni\w+|niekompetencj\w+|"
        r"skandaliczn\w+|wprowadzenie w blad|uszkodzenie|zgubienie|zle wykonan\w+|wadliw\w+)",
        _PL_MESSAGE,
        DENIED,
        IF,
    ),
)
_EN = (
    phrase(
        r"\b(?:mistake|error|failure|negligence|fault) (?:made |caused |committed )?(?:by|of) our\b|\bwe were "
        r"(?:\w+ )?(?:careless|negligent|wrong|slow|late|sloppy)\b|\bwe (?:regret|are ashamed of) our\b",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:error|mistake|fault|failure|oversight|problem) (?:\w+ )?on our (?:side|part|end)\b|\bwe (?:should "
        r"never|should not|shouldn't|ought not) (?:to )?have\b|\bwe got (?:this|it|that) wrong|\bto blame\b",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:the|our|your) (?:doctor|driver|courier|agent|technician|employee|system) (?:\w+ )?(?:made a "
        r"mistake|was wrong|was at fault|failed|wrongly|incorrectly)",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:it is|it's|it was|this is|this was|that was|that is|entirely|all|completely) (?:\w+ ){0,3}?(?:our|"
        r"my) (?:\w+ )?(?:fault|mistake|error|negligence|failure|responsibility|blunder|oversight)",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:we|i) (?:\w+ )?(?:admit|accept|acknowledge|take|assume|bear|concede|own up to|own) (?:\w+ "
        r"){0,3}?(?:liability|responsibility|fault|blame|guilt|(?:our|my|the|this) (?:\w+ )?(?:mistake|error|"
        r"fault|failure|negligence)|that we (?:failed|were wrong|made))",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\bwe (?:\w+ )?(?:made (?:a |an |the )?(?:\w+ )?(?:mistake|error|blunder)|failed (?:you|to|our)|were "
        r"(?:wrong|negligent|at fault|careless|to blame)|are (?:\w+ )?(?:at fault|liable|to blame|guilty|"
        r"responsible for)|"
        r"messed (?:it |this )?up|screwed up|dropped the ball|let you down|lost your|damaged your|broke (?:your|"
        r"the law)|overcharged|misled you|neglected|should have (?:\w+ )?(?:checked|done|known|told|acted|"
        r"informed|delivered))",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:due to|because of|through|owing to|apologi[sz]e for|sorry for|sorry about) (?:our|my) (?:\w+ "
        r")?(?:fault|mistake|error|negligence|failure|carelessness|incompetence|oversight)",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(r"\b(?:our|my) (?:\w+ )?(?:fault|mistake|bad|negligence|error)\b", _EN_MESSAGE, *_NO),
    phrase(
        r"\bour (?:\w+ )?(?:staff|employee|courier|driver|agent|technician|team|system|doctor|engineer|"
        r"colleague)\w* (?:\w+ )?(?:failed|made a mistake|was wrong|were wrong|is to blame|was careless|was "
        r"negligent|damaged|lost|misled|should not have|shouldn't have)",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\b(?:the fault|the blame|responsibility) (?:is|lies|was|rests) (?:\w+ )?(?:ours|with us|on our side|on "
        r"us)|\bproblem (?:is|was) on our (?:side|end)",
        _EN_MESSAGE,
        *_NO,
    ),
    phrase(
        r"\byour (?:complaint|claim) is (?:\w+ )?(?:justified|valid|upheld|well[- ]founded)|\byou are (?:\w+ "
        r")?entitled to (?:\w+ )?(?:refund|compensation|damages)",
        _EN_MESSAGE,
        *_NO,
    ),
)

ADMISSIONS: tuple[Phrase, ...] = (*_PL, *_EN)
