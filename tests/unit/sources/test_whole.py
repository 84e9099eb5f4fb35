"""Threads read whole again: what is asked for, and which part of its thread a page says it is."""

import pytest

from listener.protocols import Page, Request, Rereads, Source, ThreadPart
from sources.board import Board
from sources.discourse import Discourse
from sources.flarum import Flarum
from sources.nodebb import NodeBB
from tests.unit.sources.test_apis import DISCOURSE_FEED, config, discourse_post, give, nodebb_topic
from tests.unit.sources.test_board_apis import Engine, both
from tests.unit.sources.test_boards import answer, make


def asked(source: Source, thread: str, url: str) -> Request:
    assert isinstance(source, Rereads)
    request = source.whole(thread, url)
    assert request.context["thread_id"] == thread
    return request


def test_discourse_names_all_posts_of_a_topic_and_reads_every_one() -> None:
    source = Discourse(config("discourse", "https://d.example/"))
    request = asked(source, "7", "https://d.example/t/okna/7")
    stream = {"id": 7, "post_stream": {"posts": [discourse_post(101)], "stream": [101, 102, 105]}}
    parsed = give(source, stream, request, {"newest": "105"})
    assert parsed.thread == ThreadPart(id="7", first=True, last=True, standing=("101", "102", "105"))
    assert [one.url for one in parsed.follow] == ["https://d.example/t/7/posts.json?post_ids[]=102&post_ids[]=105"]
    assert "thread_id" not in parsed.follow[0].context, "an answer that is no more does not mean that the topic is"
    assert parsed.marks == {}


def test_topics_of_a_closed_discourse_are_not_asked_for() -> None:
    source = Discourse(config("discourse", "https://d.example/"))
    parsed = give(source, DISCOURSE_FEED.encode(), Request(url="https://d.example/posts.rss", tag="feed"))
    assert parsed.posts
    assert parsed.thread == ThreadPart(id="", first=False, last=False)


def test_nodebb_reads_a_topic_from_its_first_page_under_its_new_name_too() -> None:
    source = NodeBB(config("nodebb", "https://n.example/forum/"))
    request = asked(source, "4", "https://n.example/forum/topic/4/okna")
    assert request.url == "https://n.example/forum/api/topic/4/okna?page=1"
    (renamed,) = give(source, b'"/topic/4/drzwi"', request).follow
    assert renamed.url == "https://n.example/forum/api/topic/4/drzwi?page=1"
    assert give(source, b'"/topic/4/okna"', request).follow == (), "no going round in circles"
    assert give(source, nodebb_topic(), request).thread == ThreadPart(id="4", first=False, last=False)
    ended = nodebb_topic(pagination={"currentPage": 1, "next": {"page": 1, "active": False}})
    assert give(source, ended, request).thread == ThreadPart(id="4", first=True, last=True)


def test_flarum_knows_that_a_discussion_without_posts_is_gone() -> None:
    source = Flarum(config("flarum", "https://f.example/"))
    request = asked(source, "5", "https://f.example/d/5")
    assert give(source, {"data": []}, request).hints == {"thread_gone": "5"}
    post = {"id": "21", "attributes": {"contentType": "comment", "contentHtml": "<p>Wpis</p>"}}
    further = {"next": "https://f.example/api/posts?page[offset]=50"}
    first = give(source, {"data": [post], "links": further}, request)
    assert first.thread == ThreadPart(id="5", first=True, last=False)
    second = give(source, {"data": [post]}, first.follow[0])
    assert second.thread == ThreadPart(id="5", first=False, last=True)
    assert give(source, {"data": []}, first.follow[0]).hints == {}


@both
def test_boards_interfaces_read_a_thread_from_its_first_page(engine: Engine) -> None:
    source = engine.source()
    request = asked(source, "7", engine.thread)
    parsed = source.parse(engine.page("posts", request), {})
    assert parsed.thread == ThreadPart(id="7", first=True, last=True)
    assert "t:7" not in parsed.marks, "the list said nothing"


FIRST = '<div id="p5" class="post"><p class="author"><time datetime="2026-11-20T10:00:00+00:00">x</time></p>{}</div>'
CONTENT = '<div class="content">Wpis</div>'


def phpbb(url: str, request: Request, more: str = "") -> Page:
    return answer(url, f"<body id=phpbb>{FIRST.format(CONTENT)}{more}</body>".encode(), request)


def test_a_board_s_page_says_which_part_of_its_thread_it_is() -> None:
    board = make("phpbb", "https://f.example/")
    url = "https://f.example/viewtopic.php?t=5"
    request = asked(board, "5", url)
    assert board.parse(phpbb(url, request), {}).thread == ThreadPart(id="5", first=True, last=True)
    following = '<a rel="next" href="viewtopic.php?t=5&amp;start=10">n</a>'
    first = board.parse(phpbb(url, request, following), {})
    assert first.thread == ThreadPart(id="5", first=True, last=False)
    assert "thread_id" not in first.follow[0].context
    second = board.parse(phpbb(first.follow[0].url, first.follow[0]), {})
    assert second.thread == ThreadPart(id="5", first=False, last=True)


@pytest.mark.parametrize(
    ("url", "request_", "more"),
    [
        ("https://f.example/viewtopic.php?t=5&start=10", Request(url="x", tag="thread"), ""),
        ("https://f.example/viewtopic.php?t=5", Request(url="x", tag="thread", context={"resumed": "y"}), ""),
        ("https://f.example/viewtopic.php?p=7", Request(url="https://f.example/viewtopic.php?p=7"), ""),
        ("https://f.example/viewtopic.php?t=5", Request(url="x", tag="thread"), "<a rel=prev href=q>p</a>"),
    ],
    ids=["a later page", "where reading ended", "a link to a post", "something before it"],
)
def test_a_page_that_may_not_be_the_first_is_not_taken_for_it(url: str, request_: Request, more: str) -> None:
    page = phpbb(url, request_, '<h2 class="topic-title"><a href="viewtopic.php?t=5">T</a></h2>' + more)
    assert make("phpbb", "https://f.example/").parse(page, {}).thread == ThreadPart(id="5", first=False, last=True)


LATER = {
    "smf": ("https://f.example/index.php?topic=12.15", "https://f.example/index.php?topic=12.0"),
    "fluxbb": ("https://f.example/viewtopic.php?id=3&p=2", "https://f.example/viewtopic.php?id=3"),
    "mybb": ("https://f.example/thread-4-page-2.html", "https://f.example/thread-4.html"),
    "xenforo": ("https://f.example/threads/okna.4/unread", "https://f.example/threads/okna.4/"),
    "vbulletin": ("https://f.example/showthread.php?4-okna/page2", "https://f.example/showthread.php?4-okna"),
    "invision": ("https://f.example/topic/4-okna/?do=getNewComment", "https://f.example/topic/4-okna/"),
    "flaskbb": ("https://f.example/topic/4-okna?page=3", "https://f.example/topic/4-okna"),
}


@pytest.mark.parametrize("kind", LATER)
def test_the_first_page_of_a_thread_is_known_from_any_other(kind: str) -> None:
    board = make(kind, "https://f.example/")
    assert isinstance(board, Board)
    later, first = LATER[kind]
    assert (board.first_page(later), board.first_page(first)) == (first, first)
