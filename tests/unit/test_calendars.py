"""Working time: what passes of it, over closed hours, holidays and clock changes."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.calendars import ALWAYS, Calendar, after, between, end_of_day, is_business_day, is_holiday, is_open

WARSAW = ZoneInfo("Europe/Warsaw")
OFFICE = Calendar(hours=dict.fromkeys(range(5), ((480, 960),)))
SHIFTS = Calendar(hours={0: ((0, 240), (1380, 1440)), 2: ((480, 720), (780, 1020)), 5: ((600, 840),), 6: ((60, 1440),)})


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WARSAW).astimezone(UTC)


moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
lengths = st.timedeltas(timedelta(), timedelta(hours=60))
calendars = st.sampled_from([ALWAYS, OFFICE, SHIFTS])


@pytest.mark.parametrize(
    ("since", "hours", "due"),
    [
        ("2026-11-23T09:00", 2, "2026-11-23T11:00"),  # a Monday
        ("2026-11-23T15:00", 2, "2026-11-24T09:00"),
        ("2026-11-23T03:00", 2, "2026-11-23T10:00"),
        ("2026-11-27T15:30", 1, "2026-11-30T08:30"),  # over a weekend
        ("2026-12-23T15:00", 2, "2026-12-28T09:00"),  # Christmas Eve has been a holiday since 2025
        ("2026-10-24T12:00", 8, "2026-10-26T16:00"),  # the night of the clock change
        ("2026-11-10T15:59", 1, "2026-11-12T08:59"),  # Independence Day
    ],
)
def test_due_in_working_time(since: str, hours: int, due: str) -> None:
    assert after(OFFICE, local(since), timedelta(hours=hours)) == local(due)


def test_a_working_day_ends_when_it_is_over() -> None:
    assert after(OFFICE, local("2026-11-23T08:00"), timedelta(hours=8)) == local("2026-11-23T16:00")
    assert between(OFFICE, local("2026-11-20T15:00"), local("2026-11-23T09:00")) == timedelta(hours=2)
    assert between(OFFICE, local("2026-11-23T09:00"), local("2026-11-20T15:00")) == timedelta()


def test_a_night_shift_keeps_its_hours_when_clocks_change() -> None:
    night = Calendar(hours={6: ((0, 480),)})
    assert between(night, local("2026-10-25T00:00"), local("2026-10-25T08:00")) == timedelta(hours=9)
    assert between(night, local("2026-03-29T00:00"), local("2026-03-29T08:00")) == timedelta(hours=7)


def test_holidays_and_days_of_our_own() -> None:
    calendar = Calendar(closed=frozenset({date(2026, 12, 31)}), open=frozenset({date(2026, 11, 11)}))
    assert is_holiday(calendar, date(2026, 12, 31))
    assert is_holiday(calendar, date(2026, 12, 24))
    assert not is_holiday(calendar, date(2026, 11, 11))
    assert not is_holiday(Calendar(country=None), date(2026, 12, 25))
    assert is_business_day(calendar, date(2026, 12, 31))
    assert not is_business_day(calendar, date(2026, 11, 11))
    assert not is_business_day(calendar, date(2026, 11, 22))


def test_days_of_laws_end_with_the_day() -> None:
    received = local("2026-12-18T10:00")
    assert end_of_day(ALWAYS, received, days=14) == local("2027-01-01T23:59:59")
    assert end_of_day(ALWAYS, received, business_days=5) == local("2026-12-29T23:59:59")


@given(calendars, moments, lengths)
def test_nothing_is_ever_due_in_closed_hours(calendar: Calendar, since: datetime, length: timedelta) -> None:
    due = after(calendar, since, length)
    assert is_open(calendar, due) or is_open(calendar, due - timedelta(microseconds=1))


@given(calendars, moments, moments, lengths)
def test_later_begun_is_never_due_sooner(calendar: Calendar, one: datetime, two: datetime, length: timedelta) -> None:
    early, late = sorted((one, two))
    assert after(calendar, early, length) <= after(calendar, late, length)


@given(calendars, moments, lengths, lengths)
def test_more_time_is_never_due_sooner(calendar: Calendar, since: datetime, one: timedelta, two: timedelta) -> None:
    short, long = sorted((one, two))
    assert since <= after(calendar, since, short) <= after(calendar, since, long)


@given(calendars, moments, lengths)
def test_what_was_added_has_passed(calendar: Calendar, since: datetime, length: timedelta) -> None:
    assert between(calendar, since, after(calendar, since, length)) == length


@given(calendars, moments, moments, moments)
def test_working_time_adds_up(calendar: Calendar, a: datetime, b: datetime, c: datetime) -> None:
    first, middle, last = sorted((a, b, c))
    last = min(last, first + timedelta(days=40))
    middle = min(middle, last)
    whole = between(calendar, first, last)
    assert between(calendar, first, middle) + between(calendar, middle, last) == whole
