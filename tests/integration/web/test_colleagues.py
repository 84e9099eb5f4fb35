"""Forms and pages that colleagues use among themselves."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from listener.model import CustomerView, Identity, LegalClock, Lock, Proposal, TicketState
from listener.views import MemberLoad, Mute, Role, RulePrecision, TeamLoad, User
from listener.web import WebSettings
from listener.web.desk_actions import wake_at
from tests.integration.web.conftest import Visitor, visitor
from tests.integration.web.fake_service import NOW, FakeService, stored, ticket, view

WARSAW = "Europe/Warsaw"


def named(anna: Visitor) -> Visitor:
    anna.send("/who", name="Anna")
    return anna


@pytest.mark.parametrize(
    ("choice", "at", "expected"),
    [
        ("hour", "", NOW + timedelta(hours=1)),
        ("tomorrow", "", datetime(2026, 11, 23, 7, 0, tzinfo=UTC)),
        ("monday", "", datetime(2026, 11, 23, 7, 0, tzinfo=UTC)),
        ("at", "2026-12-01T09:30", datetime(2026, 12, 1, 8, 30, tzinfo=UTC)),
        ("at", "", None),
        ("at", "jutro", None),
        ("whenever", "", None),
    ],
)
def test_when_a_ticket_wakes(choice: str, at: str, expected: datetime | None) -> None:
    assert wake_at(choice, at, NOW, WARSAW) == expected


def test_monday_on_a_monday_is_the_next_one() -> None:
    monday = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    assert wake_at("monday", "", monday, WARSAW) == datetime(2026, 11, 30, 7, 0, tzinfo=UTC)


def test_snoozing_says_until_when(anna: Visitor) -> None:
    answer = named(anna).send("/tickets/1/snooze", version="1", until="tomorrow")
    assert answer.headers["location"] == "/tickets/1?done=snoozed"
    assert anna.service.views[1].ticket.state is TicketState.SNOOZED
    assert "odłożone do 23.11 08:00" in anna.get("/tickets/1").text


def test_a_time_that_is_none_is_told(anna: Visitor) -> None:
    answer = named(anna).send("/tickets/1/snooze", version="1", until="at", at="wkrótce")
    assert answer.status_code == 422
    assert "Podaj chwilę" in answer.text


@pytest.mark.parametrize(
    ("to", "assignee", "team"), [("user:Jan", "Jan", None), ("team:Obsługa", None, "Obsługa"), ("", None, None)]
)
def test_handing_over(anna: Visitor, to: str, assignee: str | None, team: str | None) -> None:
    named(anna).send("/tickets/1/assign", version="1", to=to)
    changed = anna.service.views[1].ticket
    assert (changed.assignee, changed.team) == (assignee, team)


def test_a_note_is_escaped_and_stays_here(anna: Visitor) -> None:
    named(anna).send("/tickets/1/note", note="<b>dzwonił</b> dwa razy")
    page = anna.get("/tickets/1").text
    assert "&lt;b&gt;dzwonił&lt;/b&gt;" in page
    assert not anna.service.views[1].replies


def test_tags_come_and_go(anna: Visitor) -> None:
    named(anna).send("/tickets/1/tags", version="1", add="zima, serwis")
    assert ", ".join(anna.service.views[1].ticket.tags) == "zima, serwis"
    anna.send("/tickets/1/tags", version="2", remove="zima")
    assert ", ".join(anna.service.views[1].ticket.tags) == "serwis"


def test_who_writes_is_seen_by_the_others(anna: Visitor) -> None:
    assert named(anna).send("/tickets/1/answering").status_code == 200
    jan = visitor(anna.service, WebSettings(secret="for tests"))
    jan.send("/who", name="Jan")
    assert "Anna pisze teraz odpowiedź" in jan.get("/tickets/1").text
    assert jan.send("/tickets/1/answering").status_code == 409
    assert "pisze teraz" not in anna.get("/tickets/1").text
    anna.send("/tickets/1/stop-answering")
    assert "pisze teraz" not in jan.get("/tickets/1").text


def proposed(by: str) -> FakeService:
    proposal = Proposal(
        id=5, ticket_id=1, post_id=11, text="Przepraszamy, sprawdzamy.", proposed_by=by, proposed_at=NOW,
        why=("priority: high",),
    )  # fmt: skip
    return FakeService().add(replace(view(), proposals=(proposal,)))


def test_a_second_person_approves() -> None:
    jan = visitor(proposed("Anna"), WebSettings(secret="for tests"))
    jan.send("/who", name="Jan")
    assert "Zatwierdź i opublikuj</button>" in jan.get("/tickets/1").text
    jan.send("/tickets/1/proposals/5/approve")
    (reply,) = jan.service.views[1].replies
    assert reply.approved_by == "Jan"


def test_nobody_is_offered_their_own_proposal() -> None:
    anna = visitor(proposed("Anna"), WebSettings(secret="for tests"))
    anna.send("/who", name="Anna")
    page = anna.get("/tickets/1").text
    assert "Własnej propozycji nie można zatwierdzić" in page
    assert "/proposals/5/approve" not in page


def test_a_proposal_of_another_ticket_is_not_decided_here() -> None:
    service = proposed("Anna").add(view(2))
    jan = visitor(service, WebSettings(secret="for tests"))
    jan.send("/who", name="Jan")
    assert jan.send("/tickets/2/proposals/5/approve").status_code == 409
    assert service.views[1].proposals


def test_merging_goes_to_the_one_that_stays(anna: Visitor) -> None:
    anna.service.add(view(2))
    answer = named(anna).send("/tickets/1/merge", version="1", other="2")
    assert answer.headers["location"] == "/tickets/2?done=merged"


def test_merging_into_nothing_is_told(anna: Visitor) -> None:
    assert named(anna).send("/tickets/1/merge", version="1", other="77").status_code == 404


def test_what_is_known_of_the_customer(anna: Visitor) -> None:
    known = CustomerView(
        number=3,
        identities=(Identity(source="forum", author="anna_k"), Identity(source="opinie", author="<i>Ania</i>")),
        posts=(stored(3, "Znowu to samo <script>"),),
        tickets=(ticket(77, state=TicketState.RESOLVED),),
        posts_in_all=4,
        tickets_in_all=2,
    )
    law = LegalClock(regime="consumer", since=NOW, due=NOW + timedelta(days=14), note="14 days; check with counsel")
    anna.service.add(replace(view(), customer=known, legal=(law,)))
    page = anna.get("/tickets/1").text
    assert 'href="/tickets/77"' in page
    assert "&lt;i&gt;Ania&lt;/i&gt;" in page
    assert "check with counsel" in page
    assert "<script>" not in page.replace("<script src", "")


def test_the_team_page(anna: Visitor) -> None:
    member = MemberLoad(user="Anna", open=7, capacity=5, away_until=None, working=True)
    anna.service.loads = (TeamLoad(team="Obsługa", members=(member,), waiting=3, overdue=1),)
    anna.service.precision = (RulePrecision(rule="bank", alerts=9, relevant=3, not_relevant=1),)
    anna.service.muted["source:forum"] = Mute(scope="source:forum", until=NOW + timedelta(hours=1), by="Jan")
    page = anna.get("/team").text
    for words in ("za dużo pracy", "7 / 5", "75 %", "source:forum"):
        assert words in page


def test_my_queue_wants_a_name(anna: Visitor) -> None:
    assert anna.get("/mine").headers["location"] == "/who?next=/mine"
    assert "Moja kolejka" in named(anna).get("/mine").text


def test_only_managers_mute() -> None:
    service = FakeService(passwords={"ola": ("secret", Role.AGENT), "szef": ("secret", Role.MANAGER)})
    settings = WebSettings(secret="for tests", host="0.0.0.0", public_url="http://127.0.0.1:8080")
    for name, status in (("ola", 403), ("szef", 303)):
        who = visitor(service, settings)
        who.send("/login", form_page="/login", name=name, password="secret")
        answer = who.send("/team/mute", form_page="/team", scope="source:forum", at="2026-12-01T09:00")
        assert answer.status_code == status, name
    assert list(service.muted) == ["source:forum"]


def test_absence(anna: Visitor) -> None:
    anna.service.people = (User(name="Anna", role=Role.AGENT),)
    answer = named(anna).send("/team/away", user="Anna", at="2026-12-01T09:00")
    assert answer.headers["location"] == "/team?done=away"
    assert named(anna).send("/team/away", user="Anna", until="back").headers["location"] == "/team?done=back"
    assert named(anna).send("/team/away", user="Nikt", at="2026-12-01T09:00").status_code == 422


def test_a_lock_of_somebody_is_shown_to_viewers_too(anna: Visitor) -> None:
    anna.service.add(replace(view(), lock=Lock(ticket_id=1, by="Jan", until=NOW + timedelta(minutes=5))))
    assert "Jan pisze teraz odpowiedź (do 18:35)" in anna.get("/tickets/1").text
