"""A ticket's life at the desk: put off, handed on, merged, split, opened by hand, opened again."""

from dataclasses import replace
from datetime import timedelta

import pytest

from listener.errors import Conflict, ListenerError, NotFound
from listener.model import EventKind, LinkKind, Priority, Ticket, TicketState
from listener.routing import Rule
from tests.integration.desk.conftest import Office, both
from tests.making import later


def test_a_ticket_put_off_wakes_with_the_time_it_had_left(office: Office, ticket: Ticket) -> None:
    left = ticket.first_response_due
    office.clock.advance(minutes=30)
    until = office.clock() + timedelta(days=1)
    asleep = office.desk.snooze(ticket.id, until=until, by="ala", version=ticket.version, now=office.clock())
    assert (asleep.state, asleep.snoozed_until) == (TicketState.SNOOZED, until)
    assert office.clockwork.wake(until - timedelta(seconds=1)) == 0
    assert office.clockwork.wake(until) == 1
    awake = office.now(ticket)
    assert (awake.state, awake.snoozed_until, awake.paused_since) == (TicketState.OPEN, None, None)
    assert left
    assert awake.first_response_due == left + timedelta(days=1)
    with pytest.raises(ListenerError, match="past"):
        office.desk.snooze(ticket.id, until=until, by="ala", version=awake.version, now=until)


def test_its_author_wakes_it_and_a_stranger_does_not(office: Office, ticket: Ticket) -> None:
    office.desk.snooze(ticket.id, until=later(days=2), by="ala", version=ticket.version, now=office.clock())
    office.clock.advance(hours=1)
    office.hears(2, thread_id="1", author="obcy")
    assert office.now(ticket).state is TicketState.SNOOZED
    office.hears(3, thread_id="1", author="a1")
    assert office.now(ticket).state is TicketState.OPEN


@both
def test_who_writes_again_after_an_answer_starts_a_clock_that_the_next_answer_stops(
    office: Office, ticket: Ticket
) -> None:
    office.answers(ticket)
    waiting = office.now(ticket)
    assert (waiting.state, waiting.next_response_due) == (TicketState.PENDING, None)
    office.clock.advance(hours=3)
    office.hears(2, thread_id="1", author="a1")
    again = office.now(ticket)
    assert (again.state, again.next_response_due) == (TicketState.OPEN, office.clock() + timedelta(hours=8))
    office.hears(3, thread_id="1", author="obcy", text="Wintermann u mnie też")
    assert office.now(ticket).next_response_due == again.next_response_due
    assert office.desk.counts().overdue == 0
    office.clock.advance(hours=9)
    assert office.desk.counts().overdue == 1
    office.answers(ticket, "Naprawione.")
    assert office.now(ticket).next_response_due is None


def test_given_to_a_person_to_a_team_and_back(office: Office, ticket: Ticket) -> None:
    given = office.desk.assign(ticket.id, to="ola", by="ala", version=ticket.version, now=office.clock())
    assert given.assignee == "ola"
    with pytest.raises(NotFound, match="nobody"):
        office.desk.assign(ticket.id, to="jan", by="ala", version=given.version, now=office.clock())
    with pytest.raises(NotFound, match="bok, social"):
        office.desk.hand_to_team(ticket.id, team="x", by="ala", version=given.version, now=office.clock())
    handed = office.desk.hand_to_team(ticket.id, team="social", by="ola", version=given.version, now=office.clock())
    assert (handed.team, handed.assignee) == ("social", None)
    with pytest.raises(Conflict):
        office.desk.assign(ticket.id, to=None, by="ala", version=given.version, now=office.clock())


