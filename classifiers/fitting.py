"""Fits the layers with scikit-learn.

First layer: linear heads over words and n-grams. Own heads learn the labels of the guidelines; transfer heads learn
what other sets say of their texts (silver: stars, opinion of a sentence, chatter, ...). Second layer: small networks
over all heads, their extremes over sentences, cues, classes of phrases and shape.

The scores that the second layer learns from come from models that have not seen the row's group (writer or origin),
so it learns how far the first can be trusted on texts by others; that is also what makes its probabilities honest.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifiers import dense, features, labels, shape
from classifiers.cues import Cues
from classifiers.fitting_second import fit_second
from classifiers.model import LANGUAGE_HEAD
from classifiers.rows import Row, targets
from classifiers.second import Second
from classifiers.tokens import counted, norm, readable, surfaces

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Fit:
    """How heads are fitted. c: inverse strength of the penalty. ratio: features are first multiplied by the size of
    their log-count ratio to this power, so that those which tell nothing alone cost more (Wang and Manning, Baselines
    and Bigrams, ACL 2012, where it is 1)."""

    c: float
    ratio: float


OWN_FIT, REVIEWED_FIT, TRANSFER_FIT = Fit(4.0, 0.35), Fit(4.0, 0.5), Fit(1.0, 1.0)
COUNTED = 1.0
"""What is added to each count of a log-count ratio."""
LANGUAGE_ROWS = 6_000
"""Rows of each language that the head of languages learns from, at least where there are as many."""
_CODES = ("pl", "en")
REVIEWED = (
    "complaint",
    "praise",
    *labels.SENTIMENTS,
    "low",
    "normal",
    "delivery",
    "price",
    "quality",
    "service",
)
"""Labels that are common enough in reviews to have a head that learns from reviews alone: among many times as many
posts what is special about them is lost."""
CARRIERS = ("carries", "carries_urgent")
"""Heads that tell sentences: one that carries a complaint or an urgency, and one of an urgent text."""
OWN = labels.ALL
"""Heads of whole texts that are learned from labelled rows."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Linear heads. weights: (inputs, heads); bias: (heads,)."""

    weights: Floats
    bias: Floats

    def apply(self, inputs: Any) -> Floats:
        """(rows, heads) scores of a dense or sparse (rows, inputs) matrix."""
        result: Floats = np.asarray(inputs @ self.weights) + self.bias
        return result


Phrases = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of words beside the training rows. cues: few, chosen with care, every match counts; lexicon: many,
    the longest match counts."""

    cues: Cues
    lexicon: Cues


def words(cues: Phrases, lexicon: Phrases) -> Words:
    """Both made ready to be found."""
    return Words(Cues(cues), Cues(lexicon, longest=True))


def load_words() -> Words:
    """The cues of cues.toml and the phrases of lexicon/, a file a class."""
    here = Path(__file__)
    with here.with_name("cues.toml").open("rb") as file:
        groups = tomllib.load(file)
    cues = {name: phrases for group in groups.values() for name, phrases in group.items()}
    files = sorted(here.with_name("lexicon").glob("*.txt"))
    # a space at the end of a line is part of the phrase
    return words(cues, {file.stem: file.read_text("utf-8").split("\n")[:-1] for file in files})


@dataclass(frozen=True, slots=True)
class Fitted:
    """All layers and what they rest on. crossed: (rows, labels.ALL) probabilities by models that had not seen the
    row's group; rows: what they speak of, labelled ones and held silver ones."""

    features: features.Features
    heads: tuple[str, ...]
    first: Layer
    second: Second
    words: Words
    rows: tuple[Row, ...]
    crossed: Floats


def fit_heads(inputs: Any, wanted: Floats, weight: Floats, how: Fit) -> Layer:
    """One logistic head a column of wanted (1, 0, NaN unknown: left out)."""
    # one after the other: liblinear draws from one generator for all threads, and two at once would give other weights
    # every time
    fitted = [_fit_head(inputs, wanted[:, head], weight, how) for head in range(wanted.shape[1])]
    return Layer(np.stack([w for w, _ in fitted], axis=1), np.array([b for _, b in fitted]))


