"""phpBB 3.0 to 3.3: prosilver and its kin, table themes like subsilver2, and the Atom feed as a cheap look."""

from collections.abc import Mapping, Sequence
from typing import ClassVar

from listener.protocols import Cursor, Page, Parsed, Request
from sources.board import Board, Layout
from sources.layout import View
from sources.phpbb_feed import look, marks_of_list, read_look
from sources.thread import next_page


class PhpBB(Board):
    """Source kind `phpbb`: a board, a forum or a topic."""

    kind: ClassVar[str] = "phpbb"
    example: ClassVar[str] = "https://forum.example.org/viewforum.php?f=2"
    layout: ClassVar[Layout] = Layout(
        post="div.post[id^=p], table.tablebg:has(a[name^=p]):has(.postbody)",
        number=r"^p(\d+)$",
        number_in=("id", "name"),
        number_at="a[name^=p]",
        body="div.content, .postbody",
        author="dl.postprofile a.username, dl.postprofile a.username-coloured, dl.postprofile span.username, "
        "dl.postprofile span.username-coloured, p.author a.username, p.author a.username-coloured, "
        "p.author span.username, p.author strong, .postauthor",
        date="p.author time[datetime], p.author, td.gensmall div[style*=right]",
        permalink="p.author a[href*='#p'], h3 a[href*='#p'], td.gensmall a[href*='#p']",
        title="h2.topic-title, h1.topic-title, #page-body h2, #pageheader h2",
        following="div.pagination li.next a, div.pagination li.arrow.next a, link[rel=next], a[rel=next]",
        thread=r"viewtopic\.php\?(?:[^#]*[&;])?t=(\d+)",
        forum=r"viewforum\.php\?(?:[^#]*[&;])?f=(\d+)",
        row="ul.topiclist.topics li.row, table.tablebg tr:has(> td > a.topictitle)",
        row_link="a.topictitle",
        row_count="dd.posts, td:has(p.topicauthor) + td p.topicdetails",
        row_last="dd.lastpost, td:last-child",
        forum_row="ul.topiclist.forums li.row, table.tablebg tr:has(> td > a.forumlink)",
        forum_link="a.forumtitle, a.forumlink",
        forum_count="dd.posts, td:has(> a.forumlink) + td, td:has(> a.forumlink) + td + td",
        clocks="dd.lastpost",
        frame="body#phpbb, #page-body, #wrapcentre",
    )

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The feed, where the board has one; else the configured page."""
        glance = look(cursor)
        return (glance,) if glance else super().requests(cursor)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """What the feed asks for; threads to follow out of a list; posts out of a thread."""
        if page.request.tag == "feed":
            return read_look(page, cursor, self._config.url)
        return super().parse(page, cursor)

    def next(self, view: View) -> str | None:
        """The page after this one; table themes tell it by its word alone."""
        found = super().next(view)
        if found is None and view.html.css_first("table.tablebg") is not None:
            return next_page(view.html, view.page.url)
        return found

    def beside(self, view: View, cursor: Cursor, *, moved: bool) -> Mapping[str, str | None]:
        """Where the feed is, as the configured list names it."""
        return {} if view.page.request.tag else marks_of_list(view, cursor, moved=moved)
