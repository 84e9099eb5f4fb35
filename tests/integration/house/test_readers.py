"""Who reads a reply is decided once: a private one goes to one reader whatever breaks, and a hidden post is hidden."""

from dataclasses import replace
from datetime import timedelta
from typing import TypeVar

import pytest
import sqlalchemy as sa

from listener.approval import ApprovalPolicy
from listener.dispatch import Lane
from listener.errors import (
    Conflict,
    DeliveryError,
    ListenerError,
    NotFound,
    OutcomeUnknown,
    PermanentDelivery,
    TransientDelivery,
)
from listener.intake import Haul
from listener.model import (
    EventKind,
    HidingState,
    NoPrivate,
    PrivateWay,
    Proposal,
    Reply,
    ReplyState,
    Ticket,
    TicketState,
)
from listener.moderate import Moderate
from listener.protocols import Conversation
from listener.publish import Publish
from listener.storage import schema as t
from listener.visibility import private_way
from tests.fakes import Board, Guestbook, talk
from tests.integration.house.conftest import House
from tests.making import NOW, a_post

T = TypeVar("T")
SECRET = "Dzień dobry, prosimy odpisać na tę wiadomość."


@pytest.fixture
def book(house: House) -> Guestbook:
    """The place of the house's only source."""
    return Guestbook()


@pytest.fixture
def open_house(house: House, book: Guestbook) -> House:
    """The house with that place behind it, and one ticket told of."""
    publish = Publish(storage=house.storage, publisher=lambda name: book, talk=talk, clock=house.clock)
    moderate = Moderate(storage=house.storage, publisher=lambda name: book, talk=talk, clock=house.clock)
    house.desk = replace(house.desk, publisher=lambda name: book)
    house.dispatch = replace(house.dispatch, publish=publish.send, moderate=moderate.take_up, view=house.desk.ticket)
    house.publish = publish
    post = a_post("1", source="forum", text="Okna Wintermann zimne", published_at=NOW, seen_at=NOW)
    house.intake.take(Haul(source="forum", posts=(post,)), NOW)
    work(house)
    return house


def work(house: House, minutes: int = 0) -> None:
    for _ in range(minutes * 4 + 1):
        while sum(house.dispatch.run(lane) for lane in Lane):
            pass
        house.clock.advance(seconds=15 if minutes else 0)


def ticket(house: House) -> Ticket:
    return house.tickets()[0]


def say(house: House, *, private: bool = True, text: str = SECRET) -> Reply | Proposal:
    view = house.desk.ticket(ticket(house).id)
    return house.desk.reply(
        view.ticket.id, post_id=view.latest.id, text=text, approved_by="ala", version=view.ticket.version,
        now=house.clock(), private=private,
    )  # fmt: skip


def last(house: House) -> Reply:
    return house.desk.ticket(ticket(house).id).replies[-1]


def actions(house: House) -> list[str]:
    return [entry.action for entry in house.desk.ticket(ticket(house).id).history]


# --- private replies --------------------------------------------------------------------------------------------


def test_a_private_reply_goes_to_one_reader_and_says_so_everywhere(open_house: House, book: Guestbook) -> None:
    say(open_house)
    work(open_house, minutes=1)
    reply = last(open_house)
    assert (reply.private, reply.state) == (True, ReplyState.PUBLISHED)
    assert (book.letters, book.up) == ([("1", SECRET)], [])
    assert actions(open_house)[-2:] == ["private reply approved", "private reply published"]
    answered = ticket(open_house)
    assert (answered.state, answered.first_response_at) == (TicketState.PENDING, NOW)


def test_what_cannot_be_read_back_is_called_accepted(open_house: House, book: Guestbook) -> None:
    book.shows = False
    say(open_house)
    work(open_house, minutes=1)
    assert last(open_house).state is ReplyState.ACCEPTED
    assert ticket(open_house).first_response_at is not None
    with pytest.raises(Conflict, match="accepted by now"):
        open_house.desk.decide_uncertain(last(open_house).id, by="ala", posted_url=None, now=open_house.clock())
    assert len(book.letters) == 1