def _fit_head(inputs: Any, wanted: Floats, weight: Floats, how: Fit) -> tuple[Floats, float]:
    use = np.flatnonzero(~np.isnan(wanted))
    if len(np.unique(wanted[use])) < 2:
        return np.zeros(inputs.shape[1]), -5.0
    seen, answer = inputs[use], wanted[use]
    telling = _telling(seen, answer) ** how.ratio
    telling /= telling.mean()
    model = LogisticRegression(C=how.c, solver="liblinear", dual=True, max_iter=400, tol=1e-2, random_state=0)
    model.fit(seen @ sp.diags(telling), answer, sample_weight=weight[use])
    return model.coef_[0] * telling, float(model.intercept_[0])


def _telling(inputs: Any, answer: Floats) -> Floats:
    """(inputs,) the absolute log of how much commoner each is where the answer is 1 than where it is 0."""
    present = inputs.sign()
    with_it, without = (np.asarray(present[answer == value].sum(axis=0)).ravel() + COUNTED for value in (1.0, 0.0))
    ratio: Floats = np.abs(np.log((with_it / with_it.sum()) / (without / without.sum())))
    return ratio


def folds(rows: Sequence[Row], count: int = 5) -> Ints:
    """A fold a row. Every composed writer is one; other origins are spread by text, so that copies stay together."""
    writers = sorted({row.group for row in rows if row.group.startswith("composed-")})
    return np.array([_fold(row, writers, count) for row in rows])


def _fold(row: Row, writers: Sequence[str], count: int) -> int:
    if row.group in writers:
        return writers.index(row.group) % count
    return sum("".join(row.text.split()).encode()) % count


@dataclass(frozen=True, slots=True)
class _Texts:
    """Rows as matrices: values of whole texts and, for the rows that the second layer learns from, of sentences."""

    whole: Any
    sentences: Any
    starts: Ints
    extras: Floats
    carried: Floats


def _read(rows: Sequence[Row], taught: Ints, known: Words) -> tuple[features.Features, _Texts]:
    written = [surfaces(readable(row.text)) for row in rows]
    norms = [[norm(s) for s in found] for found in written]
    vocabulary, counts = features.fit([" ".join(n) for n in norms])
    parts = [_sentences(norms[i]) for i in taught]
    flat = [part for of_text in parts for part in of_text]
    return vocabulary, _Texts(
        whole=vocabulary.scale(counts),
        sentences=vocabulary.transform(flat),
        carried=np.vstack([carried(rows[i], part) for i, part in zip(taught, parts, strict=True)]),
        starts=np.cumsum([0, *(len(p) for p in parts[:-1])]),
        extras=extras([written[i] for i in taught], [norms[i] for i in taught], known),
    )


def extras(written: Sequence[Sequence[str]], norms: Sequence[Sequence[str]], known: Words) -> Floats:
    """(texts, cues + lexicon + shape.NAMES)."""
    none = [0.0] * len(shape.TRAITS)
    sums = [
        np.sum([none, *(shape.traits(s, n) for s, n in zip(of_text, normed, strict=True))], axis=0)
        for of_text, normed in zip(written, norms, strict=True)
    ]
    ends = np.array([shape.ends_asking(normed) for normed in norms])
    joined = [" ".join(normed) for normed in norms]
    present = [
        dense.present([found.find(text) for text in joined], len(found.names)) for found in (known.cues, known.lexicon)
    ]
    return np.hstack([*present, shape.shape(np.array(sums), ends)])


def _sentences(norms: Sequence[str]) -> list[str]:
    starts = [*dense.sentence_starts(norms), len(norms)]
    return [" ".join(norms[a:b]) for a, b in pairwise(starts)] or [""]


