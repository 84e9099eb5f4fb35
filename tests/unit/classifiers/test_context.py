"""What the thread adds to the words."""

import pytest

import classifiers
from classifiers.context import Item, classify_in_context
from classifiers.model import TriageClassifier
from listener.model import Intent, Urgency

COMPLAINT = "Kurier znowu zostawił paczkę pod złym adresem, nie polecam, fatalna obsługa."


@pytest.fixture(scope="module")
def model() -> TriageClassifier:
    return classifiers.load()


@pytest.mark.parametrize(
    ("item", "raised"),
    [
        (Item(text=COMPLAINT), False),
        (Item(text=COMPLAINT, earlier_complaints=1), False),
        (Item(text=COMPLAINT, earlier_complaints=1, days_without_answer=4.0), True),
        (Item(text=COMPLAINT, days_without_answer=4.0), False),
        (Item(text=COMPLAINT, earlier_complaints=2), True),
        (Item(text=COMPLAINT, reach=50_000), True),
        (Item(text="Super obsługa, bardzo polecam!", earlier_complaints=5, reach=50_000), False),
    ],
)
def test_only_complaints_are_raised(model: TriageClassifier, item: Item, raised: bool) -> None:
    (plain,) = model.classify([item.text])
    (answer,) = classify_in_context(model, [item])
    assert (Intent.COMPLAINT in plain.intents) is (item.text == COMPLAINT)
    assert plain.urgency.rank < Urgency.HIGH.rank
    assert (answer.urgency is Urgency.HIGH) is raised
