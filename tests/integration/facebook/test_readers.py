"""A private reply and a hidden comment, from the desk to the page and back through its webhooks."""

from datetime import timedelta

import pytest

from listener.demo.standins.graph_world import Thing, Token
from listener.desk import Desk
from listener.dispatch import Dispatch, Lane
from listener.errors import ListenerError
from listener.model import HidingState, NoPrivate, Reply, ReplyState, TicketView
from listener.moderate import Moderate
from responders.facebook import FacebookPublisher
from tests.graph import ANNA, PAGE, TOKEN, a_config
from tests.integration.facebook.conftest import Place
from tests.integration.house.conftest import BRANDS, NoDrafts

TEXT = "Dzień dobry, piszemy prywatnie. Zespół Wintermann"


class Office:
    """A desk and a dispatch over the page."""

    def __init__(self, place: Place) -> None:
        self.place, drafts = place, NoDrafts()
        publisher = FacebookPublisher(a_config(place.graph))
        self.desk = Desk(
            storage=place.storage, brands=BRANDS, suggester=drafts, checker=drafts, can_publish=lambda name: True,
            clock=place.clock, publisher=lambda name: publisher,
        )  # fmt: skip
        moderate = Moderate(
            storage=place.storage, publisher=lambda name: publisher, talk=place.http.talk, clock=place.clock
        )
        self.dispatch = Dispatch(
            storage=place.storage, responders=(), publish=place.publish.send, moderate=moderate.take_up,
            view=self.desk.ticket, brands=BRANDS, inbox_url=lambda number: None, clock=place.clock,
        )  # fmt: skip

    def work(self, minutes: int = 0) -> None:
        for _ in range(minutes * 4 + 1):
            while sum(self.dispatch.run(lane) for lane in Lane):
                continue
            self.place.clock.advance(seconds=15 if minutes else 0)

    def told(self) -> None:
        """The page tells what happened there."""
        self.place.deliver()
        self.place.read()

    @property
    def view(self) -> TicketView:
        return self.desk.ticket(self.place.tickets()[0].id)

    def say(self, *, private: bool = True) -> Reply:
        view = self.view
        said = self.desk.reply(
            view.ticket.id, post_id=view.latest.id, text=TEXT, approved_by="ala", version=view.ticket.version,
            now=self.place.clock(), private=private,
        )  # fmt: skip
        assert isinstance(said, Reply)
        return said

    def hide(self, *, hidden: bool = True) -> None:
        ticket, now = self.view.ticket, self.place.clock()
        self.desk.hide(ticket.id, post_id=0, hidden=hidden, by="ala", version=ticket.version, now=now)


@pytest.fixture
def comment(place: Place) -> Thing:
    return place.graph.comment(place.graph.add_post(PAGE, "Nowe okna"), "Okna Wintermann ciekną", ANNA)


@pytest.fixture
def office(place: Place, comment: Thing) -> Office:
    made = Office(place)
    made.told()
    return made


@pytest.mark.parametrize("lost", [0, 1])
def test_one_private_reply_reaches_its_reader_and_the_thread_stays_as_it_was(
    office: Office, place: Place, comment: Thing, lost: int
) -> None:
    way = office.view.private[office.view.latest.id]
    assert (way.refused, way.until) == (None, comment.created + timedelta(days=7))
    office.say()
    place.graph.lose_answers = lost
    office.work(minutes=1)
    assert [sent["message"]["text"] for sent in place.graph.messages] == [TEXT]
    assert comment.post is not None
    assert comment.post.comments == [comment]
    assert office.view.replies[-1].state is (ReplyState.ACCEPTED if lost else ReplyState.PUBLISHED)
    assert office.view.private[office.view.latest.id].refused is NoPrivate.ANSWERED
    with pytest.raises(ListenerError, match="takes one only"):
        office.say()


def test_after_seven_days_nothing_is_even_tried(office: Office, place: Place) -> None:
    place.clock.advance(days=7)
    calls = len(place.graph.calls)
    with pytest.raises(ListenerError, match="too late"):
        office.say()
    assert office.view.private[office.view.latest.id].refused is NoPrivate.TOO_LATE
    assert len(place.graph.calls) == calls


def test_somebody_at_facebook_was_faster(office: Office, place: Place, comment: Thing) -> None:
    """A colleague answered in Meta's own inbox: ours is not sent, and nothing goes to the thread."""
    comment.answered_privately = True
    office.say()
    office.work(minutes=1)
    assert office.view.replies[-1].state is ReplyState.FAILED
    assert "one private reply" in str(office.view.replies[-1].error)
    assert place.graph.messages == []
    assert comment.post is not None
    assert comment.post.comments == [comment]


def test_without_the_permission_it_fails_and_says_which(office: Office, place: Place) -> None:
    rights = frozenset({"pages_manage_engagement", "pages_read_user_content"})
    place.graph.tokens[TOKEN] = Token(page=PAGE, permissions=rights)
    office.say()
    office.work(minutes=1)
    assert office.view.replies[-1].state is ReplyState.FAILED
    assert "pages_messaging" in str(office.view.replies[-1].error)


def test_a_comment_is_hidden_by_us_and_its_own_webhook_changes_nothing(
    office: Office, place: Place, comment: Thing
) -> None:
    office.hide()
    office.work()
    assert comment.hidden
    office.told()
    hiding = office.view.hidings[office.view.latest.id]
    assert (hiding.by, hiding.state, hiding.is_hidden) == ("ala", HidingState.DONE, True)
    place.clock.advance(minutes=20)
    place.look()
    assert office.view.hidings[office.view.latest.id] == hiding
    office.hide(hidden=False)
    office.work()
    office.told()
    assert not place.graph.things[comment.id].hidden
    assert not office.view.hidings[office.view.latest.id].is_hidden
    assert office.view.latest.deleted_at is None


def test_what_is_hidden_at_facebook_is_told_apart_from_what_is_gone(
    office: Office, place: Place, comment: Thing
) -> None:
    place.graph.hide(comment)
    office.told()
    hiding = office.view.hidings[office.view.latest.id]
    assert (hiding.by, hiding.is_hidden) == ("", True)
    place.clock.advance(minutes=20)
    place.graph.hide(comment, hidden=False)
    office.told()
    assert not office.view.hidings[office.view.latest.id].is_hidden
    place.graph.remove(comment)
    office.told()
    assert not office.view.hidings[office.view.latest.id].is_hidden
    assert office.view.latest.deleted_at is not None
