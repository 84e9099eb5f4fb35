"""Boards that run django-spirit: HTML only, no feeds.

The list of topics is ordered by last activity, so a pass walks it only down to where the last whole walk began; once a
day it walks all that is younger than FORGET, for a list that shifts under the reader may have hidden a topic. A topic
is read when its count of comments or its last activity moved, from the page where reading ended. Edits and removals
move neither: for those the crawl has known topics read again in full, in their turn (`whole`).

Marks: "walked" is the newest activity of the last whole walk, "deep" when the last of the daily walks began; "zone" the
zone that the board prints its times in; "t:ID" what the list said of topic ID when it was last read, and up to which
page.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import ClassVar
from urllib.parse import urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.charset import decode
from listener.dates import read_thread
from listener.errors import ParseError
from listener.markup import tree
from listener.model import Post
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig, ThreadPart
from sources.cut_links import spell_links
from sources.spirit_marks import FORGET, OVERLAP, TopicMark, deep_due, due, forgotten, oldest_marked, stale
from sources.spirit_pages import (
    TOPIC_PATH,
    USER_PATH,
    Thread,
    TopicLine,
    comment_date,
    list_dates,
    next_page,
    page_number,
    read_comment_body,
    removed_ids,
    seen_zone,
    spelled,
    topic_lines,
    with_page,
)

ENGLISH = {"Accept-Language": "en"}
"""The board prints dates in the reader's language; one is enough to read."""


