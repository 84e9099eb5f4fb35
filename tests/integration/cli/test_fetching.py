"""crawl, parse and detect, over saved pages and a server on loopback."""

import http.server
import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

FEED = """<?xml version="1.0" encoding="{encoding}"?>
<rss version="2.0"><channel><title>Opinie</title><link>https://example.com/</link>
<item><title>Żółte okna</title><link>https://example.com/1</link><guid isPermaLink="false">1</guid>
<pubDate>Mon, 10 Nov 2025 12:00:00 GMT</pubDate><description>Świetne okna, ale drogie</description></item>
<item><title>Stare</title><link>https://example.com/2</link><guid isPermaLink="false">2</guid>
<pubDate>Mon, 06 Jan 2020 12:00:00 GMT</pubDate><description>Dawno temu</description></item>
</channel></rss>
"""
AWAY = "http://127.0.0.1:9/"


def feed(encoding: str = "utf-8") -> bytes:
    return FEED.format(encoding=encoding).encode(encoding)


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    """A place on loopback with a feed, a page that names it, and nothing else."""

    class Handler(http.server.BaseHTTPRequestHandler):
        pages = {  # noqa: RUF012 - never changed
            "/feed": (200, "application/rss+xml", feed()),
            "/broken": (200, "text/html", b"<html><p>nic tu nie ma"),
            "/": (200, "text/html", b'<link rel="alternate" type="application/rss+xml" href="/feed"><p>Forum'),
        }

        def do_GET(self) -> None:
            status, kind, body = self.pages.get(self.path, (404, "text/plain", b"nothing here"))
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


def saved(tmp_path: Path, content: bytes) -> Path:
    file = tmp_path / "page"
    file.write_bytes(content)
    return file


@pytest.mark.parametrize("encoding", ["utf-8", "iso-8859-2", "windows-1250"])
def test_posts_of_a_saved_feed(run: Run, tmp_path: Path, encoding: str) -> None:
    ran = run("parse", saved(tmp_path, feed(encoding)), "--url", "https://example.com/feed", "--kind", "feed")
    assert ran.code == 0, ran.err
    assert [post["native_id"] for post in ran.objects] == ["1", "2"]
    first = ran.objects[0]
    assert "Świetne okna, ale drogie" in first["text"]
    assert (first["source"], first["kind"], first["published_at"]) == ("example.com", "feed", "2025-11-10T12:00:00Z")


def test_a_saved_page_by_its_own_kind(run: Run, tmp_path: Path) -> None:
    ran = run("parse", saved(tmp_path, feed()), "--url", "https://example.com/feed")
    assert [post["kind"] for post in ran.objects] == ["feed", "feed"]


@pytest.mark.parametrize("content", [b"", b"\xff\xfe\x00", b"<html><p>nic", b"\x00" * 100, b"{}", b"%PDF-1.4"])
@pytest.mark.parametrize("kind", ["feed", "spirit", "thread", "auto"])
def test_a_page_that_is_something_else_is_told_in_one_line(run: Run, tmp_path: Path, content: bytes, kind: str) -> None:
    file = saved(tmp_path, content)
    ran = run("parse", file, "--url", "https://example.com/", "--kind", kind)
    assert ran.out == ""
    assert "Traceback" not in ran.err
    if ran.code:
        assert ran.err.startswith(f"listener: {file}: ")


def test_a_page_is_recognised(run: Run, tmp_path: Path) -> None:
    (said,) = run("detect", saved(tmp_path, feed()), "--url", "https://example.com/feed").objects
    assert said["kind"] == "feed"
    assert 0 < said["confidence"] <= 1
    assert set(said) >= {"kind", "confidence", "feeds", "why"}


def test_a_place_is_recognised(run: Run, site: str) -> None:
    (said,) = run("detect", f"{site}/", "--allow-private").objects
    assert f"{site}/feed" in said["feeds"]


def test_posts_of_a_place(run: Run, site: str) -> None:
    ran = run("crawl", f"{site}/feed", "--allow-private", "--kind", "feed")
    assert ran.code == 0, ran.err
    assert len(ran.objects) == 2
    later = run("crawl", f"{site}/feed", "--allow-private", "--kind", "feed", "--since", "2025-01-01T00:00:00Z")
    assert [post["native_id"] for post in later.objects] == ["1"]


def test_a_place_whose_kind_is_found_out(run: Run, site: str) -> None:
    ran = run("crawl", f"{site}/", "--allow-private")
    assert [post["kind"] for post in ran.objects] == ["feed", "feed"], ran.err


def test_private_addresses_are_refused_unless_allowed(run: Run, site: str) -> None:
    for command in ("crawl", "detect"):
        ran = run(command, f"{site}/feed")
        assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
        assert "private" in ran.err


@pytest.mark.parametrize("path", ["/missing", "/broken"])
def test_a_place_that_gives_nothing(run: Run, site: str, path: str) -> None:
    ran = run("crawl", f"{site}{path}", "--allow-private", "--kind", "feed")
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)


