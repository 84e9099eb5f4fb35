"""From a text with slots to a reply that says who speaks. A slot is always filled: nothing in braces is left."""

import re

from listener.model import Brand, Tone
from responders.suggest.words import fold, words

KNOWN_SLOTS = frozenset(("brand", "contact", "private"))
_GREETING = {
    "pl": {Tone.FORMAL: "Szanowna Pani, Szanowny Panie,", Tone.NEUTRAL: "Dzień dobry,", Tone.CASUAL: "Cześć,"},
    "en": {Tone.FORMAL: "Dear Sir or Madam,", Tone.NEUTRAL: "Hello,", Tone.CASUAL: "Hi,"},
}
_CLOSING = {
    "pl": {Tone.FORMAL: "Z poważaniem\n", Tone.NEUTRAL: "", Tone.CASUAL: "Pozdrawiamy\n"},
    "en": {Tone.FORMAL: "Yours faithfully\n", Tone.NEUTRAL: "", Tone.CASUAL: "Best wishes\n"},
}
_HERE = {"pl": "w odpowiedzi na tę wiadomość", "en": "in reply to this message"}
_UNNAMED = {"pl": "Zespół obsługi klienta", "en": "The customer care team"}
_TEAM = {"pl": "Zespół {brand}", "en": "The {brand} team"}
_US = {"pl": "nasza firma", "en": "our company"}
_PRIVATE = {"pl": "w wiadomości prywatnej", "en": "in a private message"}
_CONTACT = {"pl": "przez oficjalny kontakt: {contacts}", "en": "through our official contact: {contacts}"}
_NO_CONTACT = {"pl": "w wiadomości prywatnej", "en": "in a private message"}
_OR = {"pl": " albo ", "en": " or "}
_ENGLISH_WORDS = frozenset(["team", "the", "care", "support", "on", "behalf", "of", "work", "for", "from", "customer"])
_UNFINISHED = re.compile(r"\b(w imieniu|w imieniu marki|w imieniu firmy|of|for|dla|z|w)$")


def language_of_ours(lang: str) -> str:
    """The language we write in for a post in that language: Polish, and English to everybody else."""
    return "pl" if lang.lower().startswith("pl") else "en"


def tone_of(brand: Brand | None, wanted: Tone | None) -> Tone:
    """The tone to write in: what a person asked for, else the brand's own."""
    return wanted or (brand.tone if brand else Tone.NEUTRAL)


def sounds(text: str, lang: str) -> Tone:
    """The tone that a finished text greets in."""
    start, ours = fold(text.lstrip()), _GREETING[language_of_ours(lang)]
    greeted = (tone for tone in (Tone.FORMAL, Tone.CASUAL) if start.startswith(fold(ours[tone]).split(",")[0]))
    return next(greeted, Tone.NEUTRAL)


def compose(body: str, brand: Brand | None, lang: str, tone: Tone = Tone.NEUTRAL, *, in_private: bool = False) -> str:
    """Greeting, body with its slots filled, closing, and the line that says who speaks."""
    ours = language_of_ours(lang)
    filled, hello = fill(body, brand, ours, in_private=in_private), _GREETING[ours][tone]
    greeting = "" if fold(filled).startswith(fold(hello)[:5]) else f"{hello}\n\n"
    return f"{greeting}{filled}\n\n{_CLOSING[ours][tone]}{signature(brand, ours)}"


def fill(body: str, brand: Brand | None, lang: str, *, in_private: bool = False) -> str:
    """The body with every known slot replaced. lang: "pl" or "en". in_private: who reads it is in private already."""
    values = {
        "brand": brand.name if brand else _US[lang],
        "contact": contact(brand, lang),
        "private": _HERE[lang] if in_private else private(brand, lang),
    }
    return re.sub(r"\{(brand|contact|private)\}", lambda match: values[match[1]], body)


def contact(brand: Brand | None, lang: str) -> str:
    """Where to turn, as an adverbial phrase: the public contacts, else a private message."""
    if brand is None or not brand.public_contacts:
        return _NO_CONTACT[lang]
    return _CONTACT[lang].format(contacts=", ".join(brand.public_contacts))


def private(brand: Brand | None, lang: str) -> str:
    """How to go on out of the public eye, as an adverbial phrase."""
    if brand is None or not brand.public_contacts:
        return _PRIVATE[lang]
    return _PRIVATE[lang] + _OR[lang] + contact(brand, lang)


def signature(brand: Brand | None, lang: str) -> str:
    """The line that says who speaks: the brand's own words where it gave some, else "Zespół {brand}"."""
    if brand is None:
        return _UNNAMED[lang]
    team = _TEAM[lang].format(brand=brand.name)
    if not brand.disclosure:
        return team
    phrase = max(brand.disclosure, key=lambda words_: _aptness(words_, brand, lang))
    line = _finish(phrase, brand)
    same_language = _is_english(phrase) == (lang == "en")
    return line if same_language else f"{team} ({line})"


def _aptness(phrase: str, brand: Brand, lang: str) -> tuple[bool, bool, bool]:
    finished = not _UNFINISHED.search(fold(phrase).strip())
    return _is_english(phrase) == (lang == "en"), finished, _names(phrase, brand)


def _finish(phrase: str, brand: Brand) -> str:
    phrase = phrase.strip()
    line = phrase[:1].upper() + phrase[1:]
    if _names(phrase, brand):
        return line
    if _UNFINISHED.search(fold(phrase)):
        joint = " marki " if fold(phrase).endswith("w imieniu") else " "
        return f"{line}{joint}{brand.name}"
    return f"{line}, {brand.name}"


def _names(phrase: str, brand: Brand) -> bool:
    said = words(phrase)
    stems = (word[: max(3, len(word) - 2)] for name in (brand.name, *brand.aliases) for word in words(name))
    return any(word.startswith(stem) for stem in stems for word in said)


def _is_english(phrase: str) -> bool:
    return not _ENGLISH_WORDS.isdisjoint(words(phrase))