@pytest.mark.parametrize("shows", [True, False])
@pytest.mark.parametrize(
    "script",
    [
        [("before", TransientDelivery("503"))],
        [("before", TransientDelivery("503")), ("before", OutcomeUnknown("lost"))],
        [("before", OutcomeUnknown("lost"))],
        [("after", OutcomeUnknown("lost"))],
        [("before", PermanentDelivery("no permission"))],
    ],
)
def test_whatever_breaks_a_private_reply_never_stands_in_public(
    open_house: House, book: Guestbook, script: list[tuple[str, DeliveryError]], shows: bool
) -> None:
    book.letter_script, book.shows = list(script), shows
    say(open_house)
    work(open_house, minutes=3)
    assert book.up == []
    assert len(book.letters) == (0 if isinstance(script[0][1], PermanentDelivery) else 1)
    assert last(open_house).private
    if last(open_house).state in (ReplyState.FAILED, ReplyState.UNCERTAIN):
        open_house.desk.decide_uncertain(last(open_house).id, by="ala", posted_url=None, now=open_house.clock())
        work(open_house, minutes=3)
    assert book.up == []
    assert len(book.letters) == 1


def test_a_lost_answer_is_uncertain_where_the_place_says_only_that_it_has_had_one(
    open_house: House, book: Guestbook
) -> None:
    book.letter_script, book.shows = [("after", OutcomeUnknown("lost"))], False
    say(open_house)
    work(open_house, minutes=5)
    assert last(open_house).state is ReplyState.UNCERTAIN
    assert len(book.letters) == 1


def test_a_crash_while_it_is_sent_keeps_it_private(open_house: House, book: Guestbook) -> None:
    """The process dies after the first byte; the next one takes it up."""

    class Death(BaseException):
        pass

    def die(source: str, conversation: Conversation[T]) -> T:
        talk(source, conversation)
        raise Death

    reply = say(open_house)
    with pytest.raises(Death):
        replace(open_house.publish, talk=die).send(reply.id)
    assert last(open_house).state is ReplyState.SENDING
    open_house.clock.advance(minutes=6)
    work(open_house, minutes=1)
    assert (book.letters, book.up) == ([("1", SECRET)], [])
    assert last(open_house).state is ReplyState.ACCEPTED  # somebody answered it privately; that is all one can see


@pytest.mark.parametrize("other", [Board(), None])
def test_a_place_that_lost_its_private_replies_gets_nothing(
    open_house: House, book: Guestbook, other: Board | None
) -> None:
    reply = say(open_house)
    assert replace(open_house.publish, publisher=lambda name: other).send(reply.id) is None
    assert last(open_house).state is ReplyState.FAILED
    assert (book.letters, book.up, other.up if other else []) == ([], [], [])


def test_nothing_makes_a_private_reply_public_not_even_the_database(open_house: House) -> None:
    reply = say(open_house)
    assert isinstance(reply, Reply)
    with open_house.storage.begin() as tx, pytest.raises(ValueError, match="as private or public"):
        tx.replies.change(reply, private=False)
    for table, row_id in ((t.replies, reply.id),):
        statement = table.update().where(table.c.id == row_id).values(private=False)
        with pytest.raises(Conflict, match="as private or public"), open_house.storage.begin() as tx:
            tx.replies._db.execute(statement)
    with open_house.storage.begin() as tx:  # anything else may change
        tx.replies._db.execute(sa.update(t.replies).values(error="x"))


def test_one_private_reply_a_post_whatever_the_ticket(open_house: House, book: Guestbook) -> None:
    say(open_house)
    view = open_house.desk.ticket(ticket(open_house).id)
    assert view.private[view.latest.id].refused is NoPrivate.ANSWERED
    with pytest.raises(ListenerError, match="takes one only"):
        say(open_house, text="Jeszcze jedna")
    work(open_house, minutes=1)
    say(open_house, private=False, text="Dzień dobry, napisaliśmy prywatnie.")
    work(open_house, minutes=1)
    assert (len(book.letters), book.up) == (1, ["Dzień dobry, napisaliśmy prywatnie."])


