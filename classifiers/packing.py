"""From fitted layers to an artefact: what is kept of them, and in which order."""

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import dense, features, shape
from classifiers.artefact import Artefact
from classifiers.fitting import Fitted

Floats = NDArray[np.float64]

KEPT = 95_000
"""Pairs and n-grams of the artefact; the rest moves scores by next to nothing."""


def pack(fitted: Fitted, thresholds: Mapping[str, float], metadata: Mapping[str, Any]) -> Artefact:
    """An artefact of a fitted model; of pairs and n-grams only those that are worth most are kept."""
    source = fitted.features
    weights = fitted.first.weights * source.idf[:, None]
    keep = _weightiest(weights, source)
    names = [name for name, kept in zip(source.names, keep, strict=True) if kept]
    n_words, n_pairs = source.n_words, int(keep[source.n_words : source.n_words + source.n_pairs].sum())
    words, pairs, ngrams = names[:n_words], names[n_words : n_words + n_pairs], names[n_words + n_pairs :]
    second = fitted.second
    arrays: dict[str, NDArray[Any]] = {
        "linear": weights[keep].astype(np.float16),
        "linear_bias": fitted.first.bias.astype(np.float32),
        "squares": (source.idf[:n_words] ** 2).astype(np.float32),
        "pairs": features.pairs_of(words, pairs),
        "hidden": second.nets.hidden,
        "hidden_bias": second.nets.hidden_bias,
        "out": second.nets.out,
        "out_bias": second.nets.out_bias,
        "gate": second.gate.hidden,
        "gate_bias": second.gate.hidden_bias,
        "gate_out": second.gate.out,
        "tuning": second.tuning,
    }
    facts: dict[str, Any] = {
        "heads": list(fitted.heads),
        "base": features.BASE,
        "ngrams": list(features.NGRAMS),
        # pairs, not objects: their order is that of columns, and JSON objects have none
        "cues": [[name, list(phrases)] for name, phrases in fitted.words.cues.phrases.items()],
        "lexicon": [[name, list(phrases)] for name, phrases in fitted.words.lexicon.phrases.items()],
        "gates": [[gate, list(opened)] for gate, opened in dense.GATES.items()],
        "shape": list(shape.NAMES),
        "thresholds": dict(thresholds),
    }
    return Artefact(arrays=arrays, vocabulary=(*words, *ngrams), metadata={**facts, **metadata})


def _weightiest(weights: Floats, source: features.Features) -> NDArray[np.bool_]:
    """Which features to keep. What a pair or an n-gram is worth is how much it moves scores over many texts, in the
    head where that is most: its weight times the root of how many texts have it. By weight alone, pairs of two texts
    would win over the n-grams that read every inflection."""
    known = source.n_words + source.n_pairs
    rarity = source.idf / np.where(np.arange(len(source.idf)) < known, 1.0, features.CHARS)
    moved = np.abs(weights) * np.exp(-rarity / 2.0)[:, None]
    worth = (moved / (np.sqrt((moved**2).mean(axis=0)) + 1e-12)).max(axis=1)
    worth[: source.n_words] = np.inf  # every word counts in the length of a text
    keep: NDArray[np.bool_] = np.zeros(len(weights), dtype=bool)
    keep[np.argsort(-worth, kind="stable")[: source.n_words + KEPT]] = True
    return keep
