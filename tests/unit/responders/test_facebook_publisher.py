"""Answers on a page over the stand-in: posted once, read back, refused in words that help."""

from dataclasses import replace
from datetime import timedelta

import pytest

from listener.demo.standins.graph import GraphStandIn
from listener.demo.standins.graph_world import GraphError, Thing, Token
from listener.errors import ConfigError, OutcomeUnknown, PermanentDelivery, TransientDelivery
from listener.protocols import Outcome, OutgoingReply
from responders.facebook import FacebookPublisher
from tests.fakes import Clock
from tests.graph import ANNA, JAN, PAGE, TOKEN, GraphHttp, a_config, a_graph
from tests.making import a_post

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

    def reply(self, to: Thing | None = None, text: str = TEXT, *, private: bool = False) -> OutgoingReply:
        to = to or self.comment
        parent = (to.parent or to.post) if to.post else None
        post = a_post(
            to.id, source="facebook", kind="facebook", thread_id=(to.post or to).id, parent_id=parent and parent.id,
            published_at=to.created,
        )  # fmt: skip
        return OutgoingReply(text=text, post=post, approved_at=self.clock.now, private=private)

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


def test_a_private_reply_goes_once_and_within_seven_days(scene: Scene) -> None:
    reply = scene.reply(private=True)
    assert scene.find(reply) is None
    scene.publish(reply)
    assert scene.graph.messages[0]["recipient"] == {"comment_id": scene.comment.id}
    found = scene.http.talk("facebook", scene.publisher.find(reply))
    assert found is not None
    with pytest.raises(PermanentDelivery, match="already replied"):
        scene.publish(reply)
    scene.clock.advance(days=8)
    late = replace(scene.reply(private=True), approved_at=scene.clock.now)
    with pytest.raises(PermanentDelivery, match="seven days"):
        scene.publish(late)


def test_a_comment_is_hidden_and_shown_again(scene: Scene) -> None:
    scene.http.talk("facebook", scene.publisher.hide(scene.comment.id))
    assert scene.comment.hidden
    scene.http.talk("facebook", scene.publisher.hide(scene.comment.id, hidden=False))
    assert not scene.comment.hidden


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
