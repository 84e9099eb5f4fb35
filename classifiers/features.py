"""The sparse features that heads are trained on, made by scikit-learn. Needed for training and as the slow but
plain way to the same scores; classifiers.scoring sums the same numbers from a cache of words.

Two blocks: words and pairs of words; n-grams of 2 to 5 characters inside words. Counts times inverse document
frequency, characters weighed down by CHARS, all divided by the text's length:
sqrt(BASE + sum over its known words of idf^2). That sum, like the scores, is a sum over words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer

BASE = 9.0
CHARS = 0.3
NGRAMS = (2, 5)

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Features:
    """A vocabulary. names: every feature, single words first (n_words), then pairs (n_pairs), then n-grams.

    idf: one number a feature, CHARS already in it.
    """

    names: tuple[str, ...]
    n_words: int
    n_pairs: int
    idf: Floats

    def counts(self, counted: Sequence[str]) -> Any:
        """Raw counts, CSR, a row a text, columns as in names."""
        known = self.n_words + self.n_pairs
        words = CountVectorizer(**_WORDS, vocabulary=list(self.names[:known])).transform(counted)
        chars = CountVectorizer(**_CHARS, vocabulary=list(self.names[known:]))
        return sp.hstack([words, _in_words(chars, counted)]).tocsr()

    def transform(self, counted: Sequence[str]) -> Any:
        """What the heads see: CSR of floats, a row a text."""
        return self.scale(self.counts(counted))

    def scale(self, counts: Any) -> Any:
        """Counts to weighed and length-scaled values."""
        lengths = np.sqrt(BASE + counts[:, : self.n_words] @ (self.idf[: self.n_words] ** 2))
        return (sp.diags(1.0 / lengths) @ counts @ sp.diags(self.idf)).tocsr()


_WORDS: dict[str, Any] = {"token_pattern": r"\S+", "lowercase": False, "ngram_range": (1, 2)}
_CHARS: dict[str, Any] = {"analyzer": "char_wb", "lowercase": False, "ngram_range": NGRAMS}


def _in_words(chars: CountVectorizer, counted: Sequence[str], *, fit: bool = False) -> Any:
    """Counts of n-grams a text: n-grams of each distinct word once, times the text's words. n-grams do not cross
    words, so this is what the vectorizer gives for the whole text, in a fraction of the time."""
    words = CountVectorizer(analyzer=str.split)
    if not any(text.split() for text in counted):
        return sp.csr_matrix((len(counted), len(chars.vocabulary or ())), dtype=np.int64)
    of_texts = words.fit_transform(counted)
    distinct = words.get_feature_names_out()
    return of_texts @ (chars.fit_transform(distinct) if fit else chars.transform(distinct))


def fit(counted: Sequence[str], *, min_words: int = 3, min_chars: int = 6) -> tuple[Features, Any]:
    """Vocabulary and document frequencies of training texts (as tokens.counted gives them), and their counts.

    min_words, min_chars: texts that a word (pair) or n-gram must be in to be known.
    """
    words, chars = CountVectorizer(**_WORDS, min_df=min_words), CountVectorizer(**_CHARS)
    of_words, of_chars = words.fit_transform(counted), _in_words(chars, counted, fit=True)
    frequent = np.flatnonzero(_document_frequency(of_chars) >= min_chars)
    seen = sp.hstack([of_words, of_chars[:, frequent]]).tocsc()
    names = [*words.get_feature_names_out(), *chars.get_feature_names_out()[frequent]]
    n_known = of_words.shape[1]
    pair = np.array([" " in name for name in names[:n_known]], dtype=bool)
    order = np.concatenate([np.flatnonzero(~pair), np.flatnonzero(pair), np.arange(n_known, len(names))])
    smooth = np.log((1.0 + len(counted)) / (1.0 + _document_frequency(seen))) + 1.0
    idf = smooth * np.where(np.arange(len(names)) < n_known, 1.0, CHARS)
    vocabulary = Features(tuple(names[i] for i in order), int((~pair).sum()), int(pair.sum()), idf[order])
    return vocabulary, seen[:, order].tocsr()


def pairs_of(words: Sequence[str], pairs: Sequence[str]) -> NDArray[np.int32]:
    """(pairs, 2) places in words of both words of each pair "a b"."""
    at = {word: place for place, word in enumerate(words)}
    return np.array([[at[word] for word in pair.split(" ")] for pair in pairs], dtype=np.int32).reshape(-1, 2)


def _document_frequency(counts: Any) -> NDArray[np.int64]:
    frequency: NDArray[np.int64] = np.diff(counts.tocsc().indptr)
    return frequency
