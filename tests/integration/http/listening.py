"""A house of one source that reads a Site through the real client."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from listener import registry
from listener.crawl import Crawl, PassReport, Target
from listener.http import Http
from listener.intake import Intake
from listener.model import Brand
from listener.protocols import SourceConfig
from listener.storage import SourceRow, Storage
from listener.triage import TriagePolicy
from tests.fakes import AngryClassifier, Clock, NamedMatcher

NAME = "place"


@dataclass
class Listening:
    """look: one pass. marks, row: what is kept of the source."""

    storage: Storage
    clock: Clock
    crawl: Crawl

    async def look(self, http: Http) -> PassReport:
        report = await self.crawl.run(NAME, http, threading.Event())
        assert report
        return report

    def marks(self) -> dict[str, str]:
        with self.storage.read() as tx:
            return tx.sources.cursor(NAME)

    def row(self) -> SourceRow:
        with self.storage.read() as tx:
            row = tx.sources.one(NAME)
        assert row
        return row


@contextmanager
def listening(folder: Path, url: str, kind: str = "feed") -> Iterator[Listening]:
    """With a database of its own."""
    storage, clock = Storage.open(f"sqlite:///{folder / 'place.db'}"), Clock()
    with storage.begin() as tx:
        tx.sources.configure([(NAME, kind, url)], clock())
    intake = Intake(
        storage=storage,
        matcher=NamedMatcher(),
        classifier=AngryClassifier(),
        brands={"wintermann": Brand(id="wintermann", name="Wintermann")},
        policy=TriagePolicy(),
    )
    target = Target(
        name=NAME,
        url=url,
        every=timedelta(minutes=1),
        allow_private=True,
        kind=kind,
        detect=registry.detect,
        make=lambda found, where: registry.source_class(found)(SourceConfig(name=NAME, kind=found, url=where)),
    )
    crawl = Crawl(storage=storage, intake=intake, targets={NAME: target}, clock=clock, roll=lambda: 0.0)
    try:
        yield Listening(storage, clock, crawl)
    finally:
        storage.close()
