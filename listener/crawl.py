"""One pass over one source: claim it, fetch what it asks for, take in each page, save the marks that hold, give it
back with its next due time.

Marks are the reason for the tree below: a listing says "thread 7 has 12 posts now" before those posts are read, so
its marks may be saved only when the page and everything it asked to follow are stored. A page is done when its own
posts are stored and all its follow-ups are done; then its marks are saved, and its parent is asked the same. A
crash or a failure anywhere leaves the marks above it as they were, and the next pass reads that part again.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

from listener import failpoints
from listener.errors import Failure, FetchError, ListenerError, ParseError
from listener.intake import Haul, Intake, Tally
from listener.protocols import Page, Parsed, Request, Source
from listener.schedule import Outcome, next_due
from listener.storage import Storage, Traffic

log = logging.getLogger("listener.crawl")

LEASE = timedelta(minutes=5)
_VALIDATORS = "http:"
_DEFAULT_PAGES = 200


class Fetch(Protocol):
    """listener.http.Http, as far as a pass needs it."""

    async def fetch(
        self, request: Request, *, allow_private: bool = False, validators: Mapping[str, str] | None = None
    ) -> Page: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A source made ready. kind None: found out by detect from the page of its url, once, and kept as a mark;
    detect gives the kind and the URL to read it at. make: the Source of a kind and URL. accounts: names under which
    we write there."""

    name: str
    url: str
    every: timedelta
    allow_private: bool
    kind: str | None
    detect: Callable[[Page], tuple[str, str]]
    make: Callable[[str, str], Source]
    max_pages: int | None = None
    accounts: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class PassReport:
    """What a pass came to. failure: the first thing that went wrong, with its class."""

    source: str
    tally: Tally = field(default_factory=Tally)
    traffic: Traffic = field(default_factory=Traffic)
    failure: tuple[Failure, str] | None = None
    retry_after: timedelta | None = None
    stopped: bool = False


@dataclass(slots=True)
class _Node:
    """A request in hand. waiting: itself and its follow-ups that are not done. spoiled: one of them failed."""

    request: Request
    parent: "_Node | None"
    waiting: int = 1
    spoiled: bool = False
    marks: dict[str, str | None] = field(default_factory=dict)


class Stopping(Protocol):
    """An event that says: finish what is in hand and start nothing (threading.Event, asyncio.Event)."""

    def is_set(self) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """The use case. clock: now in UTC; roll: a random number in [0, 1)."""

    storage: Storage
    intake: Intake
    targets: Mapping[str, Target]
    clock: Callable[[], datetime]
    roll: Callable[[], float]

    def due(self, limit: int = 50) -> tuple[str, ...]:
        """Names of sources that may be claimed now."""
        with self.storage.read() as tx:
            return tuple(name for name in tx.sources.due(self.clock(), limit) if name in self.targets)

    async def run(self, name: str, http: Fetch, stopping: Stopping) -> PassReport | None:
        """One pass. None: somebody else has the source."""
        now = self.clock()
        with self.storage.begin() as tx:
            if not tx.sources.claim(name, now, now + LEASE):
                return None
            cursor = tx.sources.cursor(name)
        failpoints.hit("crawl.claimed")
        work = _Pass(self, self.targets[name], http, stopping, cursor)
        try:
            await work.run()
        finally:
            # also when a bug is raised: the source is given back as failing, and the bug goes on to the log
            await asyncio.to_thread(self._release, work)
        return work.report()

    def _release(self, work: "_Pass") -> None:
        failpoints.hit("crawl.before-release")
        report, target, now = work.report(), work.target, self.clock()
        with self.storage.begin() as tx:
            row = tx.sources.one(target.name)
            failures = (row.failures if row else 0) + 1
            outcome = Outcome(ok=report.failure is None, retry_after=report.retry_after)
            due = next_due(now=now, every=target.every, failures=failures, outcome=outcome, roll=self.roll())
            tx.sources.release(
                target.name,
                due_at=now if report.stopped else due,
                traffic=report.traffic,
                succeeded_at=None if report.failure else now,
                new_at=now if report.tally.fresh else None,
                failure=report.failure and (report.failure[0].value, report.failure[1]),
            )


