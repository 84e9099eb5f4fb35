"""Tokens: kept while they are good, and where they change with every use, in a file that is never half written."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from listener.errors import ConfigError, Failure, FetchError
from listener.protocols import Page, Request
from listener.tokens import ClientCredentials, Refresh, Token, Tokens, read_store, write_store

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
URL = "https://place.example/token"


def answered(body: object, status: int = 200) -> Page:
    request = Request(url=URL, method="POST")
    return Page(url=URL, status=status, headers={}, body=json.dumps(body).encode(), fetched_at=NOW, request=request)


def refreshing(store: Path, tokens: Tokens) -> Refresh:
    return Refresh(
        where="place", url=URL, mend="m", clock=lambda: NOW, tokens=tokens, client_id="id", client_secret="tajne",
        in_form=False, store=store,
    )  # fmt: skip


def test_a_token_is_kept_until_a_minute_before_its_end() -> None:
    tokens = Tokens()
    tokens.put("a", Token("t", NOW + timedelta(minutes=10)))
    assert tokens.get("a", NOW + timedelta(minutes=8, seconds=59)) == "t"
    assert tokens.get("a", NOW + timedelta(minutes=9)) is None
    assert tokens.get("b", NOW) is None
    tokens.put("a", None)
    tokens.put("a", None)
    assert tokens.get("a", NOW) is None


@pytest.mark.parametrize("life", [3600, "3600", None, "x", -5, 10**30, True])
def test_whatever_life_a_token_is_given(life: object) -> None:
    grant = ClientCredentials(
        where="place", url=URL, mend="m", clock=lambda: NOW, tokens=Tokens(), client_id="id", client_secret="tajne"
    )
    assert grant.headers() is None
    assert grant.take(answered({"access_token": "t", "expires_in": life})) == {"Authorization": "Bearer t"}
    assert grant.headers() == {"Authorization": "Bearer t"}
    assert "tajne" not in repr(grant)


def test_other_accounts_have_other_tokens() -> None:
    tokens = Tokens()
    one, two = (
        ClientCredentials(
            where="place", url=URL, mend="m", clock=lambda: NOW, tokens=tokens, client_id="id", client_secret=secret
        )
        for secret in ("a", "b")
    )
    one.take(answered({"access_token": "t"}))
    assert two.headers() is None


def test_too_many_requests_for_tokens_are_waited_for(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        refreshing(tmp_path / "t.json", Tokens()).take(answered({}, 429))
    assert (caught.value.failure, caught.value.retry_after) == (Failure.RATE_LIMITED, 300.0)


def test_what_a_place_says_of_a_refusal_is_shown_only_where_it_is_a_code(tmp_path: Path) -> None:
    for said, shown in (("invalid_grant", True), ("a\x1b[31m", False), ({"x": 1}, False)):
        with pytest.raises(FetchError) as caught:
            refreshing(tmp_path / "t.json", Tokens()).take(answered({"error": said}, 400))
        assert ("invalid_grant" in str(caught.value)) is shown
        assert "\x1b" not in str(caught.value)


def test_the_file_of_a_token_is_replaced_whole(tmp_path: Path) -> None:
    store = tmp_path / "t.json"
    write_store(store, {"refresh_token": "r1"}, "place")
    grant = refreshing(store, Tokens())
    assert dict(grant.request().form or ())["refresh_token"] == "r1"
    grant.take(answered({"access_token": "a", "refresh_token": "r2", "expires_in": 100}))
    assert read_store(store, "place") == {
        "refresh_token": "r2", "access_token": "a", "expires_at": "2026-11-22T17:31:40+00:00",
    }  # fmt: skip
    assert [one.name for one in tmp_path.iterdir()] == ["t.json"]
    grant.forget()
    assert read_store(store, "place") == {"refresh_token": "r2"}
    grant.take(answered({"access_token": "a3"}))
    assert read_store(store, "place") == {"refresh_token": "r2"}, "an answer without a new one leaves the old"


def test_files_that_cannot_serve_are_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        read_store(tmp_path / "nowhere.json", "place")
    for body in ("", "[]", '{"refresh_token": 7}', "\xff"):
        (tmp_path / "t.json").write_text(body, encoding="latin-1")
        with pytest.raises(ConfigError, match="no refresh_token"):
            read_store(tmp_path / "t.json", "place")
    with pytest.raises(ConfigError, match="cannot be written"):
        write_store(tmp_path / "nowhere" / "t.json", {"refresh_token": "r"}, "place")
    refreshing(tmp_path / "nowhere.json", Tokens()).forget()
