"""What each post of a page holds: who, when, where and what, decided over all posts at once.

An element is judged by its kind (Outline.path), because the same kind plays the same part in every post: the author's
name is short and there once in each, the date runs forward, the body differs from post to post, and what stands
unchanged under every post of one person is a signature or a profile.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sources.cuts import Block
from sources.date_marks import DateMark
from sources.listing import announces
from sources.outline import Outline
from sources.post_author import find_authors
from sources.post_body import find_bodies, names_body, names_body_surely
from sources.post_date import find_dates
from sources.post_link import find_links
from sources.repeated import Posts, kinds_of, share

_FOREIGN = re.compile(r"(?:https?:)?//", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fields:
    """Node numbers of one post's parts; -1 where there is none."""

    block: Block
    body: tuple[int, ...]
    author: int
    date: DateMark | None
    link: int


def choose(
    page: Outline,
    blocks: Sequence[Block],
    marks: Sequence[DateMark],
    title: str | None,
    host: str,
    now: datetime,
    zone: str,
) -> list[Fields]:
    """The parts of every post; none where the parts only lead to threads. title: of the page, which is nobody's words.
    host: of the page. now and zone: for judging which of a post's dates runs forward."""
    posts = Posts(page=page, blocks=blocks, marks=marks, title=title, now=now, zone=zone, kinds=kinds_of(page, blocks))
    dates = find_dates(posts)
    authors = find_authors(posts, {mark.n for mark in dates.values()})
    bodies = find_bodies(posts, authors, dates)
    rows = {post for post, nodes in bodies.items() if nodes and _leads_on(page, nodes, host)}
    if len(rows) <= 0.3 * len(blocks):
        rows = set()  # a post may be but a link; rows of a list all are
    elif len(rows) > 0.5 * len(blocks):
        rows |= {post for post, nodes in bodies.items() if not any(names_body(page.names[n]) for n in nodes)}
    told = [announces(page, block) for n, block in enumerate(blocks) if bodies.get(n)]
    if share(told) >= 0.8 and not any(_called_body(page, nodes) for nodes in bodies.values()):
        return []
    links = find_links(posts, dates)
    return [
        Fields(
            block=block,
            body=tuple(bodies.get(n, ())),
            author=authors.get(n, -1),
            date=dates.get(n),
            link=links.get(n, -1),
        )
        for n, block in enumerate(blocks)
        if n not in rows
    ]


def _called_body(page: Outline, nodes: Sequence[int]) -> bool:
    return any(names_body_surely(page.names[n]) for n in nodes)


def _leads_on(page: Outline, nodes: Sequence[int], host: str) -> bool:
    """Whether a body is but a link to another page of the place: a row of a list of threads."""
    length = sum(page.length(n) for n in nodes)
    if not length or sum(page.link_length(n) for n in nodes) < 0.8 * length:
        return False
    hrefs = [page.attributes[m].get("href") or "" for n in nodes for m in range(n, page.end[n]) if page.tag[m] == "a"]
    return not any(_FOREIGN.match(href) and host not in href for href in hrefs) or any(
        page.tag[page.parent[n]] == "a" for n in nodes
    )
