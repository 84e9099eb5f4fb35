"""no_disclosure and impersonation: every reply says that the firm speaks, and nobody plays somebody else."""

import re
from collections.abc import Iterator

from listener.model import Brand, Violation
from responders.suggest.draft import Draft, Phrase, before, find, phrase
from responders.suggest.rules.grammar import DENIED, IF, QUOTED
from responders.suggest.words import fold, listed, words

_MISSING = "nie wiadomo, kto mówi: dodaj podpis marki, na przykład „{example}”"
_ROLE = (
    r"(?:zespol\w*|ekip[aey]|dzial\w*|biur[oa]|biura obslugi klienta|dzial\w* obslugi klienta|obslug[ai] klienta|"
    r"pracowni\w+|pracownic\w+|przedstawiciel\w*|konsultant\w*|doradc\w+|specjalist\w+|"
    r"rzeczni\w+|moderator\w*|opiekun\w*|reprezentuj\w+|reprezentant\w*|koordynator\w*|kierowni\w+|w imieniu|z "
    r"ramienia|ze strony|team|staff|employee|representative|spokes\w+|support|customer (?:care|service|support)|"
    r"on behalf of|work for|work at|working for|working at|pracuje (?:w|dla|we)|tu(?:taj)? \w+ z|here (?:from|at)|"
    r"jestem z(?:e)?|jestesmy z(?:e)?|pisz[ey]\w* z(?:e)?|z tej strony(?: \w+)?(?: z(?:e)?)?|odpowiada(?:m|my) "
    r"(?:z|jako)|"
    r"oficjaln\w+ (?:profil|konto)|official (?:account|profile)|pozdraw\w+(?: \w+)? z(?:e)?|autoryzowan\w+|we are|"
    r"we at|my z(?:e)?|this is|przedstawicielstw\w+)"
)
_UNNAMED = re.compile(
    r"\b(?:zespol obslugi klienta|dzial obslugi klienta|biuro obslugi klienta|customer (?:care|service|support) "
    r"team|zespol \w+|the \w+ team)\b"
)
_PLAY_PL = "udaje kogoś innego niż firma: piszemy tylko jako marka"
_PLAY_EN = "plays somebody other than the firm: we write as the brand only"
_NO = (QUOTED, DENIED, IF, before(r"\b(?:nie jestem|nie jestesmy|nie pisze\w*|not|never|czy) (?:\w+ ){0,2}?"))
_CUSTOMER = (
    r"(?:klient\w*|uzytkowni\w+|pacjent\w*|abonent\w*|kupujac\w+|konsument\w*|forumowicz\w*|internaut\w*|"
    r"mieszkan\w+|czytelni\w+|pasazer\w*|kierowca|kolega|kolezanka|sasiad\w*|mama|ojciec)"
)

