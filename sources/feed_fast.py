"""The short way through a well-formed feed: lxml, for the elements that nearly all feeds are made of.

It gives what sources/feed_items.py gets out of feedparser, or None: whatever it does not know for sure (an unknown
element or attribute, two of what there should be one, another encoding, a document type) is left to feedparser, which
is the judge (tests/unit/sources/test_feed_fast.py holds both to the same result over feedparser's own test files).
"""

import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from sources.feed_items import ZONED, Channel, Item, skip_hours, ttl_minutes

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
# Elements that change nothing of what we keep.
SILENT_ITEM = frozenset(
    {"comments", "category", "dc:subject", "enclosure", "media:content", "media:thumbnail", "wfw:comment"}
    | {"feedburner:origlink", "wordpress:post-id", "atom:category", "atom:contributor", "atom:rights", "slash:section"}
    | {"slash:department", "slash:hit_parade"}
)
SILENT_CHANNEL = frozenset(
    {"description", "language", "pubdate", "lastbuilddate", "generator", "docs", "copyright", "category", "skiphours"}
    | {"skipdays", "image", "dc:language", "dc:rights", "sy:updatebase", "atom:updated", "atom:subtitle", "atom:icon"}
    | {"atom:logo", "atom:generator", "atom:rights", "atom:category", "wordpress:site"}
)
FIXES = {  # characters that Windows puts where Unicode has controls
    code: bytes([code]).decode("cp1252") for code in range(0x80, 0xA0) if code not in (0x81, 0x8D, 0x8F, 0x90, 0x9D)
}
CONTROLS = re.compile("[\x80-\x9f]")
BEYOND_LATIN = re.compile("[^\x00-\xff]")
AMPERSANDS = re.compile(r"&([A-Za-z0-9_]+);")
RFC822 = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (\d{4})"
    r" (\d\d):(\d\d):(\d\d) (GMT|UTC|[+-]\d{4})"
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d+)?(Z|[+-]\d\d:\d\d)")
UTF8 = re.compile(r"charset\s*=\s*[\"']?utf-?8\b", re.IGNORECASE)
PROLOG = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
PLAIN_TYPES = {None: True, "text": True, "text/plain": True, "html": False, "text/html": False}


class _Unsure(Exception):
    """Something that feedparser should judge."""


def read_fast(body: bytes, content_type: str) -> Channel | None:
    """The channel, or None where feedparser must be asked."""
    if ("charset" in content_type.lower() and not UTF8.search(content_type)) or PROLOG.match(body):
        return None
    if not body.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf")) or b"<!DOCTYPE" in body[:2000]:
        return None
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=False))
        return _channel(root, body)
    except (etree.XMLSyntaxError, _Unsure, ValueError, OverflowError):
        return None


def _channel(root: etree._Element, body: bytes) -> Channel:
    if root.attrib.get("{http://www.w3.org/XML/1998/namespace}base"):
        raise _Unsure
    name = _name(root.tag)
    if name == "rss" and len(root) == 1 and _name(root[0].tag) == "channel":
        return _read(root[0], "item", body)
    if name == "atom:feed":
        return _read(root, "atom:entry", body)
    raise _Unsure


# --- pieces of XML ----------------------------------------------------------------------------------------------


@lru_cache(maxsize=512)
def _name(tag: object) -> str:
    """prefix:name in lower case, by our own prefixes, of an element's tag."""
    if not isinstance(tag, str):  # a comment or a processing instruction
        raise _Unsure
    if tag[0] != "{":
        return tag.lower()
    space, _, local = tag[1:].partition("}")
    prefix = PREFIXES.get(space)
    if prefix is None:
        raise _Unsure
    return prefix + local.lower()


def _text(node: etree._Element) -> str:
    """The text of an element without others in it, mended as feedparser mends it."""
    if len(node):
        raise _Unsure
    text = (node.text or "").strip()
    if text.isascii():
        return text
    if not BEYOND_LATIN.search(text):
        with suppress(UnicodeDecodeError):  # it was no UTF-8 taken for ISO-8859-1
            text = text.encode("iso-8859-1").decode("utf-8")
    return text.translate(FIXES) if CONTROLS.search(text) else text


