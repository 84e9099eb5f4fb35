"""A house that reads and answers one stand-in over real sockets."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeVar

import pytest
from fastapi import FastAPI
from starlette.types import Receive, Scope, Send

from listener.crawl import Crawl, PassReport, Target
from listener.demo.servers import LocalServers
from listener.http import Hosts, Http, HttpPolicy, converse
from listener.http.clock import Clock as HttpClock
from listener.intake import Intake
from listener.model import Reply, ReplyState, StoredPost
from listener.protocols import Conversation, Publisher, Source, SourceConfig
from listener.publish import Publish
from listener.registry import own_names, publisher_class, source_class
from listener.storage import Storage
from listener.tokens import TOKENS
from listener.triage import TriagePolicy
from tests.fakes import AngryClassifier, Clock, NamedMatcher
from tests.integration.house.conftest import BRANDS, database, kept, storage

__all__ = ["database", "kept", "storage"]
T = TypeVar("T")
POLICY = HttpPolicy(retries=0)


class Stage:
    """Where one stand-in after the other stands: they share a server, as starting one takes longer than a test."""

    app: FastAPI | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        assert self.app is not None
        await self.app(scope, receive, send)


class HouseTime(HttpClock):
    """The client's clock: it tells the house's time, and does not wait."""

    def __init__(self, house: Clock) -> None:
        self._house = house

    def now(self) -> datetime:
        return self._house.now

    def monotonic(self) -> float:
        return self._house.now.timestamp()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(0)


@dataclass
class Place:
    """A source of the house: its kind, and the stand-in that it reads."""

    storage: Storage
    clock: Clock
    config: SourceConfig
    http: Hosts

    def look(self) -> PassReport:
        """One pass."""
        return asyncio.run(self._look())

    async def _look(self) -> PassReport:
        target = Target(
            name="place", url=self.config.url, every=timedelta(minutes=1), allow_private=True, kind=self.config.kind,
            detect=lambda page: (self.config.kind, self.config.url), make=lambda kind, url: self._source(),
            accounts=own_names(self.config.kind, self.config.options),
        )  # fmt: skip
        intake = Intake(
            storage=self.storage, matcher=NamedMatcher(), classifier=AngryClassifier(), brands=BRANDS,
            policy=TriagePolicy(),
        )  # fmt: skip
        crawl = Crawl(
            storage=self.storage, intake=intake, targets={"place": target}, clock=self.clock, roll=lambda: 0.0
        )
        async with Http(POLICY, hosts=self.http, clock=HouseTime(self.clock)) as http:
            report = await crawl.run("place", http, asyncio.Event())
        assert report
        return report

    def _source(self) -> Source:
        source = source_class(self.config.kind)(self.config)
        if hasattr(source, "clock"):
            source.clock = self.clock
        return source

    def publisher(self) -> Publisher:
        """Who answers there, by the house's clock."""
        made = publisher_class(self.config.kind)(self.config)
        made.clock = self.clock  # type: ignore[attr-defined]
        return made

    def _talk(self, source: str, conversation: Conversation[T]) -> T:
        async def run() -> T:
            async with Http(POLICY, hosts=self.http, clock=HouseTime(self.clock)) as http:
                return await converse(http, conversation, allow_private=True)

        return asyncio.run(run())

    def posts(self) -> dict[str, StoredPost]:
        """What is kept whole, by the place's ids."""
        with self.storage.read() as tx:
            found = [tx.posts.one(number) for number in range(1, 60)]
        return {one.post.native_id: one for one in found if one is not None}

    def answer(self, native_id: str, text: str = "Zespół Wintermann: sprawdzamy.") -> Reply:
        """Approves a reply to a kept post and sends it; what became of it."""
        stored = self.posts()[native_id]
        with self.storage.begin() as tx:
            ticket = tx.tickets.listing(None, 10)[-1]
            reply_id = tx.replies.add(ticket, stored.id, text, "ala", self.clock(), ReplyState.APPROVED)
        publish = Publish(
            storage=self.storage, publisher=lambda name: self.publisher(), talk=self._talk, clock=self.clock
        )
        publish.send(reply_id)
        with self.storage.read() as tx:
            reply = tx.replies.one(reply_id)
        assert reply
        return reply


Open = Callable[..., Place]


@pytest.fixture
def clock() -> Clock:
    """The house's and the stand-in's."""
    return Clock()


@pytest.fixture(scope="session")
def stage() -> Iterator[tuple[Stage, str]]:
    """A running server, and its address."""
    front, site = Stage(), FastAPI(openapi_url=None)
    site.mount("/", front)
    with LocalServers({"place": site}) as servers:
        yield front, servers.url("place").rstrip("/")


@pytest.fixture
def enter(storage: Storage, clock: Clock, stage: tuple[Stage, str]) -> Iterator[Open]:
    """Serves a stand-in, and makes it the house's source. url, options: of the address it is served at."""
    front, root = stage
    TOKENS._kept.clear()

    def begin(kind: str, app: FastAPI, url: Callable[[str], str], options: Callable[[str], Mapping[str, Any]]) -> Place:
        front.app = app
        config = SourceConfig(name="place", kind=kind, url=url(root), options=dict(options(root)))
        with storage.begin() as tx:
            tx.sources.configure([("place", kind, config.url)], clock())
        return Place(storage, clock, config, Hosts())

    yield begin
    TOKENS._kept.clear()
