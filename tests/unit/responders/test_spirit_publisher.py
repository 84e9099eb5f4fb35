"""The publisher for django-spirit on pages recorded from a running board. No sockets: the conversation is fed."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
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
from listener.model import Post
from listener.protocols import Conversation, Outcome, OutgoingReply, Page, Published, Request, SourceConfig
from responders.spirit import SpiritPublisher, as_markdown, fold
from tests.unit.sources.recorded import DATA, page

T = TypeVar("T")
PAGES = DATA / "spirit"
ROOT = "http://127.0.0.1:8099/"
TOPIC = f"{ROOT}topic/21/okna-wintermann-odradzam-%C5%BCa%C5%82uj%C4%99/"
CONFIG = SourceConfig(name="forum", kind="spirit", url=ROOT, options={"username": "wintermann", "password": "tajne"})
TEXT = "Dzień dobry, sprawdzamy."
POSTED_AT = page(PAGES / "posted.html").fetched_at
POST = Post(
    source="forum",
    kind="spirit",
    native_id="21",
    url=f"{ROOT}comment/21/find/",
    text="Pytanie",
    thread_id="21",
    thread_url=TOPIC,
    seen_at=POSTED_AT,
)
REPLY = OutgoingReply(text=TEXT, post=POST, approved_at=POSTED_AT - timedelta(seconds=30))

Answer = str | Page | Exception


def feed(conversation: Conversation[T], *answers: Answer) -> tuple[T, list[Request]]:
    """Answers each request in turn: a recorded page by name, a page, or an error raised at the yield."""
    sent = [next(conversation)]
    try:
        for answer in answers:
            if isinstance(answer, Exception):
                sent.append(conversation.throw(answer))
            else:
                sent.append(
                    conversation.send(page(PAGES / f"{answer}.html", sent[-1]) if isinstance(answer, str) else answer)
                )
    except StopIteration as end:
        assert answer is answers[-1], "it ended before all pages were read"
        return end.value, sent
    raise AssertionError(f"it wants more: {sent[-1]}")


def publish(*answers: Answer, reply: OutgoingReply = REPLY) -> tuple[Published, list[Request]]:
    return feed(SpiritPublisher(CONFIG).publish(reply), *answers)


def find(*answers: Answer, reply: OutgoingReply = REPLY) -> tuple[Published | None, list[Request]]:
    return feed(SpiritPublisher(CONFIG).find(reply), *answers)


def refused(*answers: Answer, reply: OutgoingReply = REPLY) -> DeliveryError:
    with pytest.raises(DeliveryError) as caught:
        publish(*answers, reply=reply)
    return caught.value


def test_a_reply_goes_out_in_three_requests() -> None:
    published, sent = publish("login", "topic-as-us", "posted")
    assert [request.method for request in sent] == ["GET", "POST", "POST"]
    login, form = dict(sent[1].form or ()), dict(sent[2].form or ())
    path = "/topic/21/okna-wintermann-odradzam-żałuję/"
    assert login == {"csrfmiddlewaretoken": "token", "next": path, "username": "wintermann", "password": "tajne"}
    assert (form["comment"], form["csrfmiddlewaretoken"], sent[2].url) == (TEXT, "token", f"{ROOT}comment/21/publish/")
    assert sent[2].headers["Referer"] == TOPIC
    assert published.outcome is Outcome.PUBLISHED
    assert published.url == f"{ROOT}comment/{published.native_id}/find/"


def test_the_mark_against_double_posts_is_the_replys_own() -> None:
    def mark(reply: OutgoingReply) -> str:
        return dict(publish("login", "topic-as-us", "posted", reply=reply)[1][2].form or ())["comment_hash"]

    assert mark(REPLY) == mark(REPLY)
    assert mark(REPLY) != mark(replace(REPLY, approved_at=REPLY.approved_at - timedelta(seconds=1)))
    assert len(mark(REPLY)) == 32


@pytest.mark.parametrize(
    ("answers", "kind", "says", "wait"),
    [
        (["login", "login-refused"], PermanentDelivery, "refused the log-in", None),
        (["login", "login-limited"], TransientDelivery, "wait", 300.0),
        (["login", "not-found"], PermanentDelivery, "gone", None),
        (["login", "closed"], PermanentDelivery, "closed", None),
        (["login", "topic"], PermanentDelivery, "no reply form", None),
        (["list"], PermanentDelivery, "no log-in form", None),
        (["login", "topic-as-us", "flood"], TransientDelivery, "wait", 10.0),
        (["login", "topic-as-us", "too-long"], PermanentDelivery, "3000 characters", None),
        (["login", "topic-as-us", "not-found"], PermanentDelivery, "closed or taken down", None),
        (["login", "topic-as-us", "login"], TransientDelivery, "logged us out", None),
    ],
)
def test_what_stands_in_the_way_is_told(
    answers: list[str], kind: type[DeliveryError], says: str, wait: float | None
) -> None:
    error = refused(*answers)
    assert isinstance(error, kind)
    assert says in str(error)
    assert getattr(error, "retry_after", None) == wait
    assert "tajne" not in str(error)


def test_a_token_that_ran_out_may_be_tried_again() -> None:
    forbidden = replace(page(PAGES / "not-found.html"), status=403)
    assert isinstance(refused("login", forbidden), TransientDelivery)
    assert isinstance(refused("login", "topic-as-us", forbidden), TransientDelivery)


def test_a_reply_that_is_too_long_is_never_sent() -> None:
    error = refused("login", "topic-as-us", reply=replace(REPLY, text="a" * 3001))
    assert isinstance(error, PermanentDelivery)
    assert "3000" in str(error)


@pytest.mark.parametrize("url", [None, "", "http://127.0.0.1:8099/", "http://127.0.0.1:8099/category/3/x/"])
def test_a_post_without_a_topic_cannot_be_answered(url: str | None) -> None:
    with pytest.raises(PermanentDelivery, match="no topic"):
        next(SpiritPublisher(CONFIG).publish(replace(REPLY, post=replace(POST, thread_url=url))))


def test_a_lost_log_in_has_posted_nothing() -> None:
    assert isinstance(refused("login", OutcomeUnknown("lost")), TransientDelivery)


def test_a_lost_post_stays_unknown() -> None:
    assert isinstance(refused("login", "topic-as-us", OutcomeUnknown("lost")), OutcomeUnknown)


def test_a_post_that_is_not_shown_is_unknown() -> None:
    error = refused("login", "topic-as-us", "topic", "topic", "topic-2")
    assert isinstance(error, OutcomeUnknown)


def test_a_post_that_cannot_be_read_back_is_unknown() -> None:
    lost = FetchError("no answer in time", failure=Failure.TRANSIENT)
    assert isinstance(refused("login", "topic-as-us", "topic", lost), OutcomeUnknown)


# --- reading back ---------------------------------------------------------------------------------------------


def test_a_reply_is_found_on_the_last_page() -> None:
    found, sent = find("topic", "posted")
    assert found is not None
    assert found.native_id
    assert sent[1].url == f"{TOPIC}?page=2"


@pytest.mark.parametrize(
    "change",
    [
        lambda reply: replace(reply, text="Inna odpowiedź"),
        lambda reply: replace(reply, approved_at=POSTED_AT + timedelta(hours=1)),
        lambda reply: replace(reply, post=replace(POST, native_id="9999")),
    ],
)
def test_what_is_not_this_reply_is_not_found(change: Callable[[OutgoingReply], OutgoingReply]) -> None:
    assert find("topic", "posted", reply=change(REPLY))[0] is None


def test_our_words_from_somebody_else_are_not_ours() -> None:
    config = replace(CONFIG, options={"username": "inny", "password": "x"})
    assert feed(SpiritPublisher(config).find(REPLY), "topic", "posted")[0] is None


def test_the_account_is_known_by_its_nickname_too() -> None:
    config = replace(CONFIG, options={"username": "ktos", "password": "x", "nickname": "Wintermann"})
    assert feed(SpiritPublisher(config).find(REPLY), "topic", "posted")[0] is not None


def test_a_topic_that_cannot_be_read_is_told() -> None:
    with pytest.raises(PermanentDelivery, match="404"):
        find("not-found")


@pytest.mark.parametrize("options", [{}, {"username": "a"}, {"password": "b"}, {"username": "", "password": "b"}])
def test_an_account_is_needed(options: dict[str, Any]) -> None:
    with pytest.raises(ConfigError, match="account"):
        SpiritPublisher(replace(CONFIG, options=options))


# --- words on their way out -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("zwykły tekst, 12.05.", "zwykły tekst, 12.05."),
        ("*a* _b_ `c` [d](e) ~~f~~", r"\*a\* \_b\_ \`c\` \[d\](e) \~\~f\~\~"),
        ("https://example.com/a_b*c?x=[1] i a_b", r"https://example.com/a_b*c?x=[1] i a\_b"),
        ("# nie nagłówek\n> nie cytat\n12. nie lista", "\\# nie nagłówek\n\\> nie cytat\n12\\. nie lista"),
        ("- raz\n- dwa", "- raz\n- dwa"),
        ("    nie kod\n\tnie kod", "nie kod\nnie kod"),
        ("[poll name=x]", r"\[poll name=x\]"),
        ("a\\b", "a\\\\b"),
        ("raz\r\ndwa", "raz\ndwa"),
    ],
)
def test_plain_text_stays_plain(text: str, written: str) -> None:
    assert as_markdown(text) == written


def test_folding_keeps_what_every_way_of_showing_keeps() -> None:
    assert fold("Zażółć, GĘŚLĄ\n- jaźń :smile:") == fold("zażółć gęślą jaźń")
    assert fold("a") != fold("ą")
