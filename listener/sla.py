"""When an answer is due, how much of that time is gone, and who is called when it is over. Pure: times come in, times
go out.

Four clocks: the first response; the next response, which starts whenever the author writes again after an answer;
resolution; and the one that a law may set (listener.law), which is a warning only. The first three count working time
and stand still while a ticket waits for its author (pending) or is put off (snoozed).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from listener.calendars import ALWAYS, Calendar, after, between
from listener.model import Priority, Ticket, TicketState

_FIRST_RESPONSE = {
    Priority.CRITICAL: timedelta(minutes=15),
    Priority.HIGH: timedelta(hours=1),
    Priority.NORMAL: timedelta(hours=8),
    Priority.LOW: timedelta(hours=24),
}
_LAST_STEP = 3


class Clock(StrEnum):
    """Which clock a warning speaks of."""

    FIRST_RESPONSE = "first_response"
    NEXT_RESPONSE = "next_response"
    RESOLUTION = "resolution"
    LEGAL = "legal"


class Step(StrEnum):
    """Whom an escalation calls, in this order."""

    NEXT_PERSON = "next_person"
    TEAM = "team"
    MANAGER = "manager"


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPolicy:
    """How long a person may take until the first response, and until the next one, by priority; resolution: until the
    ticket is closed. calendar: working time; round_the_clock: priorities whose responses are due in closed hours too.
    warn: percent of a clock at which people are told; escalate_every: between the steps of an escalation."""

    first_response: Mapping[Priority, timedelta] = field(default_factory=lambda: dict(_FIRST_RESPONSE))
    next_response: Mapping[Priority, timedelta] = field(default_factory=lambda: dict(_FIRST_RESPONSE))
    resolution: timedelta = timedelta(days=14)
    calendar: Calendar = ALWAYS
    round_the_clock: frozenset[Priority] = frozenset({Priority.CRITICAL})
    warn: tuple[int, ...] = (50, 80)
    escalate_every: timedelta = timedelta(minutes=30)

    def calendar_for(self, priority: Priority) -> Calendar:
        """The hours in which responses of a priority are due."""
        return ALWAYS if priority in self.round_the_clock else self.calendar


def first_response_due(policy: SlaPolicy, priority: Priority, since: datetime) -> datetime:
    """since: when we could first read the post (UTC)."""
    allowed = policy.first_response.get(priority, _FIRST_RESPONSE[priority])
    return after(policy.calendar_for(priority), since, allowed)


def next_response_due(policy: SlaPolicy, priority: Priority, since: datetime) -> datetime:
    """since: when the author wrote again after an answer of ours."""
    allowed = policy.next_response.get(priority, _FIRST_RESPONSE[priority])
    return after(policy.calendar_for(priority), since, allowed)


def resolution_due(policy: SlaPolicy, since: datetime) -> datetime:
    """The same clock for the whole ticket. Days of resolution are days, whatever the hours."""
    return since + policy.resolution


# --- standing still -----------------------------------------------------------------------------------------


def resumed(policy: SlaPolicy, ticket: Ticket, now: datetime) -> dict[str, Any]:
    """Due times of a ticket whose clocks stood still since paused_since: as much time is left as was left then."""
    if ticket.paused_since is None:
        return {}
    calendar = policy.calendar_for(ticket.priority)
    changes: dict[str, Any] = {}
    for name in ("first_response_due", "next_response_due"):
        changes[name] = _moved(calendar, getattr(ticket, name), ticket.paused_since, now)
    changes["resolution_due"] = _moved(ALWAYS, ticket.resolution_due, ticket.paused_since, now)
    if ticket.first_response_at is not None:
        del changes["first_response_due"]  # it was met or missed: history
    return changes


def _moved(calendar: Calendar, due: datetime | None, since: datetime, now: datetime) -> datetime | None:
    if due is None or due <= since:
        return due
    return after(calendar, now, between(calendar, since, due))


# --- running out --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Running:
    """The clock that runs for a ticket. used: percent of its time that is gone, 100 and more where it is over."""

    clock: Clock
    due: datetime
    used: int


def running(policy: SlaPolicy, ticket: Ticket, now: datetime) -> Running | None:
    """Which clock runs; None where none does: the ticket waits for its author, is put off, or closed."""
    if ticket.state is not TicketState.OPEN:
        return None
    if ticket.first_response_at is None:
        allowed = policy.first_response.get(ticket.priority, _FIRST_RESPONSE[ticket.priority])
        return _running(
            Clock.FIRST_RESPONSE, policy.calendar_for(ticket.priority), ticket.first_response_due, allowed, now
        )
    if ticket.next_response_due is not None:
        allowed = policy.next_response.get(ticket.priority, _FIRST_RESPONSE[ticket.priority])
        return _running(
            Clock.NEXT_RESPONSE, policy.calendar_for(ticket.priority), ticket.next_response_due, allowed, now
        )
    return _running(Clock.RESOLUTION, ALWAYS, ticket.resolution_due, policy.resolution, now)


def _running(
    clock: Clock, calendar: Calendar, due: datetime | None, allowed: timedelta, now: datetime
) -> Running | None:
    if due is None:
        return None
    if now >= due:
        return Running(clock=clock, due=due, used=100)
    left = between(calendar, now, due)
    used = 100 - round(100 * left / allowed) if allowed else 100
    return Running(clock=clock, due=due, used=min(max(used, 0), 99))


def warning(policy: SlaPolicy, used: int, warned: int) -> int | None:
    """The mark (percent; 100 is the breach) that people should be told of now; None where they know all of it."""
    reached = max((mark for mark in (*policy.warn, 100) if mark <= used), default=0)
    return reached if reached > warned else None


def step_due(policy: SlaPolicy, ticket: Ticket, clock: Running, now: datetime) -> Step | None:
    """Whom to call next for a ticket whose time is over: one step at a time, each once, some time apart."""
    if clock.used < 100 or ticket.escalation >= _LAST_STEP:
        return None
    late = between(policy.calendar_for(ticket.priority), clock.due, now)
    wait = policy.escalate_every * ticket.escalation
    return list(Step)[ticket.escalation] if late >= wait else None
