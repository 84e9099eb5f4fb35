"""What a person should look at first: the review queue's order."""

import math
from collections.abc import Mapping

from classifiers import labels

WEIGHTS: Mapping[str, float] = {
    "complaint": 3.0,
    "critical": 3.0,
    "high": 2.0,
    "churn": 1.0,
    "spam": 1.0,
    "negative": 1.0,
}
"""How much a wrong answer matters, by label; others are not asked about."""
UNSURE = 0.6
"""Doubt from which a post goes to the review queue instead of an alert."""


def doubt(confidence: Mapping[str, float]) -> float:
    """0 (certain) to 1: weighted binary entropy of the labels that matter, the most doubtful counting most.

    A correction of a doubtful post teaches most, so the queue is ordered by this, highest first.
    """
    each = [weight * _entropy(confidence.get(name, 0.0)) for name, weight in WEIGHTS.items()]
    return max(each) / max(WEIGHTS.values())


def unsure(confidence: Mapping[str, float], threshold: float = UNSURE) -> bool:
    """Whether a person should decide before anybody is woken."""
    return doubt(confidence) >= threshold


def _entropy(p: float) -> float:
    if p <= 0.0 or p >= 1.0:
        return 0.0
    return -(p * math.log2(p) + (1 - p) * math.log2(1 - p))


assert set(WEIGHTS) <= set(labels.ALL)
