"""Answers to reviews. No sockets: the conversations are fed with what the places answer."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar

import pytest

from listener.errors import (
    ConfigError,
    DeliveryError,
    Failure,
    FetchError,
    OutcomeUnknown,
    PermanentDelivery,
    TransientDelivery,
)
from listener.protocols import (
    Conversation,
    Outcome,
    OutgoingReply,
    Page,
    Probed,
    Published,
    Publisher,
    Request,
    SourceConfig,
)
from listener.registry import probe, publisher_class
from listener.tokens import TOKENS
from tests.making import a_post
from tests.unit.sources.test_review_apis import KEYED, URLS, options

T = TypeVar("T")
NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
TEXT = "Dzień dobry, Zespół Wintermann: sprawdzamy."
TOKEN = (200, {"access_token": "t1", "expires_in": 3600, "refresh_token": "r2"})
Answer = tuple[int, object]
Make = Callable[..., Publisher]

IDS = {kind: "rating/7" if kind == "allegro" else "7" for kind in KEYED}


def a_reply(kind: str, text: str = TEXT, native_id: str | None = None) -> OutgoingReply:
    url = "https://place.example/7"
    post = a_post(native_id or IDS[kind], source="place", kind=kind, url=url, thread_url=url)
    return OutgoingReply(text=text, post=post, approved_at=NOW - timedelta(minutes=1))


def bare(kind: str, **more: Any) -> dict[str, Any]:
    """A review without an answer."""
    return {"reviewId": "7", "comments": [{"userComment": {"text": "x"}}], "data": {"id": "7"}, "id": "7"} | more


def answered(kind: str, text: str = TEXT, state: str | None = None) -> dict[str, Any]:
    """A review with one."""
    shapes: dict[str, dict[str, Any]] = {
        "google_play": {"comments": [{"developerComment": {"text": text, "lastModified": {"seconds": "1"}}}]},
        "google_business": {"reviewReply": {"comment": text, "reviewReplyState": state or "APPROVED"}},
        "app_store_connect": {"included": [_response(text, state or "PUBLISHED")]},
        "trustpilot": {"companyReply": {"text": text}},
        "allegro": {"answer": {"message": text}},
    }
    return bare(kind, **shapes[kind])


def _response(text: str, state: str) -> dict[str, Any]:
    return {"type": "customerReviewResponses", "id": "r", "attributes": {"responseBody": text, "state": state}}


@pytest.fixture(autouse=True)
def _no_tokens() -> None:
    TOKENS._kept.clear()


@pytest.fixture
def made(tmp_path: Path) -> Make:
    def make(kind: str) -> Publisher:
        config = SourceConfig(name="place", kind=kind, url=URLS[kind], options=options(kind, tmp_path))
        publisher = publisher_class(kind)(config)
        publisher.clock = lambda: NOW  # type: ignore[attr-defined]
        return publisher

    return make


def feed(conversation: Conversation[T], *answers: Answer | Exception) -> tuple[T, list[Request]]:
    """Answers requests for tokens by itself, the others in turn."""
    left, sent = list(answers), [next(conversation)]
    try:
        while True:
            request = sent[-1]
            given = TOKEN if request.tag == "token" else left.pop(0)
            if isinstance(given, Exception):
                sent.append(conversation.throw(given))
                continue
            body = given[1] if isinstance(given[1], bytes) else json.dumps(given[1]).encode()
            page = Page(url=request.url, status=given[0], headers={}, body=body, fetched_at=NOW, request=request)
            sent.append(conversation.send(page))
    except StopIteration as end:
        assert not left, "it ended before all was read"
        return end.value, [one for one in sent if one.tag != "token"]


@pytest.mark.parametrize("kind", KEYED)
def test_an_answer_goes_out_after_a_look(made: Make, kind: str) -> None:
    taken = {"result": {"replyText": TEXT}, "comment": TEXT, "data": _response(TEXT, "PENDING_PUBLISH")}
    published, sent = feed(made(kind).publish(a_reply(kind)), (200, bare(kind)), (200, taken))
    assert [request.method for request in sent] == ["GET", "PUT" if kind in ("google_business", "allegro") else "POST"]
    assert TEXT in json.dumps(sent[1].json, ensure_ascii=False)
    assert all(request.api for request in sent)
    pending = kind == "app_store_connect"
    assert published.outcome is (Outcome.PENDING_MODERATION if pending else Outcome.PUBLISHED)
    assert published.native_id == IDS[kind] + "#answer"
    for request in sent:
        assert "tajne" not in request.url + str(request.context) + str(request.json)


@pytest.mark.parametrize("kind", KEYED)
def test_somebody_elses_answer_is_not_replaced(made: Make, kind: str) -> None:
    with pytest.raises(PermanentDelivery, match="has an answer already"):
        feed(made(kind).publish(a_reply(kind)), (200, answered(kind, "Inna odpowiedź")))


@pytest.mark.parametrize("kind", KEYED)
def test_our_own_answer_is_not_sent_again(made: Make, kind: str) -> None:
    published, sent = feed(made(kind).publish(a_reply(kind)), (200, answered(kind, f"  {TEXT}\n")))
    assert published.outcome is Outcome.PUBLISHED
    assert len(sent) == 1


@pytest.mark.parametrize("kind", KEYED)
def test_reading_back(made: Make, kind: str) -> None:
    found, _ = feed(made(kind).find(a_reply(kind)), (200, answered(kind)))
    assert found == Published(outcome=Outcome.PUBLISHED, url="https://place.example/7", native_id=IDS[kind] + "#answer")
    assert feed(made(kind).find(a_reply(kind)), (200, bare(kind)))[0] is None
    assert feed(made(kind).find(a_reply(kind)), (200, answered(kind, "co innego")))[0] is None


@pytest.mark.parametrize(("kind", "state"), [("google_business", "PENDING"), ("app_store_connect", "PENDING_PUBLISH")])
def test_what_is_not_shown_yet_is_pending(made: Make, kind: str, state: str) -> None:
    found, _ = feed(made(kind).find(a_reply(kind)), (200, answered(kind, state=state)))
    assert found
    assert found.outcome is Outcome.PENDING_MODERATION


def test_google_may_refuse_what_it_took(made: Make) -> None:
    refused = {"comment": TEXT, "reviewReplyState": "REJECTED", "policyViolation": "PHONE_NUMBER"}
    with pytest.raises(PermanentDelivery, match="PHONE_NUMBER"):
        feed(made("google_business").publish(a_reply("google_business")), (200, bare("x")), (200, refused))
    down = (200, answered("google_business", state="REJECTED"))
    assert feed(made("google_business").find(a_reply("google_business")), down)[0] is None


@pytest.mark.parametrize(
    ("kind", "longest", "unit"),
    [
        ("google_play", 350, "a"),
        ("google_business", 4096, "a"),
        ("google_play", 350, "😀"),
        ("app_store_connect", 5970, "a"),
    ],
)
def test_what_is_too_long_is_not_sent(made: Make, kind: str, longest: int, unit: str) -> None:
    size = 2 if unit != "a" else 1
    with pytest.raises(PermanentDelivery, match=f"takes {longest}, not {longest + size}"):
        feed(made(kind).publish(a_reply(kind, unit * (longest // size + 1))))
    feed(made(kind).publish(a_reply(kind, unit * (longest // size))), (200, bare(kind)), (200, {}))


@pytest.mark.parametrize("kind", KEYED)
@pytest.mark.parametrize(
    ("status", "error"), [(400, PermanentDelivery), (403, PermanentDelivery), (404, PermanentDelivery),
                          (409, PermanentDelivery), (429, TransientDelivery)]
)  # fmt: skip
@pytest.mark.parametrize("body", [{}, b"<html>", {"error": {"message": "nie"}, "errors": [{"title": "nie"}]}, b"[]"])
def test_refusals(made: Make, kind: str, status: int, error: type[DeliveryError], body: object) -> None:
    for before in ((), ((200, bare(kind)),)):
        with pytest.raises(error) as caught:
            feed(made(kind).publish(a_reply(kind)), *before, (status, body))
        assert "tajne" not in str(caught.value)


def test_a_used_up_quota_is_waited_for(made: Make) -> None:
    used = {"error": {"status": "RESOURCE_EXHAUSTED", "message": "Quota exceeded"}}
    with pytest.raises(TransientDelivery, match="Quota exceeded") as caught:
        feed(made("google_play").publish(a_reply("google_play")), (403, used))
    assert caught.value.retry_after == 600.0


@pytest.mark.parametrize("kind", [kind for kind in KEYED if kind != "app_store_connect"])
def test_an_old_token_is_changed_once(made: Make, kind: str) -> None:
    publisher = made(kind)
    feed(publisher.publish(a_reply(kind)), (200, bare(kind)), (200, {}))
    first: tuple[Answer, ...] = () if kind == "trustpilot" else ((401, {}),)
    published, _ = feed(publisher.publish(a_reply(kind)), *first, (200, bare(kind)), (200, {}))
    assert published.outcome is Outcome.PUBLISHED
    with pytest.raises(PermanentDelivery):
        feed(publisher.publish(a_reply(kind)), (200, bare(kind)), (401, {}), (401, {}))


@pytest.mark.parametrize("kind", KEYED)
def test_what_breaks_on_the_way_keeps_its_meaning(made: Make, kind: str) -> None:
    lost = OutcomeUnknown("the answer to the post was lost")
    with pytest.raises(OutcomeUnknown):
        feed(made(kind).publish(a_reply(kind)), (200, bare(kind)), lost)
    broken = FetchError("no answer in time", failure=Failure.TRANSIENT)
    with pytest.raises(FetchError):
        feed(made(kind).publish(a_reply(kind)), broken)


def test_a_token_that_was_lost_has_posted_nothing(made: Make) -> None:
    conversation = made("google_play").publish(a_reply("google_play"))
    assert next(conversation).tag == "token"
    with pytest.raises(TransientDelivery):
        conversation.throw(OutcomeUnknown("lost"))


@pytest.mark.parametrize("kind", KEYED)
def test_without_keys_people_answer_by_hand(kind: str) -> None:
    with pytest.raises(ConfigError, match="options"):
        publisher_class(kind)(SourceConfig(name="place", kind=kind, url=URLS[kind]))


def test_trustpilots_answer_names_who_gives_it(made: Make) -> None:
    publisher = made("trustpilot")
    publisher.config.options["business_user"] = "u1"  # type: ignore[attr-defined]
    _, sent = feed(publisher.publish(a_reply("trustpilot")), (200, bare("x")), (201, {}))
    assert sent[0].headers["apikey"] == "klucz"
    assert "Authorization" not in sent[0].headers
    assert sent[1].headers["Authorization"] == "Bearer t1"
    assert sent[1].json == {"message": TEXT, "authorBusinessUserId": "u1"}
    assert not publisher.absence_is_certain


# --- what the keys are good for -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KEYED)
def test_keys_are_tried_on_the_first_page(kind: str, tmp_path: Path) -> None:
    def asked(*answers: Answer | Exception) -> Probed:
        config = SourceConfig(name="place", kind=kind, url=URLS[kind], options=options(kind, tmp_path))
        conversation = probe(config)
        assert conversation is not None
        return feed(conversation, *answers)[0]

    lists = 2 if kind == "allegro" else 1
    row = {"id": "1", "reviewId": "1", "attributes": {"body": "x"}, "comments": [{"userComment": {"text": "x"}}]}
    full = {"reviews": [row], "data": [row], "ratings": [row], "issues": []}
    good = asked(*[(200, full)] * lists)
    assert (good.wrong, "1 reviews" in good.said[0]) == ((), True)
    no = {"message": "nie wolno", "title": "nie wolno"}
    wrong = asked((403, {"error": no, "errors": [no], **no}))
    assert "nie wolno" in wrong.wrong[0]
    assert asked((200, b"<html>log in</html>")).wrong
    missing = probe(SourceConfig(name="place", kind=kind, url=URLS[kind]))
    assert missing is not None
    assert "options" in feed(missing_first(missing))[0].wrong[0]


def missing_first(conversation: Conversation[Probed]) -> Conversation[Probed]:
    """One that asks for nothing, begun by a request that is none."""
    yield Request(url="https://place.example/", tag="token")
    return (yield from conversation)


# --- discussions and complaints on Allegro --------------------------------------------------------------------


def test_an_issue_is_answered_with_a_message(made: Make) -> None:
    reply = a_reply("allegro", native_id="issue/i-1#m-3")
    published, sent = feed(
        made("allegro").publish(reply), (200, {"id": "i-1", "currentState": {"chatActive": True}}), (201, {"id": "m-9"})
    )
    assert published.native_id == "issue/i-1#m-9"
    assert sent[1].url.endswith("/sale/issues/i-1/message")
    assert sent[1].json == {"text": TEXT, "type": "REGULAR"}
    assert sent[1].headers["Content-Type"] == "application/vnd.allegro.beta.v1+json"


def test_a_closed_issue_takes_no_messages(made: Make) -> None:
    reply = a_reply("allegro", native_id="issue/i-1")
    with pytest.raises(PermanentDelivery, match="closed"):
        feed(made("allegro").publish(reply), (200, {"currentState": {"chatActive": False}}))
    said = {"errors": [{"userMessage": "Dispute is in a state that forbids adding new messages"}]}
    with pytest.raises(PermanentDelivery, match="state that forbids"):
        feed(made("allegro").publish(reply), (200, {}), (409, said))
    with pytest.raises(PermanentDelivery, match="20000"):
        feed(made("allegro").publish(a_reply("allegro", "a" * 20_001, "issue/i-1")))
    with pytest.raises(PermanentDelivery, match="not a rating"):
        feed(made("allegro").publish(a_reply("allegro", native_id="7")))


def test_our_message_is_found_by_words_role_and_time(made: Make) -> None:
    reply = a_reply("allegro", native_id="issue/i-1")

    def message(number: str, **more: Any) -> dict[str, Any]:
        return {"id": number, "text": TEXT, "createdAt": NOW.isoformat(), "author": {"role": "SELLER"}} | more

    old = message("m-1", createdAt=(NOW - timedelta(days=2)).isoformat())
    theirs = message("m-2", author={"role": "BUYER"})
    other = message("m-3", text="Inne słowa", createdAt="x")
    found, _ = feed(made("allegro").find(reply), (200, {"chat": [old, theirs, other, None, message("m-4")]}))
    assert found
    assert found.native_id == "issue/i-1#m-4"
    assert feed(made("allegro").find(reply), (200, {"chat": [old, theirs, other]}))[0] is None
    full = (200, {"chat": [old] * 100})
    assert feed(made("allegro").find(reply), full, (200, {"chat": [message("m-8")]}))[0] is not None
    assert feed(made("allegro").find(reply), *[full] * 5)[0] is None
