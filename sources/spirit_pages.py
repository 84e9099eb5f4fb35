"""Pieces of a django-spirit board's pages: lines of the list, comments, quotes, dates, the next page."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit, urlunsplit
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.dates import parse_date
from listener.markup import text_of
from listener.model import Quote
from listener.protocols import Page

TOPIC_PATH = re.compile(r"/topic/(?P<id>\d+)/(?P<slug>[^/]*)/?$")
USER_PATH = re.compile(r"/user/(?P<id>\d+)/")
SHORT_AGE = re.compile(r"(?P<n>\d+)\s*(?P<unit>[sm])$")


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicLine:
    """One line of the list of topics. active: last activity (UTC), None where it cannot be read."""

    id: str
    url: str
    title: str
    count: int
    active_raw: str
    active: datetime | None
    pinned: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Thread:
    """What a topic's page says of the topic. base: the board's own root."""

    id: str | None
    url: str
    base: str
    title: str | None

    @classmethod
    def of(cls, page: Page, html: LexborHTMLParser) -> "Thread":
        """Out of the address and the headline."""
        headline = html.css_first("h1.headline")
        parts = urlsplit(page.url)
        match = TOPIC_PATH.search(parts.path)
        base = parts.path[: match.start()] + "/" if match else "/"
        return cls(
            id=match["id"] if match else page.request.context.get("topic"),
            url=urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")),
            base=urlunsplit((parts.scheme, parts.netloc, base, "", "")),
            title=headline_text(headline) if headline else None,
        )


def headline_text(node: LexborNode) -> str | None:
    """The topic's title. Changes the tree: links in it go."""
    for link in node.css("a"):  # "edit", shown to moderators
        link.decompose()
    return " ".join(node.text().split()) or None


def read_comment_body(node: LexborNode) -> tuple[tuple[Quote, ...], str]:
    """Quotes and the comment's own words."""
    body = node.css_first(".comment__text")
    if body is None:
        return (), ""
    return tuple(read_quotes(body)), text_of(body, is_quote)


def is_quote(node: LexborNode, tag: str, attributes: dict[str, str | None]) -> bool:
    """For text_of: leaves quotes out."""
    return tag == "blockquote"


def read_quotes(body: LexborNode) -> Iterator[Quote]:
    """The outermost quotes of a comment, without what they quote themselves."""
    for block in body.css("blockquote"):
        if inside_quote(block, body):
            continue
        author = quoted_author(block)
        text = text_of(block, is_quote)
        yield Quote(author=author, text=text.removeprefix(f"@{author}").strip() if author else text)


def inside_quote(block: LexborNode, body: LexborNode) -> bool:
    """Whether a quote stands inside another."""
    above = block.parent
    while above is not None and above.mem_id != body.mem_id:
        if above.tag == "blockquote":
            return True
        above = above.parent
    return False


def quoted_author(block: LexborNode) -> str | None:
    """The name that the board puts first into a quote, as a mention of whoever is quoted."""
    mention = block.css_first("a.comment-mention")
    if mention is None:
        return None
    name = mention.text(strip=True)
    return name.removeprefix("@") or None if block.text().strip().startswith(name) else None


def removed_ids(html: LexborHTMLParser) -> Iterator[str]:
    """Ids of comments of which only the place is left."""
    for node in html.css(".comments_list__item[data-pk]"):
        if node.css_first(".fa-trash-o") and (native_id := node.attributes.get("data-pk")):
            yield native_id


def topic_lines(html: LexborHTMLParser, page: Page, zone: str) -> Iterator[TopicLine]:
    """The topics of a list, in its order."""
    for node in html.css(".layout__topics__topic"):
        link = node.css_first("a.topic__link")
        match = TOPIC_PATH.search(urlsplit(link.attributes.get("href") or "").path) if link else None
        if link is None or match is None:
            continue
        raw, _ = line_date(node)
        count = node.css_first(".topic__comments")
        yield TopicLine(
            id=match["id"],
            url=plain_url(urljoin(page.url, link.attributes.get("href") or "")),
            title=link.text(strip=True),
            count=int("".join(re.findall(r"\d", count.text())) or 0) if count else 0,
            active_raw=raw,
            active=parse_date(spelled(raw), now=page.fetched_at, zone=zone),
            pinned=node.css_first(".fa-thumb-tack") is not None,
        )


def line_date(node: LexborNode) -> tuple[str, str]:
    """A topic's last activity: in full, and its short age beside."""
    date = node.css_first(".topic__date")
    return (date.attributes.get("title") or "", date.text(strip=True)) if date else ("", "")


def list_dates(html: LexborHTMLParser) -> list[tuple[str, str]]:
    """Both of every topic of a list."""
    return [line_date(node) for node in html.css(".layout__topics__topic")]


def comment_date(node: LexborNode) -> tuple[str, str]:
    """A comment's time in full, to the minute, and its short age beside ("5m")."""
    date = node.css_first(".comment__info__date li[title]")
    return (date.attributes.get("title") or "", date.text(strip=True)) if date else ("", "")


def spelled(raw: str) -> str:
    """The board writes two times of the day in words."""
    return raw.replace("noon", "12:00").replace("midnight", "0:00")


def seen_zone(pairs: Sequence[tuple[str, str]], now: datetime, configured: str) -> str | None:
    """The zone that the board prints in, found where a time stands beside an age ("6:47 p.m.", "5m").

    The configured one is kept where it agrees. None where nothing on the page tells.
    """
    for raw, age in pairs:
        match = SHORT_AGE.search(age)
        local = parse_date(spelled(raw), now=now + timedelta(hours=26), zone="UTC")
        if local is None or (match is None and age != "now"):
            continue
        ago = timedelta(**{{"s": "seconds", "m": "minutes"}[match["unit"]]: int(match["n"])}) if match else timedelta()
        offset = timedelta(hours=round((local - (now - ago)) / timedelta(hours=1)))
        if abs(local - (now - ago) - offset) <= timedelta(minutes=5):
            return zone_name(offset, now, configured)
    return None


def zone_name(offset: timedelta, now: datetime, configured: str) -> str | None:
    """An IANA name for an offset that holds now."""
    if now.astimezone(ZoneInfo(configured)).utcoffset() == offset:
        return configured
    hours = int(offset / timedelta(hours=1))
    if not -12 <= hours <= 14:
        return None
    return "UTC" if hours == 0 else f"Etc/GMT{-hours:+d}"  # that table counts westwards


def plain_url(url: str) -> str:
    """Without query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))


def with_page(url: str, number: int) -> str:
    """The address of a page of a topic or list; the first has no number."""
    return f"{url}?{urlencode({'page': number})}" if number > 1 else url


def page_number(url: str) -> int:
    """Which page an address names."""
    value = parse_qs(urlsplit(url).query).get("page", ["1"])[-1]
    return int(value) if value.isdecimal() else 1


def next_page(html: LexborHTMLParser, url: str) -> str | None:
    """The page after this one, where the paginator names it."""
    here = page_number(url)
    for link in html.css(".paginator a[href]"):
        target = urljoin(url, link.attributes.get("href") or "")
        if page_number(target) == here + 1:
            return with_page(plain_url(target), here + 1)
    return None
