"""The short way through a well-formed feed: lxml, for the elements that nearly all feeds are made of.

It gives what sources/feed_items.py gets out of feedparser, or None: whatever it does not know for sure (an unknown
element or attribute, two of what there should be one, another encoding, a document type) is left to feedparser, which
is the judge (tests/unit/sources/test_feed_fast.py holds both to the same result over feedparser's own test files).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

from lxml import etree  # type: ignore[import-untyped]  # ships no types

from sources.feed_items import Channel, Item, skip_hours, ttl_minutes
from sources.feed_xml import (
    Unsure,
    bare_text,
    moment_of,
    name_of,
    text_in,
)

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
AMPERSANDS = re.compile(r"&([A-Za-z0-9_]+);")
UTF8 = re.compile(r"charset\s*=\s*[\"']?utf-?8\b", re.IGNORECASE)
PROLOG = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["'](?!utf-8["'])""", re.IGNORECASE)
PLAIN_TYPES = {None: True, "text": True, "text/plain": True, "html": False, "text/html": False}


def read_fast(body: bytes, content_type: str) -> Channel | None:
    """The channel, or None where feedparser must be asked."""
    if ("charset" in content_type.lower() and not UTF8.search(content_type)) or PROLOG.match(body):
        return None
    if not body.startswith((b"<?xml", b"<rss", b"<feed", b"<rdf")) or b"<!DOCTYPE" in body[:2000]:
        return None
    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=False))
        return _channel(root, body)
    except (etree.XMLSyntaxError, Unsure, ValueError, OverflowError):
        return None


def _channel(root: etree._Element, body: bytes) -> Channel:
    if root.attrib.get("{http://www.w3.org/XML/1998/namespace}base"):
        raise Unsure
    name = name_of(root.tag)
    if name == "rss" and len(root) == 1 and name_of(root[0].tag) == "channel":
        return _read(root[0], "item", body)
    if name == "atom:feed":
        return _read(root, "atom:entry", body)
    raise Unsure


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
            raise Unsure
        self.seen.add(name)

    def linked(self, rel: str) -> str:
        """The first link of a kind, feeds before pages."""
        found = [(("xml" not in kind), href) for name, kind, href in self.links if name == rel and href]
        return min(found, key=lambda one: one[0])[1] if found else ""


Handler = Callable[[etree._Element, _State], None]


def _keep(key: str) -> Handler:
    def handle(node: etree._Element, state: _State) -> None:
        state.once(key)
        state.values[key] = bare_text(node)

    return handle


def _title(node: etree._Element, state: _State) -> None:
    state.once("title")
    if node.attrib.get("type") not in PLAIN_TYPES:
        raise Unsure
    state.values["title"] = bare_text(node, "type")


def _rss_link(node: etree._Element, state: _State) -> None:
    state.once("own link")
    state.values["link"] = AMPERSANDS.sub(r"&\g<1>", bare_text(node).replace("&amp;", "&"))


def _atom_link(node: etree._Element, state: _State) -> None:
    href, rel = node.attrib.get("href"), node.attrib.get("rel", "alternate")
    kind = node.attrib.get("type", "application/atom+xml" if rel == "self" else "text/html")
    if href is None or text_in(node) or not href.isascii() or href != href.strip():
        raise Unsure
    state.links.append((rel, kind, href))
    if rel == "alternate":
        if "own link" in state.seen:
            raise Unsure
        if kind.lower() in ("text/html", "application/xhtml+xml", "html", "xhtml"):
            state.values["link"] = href


def _guid(node: etree._Element, state: _State) -> None:
    state.once("id")
    lowered = {name.lower(): value for name, value in node.attrib.items()}
    if set(lowered) - {"ispermalink"}:
        raise Unsure
    is_link = lowered.get("ispermalink", "true") == "true"
    state.values["id"] = text_in(node)
    state.is_link = is_link and "link" not in state.values
    if is_link:
        state.values.setdefault("link", state.values["id"])


def _description(node: etree._Element, state: _State) -> None:
    state.once("summary")
    state.values["summary"] = bare_text(node)


def _atom_body(key: str) -> Handler:
    def handle(node: etree._Element, state: _State) -> None:
        state.once(key)
        kind = node.attrib.get("type")
        if kind not in PLAIN_TYPES:
            raise Unsure
        state.values[key] = bare_text(node, "type", "{http://www.w3.org/XML/1998/namespace}lang")
        if key == "content" or "content" not in state.values:
            state.plain = PLAIN_TYPES[kind]
        if "content" in state.values and not state.values["content"]:
            raise Unsure

    return handle


def _author(node: etree._Element, state: _State) -> None:
    state.once("author")
    name = bare_text(node)
    if "@" in name or not name:
        raise Unsure
    state.values["author"] = name


def _atom_author(node: etree._Element, state: _State) -> None:
    state.once("author")
    found: dict[str, str] = {}
    for child in node:
        name = name_of(child.tag)
        if name not in ("atom:name", "atom:uri", "atom:email") or name in found:
            raise Unsure
        found[name] = bare_text(child)
    if not found.get("atom:name") or (node.text or "").strip():
        raise Unsure
    state.values["author"] = found["atom:name"]
    state.values["author_url"] = found.get("atom:uri", "")


def _reply(node: etree._Element, state: _State) -> None:
    state.once("reply")
    if set(node.attrib) - {"ref", "href", "type", "source"} or not node.attrib:
        raise Unsure
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
        name = name_of(child.tag)
        if name == entry:
            items.append(_item(child))
        elif name in CHANNEL:
            CHANNEL[name](child, state)
        elif name not in SILENT_CHANNEL:
            raise Unsure
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
        raise Unsure
    state = _State()
    for child in node:
        name = name_of(child.tag)
        if name in ITEM:
            ITEM[name](child, state)
        elif name not in SILENT_ITEM or (len(child) and name != "atom:contributor"):
            raise Unsure
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
        published=moment_of(raw),
        published_raw=raw,
        reply_to=values.get("reply_to", ""),
        reply_url=values.get("reply_url", ""),
        comments_feed=values.get("comments_feed") or state.linked("replies"),
        comment_count=int(count) if count.isdecimal() else None,
    )
