"""Whether a brand is talked about far more than usual. Robust on purpose: medians, so that the last crisis does not
raise the bar for the next one. Pure; volumes are mentions an hour.
"""

import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

_TO_SIGMA = 1.4826  # a median of absolute deviations as a standard deviation, for normal noise
_FEWEST = 3
_DAY = 24

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True, kw_only=True)
class CrisisPolicy:
    """min_volume: fewer mentions an hour are no crisis whatever is usual; 0 turns it off. deviations: how far from
    usual it begins; it ends at half of that. weeks: how far back "usual" looks."""

    min_volume: int = 30
    deviations: float = 6.0
    weeks: int = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Usual:
    """What is usual at this hour of the week: the middle, and how far it goes up and down."""

    median: float
    spread: float


def last_hour(now: datetime) -> Span:
    """The sixty minutes that end now."""
    return now - timedelta(hours=1), now


def same_hours(policy: CrisisPolicy, now: datetime) -> list[Span]:
    """The same sixty minutes of the weeks before, latest first."""
    start, end = last_hour(now)
    return [(start - timedelta(weeks=week), end - timedelta(weeks=week)) for week in range(1, policy.weeks + 1)]


def hours_before(now: datetime) -> list[Span]:
    """The hours of the day before, latest first: for a brand that is not yet known for weeks."""
    start, end = last_hour(now)
    return [(start - timedelta(hours=hour), end - timedelta(hours=hour)) for hour in range(1, _DAY + 1)]


def usual(history: Sequence[int]) -> Usual | None:
    """None where too little is known. The spread is never less than that of pure chance (Poisson)."""
    if len(history) < _FEWEST:
        return None
    median = statistics.median(history)
    deviation = statistics.median(abs(volume - median) for volume in history)
    return Usual(median=median, spread=max(_TO_SIGMA * deviation, math.sqrt(max(median, 1.0))))


def begins(policy: CrisisPolicy, volume: int, normal: Usual) -> bool:
    """Whether this volume has left its baseline."""
    if policy.min_volume <= 0 or volume < policy.min_volume:
        return False
    return volume > normal.median + policy.deviations * normal.spread


def ends(policy: CrisisPolicy, volume: int, normal: Usual) -> bool:
    """Whether it is back. Lower than where it begins, so that it does not flicker."""
    return volume <= normal.median + policy.deviations / 2 * normal.spread or volume < policy.min_volume / 2
