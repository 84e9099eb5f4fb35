"""The dates of a page's posts together: they show how their board writes dates, and stand in the order of time."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

from listener.dates.patterns import DATES, SEPARATED, YEAR_FIRST
from listener.dates.reading import exactly, is_sensible, read_in
from listener.dates.terms import Frame, Order, zone_of


def read_thread(
    raws: Sequence[str | None], *, now: datetime, zone: str = "Europe/Warsaw", order: Order | None = None
) -> list[datetime | None]:
    """The dates of one page's posts, oldest first, in UTC: how the board orders day and month is learned from all
    (unless given), and the hour that happens twice is told apart by the posts around it."""
    plain = [exactly(raw) if raw else None for raw in raws]
    if all(plain):
        return [when.at if when and is_sensible(when, now) else None for when in plain]
    order = order or learn_order([raw for raw in raws if raw], now=now, zone=zone)
    sure, first, second = (Frame(now=now, zone=zone_of(zone), order=order, twice=twice) for twice in (None, 0, 1))
    found = _thread_run(raws, sure)
    if all(at or not raw for at, raw in zip(found, raws, strict=True)):
        return found
    early, late = _thread_run(raws, first), _thread_run(raws, second)
    drop = next((n for n in range(1, len(raws)) if _drops(early[n - 1], early[n]) and not found[n]), len(raws))
    return [at or _between(early[n], late[n], n, found, drop) for n, at in enumerate(found)]


def _thread_run(raws: Sequence[str | None], frame: Frame) -> list[datetime | None]:
    return [when.at if (when := read_in(raw, frame)) else None for raw in raws]


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
    if YEAR_FIRST.match(raw) or not SEPARATED.search(raw):
        return None
    return DATES[2].search(raw.lower())


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
    run = _thread_run(raws, Frame(now=now, zone=zone_of(zone), order=order, twice=0))
    moments = [at for at in run if at]
    return moments[-1] - moments[0] if len(moments) == len(run) and _forward(moments) else None


def _forward(moments: Sequence[datetime]) -> bool:
    return all(a <= b for a, b in pairwise(moments))
