"""What classic boards have in common: forums that list threads, threads that fill pages, posts that look alike.

A kind of board is a Layout (where its parts stand) on top of Board. One pass goes from the configured page down: forums
whose last post moved, in them threads whose replies or last post moved, in those the pages from the last but one that
was read. Marks (all in the cursor, saved with the rows they cover): "f:ID" and "t:ID" what a list said of a forum or
thread; "at:ID" where reading of a thread ended, "all:ID" when it was last read whole; "order" how the board orders day
and month, once a date told. Where a theme moved the parts, the engine-independent reader takes over and says so.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import unquote, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.dates import Order, find_date, parse_date, read_thread, told_order
from listener.errors import ParseError
from listener.markup import absolute, clean_text, clean_url, decode, read_body, text_of, tree, without_fragment
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.clock import board_zone
from sources.thread import base_url, next_page, read_posts, thread_url

MOST_PAGES = 2000
"""Pages of one list or thread that are followed at all: no thread is longer, a page that links to itself anew each
time is. How many a pass takes is the crawl's business, which goes on with the rest in the next one."""
FORGET = timedelta(days=45)
LEAST_REREAD = timedelta(hours=1)
"""A thread is read whole again for edits and removals after a quarter of the time since its last post, not more than
once in LEAST_REREAD, and no more once it was silent for FORGET."""
REREAD = timedelta(days=1)
"""A thread that moves is read whole once in this time, for edits and removals on its earlier pages."""
_AMBIGUOUS = re.compile(r"\b\d{1,2}([-/])\d{1,2}\1\d{2,4}\b")
_EXACT = ("datetime", "data-time", "data-timestamp", "title")


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Where a board keeps its parts. CSS, but for thread and forum (their id in an address) and number (a post's id,
    in one of the attributes number_in of a post element)."""

    post: str
    body: str
    author: str
    date: str
    number: str
    number_in: tuple[str, ...] = ("id",)
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


class Board:
    """Base of the kinds that read a board's pages. A kind sets kind, example and layout."""

    kind: ClassVar[str]
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.BACKFILL})
    example: ClassVar[str]
    layout: ClassVar[Layout]

    def __init__(self, config: SourceConfig) -> None:
        self._config = config

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The configured page, whether it is a board, a forum or a thread."""
        return (Request(url=self._config.url, conditional=True),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Threads to follow out of a list, posts out of a thread."""
        text = decode(page.body, page.headers.get("content-type"))
        html = tree(text)
        order = self._order(html, text, cursor)
        zone = board_zone(text, page.fetched_at, self._config.zone, order)
        view = View(page=page, html=html, base=base_url(html, page.url), order=order, zone=zone)
        if html.css_first(self.layout.post) is not None or page.request.tag == "thread":
            return self._thread(view, cursor)
        parsed = self._list(view, cursor)
        if parsed is None:
            parsed = self._thread(view, cursor)
        return parsed

    # --- lists ----------------------------------------------------------------------------------------------

    def _list(self, view: View, cursor: Cursor) -> Parsed | None:
        threads, forums = list(self.thread_rows(view)), list(self.forum_rows(view))
        if not threads and not forums and view.page.request.tag != "list":
            return None
        moved = [row for row in threads if cursor.get(f"t:{row.id}") != row.mark and not self._old(row)]
        follow = [self._open(row, view, cursor) for row in moved]
        still = [row for row in threads if row not in moved and _stale(row, cursor, view.page.fetched_at)]
        follow += [Request(url=row.url, tag="thread", context={"thread": row.id, "n": "1"}) for row in still]
        busy = [row for row in forums if not row.mark or cursor.get(f"f:{row.id}") != row.mark]
        follow += [Request(url=row.url, tag="list", context={"n": "1"}) for row in busy]
        further = self.next(view)
        if further and moved and view.number < MOST_PAGES:
            follow.append(Request(url=further, tag="list", context={"n": str(view.number + 1)}))
        marks: dict[str, str | None] = {f"t:{row.id}": row.mark for row in moved}
        marks |= {f"f:{row.id}": row.mark for row in busy if row.mark}
        return Parsed(follow=tuple(follow), marks=self._with_order(marks, view))

    def _old(self, row: Row) -> bool:
        since = self._config.since
        return since is not None and row.active is not None and row.active < since

    def _open(self, row: Row, view: View, cursor: Cursor) -> Request:
        """From where reading ended before; whole where that is long ago, or was never."""
        read = cursor.get(f"all:{row.id}")
        fresh = read is not None and view.page.fetched_at - datetime.fromisoformat(read) < REREAD
        known = cursor.get(f"at:{row.id}") if fresh else None
        context = {"thread": row.id, "n": "1"} | ({"resumed": row.url} if known and known != row.url else {})
        return Request(url=known or row.url, tag="thread", context=context)

    def thread_rows(self, view: View) -> Iterator[Row]:
        """The threads that a list names."""
        layout = self.layout
        for node in view.html.css(layout.row):
            link = _first(node, layout.row_link)
            if link is not None:
                yield from self._row(view, node, link, (layout.thread, layout.row_count, layout.row_last))

    def forum_rows(self, view: View) -> Iterator[Row]:
        """The forums that a page names."""
        layout = self.layout
        counts, last = layout.forum_count or layout.row_count, layout.forum_last or layout.row_last
        if layout.forum_row:
            for node in view.html.css(layout.forum_row):
                link = _first(node, layout.forum_link)
                if link is not None:
                    yield from self._row(view, node, link, (layout.forum, counts, last))

    def _row(self, view: View, node: LexborNode, link: LexborNode, parts: tuple[str, str, str]) -> Iterator[Row]:
        url = absolute(view.base, link.attributes.get("href"))
        found = _id(parts[0], url)
        if url is None or found is None or urlsplit(url).netloc != urlsplit(view.page.url).netloc:
            return
        last = _first(node, parts[2])
        counts = [re.sub(r"\D", "", text_of(part)) for part in node.css(parts[1])]
        hrefs = [absolute(view.base, part.attributes.get("href")) or "" for part in last.css("a[href]")] if last else []
        # words and dates of the last post are left out: "5 minutes ago" changes with every look
        mark = "|".join([*counts, *sorted(set(hrefs)), *_exact_times(last)]) if counts or hrefs else ""
        yield Row(id=found, url=clean_url(without_fragment(url)), mark=mark, active=self._active(view, last))

    def _active(self, view: View, last: LexborNode | None) -> datetime | None:
        if last is None:
            return None
        raw = next(iter(_exact_times(last)), None) or find_date(" ".join(text_of(last).split()))
        return parse_date(raw, now=view.page.fetched_at, zone=view.zone, order=view.order)

    # --- threads --------------------------------------------------------------------------------------------

    def _thread(self, view: View, cursor: Cursor) -> Parsed:
        context = view.page.request.context
        posts, notes = self._helped(view, self.posts(view)), tuple[str, ...]()
        if not posts:
            posts, notes = self._unaided(view), (f"{self.kind}: read without its layout",)
        if not posts:
            return self._empty(view)
        thread = posts[0].thread_id or ""
        further = self.next(view)
        here = clean_url(without_fragment(view.page.url))
        if further and view.number < MOST_PAGES:
            kept = {**context, "thread": thread, "n": str(view.number + 1), "before": here}
            request = Request(url=further, tag="thread", context=kept)
            return Parsed(posts=posts, follow=(request,), marks=self._with_order({}, view), notes=notes)
        marks: dict[str, str | None] = {f"at:{thread}": context.get("before", here)}
        if "resumed" not in context:
            marks[f"all:{thread}"] = view.page.fetched_at.isoformat()
        return Parsed(posts=posts, marks=self._with_order(marks, view), notes=notes)

    def _empty(self, view: View) -> Parsed:
        """A page of a thread with no posts: pages may have become fewer since, else the thread is gone or hidden."""
        resumed = view.page.request.context.get("resumed")
        if resumed:
            context = {key: value for key, value in view.page.request.context.items() if key != "resumed"}
            return Parsed(follow=(Request(url=resumed, tag="thread", context=context),))
        if view.page.request.tag == "thread":
            thread = view.page.request.context.get("thread", "")
            return Parsed(hints={"thread_gone": thread}, notes=(f"no posts on {clean_url(view.page.url)}",))
        raise ParseError(
            f"neither posts nor a list that kind {self.kind} can read",
            where=clean_url(view.page.url),
            mend='check the address in a browser, or configure kind = "thread" or "auto"',
        )

    def posts(self, view: View) -> tuple[Post, ...]:
        """The posts of a page, in its order, by the layout."""
        read = (self.part(view, node) for node in view.html.css(self.layout.post))
        parts = list({part.number: part for part in reversed([part for part in read if part])}.values())[::-1]
        now, zone = view.page.fetched_at, view.zone
        moments = read_thread([part.exact or part.printed for part in parts], now=now, zone=zone, order=view.order)
        thread = self.thread_of(view)
        return tuple(self._post(view, part, at, thread) for part, at in zip(parts, moments, strict=True))

    def part(self, view: View, node: LexborNode) -> Part | None:
        """What one post element says; None where it holds no post (an advertisement, a deleted one)."""
        layout = self.layout
        numbers = (_id(layout.number, node.attributes.get(name)) for name in layout.number_in)
        number = next((number for number in numbers if number), None)
        body = _first(node, layout.body)
        if number is None or body is None:
            return None
        author, date = _first(node, layout.author), _first(node, layout.date)
        link = _first(node, layout.permalink)
        url = absolute(view.base, link.attributes.get("href")) if link else None
        return Part(
            number=number,
            body=body,
            url=url or f"{clean_url(without_fragment(view.page.url))}#{node.attributes.get('id') or number}",
            author=_line(author),
            author_url=absolute(view.base, author.attributes.get("href")) if author else None,
            printed=printed_date(date) if date else None,
            exact=exact_date(date) if date else None,
        )

    def _post(self, view: View, part: Part, at: datetime | None, thread: Thread) -> Post:
        body = read_body(part.body)
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=part.number,
            url=part.url,
            text=body.text,
            quotes=body.quotes,
            seen_at=utc(view.page.fetched_at),
            thread_id=thread.id,
            thread_title=thread.title,
            thread_url=thread.url,
            author=part.author,
            author_id=member_id(part.author_url),
            author_url=part.author_url,
            published_at=at,
            published_raw=part.printed or part.exact,
        )

    def thread_of(self, view: View) -> Thread:
        """The thread that a page belongs to, by its canonical address, else its own."""
        canonical = view.html.css_first("link[rel=canonical]")
        named = absolute(view.base, canonical.attributes.get("href")) if canonical else None
        heading = _first(view.html, self.layout.title)
        title = _line(heading) or _line(view.html.css_first("title"))
        for url in (view.page.url, named, absolute(view.base, _first_link(heading))):
            found = _id(self.layout.thread, url)
            if found and url:
                return Thread(id=found, url=self.first_page(clean_url(without_fragment(url))), title=title)
        known = view.page.request.context.get("thread")
        return Thread(id=known, url=clean_url(without_fragment(view.page.url)), title=title)

    def first_page(self, url: str) -> str:
        """The address of a thread from the address of one of its pages."""
        return thread_url(url)

    def next(self, view: View) -> str | None:
        """The page after this one."""
        if self.layout.following:
            link = _first(view.html, self.layout.following)
            found = absolute(view.base, link.attributes.get("href")) if link else None
            return found if found and without_fragment(found) != clean_url(without_fragment(view.page.url)) else None
        return next_page(view.html, view.page.url)

    def _helped(self, view: View, posts: tuple[Post, ...]) -> tuple[Post, ...]:
        """Where a theme moved the dates or the names, those that the engine-independent reader finds."""
        if all(post.published_raw and post.author for post in posts):
            return posts
        found = {post.native_id: post for post in read_posts(view.page, view.html, self._config)}
        return tuple(_filled(post, found.get(post.native_id)) for post in posts)

    def _unaided(self, view: View) -> tuple[Post, ...]:
        """The posts as the engine-independent reader finds them, where a theme has another layout."""
        thread = self.thread_of(view)
        posts = read_posts(view.page, view.html, self._config)
        return tuple(
            replace(post, kind=self.kind, thread_id=thread.id, thread_url=thread.url, thread_title=thread.title)
            for post in posts
        )

    def _order(self, html: LexborHTMLParser, text: str, cursor: Cursor) -> Order | None:
        known = cursor.get("order")
        if html.css_first("time[datetime]") is not None or not _AMBIGUOUS.search(text):
            return Order(known) if known in set(Order) else None
        texts = [
            find_date(" ".join(text_of(node).split()))
            for node in html.css(",".join(filter(None, (self.layout.date, self.layout.clocks))))
        ]
        told = told_order([text for text in texts if text])
        return told or (Order(known) if known in set(Order) else None)

    def _with_order(self, marks: dict[str, str | None], view: View) -> dict[str, str | None]:
        return marks | ({"order": str(view.order)} if view.order else {})


