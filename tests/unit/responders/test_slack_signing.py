"""Whether a request is Slack's own."""

from datetime import UTC, datetime, timedelta

import pytest
from slack_sdk.signature import SignatureVerifier

from listener.errors import Forged, ParseError
from responders.slack.envelopes import EnvelopeKind, from_body, from_frame
from responders.slack.signing import sign, verify

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
BODY = "payload=%7B%7D&tekst=zażółć".encode()


def test_it_is_the_signature_that_slacks_own_library_makes() -> None:
    theirs = SignatureVerifier("secret").generate_signature(timestamp=STAMP, body=BODY)
    assert sign("secret", STAMP, BODY) == theirs
    verify("secret", STAMP, theirs or "", BODY, NOW)


@pytest.mark.parametrize("seconds", [-300, 0, 300])
def test_clocks_may_be_five_minutes_apart(seconds: int) -> None:
    verify("secret", STAMP, sign("secret", STAMP, BODY), BODY, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize("seconds", [-301, 301, 86400])
def test_older_ones_are_replays(seconds: int) -> None:
    with pytest.raises(Forged, match="old"):
        verify("secret", STAMP, sign("secret", STAMP, BODY), BODY, NOW + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("stamp", "signature", "body"),
    [
        (STAMP, "", BODY),
        (STAMP, "v0=", BODY),
        (STAMP, sign("other", STAMP, BODY), BODY),
        (STAMP, sign("secret", STAMP, BODY), BODY + b" "),
        (str(int(STAMP) + 1), sign("secret", STAMP, BODY), BODY),
        (STAMP, sign("secret", STAMP, BODY).upper(), BODY),
        (STAMP, "v0=ż\udcff", BODY),
        ("", sign("secret", "", BODY), BODY),
        ("1e9", sign("secret", "1e9", BODY), BODY),
        ("-5", sign("secret", "-5", BODY), BODY),
        ("９" * 10, sign("secret", "９" * 10, BODY), BODY),
        ("9" * 400, sign("secret", "9" * 400, BODY), BODY),
    ],
)
def test_what_does_not_fit_is_forged_and_tells_no_secret(stamp: str, signature: str, body: bytes) -> None:
    with pytest.raises(Forged) as caught:
        verify("secret", stamp, signature, body, NOW)
    assert "secret'" not in str(caught.value)
    assert sign("secret", STAMP, BODY) not in str(caught.value)


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        (EnvelopeKind.EVENT, b""),
        (EnvelopeKind.EVENT, b"[]"),
        (EnvelopeKind.EVENT, b"\xff"),
        (EnvelopeKind.EVENT, b"[" * 100_000),
        (EnvelopeKind.INTERACTIVE, b"payload="),
        (EnvelopeKind.INTERACTIVE, b"other=1"),
        (EnvelopeKind.INTERACTIVE, b"payload=7"),
        (EnvelopeKind.COMMAND, b"&".join(b"a=1" for _ in range(500))),
    ],
)
def test_bodies_that_make_no_sense_are_told(kind: EnvelopeKind, body: bytes) -> None:
    with pytest.raises(ParseError):
        from_body(kind, body)


def test_forms_and_frames_hold_the_same() -> None:
    by_http = from_body(EnvelopeKind.INTERACTIVE, b"payload=%7B%22type%22%3A%22block_actions%22%7D")
    assert from_frame("interactive", {"type": "block_actions"}) == by_http
    assert from_frame("hello", {}) is None
    assert from_frame("interactive", None) is None
