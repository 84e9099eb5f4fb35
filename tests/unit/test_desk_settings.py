"""The tables of the desk: what they become, and what is wrong with them."""

from datetime import date, timedelta
from pathlib import Path

import pytest

from listener import settings
from listener.alerting import ChannelPolicy
from listener.distribution import Strategy
from listener.model import Priority, Sentiment
from listener.views import Role

WHOLE = """
[[brand]]
name = "Okna W"
queries = ["W"]
[calendar]
hours = { mon = "08:00-12:00, 13:00-17:00", sat = "09:00-24:00" }
closed = [2026-12-31]
[sla]
next_response = { high = "2h" }
warn = [90, 25]
[sla.first_response]
high = "3h"
low = "5h"
[[team]]
name = "bok"
distribution = "round_robin"
manager = "ewa"
lends_to = ["social"]
channel = "C0BOK"
[[team]]
name = "social"
[[agent]]
name = "ala"
teams = ["bok"]
capacity = 5
languages = ["PL"]
hours = { sun = "10:00-12:00" }
role = "manager"
[approval]
brands = ["okna w"]
[alerts]
per_hour = 20
quiet = "22:00-07:00"
flood = 0
[alerts.channels.C2]
per_hour = 5
[[route]]
team = "bok"
sentiments = ["negative"]
min_confidence = { complaint = 0.7 }
raise_to = "high"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "listener.toml"


def findings(file: Path, text: str) -> list[str]:
    file.write_text(text, encoding="utf-8")
    return [str(f).removeprefix(f"{file}: ") for f in settings.inspect(file, {}).findings if f.fatal]


def test_a_whole_desk(file: Path) -> None:
    file.write_text(WHOLE, encoding="utf-8")
    got = settings.load(file, {})
    bok, social = got.staff.teams
    (ala,) = got.staff.agents
    assert (bok.strategy, bok.manager, bok.lends_to) == (Strategy.ROUND_ROBIN, "ewa", ("social",))
    assert (social.strategy, social.calendar) == (Strategy.LEAST_LOADED, None)
    assert (ala.capacity, ala.languages, ala.role) == (5, frozenset({"pl"}), Role.MANAGER)
    assert ala.calendar is not None
    assert ala.calendar.hours == {6: ((600, 720),)}
    assert got.staff.calendar.hours == {0: ((480, 720), (780, 1020)), 5: ((540, 1440),)}
    assert ala.calendar.closed == got.staff.calendar.closed == frozenset({date(2026, 12, 31)})
    sla = got.triage.sla
    assert (sla.warn, sla.calendar) == ((25, 90), got.staff.calendar)
    assert (sla.next_response[Priority.HIGH], sla.next_response[Priority.LOW]) == (
        timedelta(hours=2),
        timedelta(hours=5),
    )
    assert got.approval.brands == frozenset({"okna-w"})
    assert got.alerting.of("C1") == ChannelPolicy(per_hour=20, quiet=(1320, 420))
    assert got.alerting.of("C2") == ChannelPolicy(per_hour=5, quiet=(1320, 420))
    assert got.floods.at_least == 0
    (rule,) = got.rules
    assert (rule.channel, rule.raise_to, rule.sentiments) == ("C0BOK", Priority.HIGH, frozenset({Sentiment.NEGATIVE}))
    assert rule.min_confidence == {"complaint": 0.7}


def test_without_any_of_it_nobody_is_disturbed(file: Path) -> None:
    file.write_text("", encoding="utf-8")
    got = settings.load(file, {})
    assert (got.staff.teams, got.staff.calendar.hours, got.alerting.default) == ((), None, ChannelPolicy())
    assert got.triage.reopen_within == timedelta(days=14)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('[calendar]\nhours = { mon = "8-16" }', '[calendar]: hours.mon: must be hours such as "08:00-16:00"'),
        (
            '[calendar]\nhours = { mon = "16:00-08:00" }',
            "[calendar]: hours.mon: must be ascending hours that do not overlap",
        ),
        (
            '[calendar]\nhours = { mon = "08:00-25:00" }',
            "[calendar]: hours.mon: names a time that there is not: 00:00 to 24:00",
        ),
        ("[calendar]\nhours = {}", "[calendar]: hours: is never open: name the hours of at least one day"),
        ('[calendar]\nholidays = "QQ"', '"QQ" is no country'),
        ('[alerts]\nquiet = "22:00-22:00"', "[alerts]: quiet: begins when it ends"),
        ('[[team]]\nname = "a"\n[[team]]\nname = "a"', '[[team]] 2 "a": name: "a" is already team 1'),
        ('[[team]]\nname = "a"\nlends_to = ["b"]', '[[team]] 1 "a": lends_to.1: "b" is no team (known: a)'),
        ('[[agent]]\nname = "x"\nteams = ["b"]', '[[agent]] 1 "x": teams.1: "b" is no team (there is none)'),
        ('[[team]]\nname = "bok"\n[[route]]\nteam = "bop"', '[[route]] 1: team: "bop" is no team (did you mean bok?)'),
        ('[approval]\nbrands = ["x"]', '[approval]: brands.1: "x" is no brand (there is none)'),
        (
            '[[agent]]\nname = "x"\ncapacity = 0',
            '[[agent]] 1 "x": capacity: input should be greater than or equal to 1',
        ),
    ],
)
def test_what_is_wrong_says_where(file: Path, text: str, found: str) -> None:
    assert any(found in finding for finding in findings(file, text)), findings(file, text)
