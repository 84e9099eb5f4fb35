"""The demo's sites, served on loopback with a clock that the test sets."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import httpx
import pytest

from listener.demo import content
from listener.demo.board import Board
from listener.demo.content import Content
from listener.demo.forum import make_forum
from listener.demo.page import make_page
from listener.demo.reviews import make_reviews
from listener.demo.servers import LocalServers
from listener.demo.slack import SlackStandIn, make_slack
from listener.demo.world import World

START = datetime(2026, 11, 22, 18, 30, tzinfo=UTC)


@dataclass
class Clock:
    """Stands still until it is set."""

    now: datetime = START

    def __call__(self) -> datetime:
        return self.now

    def at(self, seconds: float) -> None:
        """That many seconds after the start."""
        self.now = START + timedelta(seconds=seconds)


@dataclass
class Demo:
    """The sites as they run. client: a visitor with an own jar of cookies."""

    clock: Clock
    world: World
    slack: SlackStandIn
    board: Board
    servers: LocalServers

    def client(self, site: str, language: str = "pl") -> httpx.Client:
        # verify=False: nothing is encrypted on loopback, and reading the system's certificates takes longer than a test
        return httpx.Client(base_url=self.servers.url(site), headers={"Accept-Language": language}, verify=False)


@pytest.fixture(scope="session")
def everything() -> Content:
    return content.load()


@pytest.fixture(scope="module")
def running(everything: Content) -> Iterator[Demo]:
    clock = Clock()
    world, slack = World(everything, START), SlackStandIn(clock)
    forum = make_forum(world, clock)
    apps = {
        "forum": forum,
        "reviews": make_reviews(world, clock),
        "page": make_page(world, clock),
        "slack": make_slack(slack),
    }
    with LocalServers(apps) as servers:
        yield Demo(clock, world, slack, forum.state.pages.board, servers)


@pytest.fixture
def demo(running: Demo) -> Demo:
    """At the start, nothing added by visitors yet."""
    running.clock.at(0)
    running.board.live.clear()
    running.board.marks.clear()
    return running
