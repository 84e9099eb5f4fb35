"""Logging in, where more than this machine can reach the inbox."""

from typing import Any

import pytest

from listener.views import Role
from listener.web import WebSettings
from tests.integration.web.conftest import Visitor, visitor
from tests.integration.web.fake_service import FakeService, view

ADDRESS = "https://inbox.example.com"


@pytest.fixture
def stranger() -> Visitor:
    house = FakeService(passwords={"ola": ("tajne", Role.AGENT), "jan": ("tajne2", Role.VIEWER)}).add(view())
    return visitor(house, WebSettings(secret="x", public_url=ADDRESS), ADDRESS)


def log_in(someone: Visitor, name: str, password: str, **more: Any) -> tuple[int, str]:
    answer = someone.send("/login", form_page="/login", origin=ADDRESS, name=name, password=password, **more)
    return answer.status_code, answer.headers.get("location", answer.text)


@pytest.mark.parametrize("path", ["/", "/tickets/1", "/tickets/1?done=x"])
def test_strangers_are_asked_to_log_in_and_then_go_on(stranger: Visitor, path: str) -> None:
    answer = stranger.get(path)
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login?next=%2F")
    assert "Trzeci" not in answer.text
    assert log_in(stranger, "ola", "tajne", next=path) == (303, path)
    assert stranger.get(path).status_code == 200


def test_a_wrong_password_says_no_more_than_that(stranger: Visitor) -> None:
    for name in ("ola", "nobody"):
        status, page = log_in(stranger, name, "zgaduję")
        assert status == 401
        assert "Nazwa lub hasło się nie zgadza" in page
        assert "zgaduję" not in page


def test_guessing_has_to_wait_even_with_the_right_password(stranger: Visitor) -> None:
    for _ in range(5):
        log_in(stranger, "ola", "źle")
    assert log_in(stranger, "ola", "tajne")[0] == 429


def test_who_logs_in_approves_by_that_name(stranger: Visitor) -> None:
    log_in(stranger, "ola", "tajne")
    fields = {"post_id": 11, "version": 1, "text": "Sprawdzamy.", "name": "Szef"}
    stranger.send("/tickets/1/reply", form_page="/tickets/1", origin=ADDRESS, **fields)
    assert stranger.service.views[1].replies[0].approved_by == "ola"


def test_a_viewer_may_only_read(stranger: Visitor) -> None:
    log_in(stranger, "jan", "tajne2")
    page = stranger.get("/tickets/1").text
    assert "Masz prawo tylko do czytania" in page
    assert "<textarea" not in page
    answer = stranger.send("/tickets/1/reply", form_page="/", origin=ADDRESS, post_id=11, version=1, text="x")
    assert answer.status_code == 403
    assert stranger.service.views[1].replies == ()


def test_logging_in_and_out_changes_the_session(stranger: Visitor) -> None:
    before = stranger.token("/login")
    log_in(stranger, "ola", "tajne")
    assert stranger.token("/") != before
    assert stranger.send("/logout", form_page="/", origin=ADDRESS).status_code == 303
    assert stranger.get("/").status_code == 303


def test_cookies_over_https_are_marked_secure(stranger: Visitor) -> None:
    assert all("Secure" in cookie for cookie in stranger.get("/login").headers.get_list("set-cookie"))


def test_a_link_from_slack_keeps_the_login(stranger: Visitor) -> None:
    """The strict cookie does not come along from another site; the page works and gives the same one again."""
    log_in(stranger, "ola", "tajne")
    token = stranger.token("/tickets/1")
    stranger.http.cookies.delete("listener_8080_form")
    assert stranger.token("/tickets/1") == token
    assert stranger.http.cookies.get("listener_8080_form")


def test_the_pages_of_the_other_mode_do_not_exist(stranger: Visitor, anna: Visitor) -> None:
    assert stranger.get("/who").status_code == 404
    assert anna.get("/login").status_code == 404


def test_an_altered_cookie_is_a_stranger(stranger: Visitor) -> None:
    log_in(stranger, "ola", "tajne")
    value = stranger.http.cookies["listener_8080"]
    stranger.http.cookies.delete("listener_8080")
    stranger.http.cookies.set("listener_8080", value[:-2] + "00", domain="inbox.example.com")
    assert stranger.get("/").status_code == 303
