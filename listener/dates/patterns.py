"""The shapes that dates are printed in, as regular expressions over text in lower case."""

import re
from collections.abc import Sequence
from datetime import timedelta
from functools import lru_cache

from listener.calendar_words import DAYS_BACK, MONTHS, NOW, NUMBERS, ROMAN, UNITS, WEEKDAYS, ZONES


def _words(*tables: Sequence[str]) -> str:
    names = {re.escape(name) for table in tables for name in table}
    return "|".join(sorted(names, key=len, reverse=True))


_MONTH = rf"(?P<mon>{_words(list(MONTHS))})(?![^\W\d_])"
_DAY = r"(?P<d>[0-3]?\d)(?!\d)"
_YEAR = r"(?P<y>\d{4}|['’]\d{2})(?!\d)"
_WEEKDAY = rf"(?:\b(?P<wd>{_words(list(WEEKDAYS))})\b[.,]?\s+(?:o\s+|the\s+|den\s+|le\s+)?)?"
DATES = tuple(
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
NUMERIC = 3
"""How many of DATES, the first, have their months as numbers."""
SEPARATED = re.compile(r"\d[-/.] ?\d|\d{8}t")
"""Found wherever one of those is."""
ABSOLUTE_DAY = len(DATES) - 2
_ZONE = (
    rf"(?P<tz>(?:gmt|utc)?[+-−]\d{{2}}:?\d{{2}}(?!\d)|(?:gmt|utc)[+-]\d{{1,2}}\b|(?<![a-z])(?:{_words(list(ZONES))})\b)"
)
_CLOCK = (
    r"(?P<h>[01]?\d|2[0-3])(?:(?::|(?<=\d)h|(?<=\dt\d\d))(?P<mi>[0-5]\d)(?:(?::|"
    r"(?<=t\d{4}))(?P<s>[0-5]\d)(?:[.,]\d{1,9})?)?(?!\d)\s{0,2}(?P<ap>[ap]\.?m\b\.?)?"
    r"|\s?(?P<ap2>[ap]\.?m\b\.?))"
)
_GAP = r"(?:[\s,.·•|»›@(–—-]|t(?=\d)|o\s+godz(?:inie|\.)?|godz(?:ina|\.)?|um|at|o|à|om|kl\.?|в|r\.|roku|uhr|-){0,6}"
AFTER = re.compile(rf"{_GAP}(?P<clock>{_CLOCK})(?:\s*{_ZONE})?")
AFTER_DOTTED = re.compile(
    r"[\s,]*(?:r\.|roku)?[\s,]*(?:o|godz\.?|o godz\.?|o godzinie)\s+(?P<clock>(?P<h>[01]?\d|"
    r"2[0-3])\.(?P<mi>[0-5]\d))(?!\d)"
)
BEFORE = re.compile(rf"(?<![\d:.])(?P<clock>{_CLOCK})(?:\s*{_ZONE})?(?:[\s,.·•|»@()–—-]|uhr|dnia|on|w|am|,){{0,5}}$")
_TIME = r"(?P<clock>(?P<h>[01]?\d|2[0-3]):(?P<mi>[0-5]\d)(?: ?(?P<ap>[ap]m))?)"
PLAIN = tuple(
    re.compile(rf"(?:(?P<wd>[^\W\d_]+)[.,]? )?{day} (?P<y>\d{{4}}),? {_TIME}")
    for day in (r"(?P<mon>[^\W\d_]+)\.? (?P<d>[0-3]?\d),?", r"(?P<d>[0-3]?\d) (?P<mon>[^\W\d_]+)[.,]?")
)
"""Whole dates in the forms that most boards print, if their words are those of months and weekdays."""
_AMOUNT = (
    rf"(?:(?P<n>\d{{1,4}}|{_words(list(NUMBERS))})[\s+]*)?(?P<u>{_words(list(UNITS))})\b(?:\([a-zęó]{{1,3}}\))?\.?"
)
AMOUNTS = re.compile(_AMOUNT)
_PART = _AMOUNT.replace("?P<n>", "?:").replace("?P<u>", "?:")
_LIST = rf"{_PART}(?:(?:\s*,\s*|\s+)(?:(?:and|i|oraz|und|et)\s+)?{_PART}){{0,3}}"
_HEDGE = (
    r"(?:(?:ponad|prawie|około|ok\.|niecałą|niecały|niecałe|mniej niż|więcej niż|about|almost|over|less than|more than|"
    r"etwa|ca\.|environ)\s+)?"
)
AGO = re.compile(
    rf"(?<![\w.]){_HEDGE}(?P<l1>{_LIST})\s*(?:temu|ago|geleden|назад)\b|\b(?:vor|il y a|hace|"
    rf"przed)\s+{_HEDGE}(?P<l2>{_LIST})(?!\w)"
)
SEVERAL = re.compile(r"\b(?:kilka|kilkanaście|kilku|parę|paru|wiele|few|several|couple|many|einigen|quelques)\b")
SHORT = re.compile(r"(?P<n>\d{1,3})\s?(?P<u>s|sek|m|min|h|hr|hrs|godz|d|dni|day|days|w|tyg|tydz|mo|mies|y)\.?")
EPOCH = re.compile(r"\d{10}(?:\.\d+)?|\d{13}")
YEAR_FIRST = re.compile(r"\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d[^-/.]*$", re.ASCII)
ISO = re.compile(r"\d{4}-\d\d-\d\dt\d\d:\d\d:\d\d(?:\.\d{1,6})?(?:z|[+-]\d\d:?\d\d)", re.ASCII)
NOW_WORDS = re.compile(rf"(?<!\w)(?:{_words(NOW)})(?!\w)")
HINT = re.compile(rf"\d|{_words(NOW, list(DAYS_BACK))}|temu|ago\b")
STEP = {
    "second": timedelta(seconds=1),
    "minute": timedelta(minutes=1),
    "hour": timedelta(hours=1),
    "day": timedelta(days=1),
    "week": timedelta(days=7),
    "month": timedelta(days=30),
    "year": timedelta(days=365),
}


_WORD = re.compile(r"[^\W\d_]+")
RELATIVE = frozenset({"temu", "ago", "geleden", "назад", "vor", "il", "hace", "przed", *_WORD.findall(" ".join(NOW))})
NEEDED: tuple[frozenset[str] | None, ...] = (
    None, None, None, frozenset(MONTHS), frozenset(MONTHS), frozenset(ROMAN),
    frozenset(_WORD.findall(" ".join(DAYS_BACK))), frozenset(WEEKDAYS),
)  # fmt: skip


@lru_cache(maxsize=4096)
def words_of(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(_WORD.findall(text))
