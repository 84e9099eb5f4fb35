"""Who gets which ticket. Pure: tickets, people and what they have in hand go in, assignments come out."""

import math
import statistics
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from listener.calendars import ALWAYS, Calendar, is_open
from listener.model import Ticket
from listener.views import Role, pressing

_ABSENT = timedelta(days=1)
_AFTER_ALL = 1e12  # later than any time as a number: served in this very round


class Strategy(StrEnum):
    """LEAST_LOADED: who has the smallest share of their capacity in hand; ROUND_ROBIN: whose turn it is, in proportion
    to capacity; OFF: people take tickets themselves."""

    LEAST_LOADED = "least_loaded"
    ROUND_ROBIN = "round_robin"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """calendar: None: that of the house. manager: whom the last step of an escalation calls. lends_to: teams whose
    tickets this one's members take when those have no room. channel: Slack channel of their alerts."""

    name: str
    strategy: Strategy = Strategy.LEAST_LOADED
    calendar: Calendar | None = None
    manager: str | None = None
    lends_to: tuple[str, ...] = ()
    channel: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agent:
    """A person who answers. capacity: tickets in hand at once; it is also their weight. languages: ISO 639-1, empty:
    any. calendar: None: that of the team. slack: user id there."""

    name: str
    teams: tuple[str, ...] = ()
    capacity: int = 10
    skills: frozenset[str] = frozenset()
    languages: frozenset[str] = frozenset()
    calendar: Calendar | None = None
    slack: str | None = None
    role: Role = Role.AGENT

    def fits(self, ticket: Ticket) -> bool:
        """Has every skill that the ticket asks for, and its language."""
        speaks = not self.languages or ticket.language is None or ticket.language in self.languages
        return speaks and self.skills.issuperset(ticket.skills)


@dataclass(frozen=True, slots=True, kw_only=True)
class Staff:
    """Everybody who answers. Tickets without a team are the first team's. claim_timeout: a claim that its assignee
    does nothing about for so long goes back to the queue; answer_lock: how long "X is answering" holds."""

    teams: tuple[Team, ...] = ()
    agents: tuple[Agent, ...] = ()
    calendar: Calendar = ALWAYS
    claim_timeout: timedelta = timedelta(hours=2)
    answer_lock: timedelta = timedelta(minutes=10)

    def team(self, name: str | None) -> Team | None:
        """A team by name; None: the first one."""
        if name is None:
            return self.teams[0] if self.teams else None
        return next((team for team in self.teams if team.name == name), None)

    def agent(self, name: str) -> Agent | None:
        """An agent by name."""
        return next((agent for agent in self.agents if agent.name == name), None)

    def members(self, team: str) -> tuple[Agent, ...]:
        """The agents of a team, in the order of the configuration."""
        return tuple(agent for agent in self.agents if team in agent.teams)

    def works(self, agent: Agent, team: Team | None, away: Mapping[str, datetime], now: datetime) -> bool:
        """Whether somebody is there: by their calendar, else their team's, else the house's, and not away."""
        if away.get(agent.name, now) > now:
            return False
        return is_open(agent.calendar or (team.calendar if team else None) or self.calendar, now)


@dataclass(frozen=True, slots=True, kw_only=True)
class Given:
    """How many tickets somebody was given in a team, and when the last."""

    count: int = 0
    last_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """A ticket for a person. lent_by: the team they come from, where that is another one."""

    ticket_id: int
    user: str
    lent_by: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """given: how many tickets everybody who got one was given in this team by now."""

    assignments: tuple[Assignment, ...] = ()
    given: Mapping[str, int] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _Hands:
    """What changes while tickets are given out. since: who waits longest, as a number."""

    load: dict[str, int]
    given: dict[str, int]
    since: dict[str, float]
    served: int = 0

    def room(self, agent: Agent) -> bool:
        return self.load.get(agent.name, 0) < agent.capacity

    def give(self, agent: Agent) -> None:
        self.load[agent.name] = self.load.get(agent.name, 0) + 1
        self.given[agent.name] = self.given.get(agent.name, 0) + 1
        self.served += 1
        self.since[agent.name] = _AFTER_ALL + self.served

    def key(self, agent: Agent, strategy: Strategy) -> tuple[float, float, float, str]:
        """The smallest is next. Equal shares go to whom was given least, then to who waits longest."""
        loaded = self.load.get(agent.name, 0) / agent.capacity
        turned = self.given.get(agent.name, 0) / agent.capacity
        first, second = (loaded, turned) if strategy is Strategy.LEAST_LOADED else (turned, loaded)
        return (first, second, self.since.get(agent.name, 0.0), agent.name)


