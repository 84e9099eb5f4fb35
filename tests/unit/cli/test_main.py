"""What holds for every command: exit codes, one clear line for a failure, streams that end early."""

from pathlib import Path

import pytest

from listener.cli import tree
from tests.unit.cli.conftest import Run

CONTRACT = [
    "demo",
    "run",
    "crawl",
    "parse",
    "detect",
    "forms",
    "match",
    "classify",
    "suggest",
    "check-reply",
    "evaluate",
    "train",
    "digest",
    "import",
    "export",
    "erase",
    "check",
    "source",
    "rules",
    "user",
    "slack",
    "db",
]


def test_the_commands_of_the_contract_exist() -> None:
    assert list(tree._COMMANDS) == CONTRACT


@pytest.mark.parametrize("command", CONTRACT)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: listener {command}")
    assert "--debug" in ran.out


def test_version(run: Run) -> None:
    assert run("--version").out.startswith("listener ")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["mach"], 'listener: no command "mach", did you mean "match"? (see listener --help)\n'),
        (["--nothing"], "listener: No such option '--nothing'. (see listener --help)\n"),
        (["forms"], "listener: forms: Missing argument 'NAME'. (see listener forms --help)\n"),
    ],
)
def test_wrong_usage_is_one_line_and_2(run: Run, arguments: list[str], message: str) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.replace('"--nothing"', "'--nothing'") == message


@pytest.mark.parametrize("arguments", [[], ["source"], ["slack"]])
def test_no_command_shows_help_and_2(run: Run, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert "\nCommands:\n" in ran.err


def test_a_failure_is_one_line_unless_debugging(run: Run, tmp_path: Path) -> None:
    ran = run("check", "--config", tmp_path / "none\n.toml")
    assert (ran.code, ran.out.count("\n")) == (2, 1)
    ran = run("match", "--config", tmp_path / "none.toml")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert ran.err.startswith(f"listener: {tmp_path}/none.toml: no such file (")
    for arguments in (["--debug", "match"], ["match", "--debug"]):
        assert "Traceback" in run(*arguments, "--config", tmp_path / "none.toml").err


def test_a_file_name_cannot_colour_the_terminal(run: Run) -> None:
    assert "\x1b" not in run("match", "--query", "x", "\x1b[31mfile").err
