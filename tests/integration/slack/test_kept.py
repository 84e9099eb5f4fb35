"""A click that was given is done, whatever dies in between: kept before it is acknowledged, done at the next start, and
done once. By both ways in."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from listener.intake import Haul, Intake
from listener.model import Ticket
from listener.slack_door.keeping import TRIES, Keeping
from listener.storage import Storage
from listener.triage import TriagePolicy
from responders.slack.commands import Memo
from responders.slack.envelopes import Envelope, EnvelopeKind
from responders.slack.fields import TEXT
from responders.slack.forms import note_form
from tests.fakes import AngryClassifier, NamedMatcher
from tests.integration.slack import service
from tests.integration.slack.workplace import BRAND, REPLY, SECRET, Workplace, quick_folder, workplace
from tests.integration.test_crash import ROOT
from tests.making import a_post
from tests.standins.slack import SlackStandIn
from tests.standins.slack_person import Person

BLOCK = f"{TEXT}.pl0.0"
NOTE = "Klient dzwonił."


def kept(work: Workplace, *payloads: dict[str, Any], kind: EnvelopeKind = EnvelopeKind.INTERACTIVE) -> None:
    """What Slack sent to a process that died with it in hand."""
    for payload in payloads:
        assert Keeping(work.storage, work.clock).keep(Envelope(kind=kind, payload=payload)) is not None


def left(storage: Storage) -> int:
    with storage.read() as tx:
        return len(tx.clicks.left())


def note_of(person: Person, ticket_id: int, version: int) -> dict[str, Any]:
    """A note as it is submitted. The form says all that Slack would send back of it."""
    memo = Memo(ticket_id=ticket_id, version=version, channel="C0ALERTS")
    return person.submission({**note_form(memo, (), ()), "id": "V1", "hash": "1"}, note=NOTE)


def test_what_a_dead_process_left_is_done_by_the_next(tmp_path_factory: pytest.TempPathFactory) -> None:
    with quick_folder(tmp_path_factory) as folder, SlackStandIn(channels=("C0ALERTS", "C0TEAM")) as slack:
        with workplace("socket", folder, slack=slack) as before:
            (claimed, first), (answered, second), (noted, third) = (before.card(f"Okna Wintermanna {n}") for n in "abc")
            before.ala.press(second, "reply")
            form = before.ala.form("reply")
            kept(before, before.ala.pressed(first, "claim"), before.ala.submission(form, **{BLOCK: REPLY}))
            kept(before, note_of(before.jan, noted.id, noted.version), before.mia.pressed(third, "reply"))
            kept(before, before.mia.commanded("wycisz forum 1h"), kind=EnvelopeKind.COMMAND)
            slack.expire_triggers()
        with workplace("socket", folder, slack=slack):
            pass  # what was left is finished before it closes
        with workplace("none", folder, slack=slack) as after:
            assert left(after.storage) == 0
            assert after.now(claimed).assignee == "ala"
            assert [reply.approved_by for reply in after.desk.ticket(answered.id).replies] == ["ala"]
            assert [note.text for note in after.desk.ticket(noted.id).notes] == [NOTE]
            assert [mute.scope for mute in after.desk.mutes(now=after.clock())] == ["source:forum"]
            assert "Kliknij jeszcze raz" in after.told(after.mia), "a form cannot be opened so late"
            assert after.desk.ticket(noted.id).lock is None
            assert slack.complaints == []


def test_a_click_that_no_start_gets_through_is_put_aside(tmp_path_factory: pytest.TempPathFactory) -> None:
    with quick_folder(tmp_path_factory) as folder, workplace("none", folder) as work:
        _, card = work.card()
        kept(work, work.ala.pressed(card, "claim"))
        keeping = Keeping(work.storage, work.clock)
        assert [len(keeping.left()) for _ in range(TRIES + 1)] == [1] * TRIES + [0]
        with work.storage.read() as tx:
            assert [(one.source, one.count) for one in tx.arrivals.stuck()] == [("[slack]", 1)]


def test_what_is_done_leaves_nothing_to_read(tmp_path_factory: pytest.TempPathFactory) -> None:
    with quick_folder(tmp_path_factory) as folder, workplace("none", folder) as work:
        _, card = work.card()
        keeping = Keeping(work.storage, work.clock)
        click = Envelope(kind=EnvelopeKind.INTERACTIVE, payload=work.ala.pressed(card, "claim"))
        number = keeping.keep(click)
        assert number is not None
        keeping.done(number)
        assert keeping.keep(click) is None, "known by its trigger, for a day"
        with work.storage.read() as tx:
            assert tx.clicks.left() == ()
            assert tx.arrivals.waiting() == 0


# --- killed -------------------------------------------------------------------------------------------------


@dataclass
class Mortal:
    """The service in a process that can be killed. life(): one of them."""

    process: subprocess.Popen[str]
    slack: SlackStandIn
    config: Path
    http: bool

    def line(self) -> list[str]:
        assert self.process.stdout
        return self.process.stdout.readline().split()

    def begin(self, failpoint: str) -> None:
        assert self.process.stdin
        self.process.stdin.write(f"{failpoint}\t{self.config}\n")
        self.process.stdin.flush()

    @contextmanager
    def life(self, failpoint: str = "") -> Iterator[int]:
        """Its process id, once it can be clicked in."""
        self.begin(failpoint)
        said, port, pid = self.line()
        assert said == "ready"
        if self.http:
            self.slack.over_http(f"http://127.0.0.1:{port}", SECRET)
        else:
            assert self.slack.wait(lambda: self.slack.sockets == 2, 60)
        yield int(pid)

    def died(self) -> int:
        """How: minus the signal."""
        line = self.line()
        while line[0] == "ready":  # it died before or after it could say so
            line = self.line()
        return int(line[1])


@pytest.fixture(scope="module", params=["socket", "http"])
def mortal(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mortal]:
    command = [sys.executable, "-m", "tests.integration.slack.mortal"]
    with (
        quick_folder(tmp_path_factory) as folder,
        SlackStandIn() as slack,
        subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process,
    ):
        config = service.config(folder, slack)
        if request.param == "http":
            secret = f'mode = "http"\nsigning_secret = "{SECRET}"\n'
            config.write_text(config.read_text().replace("app_token", secret + "app_token"))
        yield Mortal(process, slack, config, request.param == "http")
        assert process.stdin
        process.stdin.close()


@contextmanager
def opened(config: Path) -> Iterator[Storage]:
    storage = Storage.open(f"sqlite:///{config.parent / 'listener.db'}")
    try:
        yield storage
    finally:
        storage.close()


def a_ticket(config: Path) -> Ticket:
    """Somebody wrote, and it is known."""
    with opened(config) as storage:
        intake = Intake(
            storage=storage,
            matcher=NamedMatcher(),
            classifier=AngryClassifier(),
            brands={BRAND.id: BRAND},
            policy=TriagePolicy(),
        )
        now = datetime.now(UTC)
        post = a_post("1", text="Okna Wintermanna przeciekają!", seen_at=now, published_at=now)
        intake.take(Haul(source="forum", posts=(post,)), now)
        with storage.read() as tx:
            return tx.tickets.listing(None, 1)[0]


def notes(config: Path, ticket: Ticket) -> list[str]:
    with opened(config) as storage, storage.read() as tx:
        return [note.text for note in tx.colleagues.notes(ticket.id)]


def test_killed_with_a_click_in_hand_it_is_done_once(mortal: Mortal) -> None:
    """A note: nothing in it says whether it was written already, as a ticket's version does for a claim."""
    slack = mortal.slack
    ticket = a_ticket(mortal.config)
    click = note_of(Person(slack), ticket.id, ticket.version)
    with mortal.life("slack.kept"):
        slack.push(click)
        assert mortal.died() == -signal.SIGKILL
    assert notes(mortal.config, ticket) == [], "kept, and not done"
    mortal.begin("slack.done")
    assert mortal.died() == -signal.SIGKILL, "done at the start, and nothing noted of it"
    with mortal.life() as pid:
        again = slack.push(click)
        assert slack.wait(lambda: again in slack.acks, 60), "a second delivery is acknowledged, and no more"
        os.kill(pid, signal.SIGTERM)
        assert mortal.died() == 0
    assert notes(mortal.config, ticket) == [NOTE]
