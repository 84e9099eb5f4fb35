"""Reviews that pages mark up with schema.org. The pages were written for these tests."""

import contextlib
import json
import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.errors import ParseError
from listener.protocols import Page, Parsed, Request, SourceConfig
from sources.detect import detect
from sources.reviews import Rating, Reviews, read_rating
from sources.reviews_items import Item, as_text, read_blocks
from tests.unit.sources.recorded import DATA, expected, page, said

PAGES = DATA / "reviews"
NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
URL = "https://sklep.example.pl/okno-o7"
CONFIG = SourceConfig(name="sklep", kind="reviews", url=URL)


def a_page(body: str, url: str = URL, request: Request | None = None, at: datetime = NOW) -> Page:
    headers = {"content-type": "text/html; charset=utf-8"}
    raw = body.encode("utf-8", "replace")
    return Page(url=url, status=200, headers=headers, body=raw, fetched_at=at, request=request or Request(url=url))


def marked(*reviews: dict[str, Any], more: str = "") -> str:
    product = {"@context": "https://schema.org", "@type": "Product", "name": "O7", "review": list(reviews)}
    return f'<html><head><script type="application/ld+json">{json.dumps(product)}</script></head><body>{more}</body>'


def review(text: str = "Zimno.", author: object = "Ola", date: str = "2026-11-20", **more: Any) -> dict[str, Any]:
    return {"@type": "Review", "author": author, "datePublished": date, "reviewBody": text} | more


def read(body: str, cursor: dict[str, str] | None = None, **more: Any) -> Parsed:
    return Reviews(CONFIG).parse(a_page(body, **more), cursor or {})


@pytest.mark.parametrize("name", ["jsonld", "microdata", "rdfa"])
def test_reviews_of_a_page(name: str) -> None:
    recorded = page(PAGES / f"{name}.html")
    parsed = Reviews(replace(CONFIG, url=recorded.url)).parse(recorded, {})
    wanted = expected(PAGES / f"{name}.html")
    assert said(parsed.posts, wanted) == wanted
    assert len({post.native_id for post in parsed.posts}) == len(parsed.posts)


@pytest.mark.parametrize("name", ["jsonld", "microdata", "rdfa"])
def test_pages_of_reviews_are_told_from_threads(name: str) -> None:
    found = detect(page(PAGES / f"{name}.html"))
    assert (found.kind, found.confidence >= 0.7) == ("reviews", True)


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        ("https://apps.apple.com/pl/app/x/id1", "app_store"),
        ("https://play.google.com/store/apps/details?id=x", "google_play"),
        ("https://pl.trustpilot.com/review/example.com", "trustpilot"),
        ("https://www.ceneo.pl/1", "ceneo"),
        ("https://www.opineo.pl/opinie/x", "opineo"),
    ],
)
def test_places_of_reviews_are_told_by_their_address(url: str, kind: str) -> None:
    assert detect(a_page("<p>x</p>", url)).kind == kind


def test_the_company_answers_under_the_review() -> None:
    first, second, answer = Reviews(CONFIG).parse(page(PAGES / "jsonld.html"), {}).posts
    assert (answer.parent_id, answer.thread_id) == (second.native_id, second.native_id)
    assert first.thread_id != second.thread_id


@pytest.mark.parametrize(
    ("given_as", "wanted"),
    [
        ({"ratingValue": "4,5"}, Rating(value=4.5, scale=5.0)),
        ({"ratingValue": 7}, Rating(value=7.0, scale=None)),
        ({"ratingValue": 7, "bestRating": "10"}, Rating(value=7.0, scale=10.0)),
        ({"ratingValue": "85", "bestRating": 100, "worstRating": 0}, Rating(value=85.0, scale=100.0)),
        ({"ratingValue": 6, "bestRating": 5}, Rating(value=6.0, scale=None)),
        ({"ratingValue": "4 z 5"}, Rating(value=4.0, scale=5.0)),
        ({"ratingValue": "9/10"}, Rating(value=9.0, scale=10.0)),
        ({"ratingValue": "★★★"}, Rating()),
        ({}, Rating()),
        ("3", Rating(value=3.0, scale=5.0)),
        ({"ratingValue": "9" * 400}, Rating()),
    ],
)
def test_ratings_are_kept_as_they_are_with_their_scale(given_as: object, wanted: Rating) -> None:
    (post,) = read(marked(review(reviewRating=given_as))).posts
    assert Rating(value=post.rating, scale=post.rating_scale) == wanted


