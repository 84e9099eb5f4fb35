"""Two people never answer the same post, four eyes see what should be seen by four, and the log stays what it was."""

import random
import threading
from datetime import timedelta

import pytest
import sqlalchemy as sa

from listener.approval import ApprovalPolicy
from listener.errors import Conflict, ListenerError
from listener.model import EventKind, Proposal, ProposalState, Reply, Ticket
from listener.privacy import erase
from listener.storage import Storage
from tests.integration.desk.conftest import Office, both

TEXT = "Dzień dobry, już sprawdzamy."


def replies(office: Office, ticket: Ticket, by: str, text: str = TEXT) -> Reply | Proposal:
    view = office.desk.ticket(ticket.id)
    return office.desk.reply(
        ticket.id,
        post_id=view.latest.id,
        text=text,
        approved_by=by,
        version=view.ticket.version,
        now=office.clock(),
    )


@both
def test_one_writes_and_the_others_are_told_who(office: Office, ticket: Ticket) -> None:
    lock = office.desk.answering(ticket.id, by="ala", now=office.clock())
    assert office.desk.ticket(ticket.id).lock == lock
    with pytest.raises(Conflict, match="ala is answering"):
        office.desk.answering(ticket.id, by="ola", now=office.clock())
    with pytest.raises(Conflict, match="ala is answering"):
        replies(office, ticket, "ola")
    office.clock.advance(minutes=9)
    assert office.desk.answering(ticket.id, by="ala", now=office.clock()).until > lock.until
    office.clock.advance(minutes=11)
    assert office.desk.ticket(ticket.id).lock is None
    assert office.desk.answering(ticket.id, by="ola", now=office.clock()).by == "ola"
    office.desk.stop_answering(ticket.id, by="ala", now=office.clock())
    assert office.desk.ticket(ticket.id).lock
    office.desk.stop_answering(ticket.id, by="ola", now=office.clock())
    assert isinstance(replies(office, ticket, "ala"), Reply)
    actions = [payload["action"] for _, payload in office.events(EventKind.TICKET_CHANGED)]
    assert actions == ["answering", "answering", "stopped answering"]


@both
def test_a_second_person_sends_it(office: Office, ticket: Ticket) -> None:
    office = office.with_(approval=ApprovalPolicy(always=True))
    proposal = replies(office, ticket, "ala")
    assert isinstance(proposal, Proposal)
    assert office.desk.ticket(ticket.id).proposals == (proposal,)
    assert office.events() == [
        (EventKind.PROPOSAL_MADE, {"by": "ala", "proposal": proposal.id, "why": ["every reply"]})
    ]
    with pytest.raises(Conflict, match="waits for approval"):
        replies(office, ticket, "ala")
    for by, why in (("ala", "cannot approve"), ("ala (Slack)", "cannot approve"), ("jan", "may not approve")):
        with pytest.raises(ListenerError, match=why):
            office.desk.approve_proposal(proposal.id, by=by, now=office.clock())
    reply = office.desk.approve_proposal(proposal.id, by="ola", now=office.clock())
    assert (reply.approved_by, reply.text) == ("ola", TEXT)
    with pytest.raises(Conflict):
        office.desk.approve_proposal(proposal.id, by="ula", now=office.clock())
    assert office.desk.ticket(ticket.id).proposals == ()


def test_a_second_person_may_say_no(office: Office, ticket: Ticket) -> None:
    office = office.with_(approval=ApprovalPolicy(brands=frozenset({"wintermann"})))
    proposal = replies(office, ticket, "ala")
    assert isinstance(proposal, Proposal)
    office.desk.reject_proposal(proposal.id, why="za oschle", by="ola", now=office.clock())
    with office.storage.read() as tx:
        kept = tx.proposals.one(proposal.id)
    assert kept
    assert (kept.state, kept.why[-1]) == (ProposalState.REJECTED, "rejected: za oschle")
    assert isinstance(replies(office, ticket, "ala"), Proposal), "the same words may be proposed again"
    with pytest.raises(Conflict):
        office.desk.approve_proposal(proposal.id, by="ola", now=office.clock())


