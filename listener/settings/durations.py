"""Lengths of time as people write them in a configuration: "30s", "15m", "2h", "1d", "1h30m"."""

import re
from datetime import timedelta

_UNITS = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days", "w": "weeks"}
_PART = re.compile(r"(\d{1,9})\s*([smhdw])", re.ASCII)
_WHOLE = re.compile(rf"(?:{_PART.pattern}\s*)+", re.ASCII)


def parse_duration(value: object) -> timedelta:
    """ValueError for anything but text of whole numbers with units, and for nothing at all (0s)."""
    if isinstance(value, timedelta):
        return value
    if not isinstance(value, str) or not _WHOLE.fullmatch(value.strip()):
        raise ValueError('must be a length of time such as "30s", "15m", "2h" or "1d"')
    try:
        total = sum((timedelta(**{_UNITS[unit]: int(n)}) for n, unit in _PART.findall(value)), timedelta())
    except OverflowError:
        raise ValueError("is longer than any clock can count") from None
    if not total:
        raise ValueError("must be longer than nothing")
    return total


def format_duration(length: timedelta) -> str:
    """The shortest text that parse_duration reads back; parts under a second are left out."""
    seconds, parts = int(length.total_seconds()), []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{unit}")
    return "".join(parts) or "0s"
