"""A text as the automaton reads it: folded words and the signs that glue them, one space around each.

" w zabce . pl # blik - a " is what "W Żabce.pl: #BLIK-a!" becomes. A pattern with a space at either end can only
match whole words, so hits need no look at their neighbours. Places in the post are worked out for hits only.
"""

import re
import unicodedata
from functools import cached_property

from listener.text import fold, fold_mapped, plain

_WORD = r"[^\W_]"
_KEPT = rf"(?<={_WORD})[-'._](?={_WORD})|[#@](?={_WORD})|&|(?<={_WORD})\+(?!{_WORD})"
_TOKEN = re.compile(rf"{_WORD}+|{_KEPT}")
_SIGN = re.compile(r"[-'._#@&+]")
SIGNS = frozenset("-'._#@&+")
_SPACED = bytes(code if chr(code).isalnum() or chr(code) in SIGNS else ord(" ") for code in range(128)) + bytes(128)


def canonical(text: str) -> str:
    """The canonical line of a text, with a space at both ends; " " for a text without words."""
    return _line(fold(text))


def spelled(text: str) -> str:
    """As canonical, Polish letters kept: how a form must be spelled to be that form."""
    return _line(plain(text))


def _line(folded: str) -> str:
    """The tokens of a folded text with a space around each. Bare ASCII, which is nearly all, takes a quicker road."""
    if folded.isascii():
        spaced = folded.encode("ascii").translate(_SPACED).decode("ascii")
        tokens = _SIGN.sub(_keep, spaced).split()
    else:
        tokens = _TOKEN.findall(folded)
    return f" {' '.join(tokens)} " if tokens else " "


def _keep(sign: re.Match[str]) -> str:
    """The sign with spaces around it where it glues words (as _KEPT says), else a space."""
    text, at = sign.string, sign.start()
    char, before, after = text[at], text[at - 1 : at].isalnum(), text[at + 1 : at + 2].isalnum()
    if char in "#@":
        kept = after
    elif char == "+":
        kept = before and not after
    else:
        kept = char == "&" or (before and after)
    return f" {char} " if kept else " "


class Reading:
    """One text, read once. Positions in the canonical line are turned into token numbers, those into places."""

    __slots__ = ("__dict__", "_folded", "_offsets", "line", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        self._folded, self._offsets = fold_mapped(text)
        self.line = _line(self._folded)

    @cached_property
    def tokens(self) -> list[str]:
        """The folded tokens in order."""
        return self.line.split()

    @cached_property
    def _places(self) -> list[tuple[int, int]]:
        """Where each piece stands in the folded text. Between tokens there are only signs that were dropped, so the
        next occurrence of a word is the word; # and @ stand right before theirs."""
        places, at = [], 0
        for number, piece in enumerate(self.tokens):
            wanted = piece + self.tokens[number + 1] if piece in "#@" else piece
            start = self._folded.index(wanted, at)
            at = start + len(piece)
            places.append((start, at))
        return places

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
        begin, stop = self._folded_place(first)
        if last - first > 1:
            stop = self._folded_place(last - 1)[1]
        start, end = self._offsets[begin], self._offsets[stop - 1] + 1
        while end < len(self.text) and unicodedata.category(self.text[end]) == "Mn":
            end += 1
        return start, end

    def marked(self, first: int, last: int) -> str:
        """The canonical line of these tokens with the Polish marks that were typed."""
        written = self.original(first, last)
        return f" {' '.join(self.tokens[first:last])} " if written.isascii() else spelled(written)

    def _folded_place(self, number: int) -> tuple[int, int]:
        """Where one token stands in the folded text. A word is found as the so-manieth of its kind, without placing
        all the others."""
        word = self.tokens[number]
        if word in SIGNS:
            return self._places[number]
        folded, at = self._folded, -1
        for _ in range(self.tokens[:number].count(word) + 1):
            at = folded.index(word, at + 1)
            while folded[at - 1 : at].isalnum() or folded[at + len(word) : at + len(word) + 1].isalnum():
                at = folded.index(word, at + 1)
        return at, at + len(word)

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