def carried(row: Row, sentences: Sequence[str]) -> Floats:
    """(sentences, CARRIERS) 1, 0 or NaN: which sentences the marked evidence of a row lies in."""
    urgent = row.known.get("high") or row.known.get("critical")
    states = [row.known.get("complaint"), row.known.get("high"), row.known.get("critical")]
    if row.silver or None in states or ((states[0] or urgent) and not row.evidence):
        return np.full((len(sentences), 2), np.nan)
    pieces = {p for piece in row.evidence for p in counted(piece).split(" . ")}
    hit = [any(piece in s or (len(s) > 20 and s.rstrip(" .!?") in piece) for piece in pieces) for s in sentences]
    return np.array([[float(h), float(h and bool(urgent))] for h in hit])


@dataclass(frozen=True, slots=True)
class Ground:
    """What the second layer stands on. inputs: (rows, inputs) of rows, with scores by models that had not seen them."""

    features: features.Features
    heads: tuple[str, ...]
    first: Layer
    words: Words
    rows: tuple[Row, ...]
    inputs: Floats


def fit(rows: Sequence[Row], known: Words | None = None) -> Fitted:
    """Trains everything on rows, labelled and silver. known: other words than load_words gives."""
    return finish(lay_ground(rows, known))


def finish(ground: Ground) -> Fitted:
    """The second layer on its ground."""
    part = folds(ground.rows)
    posted = np.array([_posted(row.group) for row in ground.rows])
    second, crossed = fit_second(ground.inputs, targets(ground.rows), _weights(ground.rows), posted, part)
    return Fitted(
        features=ground.features,
        heads=ground.heads,
        first=ground.first,
        second=second,
        words=ground.words,
        rows=ground.rows,
        crossed=crossed,
    )


def lay_ground(rows: Sequence[Row], known: Words | None = None) -> Ground:
    """The first layer, and what the second will learn from."""
    known = known or load_words()
    taught = np.array([i for i, row in enumerate(rows) if row.held or not row.silver])
    gold = np.array([i for i, row in enumerate(rows) if not row.silver])
    vocabulary, texts = _read(rows, taught, known)
    transfer_names = tuple(sorted({name for row in rows for name in row.silver}))
    heads = (*OWN, *(f"review_{name}" for name in REVIEWED), *CARRIERS, LANGUAGE_HEAD, *transfer_names)
    own, own_outside = _own(rows, gold, taught, texts)
    transfer, transfer_outside = _transfer(rows, transfer_names, taught, texts)
    english = _english(rows, texts)
    language = np.vstack([english.apply(texts.whole[taught]), english.apply(texts.sentences)])
    outside = np.hstack([own_outside, language, transfer_outside])
    inputs = _dense(outside, len(taught), texts, heads)
    return Ground(
        features=vocabulary,
        heads=heads,
        first=_join([own, english, transfer]),
        words=known,
        rows=tuple(rows[i] for i in taught),
        inputs=inputs,
    )


def _weights(rows: Iterable[Row]) -> Floats:
    return np.array([row.weight for row in rows])


def _join(layers: Sequence[Layer]) -> Layer:
    return Layer(np.hstack([layer.weights for layer in layers]), np.concatenate([layer.bias for layer in layers]))


