"""Killed with SIGKILL at each point between a delivery and its ticket; Facebook sends again what was not answered."""

import os
import signal
from multiprocessing import get_context
from pathlib import Path

import pytest

from listener.failpoints import ARRIVALS
from listener.storage import Storage
from tests.fakes import Clock
from tests.graph import ANNA, PAGE, a_graph
from tests.integration.facebook.worker import main
from tests.making import NOW


def run(database: Path, body: Path, failpoint: str) -> int | None:
    """Exit code of a forked worker, or minus the signal that killed it."""
    process = get_context("fork").Process(target=main, args=(str(database), body, failpoint))
    process.start()
    process.join()
    return process.exitcode


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.parametrize("failpoint", ARRIVALS)
def test_nothing_is_lost_or_doubled(failpoint: str, tmp_path: Path) -> None:
    database, body = tmp_path / "house.db", tmp_path / "body"
    storage = Storage.open(f"sqlite:///{database}")
    with storage.begin() as tx:
        tx.sources.configure([("facebook", "facebook", "https://www.facebook.com/okna")], NOW)
    storage.close()
    graph = a_graph(Clock())
    comment = graph.comment(graph.add_post(PAGE, "Nowe okna"), "Okna Wintermann ciekną", ANNA)
    graph.batch()
    body.write_bytes(graph.waiting[0].body)

    assert run(database, body, failpoint) == -signal.SIGKILL, "the point must be on the path"
    assert run(database, body, "") == 0

    with storage.read() as tx:
        tickets = tx.tickets.listing(None, 10)
        stored = tx.posts.find("facebook", comment.id)
        waiting, events = tx.arrivals.waiting(), tx.outbox.waiting()
    storage.close()
    assert len(tickets) == 1
    assert stored is not None
    assert (stored.revisions, waiting, events) == (0, 0, 1)