@both
def test_two_become_one(office: Office, ticket: Ticket) -> None:
    office.hears(2, thread_id="2")
    other = office.tickets()[1]
    office.desk.watch(other.id, by="mia", on=True, now=office.clock())
    kept = office.desk.merge(other.id, into=ticket.id, by="ala", version=other.version, now=office.clock())
    gone = office.now(other)
    assert (kept.id, gone.state, gone.merged_into) == (ticket.id, TicketState.RESOLVED, ticket.id)
    view = office.desk.ticket(ticket.id)
    assert [stored.post.native_id for stored in view.posts] == ["1", "2"]
    assert view.watchers == ("mia",)
    assert [(link.ticket_id, link.kind) for link in view.links] == [(other.id, LinkKind.MERGED)]
    office.hears(3, thread_id="2", author="a2")
    assert len(office.tickets()) == 2, "what follows in the thread belongs to the ticket that took it in"
    with pytest.raises(Conflict, match="merged into"):
        office.desk.reopen(other.id, by="ala", version=gone.version, now=office.clock())


@both
def test_one_becomes_two_and_each_author_stays_with_their_own(office: Office, ticket: Ticket) -> None:
    office.hears(2, thread_id="1", author="b")
    posts = office.desk.ticket(ticket.id).posts
    version = office.now(ticket).version
    with pytest.raises(ListenerError, match="leaves some"):
        office.desk.split(ticket.id, post_ids=[p.id for p in posts], by="ala", version=version, now=office.clock())
    new = office.desk.split(ticket.id, post_ids=[posts[1].id], by="ala", version=version, now=office.clock())
    office.hears(3, thread_id="1", author="b")
    office.hears(4, thread_id="1", author="a1")
    assert [stored.post.native_id for stored in office.desk.ticket(new.id).posts] == ["2", "3"]
    assert [stored.post.native_id for stored in office.desk.ticket(ticket.id).posts] == ["1", "4"]
    assert len(office.desk.ticket(new.id).thread) == 4
    assert len(office.tickets()) == 2


def test_a_pasted_link_opens_one_ticket_or_finds_it(office: Office, ticket: Ticket) -> None:
    def opened(url: str, brand: str = "Okna Wintermann") -> Ticket:
        return office.desk.open_by_hand(
            url=url, text="Słyszałam, że...", author="ela", brand=brand, by="ala", now=office.clock()
        )

    known = office.desk.ticket(ticket.id).latest.post.url
    assert opened(known).id == ticket.id
    new = opened("https://x.example/7")
    assert opened("https://x.example/7").id == new.id != ticket.id
    assert office.desk.ticket(new.id).latest.post.author == "ela"
    with pytest.raises(NotFound, match="no brand"):
        opened("https://x.example/8", brand="Inna")
    with pytest.raises(ListenerError, match="web address"):
        opened("javascript:alert(1)")


@both
def test_tags_notes_watchers_and_search(office: Office, ticket: Ticket) -> None:
    tagged = office.desk.tag(ticket.id, add=("VIP ", "Zwrot"), by="ala", version=ticket.version, now=office.clock())
    tagged = office.desk.tag(
        ticket.id, add=("vip",), remove=("zwrot",), by="ala", version=tagged.version, now=office.clock()
    )
    assert tagged.tags == ("vip",)
    office.desk.note(ticket.id, text="Dzwoniła wczoraj.", by="ola", now=office.clock())
    office.desk.watch(ticket.id, by="mia", on=True, now=office.clock())
    view = office.desk.ticket(ticket.id)
    assert [(note.by, note.text) for note in view.notes] == [("ola", "Dzwoniła wczoraj.")]
    assert (view.tags, view.watchers) == (("vip",), ("mia",))
    assert view.ticket.version == tagged.version, "a note disturbs nobody"
    assert [row.ticket.id for row in office.desk.search(f"#{ticket.id}")] == [ticket.id]
    assert [row.ticket.id for row in office.desk.search("zimne")] == [ticket.id]
    with pytest.raises(ListenerError, match="1 to"):
        office.desk.note(ticket.id, text="  ", by="ola", now=office.clock())


