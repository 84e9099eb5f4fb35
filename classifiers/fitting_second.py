"""Fits the second layer with scikit-learn, tuning included."""

import warnings
from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import product

import numpy as np
from joblib import Parallel, delayed  # type: ignore[import-untyped]
from numpy.typing import NDArray
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from sklearn.neural_network import MLPClassifier
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from classifiers import labels
from classifiers.second import CHOICES, UNTUNED, Gate, Nets, Second, log_odds, tuned

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

NETS, WIDTH = 3, 128
"""Networks of each kind, and hidden units of each."""
STEPS, LEAST_SPREAD = 2e-3, 0.3
"""Size of steps, and what inputs are at least divided by."""


@dataclass(frozen=True, slots=True)
class Pace:
    """How networks learn. pull: penalty on weights; passes: how often the rows are gone through; batch: rows a step."""

    pull: float
    passes: int
    batch: int


PACES = (Pace(pull=1.0, passes=12, batch=128), Pace(pull=0.3, passes=6, batch=64))
"""For posts and for reviews, of which there are fewer."""
GATE_WIDTH, GATE_PACE = 32, Pace(pull=1.0, passes=6, batch=256)
GUESS_C, TUNING_C = 0.1, 1000.0
"""Inverse penalties of guesses, and of the tuning."""
ENOUGH = 40
"""Reviews with and without a label that its tuning needs; rows of a kind that its networks need."""


def fit_second(
    inputs: Floats, wanted: Floats, weight: Floats, posted: Floats, part: NDArray[np.int64]
) -> tuple[Second, Floats]:
    """The layer fitted on all rows, and (rows, labels.ALL) probabilities by layers that saw no row of the fold.

    posted: (rows,) 1 for posts, 0 for reviews, NaN for those that teach both. Tuning is learned from what layers said
    of rows that they had not seen, and its figures from folds that it had not seen either.
    """
    before, gate = np.zeros(wanted.shape), np.zeros(len(inputs))
    # the matrices are small: more threads would wait for each other
    with threadpool_limits(limits=1, user_api="blas"):
        for fold in np.unique(part):
            seen = part != fold
            layer = _fit(inputs[seen], wanted[seen], weight[seen], posted[seen])
            before[~seen], gate[~seen] = layer.mixed(inputs[~seen])
        whole = _fit(inputs, wanted, weight, posted)
    crossed = np.zeros(wanted.shape)
    for fold in np.unique(part):
        seen = part != fold
        tuning = fit_tuning(before[seen], wanted[seen], gate[seen], weight[seen])
        crossed[~seen] = tuned(before[~seen], gate[~seen], tuning)
    return replace(whole, tuning=fit_tuning(before, wanted, gate, weight)), crossed


def fit_tuning(sure: Floats, wanted: Floats, posted: Floats, weight: Floats) -> Floats:
    """(2, labels.ALL) the tuning that makes probabilities of unseen reviews honest; rare labels stay as they are."""
    odds, tells = log_odds(sure), weight * (1.0 - posted)
    tuning = np.tile(np.array(UNTUNED)[:, None], (1, sure.shape[1]))
    for column in range(sure.shape[1]):
        use = ~np.isnan(wanted[:, column])
        told = [(tells[use] * (wanted[use, column] == value)).sum() for value in (0.0, 1.0)]
        if min(told) >= ENOUGH:
            model = LogisticRegression(C=TUNING_C, max_iter=1000)
            model.fit(odds[use, column, None], wanted[use, column], sample_weight=tells[use])
            tuning[:, column] = model.intercept_[0], model.coef_[0, 0]
    return tuning


