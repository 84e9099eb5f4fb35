"""The second layer: logistic regression and boosted trees, their probabilities averaged."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classifiers import labels
from classifiers.forest import Forest

Floats = NDArray[np.float64]

CHOICES = (labels.SENTIMENTS, labels.URGENCIES)
GROVES = (*labels.INTENTS, *labels.SENTIMENTS, *labels.URGENCIES)
"""Labels that trees speak of too; topics are left to the logistic regression, where trees gained nothing."""


@dataclass(frozen=True, slots=True)
class Second:
    """weights: (inputs, labels.ALL), bias: (labels.ALL,) log-odds; forest: one output each of GROVES."""

    weights: Floats
    bias: Floats
    forest: Forest

    def probabilities(self, inputs: Floats) -> Floats:
        """(rows, labels.ALL); the labels of each choice sum to one."""
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


def _sigmoid(x: Floats) -> Floats:
    result: Floats = 0.5 + 0.5 * np.tanh(0.5 * x)  # the same function, and nothing overflows
    return result


def _shares(values: Floats) -> Floats:
    result: Floats = values / values.sum(axis=1, keepdims=True)
    return result
