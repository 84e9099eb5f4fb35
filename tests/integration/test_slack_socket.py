"""Clicks through a real Socket Mode connection to the stand-in: acknowledged in time, handed on, shown."""

import threading
import time
from collections.abc import Iterator

import pytest

from listener.errors import Conflict, ListenerError, PermanentDelivery
from listener.model import TicketState
from responders.slack import make_client
from responders.slack.actions import ApproveReply, Claim, Click, OpenReply, PickSuggestion, Resolve
from responders.slack.cards import ticket_card
from responders.slack.socket import Outcome, SlackSocket
from tests.standins.slack import SlackStandIn
from tests.unit.responders.alerts import alert
from tests.unit.responders.clicks import PLACE, clicked, picked, submitted


class Desk:
    """What the house would do: remembers clicks; claims once; approves all but texts that say "nie"."""

    def __init__(self) -> None:
        self.clicks: list[Click] = []
        self.taken = threading.Lock()
        self.slow = 0.0

    def __call__(self, click: Click) -> Outcome:
        self.clicks.append(click)
        if isinstance(click.command, Claim):
            if not self.taken.acquire(blocking=False):
                raise Conflict("ola ma to zgłoszenie")
            return Outcome(alert=alert(assignee="ola"))
        if isinstance(click.command, Resolve):
            return Outcome(alert=alert(state=TicketState.RESOLVED), note="zamknięte")
        if isinstance(click.command, ApproveReply):
            time.sleep(self.slow)
            if "nie" in click.command.text:
                raise ListenerError("obietnica bez pokrycia")
        return Outcome(alert=alert())


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


@pytest.fixture(scope="module")
def house() -> list[Desk]:
    """The desk that clicks go to; each test puts its own there."""
    return [Desk()]


@pytest.fixture(scope="module")
def socket(slack: SlackStandIn, house: list[Desk]) -> Iterator[None]:
    with SlackSocket(slack.app_token, make_client(slack.bot_token, slack.base_url), lambda click: house[0](click)):
        yield


@pytest.fixture
def desk(house: list[Desk]) -> Desk:
    house[0] = Desk()
    return house[0]


@pytest.fixture
def connected(slack: SlackStandIn, socket: None, desk: Desk) -> Iterator[SlackStandIn]:
    assert slack.wait(lambda: slack.sockets == 2, seconds=15)
    for seen in (slack.messages, slack.ephemeral, slack.views):
        seen.clear()
    client = make_client(slack.bot_token, slack.base_url)
    client.api_call("chat.postMessage", json={"channel": "C0ALERTS", **ticket_card(alert(), buttons=True)})
    slack.messages[0].ts = PLACE.ts
    yield slack
    assert slack.complaints == []


def test_a_claim_changes_the_card_and_a_second_one_is_told_in_private(connected: SlackStandIn, desk: Desk) -> None:
    connected.push(clicked("claim"))
    (card,) = connected.messages
    assert connected.wait(lambda: len(card.history) == 2)
    assert "otwarte · ola" in str(card.now["blocks"])
    connected.push(clicked("claim"))
    assert connected.wait(lambda: len(connected.ephemeral) == 1)
    assert connected.ephemeral[0]["user"] == "U1"
    assert "ola ma to zgłoszenie" in connected.ephemeral[0]["text"]
    assert len(card.history) == 2


def test_reply_opens_a_form_that_can_be_refilled_and_approved(connected: SlackStandIn, desk: Desk) -> None:
    connected.push(clicked("reply"))
    assert connected.wait(lambda: len(connected.views) == 1)
    (view,) = connected.views.values()
    first = view["hash"]
    connected.push(picked(view, 1))
    assert connected.wait(lambda: connected.views["V000001"]["hash"] != first)
    assert connected.views["V000001"]["blocks"][-1]["block_id"] == "reply_text1"
    envelope = connected.push(submitted("Dzień dobry. Zespół Okien"))
    assert connected.wait(lambda: envelope in connected.acks)
    assert not connected.acks[envelope].payload
    command = desk.clicks[-1].command
    assert command == ApproveReply(ticket_id=7, version=1, post_id=1, text="Dzień dobry. Zespół Okien")
    assert [type(click.command) for click in desk.clicks] == [OpenReply, PickSuggestion, ApproveReply]


@pytest.mark.parametrize(
    ("text", "told"), [("nie", "obietnica bez pokrycia"), (None, "Wpisz treść"), ("  ", "Wpisz treść")]
)
def test_what_cannot_be_approved_stays_in_the_form_with_the_reason(
    connected: SlackStandIn, text: str | None, told: str
) -> None:
    envelope = connected.push(submitted(text))
    assert connected.wait(lambda: envelope in connected.acks)
    answer = connected.acks[envelope].payload
    assert answer["response_action"] == "errors"
    assert told in answer["errors"]["reply_text0"]


def test_slow_work_is_acknowledged_in_time_and_told_later(connected: SlackStandIn, desk: Desk) -> None:
    desk.slow = 2.3
    envelope = connected.push(submitted("nie teraz"))
    assert connected.wait(lambda: envelope in connected.acks)
    assert connected.acks[envelope].seconds < 3
    assert connected.wait(lambda: len(connected.ephemeral) == 2)
    assert "obietnica bez pokrycia" in connected.ephemeral[-1]["text"]


def test_clicks_survive_a_disconnect(connected: SlackStandIn, desk: Desk) -> None:
    connected.disconnect("refresh_requested")
    for _ in range(4):
        connected.push(clicked("resolve"))
    assert connected.wait(lambda: len(desk.clicks) == 4)
    assert connected.wait(lambda: connected.sockets == 2, seconds=15)


def test_a_wrong_app_token_is_told_with_its_mend(slack: SlackStandIn, desk: Desk) -> None:
    with pytest.raises(PermanentDelivery, match="invalid_auth") as caught:
        SlackSocket("xapp-wrong", make_client(slack.bot_token, slack.base_url), desk).start()
    assert "SLACK_APP_TOKEN" in caught.value.mend
    assert "xapp-wrong" not in str(caught.value)
