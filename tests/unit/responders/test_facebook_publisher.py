"""Answers on a page over the stand-in: posted once, read back, refused in words that help."""

from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest

from listener.demo.standins.graph import GraphStandIn
from listener.demo.standins.graph_world import GraphError, Thing, Token
from listener.errors import ConfigError, OutcomeUnknown, PermanentDelivery, TransientDelivery
from listener.protocols import (
    Conversation,
    Moderator,
    Outcome,
    OutgoingReply,
    PrivateMessage,
    PrivatePublisher,
)
from responders.facebook import FacebookPublisher
from tests.fakes import Clock
from tests.graph import ANNA, JAN, PAGE, TOKEN, GraphHttp, a_config, a_graph
from tests.making import a_post

T = TypeVar("T")
TEXT = "Dzień dobry, tu Zespół Wintermann. Prosimy o numer zamówienia."


class Scene:
    """A page with one comment under a post, and the publisher of that page."""

    def __init__(self) -> None:
        self.clock = Clock()
        self.graph: GraphStandIn = a_graph(self.clock)
        self.post = self.graph.add_post(PAGE, "Nowe okna")
        self.comment = self.graph.comment(self.post, "Okna ciekną", ANNA)
        self.http = GraphHttp(self.graph)
        self.publisher = FacebookPublisher(a_config(self.graph))

    def reply(self, to: Thing | None = None, text: str = TEXT) -> OutgoingReply:
        to = to or self.comment
        parent = (to.parent or to.post) if to.post else None
        post = a_post(
            to.id, source="facebook", kind="facebook", thread_id=(to.post or to).id, parent_id=parent and parent.id,
            published_at=to.created,
        )  # fmt: skip
        return OutgoingReply(text=text, post=post, approved_at=self.clock.now)

    def private(self, to: Thing | None = None, text: str = TEXT) -> PrivateMessage:
        said = self.reply(to, text)
        return PrivateMessage(text=said.text, post=said.post, approved_at=said.approved_at)

    def talk(self, conversation: Conversation[T]) -> T:
        return self.http.talk("facebook", conversation)

    def publish(self, reply: OutgoingReply) -> str | None:
        published = self.http.talk("facebook", self.publisher.publish(reply))
        assert published.outcome is Outcome.PUBLISHED
        return published.native_id

    def find(self, reply: OutgoingReply) -> str | None:
        found = self.http.talk("facebook", self.publisher.find(reply))
        return found.native_id if found else None

    def ours(self) -> list[str]:
        return [c.message for c in self.post.comments if c.author and c.author[0] == PAGE]


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_reply_stands_under_the_comment_and_is_read_back(scene: Scene) -> None:
    reply = scene.reply()
    assert scene.find(reply) is None
    native_id = scene.publish(reply)
    assert scene.find(reply) == native_id
    assert scene.graph.things[native_id or ""].parent is scene.comment


def test_answers_to_answers_and_to_posts_are_read_back_too(scene: Scene) -> None:
    second = scene.graph.comment(scene.comment, "U mnie też", JAN)
    to_answer, to_post = scene.reply(second), scene.reply(scene.post, "Zapraszamy!")
    assert scene.find(to_answer) is None
    assert scene.publish(to_answer) == scene.find(to_answer)
    assert scene.publish(to_post) == scene.find(to_post)


def test_the_same_words_under_another_comment_are_not_this_reply(scene: Scene) -> None:
    other = scene.graph.comment(scene.post, "Okna ciekną i u mnie", JAN)
    scene.publish(scene.reply(other))
    assert scene.find(scene.reply()) is None


def test_an_older_reply_of_the_same_words_is_not_this_one(scene: Scene) -> None:
    scene.publish(scene.reply())
    scene.clock.advance(days=1)
    assert scene.find(scene.reply()) is None


def test_words_of_another_are_not_ours(scene: Scene) -> None:
    scene.graph.comment(scene.comment, TEXT, JAN)
    assert scene.find(scene.reply()) is None


def test_a_lost_answer_is_unknown_and_then_found(scene: Scene) -> None:
    scene.graph.lose_answers = 1
    with pytest.raises(OutcomeUnknown):
        scene.publish(scene.reply())
    assert scene.find(scene.reply())
    assert scene.ours() == [TEXT]


def test_a_copy_that_is_refused_is_looked_for(scene: Scene) -> None:
    scene.graph.refuse_copies = True
    first = scene.publish(scene.reply())
    assert scene.publish(scene.reply()) == first
    assert scene.ours() == [TEXT]


@pytest.mark.parametrize(
    ("error", "raised", "mend"),
    [
        (GraphError(190, "expired", subcode=463), PermanentDelivery, "connect the page again"),
        (GraphError(200, "no right"), PermanentDelivery, "check --online"),
        (GraphError(368, "blocked"), PermanentDelivery, "until a person"),
        (GraphError(100, "no object", subcode=33), PermanentDelivery, "deleted"),
        (GraphError(80001, "too many"), TransientDelivery, "waits"),
        (GraphError(2, "try later"), OutcomeUnknown, "looked for"),
    ],
)
def test_a_refusal_says_what_a_person_must_do(
    scene: Scene, error: GraphError, raised: type[Exception], mend: str
) -> None:
    scene.graph.faults.append(error)
    with pytest.raises(raised, match=mend):
        scene.publish(scene.reply())
    assert scene.ours() == []


