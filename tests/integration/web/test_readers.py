"""Who reads a reply, in which tone it is suggested, and which posts are hidden: the inbox and the interface."""

import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from listener.model import Hiding, HidingState, NoPrivate, PrivateWay, ReplyState, TicketView, Violation
from listener.views import Role
from listener.web import WebSettings
from tests.integration.web.conftest import Visitor, visitor
from tests.integration.web.fake_service import NOW, FakeService, view
from tests.web.scenes import reply

TYPED: dict[str, Any] = {"post_id": 11, "version": 1, "text": "Własne słowa, nie do zgubienia.", "name": "Anna"}
OPEN = PrivateWay(until=NOW + timedelta(days=6))


def house(**more: Any) -> Visitor:
    """One ticket whose post can be answered privately and hidden, unless more says otherwise."""
    given = {"private": {11: OPEN}, "hideable": frozenset({11})} | more
    return visitor(
        FakeService().add(replace(view(), **given)), WebSettings(secret="for tests", api_tokens={"crm": "t"})
    )


def form(page: str) -> str:
    """The form of the answer."""
    return page.partition('id="answer"')[2].partition("</form>")[0]


# --- tone -------------------------------------------------------------------------------------------------------


def test_another_tone_makes_the_suggestions_anew_and_keeps_what_was_typed() -> None:
    anna = house()
    page = anna.send("/tickets/1/tune", **TYPED, tone="casual")
    assert page.status_code == 200
    assert "[casual] Dzień dobry, tu Zespół Wintermann" in page.text
    assert "Własne słowa, nie do zgubienia.</textarea>" in page.text
    assert '<option value="casual" selected>' in form(page.text)
    used = anna.send("/tickets/1/draft", use=1, post_id=11, tone="casual")
    assert "[casual] Dzień dobry, wracamy" in form(used.text)
    assert anna.service.replies() == []


def test_a_tone_stays_while_remarks_are_weighed() -> None:
    anna = house()
    anna.service.violations = [Violation(rule="unsourced_promise", where="Własne", message="obietnica")]
    shown = anna.send("/tickets/1/reply", **TYPED, tone="formal")
    assert shown.status_code == 422
    assert "[formal] " in shown.text
    assert '<option value="formal" selected>' in shown.text


def test_a_tone_that_there_is_none_of_is_the_brands_own() -> None:
    page = house().send("/tickets/1/tune", **TYPED, tone="krzyk")
    assert page.status_code == 200
    assert "[" not in form(page.text)


# --- private ----------------------------------------------------------------------------------------------------


def test_a_private_reply_is_a_form_of_its_own_and_is_shown_as_private() -> None:
    anna = house()
    assert "Odpowiedz prywatnie…" in form(anna.get("/tickets/1").text)
    page = anna.send("/tickets/1/tune", **TYPED, readers="private").text
    assert 'action="/tickets/1/reply-privately"' in page
    assert "Zatwierdź i wyślij prywatnie" in form(page)
    assert "opublikuj" not in form(page), "only one button sends, and it says to whom"
    assert "Własne słowa, nie do zgubienia.</textarea>" in page
    assert "[brand private] " in page
    answer = anna.send("/tickets/1/reply-privately", **TYPED)
    assert answer.headers["location"] == "/tickets/1?done=approved_private"
    (kept,) = anna.service.views[1].replies
    assert (kept.private, kept.text) == (True, TYPED["text"])
    assert "chip private" in anna.get("/tickets/1").text


def test_what_was_written_for_one_reader_never_goes_to_all() -> None:
    anna = house()
    answer = anna.send("/tickets/1/reply", **TYPED, private="true")
    assert answer.status_code == 422
    assert "nie poszedł do wszystkich" in answer.text
    assert 'action="/tickets/1/reply-privately"' in answer.text
    assert anna.service.replies() == []


def test_remarks_seen_for_one_reader_do_not_count_for_all() -> None:
    anna = house()
    anna.service.violations = [Violation(rule="unsourced_promise", where="Własne", message="obietnica")]
    shown = anna.send("/tickets/1/reply-privately", **TYPED)
    found = re.search(r'name="seen" value="([0-9a-f]+)"', shown.text)
    assert found
    assert anna.send("/tickets/1/reply", **TYPED, seen=found[1]).status_code == 422
    assert anna.service.replies() == []
    assert anna.send("/tickets/1/reply-privately", **TYPED, seen=found[1]).status_code == 303
    assert [one.private for one in anna.service.replies()] == [True]


@pytest.mark.parametrize(
    ("ways", "says"),
    [
        ({}, "nie da się odpowiedzieć prywatnie"),
        ({11: PrivateWay(refused=NoPrivate.ANSWERED)}, "miał już odpowiedź prywatną"),
        ({11: PrivateWay(refused=NoPrivate.TOO_LATE, until=NOW)}, "minął czas"),
    ],
)
def test_where_it_is_not_possible_that_is_said_before_anything_is_sent(ways: dict[int, PrivateWay], says: str) -> None:
    anna = house(private=ways)
    page = anna.get("/tickets/1").text
    assert "Odpowiedz prywatnie" not in page
    assert (says in page) is bool(ways)
    for path in ("/tickets/1/tune", "/tickets/1/reply-privately"):
        answer = anna.send(path, **TYPED, readers="private")
        assert answer.status_code == 422
        assert says in answer.text
        assert TYPED["text"] in answer.text
    assert anna.service.replies() == []


