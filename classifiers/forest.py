"""Small boosted trees as three arrays, walked for all trees and texts at once."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

Bools = NDArray[np.bool_]

DEPTH = 3
INNER, LEAVES = 2**DEPTH - 1, 2**DEPTH


class Forest:
    """The same number of trees for each output, output by output.

    feature, threshold: (trees, INNER) of complete trees, heap order, right where the input is above; leaf: (trees,
    LEAVES) log-odds, learning rate in it; prior: (outputs,) log-odds before the first tree.
    """

    def __init__(
        self,
        feature: NDArray[np.int32],
        threshold: NDArray[np.float64],
        leaf: NDArray[np.float32],
        prior: NDArray[np.float64],
    ) -> None:
        self.feature, self.threshold, self.leaf, self.prior = feature, threshold, leaf, prior
        # node by node, so that the same node of all trees stands together
        self._feature = feature.T.ravel().astype(np.intp)
        self._threshold = _not_above(threshold).T.reshape(-1, 1)
        self._first_leaf = (np.arange(len(feature)) * LEAVES)[:, None]

    def logits(self, inputs: NDArray[np.float32]) -> NDArray[np.float64]:
        """(rows, outputs) log-odds of (rows, inputs) float32, as scikit-learn compares them.

        All comparisons are made, those too that no row comes to: comparing whole rows of a matrix costs less than
        looking up for every row of inputs where it goes next.
        """
        above = inputs.T.take(self._feature, axis=0) > self._threshold
        root, *nodes = above.reshape(INNER, len(self.feature), -1)
        second = _where(root, nodes[1], nodes[0])
        third = _where(root, _where(second, nodes[5], nodes[4]), _where(second, nodes[3], nodes[2]))
        place = root.view(np.uint8) * np.uint8(4) + second.view(np.uint8) * np.uint8(2) + third.view(np.uint8)
        values = self.leaf.ravel().take(place + self._first_leaf)
        of_trees = values.reshape(len(self.prior), -1, len(inputs))
        sums: NDArray[np.float64] = of_trees.sum(axis=1, dtype=np.float64).T + self.prior
        return sums


def _where(condition: Bools, then: Bools, otherwise: Bools) -> Bools:
    # numpy.where, five times as fast on booleans
    return otherwise ^ (condition & (then ^ otherwise))


def _not_above(threshold: NDArray[np.float64]) -> NDArray[np.float32]:
    """The largest float32 that is not above: a float32 is above it exactly where it is above the threshold."""
    near = threshold.astype(np.float32)
    return np.where(near > threshold, np.nextafter(near, np.float32(-np.inf)), near)


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
