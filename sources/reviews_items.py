"""What a page marks up as schema.org: JSON-LD, microdata and RDFa Lite, as one kind of item.

Tolerant of what shops really write: several blocks, @graph, references by @id, comments, trailing commas, entities, two
objects in one block. What cannot be read is left out; nothing here raises for any page.
"""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Union

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.markup import clean_text, text_of

REVIEW_TYPES = frozenset({"review", "userreview", "criticreview", "employerreview"})
_DEEPEST = 40
_NESTED = 3
"""How deep the things that a review speaks of are read: its answer has an author, and he a name."""
_MOST_REFERENCES = 200
"""itemrefs of one page that are followed: each is looked for in the whole page."""
_LISTS = frozenset({"review", "reviews", "@graph", "itemlistelement", "offers", "isrelatedto", "issimilarto"})
_MOST = 5_000
"""Items of one page that are looked at; a page with more is made to keep us busy."""
_JUNK = re.compile(r'("(?:\\.|[^"\\])*+(?:"|\\?\Z))|(?<![:\w])//[^\n]*|,(?=\s*[}\]])', re.DOTALL)
_JUNK_WITH_BLOCKS = re.compile(_JUNK.pattern + r"|/\*.*?\*/", re.DOTALL)
_OPENINGS = ("<!--", "//<![CDATA[", "// <![CDATA[", "<![CDATA[", "/*<![CDATA[*/", "/* <![CDATA[ */")
_CLOSINGS = ("-->", "//]]>", "// ]]>", "]]>", "/*]]>*/", "/* ]]> */")
_LEAD = re.compile(r"[\s,;]*")
_MEDIA = {"a": "href", "link": "href", "area": "href", "img": "src", "source": "src", "data": "value", "meter": "value"}


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that a page speaks of. types: lower-case names without their vocabulary; id: its @id, itemid or
    resource; props: lower-case name -> values in their order, texts (raw) and items."""

    types: tuple[str, ...]
    id: str | None
    props: Mapping[str, Sequence[Union[str, "Item"]]]

    def items(self, *names: str) -> Iterator["Item"]:
        """The items under the first of these names that has some."""
        for name in names:
            found = [value for value in self.props.get(name.lower(), ()) if isinstance(value, Item)]
            if found:
                yield from found
                return

    def text(self, *names: str) -> str | None:
        """The first text under these names, as plain text; the name of an item that stands in its place."""
        for name in names:
            for value in self.props.get(name.lower(), ()):
                said = value.text("name", "@value", "text") if isinstance(value, Item) else as_text(value)
                if said:
                    return said
        return None

    @property
    def is_review(self) -> bool:
        """Whether it is a Review of any sort."""
        return bool(REVIEW_TYPES.intersection(self.types))


@dataclass(frozen=True, slots=True)
class Found:
    """A review with the thing that holds it, where there is one."""

    review: Item
    about: Item | None = None


class _Shown(str):
    """Text as the page shows it: there is nothing in it to be read as HTML."""


_TAGS = re.compile(r"</?[a-z][a-z0-9]*(?:\s[^<>]*)?/?>", re.IGNORECASE)
_BREAK = re.compile(r"<(?:br|/p|/div|/li)\b[^<>]*>", re.IGNORECASE)


def as_text(raw: str) -> str:
    """A marked-up value as a reader sees it: entities read (twice, as many shops write them so), tags gone."""
    if isinstance(raw, _Shown):
        return raw
    text = html.unescape(raw)
    if "&" in text:
        text = html.unescape(text)
    if "<" in text:
        text = _TAGS.sub("", _BREAK.sub("\n", text))
    lines = (" ".join(line.split()) for line in clean_text(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def reviews_of(page: LexborHTMLParser, source: str) -> list[Found]:
    """Every review that a page marks up, JSON-LD first, in their order. source: its HTML."""
    found = list(_in_json(page)) if "ld+json" in source else []
    if "itemprop" in source:
        found += _Elements(page, _MICRODATA).reviews()
    if "typeof" in source:
        found += _Elements(page, _RDFA).reviews()
    return found[:_MOST]


# --- JSON-LD --------------------------------------------------------------------------------------------------


def _in_json(page: LexborHTMLParser) -> Iterator[Found]:
    blocks = [node.text() or "" for node in page.css('script[type*="ld+json"]')]
    roots = [value for block in blocks for value in read_blocks(block)]
    known: dict[str, dict[str, Any]] = {}
    for value in _objects(roots):
        name = value.get("@id")
        if isinstance(name, str) and len(value) > 1:
            known.setdefault(name, value)
    holders: dict[int, Item] = {}
    seen: set[int] = set()
    for value, above in _walk(roots, known):
        if id(value) in seen or not REVIEW_TYPES.intersection(_types(value.get("@type"))):
            continue
        seen.add(id(value))
        if above is not None and id(above) not in holders:
            holders[id(above)] = _item(above, known, _NESTED - 1)
        yield Found(_item(value, known, 0), holders.get(id(above)))


def read_blocks(text: str) -> list[Any]:
    """The JSON values of one script, as far as they can be read."""
    text = _unwrapped(text.strip())
    if "&quot;" in text and '"' not in text:
        text = html.unescape(text)
    values, whole = _decode(text)
    return values if whole else _decode(_without_junk(text))[0]


def _unwrapped(text: str) -> str:
    """Without what keeps old browsers and XML readers out of a script."""
    opening = next((mark for mark in _OPENINGS if text.startswith(mark)), "")
    closing = next((mark for mark in _CLOSINGS if text.endswith(mark)), "")
    return text.removeprefix(opening).removesuffix(closing).strip()


def _without_junk(text: str) -> str:
    """Without comments and trailing commas. Behind the last end of a comment none is looked for, or every beginning
    would be followed to the end of the page."""
    end = text.rfind("*/") + 2 if "*/" in text else 0
    return _JUNK_WITH_BLOCKS.sub(_kept, text[:end]) + _JUNK.sub(_kept, text[end:])


def _kept(match: re.Match[str]) -> str:
    return match[1] or ""


def _decode(text: str) -> tuple[list[Any], bool]:
    """Values that follow one another, and whether nothing was left over."""
    decoder, at = json.JSONDecoder(strict=False), 0
    values: list[Any] = []
    while True:
        match = _LEAD.match(text, at)
        at = match.end() if match else at
        if at >= len(text):
            return values, True
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            return values, False
        values.append(value)


def _objects(roots: Sequence[Any]) -> Iterator[dict[str, Any]]:
    return (value for value, _ in _walk(roots, {}))


def _walk(roots: Sequence[Any], known: Mapping[str, Any]) -> Iterator[tuple[dict[str, Any], dict[str, Any] | None]]:
    """Every object with the one that holds it, in the order of the page."""
    stack: list[tuple[Any, dict[str, Any] | None, int]] = [(root, None, 0) for root in reversed(roots)]
    count = 0
    while stack and count < _MOST * 20:
        value, above, depth = stack.pop()
        count += 1
        if isinstance(value, list):
            stack += [(one, above, depth + 1) for one in reversed(value) if depth < _DEEPEST]
        elif isinstance(value, dict):
            name = value.get("@id")
            if len(value) == 1 and isinstance(name, str):
                value = known.get(name, value)
            yield value, above
            if depth < _DEEPEST:
                holder = above if "@graph" in value else value
                stack += [
                    (one, holder, depth + 1)
                    for key, one in reversed(value.items())
                    if isinstance(one, dict | list) and not (isinstance(one, dict) and set(one) == {"@id"})
                ]


def _item(value: Mapping[str, Any], known: Mapping[str, Any], depth: int) -> Item:
    props: dict[str, list[str | Item]] = {}
    for key, said in value.items():
        if _local(key) in _LISTS:
            continue  # a product under its review would bring all its reviews along
        for one in said if isinstance(said, list) else (said,):
            read = _value(one, known, depth)
            if read is not None:
                props.setdefault(_local(key), []).append(read)
    name = value.get("@id")
    return Item(_types(value.get("@type")), name if isinstance(name, str) else None, props)


def _value(one: Any, known: Mapping[str, Any], depth: int) -> str | Item | None:
    if isinstance(one, dict):
        name = one.get("@id")
        if len(one) == 1 and isinstance(name, str):
            one = known.get(name, one)
        return _item(one, known, depth + 1) if depth < _NESTED else None
    if isinstance(one, bool) or not isinstance(one, str | int | float):
        return None
    return str(one)


def _types(said: object) -> tuple[str, ...]:
    named = said if isinstance(said, list) else [said]
    return tuple(_local(one) for one in named if isinstance(one, str))


@lru_cache(maxsize=4096)
def _local(name: str) -> str:
    """ "https://schema.org/Review", "schema:Review" and "Review" -> "review"; "@value" stays."""
    return re.split(r"[/#:]", name.strip())[-1].lower()


# --- microdata and RDFa ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Syntax:
    """How a syntax names things. scope: what makes an element an item; type, prop, ids: attributes."""

    scope: str
    type: str
    prop: str
    ids: tuple[str, ...] = field(default=())


_MICRODATA = _Syntax("itemscope", "itemtype", "itemprop", ("itemid",))
_RDFA = _Syntax("typeof", "typeof", "property", ("resource", "about"))


class _Elements:
    """The items of one page in one syntax. Every node is looked at a few times at most, however they nest."""

    def __init__(self, page: LexborHTMLParser, syntax: _Syntax) -> None:
        self._page = page
        self._syntax = syntax
        self._holders: dict[int, Item] = {}
        self._references = _MOST_REFERENCES

    def reviews(self) -> Iterator[Found]:
        """Reviews, in the order of the page."""
        for node in self._page.css(f"[{self._syntax.scope}][{self._syntax.type}]")[:_MOST]:
            if REVIEW_TYPES.intersection(self._types(node)):
                yield Found(self._item(node, 0), self._holder(node))

    def _types(self, node: LexborNode) -> tuple[str, ...]:
        return _types((node.attributes.get(self._syntax.type) or "").split())

    def _holder(self, node: LexborNode) -> Item | None:
        """The item around an element, with its own texts only."""
        above = node.parent
        while above is not None and self._syntax.scope not in above.attributes:
            above = above.parent
        if above is None:
            return None
        if above.mem_id not in self._holders:
            self._holders[above.mem_id] = self._item(above, _NESTED)
        return self._holders[above.mem_id]

    def _item(self, node: LexborNode, depth: int) -> Item:
        """An item with its properties: those of the elements below that are in no other item, and of itemref."""
        syntax = self._syntax
        props: dict[str, list[str | Item]] = {}
        stack = [(one, 0) for one in (*self._referred(node), *_children(node))]
        while stack:
            here, inside = stack.pop()
            attributes = here.attributes
            names = [_local(name) for name in (attributes.get(syntax.prop) or "").split()[:5]]
            scoped = syntax.scope in attributes
            wanted = [name for name in names if name not in _LISTS]
            if wanted and inside < _NESTED and not (scoped and depth >= _NESTED):
                value = self._item(here, depth + 1) if scoped else _said(here, attributes)
                for name in wanted:
                    props.setdefault(name, []).append(value)
            if not scoped:
                stack += [(one, inside + bool(names)) for one in _children(here)]
        named = next((node.attributes[name] for name in syntax.ids if node.attributes.get(name)), None)
        return Item(self._types(node), named, props)

    def _referred(self, node: LexborNode) -> Iterator[LexborNode]:
        for name in (node.attributes.get("itemref") or "").split():
            if self._references <= 0 or '"' in name or "\\" in name:
                return
            self._references -= 1
            found = self._page.css_first(f'[id="{name}"]')
            if found is not None:
                yield found


def _children(node: LexborNode) -> list[LexborNode]:
    return list(node.iter())[::-1]


def _said(node: LexborNode, attributes: Mapping[str, str | None]) -> str:
    """The value that an element stands for. `content` counts on any element: many sites write it so."""
    tag = node.tag or ""
    for name in ("content", "datetime" if tag == "time" else _MEDIA.get(tag, "")):
        if name and attributes.get(name):
            return attributes[name] or ""
    return _Shown(text_of(node).strip())