@both
def test_the_customer_is_on_screen_with_what_came_before(office: Office, ticket: Ticket) -> None:
    office.answers(ticket)
    office.desk.resolve(ticket.id, by="ala", version=office.now(ticket).version, now=office.clock())
    office.hears(2, author="a1")
    office.hears(3, author="Anna", text="Wintermann na portalu", source="portal")
    second = office.desk.ticket(office.tickets()[1].id)
    assert second.customer
    assert (second.customer.tickets_in_all, second.customer.posts_in_all) == (2, 2)
    assert [earlier.id for earlier in second.customer.tickets] == [ticket.id]
    assert [reply.text for reply in second.customer.replies] == ["Już sprawdzamy."]
    assert "earlier tickets: 1" in second.ticket.reasons
    number = office.desk.link_customer("forum", "a1", customer=None, by="ala", now=office.clock())
    assert office.desk.link_customer("portal", "Anna", customer=number, by="ala", now=office.clock()) == number
    linked = office.desk.customer("portal", "Anna")
    assert (linked.number, linked.posts_in_all) == (number, 3)
    with pytest.raises(NotFound):
        office.desk.link_customer("portal", "Anna", customer=99, by="ala", now=office.clock())


@both
def test_rules_place_raise_and_are_judged(office: Office) -> None:
    rules = (Rule(team="social", name="rachunki", skills=("billing",), raise_to=Priority.HIGH, language="pl"),)
    office = office.with_(rules=rules)
    office.hears(1)
    office.hears(2)
    first, second = office.tickets()
    assert (first.team, first.skills, first.rule, first.priority) == ("social", ("billing",), "rachunki", Priority.HIGH)
    assert "rule: rachunki" in first.reasons
    office.desk.not_relevant(first.id, by="ala", version=first.version, now=office.clock())
    office.answers(second)
    (row,) = office.desk.rule_precision()
    assert (row.rule, row.alerts, row.relevant, row.not_relevant, row.precision) == ("rachunki", 2, 1, 1, 0.5)


def test_legal_deadlines_warn_and_send_to_counsel(office: Office, ticket: Ticket) -> None:
    (clock,) = office.desk.ticket(ticket.id).legal
    assert clock.regime == "consumer"
    assert ticket.legal_due == clock.due
    told = []
    for days in (6, 8, 12, 13, 16):
        office.clock.now = later(days=days)
        office.clockwork.warn_of_law(office.clock())
        told += [payload for _, payload in office.events(EventKind.TICKET_DUE_SOON)]
    assert [payload["percent"] for payload in told] == [50, 80, 100]
    assert all("check with counsel" in payload["note"] for payload in told)


@both
def test_a_queue_and_loads(office: Office, ticket: Ticket) -> None:
    office.hears(2)
    second = office.tickets()[1]
    office.desk.claim(second.id, by="ala", version=second.version, now=office.clock())
    office.clock.advance(hours=5)
    queue = office.desk.queue("ala", now=office.clock())
    assert [row.ticket.id for row in queue.mine] == [second.id]
    assert [row.ticket.id for row in queue.unassigned] == [ticket.id]
    assert [row.ticket.id for row in queue.due_soon] == [ticket.id, second.id]
    assert office.desk.queue("ula", now=office.clock()).unassigned == ()
    office.desk.away("ola", until=office.clock() + timedelta(days=2), by="ola", now=office.clock())
    bok, _ = office.desk.load(now=office.clock())
    assert (bok.waiting, bok.overdue) == (1, 0)
    assert [(member.user, member.open, member.working) for member in bok.members] == [
        ("ala", 1, True),
        ("ola", 0, False),
    ]
    assert office.desk.on_call(now=office.clock()) == {"bok": ("ala",), "social": ("ula",)}
    user = office.desk.user_of_slack("U2")
    assert user
    assert user.name == "ola"
    assert office.desk.may(user, "reply")
    assert not office.desk.may(replace(user, role=type(user.role).VIEWER), "reply")
