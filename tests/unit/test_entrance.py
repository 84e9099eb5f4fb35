"""Who is read as a member, and who as a guest."""

from typing import Any

import pytest

from listener.app import Entrance
from listener.http import Http, Member
from listener.settings import SourceSettings

ACCOUNT = {"username": "ala", "password": "tajne"}


def enter(kind: str | None, **more: Any) -> Http | Member:
    http = Http()
    found = Entrance(SourceSettings(name="forum", url="https://forum.example.org/", **more))(http, kind)
    assert isinstance(found, Http | Member)
    assert isinstance(found, Member) or found is http
    return found


@pytest.mark.parametrize("kind", ["phpbb", "spirit", "thread", None])
def test_a_source_with_an_account_is_read_as_a_member(kind: str | None) -> None:
    assert isinstance(enter(kind, **ACCOUNT), Member)


@pytest.mark.parametrize("kind", ["feed", "discourse"])
def test_kinds_without_a_form_are_read_as_before(kind: str) -> None:
    assert isinstance(enter(kind, **ACCOUNT), Http)


def test_a_kind_that_turns_programs_away_is_asked_and_says_so() -> None:
    assert isinstance(enter("fluxbb", **ACCOUNT), Member)


def test_without_an_account_for_reading_it_is_a_guest() -> None:
    assert isinstance(enter("phpbb"), Http)
    assert isinstance(enter("phpbb", reply=ACCOUNT), Http)


def test_a_key_goes_before_an_account() -> None:
    assert isinstance(enter("xenforo", options={"api_key": "klucz"}, **ACCOUNT), Http)
