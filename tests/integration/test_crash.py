"""Killed with SIGKILL at every named point of the path and started again: nothing lost, no second ticket, at most
one more alert, and never a second public reply. Over a real board and both databases."""

import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from listener.failpoints import NAMES
from listener.model import ReplyState, TicketState
from listener.storage import Storage
from tests.integration.board import Account, Board, Topic

ROOT = Path(__file__).resolve().parents[2]
CUSTOMER = Account("klient", "haslo-klienta-1")
CONFIG = """
[listener]
database = "{database}"

[[brand]]
name = "Okna Wintermann"
queries = ["Wintermann"]

[[source]]
name = "forum"
kind = "spirit"
url = "{url}"
allow_private = true
every = "1s"
reply = {{ username = "{user}", password = "{password}" }}
"""


@pytest.fixture(scope="module")
def customer(board: Board) -> Account:
    return board.add_user(CUSTOMER)


@pytest.fixture
def topic(board: Board, customer: Account) -> Topic:
    """A complaint on the board."""
    board.calm()
    return board.add_topic(
        customer,
        "Okna Wintermanna",
        "Od trzech tygodni nikt nie odpowiada na moją reklamację. Okna Wintermanna przepuszczają zimno!",
    )


@pytest.fixture(scope="module")
def nursery() -> Iterator[subprocess.Popen[str]]:
    """A process that has everything imported and forks a worker for each order."""
    command = [sys.executable, "-m", "tests.integration.crash_worker"]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        yield process


@pytest.fixture
def worker(
    nursery: subprocess.Popen[str], board: Board, topic: Topic, database_url: str, tmp_path: Path
) -> Callable[[str], int]:
    """Runs a worker to its end; gives its exit code, or minus the signal that killed it. failpoint: where it dies."""
    config = tmp_path / "listener.toml"
    user, password = board.admin.name, board.admin.password
    config.write_text(CONFIG.format(database=database_url, url=topic.url, user=user, password=password))

    def run(failpoint: str) -> int:
        assert nursery.stdin
        assert nursery.stdout
        nursery.stdin.write(f"{failpoint}\t{config}\t{tmp_path / 'diary'}\n")
        nursery.stdin.flush()
        return int(nursery.stdout.readline())

    return run


@pytest.mark.parametrize("failpoint", NAMES)
def test_killed_anywhere_it_ends_as_if_nothing_had_happened(
    failpoint: str, worker: Callable[[str], int], board: Board, topic: Topic, database_url: str, tmp_path: Path
) -> None:
    assert worker(failpoint) == -signal.SIGKILL, "the point must be on the path"
    assert worker("") == 0

    storage = Storage.open(database_url)
    with storage.read() as tx:
        tickets = tx.tickets.listing(None, 10)
        replies = tx.replies.of_tickets([ticket.id for ticket in tickets])
        waiting = tx.outbox.waiting()
        posts = tx.posts.of_thread("forum", str(topic.id))
    storage.close()
    assert [ticket.state for ticket in tickets] == [TicketState.PENDING]
    assert [reply.state for reply in replies] == [ReplyState.PUBLISHED]
    assert [stored.post.author for stored in posts][:1] == [CUSTOMER.name]
    assert waiting == 0

    written = [comment["text"] for comment in board.comments(topic) if comment["author"] == board.admin.name]
    assert len(written) == 1, written
    alerts = Counter((tmp_path / "diary").read_text().splitlines())
    assert set(alerts) == {f"ticket.opened {tickets[0].id}", f"reply.published {tickets[0].id}"}
    assert sum(alerts.values()) <= 3, "at most one alert more"
