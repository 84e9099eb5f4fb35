"""A small house on SQLite: real storage and use cases, friendly stand-ins for what lies outside."""

import asyncio
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

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
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the tests' one SQLite file lies, one after the other: in memory where the machine has such a folder, as
    it is the disk that commits wait for."""
    memory = Path("/dev/shm")
    folder = memory if os.access(memory, os.W_OK) else tmp_path_factory.mktemp("house")
    with TemporaryDirectory(prefix="house-", dir=folder) as name:
        yield Path(name) / "house.db"


@pytest.fixture(scope="session")
def kept(database: Path) -> Iterator[Storage]:
    """That file opened: once, as migrations and compiled statements would cost a test most of its time."""
    storage = Storage.open(f"sqlite:///{database}")
    storage.close()
    shutil.copy(database, database.with_suffix(".empty"))
    yield storage
    storage.close()


@pytest.fixture
def storage(kept: Storage, database: Path) -> Iterator[Storage]:
    """It with empty tables."""
    for name in ("house.db-wal", "house.db-shm"):
        database.with_name(name).unlink(missing_ok=True)
    shutil.copy(database.with_suffix(".empty"), database)
    yield kept
    kept.close()


@pytest.fixture
def house(storage: Storage) -> House:
    """A house with one source, "forum"."""
    clock = Clock()
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
    return House(storage, clock, site, board, pigeon, intake, crawl, desk, publish, dispatch)
