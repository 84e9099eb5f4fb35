"""Pieces of XML for the short way through a feed (sources/feed_fast.py): names, texts, dates, or Unsure."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from sources.feed_items import ZONED

ATOM = "http://www.w3.org/2005/Atom"
RSS10 = "http://purl.org/rss/1.0/"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
PREFIXES = {
    ATOM: "atom:",
    RSS10: "",
    RDF: "rdf:",
    "http://purl.org/rss/1.0/modules/content/": "content:",
    "http://purl.org/dc/elements/1.1/": "dc:",
    "http://purl.org/rss/1.0/modules/slash/": "slash:",
    "http://wellformedweb.org/CommentAPI/": "wfw:",
    "http://purl.org/rss/1.0/modules/syndication/": "sy:",
    "http://purl.org/syndication/thread/1.0": "thr:",
    "http://search.yahoo.com/mrss/": "media:",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner:",
    "com-wordpress:feed-additions:1": "wordpress:",
}
FIXES = {  # characters that Windows puts where Unicode has controls
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
CONTROLS = re.compile("[\x80-\x9f]")
BEYOND_LATIN = re.compile("[^\x00-\xff]")
RFC822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})"
    r" (\d\d):(\d\d):(\d\d) (GMT|UTC|[+-]\d{4})"
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)")


class Unsure(Exception):
    """Something that feedparser should judge."""


@lru_cache(maxsize=512)
def name_of(tag: object) -> str:
    """prefix:name in lower case, by our own prefixes, of an element's tag."""
    if not isinstance(tag, str):  # a comment or a processing instruction
        raise Unsure
    if tag[0] != "{":
        return tag.lower()
    space, _, local = tag[1:].partition("}")
    prefix = PREFIXES.get(space)
    if prefix is None:
        raise Unsure
    return prefix + local.lower()


def text_in(node: etree._Element) -> str:
    """The text of an element without others in it, mended as feedparser mends it."""
    if len(node):
        raise Unsure
    text = (node.text or "").strip()
    if text.isascii():
        return text
    if not BEYOND_LATIN.search(text):
        with suppress(UnicodeDecodeError):  # it was no UTF-8 taken for ISO-8859-1
            text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(FIXES) if CONTROLS.search(text) else text


def bare_text(node: etree._Element, *allowed: str) -> str:
    """Text of an element that has no other attributes than those."""
    names = node.keys()
    if names and any(name not in allowed for name in names):
        raise Unsure
    return text_in(node)


def moment_of(raw: str) -> datetime | None:
    """A date in UTC, None where it names no zone; Unsure where feedparser might read it another way."""
    if not ZONED.search(raw):
        return None
    if match := RFC822.fullmatch(raw):
        day, month, year, *clock, zone = match.groups()
        date = (int(year), MONTHS.index(month) + 1, int(day))
    elif match := ISO.fullmatch(raw):
        year, month, day, *clock, zone = match.groups()
        date = (int(year), int(month), int(day))
    else:
        raise Unsure
    hour, minute, second = map(int, clock)
    return datetime(*date, hour, minute, second, tzinfo=zone_of(zone)).astimezone(UTC)


@lru_cache(maxsize=64)
def zone_of(text: str) -> timezone:
    """The offset at the end of a date."""
    if text in ("GMT", "UTC", "Z"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise Unsure
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)