def _filled(post: Post, other: Post | None) -> Post:
    if other is None or other.text != post.text:
        return post
    dated = (
        post
        if post.published_raw
        else replace(post, published_at=other.published_at, published_raw=other.published_raw)
    )
    return dated if post.author else replace(dated, author=other.author, author_url=other.author_url)


def _id(pattern: str, url: str | None) -> str | None:
    """The id that an address holds: the group of pattern that matched."""
    found = re.search(pattern, url) if url else None
    return found[found.lastindex or 0] if found else None


def _stale(row: Row, cursor: Cursor, now: datetime) -> bool:
    """Whether a thread that did not move should be read whole again, for what was edited or removed in it."""
    read = cursor.get(f"all:{row.id}")
    if read is None or row.active is None or now - row.active > FORGET:
        return False
    return now - datetime.fromisoformat(read) >= max(LEAST_REREAD, (now - row.active) / 4)


def _first(node: LexborNode | LexborHTMLParser, css: str) -> LexborNode | None:
    """The first element of the first selector that finds one: selectors stand in order of preference."""
    return next((found for part in css.split(", ") if part and (found := node.css_first(part)) is not None), None)


def exact_date(node: LexborNode) -> str | None:
    """The full moment that a date keeps in an attribute, its own or of a part of it."""
    for part in [node, *node.css("[datetime],[data-time],[data-timestamp],[title]")]:
        for name in _EXACT:
            value = part.attributes.get(name) or ""
            if not any(char.isdigit() for char in value):
                continue
            if name != "title":
                return value
            day = find_date(value)
            if day:
                return day if ":" in day else _with_clock(node, part, day)
    return None


