"""Networks of two kinds mixed by the gate; tuning: what changes nothing, what it must keep."""

import numpy as np
import pytest

from classifiers import labels
from classifiers.second import CHOICES, KINDS, UNTUNED, Gate, Nets, Second, tuned

SURE = np.random.default_rng(3).uniform(0.05, 0.95, (6, len(labels.ALL)))
POSTED = np.array([0.0, 0.2, 0.4, 0.6, 0.8, 1.0])
NOTHING = np.tile(np.array(UNTUNED)[:, None], (1, len(labels.ALL)))
COMPLAINT = labels.ALL.index("complaint")


def test_no_tuning_changes_nothing_but_sums() -> None:
    found = tuned(SURE, POSTED, NOTHING)
    assert found[:, COMPLAINT] == pytest.approx(SURE[:, COMPLAINT])
    for names in CHOICES:
        columns = [labels.ALL.index(name) for name in names]
        assert found[:, columns].sum(axis=1) == pytest.approx(np.ones(6))


def test_reviews_are_tuned_and_posts_are_not() -> None:
    tuning = NOTHING.copy()
    tuning[:, COMPLAINT] = 2.0, 0.5
    found = tuned(np.full_like(SURE, 0.7), POSTED, tuning)[:, COMPLAINT]
    odds = np.log(0.7 / 0.3)
    assert found[0] == pytest.approx(1.0 / (1.0 + np.exp(-(2.0 + 0.5 * odds))))
    assert (np.diff(found) < 0).all()
    assert found[-1] == pytest.approx(0.7)


def test_certainty_stays_finite() -> None:
    assert np.isfinite(tuned(np.round(SURE), POSTED, NOTHING)).all()


def nets(draw: np.random.Generator, of_each: int = 2, width: int = 3, n_inputs: int = 5) -> Nets:
    wide, count = len(labels.ALL), KINDS * of_each
    return Nets(
        draw.normal(size=(n_inputs, count * width)).astype(np.float32),
        draw.normal(size=count * width).astype(np.float32),
        draw.normal(size=(count, width, wide)).astype(np.float32),
        draw.normal(size=(count, 1, wide)).astype(np.float32),
    )


def test_each_kind_is_the_mean_of_its_own_networks() -> None:
    found, draw = nets(np.random.default_rng(1)), np.random.default_rng(2)
    inputs = draw.normal(size=(4, 5))
    width = found.out.shape[1]
    for kind in range(KINDS):
        said = []
        for net in (2 * kind, 2 * kind + 1):
            part = slice(net * width, (net + 1) * width)
            raised = np.maximum(inputs @ found.hidden[:, part] + found.hidden_bias[part], 0.0)
            said.append(1.0 / (1.0 + np.exp(-(raised @ found.out[net] + found.out_bias[net, 0]))))
        mean = np.mean(said, axis=0)[:, COMPLAINT]
        assert found.probabilities(inputs.astype(np.float32))[kind, :, COMPLAINT] == pytest.approx(mean, abs=1e-5)


def test_the_gate_says_which_kind_is_believed() -> None:
    found = nets(np.random.default_rng(1))
    inputs = np.random.default_rng(2).normal(size=(3, 5))
    inputs[:, 4] = [0.0, 20.0, 40.0]
    hidden = np.zeros((5, 2), dtype=np.float32)
    hidden[4, 0] = 1.0
    gate = Gate(hidden, np.zeros(2, dtype=np.float32), np.array([1.0, 0.0, -20.0], dtype=np.float32))
    posts, reviews = found.probabilities(inputs.astype(np.float32))
    mixed, posted = Second(found, gate, NOTHING).mixed(inputs)
    assert posted == pytest.approx([0.0, 0.5, 1.0], abs=1e-6)
    assert mixed[0] == pytest.approx(reviews[0], abs=1e-6)
    assert mixed[1] == pytest.approx((posts[1] + reviews[1]) / 2)
    assert mixed[2] == pytest.approx(posts[2], abs=1e-6)
