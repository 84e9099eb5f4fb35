"""Facebook Pages through the Graph API: what people write on a page, under its posts, and about it.

A page of one's own is told of by webhook (sources.facebook_hook); this poll is the safety net under it. One call reads
the newest posts with their newest comments; it goes further back only where something new may be, and once an hour
over all posts of the last two weeks. Of a foreign page (own = false) only what Page Public Content Access shows is
read: no ids, so nothing can be answered there, and a post is known by its words.

Marks: "newest" time of the newest post read; "deep" when the last two weeks were walked; "c:ID" time of the newest
comment read under a post; "sides" when the page's other lists were read; "token" what is known of the token.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import ClassVar

from listener.errors import Failure, FetchError
from listener.graph import SLOW, STOP, Access, Meaning, Refusal, refusal, usage
from listener.links import clean_url
from listener.model import utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig, Stood
from sources.facebook_posts import Found, Reader, Thread, stood_of, thread_of, time_at
from sources.facebook_token import TOKEN_EVERY, asked, known_of, warning_of
from sources.payload import Object, inner, objects, read_object

COMMENT_FIELDS = "id,message,created_time,from,parent{id},permalink_url,is_hidden,like_count,comment_count"
POST_FIELDS = (
    "id,message,created_time,updated_time,from,permalink_url,is_hidden,shares,reactions.limit(0).summary(total_count)"
)
FOREIGN_POST_FIELDS = "id,message,created_time,updated_time,permalink_url"
FOREIGN_COMMENT_FIELDS = "message,created_time,permalink_url"
POSTS_A_PAGE, COMMENTS_A_PAGE = 25, 25
OVERLAP = timedelta(hours=1)
REREAD = timedelta(days=14)
"""Posts this young are looked at again for new comments, whatever their place in the list."""
BACKFILL = timedelta(days=30)
DEEP_EVERY = timedelta(hours=1)
SIDES_EVERY = timedelta(hours=6)
FORGOTTEN = timedelta(days=60)
SLOW_PAUSE = 20.0
FULL_REST = 3600
SLOW_MINUTES = "60"
MOST_EMPTY = 5
"""Pages without a single post in a row; further ones are there to be read another day."""
_MEND = "check options.api; it is for a stand-in only"
_FAILURES = {
    Meaning.AUTH: Failure.AUTH,
    Meaning.PERMISSION: Failure.AUTH,
    Meaning.BLOCKED: Failure.BLOCKED,
    Meaning.WAIT: Failure.RATE_LIMITED,
    Meaning.DEAD: Failure.GONE,
    Meaning.GONE: Failure.GONE,
    Meaning.TRANSIENT: Failure.TRANSIENT,
}


class Facebook:
    """Source kind `facebook`: one page, by options.page_id and options.access_token."""

    kind: ClassVar[str] = "facebook"
    abilities: ClassVar[frozenset[Ability]] = frozenset(
        {
            Ability.REPLY,
            Ability.VERIFY,
            Ability.WEBHOOK,
            Ability.EDIT,
            Ability.BACKFILL,
            Ability.PRIVATE,
            Ability.HIDE,
        }
    )
    example: ClassVar[str] = "https://www.facebook.com/okna.wintermann"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._access = Access.of(config)

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The newest posts with their newest comments, in one call."""
        own = self._access.own
        comments = f"comments.filter(stream).order(reverse_chronological).limit({COMMENTS_A_PAGE})"
        fields = f"{POST_FIELDS if own else FOREIGN_POST_FIELDS},{comments}{{{self._comment_fields}}}"
        return (self._access.get(f"{self._access.page}/feed", {"fields": fields, "limit": str(POSTS_A_PAGE)}, "feed"),)

    @property
    def _comment_fields(self) -> str:
        return COMMENT_FIELDS if self._access.own else FOREIGN_COMMENT_FIELDS

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Posts and comments, what to read further, and what the answer says of the budget."""
        wrong = refusal(page.status, page.headers, page.body, self._access)
        tag = page.request.tag
        if wrong is not None:
            return self._refused(page, wrong)
        answer = read_object(page, _MEND)
        if tag == "token":
            return Parsed(marks={"token": known_of(answer, page.fetched_at)})
        if tag == "comments":
            return self._paced(page, self._comments(page, answer, cursor))
        return self._paced(page, self._feed(page, answer, cursor))

    # --- errors and budget ------------------------------------------------------------------------------------

    def _refused(self, page: Page, wrong: Refusal) -> Parsed:
        """What is only of use beside the rest is left out where it may not be seen; anything else ends the pass."""
        tag = page.request.tag
        if tag in ("side", "token") and wrong.meaning not in (Meaning.WAIT, Meaning.TRANSIENT):
            marks = {"token": asked(page.fetched_at)} if tag == "token" else {}
            return Parsed(marks=marks, notes=(f"left out: {wrong.text}; {wrong.mend}",))
        raise FetchError(
            wrong.text,
            failure=_FAILURES.get(wrong.meaning, Failure.BAD_CONTENT),
            where=clean_url(page.url.partition("?")[0]),
            mend=wrong.mend,
            retry_after=wrong.wait,
            status=page.status,
        )

    def _paced(self, page: Page, parsed: Parsed) -> Parsed:
        """From three quarters of the budget on slower, near its end not at all."""
        used = usage(page.headers)
        hints = dict(parsed.hints)
        if used.percent >= STOP or used.regain:
            hints["rest_seconds"] = str(int(used.regain or FULL_REST))
        if used.percent < SLOW:
            return replace(parsed, hints=hints)
        hints["ttl_minutes"] = SLOW_MINUTES
        return replace(parsed, hints=hints, follow=tuple(replace(one, pause=SLOW_PAUSE) for one in parsed.follow))

    # --- posts ------------------------------------------------------------------------------------------------

    def _feed(self, page: Page, answer: Object, cursor: Cursor) -> Parsed:
        """A page of posts. The first one of a pass also says what else to read, and how far back."""
        rows, now, first = list(objects(answer.get("data"))), page.fetched_at, page.request.tag == "feed"
        found = [self._post(page, row, cursor) for row in rows]
        deep = first and is_due(cursor.get("deep"), now, DEEP_EVERY)
        floor = time_at({"at": page.request.context.get("floor")}, "at") or self._floor(cursor, now, deep=deep)
        follow = [request for one in found for request in one.follow]
        follow += self._older(page, answer, rows, floor)
        marks: dict[str, str | None] = {name: value for one in found for name, value in one.marks.items()}
        hints: dict[str, str] = {}
        notes: list[str] = []
        if first:
            marks |= self._first_marks(rows, cursor, now, deep=deep)
            follow += self._beside(cursor, now)
            hints = warning_of(cursor.get("token"), now)
            notes += self._of_version(page) if deep else []
        return Parsed(
            posts=tuple(post for one in found for post in one.posts),
            gone=tuple(native_id for one in found for native_id in one.gone),
            hidden={native_id: is_so for one in found for native_id, is_so in one.hidden.items()},
            stood=self._bare(rows) | {thread: shown for one in found for thread, shown in one.stood.items()},
            follow=tuple(follow), marks=marks, hints=hints, notes=tuple(notes),
        )  # fmt: skip

    def _floor(self, cursor: Cursor, now: datetime, *, deep: bool) -> datetime:
        """How far back the list is walked: to what was read before, an hour over; two weeks where it is time."""
        newest = time_at({"at": cursor.get("newest")}, "at")
        floor = self._config.since or now - BACKFILL if newest is None else newest - OVERLAP
        if newest is not None and deep:
            floor = min(floor, now - REREAD)
        return max(floor, self._config.since) if self._config.since else floor

    def _older(self, page: Page, answer: Object, rows: Sequence[Object], floor: datetime) -> Iterator[Request]:
        """The next page of posts. A page without any post is not the end: only a missing address is."""
        following = inner(answer, "paging").get("next")
        if not isinstance(following, str) or page.request.tag == "side":
            return
        times = [at for row in rows if (at := time_at(row, "created_time"))]
        empty = 0 if rows else int(page.request.context.get("empty", "0")) + 1
        if (times and min(times) < floor) or empty > MOST_EMPTY:
            return
        context = {"floor": floor.isoformat(), "empty": str(empty)}
        request = self._access.further(following, "older", context)
        if request is not None:
            yield request

    def _first_marks(
        self, rows: Sequence[Object], cursor: Cursor, now: datetime, *, deep: bool
    ) -> dict[str, str | None]:
        marks: dict[str, str | None] = {}
        times = [at for row in rows if (at := time_at(row, "created_time"))]
        if times:
            marks["newest"] = max(times).isoformat()
        if deep:
            marks["deep"] = now.isoformat()
            old = (now - FORGOTTEN).isoformat()
            marks |= {name: None for name, value in cursor.items() if name.startswith("c:") and value < old}
        if self._access.own and is_due(cursor.get("sides"), now, SIDES_EVERY):
            marks["sides"] = now.isoformat()
        return marks

    def _beside(self, cursor: Cursor, now: datetime) -> Iterator[Request]:
        """What the list of posts may lack, now and then; and once a day, what is known of the token."""
        if not self._access.own:
            return
        if is_due(cursor.get("sides"), now, SIDES_EVERY):
            for edge in ("visitor_posts", "tagged"):
                asked_for = {"fields": POST_FIELDS, "limit": str(POSTS_A_PAGE)}
                yield self._access.get(f"{self._access.page}/{edge}", asked_for, "side")
        if is_due((cursor.get("token") or "").partition("|")[0], now, TOKEN_EVERY):
            yield self._access.about_token()

    def _of_version(self, page: Page) -> list[str]:
        answered = page.headers.get("facebook-api-version", "")
        if not answered or answered == self._access.version:
            return []
        return [
            f"version {answered} answers, {self._access.version} is configured: set options.version to one that lives"
        ]

    # --- comments ---------------------------------------------------------------------------------------------

    def _post(self, page: Page, row: Object, cursor: Cursor) -> Found:
        """A post with the comments that came with it, and how to get at those that did not."""
        thread = thread_of(row)
        found = self._reader(page, cursor).read([row], None)
        nested = inner(row, "comments")
        comments = list(objects(nested.get("data")))
        found += self._reader(page, cursor).read(comments, thread)
        if "comments" in row and self._access.own:
            whole = not isinstance(inner(nested, "paging").get("next"), str)
            found += Found(stood=stood_of(thread, comments, whole=whole))
        return found + self._deeper(nested, comments, thread, cursor)

    def _bare(self, rows: Sequence[Object]) -> dict[str, Stood]:
        """Posts that came without comments have none, where others in the same answer came with theirs."""
        if not self._access.own or not any("comments" in row for row in rows):
            return {}
        bare = (thread_of(row) for row in rows if "comments" not in row)
        return {thread.id: stood for thread in bare for stood in stood_of(thread, (), whole=True).values()}

    def _reader(self, page: Page, cursor: Cursor) -> Reader:
        return Reader(config=self._config, access=self._access, cursor=cursor, now=utc(page.fetched_at))

    def _deeper(self, nested: Object, comments: Sequence[Object], thread: Thread, cursor: Cursor) -> Found:
        times = [at for one in comments if (at := time_at(one, "created_time"))]
        if not times:
            return Found()
        mark, newest = f"c:{thread.id}", max(times).isoformat()
        read = time_at({"at": cursor.get(mark)}, "at")
        stop = read - OVERLAP if read else None
        following = inner(nested, "paging").get("next")
        if isinstance(following, str) and (stop is None or min(times) >= stop):
            context = {"thread_id": thread.id, "title": thread.title or "", "url": thread.url or "", "newest": newest}
            context |= {"stop": stop.isoformat()} if stop else {}
            request = self._access.further(following, "comments", context)
            if request is not None:
                return Found(follow=(request,))
        return Found(marks={mark: newest} if cursor.get(mark) != newest else {})

    def _comments(self, page: Page, answer: Object, cursor: Cursor) -> Parsed:
        """Older comments of a post, newest first, until a whole page was known before."""
        context, comments = page.request.context, list(objects(answer.get("data")))
        thread = Thread(id=context["thread_id"], title=context.get("title") or None, url=context.get("url") or None)
        found = self._reader(page, cursor).read(comments, thread)
        # the mark belongs to the first of these pages: it holds when all of them are stored
        newest = context.get("newest")
        marks: dict[str, str | None] = {f"c:{thread.id}": newest} if newest else {}
        times = [at for one in comments if (at := time_at(one, "created_time"))]
        stop = time_at({"at": context.get("stop")}, "at")
        following = inner(answer, "paging").get("next")
        follow: list[Request] = []
        if isinstance(following, str) and not (times and stop and min(times) < stop):
            further = {name: value for name, value in context.items() if name != "newest"}
            request = self._access.further(following, "comments", further)
            follow += [request] if request is not None else []
        return Parsed(posts=found.posts, gone=found.gone, hidden=found.hidden, marks=marks, follow=tuple(follow))


def is_due(last: str | None, now: datetime, every: timedelta) -> bool:
    """Whether so much time has passed since a mark, or there is none."""
    at = time_at({"at": last}, "at")
    return at is None or now - at >= every