def test_a_failed_one_leaves_room_for_another(open_house: House, book: Guestbook) -> None:
    book.letter_script = [("before", PermanentDelivery("no permission"))]
    failed = say(open_house)
    work(open_house)
    assert last(open_house).state is ReplyState.FAILED
    say(open_house, text="Inne słowa")
    with pytest.raises(ListenerError, match="takes one only"):
        open_house.desk.decide_uncertain(failed.id, by="ala", posted_url=None, now=open_house.clock())
    work(open_house, minutes=1)
    assert [text for _, text in book.letters] == ["Inne słowa"]


def test_the_time_for_it_ends(open_house: House, book: Guestbook) -> None:
    view = open_house.desk.ticket(ticket(open_house).id)
    assert view.private == {view.latest.id: PrivateWay(until=NOW + timedelta(days=7))}
    open_house.clock.advance(days=8)
    with pytest.raises(ListenerError, match="too late"):
        say(open_house)
    assert book.letters == []


def test_a_second_person_approves_what_stays_private(open_house: House, book: Guestbook) -> None:
    open_house.desk = replace(open_house.desk, approval=ApprovalPolicy(always=True))
    proposal = say(open_house)
    assert isinstance(proposal, Proposal)
    assert proposal.private
    open_house.desk.approve_proposal(proposal.id, by="jan", now=open_house.clock())
    work(open_house, minutes=1)
    assert (book.letters, book.up) == ([("1", SECRET)], [])
    assert "private reply proposed" in actions(open_house)


def test_a_second_person_who_comes_too_late_is_told(open_house: House, book: Guestbook) -> None:
    open_house.desk = replace(open_house.desk, approval=ApprovalPolicy(always=True))
    proposal = say(open_house)
    open_house.clock.advance(days=8)
    with pytest.raises(ListenerError, match="too late"):
        open_house.desk.approve_proposal(proposal.id, by="jan", now=open_house.clock())
    assert (book.letters, book.up) == ([], [])


def test_a_place_without_private_replies_refuses_at_once(open_house: House) -> None:
    open_house.desk = replace(open_house.desk, publisher=lambda name: Board())
    assert open_house.desk.ticket(ticket(open_house).id).private == {}
    with pytest.raises(ListenerError, match="no private replies"):
        say(open_house)


def test_a_post_without_a_time_is_left_to_its_place() -> None:
    post = a_post("1", published_at=None)
    assert private_way(timedelta(days=7), post, NOW, answered=False) == PrivateWay()
    assert private_way(None, post, NOW, answered=True) == PrivateWay(refused=NoPrivate.ANSWERED)


# --- hiding -----------------------------------------------------------------------------------------------------


def hide(house: House, *, hidden: bool = True, post_id: int = 0) -> Ticket:
    now = ticket(house)
    return house.desk.hide(now.id, post_id=post_id, hidden=hidden, by="ala", version=now.version, now=house.clock())


def state(house: House) -> tuple[HidingState, bool]:
    view = house.desk.ticket(ticket(house).id)
    known = view.hidings[view.latest.id]
    return known.state, known.is_hidden


def test_a_post_is_hidden_and_shown_again_and_the_ticket_tells(open_house: House, book: Guestbook) -> None:
    hide(open_house)
    assert (book.hidden, state(open_house)) == (set(), (HidingState.WANTED, False)), "not in the click"
    work(open_house)
    assert (book.hidden, state(open_house)) == ({"1"}, (HidingState.DONE, True))
    assert actions(open_house)[-2:] == ["hiding asked", "hidden there"]
    hide(open_house, hidden=False)
    assert state(open_house) == (HidingState.WANTED, True)
    work(open_house)
    assert (book.hidden, state(open_house)) == (set(), (HidingState.DONE, False))
    assert open_house.pigeon.sent[-1][0].event.kind is EventKind.TICKET_CHANGED