def _fit(inputs: Floats, wanted: Floats, weight: Floats, posted: Floats) -> Second:
    taught: list[tuple[Floats, Floats, Floats, Pace]] = []
    for of_kind, pace in zip((posted != 0.0, posted != 1.0), PACES, strict=True):
        use = of_kind if of_kind.sum() >= ENOUGH else np.ones_like(of_kind)
        taught.append((inputs[use], _guessed(inputs[use], wanted[use], weight[use]), weight[use], pace))
    each = (delayed(_net)(*rows, WIDTH, seed) for rows, seed in product(taught, range(NETS)))
    with warnings.catch_warnings():
        # they are stopped before they converge, on purpose: more passes learn the rows by heart
        warnings.simplefilter("ignore", ConvergenceWarning)
        found = list(Parallel(n_jobs=2, prefer="threads")(each))
        gate = _gate(inputs, posted)
    hidden, hidden_bias, out, out_bias = (list(parts) for parts in zip(*found, strict=True))
    nets = Nets(
        np.hstack(hidden).astype(np.float32),
        np.concatenate(hidden_bias).astype(np.float32),
        np.stack(out).astype(np.float32),
        np.stack(out_bias)[:, None].astype(np.float32),
    )
    return Second(nets, gate, np.tile(np.array(UNTUNED)[:, None], (1, len(labels.ALL))))


def _gate(inputs: Floats, posted: Floats) -> Gate:
    use = ~np.isnan(posted)
    known = posted[use]
    share = known.mean() if len(known) else 1.0
    if share in (0.0, 1.0):  # one kind only: always open, or always shut
        shut = np.zeros((inputs.shape[1] + 1, GATE_WIDTH), dtype=np.float32)
        return Gate(shut[1:], shut[0], np.append(shut[0], 20.0 * share - 10.0).astype(np.float32))
    # half-way to as many of the one as of the other: posts are many because they were written, not because they are
    weight = np.where(known == 1.0, 1.0, np.sqrt(share / (1.0 - share)))
    hidden, hidden_bias, out, out_bias = _net(inputs[use], known[:, None], weight, GATE_PACE, GATE_WIDTH, 0)
    return Gate(
        hidden.astype(np.float32), hidden_bias.astype(np.float32), np.append(out[:, 0], out_bias).astype(np.float32)
    )


def _guessed(inputs: Floats, wanted: Floats, weight: Floats) -> Floats:
    """(rows, labels.ALL) 0 or 1: what is known, and for what is not what a logistic regression on the known ones
    guesses. A network learns all labels of a row at once and cannot leave one out."""
    answer = np.nan_to_num(wanted)
    scaled = (inputs - inputs.mean(axis=0)) / (inputs.std(axis=0) + 1e-6)
    for columns, use in _partly_known(wanted):
        known = wanted[use][:, columns]
        model = LogisticRegression(C=GUESS_C, max_iter=1000)
        if len(columns) == 1:
            model.fit(scaled[use], known[:, 0], sample_weight=weight[use])
            answer[~use, columns[0]] = model.predict(scaled[~use])
        else:
            model.fit(scaled[use], known.argmax(axis=1), sample_weight=weight[use])
            guessed = np.eye(len(columns))[model.predict(scaled[~use]).astype(int)]
            for at, column in enumerate(columns):
                answer[~use, column] = guessed[:, at]
    return answer


def _partly_known(wanted: Floats) -> Iterator[tuple[list[int], Bools]]:
    """Columns of each label or choice that some rows lack and others tell apart, and which rows have it."""
    for group in [*((name,) for name in labels.FLAGS), *CHOICES]:
        columns = [labels.ALL.index(name) for name in group]
        use: Bools = np.asarray(~np.isnan(wanted[:, columns]).any(axis=1))
        if not use.all() and len(np.unique(wanted[use][:, columns], axis=0)) > 1:
            yield columns, use


def _net(
    inputs: Floats, answer: Floats, weight: Floats, pace: Pace, width: int, seed: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Weights and biases of one network; the scale of inputs is in the first ones."""
    # a rare cue is nearly always 0: divided by its own small spread it would shout wherever it is found
    mean, spread = inputs.mean(axis=0), np.maximum(inputs.std(axis=0), LEAST_SPREAD)
    model = MLPClassifier(
        (width,),
        alpha=pace.pull,
        learning_rate_init=STEPS,
        max_iter=pace.passes,
        batch_size=min(pace.batch, len(inputs)),
        random_state=seed,
    )
    model.fit((inputs - mean) / spread, answer if answer.shape[1] > 1 else answer[:, 0], sample_weight=weight)
    hidden = model.coefs_[0] / spread[:, None]
    return hidden, model.intercepts_[0] - mean @ hidden, model.coefs_[1], model.intercepts_[1]
