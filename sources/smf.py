"""Simple Machines Forum 2.0 and 2.1. Its links join their parts with ";" and carry PHPSESSID, which is left out."""

from typing import ClassVar

from sources.board import Board, Layout


class SMF(Board):
    """Source kind `smf`: a forum, a board of it, or a topic."""

    kind: ClassVar[str] = "smf"
    example: ClassVar[str] = "https://forum.example.org/index.php?board=2.0"
    later: ClassVar[tuple[str, str]] = (r"\btopic([=,])(\d+)\.\w+", r"topic\1\2.0")
    layout: ClassVar[Layout] = Layout(
        post="#forumposts div[id^=msg]:not([id*=_]), #forumposts > form > div:has(div.inner[id^=msg_])",
        number=r"^msg(\d+)$",
        body=".inner[data-msgid], .inner[id^=msg_], .post .inner, [id^=msg_]",
        author=".poster h4 a, .poster h4",
        date=".postinfo a.smalltext, .keyinfo .smalltext, .keyinfo .postinfo, .postinfo",
        permalink=".postinfo a.smalltext, .keyinfo h5 a, a[href*='#msg']",
        title="#display_head h2, h2.display_title, #forumposts h3.catbg, h2",
        following="a.nav_page:has(span.next_page), .pagelinks .current_page + a.nav_page, .pagelinks strong + "
        "a.navPages, "
        "link[rel=next]",
        thread=r"[?&;]topic=(\d+)|/topic,(\d+)",
        forum=r"[?&;]board=(\d+)|/board,(\d+)",
        row="#topic_container > div, #messageindex tbody tr",
        row_link="[id^=msg_] a[href*='topic'], .message_index_title a[href*='topic'], td.subject a[href*='topic']",
        row_count=".board_stats p, td.stats",
        row_last=".lastpost",
        forum_row="[id^=board_]",
        forum_link="a.subject, a.subject_title, .info a[href*='board']",
        forum_count=".board_stats, td.stats",
        forum_last=".lastpost",
        clocks=".lastpost",
    )
