"""Answering: one person writes, where the rules say so another approves, and it goes out once."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from listener import failpoints
from listener.approval import wanted
from listener.desk.parts import Parts
from listener.errors import Conflict, ListenerError, NotFound
from listener.model import (
    EventKind,
    Lock,
    NoPrivate,
    Priority,
    Proposal,
    ProposalState,
    Reply,
    ReplyState,
    Ticket,
    TicketState,
    Violation,
)
from listener.permissions import Action, may
from listener.storage import Transaction
from listener.views import same_person

_FIRST = Priority.CRITICAL.rank
NO_PRIVATE: Mapping[NoPrivate | None, str] = {
    None: "this place takes no private replies",
    NoPrivate.ANSWERED: "this post has had its private reply, and its place takes one only",
    NoPrivate.TOO_LATE: "it is too late for a private reply: the place takes one for some days only",
}
_NEVER_SENT = frozenset({"placeholder_left", "follows_injected_instruction"})


class Answering(Parts):
    """Drafts, locks, proposals, replies."""

    __slots__ = ()

    def check(self, ticket_id: int, text: str, *, private: bool = False) -> tuple[Violation, ...]:
        """What a draft breaks, for the person to see before approving."""
        with self.storage.read() as tx:
            ticket = self._ticket(tx, ticket_id)
            latest = tx.posts.of_ticket(ticket_id)[-1]
        context = self._context(latest, self.brands.get(ticket.brand), private=private)
        return self.checker.check(text, context, "human")

    # --- who writes ---------------------------------------------------------------------------------------

    def answering(self, ticket_id: int, *, by: str, now: datetime) -> Lock:
        """Says that somebody writes an answer, for some minutes; again: for some more. Conflict names who does."""
        with self.storage.begin() as tx:
            self._ticket(tx, ticket_id)
            held = tx.colleagues.locked(ticket_id, now)
            lock = tx.colleagues.lock(ticket_id, by, now + self.staff.answer_lock, now)
            tx.tickets.touch(ticket_id, by, now)
            if held is None:
                self._tell(tx, ticket_id, by, "answering", now)
        return lock

    def stop_answering(self, ticket_id: int, *, by: str, now: datetime) -> None:
        """Gives the lock back, where it is theirs."""
        with self.storage.begin() as tx:
            held = tx.colleagues.locked(ticket_id, now)
            if held and held.by == by:
                tx.colleagues.unlock(ticket_id, by)
                self._tell(tx, ticket_id, by, "stopped answering", now)

    def _tell(self, tx: Transaction, ticket_id: int, by: str, action: str, now: datetime) -> None:
        tx.outbox.add(EventKind.TICKET_CHANGED, now, ticket_id=ticket_id, payload={"by": by, "action": action})

    def _free(self, tx: Transaction, ticket_id: int, by: str, now: datetime) -> None:
        """Conflict where somebody else writes an answer; their own lock ends with the answer."""
        held = tx.colleagues.locked(ticket_id, now)
        if held and not same_person(held.by, by):
            raise Conflict(f"{held.by} is answering", where=f"ticket {ticket_id}", mend="wait, or ask them")
        tx.colleagues.unlock(ticket_id)

    # --- what goes out ------------------------------------------------------------------------------------

    def reply(
        self,
        ticket_id: int,
        *,
        post_id: int,
        text: str,
        approved_by: str,
        version: int,
        now: datetime,
        private: bool = False,
    ) -> Reply | Proposal:
        """Approves a text and hands it to publishing: it goes out once, whatever happens after this returns. private:
        to who wrote the post alone; refused where its place does not take that. Where the rules want a second person
        it becomes a Proposal instead, and nothing goes out until they approve it."""
        violations = self._refuse_broken(ticket_id, text, private=private)
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            self._refuse_unpublishable(tx, ticket, post_id)
            if private:
                self._refuse_private(tx, post_id, now)
            self._free(tx, ticket_id, approved_by, now)
            why = wanted(self.approval, ticket, violations)
            if why:
                return self._propose(tx, ticket, post_id, text, why, approved_by, now, private=private)
            reply = self._send(tx, ticket, post_id, text, approved_by, now, private=private)
            failpoints.hit("desk.reply.before-commit")
        failpoints.hit("desk.reply.after-commit")
        return reply

    def _send(
        self, tx: Transaction, ticket: Ticket, post_id: int, text: str, by: str, now: datetime, *, private: bool
    ) -> Reply:
        reply = self._approve(tx, ticket, post_id, text, by, now, ReplyState.APPROVED, private=private)
        tx.tickets.change(ticket, now, assignee=ticket.assignee or by, relevant=True, touched_at=now)
        tx.outbox.add(EventKind.REPLY_APPROVED, now, ticket_id=ticket.id, reply_id=reply.id, rank=_FIRST)
        return reply

    def _refuse_unpublishable(self, tx: Transaction, ticket: Ticket, post_id: int) -> None:
        stored = tx.posts.one(post_id)
        if stored is not None and not self.can_publish(stored.post.source):
            raise ListenerError(
                f'we cannot post to "{stored.post.source}" ourselves',
                where=f"ticket {ticket.id}",
                mend="post the reply there by hand and give its address",
            )

    def _refuse_private(self, tx: Transaction, post_id: int, now: datetime) -> None:
        """Says why, where a private reply cannot be sent: better now than after it was approved."""
        stored = tx.posts.one(post_id)
        if stored is None:
            return
        way = self._private_way(stored.post, now, answered=post_id in tx.replies.answered_privately([post_id]))
        refused = NO_PRIVATE[None] if way is None else NO_PRIVATE[way.refused] if way.refused else ""
        if refused:
            raise ListenerError(refused, where=f"post {post_id}", mend="answer publicly, in words fit for everybody")

    def posted_by_hand(
        self, ticket_id: int, *, post_id: int, text: str, url: str, approved_by: str, version: int, now: datetime
    ) -> Reply:
        """Records a reply that a person posted. The clocks of the responses stop."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            reply = self._approve(tx, ticket, post_id, text, approved_by, now, ReplyState.MANUAL)
            reply = tx.replies.change(reply, url=url)
            tx.colleagues.unlock(ticket_id)
            tx.tickets.change(
                ticket,
                now,
                assignee=ticket.assignee or approved_by,
                state=TicketState.PENDING,
                first_response_at=ticket.first_response_at or now,
                next_response_due=None,
                relevant=True,
            )
            tx.outbox.add(EventKind.REPLY_PUBLISHED, now, ticket_id=ticket_id, reply_id=reply.id)
        return reply

    def _refuse_broken(self, ticket_id: int, text: str, *, private: bool) -> tuple[Violation, ...]:
        """Most violations are for the person to weigh; a few can only be mistakes. The others come back."""
        violations = self.check(ticket_id, text, private=private)
        for violation in violations:
            if violation.rule in _NEVER_SENT:
                raise ListenerError(
                    violation.message, where=f'"{violation.where}"', mend="change the text, then approve it again"
                )
        return violations

    def _approve(
        self,
        tx: Transaction,
        ticket: Ticket,
        post_id: int,
        text: str,
        by: str,
        now: datetime,
        state: ReplyState,
        *,
        private: bool = False,
    ) -> Reply:
        text, by = _said(ticket, text, by)
        source = self._source(tx, ticket, post_id)
        reply_id = tx.replies.add(ticket, post_id, text, by, now, state, source=source, private=private)
        action = "approved" if state is ReplyState.APPROVED else "posted by hand"
        tx.people.note(now, by, f"{_named(private)} {action}", text, ticket.id)
        reply = tx.replies.one(reply_id)
        assert reply
        return reply

    def _source(self, tx: Transaction, ticket: Ticket, post_id: int) -> str:
        """The source of a post of the ticket. NotFound where it is none of its posts."""
        for stored in tx.posts.of_ticket(ticket.id):
            if stored.id == post_id:
                return stored.post.source
        raise NotFound(f"post {post_id} is not in this ticket", where=f"ticket {ticket.id}")

    # --- four eyes ----------------------------------------------------------------------------------------

    def _propose(
        self,
        tx: Transaction,
        ticket: Ticket,
        post_id: int,
        text: str,
        why: Sequence[str],
        by: str,
        now: datetime,
        *,
        private: bool,
    ) -> Proposal:
        text, by = _said(ticket, text, by)
        self._source(tx, ticket, post_id)
        proposal = tx.proposals.add(ticket.id, post_id, text, why, by, now, private=private)
        tx.tickets.change(ticket, now, assignee=ticket.assignee or by, relevant=True, touched_at=now)
        tx.people.note(now, by, f"{_named(private)} proposed", text, ticket.id)
        payload = {"by": by, "proposal": proposal.id, "why": list(why)}
        tx.outbox.add(EventKind.PROPOSAL_MADE, now, ticket_id=ticket.id, payload=payload, rank=ticket.priority.rank)
        return proposal

    def approve_proposal(self, proposal_id: int, *, by: str, now: datetime) -> Reply:
        """A second person approves: now it goes out. Refused to who proposed it, and to who may not."""
        with self.storage.begin() as tx:
            proposal = self._proposal(tx, proposal_id)
            self._second(tx, proposal, by)
            ticket = self._ticket(tx, proposal.ticket_id)
            self._free(tx, ticket.id, by, now)
            if proposal.private:
                self._refuse_private(tx, proposal.post_id, now)
            reply = self._send(tx, ticket, proposal.post_id, proposal.text, by, now, private=proposal.private)
            tx.proposals.decide(proposal, ProposalState.APPROVED, by, now, reply_id=reply.id)
        return reply

    def reject_proposal(self, proposal_id: int, *, why: str, by: str, now: datetime) -> None:
        """It does not go out; the reason is for who proposed it, who may also take it back themselves."""
        with self.storage.begin() as tx:
            proposal = self._proposal(tx, proposal_id)
            reasons = [*proposal.why, *([f"rejected: {why.strip()}"] if why.strip() else [])]
            tx.proposals.decide(proposal, ProposalState.REJECTED, by, now, why=reasons)
            tx.people.note(now, by, "proposal rejected", why.strip(), proposal.ticket_id)
            self._tell(tx, proposal.ticket_id, by, "proposal rejected", now)

    def _proposal(self, tx: Transaction, proposal_id: int) -> Proposal:
        proposal = tx.proposals.one(proposal_id)
        if proposal is None:
            raise NotFound(f"there is no proposal {proposal_id}")
        return proposal

    def _second(self, tx: Transaction, proposal: Proposal, by: str) -> None:
        """Refuses who proposed it, and where users are known who has no right to approve."""
        where = f"proposal {proposal.id}"
        if same_person(by, proposal.proposed_by):
            raise ListenerError("who proposed a reply cannot approve it", where=where, mend="ask somebody else")
        users = self._users(tx)
        role = next((user.role for user in users if same_person(user.name, by)), None)
        if users and (role is None or not may(role, Action.APPROVE_PROPOSAL)):
            raise ListenerError(f"{by} may not approve replies", where=where, mend="ask an agent or a manager")

    def decide_uncertain(self, reply_id: int, *, by: str, posted_url: str | None, now: datetime) -> Reply:
        """A person looked: the reply stands at posted_url, or (None) it does not and is to be sent again."""
        with self.storage.begin() as tx:
            reply = tx.replies.one(reply_id)
            if reply is None:
                raise NotFound(f"there is no reply {reply_id}")
            if reply.state not in (ReplyState.UNCERTAIN, ReplyState.FAILED):
                raise Conflict(f"the reply is {reply.state.value} by now", where=f"reply {reply_id}")
            changed = self._found(tx, reply, posted_url, now) if posted_url else self._again(tx, reply, now)
            action = "found" if posted_url else "sent again"
            tx.people.note(now, by, f"{_named(reply.private)} {action}", posted_url or "", reply.ticket_id)
        return changed

    def _found(self, tx: Transaction, reply: Reply, url: str, now: datetime) -> Reply:
        changed = tx.replies.change(reply, state=ReplyState.MANUAL, url=url, error=None)
        ticket = self._ticket(tx, reply.ticket_id)
        tx.tickets.change(
            ticket,
            now,
            state=TicketState.PENDING,
            first_response_at=ticket.first_response_at or now,
            next_response_due=None,
        )
        tx.outbox.add(EventKind.REPLY_PUBLISHED, now, ticket_id=ticket.id, reply_id=reply.id)
        return changed

    def _again(self, tx: Transaction, reply: Reply, now: datetime) -> Reply:
        if reply.private and reply.state is ReplyState.FAILED:
            self._refuse_private(tx, reply.post_id, now)
        changed = tx.replies.change(reply, state=ReplyState.APPROVED, attempts=0, error=None)
        tx.outbox.add(EventKind.REPLY_APPROVED, now, ticket_id=reply.ticket_id, reply_id=reply.id, rank=_FIRST)
        return changed


def _said(ticket: Ticket, text: str, by: str) -> tuple[str, str]:
    text, by = text.strip(), by.strip()
    if not by:
        raise ListenerError("a reply needs the name of who approves it", where=f"ticket {ticket.id}")
    if not text:
        raise ListenerError("the reply is empty", where=f"ticket {ticket.id}")
    return text, by


def _named(private: bool) -> str:
    """What the history calls it."""
    return "private reply" if private else "reply"
