"""Each card once: over refusals, broken connections and crashes; and two people who click the same."""

import random
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from listener.errors import TransientDelivery
from listener.model import EventKind
from listener.protocols import Receipt
from responders.slack import SlackResponder, make_client
from responders.slack.commands import Act, Click, Command, Do, Memo, Place, SubmitReply
from tests.integration.slack.workplace import REPLY, Workplace, quick_folder, workplace
from tests.standins.slack import SCOPES, SlackStandIn
from tests.unit.responders.alerts import NOW, alert


@pytest.fixture(scope="module")
def slack() -> Iterator[SlackStandIn]:
    with SlackStandIn() as running:
        yield running


def responder(slack: SlackStandIn) -> SlackResponder:
    slack.forget()
    return SlackResponder("C0ALERTS", make_client(slack.bot_token, slack.base_url), apart=0.0)


def test_a_card_that_was_sent_before_the_crash_is_found_again(slack: SlackStandIn) -> None:
    first = responder(slack).deliver(alert(event_id=41), None)
    again = SlackResponder("C0ALERTS", make_client(slack.bot_token, slack.base_url), apart=0.0)
    assert again.deliver(alert(event_id=41, doubtful_since=NOW), None) == first
    again.deliver(alert(event_id=42, doubtful_since=NOW), None)
    assert len(slack.parents()) == 2, "another one was not sent, and is"


def test_a_story_that_was_sent_before_the_crash_is_found_again(slack: SlackStandIn) -> None:
    to_slack = responder(slack)
    card = to_slack.deliver(alert(event_id=1), None)
    changed = alert(EventKind.TICKET_CHANGED, event_id=2)
    to_slack.deliver(changed, card)
    again = SlackResponder("C0ALERTS", make_client(slack.bot_token, slack.base_url), apart=0.0)
    again.deliver(alert(EventKind.TICKET_CHANGED, event_id=2, doubtful_since=NOW), card)
    assert len(slack.thread(slack.parents()[0].ts)) == 1


def test_a_server_error_after_posting_posts_nothing_twice(slack: SlackStandIn) -> None:
    to_slack = responder(slack)
    slack.lose("chat.postMessage")
    with pytest.raises(TransientDelivery):
        to_slack.deliver(alert(event_id=7), None)
    assert len(slack.parents()) == 1, "it was posted, and nobody told us"
    receipt = to_slack.deliver(alert(event_id=7), None)
    assert receipt == Receipt(reference=f"C0ALERTS:{slack.parents()[0].ts}")
    assert len(slack.parents()) == 1


def test_a_rate_limit_is_no_doubt(slack: SlackStandIn) -> None:
    to_slack = responder(slack)
    slack.refuse("chat.postMessage", "ratelimited", status=429, retry_after=0)
    with pytest.raises(TransientDelivery):
        to_slack.deliver(alert(event_id=8), None)
    to_slack.deliver(alert(event_id=8), None)
    assert "conversations.history" not in slack.calls


def test_without_the_scope_it_is_sent_again() -> None:
    with SlackStandIn(scopes=SCOPES - {"channels:history"}) as poor:
        to_slack = SlackResponder("C0ALERTS", make_client(poor.bot_token, poor.base_url), apart=0.0)
        to_slack.deliver(alert(event_id=9), None)
        to_slack.deliver(alert(event_id=9, doubtful_since=NOW), None)
        assert len(poor.parents()) == 2


def test_two_people_who_click_the_same_at_random(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Straight at the door, as many times as a quick test can; benchmarks/slack.py does it a thousand times through
    Slack. Never two claims, never two replies."""
    chance = random.Random(7)
    with quick_folder(tmp_path_factory) as folder, workplace("none", folder) as work, ThreadPoolExecutor(2) as both:
        for number in range(6):
            ticket, card = work.card()
            memo = Memo(ticket_id=ticket.id, version=1, post_id=work.desk.ticket(ticket.id).latest.id, lang="pl")
            command = chance.choice(
                (
                    Do(act=Act.CLAIM, ticket_id=ticket.id, version=1),
                    SubmitReply(memo=memo, parts=(f"{REPLY} ({number})",), sign=True, anyway=True, block="text.pl0.0"),
                )
            )
            place = Place(channel=card.channel, ts=card.ts)
            both_click(both, work, command, place)
            view = work.desk.ticket(ticket.id)
            work.deliver()
            claims = [entry for entry in view.history if entry.action == "claimed"]
            assert len(claims) + len(view.replies) == 1, view.history
        assert len(work.board.up) == len(set(work.board.up))
        assert work.slack.complaints == []


def both_click(both: ThreadPoolExecutor, work: Workplace, command: Command, place: Place) -> None:
    """ala and jan at the same moment."""
    start = threading.Barrier(2)

    def click(user: str) -> None:
        start.wait(60)
        work.door.handle(Click(command=command, user_id=user, place=place))

    for done in [both.submit(click, user) for user in ("U1", "U2")]:
        done.result(60)
