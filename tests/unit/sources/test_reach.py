"""How far a post goes, as each place says it in the answers that are fetched anyway; nothing where it does not."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from listener.model import Reach
from listener.protocols import Page, Request, Source, SourceConfig
from listener.registry import source_class
from sources.facebook_posts import reach_of
from sources.payload import count_at, reach

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
AT = "2026-11-20T10:00:00Z"
URLS = {
    "mastodon": "https://mastodon.social/tags/okna",
    "bluesky": "https://bsky.app/search?q=okna",
    "youtube": "https://www.youtube.com/watch?v=abcdefghijk",
    "stackexchange": "https://pl.stackoverflow.com/questions/tagged/okna",
    "wykop": "https://wykop.pl/tag/okna",
    "discourse": "https://forum.example/latest",
    "hackernews": "https://news.ycombinator.com/",
    "nodebb": "https://forum.example/category/1",
}
OPTIONS: dict[str, dict[str, Any]] = {
    "bluesky": {"handle": "a.bsky.social", "password": "x"},
    "youtube": {"api_key": "k"},
    "wykop": {"key": "k", "secret": "s"},
}


def source(kind: str) -> Source:
    return source_class(kind)(SourceConfig(name="place", kind=kind, url=URLS[kind], options=OPTIONS.get(kind, {})))


def read(kind: str, *row: Any) -> Reach | None:
    """What the kind reads of one row of an answer."""
    page = Page(url=URLS[kind], status=200, headers={}, body=b"", fetched_at=NOW, request=Request(url=URLS[kind]))
    made = source(kind)._post(page, *row)  # type: ignore[attr-defined]
    assert made is not None
    found = made.reach
    assert found is None or isinstance(found, Reach)
    return found


TOOT = {"id": "1", "content": "<p>Okna</p>", "created_at": AT, "account": {"acct": "ola"}}
SKEET = {
    "uri": "at://did:plc:abc/app.bsky.feed.post/3k", "indexedAt": AT, "record": {"text": "Okna"},
    "author": {"did": "did:plc:abc", "handle": "ola.bsky.social"},
}  # fmt: skip
COMMENT = {"id": "Ugabc", "snippet": {"textOriginal": "Okna", "publishedAt": AT}}
HIT = {"objectID": "7", "comment_text": "Okna", "created_at_i": 1795000000}
TOPIC = {"id": 101, "topic_id": 7, "post_number": 1, "username": "ola", "created_at": AT, "cooked": "<p>Okna</p>"}
NODE = {"pid": 5, "content": "Okna", "uid": 3, "user": {}}


@pytest.mark.parametrize(
    ("kind", "row", "said", "expected"),
    [
        (
            "mastodon", (TOOT,),
            {"favourites_count": 3, "reblogs_count": 2, "replies_count": 0}, Reach(likes=3, shares=2, replies=0),
        ),
        ("bluesky", (SKEET,), {"likeCount": 4, "repostCount": 1, "replyCount": 2}, Reach(likes=4, shares=1, replies=2)),
        ("hackernews", (HIT,), {"points": 120, "num_comments": 40}, Reach(likes=120, replies=40)),
        (
            "discourse", (TOPIC, None, None),
            {"reads": 900, "reply_count": 3, "actions_summary": [{"id": 3, "count": 9}, {"id": 2, "count": 7}]},
            Reach(views=900, likes=7, replies=3),
        ),
        ("nodebb", (NODE, {"tid": 1, "mainPid": 5, "viewcount": 1240}), {"votes": -2}, Reach(views=1240, likes=-2)),
        ("nodebb", (NODE, {"tid": 1, "mainPid": 4, "viewcount": 1240}), {"votes": 2}, Reach(likes=2)),
    ],
)  # fmt: skip
def test_what_a_place_says(kind: str, row: tuple[Any, ...], said: dict[str, Any], expected: Reach) -> None:
    assert read(kind, row[0] | said, *row[1:]) == expected
    if kind != "nodebb":
        assert read(kind, *row) is None, "silence is no number"


def test_the_followers_of_who_wrote_it() -> None:
    assert read("mastodon", TOOT | {"account": {"acct": "ola", "followers_count": 40_000}}) == Reach(followers=40_000)


def test_youtube_counts_the_likes_of_a_comment() -> None:
    snippet = {"textOriginal": "Okna", "publishedAt": AT, "likeCount": 11}
    assert read("youtube", COMMENT | {"snippet": snippet}, "t", "abcdefghijk") == Reach(likes=11)


def test_facebook_counts_reactions_shares_likes_and_answers() -> None:
    post = {"reactions": {"data": [], "summary": {"total_count": 31}}, "shares": {"count": 4}}
    assert reach_of(post) == Reach(likes=31, shares=4)
    assert reach_of({"like_count": 2, "comment_count": 1}) == Reach(likes=2, replies=1)
    assert reach_of({"message": "Okna"}) is None


@pytest.mark.parametrize(
    ("value", "number"),
    [
        (7, 7),
        (-7, -7),
        ("12", 12),
        ("-3", -3),
        (0, 0),
        (True, None),
        (None, None),
        ("1k", None),
        (2.5, None),
        ([], None),
    ],
)
def test_numbers_are_read_with_care(value: object, number: int | None) -> None:
    assert count_at({"n": value}, "n") == number
    assert count_at({"n": 10**30}, "n") is None


def test_nothing_said_is_nothing() -> None:
    assert reach() is None
    assert reach(views=0) == Reach(views=0)
    assert not replace(Reach(views=0), views=None).known
