"""The door for what places send: right statuses, nothing stored of what is forged, nothing lost of what is not."""

import asyncio
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from listener.errors import DatabaseUnreachable
from listener.web.guard import HOOK_LIMIT
from tests.graph import ANNA, PAGE
from tests.integration.facebook.conftest import Place

BODY = json.dumps({"object": "page", "entry": []}).encode()


def test_the_address_proves_itself(place: Place) -> None:
    asked = "hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token="
    good = asyncio.run(place.web.get(f"/hooks/facebook?{asked}zgoda"))
    assert (good.status_code, good.text) == (200, "1158201444")
    assert good.headers["content-type"].startswith("text/plain")
    assert asyncio.run(place.web.get(f"/hooks/facebook?{asked}inny")).status_code == 403
    assert asyncio.run(place.web.get("/hooks/facebook")).status_code == 403


def test_what_is_signed_is_kept_and_what_is_not_is_refused(place: Place) -> None:
    assert place.post(BODY, place.graph.signed(BODY)) == 200
    assert place.waiting() == 1
    assert place.post(BODY, place.graph.signed(BODY + b" ")) == 403
    assert place.post(BODY, {}) == 403
    assert place.post(BODY, place.graph.signed(BODY), name="nobody") == 404
    assert place.waiting() == 1


def test_the_same_sending_is_one_row(place: Place) -> None:
    for _ in range(3):
        assert place.post(BODY, place.graph.signed(BODY)) == 200
    assert place.waiting() == 1


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"content-type": "text/plain"}, 200),
        ({"content-type": "application/x-www-form-urlencoded"}, 200),
        ({"content-encoding": "gzip"}, 400),
        ({"content-encoding": "identity"}, 200),
        ({"content-length": str(HOOK_LIMIT + 1)}, 413),
        ({"host": "evil.example"}, 400),
    ],
)
def test_the_rules_of_the_door(place: Place, headers: dict[str, str], status: int) -> None:
    assert place.post(BODY, place.graph.signed(BODY) | headers) == status
    assert place.waiting() == (1 if status == 200 else 0)


def test_a_large_delivery_is_taken(place: Place) -> None:
    body = json.dumps({"object": "page", "entry": [], "padding": "x" * 1_000_000}).encode()
    assert place.post(body, place.graph.signed(body)) == 200


def test_no_cookie_or_log_in_is_kept(place: Place) -> None:
    place.post(BODY, place.graph.signed(BODY) | {"cookie": "a=b", "authorization": "Bearer x"})
    with place.storage.read() as tx:
        kept = tx.arrivals.due(["facebook"], place.clock(), 10)[0].sent.headers
    assert not {"cookie", "authorization"} & set(kept)


def test_requests_that_come_together_are_all_kept(place: Place) -> None:
    bodies = [json.dumps({"object": "page", "entry": [], "n": number}).encode() for number in range(50)]

    async def send() -> list[int]:
        signed = ((body, place.graph.signed(body)) for body in bodies)
        sending = [place.web.post("/hooks/facebook", content=body, headers=headers) for body, headers in signed]
        return [answer.status_code for answer in await asyncio.gather(*sending)]

    assert set(asyncio.run(send())) == {200}
    assert place.waiting() == 50


def test_a_database_that_cannot_be_used_is_no_loss(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(self: object, several: object) -> None:
        raise DatabaseUnreachable("the disk is full")

    place.graph.add_post(PAGE, "Skarga na Wintermann", ANNA)
    with monkeypatch.context() as patch:
        patch.setattr("listener.storage.arrivals.Arrivals.add", broken)
        assert place.deliver() == [503]
    place.clock.advance(minutes=1)
    assert place.deliver() == [200]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    body=st.binary(max_size=300),
    signature=st.binary(max_size=80) | st.sampled_from([b"", b"sha256=", b"sha256=" + b"0" * 64, b"sha1=" + b"0" * 40]),
    token=st.text(max_size=40),
    content_type=st.sampled_from(["application/json", "text/plain", "multipart/form-data", ""]),
)
def test_whatever_is_forged_is_refused_and_nothing_stored(
    place: Place, body: bytes, signature: bytes, token: str, content_type: str
) -> None:
    printable = bytes(byte if 32 < byte < 127 else 46 for byte in signature)
    headers = {"content-type": content_type, "x-hub-signature-256": printable.decode()}
    assert place.post(body, headers) == 403
    asked = {"hub.mode": "subscribe", "hub.verify_token": f"{token}?", "hub.challenge": "1"}
    assert asyncio.run(place.web.get("/hooks/facebook", params=asked)).status_code == 403
    assert place.waiting() == 0
