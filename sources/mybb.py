"""MyBB 1.8. Its feeds list new threads only, so the lists of threads are read; its dates are exact in a title only."""

from typing import ClassVar

from sources.board import Board, Layout


class MyBB(Board):
    """Source kind `mybb`: a board, a forum or a thread."""

    kind: ClassVar[str] = "mybb"
    example: ClassVar[str] = "https://forum.example.org/forumdisplay.php?fid=2"
    later: ClassVar[tuple[str, str]] = (r"-page-\d+(?=\.html)", "")
    layout: ClassVar[Layout] = Layout(
        post="div.post[id^=post_], table[id^=post_]",
        number=r"^post_(\d+)$",
        body=".post_body",
        author=".author_information .largetext a, .author_information .largetext, .author_information strong",
        date=".post_date",
        permalink=".post_head a[href*='pid']",
        title="title",
        following="a.pagination_next",
        thread=r"showthread\.php\?(?:[^#]*[&;])?tid=(\d+)|/thread-(\d+)",
        forum=r"forumdisplay\.php\?(?:[^#]*[&;])?fid=(\d+)|/forum-(\d+)",
        row="tr.inline_row",
        row_link="[id^=tid_] a, .subject_new a, .subject_old a",
        row_count="a[href*='whoposted']",
        row_last=".lastpost",
        forum_row="tr",
        forum_link="td > strong > a[href*='forumdisplay.php'], td > strong > a[href*='forum-']",
        forum_count="td[align=center]",
        forum_last="td:last-child span.smalltext",
        clocks="#current_time, .lastpost, .thread_start_datetime",
    )
