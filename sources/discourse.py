"""Discourse through its JSON API. A board is read from its newest posts down; a topic or category as a whole.

Edits: the newest posts are seen with every answer that is not 304; an edit of a topic's last post bumps the topic
without a new post, and that post is then read again; a topic of a category is read whole again once a day where it
moves; and all known topics are, in their turn (`whole`). The first answer of a topic names all its posts, so those that
were removed are known by it.
Where a board keeps its JSON from guests and not its feed, the newest posts come from the feed, under the same ids.

Marks: "newest" is the highest post id that was read in a walk that reached known ground; "t:ID" what a list said of a
topic; "i:ID" the highest post id that was read in it, "w:ID" when it was last read whole; "b:ID" when it was last
posted in and when bumped. Private boards answer 403 to guests: they need an API key (options: api_key, api_username).
"""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import urlsplit

from listener.dates import parse_date
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig, ThreadPart
from sources.discourse_feed import of_items
from sources.feed_items import read_channel
from sources.payload import Object, count_at, html_body, inner, number_at, objects, reach, read_object, text_at
from sources.refusal import refusal

_TOPIC = re.compile(r"^(?P<base>.*?)/t/(?:[^/]+/)?(?P<id>\d+)(?:/|$)")
_CATEGORY = re.compile(r"^(?P<base>.*?)(?P<path>/(?:c|tag)/.+?)/?$")
_MEND = "open the address with .json added in a browser; a private board needs options.api_key and options.api_username"
CHUNK = 20
WHOLE_EVERY = timedelta(days=1)
_LIKE = 2
_CLOSED = frozenset({401, 403})
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
        newest = self._get("/posts.json", "newest", conditional=True, context={"n": "1"}, optional=True)
        bumped = self._get("/latest.json", "bumped", conditional=True, optional=True)
        return (newest, bumped) if "newest" in cursor else (newest,)

    def whole(self, thread_id: str, url: str) -> Request:
        """A topic with all its posts."""
        return self._get(f"/t/{thread_id}.json", "whole", context={"topic": thread_id, "thread_id": thread_id})

    def let_go(self, thread_id: str) -> Sequence[str]:
        """What was read of a topic of a category: when it moves after so long it is read whole."""
        return (f"i:{thread_id}", f"w:{thread_id}")

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Posts of any of the answers, and what is left to ask for."""
        if page.status >= 400:
            return self._refused(page)
        if page.request.tag == "feed":
            return self._of_feed(page)
        answer = read_object(page, _MEND)
        if page.request.tag == "bumped":
            return self._bumped(answer, cursor)
        if "latest_posts" in answer:
            return self._newest(page, answer, cursor)
        if "topic_list" in answer:
            return self._topics(page, answer, cursor)
        return self._stream(page, answer, cursor)

    def _get(
        self,
        path: str,
        tag: str,
        *,
        conditional: bool = False,
        context: dict[str, str] | None = None,
        optional: bool = False,
    ) -> Request:
        return Request(
            url=self._base + path,
            headers=self._headers,
            tag=tag,
            context=context or {},
            conditional=conditional,
            optional=optional,
        )

    def _open(self, topic: str) -> Request:
        return self._get(f"/t/{topic}.json", "topic", context={"topic": topic, "thread_id": topic})

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

    def _refused(self, page: Page) -> Parsed:
        """The JSON is closed to us. Without a key the feed may still be open; what is bumped only adds to the rest."""
        if page.request.tag == "bumped":
            return Parsed()
        if page.status not in _CLOSED or _keys(self._config):
            raise refusal(page, mend=_MEND)
        return Parsed(follow=(self._get("/posts.rss", "feed", conditional=True),))

    def _of_feed(self, page: Page) -> Parsed:
        """The newest posts as the feed has them: the ids are the same, the answered post is not told."""
        channel = read_channel(page.body, page.headers.get("content-type", ""), page.url)
        posts, gone = self._posts(page, list(of_items(channel.items)))
        closed = ThreadPart(id="", first=False, last=False)  # topics that cannot be read are not to be asked for
        return Parsed(posts=posts, gone=gone, thread=closed)

    def _bumped(self, answer: Object, cursor: Cursor) -> Parsed:
        """Topics that moved up without a new post: their last post was edited, and is read again."""
        follow: list[Request] = []
        marks: dict[str, str | None] = {}
        for one in objects(inner(answer, "topic_list").get("topics")):
            topic, posted, bumped = (text_at(one, name) for name in ("id", "last_posted_at", "bumped_at"))
            mark, known = f"{posted}|{bumped}", cursor.get(f"b:{topic}", "")
            if not topic or mark == known:
                continue
            marks[f"b:{topic}"] = mark
            last = number_at(one, "highest_post_number")
            if last and known.partition("|")[0] == posted:
                follow.append(self._get(f"/t/{topic}/{last}.json", "edited", context={"topic": topic}))
        return Parsed(follow=tuple(follow), marks=marks | self._let_go(answer, cursor))

    def _let_go(self, answer: Object, cursor: Cursor) -> dict[str, str | None]:
        """Marks of topics that left the first page: they come back with a bump, and are then met anew."""
        here = {f"b:{text_at(one, 'id')}" for one in objects(inner(answer, "topic_list").get("topics"))}
        return {name: None for name in cursor if name.startswith("b:") and name not in here} if here else {}

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
        if page.request.tag == "edited" or not ids:
            return Parsed(posts=posts, gone=gone)
        here = {number_at(one, "id") for one in found}
        known, last = int(cursor.get(f"i:{topic}", "0")), cursor.get(f"w:{topic}")
        whole = last is not None and datetime.fromisoformat(last) <= page.fetched_at - WHOLE_EVERY
        whole = whole or page.request.tag == "whole"
        known = 0 if whole else known
        missing = [number for number in ids if number not in here and number > known]
        chunks = [missing[at : at + CHUNK] for at in range(0, len(missing), CHUNK)]
        follow = tuple(self._chunk(topic, chunk, text_at(answer, "title")) for chunk in chunks)
        marks: dict[str, str | None] = {}
        if page.request.tag != "whole" or last is not None:  # a board's topics need no marks of their own
            marks[f"i:{topic}"] = str(max(ids))
            if whole or last is None:
                marks[f"w:{topic}"] = page.fetched_at.isoformat()
        part = ThreadPart(id=topic, first=True, last=True, standing=tuple(map(str, ids)))
        return Parsed(posts=posts, gone=gone, follow=follow, marks=marks, thread=part if not known else None)

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
            reach=reach(views=count_at(one, "reads"), likes=_likes(one), replies=count_at(one, "reply_count")),
        )


def _likes(one: Object) -> int | None:
    """Action 2 is a like; it is not listed where nobody liked."""
    actions = objects(one.get("actions_summary"))
    return next((count_at(action, "count") for action in actions if action.get("id") == _LIKE), None)


def _keys(config: SourceConfig) -> dict[str, str]:
    key, user = config.options.get("api_key"), config.options.get("api_username")
    return {"Api-Key": str(key), "Api-Username": str(user or "system")} if key else {}
