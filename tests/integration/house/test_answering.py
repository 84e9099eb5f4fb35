"""From an event to what leaves the house: alerts that are not lost, replies that go out once."""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

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
from listener.learning import learned_relevance
from listener.model import Classification, EventKind, Proposal, Reply, ReplyState, Ticket, TicketState, Urgency
from tests.integration.house.conftest import House
from tests.making import NOW, a_post, an_opinion


@pytest.fixture
def ticket(house: House) -> Ticket:
    """An open ticket whose alert is out."""
    house.site.threads = {"t": [["1:Okna Wintermann zimne"]]}
    house.look()
    send(house)
    return house.tickets()[0]


def approve(house: House, ticket: Ticket, text: str = "Dzień dobry, przepraszamy za kłopot.") -> Reply:
    view = house.desk.ticket(ticket.id)
    reply = house.desk.reply(
        ticket.id,
        post_id=view.latest.id,
        text=text,
        approved_by="ala",
        version=view.ticket.version,
        now=house.clock(),
    )
    assert isinstance(reply, Reply)
    return reply


def work(house: House, minutes: int = 0) -> None:
    """Dispatches as the engine would over that many minutes."""
    send(house)
    for _ in range(minutes * 4):
        house.clock.advance(seconds=15)
        send(house)


def send(house: House) -> int:
    """Works off what is due now, in both lanes."""
    return sum(house.dispatch.run(lane) for lane in Lane)


def state(house: House, ticket: Ticket) -> Reply:
    return house.desk.ticket(ticket.id).replies[-1]


# --- alerts -------------------------------------------------------------------------------------------------


def test_an_alert_goes_to_everybody_once_and_later_ones_know_the_first(house: House, ticket: Ticket) -> None:
    assert [(alert.event.kind, previous) for alert, previous in house.pigeon.sent] == [(EventKind.TICKET_OPENED, None)]
    house.site.threads = {"t": [["1:Okna Wintermann zimne", "2:Wintermann znowu"]]}
    house.look()
    send(house)
    alert, previous = house.pigeon.sent[-1]
    assert alert.event.kind is EventKind.TICKET_APPENDED
    assert previous
    assert previous.reference == "pigeon:1"
    assert alert.inbox_url == f"http://127.0.0.1/tickets/{ticket.id}"
    assert send(house) == 0


@pytest.mark.parametrize(
    ("error", "after"),
    [
        (TransientDelivery("429", retry_after=30), 30),
        (TransientDelivery("timed out"), 5),
        (RuntimeError("a bug"), 1800),
    ],
)
def test_what_cannot_be_delivered_now_is_tried_again_when_it_is_time(
    house: House, error: Exception, after: float
) -> None:
    house.pigeon.script = [error]
    house.site.threads = {"t": [["1:Okna Wintermann zimne"]]}
    house.look()
    send(house)
    house.clock.advance(seconds=after - 1)
    send(house)
    assert house.pigeon.sent == []
    house.clock.advance(seconds=1)
    send(house)
    assert len(house.pigeon.sent) == 1


def test_a_refusal_is_final_and_recorded(house: House) -> None:
    house.pigeon.script = [PermanentDelivery("no such channel", mend="check [slack] channel")]
    house.site.threads = {"t": [["1:Okna Wintermann zimne"]]}
    house.look()
    work(house, minutes=2)
    assert house.pigeon.sent == []
    with house.storage.read() as tx:
        (delivery,) = tx.outbox.deliveries()
        assert tx.outbox.waiting() == 0
    assert delivery.error == "no such channel (check [slack] channel)"


# --- replies ------------------------------------------------------------------------------------------------


def test_an_approved_reply_is_posted_read_back_and_stops_the_clock(house: House, ticket: Ticket) -> None:
    approve(house, ticket)
    work(house, minutes=1)
    reply = state(house, ticket)
    assert (reply.state, reply.url, reply.approved_by) == (ReplyState.PUBLISHED, "https://board.example/#1", "ala")
    answered = house.desk.ticket(ticket.id).ticket
    assert (answered.state, answered.first_response_at) == (TicketState.PENDING, NOW)
    assert house.pigeon.sent[-1][0].event.kind is EventKind.REPLY_PUBLISHED
    work(house, minutes=5)
    assert house.board.up == [reply.text]


