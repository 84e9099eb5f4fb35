"""Linear scores summed from a cache of words: what classifiers.features and a matrix product give, many times faster.

A head's score of a text is a sum over its words and pairs of words, divided by the text's length. What a word adds
(itself and its character n-grams, for all heads at once) is worked out when the word is first met and kept.
"""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from classifiers.tokens import norm

Floats = NDArray[np.float32]

KEEP = 60_000
"""Written words that are kept; when more have been met, the cache starts anew."""


class Scorer:
    """Sums of cached contributions.

    vocabulary: n_words words, then n_pairs pairs "a b", then character n-grams. weights: (features, heads), idf in
    it. squares: (n_words,) what a known word adds to the squared length. base: the squared length of an empty text.
    zero: a row of the cache that adds nothing.
    """

    def __init__(
        self,
        vocabulary: Sequence[str],
        weights: Floats,
        squares: Floats,
        *,
        n_pairs: int,
        base: float,
        ngrams: tuple[int, int],
    ) -> None:
        n_words = len(squares)
        self._words = dict(zip(vocabulary[:n_words], range(n_words), strict=True))
        pairs = [name.split(" ") for name in vocabulary[n_words : n_words + n_pairs]]
        self._pairs = {(first, second): row for row, (first, second) in enumerate(pairs)}
        chars = range(n_words + n_pairs, len(vocabulary))
        self._chars = dict(zip(vocabulary[n_words + n_pairs :], chars, strict=True))
        self._weights, self._squares = weights, squares
        self._base, self._ngrams, self._n_pairs = base, ngrams, n_pairs
        self.heads = weights.shape[1]
        self.zero = n_pairs
        self._table = np.zeros((n_pairs + 4097, self.heads + 1), dtype=np.float32)
        self._table[:n_pairs, :-1] = weights[n_words : n_words + n_pairs]
        self._forget()

    def _forget(self) -> None:
        self._rows: dict[str, int] = {}
        self._norms: list[str] = [""] * (self._n_pairs + 1)

    def make_room(self) -> None:
        """Starts the cache anew when it is full. Rows given out before are void after it."""
        if len(self._rows) > KEEP:
            self._forget()

    def known(self, word: str) -> bool:
        """Whether a norm is a word of the vocabulary."""
        return word in self._words

    def read(self, surfaces: Sequence[str]) -> tuple[list[int], list[str]]:
        """Rows of the cache and norms of written words, in order."""
        known = self._rows
        rows = [known[s] if s in known else self._learn(s) for s in surfaces]
        norms = self._norms
        return rows, [norms[r] for r in rows]

    def _learn(self, surface: str) -> int:
        word = norm(surface)
        row = len(self._norms)
        if row >= len(self._table):
            self._table = np.vstack([self._table, np.zeros_like(self._table)])
        self._table[row] = self._contribution(word)
        self._norms.append(word)
        self._rows[surface] = row
        return row

    def _contribution(self, word: str) -> Floats:
        features = [self._chars[g] for g in grams(word, *self._ngrams) if g in self._chars]
        square = 0.0
        if word in self._words:
            features.append(self._words[word])
            square = float(self._squares[self._words[word]])
        total = np.empty(self.heads + 1, dtype=np.float32)
        total[:-1] = self._weights[features].sum(axis=0, dtype=np.float64)
        total[-1] = square
        return total

    def pairs(self, norms: Sequence[str]) -> list[tuple[int, int]]:
        """Known pairs of neighbours as (position of the first word, row of the cache)."""
        known = self._pairs
        return [(i, known[pair]) for i, pair in enumerate(pairwise(norms)) if pair in known]

    def segment_sums(self, rows: Sequence[int], starts: Sequence[int]) -> Floats:
        """(segments, heads + 1) sums of rows between starts; the last column is the squared length without base."""
        sums: Floats = np.add.reduceat(self._table.take(rows, axis=0), starts, axis=0)
        return sums

    def scaled(self, sums: Floats) -> Floats:
        """(segments, heads) scores of sums, biases not added."""
        scores: Floats = sums[:, :-1] / np.sqrt(self._base + sums[:, -1:])
        return scores

    def shares(self, rows: Sequence[int], pairs: Sequence[tuple[int, int]], head: int) -> NDArray[np.float64]:
        """(words,) what each word adds to a head's score, before the division by length; a pair's share is halved."""
        shares = self._table[list(rows), head].astype(np.float64)
        for first, row in pairs:
            shares[first : first + 2] += self._table[row, head] / 2.0
        return shares


def grams(word: str, shortest: int, longest: int) -> list[str]:
    """Character n-grams of a word between spaces, as scikit-learn's char_wb counts them."""
    padded = f" {word} "
    found: list[str] = []
    for n in range(shortest, longest + 1):
        if len(padded) <= n:
            found.append(padded)
            break
        found += [padded[i : i + n] for i in range(len(padded) - n + 1)]
    return found
