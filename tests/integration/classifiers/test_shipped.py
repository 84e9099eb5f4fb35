"""The shipped model on plain statements: what wakes nobody, and what must not be missed."""

import json

import pytest

import classifiers
from classifiers import build
from listener.model import Intent

CASES = [json.loads(line) for line in (build.DATA / build.CHALLENGE).read_text("utf-8").splitlines()]


@pytest.mark.parametrize(("kind", "least", "most"), [("plain_fact", 0.0, 0.15), ("plain_defect", 0.9, 1.0)])
def test_plain_statements(kind: str, least: float, most: float) -> None:
    texts = [case["text"] for case in CASES if case["kind"] == kind]
    answers = classifiers.load().classify(texts)
    said = [text for text, answer in zip(texts, answers, strict=True) if Intent.COMPLAINT in answer.intents]
    assert least <= len(said) / len(texts) <= most, said


def test_the_sentence_of_the_mission_is_a_complaint_with_its_words() -> None:
    (answer,) = classifiers.load().classify(["okna firmy X przepuszczają zimno"])
    assert Intent.COMPLAINT in answer.intents
    assert any("przepuszcza" in piece.text for piece in answer.evidence)
