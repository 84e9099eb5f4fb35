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

    readable: without markup; rows point into the scorer's cache until it makes room.
    """

    text: str
    readable: str
    norms: Sequence[str]
    rows: Sequence[int]
    cues: Sequence[tuple[int, int, int]]


@dataclass(frozen=True, slots=True)
class Scored:
    """A batch of readings as numbers. sure: (texts, labels.ALL) probabilities; english: (texts,) probability that it
    is the one rather than the other of the model's languages; words, known: (texts,) how many words, and known ones."""

    sure: Floats
    english: Floats
    words: Floats
    known: Floats


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
        self.cues = Cues(dict(metadata["cues"]))
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
        kind = dense.kind_column(self.heads, dict(metadata["gates"]))
        self.second = Second(arrays["second"], arrays["second_bias"], Forest(*trees), arrays["tuning"], kind)
        self._pooled = [self.heads.index(name) for name in dense.POOLED]
        self._gates = dense.gate_columns(self.heads, dict(metadata["gates"]))
        self._english = self.heads.index(LANGUAGE_HEAD)
        self.thresholds = {name: float(value) for name, value in metadata["thresholds"].items()}
        if len(arrays["linear"]) != len(vocabulary) or self.scorer.heads != len(self.heads):
            raise ValueError(f"{len(vocabulary)} words for weights of shape {arrays['linear'].shape}")

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
        inputs, sums = self._dense(readings)
        english = inputs[:, self._english]
        words = sums[:, self.scorer.heads + 2 + shape.TRAITS.index("words")]
        return readings, Scored(
            sure=self.second.probabilities(inputs).round(4),
            english=1.0 / (1.0 + np.exp(-np.clip(english, -60.0, 60.0))),
            words=words.astype(np.float64),
            known=sums[:, self.scorer.heads + 1].astype(np.float64),
        )

    def _read(self, text: str) -> Reading:
        clean = readable(text)
        rows, norms = self.scorer.read(surfaces(clean))
        return Reading(text, clean, norms, rows, self.cues.find(norms))

    def _dense(self, readings: Sequence[Reading]) -> tuple[Floats, NDArray[np.float32]]:
        """(texts, inputs) what the second layer sees, and (texts, columns of the cache) sums.

        Segments of cache rows: the sentences of a text, then one of pairs that reach over the end of a sentence: they
        count for the text and for no sentence. Every segment begins with the row that adds nothing.
        """
        starts = [dense.sentence_starts(reading.norms) for reading in readings]
        sentences = np.array([len(of_text) for of_text in starts])
        firsts = np.concatenate([[0], np.cumsum(sentences + 1)[:-1]])
        tokens = np.array([len(reading.rows) for reading in readings])
        begins = np.concatenate([[0], np.cumsum(tokens)[:-1]])
        rows = np.array([row for reading in readings for row in reading.rows], dtype=np.int64)
        of_text = np.repeat(np.arange(len(readings)), tokens)
        segment = _segment_of_tokens(starts, begins, len(rows)) + of_text
        at, pair_rows = self.scorer.pairs(rows)
        here, there, loose = of_text.take(at), of_text.take(at + 1), firsts + sentences
        of_pair = np.where(segment.take(at) == segment.take(at + 1), segment.take(at), loose.take(here))
        if len(readings) > 1:
            of_pair, pair_rows = of_pair[here == there], pair_rows[here == there]
        n_segments = int(sentences.sum()) + len(readings)
        numbers = np.arange(n_segments)
        all_rows = np.concatenate([np.full(n_segments, self.scorer.zero), rows, pair_rows])
        all_segments = np.concatenate([numbers, segment, of_pair])
        order = all_segments.argsort(kind="stable")
        sums = self.scorer.segment_sums(all_rows.take(order), all_segments.take(order).searchsorted(numbers))
        return self._inputs(readings, sums, firsts, loose)

    def _inputs(
        self, readings: Sequence[Reading], sums: NDArray[np.float32], firsts: Ints, loose: Ints
    ) -> tuple[Floats, NDArray[np.float32]]:
        of_texts = np.add.reduceat(sums, firsts, axis=0)
        whole = (self.scorer.scaled(of_texts) + self._bias).astype(np.float64)
        of_sentences = np.ones(len(sums), dtype=bool)
        of_sentences[loose] = False
        sentences = (self.scorer.scaled(sums[of_sentences]) + self._bias).astype(np.float64)
        extremes = dense.pooled(sentences, firsts - np.arange(len(firsts)), self._pooled)
        present = dense.present([reading.cues for reading in readings], len(self.cues.names))
        ends = np.array([shape.ends_asking(reading.norms) for reading in readings])
        looks = shape.shape(of_texts[:, self.scorer.heads + 2 :].astype(np.float64), ends)
        opened = dense.gated(whole, self._gates)
        return np.hstack([whole, extremes, opened, present, looks]), of_texts

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
            model=self.version,
        )

    def _urgency(self, sure: Sequence[float], due: float) -> Urgency:
        low, normal, high, critical = sure
        if critical >= self.thresholds["critical"]:
            return Urgency.CRITICAL
        if critical + high >= self.thresholds["urgent"]:
            return Urgency.HIGH
        return Urgency.NORMAL if normal * due >= low else Urgency.LOW


def _segment_of_tokens(starts: Sequence[Sequence[int]], begins: Ints, n_tokens: int) -> Ints:
    """(tokens,) number of each token's sentence, counted through all texts."""
    marks = np.zeros(n_tokens + 1, dtype=np.int64)
    np.add.at(marks, [b + s for b, of_text in zip(begins.tolist(), starts, strict=True) for s in of_text], 1)
    numbers: Ints = np.cumsum(marks[:-1]) - 1
    return numbers
