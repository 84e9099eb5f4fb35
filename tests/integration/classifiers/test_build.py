"""A whole training on a handful of rows: what comes out can be written, read and asked."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from classifiers import artefact, build, decide, dense, fitting, fitting_second, packing, shape
from classifiers.model import TriageClassifier
from classifiers.rows import Row, row
from classifiers.tokens import counted
from listener.errors import ModelError

LEVELS = ("low", "normal", "high", "critical")
OPINIONS = ("negative", "neutral", "positive", "mixed")


def labelled(number: int) -> Row:
    bad, kind = number % 2 == 0, number % 4
    text = f"{'Nie działa' if bad else 'Polecam'} sklep {LEVELS[kind]} {OPINIONS[kind]}. Numer {number}!"
    return row({
        "id": f"{'ab'[number % 3 == 0]}{number}",
        "origin": "composed" if number % 2 else "real",
        "lang": "pl" if number % 5 else "en",
        "text": text,
        "intents": ["complaint"] if bad else ["praise", "question", "lead", "churn", "spam", "suggestion"],
        "urgency": LEVELS[kind],
        "sentiment": OPINIONS[kind],
        "topics": ["quality"] if bad else ["app"],
        "evidence": ["Nie działa"] if bad or kind > 1 else [],
    })  # fmt: skip


def silver(number: int) -> Row:
    heads = {name: number % 2 == 0 for name in dense.POOLED if name.startswith("opinion") or name == "asks"}
    held = {"held": {"complaint": number % 2 == 0}} if number % 3 == 0 else {}
    return row({"text": f"Sklep {'zły' if number % 2 else 'dobry'} {number}", "lang": "pl", "silver": heads, **held})


ROWS = [labelled(i) for i in range(48)] + [silver(i) for i in range(24)]


@pytest.fixture(scope="module")
def fitted() -> Iterator[fitting.Fitted]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(fitting_second, "WIDTH", 16)
        patch.setattr(fitting_second, "PACES", (fitting_second.Pace(pull=0.1, passes=60, batch=16),) * 2)
        yield fitting.fit(ROWS)


def test_a_small_model_from_end_to_end(fitted: fitting.Fitted, tmp_path: Path) -> None:
    at = decide.thresholds(decide.COSTS)
    assert {"composed", "real"} <= set(build.crossed(fitted, at))
    assert sum(n for n, _, _ in build.curves(fitted)["complaint"]) == 48
    packed = packing.pack(fitted, at, {"version": "t"})
    artefact.write(packed, tmp_path / "model")
    model = TriageClassifier(artefact.read(tmp_path / "model"))
    texts = [r.text for r in ROWS[:9]]
    assert model.classify(texts) == TriageClassifier(packed).classify(texts)  # nothing is reordered on disk
    answers = model.classify([r.text for r in ROWS])
    named = [int("complaint" in a.intents) for a in answers[:48]]
    assert named == [int(r.known["complaint"]) for r in ROWS[:48]]


def test_training_and_use_see_the_same(fitted: fitting.Fitted) -> None:
    model = TriageClassifier(packing.pack(fitted, decide.thresholds(decide.COSTS), {"version": "t"}))
    texts = [ROWS[0].text, "Nie działa nic. Polecam? Nie!", "", "sklep"]
    readings = [model._read(text) for text in texts]
    inputs = model._inputs(readings, model.scorer.sums([reading.rows for reading in readings]))
    whole = fitted.first.apply(fitted.features.transform([counted(text) for text in texts]))
    assert inputs[:, : len(fitted.heads)] == pytest.approx(whole, abs=0.02)
    extras = fitting.extras(
        [["Nie", "działa", "nic", ".", "Polecam", "?", "Nie", "!"]],
        [["nie", "dziala", "nic", ".", "polecam", "?", "nie", "!"]],
        fitted.words,
    )
    n_phrases = len(fitted.words.cues.names) + len(fitted.words.lexicon.names)
    assert inputs[1, -n_phrases - len(shape.NAMES) :] == pytest.approx(extras[0])


def test_no_data_no_training(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(build, "DATA", tmp_path)
    with pytest.raises(ModelError, match="not here"):
        build.shipped()


def test_what_is_kept_reads_inflections(fitted: fitting.Fitted, monkeypatch: pytest.MonkeyPatch) -> None:
    source = fitted.features
    monkeypatch.setattr(packing, "KEPT", 40)
    packed = packing.pack(fitted, decide.thresholds(decide.COSTS), {"version": "t"})
    n_words = len(packed.arrays["squares"])
    assert n_words == source.n_words
    assert len(packed.arrays["pairs"]) + len(packed.vocabulary) - n_words == 40
    assert len(packed.vocabulary) > n_words  # n-grams among them
    words = packed.vocabulary[:n_words]
    pairs = {f"{words[a]} {words[b]}" for a, b in packed.arrays["pairs"].tolist()}
    assert pairs <= set(source.names[n_words : n_words + source.n_pairs])
