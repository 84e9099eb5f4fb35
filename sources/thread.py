"""Any thread or comment section, without knowing what software made it.

The posts are found as the parts of the page that repeat (sources.blocks), their author, date, body and permalink as
the kinds of element that play those parts in all of them (sources.fields). A page with no repetition gives its one
post, or none. Listings of topics give no posts.
"""

import hashlib
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from typing import ClassVar
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.dates import read_thread, told_order
from listener.markup import Body, absolute, clean_text, clean_url, decode, read_body, text_of, tree, without_fragment
from listener.model import Post, Quote, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.blocks import find_blocks
from sources.clock import board_zone
from sources.date_marks import date_marks
from sources.fields import Fields, choose
from sources.outline import lay_out
from sources.post_body import same_title

_NEXT = re.compile(
    r"^\W*(?:next|next page|następn[aey]|następna strona|dalej|nächste|nächste seite|weiter|suivante?|page "
    r"suivante|siguiente|volgende)\W*$",
    re.IGNORECASE,
)
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])|pagenav-jump--next|js-pagenav-next", re.IGNORECASE)
_PAGE_PART = re.compile(
    r"(?:^|[&;])(?:page|start|st|seite|strona)=\d+|/(?:page|strona|seite)[-/]?\d+/?$", re.IGNORECASE
)
_POST_NUMBER = re.compile(
    r"(?:#\D{0,20}|[?&;](?:p|pid|post|post_id|comment|msg)=|/post[s/_-]*|findcomment&comment=|\.msg|"
    r"comment[-_/])(\d{1,15})",
    re.IGNORECASE,
)
_BLOCK_ID = re.compile(r"^(?:\D*[^\d]|)(\d{1,15})$")
_HEADINGS = frozenset(("h1", "h2", "h3", "h4", "h5"))
_MOST_PAGES = 50


class Thread:
    """Source kind `thread`: the URL of one thread, on any board."""

    kind: ClassVar[str] = "thread"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.BACKFILL})
    example: ClassVar[str] = "https://forum.example.org/viewtopic.php?t=5"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The page before the one that reading ended on, for pages shift when posts go; else the configured one."""
        return (Request(url=cursor.get("page", self._config.url), conditional=True, context={"page": "1"}),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Posts of one page, and the page after it."""
        text = decode(page.body, page.headers.get("content-type"))
        parsed = tree(text)
        zone = board_zone(text, page.fetched_at, self._config.zone)
        posts = read_posts(page, parsed, replace(self._config, zone=zone))
        here, context = clean_url(without_fragment(page.url)), page.request.context
        if not posts:
            first = here == clean_url(self._config.url) or "before" in context
            again = () if first else (Request(url=self._config.url, context={"page": "1"}),)
            return Parsed(follow=again, notes=(f"no posts found on {here}",))
        following = next_page(parsed, page.url)
        number = int(context.get("page", "1"))
        if following is None or number >= (self._config.max_pages or _MOST_PAGES):
            return Parsed(posts=posts, marks={"page": context.get("before", here)})
        request = Request(url=following, context={"page": str(number + 1), "before": here})
        return Parsed(posts=posts, follow=(request,))


def read_posts(page: Page, parsed: LexborHTMLParser, config: SourceConfig) -> tuple[Post, ...]:
    """The posts of any page, in its order; none where it holds none."""
    return _Reader(config, page, parsed).posts()


