"""Reviews of an app in the App Store, from the feed that Apple gives everybody: nobody's key, and no answers.

The feed is not documented: 500 reviews of a country at most, in ten pages; now and then empty; a page may be another's
over again; the JSON form has been without dates. Marks: "newest:CC" the newest review that was read for a country.
"""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from listener.errors import ConfigError, ParseError
from listener.markup import clean_text, clean_url
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.payload import Object, inner, objects, text_at
from sources.reviews_api import moment

FEED = "https://itunes.apple.com"
MOST_PAGES = 10
REREAD = timedelta(days=1)
OVERLAP = timedelta(hours=1)
_APP = re.compile(r"/id=?(\d{3,15})\b")
_LAND = re.compile(r"^/([a-z]{2})/")
_ATOM = "{http://www.w3.org/2005/Atom}"
_ITUNES = "{http://itunes.apple.com/rss}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An entry of the feed, whatever form it came in."""

    id: str
    title: str | None
    text: str
    author: str | None
    author_url: str | None
    updated: str | None
    rating: str | None
    version: str | None


class AppStore:
    """Source kind `app_store`. options: countries (codes of two letters; else that of the URL), format: json or xml."""

    kind: ClassVar[str] = "app_store"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.EDIT})
    example: ClassVar[str] = "https://apps.apple.com/pl/app/example/id1234567890"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        parts = urlsplit(config.url)
        app, land = _APP.search(parts.path), _LAND.match(parts.path)
        if app is None:
            raise ConfigError("the URL names no app", where=config.name, mend=f"such as {self.example}")
        self._app = app[1]
        given = config.options.get("countries") or [land[1] if land else "pl"]
        self._lands = [str(one).lower() for one in (given if isinstance(given, list | tuple) else [given])]
        self._form = "xml" if config.options.get("format") == "xml" else "json"
        self._feed = str(config.options.get("api") or FEED).rstrip("/")

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The newest page of each country."""
        return tuple(self._page(land, 1, {}) for land in self._lands)

    def _page(self, land: str, number: int, context: dict[str, str]) -> Request:
        path = f"/{land}/rss/customerreviews/id={self._app}/sortBy=mostRecent/page={number}/{self._form}"
        return Request(
            url=self._feed + path, tag="feed", context={**context, "land": land, "n": str(number)},
            conditional=number == 1,
        )  # fmt: skip

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Reviews of a page, and the page after it while it may bring something."""
        entries = list(read_feed(page))
        posts = tuple(self._post(page, entry) for entry in entries)
        context = dict(page.request.context)
        land, number = context.get("land") or self._lands[0], int(context.get("n") or 1)
        ids = " ".join(entry.id for entry in entries)
        if number > 1 and ids == context.get("ids"):
            return Parsed(notes=(f"page {number} of {land} is the one before it over again",))
        if not posts:
            known = number == 1 and cursor.get(f"newest:{land}")
            return Parsed(notes=(f"the feed of {land} is empty, which happens; it was not before",) if known else ())
        marks = self._marks(page, posts, land, cursor) if number == 1 else {}
        whole = context.get("whole") == "1" if number > 1 else f"all:{land}" in marks
        if number >= min(MOST_PAGES, self._config.max_pages or MOST_PAGES) or self._known(posts, land, cursor, whole):
            return Parsed(posts=posts, marks=marks)
        onward = self._page(land, number + 1, {"ids": ids, "whole": "1" if whole else "0"})
        return Parsed(posts=posts, follow=(onward,), marks=marks)

    def _marks(self, page: Page, posts: Sequence[Post], land: str, cursor: Cursor) -> dict[str, str | None]:
        """Once a day the feed is walked whole: edited reviews stay where they are."""
        read = cursor.get(f"all:{land}")
        fresh = read is not None and page.fetched_at - datetime.fromisoformat(read) < REREAD
        marks: dict[str, str | None] = {} if fresh else {f"all:{land}": page.fetched_at.isoformat()}
        newest = max((post.published_at.isoformat() for post in posts if post.published_at), default="")
        if newest > cursor.get(f"newest:{land}", ""):
            marks[f"newest:{land}"] = newest
        return marks

    def _known(self, posts: Sequence[Post], land: str, cursor: Cursor, whole: bool) -> bool:
        """Whether a page reaches what was read before; pages without dates never say so."""
        newest = cursor.get(f"newest:{land}")
        floor = self._config.since if whole else datetime.fromisoformat(newest) - OVERLAP if newest else None
        dates = [post.published_at for post in posts if post.published_at]
        return floor is not None and bool(dates) and min(dates) < floor

    def _post(self, page: Page, entry: Entry) -> Post:
        land = page.request.context.get("land") or self._lands[0]
        url = f"https://apps.apple.com/{land}/app/id{self._app}?see-all=reviews"
        stars = int(entry.rating) if entry.rating and entry.rating.isdecimal() and len(entry.rating) == 1 else None
        return Post(
            source=self._config.name, kind=self.kind, native_id=entry.id, url=url, seen_at=utc(page.fetched_at),
            text=f"{entry.title}\n\n{entry.text}" if entry.title else entry.text,
            thread_id=entry.id, thread_title=f"App Store ({land.upper()}), {entry.version or '?'}", thread_url=url,
            author=entry.author, author_url=entry.author_url, published_raw=entry.updated,
            published_at=moment(entry.updated),
            rating=float(stars) if stars else None, rating_scale=5.0 if stars else None,
        )  # fmt: skip


