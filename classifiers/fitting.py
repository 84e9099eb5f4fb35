"""Fits the layers with scikit-learn and packs them as an artefact.

First layer: linear heads over words and n-grams. Own heads learn the labels of the guidelines; transfer heads learn
what other sets say of their texts (silver: stars, opinion of a sentence, chatter, ...). Second layer: logistic
regression and small boosted trees over all heads, their extremes over sentences, cues and shape.

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
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from classifiers import dense, features, labels, shape
from classifiers.artefact import Artefact
from classifiers.cues import Cues
from classifiers.fitting_second import fit_second
from classifiers.model import LANGUAGE_HEAD
from classifiers.rows import Row, targets
from classifiers.second import Second
from classifiers.tokens import counted, norm, readable, surfaces

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

OWN_C, TRANSFER_C = 8.0, 2.0
FEATURES_AT_MOST = 90_000
"""n-grams and pairs of the artefact; those of least weight are left out."""
LANGUAGE_ROWS = 6_000
"""Rows of each language that the head of languages learns from, at least where there are as many."""
_CODES = ("pl", "en")
REAL_TELLS = 2.0
"""What a real text counts, against a post or a silver row, when probabilities are tuned."""
CARRIERS = ("carries", "carries_urgent")
"""Heads that tell sentences: one that carries a complaint or an urgency, and one of an urgent text."""
OWN = (*labels.ALL, dense.KIND)
"""Heads of whole texts that are learned from labelled rows: the labels, and whether it is a post to a company."""


@dataclass(frozen=True, slots=True)
class Layer:
    """Linear heads. weights: (inputs, heads); bias: (heads,)."""

    weights: Floats
    bias: Floats

    def apply(self, inputs: Any) -> Floats:
        """(rows, heads) scores of a dense or sparse (rows, inputs) matrix."""
        result: Floats = np.asarray(inputs @ self.weights) + self.bias
        return result


@dataclass(frozen=True, slots=True)
class Fitted:
    """All layers and what they rest on. crossed: (rows, labels.ALL) probabilities by models that had not seen the
    row's group; rows: what they speak of, labelled ones and held silver ones."""

    features: features.Features
    heads: tuple[str, ...]
    first: Layer
    second: Second
    cues: Cues
    rows: tuple[Row, ...]
    crossed: Floats


def load_cues() -> dict[str, tuple[str, ...]]:
    """The word cues of cues.toml, name -> phrases."""
    with Path(__file__).with_name("cues.toml").open("rb") as file:
        groups = tomllib.load(file)
    return {name: tuple(phrases) for group in groups.values() for name, phrases in group.items()}


def fit_heads(inputs: Any, wanted: Floats, weight: Floats, c: float) -> Layer:
    """One logistic head a column of wanted (1, 0, NaN unknown: left out)."""
    # one after the other: liblinear draws from one generator for all threads, and two at once would give other weights
    # every time
    fitted = [_fit_head(inputs, wanted[:, head], weight, c) for head in range(wanted.shape[1])]
    return Layer(np.stack([w for w, _ in fitted], axis=1), np.array([b for _, b in fitted]))


def _fit_head(inputs: Any, wanted: Floats, weight: Floats, c: float) -> tuple[Floats, float]:
    use = np.flatnonzero(~np.isnan(wanted))
    if len(np.unique(wanted[use])) < 2:
        return np.zeros(inputs.shape[1]), -5.0
    model = LogisticRegression(C=c, solver="liblinear", dual=True, max_iter=400, tol=1e-2, random_state=0)
    model.fit(inputs[use], wanted[use], sample_weight=weight[use])
    return model.coef_[0], float(model.intercept_[0])


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


def _read(rows: Sequence[Row], taught: Ints, cues: Cues) -> tuple[features.Features, _Texts]:
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
        extras=extras([written[i] for i in taught], [norms[i] for i in taught], cues),
    )


def extras(written: Sequence[Sequence[str]], norms: Sequence[Sequence[str]], cues: Cues) -> Floats:
    """(texts, cues + shape.NAMES)."""
    none = [0.0] * len(shape.TRAITS)
    sums = [
        np.sum([none, *(shape.traits(s, n) for s, n in zip(of_text, normed, strict=True))], axis=0)
        for of_text, normed in zip(written, norms, strict=True)
    ]
    ends = np.array([shape.ends_asking(normed) for normed in norms])
    present = dense.present([cues.find(" ".join(normed)) for normed in norms], len(cues.names))
    return np.hstack([present, shape.shape(np.array(sums), ends)])


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
    cues: Cues
    rows: tuple[Row, ...]
    inputs: Floats


