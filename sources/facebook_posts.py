"""Posts and comments of the Graph API as posts of the house. The webhook gives the same ids, so that both ways lead to
one post."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from listener.graph import Access, site_of
from listener.links import clean_url
from listener.model import Post, Reach, utc
from listener.protocols import Cursor, Request, SourceConfig, Stood
from listener.text import clean_text, excerpt
from sources.payload import Object, count_at, inner, reach, text_at

_TITLE = 80
_REMOVED = "1z"
"""How listener.arrivals marks the last change of all: a post that was taken down does not come back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """The post that comments stand under. title: the beginning of its text."""

    id: str
    title: str | None = None
    url: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a piece of an answer gave."""

    posts: tuple[Post, ...] = ()
    gone: tuple[str, ...] = ()
    hidden: Mapping[str, bool] = field(default_factory=dict)
    follow: tuple[Request, ...] = ()
    marks: Mapping[str, str | None] = field(default_factory=dict)
    stood: Mapping[str, Stood] = field(default_factory=dict)

    def __add__(self, other: "Found") -> "Found":
        return Found(
            posts=self.posts + other.posts,
            gone=self.gone + other.gone,
            hidden={**self.hidden, **other.hidden},
            follow=self.follow + other.follow,
            marks={**self.marks, **other.marks},
            stood={**self.stood, **other.stood},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """Reads rows of one answer. now: when it came."""

    config: SourceConfig
    access: Access
    cursor: Cursor
    now: datetime

    def read(self, rows: Sequence[Object], thread: Thread | None) -> Found:
        """Posts of people (thread None), or comments under one. What the page itself wrote is left out, what it hid
        is gone, and what has no text says nothing."""
        posts: list[Post] = []
        gone: list[str] = []
        hidden: dict[str, bool] = {}
        for row in rows:
            native_id = text_at(row, "id")
            if native_id and isinstance(row.get("is_hidden"), bool):
                hidden[native_id] = bool(row["is_hidden"])
            if native_id and row.get("is_hidden") is True:
                gone.append(native_id)
            elif not self._is_left_out(row, native_id) and (post := self._post(row, thread)):
                posts.append(post)
        return Found(posts=tuple(posts), gone=tuple(gone), hidden=hidden)

    def _is_left_out(self, row: Object, native_id: str | None) -> bool:
        removed = native_id is not None and (self.cursor.get(f"changed:{native_id}") or "").startswith(_REMOVED)
        return removed or text_at(inner(row, "from"), "id") == self.access.page

    def _post(self, row: Object, thread: Thread | None) -> Post | None:
        text, at = clean_text(str(row.get("message") or "")).strip(), time_at(row, "created_time")
        since = self.config.since
        if not text or (since and at and at < since):
            return None
        own = thread_of(row)
        native_id = text_at(row, "id") or nameless(own if thread is None else thread, row)
        standing = thread or own
        written = post(
            self.config,
            native_id=native_id,
            thread=standing,
            parent=None if thread is None else text_at(inner(row, "parent"), "id") or standing.id,
            text=text,
            author=inner(row, "from"),
            url=text_at(row, "permalink_url"),
            at=at,
            raw=text_at(row, "created_time"),
            seen_at=self.now,
        )
        return replace(written, reach=reach_of(row))


def post(
    config: SourceConfig,
    *,
    native_id: str,
    thread: Thread,
    parent: str | None,
    text: str,
    author: Object,
    url: str | None,
    at: datetime | None,
    raw: str | None,
    seen_at: datetime,
) -> Post:
    """A post or comment, whichever way it came. author: what stands under "from", as far as it may be seen."""
    name, number, site = text_at(author, "name"), text_at(author, "id"), site_of(config)
    return Post(
        source=config.name,
        kind="facebook",
        native_id=native_id,
        url=clean_url(url) if url else f"{site}/{native_id}",
        text=text,
        seen_at=seen_at,
        thread_id=thread.id,
        thread_title=thread.title,
        thread_url=thread.url or f"{site}/{thread.id}",
        parent_id=parent,
        author=name,
        author_id=number,
        author_url=f"{site}/{number}" if number else None,
        published_at=at,
        published_raw=raw,
    )


def reach_of(row: Object) -> Reach | None:
    """Reactions and shares of a post; likes and answers of a comment. Views are no field of either."""
    reactions = count_at(inner(row, "reactions", "summary"), "total_count")
    return reach(
        likes=reactions if reactions is not None else count_at(row, "like_count"),
        replies=count_at(row, "comment_count"),
        shares=count_at(inner(row, "shares"), "count"),
    )


def stood_of(thread: Thread, comments: Sequence[Object], *, whole: bool) -> dict[str, Stood]:
    """What stands under a post, as its newest comments say. whole: there are no others. Nothing where comments have no
    ids, as on pages of others."""
    ids = [text_at(one, "id") for one in comments]
    times = [time_at(one, "created_time") for one in comments]
    if None in ids or (not whole and (not times or None in times)):
        return {}
    since = None if whole else min(at for at in times if at)
    return {thread.id: Stood(ids=frozenset({thread.id, *(one for one in ids if one)}), since=since)}


def thread_of(row: Object) -> Thread:
    """A post as what others stand under."""
    message, link = clean_text(str(row.get("message") or "")).strip(), text_at(row, "permalink_url")
    own = text_at(row, "id") or nameless(None, row)
    return Thread(id=own, title=excerpt(message, _TITLE) or None, url=clean_url(link) if link else None)


def nameless(thread: Thread | None, row: Object) -> str:
    """What a post without an id is known by: where and when it was written, and its words."""
    parts = (thread.id if thread else "", str(row.get("created_time") or ""), str(row.get("message") or ""))
    return "words:" + hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:24]


def time_at(row: Mapping[str, object], name: str) -> datetime | None:
    """A time of the API (ISO 8601 with +0000) or of a webhook (seconds since 1970); None where it cannot be read or
    lies beyond what there are years for."""
    value = row.get(name)
    if isinstance(value, int) and not isinstance(value, bool):
        return datetime.fromtimestamp(value, tz=UTC) if 0 < value < 10**11 else None
    if not isinstance(value, str):
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        return None
    return utc(moment) if moment.tzinfo else None
