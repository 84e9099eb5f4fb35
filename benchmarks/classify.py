"""Speed and quality of the shipped classifier, each beside a named alternative in the same run.

    python -m benchmarks.classify            speed (half a minute)
    python -m benchmarks.classify --quality  cross-validated figures beside majority and TF-IDF + LinearSVC (minutes)

Speed is measured on one core, on the posts in data/, against the plain way to the same answers: scikit-learn's
vectorizers over whole texts and sentences, a sparse product, the same second layer; and against the matrix products
of a BERT-base forward pass over 64 tokens in numpy. Ratios are what to read; absolute figures move with the machine.
"""

# ruff: noqa: E402 - how many threads numpy takes is read when it is imported
import os

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(variable, "1")

import sys
import time
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.pipeline import FeatureUnion
from sklearn.svm import LinearSVC

import classifiers
from classifiers import artefact, build, decide, dense, evaluate, fitting, labels, rows
from classifiers.model import TriageClassifier
from classifiers.second import Second
from classifiers.tokens import norm, readable, surfaces

Floats = NDArray[np.float64]


class Plain:
    """The same features, heads and second layer by scikit-learn's vectorizers, nothing kept between texts."""

    def __init__(self, made: artefact.Artefact, second: Second) -> None:
        facts, n_words = made.metadata, len(made.arrays["squares"])
        words = made.vocabulary[:n_words]
        pairs = [f"{words[a]} {words[b]}" for a, b in made.arrays["pairs"].tolist()]
        self.words = CountVectorizer(
            token_pattern=r"\S+",
            lowercase=False,
            ngram_range=(1, 2),
            vocabulary=[*words, *pairs],
        )
        self.chars = CountVectorizer(
            analyzer="char_wb",
            lowercase=False,
            ngram_range=tuple(facts["ngrams"]),
            vocabulary=list(made.vocabulary[n_words:]),
        )
        self.linear = made.arrays["linear"].astype(np.float64)
        self.bias, self.squares = made.arrays["linear_bias"], made.arrays["squares"].astype(np.float64)
        self.known, self.base, self.second = n_words + len(pairs), float(facts["base"]), second
        self.words_known = fitting.words(dict(facts["cues"]), dict(facts["lexicon"]))
        self.gates = dense.gate_columns(list(facts["heads"]), dict(facts["gates"]))
        self.pooled = [list(facts["heads"]).index(name) for name in dense.POOLED]

    def scores(self, texts: Sequence[str]) -> Floats:
        """(texts, heads)."""
        words, chars = self.words.transform(texts), self.chars.transform(texts)
        length = np.sqrt(self.base + words[:, : len(self.squares)] @ self.squares)
        sums = words @ self.linear[: self.known] + chars @ self.linear[self.known :]
        result: Floats = sums / length[:, None] + self.bias
        return result

    def classify(self, texts: Sequence[str]) -> Floats:
        """(texts, labels.ALL + urgent) decisions."""
        written = [surfaces(readable(text)) for text in texts]
        norms = [[norm(s) for s in found] for found in written]
        parts = [self._sentences(n) for n in norms]
        starts = np.cumsum([0, *(len(p) for p in parts[:-1])])
        extras = fitting.extras(written, norms, self.words_known)
        extremes = dense.pooled(self.scores([s for p in parts for s in p]), starts, self.pooled)
        whole = self.scores([" ".join(n) for n in norms])
        inputs = np.hstack([whole, extremes, dense.gated(whole, self.gates), extras])
        return decide.said(self.second.probabilities(inputs).round(4), decide.thresholds(decide.COSTS))

    @staticmethod
    def _sentences(norms: Sequence[str]) -> list[str]:
        return [" ".join(norms[a:b]) for a, b in pairwise([*dense.sentence_starts(norms), len(norms)])] or [""]


def best_of(work: Callable[[], object], times: int) -> float:
    """Seconds of the fastest run."""
    spent = []
    for _ in range(times):
        began = time.perf_counter()
        work()
        spent.append(time.perf_counter() - began)
    return min(spent)


def bert_base_post() -> float:
    """Seconds of the matrix products of one BERT-base forward pass, 64 tokens, float32, numpy."""
    draw = np.random.default_rng(0)
    x = draw.normal(size=(64, 768)).astype(np.float32)
    square, up = draw.normal(size=(768, 768)).astype(np.float32), draw.normal(size=(768, 3072)).astype(np.float32)

    def forward() -> None:
        for _ in range(12):
            q = x @ square
            _ = ((q @ (x @ square).T) @ (x @ square)) @ square
            _ = (x @ up) @ up.T

    return best_of(forward, 5)


def posts() -> list[str]:
    """Real and composed posts of data/, mixed."""
    found = [row.text for path in _gold() for row in rows.read(path)]
    return [found[i] for i in np.random.default_rng(0).permutation(len(found))]


