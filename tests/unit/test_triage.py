"""What becomes of a mention, and why."""

from datetime import timedelta
from typing import Any

import pytest

from listener.model import Brand, Intent, Priority, Sentiment, Ticket, TicketAction, TicketState, Urgency
from listener.sla import SlaPolicy, first_response_due, resolution_due
from listener.triage import ThreadFacts, TriagePolicy, decide
from tests.making import NOW, a_mention, a_post, an_opinion, later

BRAND = Brand(id="wintermann", name="Okna Wintermann")
POLICY = TriagePolicy()


def an_open_ticket(**changes: object) -> Ticket:
    values: dict[str, object] = {
        "id": 1,
        "brand": "wintermann",
        "query": "Wintermann",
        "source": "forum",
        "thread_key": "10",
        "state": TicketState.OPEN,
        "priority": Priority.HIGH,
        "reasons": ("urgency: high",),
        "opened_at": NOW,
        "updated_at": NOW,
        "first_response_due": later(hours=1),
    }
    return Ticket(**values | changes)  # type: ignore[arg-type]


def test_a_complaint_opens_a_ticket_with_reasons_and_a_clock() -> None:
    change = decide(a_post(), a_mention(), an_opinion(), ThreadFacts(), brand=BRAND, policy=POLICY, now=later(hours=1))
    assert change.action is TicketAction.OPEN
    assert change.priority is Priority.NORMAL
    assert "negative complaint" in change.reasons
    assert change.first_response_due == NOW + timedelta(hours=8), "the clock starts when the post was seen"


@pytest.mark.parametrize(
    ("opinion", "facts", "brand", "why"),
    [
        ({"intents": (Intent.PRAISE,), "urgency": Urgency.LOW}, ThreadFacts(), BRAND, "nothing is due"),
        ({"intents": (), "urgency": Urgency.NORMAL}, ThreadFacts(), BRAND, "nothing is due"),
        ({"intents": (Intent.SPAM,), "urgency": Urgency.HIGH}, ThreadFacts(), BRAND, "spam"),
        ({}, ThreadFacts(ours=True), BRAND, "our own reply"),
        ({}, ThreadFacts(), Brand(id="wintermann", name="X", competitor=True), "about a competitor"),
    ],
)
def test_what_opens_nothing_says_why(opinion: dict[str, object], facts: ThreadFacts, brand: Brand, why: str) -> None:
    change = decide(a_post(), a_mention(), an_opinion(**opinion), facts, brand=brand, policy=POLICY, now=NOW)
    assert (change.action, change.reasons) == (TicketAction.IGNORE, (why,))


@pytest.mark.parametrize(
    ("post", "opinion"),
    [
        ({}, {"intents": (), "urgency": Urgency.CRITICAL}),
        ({"rating": 2.0, "rating_scale": 5.0}, {"intents": (), "urgency": Urgency.LOW}),
        ({}, {"intents": (Intent.SPAM, Intent.COMPLAINT)}),
    ],
)
def test_what_must_not_slip_through(post: dict[str, Any], opinion: dict[str, Any]) -> None:
    change = decide(
        a_post(**post), a_mention(), an_opinion(**opinion), ThreadFacts(), brand=BRAND, policy=POLICY, now=NOW
    )
    assert change.action is TicketAction.OPEN


def test_in_a_thread_in_hand_even_small_talk_is_shown_and_nothing_falls() -> None:
    facts = ThreadFacts(ticket=an_open_ticket(), unanswered=1)
    opinion = an_opinion(intents=(), urgency=Urgency.LOW, sentiment=Sentiment.NEUTRAL)
    change = decide(a_post("2"), a_mention(), opinion, facts, brand=BRAND, policy=POLICY, now=NOW)
    assert (change.action, change.priority) == (TicketAction.APPEND, Priority.HIGH)
    assert change.first_response_due == later(hours=1)


def test_a_repeat_without_an_answer_raises_and_brings_the_deadline_forward() -> None:
    ticket = an_open_ticket(priority=Priority.LOW, first_response_due=later(hours=24))
    facts = ThreadFacts(ticket=ticket, unanswered=2)
    change = decide(
        a_post("2", seen_at=later(hours=2)),
        a_mention(),
        an_opinion(urgency=Urgency.NORMAL),
        facts,
        brand=BRAND,
        policy=POLICY,
        now=later(hours=2),
    )
    assert change.priority is Priority.HIGH
    assert "repeated and unanswered" in change.reasons
    assert change.first_response_due == later(hours=3)


def test_clocks_follow_the_policy_and_fall_back_to_the_house() -> None:
    policy = SlaPolicy(first_response={Priority.HIGH: timedelta(minutes=30)}, resolution=timedelta(days=3))
    assert first_response_due(policy, Priority.HIGH, NOW) == later(minutes=30)
    assert first_response_due(policy, Priority.CRITICAL, NOW) == later(minutes=15)
    assert resolution_due(policy, NOW) == later(days=3)
