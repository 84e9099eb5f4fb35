"""Which alerts people get now: a budget a channel and hour, quiet hours, mutes, and one ticket out of a flood. Pure.

What is critical always comes through. What is held back is not lost: the ticket waits in the queue, its clocks run, and
a digest tells of it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from listener.model import Priority, Topic


class Held(StrEnum):
    """Why an alert was held back."""

    MUTED = "muted"
    QUIET = "quiet hours"
    BUDGET = "budget"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChannelPolicy:
    """per_hour: alerts in any sixty minutes, None: no limit. quiet: (from, to) in minutes of the local day, over
    midnight where to is the smaller one; None: never quiet."""

    per_hour: int | None = None
    quiet: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FloodPolicy:
    """So many new tickets of one brand that share a topic, whose posts were written within a time, become one incident.
    at_least: 0 turns it off. lasts: how long an incident that gathers nothing new stays open to more."""

    at_least: int = 0
    within: timedelta = timedelta(minutes=15)
    lasts: timedelta = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class AlertPolicy:
    """channels: by Slack channel id, where they differ from default. digest_every: at most so often a channel is told
    what was held back; watch_every: at most so often a person hears of the tickets that they watch."""

    default: ChannelPolicy = field(default_factory=ChannelPolicy)
    channels: Mapping[str, ChannelPolicy] = field(default_factory=dict)
    zone: str = "Europe/Warsaw"
    digest_every: timedelta = timedelta(hours=1)
    watch_every: timedelta = timedelta(minutes=5)

    def of(self, channel: str) -> ChannelPolicy:
        """The policy of a channel."""
        return self.channels.get(channel, self.default)


def held(
    policy: AlertPolicy, channel: str, priority: Priority, *, muted: bool, sent_last_hour: int, now: datetime
) -> Held | None:
    """Why an alert does not go out now; None: it goes."""
    if priority is Priority.CRITICAL:
        return None
    if muted:
        return Held.MUTED
    rules = policy.of(channel)
    if rules.quiet and is_quiet(rules.quiet, policy.zone, now):
        return Held.QUIET
    if rules.per_hour is not None and sent_last_hour >= rules.per_hour:
        return Held.BUDGET
    return None


def is_quiet(quiet: tuple[int, int], zone: str, now: datetime) -> bool:
    """Whether a moment lies in quiet hours of the local day."""
    local = now.astimezone(ZoneInfo(zone))
    minute, (start, end) = local.hour * 60 + local.minute, quiet
    return start <= minute < end if start <= end else minute >= start or minute < end


def scopes(source: str, query_key: str, channel: str) -> frozenset[str]:
    """Under which names the alert of a ticket may be muted."""
    return frozenset({f"source:{source}", f"query:{query_key}", f"channel:{channel}"})


def digest_due(policy: AlertPolicy, channel: str, last: datetime | None, now: datetime) -> bool:
    """Whether a channel may be told now what was held back: not in its quiet hours, and not too often."""
    rules = policy.of(channel)
    if rules.quiet and is_quiet(rules.quiet, policy.zone, now):
        return False
    return last is None or now - last >= policy.digest_every


def watchers_due(policy: AlertPolicy, last: datetime | None, now: datetime) -> bool:
    """Whether somebody may hear now of tickets that they watch: not in the quiet hours of all, and not too often."""
    if policy.default.quiet and is_quiet(policy.default.quiet, policy.zone, now):
        return False
    return last is None or now - last >= policy.watch_every


# --- floods -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Nearby:
    """An open ticket of the same brand. said_at: when its first post was written; free: nobody has it, and it is not
    answered; active_at: when it last gathered something."""

    ticket_id: int
    topics: frozenset[Topic]
    said_at: datetime
    active_at: datetime
    incident: bool
    free: bool


def joined(policy: FloodPolicy, nearby: Iterable[Nearby], topics: Iterable[Topic], now: datetime) -> int | None:
    """The incident that a new post belongs to: of the same brand, with a topic in common, still gathering."""
    wanted = frozenset(topics)
    fitting = [
        one.ticket_id for one in nearby if one.incident and one.topics & wanted and now - one.active_at <= policy.lasts
    ]
    return min(fitting, default=None)


def flood(policy: FloodPolicy, nearby: Sequence[Nearby], topics: Iterable[Topic], said_at: datetime) -> tuple[int, ...]:
    """Tickets that make one incident together with a post that would open another, oldest first; none where there are
    too few."""
    if policy.at_least <= 0:
        return ()
    wanted = frozenset(topics)
    alike = [
        one.ticket_id
        for one in nearby
        if one.free and not one.incident and one.topics & wanted and abs(one.said_at - said_at) <= policy.within
    ]
    return tuple(sorted(alike)) if len(alike) + 1 >= policy.at_least else ()
