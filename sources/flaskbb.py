"""FlaskBB 2 and 3: no feed and no API, but every date in an attribute."""

from typing import ClassVar

from sources.board import Board, Layout


class FlaskBB(Board):
    """Source kind `flaskbb`: a board, a forum or a topic."""

    kind: ClassVar[str] = "flaskbb"
    example: ClassVar[str] = "https://forum.example.org/forum/1-general"
    layout: ClassVar[Layout] = Layout(
        post="div.post-row[id]",
        number=r"^(\d+)$",
        body=".post-content",
        author=".author-name a, .author-name",
        date=".post-meta time[datetime], .post-meta a",
        permalink=".post-meta a[href*='/post/']",
        title=".topic-header",
        following="ul.pagination li.active + li a, a[rel=next]",
        thread=r"/topic/(\d+)",
        forum=r"/forum/(\d+)",
        row=".forum-row",
        row_link=".topic-name a, a[href*='/topic/']",
        row_count=".topic-info + .topic-stats",
        row_last=".topic-last-post",
        forum_row=".category-row",
        forum_link=".forum-name a",
        forum_count=".forum-topics, .forum-posts",
        forum_last=".forum-last-post .last-post-title",
    )