_PLAYED: tuple[Phrase, ...] = (
    phrase(
        r"\b(?:u|od|do|z) nich\b[^.!?]{0,60}(?:polec|chwal|zadowol|super|swietn|bez zastrzez|warto|fachow|sprawdz|"
        r"gra\b)\w*|\b(?:chwal|polec|zadowol)\w*[^.!?]{0,60}\b(?:u|od|do|z) nich\b",
        _PLAY_PL,
        *_NO,
    ),
    phrase(
        r"\b(?:nie znam (?:tej )?firmy|wpadl\w*m tu|(?:jestem|bylem|bylam) (?:\w+ )?(?:ich|tam) (?:\w+ "
        r")?(?:klient|pacjent|uzytkowni)\w*|nie wierzcie|opinie maja|maja (?:swietne|super|dobre|najlepsze) "
        r"(?:opinie|ceny|uslugi|podejscie))",
        _PLAY_PL,
        QUOTED,
    ),
    phrase(
        r"\b(?:z ramienia|w imieniu) (?:\w+ )?(?:rzecznik\w*|uokik|uke|knf|inspekcj\w*|ministerstw\w*|urzedu|"
        r"policji|sanepid\w*|sadu|nfz)\b",
        _PLAY_PL,
        *_NO,
    ),
    phrase(
        r"\b(?:jako|jestem|mowie jako) (?:\w+ )?(?:lekarz\w*|prawni\w+|adwokat\w*|ekspert\w*|inzynier\w*|"
        r"fachowiec|fachowcem|ekonomist\w+|policjant\w*|dziennikar\w+|bloger\w*|recenzent\w*|specjalista "
        r"niezalezny)\b",
        _PLAY_PL,
        *_NO,
    ),
    phrase(
        r"\bmy,? (?:jako )?(?:klienci|pacjenci|uzytkownicy|mieszkancy|konsumenci|abonenci|forumowicze)\b|\b(?:moj|"
        r"moja|moi) (?:maz|zona|mama|tata|brat|siostra|sasiad|sasiadka|znajomi|znajomy|kolega|rodzice|corka|syn|"
        r"ciocia)\b[^.!?]{0,80}(?:zadowolon|polec|zachwycon|chwal|bez problem|super)\w*",
        _PLAY_PL,
        *_NO,
    ),
    phrase(
        r"\bmy (?:\w+ )?(?:family|wife|husband|mother|father|friend|friends|neighbou?r|colleague)s? (?:\w+ "
        r"){0,2}?(?:used|bought|has|have|had|loves?|is|are|uses?)\b|\bi'm a (?:\w+ )?(?:customer|client|patient|"
        r"user)\b|\bas a (?:doctor|lawyer|expert|journalist)\b",
        _PLAY_EN,
        *_NO,
    ),
    phrase(
        rf"\b(?:jako|jestem|jestesmy|bedac|mowi|mowie jako|pisze jako|sam jestem|sama jestem) (?!nasz)(?:\w+ "
        rf"){{0,4}}?{_CUSTOMER}",
        _PLAY_PL,
        *_NO,
        before(r"\b(?:pan|pani|panstwo|panstwa|pana|dla|ktory|ktora|kto|osoba) (?:\w+ )?"),
    ),
    phrase(
        r"\b(?:ja|my|u mnie|moja|moj|mam|mamy|kupil\w*m|kupuje|kupilismy|korzystam|korzystalem|korzystalam|uzywam|"
        r"zamawiam|zamawial\w*m|zamowilem|zamowilam|leczylam sie|leczylem sie|montowal\w*m|jezdze|"
        r"chodze)\b[^.!?]{0,60}"
        r"(?:polecam|jestem (?:\w+ )?zadowolon\w+|dziala (?:bez zarzutu|swietnie|super)|zadnych problemow|ani "
        r"razu|bez problemu|bez zastrzezen|goraco polecam|super|u nich|zawsze na czas|moge polecic)",
        _PLAY_PL,
        *_NO,
    ),
    phrase(
        r"\b(?:kupil[ae]m|kupilismy|zamowil[ae]m|zamawial[ae]m|korzystam|uzywam|mam) (?:\w+ ){0,3}?(?:u nich|od "
        r"nich|tam|od lat|z ich uslug|ich uslug\w*|w tej firmie|w tym banku|w tym sklepie)",
        _PLAY_PL,
        *_NO,
    ),
    phrase(
        r"\b(?:nie (?:mam|mamy|jestem|jestesmy) (?:nic wspolnego|zwiazan\w+|powiazan\w+|zadn\w+ (?:zwiazk\w+|"
        r"powiaza\w+))|nie pracuje (?:tam|u nich|w tej firmie|dla nich|w|dla)|nikt mi nie placi|nikt mi za to nie "
        r"placi|"
        r"zupelnie prywatnie|calkiem prywatnie|(?:prywatnie|tak) jako (?:zwykly|osoba prywatna)|bezstronn\w+ "
        r"(?:osoba|opini\w+)|niezalezn\w+ (?:ekspert\w*|recenzent\w*|opini\w+|obserwator\w*|tester\w*|bloger\w*))",
        _PLAY_PL,
        QUOTED,
    ),
    phrase(
        r"\b(?:zwykly|zwykla|zadowolony|zadowolona|wieloletni|wieloletnia|szczesliwy|szczesliwa|wierny|wierna|"
        r"stary|staly|stala) (?:klient|klientka|uzytkownik|uzytkowniczka|pacjent|pacjentka|abonent|abonentka)\b",
        _PLAY_PL,
        QUOTED,
        before(r"\b(?:kazdy|kazda|to|czy|gdy|nasz|jest pan|jest pani|najlepsza reklama to|by|aby|zeby) (?:\w+ )?"),
    ),
    phrase(
        r"\b(?:jako|jestem|jestesmy|tu|w imieniu|z ramienia|pisze z|odpowiada) (?:\w+ ){0,2}?(?:uokik\w*|knf\w*|"
        r"uke\b|policj\w+|policjant\w*|prokuratur\w*|prokurator\w*|sad\w*|sanepid\w*|urzedu|urzad|urzedni\w+|"
        r"rzecznik\w* (?:praw|konsument|pacjent|finans)\w*|inspekcj\w+|"
        r"administracj\w+ forum|administrator\w* forum|moderator\w* forum|adwokat\w*|radca prawn\w+|redakcj\w+|"
        r"dziennikar\w+|ministerstw\w+|federacj\w+ konsument\w*)",
        _PLAY_PL,
        *_NO,
    ),
    phrase(
        r"\b(?:as an? |i am an? |i'm an? |speaking as an? |being an? |we are )(?:\w+ ){0,3}?(?:(?:customer|client|"
        r"user|patient|buyer|subscriber|shopper|passenger|guest)(?! (?:care|service|support|team|relations|desk))|"
        r"independent \w+|neutral \w+|unbiased \w+|member of this forum|forum member)",
        _PLAY_EN,
        *_NO,
        before(r"\bif you were "),
    ),
    phrase(
        r"\b(?:i (?:have )?(?:bought|buy|ordered|order|used|use|been using)|i've been using|i've used|i've bought|"
        r"i've ordered|i've had|my own)\b[^.!?]{0,70}(?:recommend|happy|satisfied|never had|no problems?|great|"
        r"love|excellent|perfect|from them|with them|for years|without)",
        _PLAY_EN,
        *_NO,
    ),
    phrase(
        r"\b(?:i (?:don't|do not) work (?:for|there|at)|not affiliated|no (?:affiliation|connection) (?:with|to)|"
        r"nobody (?:pays|paid) me|i am not paid|i'm not paid|i have nothing to do with|just a (?:regular|happy|"
        r"random|normal|satisfied)|(?:fellow|happy|satisfied) (?:customer|user|client) (?:here|of))",
        _PLAY_EN,
        QUOTED,
    ),
    phrase(
        r"\b(?:this is|i am|i'm|we are|on behalf of|from) (?:\w+ ){0,3}?(?:the police|police|the regulator|"
        r"ombudsman(?:'s)?|consumer protection|financial conduct|forum (?:moderator|administrator|admin|staff)|"
        r"moderator of|court|prosecutor|journalist|law firm|government)\b",
        _PLAY_EN,
        *_NO,
    ),
)


