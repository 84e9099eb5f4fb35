# ruff: noqa: E501 - pages and answers stand on the lines that they are sent on
"""Boards read by their layout: a page of each engine, written for this."""

import importlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listener.errors import ParseError
from listener.protocols import Page, Request, SourceConfig
from sources.board import Board
from sources.thread import Thread
from tests.unit.sources.recorded import DATA, expected, page, said

KINDS = {
    "phpbb": "PhpBB",
    "mybb": "MyBB",
    "smf": "SMF",
    "xenforo": "XenForo",
    "vbulletin": "VBulletin",
    "invision": "Invision",
    "fluxbb": "FluxBB",
    "flaskbb": "FlaskBB",
}
PAGES = [path for kind in KINDS for path in sorted((DATA / kind).glob("thread*.html"))]
SHARED = Path(__file__).resolve().parents[4] / "shared" / "pages"
NOW = datetime.fromisoformat("2026-11-22T17:17:00+00:00")


def make(kind: str, url: str, zone: str = "Europe/Warsaw", **more: Any) -> Board:
    found = getattr(importlib.import_module(f"sources.{kind}"), KINDS[kind])
    board: Board = found(SourceConfig(name="forum", kind=kind, url=url, zone=zone, **more))
    return board


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_a_thread_is_read_as_it_stands(path: Path) -> None:
    recorded = page(path)
    parsed = make(path.parent.name, recorded.url).parse(recorded, {})
    assert said(parsed.posts, expected(path)) == expected(path)
    assert parsed.notes == ()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_engine_independent_reader_sees_the_same_posts(path: Path) -> None:
    recorded = page(path)
    posts = Thread(SourceConfig(name="forum", kind="thread", url=recorded.url)).parse(recorded, {}).posts
    wanted = [(one["author"], one["published_at"], one["text"]) for one in expected(path)]
    assert [
        (p.author, p.published_at and p.published_at.isoformat().replace("+00:00", "Z"), p.text) for p in posts
    ] == wanted


@pytest.mark.parametrize("path", [path for path in PAGES if "31" not in path.stem and path.parent.name != "vbulletin"])
def test_a_thread_with_more_pages_leads_on(path: Path) -> None:
    recorded = page(path)
    parsed = make(path.parent.name, recorded.url).parse(recorded, {})
    assert [request.tag for request in parsed.follow] == ["thread"]
    assert parsed.follow[0].url != recorded.url
    assert "sid=" not in parsed.follow[0].url


def test_the_last_page_says_where_reading_goes_on() -> None:
    recorded = page(DATA / "vbulletin" / "thread.html")
    marks = make("vbulletin", recorded.url).parse(recorded, {}).marks
    assert marks["at:41"] == recorded.url
    assert marks["all:41"] == recorded.fetched_at.isoformat()


def test_a_page_that_is_no_board_says_what_to_do() -> None:
    with pytest.raises(ParseError, match="neither posts nor a list that kind phpbb"):
        make("phpbb", "https://example.org/").parse(answer("https://example.org/", b"<p>Wkr\xc3\xb3tce</p>"), {})


def test_a_thread_that_lost_its_pages_is_read_from_its_first() -> None:
    request = Request(
        url="https://f.example/viewtopic.php?t=5&start=20",
        tag="thread",
        context={"resumed": "https://f.example/viewtopic.php?t=5"},
    )
    parsed = make("phpbb", "https://f.example/").parse(answer(request.url, b"<p>Brak</p>", request), {})
    assert [one.url for one in parsed.follow] == ["https://f.example/viewtopic.php?t=5"]
    assert "resumed" not in parsed.follow[0].context


def test_a_theme_without_the_layout_is_read_all_the_same() -> None:
    recorded = page(DATA / "mybb" / "thread.html")
    parsed = make("phpbb", "https://forum.example.org/").parse(recorded, {})
    assert [post.author for post in parsed.posts] == ["Anna", "marek1972", "obsługa"]
    assert parsed.notes == ("phpbb: read without its layout",)


def answer(url: str, body: bytes, request: Request | None = None) -> Page:
    return Page(url=url, status=200, headers={}, body=body, fetched_at=NOW, request=request or Request(url=url))


LIST = """<html><body id="phpbb"><ul class="topiclist topics">{rows}</ul>
<div class="pagination"><ul><li class="arrow next"><a rel="next" href="viewforum.php?f=2&start=25">n</a></li></ul></div></body></html>"""
ROW = """<li class="row"><dl><dt><a class="topictitle" href="viewtopic.php?t={t}&sid=0123456789abcdef0123456789abcdef">T</a></dt>
<dd class="posts">{n} <dfn>Odpowiedzi</dfn></dd><dd class="views">{views}</dd><dd class="lastpost"><span><a href="viewtopic.php?p={p}#p{p}">x</a>
<time datetime="2026-11-2{t}T10:00:00+00:00">x</time></span></dd></dl></li>"""


def rows(*told: tuple[int, int, int, int]) -> bytes:
    return LIST.format(rows="".join(ROW.format(t=t, n=n, p=p, views=views) for t, n, p, views in told)).encode()


