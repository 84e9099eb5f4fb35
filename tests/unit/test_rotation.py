"""When known threads are read whole again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from listener.rotation import (
    HELD,
    MOST,
    PACE,
    SAVED,
    SETTLED,
    Standing,
    allowance,
    believable,
    crowded_out,
    due,
    interval,
    read_standing,
    round_of,
    settled,
    spend,
)
from tests.making import NOW

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def thread(
    name: str = "7", *, read: timedelta = DAY, silent: timedelta = DAY, pages: int = 1, looks: int = 0
) -> Standing:
    url = f"https://forum.example/t/{name}"
    return Standing(id=name, url=url, read=NOW - read, active=NOW - silent, pages=pages, looks=looks)


def names(*threads: Standing, held: frozenset[str] = frozenset()) -> list[str]:
    return [one.id for one in due({one.id: one for one in threads}, NOW, held)]


@pytest.mark.parametrize(
    ("silent", "wait"), [(timedelta(minutes=5), HOUR), (8 * HOUR, 2 * HOUR), (DAY, 6 * HOUR), (40 * DAY, 5 * DAY)]
)
def test_a_thread_waits_a_quarter_of_its_silence_an_hour_at_least_and_a_round_at_most(
    silent: timedelta, wait: timedelta
) -> None:
    assert interval(thread(silent=silent), NOW, 5 * DAY) == wait


def test_a_round_takes_three_hours_longer_where_there_is_much_and_where_nothing_happens() -> None:
    assert round_of([thread(silent=HOUR)], NOW) == 3 * HOUR
    assert round_of([thread(silent=HOUR, pages=600)], NOW) == 600 * PACE
    assert round_of([thread(silent=10 * DAY), thread("8", silent=16 * DAY)], NOW) == 10 * HOUR
    assert round_of([], NOW) == 3 * HOUR


def test_the_longest_overdue_goes_first() -> None:
    fresh, late, later = thread("1", read=HOUR), thread("2", read=4 * HOUR), thread("3", read=9 * HOUR)
    assert names(fresh, late, later, thread("4", silent=HOUR, read=HOUR / 2)) == ["3", "2"]


def test_threads_of_open_tickets_wait_less_than_a_day() -> None:
    many = [thread(str(n), read=2 * HELD, silent=30 * DAY, pages=9000) for n in range(2)]
    assert names(*many) == []
    assert names(*many, held=frozenset({"1"})) == ["1"]


def test_a_thread_is_settled_when_it_was_read_again_after_a_long_silence_and_found_so() -> None:
    assert not settled(thread(silent=SETTLED - DAY, looks=9), NOW)
    assert not settled(thread(silent=SETTLED + DAY), NOW)
    assert settled(thread(silent=SETTLED + DAY, looks=1), NOW)


def test_a_thread_that_is_gone_is_asked_for_once_more_another_day() -> None:
    gone = replace(thread(silent=SETTLED + DAY, looks=1), gone=True)
    assert not settled(gone, NOW)
    assert interval(gone, NOW, 3 * HOUR) == DAY


def test_what_is_kept_in_mind_is_bounded() -> None:
    many = [thread(str(n), silent=n * HOUR) for n in range(MOST + 2)]
    assert list(crowded_out(many)) == [str(MOST + 1), str(MOST)]
    assert list(crowded_out(many[:MOST])) == []


def test_pages_are_asked_for_at_a_pace_that_is_saved_up_for_two_hours() -> None:
    assert allowance(None, NOW) == 120
    spent = spend(None, NOW, 120)
    assert allowance(spent, NOW) == 0
    assert allowance(spent, NOW + 5 * PACE) == 5
    assert allowance(spent, NOW + DAY) == 120
    debt = spend(spent, NOW, 200)
    assert (allowance(debt, NOW + 199 * PACE), allowance(debt, NOW + 203 * PACE)) == (0, 3)
    assert spend(spent, NOW + DAY, 1) == NOW + DAY - SAVED + PACE


@pytest.mark.parametrize(("missing", "met", "believed"), [(3, 1, True), (20, 1, True), (30, 40, True), (30, 12, False)])
def test_that_most_of_a_thread_is_missing_is_not_believed(missing: int, met: int, believed: bool) -> None:
    assert believable(missing=missing, met=met) is believed


def test_what_is_kept_is_read_back_and_damage_only_means_meeting_the_thread_anew() -> None:
    one = Standing(
        id="7", url="u", read=NOW, active=NOW - DAY, pages=3, looks=2, missing=frozenset({"9", "ż"}), gone=True
    )
    assert read_standing("7", one.text()) == one
    for damaged in (
        "",
        "{}",
        "[1]",
        "[1, 2, 3, 4]",
        '["x", 2, 3, 4, "u", 0]',
        "[1e400, 2, 3, 4, 5, 0]",
        "null",
        "[[], 1]",
    ):
        assert read_standing("7", damaged) is None
