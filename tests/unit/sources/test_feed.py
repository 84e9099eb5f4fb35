"""The source feed on feeds of every format and state of health."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.errors import ConfigError, ParseError
from listener.protocols import Page, Parsed, Request, SourceConfig
from sources.feed import Feed
from tests.unit.sources.recorded import DATA, expected, page, said

FEEDS = sorted(path for path in (DATA / "feed").iterdir() if path.suffix in (".xml", ".txt"))
CONFIG = SourceConfig(name="blog", kind="feed", url="https://example.org/feed/")


def read(
    name: str, cursor: dict[str, str] | None = None, request: Request | None = None, config: SourceConfig = CONFIG
) -> Parsed:
    return Feed(config).parse(page(DATA / "feed" / name, request), cursor or {})


def parse(body: bytes, content_type: str = "application/rss+xml") -> Parsed:
    request = Request(url=CONFIG.url, tag="feed")
    now = datetime(2026, 3, 10, 12, tzinfo=UTC)
    headers = {"content-type": content_type}
    return Feed(CONFIG).parse(
        Page(url=CONFIG.url, status=200, headers=headers, body=body, fetched_at=now, request=request), {}
    )


@pytest.mark.parametrize("path", FEEDS, ids=lambda path: path.stem)
def test_posts_as_the_feed_tells_them(path: Path) -> None:
    wanted = expected(path)
    assert said(read(path.name).posts, wanted) == wanted


def test_the_feed_is_asked_for_with_its_validators() -> None:
    (request,) = Feed(CONFIG).requests({})
    assert (request.url, request.conditional) == (CONFIG.url, True)


@pytest.mark.parametrize(
    ("name", "hints"),
    [
        ("blog-rss20.xml", {"ttl_minutes": "30", "skip_hours": "2,3"}),
        ("old-rss091.xml", {"ttl_minutes": "120"}),
        ("board-atom.xml", {}),
    ],
)
def test_what_a_feed_says_of_its_own_rhythm(name: str, hints: dict[str, str]) -> None:
    assert read(name).hints == hints


def test_damage_is_told_and_survived() -> None:
    parsed = read("damaged-amp.xml")
    assert "not well-formed" in parsed.hints["damaged"]
    assert len(parsed.posts) == 2


# --- comment feeds --------------------------------------------------------------------------------------------


TALK = replace(CONFIG, options={"comments": True})


def test_comment_feeds_are_followed_on_request_where_there_are_new_comments() -> None:
    assert read("blog-rss20.xml").follow == ()
    (request,) = read("blog-rss20.xml", config=TALK).follow
    assert (request.tag, request.conditional) == ("comments", True)
    parsed = read("blog-comments.xml", request=request, config=TALK)
    (post,) = parsed.posts
    assert post.thread_title == "Okna Wintermann – test & wrażenia"
    assert post.thread_url == "https://example.org/2026/03/okna-wintermann/"
    assert parsed.marks == {f"c:{request.url}": "3"}
    assert (
        read("blog-rss20.xml", {name: value for name, value in parsed.marks.items() if value}, config=TALK).follow == ()
    )


def test_a_feed_behind_a_log_in() -> None:
    options = {"username": "ewa", "password": "tajne"}
    (request,) = Feed(replace(CONFIG, options=options)).requests({})
    assert request.headers["Authorization"] == "Basic ZXdhOnRham5l"
    assert "Authorization" not in Feed(CONFIG).requests({})[0].headers


def test_unknown_options_are_refused() -> None:
    with pytest.raises(ConfigError, match="coments"):
        Feed(replace(CONFIG, options={"coments": True}))


# --- older pages ----------------------------------------------------------------------------------------------


def test_the_newest_post_is_remembered() -> None:
    assert read("board-atom.xml").marks == {"newest": "2026-03-10T09:59:58+00:00"}
    assert read("board-atom.xml", {"newest": "2026-03-10T09:59:58+00:00"}).marks == {}


@pytest.mark.parametrize(
    ("newest", "since", "follows"),
    [
        (None, None, False),
        ("2026-03-09T23:30:00+00:00", None, False),
        ("2026-03-09T22:00:00+00:00", None, True),
        (None, datetime(2026, 1, 1, tzinfo=UTC), True),
        (None, datetime(2026, 3, 10, tzinfo=UTC), False),
    ],
)
def test_older_pages_are_read_as_far_as_something_is_missing(
    newest: str | None, since: datetime | None, follows: bool
) -> None:
    parsed = read("board-atom.xml", {"newest": newest} if newest else {}, config=replace(CONFIG, since=since))
    assert [request.url for request in parsed.follow] == (["https://example.org/feed?page=2"] if follows else [])


def test_an_older_page_moves_no_marks() -> None:
    assert read("board-atom.xml", {"newest": "2026-01-01T00:00:00+00:00"}, Request(url="x", tag="older")).marks == {}


def test_nothing_older_than_since_is_given() -> None:
    parsed = read("blog-rss20.xml", config=replace(CONFIG, since=datetime(2026, 3, 9, tzinfo=UTC)))
    assert [post.native_id for post in parsed.posts] == ["https://example.org/?p=101"]


# --- what is no feed ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"<!DOCTYPE html><html><head><title>x</title></head></html>", "web page"),
        (b"\xef\xbb\xbf  <HTML><body/></html>", "web page"),
        (b"", "not a feed"),
        (b"hello", "not a feed"),
        (b"/etc/hosts", "not a feed"),
        (b"http://127.0.0.1:1/", "not a feed"),
        (b'{"a": 1}', "not a JSON Feed"),
        (b'{"version": "https://jsonfeed.org/version/1.1", "items": [', "damaged JSON"),
        (b"{" + b'"a":{' * 5000, "damaged JSON"),
        (b"\x00\x01\x02\xff\xfe", "not a feed"),
    ],
)
def test_what_is_no_feed_is_told(body: bytes, says: str) -> None:
    with pytest.raises(ParseError, match=says) as caught:
        parse(body)
    assert caught.value.where == CONFIG.url
    assert "feed" in caught.value.mend


def test_an_empty_feed_is_a_feed() -> None:
    assert parse(b'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title></channel></rss>').posts == ()
    assert parse(b'{"version": "https://jsonfeed.org/version/1", "title": "x"}').posts == ()


# --- hostile and odd ------------------------------------------------------------------------------------------


def test_scripts_and_controls_do_not_come_through() -> None:
    (post,) = parse(
        b'<rss version="2.0"><channel><item><title>a&lt;script&gt;x&lt;/script&gt;b</title><guid>1</guid>'
        b"<author>&lt;a href=&quot;javascript:alert(1)&quot;&gt;zly&lt;/a&gt;</author>"
        b"<description>c&lt;script&gt;y&lt;/script&gt;d &amp;#0; e</description></item></channel></rss>"
    ).posts
    assert (post.text, post.thread_title, post.author, post.author_url) == ("cd \ufffd e", "ab", "zly", None)


def test_lone_surrogates_do_not_come_through() -> None:
    item = b'{"id": "\\ud800x", "content_text": "a\\udfff\\u0000b"}'
    body = b'{"version": "https://jsonfeed.org/version/1.1", "items": [' + item + b"]}"
    (post,) = parse(body, "application/json").posts
    f"{post.native_id}{post.text}".encode()


def test_ids_are_the_feeds_own_then_the_link_then_a_fingerprint() -> None:
    def ids(items: str) -> list[str]:
        body = f'<?xml version="1.0"?><rss version="2.0"><channel><title>x</title>{items}</channel></rss>'
        return [post.native_id for post in parse(body.encode()).posts]

    assert ids("<item><title>a</title><guid>17</guid><link>https://example.org/a</link></item>") == ["17"]
    assert ids("<item><title>a</title><link>https://example.org/a</link></item>") == ["https://example.org/a"]
    (one,) = ids("<item><title>a</title></item>")
    (other,) = ids("<item><title>b</title></item>")
    assert one.startswith("sha256:")
    assert one != other
    assert ids("<item/><item><title> </title></item>") == []


def test_a_thousand_namespaces_and_deep_nesting() -> None:
    names = " ".join(f'xmlns:n{n}="http://example.org/{n}"' for n in range(1000))
    deep = "<div>" * 3000 + "głęboko" + "</div>" * 3000
    item = f"<item><guid>1</guid><description><![CDATA[{deep}]]></description></item>"
    (post,) = parse(f'<rss version="2.0" {names}><channel>{item}</channel></rss>'.encode()).posts
    assert "głęboko" in post.text or post.text == ""


def test_entities_that_grow_are_not_grown() -> None:
    levels = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 9))
    item = "<item><guid>1</guid><title>&l8;</title></item>"
    bomb = f'<!DOCTYPE rss [<!ENTITY l0 "ha">{levels}]><rss version="2.0"><channel>{item}</channel></rss>'
    try:
        parsed = parse(bomb.encode())
    except ParseError:
        return
    assert all(len(post.text) < 10_000 for post in parsed.posts)


def test_files_are_not_read_through_entities(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("tajemnica")
    item = "<item><guid>1</guid><title>a&x;b</title></item>"
    body = f'<!DOCTYPE r [<!ENTITY x SYSTEM "{secret.as_uri()}">]><rss version="2.0"><channel>{item}</channel></rss>'
    assert all("tajemnica" not in post.text for post in parse(body.encode()).posts)


@pytest.mark.parametrize("name", ["blog-rss20.xml", "board-atom.xml", "items-jsonfeed.txt", "bare-iso-8859-2.xml"])
def test_every_cut_of_a_feed_is_read_or_refused(name: str) -> None:
    whole = page(DATA / "feed" / name)
    for end in range(0, len(whole.body), 61):
        try:
            Feed(CONFIG).parse(replace(whole, body=whole.body[:end]), {})
        except ParseError:
            continue


@given(
    st.binary(max_size=200)
    | st.text(max_size=80).map(lambda text: f"<rss><channel><item>{text}".encode(errors="replace"))
)
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        parse(body)
    except ParseError:
        return
