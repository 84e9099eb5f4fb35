"""Terms that allow for letters unknown or wrong: wildcards and typos."""

import re
from collections.abc import Iterator, Sequence

from listener.matching.leaf import Hit, Hits
from listener.matching.reading import Reading, spelled
from listener.matching.syntax import Term
from listener.text import fold


class WildLeaf:
    """A word or phrase with * and ?."""

    named = False

    def __init__(self, term: Term, reach: int) -> None:
        self._term = term
        line = f" {' '.join(_wild_word(word) for word in term.text.split())} "
        body = "".join(_wild(char, reach) for char in line[:-1])
        self._regex = re.compile(body + "(?= )")
        literals = re.split(r"[*?]", fold(line))
        self.patterns = frozenset({max(literals, key=len)})

    def find(self, reading: Reading, hits: Hits) -> Iterator[Hit]:
        if self.patterns & hits.keys():
            marked = spelled(reading.text)
            line = marked if len(marked) == len(reading.line) else reading.line
            for match in self._regex.finditer(line):
                first = reading.token_at(match.start())
                yield Hit(first, first + match[0].count(" "), f"{self._term.text} found {match[0].strip()}")


def _wild_word(word: str) -> str:
    """The canonical line of a word with its wildcards left in."""
    return "".join(part if part in "*?" else spelled(part).strip() for part in re.split(r"([*?])", word) if part)


def _wild(char: str, reach: int) -> str:
    if char == "*":
        return f"[^ ]{{0,{reach}}}"
    if char == "?":
        return "[^ ]"
    bare = fold(char)
    return re.escape(char) if bare == char else f"[{char}{bare}]"


class TypoLeaf:
    """A word of which one or two letters may be wrong, missing, doubled or swapped, in any of its forms."""

    named = False

    def __init__(self, term: Term, words: Sequence[str]) -> None:
        self._term = term
        self._words = sorted({fold(word) for word in words})
        self.patterns = frozenset(piece for word in self._words for piece in _pieces(word, term.typos))

    def find(self, reading: Reading, hits: Hits) -> Iterator[Hit]:
        places = {reading.token_at(position) for pattern in self.patterns & hits.keys() for position in hits[pattern]}
        for place in sorted(places):
            token = reading.tokens[place]
            word = next((word for word in self._words if _distance(token, word, self._term.typos)), None)
            if word is not None:
                yield Hit(place, place + 1, f"{word} within {self._term.typos} typo(s)")


def _pieces(word: str, typos: int) -> list[str]:
    """Parts of a word of which one is whole in any spelling with that many typos. A letter between two parts
    belongs to neither, so that swapping neighbours breaks one part at most."""
    count = typos + 1
    usable = len(word) - typos
    size, rest = divmod(usable, count)
    pieces, at = [], 0
    for index in range(count):
        length = size + (index < rest)
        pieces.append((" " if index == 0 else "") + word[at : at + length] + (" " if index == count - 1 else ""))
        at += length + 1
    return pieces


def _distance(a: str, b: str, limit: int) -> bool:
    """Whether a becomes b by at most limit insertions, deletions, replacements and swaps of neighbours."""
    if abs(len(a) - len(b)) > limit:
        return False
    before: list[int] = []
    row = list(range(len(b) + 1))
    for i, char in enumerate(a, 1):
        following = [i]
        for j, other in enumerate(b, 1):
            cost = min(row[j] + 1, following[j - 1] + 1, row[j - 1] + (char != other))
            if i > 1 and j > 1 and char == b[j - 2] and a[i - 2] == other:
                cost = min(cost, before[j - 2] + 1)
            following.append(cost)
        before, row = row, following
        if min(row) > limit:
            return False
    return row[-1] <= limit
