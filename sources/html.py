"""Any page, by the user's own CSS selectors (beautifulsoup4: whatever it accepts as CSS may be used).

options: post (what repeats), text, and where there are such: author, date, link, id (an attribute of post), title,
next, rating and rating_scale. A selector may end in "@name" for an attribute: `date = "time@datetime"`.
"""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from bs4 import BeautifulSoup, Tag
from soupsieve.util import SelectorSyntaxError

from listener.dates import read_thread
from listener.errors import ConfigError, ParseError
from listener.markup import absolute, clean_text, clean_url, decode, read_body, tree
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig

REQUIRED = ("post", "text")
OPTIONAL = ("author", "date", "link", "id", "title", "next", "rating", "rating_scale", "username", "password")
LARGEST = 3_000_000
MOST_PAGES = 50
DEEPEST = 40
"""How deep posts may lie in posts."""


class Html:
    """Source kind `html`: one list of posts, comments or reviews, with its further pages."""

    kind: ClassVar[str] = "html"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.BACKFILL})
    example: ClassVar[str] = "https://shop.example.org/product/7/reviews"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._options: Mapping[str, Any] = config.options
        for name in REQUIRED:
            if not config.options.get(name):
                raise ConfigError(
                    f"kind html needs options.{name}", where=config.name, mend="a CSS selector, see docs/sources.md"
                )
        unknown = sorted(set(config.options) - {*REQUIRED, *OPTIONAL})
        if unknown:
            raise ConfigError(
                f"unknown option {unknown[0]!r}", where=config.name, mend=f"known: {', '.join((*REQUIRED, *OPTIONAL))}"
            )

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The configured page."""
        return (Request(url=self._config.url, conditional=True),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Posts of the page, and the page after it."""
        soup = _Places(BeautifulSoup(decode(page.body, page.headers.get("content-type"))[:LARGEST], "lxml"))
        found = _within_reason(self._all(soup, soup.top, "post"))
        if not found:
            where, selector = clean_url(page.url), self._options["post"]
            raise ParseError(
                f"options.post = {selector!r} finds nothing", where=where, mend="look at the page's source"
            )
        raws = [self._value(soup, node, "date") for node in found]
        moments = read_thread(raws, now=page.fetched_at, zone=self._config.zone)
        heading = self._value(soup, soup.top, "title")
        thread = clean_url(self._config.url)
        posts = []
        for node, raw, at in zip(found, raws, moments, strict=True):
            body, link = self._body(soup, node), absolute(page.url, self._value(soup, node, "link", "href"))
            author, rating = self._value(soup, node, "author"), _number(self._value(soup, node, "rating"))
            posts.append(
                Post(
                    source=self._config.name,
                    kind=self.kind,
                    native_id=_attribute(node, self._options.get("id")) or _fingerprint(thread, author, raw, body[0]),
                    url=link or clean_url(page.url),
                    text=body[0],
                    quotes=body[1],
                    seen_at=utc(page.fetched_at),
                    thread_id=thread,
                    thread_title=heading,
                    thread_url=thread,
                    author=author,
                    published_at=at,
                    published_raw=raw,
                    rating=rating,
                    rating_scale=_number(str(self._options.get("rating_scale", ""))) if rating is not None else None,
                )
            )
        return Parsed(posts=tuple(post for post in posts if post.text or post.quotes), follow=self._further(page, soup))

    def _further(self, page: Page, soup: "_Places") -> tuple[Request, ...]:
        number = int(page.request.context.get("n", "1"))
        url = absolute(page.url, self._value(soup, soup.top, "next", "href")) if self._options.get("next") else None
        if not url or url == clean_url(page.url) or number >= (self._config.max_pages or MOST_PAGES):
            return ()
        return (Request(url=url, context={"n": str(number + 1)}),)

    def _all(self, soup: "_Places", node: Tag, option: str) -> Sequence[Tag]:
        selector = str(self._options[option]).rpartition("@")[0] or str(self._options[option])
        try:
            return soup.within(node, selector)
        except SelectorSyntaxError as error:
            raise ConfigError(f"options.{option} = {selector!r} is no CSS selector", where=self._config.name) from error

    def _value(self, soup: "_Places", node: Tag, option: str, attribute: str | None = None) -> str | None:
        """What an option's selector finds first in node: its text, or the attribute after "@" (or the given one)."""
        if not self._options.get(option):
            return None
        named = str(self._options[option]).rpartition("@")[2] if "@" in str(self._options[option]) else attribute
        found = next(iter(self._all(soup, node, option)), None)
        if found is None:
            return None
        value = _attribute(found, named) if named else " ".join(found.get_text(" ").split())
        return clean_text(value or "").strip() or None

    def _body(self, soup: "_Places", node: Tag) -> tuple[str, tuple[Any, ...]]:
        parts = soup.outermost(self._all(soup, node, "text"))
        root = tree("".join(map(soup.written, parts))).body
        body = read_body(root) if root else None
        return (body.text, body.quotes) if body else ("", ())


