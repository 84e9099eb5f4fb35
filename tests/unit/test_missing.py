"""A post is gone when two answers, some minutes apart, do not show it."""

from listener.missing import APART, twice
from tests.making import NOW, later


def test_missed_once_is_kept_in_mind() -> None:
    gone, mark = twice(None, {"2", "1"}, NOW)
    assert gone == set()
    assert mark == f"{NOW.isoformat()}\n1\n2"


def test_missed_again_at_once_says_nothing_new() -> None:
    _, mark = twice(None, {"1"}, NOW)
    assert twice(mark, {"1", "2"}, later(minutes=1)) == (set(), mark)


def test_missed_again_later_is_gone_and_what_is_missed_first_now_waits() -> None:
    _, mark = twice(None, {"1", "2"}, NOW)
    at = NOW + APART
    assert twice(mark, {"1", "3"}, at) == ({"1"}, f"{at.isoformat()}\n3")
    assert twice(mark, {"1", "2"}, at) == ({"1", "2"}, None)


def test_what_is_shown_again_is_forgotten() -> None:
    _, mark = twice(None, {"1"}, NOW)
    assert twice(mark, (), later(hours=1)) == (set(), None)
