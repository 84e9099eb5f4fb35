"""What a text looks like, apart from its words."""

import math
from collections.abc import Sequence

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

_QUOTES = frozenset('"„”“«»')


def shape(surfaces: Sequence[str], norms: Sequence[str]) -> list[float]:
    """One number a name, most between 0 and 3."""
    asking = sum("?" in n for n in norms)
    return [
        math.log1p(len(norms)) / 2,
        float(len(norms) < 7),
        min(asking, 3.0),
        float(bool(norms) and any("?" in n for n in norms[-3:])),
        math.log1p(sum(s.count("!") for s in surfaces if s[0] in "?!")),
        math.log1p(norms.count("...")),
        _capitals(surfaces),
        math.log1p(norms.count("0")),
        float("xurl" in norms),
        min(sum(n in _QUOTES for n in norms) / 2, 3.0),
    ]


def _capitals(surfaces: Sequence[str]) -> float:
    words = [s for s in surfaces if len(s) > 2 and s[0].isalpha()]
    return sum(s.isupper() for s in words) / len(words) if words else 0.0