def distribute(
    team: Team,
    staff: Staff,
    waiting: Sequence[Ticket],
    *,
    loads: Mapping[str, int],
    given: Mapping[str, Given],
    away: Mapping[str, datetime],
    now: datetime,
) -> Distribution:
    """Gives out a team's waiting tickets, most pressing first; what nobody has room for waits on.

    loads: user -> unanswered tickets in hand; given: of this team's distribution so far, by user.
    """
    if team.strategy is Strategy.OFF:
        return Distribution()
    own = [agent for agent in staff.members(team.name) if staff.works(agent, team, away, now)]
    lent = _lent(team, staff, away, now)
    hands = _Hands(
        load=dict(loads),
        given=_starts(own, given, now),
        since={user: turn.last_at.timestamp() for user, turn in given.items() if turn.last_at},
    )
    found = []
    for ticket in sorted(waiting, key=pressing):
        chosen = _choose(own, ticket, hands, team.strategy)
        lender = None
        if chosen is None:
            chosen = _choose([agent for agent, _ in lent], ticket, hands, Strategy.LEAST_LOADED)
            lender = next((name for agent, name in lent if agent is chosen), None)
        if chosen is not None:
            hands.give(chosen)
            found.append(Assignment(ticket_id=ticket.id, user=chosen.name, lent_by=lender))
    return Distribution(assignments=tuple(found), given={one.user: hands.given[one.user] for one in found})


def _starts(own: Sequence[Agent], given: Mapping[str, Given], now: datetime) -> dict[str, int]:
    """What everybody was given, as far as it counts: who was not there for a day starts one turn behind the others,
    instead of catching up on all of it."""
    starts = {user: turn.count for user, turn in given.items()}
    fresh = {user for user, turn in given.items() if turn.last_at and now - turn.last_at < _ABSENT}
    shares = [starts[agent.name] / agent.capacity for agent in own if agent.name in fresh]
    if not shares:
        return starts
    usual = statistics.median_low(shares)
    for agent in own:
        if agent.name not in fresh:
            starts[agent.name] = max(starts.get(agent.name, 0), math.floor(usual * agent.capacity) - 1)
    return starts


def next_person(
    ticket: Ticket,
    team: Team | None,
    staff: Staff,
    *,
    loads: Mapping[str, int],
    away: Mapping[str, datetime],
    now: datetime,
) -> str | None:
    """Who should take a ticket over from who has it: of the team, there, fitting, with the smallest share in hand.
    Their capacity does not count: this ticket is late. None: nobody."""
    if team is None:
        return None
    others = [
        agent
        for agent in staff.members(team.name)
        if agent.name != ticket.assignee and agent.fits(ticket) and staff.works(agent, team, away, now)
    ]
    least = min(others, key=lambda agent: (loads.get(agent.name, 0) / agent.capacity, agent.name), default=None)
    return least.name if least else None


def _lent(team: Team, staff: Staff, away: Mapping[str, datetime], now: datetime) -> list[tuple[Agent, str]]:
    """People of other teams that lend to this one, who are there."""
    return [
        (agent, lender.name)
        for lender in staff.teams
        if team.name in lender.lends_to
        for agent in staff.members(lender.name)
        if team.name not in agent.teams and staff.works(agent, lender, away, now)
    ]


def _choose(agents: Sequence[Agent], ticket: Ticket, hands: _Hands, strategy: Strategy) -> Agent | None:
    fitting = [agent for agent in agents if agent.fits(ticket) and hands.room(agent)]
    return min(fitting, key=lambda agent: hands.key(agent, strategy), default=None)