def speed() -> None:
    """Prints ratios at three batch sizes, the tail of one post, load time, and whether the labels are the same."""
    texts = posts()[:2048]
    began = time.perf_counter()
    model = classifiers.load()
    print(f"model loaded in {time.perf_counter() - began:.2f} s (numpy's own import apart)")
    made = artefact.read(artefact.default_path())
    plain = Plain(made, model.second)
    bert = bert_base_post()
    began = time.perf_counter()
    answers = model.classify(texts)
    cold = (time.perf_counter() - began) / len(texts)
    said = evaluate.decisions(answers)
    slow = np.vstack([plain.classify(texts[i : i + 256]) for i in range(0, len(texts), 256)])
    print(f"labels: {int((said != slow).sum())} of {said.size} differ between the two ways")
    print(f"cold cache, first {len(texts)} posts: {cold * 1e6:.0f} us a post")
    print(f"{'batch':>6}{'plain us/post':>15}{'ours us/post':>14}{'posts/s':>10}{'ratio':>8}{'BERT-base x':>13}")
    for size in (1, 64, 1024):
        batch = texts[:size]
        slower = best_of(lambda b=batch: plain.classify(b), 3 if size > 1 else 20) / size  # type: ignore[misc]
        faster = best_of(lambda b=batch: decided(model, b), 7 if size > 1 else 50) / size  # type: ignore[misc]
        print(
            f"{size:6d}{slower * 1e6:15.0f}{faster * 1e6:14.1f}{1 / faster:10.0f}"
            f"{slower / faster:8.1f}{bert / faster:13.0f}"
        )
    tail(model, texts)


def decided(model: TriageClassifier, texts: Sequence[str]) -> Floats:
    """Decisions of the shipped model, without evidence: what the plain way gives."""
    sure = np.vstack([model.score(texts[i : i + 256])[1].sure for i in range(0, len(texts), 256)])
    return decide.said(sure, decide.thresholds(decide.COSTS))


def tail(model: TriageClassifier, texts: Sequence[str]) -> None:
    """Prints how long one post takes, warm, over many different posts."""
    spent = []
    for text in texts:
        began = time.perf_counter()
        model.classify([text])
        spent.append(time.perf_counter() - began)
    spent.sort()
    median, late = np.percentile(spent, [50, 99]) * 1e6
    length = np.median([len(t) for t in texts])
    print(f"whole answers with evidence, one post at a time, median length {length:.0f} characters:")
    print(f"p50 {median:.0f} us, p99 {late:.0f} us")


def quality() -> None:
    """Prints F1 by cross-validation with the writer (or, for real texts, the text) held out."""
    given = [row for name in _gold() for row in rows.read(name)]
    wanted, part = rows.targets(given), fitting.folds(given)
    texts = [row.text for row in given]
    shipped = artefact.read(artefact.default_path()).metadata["figures"]
    names = [*labels.INTENTS, decide.URGENT, "critical"]
    urgent = wanted[:, labels.ALL.index("high")] + wanted[:, labels.ALL.index("critical")]
    svc, most = np.zeros((len(given), len(names))), np.zeros((len(given), len(names)))
    columns = [urgent if n == decide.URGENT else wanted[:, labels.ALL.index(n)] for n in names]
    for fold in np.unique(part):
        union = FeatureUnion(
            [("words", TfidfVectorizer()), ("chars", TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5)))]
        )
        seen, held = np.flatnonzero(part != fold), np.flatnonzero(part == fold)
        inside, outside = union.fit_transform([texts[i] for i in seen]), union.transform([texts[i] for i in held])
        for at, column in enumerate(columns):
            use = ~np.isnan(column[seen])
            svc[held, at] = LinearSVC(random_state=0).fit(inside[use], column[seen][use]).predict(outside)
            most[held, at] = float(np.nanmean(column[seen]) > 0.5)
    composed = np.array([row.group.startswith("composed-") for row in given])
    for kind, mask in (("composed", composed), ("real", ~composed)):
        print(f"\n{kind}: F1 by cross-validation")
        print(f"{'label':12}{'majority':>10}{'LinearSVC':>11}{'ours':>8}{'support':>9}")
        for at, name in enumerate(names):
            use = mask & ~np.isnan(columns[at])
            if columns[at][use].sum() >= 10:
                print(
                    f"{name:12}{_f1(columns[at][use], most[use, at]):10.3f}{_f1(columns[at][use], svc[use, at]):11.3f}"
                    f"{shipped[kind]['f1'][name]:8.3f}{int(columns[at][use].sum()):9d}"
                )


def _gold() -> list[Path]:
    return [path for path in build.shipped() if path.name.startswith("triage-")]


def _f1(wanted: Floats, said: Floats) -> float:
    hit = float((wanted * said).sum())
    return 2 * hit / max(1.0, float(wanted.sum() + said.sum()))


if __name__ == "__main__":
    quality() if "--quality" in sys.argv else speed()
