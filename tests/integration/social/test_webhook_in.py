"""From the wire to a ticket: another system sends signed posts through the door, as docs/social.md shows."""

import asyncio
import hashlib
import hmac
import json
import re
import shutil
import subprocess
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx
import pytest

from listener.arrivals import Arrivals
from listener.intake import Intake
from listener.model import StoredPost
from listener.protocols import SourceConfig
from listener.storage import Storage
from listener.triage import TriagePolicy
from listener.web import WebSettings, make_app
from listener.web.hooks import HookDoor
from sources.webhook_in import WebhookIn
from tests.fakes import AngryClassifier, Clock, NamedMatcher
from tests.integration.house.conftest import BRANDS
from tests.integration.web.fake_service import FakeService

SECRET = "0123456789abcdef0123456789abcdef"
POST = {"native_id": "T-7", "url": "https://crm.example.org/t/7", "text": "Wintermann: okno nie działa"}
DOCUMENT = (Path(__file__).parents[3] / "docs" / "social.md").read_text(encoding="utf-8")


@dataclass
class House:
    """A house with one door for one system."""

    clock: Clock
    storage: Storage
    arrivals: Arrivals
    web: httpx.AsyncClient

    def send(self, body: object, secret: str = SECRET, late: int = 0) -> int:
        """What the door answers to a signed body, after it was read."""
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        stamp = str(int(self.clock().timestamp()) - late)
        sign = hmac.new(secret.encode(), f"{stamp}.".encode() + raw, hashlib.sha256).hexdigest()
        headers = {"X-Listener-Timestamp": stamp, "X-Listener-Signature": f"sha256={sign}"}
        status = asyncio.run(self.web.post("/hooks/crm", content=raw, headers=headers)).status_code
        while self.arrivals.work():
            continue
        return status

    def stored(self) -> StoredPost | None:
        with self.storage.read() as tx:
            return tx.posts.find("crm", "T-7")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    clock = Clock()
    config = SourceConfig(name="crm", kind="webhook_in", url=WebhookIn.example, options={"secret": SECRET})
    storage = Storage.open(f"sqlite:///{tmp_path / 'house.db'}")
    with storage.begin() as tx:
        tx.sources.configure([("crm", "webhook_in", config.url)], clock())
    intake = Intake(
        storage=storage, matcher=NamedMatcher(), classifier=AngryClassifier(), brands=BRANDS, policy=TriagePolicy()
    )
    arrivals = Arrivals(storage=storage, intake=intake, hooks={"crm": WebhookIn(config)}, clock=clock)
    door = HookDoor(hooks=arrivals.hooks, keep=arrivals.keep, clock=clock)
    app = make_app(FakeService(), WebSettings(), clock=clock, sent=door)
    web = httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://127.0.0.1:8080")
    yield House(clock, storage, arrivals, web)
    asyncio.run(web.aclose())
    storage.close()


def test_what_is_sent_becomes_a_ticket_once_and_can_be_edited_and_taken_back(house: House) -> None:
    for _ in range(2):
        assert house.send(POST) == 200
        house.clock.advance(seconds=5)
    with house.storage.read() as tx:
        assert len(tx.tickets.listing(None, 10)) == 1
    stored = house.stored()
    assert stored
    assert (stored.post.source, stored.revisions) == ("crm", 0)
    assert house.send([POST | {"text": "Wintermann: okno nadal nie działa"}]) == 200
    edited = house.stored()
    assert edited
    assert (edited.post.text, edited.revisions) == ("Wintermann: okno nadal nie działa", 1)
    assert house.send({"native_id": "T-7", "deleted": True}) == 200
    gone = house.stored()
    assert gone
    assert gone.deleted_at is not None


def test_what_is_not_signed_by_it_is_refused_and_not_kept(house: House) -> None:
    assert house.send(POST, secret="another secret of some length") == 403
    assert house.send(POST, late=301) == 403
    assert house.stored() is None
    with house.storage.read() as tx:
        assert tx.arrivals.waiting() == 0


def test_what_cannot_be_read_is_named_on_the_health_page(house: House) -> None:
    house.send([POST, {"native_id": "T-8", "url": "https://crm.example.org/t/8"}])
    for _ in range(6):
        house.clock.advance(hours=1)
        house.arrivals.work()
    assert "crm: post 2: text: is missing" in house.arrivals.check().detail


def _example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCUMENT.partition("## webhook_in")[2], re.DOTALL)
    assert found
    return found[1]


def test_the_senders_in_the_document_sign_as_we_read(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[Any] = []

    def keep(request: Any) -> SimpleNamespace:
        sent.append((dict(request.header_items()), request.data))
        return SimpleNamespace(status=200)

    monkeypatch.setattr(urllib.request, "urlopen", keep)
    monkeypatch.setattr("time.time", lambda: house.clock().timestamp())
    exec(_example("python").replace("the secret", SECRET), {})
    headers, body = sent[0]
    house.arrivals.hooks["crm"].verify({name.lower(): value for name, value in headers.items()}, body, house.clock())


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl is not installed: its example is not tried")
def test_the_shell_in_the_document_signs_as_we_read(house: House) -> None:
    stamp = int(house.clock().timestamp())
    shell = _example("sh").replace("$(date +%s)", str(stamp)).partition("curl ")[0]
    ran = subprocess.run(
        ["sh", "-c", shell + 'printf "%s\\n%s" "$sign" "$body"'],
        env={"SECRET": SECRET, "PATH": "/usr/bin:/bin"},
        capture_output=True,
        check=True,
    )
    sign, _, body = ran.stdout.partition(b"\n")
    headers = {"x-listener-timestamp": str(stamp), "x-listener-signature": f"sha256={sign.decode()}"}
    house.arrivals.hooks["crm"].verify(headers, body, house.clock())
