"""A desk with people at it, over both databases. Each test has a fresh copy of an empty one: migrations cost most."""

import os
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from listener.alerting import AlertPolicy
from listener.baseline import CrisisPolicy
from listener.clockwork import Clockwork
from listener.desk import Desk
from listener.dispatch import Dispatch, Lane
from listener.distribution import Agent, Staff, Team
from listener.intake import Haul, Intake
from listener.model import Brand, Classification, EventKind, Reply, Ticket, Topic
from listener.protocols import SuggestionContext
from listener.storage import Storage
from listener.triage import TriagePolicy
from tests.databases import copy_of, new_database
from tests.fakes import Clock, NamedMatcher, Pigeon
from tests.making import a_post, an_opinion

BRANDS = {"wintermann": Brand(id="wintermann", name="Okna Wintermann", sector="shop")}
STAFF = Staff(
    teams=(Team(name="bok", manager="mia"), Team(name="social", lends_to=("bok",))),
    agents=(
        Agent(name="ala", teams=("bok",), capacity=2, slack="U1"),
        Agent(name="ola", teams=("bok",), capacity=2, slack="U2"),
        Agent(name="ula", teams=("social",), capacity=2),
    ),
)


class NoDrafts:
    """Suggests nothing and finds nothing wrong."""

    def suggest(self, context: SuggestionContext) -> tuple[()]:
        return ()

    def check(self, text: str, context: SuggestionContext, kind: str) -> tuple[()]:
        return ()


class Topical:
    """Calls everything a complaint, about what its text names in brackets: "[billing]"."""

    version = "test"

    def classify(self, texts: Sequence[str]) -> list[Classification]:
        return [an_opinion(topics=tuple(topic for topic in Topic if f"[{topic.value}]" in text)) for text in texts]


@dataclass
class Office:
    """The parts, wired as listener.app wires them, without sources and publishing."""

    storage: Storage
    clock: Clock
    intake: Intake
    desk: Desk
    clockwork: Clockwork
    dispatch: Dispatch
    pigeon: Pigeon

    def hears(self, number: int, text: str = "Okna Wintermann zimne", **changes: Any) -> None:
        """One post of the forum, in a thread of its own unless told."""
        given = {"thread_id": str(number), "author": f"a{number}", "text": text, "seen_at": self.clock()}
        given |= {"published_at": self.clock()}
        post = a_post(str(number), **given | changes)
        self.intake.take(Haul(source=post.source, posts=(post,)), self.clock())

    def tickets(self) -> tuple[Ticket, ...]:
        """All, by id."""
        with self.storage.read() as tx:
            return tx.tickets.all()

    def now(self, ticket: Ticket | int) -> Ticket:
        """A ticket as it is now."""
        with self.storage.read() as tx:
            found = tx.tickets.one(ticket if isinstance(ticket, int) else ticket.id)
        assert found
        return found

    def events(self, *kinds: EventKind) -> list[tuple[EventKind, dict[str, Any]]]:
        """What waits to be told, taken off the list."""
        with self.storage.begin() as tx:
            found = tx.outbox.claim(self.clock(), self.clock() + timedelta(minutes=1), 1000, kinds or tuple(EventKind))
            for event in found:
                tx.outbox.settle(event.id, None)
        return [(event.kind, dict(event.payload)) for event in sorted(found, key=lambda event: event.id)]

    def answers(self, ticket: Ticket, text: str = "Już sprawdzamy.", by: str = "ala") -> Reply:
        """A reply, posted by hand as far as the desk knows."""
        now = self.now(ticket)
        post_id = self.desk.ticket(ticket.id).latest.id
        return self.desk.posted_by_hand(
            ticket.id, post_id=post_id, text=text, url="https://forum.example/#r", approved_by=by,
            version=now.version, now=self.clock(),
        )  # fmt: skip

    def sends(self) -> list[tuple[EventKind, int | None]]:
        """Dispatches what is due; what the pigeon got for it."""
        before = len(self.pigeon.sent)
        while self.dispatch.run(Lane.ALERTS):
            pass
        return [(alert.event.kind, alert.event.ticket_id) for alert, _ in self.pigeon.sent[before:]]

    def with_(self, **changes: Any) -> "Office":
        """The same office with other policies: staff, approval, rules, floods, alerting, policy, crisis."""
        intake = {name: changes[name] for name in ("rules", "floods", "policy") if name in changes}
        desk = {name: changes[name] for name in ("staff", "approval") if name in changes}
        dispatch = {name: changes[name] for name in ("alerting",) if name in changes}
        return replace(
            self,
            intake=replace(self.intake, **intake),
            desk=replace(self.desk, **desk),
            dispatch=replace(self.dispatch, **dispatch),
            clockwork=_clockwork(self.storage, self.clock, **changes),
        )


