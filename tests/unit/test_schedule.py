"""When a source is looked at again."""

from datetime import UTC, datetime, timedelta

import pytest

from listener.schedule import Hints, Outcome, next_due, read_hints
from tests.making import NOW, later

EVERY = timedelta(minutes=10)


def test_a_good_pass_waits_its_interval_and_a_share_of_chance() -> None:
    assert next_due(now=NOW, every=EVERY, failures=1, outcome=Outcome(ok=True), roll=0.0) == later(minutes=10)
    assert next_due(now=NOW, every=EVERY, failures=1, outcome=Outcome(ok=True), roll=0.5) == later(minutes=10.5)


def test_failures_double_the_wait_up_to_a_bound() -> None:
    waits = [
        next_due(now=NOW, every=EVERY, failures=n, outcome=Outcome(ok=False), roll=0.0) - NOW for n in (1, 2, 3, 50)
    ]
    assert waits == [timedelta(minutes=10), timedelta(minutes=20), timedelta(minutes=40), timedelta(hours=6)]


def test_what_the_server_asked_for_is_the_least() -> None:
    asked = Outcome(ok=False, retry_after=timedelta(hours=20))
    assert next_due(now=NOW, every=EVERY, failures=1, outcome=asked, roll=0.0) == later(hours=20)


def wait_of(outcome: Outcome, every: timedelta = EVERY) -> timedelta:
    return next_due(now=NOW, every=every, failures=0, outcome=outcome, roll=0.0) - NOW


@pytest.mark.parametrize(
    ("quiet", "minutes"),
    [
        (None, 10),
        (timedelta(), 10),
        (timedelta(hours=4), 10),
        (timedelta(hours=12), 30),
        (timedelta(days=1), 60),
        (timedelta(days=30), 80),
    ],
)
def test_a_quiet_source_is_asked_less_often_within_bounds(quiet: timedelta | None, minutes: int) -> None:
    assert wait_of(Outcome(ok=True, quiet=quiet)) == timedelta(minutes=minutes)


def test_where_something_is_likely_it_is_asked_in_time() -> None:
    outcome = Outcome(ok=True, quiet=timedelta(days=1), likely=timedelta(minutes=25))
    assert wait_of(outcome) == timedelta(minutes=25)
    assert wait_of(Outcome(ok=True, quiet=timedelta(days=1), likely=timedelta(minutes=1))) == EVERY


@pytest.mark.parametrize(("every", "slowest"), [(1, 6), (2, 6), (12, 12)])
def test_nobody_waits_longer_than_six_hours_but_by_wish(every: int, slowest: int) -> None:
    waited = wait_of(Outcome(ok=True, quiet=timedelta(days=90)), timedelta(hours=every))
    assert waited == timedelta(hours=slowest)


def test_what_the_place_says_of_its_pace_is_heeded() -> None:
    assert wait_of(Outcome(ok=True, hints=Hints(ttl=timedelta(hours=1)))) == timedelta(hours=1)
    assert wait_of(Outcome(ok=True, hints=Hints(ttl=timedelta(days=7)))) == timedelta(hours=6)
    assert wait_of(Outcome(ok=True, hints=Hints(ttl=timedelta(minutes=1)))) == EVERY


def test_how_long_an_answer_holds_is_heeded_for_a_day_at_most() -> None:
    assert wait_of(Outcome(ok=True, hints=Hints(fresh=timedelta(minutes=40)))) == timedelta(minutes=40)
    assert wait_of(Outcome(ok=True, hints=Hints(fresh=timedelta(days=7)))) == timedelta(days=1)
    both = Hints(ttl=timedelta(hours=2), fresh=timedelta(minutes=40))
    assert wait_of(Outcome(ok=True, hints=both)) == timedelta(hours=2)


def test_hours_in_which_it_wants_no_visits_are_passed_over() -> None:
    hints = Hints(skip_hours=frozenset({7, 8}))
    due = next_due(now=NOW, every=EVERY, failures=0, outcome=Outcome(ok=True, hints=hints), roll=0.0)
    assert due == datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
    always = Hints(skip_hours=frozenset(range(24)))
    assert wait_of(Outcome(ok=True, hints=always)) == EVERY


def test_hints_are_read_from_what_was_said() -> None:
    assert read_hints({"ttl_minutes": "60", "skip_hours": "0, 1,24"}) == Hints(
        ttl=timedelta(hours=1), skip_hours=frozenset({0, 1})
    )
    assert read_hints({"fresh_seconds": "90"}).fresh == timedelta(seconds=90)
    assert read_hints({"ttl_minutes": "soon", "skip_hours": "never"}) == Hints()
    assert read_hints({"ttl_minutes": "9" * 40}).ttl == timedelta(days=7)
