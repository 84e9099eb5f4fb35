"""The shipped model on sentences that leave no doubt, and what it says when its parts do not fit."""

from dataclasses import replace

import numpy as np
import pytest

import classifiers
from classifiers import artefact, labels
from classifiers.model import TriageClassifier
from listener.errors import ModelError
from listener.model import Intent, Sentiment, Topic, Urgency


@pytest.fixture(scope="module")
def model() -> TriageClassifier:
    return classifiers.load()


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Nie działa mi internet od wczoraj", "pl"),
        ("nie dziala mi internet od wczoraj", "pl"),
        ("My internet has been down since yesterday", "en"),
        ("Great app, love it", "en"),
        ("Ваш сервис ужасен, верните деньги сейчас же", "ru"),
        ("Der Kundendienst antwortet seit Wochen nicht auf meine Schreiben", "de"),
        ("12345", None),
        ("😡", None),
    ],
)
def test_language(model: TriageClassifier, text: str, language: str | None) -> None:
    assert model.classify([text])[0].language == language


def test_a_complaint_in_danger(model: TriageClassifier) -> None:
    text = "W kuchni ulatnia się gaz z waszej kuchenki, dzwonię do was od godziny i nikt nie odbiera!"
    (answer,) = model.classify([text])
    assert Intent.COMPLAINT in answer.intents
    assert answer.urgency in (Urgency.HIGH, Urgency.CRITICAL)
    assert answer.sentiment is Sentiment.NEGATIVE
    assert any("gaz" in piece.text for piece in answer.evidence if piece.label == answer.urgency)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("Ile kosztuje dostawa do Krakowa?", Intent.QUESTION),
        ("Bardzo polecam, świetna i miła obsługa!", Intent.PRAISE),
        ("Wypowiadam umowę i przenoszę się do konkurencji.", Intent.CHURN),
        ("Szukam dobrego dentysty, polecicie kogoś?", Intent.LEAD),
        ("Zarabiaj 5000 zł tygodniowo bez wychodzenia z domu, kliknij w link!!! www.zarobek.example", Intent.SPAM),
    ],
)
def test_plain_intents(model: TriageClassifier, text: str, intent: Intent) -> None:
    assert intent in model.classify([text])[0].intents


def test_topics(model: TriageClassifier) -> None:
    assert Topic.APP in model.classify(["Aplikacja się zawiesza przy logowaniu i wyrzuca błąd"])[0].topics


def test_probabilities_of_a_choice_sum_to_one(model: TriageClassifier) -> None:
    sure = model.classify(["Nie polecam tej firmy"])[0].confidence
    for names in (labels.SENTIMENTS, labels.URGENCIES):
        assert sum(sure[name] for name in names) == pytest.approx(1.0, abs=1e-3)


def test_costs_move_decisions() -> None:
    text = "Nie polecam, zepsuło się po tygodniu"
    careful = classifiers.load(costs={"complaint": 0.00001}).classify([text])[0]
    assert Intent.COMPLAINT not in careful.intents


def test_parts_that_do_not_fit() -> None:
    whole = artefact.read(artefact.default_path())
    short = replace(whole, arrays={**whole.arrays, "linear": np.zeros((3, 2), dtype=np.float16)})
    with pytest.raises(ModelError, match="do not fit"):
        TriageClassifier(short)
    with pytest.raises(ModelError, match="do not fit"):
        TriageClassifier(replace(whole, metadata={}))
