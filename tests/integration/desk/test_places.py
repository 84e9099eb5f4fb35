"""What places say of posts beside their words: how far they go, by when they want an answer. It is read at every look,
and moves the ticket."""

from datetime import datetime, timedelta

from listener.intake import Haul
from listener.model import EventKind, Post, Priority, Reach, Ticket
from tests.integration.desk.conftest import Office, both
from tests.making import a_post


def looks(office: Office, number: int = 1, **changes: object) -> Post:
    """The same post as it stands there now; its words are as they were."""
    given = {
        "thread_id": str(number),
        "author": f"a{number}",
        "text": "Okna Wintermann zimne",
        "seen_at": office.clock(),
    }
    post = a_post(str(number), **({"published_at": office.clock.now - timedelta(days=2)} | given | changes))
    office.intake.take(Haul(source=post.source, posts=(post,)), office.clock())
    return post


def only(office: Office) -> Ticket:
    (ticket,) = office.tickets()
    return ticket


@both
def test_a_post_that_goes_far_after_a_while_raises_its_ticket_once(office: Office) -> None:
    looks(office, reach=Reach(views=10))
    assert office.clockwork.look_how_far(office.clock()) == 0
    assert only(office).priority is Priority.NORMAL
    office.events()
    looks(office, reach=Reach(views=12_000, likes=3))
    assert office.events() == [], "the same words are no news by themselves"
    assert office.clockwork.look_how_far(office.clock()) == 1
    ticket = only(office)
    assert (ticket.priority, ticket.reasons[-1]) == (Priority.HIGH, "reach: 12000 views")
    assert [payload["action"] for _, payload in office.events(EventKind.TICKET_CHANGED)] == ["goes far"]
    assert office.clockwork.look_how_far(office.clock()) == 0
    assert office.desk.ticket(ticket.id).latest.post.reach == Reach(views=12_000, likes=3)
    looks(office)
    assert office.desk.ticket(ticket.id).latest.post.reach == Reach(views=12_000, likes=3), "silence is no number"


def legal(office: Office) -> list[tuple[str, int, str]]:
    """What people are told of deadlines now."""
    office.clockwork.warn_of_law(office.clock())
    told = [payload for _, payload in office.events(EventKind.TICKET_DUE_SOON)]
    return [(one["regime"], one["percent"], one["due"][:10]) for one in told]


def test_people_are_warned_by_the_date_of_the_post(office: Office) -> None:
    looks(office, published_at=office.clock.now - timedelta(days=8))
    assert legal(office) == [("consumer", 50, "2026-11-28")], "it was written eight days ago"
    assert legal(office) == []
    office.clock.advance(days=4)
    assert legal(office) == [("consumer", 80, "2026-11-28")]


@both
def test_a_places_own_date_is_the_tickets_and_moves_with_it(office: Office) -> None:
    def due() -> datetime | None:
        return only(office).legal_due

    first = office.clock.now + timedelta(days=2)
    looks(office, answer_due=first)
    assert due() == first
    assert next((one.regime, one.due) for one in office.desk.ticket(1).legal) == ("place", first)
    assert legal(office) == [("place", 50, "2026-11-24")]
    second = office.clock.now + timedelta(days=30)
    looks(office, answer_due=second)
    office.clock.advance(minutes=1)
    assert legal(office) == []
    assert due() == office.desk.ticket(1).legal[0].due, "now the law's comes first"
    looks(office, answer_due=None)
    assert [one.regime for one in office.desk.ticket(1).legal] == ["consumer"]