def _own(rows: Sequence[Row], gold: Ints, taught: Ints, texts: _Texts) -> tuple[Layer, Floats]:
    """Heads of OWN, REVIEWED and CARRIERS, and their scores of taught texts and then sentences, by models that knew
    neither."""
    known = [rows[i] for i in gold]
    wanted, weight, part = targets(known), _weights(known), folds(known)
    posts = np.array([_posted(row.group) == 1.0 for row in known])
    reviewed = np.where(posts[:, None], np.nan, targets(known, REVIEWED))
    whole = texts.whole[gold]
    part_of = dict(zip(gold.tolist(), part.tolist(), strict=True))
    owner = np.repeat(np.arange(len(taught)), np.diff([*texts.starts, texts.sentences.shape[0]]))
    # silver rows are in no fold: any of the fold models will do for them
    fold_of = np.array([part_of.get(int(i), 0) for i in taught])
    width = len(OWN) + len(REVIEWED) + len(CARRIERS)
    texts_scores, sentence_scores = np.zeros((len(taught), width)), np.zeros((texts.sentences.shape[0], width))
    labelled = np.array([int(i) in part_of for i in taught])[owner]
    for fold in np.unique(part):
        seen = part != fold
        layer = _labelled(whole[seen], wanted[seen], reviewed[seen], weight[seen])
        layer = _join([layer, _carriers(texts, labelled & (fold_of[owner] != fold))])
        held = np.flatnonzero(fold_of == fold)
        of_held = np.flatnonzero(fold_of[owner] == fold)
        texts_scores[held] = layer.apply(texts.whole[taught[held]])
        sentence_scores[of_held] = layer.apply(texts.sentences[of_held])
    final = _join([_labelled(whole, wanted, reviewed, weight), _carriers(texts, labelled)])
    return final, np.vstack([texts_scores, sentence_scores])


def _labelled(whole: Any, wanted: Floats, reviewed: Floats, weight: Floats) -> Layer:
    return _join([fit_heads(whole, wanted, weight, OWN_FIT), fit_heads(whole, reviewed, weight, REVIEWED_FIT)])


def _posted(group: str) -> float:
    """1 for posts written as such, 0 for texts of the sets of reviews and comments; unknown for corrections."""
    if group.startswith("composed-"):
        return 1.0
    return 0.0 if group.startswith(("pl-", "en-", "silver-")) else float("nan")


def _carriers(texts: _Texts, use: NDArray[np.bool_]) -> Layer:
    return fit_heads(texts.sentences[use], texts.carried[use], np.ones(int(use.sum())), OWN_FIT)


def _transfer(rows: Sequence[Row], names: Sequence[str], taught: Ints, texts: _Texts) -> tuple[Layer, Floats]:
    """Heads of silver sets, and scores of taught texts and then sentences by heads that saw no taught row."""
    silver = np.array([i for i, row in enumerate(rows) if row.silver], dtype=np.int64)
    wanted = np.array([[_number(rows[i].silver.get(name)) for name in names] for i in silver]).reshape(-1, len(names))
    free = np.array([not rows[i].held for i in silver], dtype=bool)
    ones = np.ones(len(silver))
    before = fit_heads(texts.whole[silver[free]], wanted[free], ones[free], TRANSFER_FIT)
    outside = np.vstack([before.apply(texts.whole[taught]), before.apply(texts.sentences)])
    return fit_heads(texts.whole[silver], wanted, ones, TRANSFER_FIT), outside


def _number(holds: bool | None) -> float:
    return float("nan") if holds is None else float(holds)


def _english(rows: Sequence[Row], texts: _Texts) -> Layer:
    # as many rows of the one as of the other: a language is not likelier because more of the training data has it
    of_each = [np.array([i for i, row in enumerate(rows) if row.language == code], dtype=np.int64) for code in _CODES]
    known = np.concatenate([found[:: max(1, len(found) // LANGUAGE_ROWS)] for found in of_each])
    wanted = np.array([[float(rows[i].language == "en")] for i in known])
    return fit_heads(texts.whole[known], wanted, np.ones(len(known)), TRANSFER_FIT)


def _dense(outside: Floats, n_texts: int, texts: _Texts, heads: Sequence[str]) -> Floats:
    columns = [heads.index(name) for name in dense.POOLED if name in heads]
    extremes = dense.pooled(outside[n_texts:], texts.starts, columns)
    opened = dense.gated(outside[:n_texts], dense.gate_columns(heads))
    return np.hstack([outside[:n_texts], extremes, opened, texts.extras])
