"""/api/v1, health and metrics."""

from dataclasses import replace
from typing import Any

import httpx
import pytest

from listener.model import ReplyState, TicketState
from listener.web import WebSettings
from tests.integration.web.conftest import Visitor, visitor
from tests.integration.web.fake_service import FakeService, view
from tests.web.scenes import reply

APPROVED: dict[str, Any] = {"post_id": 11, "text": "Sprawdzamy.", "approved_by": "Ola", "version": 1}


@pytest.fixture
def program() -> Visitor:
    return visitor(FakeService().add(view()), WebSettings(secret="x", api_tokens={"crm": "t0ken", "off": ""}))


def call(program: Visitor, method: str, path: str, token: str = "t0ken", **more: Any) -> httpx.Response:
    return program.ask(method, f"/api/v1{path}", headers={"authorization": f"Bearer {token}"}, **more)


@pytest.mark.parametrize("path", ["/tickets", "/tickets/1", "/mentions", "/replies"])
@pytest.mark.parametrize("token", ["", "wrong", "ż"])
def test_without_a_token_nothing_is_told(program: Visitor, path: str, token: str) -> None:
    headers = {"authorization": f"Bearer {token}".encode()}
    answer = program.ask("GET", f"/api/v1{path}", headers=headers)
    assert (answer.status_code, answer.headers["www-authenticate"]) == (401, "Bearer")
    assert answer.json()["error"]["message"] == "a valid token is needed"


def test_tickets_as_json(program: Visitor) -> None:
    row = call(program, "GET", "/tickets?state=open").json()[0]
    assert (row["id"], row["priority"], row["version"], row["posts"]) == (1, "high", 1, 1)
    assert row["first_response_due"] == "2026-11-22T17:55:00Z"
    full = call(program, "GET", "/tickets/1").json()
    assert full["posts"][0]["classification"]["intents"] == ["complaint"]
    assert full["posts"][0]["mentions"][0]["spans"][0]["text"] == "Wintermann Telekom"
    assert full["suggestions"][0]["sources"] == ["awaria"]


def test_mentions_and_replies_are_paged_by_id(program: Visitor) -> None:
    program.service.add(replace(view(5), replies=(reply(ReplyState.PUBLISHED),)))
    assert [post["id"] for post in call(program, "GET", "/mentions").json()] == [11, 11]
    assert call(program, "GET", "/mentions?before=11").json() == []
    assert [kept["state"] for kept in call(program, "GET", "/replies").json()] == ["published"]
    assert call(program, "GET", "/replies?before=500").json() == []
    assert call(program, "GET", "/mentions?limit=0").status_code == 422


def test_a_reply_names_the_person_and_the_program(program: Visitor) -> None:
    answer = call(program, "POST", "/tickets/1/replies", json=APPROVED)
    assert (answer.status_code, answer.json()["state"]) == (201, "approved")
    assert program.service.views[1].replies[0].approved_by == "Ola (API: crm)"


@pytest.mark.parametrize("missing", [{"approved_by": ""}, {"approved_by": " \u200b"}, {"text": ""}, {"oops": 1}])
def test_a_reply_without_a_person_or_words_is_refused(program: Visitor, missing: dict[str, Any]) -> None:
    assert call(program, "POST", "/tickets/1/replies", json=APPROVED | missing).status_code == 422
    assert program.service.views[1].replies == ()


def test_a_reply_posted_by_hand(program: Visitor) -> None:
    bad = call(program, "POST", "/tickets/1/replies", json=APPROVED | {"posted_url": "javascript:x"})
    assert (bad.status_code, bad.json()["error"]["where"]) == (422, "posted_url")
    good = call(program, "POST", "/tickets/1/replies", json=APPROVED | {"posted_url": "https://f.example/1"})
    assert (good.json()["state"], good.json()["url"]) == ("manual", "https://f.example/1")


def test_a_stale_version_is_a_conflict(program: Visitor) -> None:
    answer = call(program, "POST", "/tickets/1/resolve", json={"by": "Ola", "version": 7})
    assert answer.status_code == 409
    assert "changed" in answer.json()["error"]["message"]


def test_changes_answer_with_the_new_ticket(program: Visitor) -> None:
    claimed = call(program, "POST", "/tickets/1/claim", json={"by": "Ola", "version": 1}).json()
    assert (claimed["assignee"], claimed["version"]) == ("Ola (API: crm)", 2)
    done = call(program, "POST", "/tickets/1/not-relevant", json={"by": "Ola", "version": 2}).json()
    assert done["state"] == TicketState.RESOLVED
    assert call(program, "POST", "/tickets/1/explode", json={"by": "Ola", "version": 3}).status_code == 422


def test_labels_leave_out_what_was_not_said(program: Visitor) -> None:
    assert call(program, "POST", "/posts/11/labels", json={"by": "Ola", "intents": ["lead"]}).status_code == 204
    assert program.service.labels == [(11, {"intents": ("lead",)}, "Ola (API: crm)")]
    assert call(program, "POST", "/posts/11/labels", json={"by": "Ola"}).status_code == 422


def test_what_is_not_there_is_404_in_json(program: Visitor) -> None:
    assert call(program, "GET", "/tickets/9").json()["error"]["message"] == "no such ticket"
    assert call(program, "GET", "/nothing").status_code == 404


def test_the_openapi_document_lists_the_api_and_nothing_else(program: Visitor) -> None:
    document = program.get("/api/v1/openapi.json").json()
    assert document["openapi"].startswith("3.")
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    assert {"/api/v1/tickets", "/api/v1/mentions", "/api/v1/replies"} <= set(document["paths"])
    assert "HTTPBearer" in document["components"]["securitySchemes"]


def test_health_follows_the_house(program: Visitor) -> None:
    assert program.get("/healthz").text == "ok\n"
    assert program.get("/readyz").json()["ready"] is True
    program.service.down = True
    answer = program.get("/readyz")
    assert (answer.status_code, answer.json()["ready"]) == (503, False)
    assert answer.json()["checks"][0]["detail"] == "listener.db: cannot read"
    assert program.get("/healthz").status_code == 200


def test_metrics_are_as_fresh_as_the_scrape(program: Visitor) -> None:
    assert 'listener_tickets{state="open"} 1.0' in program.get("/metrics").text
    program.service.add(view(2))
    text = program.get("/metrics").text
    assert 'listener_tickets{state="open"} 2.0' in text
    assert "listener_ready 1.0" in text
    program.service.down = True
    text = program.get("/metrics").text
    assert "listener_ready 0.0" in text
    assert "listener_tickets{" not in text
