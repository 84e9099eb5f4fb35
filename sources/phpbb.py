"""phpBB 3.0 to 3.3 with prosilver or a theme made from it; older table themes by the engine-independent reader."""

from typing import ClassVar

from sources.board import Board, Layout


class PhpBB(Board):
    """Source kind `phpbb`: a board, a forum or a topic."""

    kind: ClassVar[str] = "phpbb"
    example: ClassVar[str] = "https://forum.example.org/viewforum.php?f=2"
    layout: ClassVar[Layout] = Layout(
        post="div.post[id^=p]",
        number=r"^p(\d+)$",
        body="div.content",
        author="dl.postprofile a.username, dl.postprofile a.username-coloured, dl.postprofile span.username, "
        "dl.postprofile span.username-coloured, p.author a.username, p.author a.username-coloured, "
        "p.author span.username, p.author strong",
        date="p.author time[datetime], p.author",
        permalink="p.author a[href*='#p'], h3 a[href*='#p']",
        title="h2.topic-title, h1.topic-title, #page-body h2",
        following="div.pagination li.next a, div.pagination li.arrow.next a, link[rel=next], a[rel=next]",
        thread=r"viewtopic\.php\?(?:[^#]*[&;])?t=(\d+)",
        forum=r"viewforum\.php\?(?:[^#]*[&;])?f=(\d+)",
        row="ul.topiclist.topics li.row",
        row_link="a.topictitle",
        row_count="dd.posts",
        row_last="dd.lastpost",
        forum_row="ul.topiclist.forums li.row",
        forum_link="a.forumtitle",
        clocks="dd.lastpost",
    )
