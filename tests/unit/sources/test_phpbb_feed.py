# ruff: noqa: E501 - pages stand on the lines that they are sent on
"""phpBB's Atom feed as the look that tells whether lists need to be walked."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import pytest

from listener.protocols import Page, Parsed, Request
from tests.unit.sources.recorded import DATA
from tests.unit.sources.test_boards import NOW, make, rows

ROOT = "https://forum.example.org/"
FEED = f"{ROOT}app.php/feed"
ATOM = (DATA / "phpbb" / "feed.xml").read_bytes()
HEAD = b'<link rel="alternate" type="application/atom+xml" href="/app.php/feed?sid=0123456789abcdef0123456789abcdef">'
LIST = HEAD + rows((1, 3, 30, 9))
BOARD = make("phpbb", ROOT)


def read(request: Request, body: bytes, cursor: Mapping[str, str], *, at: datetime = NOW, status: int = 200) -> Parsed:
    page = Page(url=request.url, status=status, headers={}, body=body, fetched_at=at, request=request)
    return BOARD.parse(page, cursor)


def kept(cursor: Mapping[str, str], parsed: Parsed) -> dict[str, str]:
    return {name: value for name, value in {**cursor, **parsed.marks}.items() if value}


def looked() -> dict[str, str]:
    """A cursor after the first walk of the lists and the first look."""
    cursor = kept({}, read(BOARD.requests({})[0], LIST, {}))
    return kept(cursor, read(BOARD.requests(cursor)[0], ATOM, cursor))


def test_a_board_that_names_its_feed_is_looked_at_through_it() -> None:
    assert [request.url for request in BOARD.requests({})] == [ROOT]
    asked = BOARD.requests(looked())
    assert [(request.url, request.optional) for request in asked] == [(FEED, True)]


def test_a_quiet_board_costs_one_request() -> None:
    cursor = looked()
    parsed = read(BOARD.requests(cursor)[0], ATOM, cursor)
    assert (parsed.follow, parsed.posts) == ((), ())


def test_neither_session_nor_statistics_are_news() -> None:
    cursor = looked()
    other = ATOM.replace(b"sid=0123456789abcdef0123456789abcdef", b"sid=ffffffffffffffffffffffffffffffff")
    other = other.replace(b"wczoraj, 19:40", b"21 lis 2026, 19:40")
    assert other != ATOM
    assert read(BOARD.requests(cursor)[0], other, cursor).follow == ()


@pytest.mark.parametrize("new", [b"p=14", b"p=15"])
def test_whatever_is_new_has_the_lists_walked(new: bytes) -> None:
    cursor = looked()
    parsed = read(BOARD.requests(cursor)[0], ATOM.replace(b"p=13", new), cursor)
    assert [request.url for request in parsed.follow] == [ROOT]


def test_a_feed_full_of_news_has_the_lists_walked() -> None:
    cursor = looked()
    overflown = ATOM.replace(b"p=1", b"p=9")
    assert [request.url for request in read(BOARD.requests(cursor)[0], overflown, cursor).follow] == [ROOT]


def test_an_edited_post_is_read_again() -> None:
    cursor = looked()
    parsed = read(BOARD.requests(cursor)[0], ATOM.replace(b"nadal cisza", b"wreszcie"), cursor)
    assert [request.url for request in parsed.follow] == [f"{ROOT}viewtopic.php?p=11#p11"]
    assert parsed.follow[0].tag == "thread"


def test_lists_are_walked_once_an_hour_all_the_same() -> None:
    cursor = looked()
    later = read(BOARD.requests(cursor)[0], ATOM, cursor, at=NOW + timedelta(hours=1))
    assert [request.url for request in later.follow] == [ROOT]
    quiet = read(later.follow[0], LIST, cursor | {"t:1": "3|https://f.example/"}, at=NOW + timedelta(hours=1))
    assert quiet.marks["feed"] is None, "the feed did not tell what the lists show"


@pytest.mark.parametrize(
    ("status", "body"), [(404, b"<p>The requested page could not be found.</p>"), (403, b""), (200, b"<html>")]
)
def test_a_feed_that_is_off_is_left_for_a_day(status: int, body: bytes) -> None:
    cursor = looked()
    parsed = read(BOARD.requests(cursor)[0], body, cursor, status=status)
    assert [request.url for request in parsed.follow] == [ROOT]
    cursor = kept(cursor, parsed)
    assert [request.url for request in BOARD.requests(cursor)] == [ROOT]
    assert "feed" not in kept(cursor, read(BOARD.requests(cursor)[0], LIST, cursor))
    again = read(BOARD.requests(cursor)[0], LIST, cursor, at=NOW + timedelta(days=1))
    assert again.marks["feed"] == FEED


@pytest.mark.parametrize(
    ("url", "head", "feed"),
    [
        (
            f"{ROOT}viewforum.php?f=2",
            "<link rel=alternate type=application/atom+xml href=./feed.php?f=2>",
            f"{ROOT}feed.php?f=2",
        ),
        (
            f"{ROOT}viewforum.php?f=2",
            "<link rel=alternate type=application/atom+xml href=/feed><link rel=alternate type=application/atom+xml href=/feed/forum/2>",
            f"{ROOT}feed/forum/2",
        ),
        (f"{ROOT}viewforum.php?f=2", "<link rel=alternate type=application/atom+xml href=/feed/forum/3>", None),
        (
            ROOT,
            "<link rel=alternate type=application/atom+xml href=/feed/topics><link rel=alternate type=application/atom+xml href=./feed.php>",
            f"{ROOT}feed.php",
        ),
        (ROOT, "<link rel=alternate type=application/atom+xml href=https://else.example/feed>", None),
    ],
)
def test_the_feed_is_the_one_of_what_is_configured(url: str, head: str, feed: str | None) -> None:
    page = Page(
        url=url,
        status=200,
        headers={},
        body=head.encode() + rows((1, 3, 30, 9)),
        fetched_at=NOW,
        request=Request(url=url),
    )
    assert make("phpbb", url).parse(page, {}).marks["feed"] == feed