def test_an_edited_review_keeps_its_id() -> None:
    for more in ({}, {"url": "/opinia/7"}, {"@id": "urn:7"}, {"identifier": {"@type": "PropertyValue", "value": "7"}}):
        (before,) = read(marked(review("Zimno.", **more))).posts
        (after,) = read(marked(review("Już ciepło.", **more))).posts
        assert before.native_id == after.native_id
    assert read(marked(review(url="/opinia/7"))).posts[0].url == "https://sklep.example.pl/opinia/7"


def test_ids_that_only_count_the_list_are_no_ids() -> None:
    older = [review(f"Opinia {n}", f"Autor {n}", **{"@id": f"#r{n}"}) for n in (1, 2)]
    newer = [review("Nowa", "Ktoś", **{"@id": "#r1"}), {**older[0], "@id": "#r2"}, {**older[1], "@id": "#r3"}]
    before = {post.text: post.native_id for post in read(marked(*older)).posts}
    after = {post.text: post.native_id for post in read(marked(*newer)).posts}
    assert {text: after[text] for text in before} == before


def test_two_reviews_of_one_author_and_day_are_two() -> None:
    old, new = review("Pierwsza", "Anonim"), review("Druga", "Anonim")
    before, after = read(marked(old)).posts, read(marked(new, old)).posts
    assert len({post.native_id for post in after}) == 2
    assert after[1].native_id == before[0].native_id


def test_a_review_that_is_marked_up_twice_is_one() -> None:
    also = (
        '<div itemscope itemtype="https://schema.org/Review"><b itemprop="author">Ola</b>'
        '<p itemprop="reviewBody">Zimno.</p></div>'
    )
    assert len(read(marked(review(), review(), more=also)).posts) == 1


def test_averages_are_no_posts() -> None:
    average = '<script type="application/ld+json">{"@type":"AggregateRating","ratingValue":4.4}</script>'
    with pytest.raises(ParseError, match="no schema"):
        read(average)


def test_pages_are_walked_while_something_changes() -> None:
    source, onward, further = Reviews(CONFIG), '<a rel="next" href="?s=2">2</a>', '<a rel="next" href="?s=3">3</a>'
    first = read(marked(review("Pierwsza"), more=onward))
    assert [request.url for request in first.follow] == [f"{URL}?s=2"]
    kept = {name: value for name, value in first.marks.items() if value}
    second = source.parse(a_page(marked(review("Starsza"), more=further), f"{URL}?s=2", first.follow[0]), kept)
    assert second.marks == {}
    repeated = source.parse(a_page(marked(review("Starsza"), more=onward), f"{URL}?s=3", second.follow[0]), kept)
    assert (len(repeated.posts), repeated.follow) == (1, ())
    assert read(marked(review("Pierwsza"), more=onward), kept).follow == ()
    assert read(marked(review("Zmieniona"), more=onward), kept).follow
    assert read(marked(review("Pierwsza"), more=onward), kept, at=NOW + timedelta(days=2)).follow
    assert source.parse(a_page("<p>pusto</p>", f"{URL}?s=4", second.follow[0]), kept).posts == ()


@pytest.mark.parametrize(
    ("block", "values"),
    [
        ('{"a": 1,}', [{"a": 1}]),
        ('<!-- {"a": [1, 2,],} -->', [{"a": [1, 2]}]),
        ('{"a": 1}{"b": "x // y, ]"},', [{"a": 1}, {"b": "x // y, ]"}]),
        ('{"a": "dwa\nwiersze"}', [{"a": "dwa\nwiersze"}]),
        ("{&quot;a&quot;: 1}", [{"a": 1}]),
        ('{"u": "http://x.example/,}", /* c */ "b": 2 // koniec\n}', [{"u": "http://x.example/,}", "b": 2}]),
        ('{"a": ', []),
        ("", []),
        ("[" * 100_000, []),
        ('/* ]]> */ {"a": 1 /* x */, "b": [2, ], } // koniec', [{"a": 1, "b": [2]}]),
        ('//<![CDATA[\n{"a": 1}\n//]]>', [{"a": 1}]),
        ('/* <![CDATA[ */{"a": 1}/* ]]> */', [{"a": 1}]),
    ],
)
def test_json_as_shops_write_it(block: str, values: list[object]) -> None:
    assert read_blocks(block) == values


