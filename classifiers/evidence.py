"""The words that carried a label: the largest shares of its score, and cues, merged to pieces people can read.

Exact by construction: a share is what the word added to the score, and positions are those of the tokens.
"""

from collections.abc import Collection, Sequence
from itertools import accumulate
from typing import TYPE_CHECKING

import numpy as np

from classifiers.scoring import ROW
from classifiers.tokens import places
from listener.model import Evidence, Urgency

if TYPE_CHECKING:
    from classifiers.model import Reading, TriageClassifier

PIECES = 3
REACH = 2
"""Words without weight that may stand inside a piece."""

TELLING = 5
"""Letters of a word that says something by itself."""

URGENT_CUES = (
    "danger",
    "fraud_now",
    "vulnerable",
    "many",
    "stuck",
    "hurry",
    "blocked_money",
    "authority",
    "lawyer",
    "media",
    "gather",
    "repeat",
)
SHOWN = ("complaint", "churn", "spam")
"""Intents that somebody acts on: their words are shown. Urgency above normal is shown too."""


def evidence(
    reading: "Reading", model: "TriageClassifier", chosen: Collection[str], urgency: Urgency
) -> tuple[Evidence, ...]:
    """Up to PIECES pieces for each chosen intent of SHOWN and for an urgency above normal, in text order."""
    named = [label for label in SHOWN if label in chosen]
    if urgency is Urgency.HIGH or urgency is Urgency.CRITICAL:
        named.append(urgency.value)
    norms = model.scorer.norms(reading.rows)
    if not named or not norms:
        return ()
    at = places(reading.readable)
    rows = np.frombuffer(reading.rows, ROW)[1:]  # the first is the row that adds nothing
    shares = model.scorer.shares(rows, [model.heads.index(label) for label in named])
    found: list[Evidence] = []
    for label, column in zip(named, shares.T.tolist(), strict=True):
        weights = _with_cues(column, norms, reading.cues, model) if label == urgency else column
        for first, last in _telling(best(weights), norms):
            start, end = at[first][0], at[last][1]
            found.append(Evidence(label=label, start=start, end=end, text=reading.text[start:end]))
    return tuple(found)


def _telling(pieces: Sequence[tuple[int, int]], norms: Sequence[str]) -> Sequence[tuple[int, int]]:
    """Pieces without those of small words and signs alone ("przy", "."), unless there are no others."""
    telling = [(a, b) for a, b in pieces if any(len(n) >= TELLING and n[0].isalpha() for n in norms[a : b + 1])]
    return telling or pieces


def _with_cues(
    shares: Sequence[float],
    norms: Sequence[str],
    cues: Sequence[tuple[int, int, int]],
    model: "TriageClassifier",
) -> list[float]:
    # a rule that fired weighs as much as the heaviest word of the linear score
    weight = max(map(abs, shares))
    raised = list(shares)
    ends = list(accumulate(len(n) + 1 for n in norms))
    for owner, start, end in cues:
        if model.cues.names[owner] in URGENT_CUES:
            first, last = np.searchsorted(ends, [start, end - 2], side="right").tolist()
            for word in range(first, min(last, len(raised) - 1) + 1):
                raised[word] += weight
    return raised


def best(shares: Sequence[float]) -> list[tuple[int, int]]:
    """(first word, last word) of the heaviest pieces, in text order. Words of small weight belong to none."""
    least = max(shares, default=0.0) / 3
    if least <= 0.0:
        return []
    pieces: list[tuple[int, int]] = []
    for word, share in enumerate(shares):
        if share >= least:
            if pieces and word - pieces[-1][1] <= REACH:
                pieces[-1] = (pieces[-1][0], word)
            else:
                pieces.append((word, word))
    if len(pieces) > PIECES:
        weights = {piece: sum(shares[piece[0] : piece[1] + 1]) for piece in pieces}
        pieces = sorted(sorted(pieces, key=weights.__getitem__, reverse=True)[:PIECES])
    return pieces
