"""A page laid out flat: every element and text in document order, so that questions about any part of it cost O(1).

Arrays run over node numbers. end[n] is the first number after the part that n holds; key[n] names what kind of element
it is (tag and first class, without numbers and without the marks of odd and even rows), text[n] is a text node's text.
"""

import re
from bisect import bisect_left
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

Attributes = dict[str, str | None]

_SKIPPED = frozenset(
    ("script", "style", "svg", "head", "select", "template", "iframe", "object", "textarea", "-comment")
)
_VARYING = re.compile(r"\d+|(?:^|[-_])(?:odd|even|alt|first|last)(?:$|[-_])")
_NAMING = ("class", "id", "itemprop", "data-role")
_DIGITS = re.compile(r"\d+")
_NO_ATTRIBUTES: Attributes = {}
MOST_NODES = 150_000
"""A page with more is read up to here."""


@lru_cache(maxsize=16_384)
def called(cue: re.Pattern[str], names: str) -> bool:
    """Whether the names of an element hold a cue. Pages repeat their names, so each is searched once."""
    return bool(names) and bool(cue.search(names))


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
    here: LexborNode = top
    stack: list[int] = []
    letters = linked = links = 0
    while len(out.tag) < MOST_NODES:
        tag = here.tag or ""
        n = len(out.tag)
        descend = None
        words = (here.text_content or "") if tag == "-text" else ""
        size = len(words.strip()) if words else 0
        if size or (tag != "-text" and tag not in _SKIPPED):  # white space between elements is no node of an outline
            out.node.append(here)
            out.tag.append(tag)
            out.parent.append(stack[-1] if stack else -1)
            out.end.append(n + 1)
            out.letters.append(letters)
            out.linked.append(linked)
            if size:
                out.text[n] = words
                out.text_nodes.append(n)
                letters += size
                linked += size if links else 0
                out.attributes.append(_NO_ATTRIBUTES)
                out.names.append("")
                out.key.append(tag)
                out.path.append(tag)
            else:
                attributes = here.attributes
                out.attributes.append(attributes)
                if attributes:
                    out.named_nodes.append(n)
                    out.names.append(_names(tuple(map(attributes.get, _NAMING))))
                else:
                    out.names.append("")
                key = _key(tag, attributes.get("class") or attributes.get("itemprop") or "")
                out.key.append(key)
                out.path.append(f"{out.key[stack[-1]]}>{key}" if stack else key)
                descend = here.child
        if descend is not None:
            stack.append(n)
            links += tag == "a"
            here = descend
            continue
        following = here.next if stack else None
        while stack and following is None:
            up = stack.pop()
            out.end[up] = len(out.tag)
            links -= out.tag[up] == "a"
            following = out.node[up].next if stack else None
        if following is None:
            break
        here = following
    for up in stack:
        out.end[up] = len(out.tag)
    out.letters.append(letters)
    out.linked.append(linked)
    return out


@lru_cache(maxsize=16_384)
def _names(values: tuple[str | None, ...]) -> str:
    return _DIGITS.sub("", " ".join(value for value in values if value))


@lru_cache(maxsize=16_384)
def _key(tag: str, names: str) -> str:
    for name in names.split():
        stable = _VARYING.sub("", name)
        if stable:
            return f"{tag}.{stable}"
    return tag