def _with_clock(node: LexborNode, part: LexborNode, day: str) -> str | None:
    """A day from a title ("Yesterday" explained) with the clock that stands beside it."""
    rest = text_of(node, lambda element, tag, _: element.mem_id == part.mem_id or _is_edit(element))
    return find_date(f"{day}{rest if rest[:1] in ',.' else ' ' + rest}")


def _is_edit(element: LexborNode) -> bool:
    return "edit" in (element.attributes.get("class") or "")


def printed_date(node: LexborNode) -> str | None:
    """A date as a reader sees it, without notes of edits."""
    text = " ".join(text_of(node, lambda element, tag, _: _is_edit(element)).split())
    return text if len(text) <= 40 else find_date(text) or text[:80]


def _exact_times(node: LexborNode | None) -> list[str]:
    return [value for part in node.css("time[datetime]") if (value := part.attributes.get("datetime"))] if node else []


def _line(node: LexborNode | None) -> str | None:
    return clean_text(" ".join(text_of(node).split())) or None if node else None


def _first_link(node: LexborNode | None) -> str | None:
    link = node.css_first("a[href]") if node else None
    return link.attributes.get("href") if link else None


_MEMBER = re.compile(
    r"[?&;](?:u|uid|user|id|userid|member)=(\d+)|[./-](\d+)(?:[/-]|$)|/(?:u|user|users|profile|member)/([^/?#]+)"
)


def member_id(url: str | None) -> str | None:
    """A member's id from the address of their page: a number where there is one, else the name in it."""
    match = _MEMBER.search(url or "")
    return unquote(next(group for group in match.groups() if group)) if match else None
