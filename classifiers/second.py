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
    sure = _sigmoid(linear)
    wood = _sigmoid(trees)
    flags = len(labels.INTENTS)
    sure[:, :flags] = (sure[:, :flags] + wood[:, :flags]) / 2
    at = flags
    for names in CHOICES:
        columns = slice(labels.ALL.index(names[0]), labels.ALL.index(names[-1]) + 1)
        grown = np.exp(linear[:, columns] - linear[:, columns].max(axis=1, keepdims=True))
        of_trees = wood[:, at : at + len(names)]
        sure[:, columns] = (_shares(grown) + _shares(of_trees)) / 2
        at += len(names)
    return sure


def tuning_inputs(sure: Floats, gate: Floats) -> Floats:
    """(TUNED, rows, labels) what a tuning weighs. sure: (rows, labels) probabilities; gate: (rows,) 0 to 1."""
    kept = np.clip(sure, 1e-4, 1.0 - 1e-4)
    odds = np.log(kept / (1.0 - kept))
    of_kind = np.broadcast_to(gate[:, None], odds.shape)
    return np.stack([np.ones_like(odds), odds, of_kind, of_kind * odds])


def tuned(sure: Floats, gate: Floats, tuning: Floats) -> Floats:
    """Probabilities after tuning, (rows, labels.ALL) again; gate: (rows,)."""
    honest = _sigmoid((tuning_inputs(sure, gate) * tuning[:, None, :]).sum(axis=0))
    for names in CHOICES:
        columns = slice(labels.ALL.index(names[0]), labels.ALL.index(names[-1]) + 1)
        honest[:, columns] = _shares(honest[:, columns])
    return honest


def _sigmoid(x: Floats) -> Floats:
    result: Floats = 0.5 + 0.5 * np.tanh(0.5 * x)  # the same function, and nothing overflows
    return result


def _shares(values: Floats) -> Floats:
    result: Floats = values / values.sum(axis=1, keepdims=True)
    return result
