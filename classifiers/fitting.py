"""Fits the two layers with scikit-learn and packs them as an artefact.

The first layer's scores that the second is trained on come from models that have not seen the row's group (writer or
origin), so the second layer learns how far the first can be trusted on texts by others; that is also what makes its
probabilities honest.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifiers import features, labels, shape
from classifiers.artefact import Artefact
from classifiers.cues import Cues
from classifiers.model import LANGUAGE_HEAD
from classifiers.rows import Row, targets
from classifiers.tokens import counted, readable, surfaces

Floats = NDArray[np.float64]

HEADS = (*labels.ALL, LANGUAGE_HEAD)
FIRST_C, SECOND_C = 8.0, 0.05
PRUNE = 2e-3
"""Weights of features below this in every head are dropped from the artefact."""

THRESHOLDS = dict.fromkeys(labels.FLAGS, 0.5) | {"critical": 0.35, "urgent": 0.5}


@dataclass(frozen=True, slots=True)
class Layer:
    """Linear heads. weights: (inputs, heads); bias: (heads,)."""

    weights: Floats
    bias: Floats

    def apply(self, inputs: Any) -> Floats:
        """(rows, heads) scores of a dense or sparse (rows, inputs) matrix."""
        result: Floats = np.asarray(inputs @ self.weights) + self.bias
        return result


def load_cues() -> dict[str, tuple[str, ...]]:
    """The word cues of cues.toml, name -> phrases."""
    with Path(__file__).with_name("cues.toml").open("rb") as file:
        groups = tomllib.load(file)
    return {name: tuple(phrases) for group in groups.values() for name, phrases in group.items()}


def head_targets(rows: Sequence[Row]) -> Floats:
    """(rows, HEADS) with NaN where unknown."""
    english = [[np.nan if row.language not in ("pl", "en") else float(row.language == "en")] for row in rows]
    return np.hstack([targets(rows), np.array(english)])


def fit_first(inputs: Any, wanted: Floats, weight: Floats) -> Layer:
    """One logistic head a column of wanted; unknown rows are left out."""
    weights, bias = np.zeros((inputs.shape[1], wanted.shape[1])), np.full(wanted.shape[1], -5.0)
    for head in range(wanted.shape[1]):
        use = ~np.isnan(wanted[:, head])
        if len(np.unique(wanted[use, head])) == 2:
            model = LogisticRegression(C=FIRST_C, solver="liblinear", random_state=0)
            model.fit(inputs[use], wanted[use, head], sample_weight=weight[use])
            weights[:, head], bias[head] = model.coef_[0], model.intercept_[0]
    return Layer(weights, bias)


def fit_second(inputs: Floats, wanted: Floats, weight: Floats) -> Layer:
    """Log-odds of labels.ALL from dense inputs; sentiment and urgency as one choice each."""
    layer = Layer(np.zeros((inputs.shape[1], len(labels.ALL))), np.full(len(labels.ALL), -5.0))
    for group in [*((name,) for name in labels.FLAGS), labels.SENTIMENTS, labels.URGENCIES]:
        _fit_group(layer, group, inputs, wanted, weight)
    return layer


def _fit_group(layer: Layer, group: Sequence[str], inputs: Floats, wanted: Floats, weight: Floats) -> None:
    columns = [labels.ALL.index(name) for name in group]
    use = ~np.isnan(wanted[:, columns[0]])
    answer = wanted[use, columns[0]] if len(group) == 1 else wanted[use][:, columns].argmax(axis=1)
    classes = np.unique(answer)
    if len(classes) < 2:
        return
    mean, spread = inputs[use].mean(axis=0), inputs[use].std(axis=0) + 1e-6
    model = LogisticRegression(C=SECOND_C, max_iter=2000)
    model.fit((inputs[use] - mean) / spread, answer, sample_weight=weight[use])
    into = columns if len(group) == 1 or len(classes) == 2 else [columns[int(c)] for c in classes]
    into = into[-1:] if len(classes) == 2 else into
    for column, coefficients, intercept in zip(into, model.coef_, model.intercept_, strict=True):
        layer.weights[:, column] = coefficients / spread
        layer.bias[column] = intercept - float((coefficients / spread) @ mean)


def extras(texts: Sequence[str], cues: Cues) -> Floats:
    """(texts, cues + shape) what the second layer sees beside scores."""
    found = np.zeros((len(texts), len(cues.names) + len(shape.NAMES)))
    for row, text in enumerate(texts):
        written = [match.group() for match in surfaces(readable(text))]
        norms = counted(text).split(" ") if written else []
        found[row, [owner for owner, _, _ in cues.find(norms)]] = 1.0
        found[row, len(cues.names) :] = shape.shape(written, norms)
    return found


@dataclass(frozen=True, slots=True)
class Fitted:
    """Both layers and what they rest on. outside: (rows, HEADS) scores by models that had not seen the row's group."""

    features: features.Features
    first: Layer
    second: Layer
    cues: Cues
    outside: Floats