@pytest.mark.parametrize("before", [0, 1])
def test_two_people_hide_it_once(open_house: House, book: Guestbook, before: int) -> None:
    seen = ticket(open_house)
    hide(open_house)
    if before:
        work(open_house)
    with pytest.raises(Conflict):
        open_house.desk.hide(seen.id, post_id=0, hidden=True, by="jan", version=seen.version, now=NOW)
    with pytest.raises(Conflict, match="already" if before else "just now"):
        hide(open_house)
    work(open_house)
    assert book.asked_to_hide == 1


@pytest.mark.parametrize(
    "script",
    [
        [("before", TransientDelivery("503", retry_after=20))],
        [("before", OutcomeUnknown("lost"))],
        [("after", OutcomeUnknown("lost")), ("before", TransientDelivery("503"))],
    ],
)
def test_whatever_breaks_it_is_hidden_in_the_end(
    open_house: House, book: Guestbook, script: list[tuple[str, DeliveryError]]
) -> None:
    book.curtain_script = list(script)
    hide(open_house)
    work(open_house, minutes=5)
    assert (book.hidden, state(open_house)) == ({"1"}, (HidingState.DONE, True))


def test_what_the_place_refuses_is_said_and_may_be_tried_again(open_house: House, book: Guestbook) -> None:
    book.curtain_script = [("before", PermanentDelivery("no permission", mend="ask for it"))]
    hide(open_house)
    work(open_house)
    assert state(open_house) == (HidingState.FAILED, False)
    assert open_house.desk.ticket(ticket(open_house).id).history[-1].detail == "no permission (ask for it)"
    hide(open_house)
    work(open_house)
    assert book.hidden == {"1"}


def test_it_gives_up_in_the_end(open_house: House, book: Guestbook) -> None:
    book.curtain_script = [("before", TransientDelivery("503"))] * 20
    hide(open_house)
    work(open_house, minutes=12)
    assert state(open_house) == (HidingState.FAILED, False)
    assert book.asked_to_hide == 8


def test_only_posts_of_the_ticket_at_places_that_can(open_house: House) -> None:
    with pytest.raises(NotFound):
        hide(open_house, post_id=999)
    with pytest.raises(Conflict, match="not hidden"):
        hide(open_house, hidden=False)
    open_house.desk = replace(open_house.desk, publisher=lambda name: Board())
    assert open_house.desk.ticket(ticket(open_house).id).hideable == frozenset()
    with pytest.raises(ListenerError, match="cannot hide"):
        hide(open_house)


def test_a_place_that_can_no_longer_hide_fails_in_words(open_house: House) -> None:
    hide(open_house)
    with open_house.storage.read() as tx:
        (known,) = tx.hidings.latest([1]).values()
    Moderate(storage=open_house.storage, publisher=lambda name: None, talk=talk, clock=open_house.clock).take_up(
        known.id
    )
    assert state(open_house) == (HidingState.FAILED, False)


def test_what_the_place_tells_of_hidden_posts_is_kept(open_house: House) -> None:
    def told(hidden: bool) -> None:
        open_house.clock.advance(minutes=10)
        open_house.intake.take(
            Haul(source="forum", posts=(), hidden={"1": hidden, "unknown": True}), open_house.clock()
        )

    told(False)
    assert open_house.desk.ticket(ticket(open_house).id).hidings == {}
    told(True)
    told(True)
    view = open_house.desk.ticket(ticket(open_house).id)
    assert (view.hidings[view.latest.id].by, state(open_house)) == ("", (HidingState.DONE, True))
    told(False)
    assert state(open_house) == (HidingState.DONE, False)


def test_an_older_page_does_not_undo_what_was_just_done(open_house: House) -> None:
    hide(open_house)
    work(open_house)
    open_house.intake.take(Haul(source="forum", posts=(), hidden={"1": False}), open_house.clock())
    assert state(open_house) == (HidingState.DONE, True)
