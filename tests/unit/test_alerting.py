"""Which alerts go out, what is one incident, and when it is a crisis."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.alerting import (
    AlertPolicy,
    ChannelPolicy,
    FloodPolicy,
    Held,
    Nearby,
    digest_due,
    flood,
    held,
    is_quiet,
    joined,
    scopes,
)
from listener.approval import ApprovalPolicy, wanted
from listener.baseline import CrisisPolicy, begins, ends, hours_before, same_hours, usual
from listener.model import Priority, Topic, Violation
from listener.permissions import TABLE, Action, may
from listener.views import Role
from tests.making import NOW, later
from tests.unit.test_sla import a_ticket

NIGHT = (22 * 60, 7 * 60)
POLICY = AlertPolicy(
    default=ChannelPolicy(per_hour=3, quiet=NIGHT), channels={"C2": ChannelPolicy(per_hour=None, quiet=None)}
)
NOON, MIDNIGHT = datetime(2026, 11, 23, 11, 0, tzinfo=UTC), datetime(2026, 11, 22, 23, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "priority", "muted", "sent", "now", "why"),
    [
        ("C1", Priority.HIGH, False, 2, NOON, None),
        ("C1", Priority.HIGH, False, 3, NOON, Held.BUDGET),
        ("C1", Priority.HIGH, False, 0, MIDNIGHT, Held.QUIET),
        ("C1", Priority.HIGH, True, 0, NOON, Held.MUTED),
        ("C1", Priority.CRITICAL, True, 99, MIDNIGHT, None),
        ("C2", Priority.LOW, False, 99, MIDNIGHT, None),
    ],
)
def test_budget_quiet_hours_and_mutes(
    channel: str, priority: Priority, muted: bool, sent: int, now: datetime, why: Held | None
) -> None:
    assert held(POLICY, channel, priority, muted=muted, sent_last_hour=sent, now=now) is why


def test_quiet_hours_over_midnight_and_by_day() -> None:
    assert is_quiet((0, 60), "Europe/Warsaw", MIDNIGHT)
    assert is_quiet(NIGHT, "Europe/Warsaw", MIDNIGHT)
    assert not is_quiet(NIGHT, "UTC", NOON)
    assert is_quiet((11 * 60, 12 * 60), "UTC", NOON)


def test_digests_wait_for_their_hour_and_for_the_morning() -> None:
    assert digest_due(POLICY, "C1", None, NOON)
    assert not digest_due(POLICY, "C1", NOON - timedelta(minutes=59), NOON)
    assert digest_due(POLICY, "C1", NOON - timedelta(hours=1), NOON)
    assert not digest_due(POLICY, "C1", None, MIDNIGHT)


def test_what_a_ticket_may_be_muted_by() -> None:
    assert scopes("forum", "wt:W", "C1") == {"source:forum", "query:wt:W", "channel:C1"}


# --- floods -------------------------------------------------------------------------------------------------

FLOOD = FloodPolicy(at_least=4, within=timedelta(minutes=15), lasts=timedelta(hours=6))


def near(number: int, *topics: Topic, **changes: Any) -> Nearby:
    facts: dict[str, Any] = {
        "said_at": NOW, "active_at": NOW, "incident": False, "free": True, "topics": frozenset(topics or ("billing",)),
    }  # fmt: skip
    return Nearby(**{"ticket_id": number} | facts | changes)


def test_enough_of_the_same_make_one_and_the_oldest_takes_the_others() -> None:
    three = [near(7, Topic.BILLING), near(3, Topic.BILLING, Topic.APP), near(5, Topic.BILLING)]
    assert flood(FLOOD, three, [Topic.BILLING], later(minutes=10)) == (3, 5, 7)
    assert flood(FLOOD, three[:2], [Topic.BILLING], NOW) == ()
    assert flood(FLOOD, three, [Topic.PRICE], NOW) == ()
    assert flood(FLOOD, three, [Topic.BILLING], later(minutes=16)) == ()
    assert flood(FloodPolicy(), three, [Topic.BILLING], NOW) == ()


def test_what_somebody_works_on_is_left_alone() -> None:
    three = [near(1, Topic.BILLING), near(2, Topic.BILLING), near(3, Topic.BILLING, free=False)]
    assert flood(FLOOD, three, [Topic.BILLING], NOW) == ()


def test_an_incident_gathers_while_it_lasts() -> None:
    incidents = [near(4, Topic.APP, incident=True), near(2, Topic.BILLING, incident=True), near(1, Topic.BILLING)]
    assert joined(FLOOD, incidents, [Topic.BILLING], later(hours=6)) == 2
    assert joined(FLOOD, incidents, [Topic.BILLING], later(hours=7)) is None
    assert joined(FLOOD, incidents, [Topic.PRICE], NOW) is None


# --- crises -------------------------------------------------------------------------------------------------

CRISIS = CrisisPolicy(min_volume=20, deviations=6.0, weeks=8)


def test_a_crisis_is_far_from_usual_and_not_small() -> None:
    normal = usual([8, 10, 12, 9, 11, 10, 10, 9])
    assert normal is not None
    assert normal.median == 10
    assert begins(CRISIS, 40, normal)
    assert not begins(CRISIS, 25, normal)
    quiet = usual([0, 0, 1, 0, 0])
    assert quiet is not None
    assert not begins(CRISIS, 19, quiet)
    assert begins(CRISIS, 20, quiet)
    assert not begins(CrisisPolicy(min_volume=0), 9999, quiet)


def test_the_last_crisis_does_not_raise_the_bar() -> None:
    calm, after_one = usual([10] * 8), usual([10] * 7 + [900])
    assert calm == after_one


def test_too_little_is_known_for_a_crisis() -> None:
    assert usual([3, 4]) is None


def test_usual_is_the_same_hour_of_the_weeks_before() -> None:
    spans = same_hours(CRISIS, NOW)
    assert len(spans) == 8
    assert spans[0] == (NOW - timedelta(days=7, hours=1), NOW - timedelta(days=7))
    assert hours_before(NOW)[0] == (NOW - timedelta(hours=2), NOW - timedelta(hours=1))


@given(st.lists(st.integers(0, 500), min_size=3, max_size=20), st.integers(0, 5000))
def test_what_begins_does_not_end_at_once(history: list[int], volume: int) -> None:
    normal = usual(history)
    assert normal is not None
    assert not (begins(CRISIS, volume, normal) and ends(CRISIS, volume, normal))


# --- second persons, rights ---------------------------------------------------------------------------------


def test_any_rule_asks_for_a_second_person() -> None:
    broken = [Violation(rule="no_disclosure", where="", message="")]
    ticket = a_ticket(priority=Priority.HIGH)
    assert wanted(ApprovalPolicy(), ticket, broken) == ()
    assert wanted(ApprovalPolicy(always=True), ticket, []) == ("every reply",)
    assert wanted(ApprovalPolicy(min_priority=Priority.HIGH), ticket, []) == ("priority: high",)
    assert wanted(ApprovalPolicy(min_priority=Priority.CRITICAL), ticket, []) == ()
    assert wanted(ApprovalPolicy(brands=frozenset({"wt"})), ticket, []) == ("brand: wt",)
    assert wanted(ApprovalPolicy(violations=True), ticket, broken) == ("violations: no_disclosure",)
    assert wanted(ApprovalPolicy(violations=True), ticket, []) == ()


def test_a_higher_role_may_all_that_a_lower_one_may() -> None:
    for lower, higher in zip(list(Role), list(Role)[1:], strict=False):
        assert TABLE[lower] < TABLE[higher]
    assert may(Role.ADMIN, Action.ERASE)
    assert not may(Role.VIEWER, Action.REPLY)
    assert not may(Role.ADMIN, "fly")
