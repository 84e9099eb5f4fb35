"""Discourse's feed of the newest posts, for boards that keep their JSON from guests."""

import re
from collections.abc import Iterator, Sequence

from sources.feed_items import Item
from sources.payload import Object

_ID = re.compile(r"-post-(?P<id>\d+)$")
_LINK = re.compile(r"/t/(?P<slug>[^/]+)/(?P<topic>\d+)(?:/(?P<number>\d+))?")


def of_items(items: Sequence[Item]) -> Iterator[Object]:
    """Entries of the feed of posts, as the JSON would have them."""
    for item in items:
        own, link = _ID.search(item.id), _LINK.search(item.link)
        if own and link:
            yield {
                "id": int(own["id"]),
                "topic_id": int(link["topic"]),
                "topic_slug": link["slug"],
                "topic_title": item.title,
                "post_number": int(link["number"] or 1),
                "username": item.author.lstrip("@").partition(" ")[0],
                "created_at": item.published_raw,
                "cooked": item.html,
            }
