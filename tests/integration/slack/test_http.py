"""Slack over HTTP: whose request it is, and that nothing is done for anybody else."""

import json
import time
import urllib.request
from collections.abc import Iterator, Mapping
from urllib.error import HTTPError

import pytest

from responders.slack.signing import sign
from tests.integration.slack.workplace import SECRET, Workplace, quick_folder, workplace
from tests.standins.slack import encoded
from tests.standins.slack_person import words_of


@pytest.fixture(scope="module")
def over_http(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with quick_folder(tmp_path_factory) as folder, workplace("http", folder) as opened:
        yield opened


def ask(work: Workplace, path: str, body: bytes, *, headers: Mapping[str, str] | None = None) -> tuple[int, bytes]:
    """Status and body of the answer. headers: instead of Slack's own."""
    stamp = str(int(time.time()))
    signed = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(SECRET, stamp, body)}
    request = urllib.request.Request(
        f"{work.address}/slack/{path}", data=body, headers=dict(signed if headers is None else headers)
    )
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.status, answer.read()
    except HTTPError as refused:
        with refused:
            return refused.code, refused.read()


@pytest.mark.parametrize("wrong", ["secret", "body", "old", "future", "none", "half"])
def test_a_wrong_signature_is_refused_and_nothing_is_done(over_http: Workplace, wrong: str) -> None:
    ticket, card = over_http.card()
    body, _ = encoded(over_http.ala.pressed(card, "claim"), "interactive")
    stamp = str(int(time.time()) + {"old": -301, "future": 400}.get(wrong, 0))
    signature = sign("other" if wrong == "secret" else SECRET, stamp, body)
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": signature}
    if wrong in ("none", "half"):
        del headers["X-Slack-Signature" if wrong == "half" else "X-Slack-Request-Timestamp"]
    status, said = ask(over_http, "interactive", body + (b"&" if wrong == "body" else b""), headers=headers)
    assert (status, said) == (401, b"refused\n")
    assert over_http.now(ticket) == ticket
    assert SECRET.encode() not in said


def test_the_same_request_twice_is_done_once(over_http: Workplace) -> None:
    ticket, card = over_http.card()
    body, _ = encoded(over_http.ala.pressed(card, "claim"), "interactive")
    stamp = str(int(time.time()))
    headers = {"X-Slack-Request-Timestamp": stamp, "X-Slack-Signature": sign(SECRET, stamp, body)}
    over_http.slack.ephemeral.clear()
    assert ask(over_http, "interactive", body, headers=headers)[0] == 200
    over_http.until(lambda: "ala" in words_of(card.now))
    assert ask(over_http, "interactive", body, headers=headers) == (200, b"")
    assert over_http.now(ticket).version == ticket.version + 1
    assert over_http.slack.ephemeral == []


def test_the_address_is_ours(over_http: Workplace) -> None:
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1aB", "token": "x"}).encode()
    assert ask(over_http, "events", body) == (200, b'{"challenge":"3eZbrw1aB"}')
    assert ask(over_http, "events", body, headers={})[0] == 401


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("interactive", b"payload=%7B", 400),
        ("events", b"[]", 400),
        ("events", b"{}", 200),
        ("other", b"x", 404),
        ("interactive", b"x" * 300_000, 413),
    ],
)
def test_nonsense_with_a_signature(over_http: Workplace, path: str, body: bytes, status: int) -> None:
    assert ask(over_http, path, body)[0] == status


def test_looking_is_not_posting(over_http: Workplace) -> None:
    with pytest.raises(HTTPError) as caught:
        urllib.request.urlopen(f"{over_http.address}/slack/interactive", timeout=10)
    caught.value.close()
    assert caught.value.code in (404, 405)
