"""What source list says of each source."""

from datetime import timedelta
from pathlib import Path

from listener.storage import Storage, Traffic
from tests.making import NOW, later
from tests.unit.cli.conftest import Run

SOURCES = """
[[source]]
name = "forum"
kind = "feed"
url = "https://forum.example:8443/feed"

[[source]]
name = "blog"
kind = "feed"
url = "https://blog.example/"
"""
SEVEN = "2026-11-22 07:00Z"


def rows(config: Path) -> Storage:
    """The database of a configuration with two sources, of which one was read."""
    config.write_text(config.read_text(encoding="utf-8") + SOURCES, encoding="utf-8")
    storage = Storage.open(f"sqlite:///{config.parent / 'listener.db'}")
    with storage.begin() as tx:
        tx.sources.configure([("forum", "feed", "https://forum.example/"), ("blog", "feed", "x")], NOW)
        assert tx.sources.claim("forum", NOW, NOW + timedelta(minutes=5))
        traffic = Traffic(requests=120, not_modified=95, bytes=1_234_567, waited=240.4, robots="all allowed")
        tx.sources.release("forum", due_at=later(minutes=15), traffic=traffic, succeeded_at=NOW, new_at=NOW)
    return storage


def test_what_went_to_the_host_stands_below_the_source(run: Run, config: Path) -> None:
    rows(config).close()
    assert run("source", "list", "--config", config).out.splitlines() == [
        f"forum  feed  https://forum.example:8443/feed  last read {SEVEN}, last new post {SEVEN}, next {SEVEN[:-3]}15Z",
        "    forum.example:8443: 120 requests, 95 unchanged, 1.2 MB, held back 0:04:00; robots.txt: all allowed",
        "blog  feed  https://blog.example/  never read",
    ]


def test_trouble_is_shown(run: Run, config: Path) -> None:
    storage = rows(config)
    with storage.begin() as tx:
        failure = ("gone", "https://forum.example/: 404")
        tx.sources.release("forum", due_at=later(hours=1), traffic=Traffic(), failure=failure)
        tx.sources.told("forum", "silent")
    storage.close()
    out = run("source", "list", "--config", config).out
    assert "    failing, 1 in a row: gone: https://forum.example/: 404\n" in out
    assert "    silent for longer than its own history makes likely\n" in out
