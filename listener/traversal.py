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
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from http import HTTPStatus

from listener import failpoints
from listener.ending import Ending
from listener.errors import Failure, FetchError, ListenerError, ParseError
from listener.frontier import Frontier, Node
from listener.intake import Haul, Intake, Tally
from listener.marks import Marks
from listener.passes import LEASE, Fetch, PassReport, Target, found_kind
from listener.presence import Presence
from listener.protocols import Ability, Page, Parsed, Request, Source, Stopping
from listener.rereading import Rereading
from listener.storage import Storage, Traffic

log = logging.getLogger("listener.crawl")

_RENEW = timedelta(minutes=1)
_PAGES = 200
_REFUSED = frozenset({Failure.BLOCKED, Failure.AUTH, Failure.BAD_CONTENT})
_END_IT = frozenset({Failure.AUTH, Failure.RATE_LIMITED})
_SECRETS = frozenset({"authorization", "cookie", "api-key", "api-username", "xf-api-key", "xf-api-user"})


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
        self._marks = Marks(storage, target.name, cursor)
        self._presence = Presence(target, storage, self._marks, clock)
        self._rereading = Rereading(target, storage, self._marks, clock)
        self._ending = Ending(target.name)
        self._source: Source | None = None
        self._ahead: Frontier | None = None
        self._requests = self._not_modified = self._bytes = 0
        self._tally = Tally()
        self._renewed = clock()
        self._ended = self._stopped = self._closed = self._at_threads = False

    def report(self) -> PassReport:
        """What it has come to so far. A pass that a bug broke off is a failed one."""
        broken_off = None if self._ended else (Failure.TRANSIENT, "the pass was broken off")
        return PassReport(
            source=self.target.name,
            tally=self._tally,
            traffic=Traffic(requests=self._requests, not_modified=self._not_modified, bytes=self._bytes),
            failure=self._ending.failure or broken_off,
            retry_after=self._ending.retry_after,
            unfinished=self._ahead is not None and self._ahead.put_off > 0,
            stopped=self._stopped,
            warning=self._ending.warning,
            closed=self._closed,
        )

    @property
    def hints(self) -> dict[str, str]:
        """What the place last said of when to come."""
        return self._marks.hints

    async def run(self) -> None:
        """What is new first, then what earlier passes put off, until all is read, the page limit is reached, or the
        house is closing."""
        try:
            self._source = await self._make()
            self._rereading.attach(self._source)
            first = self._source.requests(self._marks.cursor)
        except ListenerError as error:
            self._fail(error)
        else:
            await self._walk(self._source, first)
        self._ended = True

    async def _walk(self, source: Source, first: Sequence[Request]) -> None:
        limit = self.target.max_pages or _PAGES
        ahead = self._ahead = Frontier(self._marks, self._clock, source.kind, first)
        # a share of the pages is kept for what was put off, so that a busy place does not hold it up for ever
        reserved = min(ahead.waiting, max(1, limit // 4))
        await self._work_off(ahead, max(1, limit - reserved))
        if self._ending.failure is None:
            ahead.call_up()
            await self._work_off(ahead, max(limit, self._requests + reserved))
        await self._put_off(ahead)
        await self._reread(ahead, limit)
        unread = ahead or ahead.put_off or self._ending.failure or self._ending.resting
        if not (unread or Ability.WEBHOOK in source.abilities):
            await self._presence.check(self._fetch)

    async def _put_off(self, ahead: Frontier) -> None:
        """Keeps what is left for a later pass."""
        while ahead and not self._stopped:
            node = ahead.pop()
            node.marks = ahead.later_marks(node)
            await self._close(node, well=ahead.may_wait(node))

    async def _reread(self, ahead: Frontier, limit: int) -> None:
        """Known threads whose turn it is, each to its end. Where the lists could not be read the board may be closed
        for a while, and what a thread then says of itself is not to be believed."""
        self._at_threads, most = True, self._requests + limit
        while self._requests < most and not (self._ending.astray or self._stopped or self._ending.resting):
            request = await asyncio.to_thread(self._rereading.next)
            if request is None:
                break
            before = self._requests
            ahead.start_over()
            ahead.push(request, None)
            await self._work_off(ahead, before + limit)
            await self._put_off(ahead)
            self._rereading.read(self._requests - before)
        await asyncio.to_thread(self._rereading.close)

    async def _work_off(self, ahead: Frontier, limit: int) -> None:
        """Works the queue until it is empty or so many requests were made."""
        while ahead and self._requests < limit and not (self._stopped or self._ending.resting):
            if self._stopping.is_set():
                self._stopped = True
            else:
                await self._work(ahead.pop())

    async def _make(self) -> Source:
        target, guest = self.target, self._http
        kind, _, url = self._marks.cursor.get(found_kind(target.url), "").partition(" ")
        if target.kind is not None:
            kind, url = target.kind, target.url
        elif not kind:
            self._http = target.enter(guest, None)
            kind, url = target.detect(await self._fetch(Request(url=target.url), None))
            log.info("%s: read as %s at %s", target.name, kind, url)
            await asyncio.to_thread(self._marks.save, {found_kind(target.url): f"{kind} {url}"})
        self._http = target.enter(guest, kind)
        return target.make(kind, url)

    async def _work(self, node: Node) -> None:
        """One request, to the end. What can go wrong with it spoils it and is told; the others go on."""
        try:
            page = await self._page(node)
            if node.root:
                self._rereading.saw_home(page)
            failpoints.hit("crawl.fetched")
            if page.status == 304:
                self._not_modified += 1
                node.marks.update(self._marks.of_unchanged(page) if node.root else {})
                if self._at_threads and (thread := self._rereading.in_hand):
                    node.marks.update(self._rereading.unchanged(page))
                    self._presence.is_there(thread)
                await self._close(node, well=True)
                return
            await self._take(node, page, await asyncio.to_thread(self._parse, page, node.top.past))
        except (FetchError, ParseError) as error:
            if node.request.api and isinstance(error, FetchError) and error.failure in _END_IT:
                self._ending.resting = True  # an interface that says so means all of it, not this one page
            if not await self._gone(node, error):
                self._fail(error, node)
                await self._close(node, well=False)

    def _parse(self, page: Page, past: Mapping[str, str | None]) -> Parsed:
        """What the kind makes of a page. A kind that trips over one page must not lose the others."""
        assert self._source
        cursor = self._marks.cursor
        if past:
            cursor = {name: value for name, value in {**cursor, **past}.items() if value is not None}
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

    async def _page(self, node: Node) -> Page:
        """The page of a request; a first one at the address where the source moved to for good."""
        validators = self._marks.validators(node.request)
        if not node.root:
            return await self._fetch(node.request, validators)
        asked = self._asked(node.request)
        try:
            page = await self._fetch(replace(node.request, url=asked), validators)
        except FetchError as error:
            if error.failure is Failure.GONE and asked != node.request.url:
                # nothing there any more: the next look asks the address that people gave
                await asyncio.to_thread(self._marks.save, self._marks.without_moves(node.request.url))
            elif error.status == HTTPStatus.GONE:
                self._closed = self._ahead is not None and self._ahead.roots == 1
            raise
        if move := self._marks.of_move(asked, page):
            await asyncio.to_thread(self._marks.save, move)
        return replace(page, request=node.request)

    def _asked(self, request: Request) -> str:
        """Where a first request goes. One that carries a secret goes where people said, and nowhere else."""
        secret = request.secret or any(name.lower() in _SECRETS for name in request.headers)
        return request.url if secret else self._marks.address(request.url)

    async def _fetch(self, request: Request, validators: Mapping[str, str] | None) -> Page:
        await asyncio.to_thread(self._renew)
        self._requests += 1
        page = await self._http.fetch(request, allow_private=self.target.allow_private, validators=validators)
        self._bytes += len(page.body)
        return page

    async def _take(self, node: Node, page: Page, parsed: Parsed) -> None:
        for note in parsed.notes:
            log.warning("%s: %s", self.target.name, note)
        node.marks.update(parsed.marks)
        if node.root:
            node.marks.update(self._marks.of_hints(parsed.hints, page))
        node.marks.update(self._marks.of_page(node.request, page))
        call = await asyncio.to_thread(self._rereading.before, page, parsed)
        node.marks.update(call.marks)
        self._presence.saw(parsed.posts)
        assert self._ahead is not None
        for request in reversed(parsed.follow):
            self._ahead.push(request, node)
        haul = Haul(
            source=self.target.name, posts=parsed.posts, gone=(*parsed.gone, *call.gone), accounts=self.target.accounts,
            hidden=parsed.hidden, stood=parsed.stood,
            marks=node.marks if node.waiting == 1 else {},
        )  # fmt: skip
        tally = await asyncio.to_thread(self._intake.take, haul, self._clock())
        self._tally += tally
        if node.waiting == 1:
            self._marks.learn(node.marks)
            node.marks = {}
        node.marks.update(self._rereading.after(page, parsed, call, tally))
        self._ending.heed(parsed.hints)
        if thread := parsed.hints.get("thread_gone"):
            await asyncio.to_thread(self._tombstone_thread, thread)
        await self._close(node, well=True)

    async def _close(self, node: Node, *, well: bool) -> None:
        """The node's own work ended. Where nothing below it is open its marks are saved, and so upwards; what did
        not end well saves nothing, and nothing above it does."""
        above: Node | None = node
        while above is not None:
            above.spoiled = above.spoiled or not well
            above.waiting -= 1
            if above.waiting:
                return
            if above.marks and not above.spoiled:
                await asyncio.to_thread(self._marks.save, above.marks)
            well = not above.spoiled
            above = above.parent

    def _renew(self) -> None:
        now = self._clock()
        if now - self._renewed < _RENEW:
            return
        with self._storage.begin() as tx:
            tx.sources.extend(self.target.name, now + LEASE)
        self._renewed = now

    async def _gone(self, node: Node, error: ListenerError) -> bool:
        """A thread or post that the place answers 404 or 410 for is no failure of the source: it is remembered as
        deleted. The first pages of a source are another matter."""
        is_gone = isinstance(error, FetchError) and error.failure is Failure.GONE
        if not is_gone or node.root:
            return False
        thread = node.request.context.get("thread_id")
        log.info("%s: gone: %s", self.target.name, node.request.url)
        if thread:
            await asyncio.to_thread(self._tombstone_thread, thread, node.request.url if self._at_threads else None)
        await self._close(node, well=True)
        return True

    def _tombstone_thread(self, thread_id: str, at: str | None = None) -> None:
        """at: the address that was asked for, where no list of today led to it."""
        moved = at is not None and not self._rereading.at_home(at)
        if not moved:
            with self._storage.begin() as tx:
                tx.posts.tombstone_thread(self.target.name, thread_id, self._clock())
        if changes := self._rereading.gone(thread_id, moved=moved):
            self._marks.save(changes)

    def _fail(self, error: ListenerError, node: Node | None = None) -> None:
        if isinstance(error, FetchError) and self._at_threads and error.failure in _REFUSED:
            log.debug("%s: reading a thread again: %s", self.target.name, error)
            return
        self._ending.fail(error, node.request if node else None)