@pytest.mark.parametrize(
    "script",
    [
        [("before", TransientDelivery("503"))],
        [("before", TransientDelivery("503")), ("before", TransientDelivery("503"))],
        [("before", OutcomeUnknown("lost"))],
        [("after", OutcomeUnknown("lost"))],
        [("after", OutcomeUnknown("lost")), ("find", TransientDelivery("503"))],
        [("before", OutcomeUnknown("lost")), ("find", TransientDelivery("503"))],
    ],
)
def test_whatever_breaks_it_stands_there_once(
    house: House, ticket: Ticket, script: list[tuple[str, DeliveryError]]
) -> None:
    house.board.script = script
    approve(house, ticket)
    work(house, minutes=10)
    assert house.board.up == ["Dzień dobry, przepraszamy za kłopot."]
    assert state(house, ticket).state is ReplyState.PUBLISHED


def test_where_absence_proves_nothing_a_person_decides(house: House, ticket: Ticket) -> None:
    house.board.absence_is_certain = False
    house.board.script = [("before", OutcomeUnknown("lost"))]
    approve(house, ticket)
    work(house, minutes=5)
    uncertain = state(house, ticket)
    assert (uncertain.state, house.board.up) == (ReplyState.UNCERTAIN, [])
    assert house.desk.counts().uncertain == 1
    house.desk.decide_uncertain(uncertain.id, by="ala", posted_url=None, now=house.clock())
    work(house)
    assert house.board.up == [uncertain.text]


def test_a_person_may_say_that_it_stands_there(house: House, ticket: Ticket) -> None:
    house.board.absence_is_certain = False
    house.board.script = [("before", OutcomeUnknown("lost"))]
    approve(house, ticket)
    work(house, minutes=5)
    found = house.desk.decide_uncertain(
        state(house, ticket).id, by="ala", posted_url="https://board.example/#7", now=house.clock()
    )
    assert (found.state, found.url) == (ReplyState.MANUAL, "https://board.example/#7")
    with pytest.raises(Conflict, match="by now"):
        house.desk.decide_uncertain(found.id, by="ola", posted_url=None, now=house.clock())
    work(house, minutes=5)
    assert house.board.up == []


def test_a_reply_in_moderation_is_not_called_published(house: House, ticket: Ticket) -> None:
    house.board.moderated = True
    approve(house, ticket)
    work(house)
    assert state(house, ticket).state is ReplyState.PENDING_MODERATION


def test_a_refused_reply_says_why(house: House, ticket: Ticket) -> None:
    house.board.script = [("before", PermanentDelivery("the topic is closed"))]
    approve(house, ticket)
    work(house, minutes=1)
    assert (state(house, ticket).state, state(house, ticket).error) == (ReplyState.FAILED, "the topic is closed")
    assert house.pigeon.sent[-1][0].event.kind is EventKind.REPLY_FAILED


def test_the_same_click_twice_and_two_people_at_once_give_one_reply(house: House, ticket: Ticket) -> None:
    version = house.desk.ticket(ticket.id).ticket.version
    post_id = house.desk.ticket(ticket.id).latest.id

    def click(by: str, text: str) -> Reply | Proposal:
        return house.desk.reply(
            ticket.id, post_id=post_id, text=text, approved_by=by, version=version, now=house.clock()
        )

    click("ala", "Dzień dobry")
    with pytest.raises(Conflict):
        click("ala", "Dzień dobry")
    with pytest.raises(Conflict):
        click("ola", "Witam")
    work(house, minutes=1)
    assert house.board.up == ["Dzień dobry"]


@pytest.mark.parametrize(("by", "text"), [("", "Dzień dobry"), ("ala", "  ")])
def test_no_reply_without_a_name_or_words(house: House, ticket: Ticket, by: str, text: str) -> None:
    post_id = house.desk.ticket(ticket.id).latest.id
    with pytest.raises(ListenerError):
        house.desk.reply(ticket.id, post_id=post_id, text=text, approved_by=by, version=1, now=house.clock())
    assert house.desk.ticket(ticket.id).replies == ()


def test_a_reply_answers_a_post_of_its_ticket(house: House, ticket: Ticket) -> None:
    with pytest.raises(NotFound):
        house.desk.reply(ticket.id, post_id=999, text="x", approved_by="ala", version=1, now=house.clock())


# --- decisions ----------------------------------------------------------------------------------------------


def test_claim_resolve_reopen_each_leave_a_line(house: House, ticket: Ticket) -> None:
    claimed = house.desk.claim(ticket.id, by="ala", version=ticket.version, now=house.clock())
    with pytest.raises(Conflict, match="ala has"):
        house.desk.claim(ticket.id, by="ola", version=claimed.version, now=house.clock())
    resolved = house.desk.resolve(ticket.id, by="ala", version=claimed.version, now=house.clock())
    house.desk.reopen(ticket.id, by="ola", version=resolved.version, now=house.clock())
    story = [(entry.actor, entry.action) for entry in house.desk.ticket(ticket.id).history]
    assert story == [("system", "ticket opened"), ("ala", "claimed"), ("ala", "resolved"), ("ola", "reopened")]