def _bare(node: etree._Element, *allowed: str) -> str:
    """Text of an element that has no other attributes than those."""
    names = node.keys()
    if names and any(name not in allowed for name in names):
        raise _Unsure
    return _text(node)


def _moment(raw: str) -> datetime | None:
    if not ZONED.search(raw):
        return None
    if match := RFC822.fullmatch(raw):
        day, month, year, *clock, zone = match.groups()
        date = (int(year), MONTHS.index(month) + 1, int(day))
    elif match := ISO.fullmatch(raw):
        year, month, day, *clock, zone = match.groups()
        date = (int(year), int(month), int(day))
    else:
        raise _Unsure
    hour, minute, second = map(int, clock)
    return datetime(*date, hour, minute, second, tzinfo=_zone(zone)).astimezone(UTC)


@lru_cache(maxsize=64)
def _zone(text: str) -> timezone:
    if text in ("GMT", "UTC", "Z"):
        return UTC
    hours, minutes = int(text[1:3]), int(text[-2:])
    if hours > 14 or minutes > 59:
        raise _Unsure
    offset = timedelta(hours=hours, minutes=minutes)
    return timezone(-offset if text[0] == "-" else offset)


# --- elements ---------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _State:
    """A channel or an item in the making. seen: elements that may stand there once only."""

    values: dict[str, str] = field(default_factory=dict)
    seen: set[str] = field(default_factory=set)
    is_link: bool = False
    plain: bool = False
    links: list[tuple[str, str, str]] = field(default_factory=list)

    def once(self, name: str) -> None:
        if name in self.seen:
            raise _Unsure
        self.seen.add(name)

    def linked(self, rel: str) -> str:
        """The first link of a kind, feeds before pages."""
        found = [(("xml" not in kind), href) for name, kind, href in self.links if name == rel and href]
        return min(found, key=lambda one: one[0])[1] if found else ""


Handler = Callable[[etree._Element, _State], None]


def _keep(key: str) -> Handler:
    def handle(node: etree._Element, state: _State) -> None:
        state.once(key)
        state.values[key] = _bare(node)

    return handle


def _title(node: etree._Element, state: _State) -> None:
    state.once("title")
    if node.attrib.get("type") not in PLAIN_TYPES:
        raise _Unsure
    state.values["title"] = _bare(node, "type")


def _rss_link(node: etree._Element, state: _State) -> None:
    state.once("own link")
    state.values["link"] = AMPERSANDS.sub(r"&\g<1>", _bare(node).replace("&amp;", "&"))


def _atom_link(node: etree._Element, state: _State) -> None:
    href, rel = node.attrib.get("href"), node.attrib.get("rel", "alternate")
    kind = node.attrib.get("type", "application/atom+xml" if rel == "self" else "text/html")
    if href is None or _text(node) or not href.isascii() or href != href.strip():
        raise _Unsure
    state.links.append((rel, kind, href))
    if rel == "alternate":
        if "own link" in state.seen:
            raise _Unsure
        if kind.lower() in ("text/html", "application/xhtml+xml", "html", "xhtml"):
            state.values["link"] = href


def _guid(node: etree._Element, state: _State) -> None:
    state.once("id")
    lowered = {name.lower(): value for name, value in node.attrib.items()}
    if set(lowered) - {"ispermalink"}:
        raise _Unsure
    is_link = lowered.get("ispermalink", "true") == "true"
    state.values["id"] = _text(node)
    state.is_link = is_link and "link" not in state.values
    if is_link:
        state.values.setdefault("link", state.values["id"])


def _description(node: etree._Element, state: _State) -> None:
    state.once("summary")
    state.values["summary"] = _bare(node)


def _atom_body(key: str) -> Handler:
    def handle(node: etree._Element, state: _State) -> None:
        state.once(key)
        kind = node.attrib.get("type")
        if kind not in PLAIN_TYPES:
            raise _Unsure
        state.values[key] = _bare(node, "type", "{http://www.w3.org/XML/1998/namespace}lang")
        if key == "content" or "content" not in state.values:
            state.plain = PLAIN_TYPES[kind]
        if "content" in state.values and not state.values["content"]:
            raise _Unsure

    return handle


