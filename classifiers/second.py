"""The second layer: logistic regression and boosted trees, their probabilities averaged, then tuned.

Tuning makes probabilities honest for each kind of text: how sure the mean of two models is differs from how often it
is right, and differs between posts to a company and reviews.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers import labels
from classifiers.forest import Forest

Floats = NDArray[np.float64]

CHOICES = (labels.SENTIMENTS, labels.URGENCIES)
TUNED = 4
"""Numbers of a label's tuning: of nothing, of the log-odds, and of both times how open the gate is."""
UNTUNED = (0.0, 1.0, 0.0, 0.0)
"""The tuning that changes nothing."""
GROVES = (*labels.INTENTS, *labels.SENTIMENTS, *labels.URGENCIES)
"""Labels that trees speak of too; topics are left to the logistic regression, where trees gained nothing."""


_FLAGS = len(labels.INTENTS)
_CHOSEN = slice(_FLAGS, len(GROVES))
"""Where the labels of both choices stand, among all and among those of trees; each choice has _WIDE labels."""
_WIDE = len(labels.SENTIMENTS)


@dataclass(frozen=True, slots=True)
class Second:
    """weights: (inputs, labels.ALL), bias: (labels.ALL,) log-odds; forest: one output each of GROVES; tuning: (TUNED,
    labels.ALL), see tuned; kind: column of the gate that tells the kind of text."""

    weights: Floats
    bias: Floats
    forest: Forest
    tuning: Floats
    kind: int

    def probabilities(self, inputs: Floats) -> Floats:
        """(rows, labels.ALL); the labels of each choice sum to one."""
        return tuned(self.untuned(inputs), inputs[:, self.kind], self.tuning)

    def untuned(self, inputs: Floats) -> Floats:
        """The mean of both models alone."""
        return mix(inputs @ self.weights + self.bias, self.forest.logits(inputs.astype(np.float32)))


def mix(linear: Floats, trees: Floats) -> Floats:
    """Probabilities from log-odds of both kinds: (rows, labels.ALL) and (rows, GROVES)."""
    sure, wood = choose(linear), sigmoid(trees)
    wood[:, _CHOSEN] = _shares(wood[:, _CHOSEN])
    sure[:, : len(GROVES)] = (sure[:, : len(GROVES)] + wood) / 2
    return sure


def choose(linear: Floats) -> Floats:
    """Probabilities from log-odds (rows, labels.ALL); the labels of each choice sum to one."""
    sure = sigmoid(linear)
    chosen = linear[:, _CHOSEN].reshape(len(linear), len(CHOICES), _WIDE)
    sure[:, _CHOSEN] = _shares(np.exp(chosen - chosen.max(axis=2, keepdims=True)))
    return sure


def tuning_inputs(sure: Floats, gate: Floats) -> Floats:
    """(TUNED, rows, labels) what a tuning weighs. sure: (rows, labels) probabilities; gate: (rows,) 0 to 1."""
    odds = log_odds(sure)
    of_kind = np.broadcast_to(gate[:, None], odds.shape)
    return np.stack([np.ones_like(odds), odds, of_kind, of_kind * odds])


def tuned(sure: Floats, gate: Floats, tuning: Floats) -> Floats:
    """Probabilities after tuning, (rows, labels.ALL) again; gate: (rows,)."""
    nothing, odds, kind, both = tuning
    of_kind = gate[:, None]
    # what tuning_inputs would weigh, summed without making it
    honest = sigmoid(nothing + kind * of_kind + (odds + both * of_kind) * log_odds(sure))
    honest[:, _CHOSEN] = _shares(honest[:, _CHOSEN])
    return honest


def log_odds(sure: Floats) -> Floats:
    """Of probabilities; none is taken for more certain than one in ten thousand."""
    kept = np.clip(sure, 1e-4, 1.0 - 1e-4)
    odds: Floats = np.log(kept / (1.0 - kept))
    return odds


def sigmoid(x: Floats) -> Floats:
    """The logistic function."""
    result: Floats = 0.5 + 0.5 * np.tanh(0.5 * x)  # the same function, and nothing overflows
    return result


def _shares(values: Floats) -> Floats:
    """(rows, labels of both choices) from positive numbers, each choice divided by its sum."""
    parts = values.reshape(len(values), len(CHOICES), _WIDE)
    result: Floats = (parts / parts.sum(axis=2, keepdims=True)).reshape(len(values), -1)
    return result
