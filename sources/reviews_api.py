"""What interfaces that list reviews have in common: newest first, in pages, and the company's answer under each.

A pass walks down to what it knows, with an hour's overlap; once a day it walks the whole list (or down to `since`), for
edits that do not bring a review back to the top. Marks: "newest" the latest change that was read, "all" when the list
was last walked whole. A review is a thread of its own, and the company's answer a post in it.
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from listener.credentials import ANSWER
from listener.errors import Failure, FetchError
from listener.markup import clean_text
from listener.model import Post, utc
from listener.protocols import Cursor, Page, Parsed, Request, SourceConfig
from listener.tokens import AppleKey, Clock, Grant, now_utc
from sources.payload import Object, read_object
from sources.refusal import refusal

OVERLAP = timedelta(hours=1)
REREAD = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """One page of a list. changed: when each review was written or edited; following: the page after it."""

    posts: tuple[Post, ...]
    changed: tuple[datetime, ...]
    following: Request | None = None
    hints: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()


class ReviewsApi(ABC):
    """Base of the kinds. A kind says what to ask and reads reviews out of the answers."""

    mend: ClassVar[str]
    most_pages: ClassVar[int] = 50
    kind: ClassVar[str]

    def __init__(self, config: SourceConfig, *, clock: Clock = now_utc) -> None:
        self.config = config
        self.clock = clock

    @abstractmethod
    def access(self) -> Grant | AppleKey | dict[str, str]:
        """What shows who asks: a grant of tokens, a key, or plain headers. ConfigError where options lack it."""

    @abstractmethod
    def first_page(self) -> Request:
        """The top of the list, without what shows who asks."""

    @abstractmethod
    def batch(self, page: Page, answer: Object) -> Batch:
        """The reviews of a page."""

    def why(self, page: Page, answer: Object) -> tuple[str, Failure | None]:
        """The place's own words for a refusal, and what it means where the status does not tell."""
        return str(answer.get("message") or ""), None

    # --- the walk ---------------------------------------------------------------------------------------------

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The top of the list; before it, where there is none, a token."""
        access = self.access()
        headers = access if isinstance(access, dict) else access.headers()
        if headers is None:
            assert isinstance(access, Grant)
            return (access.request(),)
        return (keyed(self.first_page(), headers),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Reviews, and where to go on."""
        access = self.access()
        if page.request.tag == "token":
            assert isinstance(access, Grant)
            return Parsed(follow=(keyed(self.first_page(), access.take(page)),))
        if page.status >= 400:
            raise self._refused(page, access)
        return self._walk(page, self.batch(page, read_object(page, self.mend)), cursor)

    def _refused(self, page: Page, access: object) -> FetchError:
        if page.status == 401 and isinstance(access, Grant):
            access.forget()
        try:
            answer = read_object(page, self.mend)
        except Exception:  # noqa: BLE001 - a refusal may be any page at all; its status says enough
            answer = {}
        said, failure = self.why(page, answer)
        return refusal(page, said, self.mend, failure)

    def _walk(self, page: Page, batch: Batch, cursor: Cursor) -> Parsed:
        context, number = page.request.context, int(page.request.context.get("n", "1"))
        whole = context.get("whole") == "1" if number > 1 else not self._walked_today(page, cursor)
        floor = self.config.since if whole else self._known(cursor)
        marks = self._marks(page, batch, cursor, whole=whole) if number == 1 else {}
        below = floor is not None and bool(batch.changed) and min(batch.changed) < floor
        following = batch.following
        if below or following is None or number >= (self.config.max_pages or self.most_pages):
            return Parsed(posts=batch.posts, marks=marks, hints=batch.hints, notes=batch.notes)
        notes = {**following.context, "n": str(number + 1), "whole": "1" if whole else "0"}
        onward = replace(keyed(following, page.request.headers), context=notes)
        return Parsed(posts=batch.posts, follow=(onward,), marks=marks, hints=batch.hints, notes=batch.notes)

    def _marks(self, page: Page, batch: Batch, cursor: Cursor, *, whole: bool) -> dict[str, str | None]:
        marks: dict[str, str | None] = {"all": page.fetched_at.isoformat()} if whole else {}
        newest = max(batch.changed, default=None)
        if newest is not None and newest.isoformat() > cursor.get("newest", ""):
            marks["newest"] = newest.isoformat()
        return marks

    def _walked_today(self, page: Page, cursor: Cursor) -> bool:
        read = cursor.get("all")
        return read is not None and page.fetched_at - datetime.fromisoformat(read) < REREAD

    def _known(self, cursor: Cursor) -> datetime | None:
        newest = cursor.get("newest")
        return datetime.fromisoformat(newest) - OVERLAP if newest else None

    # --- posts ------------------------------------------------------------------------------------------------

    def review(self, page: Page, native_id: str, url: str, text: str, raw: str | None) -> Post:
        """A review with what all of them have. raw: its time as the place gives it (ISO 8601; UTC without a zone)."""
        return Post(
            source=self.config.name, kind=self.kind, native_id=native_id, url=url, text=clean_text(text).strip(),
            seen_at=utc(page.fetched_at), thread_id=native_id, thread_url=url,
            published_raw=raw, published_at=moment(raw),
        )  # fmt: skip

    def answer(self, review: Post, text: str, raw: str | None, author: str) -> Post:
        """What the company answered to a review."""
        return replace(
            review, native_id=review.native_id + ANSWER, parent_id=review.native_id, text=clean_text(text).strip(),
            author=author, author_id=None, author_url=None, published_raw=raw, published_at=moment(raw),
            rating=None, rating_scale=None,
        )  # fmt: skip


def keyed(request: Request, headers: Mapping[str, str]) -> Request:
    """A request with what shows who asks."""
    return replace(request, headers={**request.headers, **headers}, api=True)


def moment(raw: str | None) -> datetime | None:
    """A machine's time in UTC: ISO 8601, or seconds since 1970. Without a zone it is UTC. None where it is neither."""
    if not raw:
        return None
    try:
        if raw.isascii() and raw.isdigit():
            return datetime.fromtimestamp(int(raw[:12]), UTC)
        found = datetime.fromisoformat(raw)
    except (ValueError, OverflowError, OSError):
        return None
    try:
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError:  # the year 0 or 10000 in another zone
        return None
