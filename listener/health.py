"""How a source fares: in which hours it usually has news, whether its silence is longer than that makes likely, and
which failures a person should hear of. Pure: the clock is passed in.

A source is watched by the hour, not by the post: forty answers within one quarrel tell no more about tomorrow than
one does. For each hour of a working day and of a weekend day (UTC) the rhythm keeps how often that hour had news. A
silence is then as improbable as all its hours together; its surprise is -ln of that probability.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from listener.errors import Failure

CELLS = 48
"""24 hours of a working day, 24 of a Saturday or Sunday."""
LEAST_HISTORY = 10.0
"""Hours with news that must be known before silence means anything."""
LIKELY = math.log(1000)
"""A silence less surprising than this (p > 0.001) is no news."""
IN_A_ROW = 3
LONG_DOWN = timedelta(days=1)
_HOUR = timedelta(hours=1)
_HALF_LIFE = timedelta(days=56)
_FORGET = timedelta(days=120)
_LOST_SIGHT = 24
_MOST_SURPRISE = 20.0
_SOME_CHANCE = -math.log(0.75)
_LASTING = frozenset({Failure.AUTH, Failure.GONE, Failure.BLOCKED, Failure.LAYOUT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """When a source has news. active: hours with new posts, exposed: hours that were watched, a number a cell, both
    fading by half in eight weeks. heard: start of the last hour with news (UTC). record: the most surprising silence
    that ended by itself; silence is told of only beyond it, so that a place with a habit is not told of twice."""

    active: tuple[float, ...] = (0.0,) * CELLS
    exposed: tuple[float, ...] = (0.0,) * CELLS
    heard: datetime | None = None
    record: float = 0.0

    @property
    def known(self) -> bool:
        """Whether there is history enough to judge by."""
        return sum(self.active) >= LEAST_HISTORY


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """What a person should look at. what: "silent" or a failure class; since: when it last was well, where known."""

    what: str
    since: datetime | None


def heard(rhythm: Rhythm, *, last_look: datetime | None, now: datetime) -> Rhythm:
    """The rhythm after a look that found new posts. last_look: the last good one before it; what is new came since."""
    hour = _hour(now)
    if rhythm.heard is None or last_look is None or hour - rhythm.heard > _FORGET:
        return Rhythm(heard=hour) if rhythm.heard is None else replace(rhythm, heard=hour)
    if hour <= rhythm.heard:
        return rhythm
    began = max(_hour(last_look), rhythm.heard + _HOUR)
    fading = 0.5 ** ((hour - rhythm.heard) / _HALF_LIFE)
    active, exposed = [n * fading for n in rhythm.active], [n * fading for n in rhythm.exposed]
    for quiet in _hours(rhythm.heard + _HOUR, began):
        exposed[_cell(quiet)] += 1
    span = list(_hours(began, hour + _HOUR))
    if len(span) <= _LOST_SIGHT:  # else nobody looked for a day or more: who knows when it was
        for when in span:
            exposed[_cell(when)] += 1
            active[_cell(when)] += 1 / len(span)
    silence = min(surprise(rhythm, began), _MOST_SURPRISE)
    record = max(rhythm.record * fading, silence)
    return Rhythm(active=tuple(active), exposed=tuple(exposed), heard=hour, record=record)


def surprise(rhythm: Rhythm, until: datetime) -> float:
    """-ln of the probability that a source of this rhythm has no news from when it was last heard until then.

    Only whole hours count, and only those of a kind that was watched before.
    """
    if rhythm.heard is None:
        return 0.0
    since = max(rhythm.heard + _HOUR, until - _FORGET)
    return sum(_hazard(rhythm, _cell(hour)) for hour in _hours(_hour(since), _hour(until)))


def is_silent(rhythm: Rhythm, until: datetime) -> bool:
    """Whether the source has been quiet for longer than its own history makes likely."""
    return rhythm.known and surprise(rhythm, until) > max(LIKELY, rhythm.record)


def news_likely_in(rhythm: Rhythm, now: datetime) -> timedelta | None:
    """Time until the chance of something new is one in four; None where too little is known of the source."""
    if not rhythm.known:
        return None
    usual = -math.log1p(-sum(rhythm.active) / (sum(rhythm.exposed) + 1))
    gathered, at = 0.0, now
    while at < now + timedelta(days=7):
        cell = _cell(at)
        hazard = _hazard(rhythm, cell) if rhythm.exposed[cell] else usual
        end = _hour(at) + _HOUR
        share = (end - at) / _HOUR
        if hazard and gathered + hazard * share >= _SOME_CHANCE:
            return at + (_SOME_CHANCE - gathered) / hazard * _HOUR - now
        gathered, at = gathered + hazard * share, end
    return at - now


def trouble(
    *, failure: Failure | None, failures: int, last_success: datetime | None, rhythm: Rhythm, now: datetime
) -> Trouble | None:
    """What is wrong with a source after a look at it. failures: in a row, with this one. last_success: this very
    look where it went well. Failures that pass by themselves are told of when they last a day."""
    lasting = failure in _LASTING and failures >= IN_A_ROW
    down = failure is not None and last_success is not None and now - last_success >= LONG_DOWN
    if failure is not None and (lasting or down):
        return Trouble(what=failure.value, since=last_success)
    if last_success is not None and is_silent(rhythm, last_success):
        return Trouble(what="silent", since=rhythm.heard)
    return None


def _hazard(rhythm: Rhythm, cell: int) -> float:
    """-ln of the chance that an hour of this kind has no news. One watched hour is added to those that were, so
    that no hour is ever certain."""
    return -math.log1p(-rhythm.active[cell] / (rhythm.exposed[cell] + 1))


def _cell(when: datetime) -> int:
    return when.hour + (24 if when.weekday() >= 5 else 0)


def _hour(when: datetime) -> datetime:
    return when.replace(minute=0, second=0, microsecond=0)


def _hours(start: datetime, end: datetime) -> Iterator[datetime]:
    """Starts of hours in [start, end), both being such."""
    while start < end:
        yield start
        start += _HOUR
