"""The classifier: cached linear scores, then one small layer that weighs them with cues and the text's shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import dense, labels, language
from classifiers.artefact import Arrays, Artefact
from classifiers.cues import Cues
from classifiers.evidence import evidence
from classifiers.forest import Forest
from classifiers.scoring import Scorer
from classifiers.second import Second
from classifiers.tokens import readable, surfaces
from listener.errors import ModelError
from listener.model import Classification, Intent, Sentiment, Topic, Urgency

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

LANGUAGE_HEAD = "english"
BATCH = 256
"""Texts that are scored at once: more gain nothing and cost memory."""

_FLAG_COLUMNS = [(name, labels.ALL.index(name)) for name in labels.FLAGS]
_INTENTS = [(intent.value, intent) for intent in Intent]
_TOPICS = [(topic.value, topic) for topic in Topic]
_SENTIMENT = labels.ALL.index(labels.SENTIMENTS[0])
_URGENCY = labels.ALL.index(labels.URGENCIES[0])
_SENTIMENTS, _URGENCIES = list(Sentiment), list(Urgency)


@dataclass(frozen=True, slots=True)
class Reading:
    """One text on its way through the model.

    readable: without markup; rows and pairs point into the scorer's cache until it makes room.
    """

    text: str
    readable: str
    surfaces: Sequence[str]
    norms: Sequence[str]
    rows: Sequence[int]
    pairs: Sequence[tuple[int, int]]
    cues: Sequence[tuple[int, int, int]]


class TriageClassifier:
    """Names what texts say. Its cache grows as it reads: one instance a thread.

    Made from an artefact; thresholds stand in place of its own.
    """

    def __init__(self, artefact: Artefact, thresholds: Mapping[str, float] | None = None) -> None:
        try:
            self._build(artefact.arrays, artefact.metadata, artefact.vocabulary)
            self.thresholds |= thresholds or {}
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
            arrays["squares"],
            n_pairs=int(metadata["n_pairs"]),
            base=float(metadata["base"]),
            ngrams=(int(metadata["ngrams"][0]), int(metadata["ngrams"][1])),
        )
        self._bias = arrays["linear_bias"]
        trees = (arrays[name] for name in ("tree_feature", "tree_threshold", "tree_leaf", "tree_prior"))
        self.second = Second(arrays["second"], arrays["second_bias"], Forest(*trees))
        self._pooled = [self.heads.index(name) for name in dense.POOLED]
        self._english = self.heads.index(LANGUAGE_HEAD)
        self.thresholds = {name: float(value) for name, value in metadata["thresholds"].items()}
        if len(arrays["linear"]) != len(vocabulary) or self.scorer.heads != len(self.heads):
            raise ValueError(f"{len(vocabulary)} words for weights of shape {arrays['linear'].shape}")

    def classify(self, texts: Sequence[str]) -> list[Classification]:
        """One Classification a text, order kept. Any text gets an answer; cost grows with its length only."""
        answers: list[Classification] = []
        for first in range(0, len(texts), BATCH):
            self.scorer.make_room()
            readings = [self.read(text) for text in texts[first : first + BATCH]]
            inputs, english = self.dense(readings)
            sure = self.second.probabilities(inputs).round(4).tolist()
            sure_english = (1.0 / (1.0 + np.exp(-np.clip(english, -60, 60)))).tolist()
            answers += [self._decide(r, p, e) for r, p, e in zip(readings, sure, sure_english, strict=True)]
        return answers

    def read(self, text: str) -> Reading:
        """Tokens and cues of a text."""
        clean = readable(text)
        found = surfaces(clean)
        rows, norms = self.scorer.read(found)
        return Reading(text, clean, found, norms, rows, self.scorer.pairs(norms), self.cues.find(norms))

    def dense(self, readings: Sequence[Reading]) -> tuple[Floats, Floats]:
        """(texts, inputs) what the second layer sees, and (texts,) scores of the language head.

        Each sentence is a segment of cache rows; pairs that reach over the end of a sentence are a last segment of
        the text: they count for the text and for no sentence.
        """
        rows: list[int] = []
        starts: list[int] = []
        firsts: list[int] = []
        loose: list[int] = []
        for reading in readings:
            firsts.append(len(starts))
            loose.append(self._segments(reading, rows, starts))
        sums = self.scorer.segment_sums(rows, starts)
        return self._scored(readings, sums, np.array(firsts), np.array(loose))

    def _segments(self, reading: Reading, rows: list[int], starts: list[int]) -> int:
        """Adds a text's segments to rows and starts; the index of its last one."""
        zero, norms = self.scorer.zero, reading.norms
        firsts = dense.sentence_starts(norms) or [0]
        breaks = {first - 1 for first in firsts}
        crossing = [row for at, row in reading.pairs if at in breaks]
        inner = [(at, row) for at, row in reading.pairs if at not in breaks] if crossing else reading.pairs
        pair = 0
        for first, last in zip(firsts, [*firsts[1:], len(norms)], strict=True):
            starts.append(len(rows))
            rows.append(zero)
            rows += reading.rows[first:last]
            while pair < len(inner) and inner[pair][0] < last:
                rows.append(inner[pair][1])
                pair += 1
        starts.append(len(rows))
        rows.append(zero)
        rows += crossing
        return len(starts) - 1

    def _scored(
        self, readings: Sequence[Reading], sums: NDArray[np.float32], firsts: Ints, loose: Ints
    ) -> tuple[Floats, Floats]:
        whole = (self.scorer.scaled(np.add.reduceat(sums, firsts, axis=0)) + self._bias).astype(np.float64)
        sentences = (self.scorer.scaled(np.delete(sums, loose, axis=0)) + self._bias).astype(np.float64)
        extremes = dense.pooled(sentences, firsts - np.arange(len(firsts)), self._pooled)
        extras = [dense.extras(r.surfaces, r.norms, r.cues, len(self.cues.names)) for r in readings]
        return np.hstack([whole, extremes, np.array(extras)]), whole[:, self._english]

    def _decide(self, reading: Reading, sure: Sequence[float], english: float) -> Classification:
        chosen = {name for name, at in _FLAG_COLUMNS if sure[at] >= self.thresholds[name]}
        urgency = self._urgency(sure[_URGENCY : _URGENCY + 4])
        words = [n for n in reading.norms if n[0].isalpha()]
        known = sum(map(self.scorer.known, words))
        lang, lang_sure = language.detect(reading.text, words, known, english)
        opinion = sure[_SENTIMENT : _SENTIMENT + 4]
        confidence = dict(zip(labels.ALL, sure, strict=True))
        confidence["language"] = round(lang_sure, 4)
        return Classification(
            language=lang,
            sentiment=_SENTIMENTS[opinion.index(max(opinion))],
            intents=tuple([intent for name, intent in _INTENTS if name in chosen]),
            urgency=urgency,
            topics=tuple([topic for name, topic in _TOPICS if name in chosen]),
            confidence=confidence,
            evidence=evidence(reading, self, chosen, urgency),
            model=self.version,
        )

    def _urgency(self, sure: Sequence[float]) -> Urgency:
        low, normal, high, critical = sure
        if critical >= self.thresholds["critical"]:
            return Urgency.CRITICAL
        if critical + high >= self.thresholds["urgent"]:
            return Urgency.HIGH
        return Urgency.NORMAL if normal >= low else Urgency.LOW
