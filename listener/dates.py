"""Dates as boards print them: absolute and relative, with and without zone, year or clock.

read() never guesses: an order of day and month that cannot be told, a clock time that happens twice or never on that
day, or a year outside what a post can have gives None. The caller keeps the raw text. read_thread() knows more than
read(), because the posts of a page show how their board writes dates and stand in the order of time.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from enum import StrEnum
from functools import lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from listener.calendar_words import DAYS_BACK, MONTHS, NOW, NUMBERS, ROMAN, UNITS, WEEKDAYS, ZONES
from listener.errors import ConfigError

LONGEST = 120
"""A longer text is prose, not a date (code points)."""
_EARLIEST = 1975
_AHEAD = timedelta(hours=26)  # a board in a far zone, or with a wrong clock, is still believed


class Order(StrEnum):
    """Which of two numbers comes first, where a board writes 03-04-2025."""

    DMY = "dmy"
    MDY = "mdy"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A date that was read. at: UTC; width: how far off it may be; zone_assumed: the text named no zone."""

    at: datetime
    width: timedelta
    zone_assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What reading one text depends on. twice: which of two equal clock times is meant (0, 1), None where unknown."""

    now: datetime
    zone: tzinfo
    order: Order | None = None
    twice: int | None = None

    @property
    def today(self) -> datetime:
        return self.now.astimezone(self.zone).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)


def _words(*tables: Sequence[str]) -> str:
    names = {re.escape(name) for table in tables for name in table}
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH = rf"(?P<mon>{_words(list(MONTHS))})(?![^\W\d_])"
_DAY = r"(?P<d>[0-3]?\d)(?!\d)"
_YEAR = r"(?P<y>\d{4}|['’]\d{2})(?!\d)"
_WEEKDAY = rf"(?:\b(?P<wd>{_words(list(WEEKDAYS))})\b[.,]?\s+(?:o\s+|the\s+|den\s+|le\s+)?)?"
_DATES = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?<!\d)(?P<y>\d{4})(?P<sep>[-/.])(?P<m>\d{1,2})(?P=sep)(?P<d>\d{1,2})(?!\d)",
        r"(?<!\d)(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})(?=t\d{4})",
        (
            rf"{_WEEKDAY}(?<![\d.:,-])(?P<a>\d{{1,2}})(?P<sep>[-/.])[ ]?(?P<b>\d{{1,2}})(?P=sep)[ ]?(?P<y>\d{{4}}|"
            rf"\d{{2}})(?![\d-])"
        ),
        (
            rf"{_WEEKDAY}(?<![\d:]){_DAY}(?:st|nd|rd|th|er|\.|-)?[\s/-]*(?:of\s+|"
            rf"de\s+)?{_MONTH}[.,]?[\s/-]*(?:(?:de\s+)?{_YEAR}|(?<=-)(?P<y2>\d{{2}})(?!\d))?"
        ),
        rf"{_WEEKDAY}{_MONTH}\.?[\s-]*{_DAY}(?:st|nd|rd|th)?(?![\d:])(?:,?[\s-]*{_YEAR}(?!:))?",
        rf"(?<!\d){_DAY}\s+(?P<rom>{_words(list(ROMAN))})\s+{_YEAR}",
        rf"\b(?P<back>{_words(list(DAYS_BACK))})\b",
        (
            rf"\b(?:ostatni[ay]?\s+|last\s+)?(?P<wd>{_words(list(WEEKDAYS))})\b(?=[,.]?\s*(?:o\s+|at\s+|um\s+|"
            rf"à\s+)?\d{{1,2}}:\d\d)"
        ),
    )
)
_ABSOLUTE_DAY = len(_DATES) - 2
_ZONE = (
    rf"(?P<tz>(?:gmt|utc)?[+-−]\d{{2}}:?\d{{2}}(?!\d)|(?:gmt|utc)[+-]\d{{1,2}}\b|(?<![a-z])(?:{_words(list(ZONES))})\b)"
)
_CLOCK = (
    r"(?P<h>[01]?\d|2[0-3])(?:(?::|(?<=\d)h|(?<=\dt\d\d))(?P<mi>[0-5]\d)(?:(?::|"
    r"(?<=t\d{4}))(?P<s>[0-5]\d)(?:[.,]\d{1,9})?)?(?!\d)\s{0,2}(?P<ap>[ap]\.?m\b\.?)?"
    r"|\s?(?P<ap2>[ap]\.?m\b\.?))"
)
_GAP = r"(?:[\s,.·•|»›@(–—-]|t(?=\d)|o\s+godz(?:inie|\.)?|godz(?:ina|\.)?|um|at|o|à|om|kl\.?|в|r\.|roku|uhr|-){0,6}"
_AFTER = re.compile(rf"{_GAP}(?P<clock>{_CLOCK})(?:\s*{_ZONE})?")
_AFTER_DOTTED = re.compile(
    r"[\s,]*(?:r\.|roku)?[\s,]*(?:o|godz\.?|o godz\.?|o godzinie)\s+(?P<clock>(?P<h>[01]?\d|"
    r"2[0-3])\.(?P<mi>[0-5]\d))(?!\d)"
)
_BEFORE = re.compile(rf"(?<![\d:.])(?P<clock>{_CLOCK})(?:\s*{_ZONE})?(?:[\s,.·•|»@()–—-]|uhr|dnia|on|w|am|,){{0,5}}$")
_AMOUNT = (
    rf"(?:(?P<n>\d{{1,4}}|{_words(list(NUMBERS))})[\s+]*)?(?P<u>{_words(list(UNITS))})\b(?:\([a-zęó]{{1,3}}\))?\.?"
)
_AMOUNTS = re.compile(_AMOUNT)
_PART = _AMOUNT.replace("?P<n>", "?:").replace("?P<u>", "?:")
_LIST = rf"{_PART}(?:(?:\s*,\s*|\s+)(?:(?:and|i|oraz|und|et)\s+)?{_PART}){{0,3}}"
_HEDGE = (
    r"(?:(?:ponad|prawie|około|ok\.|niecałą|niecały|niecałe|mniej niż|więcej niż|about|almost|over|less than|more than|"
    r"etwa|ca\.|environ)\s+)?"
)
_AGO = re.compile(
    rf"(?<![\w.]){_HEDGE}(?P<l1>{_LIST})\s*(?:temu|ago|geleden|назад)\b|\b(?:vor|il y a|hace|"
    rf"przed)\s+{_HEDGE}(?P<l2>{_LIST})(?!\w)"
)
_SEVERAL = re.compile(r"\b(?:kilka|kilkanaście|kilku|parę|paru|wiele|few|several|couple|many|einigen|quelques)\b")
_SHORT = re.compile(r"(?P<n>\d{1,3})\s?(?P<u>s|sek|m|min|h|hr|hrs|godz|d|dni|day|days|w|tyg|tydz|mo|mies|y)\.?")
_EPOCH = re.compile(r"\d{10}(?:\.\d+)?|\d{13}")
_YEAR_FIRST = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d[^-/.]*$", re.ASCII)
_ISO = re.compile(r"\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:z|[+-]\d\d:?\d\d)", re.ASCII)
_NOW = re.compile(rf"(?<!\w)(?:{_words(NOW)})(?!\w)")
_HINT = re.compile(rf"\d|{_words(NOW, list(DAYS_BACK))}|temu|ago\b")
_STEP = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}


_WORD = re.compile(r"[^\W\d_]+")
_RELATIVE = frozenset({"temu", "ago", "geleden", "назад", "vor", "il", "hace", "przed", *_WORD.findall(" ".join(NOW))})
_NEEDED: tuple[frozenset[str] | None, ...] = (
    None, None, None, frozenset(MONTHS), frozenset(MONTHS), frozenset(ROMAN),
    frozenset(_WORD.findall(" ".join(DAYS_BACK))), frozenset(WEEKDAYS),
)  # fmt: skip


@lru_cache(maxsize=4096)
def _words_of(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text))


@lru_cache(maxsize=64)
def _zone(name: str) -> tzinfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"no such time zone: {name!r}", mend="use an IANA name such as Europe/Warsaw") from error


def _fold(text: str) -> str:
    return " ".join(text.lower().split())


def parse_date(
    raw: str | None, *, now: datetime, zone: str = "Europe/Warsaw", order: Order | None = None
) -> datetime | None:
    """The moment in UTC that raw speaks of, or None where it cannot be told. Arguments as of read()."""
    when = read(raw, now=now, zone=zone, order=order)
    return when.at if when else None


def read(raw: str | None, *, now: datetime, zone: str = "Europe/Warsaw", order: Order | None = None) -> When | None:
    """Reads one printed date. now: when the page was fetched (aware); zone: of the board, for dates that name none."""
    return _read(raw, _Frame(now=now, zone=_zone(zone), order=order))


@lru_cache(maxsize=4096)
def find_date(text: str) -> str | None:
    """The first piece of a short text that reads as a date, as printed; None where there is none."""
    flat = " ".join(text.split())
    if len(flat) > LONGEST or not _HINT.search(flat.lower()):
        return None
    span = _span(flat.lower())
    return flat[span[0] : span[1]] if span and len(flat.lower()) == len(flat) else None


def read_thread(
    raws: Sequence[str | None], *, now: datetime, zone: str = "Europe/Warsaw", order: Order | None = None
) -> list[datetime | None]:
    """The dates of one page's posts, oldest first, in UTC: how the board orders day and month is learned from all
    (unless given), and the hour that happens twice is told apart by the posts around it."""
    order = order or learn_order([raw for raw in raws if raw], now=now, zone=zone)
    sure, first, second = (_Frame(now=now, zone=_zone(zone), order=order, twice=twice) for twice in (None, 0, 1))
    found = _thread_run(raws, sure)
    if all(at or not raw for at, raw in zip(found, raws, strict=True)):
        return found
    early, late = _thread_run(raws, first), _thread_run(raws, second)
    drop = next((n for n in range(1, len(raws)) if _drops(early[n - 1], early[n]) and not found[n]), len(raws))
    return [at or _between(early[n], late[n], n, found, drop) for n, at in enumerate(found)]


def _thread_run(raws: Sequence[str | None], frame: _Frame) -> list[datetime | None]:
    return [when.at if (when := _read(raw, frame)) else None for raw in raws]


def _drops(before: datetime | None, after: datetime | None) -> bool:
    return before is not None and after is not None and after < before


def _between(
    first: datetime | None, second: datetime | None, n: int, sure: Sequence[datetime | None], drop: int
) -> datetime | None:
    """Which of two equal clock times post n has: the clock runs back (drop) between them, or a sure post parts them."""
    if first is None or second is None or first == second:
        return None
    above = max((at for at in sure[max(0, n - 50) : n] if at), default=first)
    below = min((at for at in sure[n + 1 : n + 50] if at), default=second)
    if n >= drop or above > first:
        return second
    return first if drop < len(sure) or below < second else None


def told_order(raws: Sequence[str]) -> Order | None:
    """What numbers over 12 tell of a board's order; None where there are none, or where they contradict each other."""
    matches = [match for raw in raws if (match := _numbers(raw)) and match["sep"] != "."]
    told = {Order.DMY if int(m["a"]) > 12 else Order.MDY for m in matches if max(int(m["a"]), int(m["b"])) > 12}
    return told.pop() if len(told) == 1 else None


