"""What happens by the clock: claims go back, people are told and called, work is given out, floods and crises."""

from datetime import timedelta
from typing import Any

import pytest

from listener.alerting import AlertPolicy, ChannelPolicy, FloodPolicy
from listener.baseline import CrisisPolicy
from listener.calendars import Calendar
from listener.distribution import Agent, Staff, Team
from listener.model import EventKind, Priority, Ticket, TicketAction, TicketChange, TicketState
from tests.integration.desk.conftest import Office, both
from tests.making import NOW, a_mention, a_post, later


@both
def test_a_claim_that_nobody_does_anything_about_goes_back(office: Office, ticket: Ticket) -> None:
    office.desk.claim(ticket.id, by="ala", version=ticket.version, now=office.clock())
    office.clock.advance(minutes=110)
    office.desk.note(ticket.id, text="szukam", by="ala", now=office.clock())
    office.clock.advance(minutes=110)
    assert office.clockwork.release_claims(office.clock()) == 0
    office.clock.advance(minutes=11)
    office.clockwork.release_claims(office.clock())
    assert office.now(ticket).assignee is None
    office.answers(office.now(ticket))
    office.clock.advance(days=1)
    office.clockwork.release_claims(office.clock())
    assert office.now(ticket).assignee == "ala", "an answered ticket waits for its author"


def test_nobody_loses_a_claim_over_night(office: Office, ticket: Ticket) -> None:
    monday = Calendar(hours={0: ((480, 960),)})  # it is Sunday
    office = office.with_(staff=Staff(teams=(Team(name="bok"),), calendar=monday))
    office.desk.claim(ticket.id, by="ala", version=ticket.version, now=office.clock())
    office.clockwork.release_claims(later(hours=20))
    assert office.now(ticket).assignee == "ala"
    office.clockwork.release_claims(later(hours=30))
    assert office.now(ticket).assignee is None


@both
def test_work_is_given_out_by_room_and_the_rest_waits(office: Office) -> None:
    for number in range(1, 9):
        office.hears(number)
    assert office.clockwork.distribute(office.clock()) == 6
    tickets = office.tickets()
    assert [ticket.assignee for ticket in tickets] == ["ala", "ola", "ala", "ola", "ula", "ula", None, None]
    assert {ticket.team for ticket in tickets[:6]} == {"bok"}
    (bok, _) = office.desk.load(now=office.clock())
    assert bok.overloaded
    office.answers(tickets[1])
    assert office.clockwork.distribute(office.clock()) == 1
    assert office.now(tickets[6]).assignee == "ola"
    assert office.clockwork.distribute(office.clock()) == 0


def test_a_burst_of_500_is_given_out_fairly_and_none_is_lost(office: Office) -> None:
    staff = Staff(
        teams=(Team(name="bok"),),
        agents=tuple(Agent(name=name, teams=("bok",), capacity=90) for name in ("a", "b", "c", "d", "e")),
    )
    office = office.with_(staff=staff)
    change = TicketChange(action=TicketAction.OPEN, reasons=(), first_response_due=later(hours=8))
    with office.storage.begin() as tx:
        for number in range(500):
            tx.tickets.add(a_post(thread_id=str(number)), a_mention(), change, office.clock())
    assert office.clockwork.distribute(office.clock()) == 450
    loads = [member.open for member in office.desk.load(now=office.clock())[0].members]
    assert loads == [90] * 5
    assert office.desk.load(now=office.clock())[0].waiting == 50


def told(office: Office, *moments: dict[str, int]) -> list[tuple[str, Any]]:
    """Ticks at these distances from NOW; what people were told."""
    found = []
    for moment in moments:
        office.clock.now = later(**moment)
        office.clockwork.warn(office.clock())
        for kind, payload in office.events():
            found.append((kind.value, payload.get("percent") or payload.get("to")))
    return found


@both
def test_people_are_told_then_called_each_once(office: Office, ticket: Ticket) -> None:
    office.desk.claim(ticket.id, by="ala", version=ticket.version, now=office.clock())
    office.events()
    found = told(office, {"hours": 3}, {"hours": 4}, {"hours": 5}, {"hours": 7}, {"hours": 7, "minutes": 30})
    assert found == [("ticket.due_soon", 50), ("ticket.due_soon", 80)]
    found = told(
        office, {"hours": 8}, {"hours": 8, "minutes": 10}, {"hours": 8, "minutes": 40}, {"hours": 9}, {"days": 3}
    )
    assert found == [
        ("ticket.breached", 100),
        ("ticket.escalated", "ola"),
        ("ticket.escalated", "bok"),
        ("ticket.escalated", "mia"),
    ]
    assert office.now(ticket).assignee == "ola"
    actions = [entry.action for entry in office.desk.ticket(ticket.id).history]
    assert actions.count("escalated") == 3


def test_being_told_disturbs_nobody_who_looks_at_it(office: Office, ticket: Ticket) -> None:
    office.clockwork.warn(later(hours=5))
    assert office.now(ticket).warned == 50
    office.desk.claim(ticket.id, by="ala", version=ticket.version, now=office.clock())


def test_a_new_clock_warns_anew(office: Office, ticket: Ticket) -> None:
    told(office, {"hours": 9})
    office.answers(ticket)
    office.hears(2, thread_id="1", author="a1")
    office.events()
    assert told(office, {"hours": 14}) == [("ticket.due_soon", 50)]


