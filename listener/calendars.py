"""Working time: when somebody is there, how much of it passes, which days are business days. Pure; times in UTC.

Opening hours are local: they move with the zone's clock changes, so a working day may have 23 or 25 hours' distance
to the next while its own hours stay the same.
"""

import functools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import holidays

DAY_MINUTES = 24 * 60
_HORIZON = 400  # days without an opening: a calendar like this is never open

Hours = tuple[tuple[int, int], ...]
"""Openings of one day, ascending, in minutes from local midnight: ((480, 960),) is 08:00-16:00."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """hours: by weekday (0 is Monday), None: always open. country: whose public holidays are closed (ISO 3166, "PL"),
    None: none. closed: days of our own; open: holidays on which somebody works all the same."""

    zone: str = "Europe/Warsaw"
    hours: Mapping[int, Hours] | None = None
    country: str | None = "PL"
    closed: frozenset[date] = field(default_factory=frozenset)
    open: frozenset[date] = field(default_factory=frozenset)


ALWAYS = Calendar()


@functools.cache
def _public(country: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, years=year))


def is_holiday(calendar: Calendar, day: date) -> bool:
    """A public holiday, or a day of our own on which nobody works."""
    if day in calendar.open:
        return False
    return day in calendar.closed or (calendar.country is not None and day in _public(calendar.country, day.year))


def openings(calendar: Calendar, since: datetime) -> Iterator[tuple[datetime, datetime]]:
    """Spans [start, end) of working time that end after a moment, one after the other; the first may have begun."""
    zone = ZoneInfo(calendar.zone)
    day = since.astimezone(zone).date()
    idle = 0
    while idle < _HORIZON:
        idle += 1
        for start, end in () if is_holiday(calendar, day) else (calendar.hours or {}).get(day.weekday(), ()):
            begins, ends = _at(day, start, zone), _at(day, end, zone)
            if ends > max(since, begins):
                idle = 0
                yield begins, ends
        day += timedelta(days=1)


def _at(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    days, rest = divmod(minutes, DAY_MINUTES)
    local = datetime(day.year, day.month, day.day, rest // 60, rest % 60, tzinfo=zone) + timedelta(days=days)
    return local.astimezone(UTC)


def is_open(calendar: Calendar, moment: datetime) -> bool:
    """Whether somebody is there."""
    if calendar.hours is None:
        return True
    return any(start <= moment for start, _ in _first(calendar, moment))


def _first(calendar: Calendar, moment: datetime) -> Iterator[tuple[datetime, datetime]]:
    for span in openings(calendar, moment):
        yield span
        return


def after(calendar: Calendar, since: datetime, working: timedelta) -> datetime:
    """When so much working time has passed since a moment. Never in closed hours: at the latest when they begin."""
    if calendar.hours is None:
        return since + working
    left = max(working, timedelta())
    for start, end in openings(calendar, since):
        begin = max(start, since)
        if begin + left <= end:
            return begin + left
        left -= end - begin
    return since + working  # never open: settings refuse that


def between(calendar: Calendar, start: datetime, end: datetime) -> timedelta:
    """Working time from one moment to a later one; nothing where end is not later."""
    if calendar.hours is None:
        return max(end - start, timedelta())
    passed = timedelta()
    for begins, ends in openings(calendar, start):
        if begins >= end:
            break
        passed += max(min(ends, end) - max(begins, start), timedelta())
    return passed


def is_business_day(calendar: Calendar, day: date) -> bool:
    """Monday to Friday and no public holiday: as laws count, whatever our own hours are."""
    public = calendar.country is not None and day in _public(calendar.country, day.year)
    return day.weekday() < 5 and not public


def end_of_day(calendar: Calendar, since: datetime, *, days: int = 0, business_days: int = 0) -> datetime:
    """The end of the day that many calendar or business days after the day of a moment (which itself does not count).

    A deadline that ends on a day off is not moved on: the earlier reading is the safer one.
    """
    zone = ZoneInfo(calendar.zone)
    day = since.astimezone(zone).date() + timedelta(days=days)
    while business_days > 0:
        day += timedelta(days=1)
        business_days -= is_business_day(calendar, day)
    return _at(day, DAY_MINUTES, zone) - timedelta(seconds=1)