def read_feed(page: Page) -> Iterator[Entry]:
    """The reviews of a feed, JSON or XML; the app's own entry is left out. ParseError where it is neither."""
    start = page.body.lstrip()[:1]
    found = _of_json(page) if start == b"{" else _of_xml(page) if start == b"<" else None
    if found is None:
        raise ParseError("not the feed of reviews", where=clean_url(page.url), mend="Apple may be busy; it passes")
    seen: set[str] = set()
    for entry in found:
        if entry.rating is not None and entry.id not in seen:
            seen.add(entry.id)
            yield entry


def _of_json(page: Page) -> Iterator[Entry] | None:
    try:
        value: Any = json.loads(page.body)
    except (ValueError, RecursionError):
        return None
    feed = value.get("feed") if isinstance(value, dict) else None
    if not isinstance(feed, dict):
        return None
    rows = feed.get("entry")
    return (entry for row in objects(rows if isinstance(rows, list) else [rows]) if (entry := _entry(row)))


def _label(row: Object, *names: str) -> str | None:
    return text_at(inner(row, *names), "label")


def _entry(row: Object) -> Entry | None:
    number = _label(row, "id")
    if number is None:
        return None
    return Entry(
        id=number, title=_label(row, "title"), text=_label(row, "content") or "", author=_label(row, "author", "name"),
        author_url=_web(_label(row, "author", "uri")), updated=_label(row, "updated"), rating=_label(row, "im:rating"),
        version=_label(row, "im:version"),
    )  # fmt: skip


def _of_xml(page: Page) -> Iterator[Entry] | None:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(page.body, parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    return _xml_entries(root) if root.tag == f"{_ATOM}feed" else None


def _xml_entries(root: Any) -> Iterator[Entry]:
    for row in root.iter(f"{_ATOM}entry"):
        number = _child(row, f"{_ATOM}id")
        if number is None:
            continue
        bodies = {one.get("type"): "".join(one.itertext()) for one in row.iterchildren(f"{_ATOM}content")}
        writer = row.find(f"{_ATOM}author")
        yield Entry(
            id=number, title=_child(row, f"{_ATOM}title"), text=clean_text(bodies.get("text") or "").strip(),
            author=None if writer is None else _child(writer, f"{_ATOM}name"),
            author_url=None if writer is None else _web(_child(writer, f"{_ATOM}uri")),
            updated=_child(row, f"{_ATOM}updated"), rating=_child(row, f"{_ITUNES}rating"),
            version=_child(row, f"{_ITUNES}version"),
        )  # fmt: skip


def _child(row: Any, name: str) -> str | None:
    found = row.find(name)
    return clean_text("".join(found.itertext())).strip() or None if found is not None else None


def _web(link: str | None) -> str | None:
    return link if link and link.startswith(("https://", "http://")) else None
