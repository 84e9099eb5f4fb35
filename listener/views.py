"""What people look at, made of the words of listener.model: rows of the inbox, its counts, the house's health.

Shared by the desk, which fills them, and by the doors, which show them.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from listener.model import Intent, ReplyState, Sentiment, Ticket, TicketState, Urgency

_NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketSummary:
    """One row of the inbox. excerpt, author, url: of the ticket's most urgent post; posts: how many it has;
    places: in how many threads the same was said.

    sentiment and urgency are None where nothing was classified. replies: states of its replies, oldest first.
    """

    ticket: Ticket
    excerpt: str
    author: str | None
    source: str
    url: str
    sentiment: Sentiment | None
    urgency: Urgency | None
    intents: tuple[Intent, ...]
    posts: int
    places: int
    replies: tuple[ReplyState, ...]


def pressing(ticket: Ticket) -> tuple[bool, datetime, int, int]:
    """Sort key, most pressing first: unanswered before answered, soonest due first, then priority, then age."""
    if ticket.first_response_at is None:
        waits, due = True, ticket.first_response_due
    elif ticket.next_response_due is not None:
        waits, due = True, ticket.next_response_due
    else:
        waits, due = False, ticket.resolution_due
    return (not waits, due or _NEVER, -ticket.priority.rank, ticket.id)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxCounts:
    """How many tickets stand in each state; overdue: unanswered ones past their first response due; uncertain:
    replies that wait for a person to say whether they stand there."""

    open: int = 0
    review: int = 0
    pending: int = 0
    snoozed: int = 0
    resolved: int = 0
    overdue: int = 0
    uncertain: int = 0

    def of(self, state: TicketState) -> int:
        """Tickets in this state."""
        by_state = {
            TicketState.OPEN: self.open,
            TicketState.REVIEW: self.review,
            TicketState.PENDING: self.pending,
            TicketState.SNOOZED: self.snoozed,
            TicketState.RESOLVED: self.resolved,
        }
        return by_state[state]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """One part of the house. detail: one line for the person who mends it, no secrets."""

    name: str
    ok: bool
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Whether the house can work: storage, scheduler and whatever else it stands on."""

    checks: tuple[Check, ...]

    @property
    def ready(self) -> bool:
        """Every part is fine."""
        return all(check.ok for check in self.checks)


class Role(StrEnum):
    """What a user may do. VIEWER reads; the others work on tickets; listener.permissions has the whole table."""

    VIEWER = "viewer"
    AGENT = "agent"
    MANAGER = "manager"
    ADMIN = "admin"

    @property
    def may_act(self) -> bool:
        """May change tickets and approve replies."""
        return self is not Role.VIEWER


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """Somebody who works with us: logs in, or clicks in Slack. slack: their user id there."""

    name: str
    role: Role
    slack: str | None = None
    teams: tuple[str, ...] = ()


def same_person(one: str, other: str) -> bool:
    """Whether two names are the same user's, by whichever door they came."""
    return _bare(one) == _bare(other)


def _bare(name: str) -> str:
    return name.strip().removesuffix("(Slack)").strip().casefold()


@dataclass(frozen=True, slots=True, kw_only=True)
class Queue:
    """What one person should look at, most pressing first. due_soon: theirs and their teams' that are late or past
    the first warning; unassigned: of their teams, for the taking."""

    mine: tuple[TicketSummary, ...]
    due_soon: tuple[TicketSummary, ...]
    unassigned: tuple[TicketSummary, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """A ticket that somebody watches. news: what is new since they looked (listener.watching.What), oldest first."""

    row: TicketSummary
    news: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MemberLoad:
    """open: tickets in hand that are not answered yet; working: by calendar and not away."""

    user: str
    open: int
    capacity: int
    away_until: datetime | None
    working: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamLoad:
    """waiting: open tickets of the team that nobody has; overdue: late ones, whoever has them."""

    team: str
    members: tuple[MemberLoad, ...]
    waiting: int
    overdue: int

    @property
    def overloaded(self) -> bool:
        """Tickets wait, and nobody who works has room."""
        return self.waiting > 0 and not any(member.working and member.open < member.capacity for member in self.members)


@dataclass(frozen=True, slots=True, kw_only=True)
class RulePrecision:
    """What became of the alerts of one routing rule ("" for tickets that no rule placed). Alerts that nobody judged
    are in neither of the two."""

    rule: str
    alerts: int
    relevant: int
    not_relevant: int

    @property
    def precision(self) -> float | None:
        """Share of the judged ones that were relevant; None where none was judged."""
        judged = self.relevant + self.not_relevant
        return self.relevant / judged if judged else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mute:
    """No alerts of a scope ("source:forum", "query:<brand>:<query>", "channel:C1") until a time."""

    scope: str
    until: datetime
    by: str
