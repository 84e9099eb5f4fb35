"""A text as the automaton reads it: folded words and the signs that glue them, one space around each.

" w zabce . pl # blik - a " is what "W Żabce.pl: #BLIK-a!" becomes. A pattern with a space at either end can only
match whole words, so hits need no look at their neighbours. Places in the post are worked out for hits only.
"""

import re
import unicodedata
from collections.abc import Sequence
from functools import cached_property

from listener.text import fold, fold_mapped, plain

_TOKEN = re.compile(
    r"[^\W_]+|(?<=[^\W_])[-'._](?=[^\W_])|[#@](?=[^\W_])|(?<=[^\W_])&(?=[^\W_])|(?<=[^\W_])\+(?![^\W_])"
)
SIGNS = frozenset("-'._#@&+")


def canonical(text: str) -> str:
    """The canonical line of a text, with a space at both ends; " " for a text without words."""
    return _line(_TOKEN.findall(_gather(fold(text))))


def spelled(text: str) -> str:
    """As canonical, Polish letters kept: how a form must be spelled to be that form."""
    return _line(_TOKEN.findall(_gather(plain(text))))


def _line(tokens: Sequence[str]) -> str:
    return f" {' '.join(tokens)} " if tokens else " "


def _gather(folded: str) -> str:
    return folded.replace(" & ", "&") if " & " in folded else folded


class Reading:
    """One text, read once. Positions in the canonical line are turned into token numbers, those into places."""

    __slots__ = ("__dict__", "_folded", "_offsets", "line", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded, self._offsets = fold_mapped(text)
        self.line = _line(_TOKEN.findall(self._folded))

    @cached_property
    def tokens(self) -> list[str]:
        """The folded tokens in order."""
        return self.line.split()

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        return [match.span() for match in _TOKEN.finditer(self._folded)]

    @cached_property
    def words_before(self) -> list[int]:
        """For each token and the end: how many words, signs not counted, stand before it."""
        counts, count = [], 0
        for token in self.tokens:
            counts.append(count)
            count += token not in SIGNS
        return [*counts, count]

    def token_at(self, position: int) -> int:
        """The number of the token that begins at this position of the line, or at the space before it."""
        return self.line.count(" ", 0, position + 1) - 1

    def place(self, first: int, last: int) -> tuple[int, int]:
        """Where tokens first to last (exclusive) stand in the text: start, end exclusive."""
        start = self._offsets[self._places[first][0]]
        end = self._offsets[self._places[last - 1][1] - 1] + 1
        while end < len(self.text) and unicodedata.category(self.text[end]) == "Mn":
            end += 1
        return start, end

    def original(self, first: int, last: int) -> str:
        """The text of these tokens as it was written."""
        start, end = self.place(first, last)
        return self.text[start:end]


def could_be(written: str, form: str) -> bool:
    """Whether written (as plain gives it) is form with all, some or none of its Polish marks typed."""
    if written == form:
        return True
    return len(written) == len(form) and all(
        mine == theirs or mine == fold(theirs) for mine, theirs in zip(written, form, strict=True)
    )
