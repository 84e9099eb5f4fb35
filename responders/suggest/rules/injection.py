"""follows_injected_instruction: the reply does what a post told "the assistant" to do, or talks like a machine.

Posts are hostile text. A reply that repeats what an instruction in the post dictated, that answers in a played role,
or that speaks of its own instructions was not written for the customer.
"""

import re
from collections.abc import Iterator

from listener.model import Violation
from responders.suggest.draft import Draft, Phrase, anywhere, before, find, phrase, read
from responders.suggest.rules.grammar import QUOTED
from responders.suggest.words import listed, stems

RULE = "follows_injected_instruction"
_REPEATS = "powtarza to, co kazał napisać wpis: odpowiedz na sprawę, nie na polecenie"
_MACHINE = "mówi jak automat o swoich poleceniach: odpowiedz jako marka"
_REFUSED = anywhere(
    r"\b(?:nie (?:wykonujemy|wykonamy|mozemy|reagujemy|bedziemy|stosujemy|spelni\w+)|(?:do not|don't|cannot|can't|"
    r"won't) (?:follow|carry|act|comply|do))\b"
)

_TELLS: tuple[Phrase, ...] = (
    phrase(
        r"\b(?:jako (?:model|sztuczna inteligencja|asystent (?:ai|jezykowy|wirtualny)|ai|llm|bot|chatbot|duzy "
        r"model)|jestem (?:modelem|sztuczna inteligencja|botem|asystentem|chatbotem|gpt\w*|ai)|"
        r"as an? (?:ai|a\.i\.|large language|language|llm|chatbot|virtual assistant|artificial)|i am (?:an ai|a "
        r"language model|a chatbot|chatgpt|a bot)|i'm (?:an ai|a language model|a chatbot|a bot))\b",
        _MACHINE,
        QUOTED,
    ),
    phrase(
        r"\b(?:prompt\w* systemow\w+|systemow\w+ prompt\w*|system prompt|(?:moj\w*|moich|nasz\w*) (?:\w+ "
        r")?(?:prompt\w*|instrukcj\w+ (?:systemow|poczatkow|brzm|to|sa)\w*)|(?:my|the) (?:initial |original |"
        r"system |hidden |secret )+(?:instructions?|prompt)|my instructions|"
        r"developer mode|tryb\w* (?:deweloper\w*|programisty|administratora|debug\w*|bez ograniczen)|jailbr\w+|do "
        r"anything now|dan mode|ignore previous)\b",
        _MACHINE,
        QUOTED,
        _REFUSED,
    ),
    phrase(
        r"\b(?:ignoruj[ey]\w*|zignorowal\w+|pomijam|pominal\w*|zapominam|zapomnial\w+ o|odrzucam|ignoring|ignored|"
        r"disregard\w*|forgetting|overrid\w+) (?:\w+ ){0,4}?(?:instrukcj\w+|polece\w+|wytyczn\w+|zasad\w*|"
        r"ograniczen\w*|instructions?|rules|guidelines|prompts?)",
        _MACHINE,
        QUOTED,
        _REFUSED,
    ),
    phrase(
        r"\b(?:zgodnie z (?:\w+ )?(?:poleceniem|instrukcja|prosba o zignorowanie|instrukcjami|poleceniami)|"
        r"wykonuje polecenie|polecenie wykonane|wedlug (?:nowych )?(?:instrukcji|polecen)|nowe (?:instrukcje|"
        r"polecenia) przyjet\w+|"
        r"(?:as|per) (?:you )?(?:instructed|your instructions?|the instructions?)|as requested,? (?:here|i will|i "
        r"am|the)|following your instructions?|instructions? (?:received|accepted|followed)|new instructions "
        r"accepted|order(?:s)? executed)\b",
        _MACHINE,
        QUOTED,
        before(r"\b(?:postepowac|postepuj\w*|zamontowa\w*|uzywa\w*|uzytkowa\w*|stosowa\w*|montaz\w*) "),
        _REFUSED,
    ),
    phrase(
        r"\b(?:oto (?:\w+ )?(?:moj\w*|tresc|nasz\w*)? ?(?:prompt|instrukcje systemowe|klucz api|haslo|hasla|token|"
        r"dane dostepowe)|here (?:is|are) (?:the|my) (?:\w+ )?(?:prompt|api key|password|passwords|token|"
        r"credentials|system message|instructions))\b",
        _MACHINE,
        QUOTED,
    ),
    phrase(
        r"\b(?:pwned|hacked by|i have been (?:hacked|pwned)|zostalem zhakowany|zhakowan\w+ przez|access granted|"
        r"dostep przyznany|arrr+|ahoj,? (?:kamracie|matey))\b",
        _MACHINE,
        QUOTED,
    ),
)

