"""Fits the third layer with scikit-learn, and says what it adds."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifiers import labels
from classifiers.second import CHOICES
from classifiers.third import DIM, Third, inputs

Floats = NDArray[np.float64]

C = 0.001
"""For numbers that are scaled to a spread of one; the model's own log-odds count three times as much, so that little
pull holds them and much holds the vectors."""
OWN = 3.0


@dataclass(frozen=True, slots=True)
class Adds:
    """The layer, and (rows, labels.ALL) probabilities of rows by layers that had not seen their fold."""

    layer: Third
    crossed: Floats


def fit_third(
    sure: Floats, vectors: NDArray[np.float32], wanted: Floats, weight: Floats, part: NDArray[np.int64], beside: str
) -> Adds:
    """sure: (rows, labels.ALL) probabilities by a model that had not seen the row; vectors: (rows, DIM); wanted: 1, 0,
    NaN unknown; part: fold of each row; beside: version of the model."""
    given = inputs(sure, vectors)
    crossed = np.zeros(sure.shape)
    for fold in np.unique(part):
        seen = part != fold
        layer = _fit(given[seen], wanted[seen], weight[seen], beside)
        crossed[~seen] = layer.probabilities(sure[~seen], vectors[~seen])
    return Adds(_fit(given, wanted, weight, beside), crossed)


def _fit(given: Floats, wanted: Floats, weight: Floats, beside: str) -> Third:
    own = len(labels.ALL)
    mean, spread = given.mean(axis=0), given.std(axis=0) + 1e-6
    spread[:own] /= OWN
    scaled = (given - mean) / spread
    weights, bias = np.zeros((own + DIM, own)), np.full(own, -5.0)
    for group in [*((name,) for name in labels.FLAGS), *CHOICES]:
        columns = [labels.ALL.index(name) for name in group]
        use = ~np.isnan(wanted[:, columns]).any(axis=1)
        answer = wanted[use, columns[0]] if len(group) == 1 else wanted[use][:, columns].argmax(axis=1)
        if len(np.unique(answer)) < max(2, len(group)):
            weights[columns, columns] = 1.0  # too little is known: the label stays as it was
            bias[columns] = 0.0
            continue
        model = LogisticRegression(C=C, max_iter=2000)
        model.fit(scaled[use], answer, sample_weight=weight[use])
        weights[:, columns] = model.coef_.T / spread[:, None]
        bias[columns] = model.intercept_ - mean @ weights[:, columns]
    return Third(weights, bias, beside)