class Spirit:
    """A board, one of its categories, or one topic: whichever the URL names."""

    kind: ClassVar[str] = "spirit"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.REPLY, Ability.VERIFY, Ability.BACKFILL})
    example: ClassVar[str] = "https://forum.example.org/"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The list of topics, or the one topic that the source is about."""
        url = self._config.url
        match = TOPIC_PATH.search(urlsplit(url).path)
        if match:
            return (Request(url=url, headers=ENGLISH, tag="topic", context={"topic": match["id"]}),)
        return (Request(url=url, headers=ENGLISH, tag="list"),)

    def whole(self, thread_id: str, url: str) -> Request:
        """A topic from its first page on."""
        return Request(url=url, headers=ENGLISH, tag="topic", context={"topic": thread_id, "thread_id": thread_id})

    def let_go(self, thread_id: str) -> Sequence[str]:
        """Nothing: a topic's mark is dropped when the list is walked."""
        return ()

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Topics to follow out of a list, posts out of a topic."""
        text = decode(page.body, page.headers.get("content-type"))
        html = tree(text)
        spell_links(html, text, ".comment__text")
        if page.request.tag == "topic" or (not page.request.tag and html.css_first(".comments_list")):
            return self._topic(page, html, cursor)
        return self._list(page, html, cursor)

    # --- the list of topics -----------------------------------------------------------------------------------

    def _list(self, page: Page, html: LexborHTMLParser, cursor: Cursor) -> Parsed:
        if html.css_first(".layout__topics") is None:
            raise _other(page, html, "no list of topics here", "check that this is a django-spirit board")
        zone = seen_zone(list_dates(html), page.fetched_at, self._config.zone) or self._zone(page, cursor)
        lines = list(topic_lines(html, page, zone))
        deep = bool(page.request.context.get("deep")) or deep_due(cursor, page.fetched_at)
        oldest = oldest_marked(cursor, page.fetched_at)
        follow = [
            self._follow(line, cursor, page, zone)
            for line in lines
            if self._in_reach(line) and due(line, TopicMark.read(cursor.get(f"t:{line.id}")), oldest, page.fetched_at)
        ]
        further = next_page(html, page.url)
        if further and self._goes_on(lines, self._floor(cursor, deep=deep, now=page.fetched_at)):
            context = {"zone": zone, "further": "1", "deep": "1" if deep else ""}
            follow.append(Request(url=further, headers=ENGLISH, tag="list", context=context))
        return Parsed(follow=tuple(follow), marks=self._list_marks(page, lines, zone, cursor, deep=deep))

    def _zone(self, page: Page, cursor: Cursor) -> str:
        return page.request.context.get("zone") or cursor.get("zone") or self._config.zone

    def _in_reach(self, line: TopicLine) -> bool:
        since = self._config.since
        return since is None or line.active is None or line.active >= since

    def _floor(self, cursor: Cursor, *, deep: bool, now: datetime) -> datetime | None:
        """How far down in time the list is walked; None: to its end."""
        walked = cursor.get("walked")
        floors = [self._config.since] if self._config.since else []
        if walked:
            floors.append(now - FORGET if deep else datetime.fromisoformat(walked) - OVERLAP)
        return max(floors, default=None)

    def _goes_on(self, lines: Sequence[TopicLine], floor: datetime | None) -> bool:
        moving = [line.active for line in lines if not line.pinned and line.active]
        return floor is None or not moving or min(moving) >= floor

    def _follow(self, line: TopicLine, cursor: Cursor, page: Page, zone: str) -> Request:
        known = TopicMark.read(cursor.get(f"t:{line.id}"))
        grew = known is not None and line.count > known.count and known.page > 1
        start = known.page if known and grew and not stale(line, known, page.fetched_at) else 1
        context = {
            "topic": line.id,
            "zone": zone,
            "count": str(line.count),
            "active_raw": line.active_raw,
            "active": line.active.isoformat() if line.active else "",
            "read_at": known.at.isoformat() if known and start > 1 else page.fetched_at.isoformat(),
        }
        if start == 1:
            context["thread_id"] = line.id  # a first page that is gone means that the topic is
        return Request(url=with_page(line.url, start), headers=ENGLISH, tag="topic", context=context)

    def _list_marks(
        self, page: Page, lines: Sequence[TopicLine], zone: str, cursor: Cursor, *, deep: bool
    ) -> dict[str, str | None]:
        """Marks of the first page hold for the whole walk: they are saved when all that it led to is stored."""
        if page.request.context.get("further"):
            return {}
        marks: dict[str, str | None] = {"zone": zone} if zone != cursor.get("zone") else {}
        newest = max((line.active for line in lines if line.active), default=None)
        if newest:
            marks["walked"] = newest.isoformat()
        if deep:
            marks["deep"] = page.fetched_at.isoformat()
        if cursor.get("walked"):
            marks.update(dict.fromkeys(forgotten(cursor, page.fetched_at)))
        return marks

    # --- a topic ----------------------------------------------------------------------------------------------

    def _topic(self, page: Page, html: LexborHTMLParser, cursor: Cursor) -> Parsed:
        if html.css_first(".comments_list") is None:
            raise _other(page, html, "no comments here", "check that this is a topic of a django-spirit board")
        posts = self._posts(page, html, cursor)
        since = self._config.since
        kept = tuple(p for p in posts if not since or not p.published_at or p.published_at >= since)
        further = next_page(html, page.url)
        follow = Request(url=further, headers=ENGLISH, tag="topic", context=_deeper(page)) if further else None
        thread = Thread.of(page, html).id
        first = page_number(page.url) == 1 and len(kept) == len(posts)
        return Parsed(
            posts=kept,
            follow=(follow,) if follow else (),
            gone=tuple(removed_ids(html)),
            marks={} if follow else _topic_marks(page),
            thread=ThreadPart(id=thread, first=first, last=follow is None) if thread else None,
        )

    def _posts(self, page: Page, html: LexborHTMLParser, cursor: Cursor) -> list[Post]:
        nodes = html.css(".comments_list__comment[data-pk]")
        pairs = [comment_date(node) for node in nodes]
        zone = seen_zone(pairs, page.fetched_at, self._config.zone) or self._zone(page, cursor)
        moments = read_thread([spelled(raw) for raw, _ in pairs], now=page.fetched_at, zone=zone)
        thread = Thread.of(page, html)
        return [
            self._post(page, thread, node, raw, moment)
            for node, (raw, _), moment in zip(nodes, pairs, moments, strict=True)
        ]

    def _post(self, page: Page, thread: "Thread", node: LexborNode, raw: str, moment: datetime | None) -> Post:
        native_id = node.attributes.get("data-pk") or ""
        author = node.css_first(".comment__info__username__link")
        author_url = urljoin(page.url, author.attributes.get("href") or "") if author else None
        match = USER_PATH.search(author_url or "")
        quotes, text = read_comment_body(node)
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=native_id,
            url=urljoin(thread.base, f"comment/{native_id}/find/"),
            text=text,
            seen_at=page.fetched_at,
            thread_id=thread.id,
            thread_title=thread.title,
            thread_url=thread.url,
            author=(author.text(strip=True) or None) if author else None,
            author_id=match["id"] if match else None,
            author_url=author_url,
            published_at=moment,
            published_raw=raw or None,
            quotes=quotes,
        )


def _other(page: Page, html: LexborHTMLParser, message: str, mend: str) -> ParseError:
    """The error for a page that is not what was asked for."""
    if html.css_first("input[type=password]"):
        message, mend = (
            "the board shows its log-in form",
            "give the source the username and password of an account that may read it",
        )
    return ParseError(message, where=page.url, mend=mend)


def _deeper(page: Page) -> dict[str, str]:
    """Notes for the next page of a topic. Without thread_id: a page that is no more does not mean that the topic is."""
    return {name: value for name, value in page.request.context.items() if name != "thread_id"}


def _topic_marks(page: Page) -> dict[str, str | None]:
    """What the last page of a topic says in the cursor; nothing where no list led here."""
    context = page.request.context
    if "count" not in context:
        return {}
    mark = TopicMark(
        count=int(context["count"]),
        active_raw=context["active_raw"],
        page=page_number(page.url),
        at=datetime.fromisoformat(context["read_at"]),
        active=datetime.fromisoformat(context["active"]) if context["active"] else None,
    )
    return {f"t:{context['topic']}": mark.text()}