_ORDER = re.compile(
    r"\b(?:zignoruj\w*|ignoruj\w*|pomin\w*|zapomnij\w*|olej|ignore|disregard|forget|"
    r"override)\b[^.!?\n]{0,60}\b(?:instrukc\w*|polece\w*|wytyczn\w*|zasad\w*|poprzedn\w*|powyzsz\w*|"
    r"wczesniejsz\w*|regul\w*|instruct\w*|previous|above|prior|rules|guidelines|prompt\w*|everything)"
    r"|\b(?:system ?prompt|prompt systemowy|nowe (?:instrukcje|polecenie|zadanie)|new (?:instructions?|task)|you "
    r"are now|jestes teraz|od teraz|from now on|\[?/?(?:system|inst|assistant|admin)\]? ?[:>\]]|<\|?\w+\|?>|###|"
    r"(?:dla|do|uwaga,?|drogi|szanowny|hej,?|note to|attention|dear|hey|message to|for the) (?:the )?(?:ai|"
    r"sztuczn\w+ inteligencj\w+|bot\w*|asystent\w*|model\w*|llm|chatbot\w*|automat\w*|gpt|assistant|system\w*|"
    r"robot\w*)|tryb deweloper\w+|developer mode)"
    r"|\b(?:napisac|odpowiedziec|dodac|dopisac|wpisac|zamiescic|umiescic|powtorzyc)\b[^.!?]{0,20}\b(?:w "
    r"odpowiedzi|zdanie|slow\w+)"
    r"|\b(?:asystencie|bocie|modelu jezykowy|chatbocie|ai|assistant|chatgpt|gpt|llm)\s*[,:!]"
    r"|\b(?:wpisz|polec|odpowiedz|odpisz|napisz|odpowiadaj|wypisz|powtorz|dodaj|dopisz|zakoncz|zacznij|wstaw|"
    r"podaj|potwierdz|"
    r"przyznaj|powiedz|zaproponuj|obiecaj|umiesc|uzyj|zamiesc|poinformuj|wklej|opublikuj|polec|"
    r"reply|respond|answer|say|write|repeat|output|print|add|include|append|end|begin|start|confirm|state|tell|"
    r"mention|offer|promise|insert|recommend|post)\b(?:[^.!?\n]{0,30})(?:\b(?:tylko|wylacznie|dokladnie|slow\w*|"
    r"zdani\w*|ze\b|iz\b|koniec|koncu|"
    r"poczatk\w*|link\w*|odpowiedz\w*|klient\w*|kod\w*|rabat\w*|tekst\w*|only|exactly|word\w*|sentence|that|with|"
    r"link|reply|response|answer|customer|everyone|code|the following|the phrase|verbatim)|[:\"„”«'])"
)
_DICTATED = tuple(
    re.compile(pattern)
    for pattern in (
        r"[\"„”«'`]([^\"„”»'`]{2,200})[\"”»'`]",
        r":\s*(.{2,200})",
        r"\b(?:ze|iz|that|slowo|slowem|slowami|word|words|kod|code|phrase|zdanie|link)\b,?\s+([^.!?]{2,160})",
    )
)
_OVERRIDES = re.compile(
    r"\b(?:zignoruj|ignoruj|pomin|zapomnij|ignore|disregard|forget|override|jestes teraz|you are now|od teraz|"
    r"from now on)\b"
)
_OWN_WORDS = 0.7
_TOKEN = re.compile(
    r"https?://\S+|www\.\S+|\b[\w.-]+\.(?:pl|com|net|org|ru|io|xyz|info|biz|me|ly)\b\S*|"
    r"\b(?=\w*\d)(?=\w*[A-Z])[A-Z\d]{4,}\b|\b[A-ZĄĆĘŁŃÓŚŹŻ]{4,}(?:[-_]?[A-Z\d]+)*\b|\b[a-z]{3,}\d+\b"
)
_ROLES = re.compile(r"\b(?:pirat\w*|pirate|wiersz\w*|rymowan\w*|poem|haiku|rap\w*|shakespeare|klingon\w*|yod\w+)\b")
_ROLE_SIGNS = re.compile(r"\b(?:arr+|ahoj|ahoy|matey|kamra[ct]\w+|wilk\w* morski\w*|rum\w*|pokladz\w*|yo-?ho)\b")
_SHARED = 0.6
_REACH = 260  # an order runs over a sentence end into what it dictates


