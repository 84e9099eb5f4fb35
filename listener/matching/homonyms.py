"""Is it the company, or the everyday word? Names such as Play, Plus, Era or Żabka are also words, and a user who adds
one must not be flooded.

Only names are judged (terms written with a capital), only in spellings that are everyday words, and only by what
stands around: letter case, place in the sentence, a preposition before, glued signs, words of trade near by, known
phrases that are not the company. Every cue is a weight; clicks on "not relevant" move them (Relevance.learn).
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum
from functools import lru_cache
from importlib.resources import files

from listener.matching.inflection import dictionary
from listener.matching.leaf import Hit
from listener.matching.parser import parse
from listener.matching.reading import SIGNS, Reading, canonical
from listener.matching.syntax import Style, Term, walk
from listener.model import Mention, Post
from listener.text import fold

_BESIDE, _AROUND = 2, 12
_LEARNED_WEIGHT = 1.5


class Level(IntEnum):
    """How much of an everyday word a spelling is."""

    NONE = 0
    RARE = 1
    FREQUENT = 2


WEIGHTS: Mapping[str, float] = {
    "rare word": 1.0,
    "frequent word": -1.0,
    "capital inside a sentence": 3.0,
    "capital at the start": 0.5,
    "foreign word with a capital at the start": 1.2,
    "all capitals": 3.0,
    "capital and hardly a word more": 1.0,
    "hashtag, handle or domain": 3.0,
    "preposition": 1.2,
    "preposition before a foreign word": 1.8,
    "trade": 1.2,
    "much trade": 2.0,
    "trade around a frequent word": 0.6,
    "much trade around a frequent word": 1.0,
    "plural of a frequent word": -2.0,
    "number beside": -2.5,
    "compound": -2.0,
    "phrase that is not the company": -4.5,
    "subject that is not the company": -2.5,
}
"""cue -> weight in log-odds; a spelling counts where the sum is above 0"""

_PREPOSITIONS = frozenset(["w", "we", "do", "od", "u", "z", "ze", "przez", "dla", "ode"])
_STARTS = re.compile(r"(^|[.!?…:\n\"„”()•*]|(^|\s)[–—-](?=\s))\s*[\"„'(]*\s*$")


@dataclass(frozen=True, slots=True)
class Verdict:
    """score: probability 0..1 that the company is meant; cues: what spoke for and against."""

    score: float
    cues: tuple[str, ...]

    @property
    def relevant(self) -> bool:
        return self.score > 0.5


@dataclass(frozen=True, slots=True)
class Click:
    """A person's word on one mention: the name, the words near by, folded, and whether it was relevant."""

    name: str
    words: tuple[str, ...]
    relevant: bool


@dataclass(frozen=True, slots=True)
class Relevance:
    """Weights of cues, and of words near a name, as (name, word) -> log-odds."""

    cues: Mapping[str, float] = field(default_factory=lambda: WEIGHTS)
    words: Mapping[tuple[str, str], float] = field(default_factory=dict)

    def judge(self, name: str, cues: Sequence[str], near: Sequence[str]) -> Verdict:
        """The verdict on one place."""
        key = fold(name)
        learned = {word: self.words[(key, word)] for word in set(near) if (key, word) in self.words}
        total = sum(self.cues.get(cue, 0.0) for cue in cues) + sum(learned.values())
        shown = tuple(f"{word} (learned)" for word in sorted(learned))
        return Verdict(1 / (1 + math.exp(-max(-30.0, min(30.0, total)))), tuple(cues) + shown)

    def learn(self, clicks: Iterable[Click]) -> "Relevance":
        """A new Relevance that has seen these clicks: smoothed log-odds of each word near each name, so that one
        click moves little and ten decide."""
        counts: dict[tuple[str, str], list[int]] = {}
        totals: dict[str, list[int]] = {}
        for click in clicks:
            key = fold(click.name)
            totals.setdefault(key, [0, 0])[click.relevant] += 1
            for word in set(click.words):
                counts.setdefault((key, word), [0, 0])[click.relevant] += 1
        learned = {key: _odds(seen, totals[key[0]]) for key, seen in counts.items()}
        return Relevance(self.cues, {**self.words, **learned})


def _odds(seen: Sequence[int], total: Sequence[int]) -> float:
    """Log-odds of relevance with the word, against those of the name alone; half a click of each kind is assumed."""
    with_word = math.log((seen[1] + 0.5) / (seen[0] + 0.5))
    support = sum(seen) / (sum(seen) + 2)
    rest = math.log((total[1] - seen[1] + 0.5) / (total[0] - seen[0] + 0.5))
    return _LEARNED_WEIGHT * support * max(-3.0, min(3.0, with_word - min(0.0, rest)))


def clicks(post: Post, mention: Mention, *, relevant: bool) -> tuple[Click, ...]:
    """What a person's word on a mention teaches: one click for each name of its query."""
    reading = Reading(post.text)
    words = {word for span in mention.spans for word in _around(reading, span.start, span.end)}
    names = {
        node.text
        for node in walk(parse(mention.query.expression))
        if isinstance(node, Term) and node.style is Style.INFLECTED and not node.text.islower()
    }
    return tuple(Click(name, tuple(sorted(words)), relevant) for name in sorted(names))