def said(house: House, number: int, author: str, text: str = "Wintermann znowu zimne") -> None:
    """One more post of the thread."""
    post = a_post(str(number), thread_id="t", author=author, text=text, seen_at=house.clock())
    house.intake.take(Haul(source="forum", posts=(post,)), house.clock())


def test_a_resolved_thread_opens_anew_with_a_strangers_post(house: House, ticket: Ticket) -> None:
    house.desk.resolve(ticket.id, by="ala", version=ticket.version, now=house.clock())
    said(house, 2, "ola")
    assert len(house.tickets(TicketState.OPEN)) == 1
    resolved = house.tickets(TicketState.RESOLVED)[0]
    with pytest.raises(Conflict):
        house.desk.reopen(ticket.id, by="ala", version=resolved.version, now=house.clock())


def test_a_resolved_ticket_opens_again_with_its_authors_post_for_two_weeks(house: House, ticket: Ticket) -> None:
    house.desk.resolve(ticket.id, by="ala", version=ticket.version, now=house.clock())
    house.clock.advance(days=13)
    said(house, 2, "janek")
    (again,) = house.tickets()
    assert (again.id, again.state) == (ticket.id, TicketState.OPEN)
    assert again.first_response_due
    assert again.first_response_due > house.clock()
    house.desk.resolve(ticket.id, by="ala", version=again.version, now=house.clock())
    house.clock.advance(days=15)
    said(house, 3, "janek")
    assert [ticket.state for ticket in house.tickets()].count(TicketState.OPEN) == 1
    assert len(house.tickets()) == 2


def test_corrections_are_kept_for_training(house: House, ticket: Ticket) -> None:
    post_id = house.desk.ticket(ticket.id).latest.id
    house.desk.correct(post_id, labels={"urgency": "low", "intents": ("praise",)}, by="ala", now=house.clock())
    house.desk.not_relevant(ticket.id, by="ala", version=house.desk.ticket(ticket.id).ticket.version, now=house.clock())
    with house.storage.read() as tx:
        kept = [label.corrected for label in tx.people.labels()]
    assert kept == [{"urgency": "low", "intents": ["praise"]}, {"relevant": False, "query": "Wintermann"}]
    with pytest.raises(NotFound):
        house.desk.correct(999, labels={}, by="ala", now=house.clock())


def test_the_inbox_shows_a_row_a_ticket(house: House, ticket: Ticket) -> None:
    (row,) = house.desk.inbox(state=TicketState.OPEN)
    assert (row.ticket.id, row.posts, row.author) == (ticket.id, 1, "janek")
    assert house.desk.inbox(state=None, text="nic takiego") == ()
    assert house.desk.counts().open == 1
    with pytest.raises(NotFound):
        house.desk.ticket(999)


def test_nobody_logs_in_by_guessing(house: House) -> None:
    assert house.desk.authenticate("ala", "x") is None
    assert house.desk.health().checks[0].ok


def test_clicks_teach_what_is_about_us(house: House, ticket: Ticket) -> None:
    before = learned_relevance(house.storage).words
    house.desk.not_relevant(ticket.id, by="ala", version=ticket.version, now=house.clock())
    after = learned_relevance(house.storage).words
    assert before == {}
    assert after, "words beside a name that was not meant are remembered"
    assert all(weight < 0 for weight in after.values())


def test_what_the_model_is_unsure_of_waits_for_a_person_and_alerts_nobody(house: House) -> None:
    unsure = replace(house.intake, classifier=Doubtful(), doubt=lambda confidence: confidence["complaint"])
    house.site.threads = {"t": [["1:Wintermann, no cóż"]], "u": [["2:Wintermann, tak sobie"]]}
    asyncio.run(replace(house.crawl, intake=unsure).run("forum", house.site, asyncio.Event()))
    assert send(house) == 0
    assert house.desk.inbox(state=TicketState.OPEN) == ()
    first, _ = house.desk.inbox(state=TicketState.REVIEW)
    assert first.ticket.reasons == ("unsure: complaint 70%",)
    assert house.desk.counts().review == 2

    house.desk.reopen(first.ticket.id, by="ala", version=first.ticket.version, now=house.clock())
    assert send(house) == 1
    (taken,) = house.desk.inbox(state=TicketState.OPEN)
    assert (taken.ticket.id, taken.ticket.first_response_due) == (first.ticket.id, NOW + timedelta(hours=24))


class Doubtful:
    """Sees nothing in a text, and is unsure of that."""

    version = "test"

    def classify(self, texts: Sequence[str]) -> list[Classification]:
        calm = an_opinion(intents=(), urgency=Urgency.LOW, confidence={"complaint": 0.7})
        return [calm for _ in texts]