def test_pressing_twice_gives_one_private_reply() -> None:
    anna = house()
    anna.send("/tickets/1/reply-privately", **TYPED)
    anna.service.add(replace(anna.service.views[1], private={11: PrivateWay(refused=NoPrivate.ANSWERED)}))
    again = anna.send("/tickets/1/reply-privately", **TYPED)
    assert again.headers["location"] == "/tickets/1?done=approved_private"
    assert len(anna.service.replies()) == 1


@pytest.mark.parametrize("state", [ReplyState.ACCEPTED, ReplyState.UNCERTAIN, ReplyState.FAILED, ReplyState.PUBLISHED])
def test_where_a_private_reply_stands_is_said_in_words_for_it(state: ReplyState) -> None:
    one = replace(reply(state), private=True)
    page = house(replies=(one,)).get("/tickets/1").text
    said = {
        ReplyState.ACCEPTED: "serwis nie pozwala jej odczytać",
        ReplyState.UNCERTAIN: "nie wiadomo, czy odpowiedź dotarła",
        ReplyState.FAILED: "odpowiedź nie wyszła",
        ReplyState.PUBLISHED: "odpowiedź wysłana i potwierdzona",
    }
    assert said[state] in page
    assert ("replies/" in page) is (state in (ReplyState.UNCERTAIN, ReplyState.FAILED))


# --- hiding -----------------------------------------------------------------------------------------------------


def hiding(state: HidingState, *, hidden: bool = True, by: str = "ola") -> dict[int, Hiding]:
    one = Hiding(id=1, post_id=11, hidden=hidden, by=by, at=NOW, state=state, error="nie <b>wolno</b>")
    return {11: one}


def test_a_post_is_hidden_from_its_ticket() -> None:
    anna = house()
    assert "Ukryj wpis" in anna.get("/tickets/1").text
    anna.send("/who", name="Anna")
    answer = anna.send("/tickets/1/posts/11/hide", version=1, hidden="true")
    assert answer.headers["location"] == "/tickets/1?done=hiding#post-11"
    page = anna.get("/tickets/1").text
    assert "jest właśnie ukrywany" in page
    assert "Ukryj wpis" not in page
    assert "ukrywa wpis" in page
    assert anna.send("/tickets/1/posts/11/hide", version=1).status_code == 409


@pytest.mark.parametrize(
    ("known", "says", "button"),
    [
        (hiding(HidingState.DONE), "ukryty przez nas (ola)", "Pokaż wpis znowu"),
        (hiding(HidingState.DONE, by=""), "ukryty w serwisie", "Pokaż wpis znowu"),
        (hiding(HidingState.FAILED), "nie udało się ukryć", "Ukryj wpis"),
        (hiding(HidingState.FAILED, hidden=False), "nie udało się pokazać", "Pokaż wpis znowu"),
        (hiding(HidingState.WORKING, hidden=False), "jest właśnie pokazywany", ""),
        (hiding(HidingState.DONE, hidden=False), "", "Ukryj wpis"),
    ],
)
def test_what_became_of_it_stands_on_the_post(known: dict[int, Hiding], says: str, button: str) -> None:
    page = house(hidings=known).get("/tickets/1").text
    assert says in page
    assert [one for one in ("Pokaż wpis znowu", "Ukryj wpis") if f">{one}<" in page] == [button] * bool(button)
    assert "<b>wolno" not in page


def test_who_may_only_read_and_places_that_cannot_hide_have_no_button() -> None:
    assert "/hide" not in house(hideable=frozenset()).get("/tickets/1").text
    service = FakeService().add(replace(view(), hideable=frozenset({11}), private={11: OPEN}))
    service.passwords["wik"] = ("tajne-hasło", Role.VIEWER)
    wik = visitor(service, WebSettings(secret="for tests", host="0.0.0.0", public_url="http://127.0.0.1:8080"))
    wik.send("/login", form_page="/login", name="wik", password="tajne-hasło")
    assert "/hide" not in wik.get("/tickets/1").text
    assert wik.send("/tickets/1/posts/11/hide", form_page="/login", version=1).status_code in (303, 403)
    assert service.views[1].hidings == {}


# --- the interface ----------------------------------------------------------------------------------------------


def call(anna: Visitor, method: str, path: str, **more: Any) -> Any:
    answer = anna.ask(method, f"/api/v1{path}", headers={"authorization": "Bearer t"}, **more)
    return answer.status_code, answer.json()


def test_programs_see_and_ask_the_same() -> None:
    anna = house()
    _, full = call(anna, "GET", "/tickets/1")
    assert full["private"] == [{"post_id": 11, "possible": True, "refused": None, "until": "2026-11-28T17:30:00Z"}]
    _, drafts = call(anna, "GET", "/tickets/1/suggestions?tone=formal&private=true")
    assert drafts[0]["text"].startswith("[formal private] ")
    assert call(anna, "GET", "/tickets/1/suggestions?tone=loud")[0] == 422
    body = {"post_id": 11, "text": "Słowa", "approved_by": "Ola", "version": 1, "private": True}
    status, kept = call(anna, "POST", "/tickets/1/replies", json=body)
    assert (status, kept["private"]) == (201, True)
    by_hand = body | {"posted_url": "https://forum.example/1", "version": 2}
    assert call(anna, "POST", "/tickets/1/replies", json=by_hand)[0] == 422
    status, _ = call(anna, "POST", "/tickets/1/posts/11/hidden", json={"hidden": True, "by": "Ola", "version": 2})
    assert status == 202
    (told,) = call(anna, "GET", "/tickets/1")[1]["hidden"]
    assert (told["hidden"], told["by"], told["state"]) == (True, "Ola (API: crm)", "wanted")


def test_nothing_is_private_where_nobody_says_so() -> None:
    shown: TicketView = view()
    assert (shown.private, shown.hideable, shown.hidings) == ({}, frozenset(), {})
