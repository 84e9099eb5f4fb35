"""Times as people choose them. Pure: now and zone come in."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from listener.settings import parse_duration
from responders.slack.commands import Until

MORNING = time(8)
_LONGEST = timedelta(days=366)
_HOURS = re.compile(r"(\d{1,3})\s*(?:g|godz|godzin|godziny|godzinę|hours?)\b\.?", re.IGNORECASE)
_MINUTES = re.compile(r"(\d{1,4})\s*(?:min|minut|minuty|minutes?)\b\.?", re.IGNORECASE)
_DAYS = re.compile(r"(\d{1,3})\s*(?:dni|dzień|dnia|days?)\b", re.IGNORECASE)
_TOMORROW = ("jutro", "do jutra", "tomorrow")


def snoozed_until(until: Until, at: int | None, now: datetime, zone: ZoneInfo) -> datetime | None:
    """When a ticket should come back, in UTC; None where the chosen time is missing, past, or beyond a year."""
    if until is Until.HOUR:
        return now + timedelta(hours=1)
    if until is Until.TOMORROW:
        return _morning(now, 1, zone)
    if until is Until.MONDAY:
        return _morning(now, 7 - now.astimezone(zone).weekday(), zone)
    if at is None:
        return None
    chosen = datetime.fromtimestamp(at, UTC)
    return chosen if now < chosen <= now + _LONGEST else None


def _morning(now: datetime, days: int, zone: ZoneInfo) -> datetime:
    """Eight o'clock on the clocks there, whatever they do in between."""
    day = now.astimezone(zone).date() + timedelta(days=days)
    return datetime.combine(day, MORNING, zone).astimezone(UTC)


def quiet_until(said: str, now: datetime, zone: ZoneInfo) -> datetime | None:
    """The end of "2h", "30 min", "1 dzień" or "jutro"; None for anything else."""
    said = said.strip()
    if said.lower() in _TOMORROW:
        return _morning(now, 1, zone)
    for pattern, unit in ((_HOURS, "h"), (_MINUTES, "m"), (_DAYS, "d")):
        said = pattern.sub(rf"\1{unit}", said)
    try:
        length = parse_duration(said)
    except ValueError:
        return None
    return now + length if length <= _LONGEST else None


def period(first: str, last: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Days as [start, end) in the zone: the last seven without a first one, up to today without a last one.
    ValueError names the one that is no date."""
    today = now.astimezone(zone).date()
    start = _day(first) if first else today - timedelta(days=6)
    end = _day(last) if last else max(today, start)
    if end < start:
        raise ValueError(last)
    return datetime.combine(start, time(), zone), datetime.combine(end + timedelta(days=1), time(), zone)


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError:
        raise ValueError(said) from None
