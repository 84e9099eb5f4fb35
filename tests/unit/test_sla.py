"""Clocks: what is due, what stands still, who is told and called."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from listener.calendars import Calendar
from listener.model import Priority, Ticket, TicketState
from listener.sla import (
    Clock,
    SlaPolicy,
    Step,
    first_response_due,
    next_response_due,
    resumed,
    running,
    step_due,
    warning,
)
from tests.making import NOW, later

OFFICE = SlaPolicy(calendar=Calendar(hours=dict.fromkeys(range(5), ((480, 960),))))
PLAIN = SlaPolicy()


def a_ticket(**changes: Any) -> Ticket:
    """One that is due in an hour."""
    given: dict[str, Any] = {
        "id": 1, "brand": "wt", "query": "W", "source": "forum", "thread_key": "1", "state": TicketState.OPEN,
        "priority": Priority.HIGH, "reasons": (), "opened_at": NOW, "updated_at": NOW,
        "first_response_due": later(hours=1), "resolution_due": later(days=14),
    }  # fmt: skip
    return Ticket(**given | changes)


def test_critical_is_due_at_night_and_the_rest_in_the_morning() -> None:
    sunday = datetime(2026, 11, 22, 20, 0, tzinfo=UTC)
    assert first_response_due(OFFICE, Priority.CRITICAL, sunday) == sunday + timedelta(minutes=15)
    assert first_response_due(OFFICE, Priority.HIGH, sunday) == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)
    assert next_response_due(OFFICE, Priority.HIGH, sunday) == datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


def test_one_clock_runs_at_a_time() -> None:
    first = running(PLAIN, a_ticket(), later(minutes=30))
    assert first is not None
    assert (first.clock, first.used) == (Clock.FIRST_RESPONSE, 50)
    answered = a_ticket(first_response_at=NOW)
    rest = running(PLAIN, answered, later(days=7))
    assert rest is not None
    assert (rest.clock, rest.used) == (Clock.RESOLUTION, 50)
    again = running(PLAIN, replace(answered, next_response_due=later(hours=2)), later(hours=3))
    assert again is not None
    assert (again.clock, again.used) == (Clock.NEXT_RESPONSE, 100)
    assert running(PLAIN, a_ticket(state=TicketState.PENDING), NOW) is None


def test_clocks_stand_still_meanwhile() -> None:
    asleep = a_ticket(state=TicketState.SNOOZED, paused_since=later(minutes=20))
    changes = resumed(PLAIN, asleep, later(days=2, minutes=20))
    assert changes["first_response_due"] == later(days=2, hours=1)
    assert changes["resolution_due"] == later(days=16)
    late = a_ticket(paused_since=later(hours=2), first_response_due=later(hours=1))
    assert resumed(PLAIN, late, later(hours=5))["first_response_due"] == later(hours=1)
    assert "first_response_due" not in resumed(PLAIN, replace(asleep, first_response_at=NOW), later(days=1))
    assert resumed(PLAIN, a_ticket(), later(days=1)) == {}


def test_people_are_told_once_of_each_mark() -> None:
    assert warning(PLAIN, 49, 0) is None
    assert warning(PLAIN, 50, 0) == 50
    assert warning(PLAIN, 79, 50) is None
    assert warning(PLAIN, 90, 0) == 80
    assert warning(PLAIN, 100, 80) == 100
    assert warning(PLAIN, 100, 100) is None


def test_next_person_then_team_then_manager_each_once() -> None:
    def step(minutes: int, level: int) -> Step | None:
        ticket = a_ticket(escalation=level)
        clock = running(PLAIN, ticket, later(minutes=minutes))
        assert clock
        return step_due(PLAIN, ticket, clock, later(minutes=minutes))

    assert step(59, 0) is None
    assert step(60, 0) is Step.NEXT_PERSON
    assert step(89, 1) is None
    assert step(90, 1) is Step.TEAM
    assert step(120, 2) is Step.MANAGER
    assert step(999, 3) is None


@given(
    st.sampled_from([PLAIN, OFFICE]),
    st.sampled_from(list(Priority)),
    st.lists(st.timedeltas(timedelta(), timedelta(days=3)), min_size=2, max_size=6),
)
def test_a_clock_only_runs_forward(policy: SlaPolicy, priority: Priority, waits: list[timedelta]) -> None:
    ticket = a_ticket(priority=priority, first_response_due=first_response_due(policy, priority, NOW))
    used = []
    for wait in sorted(waits):
        clock = running(policy, ticket, NOW + wait)
        assert clock
        used.append(clock.used)
    assert used == sorted(used)


# --- laws ---------------------------------------------------------------------------------------------------
