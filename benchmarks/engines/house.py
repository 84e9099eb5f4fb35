"""Our own reading of a board, as the service does it: from its URL alone, through storage, with a clock that is set."""

import asyncio
import random
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.engines.truth import Found
from listener import registry
from listener.crawl import Crawl, PassReport, Target
from listener.http import Clock, Hosts, Http, HttpPolicy
from listener.intake import Intake
from listener.model import Brand, Mention, Post, Query
from listener.protocols import SourceConfig
from listener.storage import Storage
from listener.triage import TriagePolicy
from tests.fakes import AngryClassifier

NAME = "board"
EVERY = timedelta(minutes=5)
EPOCH = datetime(1975, 1, 1, tzinfo=UTC)
QUERY = Query(brand="b", expression="everything")


class SetClock(Clock):
    """The wall clock is set; waiting is real."""

    def __init__(self, now: datetime) -> None:
        self.at = now

    def now(self) -> datetime:
        return self.at


class Everything:
    """Matches every post, so that all are kept."""

    @property
    def queries(self) -> Sequence[Query]:
        return (QUERY,)

    def match(self, post: Post) -> tuple[Mention, ...]:
        return (Mention(query=QUERY, spans=(), why="all"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """looks at a source, requests made (robots.txt too), of them answered 304, seconds of the wall."""

    looks: int
    requests: int
    unchanged: int
    seconds: float


class House:
    """Close it when done: its database goes. before: told of the moment of each look before it begins."""

    def __init__(self, url: str, start: datetime, before: Callable[[datetime], None] | None = None) -> None:
        self.clock = SetClock(start)
        self._before = before
        self._url, self._hosts = url, Hosts()
        self._folder = tempfile.TemporaryDirectory()
        self._storage = Storage.open(f"sqlite:///{Path(self._folder.name) / 'house.db'}")
        with self._storage.begin() as tx:
            tx.sources.configure([(NAME, "auto", url)], start)
        intake = Intake(
            storage=self._storage,
            matcher=Everything(),
            classifier=AngryClassifier(),
            brands={"b": Brand(id="b", name="b")},
            policy=TriagePolicy(),
        )
        target = Target(
            name=NAME,
            url=url,
            every=EVERY,
            allow_private=True,
            kind=None,
            detect=registry.detect,
            make=lambda kind, where: registry.source_class(kind)(
                SourceConfig(name=NAME, kind=kind, url=where, zone="UTC")
            ),
        )
        chance = random.Random(1)
        self._crawl = Crawl(
            storage=self._storage, intake=intake, targets={NAME: target}, clock=self.clock.now, roll=chance.random
        )

    def close(self) -> None:
        """Gives everything back."""
        self._storage.close()
        self._folder.cleanup()

    def look(self) -> PassReport:
        """One pass, due or not."""
        if self._before:
            self._before(self.clock.at)
        report = asyncio.run(self._look())
        if report.failure:
            raise SystemExit(f"{self._url}: {report.failure[1]}")
        return report

    async def _look(self) -> PassReport:
        async with Http(HttpPolicy(), hosts=self._hosts, clock=self.clock) as http:
            report = await self._crawl.run(NAME, http, threading.Event())
        assert report, "nobody else has the source"
        return report

    def measured(self, looks: int, *, apart: timedelta = timedelta()) -> Traffic:
        """So many passes."""
        before, started = self._traffic(), time.perf_counter()
        for _ in range(looks):
            self.clock.at += apart
            self.look()
        return self._since(before, looks, time.perf_counter() - started)

    def hours(self, count: int) -> Traffic:
        """So many hours as the schedule has it."""
        before, looks, started = self._traffic(), 0, time.perf_counter()
        for _ in range(60 * count):
            self.clock.at += timedelta(minutes=1)
            if self._crawl.due():
                self.look()
                looks += 1
        return self._since(before, looks, time.perf_counter() - started)

    def _traffic(self) -> tuple[int, int]:
        known = self._hosts.stats().values()
        return sum(one.requests for one in known), sum(one.not_modified for one in known)

    def _since(self, before: tuple[int, int], looks: int, seconds: float) -> Traffic:
        now = self._traffic()
        return Traffic(looks=looks, requests=now[0] - before[0], unchanged=now[1] - before[1], seconds=seconds)

    def posts(self) -> list[Found]:
        """What is stored and not marked as deleted."""
        with self._storage.read() as tx:
            rows = tx.posts.between(EPOCH, self.clock.at + EVERY, limit=100_000)
        standing = [row.post for row in rows if row.deleted_at is None]
        return [Found(author=p.author, at=p.published_at, text=p.text, link=p.url) for p in standing]
