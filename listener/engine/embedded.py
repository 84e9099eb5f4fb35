"""Everything in one process: APScheduler ticks, the crawl on one event loop, the rest on threads.

The scheduler decides when to look, nothing more: due times live on source rows and events, its jobs in memory. A
tick that comes late runs once, not as often as it was missed.
"""

import asyncio
import contextlib
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from listener.arrivals import BATCH, Arrivals
from listener.clockwork import Clockwork
from listener.crawl import Crawl, Fetch, PassReport
from listener.dispatch import Dispatch, Lane
from listener.errors import Failure, ListenerError
from listener.storage import Storage

log = logging.getLogger("listener.engine")
# it warns when a tick finds the one before still at work, which is how a busy house looks
logging.getLogger("apscheduler").setLevel(logging.ERROR)

_TICK = 1.0
_JITTER = 0.2
_FORGET = 3600
_PASSES = 32
_PATIENCE = 5.0  # seconds that a stop waits for places that do not answer
_BREATH = 0.02
"""Seconds between two readings of what was sent. What comes alone is read at once; of what comes without a pause the
next reading takes all that came meanwhile, and the door has the processor and the database in between."""
_HORIZON = timedelta(seconds=45)


class Embedded:
    """The engine. Use it inside storage.exclusive(): it trusts that what it holds nobody else holds."""

    def __init__(
        self,
        *,
        storage: Storage,
        crawl: Crawl,
        dispatch: Dispatch,
        http: Fetch,
        clock: Callable[[], datetime],
        arrivals: Arrivals | None = None,
        clockwork: Clockwork | None = None,
    ) -> None:
        self._storage = storage
        self._crawl = crawl
        self._dispatch = dispatch
        self._http = http
        self._clock = clock
        self._arrivals = arrivals
        self._clockwork = clockwork
        self._chiming = asyncio.Lock()
        self._arrived = asyncio.Event()
        self._stopping = asyncio.Event()
        self._passes: dict[str, asyncio.Task[PassReport | None]] = {}
        self._looking = asyncio.Lock()
        self._sending = {lane: asyncio.Lock() for lane in Lane}
        self.last_tick: datetime | None = None

    async def run(self) -> None:
        """Works until stop(): then what is in hand is finished, and nothing is begun."""
        scheduler = AsyncIOScheduler(timezone="UTC")
        timing: dict[str, Any] = {
            "trigger": "interval", "seconds": _TICK, "jitter": _JITTER, "coalesce": True, "max_instances": 1,
            "misfire_grace_time": None, "next_run_time": datetime.now().astimezone(),
        }  # fmt: skip
        scheduler.add_job(self._crawl_tick, id="crawl", **timing)
        scheduler.add_job(self._forget_tick, id="forget arrivals", **{**timing, "seconds": _FORGET})
        scheduler.add_job(self._clock_tick, id="clockwork", **timing)
        for lane in Lane:
            scheduler.add_job(self._dispatch_tick, args=[lane], id=f"dispatch {lane.value}", **timing)
        scheduler.start()
        reading = asyncio.create_task(self._read_arrivals(), name="arrivals")
        try:
            await self._stopping.wait()
        finally:
            # the scheduler cancels what it runs, so it is shut down last: a cancelled tick leaves its thread working
            self.stop()
            scheduler.remove_all_jobs()
            await reading
            async with self._looking:
                await self._finish_passes()
            async with self._sending[Lane.REPLIES], self._sending[Lane.ALERTS], self._chiming:
                scheduler.shutdown(wait=False)

    async def _finish_passes(self) -> None:
        """Each pass ends with the page it is at. A place that does not answer is left: nothing of it is stored yet."""
        if self._passes:
            _, slow = await asyncio.wait(self._passes.values(), timeout=_PATIENCE)
            for task in slow:
                task.cancel()
            await asyncio.gather(*self._passes.values(), return_exceptions=True)

    def stop(self) -> None:
        """Asks run() to finish. Call it on the loop's own thread."""
        self._stopping.set()
        self._arrived.set()

    def arrived(self) -> None:
        """Something was sent to us: it is read at once. Call it on the loop's own thread."""
        self._arrived.set()

    async def _read_arrivals(self) -> None:
        """Reads what was sent, when it comes; looks by itself every second, for what waits to be tried again."""
        while self._arrivals is not None and not self._stopping.is_set():
            self._arrived.clear()
            try:
                read = await asyncio.to_thread(self._arrivals.work)
            except ListenerError as error:
                log.error("what was sent cannot be read now: %s", error)  # noqa: TRY400 - expected, no trace
                read = 0
            except Exception:
                log.exception("reading what was sent broke off")
                read = 0
            if read:
                await asyncio.sleep(_BREATH)
            if read < BATCH:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._arrived.wait(), _TICK)

    async def _forget_tick(self) -> None:
        if self._arrivals is not None:
            await asyncio.to_thread(self._arrivals.forget)

    async def _crawl_tick(self) -> None:
        self.last_tick = self._clock()
        self._passes = {name: task for name, task in self._passes.items() if not task.done()}
        room = _PASSES - len(self._passes)
        if room <= 0 or self._stopping.is_set():
            return
        async with self._looking:
            for name in await asyncio.to_thread(self._crawl.due):
                if name not in self._passes and len(self._passes) < _PASSES and not self._stopping.is_set():
                    self._passes[name] = asyncio.create_task(self._pass(name), name=f"crawl {name}")

    async def _pass(self, name: str) -> PassReport | None:
        try:
            return await self._crawl.run(name, self._http, self._stopping)
        except Exception:
            # a bug in one source must not stop the others; the source was given back as failing
            log.exception("%s: the pass broke off", name)
            return None

    async def _clock_tick(self) -> None:
        """What happens by the clock: each chore keeps its own rhythm."""
        async with self._chiming:
            if self._clockwork is not None and not self._stopping.is_set():
                await asyncio.to_thread(self._clockwork.tick)

    async def _dispatch_tick(self, lane: Lane) -> None:
        async with self._sending[lane]:
            while not self._stopping.is_set():
                if await asyncio.to_thread(self._dispatch.run, lane, self._stopping) == 0:
                    return

    async def once(self) -> list[PassReport]:
        """One full pass over every source that is not paused, then everything out that can go out soon."""
        with self._storage.read() as tx:
            rows = tx.sources.all()
        names = [row.name for row in rows if row.name in self._crawl.targets and not row.paused]
        if self._arrivals is not None:
            while await asyncio.to_thread(self._arrivals.work):
                continue
        found = await asyncio.gather(*(self._pass(name) for name in names))
        await self._clock_tick()
        await self._drain()
        return [report or _broken_off(name) for name, report in zip(names, found, strict=True)]

    async def _drain(self) -> None:
        """Sends what is due, and waits for what a rate limit holds back for a moment."""
        while not self._stopping.is_set():
            if sum([await asyncio.to_thread(self._dispatch.run, lane, self._stopping) for lane in Lane]):
                continue
            with self._storage.read() as tx:
                due = tx.outbox.next_due()
            now = self._clock()
            if due is None or due > now + _HORIZON:
                return
            wait = max((due - now).total_seconds(), 0.05)
            try:
                await asyncio.wait_for(self._stopping.wait(), wait)
            except TimeoutError:
                continue


def _broken_off(name: str) -> PassReport:
    return PassReport(source=name, failure=(Failure.TRANSIENT, "the pass broke off, or somebody else has the source"))
