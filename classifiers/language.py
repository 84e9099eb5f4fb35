"""Which language a text is in: Polish and English from the model's own words, others from py3langid.

Short posts without diacritics are where general detectors fail ("nie dziala apka"), so the model's language head
decides first and py3langid is asked only where most words are unknown to it. It is loaded on the first such text.
"""

from functools import cache
from typing import Any

POLISH, ENGLISH = "pl", "en"
_POLISH_LETTERS = frozenset("ąćęłńśźżĄĆĘŁŃŚŹŻ")
_ENOUGH = 3
"""Words of a text below which a general detector is not believed."""


@cache
def _detector() -> Any:
    import py3langid  # here, because loading it takes most of a second and few texts need it

    return py3langid


def detect(text: str, words: float, known: float, english: float) -> tuple[str | None, float]:
    """ISO 639-1 code and its probability, or (None, 0) for texts without words.

    words: how many of its tokens are words; known: how many of them the model knows; english: probability by
    its own head that a text in one of its two languages is English.
    """
    if not words:
        return None, 0.0
    ours = (ENGLISH, english) if english >= 0.5 else (POLISH, 1.0 - english)
    if known * 2 >= words or not _POLISH_LETTERS.isdisjoint(text):
        return ours
    guess, sure = _other(text[:2000])
    if guess in (POLISH, ENGLISH) or (words < _ENOUGH and text.isascii()):
        return ours
    return guess, sure


def _other(text: str) -> tuple[str, float]:
    # the ranking is by log probability; the margin to the second says how sure it is, without a normaliser
    first, second = _detector().rank(text)[:2]
    margin = float(first[1]) - float(second[1])
    return str(first[0]), 1.0 - 0.5 * 2.0 ** (-margin)
