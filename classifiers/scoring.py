"""Linear scores summed from a cache of words: what classifiers.features and a matrix product give, many times faster.

A head's score of a text is a sum over its words and pairs of words, divided by the text's length. What a word adds
(itself and its character n-grams, for all heads at once, and its traits) is worked out when it is first met and kept.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers.shape import TRAITS, traits
from classifiers.tokens import norm

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

KEEP = 60_000
"""Written words that are kept; when more have been met, the cache starts anew."""


class Scorer:
    """Sums of cached contributions.

    vocabulary: n_words words, then n_pairs pairs "a b", then character n-grams. weights: (features, heads), idf in
    it. squares: (n_words,) what a known word adds to the squared length. base: the squared length of an empty text.
    A row of the cache holds what a token adds: to each head, to the squared length, to known words, then its traits.
    zero: a row that adds nothing.
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
        chars = range(n_words + n_pairs, len(vocabulary))
        self._chars = dict(zip(vocabulary[n_words + n_pairs :], chars, strict=True))
        self._weights, self._squares = weights, squares
        self._base, self._ngrams = base, ngrams
        self.heads, self.zero = weights.shape[1], n_pairs
        self._table = np.zeros((n_pairs + 4097, self.heads + 2 + len(TRAITS)), dtype=np.float32)
        self._table[:n_pairs, : self.heads] = weights[n_words : n_words + n_pairs]
        self._ids = np.full(len(self._table), -1, dtype=np.int64)
        self._keep_pairs(vocabulary[n_words : n_words + n_pairs])
        self._forget()

    def _keep_pairs(self, pairs: Sequence[str]) -> None:
        words = self._words
        split = (name.split(" ") for name in pairs)
        keys = np.array([words[a] * len(words) + words[b] for a, b in split], dtype=np.int64)
        self._pair_rows = np.argsort(keys, kind="stable")
        # an impossible last key stands for "greater than all"
        self._pair_keys = np.append(keys[self._pair_rows], np.iinfo(np.int64).max)
        self._pair_rows = np.append(self._pair_rows, self.zero)

    def _forget(self) -> None:
        self._rows: dict[str, int] = {}
        self._norms: list[str] = [""] * (self.zero + 1)

    def make_room(self) -> None:
        """Starts the cache anew when it is full. Rows given out before are void after it."""
        if len(self._rows) > KEEP:
            self._forget()

    def read(self, surfaces: Sequence[str]) -> tuple[list[int], list[str]]:
        """Rows of the cache and norms of written words, in order."""
        known = self._rows
        try:
            rows = [known[s] for s in surfaces]
        except KeyError:
            rows = [known[s] if s in known else self._learn(s) for s in surfaces]
        norms = self._norms
        return rows, [norms[r] for r in rows]

    def _learn(self, surface: str) -> int:
        word = norm(surface)
        row = len(self._norms)
        if row >= len(self._table):
            self._table = np.vstack([self._table, np.zeros_like(self._table)])
            self._ids = np.append(self._ids, np.full(len(self._ids), -1))
        features = [self._chars[g] for g in grams(word, *self._ngrams) if g in self._chars]
        known = self._words.get(word, -1)
        if known >= 0:
            features.append(known)
        self._table[row, : self.heads] = self._weights[features].sum(axis=0, dtype=np.float64)
        self._table[row, self.heads] = self._squares[known] if known >= 0 else 0.0
        self._table[row, self.heads + 1] = known >= 0 and word[0].isalpha()
        self._table[row, self.heads + 2 :] = traits(surface, word)
        self._ids[row] = known
        self._norms.append(word)
        self._rows[surface] = row
        return row

    def pairs(self, rows: Ints) -> tuple[Ints, Ints]:
        """Known pairs of neighbours: positions of their first words in rows, and their own rows of the cache."""
        ids = self._ids.take(rows)
        keys = ids[:-1] * len(self._words) + ids[1:]
        keys[(ids[:-1] < 0) | (ids[1:] < 0)] = -1
        place = self._pair_keys.searchsorted(keys)
        at = np.flatnonzero(self._pair_keys.take(place) == keys)
        return at, self._pair_rows.take(place.take(at))

    def segment_sums(self, rows: Ints, starts: Ints) -> Floats:
        """(segments, columns of the cache) sums of rows between starts; no segment may be empty."""
        sums: Floats = np.add.reduceat(self._table.take(rows, axis=0), starts, axis=0)
        return sums

    def scaled(self, sums: Floats) -> Floats:
        """(segments, heads) scores of sums, biases not added."""
        scores: Floats = sums[:, : self.heads] / np.sqrt(self._base + sums[:, self.heads, None])
        return scores

    def shares(self, rows: Ints, pairs: tuple[Ints, Ints], heads: Sequence[int]) -> NDArray[np.float64]:
        """(words, heads) what each word adds to heads' scores, before the division by length; a pair's share goes
        half to each of its words."""
        columns = np.array(heads)
        shares: NDArray[np.float64] = self._table[rows[:, None], columns].astype(np.float64)
        half = self._table[pairs[1][:, None], columns] / 2.0
        np.add.at(shares, pairs[0], half)
        np.add.at(shares, pairs[0] + 1, half)
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
