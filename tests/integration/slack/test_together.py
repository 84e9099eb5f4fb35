"""What takes two people, what calls people, and who people are."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from listener.approval import ApprovalPolicy
from listener.distribution import Staff
from listener.errors import PermanentDelivery
from listener.model import EventKind, Ticket
from responders.slack import make_client
from responders.slack.commands import Act, Click, Do, ShowHome
from responders.slack.fields import TEXT
from responders.slack.reception import Reception
from responders.slack.socket import SlackSocket
from tests.integration.slack.workplace import REPLY, Workplace, quick_folder, workplace
from tests.standins.slack import Message, SlackStandIn
from tests.standins.slack_person import words_of

BLOCK = f"{TEXT}.pl0.0"


@pytest.fixture(scope="module")
def _eyes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workplace]:
    with (
        quick_folder(tmp_path_factory) as folder,
        workplace("socket", folder, approval=ApprovalPolicy(always=True)) as opened,
    ):
        yield opened


@pytest.fixture
def four_eyes(_eyes: Workplace) -> Iterator[Workplace]:
    _eyes.deliver()
    _eyes.slack.forget()
    _eyes.board.up.clear()
    yield _eyes
    assert _eyes.slack.complaints == []


def proposed(work: Workplace) -> tuple[Ticket, Message, Message]:
    """A ticket, its card, and the message with the proposal of ala."""
    ticket, card = work.card()
    work.ala.press(card, "reply")
    assert not work.ala.submit(work.ala.form("reply"), **{BLOCK: REPLY})
    assert "czeka na zgodę" in work.told(work.ala)
    work.deliver()
    (message,) = [m for m in work.slack.thread(card.ts) if "Zatwierdź" in words_of(m.now)]
    return ticket, card, message


def test_a_second_person_approves_and_never_the_first(four_eyes: Workplace) -> None:
    ticket, card, proposal = proposed(four_eyes)
    assert REPLY in words_of(proposal.now), "who approves sees every word"
    assert "czeka na zgodę" in words_of(card.now)
    four_eyes.slack.ephemeral.clear()
    four_eyes.ala.press(proposal, "approve")
    assert "Własnej propozycji" in four_eyes.told(four_eyes.ala)
    assert four_eyes.desk.ticket(ticket.id).replies == ()
    approve = four_eyes.jan.pressed(proposal, "approve")
    four_eyes.slack.push(approve)
    four_eyes.until(lambda: "jan zatwierdził(a)" in words_of(proposal.now))
    four_eyes.slack.push({**approve, "trigger_id": four_eyes.slack.trigger()})  # from a screen that is not new
    assert "już rozstrzygnięta" in four_eyes.told(four_eyes.jan)
    four_eyes.deliver()
    assert four_eyes.board.up == [REPLY]
    (reply,) = four_eyes.desk.ticket(ticket.id).replies
    assert reply.approved_by == "jan"


def test_a_rejection_says_why_to_who_proposed(four_eyes: Workplace) -> None:
    ticket, _, proposal = proposed(four_eyes)
    four_eyes.jan.press(proposal, "reject")
    form = four_eyes.jan.form("reject")
    assert list(four_eyes.jan.submit(form, why=" ")["errors"]) == ["why"]
    assert not four_eyes.jan.submit(form, why="Za ogólnie <!channel>")
    four_eyes.until(lambda: "odrzucił(a) odpowiedź: Za ogólnie" in words_of(proposal.now))
    four_eyes.until(lambda: any(m.channel == "DU1" for m in four_eyes.slack.messages))
    assert four_eyes.desk.ticket(ticket.id).replies == ()
    assert four_eyes.board.up == []


# --- calls --------------------------------------------------------------------------------------------------


def tell(work: Workplace, kind: EventKind, ticket: Ticket | None = None, **payload: object) -> None:
    """An event of the clockwork."""
    with work.storage.begin() as tx:
        tx.outbox.add(kind, work.clock(), ticket_id=ticket.id if ticket else None, payload=payload)
    work.deliver()


def test_who_has_the_ticket_is_reminded_in_person(four_eyes: Workplace) -> None:
    ticket, card = four_eyes.card()
    four_eyes.desk.claim(ticket.id, by="ala", version=ticket.version, now=four_eyes.clock())
    due = (four_eyes.clock() + timedelta(minutes=30)).isoformat()
    tell(four_eyes, EventKind.TICKET_DUE_SOON, ticket, clock="first_response", percent=80, due=due, to="ala")
    (reminder,) = [m for m in four_eyes.slack.messages if m.channel == "DU1"]
    assert "Zbliża się termin odpowiedzi" in words_of(reminder.now)
    four_eyes.ala.press(reminder, "reply")
    assert "Zatwierdź" in words_of(four_eyes.ala.form("reply"))
    assert four_eyes.cards(ticket) == [card]
    four_eyes.until(lambda: "ala pisze odpowiedź" in words_of(card.now))  # wherever the click came from


@pytest.mark.parametrize(
    ("step", "to", "where"), [("team", "obsługa", "C0TEAM"), ("manager", "mia", "DU3"), ("next_person", "jan", "DU2")]
)
def test_escalations_call_one_step_after_the_other(four_eyes: Workplace, step: str, to: str, where: str) -> None:
    ticket = four_eyes.post()
    given = four_eyes.desk.hand_to_team(
        ticket.id, team="obsługa", by="mia", version=ticket.version, now=four_eyes.clock()
    )
    four_eyes.deliver()
    tell(four_eyes, EventKind.TICKET_ESCALATED, given, clock="first_response", step=step, to=to)
    calls = [m for m in four_eyes.slack.messages if m.channel == where]
    assert ["Potrzebna pomoc" in words_of(m.now) for m in calls] == [True]


def test_nobody_to_call_is_no_failure(four_eyes: Workplace) -> None:
    ticket, card = four_eyes.card()
    tell(four_eyes, EventKind.TICKET_BREACHED, ticket, clock="first_response", percent=100, to=None)
    assert "Termin minął" in words_of(four_eyes.slack.thread(card.ts)[-1].now)
    assert not [m for m in four_eyes.slack.messages if m.channel.startswith("D")]


def test_who_watches_hears_what_is_new_alone_and_sees_it_by_a_button(four_eyes: Workplace) -> None:
    ticket = four_eyes.post("Okna Wintermanna <!channel> <@U1>")
    four_eyes.desk.watch(ticket.id, by="ala", on=True, now=four_eyes.clock())
    items = [{"ticket": ticket.id, "what": ["author wrote", "reply failed"]}]
    tell(four_eyes, EventKind.WATCH_NEWS, to="ala", items=items)
    (message,) = [m for m in four_eyes.slack.messages if m.channel == "DU1"]
    assert f"Zgłoszenie nr {ticket.id}*: autor napisał ponownie, ⚠️ odpowiedź nie wyszła" in words_of(message.now)
    four_eyes.ala.press(message, "show")
    assert "Popraw etykiety" in words_of(four_eyes.ala.form("show"))
    assert [one.news for one in four_eyes.desk.watched("ala")] == [()], "who looked has seen it"
    tell(four_eyes, EventKind.WATCH_NEWS, to="nikt", items=items)
    assert len([m for m in four_eyes.slack.messages if m.channel.startswith("D")]) == 1, "nobody we know in Slack"


def test_held_back_alerts_and_crises_are_told(four_eyes: Workplace) -> None:
    ticket = four_eyes.post()
    items = [{"ticket": ticket.id, "why": "quiet hours"}, {"ticket": 999, "why": "budget"}]
    tell(four_eyes, EventKind.ALERTS_DIGEST, channel="C0TEAM", items=items)
    (digest,) = [m for m in four_eyes.slack.messages if m.channel == "C0TEAM"]
    assert f"Zgłoszenie nr {ticket.id} (cisza nocna)" in words_of(digest.now)
    four_eyes.ala.press(digest, "show")
    assert "Popraw etykiety" in words_of(four_eyes.ala.form("show"))
    tell(four_eyes, EventKind.CRISIS_BEGUN, brand="wintermann", volume=120, usual=8.5)
    (crisis,) = [m for m in four_eyes.slack.parents() if "Kryzys" in words_of(m.now)]
    assert "120" in words_of(crisis.now)


# --- who people are -----------------------------------------------------------------------------------------


def test_people_are_known_by_address_and_by_name_and_nobody_else(tmp_path: Path) -> None:
    slack = SlackStandIn(users={"U7": "Jan@Firma.example", "U8": "obcy@inna.example"})
    named = (("jan@firma.example", "jan"), ("U9", "ola"))
    with slack, workplace("none", tmp_path, staff=Staff(), named=named, slack=slack) as work:
        seen = {}
        for user in ("U7", "U8", "U9", "U10"):
            click = work.home_click(user)
            assert isinstance(click.command, ShowHome)
            found = work.door.people.of(click)
            seen[user] = found.name if found else None
        assert seen == {"U7": "jan", "U8": None, "U9": "ola", "U10": None}
        slack.calls.clear()
        work.door.people.of(work.home_click("U7"))
        assert slack.calls == [], "an address is asked for once"


def test_without_any_names_the_workspace_is_the_log_in(tmp_path: Path) -> None:
    with workplace("none", tmp_path, staff=Staff()) as work:
        ticket, _ = work.card()
        claim = Do(act=Act.CLAIM, ticket_id=ticket.id, version=ticket.version)
        work.door.handle(Click(command=claim, user_id="U99", user_name="obcy"))
        assert work.now(ticket).assignee == "obcy (Slack)"


# --- sockets ------------------------------------------------------------------------------------------------


def test_clicks_survive_a_disconnect(four_eyes: Workplace) -> None:
    cards = [four_eyes.card() for _ in range(3)]
    four_eyes.slack.disconnect("refresh_requested")
    for ticket, card in cards:
        four_eyes.ala.press(card, "claim")
        four_eyes.until(lambda card=card: "ala" in words_of(card.now))  # type: ignore[misc]
        assert four_eyes.now(ticket).assignee == "ala"
    four_eyes.until(lambda: four_eyes.slack.sockets == 2, 60)


def test_a_wrong_app_token_is_told_with_its_mend(four_eyes: Workplace) -> None:
    client = make_client(four_eyes.slack.bot_token, four_eyes.slack.base_url)
    with pytest.raises(PermanentDelivery, match="invalid_auth") as caught:
        SlackSocket("xapp-wrong", client, Reception(four_eyes.door)).start()
    assert "SLACK_APP_TOKEN" in caught.value.mend
    assert "xapp-wrong" not in str(caught.value)