class _Pass:
    """The state of one pass."""

    def __init__(self, crawl: Crawl, target: Target, http: Fetch, stopping: Stopping, cursor: dict[str, str]) -> None:
        self.target = target
        self._crawl = crawl
        self._http = http
        self._stopping = stopping
        self._cursor = cursor
        self._source: Source | None = None
        self._queue: deque[_Node] = deque()
        self._seen: set[tuple[str, str]] = set()
        self._requests = self._not_modified = self._bytes = 0
        self._tally = Tally()
        self._failure: tuple[Failure, str] | None = Failure.TRANSIENT, "the pass was broken off"
        self._retry_after: timedelta | None = None
        self._stopped = False

    def report(self) -> PassReport:
        """What it has come to so far."""
        return PassReport(
            source=self.target.name,
            tally=self._tally,
            traffic=Traffic(requests=self._requests, not_modified=self._not_modified, bytes=self._bytes),
            failure=self._failure,
            retry_after=self._retry_after,
            stopped=self._stopped,
        )

    async def run(self) -> None:
        """Works the queue until it is empty, the page limit is reached, or the house is closing."""
        self._failure = None
        try:
            self._source = await self._make()
        except ListenerError as error:
            self._fail(error)
            return
        for request in self._source.requests(self._cursor):
            self._enqueue(request, None)
        limit = self.target.max_pages or _DEFAULT_PAGES
        while self._queue:
            if self._stopping.is_set():
                self._stopped = True
                return
            node = self._queue.popleft()
            if self._requests >= limit:
                # what is left keeps its marks unsaved: the next pass goes on there
                await self._close(node, well=False)
                continue
            await self._work(node)

    async def _make(self) -> Source:
        target = self.target
        if target.kind is not None:
            return target.make(target.kind, target.url)
        kind, _, url = self._cursor.get(found_kind(target.url), "").partition(" ")
        if not kind:
            kind, url = target.detect(await self._fetch(Request(url=target.url), None))
            log.info("%s: read as %s at %s", target.name, kind, url)
            await asyncio.to_thread(self._save, {found_kind(target.url): f"{kind} {url}"})
        return target.make(kind, url)

    def _enqueue(self, request: Request, parent: _Node | None) -> None:
        key = (request.url, request.method)
        if key in self._seen and request.method == "GET":
            return
        self._seen.add(key)
        if parent:
            parent.waiting += 1
        node = _Node(request=request, parent=parent)
        # depth first: a thread is finished before the next begins, so that its marks are saved soon
        if parent:
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
            assert self._source
            parsed = await asyncio.to_thread(self._source.parse, page, self._cursor)
            await self._take(node, page, parsed)
        except (FetchError, ParseError) as error:
            if not await self._gone(node, error):
                self._fail(error)
                await self._close(node, well=False)

    async def _fetch(self, request: Request, validators: Mapping[str, str] | None) -> Page:
        self._requests += 1
        page = await self._http.fetch(request, allow_private=self.target.allow_private, validators=validators)
        self._bytes += len(page.body)
        return page

    async def _take(self, node: _Node, page: Page, parsed: Parsed) -> None:
        for note in parsed.notes:
            log.warning("%s: %s", self.target.name, note)
        node.marks.update(parsed.marks)
        if node.request.conditional and (validators := _validators_of(page)):
            node.marks[_VALIDATORS + node.request.url] = validators
        for request in reversed(parsed.follow):
            self._enqueue(request, node)
        haul = Haul(
            source=self.target.name, posts=parsed.posts, gone=parsed.gone, accounts=self.target.accounts,
            marks=node.marks if node.waiting == 1 else {},
        )  # fmt: skip
        self._tally += await asyncio.to_thread(self._crawl.intake.take, haul, self._crawl.clock())
        if node.waiting == 1:
            self._learn(node.marks)
            node.marks = {}
        await asyncio.to_thread(self._renew)
        await self._close(node, well=True)

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
        with self._crawl.storage.begin() as tx:
            tx.sources.mark(self.target.name, marks)
        self._learn(marks)

    def _learn(self, marks: Mapping[str, str | None]) -> None:
        for name, value in marks.items():
            if value is None:
                self._cursor.pop(name, None)
            else:
                self._cursor[name] = value

    def _renew(self) -> None:
        with self._crawl.storage.begin() as tx:
            tx.sources.extend(self.target.name, self._crawl.clock() + LEASE)

    def _validators(self, request: Request) -> dict[str, str] | None:
        kept = self._cursor.get(_VALIDATORS + request.url) if request.conditional else None
        if not kept:
            return None
        return dict(line.split(": ", 1) for line in kept.splitlines() if ": " in line)

    async def _gone(self, node: _Node, error: ListenerError) -> bool:
        """A thread or post that the place answers 404 or 410 for is no failure of the source: it is remembered as
        deleted. The first pages of a source are another matter."""
        is_gone = isinstance(error, FetchError) and error.failure is Failure.GONE
        if not is_gone or node.parent is None:
            return False
        thread = node.request.context.get("thread_id")
        log.info("%s: gone: %s", self.target.name, node.request.url)
        if thread:
            await asyncio.to_thread(self._tombstone_thread, thread)
        await self._close(node, well=True)
        return True

    def _tombstone_thread(self, thread_id: str) -> None:
        with self._crawl.storage.begin() as tx:
            tx.posts.tombstone_thread(self.target.name, thread_id, self._crawl.clock())

    def _fail(self, error: ListenerError) -> None:
        if isinstance(error, FetchError):
            failure = error.failure
            if error.retry_after is not None:
                self._retry_after = timedelta(seconds=error.retry_after)
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