_PLAIN_TEAM = listed("bok obslugi pomocy klienta biuro biura serwisu wsparcia forum moderacji prasowe dzial dzialu")


def no_disclosure(draft: Draft, brand: Brand | None) -> Iterator[Violation]:
    """A violation where no line says that the brand speaks."""
    if not _disclosed(draft.folded, brand):
        example = (
            (brand.disclosure[0] if brand.disclosure else f"Zespół {brand.name}") if brand else "Zespół obsługi klienta"
        )
        yield Violation(rule="no_disclosure", where="", message=_MISSING.format(example=example))


def impersonation(draft: Draft, brand: Brand | None) -> Iterator[Violation]:
    """Words of a pretended customer or authority, or a signature of another firm."""
    yield from find(draft, "impersonation", _PLAYED)
    if brand is not None:
        for match in re.finditer(
            r"(?:\b(?:zespol)|\bpozdraw\w+,? zespol|\bw imieniu (?:marki|firmy)) ([\w&.-]+(?: [\w&.-]+)?)", draft.folded
        ):
            if _other_firm(draft.excerpt(*match.span(1)), brand):
                yield Violation(rule="impersonation", where=draft.excerpt(*match.span()), message=_PLAY_PL)


def _other_firm(name: str, brand: Brand) -> bool:
    own = {word for known in (brand.name, *brand.aliases, *brand.disclosure) for word in words(known)}
    starts = tuple(word[: max(3, len(word) - 2)] if len(word) > 3 else word for word in own)
    named = [fold(word).strip(".,-") for word in name.split() if word[:1].isupper()]
    return any(word not in _PLAIN_TEAM and not word.startswith(starts) for word in named)


