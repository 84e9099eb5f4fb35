"""`listener demo` as a newcomer meets it: a process, its standard error, a browser's requests."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from selectolax.lexbor import LexborHTMLParser

from listener.serve import bind

COMMAND = [sys.executable, "-c", "from listener.cli import main; main()", "demo"]
PATIENCE = 60.0
URGENT = "skrzydło wypadło z zawiasów"


@dataclass
class Demo:
    """A running demo. said: its standard error so far; started: when it said where to look (monotonic)."""

    process: "subprocess.Popen[str]"
    said: list[str] = field(default_factory=list)
    started: float = 0.0

    def url(self, what: str) -> str:
        return next(line.split()[1] for line in self.said if line.split()[:1] == [what])


@contextmanager
def playing(folder: Path, *options: str) -> Iterator[Demo]:
    """The demo from its start message on, its temporary files under folder; killed if it is still there."""
    environ = {**os.environ, "TMPDIR": str(folder), "PYTHONUNBUFFERED": "1"}
    with subprocess.Popen([*COMMAND, *options], stderr=subprocess.PIPE, text=True, env=environ) as process:
        demo, ready = Demo(process), threading.Event()
        reader = threading.Thread(target=_read, args=(demo, ready))
        reader.start()
        try:
            assert ready.wait(PATIENCE), "it never said where to look"
            assert demo.started, "".join(demo.said)
            yield demo
        finally:
            process.kill()
            reader.join()


def _read(demo: Demo, ready: threading.Event) -> None:
    assert demo.process.stderr is not None
    for line in demo.process.stderr:
        demo.said.append(line)
        if "Ctrl-C" in line and not ready.is_set():
            demo.started = time.monotonic()
            ready.set()
    ready.set()


def until(found: Callable[[], str | None], what: str) -> str:
    """Asks again and again; fails with what was awaited when patience ends."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        answer = found()
        if answer is not None:
            return answer
        time.sleep(0.2)
    raise AssertionError(f"never came: {what}")


def urgent_ticket(client: httpx.Client) -> str | None:
    """The path of the first urgent complaint's ticket, once the inbox has it."""
    tree = LexborHTMLParser(client.get("/").text)
    links = ((link.attributes.get("href") or "") for link in tree.css("a[href^='/tickets/']"))
    for path in dict.fromkeys(links):
        page = client.get(path).text
        if URGENT in page and 'id="draft-0"' in page:
            return path
    return None


def approve(client: httpx.Client, path: str) -> str:
    """Approves the first suggestion as it stands; its text."""
    tree = LexborHTMLParser(client.get(path).text)
    draft, form = tree.css_first("#draft-0"), tree.css_first("form#answer")
    assert draft is not None
    assert form is not None
    hidden = {i.attributes["name"]: i.attributes["value"] or "" for i in form.css("input[type=hidden]")}
    fields = {**{str(name): value for name, value in hidden.items()}, "text": draft.text(), "name": "Marta"}
    origin = {"Origin": str(client.base_url).rstrip("/")}
    done = client.post(form.attributes["action"] or "", data=fields, headers=origin)
    assert "done=approved" in str(done.url), done.text
    return draft.text()


def letters(text: str) -> str:
    return re.sub(r"[\W_]+", "", text)


def test_a_newcomer_answers_the_first_urgent_complaint(tmp_path: Path) -> None:
    with playing(tmp_path, "--port", "0") as demo:
        with (
            httpx.Client(base_url=demo.url("Inbox"), follow_redirects=True) as inbox,
            httpx.Client(base_url=demo.url("Forum"), follow_redirects=True) as forum,
        ):
            ticket = until(lambda: urgent_ticket(inbox), "the ticket with a suggested reply")
            assert time.monotonic() - demo.started < 30
            answer = approve(inbox, ticket)

            def on_the_forum() -> str | None:
                index = LexborHTMLParser(forum.get("/").text)
                thread = next(a for a in index.css("a.topic__link") if URGENT in a.text())
                page = LexborHTMLParser(forum.get(thread.attributes["href"] or "").text)
                ours = page.css_first(".is-official .comment__text")
                return ours.text() if ours else None

            assert letters(until(on_the_forum, "our reply on the forum")) == letters(answer)
            cards = until(
                lambda: page if URGENT in (page := inbox.get("/slack").text) else None, "the card of the complaint"
            )
            assert ticket in cards
        assert not any("Traceback" in line for line in demo.said), "".join(demo.said)
        demo.process.send_signal(signal.SIGTERM)
        assert demo.process.wait(PATIENCE) == 0
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_leaves_at_once_and_keeps_nothing(tmp_path: Path) -> None:
    with playing(tmp_path, "--port", "0") as demo:
        demo.process.send_signal(signal.SIGINT)
        assert demo.process.wait(PATIENCE) == 130
    assert list(tmp_path.iterdir()) == []


def test_a_port_in_use_is_one_line_and_exit_code_1() -> None:
    with bind("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run([*COMMAND, "--port", str(port)], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 1
    assert done.stdout == ""
    assert re.fullmatch(rf".*127\.0\.0\.1:{port}: .*--port.*\n", done.stderr), done.stderr


@pytest.mark.parametrize("port", ["70000", "-1", "x"])
def test_a_port_that_is_none_is_wrong_usage(port: str) -> None:
    done = subprocess.run([*COMMAND, f"--port={port}"], capture_output=True, text=True, timeout=PATIENCE)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr
