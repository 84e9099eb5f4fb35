"""The responder with the real slack_sdk client against a local stand-in for Slack."""

import itertools
import socket
from collections.abc import Iterator
from dataclasses import replace

import pytest

from listener.errors import PermanentDelivery, TransientDelivery
from listener.model import EventKind, ReplyState
from listener.protocols import Alert, Receipt
from responders.slack import SlackResponder, make_client, make_responder
from responders.slack.pace import Pace
from tests.standins.slack import SlackStandIn
from tests.unit.responders.alerts import NOW, alert, reply, stored


@pytest.fixture(scope="module")
def server() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


@pytest.fixture
def slack(server: SlackStandIn) -> SlackStandIn:
    server.messages.clear()
    server.complaints.clear()
    server.calls.clear()
    return server


def responder(slack: SlackStandIn, channel: str = "C0ALERTS", token: str | None = None) -> SlackResponder:
    """Without waiting: time passes as fast as the responder likes."""
    clock = itertools.count(0, 2.0)
    client = make_client(token or slack.bot_token, slack.base_url)
    return SlackResponder(channel, client, clock=lambda: float(next(clock)))


def test_a_ticket_becomes_a_card_and_its_receipt_names_it(slack: SlackStandIn) -> None:
    receipt = responder(slack).deliver(alert(), None)
    (message,) = slack.messages
    assert receipt.reference == f"C0ALERTS:{message.ts}"
    shown = str(message.now["blocks"])
    assert "*przeciekają trzeci tydzień*" in shown
    assert "zapowiada skargę do urzędu" in shown
    assert "Przykro nam." in shown
    assert "http://127.0.0.1:8080/tickets/7" in shown
    assert message.now["unfurl_links"] is False
    assert slack.complaints == []


def test_reasons_are_said_in_the_language_of_the_card(slack: SlackStandIn) -> None:
    responder(slack).deliver(
        alert(reasons=("intent: complaint", "repeated and unanswered", "wspomina sąd & <UOKiK>")), None
    )
    shown = str(slack.messages[0].now["blocks"])
    assert "zamiar: skarga" in shown
    assert "kolejny wpis bez odpowiedzi" in shown
    assert "wspomina sąd &amp; &lt;UOKiK&gt;" in shown


def test_later_events_change_the_card_and_tell_the_story_below_it(slack: SlackStandIn) -> None:
    to_slack = responder(slack)
    receipt = to_slack.deliver(alert(), None)
    more = alert(EventKind.TICKET_APPENDED, event_id=4, posts=(stored(), stored("Nadal cieknie!", number=2)))
    assert to_slack.deliver(more, receipt) == receipt
    published = alert(
        EventKind.REPLY_PUBLISHED, event_id=5, replies=(reply(ReplyState.PUBLISHED, url="http://127.0.0.1/t/1#p3"),)
    )
    assert to_slack.deliver(published, receipt) == receipt
    (card,) = slack.parents()
    assert len(card.history) == 3
    assert "Odpowiedź opublikowana" in str(card.now["blocks"])
    first, second = slack.thread(card.ts)
    assert "Nadal cieknie!" in first.now["text"]
    assert "ola" in second.now["text"]
    assert slack.complaints == []


def test_a_rule_may_choose_another_channel(slack: SlackStandIn) -> None:
    slack.channels.add("C9KRYZYS")
    routed = alert()
    receipt = responder(slack).deliver(
        replace(routed, event=replace(routed.event, payload={"channel": "C9KRYZYS"})), None
    )
    assert receipt.reference.startswith("C9KRYZYS:")


def test_a_card_that_somebody_deleted_is_posted_anew(slack: SlackStandIn) -> None:
    receipt = responder(slack).deliver(alert(EventKind.TICKET_CHANGED), Receipt(reference="C0ALERTS:1.000001"))
    (card,) = slack.parents()
    assert receipt.reference == f"C0ALERTS:{card.ts}"


