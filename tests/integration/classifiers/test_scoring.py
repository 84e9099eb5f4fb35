"""The cache of words gives what counting by scikit-learn gives."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from classifiers import features
from classifiers.scoring import Scorer, grams
from classifiers.tokens import counted, surfaces

TEXTS = [
    "Nie działa aplikacja, nie działa nic.",
    "Polecam! Szybka dostawa i miła obsługa.",
    "Gdzie jest moja paczka? Paczka miała być wczoraj.",
    "nie dziala paczka",
    "Paczka, paczka, paczka!!!",
]


@pytest.fixture(scope="module")
def vocabulary() -> features.Features:
    return features.fit([counted(t) for t in TEXTS], min_words=1, min_chars=1)[0]


@pytest.fixture(scope="module")
def weights(vocabulary: features.Features) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.random.default_rng(1).normal(size=(len(vocabulary.names), 3))


@given(word=st.text(alphabet="abcą?!0", min_size=1, max_size=9))
def test_grams_are_those_of_scikit_learn(word: str) -> None:
    analyze = CountVectorizer(analyzer="char_wb", lowercase=False, ngram_range=(2, 5)).build_analyzer()
    assert sorted(grams(word, 2, 5)) == sorted(analyze(word))


@pytest.mark.parametrize("text", [*TEXTS, "", "zupełnie inne słowa", "PACZKA nie działa?"])
def test_scores_agree(vocabulary: features.Features, weights: np.ndarray, text: str) -> None:
    scorer = Scorer(
        vocabulary.names,
        (weights * vocabulary.idf[:, None]).astype(np.float32),
        (vocabulary.idf[: vocabulary.n_words] ** 2).astype(np.float32),
        n_pairs=vocabulary.n_pairs,
        base=features.BASE,
        ngrams=features.NGRAMS,
    )
    rows = np.array(scorer.read(surfaces(text))[0], dtype=np.int64)
    pairs = scorer.pairs(rows)
    sums = scorer.segment_sums(np.concatenate([[scorer.zero], rows, pairs[1]]), np.array([0]))
    fast = scorer.scaled(sums)
    plain = vocabulary.transform([counted(text)]) @ weights
    assert fast == pytest.approx(plain, abs=1e-5)
    shares = scorer.shares(rows, pairs, [1, 2])
    length = np.sqrt(features.BASE + sums[0, scorer.heads])
    assert shares.sum(axis=0) / length == pytest.approx(plain[0, 1:], abs=1e-5)


def test_a_full_cache_starts_anew(vocabulary: features.Features, monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = Scorer(
        vocabulary.names,
        np.ones((len(vocabulary.names), 2), dtype=np.float32),
        np.ones(vocabulary.n_words, dtype=np.float32),
        n_pairs=vocabulary.n_pairs,
        base=1.0,
        ngrams=features.NGRAMS,
    )
    monkeypatch.setattr("classifiers.scoring.KEEP", 2)
    first = scorer.segment_sums(np.array(scorer.read(["nie", "działa", "paczka"])[0]), np.array([0]))
    scorer.make_room()
    again = scorer.segment_sums(np.array(scorer.read(["paczka", "nie", "działa"])[0]), np.array([0]))
    assert again == pytest.approx(first)


def test_counts_of_texts_equal_the_plain_vectorizer(vocabulary: features.Features) -> None:
    known = vocabulary.n_words + vocabulary.n_pairs
    plain = CountVectorizer(
        analyzer="char_wb", lowercase=False, ngram_range=features.NGRAMS, vocabulary=list(vocabulary.names[known:])
    )
    texts = [counted(t) for t in TEXTS]
    assert (vocabulary.counts(texts)[:, known:] != plain.transform(texts)).nnz == 0
