"""Bluesky: what a search finds, what one account writes, one thread, or who mentions us.

Search answers nobody without a session, so every pass begins with one: made from username and an app password
once a process, refreshed after that, kept in memory only. Times are those at which the place saw a post: what a post
says of its own time can be made up. Posts cannot be edited there. Marks: "newest" the time of the newest post read;
"recent" addresses of posts seen last, which are asked for again to learn which are gone.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit

from listener.dates import parse_date
from listener.errors import ConfigError, Failure, ParseError
from listener.markup import clean_text
from listener.model import Post, Quote, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.payload import Object, count_at, inner, objects, reach, read_object, text_at
from sources.refusal import refusal, where

API = "https://bsky.social"
SITE = "https://bsky.app"
_THREAD = re.compile(r"^/profile/(?P<actor>[^/]+)/post/(?P<key>[^/]+)/?$")
_PROFILE = re.compile(r"^/profile/(?P<actor>[^/]+)/?$")
_HASHTAG = re.compile(r"^/hashtag/(?P<tag>[^/]+)/?$")
_ADDRESS = re.compile(
    r"at://(?P<did>did:[a-z]+:[A-Za-z0-9._:%-]{1,250})/app\.bsky\.feed\.post/(?P<key>[\w.~:-]{1,512})"
)
_TOLD = ("mention", "reply", "quote")
_MEND = "give username (the handle) and password (an app password, from Settings, Privacy and security)"
PER_PAGE = 100
FIRST_WALK = 3
MOST_PAGES = 20
RECENT = 25
"""Addresses that one question about posts may name."""
OVERLAP = timedelta(hours=1)
MOST_OF_A_THREAD = 2000


@dataclass(slots=True)
class _Session:
    """The token that makes a new session without the password. Never written down."""

    refresh: str = ""


_sessions: dict[tuple[str, str], _Session] = {}


class Bluesky:
    """Source kind `bluesky`."""

    kind: ClassVar[str] = "bluesky"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.REPLY, Ability.VERIFY, Ability.BACKFILL})
    example: ClassVar[str] = "https://bsky.app/search?q=Wintermann"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        options, parts = config.options, urlsplit(config.url)
        self._api = str(options.get("api", API)).rstrip("/")  # another server that holds the account, or a stand-in
        self._user, self._password = str(options.get("username") or ""), str(options.get("password") or "")
        self._thread, self._profile = _THREAD.match(parts.path), _PROFILE.match(parts.path)
        tag = _HASHTAG.match(parts.path)
        asked = parse_qs(parts.query).get("q", [""])[0] if parts.path.rstrip("/") == "/search" else ""
        self._query = str(options.get("query") or asked or (f"#{unquote(tag['tag'])}" if tag else ""))
        self._mentions = bool(options.get("mentions")) or parts.path.rstrip("/") == "/notifications"
        self._session = _sessions.setdefault((self._api, self._user), _Session())

    # --- what to ask for --------------------------------------------------------------------------------------

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """A session first: everything else needs it."""
        if not self._user or not self._password:
            raise ConfigError("Bluesky is read with an account", where=self._config.name, mend=_MEND)
        if not (self._query or self._mentions or self._thread or self._profile):
            mend = f"such as {self.example}, or give options.query"
            raise ConfigError("nothing to read at this address", where=self._config.name, mend=mend)
        return (self._renew() if self._session.refresh else self._log_in(),)

    def _log_in(self) -> Request:
        body = {"identifier": self._user, "password": self._password}
        url = f"{self._api}/xrpc/com.atproto.server.createSession"
        return Request(url=url, method="POST", json=body, tag="session", api=True)

    def _renew(self) -> Request:
        url = f"{self._api}/xrpc/com.atproto.server.refreshSession"
        headers = {"Authorization": f"Bearer {self._session.refresh}"}
        return Request(url=url, method="POST", headers=headers, tag="refresh", api=True)

    def _get(self, method: str, asked: Sequence[tuple[str, str]], page: Page, tag: str, **context: str) -> Request:
        headers = {"Authorization": page.request.headers.get("Authorization", ""), "Accept": "application/json"}
        return self._ask(method, asked, headers, tag, context)

    def _ask(
        self,
        method: str,
        asked: Sequence[tuple[str, str]],
        headers: dict[str, str],
        tag: str,
        context: dict[str, str],
    ) -> Request:
        url = f"{self._api}/xrpc/app.bsky.{method}?{urlencode(asked, quote_via=quote)}"
        return Request(url=url, headers=headers, tag=tag, context=context, api=True)

    def _first(self) -> tuple[str, list[tuple[str, str]], str]:
        """Method, parameters and tag of the first question."""
        if self._mentions:
            return "notification.listNotifications", [("limit", str(PER_PAGE))], "mentions"
        if self._query:
            return "feed.searchPosts", [("q", self._query), ("sort", "latest"), ("limit", str(PER_PAGE))], "posts"
        if self._thread:
            address = f"at://{unquote(self._thread['actor'])}/app.bsky.feed.post/{self._thread['key']}"
            return "feed.getPostThread", [("uri", address), ("depth", "100")], "thread"
        actor = unquote(self._profile["actor"]) if self._profile else ""
        return "feed.getAuthorFeed", [("actor", actor), ("filter", "posts_with_replies"), ("limit", "100")], "feed"

    # --- what came back ---------------------------------------------------------------------------------------

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Posts, and what is left to ask for."""
        tag = page.request.tag
        if tag in ("session", "refresh"):
            return self._entered(page, cursor)
        if page.status >= 400:
            raise _refused(page)
        answer = read_object(page, _MEND)
        if tag == "recent":
            return self._recent(page, answer)
        if tag == "thread":
            return Parsed(posts=tuple(self._posts(page, _of_thread(inner(answer, "thread")))))
        return self._list(page, answer, cursor)

    def _entered(self, page: Page, cursor: Cursor) -> Parsed:
        if page.status >= 400 and page.request.tag == "refresh":
            self._session.refresh = ""  # it ran out, or was taken back: the password makes another
            return Parsed(follow=(self._log_in(),))
        if page.status >= 400:
            raise _refused(page)
        answer = read_object(page, _MEND)
        access, self._session.refresh = text_at(answer, "accessJwt"), text_at(answer, "refreshJwt") or ""
        if not access:
            raise ParseError("no session was given", where=where(page), mend=_MEND)
        headers = {"Authorization": f"Bearer {access}", "Accept": "application/json"}
        method, asked, tag = self._first()
        follow = [self._ask(method, asked, headers, tag, {"n": "1"})]
        if known := [("uris", one) for one in cursor.get("recent", "").split()[:RECENT]]:
            follow.append(self._ask("feed.getPosts", known, headers, "recent", {}))
        return Parsed(follow=tuple(follow))

    def _list(self, page: Page, answer: Object, cursor: Cursor) -> Parsed:
        posts = tuple(self._posts(page, _views(answer)))
        step = int(page.request.context.get("n", "1"))
        times = [post.published_at for post in posts if post.published_at]
        further = text_at(answer, "cursor")
        follow: tuple[Request, ...] = ()
        if further and times and self._walks_on(min(times), step, cursor):
            method, asked, tag = self._first()
            follow = (self._get(method, [*asked, ("cursor", further)], page, tag, n=str(step + 1)),)
        marks: dict[str, str | None] = {}
        if step == 1 and times:
            marks["newest"] = max(times).isoformat()
            marks["recent"] = " ".join(post.native_id for post in posts[:RECENT])
        return Parsed(posts=posts, follow=follow, marks=marks)

    def _walks_on(self, oldest: datetime, step: int, cursor: Cursor) -> bool:
        limit, known, since = self._config.max_pages, _moment(cursor.get("newest")), self._config.since
        if step >= (limit or MOST_PAGES):
            return False
        if known:
            return oldest > known - OVERLAP
        return oldest >= since if since else step < (limit or FIRST_WALK)

    def _recent(self, page: Page, answer: Object) -> Parsed:
        """What was asked for and is not there is gone."""
        asked = parse_qs(urlsplit(page.request.url).query).get("uris", [])
        if not isinstance(answer.get("posts"), list):
            raise ParseError("the answer holds no posts", where=where(page), mend=_MEND)
        there = {text_at(one, "uri") for one in objects(answer.get("posts"))}
        return Parsed(gone=tuple(one for one in asked if one not in there))

    def _posts(self, page: Page, views: Iterator[Object]) -> Iterator[Post]:
        for view in views:
            post = self._post(page, view)
            if post is not None:
                yield post

    def _post(self, page: Page, view: Object) -> Post | None:
        """None for records that are no posts, and posts that say nothing."""
        address, record, writer = text_at(view, "uri") or "", inner(view, "record"), inner(view, "author")
        text = clean_text(str(record.get("text") or "")).strip()
        if not _ADDRESS.fullmatch(address) or not text:
            return None
        root, parent = text_at(inner(record, "reply", "root"), "uri"), text_at(inner(record, "reply", "parent"), "uri")
        handle, did, raw = text_at(writer, "handle"), text_at(writer, "did"), text_at(view, "indexedAt")
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=address,
            url=_link(address) or SITE,
            text=text,
            quotes=tuple(_quotes(view)),
            seen_at=utc(page.fetched_at),
            thread_id=root or address,
            thread_url=_link(root or address),
            parent_id=parent,
            author=text_at(writer, "displayName") or handle,
            author_id=did,
            author_url=f"{SITE}/profile/{quote(did)}" if did else None,
            published_at=parse_date(raw, now=page.fetched_at, zone="UTC"),
            published_raw=raw,
            reach=reach(
                likes=count_at(view, "likeCount"),
                replies=count_at(view, "replyCount"),
                shares=count_at(view, "repostCount"),
            ),
        )


