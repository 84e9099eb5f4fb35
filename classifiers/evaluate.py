"""How good a classifier is on labelled rows: `listener evaluate`.

Labels that annotators disputed are left out of every figure. F1 and the rest count decisions; calibration error
(expected, 10 bins) counts the probabilities behind them.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_fscore_support

from classifiers import labels
from classifiers.rows import Row, targets
from listener.model import Classification
from listener.protocols import Classifier

Floats = NDArray[np.float64]
BINS = 10
WORST_FROM = 20
"""Rows that a group needs to be named as the worst."""
KINDS = {
    "intents": labels.INTENTS,
    "sentiment": labels.SENTIMENTS,
    "urgency": labels.URGENCIES,
    "topics": labels.TOPICS,
}
URGENT = "urgent"
"""High or critical: what wakes people."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelReport:
    """Figures of one label. support: rows where it holds; known: rows where it is known either way."""

    label: str
    precision: float
    recall: float
    f1: float
    support: int
    known: int
    calibration_error: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures. worst_group: the group (domain or origin) with the lowest macro-F1 of intents, and that figure."""

    rows: int
    labels: tuple[LabelReport, ...]
    macro_f1: Mapping[str, float]
    accuracy: Mapping[str, float]
    calibration_error: float
    worst_group: tuple[str, float] | None = None
    groups: Mapping[str, float] = field(default_factory=dict)

    def of(self, label: str) -> LabelReport:
        """The figures of one label. KeyError where it is not among them."""
        for report in self.labels:
            if report.label == label:
                return report
        raise KeyError(label)

    def to_json(self) -> str:
        """One JSON object."""
        return json.dumps(asdict(self), ensure_ascii=False)

    def to_table(self) -> str:
        """Lines for people."""
        head = f"{'label':14}{'precision':>10}{'recall':>8}{'F1':>8}{'support':>9}{'ECE':>8}"
        lines = [
            f"{r.label:14}{r.precision:10.3f}{r.recall:8.3f}{r.f1:8.3f}{r.support:9d}{r.calibration_error:8.3f}"
            for r in self.labels
        ]
        ends = [f"macro-F1 {name}: {value:.3f}" for name, value in self.macro_f1.items()]
        ends += [f"accuracy {name}: {value:.3f}" for name, value in self.accuracy.items()]
        ends += [f"calibration error: {self.calibration_error:.3f}"]
        if self.worst_group:
            ends += [f"worst group: {self.worst_group[0]} (macro-F1 of intents {self.worst_group[1]:.3f})"]
        return "\n".join([f"{self.rows} rows", head, *lines, "", *ends])


def evaluate(rows: Sequence[Row], classifier: Classifier) -> Report:
    """Figures of a classifier on rows."""
    answers = classifier.classify([row.text for row in rows])
    return compare(rows, answers)


def compare(rows: Sequence[Row], answers: Sequence[Classification]) -> Report:
    """Figures of answers against rows, one answer a row."""
    names = (*labels.ALL, URGENT)
    wanted, said, sure = _with_urgent(targets(rows)), _decisions(answers), _probabilities(answers)
    reports = tuple(
        report
        for i, name in enumerate(names)
        if (report := _label(name, wanted[:, i], said[:, i], sure[:, i])) is not None
    )
    groups = _groups(rows, wanted, said)
    worst = min(groups.items(), key=lambda item: item[1], default=None)
    return Report(
        rows=len(rows),
        labels=reports,
        macro_f1={kind: _macro(reports, members) for kind, members in KINDS.items()},
        accuracy={kind: _accuracy(wanted, said, KINDS[kind]) for kind in ("sentiment", "urgency")},
        calibration_error=float(np.mean([r.calibration_error for r in reports])) if reports else 0.0,
        worst_group=worst,
        groups=groups,
    )


def _with_urgent(wanted: Floats) -> Floats:
    urgent = wanted[:, [labels.ALL.index("high"), labels.ALL.index("critical")]].sum(axis=1, keepdims=True)
    return np.hstack([wanted, urgent])


def _named(answer: Classification) -> set[str]:
    named = {*answer.intents, *answer.topics, answer.sentiment, answer.urgency}
    return {str(name) for name in named} | ({URGENT} if answer.urgency.rank >= 2 else set())


def _decisions(answers: Sequence[Classification]) -> Floats:
    names = (*labels.ALL, URGENT)
    return np.array([[float(name in _named(a)) for name in names] for a in answers]).reshape(len(answers), len(names))


def _probabilities(answers: Sequence[Classification]) -> Floats:
    rows = [
        [*(a.confidence[name] for name in labels.ALL), min(1.0, a.confidence["high"] + a.confidence["critical"])]
        for a in answers
    ]
    return np.array(rows).reshape(len(answers), len(labels.ALL) + 1)


def _label(name: str, wanted: Floats, said: Floats, sure: Floats) -> LabelReport | None:
    use = ~np.isnan(wanted)
    if not use.any():
        return None
    wanted, said, sure = wanted[use], said[use], sure[use]
    precision, recall, f1, _ = precision_recall_fscore_support(wanted, said, average="binary", zero_division=0.0)
    return LabelReport(
        label=name,
        precision=float(precision),
        recall=float(recall),
        f1=float(f1),
        support=int(wanted.sum()),
        known=int(use.sum()),
        calibration_error=calibration_error(wanted, sure),
    )


def calibration_error(wanted: Floats, sure: Floats, bins: int = BINS) -> float:
    """Expected calibration error: mean distance of probability and frequency over equal-width bins."""
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = np.bincount(place, weights=sure - wanted, minlength=bins)
    return float(np.abs(gaps).sum() / len(wanted))


def _macro(reports: Sequence[LabelReport], names: Sequence[str]) -> float:
    figures = [r.f1 for r in reports if r.label in names and r.support]
    return float(np.mean(figures)) if figures else 0.0


def _accuracy(wanted: Floats, said: Floats, names: Sequence[str]) -> float:
    columns = [labels.ALL.index(name) for name in names]
    use = ~np.isnan(wanted[:, columns]).any(axis=1)
    right = wanted[use][:, columns].argmax(axis=1) == said[use][:, columns].argmax(axis=1)
    return float(right.mean()) if use.any() else 0.0


def _groups(rows: Sequence[Row], wanted: Floats, said: Floats) -> dict[str, float]:
    key: Callable[[Row], str] = lambda row: row.domain or row.group or "all"  # noqa: E731 - one use, named for the reader
    places: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        places.setdefault(key(row), []).append(i)
    return {name: _group(wanted[where], said[where]) for name, where in places.items() if len(where) >= WORST_FROM}


def _group(wanted: Floats, said: Floats) -> float:
    reports = [_label(n, wanted[:, i], said[:, i], said[:, i]) for i, n in enumerate(labels.INTENTS)]
    return _macro([r for r in reports if r is not None], labels.INTENTS)
