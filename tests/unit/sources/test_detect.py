# ruff: noqa: E501 - pages and answers stand on the lines that they are sent on
"""What a page is made with."""

from datetime import UTC, datetime

import pytest

from listener.protocols import Page, Request
from sources.detect import Detection, detect
from tests.unit.sources.recorded import DATA, page

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
URL = "https://forum.example.org/"


def seen(html: str | bytes, url: str = URL, **headers: str) -> Detection:
    body = html.encode() if isinstance(html, str) else html
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return detect(Page(url=url, status=200, headers=named, body=body, fetched_at=NOW, request=Request(url=url)))


@pytest.mark.parametrize("kind", ["phpbb", "mybb", "smf", "xenforo", "vbulletin", "invision", "fluxbb", "flaskbb"])
def test_engines_are_told_by_their_pages(kind: str) -> None:
    found = detect(page(DATA / kind / "thread.html"))
    assert found.kind == kind
    assert found.confidence >= 0.7
    assert found.why


@pytest.mark.parametrize(
    ("kind", "html"),
    [
        ("discourse", '<meta name="generator" content="Discourse 3.4.0 - https://github.com/discourse/discourse">'),
        ("nodebb", '<script src="/assets/nodebb.min.js?v=1"></script><ul component="topic"></ul>'),
        (
            "flarum",
            '<noscript id="flarum-content"></noscript><script id="flarum-json-payload" type="application/json">{}</script>',
        ),
        ("vbulletin", '<meta name="generator" content="vBulletin 3.8.11" />'),
        ("vbulletin", '<body id="vb-page-body" class="l-desktop page60">'),
        ("xenforo", '<html id="XenForo" lang="pl-PL">'),
        (
            "phpbb",
            "<p>Powered by <a href='https://www.phpbb.com/'>phpBB</a>&reg; Forum Software &copy; phpBB Limited</p>",
        ),
        ("fluxbb", '<div id="punindex" class="pun"><p>Powered by <a href="http://fluxbb.org/">FluxBB</a></p>'),
    ],
)
def test_engines_are_told_by_their_marks(kind: str, html: str) -> None:
    assert seen(f"<html><body>{html}</body></html>").kind == kind


@pytest.mark.parametrize(
    ("kind", "headers"),
    [
        ("phpbb", {"set_cookie": "phpbb3_abc_sid=x; path=/"}),
        ("xenforo", {"set_cookie": "xf_csrf=x; path=/; secure"}),
        ("nodebb", {"x_powered_by": "NodeBB"}),
        ("discourse", {"x_discourse_route": "list/latest"}),
    ],
)
def test_engines_are_told_by_their_headers(kind: str, headers: dict[str, str]) -> None:
    assert seen("<html><body>x</body></html>", **headers).kind == kind


@pytest.mark.parametrize(
    "body",
    [
        "<?xml version='1.0'?>\n<!-- x --><rss version='2.0'><channel/></rss>",
        "\ufeff<feed xmlns='http://www.w3.org/2005/Atom'/>",
        "<rdf:RDF xmlns:rdf='http://www.w3.org/1999/02/22-rdf-syntax-ns#'/>",
        '{"version": "https://jsonfeed.org/version/1.1", "title": "x", "items": []}',
    ],
)
def test_a_feed_is_read_as_one(body: str) -> None:
    assert seen(body) == Detection(kind="feed", url=URL, confidence=0.99, feeds=(URL,), why="the page is a feed")


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://news.ycombinator.com/item?id=1", "hackernews"),
        ("https://wykop.pl/tag/okna", "wykop"),
        ("https://old.reddit.com/r/Polska/", "reddit"),
    ],
)
def test_places_that_are_one_of_a_kind_go_by_their_name(url: str, kind: str) -> None:
    assert seen("<html></html>", url).kind == kind


def test_the_feeds_that_a_page_names_are_found() -> None:
    html = """<head><base href="https://forum.example.org/f/"><link rel="alternate" type="application/rss+xml" href="rss?sid=0123456789abcdef0123456789abcdef">
    <link rel="alternate" type="application/atom+xml" href="/atom"><link rel="alternate" type="application/atom+xml" href="/atom">
    <link rel="alternate" hreflang="en" href="/en"><link rel="alternate" type="application/rss+xml" href="javascript:x"></head><body>x</body>"""
    found = seen(html)
    assert found.feeds == ("https://forum.example.org/f/rss", "https://forum.example.org/atom")
    assert (found.kind, found.url) == ("feed", found.feeds[0])


def test_an_unknown_page_with_posts_is_a_thread() -> None:
    post = "<div class=w><b>Ola</b> <i>{n} lis 2026, 10:00</i><p>Okna przyszły z rysą na szybie, piszę po raz {n}.</p></div>"
    found = seen("<body><main>" + "".join(post.format(n=n) for n in range(1, 5)) + "</main></body>")
    assert found.kind == "thread"
    assert "4 posts" in found.why


@pytest.mark.parametrize("body", [b"", b"\x00\xff" * 500, b"{", b"{" * 5000, b"<" * 5000, b'{"jsonfeed.org": 1}'])
def test_nothing_is_claimed_of_what_says_nothing(body: bytes) -> None:
    assert seen(body).confidence <= 0.1
