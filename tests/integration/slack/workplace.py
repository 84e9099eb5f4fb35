"""A house with Slack in front of it: real storage, desk and dispatch, the real slack_sdk, the stand-in behind it."""

import os
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

import pytest

from listener.approval import ApprovalPolicy
from listener.desk import Desk
from listener.digest import Digest, make_digest
from listener.dispatch import Dispatch, Lane
from listener.distribution import Agent, Staff, Team
from listener.intake import Haul, Intake
from listener.model import Brand, Ticket, Violation
from listener.moderate import Moderate
from listener.protocols import SuggestionContext
from listener.publish import Publish
from listener.shipped import config_folder
from listener.slack_door import People, SlackDoor
from listener.slack_door.keeping import Keeping
from listener.slack_door.making import card_of
from listener.storage import Storage
from listener.triage import TriagePolicy
from listener.views import Role
from listener.web import WebSettings, make_app
from listener.web.slack import add_slack
from responders.slack import SlackResponder, make_client
from responders.slack.calls import SlackCalls
from responders.slack.commands import Click, Place, ShowHome
from responders.slack.over_http import SlackHttp
from responders.slack.reception import Reception
from responders.slack.screen import Screen
from responders.slack.socket import SlackSocket
from responders.suggest import ReplyCheck, Suggestions, load_canned
from tests.fakes import AngryClassifier, Clock, Guestbook, NamedMatcher, talk
from tests.making import a_post
from tests.standins.slack import Message, SlackStandIn
from tests.standins.slack_person import Person
from tests.web.server import free_socket, serving

SECRET = "shhh-standin"
BRAND = Brand(
    id="wintermann",
    name="Okna Wintermann",
    sector="shop",
    disclosure=("Zespół Okien Wintermann", "Okna Wintermann customer care team"),
)
STAFF = Staff(
    teams=(Team(name="obsługa", manager="mia", channel="C0TEAM"),),
    agents=(
        Agent(name="ala", teams=("obsługa",), slack="U1"),
        Agent(name="jan", teams=("obsługa",), slack="U2"),
        Agent(name="mia", teams=("obsługa",), slack="U3", role=Role.MANAGER),
        Agent(name="wik", slack="U4", role=Role.VIEWER),
    ),
)
REPLY = "Dzień dobry, przykro nam, że to tak długo trwa. Prosimy o kontakt, sprawdzimy to. Zespół Okien Wintermann"


class GatedCheck(ReplyCheck):
    """Takes as long as the gate is shut."""

    def __init__(self, gate: threading.Event) -> None:
        super().__init__(())
        self._gate = gate

    def check(self, text: str, context: SuggestionContext, kind: str) -> tuple[Violation, ...]:
        self._gate.wait(60)
        return super().check(text, context, kind)


@dataclass
class Workplace:
    """gate: while it is shut nothing is checked and no digest made.

    ala and jan answer, mia is the manager, wik may only look, obcy is a stranger."""

    slack: SlackStandIn
    storage: Storage
    desk: Desk
    door: SlackDoor
    intake: Intake
    board: Guestbook
    clock: Clock
    dispatch: Dispatch
    numbers: Iterator[int]
    gate: threading.Event
    address: str = ""

    def __post_init__(self) -> None:
        self.ala = Person(self.slack, "U1", "ala.k")
        self.jan = Person(self.slack, "U2", "jan")
        self.mia = Person(self.slack, "U3", "mia")
        self.wik = Person(self.slack, "U4", "wik")
        self.obcy = Person(self.slack, "U99", "obcy")

    def post(self, text: str = "Okna Wintermanna przeciekają trzeci tydzień!", *, thread: str = "") -> Ticket:
        """Somebody writes; the ticket of it. thread: an earlier one; else a new one."""
        number = next(self.numbers)
        where = thread or f"w{number}"
        post = a_post(
            str(number),
            thread_id=where,
            text=f"{text} ({number})",
            url=f"https://forum.example/{where}/{number}",
            author=f"janek{where}",
            seen_at=self.clock(),
        )
        self.intake.take(Haul(source="forum", posts=(post,), gone=(), marks={}), self.clock())
        with self.storage.read() as tx:
            return max(
                (ticket for ticket in tx.tickets.listing(None, 1000) if ticket.thread_key == where), key=lambda t: t.id
            )

    def deliver(self) -> None:
        """Everything that waits goes out."""
        while sum(self.dispatch.run(lane) for lane in Lane):
            pass

    def card(self, text: str = "Okna Wintermanna przeciekają trzeci tydzień!") -> tuple[Ticket, Message]:
        """A new ticket and its card."""
        ticket = self.post(text)
        self.deliver()
        return ticket, self.card_of(ticket)

    def card_of(self, ticket: Ticket) -> Message:
        """Where it stands."""
        place = card_of(self.storage, ticket.id)
        assert place is not None
        return next(message for message in self.slack.messages if message.ts == place.ts)

    def cards(self, ticket: Ticket) -> list[Message]:
        """Its messages in the channel: one, unless something is wrong."""
        head = f"t{ticket.id}:head"
        return [message for message in self.slack.parents() if message.now["blocks"][0]["block_id"] == head]

    def now(self, ticket: Ticket) -> Ticket:
        """As it is now."""
        return self.desk.ticket(ticket.id).ticket

    def until(self, condition: Callable[[], bool], seconds: float = 30.0) -> None:
        """Waits for something that Slack sees."""
        assert self.slack.wait(condition, seconds), (self.slack.complaints, self.slack.ephemeral, self.slack.calls)

    def home_click(self, user_id: str) -> Click:
        """Somebody opens their home tab."""
        return Click(command=ShowHome(), user_id=user_id, place=Place(home=True))

    def told(self, person: Person) -> str:
        """The latest words for one person alone, once there are any."""

        def words() -> list[str]:
            own = [e["text"] for e in list(self.slack.ephemeral) if e["user"] == person.user_id]
            return own + [m.now["text"] for m in list(self.slack.messages) if m.channel == f"D{person.user_id}"]

        self.until(lambda: bool(words()))
        return words()[-1]


