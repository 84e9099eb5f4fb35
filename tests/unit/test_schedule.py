"""When a source is looked at again."""

from datetime import timedelta

from listener.schedule import Outcome, next_due
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
