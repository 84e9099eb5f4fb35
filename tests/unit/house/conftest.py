"""A small house on SQLite: real storage and use cases, friendly stand-ins for what lies outside."""

import asyncio
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest

from listener.crawl import Crawl, PassReport, Target
from listener.desk import Desk
from listener.dispatch import Dispatch
from listener.intake import Intake
from listener.model import Brand, StoredPost, Ticket, TicketState
from listener.protocols import SourceConfig, SuggestionContext
from listener.publish import Publish
from listener.storage import SourceRow, Storage
from listener.triage import TriagePolicy
from tests.fakes import AngryClassifier, Board, Clock, NamedMatcher, Pigeon, Site, SiteSource, talk

BRANDS = {"wintermann": Brand(id="wintermann", name="Okna Wintermann")}


class NoDrafts:
    """Suggests nothing and finds nothing wrong."""

    def suggest(self, context: SuggestionContext) -> tuple[()]:
        return ()

    def check(self, text: str, context: SuggestionContext, kind: str) -> tuple[()]:
        return ()


@dataclass
class House:
    """The parts, wired as listener.app wires them."""

    storage: Storage
    clock: Clock
    site: Site
    board: Board
    pigeon: Pigeon
    intake: Intake
    crawl: Crawl
    desk: Desk
    publish: Publish
    dispatch: Dispatch

    def look(self) -> PassReport:
        """One pass over the site."""
        report = asyncio.run(self.crawl.run("forum", self.site, asyncio.Event()))
        assert report
        return report

    def source(self) -> SourceRow:
        """Its row."""
        with self.storage.read() as tx:
            row = tx.sources.one("forum")
        assert row
        return row

    def limit(self, pages: int) -> None:
        """From now on a pass reads so many pages."""
        limited = replace(self.crawl.targets["forum"], max_pages=pages)
        self.crawl = replace(self.crawl, targets={"forum": limited})

    def posts(self, thread: str = "t") -> tuple[StoredPost, ...]:
        with self.storage.read() as tx:
            return tx.posts.of_thread("forum", thread)

    def tickets(self, state: TicketState | None = None) -> tuple[Ticket, ...]:
        with self.storage.read() as tx:
            return tx.tickets.listing(state, 100)

    def cursor(self) -> dict[str, str]:
        with self.storage.read() as tx:
            return tx.sources.cursor("forum")


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the tables in it, made once: migrating anew for every test would cost most of its time."""
    path = tmp_path_factory.mktemp("template") / "empty.db"
    Storage.open(f"sqlite:///{path}").close()
    return path


@pytest.fixture
def house(tmp_path: Path, empty_database: Path) -> Iterator[House]:
    """A house with one source, "forum"."""
    clock = Clock()
    shutil.copy(empty_database, tmp_path / "house.db")
    storage = Storage.open(f"sqlite:///{tmp_path / 'house.db'}")
    with storage.begin() as tx:
        tx.sources.configure([("forum", "site", "index")], clock())
    site, board, pigeon = Site(clock), Board(), Pigeon()
    intake = Intake(
        storage=storage, matcher=NamedMatcher(), classifier=AngryClassifier(), brands=BRANDS, policy=TriagePolicy()
    )
    target = Target(
        name="forum",
        url="index",
        every=timedelta(minutes=1),
        allow_private=False,
        kind="site",
        detect=lambda page: ("site", "index"),
        make=lambda kind, url: SiteSource(SourceConfig(name="forum", kind=kind, url=url)),
        accounts=frozenset({"firma"}),
    )
    crawl = Crawl(storage=storage, intake=intake, targets={"forum": target}, clock=clock, roll=lambda: 0.0)
    drafts = NoDrafts()
    desk = Desk(
        storage=storage, brands=BRANDS, suggester=drafts, checker=drafts, can_publish=lambda name: True, clock=clock
    )
    publish = Publish(storage=storage, publisher=lambda name: board, talk=talk, clock=clock)
    dispatch = Dispatch(
        storage=storage,
        responders=[pigeon],
        publish=publish.send,
        view=desk.ticket,
        brands=BRANDS,
        inbox_url=lambda ticket: f"http://127.0.0.1/tickets/{ticket}",
        clock=clock,
    )
    yield House(storage, clock, site, board, pigeon, intake, crawl, desk, publish, dispatch)
    storage.close()
