"""What a feed says, whatever its format: a Channel of Items, out of feedparser or out of JSON."""

import io
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from time import struct_time
from typing import Any

import feedparser

from listener.charset import charset
from listener.errors import ParseError

ZONED = re.compile(r"(?:Z|[+-]\d{2}:?\d{2}|\b(?:GMT|UTC?|[ECMP][SD]T|CES?T))\s*$", re.IGNORECASE)
DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=""", re.IGNORECASE)
PROLOG = re.compile(rb"^\s*<\?xml[^>]*\?>")
HTML = re.compile(rb"^\s*(?:<!doctype\s+html|<html[\s>])", re.IGNORECASE)
SKIP_HOURS = re.compile(rb"<skipHours\b[^>]*>(.*?)</skipHours>", re.IGNORECASE | re.DOTALL)
SKIP_HOUR = re.compile(rb"<hour\b[^>]*>\s*(\d{1,2})\s*</hour>", re.IGNORECASE)
MINUTES = {"hourly": 60, "daily": 1440, "weekly": 10080, "monthly": 43200, "yearly": 525600}
MEND = "give the address of an RSS, Atom or JSON feed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One entry. html: its body, content before summary; plain: the body is text, not HTML. published: UTC, only
    where the entry itself names a zone. reply_to, reply_url: what it answers (Atom threading). comments_feed,
    comment_count: where its comments are, and how many."""

    id: str = ""
    link: str = ""
    title: str = ""
    html: str = ""
    plain: bool = False
    author: str = ""
    author_url: str = ""
    published: datetime | None = None
    published_raw: str = ""
    reply_to: str = ""
    reply_url: str = ""
    comments_feed: str = ""
    comment_count: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Channel:
    """A feed. next: its next (older) page. damaged: why it is not well-formed, empty where it is."""

    title: str = ""
    link: str = ""
    items: tuple[Item, ...] = ()
    next: str = ""
    ttl_minutes: int | None = None
    skip_hours: tuple[int, ...] = ()
    damaged: str = ""


def read_channel(body: bytes, content_type: str, url: str) -> Channel:
    """The feed in a response's body. ParseError where there is none."""
    if body.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        return _read_json(body, url)
    if HTML.match(body.removeprefix(b"\xef\xbb\xbf")):
        raise ParseError("this is a web page, not a feed", where=url, mend=MEND)
    return _read_xml(_declared(body, content_type), content_type, url)


# --- XML, by feedparser ---------------------------------------------------------------------------------------


