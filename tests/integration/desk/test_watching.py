"""Who watches a ticket is told what happens to it, together and not too often, and sees what is new since then."""

from datetime import timedelta
from typing import Any

from listener.alerting import AlertPolicy, ChannelPolicy
from listener.model import EventKind, Ticket
from tests.integration.desk.conftest import Office, both


def told(office: Office) -> list[dict[str, Any]]:
    """What watchers are told now."""
    office.clockwork.tell_watchers(office.clock())
    return [payload for _, payload in office.events(EventKind.WATCH_NEWS)]


def watched(office: Office, user: str) -> list[tuple[int, tuple[str, ...]]]:
    return [(one.row.ticket.id, one.news) for one in office.desk.watched(user)]


@both
def test_news_come_together_and_never_of_ones_own_acts(office: Office, ticket: Ticket) -> None:
    for user in ("ala", "ola"):
        office.desk.watch(ticket.id, by=user, on=True, now=office.clock())
    office.answers(ticket, by="ala")
    office.hears(2, "Okna Wintermann dalej zimne", thread_id="1", author="a1")
    office.hears(3, "Okna Wintermann u mnie też", thread_id="1", author="inny")
    assert told(office) == [], "it only just happened: there may be more"
    office.clock.advance(seconds=11)
    item = {"ticket": ticket.id, "what": ["reply out", "author wrote"]}
    assert told(office) == [
        {"to": "ala", "items": [item | {"what": ["author wrote"]}]},
        {"to": "ola", "items": [item]},
    ]
    office.desk.resolve(ticket.id, by="ala", version=office.now(ticket).version, now=office.clock())
    office.clock.advance(seconds=11)
    assert told(office) == [], "not so soon again"
    office.clock.advance(minutes=5)
    assert told(office) == [{"to": "ola", "items": [item | {"what": ["resolved"]}]}]
    assert told(office) == []


def test_quiet_hours_hold_news_back_and_lose_none(office: Office, ticket: Ticket) -> None:
    quiet = office.with_(alerting=AlertPolicy(default=ChannelPolicy(quiet=(0, 24 * 60))))
    office.desk.watch(ticket.id, by="ola", on=True, now=office.clock())
    office.answers(ticket)
    office.clock.advance(minutes=1)
    assert told(quiet) == []
    assert [one["to"] for one in told(office)] == ["ola"]


def test_who_stops_watching_hears_nothing_more(office: Office, ticket: Ticket) -> None:
    office.desk.watch(ticket.id, by="ola", on=True, now=office.clock())
    office.desk.watch(ticket.id, by="ola", on=False, now=office.clock())
    office.answers(ticket)
    office.clock.advance(minutes=1)
    assert told(office) == []


def test_a_late_watcher_hears_of_nothing_that_was_before(office: Office, ticket: Ticket) -> None:
    office.answers(ticket)
    office.desk.watch(ticket.id, by="ola", on=True, now=office.clock())
    office.clock.advance(minutes=1)
    assert told(office) == []
    assert watched(office, "ola") == [(ticket.id, ())]


def test_a_breach_is_news_for_all_but_whose_clock_it_is(office: Office, ticket: Ticket) -> None:
    office.desk.claim(ticket.id, by="ala", version=ticket.version, now=office.clock())
    for user in ("ala", "ola"):
        office.desk.watch(ticket.id, by=user, on=True, now=office.clock())
    office.clock.advance(hours=9)
    office.clockwork.warn(office.clock())
    office.clock.advance(seconds=11)
    assert [(one["to"], one["items"][0]["what"]) for one in told(office)] == [("ola", ["breached"])]


@both
def test_the_list_says_what_is_new_since_they_looked(office: Office, ticket: Ticket) -> None:
    office.hears(2)
    other = office.tickets()[-1]
    for one in (ticket, other):
        office.desk.watch(one.id, by="ola", on=True, now=office.clock())
    office.answers(ticket)
    assert watched(office, "ola") == [(ticket.id, ("reply out",)), (other.id, ())]
    office.desk.see(ticket.id, by="ola")
    assert watched(office, "ola") == [(other.id, ()), (ticket.id, ())]
    office.desk.see(ticket.id, by="ala")
    assert watched(office, "ala") == [], "who does not watch it watches nothing by looking"


def test_watchers_of_a_merged_ticket_hear_of_the_one_that_stays(office: Office, ticket: Ticket) -> None:
    office.hears(2)
    kept = office.tickets()[-1]
    office.desk.watch(ticket.id, by="ola", on=True, now=office.clock())
    office.desk.merge(ticket.id, into=kept.id, by="ala", version=office.now(ticket).version, now=office.clock())
    office.clock.now += timedelta(seconds=11)
    assert [one["items"] for one in told(office)] == [[{"ticket": ticket.id, "what": ["merged"]}]]
    assert office.desk.ticket(kept.id).watchers == ("ola",)
