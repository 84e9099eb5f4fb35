"""Deciding what becomes of a ticket: who has it, when it comes back, whether it was one at all."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from listener.desk.parts import Parts
from listener.errors import Conflict, ListenerError, NotFound
from listener.model import EventKind, StoredPost, Ticket, TicketState
from listener.sla import first_response_due, resumed
from listener.storage import Transaction


class Deciding(Parts):
    """Each change compares the version that the person was looking at."""

    __slots__ = ()

    def claim(self, ticket_id: int, *, by: str, version: int, now: datetime) -> Ticket:
        """Takes a ticket in hand. Conflict where somebody else has it."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            if ticket.assignee not in (None, by):
                raise Conflict(f"{ticket.assignee} has this ticket", where=f"ticket {ticket_id}", mend="ask them")
            return self._change(tx, ticket, by, "claimed", now, assignee=by)

    def assign(self, ticket_id: int, *, to: str | None, by: str, version: int, now: datetime) -> Ticket:
        """Gives a ticket to a person, None: back to the queue."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            if to is not None:
                self._known(tx, to)
            action = "assigned" if to else "given back"
            return self._change(tx, ticket, by, action, now, to or "", assignee=to)

    def hand_to_team(self, ticket_id: int, *, team: str, by: str, version: int, now: datetime) -> Ticket:
        """Gives a ticket to a team; nobody has it until somebody takes it or is given it."""
        if self.staff.teams and self.staff.team(team) is None:
            known = ", ".join(known.name for known in self.staff.teams)
            raise NotFound(f'there is no team "{team}"', mend=f"known: {known}")
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            return self._change(tx, ticket, by, "handed to team", now, team, team=team, assignee=None)

    def snooze(self, ticket_id: int, *, until: datetime, by: str, version: int, now: datetime) -> Ticket:
        """Puts a ticket off. It wakes at that time, or when its author writes again; its clocks stand still."""
        if until <= now:
            raise ListenerError("the time lies in the past", where=f"ticket {ticket_id}", mend="choose a later one")
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            if ticket.state in (TicketState.RESOLVED, TicketState.REVIEW):
                raise Conflict(f"the ticket is {ticket.state.value}", where=f"ticket {ticket_id}")
            detail = until.isoformat(timespec="minutes")
            state = TicketState.SNOOZED
            return self._change(tx, ticket, by, "snoozed", now, detail, state=state, snoozed_until=until)

    def resolve(self, ticket_id: int, *, by: str, version: int, now: datetime) -> Ticket:
        """Closes a ticket. Its author's next post opens it again for some time; other posts open another."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            tx.colleagues.unlock(ticket_id)
            return self._change(tx, ticket, by, "resolved", now, state=TicketState.RESOLVED)

    def reopen(self, ticket_id: int, *, by: str, version: int, now: datetime) -> Ticket:
        """Opens a ticket again. Conflict where the thread has an open one by now, or it went into another one."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            if ticket.merged_into is not None:
                raise Conflict(f"it was merged into ticket {ticket.merged_into}", where=f"ticket {ticket_id}")
            if ticket.state is TicketState.REVIEW:
                return self._take_on(tx, ticket, by, now)
            values = resumed(self.sla, ticket, now) | {"state": TicketState.OPEN}
            return self._change(tx, ticket, by, "reopened", now, **values)

    def _take_on(self, tx: Transaction, ticket: Ticket, by: str, now: datetime) -> Ticket:
        """A reviewed ticket is ours after all: now people are alerted, and the clock runs."""
        due = first_response_due(self.sla, ticket.priority, now)
        changed = tx.tickets.change(ticket, now, state=TicketState.OPEN, first_response_due=due, relevant=True)
        tx.people.note(now, by, "taken on", ticket_id=ticket.id)
        tx.outbox.add(EventKind.TICKET_OPENED, now, ticket_id=ticket.id, payload={"by": by})
        return changed

    def not_relevant(self, ticket_id: int, *, by: str, version: int, now: datetime) -> Ticket:
        """Closes a ticket that should not have been one, and keeps that as a lesson."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            for stored in tx.posts.of_ticket(ticket_id):
                tx.people.label(stored.id, {"relevant": False, "query": ticket.query}, by, now)
            state = TicketState.RESOLVED
            return self._change(tx, ticket, by, "not relevant", now, state=state, relevant=False)

    def correct(
        self, post_id: int, *, labels: Mapping[str, str | tuple[str, ...]], by: str, now: datetime
    ) -> StoredPost:
        """Keeps a person's labels for training."""
        with self.storage.begin() as tx:
            stored = tx.posts.one(post_id)
            if stored is None:
                raise NotFound(f"there is no post {post_id}")
            plain = {name: value if isinstance(value, str) else list(value) for name, value in labels.items()}
            tx.people.label(post_id, plain, by, now)
            for ticket_id in tx.tickets.holding(post_id):
                tx.people.note(now, by, "labels corrected", ", ".join(f"{k}: {v}" for k, v in plain.items()), ticket_id)
        return stored

    def tag(
        self,
        ticket_id: int,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        by: str,
        version: int,
        now: datetime,
    ) -> Ticket:
        """Adds and removes tags. They are kept in lower case, each once."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            dropped = set(_tags(remove))
            tags = [tag for tag in dict.fromkeys((*ticket.tags, *_tags(add))) if tag not in dropped]
            return self._change(tx, ticket, by, "tagged", now, ", ".join(tags), tags=tags)


def _tags(given: Sequence[str]) -> list[str]:
    return [" ".join(tag.split()).lower()[:60] for tag in given if tag.strip()]
