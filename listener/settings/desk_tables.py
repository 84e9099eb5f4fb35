"""Tables of the configuration that say who works when, on what, and what they are told of."""

import itertools
import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal

import holidays
from pydantic import AfterValidator, BeforeValidator, Field

from listener.calendars import DAY_MINUTES, Hours
from listener.distribution import Strategy
from listener.model import Intent, Priority, Sentiment, Topic, Urgency
from listener.settings.types import Duration, Table, Text, Zone
from listener.views import Role

_TIMES = re.compile(r"\s*(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})\s*")
Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def _hours(value: Any) -> Hours:
    """ "08:00-12:00, 13:00-17:00" -> ((480, 720), (780, 1020))."""
    if not isinstance(value, str):
        raise ValueError('must be hours such as "08:00-16:00"')  # noqa: TRY004 - pydantic listens to ValueError
    spans = tuple(_span(part) for part in value.split(",") if part.strip())
    if any(start >= end for start, end in spans) or any(a[1] > b[0] for a, b in itertools.pairwise(spans)):
        raise ValueError("must be ascending hours that do not overlap")
    return spans


def _span(part: str) -> tuple[int, int]:
    match = _TIMES.fullmatch(part)
    if match is None:
        raise ValueError('must be hours such as "08:00-16:00"')
    start, end = int(match[1]) * 60 + int(match[2]), int(match[3]) * 60 + int(match[4])
    if max(start, end) > DAY_MINUTES or int(match[2]) > 59 or int(match[4]) > 59:
        raise ValueError("names a time that there is not: 00:00 to 24:00")
    return start, end


def _quiet(value: Any) -> tuple[int, int]:
    """ "22:00-07:00" -> (1320, 420)."""
    if not isinstance(value, str):
        raise ValueError('must be hours such as "22:00-07:00"')  # noqa: TRY004 - pydantic listens to ValueError
    start, end = _span(value)
    if start == end:
        raise ValueError("begins when it ends")
    return start, end


def _country(value: str) -> str:
    if value not in holidays.list_supported_countries():
        raise ValueError(f'"{value}" is no country whose holidays are known: use a code such as "PL", or "none"')
    return value


def _some(value: dict[Weekday, Hours]) -> dict[Weekday, Hours]:
    if not any(value.values()):
        raise ValueError("is never open: name the hours of at least one day")
    return value


DayHours = Annotated[Hours, BeforeValidator(_hours)]
WeekHours = Annotated[dict[Weekday, DayHours], AfterValidator(_some)]
Quiet = Annotated[tuple[int, int], BeforeValidator(_quiet)]
Country = Annotated[str, AfterValidator(lambda value: value if value == "none" else _country(value))]
Share = Annotated[float, Field(ge=0, le=1)]
Percent = Annotated[int, Field(ge=1, le=99, strict=True)]


class CalendarTable(Table):
    """[calendar]: working time. Without hours it is always working time."""

    zone: Zone = "Europe/Warsaw"
    hours: WeekHours | None = None
    holidays: Country = "PL"
    closed: tuple[date, ...] = ()
    open: tuple[date, ...] = ()


class SlaTable(Table):
    """[sla]: how long until somebody answers, and until the ticket is closed; when people are told that it runs out."""

    first_response: dict[Priority, Duration] = Field(default_factory=dict)
    next_response: dict[Priority, Duration] = Field(default_factory=dict)
    resolution: Duration = timedelta(days=14)
    round_the_clock: frozenset[Priority] = frozenset({Priority.CRITICAL})
    warn: tuple[Percent, ...] = (50, 80)
    escalate_every: Duration = timedelta(minutes=30)


class DeskTable(Table):
    """[desk]: habits of the desk."""

    claim_timeout: Duration = timedelta(hours=2)
    answer_lock: Duration = timedelta(minutes=10)
    reopen_within: Duration = timedelta(days=14)


class TeamTable(Table):
    """[[team]]: people who share the work. The first one has the tickets that no rule places."""

    name: Text
    distribution: Strategy = Strategy.LEAST_LOADED
    hours: WeekHours | None = None
    manager: Text | None = None
    lends_to: tuple[Text, ...] = ()
    channel: Text | None = None


class AgentTable(Table):
    """[[agent]]: a person who answers. name: as they log in."""

    name: Text
    teams: tuple[Text, ...] = ()
    capacity: int = Field(default=10, ge=1, le=1000, strict=True)
    skills: tuple[Text, ...] = ()
    languages: tuple[Text, ...] = ()
    hours: WeekHours | None = None
    slack: Text | None = None
    role: Role = Role.AGENT


class ApprovalTable(Table):
    """[approval]: which replies want a second person."""

    always: bool = False
    min_priority: Priority | None = None
    brands: tuple[Text, ...] = ()
    violations: bool = False


class ChannelTable(Table):
    """A channel that differs from [alerts]."""

    per_hour: int | None = Field(default=None, ge=1, strict=True)
    quiet: Quiet | None = None


class AlertsTable(Table):
    """[alerts]: how many alerts people get, and when; when many tickets become one; when it is a crisis."""

    per_hour: int | None = Field(default=None, ge=1, strict=True)
    quiet: Quiet | None = None
    channels: dict[Text, ChannelTable] = Field(default_factory=dict)
    digest_every: Duration = timedelta(hours=1)
    watch_every: Duration = timedelta(minutes=5)
    flood: int = Field(default=10, ge=0, strict=True)
    flood_within: Duration = timedelta(minutes=15)
    crisis_volume: int = Field(default=30, ge=0, strict=True)
    crisis_deviations: float = Field(default=6.0, gt=0, le=100)
    crisis_weeks: int = Field(default=8, ge=4, le=52, strict=True)


class RouteTable(Table):
    """[[route]]: rules in order; the first whose conditions all hold says who gets the ticket."""

    team: Text
    name: str = ""
    channel: Text | None = None
    skills: tuple[Text, ...] = ()
    raise_to: Priority | None = None
    brand: Text | None = None
    query: Text | None = None
    source: Text | None = None
    language: Text | None = None
    topics: frozenset[Topic] = frozenset()
    intents: frozenset[Intent] = frozenset()
    sentiments: frozenset[Sentiment] = frozenset()
    min_urgency: Urgency | None = None
    min_priority: Priority | None = None
    min_confidence: dict[Intent | Topic | Sentiment | Urgency, Share] = Field(default_factory=dict)
