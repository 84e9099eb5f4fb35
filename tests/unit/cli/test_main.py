"""What holds for every command: exit codes, one clear line for a failure, streams that end early."""

import os
import signal
import subprocess
import sys
import time
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
    "user",
    "slack",
    "db",
]
LISTENER = [sys.executable, "-c", "from listener.cli import main; main()"]


def test_the_commands_of_the_contract_exist() -> None:
    assert list(tree._COMMANDS) == CONTRACT


@pytest.mark.parametrize("command", CONTRACT)
def test_every_command_explains_itself(run: Run, command: str) -> None:
    ran = run(command, "--help")
    assert ran.code == 0
    assert ran.out.startswith(f"Usage: listener {command}")
    assert "--debug" in ran.out


def test_help_imports_no_command() -> None:
    script = (
        "import sys\nfrom listener.cli import main\ntry:\n    main(['--help'])\nexcept SystemExit: pass\n"
        "print([m for m in ('pydantic', 'sqlalchemy', 'numpy', 'httpx', 'asyncio') if m in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


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


def test_a_reader_that_leaves_early_is_no_failure(tmp_path: Path) -> None:
    file = tmp_path / "posts.jsonl"
    file.write_text('{"text": "Play"}\n' * 5_000)
    with subprocess.Popen(
        [*LISTENER, "match", "--query", "Play", str(file)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
        assert process.wait() == 0


def test_an_interruption_is_130(tmp_path: Path) -> None:
    with subprocess.Popen(
        [*LISTENER, "match", "--query", "Play"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdin is not None
        process.stdin.write(b"{}")  # no line end: it waits for more
        process.stdin.flush()
        _wait_until_reading(process.pid)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate()
    assert (process.returncode, err) == (130, b"listener: interrupted\n")


def _wait_until_reading(pid: int) -> None:
    """Until the process sleeps in a read of its standard input, with everything imported."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        maps = Path(f"/proc/{pid}/maps").read_text()
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2][0]
        if state == "S" and "ahocorasick" in maps:
            return
        time.sleep(0.02)


def test_output_is_utf8_whatever_the_locale(tmp_path: Path) -> None:
    environ = {**os.environ, "LC_ALL": "C", "PYTHONIOENCODING": "iso8859-2", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [*LISTENER, "match", "--query", "żółw"],
        input='{"text": "żółw €"}'.encode(),
        capture_output=True,
        env=environ,
        check=True,
    )
    assert "żółw €" in done.stdout.decode()
