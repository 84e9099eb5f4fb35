"""What one brand's corrections add to the shipped model, without touching it.

A brand's posts have words of their own. From the labels that its staff gave, a small correction is learned for that
brand alone: the model's own log-odds plus a shift plus weights of words, each pulled towards nothing (ridge). The
model forgets nothing, other brands notice nothing, and with no lessons the answer is the model's own. A correction
that does not help on lessons that it has not seen is not used. 600 lessons take two seconds: it is learned anew at each
start.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import minimize
from scipy.special import expit

from classifiers import decide, labels
from classifiers.tokens import counted
from listener.model import Classification

Floats = NDArray[np.float64]

ENOUGH = 12
"""Lessons about a label before anything is learned of it."""
PULL, PULL_SHIFT = 1.0, 2.0
"""Ridge on the weights of words, and on the shift."""
FOLDS = 4
_STEM = 5
_SURE = 1e-3  # the model's own confidence is never taken for more certain than this


@dataclass(frozen=True, slots=True, kw_only=True)
class Lesson:
    """A post that a person judged. confidence: the model's own; known: label -> whether it holds (labels that are not
    there were not judged). weight: what it counts; a confirmation by silence counts less than a correction."""

    text: str
    confidence: Mapping[str, float]
    known: Mapping[str, bool]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class _Shift:
    """What is added to the log-odds of one label."""

    constant: float
    words: Mapping[str, float]

    def of(self, parts: Mapping[str, float]) -> float:
        return self.constant + sum(self.words.get(part, 0.0) * value for part, value in parts.items())


@dataclass(frozen=True, slots=True)
class Adaptation:
    """A brand's corrections, ready to apply. shifts: label -> what is added. lessons: how many taught it."""

    shifts: Mapping[str, _Shift] = field(default_factory=dict)
    lessons: int = 0

    def apply(self, opinion: Classification, text: str, thresholds: Mapping[str, float]) -> Classification:
        """The opinion as this brand's staff would have it. thresholds: the model's, by label."""
        if not self.shifts:
            return opinion
        parts = features(text)
        confidence = dict(opinion.confidence)
        for label, shift in self.shifts.items():
            confidence[label] = round(float(expit(_odds(confidence.get(label, 0.0)) + shift.of(parts))), 4)
        return decide.again(opinion, confidence, thresholds, f"{opinion.model}+brand")


def features(text: str) -> dict[str, float]:
    """Words and beginnings of words of a text, each with the same small value; a long text weighs no more."""
    words = counted(text).split()
    parts = {f"={word}" for word in words} | {word[:_STEM] for word in words if len(word) > _STEM}
    return dict.fromkeys(sorted(parts), 1.0 / np.sqrt(max(len(parts), 1)) * 3.0)


def learn(lessons: Sequence[Lesson]) -> Adaptation:
    """The corrections of one brand; of a label only where they help on lessons that they have not seen."""
    parts = [features(lesson.text) for lesson in lessons]
    names = {name: at for at, name in enumerate(sorted({name for of_text in parts for name in of_text}))}
    cells = [(row, names[name], value) for row, of_text in enumerate(parts) for name, value in of_text.items()]
    rows, columns, values = zip(*cells, strict=True) if cells else ((), (), ())
    inputs = sparse.csr_matrix((values, (rows, columns)), shape=(len(lessons), len(names)))
    shifts = {}
    for label in labels.ALL:
        found = _shift(label, lessons, inputs)
        if found is not None:
            weights = {name: float(found[at]) for name, at in names.items() if abs(found[at]) > 1e-4}
            shifts[label] = _Shift(float(found[-1]), weights)
    return Adaptation(shifts, len(lessons))


def _shift(label: str, lessons: Sequence[Lesson], inputs: Any) -> Floats | None:
    """(words + 1,) weights and the shift of a label; None where there is too little, or it does not help."""
    rows = [at for at, lesson in enumerate(lessons) if label in lesson.known]
    if len(rows) < ENOUGH:
        return None
    wanted = np.array([float(lessons[at].known[label]) for at in rows])
    odds = np.array([_odds(lessons[at].confidence.get(label, 0.0)) for at in rows])
    weight = np.array([lessons[at].weight for at in rows])
    x = sparse.hstack([inputs[rows], np.ones((len(rows), 1))], format="csr")
    fold = np.arange(len(rows)) % FOLDS
    outside = np.zeros(len(rows))
    for part in range(FOLDS):
        seen, held = fold != part, fold == part
        outside[held] = odds[held] + x[held] @ _fit(x[seen], wanted[seen], odds[seen], weight[seen])
    if _loss(outside, wanted, weight) >= _loss(odds, wanted, weight):
        return None
    return _fit(x, wanted, odds, weight)


def _fit(x: Any, wanted: Floats, odds: Floats, weight: Floats) -> Floats:
    """Logistic regression on top of given log-odds, by L-BFGS. x: sparse, as a lesson has few of all words."""
    turned = x.T.tocsr()
    pull = np.full(x.shape[1], PULL)
    pull[-1] = PULL_SHIFT

    def cost(w: Floats) -> tuple[float, Floats]:
        z = odds + x @ w
        value = float((weight * (np.logaddexp(0.0, z) - wanted * z)).sum() + 0.5 * (pull * w * w).sum())
        slope: Floats = turned @ (weight * (expit(z) - wanted)) + pull * w
        return value, slope

    found: Floats = minimize(cost, np.zeros(x.shape[1]), jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
    return found


def _loss(z: Floats, wanted: Floats, weight: Floats) -> float:
    return float((weight * (np.logaddexp(0.0, z) - wanted * z)).sum())


def _odds(p: float) -> float:
    kept = min(max(p, _SURE), 1.0 - _SURE)
    return float(np.log(kept / (1.0 - kept)))
