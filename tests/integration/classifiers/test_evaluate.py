"""Figures of decisions and probabilities."""

import json

import numpy as np
import pytest

from classifiers import decide, evaluate, labels
from classifiers.rows import Row, row


def labelled(intents: list[str], urgency: str = "low", **more: object) -> Row:
    return row({"text": "x", "intents": intents, "topics": [], "urgency": urgency, "sentiment": "neutral", **more})


def sure(**values: float) -> list[float]:
    base = {"neutral": 1.0, "low": 1.0} | values
    return [base.get(name, 0.0) for name in labels.ALL]


AT = decide.thresholds(decide.COSTS)


def report(rows: list[Row], probabilities: list[list[float]]) -> evaluate.Report:
    matrix = np.array(probabilities)
    return evaluate.figures(rows, decide.said(matrix, AT), matrix)


def test_counts_by_hand() -> None:
    rows = [labelled(["complaint"]), labelled(["complaint"]), labelled([]), labelled([])]
    found = report(rows, [sure(complaint=0.9), sure(complaint=0.1), sure(complaint=0.8), sure()]).of("complaint")
    assert (found.precision, found.recall, found.f1, found.support) == (0.5, 0.5, 0.5, 2)
    assert found.calibration_error == pytest.approx((0.1 + 0.1 + 0.8 + 0.0 - 2 * 0.0) / 4, abs=0.3)


def test_disputed_rows_are_left_out() -> None:
    rows = [labelled(["complaint"]), labelled([], disputed=["complaint"])]
    found = report(rows, [sure(complaint=0.9), sure(complaint=0.9)]).of("complaint")
    assert (found.precision, found.known) == (1.0, 1)


def test_urgent_is_high_or_critical() -> None:
    rows = [labelled([], "high"), labelled([], "critical"), labelled([], "low")]
    found = report(rows, [sure(low=0.1, critical=0.9), sure(low=0.1, high=0.9), sure()])
    assert found.of("urgent").f1 == 1.0
    assert found.of("critical").f1 == 0.0
    assert found.accuracy["urgency"] == pytest.approx(1 / 3)


def test_calibration_error_by_hand() -> None:
    wanted, probability = np.array([1.0, 0.0, 1.0, 1.0]), np.array([0.72, 0.78, 0.11, 0.12])
    assert evaluate.calibration_error(wanted, probability) == pytest.approx((0.5 + 1.77) / 4)


def test_worst_group_needs_enough_rows() -> None:
    many = [labelled(["complaint"], domain="bank")] * 20 + [labelled(["complaint"], domain="shop")] * 19
    found = report(many, [sure()] * 39)
    assert found.worst_group == ("bank", 0.0)


def test_forms_of_a_report() -> None:
    found = report([labelled(["complaint"])], [sure(complaint=0.9)])
    assert json.loads(found.to_json())["rows"] == 1
    assert "complaint" in found.to_table()
    with pytest.raises(KeyError):
        found.of("anger")


def test_decisions_follow_costs() -> None:
    cheap, dear = decide.thresholds({**decide.COSTS, "complaint": 0.5}), decide.thresholds(decide.COSTS)
    matrix = np.array([sure(complaint=0.5)])
    column = labels.ALL.index("complaint")
    assert decide.said(matrix, cheap)[0, column] == 0.0
    assert decide.said(matrix, dear)[0, column] == 1.0
