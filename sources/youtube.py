"""Comments on YouTube through the Data API v3: one video, or all of a channel's (options: key, an API key; query).

Threads come newest first; those known are read again as far as the first page shows them, for edits, answers and
removals. What the day may cost is kept: mark "spent" is "DAY UNITS" in the place's own days, which end at midnight in
California; options.units (10,000 unless given) is what this source may spend of a day. Marks: "newest" the time of the
newest thread; "t:ID" a thread's number of answers and its time; "channel" the id behind a channel's @name.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import parse_qs, quote, unquote, urlencode, urlsplit
from zoneinfo import ZoneInfo

from listener.dates import parse_date
from listener.errors import ConfigError, Failure, FetchError, ParseError
from listener.markup import absolute
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.payload import Object, count_at, html_body, inner, number_at, objects, reach, read_object, text_at
from sources.refusal import refusal, where

API = "https://www.googleapis.com/youtube/v3"
SITE = "https://www.youtube.com"
UNITS = 10_000
PACIFIC = ZoneInfo("America/Los_Angeles")
_VIDEO = re.compile(r"^/(?:shorts|live|embed)/(?P<id>[\w-]{6,20})")
_CHANNEL = re.compile(r"^/channel/(?P<id>UC[\w-]{10,40})")
_HANDLE = re.compile(r"^/(?P<name>@[^/]{1,100})")
_ID = re.compile(r"[\w.-]{1,200}")
_MEND = "check options.key (an API key of a Google Cloud project with YouTube Data API v3 enabled)"
PER_PAGE = 100
FIRST_WALK = 3
MOST_PAGES = 50
OVERLAP = timedelta(hours=1)
REMEMBERED = timedelta(days=30)
MOST_LOOKS = 50


class YouTube:
    """Source kind `youtube`."""

    kind: ClassVar[str] = "youtube"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.REPLY, Ability.VERIFY, Ability.EDIT, Ability.BACKFILL})
    example: ClassVar[str] = "https://www.youtube.com/watch?v=abcdefghijk"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._api = str(config.options.get("api", API)).rstrip("/")  # another address, for a stand-in
        units = config.options.get("units", UNITS)
        if not isinstance(units, int) or units < 1:
            raise ConfigError("options.units must be a whole number", where=config.name, mend="such as 10000")
        self._units = units
        parts = urlsplit(config.url)
        short = parts.path.strip("/") if (parts.hostname or "").endswith("youtu.be") else ""
        video, channel, handle = _VIDEO.match(parts.path), _CHANNEL.match(parts.path), _HANDLE.match(parts.path)
        asked = parse_qs(parts.query).get("v", [""])[0]
        self._video = short or asked or (video["id"] if video else "")
        self._channel = channel["id"] if channel else ""
        self._handle = unquote(handle["name"]) if handle else ""

    # --- what to ask for --------------------------------------------------------------------------------------

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The newest threads; a channel's id first, where only its name is known."""
        if not self._config.options.get("key"):
            raise ConfigError("YouTube is read with options.key", where=self._config.name, mend=_MEND)
        if not (self._video or self._channel or self._handle):
            raise ConfigError(
                "no address of a video or channel", where=self._config.name, mend=f"such as {self.example}"
            )
        if not (self._video or self._channel or cursor.get("channel")):
            return (self._get("channels", {"part": "id", "forHandle": self._handle}, "channel"),)
        return (self._threads(self._channel or cursor.get("channel", "")),)

    def _get(self, path: str, asked: dict[str, str], tag: str, **context: str) -> Request:
        headers = {"X-Goog-Api-Key": str(self._config.options.get("key")), "Accept": "application/json"}
        url = f"{self._api}/{path}?{urlencode(asked)}"
        return Request(url=url, headers=headers, tag=tag, context=context, api=True)

    def _threads(self, channel: str, token: str = "", step: int = 1, owed: int = 0) -> Request:
        place = {"videoId": self._video} if self._video else {"allThreadsRelatedToChannelId": channel}
        asked = {"part": "snippet,replies", **place, "maxResults": str(PER_PAGE), "order": "time"}
        asked |= {"textFormat": "plainText"} | ({"pageToken": token} if token else {})
        if query := self._config.options.get("query"):
            asked["searchTerms"] = str(query)
        return self._get("commentThreads", asked, "threads", n=str(step), channel=channel, owed=str(owed))

    def _answers(self, thread: str, video: str, token: str, mark: str) -> Request:
        asked = {"part": "snippet", "parentId": thread, "maxResults": str(PER_PAGE), "textFormat": "plainText"}
        asked |= {"pageToken": token} if token else {}
        return self._get("comments", asked, "answers", thread=thread, video=video, mark=mark, owed="0")

    # --- what came back ---------------------------------------------------------------------------------------

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Comments, what is left to ask for, and what it cost."""
        if page.status >= 400:
            raise _refused(page)
        answer = read_object(page, _MEND)
        context, tag = page.request.context, page.request.tag
        day, spent = self._spent(page, cursor)
        owed = int(context.get("owed", "0")) + 1
        left = self._units - spent - owed
        if tag == "channel":
            parsed = self._found_channel(page, answer)
        elif tag == "answers":
            parsed = self._of_thread(page, answer)
        elif tag == "look":
            parsed = self._looked(page, answer)
        else:
            parsed = self._newest(page, answer, cursor)
        return _paid(parsed, day, spent, owed, left)

    def _spent(self, page: Page, cursor: Cursor) -> tuple[str, int]:
        day = page.fetched_at.astimezone(PACIFIC).date().isoformat()
        kept, _, units = cursor.get("spent", "").partition(" ")
        return day, int(units) if kept == day else 0

    def _found_channel(self, page: Page, answer: Object) -> Parsed:
        found = next((text_at(one, "id") for one in objects(answer.get("items"))), None)
        if found is None or not _ID.fullmatch(found):
            raise ParseError(f"there is no channel {self._handle}", where=where(page), mend="check the address")
        return Parsed(follow=(self._threads(found),), marks={"channel": found})

    def _newest(self, page: Page, answer: Object, cursor: Cursor) -> Parsed:
        step, channel = int(page.request.context.get("n", "1")), page.request.context.get("channel", "")
        threads = [one for one in objects(answer.get("items")) if _ID.fullmatch(text_at(one, "id") or "")]
        posts: list[Post] = []
        follow: list[Request] = []
        marks: dict[str, str | None] = {}
        for one in threads:
            found = list(self._of_one(page, one))
            posts += found
            follow += self._more(one, len(found), cursor, marks)
        times = [at for one in threads if (at := _time(one, page))]
        if step == 1:
            follow += self._missing(threads, cursor)
            marks |= _forgotten(cursor, page.fetched_at) | ({"newest": max(times).isoformat()} if times else {})
        token = text_at(answer, "nextPageToken")
        if token and times and self._walks_on(min(times), step, cursor):
            follow.append(self._threads(channel, token, step + 1))
        return Parsed(posts=tuple(posts), follow=tuple(follow), marks=marks)

    def _walks_on(self, oldest: datetime, step: int, cursor: Cursor) -> bool:
        known, since, limit = cursor.get("newest"), self._config.since, self._config.max_pages
        if step >= (limit or MOST_PAGES):
            return False
        if known:
            return oldest > datetime.fromisoformat(known) - OVERLAP
        return oldest >= since if since else step < (limit or FIRST_WALK)

    def _more(self, thread: Object, shown: int, cursor: Cursor, marks: dict[str, str | None]) -> Iterator[Request]:
        """The answers of a thread, where it has other ones than were read and not all are at hand."""
        number, video = str(text_at(thread, "id")), text_at(inner(thread, "snippet"), "videoId") or ""
        count = number_at(inner(thread, "snippet"), "totalReplyCount") or 0
        before = cursor.get(f"t:{number}", "")
        if before.partition("|")[0] == str(count):
            return
        raw = text_at(inner(thread, "snippet", "topLevelComment", "snippet"), "publishedAt") or ""
        if count > shown - 1:
            yield self._answers(number, video, "", f"{count}|{raw}")
        else:
            marks[f"t:{number}"] = f"{count}|{raw}"

    def _missing(self, threads: Sequence[Object], cursor: Cursor) -> Iterator[Request]:
        """Threads that should stand among those shown and do not are asked for by name: they may be gone."""
        raws = [raw for one in threads if (raw := text_at(_top(one), "publishedAt"))]
        here = {text_at(one, "id") for one in threads}
        lost = [
            name.removeprefix("t:")
            for name, value in cursor.items()
            if name.startswith("t:") and raws and value.partition("|")[2] > min(raws) and name[2:] not in here
        ]
        if lost and not self._config.options.get("query"):
            asked = {"part": "id", "id": ",".join(lost[:MOST_LOOKS])}
            yield self._get("comments", asked, "look", ids=asked["id"], owed="0")

    def _looked(self, page: Page, answer: Object) -> Parsed:
        if not isinstance(answer.get("items"), list):
            raise ParseError("the answer holds no comments", where=where(page), mend=_MEND)
        there = {text_at(one, "id") for one in objects(answer.get("items"))}
        gone = tuple(one for one in page.request.context.get("ids", "").split(",") if one and one not in there)
        return Parsed(gone=gone, marks={f"t:{one}": None for one in gone})

    def _of_one(self, page: Page, thread: Object) -> Iterator[Post]:
        """The comment that began a thread, and those answers that came with it."""
        number, video = str(text_at(thread, "id")), text_at(inner(thread, "snippet"), "videoId") or ""
        for one in (inner(thread, "snippet", "topLevelComment"), *objects(inner(thread, "replies").get("comments"))):
            post = self._post(page, one, number, video)
            if post is not None:
                yield post

    def _of_thread(self, page: Page, answer: Object) -> Parsed:
        thread, video, mark = (page.request.context.get(name, "") for name in ("thread", "video", "mark"))
        found = (self._post(page, one, thread, video) for one in objects(answer.get("items")))
        token = text_at(answer, "nextPageToken")
        follow = (self._answers(thread, video, token, mark),) if token else ()
        return Parsed(posts=tuple(post for post in found if post), follow=follow, marks={f"t:{thread}": mark})

    def _post(self, page: Page, one: Object, thread: str, video: str) -> Post | None:
        number, said = text_at(one, "id"), inner(one, "snippet")
        text = text_at(said, "textOriginal") or html_body(text_at(said, "textDisplay")).text
        if number is None or not _ID.fullmatch(number) or not text:
            return None
        video = text_at(said, "videoId") or video
        address, raw = f"{SITE}/watch?v={quote(video)}", text_at(said, "publishedAt")
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=number,
            url=f"{address}&lc={quote(number)}",
            text=text,
            seen_at=utc(page.fetched_at),
            thread_id=thread,
            thread_url=f"{address}&lc={quote(thread)}",
            parent_id=text_at(said, "parentId") or (thread if number != thread else None),
            author=text_at(said, "authorDisplayName"),
            author_id=text_at(inner(said, "authorChannelId"), "value"),
            author_url=absolute(SITE, text_at(said, "authorChannelUrl")),
            published_at=parse_date(raw, now=page.fetched_at, zone="UTC"),
            published_raw=raw,
            reach=reach(likes=count_at(said, "likeCount"), replies=count_at(said, "totalReplyCount")),
        )


def _top(thread: Object) -> Object:
    return inner(thread, "snippet", "topLevelComment", "snippet")


def _time(thread: Object, page: Page) -> datetime | None:
    return parse_date(text_at(_top(thread), "publishedAt"), now=page.fetched_at, zone="UTC")


def _forgotten(cursor: Cursor, now: datetime) -> dict[str, str | None]:
    """Marks of threads that are too old to be shown among the newest."""
    floor = (now - REMEMBERED).isoformat()
    return {name: None for name, value in cursor.items() if name.startswith("t:") and value.partition("|")[2] < floor}


def _paid(parsed: Parsed, day: str, spent: int, owed: int, left: int) -> Parsed:
    """What a page cost is written by it where nothing follows, else handed to the first of those that do: their marks
    are saved before those of the page that asked for them."""
    if parsed.follow and left <= 0:
        note = "today's units are used up: the rest is read after midnight in California (options.units)"
        kept = {name: value for name, value in parsed.marks.items() if value is None}
        return Parsed(
            posts=parsed.posts, gone=parsed.gone, notes=(note,), marks=kept | {"spent": f"{day} {spent + owed}"}
        )
    if not parsed.follow:
        marks = {**parsed.marks, "spent": f"{day} {spent + owed}"}
        return Parsed(posts=parsed.posts, gone=parsed.gone, marks=marks)
    first, *rest = parsed.follow[:left]
    charged = Request(
        url=first.url, headers=first.headers, tag=first.tag, api=True, context={**first.context, "owed": str(owed)}
    )
    return Parsed(posts=parsed.posts, gone=parsed.gone, marks=parsed.marks, follow=(charged, *rest))


_SPENT = ("quotaExceeded", "dailyLimitExceeded")
_FAILURES = {
    "rateLimitExceeded": Failure.RATE_LIMITED,
    "userRateLimitExceeded": Failure.RATE_LIMITED,
    "keyInvalid": Failure.AUTH,
    "API_KEY_INVALID": Failure.AUTH,
    "accessNotConfigured": Failure.AUTH,
    "authError": Failure.AUTH,
    "commentsDisabled": Failure.BLOCKED,
    "forbidden": Failure.BLOCKED,
}


def until_midnight(now: datetime) -> float:
    """Seconds until the place's next day begins."""
    local = now.astimezone(PACIFIC)
    tomorrow = datetime.combine(local.date() + timedelta(days=1), datetime.min.time(), PACIFIC)
    return (tomorrow.astimezone(now.tzinfo) - now).total_seconds()


def _refused(page: Page) -> FetchError:
    try:
        error = inner(read_object(page, ""), "error")
    except ParseError:
        error = {}
    reasons = [str(text_at(one, "reason")) for one in (*objects(error.get("errors")), *objects(error.get("details")))]
    said = html_body(text_at(error, "message")).text
    text = ": ".join(part for part in (next(iter(reasons), ""), said) if part)
    if any(reason in _SPENT for reason in reasons):
        mend = "raise `every`, or share the day with options.units"
        return FetchError(
            f"{text} (HTTP {page.status})", failure=Failure.RATE_LIMITED, where=where(page), mend=mend,
            retry_after=until_midnight(page.fetched_at), status=page.status,
        )  # fmt: skip
    failure = next((_FAILURES[reason] for reason in reasons if reason in _FAILURES), None)
    return refusal(page, text, _MEND, failure)