def _views(answer: Object) -> Iterator[Object]:
    """Posts of a search, of a feed, or of notifications that speak to us."""
    yield from objects(answer.get("posts"))
    for one in objects(answer.get("feed")):
        if not isinstance(one.get("reason"), dict):  # passed on by the account, not written by it
            yield inner(one, "post")
    for one in objects(answer.get("notifications")):
        if one.get("reason") in _TOLD:
            yield one


def _of_thread(top: Object) -> Iterator[Object]:
    """Posts of a thread, from the top down, however deep it is."""
    waiting = [top]
    for _ in range(MOST_OF_A_THREAD):
        if not waiting:
            return
        node = waiting.pop()
        yield inner(node, "post")
        waiting += reversed(list(objects(node.get("replies"))))


def _quotes(view: Object) -> Iterator[Quote]:
    """The post that this one shows inside itself."""
    embed = inner(view, "embed")
    shown = inner(embed, "record")
    shown = inner(shown, "record") if isinstance(shown.get("record"), dict) else shown
    text = clean_text(str(inner(shown, "value").get("text") or "")).strip()
    if text:
        yield Quote(author=text_at(inner(shown, "author"), "handle"), text=text)


def _link(address: str) -> str | None:
    found = _ADDRESS.fullmatch(address)
    return f"{SITE}/profile/{quote(found['did'], safe=':')}/post/{quote(found['key'])}" if found else None


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text).astimezone(UTC) if text else None


_FAILURES: dict[str, Failure] = {
    "AuthenticationRequired": Failure.AUTH,
    "AuthMissing": Failure.AUTH,
    "InvalidToken": Failure.AUTH,
    "ExpiredToken": Failure.AUTH,
    "AccountTakedown": Failure.AUTH,
    "AuthFactorTokenRequired": Failure.AUTH,
    "RateLimitExceeded": Failure.RATE_LIMITED,
    "NotFound": Failure.GONE,
}


def _refused(page: Page) -> Exception:
    try:
        said: dict[str, Any] = read_object(page, "")
    except ParseError:
        said = {}
    name = text_at(said, "error") or ""
    text = ": ".join(part for part in (name, text_at(said, "message")) if part)
    failure = _FAILURES.get(name)
    return refusal(page, text, _MEND if failure is Failure.AUTH else "", failure)
