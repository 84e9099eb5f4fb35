"""Which zone a board prints its times in, where its pages tell: "All times are UTC+1", "Current time: 05:17 PM".

Boards print times to guests in a zone of their own, rarely the one of their readers. What a page says of it wins over
the configured zone, unless both are the same at that moment: then the configured one, which knows of summer time.
"""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from listener.dates import Order, find_date, parse_date

_STATED = ("times are", "times displayed in", "strefa czasowa", "w strefie", "wszystkie czasy", "alle zeiten sind")
_ZONE = re.compile(
    r"[\w\s]*:?\s*(?:<\w+[^>]{0,80}>\s*)?(?:utc|gmt)"
    r"(?P<offset>\s*[+\-−]\s*\d{1,2}(?::00)?(?![\d:]))?(?!\s*[+\-−\d])"
)
_PRESENT = (
    "current time", "aktualny czas", "obecny czas", "aktualna data i godzina", "time is now", "time now is",
    "it is currently", "teraz jest", "obecnie jest", "aktuelle zeit", "aktuelle uhrzeit", "es ist jetzt",
)  # fmt: skip
_TAG = re.compile(r"<[^>]*>|&nbsp;")
_PRINTED = re.compile(
    r"<time[^>]{0,80}datetime=[\"'](?P<exact>\d{4}-\d\d-\d\dt\d\d:\d\d:\d\dz)[\"'][^>]{0,80}>(?P<text>[^<]{8,60})<",
    re.IGNORECASE,
)
_NEAR = 200
_HEAD, _FOOT = 200_000, 50_000
"""Characters at both ends of a page that are searched: boards say it above or below their posts."""
_SLACK = timedelta(minutes=3)
_OFFSETS = range(-12, 15)
"""Hours from UTC that there are zones for."""


def board_zone(html: str, now: datetime, zone: str, order: Order | None = None) -> str:
    """The zone of a page's times: an IANA name. now: when the page was fetched; zone: the configured one."""
    text = html if len(html) <= _HEAD + _FOOT else html[:_HEAD] + html[-_FOOT:]
    raw = text.encode("utf-8", "replace").lower()
    offset = _stated(raw)
    if offset is None:
        offset = _by_clock(raw, now, order)
    if offset is None:
        offset = _by_pair(text, order)
    if offset is None or _offset_of(zone, now) == timedelta(hours=offset):
        return zone
    return "UTC" if offset == 0 else f"Etc/GMT{-offset:+d}"


def _after(raw: bytes, phrases: tuple[str, ...]) -> str | None:
    """What stands after the first of the phrases that a page has. raw: UTF-8, letters of ASCII in lower case: phrases
    have no others, and bytes are searched and lowered several times faster than text."""
    for phrase in phrases:
        at = raw.find(phrase.encode())
        if at >= 0:
            start = at + len(phrase)
            return raw[start : start + 4 * _NEAR].decode("utf-8", "ignore").lower()[:_NEAR]
    return None


def _stated(raw: bytes) -> int | None:
    match = _ZONE.match(_after(raw, _STATED) or "")
    if match is None:
        return None
    offset = re.sub(r"\s|:00", "", match["offset"] or "+0").replace("−", "-")
    return int(offset) if int(offset) in _OFFSETS else None


def _by_clock(page: bytes, now: datetime, order: Order | None) -> int | None:
    """From the present time as the board has it, which must be a whole number of hours from ours."""
    rest = _after(page, _PRESENT)
    raw = find_date(" ".join(_TAG.sub(" ", rest).split())[:60]) if rest else None
    return _whole_hours(parse_date(raw, now=now + timedelta(days=1), zone="UTC", order=order), now) if raw else None


def _by_pair(text: str, order: Order | None) -> int | None:
    """From a moment that a page gives both for machines and for readers."""
    match = _PRINTED.search(text)
    if match is None:
        return None
    exact = datetime.fromisoformat(match["exact"].upper()).astimezone(UTC)
    raw = find_date(match["text"])
    printed = parse_date(raw, now=exact + timedelta(days=1), zone="UTC", order=order) if raw and ":" in raw else None
    return _whole_hours(printed, exact)


def _whole_hours(there: datetime | None, here: datetime) -> int | None:
    if there is None:
        return None
    hours = round((there - here) / timedelta(hours=1))
    exact = abs((there - here) - timedelta(hours=hours)) <= _SLACK
    return hours if exact and hours in _OFFSETS else None


def _offset_of(zone: str, now: datetime) -> timedelta | None:
    try:
        return now.astimezone(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
