"""What is promoted, what is kept, and what a correction weighs."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from classifiers import artefact
from classifiers.model import TriageClassifier
from classifiers.rows import Row, row
from classifiers.train import promote, split, train, weighed
from listener.errors import ModelError

NOW = datetime(2026, 3, 1, tzinfo=UTC)


def correction(text: str, *intents: str, **more: str) -> Row:
    return row({"text": text, "intents": list(intents), "urgency": "normal", "sentiment": "negative", **more})


HELD = [
    correction("Nie działa aplikacja, żenada", "complaint"),
    correction("Gdzie jest moja paczka?", "question"),
    correction("Rezygnuję z umowy, nigdy więcej", "complaint", "churn"),
]


@pytest.fixture(scope="module")
def shipped() -> artefact.Artefact:
    return artefact.read(artefact.default_path())


def test_as_good_is_promoted_and_the_former_kept(shipped: artefact.Artefact, tmp_path: Path) -> None:
    artefact.write(shipped, tmp_path / "model")
    candidate = replace(shipped, metadata={**shipped.metadata, "version": "later"})
    result = promote(candidate, TriageClassifier(shipped), HELD, 3, tmp_path / "model")
    assert result.promoted
    assert result.differences == ()
    assert artefact.read(tmp_path / "model").metadata["version"] == "later"
    assert result.former is not None
    assert artefact.read(result.former).metadata["version"] == shipped.metadata["version"]


def test_worse_is_not_promoted(shipped: artefact.Artefact, tmp_path: Path) -> None:
    artefact.write(shipped, tmp_path / "model")
    never = dict.fromkeys(shipped.metadata["thresholds"], 1.1)
    candidate = replace(shipped, metadata={**shipped.metadata, "version": "mute", "thresholds": never})
    result = promote(candidate, TriageClassifier(shipped), HELD, 3, tmp_path / "model")
    assert not result.promoted
    assert result.former is None
    assert result.score_after < result.score_before
    assert artefact.read(tmp_path / "model").metadata["version"] == shipped.metadata["version"]
    assert any(d.label == "complaint" and d.before and d.wanted and not d.after for d in result.differences)


def test_a_correction_weighs_more_and_fades() -> None:
    fresh = weighed(correction("x", recorded_at="2026-03-01T00:00:00+00:00"), NOW)
    old = weighed(correction("x", recorded_at="2025-03-01T00:00:00+00:00"), NOW)
    assert (fresh.weight, weighed(correction("x"), NOW).weight) == (3.0, 3.0)
    assert old.weight == pytest.approx(1.5)


def test_copies_of_a_text_stand_on_one_side() -> None:
    given = [correction(f"post {i}") for i in range(50)] + [correction(f"post  {i} ") for i in range(50)]
    held, learned = split(given)
    assert held
    assert not {"".join(r.text.split()) for r in held} & {"".join(r.text.split()) for r in learned}


def test_too_few_rows(tmp_path: Path) -> None:
    (tmp_path / "few.jsonl").write_text('{"text": "x", "intents": []}\n')
    with pytest.raises(ModelError, match=r"few\.jsonl.*too few.*at least"):
        train([tmp_path / "few.jsonl"], None, NOW)
