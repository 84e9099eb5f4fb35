"""What the second layer sees of a text, in one order for training and use.

scores of all heads; for POOLED heads the highest and the lowest score of any sentence; 0/1 a cue; shape
"""

from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.tokens import SENTENCE_ENDS

Floats = NDArray[np.float64]

POOLED = (
    "opinion_negative",
    "opinion_positive",
    "opinion_none",
    "asks",
    "complaint",
    "question",
    "praise",
    "suggestion",
    "lead",
    "churn",
    "carries",
    "carries_urgent",
)


def sentence_starts(norms: Sequence[str]) -> list[int]:
    """Index of the first token of each sentence; 0 alone for a text without tokens."""
    ends = [i for i, n in enumerate(norms) if n in SENTENCE_ENDS]
    last = len(norms) - 1
    return [0, *(i + 1 for i in ends if i < last and norms[i + 1] not in SENTENCE_ENDS)]


def pooled(scores: Floats, starts: NDArray[np.int64], columns: Sequence[int]) -> Floats:
    """(texts, 2 * columns) highest then lowest. scores: (sentences, heads), texts one after another, each from its
    start on; every text needs at least one."""
    chosen = scores[:, list(columns)]
    return np.hstack([np.maximum.reduceat(chosen, starts), np.minimum.reduceat(chosen, starts)])


def present(cues: Sequence[Iterable[tuple[int, int, int]]], n_cues: int) -> Floats:
    """(texts, cues) 0/1 from what Cues.find gave for each text."""
    found = np.zeros((len(cues), n_cues))
    for row, of_text in enumerate(cues):
        for owner, _, _ in of_text:
            found[row, owner] = 1.0
    return found
