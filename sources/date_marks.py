"""The dates of a page: where they stand, as printed and, where an attribute has it, exactly."""

import re
from dataclasses import dataclass
from functools import lru_cache

from listener.calendar_words import DAYS_BACK
from listener.dates import find_date
from sources.outline import Attributes, Outline

_MAYBE_DATE = re.compile(
    r"\d[./-] ?\d{1,2}[./-]|\d[\W_]{0,3}[^\W\d_]{3,}\.?|[^\W\d_]{3,}\.?\s\d|temu|ago\b|today|yesterday|dzisiaj|"
    r"dziś|wczoraj|chwil|now\b|"
    r"heute|gestern|vor \d|hier|il y a",
    re.IGNORECASE,
)
_HINT = re.compile(
    r"\d|temu|ago\b|oday|esterday|zisia|ziś|czoraj|chwil|[Nn]ow\b|eute|estern|[Hh]ier"
)  # quicker than the next
_EXACT = ("datetime", "data-time", "data-timestamp", "data-utime", "data-date", "data-epoch", "data-created")
_EXACT_NAMES = frozenset(_EXACT)
_DATE_ATTRIBUTES = _EXACT_NAMES | {"title", "itemprop"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DateMark:
    """A date on the page. n: the element that holds it; raw: as printed; exact: from an attribute, if any."""

    n: int
    raw: str
    exact: str | None = None


def date_marks(page: Outline) -> list[DateMark]:
    """Every date of the page in document order, an element at most once."""
    marks: dict[int, DateMark] = {}
    for n in page.named_nodes:
        attributes = page.attributes[n]
        if _DATE_ATTRIBUTES.isdisjoint(attributes):
            continue
        exact = _exact(page.tag[n], attributes)
        if exact and ":" not in exact and attributes.get("title") and (whole := _beside(page, n, exact)):
            marks[whole.n] = whole
        elif exact:
            marks[n] = DateMark(n=n, raw=page.words(n) if page.length(n) < 120 else "", exact=exact)
    covered = _covered(page, marks)
    for n, text in page.text.items():
        if 3 < len(text) < 160 and n not in covered and (raw := _alone(text)):
            up = page.parent[n]
            if up not in marks:
                marks[up] = DateMark(n=up, raw=_wider(page, up, raw))
    return [marks[n] for n in sorted(marks)]


def _beside(page: Outline, n: int, day: str) -> DateMark | None:
    """A day explained in a title ("Yesterday") together with the clock that stands after it."""
    up, clock = page.parent[n], page.text.get(page.end[n], "")
    exact = find_date(f"{day}, {clock.strip(' ,')}")
    if up < 0 or not exact or ":" not in exact:
        return None
    return DateMark(n=up, raw=find_date(f"{page.words(n)}{clock}") or exact, exact=exact)


@lru_cache(maxsize=4096)
def _alone(text: str) -> str | None:
    """The date that a text is about. Labels come again and again, on a page and on the next."""
    if not _HINT.search(text) or not _MAYBE_DATE.search(text):
        return None
    raw = find_date(text) or _day_word(text)
    return raw if raw and _stands_alone(text, raw) else None


def _day_word(text: str) -> str | None:
    """ "Yesterday," whose clock stands in an element of its own."""
    word = text.strip(" ,\t\n\r\xa0")
    return word if word.lower() in DAYS_BACK else None


def _stands_alone(text: str, raw: str) -> bool:
    """Whether a date is what a text is about: few words beside it, a few more where it has a clock."""
    others = len(text.split()) - len(raw.split())
    return others <= (8 if ":" in raw else 3)


def _covered(page: Outline, marks: dict[int, DateMark]) -> set[int]:
    return {m for n in marks for m in range(n, page.end[n])} if len(marks) < 5000 else set(marks)


def _wider(page: Outline, n: int, raw: str) -> str:
    """The date with its clock where that stands in an element of its own beside it."""
    for part in (n, page.parent[n]):
        if part >= 0 and page.length(part) <= 60 and ":" not in raw:
            longer = find_date(page.words(part))
            if longer and len(longer) > len(raw) and raw.rstrip(" ,") in longer:
                return longer
    return raw


def _exact(tag: str, attributes: Attributes) -> str | None:
    for name in _EXACT if not _EXACT_NAMES.isdisjoint(attributes) else ():
        value = attributes.get(name)
        if value and any(char.isdigit() for char in value) and (name != "data-date" or len(value) > 6):
            return value
    title = attributes.get("title")
    if (
        title
        and tag in ("abbr", "span", "time", "a", "td", "div", "bdi")
        and 6 < len(title) < 60
        and _MAYBE_DATE.search(title)
    ):
        return find_date(title)
    if attributes.get("content") and "date" in (attributes.get("itemprop") or "").lower():
        return attributes.get("content")
    return None
