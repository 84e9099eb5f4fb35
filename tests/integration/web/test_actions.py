"""What forms do, and what they refuse."""

from dataclasses import replace
from typing import Any

import pytest

from listener.model import ReplyState, TicketState, Violation
from listener.web import WebSettings
from tests.integration.web.conftest import Visitor, visitor
from tests.integration.web.fake_service import FakeService, view
from tests.web.scenes import reply

ANSWER: dict[str, Any] = {"post_id": 11, "version": 1, "text": "Dzień dobry,\r\nsprawdzamy.\r\n", "name": "Anna"}


def test_an_approved_reply_is_handed_over_with_who_approved_it(anna: Visitor) -> None:
    answer = anna.send("/tickets/1/reply", **ANSWER)
    assert (answer.status_code, answer.headers["location"]) == (303, "/tickets/1?done=approved")
    kept = anna.service.views[1].replies[0]
    assert (kept.text, kept.approved_by, kept.state) == ("Dzień dobry,\nsprawdzamy.", "Anna", ReplyState.APPROVED)
    page = anna.get("/tickets/1?done=approved").text
    assert "Odpowiedź zatwierdzona" in page
    assert "Zatwierdza: Anna" in page


@pytest.mark.parametrize(
    ("missing", "said"),
    [({"text": "  "}, "Napisz treść"), ({"name": "\u200b "}, "Podaj imię"), ({"text": "", "name": ""}, "Napisz treść")],
)
def test_nothing_goes_out_without_words_and_a_name(anna: Visitor, missing: dict[str, str], said: str) -> None:
    answer = anna.send("/tickets/1/reply", **(ANSWER | missing))
    assert answer.status_code == 422
    assert said in answer.text
    assert anna.service.views[1].replies == ()


def test_somebody_elses_change_is_told_and_the_text_kept(anna: Visitor) -> None:
    anna.service.claim(1, by="Ola", version=1, now=anna.service.views[1].ticket.opened_at)
    answer = anna.send("/tickets/1/reply", **ANSWER)
    assert answer.status_code == 409
    assert "to zgłoszenie się zmieniło" in answer.text
    assert "prowadzi: Ola" in answer.text
    assert "\nDzień dobry,\nsprawdzamy.</textarea>" in answer.text
    assert 'name="version" value="2"' in answer.text
    assert anna.service.views[1].replies == ()


def test_pressing_twice_is_no_conflict_and_gives_one_reply(anna: Visitor) -> None:
    for _ in range(2):
        assert anna.send("/tickets/1/reply", **ANSWER).headers["location"] == "/tickets/1?done=approved"
    assert len(anna.service.views[1].replies) == 1


def test_what_the_house_refuses_is_said_and_the_text_kept(anna: Visitor) -> None:
    anna.service.refuses = "niewypełnione miejsce {imię}"
    answer = anna.send("/tickets/1/reply", **ANSWER)
    assert answer.status_code == 422
    assert "Nie udało się: niewypełnione miejsce {imię}" in answer.text
    assert "sprawdzamy.</textarea>" in answer.text


def test_remarks_are_shown_first_and_may_be_overruled_for_those_words_only(anna: Visitor) -> None:
    anna.service.violations = [Violation(rule="unsourced_promise", where="jutro", message="obietnica bez pokrycia")]
    typed = ANSWER | {"text": "Naprawimy jutro."}
    shown = anna.send("/tickets/1/reply", **typed)
    assert shown.status_code == 422
    assert "obietnica bez pokrycia" in shown.text
    seen = shown.text.partition('name="seen" value="')[2].partition('"')[0]
    other = anna.send("/tickets/1/reply", **(typed | {"text": "Naprawimy jutro na pewno.", "seen": seen}))
    assert other.status_code == 422
    assert anna.service.replies() == []
    assert anna.send("/tickets/1/reply", **(typed | {"seen": seen})).status_code == 303
    assert [kept.text for kept in anna.service.replies()] == ["Naprawimy jutro."]


def test_a_reply_posted_by_hand_needs_its_address(anna: Visitor) -> None:
    for bad in ("", "forum.example/t/7", "javascript:alert(1)"):
        answer = anna.send("/tickets/1/hand", **ANSWER, url=bad)
        assert answer.status_code == 422
        assert "Wklej pełny adres" in answer.text
    answer = anna.send("/tickets/1/hand", **ANSWER, url=" http://forum.example/t/7#p15 ")
    assert answer.headers["location"] == "/tickets/1?done=hand"
    kept = anna.service.views[1].replies[0]
    assert (kept.state, kept.url) == (ReplyState.MANUAL, "http://forum.example/t/7#p15")


def test_a_suggestion_is_put_into_the_box_without_javascript(anna: Visitor) -> None:
    answer = anna.send("/tickets/1/draft", use=1)
    assert answer.status_code == 200
    assert "\nDzień dobry, wracamy z odpowiedzią do 18:00.</textarea>" in answer.text
    assert anna.send("/tickets/1/draft", use=7).status_code == 200
    assert anna.service.views[1] == view()


