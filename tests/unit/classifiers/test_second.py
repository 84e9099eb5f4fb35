"""Tuning: what changes nothing, what it must keep."""

import numpy as np
import pytest

from classifiers import dense, labels
from classifiers.second import CHOICES, UNTUNED, tuned

SURE = np.random.default_rng(3).uniform(0.05, 0.95, (6, len(labels.ALL)))
GATE = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
NOTHING = np.tile(np.array(UNTUNED)[:, None], (1, len(labels.ALL)))
COMPLAINT = labels.ALL.index("complaint")


def test_no_tuning_changes_nothing_but_sums() -> None:
    found = tuned(SURE, GATE, NOTHING)
    assert found[:, COMPLAINT] == pytest.approx(SURE[:, COMPLAINT])
    for names in CHOICES:
        columns = [labels.ALL.index(name) for name in names]
        assert found[:, columns].sum(axis=1) == pytest.approx(np.ones(6))


def test_a_kind_of_text_is_tuned_by_how_open_its_gate_is() -> None:
    tuning = NOTHING.copy()
    tuning[2, COMPLAINT] = 2.0
    found = tuned(np.full_like(SURE, 0.5), GATE, tuning)[:, COMPLAINT]
    assert found[0] == pytest.approx(0.5)
    assert (np.diff(found) > 0).all()


def test_certainty_stays_finite() -> None:
    assert np.isfinite(tuned(np.round(SURE), GATE, NOTHING)).all()


def test_the_gate_stands_where_the_layer_is_told() -> None:
    heads = ("complaint", "praise", dense.KIND, "chatter", "negative")
    scores = np.arange(5.0)[None]
    opened = dense.gated(scores, dense.gate_columns(heads))
    n_pooled = 2 * sum(name in heads for name in dense.POOLED)
    whole = np.hstack([scores, np.zeros((1, n_pooled)), opened])
    assert whole[0, dense.kind_column(heads)] == pytest.approx(1.0 / (1.0 + np.exp(-2.0)))


def test_a_model_without_the_gate_is_told() -> None:
    with pytest.raises(ValueError, match=dense.KIND):
        dense.kind_column(("complaint", "negative"))
