"""The classifier: cached linear scores, then one small layer that weighs them with cues and the text's shape."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import decide, dense, labels, language, shape
from classifiers.artefact import Arrays, Artefact
from classifiers.cues import Cues
from classifiers.evidence import evidence
from classifiers.scoring import Scorer, Sums
from classifiers.second import Gate, Nets, Second, sigmoid
from classifiers.third import Embed, Third
from classifiers.tokens import readable
from listener.errors import ModelError
from listener.model import Classification, Intent, Sentiment, Topic, Urgency

Floats = NDArray[np.float64]

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

    readable: without markup; rows point into the scorer's cache until it makes room (Scorer.read); cues and phrases, of
    the lexicon: Cues.find.
    """

    text: str
    readable: str
    rows: bytes
    cues: Sequence[tuple[int, int, int]]
    phrases: Sequence[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Scored:
    """A batch of readings as numbers. sure: (texts, labels.ALL) probabilities; english: (texts,) probability that it
    is the one rather than the other of the model's languages; words, known: (texts,) how many words, and known ones."""

    sure: Floats
    english: Floats
    words: NDArray[np.float32]
    known: NDArray[np.float32]


class TriageClassifier:
    """Names what texts say. Its cache grows as it reads: one instance a thread.

    Made from an artefact; thresholds stand in place of its own. third: a layer and its encoder, where texts are to be
    read by one.
    """

    def __init__(
        self,
        artefact: Artefact,
        thresholds: Mapping[str, float] | None = None,
        third: tuple[Third, Embed] | None = None,
    ) -> None:
        self._third = third
        try:
            self._build(artefact.arrays, artefact.metadata, artefact.vocabulary)
            self.thresholds |= thresholds or {}
        except (KeyError, ValueError, TypeError, IndexError) as e:
            raise ModelError(f"the model's parts do not fit together: {e}", mend="run `make model`") from e

    def _build(self, arrays: Arrays, metadata: Mapping[str, Any], vocabulary: Sequence[str]) -> None:
        self.version = str(metadata["version"])
        self.metadata = metadata
        self.heads = tuple(metadata["heads"])
        self.cues = Cues(dict(metadata["cues"]))
        self.lexicon = Cues(dict(metadata["lexicon"]), longest=True)
        self.scorer = Scorer(
            vocabulary,
            arrays["linear"],
            arrays["squares"],
            arrays["pairs"],
            base=float(metadata["base"]),
            ngrams=(int(metadata["ngrams"][0]), int(metadata["ngrams"][1])),
        )
        self._bias = arrays["linear_bias"]
        nets = Nets(*(arrays[name] for name in ("hidden", "hidden_bias", "out", "out_bias")))
        gate = Gate(*(arrays[name] for name in ("gate", "gate_bias", "gate_out")))
        self.second = Second(nets, gate, arrays["tuning"])
        self._pooled = [self.heads.index(name) for name in dense.POOLED]
        self._gates = dense.gate_columns(self.heads, dict(metadata["gates"]))
        self._english = self.heads.index(LANGUAGE_HEAD)
        self._words = len(self.heads) + 2 + shape.TRAITS.index("words")
        self.thresholds = {name: float(value) for name, value in metadata["thresholds"].items()}
        features = len(vocabulary) + len(arrays["pairs"])
        if len(arrays["linear"]) != features or self.scorer.heads != len(self.heads):
            raise ValueError(f"{features} features for weights of shape {arrays['linear'].shape}")

    def classify(self, texts: Sequence[str]) -> list[Classification]:
        """One Classification a text, order kept. Any text gets an answer; cost grows with its length only."""
        answers: list[Classification] = []
        for first in range(0, len(texts), BATCH):
            readings, scored = self.score(texts[first : first + BATCH])
            numbers = (scored.sure, scored.english, scored.words, scored.known)
            rows = zip(readings, *(n.tolist() for n in numbers), strict=True)
            answers += [self._decide(*row) for row in rows]
        return answers

    def score(self, texts: Sequence[str]) -> tuple[list[Reading], Scored]:
        """Probabilities of a batch, without decisions and evidence. Readings hold until the next call."""
        self.scorer.make_room()
        readings = [self._read(text) for text in texts]
        sums = self.scorer.sums([reading.rows for reading in readings])
        inputs = self._inputs(readings, sums)
        sure = self.second.probabilities(inputs)
        if self._third:
            layer, embed = self._third
            sure = layer.probabilities(sure, embed([reading.readable for reading in readings]))
        return readings, Scored(
            sure=sure.round(4),
            english=sigmoid(inputs[:, self._english]),
            words=sums.of_texts[:, self._words],
            known=sums.of_texts[:, len(self.heads) + 1],
        )

    def _read(self, text: str) -> Reading:
        clean = readable(text)
        rows, norms = self.scorer.read(clean)
        return Reading(text, clean, rows, self.cues.find(norms), self.lexicon.find(norms))

    def _inputs(self, readings: Sequence[Reading], sums: Sums) -> Floats:
        """(texts, inputs) what the second layer sees."""
        whole = (self.scorer.scaled(sums.of_texts) + self._bias).astype(np.float64)
        sentences = (self.scorer.scaled(sums.of_sentences) + self._bias).astype(np.float64)
        extremes = dense.pooled(sentences, sums.firsts, self._pooled)
        present = dense.present([reading.cues for reading in readings], len(self.cues.names))
        phrases = dense.present([reading.phrases for reading in readings], len(self.lexicon.names))
        looks = shape.shape(sums.of_texts[:, self.scorer.heads + 2 :].astype(np.float64), sums.asking)
        opened = dense.gated(whole, self._gates)
        return np.concatenate([whole, extremes, opened, present, phrases, looks], axis=1)

    def _decide(
        self, reading: Reading, sure: Sequence[float], english: float, words: float, known: float
    ) -> Classification:
        chosen = {name for name, at in _FLAG_COLUMNS if sure[at] >= self.thresholds[name]}
        urgency = self._urgency(sure[_URGENCY : _URGENCY + 4], decide.ANSWER if "complaint" in chosen else 1.0)
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
            model=f"{self.version}+e5" if self._third else self.version,
        )

    def _urgency(self, sure: Sequence[float], due: float) -> Urgency:
        low, normal, high, critical = sure
        if critical >= self.thresholds["critical"]:
            return Urgency.CRITICAL
        if critical + high >= self.thresholds["urgent"]:
            return Urgency.HIGH
        return Urgency.NORMAL if normal * due >= low else Urgency.LOW
