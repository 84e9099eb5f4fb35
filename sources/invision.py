"""Invision Community 4 and 5 (IPS). Feeds exist only where an administrator made them, so the lists are read."""

from collections.abc import Sequence
from typing import ClassVar

from listener.protocols import Cursor, Page, Parsed, Request, SourceConfig
from sources.board import Board, Layout
from sources.invision_api import InvisionApi


class Invision(Board):
    """Source kind `invision`: a community, a forum or a topic. options: api_key, to read through the REST interface."""

    kind: ClassVar[str] = "invision"
    example: ClassVar[str] = "https://forum.example.org/forum/2-general/"
    later: ClassVar[tuple[str, str]] = (r"[?&]do=\w+", "")
    layout: ClassVar[Layout] = Layout(
        post="article[id^=elComment_]",
        number=r"^elComment_(\d+)$",
        body="[data-role=commentContent]",
        author=".cAuthorPane_author a, .cAuthorPane_author, a.ipsUsername, .ipsEntry__username a, .ipsEntry__username",
        date=".ipsComment_meta time[datetime], .ipsEntry__date time[datetime], .ipsEntry__header "
        "time[datetime], time[datetime]",
        permalink="a[href*='findComment'], a[data-role=shareComment]",
        title="h1.ipsType_pageTitle, .ipsPageHeader__title, h1",
        following=".ipsPagination_next a, .ipsPagination__next a, link[rel=next]",
        thread=r"/topic/(\d+)",
        forum=r"/forum/(\d+)",
        row="li.ipsDataItem[data-rowid], li.ipsData__item[data-rowid]",
        row_link=".ipsDataItem_title a[href*='/topic/'], .ipsData__title a[href*='/topic/'], a[href*='/topic/']",
        row_count=".ipsDataItem_stats li:first-child .ipsDataItem_stats_number, .ipsData__stats li:first-child",
        row_last=".ipsDataItem_lastPoster, .ipsData__last",
        forum_row="[data-forumid]",
        forum_link=".ipsDataItem_title a[href*='/forum/'], .ipsData__title a[href*='/forum/'], a[href*='/forum/']",
        forum_count=".ipsDataItem_stats_number, .ipsData__stats",
        forum_last=".ipsDataItem_lastPoster, .ipsData__last",
    )

    def __init__(self, config: SourceConfig) -> None:
        super().__init__(config)
        self._api = InvisionApi(config) if config.options.get("api_key") else None

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The configured page, or with a key what the interface has of it."""
        return self._api.requests(cursor) if self._api else super().requests(cursor)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Threads to follow out of a list, posts out of a thread."""
        return self._api.parse(page, cursor) if self._api else super().parse(page, cursor)

    def whole(self, thread_id: str, url: str) -> Request:
        """A thread from its first page on, by the way that the rest is read."""
        return self._api.whole(thread_id, url) if self._api else super().whole(thread_id, url)
