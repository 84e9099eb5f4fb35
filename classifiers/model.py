"""The classifier: cached linear scores, then one small layer that weighs them with cues and the text's shape."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import labels, language
from classifiers.artefact import Arrays, Artefact
from classifiers.cues import Cues
from classifiers.evidence import evidence
from classifiers.scoring import Scorer
from classifiers.shape import shape
from classifiers.tokens import readable, surfaces
from listener.errors import ModelError
from listener.model import Classification, Intent, Sentiment, Topic, Urgency

Floats = NDArray[np.float32]

LANGUAGE_HEAD = "english"


@dataclass(frozen=True, slots=True)
class Reading:
    """One text on its way through the model.

    readable: without markup; rows and pairs point into the scorer's cache until its next read.
    """

    text: str
    readable: str
    surfaces: tuple[str, ...]
    norms: tuple[str, ...]
    rows: tuple[int, ...]
    pairs: tuple[tuple[int, int], ...]
    scores: Floats
    cues: tuple[tuple[int, int, int], ...]


class TriageClassifier:
    """Names what texts say. Made from an artefact; holds no lock: one instance a thread, or calls in turn."""

    def __init__(self, artefact: Artefact) -> None:
        try:
            self._build(artefact.arrays, artefact.metadata, artefact.vocabulary)
        except (KeyError, ValueError, TypeError, IndexError) as e:
            raise ModelError(f"the model's parts do not fit together: {e}", mend="run `make model`") from e

    def _build(self, arrays: Arrays, metadata: Mapping[str, Any], vocabulary: Sequence[str]) -> None:
        self.version = str(metadata["version"])
        self.metadata = metadata
        self.heads = tuple(metadata["heads"])
        self.cues = Cues(metadata["cues"])
        self.scorer = Scorer(
            vocabulary,
            arrays["linear"].astype(np.float32),
            arrays["squares"].astype(np.float32),
            n_pairs=int(metadata["n_pairs"]),
            base=float(metadata["base"]),
            ngrams=(int(metadata["ngrams"][0]), int(metadata["ngrams"][1])),
        )
        self._known = frozenset(vocabulary[: len(arrays["squares"])])
        self._bias = arrays["linear_bias"].astype(np.float32)
        self._second = arrays["second"].astype(np.float64)
        self._second_bias = arrays["second_bias"].astype(np.float64)
        self._thresholds = {name: float(value) for name, value in metadata["thresholds"].items()}

    def classify(self, texts: Sequence[str]) -> list[Classification]:
        """One Classification a text, order kept. Any text gets an answer; cost grows with its length only."""
        return [self._classify(text) for text in texts]

    def _classify(self, text: str) -> Classification:
        reading = self.read(text)
        return self._decide(reading, self.confidence(self.second(self.dense(reading))))

    def read(self, text: str) -> Reading:
        """Tokens, first-layer scores and cues of a text."""
        clean = readable(text)
        found = [match.group() for match in surfaces(clean)]
        rows, norms = self.scorer.read(found)
        pairs = self.scorer.pairs(norms)
        scores = self.scorer.scores(rows, pairs) + self._bias
        cues = tuple(self.cues.find(norms))
        return Reading(text, clean, tuple(found), tuple(norms), tuple(rows), tuple(pairs), scores, cues)

    def dense(self, reading: Reading) -> NDArray[np.float64]:
        """What the second layer sees: scores, then a 0/1 a cue, then the shape."""
        present = np.zeros(len(self.cues.names))
        present[[owner for owner, _, _ in reading.cues]] = 1.0
        return np.concatenate([reading.scores, present, shape(reading.surfaces, reading.norms)])

    def second(self, dense: NDArray[np.float64]) -> NDArray[np.float64]:
        """Log-odds of labels.ALL."""
        result: NDArray[np.float64] = dense @ self._second + self._second_bias
        return result

    def confidence(self, logits: NDArray[np.float64]) -> dict[str, float]:
        """A probability a label; those of sentiment and of urgency sum to one each."""
        odds = dict(zip(labels.ALL, logits.tolist(), strict=True))
        sure = {name: _sigmoid(odds[name]) for name in labels.FLAGS}
        for group in (labels.SENTIMENTS, labels.URGENCIES):
            sure |= _softmax({name: odds[name] for name in group})
        return sure

    def _decide(self, reading: Reading, sure: Mapping[str, float]) -> Classification:
        chosen = [name for name in labels.FLAGS if sure[name] >= self._thresholds[name]]
        urgency = self._urgency(sure)
        words = [n for n in reading.norms if n[0].isalpha()]
        known = sum(n in self._known for n in words)
        english = _sigmoid(float(reading.scores[self.heads.index(LANGUAGE_HEAD)]))
        lang, lang_sure = language.detect(reading.text, words, known, english)
        return Classification(
            language=lang,
            sentiment=Sentiment(max(labels.SENTIMENTS, key=sure.__getitem__)),
            intents=tuple(Intent(name) for name in chosen if name in labels.INTENTS),
            urgency=urgency,
            topics=tuple(Topic(name) for name in chosen if name in labels.TOPICS),
            confidence={name: round(sure[name], 4) for name in labels.ALL} | {"language": round(lang_sure, 4)},
            evidence=evidence(reading, self, chosen, urgency),
            model=self.version,
        )

    def _urgency(self, sure: Mapping[str, float]) -> Urgency:
        if sure["critical"] >= self._thresholds["critical"]:
            return Urgency.CRITICAL
        if sure["critical"] + sure["high"] >= self._thresholds["urgent"]:
            return Urgency.HIGH
        return Urgency.NORMAL if sure["normal"] >= sure["low"] else Urgency.LOW


def _sigmoid(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x > -500 else 0.0


def _softmax(odds: Mapping[str, float]) -> dict[str, float]:
    top = max(odds.values())
    grown = {name: math.exp(value - top) for name, value in odds.items()}
    total = sum(grown.values())
    return {name: value / total for name, value in grown.items()}
