"""What the second layer sees of a text, in one order for training and use.

scores of all heads; for POOLED heads the highest and the lowest score of any sentence; GATES and what they open; 0/1 a
cue; 0/1 a class of phrases; shape
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from classifiers.tokens import SENTENCE_ENDS

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

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
    found.ravel()[[row * n_cues + owner for row, of_text in enumerate(cues) for owner, _, _ in of_text]] = 1.0
    return found


GATES: dict[str, tuple[str, ...]] = {
    "place_review": ("opinion_negative", "opinion_positive", "opinion_none", "opinion_mixed"),
    "product_review": ("stars_5", "stars_1_2", "complaint_en"),
    "chatter": ("complaint", "negative"),
}
"""Heads that tell what kind of text it is, and the heads that mean something else in that kind."""


def gate_columns(heads: Sequence[str], gates: Mapping[str, Sequence[str]] = GATES) -> list[tuple[int, list[int]]]:
    """Column of each gate and of the heads it opens; gates and heads that a model lacks are left out."""
    present = [(gate, [h for h in opened if h in heads]) for gate, opened in gates.items() if gate in heads]
    return [(heads.index(gate), [heads.index(h) for h in opened]) for gate, opened in present]


def gated(scores: Floats, columns: Sequence[tuple[int, list[int]]]) -> Floats:
    """(texts, gates + opened heads) how far each gate is open, 0 to 1, and the opened heads' scores times that."""
    if not columns:
        return np.zeros((len(scores), 0))
    owners, opened, gates = _gate_layout(tuple((gate, tuple(heads)) for gate, heads in columns))
    open_ = 0.5 + 0.5 * np.tanh(0.5 * scores.take(owners, axis=1))
    result: Floats = open_ * np.where(gates, 1.0, scores.take(opened, axis=1))
    return result


@cache
def _gate_layout(columns: tuple[tuple[int, tuple[int, ...]], ...]) -> tuple[Ints, Ints, NDArray[np.bool_]]:
    """For each column of gated: its gate's head, the head that is opened, and whether it is the gate itself."""
    parts = [(gate, head, head == -1) for gate, heads in columns for head in (-1, *heads)]
    owners, opened, gates = (np.array(part) for part in zip(*parts, strict=True))
    return owners, opened, gates.astype(bool)
