"""Any thread or comment section, without knowing what software made it.

The posts are found as the parts of the page that repeat (sources.blocks), their author, date, body and permalink as
the kinds of element that play those parts in all of them (sources.fields). A page with no repetition gives its one
post, or none. Listings of topics give no posts.
"""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.dates import Order, exactly, parse_date, read_thread, told_order
from listener.markup import Body, absolute, clean_text, clean_url, decode, read_body, text_of, tree, without_fragment
from listener.model import Post, Quote, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.blocks import find_blocks
from sources.clock import board_zone
from sources.date_marks import date_marks
from sources.fields import Fields, choose
from sources.outline import lay_out
from sources.page_links import base_url, next_page, thread_url, title
from sources.post_body import same_title

__all__ = ["Thread", "base_url", "next_page", "read_posts", "thread_url"]

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
        self._order: Order | None = None

    def posts(self) -> tuple[Post, ...]:
        marks = date_marks(self._outline)
        blocks = find_blocks(self._outline, marks)
        if not blocks:
            return ()
        now, zone = self._page.fetched_at, self._config.zone
        fields = choose(self._outline, blocks, marks, self._title, urlsplit(self._page.url).netloc, now, zone)
        order = self._order = told_order([mark.exact or mark.raw for mark in marks])
        raws = [item.date.exact or item.date.raw if item.date else None for item in fields]
        moments = read_thread(raws, now=now, zone=zone, order=order)
        made = [self._post(item, at) for item, at in zip(fields, moments, strict=True)]
        return self._unmistakable([one for one in made if one is not None])

    def _unmistakable(self, made: list["_Made"]) -> tuple[Post, ...]:
        """The same posts under ids that no other has: numbers that count the posts of a page begin anew on the next."""
        numbers = [one.post.native_id for one in made]
        counted = not any(one.linked for one in made) and numbers == [str(n + 1) for n in range(len(made))]
        seen: Counter[str] = Counter()
        told: dict[tuple[str, ...], list[str]] = defaultdict(list)
        kept: dict[str, Post] = {}
        for one in made:
            number = one.post.native_id
            seen[number] += 1
            if counted or not number or seen[number] > 1:
                lasting = self._lasting(one)
                number = _hash((*lasting, *_nth(told[lasting], one.post.text)))
            kept.setdefault(number, one.post if number == one.post.native_id else replace(one.post, native_id=number))
        return tuple(kept.values())

    def _lasting(self, one: "_Made") -> tuple[str, ...]:
        """What stays with a post without a number of its own when it is edited: its own link, else its writer and
        minute; where neither is there its words must do."""
        post = one.post
        if one.linked:
            return ("link", post.url)
        if one.dated and post.author and post.published_at:
            return ("time", self._thread, post.author, post.published_at.isoformat())
        return ("text", self._thread, post.author or "", (post.published_raw or "") if one.dated else "", post.text)

    def _post(self, item: Fields, at: datetime | None) -> "_Made | None":
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
        return _Made(post=post, linked=item.link >= 0, dated=self._is_lasting(item, at))

    def _is_lasting(self, item: Fields, at: datetime | None) -> bool:
        """Whether a date has a clock and says the same tomorrow, as "3 hours ago" does not."""
        told = (item.date.exact or item.date.raw) if item.date else ""
        if at is None or (":" not in told and not told.isdigit()):
            return False
        if exactly(told):
            return True
        tomorrow = self._page.fetched_at + timedelta(days=1)
        later = parse_date(told, now=tomorrow, zone=self._config.zone, order=self._order)
        return later is None or later == at

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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Made:
    """A post under the number that its place gives it ("" where it gives none). linked: its address is a link of the
    page; dated: its date stays as it is, to the minute."""

    post: Post
    linked: bool
    dated: bool


def _nth(texts: list[str], text: str) -> tuple[str, ...]:
    """Which of the texts that share all else this is: () for the first."""
    if text not in texts:
        texts.append(text)
    return (str(texts.index(text) + 1),) if text != texts[0] else ()


def _hash(told: tuple[str, ...]) -> str:
    return hashlib.sha256("\x1f".join(told).encode("utf-8", "replace")).hexdigest()[:24]
