"""placeholder_left, too_long, empty and asks_data_in_public: how the draft is filled in, and what it asks for."""

import re
from collections.abc import Iterator

from listener.model import Violation
from responders.suggest.draft import Draft, before, find, phrase
from responders.suggest.rules.grammar import DENIED, NEGATED

LONGEST = 1500
_PLACEHOLDER = re.compile(
    r"\{\{?[^{}\n]{0,60}\}?\}|\[\[?(?!\.\.\.\]|…\])[^\]\n]{2,60}\]\]?|<(?!https?:|"
    r"mailto:)/?[^\W\d][^<>\n@]{1,40}>|«[^»\n]{0,40}»(?=)|%(?:\(\w+\))?[sd]\b|%[A-Z_]{3,}%|\$\{?[A-Za-z_]{3,}\}?|"
    r"__+\w*|@@\w+@@|#[A-Z_]{3,}#|"
    r"\.{5,}|…{2,}|\b[xX]{3,}\b|\b[xX]{2}[-./ ][xX]{2}|\?{4,}|_{2,}"
)
_WORDS_LEFT = re.compile(
    r"\b(?:lorem ipsum|todo|fixme|tbd|do uzupelnienia|tu wpisz|tutaj wpisz|wpisz (?:imie|nazwe|nazwisko|date|"
    r"numer|kwote)|wstaw (?:imie|nazwe|nazwisko|date|numer|kwote|link|tekst|podpis|tresc)|uzupelnij|insert (?:\w+ "
    r")?(?:name|date|number|link|text|here)|"
    r"your name here|nazwa firmy\b(?= ?[,.\]]|$)|imie i nazwisko klienta|company name\b(?= ?[,.]|$)|customer "
    r"name\b|firstname|first_name|last_name|imie_klienta|nr_zamowienia)"
)
_TO_FILL = re.compile(r"\((?:do )?(?:uzupelni\w+|wpisac|dopisac|to fill|fill in)\b[^)]*\)")
_EMPTY_VALUE = re.compile(
    r"(?:dzien dobry|witam|szanown\w+|panie|pani|hello|dear|hi|czesc|zespol)[ ,]+(?:none|null|undefined|nan|n/a|"
    r"brak|string)\b|\b(?:undefined|\[object object\])|\bnull\b"
)
_ASKS = (
    phrase(
        r"\b(?:prosze|prosimy|poprosimy|poprosze|niech|nalezy|trzeba|wystarczy|moze pan\w*|moga panstwo|please|"
        r"kindly|just) (?:\w+ ){0,2}?(?:poda\w+|napis\w+|wpis\w+|zamiesc\w+|umiesc\w+|wklei\w+|wkle\w+|odpis\w+|"
        r"przesla\w+|post|write|share|give|reply|leave|provide|paste)\b"
        r"[^.!?]{0,80}\b(?:tutaj|tu|w komentarzu|w watku|w tym watku|pod postem|pod tym wpisem|pod spodem|"
        r"publicznie|na forum|ponizej|here|in the comments?|below|in this thread|publicly)\b",
        "prosi o dane w miejscu publicznym: skieruj do rozmowy prywatnej",
        NEGATED,
        DENIED,
        before(r"\b(?:nie|do not|don't|never|not)\b[^.!?]{0,40}"),
    ),
    phrase(
        r"\b(?:podaj|napisz|wpisz|zamiesc|umiesc|wrzuc|wklej|przeslij|zostaw)\b[^.!?]{0,80}\b(?:tutaj|tu|w komentarzu|"
        r"w watku|w tym watku|pod postem|pod tym wpisem|pod spodem|publicznie|na forum|ponizej)\b",
        "prosi o dane w miejscu publicznym: skieruj do rozmowy prywatnej",
        NEGATED,
        DENIED,
        before(r"\bnie\b[^.!?]{0,40}"),
    ),
)
_FOR_ONE = (
    phrase(
        r"\b(?:odpis\w+|odpowied\w+|przes\w+) (?:\w+ ){0,3}na te wiadomosc\b|\brepl(?:y|ying) to this message\b",
        "to słowa wiadomości prywatnej: publicznie zachęcają do podania danych wszystkim",
    ),
)
_FORBIDS = re.compile(r"\b(?:nie|not|don't|never)\b")
_PERSONAL = re.compile(
    r"\b(?:pesel\w*|numer\w*|nr|adres\w*|telefon\w*|e-?mail\w*|nazwisk\w*|dan(?:e|ych)|haslo|hasla|card|number|"
    r"address|phone|password|date of birth|name)\b"
)


def form(draft: Draft, length: int, *, private: bool = False, longest: int | None = None) -> Iterator[Violation]:
    """Everything about the form of the draft, whatever the brand. length: letters of the whole text. private: only
    one person will read it. longest: letters that the place takes."""
    longest = min(LONGEST, longest or LONGEST)
    if not draft.folded.strip():
        yield Violation(rule="empty", where="", message="pusta odpowiedź: wpisz treść")
    if length > longest:
        message = f"{length} znaków: skróć do {longest}"
        yield Violation(rule="too_long", where=draft.text.strip()[:40], message=message)
    yield from _placeholders(draft)
    if private:
        return
    yield from (
        v
        for v in find(draft, "asks_data_in_public", _ASKS)
        if _PERSONAL.search(v.where.lower()) and not _FORBIDS.search(v.where.lower())
    )

    yield from find(draft, "asks_data_in_public", _FOR_ONE)


def _placeholders(draft: Draft) -> Iterator[Violation]:
    for match in _PLACEHOLDER.finditer(draft.text):
        yield Violation(
            rule="placeholder_left", where=match[0], message="niewypełnione miejsce: uzupełnij je albo usuń"
        )
    for pattern in (_WORDS_LEFT, _EMPTY_VALUE, _TO_FILL):
        for match in pattern.finditer(draft.folded):
            where = draft.excerpt(match.start(), match.end())
            yield Violation(
                rule="placeholder_left", where=where, message="niewypełnione miejsce: uzupełnij je albo usuń"
            )
