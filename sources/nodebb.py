"""NodeBB through its read API (any page's address with /api before its path).

Marks: "t:ID" what a list said of a topic, "at:ID" the page that its reading ended on. Known topics are read again whole
in their turn (`whole`); one that was renamed answers with its new path.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from listener.dates import parse_date
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig, ThreadPart
from sources.payload import Object, count_at, html_body, inner, number_at, objects, reach, read_object, text_at

_PLACE = re.compile(r"^(?P<base>.*?)(?P<path>/(?:topic|category)/\d+(?:/[^/]+)?)(?:/\d+)?/?$")
_MEND = "check that the address is a NodeBB forum that guests may read"
MOST_PAGES = 50


class NodeBB:
    """Source kind `nodebb`: a forum, a category or a topic."""

    kind: ClassVar[str] = "nodebb"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.BACKFILL})
    example: ClassVar[str] = "https://forum.example.org/category/2/general"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        parts = urlsplit(config.url)
        place = _PLACE.match(parts.path)
        self._path = place["path"] if place else "/recent"
        self._base = f"{parts.scheme}://{parts.netloc}{place['base'] if place else parts.path.rstrip('/')}"

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The list of recent topics, or the one place that the source is about."""
        return (Request(url=f"{self._base}/api{self._path}", conditional=True),)

    def whole(self, thread_id: str, url: str) -> Request:
        """A topic from its first page on."""
        place = _PLACE.match(urlsplit(url).path)
        path = place["path"] if place else f"/topic/{thread_id}"
        return replace(self._page(path, 1), context={"thread_id": thread_id})

    def let_go(self, thread_id: str) -> Sequence[str]:
        """Where its reading ended: a topic that moves after so long is read whole."""
        return (f"at:{thread_id}",)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Topics to follow out of a list, posts out of a topic."""
        if renamed := _renamed(page):
            request = self._page(renamed, 1)
            return Parsed(follow=(request,) if request.url != page.request.url else ())
        answer = read_object(page, _MEND)
        return self._topic(page, answer) if "posts" in answer and "tid" in answer else self._list(page, answer, cursor)

    def _list(self, page: Page, answer: Object, cursor: Cursor) -> Parsed:
        follow: list[Request] = []
        marks: dict[str, str | None] = {}
        for one in objects(answer.get("topics")):
            topic, mark = text_at(one, "tid"), f"{one.get('postcount')}|{one.get('lastposttime')}"
            if topic and not one.get("deleted") and cursor.get(f"t:{topic}") != mark and not self._old(one, page):
                marks[f"t:{topic}"] = mark
                number = max(1, int(cursor.get(f"at:{topic}", "1")) - 1)  # one page back: pages shift
                follow.append(self._page(f"/topic/{text_at(one, 'slug') or topic}", number))
        further = self._further(answer, page)
        return Parsed(follow=(*follow, *([further] if further and follow else [])), marks=marks)

    def _old(self, topic: Object, page: Page) -> bool:
        last = parse_date(text_at(topic, "lastposttimeISO") or text_at(topic, "lastposttime"), now=page.fetched_at)
        return bool(self._config.since and last and last < self._config.since)

    def _page(self, path: str, number: int) -> Request:
        return Request(url=f"{self._base}/api{path}?page={number}")

    def _further(self, answer: Object, page: Page) -> Request | None:
        following = inner(answer, "pagination", "next")
        number = number_at(following, "page") or 0
        if not following.get("active") or not 1 < number <= (self._config.max_pages or MOST_PAGES):
            return None
        return Request(url=f"{page.url.partition('?')[0]}?page={number}")

    def _topic(self, page: Page, answer: Object) -> Parsed:
        found = [one for one in objects(answer.get("posts")) if text_at(one, "pid")]
        gone = tuple(str(one["pid"]) for one in found if one.get("deleted"))
        posts = tuple(
            self._post(page, one, answer) for one in found if not one.get("deleted") and not one.get("eventId")
        )
        further = self._further(answer, page)
        number = number_at(inner(answer, "pagination"), "currentPage") or 1
        ended = not inner(answer, "pagination", "next").get("active")
        part = ThreadPart(id=str(answer["tid"]), first=number == 1, last=ended)
        if further:
            return Parsed(posts=posts, gone=gone, follow=(further,), thread=part)
        return Parsed(posts=posts, gone=gone, marks={f"at:{answer['tid']}": str(number)}, thread=part)

    def _post(self, page: Page, one: Object, answer: Object) -> Post:
        body, writer = html_body(text_at(one, "content")), inner(one, "user")
        raw, slug = text_at(one, "timestampISO") or text_at(one, "timestamp"), text_at(writer, "userslug")
        pid = str(one["pid"])
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=pid,
            url=pid if pid.startswith("http") else f"{self._base}/post/{pid}",
            text=body.text,
            quotes=body.quotes,
            seen_at=utc(page.fetched_at),
            thread_id=text_at(answer, "tid"),
            thread_title=text_at(answer, "titleRaw") or text_at(answer, "title"),
            thread_url=f"{self._base}/topic/{text_at(answer, 'slug') or answer['tid']}",
            parent_id=text_at(one, "toPid"),
            author=text_at(writer, "displayname") or text_at(writer, "username"),
            author_id=text_at(one, "uid"),
            author_url=f"{self._base}/user/{slug}" if slug else None,
            published_at=parse_date(raw, now=page.fetched_at, zone="UTC"),
            published_raw=raw,
            reach=reach(
                views=count_at(answer, "viewcount") if one["pid"] == answer.get("mainPid") else None,
                likes=count_at(one, "votes"),
                replies=count_at(inner(one, "replies"), "count"),
            ),
        )


def _renamed(page: Page) -> str | None:
    """The path of a topic that is asked for under an older name: all that the answer says."""
    if page.body[:7] != b'"/topic':
        return None
    try:
        said = json.loads(page.body)
    except ValueError:
        return None
    place = _PLACE.match(said) if isinstance(said, str) else None
    return place["path"] if place else None
