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
    """Fitted vectorizers. names: every feature, single words first (n_words), then pairs (n_pairs), then n-grams.

    idf: one number a feature, CHARS already in it.
    """

    words: Any
    chars: Any
    order: NDArray[np.int64]
    names: tuple[str, ...]
    n_words: int
    n_pairs: int
    idf: Floats

    def counts(self, counted: Sequence[str]) -> Any:
        """Raw counts, CSR, a row a text, columns as in names."""
        both = sp.hstack([self.words.transform(counted), self.chars.transform(counted)]).tocsc()
        return both[:, self.order].tocsr()

    def transform(self, counted: Sequence[str]) -> Any:
        """What the heads see: CSR of floats, a row a text."""
        return self.scale(self.counts(counted))

    def scale(self, counts: Any) -> Any:
        """Counts to weighed and length-scaled values."""
        lengths = np.sqrt(BASE + counts[:, : self.n_words] @ (self.idf[: self.n_words] ** 2))
        return (sp.diags(1.0 / lengths) @ counts @ sp.diags(self.idf)).tocsr()


def fit(counted: Sequence[str], *, min_words: int = 2, min_chars: int = 3) -> Features:
    """Vocabulary and document frequencies of training texts (as tokens.counted gives them).

    min_words, min_chars: texts that a word (pair) or n-gram must be in to be known.
    """
    words = CountVectorizer(token_pattern=r"\S+", lowercase=False, ngram_range=(1, 2), min_df=min_words)  # noqa: S106
    chars = CountVectorizer(analyzer="char_wb", lowercase=False, ngram_range=NGRAMS, min_df=min_chars)
    seen = sp.hstack([words.fit_transform(counted), chars.fit_transform(counted)]).tocsc()
    names = [*words.get_feature_names_out(), *chars.get_feature_names_out()]
    n_known = len(words.vocabulary_)
    pair = np.array([" " in name for name in names[:n_known]], dtype=bool)
    order = np.concatenate([np.flatnonzero(~pair), np.flatnonzero(pair), np.arange(n_known, len(names))])
    idf = _idf(seen) * np.where(np.arange(len(names)) < n_known, 1.0, CHARS)
    return Features(
        words=words,
        chars=chars,
        order=order,
        names=tuple(names[i] for i in order),
        n_words=int((~pair).sum()),
        n_pairs=int(pair.sum()),
        idf=idf[order],
    )


def _idf(counts: Any) -> Floats:
    frequency = np.diff(counts.tocsc().indptr)
    smooth: Floats = np.log((1.0 + counts.shape[0]) / (1.0 + frequency)) + 1.0
    return smooth
