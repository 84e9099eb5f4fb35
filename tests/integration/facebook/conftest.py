"""A house with one page, its webhook door and the stand-in for the Graph API, all in one process."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from listener.arrivals import Arrivals
from listener.crawl import Crawl, PassReport, Target
from listener.demo.standins.graph import GraphStandIn
from listener.intake import Intake
from listener.model import StoredPost, Ticket
from listener.publish import Publish
from listener.storage import Storage
from listener.triage import TriagePolicy
from listener.web import WebSettings, make_app
from listener.web.hooks import HookDoor
from responders.facebook import FacebookPublisher
from sources.facebook import Facebook
from sources.facebook_hook import FacebookHook
from tests.fakes import AngryClassifier, Clock, NamedMatcher
from tests.graph import GraphHttp, a_config, a_graph
from tests.integration.house.conftest import BRANDS
from tests.integration.web.fake_service import FakeService


@dataclass
class Place:
    """All of it, and what a test does with it."""

    clock: Clock
    graph: GraphStandIn
    http: GraphHttp
    storage: Storage
    arrivals: Arrivals
    crawl: Crawl
    publish: Publish
    web: httpx.AsyncClient

    def post(self, body: bytes, headers: dict[str, str], name: str = "facebook") -> int:
        """Something is sent to the door."""
        return asyncio.run(self.web.post(f"/hooks/{name}", content=body, headers=headers)).status_code

    def deliver(self, *, size: int = 10, shuffled: bool = False, repeated: bool = False) -> list[int]:
        """The stand-in sends what happened; statuses of the answers."""
        self.graph.batch(size, shuffled=shuffled, repeated=repeated)
        statuses = []
        for delivery in self.graph.due():
            statuses.append(self.post(delivery.body, self.graph.signed(delivery.body)))
            self.graph.answered(delivery, statuses[-1])
        return statuses

    def read(self) -> None:
        """What waits is read to the end."""
        while self.arrivals.work():
            continue

    def look(self) -> PassReport:
        """One pass of the poll."""
        report = asyncio.run(self.crawl.run("facebook", self.http, asyncio.Event()))
        assert report
        return report

    def waiting(self) -> int:
        with self.storage.read() as tx:
            return tx.arrivals.waiting()

    def stored(self, native_id: str) -> StoredPost | None:
        with self.storage.read() as tx:
            return tx.posts.find("facebook", native_id)

    def tickets(self) -> tuple[Ticket, ...]:
        with self.storage.read() as tx:
            return tx.tickets.listing(None, 100)

    def cursor(self) -> dict[str, str]:
        with self.storage.read() as tx:
            return tx.sources.cursor("facebook")


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    """A page of ours, with nothing on it yet."""
    clock = Clock()
    graph = a_graph(clock)
    http, config = GraphHttp(graph), a_config(graph)
    storage = Storage.open(f"sqlite:///{tmp_path / 'house.db'}")
    with storage.begin() as tx:
        tx.sources.configure([("facebook", "facebook", config.url)], clock())
    intake = Intake(
        storage=storage, matcher=NamedMatcher(), classifier=AngryClassifier(), brands=BRANDS, policy=TriagePolicy()
    )
    arrivals = Arrivals(storage=storage, intake=intake, hooks={"facebook": FacebookHook(config)}, clock=clock)
    target = Target(
        name="facebook", url=config.url, every=timedelta(minutes=15), allow_private=False, kind="facebook",
        detect=lambda page: ("facebook", config.url), make=lambda kind, url: Facebook(replace(config, url=url)),
    )  # fmt: skip
    crawl = Crawl(storage=storage, intake=intake, targets={"facebook": target}, clock=clock, roll=lambda: 0.0)
    publisher = FacebookPublisher(config)
    publish = Publish(storage=storage, publisher=lambda name: publisher, talk=http.talk, clock=clock)
    app = make_app(
        FakeService(), WebSettings(), clock=clock, sent=HookDoor(hooks=arrivals.hooks, keep=arrivals.keep, clock=clock)
    )
    web = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080")
    yield Place(clock, graph, http, storage, arrivals, crawl, publish, web)
    asyncio.run(web.aclose())
    storage.close()
