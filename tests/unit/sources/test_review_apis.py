# ruff: noqa: E501 - answers stand on the lines that they are sent on
"""Reviews through interfaces. The answers are written for these tests, of the shapes that the places document (or, where
that is said in docs/reviews.md, that programs which call them expect)."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.errors import ConfigError, Failure, FetchError, ListenerError, ParseError
from listener.protocols import Ability, Page, Parsed, Request, Source, SourceConfig
from listener.registry import PUBLISHERS, own_names, source_class
from listener.tokens import TOKENS, Token, read_store
from sources.ceneo import Ceneo
from sources.google_business import original
from tests.unit.keys import ec_pair, rsa_pair, service_account
from tests.unit.sources.recorded import DATA, expected, page, said

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
BEARER = {"Authorization": "Bearer t"}
URLS = {
    "google_play": "https://play.google.com/store/apps/details?id=pl.example.app",
    "google_business": "https://mybusiness.googleapis.com/v4/accounts/123/locations/456",
    "app_store": "https://apps.apple.com/pl/app/example/id1234567890",
    "app_store_connect": "https://api.appstoreconnect.apple.com/v1/apps/1234567890",
    "trustpilot": "https://www.trustpilot.com/review/wintermann.example",
    "allegro": "https://allegro.pl/uzytkownik/example/oceny",
}
KEYED = [kind for kind in URLS if kind != "app_store"]
RECORDED = [
    ("google_play", "reviews"), ("google_business", "reviews"), ("app_store", "feed"), ("app_store", "feed_xml"),
    ("app_store_connect", "reviews"), ("trustpilot", "reviews"), ("allegro", "ratings"), ("allegro", "issues"),
    ("allegro", "chat"),
]  # fmt: skip


def options(kind: str, folder: Path) -> dict[str, Any]:
    """What a person would configure."""
    store = folder / "allegro.json"
    if kind == "allegro" and not store.exists():
        store.write_text('{"refresh_token": "r1"}')
    return {
        "google_play": {"service_account": service_account()},
        "google_business": {"client_id": "id", "client_secret": "tajne-s", "refresh_token": "tajne-r"},
        "app_store": {},
        "app_store_connect": {"issuer_id": "iss", "key_id": "K1", "private_key": ec_pair()[0]},
        "trustpilot": {"api_key": "klucz", "api_secret": "tajne-s", "business_unit": "507f191e810c19729de860ea"},
        "allegro": {"client_id": "id", "client_secret": "tajne-s", "token_store": str(store)},
    }[kind]


@pytest.fixture(autouse=True)
def _no_tokens() -> None:
    TOKENS._kept.clear()


@pytest.fixture
def made(tmp_path: Path) -> Any:
    def make(kind: str, more: Mapping[str, Any] | None = None, **values: Any) -> Source:
        config = SourceConfig(
            name="place", kind=kind, url=URLS[kind], options={**options(kind, tmp_path), **(more or {})}, **values
        )
        source = source_class(kind)(config)
        if hasattr(source, "clock"):
            source.clock = lambda: NOW
        return source

    return make


def answer(body: object, request: Request, status: int = 200, at: datetime = NOW, **headers: str) -> Page:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Page(url=request.url, status=status, headers=named, body=raw, fetched_at=at, request=request)


def about(name: str) -> Request:
    """What a recorded page answered."""
    context = {
        "issue": "i-1",
        "mark": "m",
        "title": "T",
        "first": "Szyba pękła, żądam zwrotu pieniędzy.",
        "offset": "0",
    }
    tag, notes = {"issues": ("issues", {"offset": "0"}), "chat": ("chat", context)}.get(name, ("reviews", {}))
    return Request(url="https://x.example/", tag=tag, headers=BEARER, context=notes)


def read(source: Source, body: object, request: Request | None = None, cursor: dict[str, str] | None = None) -> Parsed:
    return source.parse(answer(body, request or about("reviews")), cursor or {})


@pytest.mark.parametrize(("kind", "name"), RECORDED)
def test_recorded_answers(made: Any, kind: str, name: str) -> None:
    path = DATA / kind / f"{name}.txt"
    request = replace(about(name), context=about(name).context if kind != "app_store" else {"land": "pl", "n": "1"})
    parsed = made(kind).parse(page(path, request), {})
    wanted = expected(path)
    assert said(parsed.posts, wanted) == wanted


def test_opinions_on_ceneo() -> None:
    path = DATA / "ceneo" / "opinions.html"
    parsed = Ceneo(SourceConfig(name="ceneo", kind="ceneo", url=Ceneo.example)).parse(page(path), {})
    assert said(parsed.posts, expected(path)) == expected(path)
    assert [request.url for request in parsed.follow] == ["https://www.ceneo.pl/101052360/opinie-2"]


@pytest.mark.parametrize("kind", KEYED)
def test_who_asks_is_shown_in_headers_only(made: Any, kind: str) -> None:
    source = made(kind)
    (first, *_) = source.requests({})
    if first.tag == "token":
        assert first.method == "POST"
        follow = source.parse(answer({"access_token": "tajne-t", "expires_in": 3600}, first), {}).follow
        assert all(request.headers["Authorization"] == "Bearer tajne-t" for request in follow)
        assert source.requests({})[0].headers["Authorization"] == "Bearer tajne-t"  # kept for the next pass
        first = follow[0]
    assert first.api
    for told in (first.url, *first.context.values()):
        assert "tajne" not in told
        assert "klucz" not in told


@pytest.mark.parametrize("kind", KEYED)
def test_a_missing_key_is_named(kind: str) -> None:
    source = source_class(kind)(SourceConfig(name="place", kind=kind, url=URLS[kind]))
    with pytest.raises(ConfigError, match="options"):
        source.requests({})


@pytest.mark.parametrize("kind", URLS)
def test_an_address_of_something_else_is_refused(kind: str, tmp_path: Path) -> None:
    if kind == "allegro":
        return  # the account is known by its token
    found = {name: value for name, value in options(kind, tmp_path).items() if name != "business_unit"}
    with pytest.raises(ConfigError):
        _begun(SourceConfig(name="place", kind=kind, url="https://example.com/", options=found))


def _begun(config: SourceConfig) -> None:
    source = source_class(config.kind)(config)
    source.parse(answer({"access_token": "t"}, source.requests({})[0]), {})


@pytest.mark.parametrize("kind", KEYED)
@pytest.mark.parametrize(
    ("status", "failure"),
    [(401, Failure.AUTH), (404, Failure.GONE), (429, Failure.RATE_LIMITED), (400, Failure.BAD_CONTENT)],
)
@pytest.mark.parametrize("body", [b"<html>no</html>", b"{}", b'{"error": 7, "errors": [3], "fault": []}', b""])
def test_refusals_have_their_class(made: Any, kind: str, status: int, failure: Failure, body: bytes) -> None:
    with pytest.raises(FetchError) as caught:
        made(kind).parse(answer(body, about("reviews"), status, retry_after="120"), {})
    assert caught.value.failure is failure
    assert caught.value.retry_after == (120.0 if failure is Failure.RATE_LIMITED else None)
    assert "tajne" not in str(caught.value)


def test_what_google_says_of_a_used_up_quota_is_understood(made: Any) -> None:
    said_so = {"error": {"code": 403, "message": "Quota exceeded for quota metric", "status": "PERMISSION_DENIED",
                         "errors": [{"reason": "rateLimitExceeded"}]}}  # fmt: skip
    for kind in ("google_play", "google_business"):
        with pytest.raises(FetchError, match="Quota exceeded") as caught:
            made(kind).parse(answer(said_so, about("reviews"), 403), {})
        assert caught.value.failure is Failure.RATE_LIMITED
        assert caught.value.retry_after


@pytest.mark.parametrize("kind", ["google_play", "google_business", "allegro"])
def test_a_token_that_is_refused_is_told_and_forgotten(made: Any, kind: str) -> None:
    source = made(kind)
    first = source.requests({})[0]
    for body, status in (({"error": "invalid_grant", "error_description": "x"}, 400), (b"<html>", 200), ([], 500)):
        with pytest.raises(FetchError, match="no access token") as caught:
            source.parse(answer(body, first, status), {})
        assert caught.value.failure is Failure.AUTH
        assert "tajne" not in str(caught.value)
    source.parse(answer({"access_token": "t", "expires_in": 3600}, first), {})
    assert source.requests({})[0].tag != "token"
    with pytest.raises(FetchError):
        source.parse(answer({}, about("reviews"), 401), {})
    assert source.requests({})[0].tag == "token"


def test_claims_are_signed_as_google_and_apple_check_them(made: Any) -> None:
    form = dict(made("google_play").requests({})[0].form)
    claims = jwt.decode(
        form["assertion"], rsa_pair()[1], algorithms=["RS256"], audience="https://oauth2.googleapis.com/token",
        options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    assert claims["scope"].endswith("/androidpublisher")
    assert claims["exp"] - claims["iat"] == 3600
    bearer = made("app_store_connect").requests({})[0].headers["Authorization"].removeprefix("Bearer ")
    assert jwt.get_unverified_header(bearer) == {"alg": "ES256", "kid": "K1", "typ": "JWT"}
    claims = jwt.decode(
        bearer, ec_pair()[1], algorithms=["ES256"], audience="appstoreconnect-v1",
        options={"verify_exp": False, "verify_iat": False},
    )  # fmt: skip
    assert claims["exp"] - claims["iat"] <= 1200


@pytest.mark.parametrize("key", ["", "-----BEGIN PRIVATE KEY-----\nMIGH\n-----END PRIVATE KEY-----", "x"])
def test_a_damaged_key_is_told_without_showing_it(made: Any, key: str) -> None:
    for kind, more in (
        ("app_store_connect", {"private_key": key}),
        ("google_play", {"service_account": {"client_email": "a@b", "private_key": key}}),
    ):
        with pytest.raises(ConfigError) as caught:
            made(kind, more).requests({})
        assert not key or key not in str(caught.value)


def some(kind: str, count: int, start: datetime, step: timedelta = timedelta(hours=1)) -> list[dict[str, Any]]:
    """Reviews of a kind, newest first."""
    rows: list[dict[str, Any]] = []
    for number in range(count):
        at = start - number * step
        iso, name = at.isoformat(), f"id{int(at.timestamp())}"
        shapes: dict[str, dict[str, Any]] = {
            "google_play": {"reviewId": name, "comments": [
                {"userComment": {"text": "x", "lastModified": {"seconds": str(int(at.timestamp()))}, "starRating": 3}}]},
            "google_business": {"reviewId": name, "starRating": "ONE", "createTime": iso, "updateTime": iso},
            "app_store_connect": {"id": name, "attributes": {"body": "x", "rating": 3, "createdDate": iso}},
            "trustpilot": {"id": name, "text": "x", "createdAt": iso},
            "allegro": {"id": name, "comment": "x", "createdAt": iso, "recommended": True},
        }  # fmt: skip
        rows.append(shapes[kind])
    return rows


def listed(kind: str, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """A page of the list that is not the last."""
    shapes: dict[str, dict[str, Any]] = {
        "google_play": {"reviews": rows, "tokenPagination": {"nextPageToken": "n"}},
        "google_business": {"reviews": rows, "nextPageToken": "n"},
        "app_store_connect": {"data": rows, "links": {"next": URLS["app_store_connect"] + "/customerReviews?cursor=n"}},
        "trustpilot": {"reviews": rows},
        "allegro": {"ratings": rows},
    }
    return shapes[kind]


@pytest.mark.parametrize("kind", KEYED)
def test_lists_are_walked_to_known_ground_and_whole_once_a_day(made: Any, kind: str) -> None:
    source, rows = made(kind), some(kind, 100, NOW)
    first = read(source, listed(kind, rows))
    assert len(first.follow) == 1, "the first walk goes on"
    assert first.follow[0].headers["Authorization"] == "Bearer t"
    cursor = {name: value for name, value in first.marks.items() if value}
    assert cursor["newest"] == NOW.isoformat()
    assert read(source, listed(kind, rows), cursor=cursor).follow == (), "nothing is new"
    newer = some(kind, 100, NOW + timedelta(hours=200))
    again = read(source, listed(kind, newer), cursor=cursor)
    assert len(again.follow) == 1, "a whole page of new ones"
    assert again.marks == {"newest": (NOW + timedelta(hours=200)).isoformat()}
    known = source.parse(answer(listed(kind, rows), again.follow[0]), cursor)
    assert (known.follow, known.marks.keys() & {"newest", "all"}) == ((), set())
    tomorrow = answer(listed(kind, rows), about("reviews"), at=NOW + timedelta(days=1, hours=1))
    assert source.parse(tomorrow, cursor).follow, "edits further down are looked for"
    old = made(kind, since=NOW - timedelta(hours=5))
    assert read(old, listed(kind, rows)).follow == ()


def test_a_key_is_not_sent_to_where_a_link_leads(made: Any) -> None:
    for link in ("https://evil.example/v1/apps/1/customerReviews", "http://api.appstoreconnect.apple.com/v1/x", 7, ""):
        parsed = read(made("app_store_connect"), {"data": some("app_store_connect", 2, NOW), "links": {"next": link}})
        assert parsed.follow == ()


def test_google_play_keeps_within_its_questions(made: Any) -> None:
    source = made("google_play")
    last = {"reviews": some("google_play", 3, NOW)}
    assert read(source, last).marks["spent"] == "2026-11-22T17 0 1"
    assert read(source, last, cursor={"spent": "2026-11-22T17 9 178"}).marks["spent"] == "2026-11-22T17 9 179"
    assert read(source, last, cursor={"spent": "2026-11-22T16 9 50"}).marks["spent"] == "2026-11-22T17 50 1"
    with pytest.raises(FetchError, match="of the 200") as caught:
        source.requests({"spent": "2026-11-22T17 0 180"})
    assert (caught.value.failure, caught.value.retry_after) == (Failure.RATE_LIMITED, 600.0)
    with pytest.raises(FetchError, match="of the 200"):
        source.requests({"spent": "2026-11-22T17 180 90"})
    for well in ("2026-11-22T16 180 180", "2026-11-22T15 180 180", "x", "2026-11-22T17 a b"):
        assert source.requests({"spent": well})


def test_apple_says_how_many_questions_are_left(made: Any) -> None:
    body = {"data": some("app_store_connect", 1, NOW)}
    for left, hints in (("3500", {}), ("42", {"rest_seconds": "1800"})):
        limit = f"user-hour-lim:3600;user-hour-rem:{left};"
        assert made("app_store_connect").parse(answer(body, about("reviews"), x_rate_limit=limit), {}).hints == hints


def test_an_edited_review_is_the_same_post(made: Any) -> None:
    for kind in ("google_play", "google_business", "trustpilot"):
        before, after = some(kind, 1, NOW)[0], some(kind, 1, NOW)[0]
        words = json.loads(json.dumps(after).replace('"x"', '"zmienione"'))
        one, two = read(made(kind), listed(kind, [before])).posts[0], read(made(kind), listed(kind, [words])).posts[0]
        assert one.native_id == two.native_id


@pytest.mark.parametrize(
    ("comment", "wanted"),
    [
        ("Słabo.", "Słabo."),
        ("Słabo.\n\n(Translated by Google)\nPoor.", "Słabo."),
        ("(Translated by Google) Poor.\n\n(Original)\nSłabo.", "Słabo."),
        ("(Translated by Google) Poor.", "Poor."),
        ("", ""),
    ],
)
def test_translations_are_left_out(comment: str, wanted: str) -> None:
    assert original(comment) == wanted


def test_rejected_answers_are_told(made: Any) -> None:
    parsed = made("google_business").parse(page(DATA / "google_business" / "reviews.txt", about("reviews")), {})
    assert parsed.notes == ("Google took the answer to review AbFv3 down: PHONE_NUMBER",)


# --- the App Store's feed -------------------------------------------------------------------------------------


def feed(*numbers: int, at: datetime = NOW) -> dict[str, Any]:
    def entry(number: int) -> dict[str, Any]:
        return {"id": {"label": str(number)}, "im:rating": {"label": "4"}, "content": {"label": "x"},
                "updated": {"label": (at - timedelta(hours=number)).isoformat()}}  # fmt: skip

    rows = [entry(number) for number in numbers]
    return {"feed": {"entry": rows if len(rows) != 1 else rows[0]}}


def test_countries_are_walked_each(made: Any) -> None:
    source = made("app_store", {"countries": ["pl", "de"], "format": "xml"})
    assert [request.url.split("/")[3] for request in source.requests({})] == ["pl", "de"]
    assert all(request.url.endswith("/page=1/xml") and not request.api for request in source.requests({}))


def test_a_page_that_comes_again_ends_the_walk(made: Any) -> None:
    source = made("app_store")
    first = source.parse(answer(feed(*range(50)), source.requests({})[0]), {})
    second = source.parse(answer(feed(*range(50)), first.follow[0]), {})
    assert (second.posts, second.follow) == ((), ())
    assert "over again" in second.notes[0]


def test_ten_pages_are_all_there_is(made: Any) -> None:
    source = made("app_store")
    request = source.requests({})[0]
    for number in range(10):
        parsed = source.parse(answer(feed(*range(number * 50, number * 50 + 50)), request), {})
        assert len(parsed.follow) == (number < 9)
        request = parsed.follow[0] if parsed.follow else request


def test_an_empty_feed_is_noted_where_it_was_not_empty_before(made: Any) -> None:
    source = made("app_store")
    request = source.requests({})[0]
    assert source.parse(answer({"feed": {}}, request), {}).notes == ()
    found = source.parse(answer({"feed": {}}, request), {"newest:pl": NOW.isoformat()})
    assert (found.marks, "empty" in found.notes[0]) == ({}, True)
    (only,) = source.parse(answer(feed(7), request), {}).posts
    assert only.native_id == "7"


def test_known_reviews_end_the_walk_of_the_feed(made: Any) -> None:
    source = made("app_store")
    request = source.requests({})[0]
    cursor = {"newest:pl": NOW.isoformat(), "all:pl": NOW.isoformat()}
    assert source.parse(answer(feed(*range(50)), request), cursor).follow == ()
    assert source.parse(answer(feed(*range(50)), request), {}).follow


@pytest.mark.parametrize(
    "body", [b"", b"<html><body>busy</body></html>", b"{", b"[]", b'{"feed": 7}', b"<feed/>", b"x"]
)
def test_what_is_no_feed_is_said_to_be_none(made: Any, body: bytes) -> None:
    source = made("app_store")
    with pytest.raises(ParseError, match="not the feed"):
        source.parse(answer(body, source.requests({})[0]), {})


def test_entities_of_a_feed_are_not_followed(made: Any) -> None:
    source = made("app_store")
    bomb = (
        b'<!DOCTYPE f [<!ENTITY a "aaaaaaaaaa"><!ENTITY x SYSTEM "file:///etc/passwd">]>'
        b'<feed xmlns="http://www.w3.org/2005/Atom" xmlns:im="http://itunes.apple.com/rss"><entry><id>1</id>'
        b'<im:rating>1</im:rating><content type="text">&x;tekst</content></entry></feed>'
    )
    (post,) = source.parse(answer(bomb, source.requests({})[0]), {}).posts
    assert "root:" not in post.text


# --- Trustpilot and Allegro -----------------------------------------------------------------------------------


def test_trustpilot_finds_the_company_by_its_domain(made: Any) -> None:
    source = made("trustpilot", {"business_unit": ""})
    asked = source.requests({})[0]
    assert asked.url.endswith("/business-units/find?name=wintermann.example")
    assert asked.headers == {"apikey": "klucz"}
    found = source.parse(answer({"id": "507f"}, asked), {})
    assert found.marks == {"unit": "507f"}
    assert "/business-units/507f/reviews?" in found.follow[0].url
    assert "/business-units/507f/reviews?" in source.requests({"unit": "507f"})[0].url
    with pytest.raises(ParseError, match="no company"):
        source.parse(answer({}, asked), {})


def test_the_laws_clocks_are_shown_and_told(made: Any) -> None:
    parsed = made("allegro").parse(page(DATA / "allegro" / "issues.txt", about("issues")), {})
    assert [request.url for request in parsed.follow] == [
        "https://api.allegro.pl/sale/issues/i-1/chat?limit=100&offset=0"
    ]
    assert parsed.follow[0].headers["Accept"] == "application/vnd.allegro.beta.v1+json"
    warned = (
        "to be decided soon, silence may count as consent: Allegro: Reklamacja 123/2026: decyzja do 24.11.2026 23:59"
    )
    assert parsed.hints == {"warning": warned}
    due = {post.native_id: post.answer_due for post in parsed.posts}
    assert due["issue/i-1"] == datetime(2026, 11, 24, 22, 59, 59, tzinfo=UTC), "the ticket has it as a deadline too"
    assert list(parsed.marks) == ["i:i-2"]
    chat = made("allegro").parse(answer({"chat": []}, parsed.follow[0]), {})
    cursor = {name: value for name, value in {**parsed.marks, **chat.marks}.items() if value}
    again = made("allegro").parse(page(DATA / "allegro" / "issues.txt", about("issues")), cursor)
    assert (again.follow, again.marks) == ((), {})


def test_an_unknown_status_does_not_hide_a_clock(made: Any) -> None:
    one = {
        "id": "9",
        "type": "CLAIM",
        "currentState": {"status": "CLAIM_ASK_LAWYER"},
        "decisionDueDate": "2026-11-23T10:00:00Z",
    }
    assert "warning" in read(made("allegro"), {"issues": [one]}, about("issues")).hints


def test_allegro_keeps_the_refresh_token_that_came_last(made: Any, tmp_path: Path) -> None:
    source = made("allegro")
    first = source.requests({})[0]
    assert dict(first.form)["refresh_token"] == "r1"
    assert "tajne-s" not in str(first.form)
    source.parse(answer({"access_token": "a2", "refresh_token": "r2", "expires_in": 43199}, first), {})
    kept = read_store(tmp_path / "allegro.json", "place")
    assert (kept["refresh_token"], (tmp_path / "allegro.json").stat().st_mode & 0o777) == ("r2", 0o600)
    TOKENS._kept.clear()  # as after a restart: what is left of the token is used up first
    assert made("allegro").requests({})[0].headers["Authorization"] == "Bearer a2"
    TOKENS._kept.clear()
    (tmp_path / "allegro.json").write_text(
        '{"refresh_token": "r2", "access_token": "a2", "expires_at": "2026-11-22T17:30:30+00:00"}'
    )
    assert dict(made("allegro").requests({})[0].form)["refresh_token"] == "r2"
    (tmp_path / "allegro.json").write_text("{}")
    with pytest.raises(ConfigError, match="no refresh_token"):
        made("allegro").requests({})


# --- all of them ----------------------------------------------------------------------------------------------

names = st.sampled_from([
    "reviews", "data", "included", "ratings", "issues", "chat", "comments", "userComment", "developerComment", "text",
    "lastModified", "seconds", "reviewId", "id", "attributes", "reviewReply", "comment", "links", "next", "author",
    "tokenPagination", "nextPageToken", "currentState", "decisionDueDate", "createdAt", "createTime", "starRating",
    "companyReply", "recommended", "buyer", "body", "rating", "relationships", "response", "consumer", "type",
])  # fmt: skip
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20)
    | st.sampled_from(["0000-00-00", "9999-12-31T23:59:59-14:00", "FIVE", "1795345200", "-1", "9" * 30]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=5), max_leaves=15,
)  # fmt: skip


@given(value=st.dictionaries(names, anything, max_size=5))
def test_no_answer_breaks_a_reader(value: dict[str, Any]) -> None:
    for kind in ("google_play", "google_business", "trustpilot", "allegro", "app_store_connect"):
        given = {"service_account": {"client_email": "a", "private_key": "b"}, "api_key": "k", "client_id": "i",
                 "client_secret": "s", "refresh_token": "r", "token_store": "missing.json", "issuer_id": "i", "key_id": "k",
                 "private_key": "p", "business_unit": "u"}  # fmt: skip
        source = source_class(kind)(SourceConfig(name="place", kind=kind, url=URLS[kind], options=given))
        for name in ("reviews", "issues", "chat") if kind == "allegro" else ("reviews",):
            try:
                parsed = source.parse(answer(value, about(name)), {})
            except ListenerError:
                continue
            assert all(post.native_id for post in parsed.posts)


def test_what_the_company_wrote_is_known_as_such() -> None:
    for kind in KEYED:
        assert own_names(kind, {}) == {source_class(kind).OWNER}  # type: ignore[attr-defined]
        assert kind in PUBLISHERS
        assert {Ability.REPLY, Ability.VERIFY} <= source_class(kind).abilities  # type: ignore[attr-defined]
    assert own_names("app_store", {"account": "firma"}) == {"firma"}


def test_a_token_is_never_shown() -> None:
    assert "tajne" not in repr(Token("tajne", NOW))
