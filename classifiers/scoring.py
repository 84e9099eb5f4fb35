"""Linear scores summed from a cache of words: what classifiers.features and a matrix product give, many times faster.

A head's score of a text is a sum over its words and pairs of words, divided by the text's length. What a word adds
(itself and its character n-grams, for all heads at once, and its traits) is worked out when it is first met and kept;
so is what stands between two spaces, as most of that has been met before, too.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers.shape import ENDING, TRAITS, traits
from classifiers.tokens import SENTENCE_ENDS, norm, surfaces

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]

ROW = np.dtype(np.int64)
"""How a row of the cache is written in bytes."""
KEEP = 60_000
"""Written words, and pieces between spaces, that are kept; when more have been met, the cache starts anew."""
PIECE_AT_MOST = 40
"""A longer piece is cut into words again each time: it is rare, and many such would fill the memory."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What the words and pairs of texts add up to, by columns of the cache.

    of_texts: (texts, columns); of_sentences: (sentences, columns), without pairs that reach over the end of a sentence;
    firsts: (texts,) index of each text's first sentence; asking: (texts,) whether there is a question mark among the
    last tokens.
    """

    of_texts: Floats
    of_sentences: Floats
    firsts: Ints
    asking: NDArray[np.bool_]


class Scorer:
    """Sums of cached contributions.

    vocabulary: words, then character n-grams. pairs: (n_pairs, 2) places in it of neighbours that count together.
    weights: (words, then pairs, then n-grams; heads), idf in it. squares: (words,) what a known word adds to the
    squared length. base: the squared length of an empty text.

    A row of the cache holds what a token adds: to each head, to the squared length, to known words, then its traits.
    zero: a row that adds nothing.
    """

    def __init__(
        self,
        vocabulary: Sequence[str],
        weights: NDArray[np.floating[Any]],
        squares: Floats,
        pairs: NDArray[np.integer[Any]],
        *,
        base: float,
        ngrams: tuple[int, int],
    ) -> None:
        n_words, n_pairs = len(squares), len(pairs)
        self._words = dict(zip(vocabulary[:n_words], range(n_words), strict=True))
        chars = range(n_words + n_pairs, len(vocabulary) + n_pairs)
        self._chars = dict(zip(vocabulary[n_words:], chars, strict=True))
        self._weights, self._squares = weights, squares
        self._base, self._ngrams = base, ngrams
        self.heads, self.zero = weights.shape[1], n_pairs
        self._table = np.zeros((n_pairs + 4097, self.heads + 2 + len(TRAITS)), dtype=np.float32)
        self._table[:n_pairs, : self.heads] = weights[n_words : n_words + n_pairs]
        self._ids = np.full(len(self._table), -1, dtype=np.int64)
        self._ends, self._asks = np.zeros((2, len(self._table)), dtype=bool)
        self._zero = np.array([self.zero], ROW).tobytes()
        keys = pairs[:, 0].astype(np.int64) * n_words + pairs[:, 1]
        order = np.argsort(keys, kind="stable")
        # an impossible last key stands for "greater than all"
        self._pair_keys = np.append(keys[order], np.iinfo(np.int64).max)
        self._pair_rows = np.append(order, self.zero)
        self._forget()

    def _forget(self) -> None:
        self._rows: dict[str, int] = {}
        self._pieces: dict[str, tuple[bytes, str]] = {}
        self._norms: list[str] = [""] * (self.zero + 1)

    def make_room(self) -> None:
        """Starts the cache anew when it is full. Rows given out before are void after it."""
        if len(self._rows) > KEEP or len(self._pieces) > KEEP:
            self._forget()

    def read(self, readable_text: str) -> tuple[bytes, str]:
        """Rows of the cache as bytes (ROW), the row zero first and then one a token, and the norms of the tokens with
        spaces between.

        No token reaches over a space, so pieces between spaces can be read one by one; as bytes they are joined fast.
        """
        known, pieces = self._pieces, readable_text.split()
        try:
            found = list(map(known.__getitem__, pieces))
        except KeyError:
            found = [known[piece] if piece in known else self._cut(piece) for piece in pieces]
        return self._zero + b"".join(map(_ROWS, found)), " ".join(filter(None, map(_NORMS, found)))

    def norms(self, rows: bytes) -> list[str]:
        """How the model knows the tokens of rows; the row zero, which is none, left out."""
        return [self._norms[row] for row in np.frombuffer(rows, ROW)[1:].tolist()]

    def _cut(self, piece: str) -> tuple[bytes, str]:
        known = self._rows
        rows = [known[s] if s in known else self._learn(s) for s in surfaces(piece)]
        found = np.array(rows, ROW).tobytes(), " ".join(self._norms[row] for row in rows)
        if len(piece) <= PIECE_AT_MOST:
            self._pieces[piece] = found
        return found

    def _learn(self, surface: str) -> int:
        word = norm(surface)
        row = len(self._norms)
        if row >= len(self._table):
            self._grow()
        features = [self._chars[g] for g in grams(word, *self._ngrams) if g in self._chars]
        known = self._words.get(word, -1)
        if known >= 0:
            features.append(known)
        self._table[row, : self.heads] = self._weights[features].sum(axis=0, dtype=np.float64)
        self._table[row, self.heads] = self._squares[known] if known >= 0 else 0.0
        self._table[row, self.heads + 1] = known >= 0 and word[0].isalpha()
        self._table[row, self.heads + 2 :] = traits(surface, word)
        self._ids[row] = known
        self._ends[row], self._asks[row] = word in SENTENCE_ENDS, "?" in word
        self._norms.append(word)
        self._rows[surface] = row
        return row

    def _grow(self) -> None:
        more = len(self._table)
        self._table = np.vstack([self._table, np.zeros_like(self._table)])
        self._ids = np.append(self._ids, np.full(more, -1))
        self._ends, self._asks = np.hstack([[self._ends, self._asks], np.zeros((2, more), dtype=bool)])

    def pairs(self, rows: Ints) -> tuple[Ints, Ints]:
        """Known pairs of neighbours: positions of their first words in rows, and their own rows of the cache."""
        ids = self._ids.take(rows)
        keys = ids[:-1] * len(self._words) + ids[1:]
        keys[np.minimum(ids[:-1], ids[1:]) < 0] = -1
        place = self._pair_keys.searchsorted(keys)
        at = np.flatnonzero(self._pair_keys.take(place) == keys)
        return at, self._pair_rows.take(place.take(at))

    def sums(self, texts: Sequence[bytes]) -> Sums:
        """What texts add up to, each given by its rows as read gives them. At least one text."""
        lengths = np.array([len(rows) for rows in texts]) // ROW.itemsize
        rows = np.frombuffer(b"".join(texts), ROW)
        stops = lengths.cumsum()
        begins = stops - lengths
        starts, starting = self._sentences(rows, begins)
        table = self._table
        words = table.take(rows, axis=0)
        # the row zero, with which every text begins, is in no pair: no pair reaches from text to text
        at, of_pairs = self.pairs(rows)
        across = starting.take(at + 1)
        inside = ~across
        words[at[inside]] += table.take(of_pairs[inside], axis=0)
        of_sentences = np.add.reduceat(words, starts, axis=0)
        firsts = starts.searchsorted(begins)
        of_texts = np.add.reduceat(of_sentences, firsts, axis=0)
        if across.any():
            owners = begins.searchsorted(at[across], side="right") - 1
            np.add.at(of_texts, owners, table.take(of_pairs[across], axis=0))
        last = np.maximum(stops - _BACK, begins)
        return Sums(of_texts, of_sentences, firsts, self._asks.take(rows.take(last)).any(axis=0))

    def _sentences(self, rows: Ints, begins: Ints) -> tuple[Ints, NDArray[np.bool_]]:
        """Where sentences start, as classifiers.dense.sentence_starts says it; as positions, and for each position."""
        ends = self._ends.take(rows)
        starting = np.zeros(len(rows), dtype=bool)
        starting[1:] = ends[:-1] > ends[1:]
        starting[begins] = True
        return np.flatnonzero(starting), starting

    def scaled(self, sums: Floats) -> Floats:
        """(segments, heads) scores of sums, biases not added."""
        scores: Floats = sums[:, : self.heads] / np.sqrt(self._base + sums[:, self.heads, None])
        return scores

    def shares(self, rows: Ints, heads: Sequence[int]) -> NDArray[np.float64]:
        """(rows, heads) what each word adds to heads' scores, before the division by length; a pair's share goes
        half to each of its words."""
        columns = np.array(heads)
        at, of_pairs = self.pairs(rows)
        shares: NDArray[np.float64] = self._table[rows[:, None], columns].astype(np.float64)
        half = self._table[of_pairs[:, None], columns] / 2.0
        np.add.at(shares, at, half)
        np.add.at(shares, at + 1, half)
        return shares


_ROWS, _NORMS = itemgetter(0), itemgetter(1)  # of a piece
_BACK = np.arange(1, ENDING + 1)[:, None]


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
