"""When silence is improbable, when failure is news, and when something new is likely."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import pytest

from listener.errors import Failure
from listener.health import LIKELY, Rhythm, heard, is_silent, news_likely_in, surprise, trouble

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
HOUR = timedelta(hours=1)


def taught(moments: Iterable[datetime], rhythm: Rhythm | None = None) -> Rhythm:
    """The rhythm of a source that is looked at every ten minutes and has news at these moments."""
    rhythm = rhythm or Rhythm()
    for moment in moments:
        rhythm = heard(rhythm, last_look=moment - timedelta(minutes=10), now=moment)
    return rhythm


def office_hours(days: int, *, weekends: bool = False) -> list[datetime]:
    """News in every hour from 8 to 18."""
    dates = (MONDAY + timedelta(days=day) for day in range(days))
    return [
        date + timedelta(hours=hour, minutes=20)
        for date in dates
        if weekends or date.weekday() < 5
        for hour in range(8, 18)
    ]


def first_alarm(rhythm: Rhythm) -> timedelta | None:
    """How long after its last news a source of this rhythm is called silent."""
    assert rhythm.heard
    waits = (HOUR * n for n in range(1, 24 * 60))
    return next((wait for wait in waits if is_silent(rhythm, rhythm.heard + wait)), None)


def test_nights_and_weekends_are_quiet_by_habit() -> None:
    rhythm = taught(office_hours(26))  # the last news: a Friday, 17:20
    assert rhythm.heard == datetime(2026, 3, 27, 17, tzinfo=UTC)
    assert not is_silent(rhythm, datetime(2026, 3, 30, 8, tzinfo=UTC))
    assert is_silent(rhythm, datetime(2026, 3, 30, 12, tzinfo=UTC)), "Monday noon and nothing yet"


def test_a_silence_in_the_middle_of_the_day_is_noticed_within_hours() -> None:
    news = [moment for moment in office_hours(24) if moment < MONDAY + timedelta(days=23, hours=10)]
    wait = first_alarm(taught(news))
    assert wait
    assert wait <= timedelta(hours=5)


def test_what_was_seen_for_a_day_says_little() -> None:
    rhythm = taught(MONDAY + timedelta(minutes=3 * n) for n in range(20 * 14))
    assert rhythm.known
    assert surprise(rhythm, MONDAY + timedelta(hours=24)) == 0.0, "nobody knows its nights yet"
    assert is_silent(rhythm, MONDAY + timedelta(hours=48))


@pytest.mark.parametrize("news", [[], [MONDAY], [MONDAY + HOUR * n for n in range(9)]])
def test_without_history_there_is_no_alarm(news: list[datetime]) -> None:
    rhythm = taught(news)
    assert not is_silent(rhythm, MONDAY + timedelta(days=90))
    assert news_likely_in(rhythm, MONDAY + timedelta(days=1)) is None


def test_forty_answers_in_a_quarrel_are_one_hour_of_news() -> None:
    quarrel = [MONDAY + timedelta(hours=12, seconds=30 * n) for n in range(100)]
    assert sum(taught([MONDAY, *quarrel]).active) <= 1.0


def test_a_silence_that_ended_by_itself_is_no_alarm_again() -> None:
    rhythm = taught(office_hours(26))
    holiday = rhythm.heard
    assert holiday
    back = datetime(2026, 4, 1, 9, 20, tzinfo=UTC)
    assert is_silent(rhythm, back)
    after = heard(rhythm, last_look=back - HOUR / 6, now=back)
    assert after.record > LIKELY
    assert not is_silent(after, back + timedelta(hours=5))


def test_what_came_while_nobody_looked_is_spread_over_that_time() -> None:
    rhythm = heard(Rhythm(heard=MONDAY), last_look=MONDAY + HOUR, now=MONDAY + 4 * HOUR)
    assert rhythm.active[1:5] == (0.25, 0.25, 0.25, 0.25)
    away = heard(Rhythm(heard=MONDAY), last_look=MONDAY, now=MONDAY + timedelta(days=5))
    assert sum(away.active) == sum(away.exposed) == 0.0


def test_news_are_likely_soon_by_day_and_late_by_night() -> None:
    rhythm = taught(office_hours(26, weekends=True))
    day, night = MONDAY + timedelta(days=28, hours=10), MONDAY + timedelta(days=28, hours=20)
    soon, late = news_likely_in(rhythm, day), news_likely_in(rhythm, night)
    assert soon
    assert late
    assert soon < timedelta(minutes=15)
    assert timedelta(hours=12) <= late < timedelta(hours=13)


def found(**changes: object) -> str | None:
    values: dict[str, object] = {
        "failure": None, "failures": 0, "last_success": MONDAY, "rhythm": Rhythm(), "now": MONDAY + HOUR,
    }  # fmt: skip
    told = trouble(**values | changes)  # type: ignore[arg-type]
    return told.what if told else None


@pytest.mark.parametrize("failure", [Failure.AUTH, Failure.GONE, Failure.BLOCKED, Failure.LAYOUT])
def test_what_does_not_pass_by_itself_is_told_of_the_third_time(failure: Failure) -> None:
    assert found(failure=failure, failures=2) is None
    assert found(failure=failure, failures=3) == failure.value


def test_what_passes_by_itself_is_told_of_after_a_day() -> None:
    assert found(failure=Failure.TRANSIENT, failures=9) is None
    assert found(failure=Failure.TRANSIENT, failures=9, now=MONDAY + timedelta(days=1)) == "transient"


def test_silence_is_judged_by_the_last_good_look() -> None:
    rhythm = taught(office_hours(26))
    late = datetime(2026, 3, 30, 14, tzinfo=UTC)
    assert found(rhythm=rhythm, last_success=late, now=late) == "silent"
    friday = datetime(2026, 3, 27, 18, tzinfo=UTC)
    assert found(rhythm=rhythm, failure=Failure.TRANSIENT, failures=1, last_success=friday, now=friday + HOUR) is None
