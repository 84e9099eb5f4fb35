"""The pages of one pass: a tree that is walked depth first, whose marks are saved from the leaves up.

A listing says "thread 7 has 12 posts now" before those posts are read, so its marks may be saved only when the page
and everything it asked to follow are stored. A page is done when its own posts are stored and all its follow-ups are
done; then its marks are saved, and its parent is asked the same. A crash or a failure anywhere leaves the marks above
it as they were, and the next pass reads that part again.

A pass reads a limited number of pages. What is left over is put off: kept among the marks as requests, and that
counts as done for what is above. The next pass looks for what is new first and then goes on with those; the kind
then sees the marks of the first page as they were before, since for this part of the walk they do not hold yet.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol
from urllib.parse import urlsplit

from listener import failpoints
from listener.errors import Failure, FetchError, ListenerError, ParseError
from listener.intake import Haul, Intake, Tally
from listener.protocols import Ability, Page, Parsed, Request, Source
from listener.putoff import LATER, PutOff, base_of, key_of, mark_name, may_wait, put_off, written
from listener.storage import Storage, Traffic

log = logging.getLogger("listener.crawl")

LEASE = timedelta(minutes=5)
_RENEW = timedelta(minutes=1)
_PAGES = 200
_VALIDATORS = "http:"
_CHECKED = "checked:"
_CHECK_EVERY = timedelta(days=1)
_CHECKS = 5
_NEVER = "1970-01-01T00:00:00+00:00"
_END_IT = frozenset({Failure.AUTH, Failure.RATE_LIMITED})
_REFUSED = frozenset({Failure.BLOCKED, Failure.AUTH, Failure.BAD_CONTENT})
_HINTS = ("ttl_minutes", "skip_hours")
HINT = "hint:"
"""Marks under this name keep what a place said of when to come: an answer 304 does not say it again."""
_OURS = (_VALIDATORS, LATER, HINT)


class Fetch(Protocol):
    """listener.http.Http, as far as a pass needs it."""

    async def fetch(
        self, request: Request, *, allow_private: bool = False, validators: Mapping[str, str] | None = None
    ) -> Page: ...


class Stopping(Protocol):
    """An event that says: finish what is in hand and start nothing (threading.Event, asyncio.Event)."""

    def is_set(self) -> bool: ...


def _as_guest(http: Fetch, kind: str | None) -> Fetch:
    return http


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A source made ready. kind None: found out by detect from the page of its url, once, and kept as a mark;
    detect gives the kind and the URL to read it at. make: the Source of a kind and URL. accounts: names under which
    we write there. max_pages: pages read in one pass. enter: the client as a member of a place of this kind (None:
    not known yet), where we have an account to read with."""

    name: str
    url: str
    every: timedelta
    allow_private: bool
    kind: str | None
    detect: Callable[[Page], tuple[str, str]]
    make: Callable[[str, str], Source]
    max_pages: int | None = None
    accounts: frozenset[str] = frozenset()
    enter: Callable[[Fetch, str | None], Fetch] = _as_guest


@dataclass(frozen=True, slots=True, kw_only=True)
class PassReport:
    """What a pass came to. failure: the first thing that went wrong, with its class. unfinished: the page limit put
    something off. stopped: the house is closing. warning: what will go wrong with it, as the place says itself."""

    source: str
    tally: Tally = field(default_factory=Tally)
    traffic: Traffic = field(default_factory=Traffic)
    failure: tuple[Failure, str] | None = None
    retry_after: timedelta | None = None
    unfinished: bool = False
    stopped: bool = False
    warning: str | None = None


@dataclass(slots=True, eq=False)
class _Node:
    """A request in hand. waiting: itself and its follow-ups that are not done. spoiled: one of them failed. root:
    what the source itself asked for first. past: marks that do not hold yet for a request that was put off, as they
    were (None: not there)."""

    request: Request
    parent: "_Node | None"
    root: bool
    waiting: int = 1
    spoiled: bool = False
    marks: dict[str, str | None] = field(default_factory=dict)
    past: Mapping[str, str | None] = field(default_factory=dict)

    @property
    def top(self) -> "_Node":
        """The request of this pass that led here."""
        node = self
        while node.parent is not None:
            node = node.parent
        return node