def test_only_threads_that_moved_are_opened() -> None:
    board = make("phpbb", "https://f.example/viewforum.php?f=2")
    first = board.parse(answer("https://f.example/viewforum.php?f=2", rows((1, 3, 30, 9), (2, 4, 40, 9))), {})
    assert [request.tag for request in first.follow] == ["thread", "thread", "list"]
    cursor = {name: value for name, value in first.marks.items() if value}
    again = board.parse(answer("https://f.example/viewforum.php?f=2", rows((1, 3, 30, 77), (2, 4, 40, 88))), cursor)
    assert again.follow == ()
    moved = board.parse(answer("https://f.example/viewforum.php?f=2", rows((1, 3, 30, 9), (2, 5, 41, 9))), cursor)
    assert moved.follow[0].url == "https://f.example/viewtopic.php?t=2"
    assert [request.tag for request in moved.follow] == ["thread", "list"]


def test_reading_goes_on_where_it_ended_unless_that_is_long_ago() -> None:
    board = make("phpbb", "https://f.example/viewforum.php?f=2")
    at = {"at:1": "https://f.example/viewtopic.php?t=1&start=40", "all:1": (NOW - timedelta(hours=2)).isoformat()}
    fresh = board.parse(answer("https://f.example/viewforum.php?f=2", rows((1, 3, 30, 9))), at)
    assert fresh.follow[0].url == "https://f.example/viewtopic.php?t=1&start=40"
    old = board.parse(
        answer("https://f.example/viewforum.php?f=2", rows((1, 3, 30, 9))),
        at | {"all:1": (NOW - timedelta(days=2)).isoformat()},
    )
    assert old.follow[0].url == "https://f.example/viewtopic.php?t=1"


def test_a_thread_that_breaks_has_no_other_read_again() -> None:
    url = "https://f.example/viewforum.php?f=2"
    board = make("phpbb", url)
    both = rows((1, 3, 30, 9), (2, 4, 40, 9))
    opened = board.parse(answer(url, both), {}).follow[0]
    body = (DATA / "phpbb" / "thread.html").read_bytes()
    marks = board.parse(answer(opened.url, body, opened), {}).marks
    cursor = {name: value for name, value in marks.items() if value}
    again = board.parse(answer(url, both), cursor)
    assert [request.url for request in again.follow] == [
        "https://f.example/viewtopic.php?t=2",
        "https://f.example/viewforum.php?f=2&start=25",
    ]


def test_what_a_list_said_of_a_forum_holds_once_that_forum_was_walked() -> None:
    index = """<body id=phpbb><ul class="topiclist forums"><li class=row><dl><dt><a class=forumtitle href="viewforum.php?f=2">
F</a></dt><dd class=posts>4</dd><dd class=lastpost><a href="viewtopic.php?p=9#p9">x</a></dd></dl></li></ul></body>"""
    board = make("phpbb", "https://f.example/")
    first = board.parse(answer("https://f.example/", index.encode()), {})
    assert "f:2" not in first.marks
    walked = board.parse(answer(first.follow[0].url, rows((1, 3, 30, 9)), first.follow[0]), {})
    said = {"f:2": walked.marks["f:2"] or ""}
    assert board.parse(answer("https://f.example/", index.encode()), said).follow == ()


def test_a_forum_in_which_nobody_wrote_yet_is_empty() -> None:
    page = "<body id=phpbb><div id=page-body><h2>F</h2><strong>{}</strong></div></body>"
    board = make("phpbb", "https://f.example/viewforum.php?f=2")
    for words in ("There are no topics or posts in this forum.", "W tym dziale nie ma żadnych wątków ani postów."):
        assert board.parse(answer("https://f.example/viewforum.php?f=2", page.format(words).encode()), {}).follow == ()
    with pytest.raises(ParseError):
        board.parse(answer("https://f.example/viewforum.php?f=2", page.format("Zaloguj się.").encode()), {})


def test_a_page_of_a_thread_that_is_refused_leads_to_its_first() -> None:
    first = "https://f.example/viewtopic.php?t=5"
    request = Request(url=f"{first}&start=20", tag="thread", context={"resumed": first}, optional=True)
    gone = Page(url=request.url, status=404, headers={}, body=b"<p>?</p>", fetched_at=NOW, request=request)
    assert [one.url for one in make("phpbb", "https://f.example/").parse(gone, {}).follow] == [first]


def test_a_list_of_a_table_theme_is_read() -> None:
    recorded = page(DATA / "phpbb" / "forum-subsilver2.html")
    board = make("phpbb", recorded.url)
    parsed = board.parse(recorded, {})
    assert [request.url for request in parsed.follow] == [
        "https://forum.example.org/viewtopic.php?f=2&t=5",
        "https://forum.example.org/viewtopic.php?f=2&t=6",
        "https://forum.example.org/viewforum.php?f=2&start=25",
    ]
    seen = recorded.body.replace(b">77<", b">78<")
    assert board.parse(answer(recorded.url, seen), {k: v for k, v in parsed.marks.items() if v}).follow == ()


def test_threads_silent_since_before_the_wanted_time_are_left() -> None:
    since = datetime.fromisoformat("2026-11-22T00:00:00+00:00")
    board = make("phpbb", "https://f.example/viewforum.php?f=2", since=since)
    parsed = board.parse(answer("https://f.example/viewforum.php?f=2", rows((1, 3, 30, 9), (2, 4, 40, 9))), {})
    assert [request.url for request in parsed.follow if request.tag == "thread"] == [
        "https://f.example/viewtopic.php?t=2"
    ]
