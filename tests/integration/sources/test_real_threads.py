"""The reader of any thread on recorded threads, and on pages made to keep it busy."""

import gzip
import json
from collections import Counter

import pytest

from listener.model import Post
from tests.timing import work_within
from tests.unit.sources.test_thread import (
    DIVS,
    SHARED,
    WANTED,
    read,
    thread_of,
    told,
)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<html>",
        "\x00" * 1000,
        "<div class=post id=p1>" * 10_000,
        "<p class=post id=p1><font>3 lis 2026, 10:00 " * 600,
        "".join(f"<div id=p{n}>{n}<time datetime=2026-01-01></time></div>" for n in range(1_000)),
        "<?xml version='1.0'?><rss><channel><item><title>x</title></item></channel></rss>",
    ],
    ids=["empty", "bare", "nulls", "deep", "unclosed", "many", "feed"],
)
def test_odd_pages_do_not_hold_it_up(html: str) -> None:
    with work_within(seconds=10):
        assert isinstance(read(html).posts, tuple)


def test_a_page_too_large_is_read_from_its_beginning() -> None:
    with work_within(seconds=10):
        assert told(read(thread_of(DIVS).encode() + b"x" * 100_000_000).posts)[:3] == WANTED[:3]


def grams(text: str) -> Counter[str]:
    flat = " ".join(text.lower().split())
    return Counter(flat[n : n + 5] for n in range(max(1, len(flat) - 4)))


def overlap(one: str, other: str) -> float:
    a, b = grams(one), grams(other)
    return 2 * (a & b).total() / (a.total() + b.total())


def whole(post: Post) -> str:
    """With its quotes put back: the annotators kept them in the text."""
    return " ".join([*(f"{quote.author or ''} wrote: {quote.text}" for quote in post.quotes), post.text])


@pytest.mark.shared
def test_real_threads_are_read_nearly_whole() -> None:
    path = SHARED / "web-forum-dev.jsonl.gz"
    if not path.exists():
        pytest.skip("../shared/pages is absent: no recorded threads to read")
    hits = wanted = given = 0
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for record in map(json.loads, list(lines)[4::11]):
            posts = read(record["html"], record["url"]).posts
            truth = [one["post_text"]["surface_form"] for one in record["posts"]]
            given, wanted = given + len(posts), wanted + len(truth)
            hits += sum(
                any(max(overlap(p.text, text), overlap(whole(p), text)) >= 0.8 for p in posts) for text in truth
            )
    assert 2 * hits / (given + wanted) > 0.96
