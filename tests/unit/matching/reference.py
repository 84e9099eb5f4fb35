"""The meaning of the query language, as plainly as it can be said: every query on every post, no automaton, no
anchors, no caches. Slow on purpose; the matcher must agree with it."""

import re

from listener.matching.reading import SIGNS, could_be, spelled
from listener.matching.spellings import spellings
from listener.matching.syntax import And, Near, Node, Not, Or, Style, Term
from listener.text import fold, plain

Place = tuple[int, int]
"""words first to last (exclusive) of the text"""


def matches(node: Node, text: str) -> bool:
    """Whether a query without fields holds in a text."""
    match node:
        case And(parts=parts):
            return all(matches(part, text) for part in parts)
        case Or(parts=parts):
            return any(matches(part, text) for part in parts)
        case Not(part=part):
            return not matches(part, text)
        case Near() | Term():
            return bool(places(node, text))
        case _:
            raise AssertionError(node)


def places(node: Node, text: str) -> set[Place]:
    """Where a term, or the two sides of NEAR, stand."""
    match node:
        case Or(parts=parts):
            return {place for part in parts for place in places(part, text)}
        case Near(left=left, right=right):
            pairs = [(a, b) for a in places(left, text) for b in places(right, text)]
            return {(min(a[0], b[0]), max(a[1], b[1])) for a, b in pairs if _near(node, a, b, text)}
        case Term():
            return _term(node, text)
        case _:
            raise AssertionError(node)


def _near(node: Near, a: Place, b: Place, text: str) -> bool:
    words = spelled(text).split()
    between = words[a[1] : b[0]] if a[1] <= b[0] else words[b[1] : a[0]]
    if a[1] > b[0] and (node.ordered or b[1] > a[0]):
        return False
    return sum(word not in SIGNS for word in between) <= node.distance


def _term(term: Term, text: str) -> set[Place]:
    words = spelled(text).split()
    starts = range(len(words))
    if term.style is Style.EXACT:
        shown, wanted = _as_written(text), _as_written(term.text)
        return {(i, i + len(wanted)) for i in starts if shown[i : i + len(wanted)] == wanted}
    if term.style is Style.WILDCARD:
        shape = re.compile(re.escape(fold(term.text)).replace(r"\*", r".*").replace(r"\?", "."))
        return {(i, i + 1) for i in starts if shape.fullmatch(fold(words[i])) and _marks_fit(term.text, words[i])}
    if term.typos:
        forms = [spelling.line.strip() for spelling in spellings(term) if not spelling.endings]
        return {(i, i + 1) for i in starts if any(_edits(fold(words[i]), fold(x)) <= term.typos for x in forms)}
    return _inflected(term, words)


def _as_written(text: str) -> list[str]:
    """The words of a text in their own letter case; for texts whose folding keeps every position."""
    found, at, marked = [], 0, plain(text)
    for word in spelled(text).split():
        at = marked.index(word, at)
        found.append(text[at : at + len(word)])
        at += len(word)
    return found


def _inflected(term: Term, words: list[str]) -> set[Place]:
    found: set[Place] = set()
    for spelling in spellings(term):
        wanted = spelling.line.split()
        for i in range(len(words)):
            if not spelling.endings:
                got = words[i : i + len(wanted)]
                if len(got) == len(wanted) and all(map(could_be, got, wanted)):
                    found.add((i, i + len(wanted)))
            elif any(could_be(words[i], wanted[0] + ending) for ending in spelling.endings):
                found.add((i, i + 1))
    return found


def _marks_fit(wild: str, word: str) -> bool:
    """Whether the letters of a wildcard word that stand before its first * agree in their marks."""
    head = re.split(r"[*?]", plain(wild))[0]
    tail = re.split(r"[*?]", plain(wild))[-1]
    return could_be(word[: len(head)], head) and could_be(word[len(word) - len(tail) :], tail)


def _edits(a: str, b: str) -> int:
    """Optimal string alignment by its definition."""
    table = {(i, -1): i + 1 for i in range(-1, len(a))} | {(-1, j): j + 1 for j in range(-1, len(b))}
    for i in range(len(a)):
        for j in range(len(b)):
            table[i, j] = min(table[i - 1, j] + 1, table[i, j - 1] + 1, table[i - 1, j - 1] + (a[i] != b[j]))
            if i and j and a[i] == b[j - 1] and a[i - 1] == b[j]:
                table[i, j] = min(table[i, j], table[i - 2, j - 2] + 1)
    return table[len(a) - 1, len(b) - 1]
