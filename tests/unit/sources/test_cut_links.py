"""Addresses that boards show cut short."""

import pytest

from sources.cut_links import typed
from tests.unit.sources.test_boards import answer, make

LONG = "https://www.okna.example/realizacje/2026/listopad/montaz-okien-dachowych.html?etap=3"


@pytest.mark.parametrize(
    ("shown", "target", "wanted"),
    [
        ("https://www.okna.example/realizacje/202 ... ml?etap=3", LONG, LONG),
        ("https://www.okna.example/realizacje/2026...tml?etap=3", LONG, LONG),
        ("https://www.okna.example/realizacje/202 … ml?etap=3", LONG, LONG),
        ("https://www.okna.example/realizacje/2…", LONG, LONG),
        ("www.okna.example/realizacje/202...ml?etap=3", LONG, LONG.removeprefix("https://")),
        ("https://okna.example/żaluzje/w…", "https://okna.example/%C5%BCaluzje/we", "https://okna.example/żaluzje/we"),
        ("okna.example/ofe...ta-zimowa", "http://okna.example/oferta-zimowa/", "okna.example/oferta-zimowa"),
        ("czytaj dalej...", LONG, None),
        ("https://inne.example/...", LONG, None),
        ("https://www.okna.example/", LONG, None),
        ("https://okna.example/...", "https://okna.example/", None),
        ("...", LONG, None),
    ],
)
def test_a_cut_address_is_known_by_where_it_leads(shown: str, target: str, wanted: str | None) -> None:
    assert typed(shown, target) == wanted


POSTS = {
    "phpbb": '<div id="p5" class="post"><p class="author"><a class="username" href="u">ola</a> '
    '<time datetime="2026-11-20T10:00:00+00:00">x</time></p><div class="content">{}</div></div>',
    "mybb": '<div class="post" id="post_5"><div class="post_content"><span class="post_date">20-11-2026, 10:00 AM'
    '</span><div class="post_body" id="pid_5">{}</div></div></div>',
    "fluxbb": '<div class="blockpost" id="p5"><h2><a href="viewtopic.php?pid=5#p5">2026-11-20 10:00:00</a></h2>'
    '<div class="postmsg"><p>{}</p></div></div>',
}


@pytest.mark.parametrize("kind", POSTS)
def test_every_board_kind_writes_them_out(kind: str) -> None:
    url = "https://f.example/viewtopic.php?t=5" if kind != "mybb" else "https://f.example/showthread.php?tid=5"
    words = f'Tu: <a href="{LONG}" class="postlink">{LONG[:39]} ... {LONG[-10:]}</a>, polecam...'
    page = answer(url, f"<html><body id=phpbb>{POSTS[kind].format(words)}</body></html>".encode())
    (post,) = make(kind, url).parse(page, {}).posts
    assert post.text == f"Tu: {LONG}, polecam..."
