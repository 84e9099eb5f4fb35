"""Answers on Mastodon, Bluesky and YouTube: what is sent, what is made of what comes back."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from listener.errors import (
    ConfigError,
    DeliveryError,
    FetchError,
    OutcomeUnknown,
    PermanentDelivery,
    TransientDelivery,
)
from listener.model import Post
from listener.protocols import Conversation, OutgoingReply, Page, Publisher, Request, SourceConfig
from responders.bluesky import BlueskyPublisher, facets, key_of
from responders.interface import whole_characters
from responders.mastodon import MastodonPublisher, counted
from responders.wykop import WykopPublisher
from responders.youtube import YouTubePublisher

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
TEXT = "Dzień dobry, odpowiadam w imieniu Wintermanna. Proszę o numer zamówienia: https://wintermann.example/pomoc."
Answer = tuple[int, Any] | Exception
Answers = Mapping[str, Answer]


def talk(conversation: Conversation[Any], answers: Answers) -> tuple[Any, list[Request]]:
    """Drives a conversation: the first key that an address holds says what it is answered."""
    sent: list[Request] = []
    request = next(conversation)
    try:
        while True:
            sent.append(request)
            found = next(value for key, value in answers.items() if key in f"{request.method} {request.url}")
            if isinstance(found, Exception):
                request = conversation.throw(found)
                continue
            status, body = found
            raw = body if isinstance(body, bytes) else json.dumps(body).encode()
            page = Page(url=request.url, status=status, headers={}, body=raw, fetched_at=NOW, request=request)
            request = conversation.send(page)
    except StopIteration as end:
        return end.value, sent


def reply(kind: str, native: str, **more: Any) -> OutgoingReply:
    post = Post(source="place", kind=kind, native_id=native, url="https://x.example/", text="Okna", seen_at=NOW, **more)
    return OutgoingReply(text=TEXT, post=post, approved_at=NOW)


def config(kind: str, url: str, **options: Any) -> SourceConfig:
    return SourceConfig(name="place", kind=kind, url=url, options=options)


# --- mastodon -----------------------------------------------------------------------------------------------

M_REPLY = reply("mastodon", "116")
M_STATUS = {"id": "116", "visibility": "unlisted", "account": {"id": "9", "acct": "jan@inny.example"}}
M_OURS = {
    "id": "120", "url": "https://m.example/@wintermann/120", "created_at": "2026-11-22T17:30:05.000Z",
    "account": {"id": "7"}, "content": f'<p><span class="h-card">@<span>jan</span></span> {TEXT}</p>',
}  # fmt: skip
MASTODON: Answers = {
    "GET https://m.example/api/v1/statuses/116/context": (200, {"ancestors": [], "descendants": [M_OURS]}),
    "GET https://m.example/api/v1/statuses/116": (200, M_STATUS),
    "/api/v2/instance": (200, {"configuration": {"statuses": {"max_characters": 500}}}),
    "verify_credentials": (200, {"id": "7"}),
    "POST": (200, M_OURS),
}


def mastodon() -> MastodonPublisher:
    return MastodonPublisher(config("mastodon", "https://m.example/tags/okna", access_token="tajne"))


def test_an_answer_on_mastodon_is_as_public_as_the_post_and_goes_out_once() -> None:
    published, sent = talk(mastodon().publish(M_REPLY), MASTODON)
    last = sent[-1]
    assert last.json == {
        "status": f"@jan@inny.example {TEXT}", "in_reply_to_id": "116", "visibility": "unlisted",
    }  # fmt: skip
    assert last.headers["Authorization"] == "Bearer tajne"
    assert (published.native_id, published.url) == ("120", "https://m.example/@wintermann/120")
    again = talk(mastodon().publish(M_REPLY), MASTODON)[1][-1]
    assert again.headers["Idempotency-Key"] == last.headers["Idempotency-Key"]
    other = talk(mastodon().publish(replace(M_REPLY, approved_at=NOW + timedelta(seconds=1))), MASTODON)[1][-1]
    assert other.headers["Idempotency-Key"] != last.headers["Idempotency-Key"]


def test_mastodon_is_read_back() -> None:
    assert talk(mastodon().find(M_REPLY), MASTODON)[0].native_id == "120"
    for other in (
        {"account": {"id": "8"}},
        {"created_at": "2026-11-20T17:30:05.000Z"},
        {"content": "<p>Coś innego</p>"},
        {"created_at": None},
    ):
        context = (200, {"descendants": [M_OURS | other, None, 7]})
        answers = {"GET https://m.example/api/v1/statuses/116/context": context, **MASTODON}
        answers["GET https://m.example/api/v1/statuses/116/context"] = context
        assert talk(mastodon().find(M_REPLY), answers)[0] is None


def test_mastodon_counts_links_and_names_as_its_servers_do() -> None:
    assert counted("https://example.com/" + "x" * 100) == 23
    assert counted("@jan@inny.example ok") == len("@jan ok")
    limit = {"/api/v2/instance": (200, {"configuration": {"statuses": {"max_characters": 20}}})}
    with pytest.raises(PermanentDelivery, match="takes 20 characters"):
        talk(mastodon().publish(M_REPLY), {**limit, **MASTODON, **limit})


# --- bluesky ------------------------------------------------------------------------------------------------

URI = "at://did:plc:jan/app.bsky.feed.post/3kjan"
B_REPLY = reply("bluesky", URI)
B_VIEW = {
    "uri": URI, "cid": "bafyjan", "record": {"text": "x", "reply": {"root": {"uri": "at://r", "cid": "bafyr"}}},
}  # fmt: skip
BLUESKY: Answers = {
    "createSession": (200, {"accessJwt": "wejsciowka", "refreshJwt": "r", "did": "did:plc:my"}),
    "getPosts": (200, {"posts": [B_VIEW]}),
    "createRecord": (200, {"uri": "at://did:plc:my/app.bsky.feed.post/x", "cid": "bafymy"}),
    "getRecord": (200, {"uri": "at://did:plc:my/app.bsky.feed.post/x", "value": {}}),
}


def bluesky() -> BlueskyPublisher:
    url = "https://bsky.app/search?q=x"
    return BlueskyPublisher(config("bluesky", url, username="wintermann.example", password="tajne"))


def test_an_answer_on_bluesky_names_root_and_parent() -> None:
    published, sent = talk(bluesky().publish(B_REPLY), BLUESKY)
    body = sent[-1].json
    assert (body["repo"], body["collection"], body["rkey"]) == ("did:plc:my", "app.bsky.feed.post", key_of(B_REPLY))
    assert body["record"]["reply"] == {
        "root": {"uri": "at://r", "cid": "bafyr"}, "parent": {"uri": URI, "cid": "bafyjan"},
    }  # fmt: skip
    assert body["record"]["createdAt"] == "2026-11-22T17:30:00.000Z"
    assert sent[-1].headers["Authorization"] == "Bearer wejsciowka"
    assert published.native_id == f"at://did:plc:my/app.bsky.feed.post/{key_of(B_REPLY)}"
    top = {"getPosts": (200, {"posts": [B_VIEW | {"record": {"text": "x"}}]})}
    record = talk(bluesky().publish(B_REPLY), {**BLUESKY, **top})[1][-1].json["record"]
    assert record["reply"]["root"] == record["reply"]["parent"]


def test_links_on_bluesky_are_counted_in_bytes() -> None:
    (one,) = facets(TEXT)
    raw = TEXT.encode()
    link = raw[one["index"]["byteStart"] : one["index"]["byteEnd"]].decode()
    assert link == "https://wintermann.example/pomoc", "the full stop ends the sentence, not the link"
    assert one["features"][0]["uri"] == link


def test_the_key_of_a_record_is_one_of_the_place_and_the_replys_own() -> None:
    key = key_of(B_REPLY)
    assert len(key) == 13
    assert key[0] in "234567abcdefghij"
    assert set(key) <= set("234567abcdefghijklmnopqrstuvwxyz")
    assert key == key_of(B_REPLY)
    assert key < key_of(replace(B_REPLY, approved_at=NOW + timedelta(seconds=1))), "keys sort by time"


def test_a_record_that_stands_there_already_is_found_not_doubled() -> None:
    there = {"createRecord": (400, {"error": "InvalidRequest", "message": "Record already exists"})}
    published, _ = talk(bluesky().publish(B_REPLY), {**BLUESKY, **there})
    assert published.native_id.endswith(key_of(B_REPLY))
    absent = {"getRecord": (400, {"error": "RecordNotFound", "message": "Could not locate record"})}
    assert talk(bluesky().find(B_REPLY), {**BLUESKY, **absent})[0] is None
    with pytest.raises(PermanentDelivery, match="already exists"):
        talk(bluesky().publish(B_REPLY), {**BLUESKY, **there, **absent})


def test_characters_are_counted_as_people_see_them() -> None:
    assert whole_characters("zażółć") == 6
    assert whole_characters("z\u0307👩‍👩‍👧") == 2
    with pytest.raises(PermanentDelivery, match="takes 300 characters, not 301"):
        talk(bluesky().publish(replace(B_REPLY, text="x" * 301)), BLUESKY)


# --- youtube ------------------------------------------------------------------------------------------------

Y_REPLY = reply("youtube", "UgA.r1", thread_id="UgA", thread_url="https://www.youtube.com/watch?v=abcdefghijk&lc=UgA")
Y_OURS = {
    "id": "UgA.r9",
    "snippet": {
        "textDisplay": TEXT, "publishedAt": "2026-11-22T17:30:04Z", "authorChannelId": {"value": "UCour"},
    },
}  # fmt: skip
YOUTUBE: Answers = {
    "oauth2": (200, {"access_token": "wejsciowka", "expires_in": 3599}),
    "POST https://www.googleapis.com/youtube/v3/comments": (200, Y_OURS),
    "channels": (200, {"items": [{"id": "UCour"}]}),
    "pageToken=P2": (200, {"items": [Y_OURS]}),
    "GET https://www.googleapis.com/youtube/v3/comments": (200, {"items": [], "nextPageToken": "P2"}),
}


def youtube() -> YouTubePublisher:
    url = "https://www.youtube.com/watch?v=abcdefghijk"
    return YouTubePublisher(config("youtube", url, client_id="c", client_secret="tajne", refresh_token="tajne2"))


def test_an_answer_on_youtube_stands_below_the_threads_first_comment() -> None:
    published, sent = talk(youtube().publish(Y_REPLY), YOUTUBE)
    assert dict(sent[0].form or ()) == {
        "client_id": "c", "client_secret": "tajne", "refresh_token": "tajne2", "grant_type": "refresh_token",
    }  # fmt: skip
    assert sent[1].json == {"snippet": {"parentId": "UgA", "textOriginal": TEXT}}
    assert published.url == "https://www.youtube.com/watch?v=abcdefghijk&lc=UgA.r9"


def test_youtube_is_read_back_page_by_page() -> None:
    found, sent = talk(youtube().find(Y_REPLY), YOUTUBE)
    assert (found.native_id, len(sent)) == ("UgA.r9", 4)
    none = {"pageToken=P2": (200, {"items": [Y_OURS | {"snippet": {"textDisplay": "Inne"}}]})}
    assert talk(youtube().find(Y_REPLY), {**none, **YOUTUBE, **none})[0] is None


# --- all ----------------------------------------------------------------------------------------------------

ALL: tuple[tuple[Callable[[], Publisher], OutgoingReply, Answers, str], ...] = (
    (mastodon, M_REPLY, MASTODON, "POST"),
    (bluesky, B_REPLY, BLUESKY, "createRecord"),
    (youtube, Y_REPLY, YOUTUBE, "POST https://www.googleapis.com/youtube/v3/comments"),
)


@pytest.mark.parametrize(("make", "answer_to", "answers", "post"), ALL)
@pytest.mark.parametrize(
    ("status", "kind"),
    [(400, PermanentDelivery), (401, PermanentDelivery), (403, PermanentDelivery), (429, TransientDelivery)],
)
def test_a_reply_that_was_refused_is_told(
    make: Callable[[], Publisher], answer_to: OutgoingReply, answers: Answers, post: str, status: int,
    kind: type[DeliveryError],
) -> None:  # fmt: skip
    absent = {"getRecord": (400, {"error": "RecordNotFound"})}
    refused: Answers = {**answers, **absent, post: (status, {"error": "no <b>way</b>", "message": "x\x1b[31m"})}
    with pytest.raises(kind) as caught:
        talk(make().publish(answer_to), refused)
    assert f"HTTP {status}" in str(caught.value)
    assert not any(secret in str(caught.value) for secret in ("tajne", "wejsciowka", "\x1b"))


@pytest.mark.parametrize(("make", "answer_to", "answers", "post"), ALL)
def test_a_reply_whose_answer_was_lost_is_uncertain(
    make: Callable[[], Publisher], answer_to: OutgoingReply, answers: Answers, post: str
) -> None:
    with pytest.raises(OutcomeUnknown):
        talk(make().publish(answer_to), {**answers, post: OutcomeUnknown("lost", where="place")})


@pytest.mark.parametrize(("make", "entry"), [(bluesky, "createSession"), (youtube, "oauth2")])
def test_a_log_in_that_was_lost_has_posted_nothing(make: Callable[[], Publisher], entry: str) -> None:
    reply_, answers = (B_REPLY, BLUESKY) if make is bluesky else (Y_REPLY, YOUTUBE)
    with pytest.raises(TransientDelivery):
        talk(make().publish(reply_), {**answers, entry: OutcomeUnknown("lost", where="place")})


@pytest.mark.parametrize(
    ("made", "url"),
    [
        (MastodonPublisher, "https://m.example/"),
        (BlueskyPublisher, "https://bsky.app/"),
        (YouTubePublisher, "https://y.example/"),
    ],
)
def test_without_leave_nobody_answers(made: Callable[[SourceConfig], Publisher], url: str) -> None:
    with pytest.raises(ConfigError):
        made(config("x", url))


def test_what_is_gone_is_not_answered() -> None:
    with pytest.raises(PermanentDelivery, match="gone"):
        talk(mastodon().publish(M_REPLY), {**MASTODON, "GET https://m.example/api/v1/statuses/116": (404, {})})
    with pytest.raises(PermanentDelivery, match="gone"):
        talk(bluesky().publish(B_REPLY), {**BLUESKY, "getPosts": (200, {"posts": []})})


# --- wykop --------------------------------------------------------------------------------------------------

W_REPLY = reply("wykop", "77#5", author="jan", parent_id="77", thread_url="https://wykop.pl/wpis/77")
W_OURS = {
    "id": 9, "author": {"username": "Wintermann"}, "content": f"@jan: {TEXT}", "created_at": "2026-11-22 18:30:05",
}  # fmt: skip
WYKOP: Answers = {
    "POST https://w.example/api/v3/refresh-token": (200, {"data": {"token": "wejsciowka", "refresh_token": "drugi"}}),
    "GET https://w.example/api/v3/entries/77/comments?limit=50&page=dalej": (
        200, {"data": [{"id": 4, "comments": {"items": [W_OURS]}}]},
    ),
    "GET https://w.example/api/v3/entries/77/comments": (
        200, {"data": [{"id": 3, "author": {"username": "ola"}}, None, 7], "pagination": {"next": "dalej"}},
    ),
    "POST": (201, {"data": {"id": 9}}),
}  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Path:
    file = tmp_path / "wykop-token.json"
    file.write_text('{"refresh_token": "pierwszy"}', encoding="utf-8")
    return file


def wykop(store: Path) -> WykopPublisher:
    given = {"account": "wintermann", "token_store": str(store), "api": "https://w.example/api/v3"}
    return WykopPublisher(config("wykop", "https://wykop.pl/tag/okna", **given))


def test_an_answer_on_wykop_keeps_the_next_token_before_it_is_posted(store: Path) -> None:
    conversation = wykop(store).publish(W_REPLY)
    first = next(conversation)
    assert first.json == {"data": {"refresh_token": "pierwszy"}}
    body = json.dumps({"data": {"token": "wejsciowka", "refresh_token": "drugi"}}).encode()
    second = conversation.send(Page(url=first.url, status=200, headers={}, body=body, fetched_at=NOW, request=first))
    assert json.loads(store.read_text("utf-8"))["refresh_token"] == "drugi"
    assert second.url == "https://w.example/api/v3/entries/77/comments"
    assert second.json == {"data": {"content": f"@jan: {TEXT}"}}
    assert second.headers["Authorization"] == "Bearer wejsciowka"


def test_an_answer_on_wykop_is_posted_and_read_back(store: Path) -> None:
    published = talk(wykop(store).publish(W_REPLY), WYKOP)[0]
    assert (published.native_id, published.url) == ("77#9", "https://wykop.pl/wpis/77#9")
    assert talk(wykop(store).find(W_REPLY), WYKOP)[0] == published
    for other in ({"author": {"username": "ola"}}, {"created_at": "2026-11-22 16:30:05"}, {"content": "Coś innego"}):
        listed = {"data": [W_OURS | other]}
        found = talk(
            wykop(store).find(W_REPLY),
            {"POST": WYKOP["POST https://w.example/api/v3/refresh-token"], "GET": (200, listed)},
        )[0]
        assert found is None
    assert (
        talk(
            wykop(store).find(W_REPLY), {"GET": (404, {}), "POST": WYKOP["POST https://w.example/api/v3/refresh-token"]}
        )[0]
        is None
    )


@pytest.mark.parametrize(
    ("native", "parent", "path"),
    [
        ("77", None, "/entries/77/comments"),
        ("77#5", "77", "/entries/77/comments"),
        ("l8", None, "/links/8/comments"),
        ("l8#5", "l8", "/links/8/comments/5"),
        ("l8#6", "l8#5", "/links/8/comments/5"),
    ],
)
def test_where_an_answer_on_wykop_goes(store: Path, native: str, parent: str | None, path: str) -> None:
    sent = talk(wykop(store).publish(reply("wykop", native, parent_id=parent)), WYKOP)[1]
    assert sent[-1].url == f"https://w.example/api/v3{path}"
    assert sent[-1].json == {"data": {"content": TEXT}}


def test_what_wykop_refuses_is_told(store: Path) -> None:
    answers = {**WYKOP, "POST": (403, {"error": {"message": "Brak uprawnień"}})}
    with pytest.raises(PermanentDelivery, match="Brak uprawnień"):
        talk(wykop(store).publish(W_REPLY), answers)
    with pytest.raises(PermanentDelivery, match="not an entry"):
        talk(wykop(store).publish(reply("wykop", "../x")), WYKOP)
    with pytest.raises(ConfigError, match="account"):
        WykopPublisher(config("wykop", "https://wykop.pl/tag/okna", token_store=str(store)))
    with pytest.raises(ConfigError, match="token_store"):
        WykopPublisher(config("wykop", "https://wykop.pl/tag/okna", account="wintermann"))


def test_a_token_that_wykop_does_not_take_is_told(store: Path) -> None:
    with pytest.raises(FetchError, match="no access token"):
        talk(wykop(store).publish(W_REPLY), {**WYKOP, "POST https://w.example/api/v3/refresh-token": (400, {})})
    assert json.loads(store.read_text("utf-8")) == {"refresh_token": "pierwszy"}


def test_an_hour_that_comes_twice_does_not_hide_what_was_just_posted(store: Path) -> None:
    at = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)  # 2:30 in Warsaw, for the second time
    said = replace(W_REPLY, approved_at=at)
    listed = {"data": [W_OURS | {"created_at": "2026-10-25 02:30:05"}]}
    answers: Answers = {"POST": WYKOP["POST https://w.example/api/v3/refresh-token"], "GET": (200, listed)}
    assert talk(wykop(store).find(said), answers)[0] is not None
