"""Feeds: RSS 0.9x to 2.0, Atom, JSON Feed; of news, of a board's newest posts, of the comments on an article.

options: comments = true reads the comment feeds that entries name, too (off by default: many blogs name feeds that
they do not serve); username and password, where the feed asks for them (HTTP Basic).

Marks: "newest" is the newest post seen, which tells how far to walk back where a feed has older pages; "c:URL" how
many comments an entry had when its comment feed was last read.
"""

import base64
import hashlib
import re
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import ClassVar
from urllib.parse import parse_qsl, urldefrag, urlencode, urljoin, urlsplit

from selectolax.lexbor import LexborHTMLParser

from listener.dates import parse_date
from listener.errors import ConfigError
from listener.markup import clean_text, plain
from listener.model import Post
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.feed_fast import read_fast
from sources.feed_items import Channel, Item, read_channel

ACCEPT = {
    "Accept": "application/rss+xml,application/atom+xml,application/feed+json,application/xml;q=0.9,text/xml;q=0.9,"
    "application/json;q=0.8,*/*;q=0.5"
}
OPTIONS = frozenset({"comments", "username", "password"})
POST_ANCHOR = re.compile(r"^(?:p|post|pid|comment|c|msg|reply|entry|item)[-_]?(?P<id>\d+)$", re.IGNORECASE)
THREAD_KEYS = frozenset({"t", "tid", "topic", "topic_id", "threadid", "thread"})
POST_KEYS = frozenset({"p", "pid", "post", "postid"})
REPLY_TITLE = re.compile(r"^(?:(?:re|odp|aw|sv)\s*(?:\[\d+\])?:\s*)+", re.IGNORECASE)
BY_TITLE = re.compile(r"^(?:by|autor|von|par|por):\s", re.IGNORECASE)
COMMENT_ON = re.compile(r"^(?:komentarz do|comment on)\s+(.+?)(?:, którego autorem jest .*| by .*)$", re.IGNORECASE)
COMMENTS_ON = re.compile(r"^(?:komentarze do|comments on|komentarze dla|comments for):?\s+", re.IGNORECASE)
MARKUP = re.compile(r"<[a-z/!][^>]*>|&(?:\w+|#\d+);", re.IGNORECASE)
EARLIEST = datetime(1975, 1, 1, tzinfo=UTC)
AHEAD = timedelta(hours=26)  # a clock that runs ahead, or a wrong zone, is still believed


class Feed:
    """One feed, and on request the comment feeds that its entries name."""

    kind: ClassVar[str] = "feed"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.BACKFILL})
    example: ClassVar[str] = "https://blog.example.org/feed/"

    def __init__(self, config: SourceConfig) -> None:
        unknown = sorted(set(config.options) - OPTIONS)
        if unknown:
            raise ConfigError(f"unknown option {unknown[0]!r}", where=config.name, mend="a feed takes: comments")
        self._config = config
        self._comments = config.options.get("comments") is True
        self._headers = {**ACCEPT, **_log_in(config)}

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The feed, read again only where it changed."""
        return (Request(url=self._config.url, headers=self._headers, tag="feed", conditional=True),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Posts of the feed; its older pages and comment feeds to follow."""
        content_type = page.headers.get("content-type", "")
        channel = read_fast(page.body, content_type) or read_channel(page.body, content_type, page.url)
        posts = [self._post(item, channel, page) for item in channel.items if _says_something(item)]
        since = self._config.since
        follow = [*self._comment_feeds(channel, page, cursor), *self._older(channel, posts, page, cursor)]
        return Parsed(
            posts=tuple(p for p in posts if not since or not p.published_at or p.published_at >= since),
            follow=tuple(follow),
            marks=_marks(page, posts, cursor),
            hints=_hints(channel),
        )

    def _post(self, item: Item, channel: Channel, page: Page) -> Post:
        link = urljoin(page.url, item.link) if item.link else ""
        body = item.html if item.plain else plain(item.html)
        title = _flat(item.title)
        thread_id, thread_url = _thread(item, link, page)
        author, author_url = _author(item)
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=_native_id(item, link),
            url=link or channel.link or page.url,
            text=clean_text(body).strip() or title,
            seen_at=page.fetched_at,
            thread_id=thread_id,
            thread_title=page.request.context.get("title") or _thread_title(title, link, channel),
            thread_url=thread_url,
            parent_id=clean_text(item.reply_to) or None,
            author=author,
            author_url=urljoin(page.url, author_url) if author_url else None,
            published_at=self._moment(item, page.fetched_at),
            published_raw=clean_text(item.published_raw) or None,
        )

    def _moment(self, item: Item, now: datetime) -> datetime | None:
        moment = item.published or parse_date(item.published_raw, now=now, zone=self._config.zone)
        return moment if moment and EARLIEST <= moment <= now + AHEAD else None

    def _comment_feeds(self, channel: Channel, page: Page, cursor: Cursor) -> Iterator[Request]:
        """Comment feeds whose entry says that it has more comments than when they were read."""
        if not self._comments or page.request.tag == "comments":
            return
        for item in channel.items:
            url = urljoin(page.url, item.comments_feed) if item.comments_feed else ""
            known = cursor.get(f"c:{url}", "0")
            if url and item.comment_count is not None and str(item.comment_count) != known:
                thread = urldefrag(urljoin(page.url, item.link)).url
                context = {"count": str(item.comment_count), "title": _flat(item.title), "thread": thread, "feed": url}
                yield Request(url=url, headers=self._headers, tag="comments", context=context, conditional=True)

    def _older(self, channel: Channel, posts: Sequence[Post], page: Page, cursor: Cursor) -> Iterator[Request]:
        """The next page of a paged feed, where this one does not reach back to what is known."""
        floor = _floor(cursor.get("newest"), self._config.since)
        moments = [post.published_at for post in posts if post.published_at]
        if channel.next and floor and moments and min(moments) > floor:
            yield Request(url=urljoin(page.url, channel.next), headers=self._headers, tag="older")


