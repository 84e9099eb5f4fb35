"""A complaint is not put aside as easily as chatter."""

import numpy as np
import pytest

from classifiers import decide, labels

AT = decide.thresholds(decide.COSTS)


def row(**sure: float) -> list[float]:
    return [sure.get(name, 0.0) for name in labels.ALL]


@pytest.mark.parametrize(
    ("complaint", "low", "level"), [(0.9, 0.6, "normal"), (0.1, 0.6, "low"), (0.9, 0.7, "low"), (0.1, 0.4, "normal")]
)
def test_due_an_answer(complaint: float, low: float, level: str) -> None:
    said = decide.said(np.array([row(complaint=complaint, low=low, normal=1.0 - low)]), AT)[0]
    assert [name for name in labels.URGENCIES if said[labels.ALL.index(name)]] == [level]
