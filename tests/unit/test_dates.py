"""Dates as boards print them, read at a fixed moment: Sunday 22 November 2026, 18:30 in Warsaw."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.dates import Order, find_date, learn_order, parse_date, read, read_thread
from listener.errors import ConfigError

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)

READ = {
    "wczoraj, 14:05": "2026-11-21T13:05",
    "dzisiaj o 7:12": "2026-11-22T06:12",
    "Dziś, 7:12": "2026-11-22T06:12",
    "przedwczoraj o godz. 23:59": "2026-11-20T22:59",
    "3 godz. temu": "2026-11-22T14:30",
    "3 godzin(y) temu": "2026-11-22T14:30",
    "2 godziny, 5 minut temu": "2026-11-22T15:25",
    "godzinę temu": "2026-11-22T16:30",
    "pół godziny temu": "2026-11-22T17:00",
    "niecałą minutę temu": "2026-11-22T17:30",
    "przed chwilą": "2026-11-22T17:30",
    "miesiąc temu": "2026-10-22T17:30",
    "ponad rok temu": "2025-11-22T17:30",
    "5 minutes ago": "2026-11-22T17:25",
    "less than a minute ago": "2026-11-22T17:30",
    "vor 3 Stunden": "2026-11-22T14:30",
    "2 h": "2026-11-22T15:30",
    "sty 3, 2026": "2026-01-02T23:00",
    "3 stycznia 2026 r. o godz. 14.05": "2026-01-03T13:05",
    "14:05, 3 stycznia 2026 r.": "2026-01-03T13:05",
    "pon, 3 lis 2025 14:05": "2025-11-03T13:05",
    "07 cze 2015, o 21:03": "2015-06-07T19:03",
    "12 XI 2025": "2025-11-11T23:00",
    "Listopad 20, 2026, 08:05:10": "2026-11-20T07:05:10",
    "10 lip 2024 - 08:12": "2024-07-10T06:12",
    "Wed Aug 07, 2019 6:50 am": "2019-08-07T04:50",
    "November 20, 2026, 08:05:10 PM": "2026-11-20T19:05:10",
    "Tue 16-Jun-20 16:12:14": "2020-06-16T14:12:14",
    "3rd of May 2020": "2020-05-02T22:00",
    "Sunday 8th March": "2026-03-07T23:00",
    "Tuesday at 3:14 PM": "2026-11-17T14:14",
    "wtorek, 15:14": "2026-11-17T14:14",
    "March 27": "2026-03-26T23:00",
    "5. Januar 2019 um 03:32": "2019-01-05T02:32",
    "11/11/2007, 22h25": "2007-11-11T21:25",
    "08.11.2009, 11:49": "2009-11-08T10:49",
    "05.01.12 11:27": "2012-01-05T10:27",
    "11-19-2025, 10:59 PM": "2025-11-19T21:59",
    "19-11-2025 22:59": "2025-11-19T21:59",
    "12-12-2025, 12:05 AM": "2025-12-11T23:05",
    "2026-01-03T14:05:00+0100": "2026-01-03T13:05",
    "2026-01-03T14:05:00.123Z": "2026-01-03T14:05",
    "20260103T140500Z": "2026-01-03T14:05",
    "Wed, 02 Oct 2002 13:00:00 GMT": "2002-10-02T13:00",
    "1763066181": "2025-11-13T20:36:21",
    "1763066181000": "2025-11-13T20:36:21",
    "29 lut 2024": "2024-02-28T23:00",
    # what cannot be told
    "03-04-2025, 10:59 PM": None,
    "31.02.2025 10:00": None,
    "29.03.2026 02:30": None,
    "0000-01-01 00:00": None,
    "9999-12-31 10:00": None,
    "24 grudnia 2031, 12:00": None,
    "Jan '19": None,
    "kilka dni temu": None,
    "": None,
    "x" * 500: None,
}


@pytest.mark.parametrize(("raw", "wanted"), READ.items(), ids=[raw[:40] for raw in READ])
def test_dates_are_read_or_left(raw: str, wanted: str | None) -> None:
    assert parse_date(raw, now=NOW) == (datetime.fromisoformat(wanted).replace(tzinfo=UTC) if wanted else None)


def test_the_zone_of_the_board_counts_unless_the_date_names_one() -> None:
    assert parse_date("20.11.2026 08:00", now=NOW, zone="America/New_York") == datetime(2026, 11, 20, 13, tzinfo=UTC)
    assert parse_date("2026-11-20T08:00:00Z", now=NOW, zone="America/New_York") == datetime(2026, 11, 20, 8, tzinfo=UTC)
    when = read("20.11.2026 08:00", now=NOW)
    assert when is not None
    assert when.zone_assumed


def test_an_unknown_zone_is_an_error_with_a_mend() -> None:
    with pytest.raises(ConfigError, match="IANA"):
        parse_date("20.11.2026 08:00", now=NOW, zone="Europe/Warszawa")


def test_the_hour_that_happens_twice_is_not_guessed() -> None:
    assert parse_date("25.10.2026 02:30", now=NOW) is None
    first_time_round = datetime(2026, 10, 25, 0, 40, tzinfo=UTC)
    assert parse_date("25.10.2026 02:30", now=first_time_round) == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_the_hour_that_happens_twice_is_told_by_a_clock_that_runs_back() -> None:
    raws = ["25.10.2026 01:55", "25.10.2026 02:10", "25.10.2026 02:50", "25.10.2026 02:20", "25.10.2026 03:05"]
    found = read_thread(raws, now=NOW)
    assert [at and (at.hour, at.minute) for at in found] == [(23, 55), (0, 10), (0, 50), (1, 20), (2, 5)]


def test_day_and_month_are_told_by_the_thread() -> None:
    raws = ["03-04-2025, 10:59 PM", "03-19-2025, 10:59 PM"]
    assert learn_order(raws, now=NOW) is Order.MDY
    assert read_thread(raws, now=NOW)[0] == datetime(2025, 3, 4, 21, 59, tzinfo=UTC)
    assert learn_order(["04/06/2019 06:55", "05/06/2019 09:29", "06/06/2019 12:52"], now=NOW) is Order.DMY
    assert learn_order(["04/06/2019 06:55", "05/07/2019 09:29"], now=NOW) is None
    assert learn_order([], now=NOW) is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("by Anna » Tue Dec 31, 2019 2:22 pm", "Tue Dec 31, 2019 2:22 pm"),
        ("Napisano wczoraj, 14:05 #3", "wczoraj, 14:05"),
        ("today is a good day", None),
        ("hier", None),
        ("Kup 3 okna", None),
        ("1.2.3.4", None),
    ],
)
def test_a_date_is_found_in_a_line(text: str, found: str | None) -> None:
    assert find_date(text) == found


@given(st.text(max_size=200))
def test_no_text_breaks_the_reader(text: str) -> None:
    when = read(text, now=NOW)
    assert when is None or 1975 <= when.at.year <= 2026
    find_date(text)
    read_thread([text, text], now=NOW)


@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2026, 11, 21)))
def test_what_was_written_is_what_is_read(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=UTC)
    assert parse_date(moment.isoformat(), now=NOW) == moment
    assert parse_date(moment.strftime("%a, %d %b %Y %H:%M:%S GMT"), now=NOW) == moment
    assert parse_date(moment.strftime("%d.%m.%Y %H:%M:%S"), now=NOW, zone="UTC") == moment
