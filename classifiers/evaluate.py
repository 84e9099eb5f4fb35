"""How good a classifier is on labelled rows: `listener evaluate`.

Labels that annotators disputed are left out of every figure. F1 and the rest count decisions; calibration error
(expected, 10 bins) counts the probabilities behind them.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import precision_recall_fscore_support

from classifiers import labels
from classifiers.decide import URGENT
from classifiers.rows import Row, targets
from listener.model import Classification
from listener.protocols import Classifier

Floats = NDArray[np.float64]
BINS = 10
WORST_FROM = 20
"""Rows that a group needs to be named as the worst."""
NAMES = (*labels.ALL, URGENT)
KINDS = {
    "intents": labels.INTENTS,
    "sentiment": labels.SENTIMENTS,
    "urgency": labels.URGENCIES,
    "topics": labels.TOPICS,
}


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
    return compare(rows, classifier.classify([row.text for row in rows]))


def compare(rows: Sequence[Row], answers: Sequence[Classification]) -> Report:
    """Figures of answers against rows, one answer a row."""
    return figures(rows, decisions(answers), _probabilities(answers))


def figures(rows: Sequence[Row], said: Floats, sure: Floats) -> Report:
    """Figures of decisions (rows, NAMES) and probabilities (rows, labels.ALL) against rows."""
    wanted = _with_urgent(targets(rows))
    sure = _with_urgent(sure)
    each = [_label(name, wanted[:, i], said[:, i], sure[:, i]) for i, name in enumerate(NAMES)]
    reports = tuple(report for report in each if report is not None)
    groups = _groups(rows, wanted, said)
    return Report(
        rows=len(rows),
        labels=reports,
        macro_f1={kind: _macro(reports, members) for kind, members in KINDS.items()},
        accuracy={kind: _accuracy(wanted, said, KINDS[kind]) for kind in ("sentiment", "urgency")},
        calibration_error=float(np.mean([r.calibration_error for r in reports])) if reports else 0.0,
        worst_group=min(groups.items(), key=lambda item: item[1], default=None),
        groups=groups,
    )


def _with_urgent(values: Floats) -> Floats:
    urgent = values[:, [labels.ALL.index("high"), labels.ALL.index("critical")]].sum(axis=1, keepdims=True)
    return np.hstack([values, np.minimum(urgent, 1.0)])


def named(answer: Classification) -> set[str]:
    """Every label that an answer says."""
    return {str(name) for name in (*answer.intents, *answer.topics, answer.sentiment, answer.urgency)}


def decisions(answers: Sequence[Classification]) -> Floats:
    """(answers, NAMES) 0/1: what each answer says."""
    urgent = [float(answer.urgency.rank >= 2) for answer in answers]
    flat = [[*(float(name in named(a)) for name in labels.ALL), u] for a, u in zip(answers, urgent, strict=True)]
    return np.array(flat).reshape(len(answers), len(NAMES))


def _probabilities(answers: Sequence[Classification]) -> Floats:
    return np.array([[a.confidence[name] for name in labels.ALL] for a in answers]).reshape(-1, len(labels.ALL))


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


def reliability(wanted: Floats, sure: Floats, bins: int = BINS) -> list[tuple[int, float, float]]:
    """Per bin of equal width that is not empty: rows, mean probability, share of rows where the label holds."""
    use = ~np.isnan(wanted)
    wanted, sure = wanted[use], sure[use]
    place = np.minimum((sure * bins).astype(int), bins - 1)
    parts = [place == b for b in range(bins)]
    return [
        (int(p.sum()), round(float(sure[p].mean()), 3), round(float(wanted[p].mean()), 3)) for p in parts if p.any()
    ]


def calibration_error(wanted: Floats, sure: Floats, bins: int = BINS) -> float:
    """Expected calibration error: mean distance of probability and frequency over equal-width bins."""
    place = np.minimum((sure * bins).astype(int), bins - 1)
    gaps = np.bincount(place, weights=sure - wanted, minlength=bins)
    return float(np.abs(gaps).sum() / len(wanted))


def _macro(reports: Sequence[LabelReport], names: Sequence[str]) -> float:
    found = [r.f1 for r in reports if r.label in names and r.support]
    return float(np.mean(found)) if found else 0.0


def _accuracy(wanted: Floats, said: Floats, names: Sequence[str]) -> float:
    columns = [labels.ALL.index(name) for name in names]
    use = ~np.isnan(wanted[:, columns]).any(axis=1)
    right = wanted[use][:, columns].argmax(axis=1) == said[use][:, columns].argmax(axis=1)
    return float(right.mean()) if use.any() else 0.0


def _groups(rows: Sequence[Row], wanted: Floats, said: Floats) -> dict[str, float]:
    members: dict[str, list[int]] = {}
    for i, row in enumerate(rows):
        members.setdefault(row.domain or row.group or "all", []).append(i)
    return {name: _group(wanted[where], said[where]) for name, where in members.items() if len(where) >= WORST_FROM}


def _group(wanted: Floats, said: Floats) -> float:
    reports = [_label(n, wanted[:, i], said[:, i], said[:, i]) for i, n in enumerate(labels.INTENTS)]
    return _macro([r for r in reports if r is not None], labels.INTENTS)
