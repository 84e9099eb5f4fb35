"""The source spirit on pages recorded from a running board."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from listener.errors import ParseError
from listener.protocols import Page, Parsed, Request, SourceConfig
from sources.spirit import Spirit
from sources.spirit_marks import FORGET, TopicMark
from tests.unit.sources.recorded import DATA, expected, page, said

PAGES = DATA / "spirit"
ROOT = "http://127.0.0.1:8099/"
CONFIG = SourceConfig(name="forum", kind="spirit", url=ROOT)
LONG = "21"
"""The topic that the recording is about."""


def read(
    name: str, request: Request | None = None, cursor: dict[str, str] | None = None, config: SourceConfig = CONFIG
) -> Parsed:
    return Spirit(config).parse(page(PAGES / f"{name}.html", request), cursor or {})


def listed(cursor: dict[str, str], *, later: timedelta = timedelta(), name: str = "list") -> Parsed:
    """The recorded list as it would be read so much later, ages apart."""
    request = Request(
        url=ROOT, tag="list", context={"zone": "UTC"} if name == "list" else {"zone": "UTC", "further": "1"}
    )
    one = page(PAGES / f"{name}.html", request)
    return Spirit(CONFIG).parse(replace(one, fetched_at=one.fetched_at + later), cursor)


def topics(parsed: Parsed) -> list[str]:
    return [request.context["topic"] for request in parsed.follow if request.tag == "topic"]


def after_first_pass() -> dict[str, str]:
    """What the cursor holds once the list and all its topics are read."""
    parsed = listed({})
    marks = {name: value for name, value in parsed.marks.items() if value is not None}
    for request in parsed.follow:
        if request.tag == "topic":
            short = replace(page(PAGES / "topic.html", request), body=b'<div class="comments_list"></div>')
            found = Spirit(CONFIG).parse(short, {}).marks
            marks.update({name: value for name, value in found.items() if value is not None})
    return marks


@pytest.mark.parametrize("name", ["topic", "topic-2"])
def test_posts_as_they_stand(name: str) -> None:
    wanted = expected(PAGES / f"{name}.html")
    assert said(read(name, Request(url=ROOT, tag="topic", context={"topic": LONG})).posts, wanted) == wanted


def test_what_is_left_of_a_removed_comment_is_told_as_gone() -> None:
    assert read("topic").gone == () or set(read("topic").gone).isdisjoint(p.native_id for p in read("topic").posts)
    assert sum(len(read(name).gone) for name in ("topic", "topic-2")) == 1


def test_the_next_page_is_followed_and_knows_no_thread_to_bury() -> None:
    context = {"topic": LONG, "thread_id": LONG, "zone": "UTC"}
    (request,) = read("topic", Request(url=ROOT, tag="topic", context=context)).follow
    assert request.url.endswith("?page=2")
    assert request.context == {"topic": LONG, "zone": "UTC"}
    assert read("topic-2", request).follow == ()


def test_the_first_pass_walks_everything() -> None:
    parsed = listed({})
    assert len(topics(parsed)) == 20
    assert parsed.follow[-1].url == f"{ROOT}?page=2"
    assert listed({}, name="list-2").marks == {}
    assert len(topics(listed({}, name="list-2"))) == 1


def test_a_second_pass_asks_for_nothing() -> None:
    assert listed(after_first_pass()).follow == ()


def test_a_topic_that_grew_is_read_from_where_reading_ended() -> None:
    cursor = after_first_pass()
    known = TopicMark.read(cursor[f"t:{LONG}"])
    assert known is not None
    cursor[f"t:{LONG}"] = replace(known, count=known.count - 1, page=2).text()
    (request,) = listed(cursor).follow
    assert request.url.endswith("/?page=2")
    assert "thread_id" not in request.context
    assert request.context["read_at"] == known.at.isoformat()


def test_a_topic_that_shrank_is_read_in_full() -> None:
    cursor = after_first_pass()
    known = TopicMark.read(cursor[f"t:{LONG}"])
    assert known is not None
    cursor[f"t:{LONG}"] = replace(known, count=known.count + 3, page=2).text()
    (request,) = listed(cursor).follow
    assert "page=" not in request.url
    assert request.context["thread_id"] == LONG


def test_what_no_list_tells_of_is_left_to_the_turn_of_the_topic() -> None:
    assert topics(listed(after_first_pass(), later=timedelta(days=2))) == []
    request = Spirit(CONFIG).whole(LONG, f"{ROOT}topic/{LONG}/x/")
    assert (request.tag, request.context["thread_id"]) == ("topic", LONG)


def test_old_marks_are_dropped_and_their_topics_not_read_again() -> None:
    cursor = after_first_pass()
    dropped = {name for name, value in listed(cursor, later=FORGET * 10).marks.items() if value is None}
    assert len(dropped) == 19
    assert f"t:{LONG}" not in dropped
    left = {name: value for name, value in cursor.items() if name not in dropped}
    assert topics(listed(left, later=FORGET * 10)) == []


def test_a_damaged_mark_only_means_reading_again() -> None:
    cursor = after_first_pass() | {f"t:{LONG}": "nonsense"}
    assert topics(listed(cursor)) == [LONG]


def test_since_stops_the_walk() -> None:
    config = replace(CONFIG, since=datetime(2026, 6, 1, tzinfo=UTC))
    parsed = read("list", Request(url=ROOT, tag="list"), config=config)
    assert topics(parsed) == [LONG]
    assert all(request.tag == "topic" for request in parsed.follow)
    kept = read(
        "topic", Request(url=ROOT, tag="topic"), config=replace(CONFIG, since=datetime(2026, 10, 1, tzinfo=UTC))
    ).posts
    assert kept
    assert all(post.published_at and post.published_at.year == 2026 and post.published_at.month >= 10 for post in kept)


@pytest.mark.parametrize(("hours", "zone"), [(0, "UTC"), (1, "Europe/Warsaw"), (-5, "Etc/GMT+5"), (9, "Etc/GMT-9")])
def test_the_zone_of_the_board_is_found_where_ages_stand_beside_times(hours: int, zone: str) -> None:
    about = page(PAGES / "list.html", Request(url=ROOT, tag="list"))
    moved = replace(about, fetched_at=about.fetched_at - timedelta(hours=hours))
    assert Spirit(CONFIG).parse(moved, {}).marks["zone"] == zone


def test_one_topic_can_be_the_source() -> None:
    url = json.loads((PAGES / "topic.json").read_text())["url"]
    (request,) = Spirit(replace(CONFIG, url=url)).requests({})
    parsed = read("topic", request)
    assert (request.tag, len(parsed.posts) > 10, parsed.marks) == ("topic", True, {})


@pytest.mark.parametrize("tag", ["list", "topic"])
@pytest.mark.parametrize("body", [b"", b"<html><body>something else</body></html>", b"\xff\xfe\x00", b"<div>" * 20_000])
def test_other_pages_are_told_apart(body: bytes, tag: str) -> None:
    other = Page(
        url=ROOT,
        status=200,
        headers={},
        body=body,
        fetched_at=datetime(2026, 1, 1, tzinfo=UTC),
        request=Request(url=ROOT, tag=tag),
    )
    with pytest.raises(ParseError, match="django-spirit"):
        Spirit(CONFIG).parse(other, {})


def test_a_board_for_members_only_is_told() -> None:
    with pytest.raises(ParseError, match="log-in form"):
        read("login", Request(url=ROOT, tag="list"))


def test_every_cut_of_a_page_is_read_or_refused() -> None:
    whole = page(PAGES / "topic.html", Request(url=ROOT, tag="topic"))
    for end in range(0, len(whole.body), 997):
        try:
            Spirit(CONFIG).parse(replace(whole, body=whole.body[:end]), {})
        except ParseError:
            continue
