"""What classic boards have in common: forums that list threads, threads that fill pages, posts that look alike.

A kind of board is a Layout (where its parts stand) on top of Board. One pass goes from the configured page down: forums
whose last post moved, in them threads whose replies or last post moved, in those the pages from the last but one that
was read; the crawl has known threads read again whole in their turn (`whole`). Marks (all in the cursor, saved with the
rows they cover): "f:ID" what a list said of a forum that was walked
since; "r:ID" the same of a thread that was read since; "t:ID" of a thread on a list that was walked to its end since,
for a list is left where nothing on it moved; "at:ID" where reading of a thread ended, "all:ID" when it was last read
whole; "order" how the board orders day and month, once a date told. Where a theme moved the parts, the
engine-independent reader takes over and says so.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from selectolax.lexbor import LexborNode

from listener.dates import read_thread
from listener.errors import ParseError
from listener.markup import absolute, clean_url, decode, read_body, tree, without_fragment
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig, ThreadPart
from sources.board_parts import board_order, member_id, read_part
from sources.board_rows import forum_rows, says_empty, thread_rows
from sources.clock import board_zone
from sources.cut_links import spell_links
from sources.layout import Layout, Part, Row, Thread, View, first, href, id_in, line
from sources.thread import base_url, next_page, read_posts, thread_url

__all__ = ["Board", "Layout"]

MOST_PAGES = 2000
"""Pages of one list or thread that are followed at all: no thread is longer, a page that links to itself anew each
time is. How many a pass takes is the crawl's business, which goes on with the rest in the next one."""
REREAD = timedelta(days=1)
"""A thread that moves is read whole once in this time, for edits and removals on its earlier pages."""
Marks = dict[str, str | None]