def _numbers(raw: str) -> re.Match[str] | None:
    """Where a text has a day and a month that are both numbers. The commonest dates for machines have none."""
    return None if _YEAR_FIRST.match(raw) else _DATES[2].search(raw.lower())


def learn_order(raws: Sequence[str], *, now: datetime, zone: str = "Europe/Warsaw") -> Order | None:
    """Whether a board writes day or month first: a number over 12 tells; else the order, if only one, under which its
    dates lie in the past and run forward in time. None where nothing tells."""
    told = told_order(raws)
    if told:
        return told
    marked = [(raw, match) for raw in raws if (match := _numbers(raw))]
    spans = {order: _span_of([raw for raw, _ in marked], order, now, zone) for order in Order if marked}
    steady = [order for order, span in spans.items() if span is not None]
    if len(steady) == 2 and len({match[0] for _, match in marked}) > 2:
        # a run that spreads over months under one order and over days under the other has its days in the fast number
        short, long = sorted(steady, key=lambda order: spans[order] or timedelta())
        return short if 10 * (spans[short] or timedelta()) < (spans[long] or timedelta()) else None
    return steady[0] if len(steady) == 1 else None


def _span_of(raws: Sequence[str], order: Order, now: datetime, zone: str) -> timedelta | None:
    """From the first to the last date read under order; None where one cannot be, or where they do not run forward."""
    run = _thread_run(raws, _Frame(now=now, zone=_zone(zone), order=order, twice=0))
    moments = [at for at in run if at]
    return moments[-1] - moments[0] if len(moments) == len(run) and _forward(moments) else None


