"""Small boosted trees as three arrays, walked for all trees and texts at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

DEPTH = 3
INNER, LEAVES = 2**DEPTH - 1, 2**DEPTH


@dataclass(frozen=True, slots=True)
class Forest:
    """The same number of trees for each output, output by output.

    feature, threshold: (trees, INNER) of complete trees, heap order, right where the input is above; leaf: (trees,
    LEAVES) log-odds, learning rate in it; prior: (outputs,) log-odds before the first tree.
    """

    feature: NDArray[np.int32]
    threshold: NDArray[np.float64]
    leaf: NDArray[np.float32]
    prior: NDArray[np.float64]

    def logits(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """(rows, outputs) log-odds of (rows, inputs) float32, as scikit-learn compares them."""
        inner = np.arange(len(self.feature)) * INNER
        leaves = np.arange(len(self.feature)) * LEAVES
        feature, threshold, flat = self.feature.ravel(), self.threshold.ravel(), inputs.ravel()
        rows = np.arange(len(inputs))[:, None] * inputs.shape[1]
        node = np.zeros((len(inputs), len(inner)), dtype=np.intp)
        for _ in range(DEPTH):
            place = node + inner
            node = 2 * node + 1 + (flat.take(feature.take(place) + rows) > threshold.take(place))
        values = self.leaf.ravel().take(node - INNER + leaves)
        sums: NDArray[np.float64] = values.reshape(len(inputs), len(self.prior), -1).sum(axis=2, dtype=np.float64)
        return sums + self.prior


def from_models(models: Sequence[Any]) -> Forest:
    """Fitted GradientBoostingClassifiers (two classes, max_depth DEPTH) as arrays, one output each."""
    feature, threshold, leaf = [], [], []
    for model in models:
        for tree in model.estimators_[:, 0]:
            f, t, v = _complete(tree.tree_, model.learning_rate)
            feature.append(f)
            threshold.append(t)
            leaf.append(v)
    priors = [float(np.log(m.init_.class_prior_[1] / m.init_.class_prior_[0])) for m in models]
    return Forest(
        np.array(feature, dtype=np.int32),
        np.array(threshold, dtype=np.float64),
        np.array(leaf, dtype=np.float32),
        np.array(priors),
    )


def _complete(tree: Any, rate: float) -> tuple[list[int], list[float], list[float]]:
    # a branch that ended early goes on with comparisons that nothing passes, to the same value
    feature, threshold, leaf = [0] * INNER, [np.inf] * INNER, [0.0] * LEAVES
    stack = [(0, 0)]
    while stack:
        here, place = stack.pop()
        ended = tree.children_left[here] < 0
        if place >= INNER:
            leaf[place - INNER] = rate * float(tree.value[here, 0, 0])
        elif ended:
            stack += [(here, 2 * place + 1), (here, 2 * place + 2)]
        else:
            feature[place], threshold[place] = int(tree.feature[here]), float(tree.threshold[here])
            stack += [(tree.children_left[here], 2 * place + 1), (tree.children_right[here], 2 * place + 2)]
    return feature, threshold, leaf