class _Places:
    """A page with the place of each element in it. A selector is looked for once in all of it, and what it found in one
    post is a stretch of that: posts that lie in posts cost no more than those that stand side by side."""

    def __init__(self, top: BeautifulSoup) -> None:
        self.top = top
        tags = [top, *(node for node in top.descendants if isinstance(node, Tag))]
        self._start = {id(tag): n for n, tag in enumerate(tags)}
        self._end = dict(self._start)
        for tag in reversed(tags[1:]):
            up = id(tag.parent)
            self._end[up] = max(self._end[up], self._end[id(tag)])
        self._found: dict[str, tuple[list[Tag], list[int]]] = {}
        self._written: dict[int, str] = {}

    def within(self, node: Tag, selector: str) -> Sequence[Tag]:
        """What a selector finds in a node, in the page's order."""
        if ":scope" in selector:  # means another element in each node
            return node.select(selector)
        if selector not in self._found:
            found = list(self.top.select(selector))
            self._found[selector] = found, [self._start[id(tag)] for tag in found]
        tags, places = self._found[selector]
        first = bisect_right(places, self._start[id(node)])
        return tags[first : bisect_right(places, self._end[id(node)], first)]

    def outermost(self, found: Sequence[Tag]) -> list[Tag]:
        """Without those that lie in one before them: their words would be said twice."""
        kept: list[Tag] = []
        end = -1
        for tag in found:
            if self._start[id(tag)] > end:
                kept.append(tag)
                end = self._end[id(tag)]
        return kept

    def written(self, tag: Tag) -> str:
        """The HTML of an element."""
        known = self._written.get(id(tag))
        if known is None:
            known = self._written[id(tag)] = str(tag)
        return known


def _within_reason(found: Sequence[Tag]) -> list[Tag]:
    """Posts lie in posts where a board shows answers that way, but not DEEPEST times: a page that does so is made to
    keep us busy, since each is read with all that lies in it."""
    posts, depth = {id(node) for node in found}, dict[int, int]()
    kept = []
    for node in found:
        path = [node]
        while path[-1].parent is not None and id(path[-1]) not in depth:
            path.append(path[-1].parent)
        level = depth.get(id(path[-1]), 0)
        for element in reversed(path):
            level = depth.setdefault(id(element), level + (id(element) in posts))
        if depth[id(node)] <= DEEPEST:
            kept.append(node)
    return kept


def _attribute(node: Tag, name: object) -> str | None:
    value = node.get(str(name)) if name else None
    return " ".join(value) if isinstance(value, list) else value


def _number(text: str | None) -> float | None:
    found = re.search(r"\d+(?:[.,]\d+)?", text or "")
    return float(found[0].replace(",", ".")) if found else None


def _fingerprint(*told: str | None) -> str:
    return hashlib.sha256("\x1f".join(one or "" for one in told).encode("utf-8", "replace")).hexdigest()[:24]
