"""FluxBB 1.5 and PunBB 1.2, whose pages are alike."""

from typing import ClassVar

from sources.board import Board, Layout


class FluxBB(Board):
    """Source kind `fluxbb`: a board, a forum or a topic."""

    kind: ClassVar[str] = "fluxbb"
    example: ClassVar[str] = "https://forum.example.org/viewforum.php?id=2"
    later: ClassVar[tuple[str, str]] = (r"[&;]p=\d+", "")
    layout: ClassVar[Layout] = Layout(
        post="div.blockpost[id^=p], div.post[id^=p]",
        number=r"^p(\d+)$",
        body=".postright .postmsg, .postmsg, .entry-content",
        author=".postleft dt strong, .postleft dt a, .post-byline a, .post-byline strong, .username",
        date="h2 span a, h2 a, .post-link, .posthead a",
        permalink="h2 a[href*='pid='], h2 a[href*='#p'], a.permalink",
        title="#brdmain h1, #brdmain .crumbs li:last-child strong, ul.crumbs li:last-child, #brd-main h1, h1",
        following="p.pagelink a[rel=next], a[rel=next], link[rel=next]",
        thread=r"viewtopic\.php\?(?:[^#]*[&;])?id=(\d+)|/topic/(\d+)",
        forum=r"viewforum\.php\?(?:[^#]*[&;])?id=(\d+)|/forum/(\d+)",
        row="#vf tbody tr, .forum-forum .main-item, #vf .main-item",
        row_link=".tclcon a, .item-subject a",
        row_count="td.tc2, .info-replies",
        row_last="td.tcr, .info-lastpost",
        forum_row="#punindex tbody tr, #idx1 tbody tr, .blocktable tbody tr",
        forum_link="h3 a[href*='viewforum'], h3 a[href*='/forum/']",
        forum_count="td.tc2, td.tc3",
        forum_last="td.tcr",
        clocks="td.tcr a",
    )
