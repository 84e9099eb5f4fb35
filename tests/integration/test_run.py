"""The command as a user runs it, against a real board: crawl, ticket, inbox, approval, published reply, clean stop."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import httpx
import pytest

from listener.storage import Storage
from tests.integration.board import Account, Board, Topic
from tests.integration.test_crash import CONFIG, ROOT

T = TypeVar("T")
LISTENER = Path(sys.executable).with_name("listener")
REPLY = "Dzień dobry, tu Zespół Okna Wintermann. Prosimy o kontakt z naszym serwisem, sprawdzimy okna."


@pytest.fixture(scope="module")
def neighbour(board: Board) -> Account:
    return board.add_user(Account("sasiad", "haslo-sasiada-1"))


@pytest.fixture
def topic(board: Board, neighbour: Account) -> Topic:
    board.calm()
    return board.add_topic(
        neighbour,
        "Zimno przy oknach",
        "Okna firmy Wintermann przepuszczają zimno. Zgłosiłem reklamację i nikt się nie odezwał.",
    )


@pytest.fixture
def config(board: Board, topic: Topic, tmp_path: Path) -> Path:
    """A configuration on SQLite, with the inbox at any free port."""
    path = tmp_path / "listener.toml"
    user, password = board.admin.name, board.admin.password
    text = CONFIG.format(database="sqlite:///listener.db", url=topic.url, user=user, password=password)
    text = text.replace('kind = "spirit"\n', "")  # as most people will: what it runs is found out
    path.write_text(text + "\n[web]\nport = 0\n", encoding="utf-8")
    return path


@pytest.fixture
def service(config: Path) -> Iterator[subprocess.Popen[str]]:
    """`listener run`, ready."""
    process = subprocess.Popen(
        [LISTENER, "run", "--config", config], cwd=ROOT, stderr=subprocess.PIPE, text=True, env={**os.environ}
    )
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()
    assert process.stderr
    process.stderr.close()


def inbox_address(process: subprocess.Popen[str]) -> str:
    """Reads the log until the service says where its inbox is."""
    assert process.stderr
    for line in process.stderr:
        if found := re.search(r"http://127\.0\.0\.1:\d+/", line):
            return found[0]
    raise AssertionError("the service ended before it was ready")


def until(look: Callable[[], T | None], seconds: float = 60.0) -> T:
    """Looks until there is something to see; fails after that many seconds."""
    give_up = time.monotonic() + seconds
    while (seen := look()) is None:
        assert time.monotonic() < give_up, "nothing came"
        time.sleep(0.1)
    return seen


def test_one_pass_makes_a_ticket_and_a_second_one_changes_nothing(config: Path, tmp_path: Path) -> None:
    for _ in range(2):
        done = subprocess.run(
            [LISTENER, "run", "--config", config, "--once"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
    listed = subprocess.run(
        [LISTENER, "export", "tickets", "--format", "jsonl", "--config", config],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert len(listed) == 1
    assert '"wintermann' in listed[0].lower()
    assert (tmp_path / "listener.db").exists(), "a relative path is beside the configuration"


def test_from_the_board_to_the_inbox_and_back(
    service: subprocess.Popen[str], board: Board, topic: Topic, neighbour: Account
) -> None:
    address = inbox_address(service)
    with httpx.Client(base_url=address, headers={"Origin": address.rstrip("/")}, follow_redirects=True) as browser:
        ticket = until(lambda: re.search(r'href="(/tickets/\d+)"', browser.get("/").text))[1]
        page = browser.get(ticket).text
        assert "przepuszczają zimno" in page
        fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', page))
        answer = browser.post(f"{ticket}/reply", data={**fields, "text": REPLY, "approved_by": "ala", "name": "ala"})
        assert answer.status_code == 200, answer.text

        def published() -> list[str] | None:
            comments = board.comments(topic)
            return [one["author"] for one in comments if REPLY[:40] in one["text"]] or None

        assert until(published) == [board.admin.name]
        assert until(lambda: "board" if "comment" in browser.get(ticket).text else None)
    service.send_signal(signal.SIGTERM)
    assert service.wait(timeout=15) == 0


def test_a_second_service_on_the_same_database_is_refused(service: subprocess.Popen[str], config: Path) -> None:
    inbox_address(service)
    second = subprocess.run(
        [LISTENER, "run", "--config", config, "--once"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert second.returncode == 1
    assert "another listener is at work" in second.stderr
    assert "Traceback" not in second.stderr


def test_ctrl_c_is_told_from_a_normal_end(service: subprocess.Popen[str]) -> None:
    inbox_address(service)
    service.send_signal(signal.SIGINT)
    assert service.wait(timeout=15) == 130


@pytest.fixture
def mute() -> Iterator[str]:
    """URL of a place that takes requests and never answers."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"


@pytest.fixture
def stuck(config: Path, mute: str) -> Iterator[subprocess.Popen[str]]:
    """The service with a page in hand that does not come."""
    text = config.read_text()
    config.write_text(re.sub(r'url = ".*"', f'url = "{mute}"', text), encoding="utf-8")
    with subprocess.Popen(
        [LISTENER, "run", "--config", config, "--debug"], cwd=ROOT, stderr=subprocess.PIPE, text=True
    ) as process:
        inbox_address(process)
        storage = Storage.open(f"sqlite:///{config.parent / 'listener.db'}")
        until(lambda: True if _claimed(storage) else None)
        storage.close()
        yield process
        process.kill()


def _claimed(storage: Storage) -> bool:
    with storage.read() as tx:
        return any(row.claimed_until for row in tx.sources.all())


def test_a_place_that_does_not_answer_does_not_hold_up_the_end(stuck: subprocess.Popen[str], config: Path) -> None:
    stuck.send_signal(signal.SIGTERM)
    assert stuck.wait(timeout=20) == 0
    storage = Storage.open(f"sqlite:///{config.parent / 'listener.db'}")
    assert not _claimed(storage), "the source was given back"
    storage.close()


def test_a_second_signal_leaves_at_once(stuck: subprocess.Popen[str]) -> None:
    stuck.send_signal(signal.SIGTERM)
    assert stuck.stderr
    assert any("finishing what is in hand" in line for line in stuck.stderr)
    started = time.monotonic()
    stuck.send_signal(signal.SIGTERM)
    assert stuck.wait(timeout=20) == 130
    assert time.monotonic() - started < 4, "it did not wait for the page"
