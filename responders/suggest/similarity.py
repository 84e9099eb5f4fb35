"""How well a short text answers to a post: words that count, weighed by how telling they are, endings ignored.

Every document has headings (its title and the questions that it answers) and a body. A post is read sentence by
sentence, because one sentence of five asks the question; the best pair of sentence and heading decides.
"""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from responders.suggest.concepts import notions
from responders.suggest.words import stems, words

_SENTENCE = re.compile(r"(?<=[.!?…])\s+|\n+")
_NOTION_WEIGHT = 0.8
_HEADING_SHARE = 0.75
_COMMON = 4.0  # a word is taken to stand in one of so many documents when the collection is too small to tell
_SHORT_HEADING = 2.5  # a heading of one common word is no proof
_GRAM = 4
_GRAM_WEIGHT = 0.15

_MOST_PIECES = 60

Terms = dict[str, float]


@dataclass(frozen=True, slots=True)
class Document:
    """headings: title and questions, one text each; body: the rest."""

    headings: tuple[str, ...]
    body: str


def sentences(text: str) -> list[str]:
    """Pieces between sentence ends and line breaks, empty ones left out."""
    return [piece for piece in (part.strip() for part in _SENTENCE.split(text)) if piece]


def _clauses(sentence: str) -> list[str]:
    """Parts between commas that are long enough to say something."""
    parts = re.split(r"[,;:–—]\s", sentence)
    return [part for part in parts if part.count(" ") >= 2] if len(parts) > 1 else []


def terms(text: str) -> Terms:
    """Stems, notions and letter groups of a text with their raw weights."""
    found: Terms = {}
    for key in stems(text):
        found["s:" + key] = 1.0
        for start in range(len(key) - _GRAM + 1):
            found["g:" + key[start : start + _GRAM]] = _GRAM_WEIGHT
    for word in words(text):
        for notion in notions(word):
            found["n:" + notion] = _NOTION_WEIGHT
    return found


class Index:
    """A fixed collection of documents that posts are compared with."""

    def __init__(self, documents: Sequence[Document]) -> None:
        self._headings = [[terms(heading) for heading in document.headings] for document in documents]
        self._bodies = [terms(document.body) for document in documents]
        seen = Counter(
            term
            for headings, body in zip(self._headings, self._bodies, strict=True)
            for term in {t for heading in headings for t in heading} | set(body)
        )
        size = len(documents) + _COMMON
        self._idf = {term: math.log(1 + size / (count + 0.5)) for term, count in seen.items()}
        self._unseen = 0.7 * math.log(1 + size / 0.5)  # what the collection does not know tells little

    def scores(self, text: str) -> list[float]:
        """Fit 0..1 of each document to the text, in the order given."""
        pieces = [piece for sentence in sentences(text) for piece in (sentence, *_clauses(sentence))]
        asked = [terms(piece) for piece in pieces[:_MOST_PIECES]]
        asked.append(terms(text))
        return [self._score(asked, number) for number in range(len(self._bodies))]

    def _score(self, asked: Sequence[Terms], number: int) -> float:
        heading = max((self._cosine(q, h) for q in asked for h in self._headings[number]), default=0.0)
        body = max((self._cover(q, self._bodies[number]) for q in asked), default=0.0)
        return min(1.0, _HEADING_SHARE * heading + (1 - _HEADING_SHARE) * body)

    def _cosine(self, left: Terms, right: Terms) -> float:
        shared = sum(
            self._weigh(term, weight) * self._weigh(term, right[term]) for term, weight in left.items() if term in right
        )
        return shared / (self._norm(left) * math.hypot(self._norm(right), _SHORT_HEADING)) if shared else 0.0

    def _cover(self, asked: Terms, body: Terms) -> float:
        # one shared word of a one-word sentence is no proof, hence the constant
        total = sum(self._weigh(term, weight) for term, weight in asked.items())
        shared = sum(self._weigh(term, weight) for term, weight in asked.items() if term in body)
        return shared / (total + 3.0)

    def _weigh(self, term: str, weight: float) -> float:
        return weight * self._idf.get(term, self._unseen)

    def _norm(self, side: Terms) -> float:
        return math.sqrt(sum(self._weigh(term, weight) ** 2 for term, weight in side.items()))