def _forward(moments: Sequence[datetime]) -> bool:
    return all(a <= b for a, b in pairwise(moments))


@lru_cache(maxsize=4096)
def _read(raw: str | None, frame: _Frame) -> When | None:
    text = _fold(raw or "")
    if not text or len(text) > LONGEST:
        return None
    try:
        when = _epoch(text) or _iso(text) or _relative(text, frame) or _absolute(text, frame)
    except (ValueError, OverflowError):  # a day that no calendar has
        return None
    sensible = when is not None and when.at.year >= _EARLIEST and when.at <= frame.now + _AHEAD
    return when if sensible else None


def _epoch(text: str) -> When | None:
    if not _EPOCH.fullmatch(text):
        return None
    seconds = float(text) / (1000 if len(text) == 13 else 1)
    return When(at=datetime.fromtimestamp(seconds, UTC).replace(microsecond=0), width=timedelta(seconds=1))


def _iso(text: str) -> When | None:
    """The commonest machine date, read without a search."""
    if not _ISO.fullmatch(text):
        return None
    at = datetime.fromisoformat(text.upper())
    return When(at=at.astimezone(UTC).replace(microsecond=0), width=timedelta(seconds=1))


def _relative(text: str, frame: _Frame) -> When | None:
    now = frame.now.astimezone(UTC).replace(microsecond=0)
    if _words_of(text).isdisjoint(_RELATIVE) and not _SHORT.fullmatch(text):
        return None
    if _NOW.search(text):
        return When(at=now, width=timedelta(minutes=1))
    match = _AGO.search(text)
    if match and _SEVERAL.search(text):
        return None
    if match:
        return _back(now, [(m["n"], m["u"]) for m in _AMOUNTS.finditer(match["l1"] or match["l2"])])
    short = _SHORT.fullmatch(text)
    return _back(now, [(short["n"], short["u"])]) if short else None


