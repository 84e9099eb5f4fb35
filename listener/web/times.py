"""Moments and spans of time in words, in two languages."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_UNITS = (("d", 86400), ("h", 3600), ("min", 60))


def span(length: timedelta) -> str:
    """At most two units, "2 h 5 min", the same in both languages; under a minute "1 min", sign dropped."""
    seconds = max(abs(int(length.total_seconds())), 60)
    parts = []
    for name, size in _UNITS:
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count} {name}")
    return " ".join(parts[:2])


def local(moment: datetime, zone: str, now: datetime) -> str:
    """The wall clock in a zone; the day is left out when it is today."""
    there, today = moment.astimezone(ZoneInfo(zone)), now.astimezone(ZoneInfo(zone))
    if there.date() == today.date():
        return there.strftime("%H:%M")
    return there.strftime("%d.%m %H:%M" if there.year == today.year else "%d.%m.%Y %H:%M")
