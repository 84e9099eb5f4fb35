"""The forum drawn as Discourse's JSON: the newest posts, the latest topics, and topics whose posts come in parts."""

import json
from typing import Any
from urllib.parse import parse_qs, urlsplit

from listener.protocols import Source, SourceConfig
from sources.discourse import Discourse
from tests.simulated.dialects import MESSAGES_A_PAGE, ROOT, topic_of
from tests.simulated.forum import Forum, Message, Topic

NEWEST = 50


class DiscourseBoard:
    """Drawn with the members that the kind looks for. A topic's first answer has its first posts and all their ids."""

    url = f"{ROOT}/"
    tells_all = False
    tells_removed = True

    def draw(self, forum: Forum, url: str) -> tuple[str, list[Message]]:
        """/posts.json?before=N, /latest.json, /t/ID.json, /t/ID/N.json, /t/ID/posts.json?post_ids[]=N or /t/x/ID."""
        parts = urlsplit(url)
        query, path = parse_qs(parts.query), parts.path.removesuffix(".json").split("/")[1:]
        if path == ["posts"]:
            return self._newest(forum, int(query.get("before", ["1000000"])[0]))
        if path == ["latest"]:
            return json.dumps({"topic_list": {"topics": [self._row(topic) for topic in forum.shown]}}), []
        if path[1] == "x":  # the page for people
            return topic_of(forum, path[2], url).title, []
        topic = topic_of(forum, path[1], url)
        shown = topic.shown
        if path[2:] == ["posts"]:
            wanted = [message for message in shown if str(message.id) in query["post_ids[]"]]
            return self._stream(topic, wanted, whole=False), wanted
        part = shown[-MESSAGES_A_PAGE:] if path[2:] else shown[:MESSAGES_A_PAGE]
        return self._stream(topic, part, whole=True), part

    def source(self, config: SourceConfig) -> Source:
        """The real kind."""
        return Discourse(config)

    def _newest(self, forum: Forum, before: int) -> tuple[str, list[Message]]:
        said = [(m, topic) for topic in forum.shown for m in topic.shown if m.id < before]
        said = sorted(said, key=lambda pair: pair[0].id, reverse=True)[:NEWEST]
        posts = [self._post(message, topic) for message, topic in said]
        return json.dumps({"latest_posts": posts}), [message for message, _ in said]

    def _row(self, topic: Topic) -> dict[str, Any]:
        last = topic.shown[-1]
        at = last.at.isoformat()
        return {"id": topic.id, "last_posted_at": at, "bumped_at": at, "highest_post_number": last.id}

    def _stream(self, topic: Topic, part: list[Message], *, whole: bool) -> str:
        stream: dict[str, Any] = {"posts": [self._post(message, topic) for message in part]}
        if whole:
            stream["stream"] = [message.id for message in topic.shown]
        return json.dumps({"id": topic.id, "title": topic.title, "post_stream": stream})

    def _post(self, message: Message, topic: Topic) -> dict[str, Any]:
        return {
            "id": message.id,
            "topic_id": topic.id,
            "topic_slug": "x",
            "post_number": message.id,
            "username": message.author,
            "created_at": message.at.isoformat(),
            "cooked": f"<p>{message.text}</p>",
            "post_type": 1,
        }
