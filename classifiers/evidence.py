"""The words that carried a label: the largest shares of its score, and cues, merged to pieces people can read.

Exact by construction: a share is what the word added to the score, and positions are those of the tokens.
"""

from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classifiers.tokens import places
from listener.model import Evidence, Urgency

if TYPE_CHECKING:
    from classifiers.model import Reading, TriageClassifier

PIECES = 3
REACH = 2
"""Words without weight that may stand inside a piece."""

URGENT_CUES = ("danger", "fraud_now", "vulnerable", "many", "blocked_money", "deadline", "authority", "lawyer", "media")
_SHOWN = ("complaint", "churn", "lead", "spam", "question", "praise", "suggestion")


def evidence(
    reading: "Reading", model: "TriageClassifier", chosen: Collection[str], urgency: Urgency
) -> tuple[Evidence, ...]:
    """Up to PIECES pieces for each chosen intent and for an urgency above normal, in text order."""
    named = [label for label in _SHOWN if label in chosen]
    urgent = urgency.rank >= Urgency.HIGH.rank
    if not (named or urgent) or not reading.norms:
        return ()
    at = places(reading.readable)
    found: list[Evidence] = []
    for label in [*named, *([urgency.value] if urgent else [])]:
        shares = model.scorer.shares(reading.rows, reading.pairs, model.heads.index(label))
        if label == urgency.value:
            shares = shares + _cue_shares(reading, model, float(np.abs(shares).max(initial=0.0)))
        found += [_piece(label, reading.text, at, first, last) for first, last in best(shares)]
    return tuple(found)


def _piece(label: str, text: str, at: Sequence[tuple[int, int]], first: int, last: int) -> Evidence:
    start, end = at[first][0], at[last][1]
    return Evidence(label=label, start=start, end=end, text=text[start:end])


def _cue_shares(reading: "Reading", model: "TriageClassifier", weight: float) -> NDArray[np.float64]:
    # a rule that fired outweighs any one word of the linear score
    shares = np.zeros(len(reading.norms))
    ends = np.array(list(accumulate(len(n) + 1 for n in reading.norms)))
    for owner, start, end in reading.cues:
        if model.cues.names[owner] in URGENT_CUES:
            first = int(np.searchsorted(ends, start, side="right"))
            last = int(np.searchsorted(ends, end - 2, side="right"))
            shares[first : min(last, len(shares) - 1) + 1] += weight
    return shares


def best(shares: NDArray[np.float64]) -> list[tuple[int, int]]:
    """(first word, last word) of the heaviest pieces, in text order. Words of small weight belong to none."""
    top = float(shares.max(initial=0.0))
    if top <= 0.0:
        return []
    heavy = np.flatnonzero(shares >= top / 3).tolist()
    pieces = [(heavy[0], heavy[0])]
    for word in heavy[1:]:
        first, last = pieces[-1]
        if word - last <= REACH:
            pieces[-1] = (first, word)
        else:
            pieces.append((word, word))
    weights = {piece: float(shares[piece[0] : piece[1] + 1].sum()) for piece in pieces}
    return sorted(sorted(pieces, key=weights.__getitem__, reverse=True)[:PIECES])
