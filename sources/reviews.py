"""Any page whose reviews are marked up with schema.org: JSON-LD, microdata or RDFa, on shops and review sites alike.

Every review is a thread of its own, titled by what it is about. Mark "first" keeps what the first page held, "all"
when the pages were last walked to the end: they are walked again when the first page changed, and once a day for
edits further down.
"""

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import ClassVar

from listener.dates import parse_date
from listener.errors import ParseError
from listener.markup import absolute, clean_url, decode, tree, without_fragment
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from listener.text import fold
from sources.reviews_items import Found, Item, reviews_of
from sources.thread import base_url, next_page

MOST_PAGES = 50
REREAD = timedelta(days=1)
USUAL_BEST = 5.0
"""What bestRating is where a page does not say, by schema.org's own words."""
_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_OF = re.compile(r"(\d+(?:[.,]\d+)?)\s*(?:/|out of|z|na|von|sur)\s*(\d+(?:[.,]\d+)?)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rating:
    """As the page gives it, and out of how much; None where it does not say or contradicts itself."""

    value: float | None = None
    scale: float | None = None


def read_rating(review: Item) -> Rating:
    """From reviewRating: an object, a number, "4,5" or "4/5"."""
    given = next(review.items("reviewRating"), None)
    told = given.text("ratingValue") if given else review.text("reviewRating", "ratingValue")
    told = told[:40] if told else None
    pair = _OF.search(told or "")
    value = _number(pair[1] if pair else told)
    if value is None:
        return Rating()
    best = _number(pair[2]) if pair else _number(given.text("bestRating") if given else review.text("bestRating"))
    if best is None and told and told.rstrip().endswith("%"):
        best = 100.0
    if best is None and value <= USUAL_BEST:
        best = USUAL_BEST
    return Rating(value=value, scale=best if best and best >= value else None)


def _number(text: str | None) -> float | None:
    found = _NUMBER.search(text or "")
    return float(found[0].replace(",", ".")) if found and len(found[0]) < 20 else None


class Reviews:
    """Source kind `reviews`."""

    kind: ClassVar[str] = "reviews"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.EDIT, Ability.BACKFILL})
    example: ClassVar[str] = "https://shop.example.org/product/7"

    def __init__(self, config: SourceConfig) -> None:
        self.config = config

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The configured page."""
        return (Request(url=self.config.url, conditional=True),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Reviews of the page, and the page after it."""
        posts, following = self.read(page)
        number = int(page.request.context.get("n", "1"))
        if not posts and number == 1:
            raise ParseError(
                "no schema.org Review is marked up on this page",
                where=clean_url(page.url),
                mend='look whether it shows reviews without JavaScript; kind = "html" takes your own selectors',
            )
        first = _sum(posts)
        if number == 1 and self._unchanged(page, first, cursor):
            return Parsed(posts=posts)
        marks: dict[str, str | None] = {"first": first, "all": page.fetched_at.isoformat()} if number == 1 else {}
        again = page.request.context.get("before") == first
        if not following or not posts or again or number >= (self.config.max_pages or MOST_PAGES):
            return Parsed(posts=posts, marks=marks)
        onward = Request(url=following, context={"n": str(number + 1), "before": first})
        return Parsed(posts=posts, follow=(onward,), marks=marks)

    def _unchanged(self, page: Page, first: str, cursor: Cursor) -> bool:
        """Whether the pages were walked not long ago, and the first is as it was."""
        read = cursor.get("all")
        fresh = read is not None and page.fetched_at - datetime.fromisoformat(read) < REREAD
        return fresh and cursor.get("first") == first

    def read(self, page: Page) -> tuple[tuple[Post, ...], str | None]:
        """The reviews of a page, each once, and the address of the page after it."""
        source = decode(page.body, page.headers.get("content-type"))
        parsed = tree(source)
        base = base_url(parsed, page.url)
        found = reviews_of(parsed, source)
        counted = _counted([one.review for one in found])
        posts = [post for one in found for post in self._posts(page, base, one, counted=counted)]
        return tuple(_named(_once(posts))), next_page(parsed, page.url)

    def _posts(self, page: Page, base: str, found: Found, *, counted: bool) -> Iterator[Post]:
        """The review, and what the company answered under it. counted: ids are only places in the list."""
        post = self._review(page, base, found, counted=counted)
        if post is None:
            return
        yield post
        for answer in found.review.items("comment"):
            text = answer.text("text", "commentText", "description")
            if text:
                raw = answer.text("datePublished", "dateCreated")
                yield replace(
                    post,
                    native_id=f"{post.native_id}#{_fingerprint(answer.text('author'), raw)}",
                    parent_id=post.native_id,
                    text=text,
                    author=answer.text("author"),
                    author_url=None,
                    published_raw=raw,
                    published_at=parse_date(raw, now=page.fetched_at, zone=self.config.zone),
                    rating=None,
                    rating_scale=None,
                )

    def _review(self, page: Page, base: str, found: Found, *, counted: bool) -> Post | None:
        review, here = found.review, clean_url(page.url)
        text = _joined(review.text("name", "headline"), review.text("reviewBody", "description", "text"))
        rating = read_rating(review)
        if not text and rating.value is None:
            return None
        raw, writer = review.text("datePublished", "dateCreated"), review.text("author", "creator")
        link = absolute(base, review.text("url")) or absolute(base, review.id)
        own = link if link and link != without_fragment(here) and link != clean_url(self.config.url) else None
        about = next(review.items("itemReviewed"), found.about)
        title = (about.text("name") if about else None) or review.text("itemReviewed")
        person = next(review.items("author"), None)
        named = None if counted else own or _given(review)
        native_id = named or (_fingerprint(title, writer, raw) if writer or raw else _fingerprint(title, text))
        return Post(
            source=self.config.name,
            kind=self.kind,
            native_id=native_id,
            url=own or here,
            text=text,
            seen_at=utc(page.fetched_at),
            thread_id=native_id,
            thread_title=title,
            thread_url=own or here,
            author=writer,
            author_url=absolute(base, person.text("url", "sameAs") or person.id) if person else None,
            published_at=parse_date(raw, now=page.fetched_at, zone=self.config.zone),
            published_raw=raw,
            rating=rating.value,
            rating_scale=rating.scale,
        )