class _Reader:
    """Reads one page."""

    def __init__(self, config: SourceConfig, page: Page, parsed: LexborHTMLParser) -> None:
        self._config = config
        self._page = page
        self._parsed = parsed
        self._base = base_url(parsed, page.url)
        self._title = title(parsed)
        self._thread = thread_url(page.url)
        self._outline = lay_out(parsed)

    def posts(self) -> tuple[Post, ...]:
        marks = date_marks(self._outline)
        blocks = find_blocks(self._outline, marks)
        if not blocks:
            return ()
        now, zone = self._page.fetched_at, self._config.zone
        fields = choose(self._outline, blocks, marks, self._title, urlsplit(self._page.url).netloc, now, zone)
        order = told_order([mark.exact or mark.raw for mark in marks])
        raws = [item.date.exact or item.date.raw if item.date else None for item in fields]
        moments = read_thread(raws, now=now, zone=zone, order=order)
        made = [self._post(item, at) for item, at in zip(fields, moments, strict=True)]
        return self._unmistakable([post for post in made if post is not None], linked=any(f.link >= 0 for f in fields))

    def _unmistakable(self, posts: list[Post], *, linked: bool) -> tuple[Post, ...]:
        """The same posts under ids that no other has: numbers that count the posts of a page begin anew on the next."""
        counted = not linked and [post.native_id for post in posts] == [str(n + 1) for n in range(len(posts))]
        seen: Counter[str] = Counter()
        kept = []
        for post in posts:
            seen[post.native_id] += 1
            again = counted or seen[post.native_id] > 1
            kept.append(replace(post, native_id=self._made_id(post)) if again else post)
        return tuple({post.native_id: post for post in reversed(kept)}.values())[::-1]

    def _made_id(self, post: Post) -> str:
        told = (self._thread, post.author or "", post.published_raw or "", post.text)
        return hashlib.sha256("\x1f".join(told).encode("utf-8", "replace")).hexdigest()[:24]

    def _post(self, item: Fields, at: datetime | None) -> Post | None:
        body = self._body(item)
        if not body.text and not body.quotes:
            return None
        author = self._outline.words(item.author) if item.author >= 0 else None
        url = self._permalink(item)
        raw = (item.date.raw or item.date.exact) if item.date else None
        post = Post(
            source=self._config.name,
            kind=Thread.kind,
            native_id=self._number(item, url) or "",
            url=url,
            text=body.text,
            quotes=body.quotes,
            seen_at=utc(self._page.fetched_at),
            thread_id=self._thread,
            thread_title=self._title,
            thread_url=self._thread,
            author=clean_text(author).strip() or None if author else None,
            author_url=self._author_url(item),
            published_at=at,
            published_raw=raw,
        )
        return post if post.native_id else replace(post, native_id=self._made_id(post))

    def _body(self, item: Fields) -> Body:
        outline = self._outline
        aside = {outline.node[n].mem_id for n in (item.author, item.date.n if item.date else -1) if n >= 0}

        def skip(node: LexborNode, tag: str, attributes: dict[str, str | None]) -> bool:
            return node.mem_id in aside or (tag in _HEADINGS and same_title(text_of(node), self._title))

        bodies = [read_body(outline.node[n], skip) for n in item.body]
        quotes: tuple[Quote, ...] = tuple(quote for body in bodies for quote in body.quotes)
        return Body(text="\n\n".join(body.text for body in bodies if body.text), quotes=quotes)

    def _author_url(self, item: Fields) -> str | None:
        outline, n = self._outline, item.author
        for part in range(n, outline.end[n]) if n >= 0 else ():
            if outline.tag[part] == "a":
                return absolute(self._base, outline.attributes[part].get("href"))
        up = outline.parent[n] if n >= 0 else -1
        return absolute(self._base, outline.attributes[up].get("href")) if up >= 0 and outline.tag[up] == "a" else None

    def _permalink(self, item: Fields) -> str:
        if item.link >= 0:
            found = absolute(self._base, self._outline.attributes[item.link].get("href"))
            if found:
                return found
        page = clean_url(without_fragment(self._page.url))
        name = self._outline.attributes[item.block.start].get("id") or self._mark(item)
        return f"{page}#{name}" if name else page

    def _mark(self, item: Fields) -> str | None:
        """The first id or name with a number near the top of a post: what a link to it can end in."""
        for n in range(item.block.start, min(item.block.end, item.block.start + 15)):
            attributes = self._outline.attributes[n]
            for name in ("id", "name", "data-id"):
                value = attributes.get(name) if attributes else None
                if value and _BLOCK_ID.match(value) and len(value) < 40:
                    return value
        return None

    def _number(self, item: Fields, url: str) -> str | None:
        """The number that the place itself gives a post: in its permalink, else on its element."""
        numbers = _POST_NUMBER.findall(url)
        if numbers:
            return str(numbers[-1])
        block = self._outline.attributes[item.block.start]
        number = _BLOCK_ID.match(block.get("data-id") or block.get("id") or self._mark(item) or "")
        return number[1] if number else None


def title(parsed: LexborHTMLParser) -> str | None:
    """The thread's title: the page's heading, else its <title>."""
    for heading in parsed.css("h1")[:3]:
        words = " ".join(text_of(heading).split())
        if words:
            return words
    named = parsed.css_first("title")
    return clean_text(" ".join((named.text() or "").split())) or None if named else None


def thread_url(url: str) -> str:
    """The address of a thread from the address of any of its pages."""
    page = clean_url(without_fragment(url))
    parts = urlsplit(page)
    query = _PAGE_PART.sub("", parts.query).lstrip("&;")
    return parts._replace(query=query, path=_PAGE_PART.sub("/", parts.path)).geturl()


def base_url(parsed: LexborHTMLParser, url: str) -> str:
    """What the links of a page are relative to."""
    element = parsed.css_first("base[href]")
    return absolute(url, element.attributes.get("href")) or url if element else url


def next_page(parsed: LexborHTMLParser, url: str) -> str | None:
    """The page after this one, by rel=next, by its name, or as the number after the current one."""
    base = base_url(parsed, url)
    for node in parsed.css("link[rel=next], a[rel~=next]"):
        found = absolute(base, node.attributes.get("href"))
        if found and found != clean_url(url):
            return found
    for node in parsed.css("a[href]"):
        attributes = node.attributes
        if _leads_on(attributes.get("class") or "", attributes.get("title") or "") or _says_next(node.text() or ""):
            found = absolute(base, attributes.get("href"))
            if found and urlsplit(found).netloc == urlsplit(url).netloc and found != clean_url(url):
                return found
    return None


@lru_cache(maxsize=4096)
def _leads_on(names: str, title: str) -> bool:
    return _NEXT_CLASS.search(f"{names} {title}") is not None or _says_next(title)


@lru_cache(maxsize=4096)
def _says_next(text: str) -> bool:
    return _NEXT.match(text) is not None
