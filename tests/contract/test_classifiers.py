"""What every classifier promises, on the shipped model."""

import pytest

import classifiers
from classifiers import labels
from classifiers.model import TriageClassifier
from listener.protocols import Classifier

AWKWARD = {
    "empty": "",
    "blank": " \n\t ",
    "one character": "x",
    "one sign": "?",
    "only emoji": "😡😡🔥 👍🏽 ❤️",
    "Cyrillic": "Ваш сервис ужасен, верните деньги",
    "Chinese": "你们的服务太差了",
    "Arabic": "الخدمة سيئة جدا",
    "mixed": "Nie działa this app, верните moje pieniądze",
    "markup left over": "<p>Nie działa&nbsp;<b>nic</b> nikt <a href='x'>nie odpisuje</a></p> <script>a(1)</script>",
    "broken markup": "<<<>>> <b <a &#99999999; &zzz; &",
    "lone surrogate": "nie dzia\ud800la",
    "null": "nie\x00dziala",
    "combining": "Z\u0307a\u0328dam zwrotu",
    "long": "Nie polecam tej firmy. " * 45_000,
    "one long word": "a" * 1_000_000,
    "many signs": "?!" * 500_000,
}


@pytest.fixture(scope="module")
def model() -> TriageClassifier:
    return classifiers.load()


def test_is_a_classifier(model: TriageClassifier) -> None:
    as_protocol: Classifier = model
    assert as_protocol.version


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD.keys())
def test_any_text_gets_an_answer(model: TriageClassifier, text: str) -> None:
    (answer,) = model.classify([text])
    assert set(labels.ALL) <= set(answer.confidence)
    assert all(0.0 <= sure <= 1.0 for sure in answer.confidence.values())
    for piece in answer.evidence:
        assert text[piece.start : piece.end] == piece.text
        assert piece.text.strip()


def test_order_is_kept_and_batches_change_nothing(model: TriageClassifier) -> None:
    texts = ["Nie działa aplikacja, oddajcie pieniądze!", "", "Polecam, świetna obsługa", "Ile kosztuje dostawa?"]
    together = model.classify(texts)
    assert together == [model.classify([text])[0] for text in texts]
    assert model.classify([]) == []
