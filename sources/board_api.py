"""What boards' REST interfaces have in common: a list of threads, newest activity first, and threads in pages.

A kind with a key (options.api_key) reads through one of these in place of the board's pages. Marks: "t:ID" what the
list said of a thread when its reading ended, "at:ID" the page it ended on, "all:ID" when it was last read whole.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import ClassVar

from listener.model import Post
from listener.protocols import Cursor, Page, Parsed, Request, SourceConfig, ThreadPart
from sources.payload import Object, read_object

MOST_PAGES = 50
REREAD = timedelta(days=1)
"""A thread that moves is read whole once in this time, for edits and removals on its earlier pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A thread as a list names it. mark: what changes when somebody posts in it."""

    id: str
    title: str | None
    url: str | None
    mark: str
    active: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """The posts of one page of a thread. last: the number of the thread's last page."""

    posts: tuple[Post, ...]
    gone: tuple[str, ...]
    last: int


class BoardApi(ABC):
    """Base of the readers. A reader says which addresses to ask, and reads threads and posts out of the answers."""

    mend: ClassVar[str]

    def __init__(self, config: SourceConfig) -> None:
        self.config = config

    @abstractmethod
    def list_url(self, number: int) -> str:
        """Where a page of the list of threads is."""

    @abstractmethod
    def one_url(self) -> str | None:
        """Where the one thread is that the source is about; None where it is about many."""

    @abstractmethod
    def posts_url(self, thread: str, number: int) -> str:
        """Where a page of a thread is."""

    @abstractmethod
    def headers(self) -> dict[str, str]:
        """What shows the key."""

    @abstractmethod
    def rows(self, page: Page, answer: Object) -> Iterator[Row]:
        """The threads of a list, or the one thread."""

    @abstractmethod
    def last_list_page(self, answer: Object) -> int:
        """The number of the list's last page."""

    @abstractmethod
    def given(self, page: Page, answer: Object) -> Given:
        """The posts of a page of a thread; its notes are in the request's context: thread, title, url."""

    # --- the walk ---------------------------------------------------------------------------------------------

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The list of threads, or the one thread."""
        one = self.one_url()
        if one is not None:
            return (Request(url=one, headers=self.headers(), tag="one", conditional=True),)
        return (self._list_page(1),)

    def _list_page(self, number: int) -> Request:
        url, context = self.list_url(number), {"n": str(number)}
        return Request(url=url, headers=self.headers(), tag="list", context=context, conditional=number == 1)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Threads to follow out of a list, posts out of a thread."""
        answer = read_object(page, self.mend)
        return self._posts(page, answer) if page.request.tag == "posts" else self._list(page, answer, cursor)

    def whole(self, thread_id: str, url: str) -> Request:
        """A thread from its first page on."""
        return self._posts_page({"thread": thread_id, "title": "", "url": url, "from": "1"}, 1)

    def _list(self, page: Page, answer: Object, cursor: Cursor) -> Parsed:
        moved = [row for row in self.rows(page, answer) if cursor.get(f"t:{row.id}") != row.mark and not self._old(row)]
        follow = [self._open(row, page, cursor) for row in moved]
        number = int(page.request.context.get("n", "1"))
        more = page.request.tag == "list" and number < min(self.last_list_page(answer), self._most)
        if moved and more:
            follow.append(self._list_page(number + 1))
        return Parsed(follow=tuple(follow))

    @property
    def _most(self) -> int:
        return self.config.max_pages or MOST_PAGES

    def _old(self, row: Row) -> bool:
        since = self.config.since
        return since is not None and row.active is not None and row.active < since

    def _open(self, row: Row, page: Page, cursor: Cursor) -> Request:
        """From a page before the one that reading ended on, since pages shift; whole where that is long ago."""
        read = cursor.get(f"all:{row.id}")
        fresh = read is not None and page.fetched_at - datetime.fromisoformat(read) < REREAD
        number = max(1, int(cursor.get(f"at:{row.id}", "1")) - 1) if fresh else 1
        notes = {"thread": row.id, "title": row.title or "", "url": row.url or "", "mark": row.mark}
        return self._posts_page({**notes, "from": str(number)}, number)

    def _posts_page(self, context: dict[str, str], number: int) -> Request:
        thread, notes = context["thread"], {name: value for name, value in context.items() if name != "thread_id"}
        if number == 1:
            notes["thread_id"] = thread  # a first page that is gone means that the thread is
        url = self.posts_url(thread, number)
        return Request(url=url, headers=self.headers(), tag="posts", context={**notes, "n": str(number)})

    def _posts(self, page: Page, answer: Object) -> Parsed:
        given, context = self.given(page, answer), dict(page.request.context)
        thread, first, number = context["thread"], int(context["from"]), int(context["n"])
        part = ThreadPart(id=thread, first=number == 1, last=number >= given.last)
        if number < given.last and number - first + 1 < self._most:
            further = self._posts_page(context, number + 1)
            return Parsed(posts=given.posts, gone=given.gone, follow=(further,), thread=part)
        marks: dict[str, str | None] = {f"at:{thread}": str(min(number, max(1, given.last)))}
        if number >= given.last and "mark" in context:
            marks[f"t:{thread}"] = context["mark"]
        if first == 1:
            marks[f"all:{thread}"] = page.fetched_at.isoformat()
        return Parsed(posts=given.posts, gone=given.gone, marks=marks, thread=part)


def moment(seconds: int | None) -> datetime | None:
    """A moment from seconds since 1970; None where there are none, or more than there are years for."""
    try:
        return datetime.fromtimestamp(seconds, UTC) if seconds else None
    except (OverflowError, ValueError, OSError):
        return None
