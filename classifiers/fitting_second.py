"""Fits the second layer with scikit-learn."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from joblib import Parallel, delayed  # type: ignore[import-untyped]
from numpy.typing import NDArray
from sklearn.ensemble import GradientBoostingClassifier
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from classifiers import labels
from classifiers.forest import DEPTH, from_models
from classifiers.second import CHOICES, GROVES, UNTUNED, Second, tuned, tuning_inputs

Floats = NDArray[np.float64]

SECOND_C, CHOICE_C, TUNING_C = 0.1, 0.3, 1.0
TREES = 50
ENOUGH = 40
"""Rows with and without a label that its tuning needs."""


def fit_second(
    inputs: Floats, wanted: Floats, weight: Floats, tells: Floats, part: NDArray[np.int64], kind: int
) -> tuple[Second, Floats]:
    """The layer fitted on all rows, and (rows, labels.ALL) probabilities by layers that saw no row of the fold.

    tells: (rows,) what each counts when probabilities are tuned, as weight is what it counts when weights are learned.
    kind: column of the gate that tells the kind of text. Tuning is learned from what layers said of rows that they had
    not seen, and its figures from folds that it had not seen either.
    """
    before = np.zeros(wanted.shape)
    # the matrices are small: more threads would wait for each other
    with threadpool_limits(limits=1, user_api="blas"):
        for fold in np.unique(part):
            seen = part != fold
            before[~seen] = _fit(inputs[seen], wanted[seen], weight[seen], kind).untuned(inputs[~seen])
        whole = _fit(inputs, wanted, weight, kind)
    gate = inputs[:, kind]
    crossed = np.zeros(wanted.shape)
    for fold in np.unique(part):
        seen = part != fold
        crossed[~seen] = tuned(
            before[~seen], gate[~seen], fit_tuning(before[seen], wanted[seen], gate[seen], tells[seen])
        )
    return replace(whole, tuning=fit_tuning(before, wanted, gate, tells)), crossed


def fit_tuning(sure: Floats, wanted: Floats, gate: Floats, tells: Floats) -> Floats:
    """(TUNED, labels.ALL) the tuning that makes probabilities of unseen rows honest; rare labels stay as they are."""
    given = tuning_inputs(sure, gate)
    tuning = np.tile(np.array(UNTUNED)[:, None], (1, sure.shape[1]))
    for column in range(sure.shape[1]):
        use = ~np.isnan(wanted[:, column])
        if min((wanted[use, column] == value).sum() for value in (0.0, 1.0)) >= ENOUGH:
            model = LogisticRegression(C=TUNING_C, fit_intercept=False, max_iter=1000)
            model.fit(given[:, use, column].T, wanted[use, column], sample_weight=tells[use])
            tuning[:, column] = model.coef_[0]
    return tuning


def _fit(inputs: Floats, wanted: Floats, weight: Floats, kind: int) -> Second:
    weights, bias = np.zeros((inputs.shape[1], len(labels.ALL))), np.full(len(labels.ALL), -5.0)
    mean, spread = inputs.mean(axis=0), inputs.std(axis=0) + 1e-6
    scaled = (inputs - mean) / spread
    for columns, coefficients, intercepts in _logistic(scaled, wanted, weight):
        weights[:, columns] = coefficients / spread[:, None]
        bias[columns] = intercepts - mean @ weights[:, columns]
    nothing = np.tile(np.array(UNTUNED)[:, None], (1, len(labels.ALL)))
    return Second(weights, bias, from_models(_groves(inputs, wanted, weight)), nothing, kind)


def _logistic(scaled: Floats, wanted: Floats, weight: Floats) -> Iterator[tuple[list[int], Floats, Floats]]:
    for group in [*((name,) for name in labels.FLAGS), *CHOICES]:
        columns = [labels.ALL.index(name) for name in group]
        use = ~np.isnan(wanted[:, columns]).any(axis=1)
        answer = wanted[use, columns[0]] if len(group) == 1 else wanted[use][:, columns].argmax(axis=1)
        classes = np.unique(answer).astype(int)
        if len(classes) < 2 or (len(group) > 1 and len(classes) < len(group)):
            continue
        model = LogisticRegression(C=SECOND_C if len(group) == 1 else CHOICE_C, max_iter=1000)
        model.fit(scaled[use], answer, sample_weight=weight[use])
        yield columns, model.coef_.T, model.intercept_


def _groves(inputs: Floats, wanted: Floats, weight: Floats) -> list[GradientBoostingClassifier]:
    each = (delayed(_trees)(inputs, wanted, weight, name) for name in GROVES)
    return list(Parallel(n_jobs=2, prefer="threads")(each))


def _trees(inputs: Floats, wanted: Floats, weight: Floats, name: str) -> GradientBoostingClassifier:
    column = labels.ALL.index(name)
    use = ~np.isnan(wanted[:, column])
    model = GradientBoostingClassifier(
        n_estimators=TREES,
        max_depth=DEPTH,
        learning_rate=0.08,
        subsample=0.7,
        max_features=0.25,
        min_samples_leaf=8,
        random_state=0,
    )
    return model.fit(inputs[use].astype(np.float32), wanted[use, column], sample_weight=weight[use])