def test_trouble_with_a_source_needs_no_ticket(slack: SlackStandIn) -> None:
    event = alert(EventKind.SOURCE_TROUBLE).event
    responder(slack).deliver(Alert(event=event, view=None, brand=None, text="forum: 403 <!channel>"), None)
    (message,) = slack.messages
    assert "forum: 403 &lt;!channel&gt;" in str(message.now["blocks"])


@pytest.mark.parametrize(
    ("error", "mend"),
    [
        ("invalid_auth", "SLACK_BOT_TOKEN"),
        ("channel_not_found", "channel"),
        ("not_in_channel", "/invite"),
        ("is_archived", "unarchive"),
        ("missing_scope", "manifest"),
        ("invalid_blocks", "report"),
        ("something_new", "docs.slack.dev"),
    ],
)
def test_refusals_for_good_say_what_to_mend(slack: SlackStandIn, error: str, mend: str) -> None:
    slack.refuse("chat.postMessage", error)
    with pytest.raises(PermanentDelivery) as caught:
        responder(slack).deliver(alert(), None)
    assert error in str(caught.value)
    assert mend in caught.value.mend
    assert slack.bot_token not in f"{caught.value!r} {caught.value.__cause__!r} {caught.value.__context__!r}"


def test_a_wrong_token_is_refused_without_being_told(slack: SlackStandIn) -> None:
    with pytest.raises(PermanentDelivery, match="invalid_auth") as caught:
        responder(slack, token="xoxb-wrong").deliver(alert(), None)
    assert "xoxb-wrong" not in str(caught.value)


@pytest.mark.parametrize(
    ("error", "status"), [("ratelimited", 429), ("internal_error", 200), ("fatal_error", 500), ("", 503)]
)
def test_refusals_for_now_are_to_be_tried_again(slack: SlackStandIn, error: str, status: int) -> None:
    slack.refuse("chat.postMessage", error, status=status, retry_after=7)
    with pytest.raises(TransientDelivery) as caught:
        responder(slack).deliver(alert(), None)
    assert caught.value.retry_after == 7


def test_slack_asking_for_silence_silences_everything_to_that_channel(slack: SlackStandIn) -> None:
    now = [100.0]
    to_slack = SlackResponder("C0ALERTS", make_client(slack.bot_token, slack.base_url), clock=lambda: now[0])
    slack.refuse("chat.postMessage", "ratelimited", status=429, retry_after=30)
    for waited in (30.0, 20.0):
        with pytest.raises(TransientDelivery) as caught:
            to_slack.deliver(alert(), None)
        assert caught.value.retry_after == waited
        now[0] += 10
    assert slack.calls.count("chat.postMessage") == 1
    now[0] += 20
    to_slack.deliver(alert(), None)
    assert len(slack.messages) == 1


def test_nobody_there_is_to_be_tried_again() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    to_slack = make_responder(channel="C0ALERTS", token="xoxb-secret", base_url=f"http://127.0.0.1:{port}/api/")
    with pytest.raises(TransientDelivery) as caught:
        to_slack.deliver(alert(), None)
    assert "xoxb-secret" not in str(caught.value)


def test_pace_waits_for_short_turns_and_sends_away_for_long_ones() -> None:
    now, slept = [0.0], []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        now[0] += seconds

    pace = Pace(lambda: now[0], sleep, apart=1.0)
    assert [pace.turn() for _ in range(4)] == [0.0] * 4
    assert slept == [1.0, 1.0, 1.0]
    pace.silence(60)
    assert pace.turn() == 60


def test_everything_people_should_see_is_handled(slack: SlackStandIn) -> None:
    unhandled = [kind for kind in EventKind if not responder(slack).handles(alert(kind).event)]
    # what watchers hear goes to each of them alone (SlackCalls); the other two are for us to do
    assert set(unhandled) == {EventKind.REPLY_APPROVED, EventKind.HIDING_ASKED, EventKind.WATCH_NEWS}
    assert NOW.tzinfo is not None
