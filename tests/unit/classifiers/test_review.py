"""The order of the review queue."""

import pytest

from classifiers.review import doubt, unsure


def test_certain_posts_come_last() -> None:
    assert doubt({"complaint": 0.999, "critical": 0.001}) < doubt({"complaint": 0.7}) < doubt({"complaint": 0.5})


@pytest.mark.parametrize(("sure", "asked"), [(0.5, True), (0.8, True), (0.97, False), (0.0, False), (1.0, False)])
def test_unsure(sure: float, asked: bool) -> None:
    assert unsure({"complaint": sure}) is asked
