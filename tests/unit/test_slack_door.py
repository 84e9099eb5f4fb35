"""Commands read as questions, and times as people choose them."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from listener.permissions import Action
from listener.slack_door.asking import Ask, Question, read_question, scope, scope_and_time
from listener.slack_door.rights import right_for
from listener.slack_door.times import period, quiet_until, snoozed_until
from responders.slack.commands import Act, Do, Form, Open, Until

WARSAW = ZoneInfo("Europe/Warsaw")
SUNDAY = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "ask", "rest"),
    [
        ("szukaj okna  Wintermann", Ask.SEARCH, "okna Wintermann"),
        ("SEARCH x", Ask.SEARCH, "x"),
        ("Kolejka", Ask.QUEUE, ""),
        ("dyżur", Ask.ON_CALL, ""),
        ("DYŻUR", Ask.ON_CALL, ""),
        ("on call", Ask.ON_CALL, ""),
        ("on-call", Ask.ON_CALL, ""),
        ("raport 2026-11-01", Ask.DIGEST, "2026-11-01"),
        ("wycisz tu 2h", Ask.MUTE, "tu 2h"),
        ("znajdź to", Ask.SEARCH, "to"),
    ],
)
def test_words_in_both_languages(text: str, ask: Ask, rest: str) -> None:
    assert read_question(text) == Question(ask=ask, rest=rest)


@pytest.mark.parametrize("text", ["", "  ", "kawa", "help", "?", "\u0000", "szuka"])
def test_what_is_not_understood_is_a_call_for_help(text: str) -> None:
    assert read_question(text).ask is Ask.HELP


@pytest.mark.parametrize(
    ("rest", "what", "when"),
    [
        ("forum 2h", "source:forum", "2h"),
        ("forum okien 30 min", "source:forum okien", "30 min"),
        ("tu 1d", "channel:C1", "1d"),
        ("<#C0X|alerty> jutro", "channel:C0X", "jutro"),
        ("źródło:forum 2h", "source:forum", "2h"),
        ("query:ow:Wintermann 2h", "query:ow:Wintermann", "2h"),
        ("forum zaraz", "source:forum", "zaraz"),
        ("forum", "source:forum", ""),
    ],
)
def test_what_to_mute_and_how_long(rest: str, what: str, when: str) -> None:
    assert scope_and_time(rest, "C1") == (what, when)
    assert scope("here", "C1") == "channel:C1"


@pytest.mark.parametrize(
    ("said", "hours"),
    [
        ("2h", 2),
        ("30m", 0.5),
        ("1d", 24),
        ("2 godz", 2),
        ("90 min", 1.5),
        ("1 dzień", 24),
        ("1h30m", 1.5),
        ("jutro", 24),
    ],
)
def test_lengths_of_time(said: str, hours: float) -> None:
    until = quiet_until(said, SUNDAY, WARSAW)
    assert until is not None
    assert (until - SUNDAY).total_seconds() == hours * 3600


@pytest.mark.parametrize("said", ["", "zaraz", "-2h", "2", "0m", "900d", "9" * 30 + "h"])
def test_no_length_of_time(said: str) -> None:
    assert quiet_until(said, SUNDAY, WARSAW) is None


def test_mornings_are_by_the_clock_there() -> None:
    friday_before_winter_time = datetime(2026, 10, 23, 15, 0, tzinfo=UTC)
    monday = snoozed_until(Until.MONDAY, None, friday_before_winter_time, WARSAW)
    assert monday == datetime(2026, 10, 26, 7, 0, tzinfo=UTC), "eight in the morning after the clocks went back"
    on_monday = datetime(2026, 10, 26, 9, 0, tzinfo=UTC)
    assert snoozed_until(Until.MONDAY, None, on_monday, WARSAW) == datetime(2026, 11, 2, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize("at", [None, 0, int(SUNDAY.timestamp()), int(SUNDAY.timestamp()) + 400 * 86400])
def test_times_that_cannot_be_chosen(at: int | None) -> None:
    assert snoozed_until(Until.CHOSEN, at, SUNDAY, WARSAW) is None


def test_periods_are_days_there() -> None:
    start, end = period("", "", SUNDAY, WARSAW)
    assert (start.date().isoformat(), (end - start).days) == ("2026-11-16", 7)
    assert period("2026-11-01", "2026-11-01", SUNDAY, WARSAW)[1].date().isoformat() == "2026-11-02"
    for first, last in (("wczoraj", ""), ("2026-11-02", "2026-11-01"), ("2026-13-01", "")):
        with pytest.raises(ValueError, match=last or first):
            period(first, last, SUNDAY, WARSAW)


def test_everything_that_can_be_done_needs_a_right() -> None:
    rights = {right_for(Do(act=act, ticket_id=1, version=1)) for act in Act}
    rights |= {right_for(Open(form=form)) for form in Form}
    assert Action.CLAIM in rights
    assert Action.REPLY in rights