def _given(review: Item) -> str | None:
    """The id that the page itself gives a review: @id that is no address of the page, or its identifier."""
    named = next(review.items("identifier"), None)
    said = (named.text("value") if named else None) or review.text("identifier") or review.id
    return said[:200] if said and not said.startswith("_:") else None


def _counted(reviews: Sequence[Item]) -> bool:
    """Whether the ids of a page's reviews only count them: such a one names another review when a new one comes."""
    ends = [re.search(r"(\d+)\D*$", (one.text("url") or one.id or "")[-80:]) for one in reviews]
    numbers = [int(end[1][-9:]) for end in ends if end]
    return len(numbers) > 1 and len(numbers) == len(ends) and numbers in (
        list(range(len(ends))), list(range(1, len(ends) + 1)),
    )  # fmt: skip


def _joined(title: str | None, body: str | None) -> str:
    """Headline and body, the headline left out where the body begins with it."""
    if not title or (body and fold(body).startswith(fold(title.rstrip(". …")))):
        return body or title or ""
    return f"{title}\n\n{body}" if body else title


def _once(posts: Sequence[Post]) -> list[Post]:
    """Each review once: many pages mark the same ones up in two ways, or name them twice."""
    kept: dict[tuple[str, str, str | None], Post] = {}
    for post in posts:
        key = (fold(post.author or ""), " ".join(fold(post.text).split())[:200], post.parent_id and "answer")
        kept.setdefault(key, post)
    return list(kept.values())


def _named(posts: Sequence[Post]) -> Iterator[Post]:
    """Posts under ids that no other of the page has. Lists have the newest first, so of two that an author wrote on
    one day the last, which is the elder, keeps the plain id, and newer ones carry their text in theirs."""
    last = {post.native_id: number for number, post in enumerate(posts)}
    for number, post in enumerate(posts):
        if last[post.native_id] == number:
            yield post
        else:
            name = f"{post.native_id}-{_fingerprint(post.text)}"
            yield replace(post, native_id=name, thread_id=name if post.parent_id is None else post.thread_id)


def _fingerprint(*told: str | None) -> str:
    return hashlib.sha256("\x1f".join(one or "" for one in told).encode("utf-8", "replace")).hexdigest()[:24]


def _sum(posts: Sequence[Post]) -> str:
    return _fingerprint(*(f"{post.native_id}\x1e{post.text}\x1e{post.rating}" for post in posts))
