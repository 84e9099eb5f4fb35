"""What a user gets for what is wrong: a line with place and mend, the right exit code, nothing half-written."""

import http.server
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa

from listener.storage import Storage
from tests.integration.test_crash import ROOT

LISTENER = Path(sys.executable).with_name("listener")
GOOD = """
[listener]
database = "sqlite:///listener.db"

[web]
port = 0

[[brand]]
name = "Okna Wintermann"
queries = ["Wintermann"]
"""
SOURCE = """
[[source]]
name = "forum"
kind = "feed"
url = "{url}"
allow_private = true
"""


@dataclass
class Ended:
    """How a command ended. said: standard error."""

    code: int
    said: str

    def __post_init__(self) -> None:
        assert "Traceback" not in self.said, self.said


def listener(folder: Path, config: str, *words: str) -> Ended:
    """Runs `listener WORDS --config FILE` on a configuration."""
    file = folder / "listener.toml"
    file.write_text(config, encoding="utf-8")
    done = subprocess.run(
        [LISTENER, *words, "--config", file], cwd=ROOT, capture_output=True, text=True, timeout=120, check=False
    )
    return Ended(done.returncode, done.stderr)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (GOOD + 'alias = ["W"]\n', ["[[brand]]", "Okna Wintermann", "alias", "aliases"]),
        (GOOD.replace('name = "Okna Wintermann"', ""), ["[[brand]]", "name", "missing"]),
        (GOOD + SOURCE.replace('url = "{url}"\n', ""), ["[[source]]", "forum", "url"]),
        (GOOD + SOURCE.format(url="forum.example.org"), ["[[source]]", "forum", "url", "http"]),
        (GOOD + SOURCE.format(url="http://x.example/").replace("feed", "fede"), ["fede", "feed"]),
        (GOOD.replace('"Wintermann"]', '"Wintermann AND"]'), ["[[brand]]", "queries", "character 15"]),
        (GOOD.replace("sqlite:///", "mysql://"), ["[listener]", "database", "sqlite"]),
        ("[listener\n", ["line 1"]),
    ],
)
def test_a_wrong_configuration_is_2_and_makes_no_database(config: str, said: list[str], tmp_path: Path) -> None:
    ended = listener(tmp_path, config, "run", "--once")
    assert ended.code == 2
    assert all(piece in ended.said for piece in said), ended.said
    assert [path.name for path in tmp_path.iterdir()] == ["listener.toml"]


def test_an_unreachable_host_fails_its_source_and_no_other(tmp_path: Path, latin_feed: str) -> None:
    dead = SOURCE.format(url="http://127.0.0.1:9/feed.xml").replace('"forum"', '"dead"')
    ended = listener(tmp_path, GOOD + dead + SOURCE.format(url=latin_feed), "run", "--once")
    assert ended.code == 1
    assert "dead" in ended.said
    storage = Storage.open(f"sqlite:///{tmp_path / 'listener.db'}")
    with storage.read() as tx:
        found = tx.posts.find("forum", "1")
        dead_row, live_row = (tx.sources.one(name) for name in ("dead", "forum"))
    storage.close()
    assert found
    assert found.post.text == "Okna Wintermanna przepuszczają zimno"
    assert dead_row
    assert live_row
    assert (dead_row.failures, live_row.failures) == (1, 0)


@pytest.fixture
def latin_feed() -> Iterator[str]:
    """URL of a feed in ISO-8859-2 that says nothing of it in its headers."""
    feed = (
        '<?xml version="1.0" encoding="ISO-8859-2"?><rss version="2.0"><channel><title>f</title><item><guid>1</guid>'
        "<link>http://127.0.0.1/1</link><description>Okna Wintermanna przepuszczają zimno</description></item>"
        "</channel></rss>"
    ).encode("iso-8859-2")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/feed.xml" else 404)
            self.send_header("Content-Type", "application/rss+xml")
            self.send_header("Content-Length", str(len(feed)))
            self.end_headers()
            self.wfile.write(feed)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/feed.xml"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_port_in_use_is_told_with_its_number(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = listener(tmp_path, GOOD.replace("port = 0", f"port = {port}"), "run")
    assert ended.code == 1
    assert f"127.0.0.1:{port}" in ended.said
    assert "port" in ended.said


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    # /proc refuses everybody, root too
    ended = listener(
        tmp_path, GOOD.replace("sqlite:///listener.db", "sqlite:////proc/nowhere/listener.db"), "run", "--once"
    )
    assert ended.code == 1
    assert "/proc/nowhere/listener.db" in ended.said
    assert "folder" in ended.said


def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "listener.db"
    file.write_text("my diary, not a database\n" * 100)
    before = file.read_bytes()
    ended = listener(tmp_path, GOOD, "run", "--once")
    assert ended.code == 1
    assert "listener.db" in ended.said
    assert file.read_bytes() == before


def test_a_server_that_is_not_there_is_told_without_its_password(tmp_path: Path) -> None:
    config = GOOD.replace("sqlite:///listener.db", "postgresql://ala:tajne123@127.0.0.1:9/db")
    ended = listener(tmp_path, config, "run", "--once")
    assert ended.code == 1
    assert "127.0.0.1:9" in ended.said
    assert "tajne123" not in ended.said


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'listener.db'}"
    Storage.open(url).close()
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    ended = listener(tmp_path, GOOD, "run", "--once")
    assert ended.code == 1
    assert "9999" in ended.said
    assert "newer" in ended.said


def test_a_damaged_model_is_told_before_anything_is_written(tmp_path: Path) -> None:
    model = tmp_path / "model"
    model.mkdir()
    (model / "metadata.json").write_text("{broken")
    ended = listener(tmp_path, GOOD.replace("[web]", 'model = "model"\n\n[web]'), "run", "--once")
    assert ended.code == 1
    assert str(model) in ended.said
    assert not (tmp_path / "listener.db").exists()
