"""What one term of a query looks for: patterns for the automaton, and the check of a hit."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Protocol

from listener.matching.reading import Reading, could_be, spelled
from listener.matching.syntax import Style, Term
from listener.text import fold, plain

_SURNAME = re.compile(r"ow(sk|sc)\w{1,4}$")

Hits = Mapping[str, Sequence[int]]
"""pattern -> where it begins in the canonical line"""


@dataclass(frozen=True, slots=True)
class Spelling:
    """One way a term may stand in a text. line: canonical with Polish marks; form: as shown; labels: what it is;
    endings: where not empty, line is the beginning of a word, and one of these must follow."""

    line: str
    form: str
    labels: tuple[str, ...]
    endings: frozenset[str] = frozenset()

    def fits(self, written: str) -> bool:
        """Whether words as they were written, marks kept, are this spelling."""
        if not self.endings:
            return could_be(written, self.line)
        stem, rest = written[: len(self.line)], written[len(self.line) :].strip()
        return could_be(stem, self.line) and any(could_be(rest, ending) for ending in self.endings)

    @property
    def pattern(self) -> str:
        return fold(self.line)


@dataclass(frozen=True, slots=True)
class Hit:
    """A place in the reading: tokens first to last (exclusive), what stands there, and, where homonyms must be told
    apart, the spelling found and whether it is a plural."""

    first: int
    last: int
    why: str
    spelling: str = ""
    plural: bool = False


def is_surname(written: str) -> bool:
    """Whether an adjective of a name reads as somebody's surname: Krukowski is a person, krukowski belongs to Kruk."""
    return written[:1].isupper() and not written.isupper() and _SURNAME.search(written) is not None


class Leaf(Protocol):
    """A term ready to be looked for."""

    patterns: frozenset[str]
    named: bool
    """whether it is a company's name, whose homonyms are to be left out"""

    def find(self, reading: Reading, hits: Hits) -> Iterator[Hit]: ...


_ENDINGS = frozenset(
    [
        "a",
        "u",
        "e",
        "i",
        "y",
        "ą",
        "ę",
        "o",
        "owi",
        "em",
        "iem",
        "ie",
        "om",
        "ami",
        "ach",
        "ów",
        "ze",
        "cie",
        "dzie",
        "rze",
        "ci",
        "mi",
        "iego",
        "iemu",
        "ego",
        "emu",
        "ej",
    ]
)
_FOLDED_ENDINGS = frozenset(fold(ending) for ending in _ENDINGS)


class FormsLeaf:
    """A name or word in all its spellings."""

    def __init__(self, term: Term, spellings: Sequence[Spelling]) -> None:
        self._term = term
        self.named = not term.text.islower() and not term.phrase
        self._by_pattern: dict[str, tuple[Spelling, ...]] = {}
        for spelling in spellings:
            known = self._by_pattern.get(spelling.pattern, ())
            self._by_pattern[spelling.pattern] = (*known, spelling)
        self._tag = f" # {fold(term.text)}" if self.named and term.text.isalnum() else ""
        self.patterns = frozenset(self._by_pattern) | ({self._tag} if self._tag else frozenset())

    def find(self, reading: Reading, hits: Hits) -> Iterator[Hit]:
        yield from self._in_hashtags(reading, hits.get(self._tag, ()))
        for pattern in self._by_pattern.keys() & hits.keys():
            for position in hits[pattern]:
                first = reading.token_at(position)
                last = first + max(1, pattern.count(" ") - 1)
                written = reading.marked(first, last)
                for spelling in self._by_pattern[pattern]:
                    if spelling.fits(written) and not (spelling.endings and is_surname(reading.original(first, last))):
                        yield self._hit(reading, first, last, spelling)
                        break

    def _in_hashtags(self, reading: Reading, positions: Sequence[int]) -> Iterator[Hit]:
        """The name at the beginning of a hashtag of several words: #ŻabkaPolska."""
        name = self._term.text
        for position in positions:
            word = reading.token_at(position) + 1
            written = reading.original(word, word + 1)
            head, rest = written[: len(name)], written[len(name) :]
            apart = rest[:1].isdigit() or (rest[:1].isupper() and not written.isupper())
            if apart and could_be(plain(head), plain(name)):
                yield Hit(word, word + 1, f"#{written}: {name} in a hashtag")

    def _hit(self, reading: Reading, first: int, last: int, spelling: Spelling) -> Hit:
        name, line = self._term.text, spelling.line.strip()
        ending = _ending(reading, last)
        if ending and spelling.form == name:
            return Hit(first, last + 2, f"{name} with the ending -{ending}")  # no everyday word has one
        if spelling.form == name:
            return Hit(first, last, name, line)
        if spelling.endings:
            return Hit(first, last, f"{reading.original(first, last)}: adjective of {name}")
        plural = all(said.startswith("plural") for said in spelling.labels)
        return Hit(first, last, f"{spelling.form}: {name} ({', '.join(spelling.labels)})", line, plural)


def _ending(reading: Reading, last: int) -> str:
    """The case ending glued with a hyphen or apostrophe right after token last, if one is."""
    tokens = reading.tokens
    if last + 1 < len(tokens) and tokens[last] in "-'" and tokens[last + 1] in _FOLDED_ENDINGS:
        return tokens[last + 1]
    return ""


class ExactLeaf:
    """Case, marks and form as given."""

    named = False

    def __init__(self, term: Term, line: str) -> None:
        self._text = " ".join(term.text.split())
        self._line = fold(line)
        self.patterns = frozenset({self._line})

    def find(self, reading: Reading, hits: Hits) -> Iterator[Hit]:
        for position in hits.get(self._line, ()):
            first = reading.token_at(position)
            last = first + self._line.count(" ") - 1
            if " ".join(reading.original(first, last).split()) == self._text:
                yield Hit(first, last, f"exactly {self._text}")


class TagLeaf:
    """A hashtag or handle, whole."""

    named = False

    def __init__(self, term: Term) -> None:
        sign = "#" if term.style is Style.HASHTAG else "@"
        self._shown = sign + term.text
        self._line = spelled(self._shown)
        self._pattern = fold(self._line)
        self.patterns = frozenset({self._pattern})

    def find(self, reading: Reading, hits: Hits) -> Iterator[Hit]:
        for position in hits.get(self._pattern, ()):
            first = reading.token_at(position)
            last = first + self._pattern.count(" ") - 1
            longer = last < len(reading.tokens) and reading.tokens[last] == "_"
            if not longer and could_be(reading.marked(first, last), self._line):
                yield Hit(first, last, self._shown)


def longest(hits: Sequence[Hit]) -> list[Hit]:
    """Of hits that overlap the longest, in the order of the text."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda one: (one.first, -one.last)):
        if not kept or hit.first >= kept[-1].last:
            kept.append(hit)
    assert all(a.last <= b.first for a, b in pairwise(kept))
    return kept