class Traversal:
    """One pass over one source, from its first request to the last."""

    def __init__(
        self,
        *,
        storage: Storage,
        intake: Intake,
        clock: Callable[[], datetime],
        target: Target,
        http: Fetch,
        stopping: Stopping,
        cursor: dict[str, str],
    ) -> None:
        self.target = target
        self._storage = storage
        self._intake = intake
        self._clock = clock
        self._http = http
        self._stopping = stopping
        self._cursor = cursor
        self._source: Source | None = None
        self._queue: deque[_Node] = deque()
        self._seen: set[tuple[str, str]] = set()
        self._later: dict[tuple[str, str], str] = {}
        self._base: dict[str, str] = {}
        self._requests = self._not_modified = self._bytes = 0
        self._tally = Tally()
        self._failure: tuple[Failure, str] | None = None
        self._retry_after: timedelta | None = None
        self._renewed = clock()
        self._put_off = 0
        self._warning: str | None = None
        self._ended = self._stopped = self._resting = False

    def report(self) -> PassReport:
        """What it has come to so far. A pass that a bug broke off is a failed one."""
        broken_off = None if self._ended else (Failure.TRANSIENT, "the pass was broken off")
        return PassReport(
            source=self.target.name,
            tally=self._tally,
            traffic=Traffic(requests=self._requests, not_modified=self._not_modified, bytes=self._bytes),
            failure=self._failure or broken_off,
            retry_after=self._retry_after,
            unfinished=self._put_off > 0,
            stopped=self._stopped,
            warning=self._warning,
        )

    @property
    def hints(self) -> dict[str, str]:
        """What the place last said of when to come."""
        return {name: self._cursor[HINT + name] for name in _HINTS if HINT + name in self._cursor}

    async def run(self) -> None:
        """What is new first, then what earlier passes put off, until all is read, the page limit is reached, or the
        house is closing."""
        try:
            self._source = await self._make()
            first = self._source.requests(self._cursor)
        except ListenerError as error:
            self._fail(error)
        else:
            await self._walk(self._source, first)
        self._ended = True

    async def _walk(self, source: Source, first: Sequence[Request]) -> None:
        limit = self.target.max_pages or _PAGES
        self._base = base_of(first)
        old = put_off(self._cursor, source.kind, self._base)
        self._later = {key_of(request): name for name, request, _ in old}
        # a share of the pages is kept for what was put off, so that a busy place does not hold it up for ever
        reserved = min(len(old), max(1, limit // 4))
        for request in first:
            self._enqueue(request, None, root=True)
        await self._work_off(max(1, limit - reserved))
        if self._failure is None:
            self._call_up(old)
            await self._work_off(max(limit, self._requests + reserved))
        while self._queue and not self._stopped:
            node = self._queue.popleft()
            waits = may_wait(node.request, self._base)
            node.marks = self._later_marks(node)
            await self._close(node, well=waits)

        if not (self._queue or self._put_off or self._failure or self._resting or Ability.WEBHOOK in source.abilities):
            await self._check_up()

    async def _check_up(self) -> None:
        """Asks for threads of open tickets, each once a day: one that was deleted drops out of lists and feeds, and
        nobody should answer there. Only that it is gone counts. Places that send by themselves tell it themselves."""
        due = await asyncio.to_thread(self._unchecked)
        for key, (url, thread_id) in list(due.items())[:_CHECKS]:
            try:
                await self._fetch(Request(url=url), None)
            except FetchError as error:
                log.debug("%s: looking whether it is still there: %s", self.target.name, error)
                if error.failure is Failure.GONE:
                    await asyncio.to_thread(self._tombstone, key, thread_id)
                elif error.failure not in _REFUSED:
                    return
            await asyncio.to_thread(self._save, {_CHECKED + key: self._clock().isoformat()})

    def _unchecked(self) -> dict[str, tuple[str, str | None]]:
        """Where threads of open tickets stand that were not checked for a day; forgets those that need no more. Only
        on the source's own host: what a feed links to may be any place, a private one too."""
        before = self._clock() - _CHECK_EVERY
        with self._storage.read() as tx:
            standing = tx.posts.of_open_tickets(self.target.name, before)
        checked = {name: value for name, value in self._cursor.items() if name.startswith(_CHECKED)}
        if over := dict.fromkeys(name for name in checked if name.removeprefix(_CHECKED) not in standing):
            self._save(over)
        return {
            key: place
            for key, place in standing.items()
            if datetime.fromisoformat(checked.get(_CHECKED + key, _NEVER)) < before
            and urlsplit(place[0]).netloc == urlsplit(self.target.url).netloc
        }

    def _tombstone(self, thread_key: str, thread_id: str | None) -> None:
        log.info("%s: gone: %s", self.target.name, thread_key)
        with self._storage.begin() as tx:
            if thread_id:
                tx.posts.tombstone_thread(self.target.name, thread_id, self._clock())
            else:
                tx.posts.tombstone(self.target.name, [thread_key], self._clock())

    async def _work_off(self, limit: int) -> None:
        """Works the queue until it is empty or so many requests were made."""
        while self._queue and self._requests < limit and not (self._stopped or self._resting):
            if self._stopping.is_set():
                self._stopped = True
            else:
                await self._work(self._queue.popleft())

    def _call_up(self, old: PutOff) -> None:
        """Puts what was put off to the head of the queue, the oldest first; what is new waits behind it."""
        waiting = {key_of(node.request): node for node in self._queue}
        for _, request, past in reversed(old):
            if node := waiting.get(key_of(request)):
                self._queue.remove(node)
                self._queue.appendleft(node)
            else:
                self._enqueue(request, None, past=past, first=True)

    def _later_marks(self, node: _Node) -> dict[str, str | None]:
        """A mark that keeps the request for a later pass; nothing where it is kept already."""
        self._put_off += 1
        if key_of(node.request) in self._later or not may_wait(node.request, self._base):
            return {}
        assert self._source
        order = f"{self._clock().isoformat()} {self._put_off:06d}"
        return {
            mark_name(node.request): written(node.request, self._source.kind, order, self._past(node.top), self._base)
        }

    def _past(self, top: _Node) -> dict[str, str | None]:
        """What the cursor says now of the marks that a first page is about to set."""
        set_there = [name for name, value in top.marks.items() if value is not None] if top.root else []
        return {**top.past, **{name: self._cursor.get(name) for name in set_there if not name.startswith(_OURS)}}

    async def _make(self) -> Source:
        target, guest = self.target, self._http
        kind, _, url = self._cursor.get(found_kind(target.url), "").partition(" ")
        if target.kind is not None:
            kind, url = target.kind, target.url
        elif not kind:
            self._http = target.enter(guest, None)
            kind, url = target.detect(await self._fetch(Request(url=target.url), None))
            log.info("%s: read as %s at %s", target.name, kind, url)
            await asyncio.to_thread(self._save, {found_kind(target.url): f"{kind} {url}"})
        self._http = target.enter(guest, kind)
        return target.make(kind, url)

    def _enqueue(
        self,
        request: Request,
        parent: _Node | None,
        *,
        root: bool = False,
        first: bool = False,
        past: Mapping[str, str | None] = MappingProxyType({}),
    ) -> None:
        key = key_of(request)
        if key in self._seen and request.method == "GET":
            return
        self._seen.add(key)
        if parent:
            parent.waiting += 1
        node = _Node(request=request, parent=parent, root=root, past=past)
        if name := self._later.get(key):
            node.marks[name] = None
        # depth first: a thread is finished before the next begins, so that its marks are saved soon
        if parent or first:
            self._queue.appendleft(node)
        else:
            self._queue.append(node)

    async def _work(self, node: _Node) -> None:
        """One request, to the end. What can go wrong with it spoils it and is told; the others go on."""
        try:
            page = await self._fetch(node.request, self._validators(node.request))
            failpoints.hit("crawl.fetched")
            if page.status == 304:
                self._not_modified += 1
                await self._close(node, well=True)
                return
            await self._take(node, page, await asyncio.to_thread(self._parse, page, node.top.past))
        except (FetchError, ParseError) as error:
            if node.request.api and isinstance(error, FetchError) and error.failure in _END_IT:
                self._resting = True  # an interface that says so means all of it, not this one page
            if not await self._gone(node, error):
                self._fail(error)
                await self._close(node, well=False)

    def _parse(self, page: Page, past: Mapping[str, str | None]) -> Parsed:
        """What the kind makes of a page. A kind that trips over one page must not lose the others."""
        assert self._source
        cursor = {n: v for n, v in {**self._cursor, **past}.items() if v is not None} if past else self._cursor
        try:
            return self._source.parse(page, cursor)
        except ListenerError:
            raise
        except Exception as error:
            log.exception("%s: kind %s broke on %s", self.target.name, self._source.kind, page.url)
            raise ParseError(
                f"kind {self._source.kind} broke on this page ({type(error).__name__})",
                where=page.url,
                mend="the log has the details; please report it",
            ) from error

    async def _fetch(self, request: Request, validators: Mapping[str, str] | None) -> Page:
        await asyncio.to_thread(self._renew)
        self._requests += 1
        page = await self._http.fetch(request, allow_private=self.target.allow_private, validators=validators)
        self._bytes += len(page.body)
        return page

    async def _take(self, node: _Node, page: Page, parsed: Parsed) -> None:
        for note in parsed.notes:
            log.warning("%s: %s", self.target.name, note)
        node.marks.update(parsed.marks)
        if node.root:
            node.marks.update(self._hint_marks(parsed.hints))
        if node.request.conditional and (validators := _validators_of(page)):
            node.marks[_VALIDATORS + node.request.url] = validators
        for request in reversed(parsed.follow):
            self._enqueue(request, node)
        haul = Haul(
            source=self.target.name, posts=parsed.posts, gone=parsed.gone, accounts=self.target.accounts,
            marks=node.marks if node.waiting == 1 else {},
        )  # fmt: skip
        self._tally += await asyncio.to_thread(self._intake.take, haul, self._clock())
        if node.waiting == 1:
            self._learn(node.marks)
            node.marks = {}
        self._heed(parsed.hints)
        if thread := parsed.hints.get("thread_gone"):
            await asyncio.to_thread(self._tombstone_thread, thread)
        await self._close(node, well=True)

    def _heed(self, hints: Mapping[str, str]) -> None:
        """rest_seconds: the place wants no more for so long, so the pass ends here and the rest is put off. warning:
        something that a person should mend before it breaks."""
        self._warning = hints.get("warning") or self._warning
        seconds = hints.get("rest_seconds", "")
        if seconds.isascii() and seconds.isdigit():
            self._resting = True
            self._retry_after = max(self._retry_after or timedelta(), timedelta(seconds=int(seconds[:7])))

    def _hint_marks(self, hints: Mapping[str, str]) -> dict[str, str | None]:
        said = {HINT + name: hints.get(name) for name in _HINTS}
        return {name: value for name, value in said.items() if value != self._cursor.get(name)}

    async def _close(self, node: _Node, *, well: bool) -> None:
        """The node's own work ended. Where nothing below it is open its marks are saved, and so upwards; what did
        not end well saves nothing, and nothing above it does."""
        above: _Node | None = node
        while above is not None:
            above.spoiled = above.spoiled or not well
            above.waiting -= 1
            if above.waiting:
                return
            if above.marks and not above.spoiled:
                await asyncio.to_thread(self._save, above.marks)
            well = not above.spoiled
            above = above.parent

    def _save(self, marks: Mapping[str, str | None]) -> None:
        with self._storage.begin() as tx:
            tx.sources.mark(self.target.name, marks)
        self._learn(marks)

    def _learn(self, marks: Mapping[str, str | None]) -> None:
        for name, value in marks.items():
            if value is None:
                self._cursor.pop(name, None)
            else:
                self._cursor[name] = value

    def _renew(self) -> None:
        now = self._clock()
        if now - self._renewed < _RENEW:
            return
        with self._storage.begin() as tx:
            tx.sources.extend(self.target.name, now + LEASE)
        self._renewed = now

    def _validators(self, request: Request) -> dict[str, str] | None:
        kept = self._cursor.get(_VALIDATORS + request.url) if request.conditional else None
        if not kept:
            return None
        return dict(line.split(": ", 1) for line in kept.splitlines() if ": " in line)

    async def _gone(self, node: _Node, error: ListenerError) -> bool:
        """A thread or post that the place answers 404 or 410 for is no failure of the source: it is remembered as
        deleted. The first pages of a source are another matter."""
        is_gone = isinstance(error, FetchError) and error.failure is Failure.GONE
        if not is_gone or node.root:
            return False
        thread = node.request.context.get("thread_id")
        log.info("%s: gone: %s", self.target.name, node.request.url)
        if thread:
            await asyncio.to_thread(self._tombstone_thread, thread)
        await self._close(node, well=True)
        return True

    def _tombstone_thread(self, thread_id: str) -> None:
        with self._storage.begin() as tx:
            tx.posts.tombstone_thread(self.target.name, thread_id, self._clock())

    def _fail(self, error: ListenerError) -> None:
        if isinstance(error, FetchError):
            failure = error.failure
            if error.retry_after is not None:
                self._retry_after = max(self._retry_after or timedelta(), timedelta(seconds=error.retry_after))
        else:
            failure = Failure.LAYOUT if isinstance(error, ParseError) else Failure.BAD_CONTENT
        log.warning("%s: %s", self.target.name, error)
        self._failure = self._failure or (failure, str(error))


def found_kind(url: str) -> str:
    """Name of the mark that keeps what kind of place an URL was found to be: "kind url"."""
    return f"kind:{url}"


def _validators_of(page: Page) -> str:
    """ETag and Last-Modified, raw, one a line."""
    names = ("etag", "last-modified")
    return "\n".join(f"{name}: {page.headers[name]}" for name in names if page.headers.get(name))