@pytest.mark.parametrize(
    ("act", "done"),
    [("claim", "claimed"), ("resolve", "resolved"), ("not-relevant", "not_relevant")],
)
def test_decisions_ask_for_a_name_once(anna: Visitor, act: str, done: str) -> None:
    answer = anna.send(f"/tickets/1/{act}", version=1)
    assert (answer.status_code, answer.headers["location"]) == (303, "/who?next=%2Ftickets%2F1")
    assert anna.send("/who", name="  Anna \u202e", next="/tickets/1").headers["location"] == "/tickets/1"
    assert anna.send(f"/tickets/1/{act}", version=1).headers["location"] == f"/tickets/1?done={done}"
    assert anna.service.views[1].history[-1].actor == "Anna"


def test_reopening(anna: Visitor) -> None:
    anna.service.add(view(1, state=TicketState.RESOLVED))
    anna.send("/tickets/1/reopen", version=1, name="Anna")
    assert anna.service.views[1].ticket.state is TicketState.OPEN


def test_a_stale_decision_is_a_conflict(anna: Visitor) -> None:
    answer = anna.send("/tickets/1/resolve", version=0, name="Anna")
    assert answer.status_code == 409
    assert anna.service.views[1].ticket.state is TicketState.OPEN


def test_an_uncertain_reply_is_decided_by_a_person(anna: Visitor) -> None:
    anna.service.add(replace(view(5), replies=(reply(ReplyState.UNCERTAIN),)))
    assert anna.send("/tickets/5/replies/500/stands", url="", name="Anna").status_code == 422
    states = [kept.state for kept in anna.service.views[5].replies]
    assert states == [ReplyState.UNCERTAIN], "an empty address must never send again"
    anna.send("/tickets/5/replies/500/stands", url="http://forum.example/9")
    assert anna.service.views[5].replies[0].url == "http://forum.example/9"
    anna.service.add(replace(view(5), replies=(reply(ReplyState.UNCERTAIN),)))
    assert anna.send("/tickets/5/replies/500/again").headers["location"] == "/tickets/5?done=again"
    assert anna.service.views[5].replies[0].state is ReplyState.APPROVED


def test_corrections_are_kept_for_training(anna: Visitor) -> None:
    fields: dict[str, Any] = {"sentiment": "neutral", "urgency": "low", "intents": ["question", "lead"], "name": "Anna"}
    assert anna.send("/tickets/1/posts/11/labels", **fields).headers["location"] == "/tickets/1?done=corrected"
    corrected = {"sentiment": "neutral", "urgency": "low", "intents": ("question", "lead"), "topics": ()}
    assert anna.service.labels == [(11, corrected, "Anna")]
    assert anna.send("/tickets/1/posts/11/labels", **(fields | {"urgency": "soon"})).status_code == 422


@pytest.mark.parametrize(
    "forged",
    [{"csrf": ""}, {"csrf": "0" * 64}, {"origin": "http://evil.example"}, {"origin": "null"},
     {"origin": "http://127.0.0.1:8099"}],
)  # fmt: skip
def test_a_form_from_elsewhere_does_nothing_and_the_text_is_not_lost(anna: Visitor, forged: dict[str, str]) -> None:
    answer = anna.send("/tickets/1/reply", **(ANSWER | forged))
    assert answer.status_code == 403
    assert "Nie przyjęto formularza" in answer.text
    assert "sprawdzamy." in answer.text
    assert anna.service.views[1].replies == ()


def test_a_token_of_another_visitor_or_without_the_strict_cookie_is_worthless(anna: Visitor) -> None:
    other = visitor(anna.service, WebSettings(secret="for tests"))
    assert anna.send("/tickets/1/reply", **(ANSWER | {"csrf": other.token()})).status_code == 403
    token = anna.token()
    anna.http.cookies.delete("listener_8080_form")
    headers = {"origin": "http://127.0.0.1:8080"}
    assert anna.ask("POST", "/tickets/1/reply", data=ANSWER | {"csrf": token}, headers=headers).status_code == 403


def test_a_cross_site_request_without_origin_is_refused(anna: Visitor) -> None:
    data = ANSWER | {"csrf": anna.token()}
    assert anna.ask("POST", "/tickets/1/reply", data=data, headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert anna.ask("POST", "/tickets/1/reply", data=data).status_code == 303


def test_the_cookies_are_out_of_reach_of_scripts_and_other_sites(anna: Visitor) -> None:
    session, twin = anna.get("/").headers.get_list("set-cookie")
    assert {"HttpOnly", "SameSite=lax"} <= set(session.split("; "))
    assert {"HttpOnly", "SameSite=strict"} <= set(twin.split("; "))


def test_a_name_from_elsewhere_is_not_adopted_where_people_log_in() -> None:
    house = FakeService().add(view())
    someone = visitor(
        house, WebSettings(secret="x", public_url="https://inbox.example.com"), "https://inbox.example.com"
    )
    sent = someone.send("/tickets/1/reply", form_page="/login", origin="https://inbox.example.com", **ANSWER)
    assert (sent.status_code, sent.headers["location"]) == (303, "/login")
    assert house.views[1].replies == ()
