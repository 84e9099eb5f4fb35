"""The cache of words gives what counting by scikit-learn gives."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sklearn.feature_extraction.text import CountVectorizer

from classifiers import dense, features, shape
from classifiers.scoring import ROW, Scorer, grams
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


def made(vocabulary: features.Features, weights: np.ndarray) -> Scorer:
    names, n_words = vocabulary.names, vocabulary.n_words
    known = n_words + vocabulary.n_pairs
    return Scorer(
        names[:n_words] + names[known:],
        (weights * vocabulary.idf[:, None]).astype(np.float32),
        (vocabulary.idf[:n_words] ** 2).astype(np.float32),
        features.pairs_of(names[:n_words], names[n_words:known]),
        base=features.BASE,
        ngrams=features.NGRAMS,
    )


@given(word=st.text(alphabet="abcą?!0", min_size=1, max_size=9))
def test_grams_are_those_of_scikit_learn(word: str) -> None:
    analyze = CountVectorizer(analyzer="char_wb", lowercase=False, ngram_range=(2, 5)).build_analyzer()
    assert sorted(grams(word, 2, 5)) == sorted(analyze(word))


@pytest.mark.parametrize("text", [*TEXTS, "", "zupełnie inne słowa", "PACZKA nie działa?"])
def test_scores_agree(vocabulary: features.Features, weights: np.ndarray, text: str) -> None:
    scorer = made(vocabulary, weights)
    rows, norms = scorer.read(text)
    assert norms == counted(text)
    assert " ".join(scorer.norms(rows)) == norms
    sums = scorer.sums([rows]).of_texts
    plain = vocabulary.transform([counted(text)]) @ weights
    assert scorer.scaled(sums) == pytest.approx(plain, abs=1e-5)
    shares = scorer.shares(np.frombuffer(rows, ROW), [1, 2])
    length = np.sqrt(features.BASE + sums[0, scorer.heads])
    assert shares.sum(axis=0) / length == pytest.approx(plain[0, 1:], abs=1e-5)


def test_many_texts_add_up_to_what_each_does_alone(vocabulary: features.Features, weights: np.ndarray) -> None:
    scorer = made(vocabulary, weights)
    texts = [*TEXTS, "", "...", "Nie działa. Nie działa nic. Paczka", "! Nie działa?", "nie działa nic"]
    read = [scorer.read(text)[0] for text in texts]
    together = scorer.sums(read)
    for at, (rows, text) in enumerate(zip(read, texts, strict=True)):
        alone = scorer.sums([rows])
        assert together.of_texts[at] == pytest.approx(alone.of_texts[0], abs=1e-5)
        assert together.asking[at] == shape.ends_asking(counted(text).split())
        starts = dense.sentence_starts(counted(text).split())
        stop = together.firsts[at + 1] if at + 1 < len(texts) else len(together.of_sentences)
        of_text = together.of_sentences[together.firsts[at] : stop]
        sentences = [" ".join(counted(text).split()[a:b]) for a, b in pairwise([*starts, None])]
        assert scorer.scaled(of_text) == pytest.approx(vocabulary.transform(sentences) @ weights, abs=1e-5)


@given(text=st.text(alphabet="aąB1.,!?… \n\u00a0\u2028\x1f\ud800:/-()w😀", max_size=40))
def test_no_token_reaches_over_a_space(text: str) -> None:
    assert surfaces(text) == [surface for piece in text.split() for surface in surfaces(piece)]


def test_a_full_cache_starts_anew(vocabulary: features.Features, monkeypatch: pytest.MonkeyPatch) -> None:
    scorer = made(vocabulary, np.ones((len(vocabulary.names), 2)))
    monkeypatch.setattr("classifiers.scoring.KEEP", 2)
    first = scorer.sums([scorer.read("nie działa paczka")[0]])
    scorer.make_room()
    scorer.read("paczka")  # so that rows are given out in another order
    again = scorer.sums([scorer.read("nie działa paczka")[0]])
    assert again.of_texts == pytest.approx(first.of_texts)


def test_counts_of_texts_equal_the_plain_vectorizer(vocabulary: features.Features) -> None:
    known = vocabulary.n_words + vocabulary.n_pairs
    plain = CountVectorizer(
        analyzer="char_wb", lowercase=False, ngram_range=features.NGRAMS, vocabulary=list(vocabulary.names[known:])
    )
    texts = [counted(t) for t in TEXTS]
    assert (vocabulary.counts(texts)[:, known:] != plain.transform(texts)).nnz == 0
