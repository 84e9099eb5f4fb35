"""Reddit through its Atom feeds, which is all that it gives without an approved client.

The feeds hold the newest 25 entries, answer few requests a minute, and never tell of edits and removals: a busy place
outruns them. The URL of a subreddit is read as its newest posts and newest comments.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlsplit

from listener.errors import ConfigError
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.feed import Feed

_PLACE = re.compile(r"^/(?P<kind>r|user|u)/(?P<name>[^/.]+)")
_ENTRY = re.compile(r"/comments/(?P<thread>\w+)/[^/]*/(?P<comment>\w+)?")
_BY = re.compile(r"^/?u/")


class Reddit(Feed):
    """Source kind `reddit`: a subreddit, a person, or one thread."""

    kind: ClassVar[str] = "reddit"
    abilities: ClassVar[frozenset[Ability]] = frozenset()
    example: ClassVar[str] = "https://www.reddit.com/r/Polska/"

    def __init__(self, config: SourceConfig) -> None:
        super().__init__(config)
        parts = urlsplit(config.url)
        place = _PLACE.match(parts.path)
        if place is None:
            raise ConfigError("not an address of a subreddit", where=config.name, mend=f"such as {self.example}")
        self._root = f"{parts.scheme}://{parts.netloc}"
        thread = _ENTRY.search(parts.path + "/")
        name = f"/{place['kind']}/{place['name']}"
        self._feeds = (
            (f"{name}/comments/{thread['thread']}/.rss",) if thread else (f"{name}/new.rss", f"{name}/comments.rss")
        )

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The newest posts and the newest comments."""
        return tuple(Request(url=self._root + path, tag="feed", conditional=True) for path in self._feeds)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Entries under the thread that they belong to."""
        parsed = super().parse(page, {})
        posts = []
        for post in parsed.posts:
            found = _ENTRY.search(post.url + "/")
            author = _BY.sub("", post.author) if post.author else None
            thread = found["thread"] if found else post.thread_id
            url = f"{self._root}/comments/{thread}" if found else post.thread_url
            text = re.sub(r"\s*submitted by\s+/?u/\S+\s+(?:to\s+\S+\s+)?\[link\]\s*\[comments\]\s*$", "", post.text)
            posts.append(
                replace(
                    post,
                    kind=self.kind,
                    thread_id=thread,
                    thread_url=url,
                    author=author,
                    text=text or post.thread_title or "",
                )
            )
        return Parsed(posts=tuple(posts), hints=parsed.hints, notes=parsed.notes)
