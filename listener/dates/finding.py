"""Where a date stands in a text."""

import re
from functools import lru_cache

from listener.calendar_words import MONTHS, WEEKDAYS
from listener.dates.patterns import (
    ABSOLUTE_DAY,
    AFTER,
    AFTER_DOTTED,
    AGO,
    BEFORE,
    DATES,
    HINT,
    NEEDED,
    NOW_WORDS,
    NUMERIC,
    PLAIN,
    RELATIVE,
    SEPARATED,
    words_of,
)
from listener.dates.terms import LONGEST


@lru_cache(maxsize=4096)
def find_date(text: str) -> str | None:
    """The first piece of a short text that reads as a date, as printed; None where there is none."""
    flat = " ".join(text.split())
    if len(flat) > LONGEST:
        return None
    low = flat.lower()
    span = _span(low) if len(low) == len(flat) and HINT.search(low) else None
    return flat[span[0] : span[1]] if span else None


@lru_cache(maxsize=4096)
def plainly(text: str) -> re.Match[str] | None:
    """A date and its clock where a text is but that, in one of the commonest forms; found in a tenth of the time."""
    for form in PLAIN:
        match = form.fullmatch(text)
        if match and match["mon"] in MONTHS and (match["wd"] is None or match["wd"] in WEEKDAYS):
            return match
    return None


def pick(text: str) -> tuple[int, re.Match[str]] | None:
    """The leftmost date; the earlier pattern where two start together. Patterns of words that are not there rest."""
    words = words_of(text)
    first = 0 if SEPARATED.search(text) else NUMERIC
    found = [
        (match.start(), n, match)
        for n, regex in enumerate(DATES[first:], first)
        if ((needed := NEEDED[n]) is None or not words.isdisjoint(needed)) and (match := regex.search(text))
    ]
    return min(found, key=lambda item: item[:2])[1:] if found else None


def clock_of(text: str, date: re.Match[str]) -> re.Match[str] | None:
    """The clock time beside a date, after it or before."""
    after = AFTER.match(text, date.end()) or AFTER_DOTTED.match(text, date.end())
    return after or BEFORE.search(text[max(0, date.start() - 24) : date.start()])


def _span(text: str) -> tuple[int, int] | None:
    hinted = not words_of(text).isdisjoint(RELATIVE)
    relative = (NOW_WORDS.search(text) or AGO.search(text)) if hinted else None
    if relative:
        return relative.span()
    if plainly(text):
        return 0, len(text)
    picked = pick(text)
    if not picked:
        return None
    number, date = picked
    clock = clock_of(text, date)
    if clock is None and number >= ABSOLUTE_DAY and (date.span() != (0, len(text)) or text == "hier"):
        return None  # "today" in prose
    if clock is None or clock.end("clock") <= date.start() < clock.start("clock"):
        return date.span()
    if clock.start("clock") >= date.end():
        return date.start(), clock.start() + len(clock[0].rstrip())
    return max(0, date.start() - 24) + clock.start("clock"), date.end()