def _back(now: datetime, amounts: Sequence[tuple[str | None, str]]) -> When | None:
    at, width = now, timedelta(seconds=1)
    for number, word in amounts:
        unit = UNITS[word]
        count = NUMBERS[number] if number in NUMBERS else float(number or 1)
        at, width = _minus(at, count, unit), _STEP[unit]
    return When(at=at, width=width)


def _minus(at: datetime, count: float, unit: str) -> datetime:
    if unit not in ("month", "year") or count != int(count):
        return at - _STEP[unit] * count
    months = at.year * 12 + at.month - 1 - int(count) * (12 if unit == "year" else 1)
    year, month = divmod(months, 12)
    last = (datetime(year + month // 11, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day  # noqa: DTZ001 only a day
    return at.replace(year=year, month=month + 1, day=min(at.day, last))


def _pick(text: str) -> tuple[int, re.Match[str]] | None:
    """The leftmost date; the earlier pattern where two start together. Patterns of words that are not there rest."""
    words = _words_of(text)
    found = [
        (match.start(), n, match)
        for n, regex in enumerate(_DATES)
        if ((needed := _NEEDED[n]) is None or not words.isdisjoint(needed)) and (match := regex.search(text))
    ]
    return min(found, key=lambda item: item[:2])[1:] if found else None


def _clock(text: str, date: re.Match[str]) -> re.Match[str] | None:
    after = _AFTER.match(text, date.end()) or _AFTER_DOTTED.match(text, date.end())
    return after or _BEFORE.search(text[max(0, date.start() - 24) : date.start()])


def _span(text: str) -> tuple[int, int] | None:
    hinted = not _words_of(text).isdisjoint(_RELATIVE)
    relative = (_NOW.search(text) or _AGO.search(text)) if hinted else None
    if relative:
        return relative.span()
    picked = _pick(text)
    if not picked:
        return None
    number, date = picked
    clock = _clock(text, date)
    if clock is None and number >= _ABSOLUTE_DAY and (date.span() != (0, len(text)) or text == "hier"):
        return None  # "today" in prose
    if clock is None or clock.end("clock") <= date.start() < clock.start("clock"):
        return date.span()
    if clock.start("clock") >= date.end():
        return date.start(), clock.start() + len(clock[0].rstrip())
    return max(0, date.start() - 24) + clock.start("clock"), date.end()


def _absolute(text: str, frame: _Frame) -> When | None:
    picked = _pick(text)
    if not picked:
        return None
    number, date = picked
    day = _day(number, date, frame)
    clock = _clock(text, date)
    if day is None:
        return None
    if clock is None:
        local = _local(day, frame)
        return When(at=local, width=timedelta(days=1), zone_assumed=True) if local else None
    return _at(day, clock, frame)


def _at(day: datetime, clock: re.Match[str], frame: _Frame) -> When | None:
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


def _local(naive: datetime, frame: _Frame) -> datetime | None:
    """UTC of a clock time of the board's zone. None where it never came, or came twice."""
    first, second = (naive.replace(tzinfo=frame.zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if first == second:
        return first
    if first.astimezone(frame.zone).replace(tzinfo=None) != naive:
        return None
    if frame.twice is not None:
        return (first, second)[frame.twice]
    return first if second > frame.now else None


def _day(number: int, date: re.Match[str], frame: _Frame) -> datetime | None:
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


def _numeric(parts: dict[str, str | None], frame: _Frame) -> datetime | None:
    a, b = int(parts["a"] or 0), int(parts["b"] or 0)
    order = Order.DMY if parts["sep"] == "." or a > 12 else Order.MDY if b > 12 else frame.order
    if order is None and a != b:
        return None
    day, month = (b, a) if order is Order.MDY else (a, b)
    return datetime(_full_year(parts["y"] or "", frame), month, day)  # noqa: DTZ001 the zone comes with the clock


def _full_year(text: str, frame: _Frame) -> int:
    digits = text.lstrip("'’")
    if len(digits) == 4:
        return int(digits)
    year = frame.now.year // 100 * 100 + int(digits)
    return year if year <= frame.now.year + 1 else year - 100


def _latest(month: int, day: int, weekday: str | None, frame: _Frame) -> datetime | None:
    """A date printed without its year: the last such day that is not ahead, and that the weekday agrees with."""
    for year in range(frame.today.year, frame.today.year - 12, -1):
        if month == 2 and day == 29 and (year % 4 or (not year % 100 and year % 400)):
            continue
        candidate = datetime(year, month, day)  # noqa: DTZ001 the zone comes with the clock
        fits = weekday is None or candidate.weekday() == WEEKDAYS[weekday]
        if candidate <= frame.today + timedelta(days=1) and fits:
            return candidate
    return None
