"""rules: other routing tried on what is stored, and what people said of the rules."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from listener import settings
from listener.app import make_listener
from listener.intake import Haul
from listener.model import TicketState
from tests.making import a_post
from tests.unit.cli.conftest import Run, make_config

NOW = datetime(2020, 1, 2, 7, 0, tzinfo=UTC)
RULES = """
[[route]]
team = "{team}"
name = "skargi"
intents = ["complaint"]
[[route]]
team = "inni"
language = "en"
"""


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """A house with two tickets, one of which people called not relevant."""
    file = make_config(tmp_path)
    file.write_text(file.read_text(encoding="utf-8") + RULES.format(team="bok"), encoding="utf-8")
    house = make_listener(settings.load(file, {}))
    try:
        text = "Reklamacja: okna Wintermann przeciekają, nikt nie odpowiada. Skandal, oddajcie pieniądze! {}"
        posts = tuple(
            a_post(str(n), thread_id=str(n), author=f"a{n}", text=text.format(word), published_at=None, seen_at=NOW)
            for n, word in enumerate(("Kraków i okolice, luty", "zupełnie co innego: drzwi balkonowe"), start=1)
        )
        house.intake.take(Haul(source="forum", posts=posts), NOW)
        tickets = house.desk.inbox(state=TicketState.OPEN)
        first = tickets[0].ticket
        house.desk.not_relevant(first.id, by="ala", version=first.version, now=NOW)
    finally:
        house.close()
    return file


def changed(config: Path, team: str) -> Path:
    other = config.with_name("other.toml")
    text = config.read_text(encoding="utf-8")
    other.write_text(text.replace('team = "bok"', f'team = "{team}"'), encoding="utf-8")
    return other


def test_what_would_go_elsewhere(run: Run, config: Path) -> None:
    ran = run("rules", "try", "--config", str(changed(config, "reklamacje")), "--against", str(config))
    rows = [json.loads(line) for line in ran.out.splitlines()]
    assert rows
    assert {(row["before"]["team"], row["after"]["team"]) for row in rows} == {("bok", "reklamacje")}
    assert f"{len(rows)} tickets tried, {len(rows)} would go elsewhere" in ran.err
    assert "0 inni language=en" in ran.err
    then = run("rules", "try", "--config", str(changed(config, "reklamacje")))
    assert [json.loads(line)["after"]["team"] for line in then.out.splitlines()] == ["reklamacje"] * len(rows)


def test_the_same_rules_move_nothing(run: Run, config: Path) -> None:
    ran = run("rules", "try", "--config", str(config))
    assert (ran.code, ran.out) == (0, "")
    assert "0 tickets tried" in run("rules", "try", "--config", str(config), "--days", "1").err


def test_what_people_said_of_a_rule(run: Run, config: Path) -> None:
    ran = run("rules", "precision", "--config", str(config))
    (row,) = [json.loads(line) for line in ran.out.splitlines()]
    assert (row["rule"], row["not_relevant"], row["precision"]) == ("skargi", 1, 0.0)
