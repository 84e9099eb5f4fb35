"""Trees as arrays say what scikit-learn says."""

import numpy as np
import pytest
from sklearn.ensemble import GradientBoostingClassifier

from classifiers.forest import DEPTH, from_models


def test_logits_are_those_of_scikit_learn() -> None:
    draw = np.random.default_rng(0)
    inputs = draw.normal(size=(80, 5)).astype(np.float32)
    answers = [(inputs[:, 0] + inputs[:, 1] ** 2 > 0.5).astype(int), (inputs[:, 2] > 1.2).astype(int)]
    models = [
        GradientBoostingClassifier(n_estimators=8, max_depth=DEPTH, subsample=0.8, random_state=0).fit(inputs, answer)
        for answer in answers
    ]
    found = from_models(models).logits(inputs)
    for column, model in enumerate(models):
        assert found[:, column] == pytest.approx(model.decision_function(inputs), abs=1e-5)
