"""Hacker News through its public search (Algolia), newest first: all of it, or what options.query finds.

Mark "newest": epoch seconds of the newest item read. The search shows at most 1,000 items of one question, so a pass
that has more to read asks again from where it stopped.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar
from urllib.parse import urlencode

from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.payload import Object, count_at, html_body, number_at, objects, reach, read_object, text_at

API = "https://hn.algolia.com/api/v1/search_by_date"
SITE = "https://news.ycombinator.com"
PER_PAGE = 100
OVERLAP = 3600
"""Seconds read again, for items that the search learned of late and texts that were edited."""
FIRST_WALK = 3
MOST_PAGES = 50


class HackerNews:
    """Source kind `hackernews`."""

    kind: ClassVar[str] = "hackernews"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.BACKFILL})
    example: ClassVar[str] = "https://news.ycombinator.com/"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._api = str(config.options.get("api", API))  # another address, for a stand-in

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The newest items since the last pass."""
        return (self._ask(self._from(cursor), None, 1),)

    def _from(self, cursor: Cursor) -> int:
        since = int(self._config.since.timestamp()) if self._config.since else 0
        return max(since, int(cursor.get("newest", "0")) - OVERLAP)

    def _ask(self, start: int, before: int | None, step: int) -> Request:
        bounds = [f"created_at_i>{start}"] + ([f"created_at_i<={before}"] if before else [])
        asked = {"tags": "(story,comment)", "hitsPerPage": str(PER_PAGE), "numericFilters": ",".join(bounds)}
        query = self._config.options.get("query")
        url = f"{self._api}?{urlencode(asked | ({'query': str(query)} if query else {}))}"
        return Request(url=url, context={"from": str(start), "n": str(step)})

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Posts of one answer; asks on for older ones until the last pass is reached."""
        answer = read_object(page, "the search of Hacker News may be down; try again later")
        hits = [hit for hit in objects(answer.get("hits")) if text_at(hit, "objectID")]
        posts = tuple(post for hit in hits if (post := self._post(page, hit)) is not None)
        times = [at for hit in hits if (at := number_at(hit, "created_at_i"))]
        context = page.request.context
        top = str(max([*times, int(context.get("top", cursor.get("newest", "0")))]))
        step, start = int(context.get("n", "1")), int(context.get("from", "0"))
        limit = self._config.max_pages or (MOST_PAGES if start else FIRST_WALK)
        if len(hits) >= PER_PAGE and times and min(times) < max(times) and step < limit:
            further = self._ask(start, min(times), step + 1)
            follow = Request(url=further.url, context={**further.context, "top": top})
            return Parsed(posts=posts, follow=(follow,), marks={"newest": top})
        return Parsed(posts=posts, marks={"newest": top} if times else {})

    def _post(self, page: Page, hit: Object) -> Post | None:
        body = html_body(text_at(hit, "comment_text") or text_at(hit, "story_text") or "")
        title, story = (
            text_at(hit, "story_title") or text_at(hit, "title"),
            text_at(hit, "story_id") or str(hit["objectID"]),
        )
        at, author = number_at(hit, "created_at_i"), text_at(hit, "author")
        if not body.text and not title:
            return None
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=str(hit["objectID"]),
            url=f"{SITE}/item?id={hit['objectID']}",
            text=body.text or title or "",
            quotes=body.quotes,
            seen_at=utc(page.fetched_at),
            thread_id=story,
            thread_title=title,
            thread_url=f"{SITE}/item?id={story}",
            parent_id=text_at(hit, "parent_id"),
            author=author,
            author_id=author,
            author_url=f"{SITE}/user?id={author}" if author else None,
            published_at=datetime.fromtimestamp(at, UTC) if at and at < 4_102_444_800 else None,
            published_raw=text_at(hit, "created_at") or (str(at) if at else None),
            reach=reach(likes=count_at(hit, "points"), replies=count_at(hit, "num_comments")),
        )
