"""vBulletin 3, 4 and 5. Its feeds list threads by their first post, so the lists of threads are read."""

from typing import ClassVar

from sources.board import Board, Layout


class VBulletin(Board):
    """Source kind `vbulletin`: a board, a forum or a thread."""

    kind: ClassVar[str] = "vbulletin"
    example: ClassVar[str] = "https://forum.example.org/forumdisplay.php?f=2"
    later: ClassVar[tuple[str, str]] = (r"/page-?\d+", "")
    layout: ClassVar[Layout] = Layout(
        post="#posts > li[id^=post_], table[id^=post], div[id^=post]:not([id*=_]), li.b-post[data-node-id], "
        "li[data-node-id].js-post",
        number=r"^(?:post_?)?(\d+)$",
        number_in=("id", "data-node-id"),
        body="[id^=post_message_] .postcontent, [id^=post_message_], .js-post__content-text",
        author=".username_container .username, .userinfo .username, a.bigusername, .bigusername, "
        "[itemprop=author] .author a, [itemprop=author] .author, .author a",
        date=".postdate, time[itemprop=dateCreated], td.thead, .thead .tcell",
        permalink="a.postcounter, a[id^=postcount], a.b-post__count, a[href*='#post']",
        title="#pagetitle .threadtitle, h1.main-title, h1, td.navbar strong, title",
        following="#pagination_top a[rel=next], .pagenav a[rel=next], a.js-pagenav-next-button, a[rel=next], "
        "link[rel=next]",
        thread=r"showthread\.php\?(?:[^#]*[&;])?t=(\d+)|showthread\.php[?/](\d+)|/threads?/(?:[^/?#]*/)*(\d+)-|"
        r"/(\d+)-[^/?#]+?(?:-\d+)?(?:\.html|/?$)|[-/]t(\d+)[-./]",
        forum=r"forumdisplay\.php\?(?:[^#]*[&;])?f=(\d+)|forumdisplay\.php[?/](\d+)|"
        r"/forums?/(?:[^/?#]*/)*(\d+)-|-f(\d+)",
        row="li.threadbit, tr:has(> td[id^=td_threadtitle_]), tr.topic-item",
        row_link="a.title, a[id^=thread_title_], a.topic-title",
        row_count=".threadstats li:first-child, a[onclick*=who], .posts-count",
        row_last=".threadlastpost, td:has(span.time), .lastpost",
        forum_row="li.forumbit_post, tr:has(> td[id^=f]), tr.forum-item",
        forum_link=".forumtitle a, a[href*=forumdisplay], a.forum-title",
        forum_count=".forumstats li",
        forum_last=".forumlastpost, td:has(span.time), .lastpost",
        clocks=".threadlastpost .time, .lastpostdate, .thread-date",
    )