def _declared(body: bytes, content_type: str) -> bytes:
    """The body with the name of its encoding, where neither header nor prolog gives one and it is not UTF-8."""
    if "charset" in content_type.lower() or DECLARED.match(body) or body[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return body
    name = charset(body)
    if name == "utf-8":
        return body
    return f'<?xml version="1.0" encoding="{name}"?>'.encode() + PROLOG.sub(b"", body)


def _read_xml(body: bytes, content_type: str, url: str) -> Channel:
    # Handed over as a file: feedparser opens or fetches a text that looks like a path or an address.
    # No address is given to it: it would resolve ids against it too. Links are resolved where posts are made.
    headers = {"content-type": content_type or "application/xml"}
    parsed = feedparser.parse(
        io.BytesIO(body), response_headers=headers, sanitize_html=False, resolve_relative_uris=False
    )
    reason = _reason(parsed) if parsed.bozo else ""
    if not parsed.entries and (not parsed.get("version") or reason):
        raise ParseError(f"not a feed that can be read{f' ({reason})' if reason else ''}", where=url, mend=MEND)
    feed = parsed.feed
    return Channel(
        title=feed.get("title") or "",
        link=feed.get("link") or "",
        items=tuple(_entry(entry) for entry in parsed.entries),
        next=_link(feed, "next"),
        ttl_minutes=ttl_minutes(feed),
        skip_hours=skip_hours(body),
        damaged=reason,
    )


def _reason(parsed: Any) -> str:
    error = parsed.get("bozo_exception")
    if isinstance(error, feedparser.CharacterEncodingOverride | feedparser.NonXMLContentType):
        return ""  # read without loss all the same
    return " ".join(str(error).split())[:120] or type(error).__name__


def _entry(entry: Any) -> Item:
    html, plain = _content(entry)
    author = (entry.get("author_detail") or {}).get("name") or entry.get("author") or ""
    # dict.get: feedparser's own get stands in one date for the other, with a warning that it will stop to
    published = entry.get("published")
    raw = published or dict.get(entry, "updated") or ""
    parsed = entry.get("published_parsed") if published else dict.get(entry, "updated_parsed")
    reply = entry.get("thr_in-reply-to") or {}
    count = str(entry.get("slash_comments") or entry.get("thr_total") or "")
    return Item(
        id=entry.get("id") or "",
        link=_entry_link(entry),
        title=entry.get("title") or "",
        html=html,
        plain=plain,
        author=author,
        author_url=(entry.get("author_detail") or {}).get("href") or "",
        published=_moment(parsed) if ZONED.search(raw) else None,
        published_raw=raw,
        reply_to=reply.get("ref") or "",
        reply_url=reply.get("href") or "",
        comments_feed=entry.get("wfw_commentrss") or _link(entry, "replies"),
        comment_count=int(count) if count.isdecimal() else None,
    )


def _entry_link(entry: Any) -> str:
    """The entry's page. An id that claims to be one and is not ("123") stays an id."""
    link = entry.get("link") or ""
    return "" if entry.get("guidislink") and link == entry.get("id") and "/" not in link else link


def _content(entry: Any) -> tuple[str, bool]:
    """The longest content, else the summary, and whether it is plain text."""
    contents = [one for one in entry.get("content") or [] if one.get("value")]
    if contents:
        best = max(contents, key=lambda one: len(one["value"]))
        return best["value"], best.get("type") == "text/plain"
    detail = entry.get("summary_detail") or {}
    return entry.get("summary") or "", detail.get("type") == "text/plain"


def _link(node: Any, rel: str) -> str:
    """The address of a link, a feed before a page where there are both."""
    links = [one for one in node.get("links") or [] if one.get("rel") == rel and one.get("href")]
    links.sort(key=lambda one: "xml" not in (one.get("type") or ""))
    return links[0]["href"] if links else ""


def _moment(parsed: struct_time | None) -> datetime | None:
    if parsed is None:
        return None
    try:
        return datetime(*parsed[:5], min(parsed[5], 59), tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def ttl_minutes(feed: Mapping[str, Any]) -> int | None:
    """How often the feed says that it should be read, by ttl or by the syndication module."""
    ttl = str(feed.get("ttl") or "").strip()
    if ttl.isdecimal():
        return int(ttl[:7])
    period = MINUTES.get(str(feed.get("sy_updateperiod") or "").strip().lower())
    often = str(feed.get("sy_updatefrequency") or "1").strip()
    if period is None or not often.isdecimal():
        return None
    return max(1, period // max(1, int(often[:7])))


def skip_hours(body: bytes) -> tuple[int, ...]:
    """Hours (GMT) in which the feed asks not to be read."""
    block = SKIP_HOURS.search(body[:65_536])
    hours = {int(hour) % 24 for hour in SKIP_HOUR.findall(block[1])} if block else set()
    return tuple(sorted(hours))


# --- JSON Feed ------------------------------------------------------------------------------------------------


def _read_json(body: bytes, url: str) -> Channel:
    try:
        feed = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise ParseError("damaged JSON", where=url, mend=MEND) from error
    if not isinstance(feed, dict) or "jsonfeed.org" not in str(feed.get("version")):
        raise ParseError("JSON, but not a JSON Feed", where=url, mend=MEND)
    items = feed.get("items")
    return Channel(
        title=_text(feed, "title"),
        link=_text(feed, "home_page_url"),
        items=tuple(_json_item(item) for item in items if isinstance(item, dict)) if isinstance(items, list) else (),
        next=_text(feed, "next_url"),
    )


def _json_item(item: Mapping[str, Any]) -> Item:
    authors = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    author = next((one for one in authors or [] if isinstance(one, dict)), {})
    raw = _text(item, "date_published") or _text(item, "date_modified")
    html = _text(item, "content_html")
    return Item(
        id=_text(item, "id"),
        link=_text(item, "url") or _text(item, "external_url"),
        title=_text(item, "title"),
        html=html or _text(item, "content_text") or _text(item, "summary"),
        plain=not html,
        author=_text(author, "name"),
        author_url=_text(author, "url"),
        published_raw=raw,
    )


def _text(node: Mapping[str, Any], name: str) -> str:
    """A string or a number as text; anything else is no value."""
    value = node.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value)
