"""What becomes of a mention, and why."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from listener.model import (
    Brand,
    Intent,
    Priority,
    Reach,
    Sentiment,
    Ticket,
    TicketAction,
    TicketChange,
    TicketState,
    Urgency,
)
from listener.sla import SlaPolicy, first_response_due, resolution_due
from listener.triage import (
    ReachPolicy,
    ThreadFacts,
    TriagePolicy,
    decide,
    far,
    gone_far,
    raised_by_rule,
    reopened,
)
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


def appended(ticket: Ticket, facts: ThreadFacts, **opinion: object) -> TicketChange:
    """A post of two hours later in the thread of a ticket."""
    given = replace(facts, ticket=ticket)
    post = a_post(seen_at=later(hours=2))
    said = an_opinion(**opinion)
    return decide(post, a_mention(), said, given, brand=BRAND, policy=POLICY, now=later(hours=2))


def test_an_author_who_writes_again_after_an_answer_starts_the_next_clock() -> None:
    answered = an_open_ticket(first_response_at=NOW, state=TicketState.PENDING)
    change = appended(answered, ThreadFacts(by_author=True))
    assert change.state is TicketState.OPEN
    assert change.next_response_due == later(hours=3)
    again = replace(answered, state=TicketState.OPEN, next_response_due=later(hours=2, minutes=10))
    assert appended(again, ThreadFacts(by_author=True)).next_response_due == later(hours=2, minutes=10)
    assert appended(answered, ThreadFacts()).next_response_due is None
    assert appended(answered, ThreadFacts(by_author=True, edited=True)).next_response_due is None


def test_who_is_asleep_is_woken_by_its_author_and_by_what_presses_more() -> None:
    asleep = an_open_ticket(state=TicketState.SNOOZED, paused_since=later(minutes=30), snoozed_until=later(days=1))
    assert appended(asleep, ThreadFacts()).state is TicketState.SNOOZED
    woken = appended(asleep, ThreadFacts(by_author=True))
    assert (woken.state, woken.first_response_due) == (TicketState.OPEN, later(hours=2, minutes=30))
    pressing = appended(asleep, ThreadFacts(), urgency=Urgency.CRITICAL)
    assert (pressing.state, pressing.first_response_due) == (TicketState.OPEN, later(hours=2, minutes=15))


def test_reach_and_earlier_tickets_raise_and_say_so() -> None:
    def decided(places: int = 1, earlier: int = 0) -> TicketChange:
        opinion = an_opinion(urgency=Urgency.LOW, intents=(Intent.QUESTION,))
        given = ThreadFacts(places=places, earlier=earlier)
        return decide(a_post(), a_mention(), opinion, given, brand=BRAND, policy=POLICY, now=NOW)

    assert decided(places=3).priority is Priority.HIGH
    assert "said in 3 places" in decided(places=3).reasons
    assert (decided(earlier=3).priority, decided(earlier=2).priority) == (Priority.NORMAL, Priority.LOW)
    assert "earlier tickets: 2" in decided(earlier=2).reasons


def test_only_a_complaint_about_us_has_a_legal_clock() -> None:
    def due(brand: Brand, **opinion: object) -> object:
        said = an_opinion(urgency=Urgency.HIGH, **opinion)
        policy = TriagePolicy(competitors=True)
        return decide(a_post(), a_mention(), said, ThreadFacts(), brand=brand, policy=policy, now=NOW).legal_due

    assert due(BRAND) is not None
    assert due(BRAND, intents=(Intent.QUESTION,)) is None
    assert due(Brand(id="x", name="X", competitor=True)) is None


def test_what_opens_again_has_a_clock_from_now() -> None:
    resolved = an_open_ticket(state=TicketState.RESOLVED, first_response_at=NOW)
    new = TicketChange(action=TicketAction.OPEN, reasons=("urgency: low",), priority=Priority.LOW)
    change = reopened(resolved, new, policy=POLICY, since=later(days=1))
    assert (change.priority, change.next_response_due) == (Priority.HIGH, later(days=1, hours=1))
    unanswered = reopened(replace(resolved, first_response_at=None), new, policy=POLICY, since=later(days=1))
    assert (unanswered.first_response_due, unanswered.next_response_due) == (later(days=1, hours=1), None)


def test_a_rule_may_only_raise() -> None:
    opened = TicketChange(action=TicketAction.OPEN, reasons=(), priority=Priority.NORMAL)
    raised = raised_by_rule(opened, Priority.HIGH, "VIP", POLICY, NOW)
    assert (raised.priority, raised.reasons, raised.first_response_due) == (
        Priority.HIGH,
        ("rule: VIP",),
        later(hours=1),
    )
    assert raised_by_rule(opened, Priority.LOW, "VIP", POLICY, NOW) is opened


@pytest.mark.parametrize(
    ("reach", "reasons", "priority"),
    [
        (None, [], Priority.LOW),
        (Reach(views=4999, likes=199, replies=99, shares=49, followers=19_999), [], Priority.LOW),
        (Reach(views=12_400), ["reach: 12400 views"], Priority.HIGH),
        (Reach(views=0, likes=-7, shares=50), ["reach: 50 shares"], Priority.HIGH),
        (Reach(likes=200, followers=20_000), ["reach: 200 likes", "reach: 20000 followers"], Priority.HIGH),
    ],
)
def test_a_post_that_goes_far_presses(reach: Reach | None, reasons: list[str], priority: Priority) -> None:
    opinion = an_opinion(urgency=Urgency.LOW, intents=(Intent.QUESTION,))
    post = a_post(reach=reach)
    change = decide(post, a_mention(), opinion, ThreadFacts(), brand=BRAND, policy=POLICY, now=NOW)
    assert [reason for reason in change.reasons if reason.startswith("reach")] == reasons
    assert change.priority is priority


def test_a_threshold_of_nothing_is_never_reached() -> None:
    assert far(Reach(views=10**9), ReachPolicy(views=0)) == ()


def test_a_ticket_whose_post_goes_far_later_is_raised_once() -> None:
    ticket = an_open_ticket(priority=Priority.LOW, first_response_due=later(hours=24))
    change = gone_far(ticket, [Reach(views=3), Reach(views=6000), Reach(views=6000)], POLICY, NOW)
    assert change is not None
    assert (change.priority, change.reasons) == (Priority.HIGH, ("reach: 6000 views",))
    assert change.first_response_due == later(hours=1), "counted from now: nobody could know before"
    assert gone_far(ticket, [Reach(views=3)], POLICY, NOW) is None
    assert gone_far(replace(ticket, priority=Priority.HIGH), [Reach(views=6000)], POLICY, NOW) is None
    answered = replace(ticket, first_response_at=NOW, first_response_due=NOW)
    again = gone_far(answered, [Reach(views=6000)], POLICY, NOW)
    assert again is not None
    assert again.first_response_due == NOW