@both
def test_the_database_itself_wants_a_second_person(office: Office, ticket: Ticket) -> None:
    office = office.with_(approval=ApprovalPolicy(always=True))
    proposal = replies(office, ticket, "ala")
    assert isinstance(proposal, Proposal)
    with pytest.raises(Conflict, match="second_person"), office.storage.begin() as tx:
        tx.proposals.decide(proposal, ProposalState.APPROVED, "ala", office.clock())


@both
def test_two_people_at_random_never_both(office: Office, ticket: Ticket) -> None:
    """Forty rounds of claims, locks and replies at once; benchmarks/desk.py does a thousand."""
    rounds = 40
    chance = random.Random(7)
    for number in range(2, rounds + 2):
        office.hears(number)
    tickets = office.tickets()[1:]
    won: dict[tuple[str, int], list[str]] = {}

    def click(name: str, plan: list[tuple[Ticket, str]], start: threading.Barrier) -> None:
        start.wait()
        for shown, action in plan:
            try:
                if action == "claim":
                    office.desk.claim(shown.id, by=name, version=shown.version, now=office.clock())
                elif action == "answering":
                    office.desk.answering(shown.id, by=name, now=office.clock())
                else:
                    office.desk.reply(
                        shown.id, post_id=posts[shown.id], text=f"{TEXT} {name}", approved_by=name,
                        version=shown.version, now=office.clock(),
                    )  # fmt: skip
            except Conflict:
                continue
            won.setdefault((action, shown.id), []).append(name)

    posts = {shown.id: office.desk.ticket(shown.id).latest.id for shown in tickets}
    plan = [(shown, chance.choice(["claim", "answering", "reply"])) for shown in tickets]
    start = threading.Barrier(2)
    threads = [threading.Thread(target=click, args=(name, plan, start)) for name in ("ala", "ola")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == rounds
    assert {len(names) for names in won.values()} == {1}
    with office.storage.read() as tx:
        assert len(tx.replies.latest(1000)) == sum(action == "reply" for _, action in plan)


# --- the log ------------------------------------------------------------------------------------------------


@both
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit SET detail = 'nothing happened'",
        "UPDATE audit SET actor = 'jan', detail = '(erased)'",
        "DELETE FROM audit",
    ],
)
def test_the_audit_log_refuses_to_be_changed(storage: Storage, office: Office, ticket: Ticket, statement: str) -> None:
    before = office.desk.ticket(ticket.id).history
    with pytest.raises(Conflict, match="append-only"), storage.begin() as tx:
        tx.people._db.execute(sa.text(statement))
    assert office.desk.ticket(ticket.id).history == before != ()


@both
def test_forgetting_reaches_what_colleagues_wrote(office: Office, ticket: Ticket) -> None:
    office.hears(2, thread_id="1", author="b")
    office.desk.note(ticket.id, text="a1 dzwonił z numeru 600 000 000", by="ala", now=office.clock())
    office.desk.note(ticket.id, text="b ma rację", by="ala", now=office.clock())
    office.answers(ticket, "Dzień dobry, a1, już sprawdzamy.")
    office.desk.link_customer("forum", "a1", customer=None, by="ala", now=office.clock())
    number = office.desk.link_customer("portal", "Jan", customer=1, by="ala", now=office.clock())
    done = erase(office.storage, "forum", "a1", office.clock() + timedelta(days=1), by="mia")
    view = office.desk.ticket(ticket.id)
    assert [note.text for note in view.notes] == ["(erased)", "b ma rację"]
    assert not any("a1" in entry.detail for entry in view.history)
    assert [entry.action for entry in view.history].count("reply posted by hand") == 1
    assert (done.done["notes"], done.done["customer links"]) == (1, 1)
    assert any('"Jan" of source portal' in line for line in done.left)
    assert office.desk.customer("portal", "Jan").number == number
    with pytest.raises(ListenerError, match="forgotten"):
        office.desk.link_customer("forum", "a1", customer=number, by="ala", now=office.clock())
