"""Where the answer takes longer than Slack waits: acknowledged all the same, told later, nothing typed is lost."""

from collections.abc import Iterator

import pytest

from listener.model import TicketState
from responders.slack.fields import TEXT
from tests.integration.slack.workplace import REPLY, Workplace, quick_folder, workplace
from tests.standins.slack_person import words_of

BLOCK = f"{TEXT}.pl0.0"


@pytest.fixture(scope="module", params=["socket", "http"])
def hurry(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    """It waits for nothing but a moment."""
    with quick_folder(tmp_path_factory) as folder, workplace(request.param, folder, patience=0.2) as opened:
        yield opened


def test_a_slow_desk_is_acknowledged_at_once_and_told_later(hurry: Workplace) -> None:
    hurry.gate.clear()
    envelope = hurry.slack.push(hurry.mia.commanded("raport"), "slash_commands")
    hurry.until(lambda: envelope in hurry.slack.acks)
    assert hurry.slack.acks[envelope].payload is None
    hurry.gate.set()
    hurry.until(lambda: any("wpis" in words_of(answer) for answer in hurry.slack.responses))
    assert hurry.slack.complaints == []


def test_what_was_typed_is_not_lost_where_the_answer_comes_late(hurry: Workplace) -> None:
    ticket, card = hurry.card()
    hurry.ala.press(card, "reply")
    form = hurry.ala.form("reply")
    hurry.gate.clear()
    envelope = hurry.slack.push(hurry.ala.submission(form, **{BLOCK: REPLY}))
    hurry.until(lambda: envelope in hurry.slack.acks)
    with hurry.storage.begin() as tx:  # somebody closes the ticket meanwhile
        tx.tickets.change(hurry.now(ticket), hurry.clock(), state=TicketState.RESOLVED)
    hurry.gate.set()
    hurry.until(lambda: any(m.channel == "DU1" for m in hurry.slack.messages))
    kept = next(m for m in hurry.slack.messages if m.channel == "DU1")
    assert REPLY in words_of(kept.now)
    assert hurry.desk.ticket(ticket.id).replies == ()


def test_what_cannot_be_kept_is_not_acknowledged(hurry: Workplace) -> None:
    ticket, card = hurry.card()
    with hurry.storage.begin():  # somebody else holds the database
        envelope = hurry.slack.push(hurry.ala.pressed(card, "claim"))
        assert not hurry.slack.wait(lambda: envelope in hurry.slack.acks, 0.5)
    hurry.until(lambda: envelope in hurry.slack.acks)
    hurry.until(lambda: hurry.now(ticket).assignee == "ala")
