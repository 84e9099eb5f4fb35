"""What Facebook sends by itself: who may send it, and what it tells of."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.arrivals import FIRST, order
from listener.demo.standins.graph import GraphStandIn
from listener.errors import ConfigError, Forged, ParseError
from listener.protocols import Parsed
from sources.facebook import Facebook
from sources.facebook_hook import FacebookHook
from tests.fakes import Clock
from tests.graph import ANNA, JAN, PAGE, GraphHttp, a_config, a_graph
from tests.making import NOW


@pytest.fixture
def graph() -> GraphStandIn:
    return a_graph(Clock())


@pytest.fixture
def hook(graph: GraphStandIn) -> FacebookHook:
    return FacebookHook(a_config(graph))


def sent(graph: GraphStandIn) -> bytes:
    """One delivery of all that has changed since the last."""
    graph.batch(size=1000)
    return graph.waiting.pop().body


def told(graph: GraphStandIn, hook: FacebookHook) -> Parsed:
    body = sent(graph)
    hook.verify(graph.signed(body), body, NOW)
    return hook.read({}, body, NOW)


def test_the_challenge_is_answered_to_who_knows_our_token(hook: FacebookHook) -> None:
    asked = {"hub.mode": "subscribe", "hub.verify_token": "zgoda", "hub.challenge": "1158201444"}
    assert hook.challenge(asked) == "1158201444"
    for wrong in ({"hub.verify_token": "inny"}, {"hub.mode": "unsubscribe"}, {"hub.challenge": ""}):
        with pytest.raises(Forged):
            hook.challenge(asked | wrong)
    with pytest.raises(Forged):
        hook.challenge({})


def test_a_missing_secret_is_no_open_door(graph: GraphStandIn) -> None:
    hook = FacebookHook(a_config(graph, app_secret="", verify_token=""))
    with pytest.raises(ConfigError, match="app_secret"):
        hook.verify({}, b"{}", NOW)
    with pytest.raises(ConfigError, match="verify_token"):
        hook.challenge({"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"})


def test_webhook_and_poll_give_the_same_post(graph: GraphStandIn, hook: FacebookHook) -> None:
    ours = graph.add_post(PAGE, "Nowe okna")
    top = graph.comment(ours, "Okna ciekną „Wintermann”", ANNA)
    graph.comment(top, "U mnie też", JAN)
    graph.add_post(PAGE, "Kiedy serwis?", JAN)
    by_hook = {post.native_id: post for post in told(graph, hook).posts}
    source = Facebook(a_config(graph))
    polled = source.parse(GraphHttp(graph).page(source.requests({})[0]), {})
    by_poll = {post.native_id: post for post in polled.posts}
    assert by_hook.keys() == by_poll.keys()
    for native_id, post in by_hook.items():
        other = by_poll[native_id]
        same = ("thread_id", "parent_id", "text", "author", "author_id", "published_at")
        assert [getattr(post, name) for name in same] == [getattr(other, name) for name in same]


def test_echoes_and_reactions_are_left_out(graph: GraphStandIn, hook: FacebookHook) -> None:
    graph.comment(graph.add_post(PAGE, "Nowe okna"), "Dziękujemy!")
    changes = [("reaction", "add"), ("like", "add"), ("comment", "mute")]
    for item, verb in changes:
        value = {"item": item, "verb": verb, "post_id": f"{PAGE}_1", "comment_id": "1_2", "message": "x"}
        graph.changes.append((PAGE, "feed", {**value, "from": {"id": "1", "name": "A"}}))
    assert told(graph, hook) == Parsed()


def test_edits_removals_hiding_and_showing_carry_their_order(graph: GraphStandIn, hook: FacebookHook) -> None:
    post = graph.add_post(PAGE, "Skarga", ANNA)
    first = told(graph, hook)
    assert first.marks == {f"changed:{post.id}": FIRST}
    graph.edit(post, "Skarga, druga wersja")
    edited = told(graph, hook)
    assert edited.posts[0].text == "Skarga, druga wersja"
    assert edited.posts[0].published_at is None
    assert edited.marks == {f"changed:{post.id}": order(NOW)}
    graph.hide(post)
    hidden = told(graph, hook)
    assert (hidden.gone, hidden.hidden) == ((post.id,), {post.id: True})
    graph.hide(post, hidden=False)
    shown = told(graph, hook)
    assert shown.posts[0].author is None
    assert shown.hidden == {post.id: False}
    graph.remove(post)
    removed = told(graph, hook)
    assert (removed.gone, removed.hints) == ((post.id,), {"threads_gone": post.id})
    assert removed.hidden == {}, "gone is not hidden"
    assert removed.marks == {f"changed:{post.id}": order(NOW, last=True)}


def test_of_several_changes_in_one_delivery_the_last_counts(graph: GraphStandIn, hook: FacebookHook) -> None:
    post = graph.add_post(PAGE, "Pierwsza", ANNA)
    graph.edit(post, "Druga")
    graph.changes.reverse()
    assert [post.text for post in told(graph, hook).posts] == ["Druga"]


def test_a_mention_has_no_author(graph: GraphStandIn, hook: FacebookHook) -> None:
    graph.add_post(PAGE, "Polecam Okna Wintermann", ANNA, tagged=True)
    posts = told(graph, hook).posts
    assert [(post.text, post.author) for post in posts] == [("Polecam Okna Wintermann", None)]


def test_the_older_names_of_a_sender_are_understood(hook: FacebookHook) -> None:
    value = {
        "item": "comment", "verb": "add", "comment_id": "1_2", "post_id": f"{PAGE}_1", "parent_id": f"{PAGE}_1",
        "sender_id": 7001, "sender_name": "Anna Nowak", "created_time": 1448555737, "message": "Pytanie",
    }  # fmt: skip
    post = hook.read({}, a_body(value), NOW).posts[0]
    assert (post.author, post.author_id, post.parent_id) == ("Anna Nowak", "7001", f"{PAGE}_1")


def test_other_pages_of_the_app_are_left_to_their_sources(hook: FacebookHook) -> None:
    value = {"item": "post", "verb": "add", "post_id": "1_2", "message": "x", "from": {"id": "1"}}
    assert hook.read({}, a_body(value, page="999"), NOW) == Parsed()


@pytest.mark.parametrize("body", [b"", b"no", b"[]", b'{"object": "instagram"}', b"[" * 100_000, b"\xff"])
def test_what_is_no_delivery_is_refused(hook: FacebookHook, body: bytes) -> None:
    with pytest.raises(ParseError):
        hook.read({}, body, NOW)


def a_body(value: Any, page: str = PAGE) -> bytes:
    entry = {"id": page, "time": 1448555737, "changes": [{"field": "feed", "value": value}]}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=10), inside, max_size=3),
    max_leaves=8,
)
KEYS = ("item", "verb", "post_id", "comment_id", "parent_id", "from", "message", "created_time", "sender_id", "post")
WORDS = st.sampled_from(["comment", "post", "add", "edited", "remove", "hide", "unhide", "1_2"])


@given(st.dictionaries(st.sampled_from(KEYS), JSON | WORDS))
def test_any_change_is_read_or_left_out_and_never_breaks_the_others(value: dict[str, Any]) -> None:
    hook = FacebookHook(a_config(a_graph(Clock())))
    parsed = hook.read({}, a_body(value), NOW)
    assert len(parsed.posts) + len(parsed.gone) <= 1


@given(
    body=st.binary(max_size=200),
    at=st.integers(min_value=0),
    change=st.integers(1, 255),
    signature=st.text(max_size=90),
)
def test_an_altered_or_forged_request_is_refused(body: bytes, at: int, change: int, signature: str) -> None:
    graph = a_graph(Clock())
    hook = FacebookHook(a_config(graph))
    signed = graph.signed(body)
    hook.verify(signed, body, NOW)
    altered = bytearray(body or b"x")
    altered[at % len(altered)] ^= change
    digest = signed["x-hub-signature-256"]
    place = at % len(digest)
    forged = digest[:place] + chr(ord(digest[place]) ^ (change % 32 or 1)) + digest[place + 1 :]
    for headers, sent_body in (
        (signed, bytes(altered)),
        (signed, body + b"\0"),
        ({"x-hub-signature-256": forged}, body),
        ({"x-hub-signature-256": signature}, body),
        ({"x-hub-signature-256": digest.removeprefix("sha256=")}, body),
        ({"x-hub-signature": digest}, body),
        ({}, body),
    ):
        with pytest.raises(Forged):
            hook.verify(headers, sent_body, NOW)
