"""What a text looks like, apart from its words: sums over tokens of a few numbers each, then a fixed formula."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TRAITS = ("words", "tokens", "asking", "exclamations", "dots", "capitals", "long", "numbers", "links", "quotes")
"""What is summed: words are tokens of letters; capitals are counted among long ones."""

NAMES = (
    "length",
    "short",
    "question_marks",
    "ends_asking",
    "exclamations",
    "dots",
    "capitals",
    "numbers",
    "links",
    "quotes",
)
ENDING = 3
"""Tokens that count as the end of a text."""

_QUOTES = frozenset('"„”“«»')


def traits(surface: str, norm: str) -> list[float]:
    """One number a trait of one token."""
    long = len(surface) > 2 and surface[0].isalpha()
    return [
        float(norm[0].isalpha()),
        1.0,
        float("?" in norm),
        float(surface.count("!")) if surface[0] in "?!" else 0.0,
        float(norm == "..."),
        float(long and surface.isupper()),
        float(long),
        float(norm == "0"),
        float(norm == "xurl"),
        float(norm in _QUOTES),
    ]


def ends_asking(norms: Sequence[str]) -> float:
    """Whether there is a question mark among the last tokens."""
    return float(any("?" in n for n in norms[-ENDING:]))


def shape(sums: Floats, ends: NDArray[np.bool_] | Floats) -> Floats:
    """(texts, NAMES) from (texts, TRAITS) sums and (texts,) ends_asking; most between 0 and 3."""
    _, tokens, asking, _, _, capitals, long, _, links, quotes = sums.T  # in the order of TRAITS
    found = np.empty((len(sums), len(NAMES)))
    logs = np.log1p(sums)
    found[:, 0] = logs[:, 1] / 2
    found[:, 1] = tokens < 7
    found[:, 2] = np.minimum(asking, 3.0)
    found[:, 3] = ends
    found[:, 4] = logs[:, 3]
    found[:, 5] = logs[:, 4]
    found[:, 6] = capitals / np.maximum(long, 1.0)
    found[:, 7] = logs[:, 7]
    found[:, 8] = links > 0
    found[:, 9] = np.minimum(quotes / 2, 3.0)
    return found
