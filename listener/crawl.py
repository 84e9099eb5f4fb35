"""One pass over one source: claim it, read its pages (listener.traversal), give it back with its next due time and
with what the pass tells of its health.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from listener import failpoints
from listener.errors import Failure
from listener.health import Rhythm, Trouble, heard, news_likely_in, trouble
from listener.http import HostStats, Meter, metered
from listener.intake import Intake
from listener.model import EventKind, Priority
from listener.passes import LEASE, Fetch, PassReport, Target, found_kind
from listener.protocols import Stopping
from listener.schedule import Outcome, next_due, read_hints
from listener.storage import SourceRow, Storage, Traffic, Transaction
from listener.traversal import Traversal

__all__ = ["Crawl", "Fetch", "PassReport", "Target", "found_kind"]

log = logging.getLogger("listener.crawl")
_ONE_PAGE = frozenset({Failure.LAYOUT, Failure.BAD_CONTENT})


def _no_record(url: str) -> HostStats | None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Crawl:
    """The use case. clock: now in UTC; roll: a random number in [0, 1); record: what went to the host of a URL."""

    storage: Storage
    intake: Intake
    targets: Mapping[str, Target]
    clock: Callable[[], datetime]
    roll: Callable[[], float]
    record: Callable[[str], HostStats | None] = _no_record

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
        target = self.targets[name]
        work = Traversal(
            storage=self.storage, intake=self.intake, clock=self.clock,
            target=target, http=http, stopping=stopping, cursor=cursor,
        )  # fmt: skip
        with metered() as meter:
            try:
                await work.run()
            finally:
                # also when a bug is raised: the source is given back as failing, and the bug goes on to the log
                await asyncio.to_thread(self._release, work, meter)
        return work.report()

    def _traffic(self, work: Traversal, meter: Meter) -> Traffic:
        """What went over the wire, where the client counts it; else what the pass asked for."""
        known, traffic = self.record(work.target.url), work.report().traffic
        if meter.requests:
            traffic = Traffic(
                requests=meter.requests, not_modified=meter.not_modified, bytes=meter.bytes, waited=meter.waited
            )
        if known is None:
            return traffic
        robots = f"{known.robots}, {known.robots_refused} refused" if known.robots_refused else known.robots
        return replace(traffic, robots=robots)

    def _release(self, work: Traversal, meter: Meter) -> None:
        failpoints.hit("crawl.before-release")
        report, name, now = work.report(), work.target.name, self.clock()
        traffic = self._traffic(work, meter)
        with self.storage.begin() as tx:
            row = tx.sources.one(name)
            assert row, "a claimed source has a row"
            if report.stopped:
                tx.sources.give_back(name, due_at=now, traffic=traffic)
                return
            rhythm = _rhythm(row, report, now)
            if rhythm is not row.rhythm:
                tx.sources.learn(name, rhythm)
            failures = row.failures + 1 if report.failure else 0
            outcome = _outcome(row, rhythm, work, now)
            tx.sources.release(
                name,
                due_at=next_due(now=now, every=work.target.every, failures=failures, outcome=outcome, roll=self.roll()),
                traffic=traffic,
                succeeded_at=None if report.failure else now,
                new_at=now if report.tally.new else None,
                failure=report.failure and (report.failure[0].value, report.failure[1]),
            )
            found = trouble(
                failure=report.failure[0] if report.failure else None,
                failures=failures,
                last_success=row.last_success_at if report.failure else now,
                rhythm=rhythm,
                now=now,
            )
            if found is None and report.warning:
                found = Trouble(what="warning", since=None)
            if report.closed:
                found = Trouble(what=Failure.GONE.value, since=row.last_success_at)
                log.warning("%s: gone for good (410): it is paused", name)
                tx.sources.pause(name, True)
            _tell(tx, row, found, report, now)


def _rhythm(row: SourceRow, report: PassReport, now: datetime) -> Rhythm:
    """The source's rhythm after a pass. What a back-fill finds is new to us and no news there."""
    if not report.tally.new:
        return row.rhythm
    return heard(row.rhythm, last_look=None if report.unfinished else row.last_success_at, now=now)


def _outcome(row: SourceRow, rhythm: Rhythm, work: Traversal, now: datetime) -> Outcome:
    """For the schedule. One page that cannot be read does not slow down a source whose other pages can."""
    report = work.report()
    one_page = report.failure is not None and report.failure[0] in _ONE_PAGE and report.tally.seen > 0
    quiet = None if report.tally.new or report.unfinished or row.last_new_at is None else now - row.last_new_at
    return Outcome(
        ok=report.failure is None or one_page,
        retry_after=report.retry_after,
        quiet=quiet,
        likely=news_likely_in(rhythm, now),
        hints=read_hints(work.hints),
    )


def _tell(tx: Transaction, row: SourceRow, found: Trouble | None, report: PassReport, now: datetime) -> None:
    """One event when trouble begins, none while it lasts; it is over with the first look in which all went well."""
    if row.trouble is not None and not report.failure and (found is None or found.what != row.trouble):
        log.info("%s: well again (was: %s)", row.name, row.trouble)
        tx.sources.told(row.name, None)
    elif row.trouble is not None:
        return
    if found is None:
        return
    payload = {"source": row.name, "what": found.what, "since": found.since.isoformat() if found.since else None}
    if report.failure or found.what == "warning":
        payload["detail"] = report.failure[1] if report.failure else report.warning
    log.warning("%s: trouble: %s%s", row.name, found.what, f", last well {found.since}" if found.since else "")
    tx.outbox.add(EventKind.SOURCE_TROUBLE, now, payload=payload, rank=Priority.NORMAL.rank)
    tx.sources.told(row.name, found.what)