def fit(rows: Sequence[Row], cues: Mapping[str, Sequence[str]] | None = None) -> Fitted:
    """Trains everything on rows, labelled and silver."""
    return finish(lay_ground(rows, cues))


def finish(ground: Ground) -> Fitted:
    """The second layer on its ground."""
    part = folds(ground.rows)
    kind = dense.kind_column(ground.heads)
    tells = np.array([_tells(row) for row in ground.rows])
    second, crossed = fit_second(ground.inputs, targets(ground.rows), _weights(ground.rows), tells, part, kind)
    return Fitted(
        features=ground.features,
        heads=ground.heads,
        first=ground.first,
        second=second,
        cues=ground.cues,
        rows=ground.rows,
        crossed=crossed,
    )


def lay_ground(rows: Sequence[Row], cues: Mapping[str, Sequence[str]] | None = None) -> Ground:
    """The first layer, and what the second will learn from."""
    automaton = Cues(load_cues() if cues is None else cues)
    taught = np.array([i for i, row in enumerate(rows) if row.held or not row.silver])
    gold = np.array([i for i, row in enumerate(rows) if not row.silver])
    vocabulary, texts = _read(rows, taught, automaton)
    transfer_names = tuple(sorted({name for row in rows for name in row.silver}))
    heads = (*OWN, *CARRIERS, LANGUAGE_HEAD, *transfer_names)
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
        cues=automaton,
        rows=tuple(rows[i] for i in taught),
        inputs=inputs,
    )


def _weights(rows: Iterable[Row]) -> Floats:
    return np.array([row.weight for row in rows])


def _join(layers: Sequence[Layer]) -> Layer:
    return Layer(np.hstack([layer.weights for layer in layers]), np.concatenate([layer.bias for layer in layers]))


def _own(rows: Sequence[Row], gold: Ints, taught: Ints, texts: _Texts) -> tuple[Layer, Floats]:
    """Heads of OWN, and their scores of taught texts and then sentences, by models that knew neither."""
    known = [rows[i] for i in gold]
    posted = np.array([[_posted(row.group)] for row in known])
    wanted, weight, part = np.hstack([targets(known), posted]), _weights(known), folds(known)
    whole = texts.whole[gold]
    part_of = dict(zip(gold.tolist(), part.tolist(), strict=True))
    owner = np.repeat(np.arange(len(taught)), np.diff([*texts.starts, texts.sentences.shape[0]]))
    # silver rows are in no fold: any of the fold models will do for them
    fold_of = np.array([part_of.get(int(i), 0) for i in taught])
    width = len(OWN) + len(CARRIERS)
    texts_scores, sentence_scores = np.zeros((len(taught), width)), np.zeros((texts.sentences.shape[0], width))
    labelled = np.array([int(i) in part_of for i in taught])[owner]
    for fold in np.unique(part):
        layer = fit_heads(whole[part != fold], wanted[part != fold], weight[part != fold], OWN_C)
        layer = _join([layer, _carriers(texts, labelled & (fold_of[owner] != fold))])
        held = np.flatnonzero(fold_of == fold)
        of_held = np.flatnonzero(fold_of[owner] == fold)
        texts_scores[held] = layer.apply(texts.whole[taught[held]])
        sentence_scores[of_held] = layer.apply(texts.sentences[of_held])
    final = _join([fit_heads(whole, wanted, weight, OWN_C), _carriers(texts, labelled)])
    return final, np.vstack([texts_scores, sentence_scores])


def _tells(row: Row) -> float:
    # held silver rows tell of their own sets, and are more than the real texts that were read label by label
    return REAL_TELLS if not row.silver and _posted(row.group) == 0.0 else 1.0


def _posted(group: str) -> float:
    """1 for posts written as such, 0 for texts of the sets of reviews and comments; unknown for corrections."""
    if group.startswith("composed-"):
        return 1.0
    return 0.0 if group.startswith(("pl-", "en-")) else float("nan")


def _carriers(texts: _Texts, use: NDArray[np.bool_]) -> Layer:
    return fit_heads(texts.sentences[use], texts.carried[use], np.ones(int(use.sum())), OWN_C)


