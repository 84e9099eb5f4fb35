"""Discourse through its JSON API. A board is read from its newest posts down; a topic or category as a whole.

Marks: "newest" is the highest post id that was read in a walk that reached known ground; "t:ID" what a list said of a
topic; "i:ID" the highest post id that was read in it. Private boards answer 403 to guests: they need an API key
(options: api_key, api_username).
"""

import re
from collections.abc import Sequence
from typing import ClassVar
from urllib.parse import urlsplit

from listener.dates import parse_date
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.payload import Object, html_body, inner, number_at, objects, read_object, text_at

_TOPIC = re.compile(r"^(?P<base>.*?)/t/(?:[^/]+/)?(?P<id>\d+)(?:/|$)")
_CATEGORY = re.compile(r"^(?P<base>.*?)(?P<path>/(?:c|tag)/.+?)/?$")
_MEND = "open the address with .json added in a browser; a private board needs options.api_key and options.api_username"
CHUNK = 20
FIRST_WALK = 10
"""Pages of newest posts that a first pass walks down, where neither since nor max_pages says how far."""


class Discourse:
    """Source kind `discourse`: a board, a category, a tag or a topic."""

    kind: ClassVar[str] = "discourse"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.BACKFILL})
    example: ClassVar[str] = "https://forum.example.org/c/support/5"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        parts = urlsplit(config.url)
        path = parts.path
        self._topic = _TOPIC.match(path)
        category = None if self._topic else _CATEGORY.match(path)
        self._list = category["path"] if category else None
        base = self._topic["base"] if self._topic else category["base"] if category else path.rstrip("/")
        self._base = f"{parts.scheme}://{parts.netloc}{base}"
        self._headers = {"Accept": "application/json", **_keys(config)}

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The newest posts, or the list or topic that the source is about."""
        if self._topic:
            return (self._open(self._topic["id"]),)
        if self._list:
            return (self._get(f"{self._list}.json", "list", conditional=True),)
        return (self._get("/posts.json", "newest", conditional=True, context={"n": "1"}),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Posts of any of the answers, and what is left to ask for."""
        answer = read_object(page, _MEND)
        if "latest_posts" in answer:
            return self._newest(page, answer, cursor)
        if "topic_list" in answer:
            return self._topics(page, answer, cursor)
        return self._stream(page, answer, cursor)

    def _get(self, path: str, tag: str, *, conditional: bool = False, context: dict[str, str] | None = None) -> Request:
        return Request(
            url=self._base + path, headers=self._headers, tag=tag, context=context or {}, conditional=conditional
        )

    def _open(self, topic: str) -> Request:
        return self._get(f"/t/{topic}.json", "topic", context={"topic": topic})

    def _newest(self, page: Page, answer: Object, cursor: Cursor) -> Parsed:
        """A page of newest posts; walks on until ids that are known, or older than wanted."""
        found = list(objects(answer.get("latest_posts")))
        ids = [number for one in found if (number := number_at(one, "id")) is not None]
        posts, gone = self._posts(page, found)
        context = page.request.context
        top = max([int(context.get("top", "0")), *ids])
        step = int(context.get("n", "1"))
        if ids and self._walks_on(min(ids), posts, step, cursor):
            kept = {"top": str(top), "n": str(step + 1)}
            follow = (self._get(f"/posts.json?before={min(ids)}", "newest", context=kept),)
            return Parsed(posts=posts, gone=gone, follow=follow, marks={"newest": str(top)})
        return Parsed(posts=posts, gone=gone, marks={"newest": str(top)} if top else {})

    def _walks_on(self, lowest: int, posts: tuple[Post, ...], step: int, cursor: Cursor) -> bool:
        known = int(cursor.get("newest", "0"))
        since = self._config.since
        if known:
            return lowest > known - CHUNK  # a post may have been approved late
        if since:
            return all(post.published_at is None or post.published_at >= since for post in posts)
        return step < (self._config.max_pages or FIRST_WALK)

    def _topics(self, page: Page, answer: Object, cursor: Cursor) -> Parsed:
        """The topics of a list that moved, and its next page while any did."""
        follow: list[Request] = []
        marks: dict[str, str | None] = {}
        for one in objects(inner(answer, "topic_list").get("topics")):
            topic, mark = (
                text_at(one, "id"),
                f"{one.get('posts_count')}|{one.get('last_posted_at')}|{one.get('bumped_at')}",
            )
            if topic and cursor.get(f"t:{topic}") != mark and not self._old(one, page):
                marks[f"t:{topic}"] = mark
                follow.append(self._open(topic))
        number = int(page.request.context.get("n", "1"))
        if (
            follow
            and inner(answer, "topic_list").get("more_topics_url")
            and number < (self._config.max_pages or FIRST_WALK)
        ):
            further = f"{self._list or '/latest'}.json?page={number}"
            follow.append(self._get(further, "list", context={"n": str(number + 1)}))
        return Parsed(follow=tuple(follow), marks=marks)

    def _old(self, topic: Object, page: Page) -> bool:
        last = parse_date(text_at(topic, "last_posted_at"), now=page.fetched_at)
        return bool(self._config.since and last and last < self._config.since)

    def _stream(self, page: Page, answer: Object, cursor: Cursor) -> Parsed:
        """Posts of a topic; those of its stream that the answer did not hold are asked for by id."""
        found = list(objects(inner(answer, "post_stream").get("posts")))
        topic = text_at(answer, "id") or page.request.context.get("topic", "")
        posts, gone = self._posts(page, found, title=text_at(answer, "title") or page.request.context.get("title"))
        stream = inner(answer, "post_stream").get("stream")
        ids = [number for number in stream if isinstance(number, int)] if isinstance(stream, list) else []
        here = {number_at(one, "id") for one in found}
        known = int(cursor.get(f"i:{topic}", "0"))
        missing = [number for number in ids if number not in here and number > known]
        chunks = [missing[at : at + CHUNK] for at in range(0, len(missing), CHUNK)]
        follow = tuple(self._chunk(topic, chunk, text_at(answer, "title")) for chunk in chunks)
        marks: dict[str, str | None] = {f"i:{topic}": str(max(ids))} if ids else {}
        return Parsed(posts=posts, gone=gone, follow=follow, marks=marks)

    def _chunk(self, topic: str, ids: Sequence[int], title: str | None) -> Request:
        query = "&".join(f"post_ids[]={number}" for number in ids)
        context = {"topic": topic} | ({"title": title} if title else {})
        return self._get(f"/t/{topic}/posts.json?{query}", "topic", context=context)

    def _posts(
        self, page: Page, found: Sequence[Object], title: str | None = None
    ) -> tuple[tuple[Post, ...], tuple[str, ...]]:
        """Posts of people, and the ids of those that were removed. Notices of the software are left out."""
        ids = {(one.get("topic_id"), one.get("post_number")): text_at(one, "id") for one in found}
        gone = tuple(str(one["id"]) for one in found if one.get("deleted_at") or one.get("user_deleted"))
        kept = [one for one in found if one.get("post_type", 1) == 1 and not one.get("hidden") and text_at(one, "id")]
        posts = [
            self._post(page, one, ids.get((one.get("topic_id"), one.get("reply_to_post_number"))), title)
            for one in kept
        ]
        return tuple(post for post in posts if post.native_id not in gone), gone

    def _post(self, page: Page, one: Object, parent: str | None, title: str | None) -> Post:
        body = html_body(text_at(one, "cooked"))
        topic, raw, name = text_at(one, "topic_id"), text_at(one, "created_at"), text_at(one, "username")
        thread = f"{self._base}/t/{text_at(one, 'topic_slug') or '-'}/{topic}"
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=str(one["id"]),
            url=f"{thread}/{one.get('post_number', 1)}",
            text=body.text,
            quotes=body.quotes,
            seen_at=utc(page.fetched_at),
            thread_id=topic,
            thread_title=text_at(one, "topic_title") or title,
            thread_url=thread,
            parent_id=parent,
            author=name,
            author_id=text_at(one, "user_id"),
            author_url=f"{self._base}/u/{name}" if name else None,
            published_at=parse_date(raw, now=page.fetched_at, zone="UTC"),
            published_raw=raw,
        )


def _keys(config: SourceConfig) -> dict[str, str]:
    key, user = config.options.get("api_key"), config.options.get("api_username")
    return {"Api-Key": str(key), "Api-Username": str(user or "system")} if key else {}
