# ruff: noqa: E501 - pages and answers stand on the lines that they are sent on
"""Places read through their APIs, with answers of the shapes that their documentation gives."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from listener.errors import ConfigError, Failure, FetchError, ParseError
from listener.protocols import Page, Parsed, Request, Source, SourceConfig
from sources.discourse import Discourse
from sources.flarum import Flarum
from sources.hackernews import HackerNews
from sources.html import Html
from sources.nodebb import NodeBB
from sources.reddit import Reddit
from sources.wykop import Wykop

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)


def config(kind: str, url: str, **more: Any) -> SourceConfig:
    return SourceConfig(name="place", kind=kind, url=url, **more)


def give(source: Source, body: object, request: Request | None = None, cursor: dict[str, str] | None = None) -> Parsed:
    asked = request or source.requests(cursor or {})[0]
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return source.parse(
        Page(url=asked.url, status=200, headers={}, body=raw, fetched_at=NOW, request=asked), cursor or {}
    )


def discourse_post(number: int, **more: Any) -> dict[str, Any]:
    return {
        "id": number, "topic_id": 7, "post_number": number - 100, "reply_to_post_number": None, "username": "ola", "name": "Ola",
        "user_id": 3, "created_at": "2026-11-20T08:05:10.123Z", "cooked": f"<p>Wpis {number}</p>", "topic_slug": "okna",
        "topic_title": "Okna", "post_type": 1,
    } | more  # fmt: skip


def test_discourse_gives_posts_with_parents_and_leaves_notices() -> None:
    quote = '<aside class="quote" data-username="ola"><div class="title">ola:</div><blockquote><p>Wpis</p></blockquote></aside><p>Tak</p>'
    answer = {
        "latest_posts": [
            discourse_post(101),
            discourse_post(102, reply_to_post_number=1, cooked=quote),
            discourse_post(103, post_type=3),
            discourse_post(104, user_deleted=True),
        ]
    }
    parsed = give(Discourse(config("discourse", "https://d.example/", max_pages=1)), answer)
    first, second = parsed.posts
    assert (first.native_id, first.url, first.thread_title) == ("101", "https://d.example/t/okna/7/1", "Okna")
    assert first.published_at == datetime(2026, 11, 20, 8, 5, 10, tzinfo=UTC)
    assert (second.parent_id, second.text, second.quotes[0].author) == ("101", "Tak", "ola")
    assert parsed.gone == ("104",)
    assert parsed.marks == {"newest": "104"}


def test_discourse_walks_down_to_known_ground() -> None:
    source = Discourse(config("discourse", "https://d.example/forum/"))
    first = give(source, {"latest_posts": [discourse_post(n) for n in range(550, 500, -1)]}, cursor={"newest": "480"})
    assert [request.url for request in first.follow] == ["https://d.example/forum/posts.json?before=501"]
    second = give(
        source, {"latest_posts": [discourse_post(n) for n in range(500, 450, -1)]}, first.follow[0], {"newest": "480"}
    )
    assert (second.follow, second.marks) == ((), {"newest": "550"})


def test_discourse_asks_for_the_rest_of_a_topic_by_id() -> None:
    source = Discourse(config("discourse", "https://d.example/t/okna/7"))
    answer = {
        "id": 7,
        "title": "Okna",
        "post_stream": {"posts": [discourse_post(101, topic_title=None)], "stream": list(range(101, 146))},
    }
    parsed = give(source, answer)
    assert len(parsed.follow) == 3
    assert "post_ids[]=102&post_ids[]=103" in parsed.follow[0].url
    assert parsed.posts[0].thread_title == "Okna"
    assert give(source, answer, cursor={"i:7": "144"}).follow[0].url.endswith("post_ids[]=145")
    rest = give(source, {"post_stream": {"posts": [discourse_post(102, topic_title=None)]}}, parsed.follow[0])
    assert rest.posts[0].thread_title == "Okna"


def test_discourse_opens_topics_of_a_category_that_moved() -> None:
    source = Discourse(config("discourse", "https://d.example/c/pomoc/5"))
    answer = {
        "topic_list": {
            "topics": [{"id": 7, "posts_count": 3, "last_posted_at": "2026-11-20T08:00:00Z"}],
            "more_topics_url": "/x",
        }
    }
    first = give(source, answer)
    assert [request.url for request in first.follow] == [
        "https://d.example/t/7.json",
        "https://d.example/c/pomoc/5.json?page=1",
    ]
    assert give(source, answer, cursor={k: v for k, v in first.marks.items() if v}).follow == ()


def topic_list(*topics: dict[str, Any]) -> dict[str, Any]:
    return {"topic_list": {"topics": list(topics)}}


def test_discourse_reads_again_what_was_edited_at_the_end_of_a_topic() -> None:
    source = Discourse(config("discourse", "https://d.example/"))
    known = {"newest": "150", "b:7": "2026-11-20T08:00:00.000Z|2026-11-20T08:00:00.000Z", "b:9": "x|x"}
    newest, bumped = source.requests(known)
    assert (newest.url, bumped.url) == ("https://d.example/posts.json", "https://d.example/latest.json")
    edited = {
        "id": 7,
        "last_posted_at": "2026-11-20T08:00:00.000Z",
        "bumped_at": "2026-11-22T10:00:00.000Z",
        "highest_post_number": 44,
    }
    fresh = {
        "id": 8,
        "last_posted_at": "2026-11-22T11:00:00.000Z",
        "bumped_at": "2026-11-22T11:00:00.000Z",
        "highest_post_number": 2,
    }
    parsed = give(source, topic_list(edited, fresh), bumped, known)
    assert [one.url for one in parsed.follow] == ["https://d.example/t/7/44.json"]
    assert parsed.marks == {
        "b:7": "2026-11-20T08:00:00.000Z|2026-11-22T10:00:00.000Z",
        "b:8": "2026-11-22T11:00:00.000Z|2026-11-22T11:00:00.000Z",
        "b:9": None,
    }
    stream = {
        "id": 7,
        "title": "Okna",
        "post_stream": {"posts": [discourse_post(144, cooked="<p>Poprawione</p>")], "stream": list(range(101, 145))},
    }
    again = give(source, stream, parsed.follow[0], known)
    assert ([(post.native_id, post.text) for post in again.posts], again.follow, again.marks) == (
        [("144", "Poprawione")],
        (),
        {},
    )


def test_discourse_reads_a_topic_that_moves_whole_once_a_day() -> None:
    source = Discourse(config("discourse", "https://d.example/t/okna/7"))
    answer = {"id": 7, "post_stream": {"posts": [discourse_post(101)], "stream": list(range(101, 131))}}
    known = {"i:7": "130", "w:7": "2026-11-22T10:00:00+00:00"}
    assert give(source, answer, cursor=known).follow == ()
    yesterday = give(source, answer, cursor=known | {"w:7": "2026-11-21T10:00:00+00:00"})
    assert sum(one.url.count("post_ids[]=") for one in yesterday.follow) == 29
    assert yesterday.marks["w:7"] == NOW.isoformat()


DISCOURSE_FEED = """<?xml version="1.0" encoding="UTF-8" ?>
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>D</title><link>https://d.example</link>
<item><title>Okna &amp; drzwi</title><dc:creator><![CDATA[@ola Ola Nowak]]></dc:creator>
<description><![CDATA[ <p>Wpis 101</p> ]]></description><link>https://d.example/t/okna/7/1</link>
<pubDate>Fri, 20 Nov 2026 08:05:10 +0000</pubDate><guid isPermaLink="false">d.example-post-101</guid></item>
</channel></rss>"""


def test_discourse_takes_the_feed_where_the_json_is_closed() -> None:
    source = Discourse(config("discourse", "https://d.example/"))
    (asked,) = source.requests({})
    closed = Page(url=asked.url, status=403, headers={}, body=b"", fetched_at=NOW, request=asked)
    (instead,) = source.parse(closed, {}).follow
    assert instead.url == "https://d.example/posts.rss"
    (post,) = give(source, DISCOURSE_FEED.encode(), instead).posts
    (same,) = give(source, {"latest_posts": [discourse_post(101)]}, asked).posts
    assert (post.native_id, post.url, post.text, post.author) == (same.native_id, same.url, same.text, same.author)
    assert (post.thread_id, post.thread_title) == (same.thread_id, "Okna & drzwi")
    assert post.published_at == datetime(2026, 11, 20, 8, 5, 10, tzinfo=UTC)


def test_discourse_with_a_key_that_is_refused_says_so() -> None:
    source = Discourse(config("discourse", "https://d.example/", options={"api_key": "k"}))
    (asked,) = source.requests({})
    with pytest.raises(FetchError) as caught:
        source.parse(Page(url=asked.url, status=403, headers={}, body=b"", fetched_at=NOW, request=asked), {})
    assert caught.value.failure is Failure.BLOCKED
    bumped = source.requests({"newest": "1"})[1]
    assert (
        source.parse(Page(url=bumped.url, status=403, headers={}, body=b"", fetched_at=NOW, request=bumped), {})
        == Parsed()
    )


def test_discourse_sends_its_key_only_where_one_is_given() -> None:
    assert "Api-Key" not in Discourse(config("discourse", "https://d.example/")).requests({})[0].headers
    keyed = Discourse(config("discourse", "https://d.example/", options={"api_key": "k"})).requests({})[0]
    assert (keyed.headers["Api-Key"], keyed.headers["Api-Username"]) == ("k", "system")


def nodebb_topic(**more: Any) -> dict[str, Any]:
    post = {
        "pid": 9,
        "tid": 4,
        "toPid": "8",
        "uid": 2,
        "content": "<p>Wpis</p>",
        "timestampISO": "2026-11-20T08:05:10.000Z",
        "user": {"username": "ola", "displayname": "Ola", "userslug": "ola"},
    }
    return {
        "tid": 4,
        "slug": "4/okna",
        "title": "Okna",
        "posts": [post, post | {"pid": 10, "deleted": True}],
        "pagination": {"currentPage": 2, "next": {"page": 3, "active": True}},
    } | more


def test_nodebb_gives_posts_and_leads_on() -> None:
    source = NodeBB(config("nodebb", "https://n.example/topic/4/okna"))
    assert source.requests({})[0].url == "https://n.example/api/topic/4/okna"
    parsed = give(source, nodebb_topic())
    (post,) = parsed.posts
    assert (post.native_id, post.parent_id, post.author, post.url) == ("9", "8", "Ola", "https://n.example/post/9")
    assert parsed.gone == ("10",)
    assert parsed.follow[0].url == "https://n.example/api/topic/4/okna?page=3"
    assert give(source, nodebb_topic(pagination={"currentPage": 3, "next": {"page": 3, "active": False}})).marks == {
        "at:4": "3"
    }


def test_nodebb_opens_topics_that_moved_a_page_before_the_last() -> None:
    source = NodeBB(config("nodebb", "https://n.example/"))
    answer = {"topics": [{"tid": 4, "slug": "4/okna", "postcount": 44, "lastposttime": 1}], "pagination": {}}
    parsed = give(source, answer, cursor={"at:4": "3"})
    assert [request.url for request in parsed.follow] == ["https://n.example/api/topic/4/okna?page=2"]
    assert give(source, answer, cursor={"t:4": "44|1"}).follow == ()


def test_flarum_gives_comments_with_their_writers() -> None:
    source = Flarum(config("flarum", "https://f.example/d/5-okna"))
    answer = {
        "links": {"next": "https://f.example/api/posts?page[offset]=50"},
        "data": [
            {"type": "posts", "id": "21", "attributes": {"number": 2, "createdAt": "2026-11-20T08:05:10+00:00", "contentType": "comment", "contentHtml": "<p>Wpis</p>"}, "relationships": {"user": {"data": {"type": "users", "id": "3"}}}},
            {"type": "posts", "id": "22", "attributes": {"number": 3, "contentType": "discussionRenamed"}},
        ],
        "included": [{"type": "users", "id": "3", "attributes": {"username": "ola", "displayName": "Ola"}}, {"type": "discussions", "id": "5", "attributes": {"title": "Okna"}}],
    }  # fmt: skip
    parsed = give(source, answer)
    (post,) = parsed.posts
    assert (post.native_id, post.author, post.thread_title, post.url) == (
        "21",
        "Ola",
        "Okna",
        "https://f.example/d/5/2",
    )
    assert len(parsed.follow) == 1


def test_flarum_reads_on_from_what_it_knew() -> None:
    source = Flarum(config("flarum", "https://f.example/"))
    answer = {
        "data": [
            {
                "id": "5",
                "attributes": {"commentCount": 70, "lastPostNumber": 71, "lastPostedAt": "2026-11-20T08:00:00Z"},
            }
        ]
    }
    assert "page[offset]=50" in give(source, answer, cursor={"t:5": "60|61|2026-11-19T08:00:00Z"}).follow[0].url
    assert "page[offset]=0" in give(source, answer).follow[0].url


def hit(number: int, at: int) -> dict[str, Any]:
    return {
        "objectID": str(number),
        "author": "pg",
        "created_at_i": at,
        "comment_text": "It&#x27;s<p>fine",
        "story_id": 1,
        "story_title": "Ask",
        "parent_id": 1,
    }


def test_hacker_news_walks_back_to_the_last_pass() -> None:
    source = HackerNews(config("hackernews", "https://news.ycombinator.com/", options={"query": "Wintermann"}))
    asked = source.requests({"newest": "1763000000"})[0]
    assert "query=Wintermann" in asked.url
    assert "created_at_i%3E1762996400" in asked.url
    parsed = give(source, {"hits": [hit(n, 1763066181 - n) for n in range(100)]}, asked, {"newest": "1763000000"})
    assert parsed.posts[0].text == "It's\n\nfine"
    assert (parsed.posts[0].thread_id, parsed.posts[0].parent_id) == ("1", "1")
    assert "created_at_i%3C%3D1763066082" in parsed.follow[0].url
    last = give(source, {"hits": [hit(1, 1763066000)]}, parsed.follow[0], {"newest": "1763000000"})
    assert (last.follow, last.marks) == ((), {"newest": "1763066181"})


WYKOP = {"key": "k", "secret": "s"}


def test_wykop_changes_its_key_into_a_token_first() -> None:
    source = Wykop(config("wykop", "https://wykop.pl/tag/okna", options=WYKOP))
    asked = source.requests({})[0]
    assert (asked.method, asked.json) == ("POST", {"data": WYKOP})
    follow = give(source, {"data": {"token": "t"}}, asked).follow
    assert follow[0].headers == {"Authorization": "Bearer t"}
    assert "/tags/okna/stream?" in follow[0].url


def test_wykop_gives_entries_and_asks_for_their_comments() -> None:
    source = Wykop(config("wykop", "https://wykop.pl/tag/okna", options=WYKOP))
    asked = give(source, {"data": {"token": "t"}}).follow[0]
    entry = {
        "id": 11,
        "resource": "entry",
        "content": "Okna #okna",
        "created_at": "2026-11-22 12:05:10",
        "author": {"username": "ola"},
        "comments": {"count": 2},
    }
    parsed = give(source, {"data": [entry, entry | {"id": 12, "deleted": True, "comments": {"count": 0}}]}, asked)
    (post,) = parsed.posts
    assert post.published_at == datetime(2026, 11, 22, 11, 5, 10, tzinfo=UTC)
    assert (post.url, post.author) == ("https://wykop.pl/wpis/11", "ola")
    assert [request.tag for request in parsed.follow] == ["comments", "entries"]
    assert give(source, {"data": [entry]}, asked, {"e:11": "2"}).follow[0].tag == "entries"
    comment = {"id": 5, "content": "Tak", "created_at": "2026-11-22 12:06:10", "author": {"username": "jan"}}
    answered = give(source, {"data": [comment], "pagination": {"total": 1}}, parsed.follow[0]).posts[0]
    assert (answered.native_id, answered.thread_id, answered.url) == ("11#5", "11", "https://wykop.pl/wpis/11#5")


def test_wykop_without_a_key_says_so() -> None:
    with pytest.raises(ConfigError, match=r"options\.key"):
        Wykop(config("wykop", "https://wykop.pl/tag/okna")).requests({})


def test_reddit_is_read_by_its_two_feeds() -> None:
    source = Reddit(config("reddit", "https://www.reddit.com/r/Polska/"))
    assert [request.url for request in source.requests({})] == [
        "https://www.reddit.com/r/Polska/new.rss",
        "https://www.reddit.com/r/Polska/comments.rss",
    ]
    feed = """<?xml version="1.0" encoding="UTF-8"?><feed xmlns="http://www.w3.org/2005/Atom"><entry><author><name>/u/ola</name></author>
    <content type="html">&lt;div class="md"&gt;&lt;p&gt;Tak&lt;/p&gt;&lt;/div&gt;</content><id>t1_abc</id><link href="https://www.reddit.com/r/Polska/comments/xyz/okna/abc/"/>
    <updated>2026-11-20T08:05:10+00:00</updated><title>/u/ola on Okna</title></entry></feed>"""
    (post,) = give(source, feed.encode()).posts
    assert (post.author, post.thread_id, post.text, post.kind) == ("ola", "xyz", "Tak", "reddit")
    with pytest.raises(ConfigError, match="not an address of a subreddit"):
        Reddit(config("reddit", "https://www.reddit.com/"))


SELECTORS = {
    "post": "div.opinia",
    "text": "p.tresc",
    "author": ".kto",
    "date": "time@datetime",
    "link": "a.link",
    "id": "data-id",
    "next": "a.dalej",
    "title": "h1",
    "rating": ".ocena",
    "rating_scale": 5,
}
REVIEWS = """<h1>Okna</h1><div class="opinia" data-id="o1"><b class="kto">Ola</b><time datetime="2026-11-20T08:00:00Z">x</time><i class="ocena">4,5/5</i>
<p class="tresc">Szyba <b>pękła</b>.</p><a class="link" href="#o1">link</a></div><div class="opinia"><p class="tresc">Bez podpisu</p></div><a class="dalej" href="?s=2">dalej</a>""".encode()


def test_own_selectors_say_where_the_parts_are() -> None:
    source = Html(config("html", "https://s.example/opinie", options=SELECTORS))
    parsed = give(source, REVIEWS)
    first, second = parsed.posts
    assert (first.native_id, first.author, first.text, first.url) == (
        "o1",
        "Ola",
        "Szyba pękła.",
        "https://s.example/opinie#o1",
    )
    assert (first.rating, first.rating_scale, first.thread_title) == (4.5, 5.0, "Okna")
    assert first.published_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert (second.author, second.published_at, second.rating_scale) == (None, None, None)
    assert [request.url for request in parsed.follow] == ["https://s.example/opinie?s=2"]


@pytest.mark.parametrize(
    ("options", "message"),
    [({}, r"options\.post"), (SELECTORS | {"pots": "x"}, "'pots'"), (SELECTORS | {"post": "div["}, "no CSS selector")],
)
def test_selectors_that_cannot_work_are_errors_of_the_configuration(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        give(Html(config("html", "https://s.example/", options=options)), REVIEWS)


def test_selectors_that_find_nothing_are_told() -> None:
    with pytest.raises(ParseError, match=r"options\.post = 'div\.opinia' finds nothing"):
        give(Html(config("html", "https://s.example/", options=SELECTORS)), b"<p>x</p>")


@pytest.mark.parametrize("make", [Discourse, NodeBB, Flarum, HackerNews])
@pytest.mark.parametrize(
    "body",
    [b"<html>log in</html>", b"[]", b"null", b"\xff", b"[" * 100_000],
    ids=["html", "list", "null", "bytes", "deep"],
)
def test_what_is_no_answer_is_said_to_be_none(
    make: type[Discourse | NodeBB | Flarum | HackerNews], body: bytes
) -> None:
    with pytest.raises(ParseError):
        give(make(config(make.kind, "https://x.example/")), body)


@pytest.mark.parametrize("make", [Discourse, NodeBB, Flarum, HackerNews])
@pytest.mark.parametrize("wrong", [None, 7, "x", [], {}, [None], [{"id": None}], [{"id": []}]])
def test_answers_of_another_shape_give_nothing(
    make: type[Discourse | NodeBB | Flarum | HackerNews], wrong: object
) -> None:
    names = (
        "latest_posts",
        "post_stream",
        "topics",
        "posts",
        "tid",
        "data",
        "hits",
        "included",
        "pagination",
        "links",
        "topic_list",
    )
    source = make(config(make.kind, "https://x.example/"))
    assert give(source, dict.fromkeys(names, wrong)).posts == ()
    for name in names:
        assert give(source, {name: wrong}).posts == ()


def test_posts_in_posts_each_have_what_lies_in_them() -> None:
    page = b"<div class=p><i>a</i><b>one</b><div class=p><i>b</i><b>two</b></div></div><div class=p><b>three</b></div>"
    options = {"post": "div.p", "text": "b", "author": "div.p > i"}
    posts = give(Html(config("html", "https://s.example/", options=options)), page).posts
    assert [(post.author, post.text) for post in posts] == [("a", "onetwo"), ("b", "two"), (None, "three")]


def test_a_selector_may_speak_of_the_post_itself() -> None:
    page = b"<div class=p><b>one</b><div class=p><b>two</b></div></div>"
    posts = give(
        Html(config("html", "https://s.example/", options={"post": "div.p", "text": ":scope > b"})), page
    ).posts
    assert [post.text for post in posts] == ["one", "two"]