def _author(node: etree._Element, state: _State) -> None:
    state.once("author")
    name = _bare(node)
    if "@" in name or not name:
        raise _Unsure
    state.values["author"] = name


def _atom_author(node: etree._Element, state: _State) -> None:
    state.once("author")
    found: dict[str, str] = {}
    for child in node:
        name = _name(child.tag)
        if name not in ("atom:name", "atom:uri", "atom:email") or name in found:
            raise _Unsure
        found[name] = _bare(child)
    if not found.get("atom:name") or (node.text or "").strip():
        raise _Unsure
    state.values["author"] = found["atom:name"]
    state.values["author_url"] = found.get("atom:uri", "")


def _reply(node: etree._Element, state: _State) -> None:
    state.once("reply")
    if set(node.attrib) - {"ref", "href", "type", "source"} or not node.attrib:
        raise _Unsure
    state.values["reply_to"] = node.attrib.get("ref", "")
    state.values["reply_url"] = node.attrib.get("href", "")


ITEM: dict[str, Handler] = {
    "title": _title,
    "link": _rss_link,
    "guid": _guid,
    "description": _description,
    "content:encoded": _keep("content"),
    "author": _author,
    "dc:creator": _author,
    "pubdate": _keep("published"),
    "dc:date": _keep("updated"),
    "slash:comments": _keep("slash"),
    "wfw:commentrss": _keep("comments_feed"),
    "thr:in-reply-to": _reply,
    "thr:total": _keep("total"),
    "atom:title": _title,
    "atom:link": _atom_link,
    "atom:id": _guid,
    "atom:summary": _atom_body("summary"),
    "atom:content": _atom_body("content"),
    "atom:author": _atom_author,
    "atom:published": _keep("published"),
    "atom:updated": _keep("updated"),
}
CHANNEL: dict[str, Handler] = {
    "title": _title,
    "link": _rss_link,
    "ttl": _keep("ttl"),
    "sy:updateperiod": _keep("sy_updateperiod"),
    "sy:updatefrequency": _keep("sy_updatefrequency"),
    "atom:title": _title,
    "atom:link": _atom_link,
    "atom:id": _guid,
    "atom:author": _atom_author,
}


def _read(channel: etree._Element, entry: str, body: bytes) -> Channel:
    state, items = _State(), []
    for child in channel:
        name = _name(child.tag)
        if name == entry:
            items.append(_item(child))
        elif name in CHANNEL:
            CHANNEL[name](child, state)
        elif name not in SILENT_CHANNEL:
            raise _Unsure
    return Channel(
        title=state.values.get("title", ""),
        link=state.values.get("link", ""),
        items=tuple(items),
        next=state.linked("next"),
        ttl_minutes=ttl_minutes(state.values),
        skip_hours=skip_hours(body),
    )


def _item(node: etree._Element) -> Item:
    if node.attrib:
        raise _Unsure
    state = _State()
    for child in node:
        name = _name(child.tag)
        if name in ITEM:
            ITEM[name](child, state)
        elif name not in SILENT_ITEM or (len(child) and name != "atom:contributor"):
            raise _Unsure
    return _made(state)


def _made(state: _State) -> Item:
    values = state.values
    link, own = values.get("link", ""), values.get("id", "")
    raw = values.get("published") or values.get("updated") or ""
    count = values.get("slash") or values.get("total") or ""
    return Item(
        id=own,
        link="" if state.is_link and link == own and "/" not in link else link,
        title=values.get("title", ""),
        html=values.get("content") or values.get("summary", ""),
        plain=state.plain,
        author=values.get("author", ""),
        author_url=values.get("author_url", ""),
        published=_moment(raw),
        published_raw=raw,
        reply_to=values.get("reply_to", ""),
        reply_url=values.get("reply_url", ""),
        comments_feed=values.get("comments_feed") or state.linked("replies"),
        comment_count=int(count) if count.isdecimal() else None,
    )