@contextmanager
def quick_folder(factory: pytest.TempPathFactory) -> Iterator[Path]:
    """For a database: in memory where the machine has such a folder, as it is the disk that commits wait for."""
    memory = Path("/dev/shm")
    with TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else factory.mktemp("slack")) as name:
        yield Path(name)


@contextmanager
def workplace(
    mode: str,
    folder: Path,
    *,
    approval: ApprovalPolicy | None = None,
    staff: Staff = STAFF,
    named: Sequence[tuple[str, str]] = (),
    slack: SlackStandIn | None = None,
    patience: float = 60.0,
) -> Iterator[Workplace]:
    """mode: "socket", "http" or "none": how clicks come in. patience: seconds until an answer is given later."""
    clock = Clock()
    with ExitStack() as stack:
        slack = slack or stack.enter_context(SlackStandIn(channels=("C0ALERTS", "C0TEAM", "C0TALK")))
        storage = Storage.open(f"sqlite:///{folder / 'listener.db'}")
        stack.callback(storage.close)
        with storage.begin() as tx:
            tx.sources.configure([("forum", "site", "index")], clock())
        brands = {BRAND.id: BRAND}
        intake = Intake(
            storage=storage, matcher=NamedMatcher(), classifier=AngryClassifier(), brands=brands, policy=TriagePolicy()
        )
        gate = threading.Event()
        gate.set()
        checker, board = ReplyCheck(()), Guestbook()
        desk = Desk(
            storage=storage,
            brands=brands,
            suggester=Suggestions(load_canned(config_folder("canned")), (), checker=checker),
            checker=GatedCheck(gate),
            can_publish=lambda source: source != "by hand",
            publisher=lambda source: board if source != "by hand" else None,
            clock=clock,
            staff=staff,
            approval=approval or ApprovalPolicy(),
        )
        client = make_client(slack.bot_token, slack.base_url)
        screen = Screen(client)
        people = People(desk=desk, named=dict(named), email=screen.email)
        zone = ZoneInfo("Europe/Warsaw")

        def digest(start: datetime, end: datetime) -> Digest:
            gate.wait(60)
            return make_digest(storage, start, end, None, zone)

        door = SlackDoor(
            desk=desk,
            screen=screen,
            people=people,
            brands=brands,
            inbox_url=lambda number: "http://127.0.0.1" + (f"/tickets/{number}" if number else ""),
            clock=clock,
            card_of=lambda number: card_of(storage, number),
            digest=digest,
            sources=("forum",),
            zone=zone,
        )
        moderate = Moderate(storage=storage, publisher=lambda name: board, talk=talk, clock=clock)
        publish = Publish(storage=storage, publisher=lambda name: board, talk=talk, clock=clock)
        dispatch = Dispatch(
            storage=storage,
            responders=[
                SlackResponder("C0ALERTS", client, buttons=True, apart=0.0),
                SlackCalls(
                    client,
                    people.slack_of,
                    buttons=True,
                    channels={"obsługa": "C0TEAM"},
                    managers={"obsługa": "mia"},
                    apart=0.0,
                ),
            ],
            publish=publish.send,
            moderate=moderate.take_up,
            view=desk.ticket,
            brands=brands,
            inbox_url=lambda number: f"http://127.0.0.1/tickets/{number}",
            clock=clock,
        )
        reception = Reception(door, keeper=Keeping(storage, clock), ack_within=patience)
        address = _enter(stack, mode, slack, reception, door)
        yield Workplace(slack, storage, desk, door, intake, board, clock, dispatch, count(1), gate, address)


def _enter(stack: ExitStack, mode: str, slack: SlackStandIn, reception: Reception, door: SlackDoor) -> str:
    """Opens the way in; its address, where it has one."""
    if mode == "none":
        reception.close()
        return ""
    client = make_client(slack.bot_token, slack.base_url)
    if mode == "socket":
        stack.enter_context(SlackSocket(slack.app_token, client, reception))
        assert slack.wait(lambda: slack.sockets == 2, 60)
        return ""
    requests = SlackHttp(SECRET, reception, lambda: datetime.now(UTC))
    stack.callback(requests.close)
    app = make_app(door.desk, WebSettings(port=0), clock=door.clock)
    add_slack(app, requests)
    listening = stack.enter_context(free_socket())
    address = stack.enter_context(serving(app, listening))
    slack.over_http(address, SECRET)
    return address
