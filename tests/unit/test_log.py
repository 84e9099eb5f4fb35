"""The log: nothing from outside can forge a line, and no secret gets into one."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener import log
from listener.errors import Failure, FetchError

FORGED = "zwykły\n2025-01-01T00:00:00Z error forged: \x1b[31mcolour\x1b[0m \u202egnirts\u2028 \x9b31m \ud800"


@pytest.fixture(autouse=True)
def _restored(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in ("listener", "sources", "classifiers", "responders")}
    monkeypatch.setattr(log, "_secrets", set())
    yield
    root.handlers[:], root.level = handlers, level
    for name, former in levels.items():
        logging.getLogger(name).setLevel(former)


def lines(log_format: str = "human", *, debug: bool = False) -> io.StringIO:
    stream = io.StringIO()
    log.set_up(log_format=log_format, debug=debug, stream=stream)
    return stream


@pytest.mark.parametrize("log_format", ["human", "json"])
def test_hostile_text_stays_on_its_line_and_does_nothing(log_format: str) -> None:
    stream = lines(log_format)
    logging.getLogger("listener.crawl").info("post by %s: %r", FORGED, FORGED)
    written = stream.getvalue()
    assert written.count("\n") == 1
    assert "zwykły" in written
    assert not any(hostile in written for hostile in "\x1b\u202e\u2028\x9b\ud800")


@given(st.text(st.characters(blacklist_categories=[])))
def test_escaped_text_prints_as_one_line_and_can_be_encoded(text: str) -> None:
    written = log.escape(text)
    assert len(written.splitlines()) <= 1
    written.encode()


def test_a_human_line() -> None:
    stream = lines()
    logging.getLogger("listener.crawl").warning("%d posts", 5)
    moment, rest = stream.getvalue().split(" ", 1)
    assert moment.endswith("Z")
    assert rest == "warning crawl: 5 posts\n"


def test_a_json_line() -> None:
    stream = lines("json")
    logging.getLogger("listener.crawl").info("ok")
    entry = json.loads(stream.getvalue())
    assert (entry["level"], entry["logger"], entry["message"]) == ("info", "listener.crawl", "ok")


def fail(error: Exception) -> None:
    try:
        raise error
    except type(error):
        logging.getLogger("listener.crawl").exception("pass over %s", "forum")


def test_an_expected_failure_is_one_line() -> None:
    stream = lines()
    fail(FetchError("no answer\nERROR forged", failure=Failure.TRANSIENT, where="https://example.com"))
    assert stream.getvalue().endswith("pass over forum: https://example.com: no answer\\nERROR forged\n")
    assert stream.getvalue().count("\n") == 1


def test_debug_shows_where_an_expected_failure_comes_from() -> None:
    stream = lines(debug=True)
    fail(FetchError("no answer", failure=Failure.TRANSIENT))
    assert "    | Traceback" in stream.getvalue()


@pytest.mark.parametrize("log_format", ["human", "json"])
def test_a_bug_keeps_its_traceback_and_cannot_forge_a_line(log_format: str) -> None:
    stream = lines(log_format)
    fail(RuntimeError("boom\n2025-01-01T00:00:00Z info all: fine"))
    assert "Traceback" in stream.getvalue()
    assert not any(line.startswith("2025-01-01") for line in stream.getvalue().splitlines())


@pytest.mark.parametrize("log_format", ["human", "json"])
def test_secrets_are_masked_everywhere(log_format: str) -> None:
    log.register_secrets(["xoxb-1/2", "ab"])
    stream = lines(log_format)
    logging.getLogger("listener").info("token %s in https://x/?t=xoxb-1%%2F2 about", "xoxb-1/2")
    fail(RuntimeError("xoxb-1/2"))
    assert "xoxb" not in stream.getvalue()
    assert "about" in stream.getvalue(), "what is too short to be a secret is not masked"


def test_others_speak_from_warning_up_unless_debugging() -> None:
    stream = lines()
    logging.getLogger("stranger").info("chatter")
    assert not stream.getvalue()
    stream = lines(debug=True)
    logging.getLogger("stranger").info("chatter")
    assert "chatter" in stream.getvalue()