@pytest.mark.parametrize(
    "arguments",
    [
        ["crawl", "forum.pl"],
        ["crawl", "ftp://example.com"],
        ["crawl", "http://[1"],
        ["crawl", AWAY, "--kind", "fead"],
        ["crawl", AWAY, "--since", "wczoraj"],
        ["crawl", AWAY, "--pages", "0"],
        ["parse", "nowhere.html", "--url", AWAY],
        ["parse", "nowhere.html"],
        ["detect", "nowhere.html"],
        ["source", "add", "forum.pl"],
    ],
)
def test_wrong_usage(run: Run, arguments: list[str]) -> None:
    ran = run(*arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


# --- source add and test ------------------------------------------------------------------------------------


def test_a_source_is_shown_and_added(run: Run, site: str, config: Path) -> None:
    before = config.read_text(encoding="utf-8")
    ran = run("source", "add", f"{site}/", "--allow-private", "--config", config)
    assert ran.code == 0, ran.err
    assert "2025-11-10 12:00" in ran.out
    assert "Świetne okna" in ran.out
    assert config.read_text(encoding="utf-8").startswith(before.rstrip()), "what stood there still stands there"
    assert run("source", "list", "--config", config).out.startswith(f"127.0.0.1  feed  {site}/feed")
    tried = run("source", "test", "127.0.0.1", "--config", config)
    assert tried.out.startswith("127.0.0.1: 2 posts\n"), tried.err
    again = run("source", "add", f"{site}/feed", "--allow-private", "--config", config)
    assert '"127.0.0.1-2"' in again.out


def test_a_source_that_cannot_be_read_is_not_added(run: Run, config: Path) -> None:
    before = config.read_text(encoding="utf-8")
    ran = run("source", "add", AWAY, "--allow-private", "--config", config)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert config.read_text(encoding="utf-8") == before


def test_a_name_that_is_taken_is_refused_and_nothing_written(run: Run, site: str, config: Path) -> None:
    arguments = ["source", "add", f"{site}/feed", "--allow-private", "--name", "x", "--config", str(config)]
    assert run(*arguments).code == 0
    before = config.read_text(encoding="utf-8")
    ran = run(*arguments)
    assert ran.code == 2
    assert ran.err.startswith(f'listener: {config}: [[source]] 2 "x": name: "x" is already source 1')
    assert config.read_text(encoding="utf-8") == before
    assert not list(config.parent.glob(".*.part"))


# --- check --------------------------------------------------------------------------------------------------


def test_a_good_configuration(run: Run, config: Path) -> None:
    ran = run("check", "--config", config)
    assert (ran.code, ran.out.splitlines()[-1]) == (0, f"{config}: can be used"), ran.out
    assert not (config.parent / "listener.db").exists(), "checking makes nothing"


def test_every_finding_is_a_line(run: Run, config: Path) -> None:
    config.write_text('[listener]\ndatabse = 1\n[[source]]\nname = "x"\n', encoding="utf-8")
    ran = run("check", "--config", config)
    assert ran.code == 2
    assert ran.out.splitlines() == [
        f'{config}: [listener]: unknown key "databse" (did you mean "database"?)',
        f'{config}: [[source]] 1 "x": url: is missing',
    ]


def test_options_that_a_kind_does_not_know_are_found(run: Run, config: Path) -> None:
    table = '[[source]]\nname = "x"\nkind = "feed"\nurl = "https://example.com"\noptions = {nope = 1}\n'
    config.write_text(config.read_text(encoding="utf-8") + table, encoding="utf-8")
    ran = run("check", "--config", config)
    assert ran.code == 2
    assert any(line.startswith('source "x": ') and "nope" in line for line in ran.out.splitlines())


def test_a_damaged_model_is_found(run: Run, config: Path) -> None:
    (config.parent / "model").mkdir()
    config.write_text(config.read_text(encoding="utf-8").replace("[listener]", '[listener]\nmodel = "model"'))
    ran = run("check", "--config", config)
    assert ran.code == 1
    assert str(config.parent / "model") in ran.out


def test_online_every_source_is_reached(run: Run, site: str, config: Path) -> None:
    tables = [
        f'[[source]]\nname = "{name}"\nurl = "{url}"\nallow_private = true\n'
        for name, url in (("good", f"{site}/feed"), ("bad", f"{site}/missing"))
    ]
    config.write_text(config.read_text(encoding="utf-8") + "".join(tables), encoding="utf-8")
    ran = run("check", "--online", "--config", config)
    assert ran.code == 1
    assert 'source "good": reached, kind feed' in ran.out
    assert any(line.startswith('source "bad": ') for line in ran.out.splitlines())
    assert "can be used" not in ran.out


@pytest.mark.parametrize(
    ("answer", "code", "message"),
    [
        ({"ok": True, "user": "listener", "team": "Okna"}, 0, "[slack]: bot_token: speaks as listener in Okna"),
        ({"ok": False, "error": "invalid_auth"}, 2, "[slack]: bot_token: refused by Slack: invalid_auth"),
        (None, 1, "[slack]: cannot be reached: "),
    ],
)
def test_online_the_token_is_tried(
    run: Run, config: Path, answer: dict[str, object] | None, code: int, message: str
) -> None:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.dumps(answer).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        port = server.server_address[1] if answer is not None else 9
        table = f'[slack]\nchannel = "C1"\nbot_token = "xoxb-secret"\nbase_url = "http://127.0.0.1:{port}/api/"\n'
        config.write_text(config.read_text(encoding="utf-8") + table, encoding="utf-8")
        ran = run("check", "--online", "--config", config)
        server.shutdown()
        thread.join()
    assert ran.code == code, ran.out + ran.err
    assert message in ran.out
    assert "xoxb" not in ran.out + ran.err