# --- floods and alerts --------------------------------------------------------------------------------------

FLOODS = FloodPolicy(at_least=4)


@both
def test_forty_posts_on_one_outage_are_one_incident_with_a_counter(office: Office) -> None:
    office = office.with_(floods=FLOODS)
    for number in range(1, 41):
        office.hears(number, text=f"Wintermann {number * 7919} nie działa [availability]")
    office.hears(41, text="Wintermann drogi [price]")
    tickets = office.tickets()
    open_ones = [ticket for ticket in tickets if ticket.state is TicketState.OPEN]
    assert [ticket.id for ticket in open_ones] == [tickets[0].id, tickets[-1].id]
    incident = open_ones[0]
    assert (incident.incident, incident.priority) == (True, Priority.HIGH)
    assert office.desk.ticket(incident.id).gathered == 40
    assert {ticket.merged_into for ticket in tickets[1:3]} == {incident.id}
    kinds = [kind for kind, _ in office.events()]
    assert kinds.count(EventKind.TICKET_OPENED) == 4
    assert kinds.count(EventKind.TICKET_APPENDED) == 1, "the counter rises silently"
    office.hears(42, thread_id="7", author="a7", text="Wintermann wciąż nie działa")
    assert office.desk.ticket(incident.id).gathered == 41, "what follows in a thread belongs there too"


def test_a_person_begins_and_ends_an_incident(office: Office) -> None:
    office = office.with_(floods=FLOODS)
    office.hears(1, text="Wintermann nie działa [availability]")
    (first,) = office.tickets()
    begun = office.desk.incident(first.id, on=True, by="ala", version=first.version, now=office.clock())
    office.hears(2, text="Wintermann 8317 leży [availability]")
    assert office.desk.ticket(first.id).gathered == 2
    office.desk.incident(first.id, on=False, by="ala", version=begun.version + 1, now=office.clock())
    office.hears(3, text="Wintermann 99991 pada [availability]")
    assert len(office.tickets()) == 2


@both
def test_a_budget_an_hour_and_the_rest_in_one_message(office: Office) -> None:
    office = office.with_(alerting=AlertPolicy(default=ChannelPolicy(per_hour=2)))
    for number in range(1, 6):
        office.hears(number, text=f"Wintermann {number * 7919}")
    tickets = office.tickets()
    assert office.sends() == [(EventKind.TICKET_OPENED, ticket.id) for ticket in tickets[:2]]
    office.desk.claim(tickets[4].id, by="ala", version=tickets[4].version, now=office.clock())
    office.desk.claim(tickets[0].id, by="ala", version=tickets[0].version, now=office.clock())
    assert office.sends() == [(EventKind.TICKET_CHANGED, tickets[0].id)], "what people do not know of stays quiet"
    assert office.clockwork.tell_held(office.clock()) == 1
    assert office.clockwork.tell_held(office.clock()) == 0
    ((kind, payload),) = office.events()
    assert kind is EventKind.ALERTS_DIGEST
    assert payload["channel"] == "C1"
    assert [(item["ticket"], item["why"]) for item in payload["items"]] == [
        (ticket.id, "budget") for ticket in tickets[2:]
    ]
    office.clock.advance(hours=1)
    office.hears(6, text="Wintermann 6")
    assert [kind for kind, _ in office.sends()] == [EventKind.TICKET_OPENED]


@pytest.mark.parametrize("scope", ["source:forum", "query:wintermann:Wintermann", "channel:C1"])
def test_what_is_muted_is_told_of_later(office: Office, scope: str) -> None:
    office.desk.mute(scope=scope, until=later(hours=1), by="ala", now=office.clock())
    office.hears(1)
    assert office.sends() == []
    office.desk.unmute(scope=scope, by="ala", now=office.clock())
    office.hears(2)
    assert office.sends() == [(EventKind.TICKET_OPENED, office.tickets()[1].id)]
    assert office.clockwork.tell_held(office.clock()) == 1


@both
def test_a_crisis_begins_and_ends_once(office: Office) -> None:
    office = office.with_(crisis=CrisisPolicy(min_volume=10, weeks=4))
    number = 0
    for hour in range(30):
        office.clock.now = NOW - timedelta(hours=30 - hour, minutes=5)
        number += 1
        office.hears(number, text=f"Wintermann {number * 7919}")
    office.clock.now = NOW
    for _ in range(15):
        number += 1
        office.hears(number, text=f"Wintermann {number * 7919}")
    office.events()
    crisis = (EventKind.CRISIS_BEGUN, EventKind.CRISIS_ENDED)
    for minutes in (1, 2, 30):
        office.clock.now = later(minutes=minutes)
        office.clockwork.watch_volume(office.clock())
    ((kind, payload),) = office.events(*crisis)
    assert (kind, payload) == (EventKind.CRISIS_BEGUN, {"brand": "wintermann", "volume": 15, "usual": 1.0})
    for hours in (2, 3):
        office.clock.now = later(hours=hours)
        office.clockwork.watch_volume(office.clock())
    assert [kind for kind, _ in office.events(*crisis)] == [EventKind.CRISIS_ENDED]


def test_all_chores_together_on_a_clock(office: Office, ticket: Ticket) -> None:
    for _ in range(12):
        office.clockwork.tick()
        office.clock.advance(hours=1)
    assert office.now(ticket).escalation == 3