def folds(rows: Sequence[Row], count: int = 5) -> NDArray[np.int64]:
    """A fold a row. Every composed writer is one; other origins are spread by text, so that copies stay together."""
    writers = sorted({row.group for row in rows if row.group.startswith("composed-")})
    return np.array([_fold(row, writers, count) for row in rows])


def _fold(row: Row, writers: Sequence[str], count: int) -> int:
    if row.group in writers:
        return writers.index(row.group) % count
    return sum(counted(row.text).encode()) % count


def fit(rows: Sequence[Row], cues: Mapping[str, Sequence[str]] | None = None) -> Fitted:
    """Trains everything on rows."""
    automaton = Cues(load_cues() if cues is None else cues)
    texts = [counted(row.text) for row in rows]
    wanted, weight = head_targets(rows), np.array([row.weight for row in rows])
    outside, part = np.zeros((len(rows), len(HEADS))), folds(rows)
    for fold in np.unique(part):
        seen = np.flatnonzero(part != fold)
        vectors = features.fit([texts[i] for i in seen])
        layer = fit_first(vectors.transform([texts[i] for i in seen]), wanted[seen], weight[seen])
        held = np.flatnonzero(part == fold)
        outside[held] = layer.apply(vectors.transform([texts[i] for i in held]))
    vectors = features.fit(texts)
    first = fit_first(vectors.transform(texts), wanted, weight)
    dense = np.hstack([outside, extras([row.text for row in rows], automaton)])
    second = fit_second(dense, wanted[:, : len(labels.ALL)], weight)
    return Fitted(vectors, first, second, automaton, outside)


def pack(fitted: Fitted, metadata: Mapping[str, Any]) -> Artefact:
    """An artefact of a fitted model; features that weigh next to nothing are left out, except the words."""
    source = fitted.features
    weights = fitted.first.weights * source.idf[:, None]
    keep = np.abs(weights).max(axis=1) >= PRUNE * np.abs(weights).max()
    keep[: source.n_words] = True
    n_pairs = int(keep[source.n_words : source.n_words + source.n_pairs].sum())
    arrays = {
        "linear": weights[keep].astype(np.float16),
        "linear_bias": fitted.first.bias.astype(np.float32),
        "squares": (source.idf[: source.n_words] ** 2).astype(np.float32),
        "second": fitted.second.weights.astype(np.float32),
        "second_bias": fitted.second.bias.astype(np.float32),
    }
    facts = {
        "heads": list(HEADS),
        "n_pairs": n_pairs,
        "base": features.BASE,
        "ngrams": list(features.NGRAMS),
        "cues": {name: list(phrases) for name, phrases in fitted.cues.phrases.items()},
        "thresholds": THRESHOLDS,
    }
    vocabulary = tuple(name for name, kept in zip(source.names, keep, strict=True) if kept)
    return Artefact(arrays=arrays, vocabulary=vocabulary, metadata={**facts, **metadata})
