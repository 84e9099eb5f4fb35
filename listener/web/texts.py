"""Every word the inbox says, Polish and English side by side. A key missing here is an error, not a blank."""

from collections.abc import Callable, Mapping
from typing import Literal

from listener.web import texts_answer, texts_frame, texts_team, texts_ticket, texts_told

Language = Literal["pl", "en"]
LANGUAGES: tuple[Language, ...] = ("pl", "en")

Words = Callable[..., str]
"""t(key, **values): the text in the visitor's language with the values put in."""

_PARTS = (texts_frame, texts_ticket, texts_answer, texts_team, texts_told)
CATALOGUE: Mapping[str, tuple[str, str]] = {key: both for part in _PARTS for key, both in part.TEXTS.items()}


def words(language: Language) -> Words:
    """t for one language. KeyError for a key that is not in the catalogue: a bug, found by the tests."""
    column = LANGUAGES.index(language)

    def t(key: str, **values: object) -> str:
        return CATALOGUE[key][column].format(**values)

    return t


def language_of(wanted: str | None, default: str) -> Language:
    """The wanted language if we speak it, else the default, else Polish."""
    for known in LANGUAGES:
        if wanted == known:
            return known
    return "en" if default == "en" else "pl"
