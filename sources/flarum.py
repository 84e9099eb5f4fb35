"""Flarum 1 through its JSON:API. Mark "t:ID": what the list said of a discussion when it was last read.

Known discussions are read again whole in their turn (`whole`); of one that is gone there are no posts.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from listener.dates import parse_date
from listener.markup import absolute
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig, ThreadPart
from sources.payload import Object, html_body, inner, objects, read_object, text_at

_DISCUSSION = re.compile(r"^(?P<base>.*?)/d/(?P<id>\d+)")
_MEND = "check that the address is a Flarum forum that guests may read"
PER_PAGE = 50
OVERLAP = 10
MOST_PAGES = 50


class Flarum:
    """Source kind `flarum`: a forum or a discussion."""

    kind: ClassVar[str] = "flarum"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.BACKFILL})
    example: ClassVar[str] = "https://forum.example.org/"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        parts = urlsplit(config.url)
        self._one = _DISCUSSION.match(parts.path)
        base = self._one["base"] if self._one else parts.path.rstrip("/")
        self._base = f"{parts.scheme}://{parts.netloc}{base}"

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The discussions with the newest posts, or the one that the source is about."""
        if self._one:
            return (self._posts_of(self._one["id"], 0),)
        return (
            Request(
                url=f"{self._base}/api/discussions?sort=-lastPostedAt&page[limit]=20", tag="list", conditional=True
            ),
        )

    def _posts_of(self, discussion: str, offset: int) -> Request:
        query = f"filter[discussion]={discussion}&filter[type]=comment&include=user,discussion&sort=createdAt"
        url = f"{self._base}/api/posts?{query}&page[limit]={PER_PAGE}&page[offset]={offset}"
        return Request(url=url, tag="posts", context={"discussion": discussion, "n": "1"})

    def whole(self, thread_id: str, url: str) -> Request:
        """A discussion from its first post on."""
        request = self._posts_of(thread_id, 0)
        return replace(request, context={**request.context, "thread_id": thread_id})

    def let_go(self, thread_id: str) -> Sequence[str]:
        """Nothing: the one mark is what the list said of it."""
        return ()

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Discussions to follow out of a list, posts out of a discussion; both as far as links.next leads."""
        answer = read_object(page, _MEND)
        return self._list(page, answer, cursor) if page.request.tag == "list" else self._posts(page, answer)

    def _further(self, page: Page, answer: Object) -> tuple[Request, ...]:
        number = int(page.request.context.get("n", "1"))
        url = absolute(page.url, text_at(inner(answer, "links"), "next"))
        if url is None or number >= (self._config.max_pages or MOST_PAGES):
            return ()
        kept = {name: value for name, value in page.request.context.items() if name != "thread_id"}
        return (Request(url=url, tag=page.request.tag, context={**kept, "n": str(number + 1)}),)

    def _list(self, page: Page, answer: Object, cursor: Cursor) -> Parsed:
        follow: list[Request] = []
        marks: dict[str, str | None] = {}
        for one in objects(answer.get("data")):
            told, discussion = inner(one, "attributes"), text_at(one, "id")
            last = text_at(told, "lastPostedAt")
            count, mark = told.get("commentCount"), f"{told.get('commentCount')}|{told.get('lastPostNumber')}|{last}"
            if discussion and cursor.get(f"t:{discussion}") != mark and not self._old(last, page):
                known = cursor.get(f"t:{discussion}", "0").partition("|")[0]
                marks[f"t:{discussion}"] = mark
                grew = known.isdigit() and isinstance(count, int) and count > int(known)
                follow.append(self._posts_of(discussion, max(0, int(known) - OVERLAP) if grew else 0))
        return Parsed(follow=(*follow, *(self._further(page, answer) if follow else ())), marks=marks)

    def _old(self, last: str | None, page: Page) -> bool:
        at = parse_date(last, now=page.fetched_at)
        return bool(self._config.since and at and at < self._config.since)

    def _posts(self, page: Page, answer: Object) -> Parsed:
        included = {
            (one.get("type"), one.get("id")): inner(one, "attributes") for one in objects(answer.get("included"))
        }
        found = [one for one in objects(answer.get("data")) if text_at(one, "id")]
        shown = [one for one in found if inner(one, "attributes").get("contentType") == "comment"]
        gone = tuple(str(one["id"]) for one in shown if inner(one, "attributes").get("isHidden"))
        posts = tuple(self._post(page, one, included) for one in shown if str(one["id"]) not in gone)
        context, ended = page.request.context, not text_at(inner(answer, "links"), "next")
        if not found and "thread_id" in context:
            return Parsed(hints={"thread_gone": context["thread_id"]})
        first = context["n"] == "1" and page.request.url.endswith("page[offset]=0")
        part = ThreadPart(id=context["discussion"], first=first, last=ended)
        return Parsed(posts=posts, gone=gone, follow=self._further(page, answer), thread=part)

    def _post(self, page: Page, one: Object, included: dict[tuple[object, object], Object]) -> Post:
        told, related = inner(one, "attributes"), inner(one, "relationships")
        user, discussion = text_at(inner(related, "user", "data"), "id"), page.request.context.get("discussion")
        about = included.get(("discussions", discussion), {})
        writer = included.get(("users", user), {})
        thread = f"{self._base}/d/{discussion}"
        name, raw, body = (
            text_at(writer, "username"),
            text_at(told, "createdAt"),
            html_body(text_at(told, "contentHtml")),
        )
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=str(one["id"]),
            url=f"{self._base}/d/{discussion}/{told.get('number', 1)}",
            text=body.text,
            quotes=body.quotes,
            seen_at=utc(page.fetched_at),
            thread_id=discussion,
            thread_title=text_at(about, "title"),
            thread_url=thread,
            author=text_at(writer, "displayName") or name,
            author_id=user,
            author_url=f"{self._base}/u/{name}" if name else None,
            published_at=parse_date(raw, now=page.fetched_at, zone="UTC"),
            published_raw=raw,
        )