def test_texts_are_plain() -> None:
    assert as_text("<p>Raz &amp;amp; dwa</p><p>1 &lt; 2 i 3 > 2</p><script>x</script>") == "Raz & dwa\n1 < 2 i 3 > 2\nx"
    hostile = "<img src=x onerror=alert(1)> \u202e\x00zły"
    assert read(marked(review(hostile))).posts[0].text == "zły"


def test_a_rating_without_words_is_a_post() -> None:
    (post,) = read(marked({"@type": "Review", "author": "Ola", "reviewRating": {"ratingValue": 1}})).posts
    assert (post.text, post.rating) == ("", 1.0)


def test_endless_and_circular_markup_ends() -> None:
    circle = {"@graph": [{"@id": "a", "@type": "Review", "reviewBody": "x", "itemReviewed": {"@id": "b"}},
                         {"@id": "b", "@type": "Product", "name": "P", "review": {"@id": "a"}}]}  # fmt: skip
    (post,) = read(f'<script type="application/ld+json">{json.dumps(circle)}</script>').posts
    assert (post.text, post.thread_title) == ("x", "P")


@pytest.mark.parametrize(
    "piece",
    [
        '<div itemscope itemtype="https://schema.org/Review" itemprop="review"><p itemprop="reviewBody">y</p>',
        '<div itemscope itemtype="https://schema.org/Review" itemprop="author"><p itemprop="reviewBody">y</p>',
        '<div typeof="Review" property="itemReviewed"><b property="reviewBody">y</b>',
        '<div itemscope itemtype="https://schema.org/Review" itemref="x y z"><b itemprop="name">y</b></div>',
        '<div itemscope itemtype="https://schema.org/Review"><b itemprop="name">y</b></div><i itemprop="name">',
    ],
)
def test_markup_made_to_keep_us_busy_takes_no_longer_than_it_is(piece: str) -> None:
    before = time.process_time()
    assert read(f'<p id="x">{piece * 2000}').posts
    assert time.process_time() - before < 20, "a hundred times what it takes"


@given(st.recursive(
    st.none() | st.booleans() | st.floats() | st.text() | st.just("Review"),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["@type", "@id", "@graph", "review", "author", "name", "reviewBody", "reviewRating",
                         "ratingValue", "datePublished", "comment", "itemReviewed", "url"]), inner, max_size=6,
    ), max_leaves=20,
))  # fmt: skip
def test_no_markup_breaks_the_reader(value: object) -> None:
    body = f'<script type="application/ld+json">{json.dumps(value)}</script>'
    try:
        parsed = read(body)
    except ParseError:
        return
    assert len({post.native_id for post in parsed.posts}) == len(parsed.posts)


@pytest.mark.parametrize(
    "block",
    [
        "/*" * 200_000,
        "*/" + "/*" * 200_000,
        "[1" + " " * 300_000 + "]]",
        "[" + ", " * 200_000,
        '"' + '\\"' * 200_000,
        "//" * 200_000 + "\n[1,]",
        '{"ratingValue": "' + "1" * 300_000 + '", "@type": "Review", "@id": "' + "1" * 300_000 + 'a1"}',
        '[{"@type": "Review", "reviewBody": "' + "<a " * 100_000 + '"},]',
    ],
    ids=range(8),
)
def test_scripts_made_to_keep_us_busy_take_no_longer_than_they_are(block: str) -> None:
    before = time.process_time()
    with contextlib.suppress(ParseError):
        read(f'<script type="application/ld+json">{block}</script>')
    assert time.process_time() - before < 20, "a hundred times what it takes"


def test_a_rating_item_without_anything() -> None:
    assert read_rating(Item(("review",), None, {})) == Rating()