def follows_injection(draft: Draft, post: str) -> Iterator[Violation]:
    """post: what the reply answers, as scraped."""
    yield from find(draft, RULE, _TELLS)
    told = read(post)
    orders = [match.span() for match in _ORDER.finditer(told.folded)]
    if orders:
        dictated = (hit for start, end in orders for hit in _repeated(draft, told.folded[start : end + _REACH]))
        found = next(dictated, None) or _token_repeated(draft, post, told.origin[orders[0][0]])
        found = found or _plays(draft, told.folded)
        if found is not None:
            yield Violation(rule=RULE, where=found, message=_REPEATS)


def _repeated(draft: Draft, order: str) -> Iterator[str]:
    said = set(stems(draft.text))
    for match in (match for pattern in _DICTATED for match in pattern.finditer(order)):
        for piece in re.split(r"[.!?]\s", match[1])[:2]:
            dictated = set(stems(piece))
            shared = len(dictated & said) / len(dictated) if dictated else 0.0
            if (len(dictated) >= 3 and shared >= _SHARED) or (len(dictated) < 3 and _stands_alone(draft, piece)):
                yield piece[:120]
    if _OVERRIDES.search(order):
        yield from _taken_from(draft, set(stems(order)))


def _taken_from(draft: Draft, ordered: set[str]) -> Iterator[str]:
    """Sentences of the reply that are made of the order's own words."""
    for start, sentence in draft.sentences():
        own = set(stems(sentence))
        if len(own) >= 2 and len(own & ordered) >= _OWN_WORDS * len(own):
            yield draft.excerpt(start, start + len(sentence))


def _stands_alone(draft: Draft, piece: str) -> bool:
    wanted = re.escape(piece.strip(" .,!:;\"'„”"))
    if len(wanted) < 2:
        return False
    if len(piece.split()) >= 3:
        return re.search(rf"(?<!\w){wanted}(?!\w)", draft.folded) is not None
    return re.search(rf"(?:^|[.!?:\"„]\s*|\s{{2,}}){wanted}(?:\s*$|[.!?\"”]|\s{{2,}})", draft.folded) is not None


def _token_repeated(draft: Draft, post: str, start: int) -> str | None:
    for match in _TOKEN.finditer(post[start:]):
        token = match[0].strip(".,!?\"')")
        plain = token.casefold() in _PLAIN_CAPITALS or len(token) < 4
        if not plain and re.search(rf"(?<!\w){re.escape(token)}(?!\w)", draft.text):
            return token
    return None


def _plays(draft: Draft, post: str) -> str | None:
    sign = _ROLE_SIGNS.search(draft.folded) if _ROLES.search(post) else None
    return draft.excerpt(*sign.span()) if sign else None


_PLAIN_CAPITALS = frozenset(
    listed(
        """
        pilne uwaga prosze pomocy nigdy nikt polska http https www system rodo uokik knf instrukcja klient
        bank please help never
        """
    )
)