def _clockwork(storage: Storage, clock: Clock, **changes: Any) -> Clockwork:
    policy: TriagePolicy = changes.get("policy", TriagePolicy())
    return Clockwork(
        storage=storage,
        policy=policy,
        staff=changes.get("staff", STAFF),
        alerting=changes.get("alerting", AlertPolicy()),
        crisis=changes.get("crisis", CrisisPolicy()),
        brands=BRANDS,
        clock=clock,
    )


@pytest.fixture(scope="session")
def sqlite_template() -> Iterator[Path]:
    """An empty database with all tables, in memory where the machine has such a folder."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(prefix="desk-", dir=memory if os.access(memory, os.W_OK) else None) as name:
        file = Path(name) / "empty.db"
        Storage.open(f"sqlite:///{file}").close()
        yield file


@pytest.fixture(scope="session")
def postgres_template(postgres: str) -> str:
    """The same on the server."""
    url = new_database(postgres)
    Storage.open(url).close()
    return url


both = pytest.mark.parametrize("storage", ["sqlite", "postgresql"], indirect=True)
"""For tests of what the two databases do in their own way."""


@pytest.fixture
def storage(request: pytest.FixtureRequest) -> Iterator[Storage]:
    """A copy of the empty database: SQLite, or what the test asks for."""
    if getattr(request, "param", "sqlite") == "sqlite":
        template: Path = request.getfixturevalue("sqlite_template")
        file = template.with_name("copy.db")
        for old in template.parent.glob("copy.db*"):
            old.unlink()
        shutil.copy(template, file)
        url = f"sqlite:///{file}"
    else:
        url = copy_of(request.getfixturevalue("postgres"), request.getfixturevalue("postgres_template"))
    opened = Storage.open(url)
    yield opened
    opened.close()


@pytest.fixture
def office(storage: Storage) -> Office:
    """Everybody in, nothing on the desk."""
    clock, drafts, pigeon = Clock(), NoDrafts(), Pigeon()
    with storage.begin() as tx:
        tx.sources.configure([("forum", "site", "index")], clock())
    intake = Intake(storage=storage, matcher=NamedMatcher(), classifier=Topical(), brands=BRANDS, policy=TriagePolicy())
    desk = Desk(
        storage=storage, brands=BRANDS, suggester=drafts, checker=drafts,
        can_publish=lambda source: source != "by hand", clock=clock, staff=STAFF,
    )  # fmt: skip
    dispatch = Dispatch(
        storage=storage, responders=[pigeon], publish=lambda reply_id: None, view=desk.ticket, brands=BRANDS,
        inbox_url=lambda ticket: None, clock=clock, channel="C1",
    )  # fmt: skip
    return Office(storage, clock, intake, desk, _clockwork(storage, clock), dispatch, pigeon)


@pytest.fixture
def ticket(office: Office) -> Ticket:
    """One complaint that nobody has, already told of."""
    office.hears(1)
    office.events()
    return office.tickets()[0]