def _transfer(rows: Sequence[Row], names: Sequence[str], taught: Ints, texts: _Texts) -> tuple[Layer, Floats]:
    """Heads of silver sets, and scores of taught texts and then sentences by heads that saw no taught row."""
    silver = np.array([i for i, row in enumerate(rows) if row.silver], dtype=np.int64)
    wanted = np.array([[_number(rows[i].silver.get(name)) for name in names] for i in silver]).reshape(-1, len(names))
    free = np.array([not rows[i].held for i in silver], dtype=bool)
    ones = np.ones(len(silver))
    before = fit_heads(texts.whole[silver[free]], wanted[free], ones[free], TRANSFER_C)
    outside = np.vstack([before.apply(texts.whole[taught]), before.apply(texts.sentences)])
    return fit_heads(texts.whole[silver], wanted, ones, TRANSFER_C), outside


def _number(holds: bool | None) -> float:
    return float("nan") if holds is None else float(holds)


def _english(rows: Sequence[Row], texts: _Texts) -> Layer:
    # as many rows of the one as of the other: a language is not likelier because more of the training data has it
    of_each = [np.array([i for i, row in enumerate(rows) if row.language == code], dtype=np.int64) for code in _CODES]
    known = np.concatenate([found[:: max(1, len(found) // LANGUAGE_ROWS)] for found in of_each])
    wanted = np.array([[float(rows[i].language == "en")] for i in known])
    return fit_heads(texts.whole[known], wanted, np.ones(len(known)), TRANSFER_C)


def _dense(outside: Floats, n_texts: int, texts: _Texts, heads: Sequence[str]) -> Floats:
    columns = [heads.index(name) for name in dense.POOLED if name in heads]
    extremes = dense.pooled(outside[n_texts:], texts.starts, columns)
    opened = dense.gated(outside[:n_texts], dense.gate_columns(heads))
    return np.hstack([outside[:n_texts], extremes, opened, texts.extras])


def pack(fitted: Fitted, thresholds: Mapping[str, float], metadata: Mapping[str, Any]) -> Artefact:
    """An artefact of a fitted model; of pairs and n-grams only those of most weight are kept."""
    source = fitted.features
    weights = fitted.first.weights * source.idf[:, None]
    keep = _heaviest(weights, source.n_words)
    n_pairs = int(keep[source.n_words : source.n_words + source.n_pairs].sum())
    n_words = int(keep[: source.n_words].sum())
    second = fitted.second
    arrays: dict[str, NDArray[Any]] = {
        "linear": weights[keep].astype(np.float16),
        "linear_bias": fitted.first.bias.astype(np.float32),
        "squares": (source.idf[: source.n_words] ** 2)[keep[: source.n_words]].astype(np.float32),
        "second": second.weights,
        "second_bias": second.bias,
        "tree_feature": second.forest.feature,
        "tree_threshold": second.forest.threshold,
        "tree_leaf": second.forest.leaf,
        "tree_prior": second.forest.prior,
        "tuning": second.tuning,
    }
    facts: dict[str, Any] = {
        "heads": list(fitted.heads),
        "n_words": n_words,
        "n_pairs": n_pairs,
        "base": features.BASE,
        "ngrams": list(features.NGRAMS),
        "cues": [[name, list(phrases)] for name, phrases in fitted.cues.phrases.items()],
        "shape": list(shape.NAMES),
        # pairs, not objects: their order is that of columns, and JSON objects have none
        "gates": [[gate, list(opened)] for gate, opened in dense.GATES.items()],
        "thresholds": dict(thresholds),
    }
    vocabulary = tuple(name for name, kept in zip(source.names, keep, strict=True) if kept)
    return Artefact(arrays=arrays, vocabulary=vocabulary, metadata={**facts, **metadata})


def _heaviest(weights: Floats, n_words: int) -> NDArray[np.bool_]:
    # heads differ in scale: a feature is as heavy as it is in the head where it matters most
    heavy = (np.abs(weights) / (np.abs(weights).max(axis=0) + 1e-9)).max(axis=1)
    keep: NDArray[np.bool_] = np.zeros(len(weights), dtype=bool)
    keep[np.argsort(-heavy, kind="stable")[:FEATURES_AT_MOST]] = True
    keep[:n_words] = True
    return keep
