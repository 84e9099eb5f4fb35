"""Signed JSON from another system: what is believed, what is refused, and what it gives."""

import hashlib
import hmac
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.errors import ConfigError, Forged, ParseError
from listener.protocols import SourceConfig
from sources.webhook_in import WebhookIn

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
SECRET = "0123456789abcdef0123456789abcdef"
OTHER = "fedcba9876543210fedcba9876543210"
POST = {"native_id": "T-7", "url": "https://crm.example.org/t/7", "text": "Okno Wintermann nie działa"}


def hook(**options: Any) -> WebhookIn:
    given = options or {"secret": SECRET}
    return WebhookIn(SourceConfig(name="crm", kind="webhook_in", url=WebhookIn.example, options=given))


def signed(body: bytes, secret: str = SECRET, at: datetime = NOW) -> dict[str, str]:
    stamp = str(int(at.timestamp()))
    digest = hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    return {"x-listener-timestamp": stamp, "x-listener-signature": f"sha256={digest}"}


def test_a_signed_body_is_believed_within_five_minutes() -> None:
    for seconds in (-300, 0, 300):
        hook().verify(signed(b"{}", at=NOW + timedelta(seconds=seconds)), b"{}", NOW)
    for seconds in (-301, 301):
        with pytest.raises(Forged, match="five minutes"):
            hook().verify(signed(b"{}", at=NOW + timedelta(seconds=seconds)), b"{}", NOW)


def test_two_secrets_are_known_while_one_is_changed_for_the_other() -> None:
    both = hook(secrets=[OTHER, SECRET])
    both.verify(signed(b"{}"), b"{}", NOW)
    both.verify(signed(b"{}", OTHER), b"{}", NOW)
    two = signed(b"{}", OTHER)["x-listener-signature"] + ", " + signed(b"{}")["x-listener-signature"]
    hook().verify(signed(b"{}") | {"x-listener-signature": two}, b"{}", NOW)


@pytest.mark.parametrize(
    "change",
    [
        {"x-listener-signature": ""},
        {"x-listener-signature": "sha256="},
        {"x-listener-signature": "sha1=" + "0" * 40},
        {"x-listener-signature": "ąę" * 40},
        {"x-listener-timestamp": ""},
        {"x-listener-timestamp": "-5"},
        {"x-listener-timestamp": "١٧٣٢٢٩٦٦٠٠"},
        {"x-listener-timestamp": "9" * 400},
        {"x-listener-timestamp": str(int(NOW.timestamp()) + 1)},
    ],
)
def test_what_proves_nothing_is_forged(change: dict[str, str]) -> None:
    with pytest.raises(Forged) as caught:
        hook().verify(signed(b"{}") | change, b"{}", NOW)
    assert SECRET not in str(caught.value)


@given(st.binary(max_size=60), st.data())
def test_every_altered_byte_is_noticed(body: bytes, data: st.DataObject) -> None:
    headers = signed(body)
    other = data.draw(st.binary(max_size=60).filter(lambda changed: changed != body))
    with pytest.raises(Forged):
        hook().verify(headers, other, NOW)
    with pytest.raises(Forged):
        hook().verify(signed(body, OTHER), body, NOW)


@pytest.mark.parametrize("options", [{"secret": ""}, {"secrets": []}, {"other": 1}])
def test_without_a_secret_nothing_is_believed(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="no secret"):
        hook(**options).verify(signed(b"{}"), b"{}", NOW)


def test_a_short_secret_is_no_secret() -> None:
    with pytest.raises(ConfigError, match="guessed") as caught:
        hook(secret="tajne").verify(signed(b"{}"), b"{}", NOW)
    assert "tajne" not in str(caught.value)


def test_nobody_is_answered_a_challenge() -> None:
    with pytest.raises(Forged):
        hook().challenge({"hub.challenge": "1"})


def test_one_post_or_several_become_posts_of_this_source() -> None:
    more = POST | {
        "source": "somebody else",
        "kind": "phpbb",
        "native_id": 8,
        "published_at": "2026-11-22T18:00:00+01:00",
    }
    parsed = hook().read({}, json.dumps([POST, more]).encode(), NOW)
    first, second = parsed.posts
    assert (first.source, first.kind, first.native_id, first.seen_at) == ("crm", "webhook_in", "T-7", NOW)
    assert (second.source, second.kind, second.native_id) == ("crm", "webhook_in", "8")
    assert second.published_at == datetime(2026, 11, 22, 17, 0, tzinfo=UTC)
    assert hook().read({}, json.dumps(POST).encode(), NOW).posts == (first,)


def test_a_post_sent_twice_in_one_body_counts_as_it_was_last() -> None:
    parsed = hook().read({}, json.dumps([POST, POST | {"text": "poprawione"}]).encode(), NOW)
    assert [post.text for post in parsed.posts] == ["poprawione"]


def test_what_was_deleted_there_is_gone() -> None:
    parsed = hook().read({}, b'[{"native_id": "T-7", "deleted": true}, {"native_id": 9, "deleted": true}]', NOW)
    assert (parsed.posts, parsed.gone) == ((), ("T-7", "9"))


def test_hostile_text_loses_what_cannot_be_seen() -> None:
    hostile = POST | {"text": "a\u202eb\x00c\ud800<script>", "author": "\u200b", "thread_title": "x\x1b[31m"}
    (post,) = hook().read({}, json.dumps(hostile).encode(), NOW).posts
    assert "\x00" not in post.text
    assert "<script>" in post.text, "it stays what was written: those who show it escape it"
    post.text.encode()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({**POST, "native_id": ""}, "native_id"),
        ({**POST, "native_id": None}, "native_id"),
        ({**POST, "native_id": True}, "native_id"),
        ({**POST, "native_id": "x" * 501}, "native_id"),
        ({**POST, "text": None}, "text"),
        ({**POST, "text": "x" * 100_001}, "text"),
        ({"native_id": "1", "text": "x"}, "url"),
        ({**POST, "url": "javascript:alert(1)"}, "url"),
        ({**POST, "url": "https://[x"}, "url"),
        ({**POST, "author_url": "data:text/html,x"}, "author_url"),
        ({**POST, "published_at": "yesterday"}, "published_at"),
        ({**POST, "published_at": "2026-11-22T18:00:00"}, "published_at"),
        ({**POST, "seen_at": 5}, "seen_at"),
        ({**POST, "quotes": [{"author": 1}]}, "quotes"),
        ({**POST, "rating": "good"}, "rating"),
        (7, "post 1"),
        ([POST, None], "post 2"),
    ],
)
def test_a_wrong_field_is_named(body: object, field: str) -> None:
    with pytest.raises(ParseError, match=field):
        hook().read({}, json.dumps(body).encode(), NOW)


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b"<html>", b"[" * 5000, b'{"rating": NaN}', b"null"])
def test_what_is_no_json_is_told(body: bytes) -> None:
    with pytest.raises(ParseError):
        hook().read({}, body, NOW)


def test_too_much_at_once_is_told() -> None:
    with pytest.raises(ParseError, match="at most 1000"):
        hook().read({}, json.dumps([POST] * 1001).encode(), NOW)