def test_a_blocked_page_is_not_tried_again_by_machine(scene: Scene) -> None:
    scene.graph.blocked.add(PAGE)
    with pytest.raises(PermanentDelivery, match="error 368"):
        scene.publish(scene.reply())


def test_a_private_reply_goes_once_within_seven_days_and_never_to_the_thread(scene: Scene) -> None:
    assert isinstance(scene.publisher, PrivatePublisher)
    message = scene.private()
    assert scene.talk(scene.publisher.find_private(message)) is None
    assert scene.talk(scene.publisher.send_privately(message)).outcome is Outcome.PUBLISHED
    assert scene.graph.messages == [{"recipient": {"comment_id": scene.comment.id}, "message": {"text": TEXT}}]
    found = scene.talk(scene.publisher.find_private(message))
    assert found is not None
    assert found.outcome is Outcome.ACCEPTED  # that it was answered privately is all that can be seen
    with pytest.raises(PermanentDelivery, match="one private reply for each comment"):
        scene.talk(scene.publisher.send_privately(message))
    assert scene.ours() == []


def test_seven_days_are_seven_days_for_us_and_for_the_place(scene: Scene) -> None:
    scene.clock.advance(days=8)
    with pytest.raises(PermanentDelivery, match="seven days"):
        scene.talk(scene.publisher.send_privately(scene.private()))
    undated = replace(scene.private(), post=replace(scene.private().post, published_at=None))
    with pytest.raises(PermanentDelivery, match="allowed window"):
        scene.talk(scene.publisher.send_privately(undated))
    assert scene.graph.messages == []


def test_a_private_message_has_its_own_length(scene: Scene) -> None:
    with pytest.raises(PermanentDelivery, match="2000 characters"):
        scene.talk(scene.publisher.send_privately(scene.private(text="a" * 2001)))
    assert scene.graph.messages == []


def test_a_post_of_a_visitor_is_answered_privately_as_a_post(scene: Scene) -> None:
    visit = scene.graph.add_post(PAGE, "Czy są okna?", JAN)
    scene.talk(scene.publisher.send_privately(scene.private(visit)))
    assert scene.graph.messages[0]["recipient"] == {"post_id": visit.id}


def test_a_lost_answer_to_a_private_message_is_looked_for(scene: Scene) -> None:
    scene.graph.lose_answers = 1
    with pytest.raises(OutcomeUnknown):
        scene.talk(scene.publisher.send_privately(scene.private()))
    found = scene.talk(scene.publisher.find_private(scene.private()))
    assert found is not None
    assert found.outcome is Outcome.ACCEPTED


def test_a_comment_is_hidden_and_shown_again_and_says_so(scene: Scene) -> None:
    assert isinstance(scene.publisher, Moderator)
    post = scene.reply().post
    for hidden in (True, True, False):
        scene.talk(scene.publisher.hide(post, hidden=hidden))
        assert scene.comment.hidden is hidden
        assert scene.talk(scene.publisher.is_hidden(post)) is hidden


def test_only_comments_can_be_hidden(scene: Scene) -> None:
    visit = scene.reply(scene.graph.add_post(PAGE, "Czy są okna?", JAN)).post
    assert not scene.publisher.can_hide(visit)
    with pytest.raises(PermanentDelivery, match="only comments"):
        scene.talk(scene.publisher.hide(visit, hidden=True))
    scene.graph.tokens[TOKEN] = Token(page=PAGE, permissions=frozenset({"pages_read_user_content"}))
    with pytest.raises(PermanentDelivery, match="pages_manage_engagement"):
        scene.talk(scene.publisher.hide(scene.reply().post, hidden=True))


def test_pages_of_others_and_posts_without_an_id_cannot_be_answered(scene: Scene) -> None:
    with pytest.raises(ConfigError, match="pages of others"):
        FacebookPublisher(a_config(scene.graph, own=False))
    nameless = replace(scene.reply(), post=a_post("words:1", source="facebook"))
    with pytest.raises(PermanentDelivery, match="by hand"):
        scene.publish(nameless)


def test_a_thread_that_cannot_be_read_is_no_absence(scene: Scene) -> None:
    scene.graph.tokens[TOKEN] = Token(page=PAGE, permissions=frozenset({"pages_manage_engagement"}))
    with pytest.raises(PermanentDelivery, match="pages_read_user_content"):
        scene.find(scene.reply())


def test_clocks_may_differ_a_little(scene: Scene) -> None:
    scene.publish(scene.reply())
    scene.clock.advance(minutes=2)
    later = replace(scene.reply(), approved_at=scene.clock.now + timedelta(minutes=1))
    assert scene.find(later)
