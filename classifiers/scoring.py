"""Linear scores summed from a cache of words: what classifiers.features and a matrix product give, many times faster.

A head's score of a text is a sum over its words and pairs of words, divided by the text's length. What a word adds
(itself and its character n-grams, for all heads at once) is worked out when the word is first met and kept.
"""

import math
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
        self._words = {name: row for row, name in enumerate(vocabulary[:n_words])}
        self._pairs: dict[tuple[str, str], int] = {}
        for row, name in enumerate(vocabulary[n_words : n_words + n_pairs]):
            first, _, second = name.partition(" ")
            self._pairs[first, second] = row
        self._chars = {name: row for row, name in enumerate(vocabulary[n_words + n_pairs :], n_words + n_pairs)}
        self._weights, self._squares = weights, squares
        self._base, self._ngrams, self._n_pairs = base, ngrams, n_pairs
        self.heads = weights.shape[1]
        self._table = np.zeros((n_pairs + 4096, self.heads + 1), dtype=np.float32)
        self._table[:n_pairs, :-1] = weights[n_words : n_words + n_pairs]
        self._forget()

    def _forget(self) -> None:
        self._rows: dict[str, int] = {}
        self._norms: list[str] = [""] * self._n_pairs

    def read(self, surfaces: Sequence[str]) -> tuple[list[int], list[str]]:
        """Rows of the cache and norms of written words, in order. Rows hold until the next call."""
        if len(self._rows) > KEEP:
            self._forget()
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

    def sums(self, rows: Sequence[int]) -> Floats:
        """(heads + 1,) sums of what rows add; the last is the squared length without the base."""
        total: Floats = self._table[rows].sum(axis=0, dtype=np.float64).astype(np.float32)
        return total

    def scores(self, rows: Sequence[int], pairs: Sequence[tuple[int, int]]) -> Floats:
        """(heads,) scores of one text, biases not added."""
        sums = self.sums([*rows, *(row for _, row in pairs)])
        scores: Floats = sums[:-1] / math.sqrt(self._base + float(sums[-1]))
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
