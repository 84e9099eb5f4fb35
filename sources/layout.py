"""Where a board keeps its parts, and what is read from them: the words that kinds of boards share."""

import re
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.dates import Order
from listener.markup import clean_text, text_of
from listener.protocols import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a board keeps its parts. CSS, but for thread and forum (their id in an address) and number (a post's id,
    in one of the attributes number_in of a post element). Selectors stand in order of preference."""

    post: str
    body: str
    author: str
    date: str
    number: str
    number_in: tuple[str, ...] = ("id",)
    number_at: str = ""
    """An element in the post that has the number, where the post's own has none."""
    permalink: str = ""
    title: str = "h1"
    following: str = ""
    thread: str
    forum: str
    row: str
    row_link: str
    row_count: str
    row_last: str
    forum_row: str = ""
    forum_link: str = ""
    forum_count: str = ""
    forum_last: str = ""
    clocks: str = ""
    frame: str = "body"
    """What is on every page of such a board, with posts or without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of a list. id: of the thread or forum; mark: what changes when somebody posts in it."""

    id: str
    url: str
    mark: str
    active: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """A page being read. order: how the board writes day and month, where that is known; zone: of its times."""

    page: Page
    html: LexborHTMLParser
    base: str
    order: Order | None
    zone: str

    @property
    def number(self) -> int:
        """Which page of its list or thread this is, in this pass."""
        return int(self.page.request.context.get("n", "1"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """A thread as its pages name it."""

    id: str | None
    url: str
    title: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one post element says. printed, exact: its date for a reader and, where there is one, for a machine."""

    number: str
    body: LexborNode
    url: str
    author: str | None
    author_url: str | None
    printed: str | None
    exact: str | None


@lru_cache(maxsize=512)
def _ways(css: str) -> tuple[str, ...]:
    return tuple(part for part in css.split(", ") if part)


def first(node: LexborNode | LexborHTMLParser, css: str, *, rare: bool = False) -> LexborNode | None:
    """The first element of the first selector that finds one: selectors stand in order of preference. rare: mostly
    none does, and one look should tell."""
    ways = _ways(css)
    if not ways:
        return None
    if rare and len(ways) > 1 and node.css_first(css) is None:
        return None
    found = node.css_first(ways[0])
    # one look for all the others costs less than a look for each, and mostly there is nothing
    if found is not None or len(ways) == 1 or (len(ways) > 2 and not rare and node.css_first(css) is None):
        return found
    return next((found for way in ways[1:] if (found := node.css_first(way)) is not None), None)


@lru_cache(maxsize=128)
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def id_in(pattern: str, url: str | None) -> str | None:
    """The id that an address holds: the group of pattern that matched."""
    found = _compiled(pattern).search(url) if url else None
    return found[found.lastindex or 0] if found else None


def line(node: LexborNode | None) -> str | None:
    """The text of an element on one line; None where there is none."""
    return clean_text(" ".join(text_of(node).split())) or None if node else None


def href(node: LexborNode | None) -> str | None:
    """Where a link leads, as written."""
    return node.attributes.get("href") if node is not None else None
