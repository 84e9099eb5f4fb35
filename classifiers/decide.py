"""From probabilities to decisions, by what mistakes cost.

With honest probabilities a label is worth saying when p * (cost of a miss) >= (1 - p) * (cost of a false one), that is
from p = 1 / (1 + cost) on, cost being what a miss costs in false alarms.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from classifiers import labels
from listener.model import Classification, Intent, Sentiment, Topic, Urgency

Floats = NDArray[np.float64]

URGENT = "urgent"
"""High or critical: what wakes people."""

COSTS: Mapping[str, float] = {
    **dict.fromkeys(labels.FLAGS, 3.0),  # rare: a false one costs a glance, a missed one is never seen
    "complaint": 1.3,
    "question": 2.0,
    "praise": 2.0,
    URGENT: 2.0,
    "critical": 4.0,
}
"""What a miss costs, in false alarms. Most of all where minutes count; least for complaint, the commonest alarm."""


ANSWER = 2.0
"""What a complaint that gets no answer costs, in answers that nothing called for."""


def thresholds(costs: Mapping[str, float]) -> dict[str, float]:
    """The probability from which each label is said. Costs must be above 0."""
    return {name: 1.0 / (1.0 + cost) for name, cost in costs.items()}


def said(sure: Floats, at: Mapping[str, float]) -> Floats:
    """(rows, labels.ALL + URGENT) 0/1 decisions from (rows, labels.ALL) probabilities."""
    decided = np.zeros((len(sure), len(labels.ALL) + 1))
    for name in labels.FLAGS:
        column = labels.ALL.index(name)
        decided[:, column] = sure[:, column] >= at[name]
    sentiments = slice(labels.ALL.index(labels.SENTIMENTS[0]), labels.ALL.index(labels.SENTIMENTS[-1]) + 1)
    decided[:, sentiments] = np.eye(len(labels.SENTIMENTS))[sure[:, sentiments].argmax(axis=1)]
    low, normal, high, critical = (labels.ALL.index(name) for name in labels.URGENCIES)
    due = np.where(decided[:, labels.ALL.index("complaint")] > 0, ANSWER, 1.0)
    level = np.where(sure[:, normal] * due >= sure[:, low], normal, low)
    level = np.where(sure[:, high] + sure[:, critical] >= at[URGENT], high, level)
    level = np.where(sure[:, critical] >= at["critical"], critical, level)
    decided[np.arange(len(sure)), level] = 1.0
    decided[:, -1] = level >= high
    return decided


def again(
    opinion: Classification, confidence: Mapping[str, float], at: Mapping[str, float], version: str
) -> Classification:
    """The same opinion with other probabilities, decided anew. Evidence of labels that no longer stand goes."""
    sure = dict(confidence)
    for choice in (labels.SENTIMENTS, labels.URGENCIES):
        whole = sum(sure[name] for name in choice) or 1.0
        sure |= {name: round(sure[name] / whole, 4) for name in choice}
    row = said(np.array([[sure[name] for name in labels.ALL]]), at)[0]
    names = {name for name, yes in zip(labels.ALL, row, strict=False) if yes}
    return replace(
        opinion,
        sentiment=next(s for s in Sentiment if s.value in names),
        intents=tuple(i for i in Intent if i.value in names),
        topics=tuple(t for t in Topic if t.value in names),
        urgency=next(u for u in Urgency if u.value in names),
        confidence=sure,
        evidence=tuple(e for e in opinion.evidence if e.label in names or e.label not in labels.ALL),
        model=version,
    )
