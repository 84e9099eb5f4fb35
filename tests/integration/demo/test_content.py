"""The hand-written files are read whole, and a slip in one of them is named with its place."""

import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from listener.demo import content, prose
from listener.demo.content import Content, ForumPost
from listener.errors import ConfigError
from listener.shipped import config_folder


def test_there_is_enough_to_listen_to(everything: Content) -> None:
    threads = everything.forum.thread
    assert len(threads) >= 12
    assert sum(len(thread.post) for thread in threads) >= 60
    assert len(everything.reviews.review) >= 15
    assert sum(len(post.comment) for post in everything.page.post) >= 20
    assert len(everything.app.review) >= 10
    assert len(everything.market.rating) + len(everything.market.case) >= 8
    assert len(everything.network.post) >= 10
    assert timedelta(minutes=9) < content.length(everything) <= timedelta(minutes=10)


@pytest.mark.parametrize(
    ("raw", "seconds"),
    [(3, 3.0), (2.5, 2.5), ("-2d3h", -(2 * 86400 + 3 * 3600.0)), ("90s", 90.0), ("-1m30s", -90.0)],
)
def test_offsets(raw: object, seconds: float) -> None:
    assert prose.read_offset(raw) == seconds


@pytest.mark.parametrize("raw", ["soon", "-", "", None, True, "3 2"])
def test_offsets_that_are_none(raw: object) -> None:
    with pytest.raises(ValueError):
        prose.read_offset(raw)


def test_wrapped_lines_are_one_paragraph_and_quotes_stay() -> None:
    post = ForumPost.model_validate(
        {"at": 0, "author": "a", "text": "jeden\ndwa\n\n> @b napisał:\n> trzy\n\ncztery\n- pięć\n1. sześć\n"}
    )
    assert post.text == "jeden dwa\n\n> @b napisał:\n> trzy\n\ncztery\n- pięć\n1. sześć"


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    return Path(shutil.copytree(config_folder("demo"), tmp_path / "demo"))


@pytest.mark.parametrize(
    ("file", "old", "new", "said"),
    [
        ("forum.toml", 'author = "mruk"', 'author = "nikt"', '"nikt" is not in people.toml'),
        ("forum.toml", 'category = "Hyde park"', 'category = "Piwnica"', '"Piwnica" is no category'),
        ("reviews.toml", 'company = "okna"', 'company = "okno"', '"okno" is no company'),
        ("reviews.toml", "rating = 4", "rating = 9", "review.2.rating"),
        ("page.toml", "tagline =", "tagliine =", "tagliine"),
        ("people.toml", "name =", "name ", "is not TOML in UTF-8"),
        ("app.toml", "stars = 4", "stars = 0", "review.2.stars"),
        ("market.toml", 'decide_in = "14d"', 'decide_in = "-14d"', "case.1.decide_in"),
        ("market.toml", 'by = "seller"', 'by = "judge"', "case.1.message.1.by"),
        ("network.toml", 'to = "dachowe"', 'to = "szklarnia"', 'no post "szklarnia"'),
        ("network.toml", 'at = "-1d2h"', 'at = "-2d"', 'no post "dachowe" stands there before'),
        ("forum.toml", 'at = "-11d4h"', 'at = "wczoraj"', "thread.1.post.1.at"),
    ],
)
def test_a_slip_is_named_with_its_place(copied: Path, file: str, old: str, new: str, said: str) -> None:
    path = copied / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        content.load(copied)
    assert said in str(caught.value)
    assert str(copied) in str(caught.value)


def test_a_missing_file(copied: Path) -> None:
    (copied / "page.toml").unlink()
    with pytest.raises(ConfigError, match=r"page\.toml"):
        content.load(copied)