def _around(reading: Reading, start: int, end: int) -> tuple[str, ...]:
    """The words near a span of the text."""
    first = len(canonical(reading.text[:start]).split())
    return near(reading, first, first + len(canonical(reading.text[start:end]).split()))


# --- how much of a word a spelling is -------------------------------------------------------------------------


def _words_of(name: str) -> frozenset[str]:
    text = files("listener.matching").joinpath("data", name).read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    return _words_of("english.txt")


@lru_cache(maxsize=1)
def _frequent() -> frozenset[str]:
    return _words_of("frequent.txt")


@lru_cache(maxsize=1)
def _trade() -> tuple[str, ...]:
    return tuple(sorted(fold(stem).rstrip("*") for stem in _words_of("context.txt")))


@lru_cache(maxsize=1)
def _phrases() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    text = files("listener.matching").joinpath("data", "homonyms.tsv").read_text(encoding="utf-8")
    rows = (f"{line}\t\t".split("\t")[:3] for line in text.splitlines() if line and not line.startswith("#"))
    return {word: (frozenset(beside.split()), tuple(around.replace("*", "").split())) for word, beside, around in rows}


@lru_cache(maxsize=50_000)
def level(spelling: str) -> Level:
    """Of one spelling, diacritics kept."""
    lower = spelling.strip().lower()
    if " " in lower or not lower.isalpha():
        return Level.NONE
    if lower in _english():
        return Level.FREQUENT
    lemmas = {key.split(":")[0].lower() for key in dictionary.everyday(lower)}
    if not lemmas:
        return Level.NONE
    return Level.FREQUENT if lemmas & _frequent() or dictionary.is_function_word(lower) else Level.RARE


def level_of(spelling: str, written: str) -> Level:
    """Of a spelling as it was written: without its marks it may be another word ("warte" for Wartę)."""
    if written != spelling and dictionary.is_common(written):
        return Level.FREQUENT
    return level(spelling)


# --- what stands around ---------------------------------------------------------------------------------------


def near(reading: Reading, first: int, last: int) -> tuple[str, ...]:
    """The folded words around a place, for learning."""
    tokens = reading.tokens
    return tuple(
        token
        for token in tokens[max(0, first - _AROUND) : first] + tokens[last : last + _AROUND]
        if token not in SIGNS and len(token) > 2
    )


def cues(reading: Reading, hit: Hit, name: str, how: Level) -> tuple[str, ...]:
    """What speaks for and against the company at a hit."""
    first, last = hit.first, hit.last
    found = ["frequent word" if how is Level.FREQUENT else "rare word"]
    if how is Level.FREQUENT and hit.plural:
        found.append("plural of a frequent word")
    found += _case(reading, first, last)
    tokens = reading.tokens
    before = tokens[first - 1] if first else ""
    after = tokens[last] if last < len(tokens) else ""
    if before in ("#", "@", ".") or (after == "." and tokens[last + 1 : last + 2] in (["pl"], ["com"], ["eu"])):
        found.append("hashtag, handle or domain")
    elif after == "-" or before == "-":
        found.append("compound")
    if before in _PREPOSITIONS:
        foreign = fold(reading.original(first, last)) in _english()
        found.append("preposition before a foreign word" if foreign else "preposition")
    if before.isdigit() or after.isdigit():
        found.append("number beside")
    return tuple(found + _surroundings(reading, first, last, name, how))


def _case(reading: Reading, first: int, last: int) -> list[str]:
    written = reading.original(first, last)
    if written.isupper() and len(written) > 1:
        return [] if _shouted(reading.text) else ["all capitals"]
    if written[:1].isupper() and len(reading.tokens) - (last - first) < 2:
        return ["capital and hardly a word more", "capital at the start"]
    if not written[:1].isupper() or reading.text.istitle():
        return []
    start = reading.place(first, last)[0]
    if not _STARTS.search(reading.text[max(0, start - 12) : start]):
        return ["capital inside a sentence"]
    return ["foreign word with a capital at the start" if fold(written) in _english() else "capital at the start"]


def _shouted(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    return len(letters) > 8 and sum(char.isupper() for char in letters) > 0.7 * len(letters)


def _surroundings(reading: Reading, first: int, last: int, name: str, how: Level) -> list[str]:
    tokens, found = reading.tokens, []
    beside = tokens[max(0, first - _BESIDE) : first] + tokens[last : last + _BESIDE]
    around = tokens[max(0, first - _AROUND) : first] + tokens[last : last + _AROUND]
    trade = sum(token.startswith(_trade()) for token in around)
    if trade:
        said = "much trade" if trade > 1 else "trade"
        found.append(f"{said} around a frequent word" if how is Level.FREQUENT else said)
    wrong_beside, wrong_around = _phrases().get(fold(name), (frozenset(), ()))
    if wrong_beside.intersection(beside):
        found.append("phrase that is not the company")
    if wrong_around and any(token.startswith(wrong_around) for token in around):
        found.append("subject that is not the company")
    return found
