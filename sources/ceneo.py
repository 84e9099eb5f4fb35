"""Opinions on Ceneo.pl, on the page of a product: by the site's own markup, else by schema.org.

Ceneo has no interface for reading and its terms do not allow copying without consent: read it with its leave, and
within its robots.txt, which is asked as everywhere. docs/reviews.md says what is verified of the markup.
"""

import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.dates import parse_date
from listener.markup import absolute, clean_url, decode, text_of, tree
from listener.model import Post, utc
from listener.protocols import Page
from sources.reviews import Reviews

MOST = 50
"""Opinions of one page; the site shows ten."""
_PRODUCT = re.compile(r"^/(\d+)")
_SCORE = re.compile(r"(\d(?:[.,]\d)?)\s*/\s*(\d{1,2})")


class Ceneo(Reviews):
    """Source kind `ceneo`."""

    kind: ClassVar[str] = "ceneo"
    example: ClassVar[str] = "https://www.ceneo.pl/101052360"

    def read(self, page: Page) -> tuple[tuple[Post, ...], str | None]:
        """The opinions of a page, and the address of the next."""
        parsed = tree(decode(page.body, page.headers.get("content-type")))
        posts = tuple(self._opinions(page, parsed))
        if not posts:
            return super().read(page)
        onward = parsed.css_first("a.pagination__next[href]")
        return posts, absolute(page.url, onward.attributes.get("href")) if onward else None

    def _opinions(self, page: Page, parsed: LexborHTMLParser) -> Iterator[Post]:
        heading = parsed.css_first("h1")
        title = " ".join(text_of(heading).split()) if heading else None
        seen: set[str] = set()
        for node in parsed.css(".js_product-review[data-entry-id]")[:MOST]:
            post = self._opinion(page, node, title)
            if post is not None and post.native_id not in seen:
                seen.add(post.native_id)
                yield post

    def _opinion(self, page: Page, node: LexborNode, title: str | None) -> Post | None:
        number, text = (node.attributes.get("data-entry-id") or "").strip(), _with_lists(node)
        score = _SCORE.search(_text(node, ".user-post__score-count") or "")
        if not number or not (text or score):
            return None
        written = node.css_first(".user-post__published time[datetime]")
        raw = written.attributes.get("datetime") if written else None
        product = _PRODUCT.match(urlsplit(self.config.url).path)
        thread = f"https://www.ceneo.pl/{product[1]}" if product else clean_url(page.url)
        return Post(
            source=self.config.name, kind=self.kind, native_id=number, url=f"{thread}#tab=reviews", text=text,
            seen_at=utc(page.fetched_at), thread_id=number, thread_title=title, thread_url=thread,
            author=_text(node, ".user-post__author-name"), published_raw=raw,
            published_at=parse_date(raw, now=page.fetched_at, zone=self.config.zone),
            rating=float(score[1].replace(",", ".")) if score else None,
            rating_scale=float(score[2]) if score else None,
        )  # fmt: skip


def _with_lists(node: LexborNode) -> str:
    """What was written, and under it what was ticked or listed as good and bad."""
    parts = [_text(node, ".user-post__text") or ""]
    for name, title in (("Zalety", "positives"), ("Wady", "negatives")):
        column = node.css_first(f".review-feature__title--{title}")
        above = column.parent if column else None
        rows = [" ".join(text_of(row).split()) for row in above.css(".review-feature__item")] if above else []
        parts += [f"{name}: {', '.join(row for row in rows if row)}"] if any(rows) else []
    return "\n".join(part for part in parts if part)


def _text(node: LexborNode, selector: str) -> str | None:
    found = node.css_first(selector)
    return text_of(found).strip() or None if found else None
