"""run: what keeps the service from starting is told in one line, and leaves nothing half made."""

import socket
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

PORT = "[web]\nport = {port}\n"


def test_a_port_in_use(run: Run, config: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        config.write_text(config.read_text(encoding="utf-8") + PORT.format(port=port), encoding="utf-8")
        ran = run("run", "--config", config)
        demo = run("demo", "--port", port)
    for refused in (ran, demo):
        assert (refused.code, refused.err.count("\n")) == (1, 1), refused.err
        assert refused.err.startswith(f"listener: 127.0.0.1:{port}: cannot listen there: Address already in use (")


def test_a_pass_over_nothing(run: Run, config: Path) -> None:
    ran = run("run", "--once", "--config", config)
    assert ran.code == 0, ran.err


def test_a_pass_over_a_place_that_may_not_be_reached(run: Run, config: Path) -> None:
    table = '[[source]]\nname = "away"\nkind = "feed"\nurl = "http://127.0.0.1:8099/"\n'
    config.write_text(config.read_text(encoding="utf-8") + table, encoding="utf-8")
    ran = run("run", "--once", "--config", config)
    assert ran.code == 1
    assert "Traceback" not in ran.err
    assert "away" in ran.err


@pytest.mark.parametrize(
    "database",
    [
        "sqlite:///none/listener.db",
        "sqlite:////proc/listener.db",  # nobody may write there, not even root
        "sqlite:///.",
        "postgresql://nobody:hidden@127.0.0.1:9/x",
    ],
)
def test_a_database_that_cannot_be_opened(run: Run, config: Path, database: str) -> None:
    config.write_text(config.read_text(encoding="utf-8").replace("sqlite:///listener.db", database), encoding="utf-8")
    for arguments in (["run", "--once"], ["import"]):
        ran = run(*arguments, "--config", config)
        assert (ran.code, ran.err.count("\n")) == (1, 1), ran.err
        assert "hidden" not in ran.err


def test_a_missing_configuration(run: Run, tmp_path: Path) -> None:
    assert run("run", "--config", tmp_path / "none.toml").code == 2
    assert run("run").code == 2


def test_a_manifest_for_slack(run: Run) -> None:
    ran = run("slack", "manifest")
    assert ran.code == 0, ran.err
    assert "display_information" in ran.out
    assert "socket_mode_enabled: true" in ran.out
    over_http = run("slack", "manifest", "--url", "https://inbox.example/")
    assert "url: https://inbox.example/slack/commands" in over_http.out
    assert run("slack", "manifest", "--url", "http://inbox.example").code == 2
