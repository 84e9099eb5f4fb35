"""What the second layer sees of a text, in one order for training and use.

scores of all heads; for POOLED heads the highest and the lowest score of any sentence; 0/1 a cue; shape
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers import shape
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
    """Index of the first word of each sentence. A text without words has none."""
    starts = [0] if norms else []
    starts += [i + 1 for i, n in enumerate(norms[:-1]) if n in SENTENCE_ENDS and norms[i + 1] not in SENTENCE_ENDS]
    return starts


def pooled(scores: Floats, starts: NDArray[np.int64], columns: Sequence[int]) -> Floats:
    """(texts, 2 * columns) highest then lowest. scores: (sentences, heads), texts one after another, each from its
    start on; every text needs at least one."""
    chosen = scores[:, list(columns)]
    return np.hstack([np.maximum.reduceat(chosen, starts), np.minimum.reduceat(chosen, starts)])


def extras(
    surfaces: Sequence[str], norms: Sequence[str], cues: Sequence[tuple[int, int, int]], n_cues: int
) -> list[float]:
    """Cues and shape of one text."""
    present = [0.0] * n_cues
    for owner, _, _ in cues:
        present[owner] = 1.0
    return present + shape.shape(surfaces, norms)