class Board:
    """Base of the kinds that read a board's pages. A kind sets kind, example and layout."""

    kind: ClassVar[str]
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.BACKFILL})
    example: ClassVar[str]
    layout: ClassVar[Layout]
    later: ClassVar[tuple[str, str]] = ("", "")
    """What in an address leads to a later page of a thread, beside what thread_url knows; what the first has there."""

    def __init__(self, config: SourceConfig) -> None:
        self._config = config

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The configured page, whether it is a board, a forum or a thread."""
        return (Request(url=self._config.url, conditional=True),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Threads to follow out of a list, posts out of a thread."""
        text = decode(page.body, page.headers.get("content-type"))
        html = tree(text)
        spell_links(html, text, self.layout.body)
        order = board_order(html, text, self.layout, cursor.get("order"))
        zone = board_zone(text, page.fetched_at, self._config.zone, order)
        view = View(page=page, html=html, base=base_url(html, page.url), order=order, zone=zone)
        if page.status >= 400:  # an optional request
            return self._empty(view)
        if html.css_first(self.layout.post) is not None or page.request.tag == "thread":
            return self._thread(view, cursor)
        parsed = self._list(view, cursor)
        if parsed is None:
            parsed = self._thread(view, cursor)
        return parsed

    # --- lists ----------------------------------------------------------------------------------------------

    def _list(self, view: View, cursor: Cursor) -> Parsed | None:
        threads, forums = list(thread_rows(view, self.layout)), list(forum_rows(view, self.layout))
        if not threads and not forums and view.page.request.tag != "list":
            return None
        moved = [row for row in threads if cursor.get(f"t:{row.id}") != row.mark and not self._old(row)]
        follow = [self._open(row, view, cursor) for row in moved if cursor.get(f"r:{row.id}") != row.mark]
        busy = [row for row in forums if not row.mark or cursor.get(f"f:{row.id}") != row.mark]
        follow += [
            Request(url=row.url, tag="list", context={"n": "1", "forum": row.id, "mark": row.mark}) for row in busy
        ]
        further = self.next(view)
        if further and moved and view.number < MOST_PAGES:
            follow.append(Request(url=further, tag="list", context={"n": str(view.number + 1)}))
        marks: Marks = {f"t:{row.id}": row.mark for row in moved}
        marks |= {f"r:{row.id}": None for row in moved}  # said by the former from here on
        marks |= _carried("f", "forum", view) | dict(
            self.beside(view, cursor, moved=bool(moved or any(row.mark for row in busy)))
        )
        return Parsed(follow=tuple(follow), marks=self._with_order(marks, view))

    def beside(self, view: View, cursor: Cursor, *, moved: bool) -> Mapping[str, str | None]:
        """Further marks that a list's page tells. moved: something on it did since the last look."""
        return {}

    def _old(self, row: Row) -> bool:
        since = self._config.since
        return since is not None and row.active is not None and row.active < since

    def _open(self, row: Row, view: View, cursor: Cursor) -> Request:
        """From where reading ended before; whole where that is long ago, or was never. A page that is no more leads to
        the first."""
        read = cursor.get(f"all:{row.id}")
        fresh = read is not None and view.page.fetched_at - datetime.fromisoformat(read) < REREAD
        known = cursor.get(f"at:{row.id}") if fresh else None
        context = {"thread": row.id, "n": "1", "mark": row.mark}
        start = self.first_page(row.url)
        if known is None or known == start:
            return Request(url=start, tag="thread", context=context | {"thread_id": row.id})
        return Request(url=known, tag="thread", context=context | {"resumed": start}, optional=True)

    def whole(self, thread_id: str, url: str) -> Request:
        """A thread from its first page on."""
        return Request(url=url, tag="thread", context={"thread": thread_id, "thread_id": thread_id, "n": "1"})

    def let_go(self, thread_id: str) -> Sequence[str]:
        """Where its reading ended: a thread that moves after so long is read whole."""
        return (f"at:{thread_id}", f"all:{thread_id}")

    # --- threads --------------------------------------------------------------------------------------------

    def _thread(self, view: View, cursor: Cursor) -> Parsed:
        context = view.page.request.context
        posts, notes = self._helped(view, self.posts(view)), tuple[str, ...]()
        if not posts:
            posts, notes = self._unaided(view), (f"{self.kind}: read without its layout",)
        if not posts:
            return self._empty(view)
        thread = posts[0].thread_id or ""
        marks = _carried("r", "thread", view)
        further = self.next(view)
        here = clean_url(without_fragment(view.page.url))
        if further and view.number < MOST_PAGES:
            kept = {**context, "thread": thread, "n": str(view.number + 1), "before": here}
            for name in ("mark", "thread_id"):  # a later page that is no more does not mean that the thread is
                kept.pop(name, None)
            request = Request(url=further, tag="thread", context=kept)
            part = self._part(view, posts, notes, last=False)
            return Parsed(posts=posts, follow=(request,), marks=self._with_order(marks, view), notes=notes, thread=part)
        marks[f"at:{thread}"] = context.get("before", here)
        if "resumed" not in context:
            marks[f"all:{thread}"] = view.page.fetched_at.isoformat()
        part = self._part(view, posts, notes, last=further is None)
        return Parsed(posts=posts, marks=self._with_order(marks, view), notes=notes, thread=part)

    def _part(self, view: View, posts: Sequence[Post], notes: Sequence[str], *, last: bool) -> ThreadPart | None:
        """Which part of its thread a page is. Ids that the engine-independent reader gives may be others."""
        thread = posts[0].thread_id
        if thread is None:
            return None
        here, context = clean_url(without_fragment(view.page.url)), view.page.request.context
        begins = view.number == 1 and "resumed" not in context and self.first_page(here) == here
        begins = begins and (view.page.request.tag == "thread" or posts[0].thread_url == here)
        back = view.html.css_first("link[rel=prev], a[rel=prev]") if begins else None
        return ThreadPart(id=thread, first=begins and back is None and not notes, last=last)

    def _empty(self, view: View) -> Parsed:
        """A page with no posts: pages of a thread may have become fewer since, else the thread is gone or hidden; a
        list may say that nobody wrote there yet."""
        request = view.page.request
        resumed = request.context.get("resumed")
        if resumed:
            context = {key: value for key, value in request.context.items() if key != "resumed"}
            if thread := context.get("thread"):
                context["thread_id"] = thread
            return Parsed(follow=(Request(url=resumed, tag="thread", context=context),))
        if request.tag == "thread" and first(view.html, self.layout.frame) is not None:
            thread = request.context.get("thread", "")
            note = f"no posts on {clean_url(view.page.url)}"
            return Parsed(hints={"thread_gone": thread}, notes=(note,), marks=_carried("r", "thread", view))
        if says_empty(view, self.layout):
            return Parsed(notes=(f"nobody wrote on {clean_url(view.page.url)} yet",))
        raise ParseError(
            f"neither posts nor a list that kind {self.kind} can read",
            where=clean_url(view.page.url),
            mend='check the address in a browser, or configure kind = "thread" or "auto"',
        )

    def posts(self, view: View) -> tuple[Post, ...]:
        """The posts of a page, in its order, by the layout."""
        read = (read_part(view, node, self.layout) for node in view.html.css(self.layout.post))
        parts = list({part.number: part for part in reversed([part for part in read if part])}.values())[::-1]
        now, zone = view.page.fetched_at, view.zone
        moments = read_thread([part.exact or part.printed for part in parts], now=now, zone=zone, order=view.order)
        thread = self.thread_of(view)
        return tuple(self._post(view, part, at, thread) for part, at in zip(parts, moments, strict=True))

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
        named = absolute(view.base, href(view.html.css_first("link[rel=canonical]")))
        heading = first(view.html, self.layout.title)
        title = line(heading) or line(view.html.css_first("title"))
        for url in (view.page.url, named, absolute(view.base, _first_link(heading))):
            found = id_in(self.layout.thread, url)
            if found and url:
                return Thread(id=found, url=self.first_page(clean_url(without_fragment(url))), title=title)
        known = view.page.request.context.get("thread")
        return Thread(id=known, url=clean_url(without_fragment(view.page.url)), title=title)

    def first_page(self, url: str) -> str:
        """The address of a thread from the address of one of its pages."""
        pattern, begin = self.later
        return thread_url(re.sub(pattern, begin, url) if pattern else url)

    def next(self, view: View) -> str | None:
        """The page after this one."""
        if self.layout.following:
            found = absolute(view.base, href(first(view.html, self.layout.following, rare=True)))
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

    def _with_order(self, marks: Marks, view: View) -> Marks:
        return marks | ({"order": str(view.order)} if view.order else {})


def _carried(mark: str, name: str, view: View) -> Marks:
    """The mark that the list gave with the request for a first page: what it covers is read once this page is."""
    context = view.page.request.context
    if view.number != 1 or not context.get("mark") or name not in context:
        return {}
    return {f"{mark}:{context[name]}": context["mark"]}


def _filled(post: Post, other: Post | None) -> Post:
    if other is None or other.text != post.text:
        return post
    dated = (
        post
        if post.published_raw
        else replace(post, published_at=other.published_at, published_raw=other.published_raw)
    )
    return dated if post.author else replace(dated, author=other.author, author_url=other.author_url)


def _first_link(node: LexborNode | None) -> str | None:
    return href(node.css_first("a[href]")) if node else None
