"""One printed date, read."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from listener.calendar_words import DAYS_BACK, MONTHS, NUMBERS, ROMAN, UNITS, WEEKDAYS, ZONES
from listener.dates.finding import clock_of, pick, plainly
from listener.dates.patterns import AGO, AMOUNTS, EPOCH, ISO, NOW_WORDS, RELATIVE, SEVERAL, SHORT, STEP, words_of
from listener.dates.terms import LONGEST, Frame, Order, When, flat, zone_of

_EARLIEST = 1975
_AHEAD = timedelta(hours=26)  # a board in a far zone, or with a wrong clock, is still believed


def parse_date(
    raw: str | None, *, now: datetime, zone: str = "Europe/Warsaw", order: Order | None = None
) -> datetime | None:
    """The moment in UTC that raw speaks of, or None where it cannot be told. Arguments as of read()."""
    when = read(raw, now=now, zone=zone, order=order)
    return when.at if when else None


def read(raw: str | None, *, now: datetime, zone: str = "Europe/Warsaw", order: Order | None = None) -> When | None:
    """Reads one printed date. now: when the page was fetched (aware); zone: of the board, for dates that name none."""
    return read_in(raw, Frame(now=now, zone=zone_of(zone), order=order))


@lru_cache(maxsize=4096)
def read_in(raw: str | None, frame: Frame) -> When | None:
    """Reads one printed date in a frame."""
    text = flat(raw or "")
    if not text or len(text) > LONGEST:
        return None
    try:
        when = _epoch(text) or _iso(text) or _relative(text, frame) or _absolute(text, frame)
    except (ValueError, OverflowError):  # a day that no calendar has
        return None
    return when if when is not None and is_sensible(when, frame.now) else None


@lru_cache(maxsize=4096)
def exactly(raw: str) -> When | None:
    """A date for machines, which depends on nothing beside it; None for any other."""
    text = flat(raw) if len(raw) <= LONGEST else ""
    try:
        return _epoch(text) or _iso(text)
    except (ValueError, OverflowError):
        return None


def is_sensible(when: When, now: datetime) -> bool:
    """Whether a post can have that date."""
    return when.at.year >= _EARLIEST and when.at <= now + _AHEAD


def _epoch(text: str) -> When | None:
    if not EPOCH.fullmatch(text):
        return None
    seconds = float(text) / (1000 if len(text) == 13 else 1)
    return When(at=datetime.fromtimestamp(seconds, UTC).replace(microsecond=0), width=timedelta(seconds=1))


def _iso(text: str) -> When | None:
    """The commonest machine date, read without a search."""
    if not ISO.fullmatch(text):
        return None
    at = datetime.fromisoformat(text.upper())
    return When(at=at.astimezone(UTC).replace(microsecond=0), width=timedelta(seconds=1))


def _relative(text: str, frame: Frame) -> When | None:
    now = frame.now.astimezone(UTC).replace(microsecond=0)
    if words_of(text).isdisjoint(RELATIVE) and not SHORT.fullmatch(text):
        return None
    if NOW_WORDS.search(text):
        return When(at=now, width=timedelta(minutes=1))
    match = AGO.search(text)
    if match and SEVERAL.search(text):
        return None
    if match:
        return _back(now, [(m["n"], m["u"]) for m in AMOUNTS.finditer(match["l1"] or match["l2"])])
    short = SHORT.fullmatch(text)
    return _back(now, [(short["n"], short["u"])]) if short else None


def _back(now: datetime, amounts: Sequence[tuple[str | None, str]]) -> When | None:
    at, width = now, timedelta(seconds=1)
    for number, word in amounts:
        unit = UNITS[word]
        count = NUMBERS[number] if number in NUMBERS else float(number or 1)
        at, width = _minus(at, count, unit), STEP[unit]
    return When(at=at, width=width)


def _minus(at: datetime, count: float, unit: str) -> datetime:
    if unit not in ("month", "year") or count != int(count):
        return at - STEP[unit] * count
    months = at.year * 12 + at.month - 1 - int(count) * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last = (datetime(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day  # noqa: DTZ001 only a day
    return at.replace(year=year, month=month + 1, day=min(at.day, last))


def _absolute(text: str, frame: Frame) -> When | None:
    plain = plainly(text)
    if plain:
        day = _day(plain, frame)
        return _at(day, plain, frame) if day else None
    picked = pick(text)
    if not picked:
        return None
    date = picked[1]
    day = _day(date, frame)
    clock = clock_of(text, date)
    if day is None:
        return None
    if clock is None:
        local = _local(day, frame)
        return When(at=local, width=timedelta(days=1), zone_assumed=True) if local else None
    return _at(day, clock, frame)


def _at(day: datetime, clock: re.Match[str], frame: Frame) -> When | None:
    parts = clock.groupdict()
    hour = _hour(int(parts["h"]), parts.get("ap") or parts.get("ap2"))
    moment = day + timedelta(hours=hour, minutes=int(parts["mi"] or 0), seconds=int(parts.get("s") or 0))
    width = timedelta(seconds=1) if parts.get("s") else timedelta(minutes=1)
    if parts.get("tz"):
        return When(at=moment.replace(tzinfo=_offset(parts["tz"])).astimezone(UTC), width=width)
    local = _local(moment, frame)
    return When(at=local, width=width, zone_assumed=True) if local else None


def _hour(hour: int, half: str | None) -> int:
    if not half or hour > 12:
        return hour
    return hour % 12 + (12 if half.startswith("p") else 0)


def _offset(name: str) -> timezone:
    if name in ZONES:
        return timezone(timedelta(hours=ZONES[name]))
    digits = re.sub(r"\D", "", name)
    minutes = int(digits[:2]) * 60 + int(digits[2:] or 0)
    return timezone(timedelta(minutes=minutes if "+" in name else -minutes))


def _local(naive: datetime, frame: Frame) -> datetime | None:
    """UTC of a clock time of the board's zone. None where it never came, or came twice."""
    first, second = (naive.replace(tzinfo=frame.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    if first.astimezone(frame.zone).replace(tzinfo=None) != naive:
        return None
    if frame.twice is not None:
        return (first, second)[frame.twice]
    return first if second > frame.now else None


def _day(date: re.Match[str], frame: Frame) -> datetime | None:
    parts = date.groupdict()
    if parts.get("back"):
        return frame.today - timedelta(days=DAYS_BACK[parts["back"]])
    if "mon" not in parts and parts.get("wd") and "a" not in parts:
        back = (frame.today.weekday() - WEEKDAYS[parts["wd"]]) % 7 or 7  # today's own name is never used for today
        return frame.today - timedelta(days=back)
    if parts.get("a"):
        return _numeric(parts, frame)
    month = MONTHS[parts["mon"]] if parts.get("mon") else ROMAN[parts["rom"]] if parts.get("rom") else int(parts["m"])
    year = parts.get("y") or parts.get("y2")
    if year is None:
        return _latest(month, int(parts["d"]), parts.get("wd"), frame)
    return datetime(_full_year(year, frame), month, int(parts["d"]))  # noqa: DTZ001 the zone comes with the clock


def _numeric(parts: dict[str, str | None], frame: Frame) -> datetime | None:
    a, b = int(parts["a"] or 0), int(parts["b"] or 0)
    order = Order.DMY if parts["sep"] == "." or a > 12 else Order.MDY if b > 12 else frame.order
    if order is None and a != b:
        return None
    day, month = (b, a) if order is Order.MDY else (a, b)
    return datetime(_full_year(parts["y"] or "", frame), month, day)  # noqa: DTZ001 the zone comes with the clock


def _full_year(text: str, frame: Frame) -> int:
    digits = text.lstrip("'’")
    if len(digits) == 4:
        return int(digits)
    year = frame.now.year // 100 * 100 + int(digits)
    return year if year <= frame.now.year + 1 else year - 100


def _latest(month: int, day: int, weekday: str | None, frame: Frame) -> datetime | None:
    """A date printed without its year: the last such day that is not ahead, and that the weekday agrees with."""
    for year in range(frame.today.year, frame.today.year - 12, -1):
        if month == 2 and day == 29 and (year % 4 or (not year % 100 and year % 400)):
            continue
        candidate = datetime(year, month, day)  # noqa: DTZ001 the zone comes with the clock
        fits = weekday is None or candidate.weekday() == WEEKDAYS[weekday]
        if candidate <= frame.today + timedelta(days=1) and fits:
            return candidate
    return None