def _log_in(config: SourceConfig) -> dict[str, str]:
    name, password = config.options.get("username"), config.options.get("password")
    if not name or not password:
        return {}
    pair = base64.b64encode(f"{name}:{password}".encode()).decode("ascii")
    return {"Authorization": f"Basic {pair}"}


def _says_something(item: Item) -> bool:
    return bool(item.title.strip() or item.html.strip())


def _floor(newest: str | None, since: datetime | None) -> datetime | None:
    return datetime.fromisoformat(newest) if newest else since


def _marks(page: Page, posts: Sequence[Post], cursor: Cursor) -> dict[str, str | None]:
    context = page.request.context
    if page.request.tag == "comments":
        return {f"c:{context['feed']}": context["count"]}
    moments = [post.published_at for post in posts if post.published_at]
    if page.request.tag == "older" or not moments:
        return {}
    newest = max(moments).isoformat()
    return {"newest": newest} if newest != cursor.get("newest") else {}


def _hints(channel: Channel) -> dict[str, str]:
    hints: dict[str, str] = {}
    if channel.ttl_minutes is not None:
        hints["ttl_minutes"] = str(channel.ttl_minutes)
    if channel.skip_hours:
        hints["skip_hours"] = ",".join(map(str, channel.skip_hours))
    if channel.damaged:
        hints["damaged"] = channel.damaged
    return hints


def _native_id(item: Item, link: str) -> str:
    """The place's own id, else the link, else a fingerprint of what the entry says."""
    own = clean_text(item.id).strip() or link
    if own:
        return own
    said = f"{item.title}\n{item.published_raw}\n{item.html}"
    return "sha256:" + hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def _thread(item: Item, link: str, page: Page) -> tuple[str | None, str | None]:
    """Thread id and URL, where the entry says what it belongs to."""
    thread = page.request.context.get("thread") or item.reply_url
    if thread:
        return thread, thread
    target, fragment = urldefrag(link)
    pairs = parse_qsl(urlsplit(target).query)
    named = [value for name, value in pairs if name.lower() in THREAD_KEYS and value]
    if named:
        rest = [(name, value) for name, value in pairs if name.lower() not in POST_KEYS]
        return named[0], urlsplit(target)._replace(query=urlencode(rest)).geturl()
    anchor = POST_ANCHOR.match(fragment)
    # "viewtopic.php?p=12#p12" names the post twice, not the thread
    if anchor and anchor["id"] not in [value for _, value in pairs]:
        return target, target
    return None, None


def _thread_title(title: str, link: str, channel: Channel) -> str | None:
    """What the thread is called, out of what this entry is called."""
    if BY_TITLE.match(title):  # a comment feed: its entries are called after their authors, the feed after the thread
        return COMMENTS_ON.sub("", _flat(channel.title)) or None
    comment = COMMENT_ON.match(title)
    if comment:
        return comment[1]
    if "viewtopic.php" in link:  # phpBB puts the forum's name first
        title = title.partition(" • ")[2] or title
    return REPLY_TITLE.sub("", title) or None


def _author(item: Item) -> tuple[str | None, str | None]:
    """Name and address of the author. Some boards put a whole link where the name belongs."""
    name = unescape(item.author) if "&lt;" in item.author else item.author
    if not MARKUP.search(name):
        return clean_text(name).strip() or None, _web(item.author_url)
    link = LexborHTMLParser(name).css_first("a[href]")
    return _flat(name) or None, _web(item.author_url or (link.attributes.get("href") or "" if link else ""))


def _web(url: str) -> str | None:
    """An address that may be shown as a link."""
    return url if url and urlsplit(url).scheme in ("", "http", "https") else None


def _flat(text: str) -> str:
    """One line of plain text out of a title, which may hold markup."""
    return " ".join(clean_text(plain(text) if MARKUP.search(text) else text).split())
