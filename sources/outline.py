"""A page laid out flat: every element and text in document order, so that questions about any part of it cost O(1).

Arrays run over node numbers. end[n] is the first number after the part that n holds; key[n] names what kind of element
it is (tag and first class, without numbers and without the marks of odd and even rows), text[n] is a text node's text.
"""

import re
from bisect import bisect_left
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import accumulate

from selectolax.lexbor import LexborHTMLParser, LexborNode

Attributes = dict[str, str | None]

_SKIPPED = frozenset(
    ("script", "style", "svg", "head", "select", "template", "iframe", "object", "textarea", "-comment")
)
_VARYING = re.compile(r"\d+|(?:^|[-_])(?:odd|even|alt|first|last)(?:$|[-_])")
_DIGITS = re.compile(r"\d+")
_NO_ATTRIBUTES: Attributes = {}
MOST_NODES = 150_000
"""A page with more is read up to here."""


def naming(cue: re.Pattern[str]) -> Callable[[str], bool]:
    """Whether the names of an element hold a cue. Pages repeat their names, so each is searched once."""

    @lru_cache(maxsize=4096)
    def holds(names: str) -> bool:
        return bool(names) and cue.search(names) is not None

    return holds


@dataclass(slots=True)
class Outline:
    """The flat page. Node 0 is the root; parent[0] is -1."""

    node: list[LexborNode] = field(default_factory=list)
    tag: list[str] = field(default_factory=list)
    attributes: list[Attributes] = field(default_factory=list)
    parent: list[int] = field(default_factory=list)
    end: list[int] = field(default_factory=list)
    key: list[str] = field(default_factory=list)
    path: list[str] = field(default_factory=list)
    """The kind of each node within the kind of its parent."""
    text: dict[int, str] = field(default_factory=dict)
    letters: list[int] = field(default_factory=list)
    """letters[n]: characters of text in the nodes before n, so that a part's length is a difference."""
    linked: list[int] = field(default_factory=list)
    """The same for characters inside links."""

    named_nodes: list[int] = field(default_factory=list)
    """The elements with attributes, in order."""
    text_nodes: list[int] = field(default_factory=list)
    """The texts, in order."""

    names: list[str] = field(default_factory=list)
    """Class, id and itemprop of each element: the words its author gave it, without the numbers in them."""
    lines: dict[int, str] = field(default_factory=dict)
    """What words() found so far."""
    announced: dict[tuple[int, int], bool] = field(default_factory=dict)
    """What is known of parts: whether they announce a thread (sources.listing.announces)."""
    numbered: list[int] = field(default_factory=list)
    """The elements with a number of their own in id, data-id or name (sources.blocks)."""

    def length(self, n: int) -> int:
        """Characters of text in the part that n holds."""
        return self.letters[self.end[n]] - self.letters[n]

    def link_length(self, n: int) -> int:
        """Characters of text inside links in the part that n holds."""
        return self.linked[self.end[n]] - self.linked[n]

    def words(self, n: int) -> str:
        """The text of the part that n holds, on one line."""
        known = self.lines.get(n)
        if known is None:
            text = self.text
            known = " ".join("".join([text[m] for m in self.texts_in(n, self.end[n])]).split())
            self.lines[n] = known
        return known

    def texts_in(self, start: int, end: int) -> list[int]:
        """The texts from start (included) to end (not)."""
        nodes = self.text_nodes
        first = bisect_left(nodes, start)
        return nodes[first : bisect_left(nodes, end, first)]

    def named_in(self, start: int, end: int) -> list[int]:
        """The elements with attributes from start (included) to end (not)."""
        nodes = self.named_nodes
        first = bisect_left(nodes, start)
        return nodes[first : bisect_left(nodes, end, first)]

    def children(self, n: int) -> list[int]:
        """The elements and texts directly in n."""
        found, at = [], n + 1
        while at < self.end[n]:
            found.append(at)
            at = self.end[at]
        return found


def lay_out(page: LexborHTMLParser) -> Outline:
    """The outline of a parsed page."""
    out = Outline()
    top = page.body or page.root
    if top is None:
        return out
    _gather(out, top)
    if out.tag:
        _name(out)
    _measure(out)
    return out


def _gather(out: Outline, top: LexborNode) -> None:
    """Every node with its parent. White space between elements is no node of an outline; what lies in a skipped
    element has no parent in it, and so is none either."""
    nodes, tags, parents, words = out.node, out.tag, out.parent, out.text
    above = top.parent
    numbers = {above.mem_id: -1} if above is not None else {}
    for node in top.traverse(include_text=True, skip_empty=True):
        up = node.parent
        parent = numbers.get(up.mem_id) if up is not None else -1
        if parent is None:
            continue
        tag = node.tag or ""
        if tag == "-text":
            text = node.text_content or ""
            if not text.strip():
                continue
            words[len(tags)] = text
        elif tag in _SKIPPED:
            continue
        else:
            numbers[node.mem_id] = len(tags)
        nodes.append(node)
        tags.append(tag)
        parents.append(parent)
        if len(tags) >= MOST_NODES:
            break


def _name(out: Outline) -> None:
    """What each node says of itself, and what kind of element it is."""
    tags = out.tag
    attributes = out.attributes = [
        _NO_ATTRIBUTES if tag == "-text" else node.attributes for node, tag in zip(out.node, tags, strict=True)
    ]
    out.named_nodes = [n for n, own in enumerate(attributes) if own]
    names, key = [""] * len(tags), tags.copy()
    for n in out.named_nodes:
        said = attributes[n].get
        names[n], key[n] = _called(tags[n], said("class"), said("id"), said("itemprop"), said("data-role"))
    out.names, out.key = names, key
    out.path = [f"{key[up]}>{own}" for up, own in zip(out.parent, key, strict=True)]
    for n in (*out.text, 0):
        out.path[n] = key[n]


def _measure(out: Outline) -> None:
    """Where each part ends, and how much text there is before each node, in all and inside links."""
    parents, count = out.parent, len(out.tag)
    end = out.end = list(range(1, count + 1))
    for n in range(count - 1, 0, -1):
        up = parents[n]
        if end[up] < end[n]:
            end[up] = end[n]
    out.text_nodes = list(out.text)
    sizes, linked = [0] * count, [0] * count
    for n, text in out.text.items():
        sizes[n] = len(text.strip())
    for n in (n for n, tag in enumerate(out.tag) if tag == "a"):
        linked[n : end[n]] = sizes[n : end[n]]
    out.letters = list(accumulate(sizes, initial=0))
    out.linked = list(accumulate(linked, initial=0))


@lru_cache(maxsize=16_384)
def _called(tag: str, classes: str | None, number: str | None, item: str | None, role: str | None) -> tuple[str, str]:
    """The names of an element, and its key."""
    return _names((classes, number, item, role)), _key(tag, classes or item or "")


def _names(values: tuple[str | None, ...]) -> str:
    return _DIGITS.sub("", " ".join(value for value in values if value))


def _key(tag: str, names: str) -> str:
    for name in names.split():
        stable = _VARYING.sub("", name)
        if stable:
            return f"{tag}.{stable}"
    return tag