def _disclosed(text: str, brand: Brand | None) -> bool:
    if brand is None:
        return _UNNAMED.search(text) is not None or re.search(rf"\b{_ROLE}\b", text) is not None
    if any(_says(text, " ".join(fold(words_).split())) for words_ in brand.disclosure if words_.strip()):
        return True
    return any(_introduced(text, name) for name in (brand.name, *brand.aliases))


def _says(text: str, words_: str) -> bool:
    for match in re.finditer(rf"(?<!\w){re.escape(words_)}(?!\w)", text):
        denied = re.search(r"\b(?:nie|not|never)\s+(?:\w+\s+)?$", text[: match.start()])
        own_name = re.match(r" (?:wlasnym|swoim|klient\w*|kolegi|znajom\w+|rodziny)\b", text[match.end() :])
        if not denied and not own_name:
            return True
    return False


def _inflectable(word: str, *, loose: bool) -> str:
    # the longest word of a name must keep its stem; beside it "Okna" may well become "Okien"
    kept = min(2, len(word)) if loose else len(word) if len(word) <= 4 else max(3, len(word) - 2)
    return re.escape(word[:kept]) + rf"\w{{0,{len(word) - kept + 3}}}"


def _without_legal_form(name: list[str]) -> list[str]:
    for form in (["s", "a"], ["sp", "z", "o", "o"], ["ltd"], ["inc"], ["gmbh"]):
        if len(name) > len(form) and name[-len(form) :] == form:
            return name[: -len(form)]
    return name


def _introduced(text: str, name: str) -> bool:
    # the name may be inflected ("pracuję w Banku Wiślanym") and a few words may stand between role and name
    parts = _without_legal_form(words(name))
    stem = r"\W{1,3}".join(_inflectable(word, loose=word != max(parts, key=len)) for word in parts)
    role_first = re.compile(rf"\b{_ROLE},? (?:[\w-]+,? ){{0,4}}?(?:of |the )?{stem}\b")
    name_first = re.compile(
        rf"\b{stem}(?: [\w.]{{1,4}}){{0,3}},? (?:[-–—|] )?(?:customer |client )?(?:team|support|care|service|"
        rf"zespol|obsluga|biuro|bok\b)"
    )
    signed = re.compile(
        rf"(?:\s{{2,}}|[-–—] ?|\bpozdraw\w+[,.!]? (?:serdecznie )?|\bz powazaniem,? |\bregards,? |\bwishes,? "
        rf"){stem}(?: \w+)?[.!]?\s*$"
    )
    denied = re.compile(
        rf"\bnie (?:jestem|pracuje|reprezentuje|jestesmy)[^.!?]{{0,25}}{stem}|\b(?:don't|do not|not) (?:work|"
        rf"affiliated|represent)[^.!?]{{0,25}}{stem}"
    )
    customer = re.compile(
        rf"\b(?:jako|jestem|as an?|i am an?|i'm an?) (?:\w+ ){{0,3}}?(?:klient\w*|uzytkowni\w+|pacjent\w*|customer|"
        rf"client|user|patient)[^.!?]{{0,12}} {stem}"
    )
    if denied.search(text) or customer.search(text):
        text = customer.sub(" ", denied.sub(" ", text))
    return any(pattern.search(text) for pattern in (role_first, name_first, signed))
