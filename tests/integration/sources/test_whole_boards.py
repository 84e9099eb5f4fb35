"""Whole recorded boards, read from their front page to their last post."""

import json
import tarfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from listener.markup import clean_url
from listener.model import Post
from listener.protocols import Parsed, Source
from tests.unit.sources.test_boards import (
    SHARED,
    answer,
    make,
)

BOARDS = {"phpbb": ("phpbb-3.3", 8101), "mybb": ("mybb-1.8", 8102), "flaskbb": ("flaskbb-3", 8105)}


def whole_board(name: str) -> Mapping[str, bytes]:
    with tarfile.open(SHARED / f"{name}.tar.gz") as archive:
        files = {Path(one.name).name: archive.extractfile(one) for one in archive.getmembers() if one.isfile()}
        index = files["index.jsonl"]
        assert index is not None
        told = [json.loads(line) for line in index.read().decode().splitlines()]
        return {clean_url(one["url"]): found.read() for one in told if (found := files[one["file"]])}


def crawl(
    source: Source, site: Mapping[str, bytes], cursor: Mapping[str, str]
) -> tuple[list[Post], dict[str, str], int]:
    todo, posts, marks, asked = list(source.requests(cursor)), list[Post](), dict(cursor), 0
    while todo:
        request = todo.pop(0)
        asked += 1
        parsed: Parsed = source.parse(
            answer(request.url, site[clean_url(request.url).partition("#")[0]], request), marks
        )
        posts += parsed.posts
        marks |= {name: value for name, value in parsed.marks.items() if value is not None}
        todo += parsed.follow
    return posts, marks, asked


@pytest.mark.shared
@pytest.mark.parametrize("kind", BOARDS)
def test_a_whole_board_is_read_exactly_and_a_quiet_one_left_alone(kind: str) -> None:
    name, port = BOARDS[kind]
    if not SHARED.exists():
        pytest.skip("../shared/pages is absent: no recorded boards to read")
    site, root = whole_board(name), f"http://127.0.0.1:{port}/"
    board = make(kind, root, "UTC")
    posts, marks, _ = crawl(board, site, {})
    truth = json.loads((SHARED / "truth.json").read_text(encoding="utf-8"))["threads"]
    wanted = {(t["title"], p["user"], p["time"] // 60, " ".join(p["body"].split())) for t in truth for p in t["posts"]}
    found = {
        (p.thread_title, p.author, int(p.published_at.timestamp()) // 60, " ".join(p.text.split()))
        for p in posts
        if p.published_at
    }
    assert wanted - found == set()
    assert len({post.native_id for post in posts}) == len(posts)
    assert all(post.native_id in post.url for post in posts)
    again, marks, _ = crawl(board, site, marks)  # a board with a feed is looked at through it from here on
    assert again == []
    again, _, asked = crawl(board, site, marks)
    assert again == []
    assert asked == 1
