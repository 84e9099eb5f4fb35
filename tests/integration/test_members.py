"""A board for members only, read with an account: the command as a user runs it, and a session that ends."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from listener.errors import Failure, FetchError
from listener.http import Http, Member, Session
from listener.protocols import Conversation, Request, SourceConfig
from listener.registry import log_in
from tests.integration.board import Account, Board, Topic
from tests.integration.board.walk import POLICY
from tests.integration.test_crash import ROOT

LISTENER = Path(sys.executable).with_name("listener")
READER = Account("czytelnik", "haslo-czytelnika-1")
CONFIG = """
[listener]
database = "sqlite:///listener.db"

[[brand]]
name = "Okna Wintermann"
queries = ["Wintermann"]

[[source]]
name = "members"
url = "{url}"
allow_private = true
username = "{user}"
password = "{password}"
"""


@pytest.fixture(scope="module")
def members_board(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Board]:
    with Board(tmp_path_factory.mktemp("members"), members_only=True) as running:
        running.add_user(READER)
        yield running


@pytest.fixture
def topic(members_board: Board) -> Topic:
    members_board.calm()
    return members_board.add_topic(READER, "Tylko dla nas", "Okna Wintermann przepuszczają zimno, nikt nie odpowiada!")


def once(tmp_path: Path, board: Board, password: str) -> subprocess.CompletedProcess[str]:
    """One pass of `listener run` over the members' board, its kind to be found out."""
    config = tmp_path / "listener.toml"
    config.write_text(CONFIG.format(url=board.url, user=READER.name, password=password), encoding="utf-8")
    command = [str(LISTENER), "run", "--config", str(config), "--once"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def exported(tmp_path: Path) -> str:
    command = [str(LISTENER), "export", "posts", "--format", "jsonl", "--config", str(tmp_path / "listener.toml")]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout


@pytest.mark.usefixtures("topic")
def test_posts_for_members_are_read_with_the_account(members_board: Board, tmp_path: Path) -> None:
    done = once(tmp_path, members_board, READER.password)
    assert done.returncode == 0, done.stderr
    assert "przepuszczają zimno" in exported(tmp_path)
    assert READER.password not in done.stdout + done.stderr


@pytest.mark.usefixtures("topic")
def test_a_source_for_members_can_be_tried_before_it_is_run(members_board: Board, tmp_path: Path) -> None:
    config = tmp_path / "listener.toml"
    text = CONFIG.format(url=members_board.url, user=READER.name, password=READER.password)
    config.write_text(text, encoding="utf-8")
    command = [str(LISTENER), "source", "test", "members", "--config", str(config)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert "przepuszczają zimno" in done.stdout


@pytest.mark.usefixtures("topic")
def test_a_wrong_password_is_told_and_not_shown(members_board: Board, tmp_path: Path) -> None:
    done = once(tmp_path, members_board, "nie-to-haslo")
    assert "refused the log-in" in done.stderr
    assert "check username and password" in done.stderr
    assert "nie-to-haslo" not in done.stdout + done.stderr
    assert exported(tmp_path) == ""


def test_a_session_that_ended_is_begun_again_once_a_pass(members_board: Board, topic: Topic) -> None:
    account = {"username": READER.name, "password": READER.password}
    begin = log_in(SourceConfig(name="members", kind="spirit", url=members_board.url, options=account))
    assert begin is not None
    session = Session()
    log_ins: list[datetime] = []

    def counted() -> Conversation[None]:
        log_ins.append(datetime.now(UTC))
        return begin()

    async def read() -> bytes:
        async with Http(POLICY) as http:
            member = Member(http, session, counted)
            return (await member.fetch(Request(url=topic.url), allow_private=True)).body

    assert b"Wintermann" in asyncio.run(read())
    assert b"Wintermann" in asyncio.run(read())
    assert len(log_ins) == 1, "the cookies of the first pass are good for the second"
    members_board.log_everybody_out()
    assert b"Wintermann" in asyncio.run(read())
    assert len(log_ins) == 2


def test_without_an_account_the_log_in_page_is_told(members_board: Board, topic: Topic, tmp_path: Path) -> None:
    config = tmp_path / "listener.toml"
    text = CONFIG.format(url=topic.url, user="x", password="y")  # of nobody
    config.write_text(text.replace('username = "x"\npassword = "y"\n', 'kind = "spirit"\n'), encoding="utf-8")
    done = subprocess.run(
        [LISTENER, "run", "--config", config, "--once"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert "give the source the username and password" in done.stderr


def test_a_refused_log_in_is_not_tried_again_at_once(members_board: Board, topic: Topic) -> None:
    account = {"username": READER.name, "password": "nie-to-haslo"}
    begin = log_in(SourceConfig(name="members", kind="spirit", url=members_board.url, options=account))
    assert begin is not None
    session = Session()

    async def read() -> int:
        async with Http(POLICY) as http:
            with pytest.raises(FetchError, match="refused the log-in") as caught:
                await Member(http, session, begin).fetch(Request(url=topic.url), allow_private=True)
            assert caught.value.failure is Failure.AUTH
            return sum(stats.requests for stats in http.stats().values())

    assert asyncio.run(read()) > 1
    assert asyncio.run(read()) == 0


def listener(*words: str, password: str | None, folder: Path) -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "LISTENER_PASSWORD"}
    env |= {"LISTENER_PASSWORD": password} if password else {}
    command = [str(LISTENER), *words, "--allow-private"]
    return subprocess.run(
        command, cwd=folder, env=env, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


@pytest.mark.usefixtures("topic")
def test_a_board_for_members_can_be_looked_at_before_it_is_configured(members_board: Board, tmp_path: Path) -> None:
    asked = ("crawl", members_board.url, "--username", READER.name)
    done = listener(*asked, password=READER.password, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "przepuszczają zimno" in done.stdout
    assert READER.password not in done.stdout + done.stderr
    done = listener(*asked, password="nie-to-haslo", folder=tmp_path)
    assert (done.returncode, done.stdout) == (1, "")
    assert "refused the log-in" in done.stderr
    done = listener(*asked, password=None, folder=tmp_path)
    assert done.returncode == 2
    assert "LISTENER_PASSWORD" in done.stderr


@pytest.mark.usefixtures("topic")
def test_it_is_added_with_its_account_and_the_password_stays_out_of_the_configuration(
    members_board: Board, tmp_path: Path
) -> None:
    config = tmp_path / "listener.toml"
    config.write_text('[listener]\ndatabase = "sqlite:///x.db"\n\n[[brand]]\nname = "W"\nqueries = ["W"]\n', "utf-8")
    asked = ("source", "add", members_board.url, "--name", "dla nas", "--username", READER.name)
    done = listener(*asked, password=READER.password, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "przepuszczają zimno" in done.stdout
    written = config.read_text(encoding="utf-8")
    assert READER.password not in written
    kept = tmp_path / "dla_nas.password"
    assert (kept.read_text(encoding="utf-8").strip(), kept.stat().st_mode & 0o777) == (READER.password, 0o600)
    command = [str(LISTENER), "source", "test", "dla nas"]
    tested = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "przepuszczają zimno" in tested.stdout, tested.stderr
