"""XenForo 1 and 2: every date and every post's number in an attribute."""

from collections.abc import Sequence
from typing import ClassVar

from listener.protocols import Cursor, Page, Parsed, Request, SourceConfig
from sources.board import Board, Layout
from sources.xenforo_api import XenForoApi


class XenForo(Board):
    """Source kind `xenforo`: a board, a forum or a thread. options: api_key, to read through the REST interface."""

    kind: ClassVar[str] = "xenforo"
    example: ClassVar[str] = "https://forum.example.org/forums/general.2/"
    later: ClassVar[tuple[str, str]] = (r"/(?:unread|latest|page-\d+|post-\d+)/?$", "/")
    layout: ClassVar[Layout] = Layout(
        post="article.message[data-content^=post-], li.message[id^=post-]",
        number=r"post-(\d+)$",
        number_in=("data-content", "id"),
        body=".message-body .bbWrapper, .message-content .bbWrapper, .messageText",
        author=".message-name .username, .message-name a, h3.userText .username, .messageUserBlock .username",
        date=".message-attribution-main time[datetime], .message-attribution time[datetime], .messageMeta .DateTime, "
        ".message-date time, header time[datetime], .DateTime, time.u-dt[datetime], .messageMeta",
        permalink="a[href*='/post-'], .messageMeta a.datePermalink, a[href*='#post-'], a[href*='posts/']",
        title="h1.p-title-value, .titleBar h1, h1",
        following="a.pageNav-jump--next, .PageNav a.text:last-of-type, link[rel=next]",
        thread=r"/threads/(?:[^/?#]*\.)?(\d+)(?:/|$|\?|#)",
        forum=r"/forums/(?:[^/?#]*\.)?(\d+)(?:/|$|\?|#)",
        row=".structItem--thread, li.discussionListItem",
        row_link=".structItem-title a[href*='threads/'], h3.title a.PreviewTooltip, h3.title a[href*='threads/']",
        row_count=".structItem-cell--meta dl:first-child dd, dl.major dd",
        row_last=".structItem-cell--latest, .lastPostInfo",
        forum_row=".node--forum, li.node.forum",
        forum_link=".node-title a, h3.nodeTitle a",
        forum_count=".node-meta dd, .nodeStats dd",
        forum_last=".node-extra, .nodeLastPost",
    )

    def __init__(self, config: SourceConfig) -> None:
        super().__init__(config)
        self._api = XenForoApi(config) if config.options.get("api_key") else None

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The configured page, or with a key what the interface has of it."""
        return self._api.requests(cursor) if self._api else super().requests(cursor)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Threads to follow out of a list, posts out of a thread."""
        return self._api.parse(page, cursor) if self._api else super().parse(page, cursor)

    def whole(self, thread_id: str, url: str) -> Request:
        """A thread from its first page on, by the way that the rest is read."""
        return self._api.whole(thread_id, url) if self._api else super().whole(thread_id, url)
