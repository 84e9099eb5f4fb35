"""Who gets which ticket: fairly when it is quiet, nothing dropped when it is busy."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.calendars import Calendar
from listener.distribution import Agent, Given, Staff, Strategy, Team, distribute, next_person
from listener.model import Priority, Ticket, TicketState
from tests.making import NOW, later

BOK = Team(name="bok")
TURNS = Team(name="bok", strategy=Strategy.ROUND_ROBIN)


def a_ticket(number: int, **changes: Any) -> Ticket:
    values: dict[str, Any] = {
        "id": number, "brand": "wt", "query": "W", "source": "forum", "thread_key": str(number),
        "state": TicketState.OPEN, "priority": Priority.NORMAL, "reasons": (), "opened_at": NOW, "updated_at": NOW,
        "first_response_due": later(minutes=number), "language": "pl",
    }  # fmt: skip
    return Ticket(**values | changes)


def people(*agents: Agent, team: Team = BOK, **more: Any) -> Staff:
    return Staff(teams=(team, *more.pop("teams", ())), agents=agents, **more)


def member(name: str, **changes: Any) -> Agent:
    values: dict[str, Any] = {"name": name, "teams": ("bok",), "capacity": 3}
    return Agent(**values | changes)


def shares(staff: Staff, tickets: list[Ticket], **more: Any) -> list[tuple[int, str]]:
    facts: dict[str, Any] = {"loads": {}, "given": {}, "away": {}, "now": NOW} | more
    found = distribute(staff.teams[0], staff, tickets, **facts)
    return [(one.ticket_id, one.user) for one in found.assignments]


def test_the_most_pressing_first_to_who_has_least() -> None:
    staff = people(member("ala"), member("ola"))
    tickets = [a_ticket(3), a_ticket(1), a_ticket(2)]
    assert shares(staff, tickets, loads={"ala": 1}) == [(1, "ola"), (2, "ala"), (3, "ola")]


def test_what_nobody_has_room_for_waits_in_order() -> None:
    staff = people(member("ala", capacity=2))
    assert shares(staff, [a_ticket(n) for n in (5, 4, 3, 2)], loads={}) == [(2, "ala"), (3, "ala")]
    assert shares(staff, [a_ticket(1)], loads={"ala": 2}) == []


def test_skills_and_languages_must_fit() -> None:
    staff = people(member("ala", languages=frozenset({"pl"})), member("ola", skills=frozenset({"billing"})))
    assert shares(staff, [a_ticket(1, language="en"), a_ticket(2, skills=("billing",))]) == [(1, "ola"), (2, "ola")]
    assert shares(staff, [a_ticket(1, language="en", skills=("legal",))]) == []


def test_nobody_is_given_anything_who_is_not_there() -> None:
    nights = Calendar(hours=dict.fromkeys(range(7), ((0, 60),)))
    staff = people(member("ala"), member("ola"), member("ula", calendar=nights))
    assert shares(staff, [a_ticket(1)], away={"ala": later(days=1)}) == [(1, "ola")]
    assert shares(staff, [a_ticket(1)], away={"ala": later(days=1), "ola": later(hours=1)}) == []
    assert shares(people(member("ala"), team=Team(name="bok", strategy=Strategy.OFF)), [a_ticket(1)]) == []


def test_another_team_lends_when_there_is_no_room() -> None:
    sales = Team(name="sales", lends_to=("bok",))
    staff = people(member("ala", capacity=1), member("jan", teams=("sales",)), teams=(sales,))
    found = distribute(BOK, staff, [a_ticket(1), a_ticket(2)], loads={}, given={}, away={}, now=NOW)
    assert [(one.user, one.lent_by) for one in found.assignments] == [("ala", None), ("jan", "sales")]
    kept = people(member("ala", capacity=1), member("jan", teams=("sales",)), teams=(Team(name="sales"),))
    assert shares(kept, [a_ticket(1), a_ticket(2)]) == [(1, "ala")]


def test_turns_are_in_proportion_to_capacity() -> None:
    staff = people(member("ala", capacity=20), member("ola", capacity=10), team=TURNS)
    counts = Counter(user for _, user in shares(staff, [a_ticket(n) for n in range(1, 31)]))
    assert counts == {"ala": 20, "ola": 10}


def test_who_comes_back_does_not_catch_up_on_everything() -> None:
    staff = people(member("ala", capacity=10), member("ola", capacity=10), team=TURNS)
    given_so_far = {"ala": Given(count=80, last_at=NOW), "ola": Given(count=10, last_at=NOW - timedelta(days=14))}
    counts = Counter(user for _, user in shares(staff, [a_ticket(n) for n in range(1, 11)], given=given_so_far))
    assert counts == {"ala": 5, "ola": 5}


def test_the_next_person_is_another_one_who_is_there() -> None:
    staff = people(member("ala"), member("ola"), member("ula"))
    late = a_ticket(1, assignee="ala")
    facts: dict[str, Any] = {"loads": {"ola": 3, "ula": 2}, "away": {}, "now": NOW}
    assert next_person(late, BOK, staff, **facts) == "ula"
    assert next_person(late, BOK, staff, **facts | {"away": {"ula": later(days=1)}}) == "ola"
    assert next_person(late, BOK, people(member("ala")), **facts) is None
    assert next_person(late, None, staff, **facts) is None


agents = st.builds(
    member,
    name=st.sampled_from(["ala", "ola", "ula", "ela"]),
    capacity=st.integers(1, 5),
    skills=st.frozensets(st.sampled_from(["billing", "legal"])),
    languages=st.frozensets(st.sampled_from(["pl", "en"])),
)
waiting = st.lists(
    st.builds(
        a_ticket,
        st.integers(1, 50),
        skills=st.sampled_from([(), ("billing",), ("billing", "legal")]),
        language=st.sampled_from(["pl", "en", "de", None]),
    ),
    unique_by=lambda ticket: ticket.id,
    max_size=15,
)


@given(
    st.lists(agents, unique_by=lambda agent: agent.name, max_size=4),
    waiting,
    st.dictionaries(st.sampled_from(["ala", "ola"]), st.integers(0, 6)),
    st.sampled_from([BOK, TURNS]),
)
def test_each_ticket_once_to_a_fitting_person_with_room_and_none_left_while_there_is(
    staff_list: list[Agent], tickets: list[Ticket], loads: dict[str, int], team: Team
) -> None:
    staff = people(*staff_list, team=team)
    by_id = {ticket.id: ticket for ticket in tickets}
    found = shares(staff, tickets, loads=loads)
    assert len({number for number, _ in found}) == len(found)
    load = Counter(loads)
    for number, user in found:
        agent = staff.agent(user)
        assert agent is not None
        assert agent.fits(by_id[number])
        load[user] += 1
        assert load[user] <= agent.capacity
    for number in by_id.keys() - {number for number, _ in found}:
        assert all(load[agent.name] >= agent.capacity or not agent.fits(by_id[number]) for agent in staff_list)


@pytest.mark.parametrize("team", [BOK, TURNS])
def test_a_week_is_shared_fairly_among_equals(team: Team) -> None:
    """A ticket every 12 minutes of five working days, each in hand for between 30 and 90 minutes."""
    names = ["ala", "ola", "ula", "ela", "iza"]
    staff = people(*(member(name, capacity=10) for name in names), team=team)
    given_so_far: dict[str, Given] = {}
    hands: list[tuple[datetime, str]] = []
    totals: Counter[str] = Counter()
    start = datetime(2026, 11, 23, 7, 0, tzinfo=UTC)
    for number in range(5 * 40):
        day, slot = divmod(number, 40)
        now = start + timedelta(days=day, minutes=12 * slot)
        hands = [(until, name) for until, name in hands if until > now]
        loads = Counter(name for _, name in hands)
        found = distribute(team, staff, [a_ticket(1)], loads=loads, given=given_so_far, away={}, now=now)
        (one,) = found.assignments
        hands.append((now + timedelta(minutes=30 + number * 37 % 61), one.user))
        totals[one.user] += 1
        given_so_far[one.user] = Given(count=found.given[one.user], last_at=now)
    assert sum(totals.values()) == 200
    assert max(totals.values()) - min(totals.values()) <= (1 if team is TURNS else 3)
