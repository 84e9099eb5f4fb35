"""The review site and the page: feeds that the kind `feed` reads, pages for eyes, 304 for whoever has them."""

import json
import re

import pytest

from listener.model import Post
from listener.protocols import Page, Request, SourceConfig
from sources.feed import Feed
from tests.integration.demo.conftest import Demo


def read(demo: Demo, site: str, path: str) -> tuple[Post, ...]:
    url = demo.servers.url(site) + path
    with demo.client(site) as client:
        answer = client.get(url)
    page = Page(
        url=url,
        status=answer.status_code,
        headers=dict(answer.headers),
        body=answer.content,
        fetched_at=demo.clock(),
        request=Request(url=url),
    )
    parsed = Feed(SourceConfig(name=site, kind="feed", url=url)).parse(page, {})
    assert not parsed.notes
    return parsed.posts


def test_reviews_as_a_feed(demo: Demo) -> None:
    demo.clock.at(600)
    posts = read(demo, "reviews", "feed.xml")
    shown = demo.world.visible(demo.clock()).reviews
    assert [(post.author, post.text) for post in posts] == [(row.review.author, row.review.text) for row in shown]
    assert [post.published_at for post in posts] == [row.at.replace(microsecond=0) for row in shown]
    assert posts[0].thread_title == "Okna Wintermann: Good windows, patchy communication (4/5)"
    assert len({post.native_id for post in posts}) == len(posts)


def test_comments_as_a_feed(demo: Demo) -> None:
    demo.clock.at(600)
    posts = read(demo, "page", "feed.atom")
    shown = [comment for post in demo.world.visible(demo.clock()).page for comment in post.comments]
    assert {(post.author, post.text) for post in posts} == {(comment.author, comment.text) for comment in shown}
    assert len({post.native_id for post in posts}) == len(posts)
    assert len({post.thread_key for post in posts}) == 3
    assert all("Okna Wintermann" in (post.thread_title or "") for post in posts)


@pytest.mark.parametrize(("site", "path"), [("reviews", "feed.xml"), ("page", "feed.atom")])
def test_numbers_stay_while_the_feed_grows(demo: Demo, site: str, path: str) -> None:
    before = {post.native_id: post.text for post in read(demo, site, path)}
    demo.clock.at(600)
    after = {post.native_id: post.text for post in read(demo, site, path)}
    assert before.items() < after.items()


@pytest.mark.parametrize(
    ("site", "path"), [("reviews", ""), ("reviews", "feed.xml"), ("page", ""), ("page", "feed.atom")]
)
def test_304_until_something_is_said(demo: Demo, site: str, path: str) -> None:
    with demo.client(site) as client:
        tag = client.get(f"/{path}").headers["etag"]
        assert client.get(f"/{path}", headers={"If-None-Match": tag}).status_code == 304
        demo.clock.at(45)
        assert client.get(f"/{path}", headers={"If-None-Match": f"W/{tag}"}).status_code == 200


def test_reviews_say_what_they_are_in_json_ld(demo: Demo) -> None:
    demo.clock.at(600)
    with demo.client("reviews") as client:
        page = client.get("/firma/okna/").text
        assert client.get("/firma/inna/").status_code == 404
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.DOTALL)
    assert block
    data = json.loads(block[1])
    assert len(data) == sum(row.review.company == "okna" for row in demo.world.visible(demo.clock()).reviews)
    assert data[0]["@type"] == "Review"
    assert data[0]["itemReviewed"]["name"] == "Okna Wintermann"
    assert data[0]["reviewRating"] == {"@type": "Rating", "ratingValue": 4, "bestRating": 5, "worstRating": 1}
    assert f'id="{data[0]["url"].partition("#")[2]}"' in page


def test_the_page_shows_who_speaks_for_the_company(demo: Demo) -> None:
    demo.clock.at(600)
    with demo.client("page") as client:
        page = client.get("/").text
    assert page.count("autor strony") == 2
    assert page.count('class="post"') == 3
