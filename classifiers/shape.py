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


def shape(sums: Floats, ends: Floats) -> Floats:
    """(texts, NAMES) from (texts, TRAITS) sums and (texts,) ends_asking; most between 0 and 3."""
    of = dict(zip(TRAITS, sums.T, strict=True))
    return np.column_stack([
        np.log1p(of["tokens"]) / 2,
        of["tokens"] < 7,
        np.minimum(of["asking"], 3.0),
        ends,
        np.log1p(of["exclamations"]),
        np.log1p(of["dots"]),
        of["capitals"] / np.maximum(of["long"], 1.0),
        np.log1p(of["numbers"]),
        of["links"] > 0,
        np.minimum(of["quotes"] / 2, 3.0),
    ])  # fmt: skip
