"""When to look again. Pure: the clock and the dice are passed in."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_BACKOFF_CAP = timedelta(hours=6)
_SLOWEST = timedelta(hours=6)
_FRESHEST = timedelta(days=1)
_SLOWER = 8
"""How many times the wished interval a quiet source may wait, within the six hours."""
_PATIENCE = 24
"""A source is left alone for a twenty-fourth of the time that it has been quiet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hints:
    """What the place itself says of when to come. ttl: how long its page holds, in its own words; fresh: the same, by
    the headers of its answer; skip_hours: hours (UTC) in which it wants no visits."""

    ttl: timedelta | None = None
    fresh: timedelta | None = None
    skip_hours: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a pass over a source ended. retry_after: what the server asked for. quiet: time since it last had
    something new; likely: time until something new is likely (listener.health); None: not known."""

    ok: bool
    retry_after: timedelta | None = None
    quiet: timedelta | None = None
    likely: timedelta | None = None
    hints: Hints = Hints()


def next_due(*, now: datetime, every: timedelta, failures: int, outcome: Outcome, roll: float) -> datetime:
    """When the source is due again.

    every: the fastest that the user wants. failures: failures in a row including this one. roll: a random number in
    [0, 1); spreads sources that share an interval by up to a tenth of it, so that they do not march in step.
    """
    wait = _calm(every, outcome) if outcome.ok else _backoff(every, failures)
    if outcome.retry_after is not None:
        wait = max(wait, outcome.retry_after)
    return _welcome(now + wait + every * 0.1 * roll, outcome.hints.skip_hours)


def _calm(every: timedelta, outcome: Outcome) -> timedelta:
    """A source that has been quiet, and will likely stay so, is asked less often; never more than it wants."""
    slowest = max(every, min(every * _SLOWER, _SLOWEST))
    slower = outcome.quiet / _PATIENCE if outcome.quiet else every
    if outcome.likely is not None:
        slower = min(slower, outcome.likely)
    wait = min(max(slower, every), slowest)
    asked = min(outcome.hints.ttl or timedelta(), _SLOWEST), min(outcome.hints.fresh or timedelta(), _FRESHEST)
    return max(wait, *asked)


def _backoff(every: timedelta, failures: int) -> timedelta:
    wait = max(every, timedelta(seconds=30)) * 2.0 ** min(max(failures - 1, 0), 10)
    return min(wait, max(_BACKOFF_CAP, every))


def _welcome(due: datetime, skip_hours: frozenset[int]) -> datetime:
    """The moment itself, or the start of the first hour after it in which the place wants visits."""
    if len(skip_hours) >= 24:
        return due
    while due.astimezone(UTC).hour in skip_hours:
        due = due.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    return due


def read_hints(said: Mapping[str, str]) -> Hints:
    """From the words of Parsed.hints (ttl_minutes, skip_hours, fresh_seconds); what cannot be read is as if it was not
    said."""
    ttl, hours, fresh = (said.get(name, "") for name in ("ttl_minutes", "skip_hours", "fresh_seconds"))
    minutes = int(ttl) if ttl.isdecimal() else 0
    seconds = min(int(fresh), 86_400) if fresh.isdecimal() else 0
    skipped = (int(hour) % 24 for hour in hours.split(",") if hour.strip().isdecimal())
    return Hints(
        ttl=timedelta(minutes=min(minutes, 10_080)) if minutes else None,
        fresh=timedelta(seconds=seconds) if seconds else None,
        skip_hours=frozenset(skipped),
    )
