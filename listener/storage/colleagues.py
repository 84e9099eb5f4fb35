"""What colleagues leave at a ticket: notes, the lock of who answers, links to other tickets, proposals."""

from collections.abc import Sequence
from dataclasses import fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from listener.errors import Conflict
from listener.model import Link, LinkKind, Lock, Note, Proposal, ProposalState
from listener.storage import schema as t
from listener.storage.sql import inserted_id, upsert_ignoring, upsert_where


class Colleagues:
    """One transaction's view of what people do around tickets."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    # --- notes --------------------------------------------------------------------------------------------

    def say(self, ticket_id: int, text: str, by: str, now: datetime) -> int:
        """Adds a note."""
        return inserted_id(self._db, t.notes, {"ticket_id": ticket_id, "text": text, "by": by, "at": now})

    def notes(self, ticket_id: int) -> tuple[Note, ...]:
        """Notes of a ticket, oldest first."""
        rows = self._db.execute(sa.select(t.notes).where(t.notes.c.ticket_id == ticket_id).order_by(t.notes.c.id))
        return tuple(Note(**row._mapping) for row in rows)

    # --- who answers --------------------------------------------------------------------------------------

    def lock(self, ticket_id: int, by: str, until: datetime, now: datetime) -> Lock:
        """Takes, refreshes or takes over a lock that ran out. Conflict names who holds it."""
        free = (t.locks.c.by == by) | (t.locks.c.until < now)
        insert = upsert_where(self._db, t.locks, ("by", "until"), free)
        values = {"ticket_id": ticket_id, "by": by, "until": until}
        if self._db.execute(insert.values(values).returning(t.locks.c.by)).scalar() is None:
            held = self.locked(ticket_id, now)
            who = held.by if held else "somebody else"
            raise Conflict(f"{who} is answering", where=f"ticket {ticket_id}", mend="wait, or ask them")
        return Lock(ticket_id=ticket_id, by=by, until=until)

    def unlock(self, ticket_id: int, by: str | None = None) -> None:
        """Gives a lock back; by: only theirs."""
        which = t.locks.c.ticket_id == ticket_id
        self._db.execute(t.locks.delete().where(which if by is None else which & (t.locks.c.by == by)))

    def locked(self, ticket_id: int, now: datetime) -> Lock | None:
        """Who answers just now."""
        row = self._db.execute(
            sa.select(t.locks).where(t.locks.c.ticket_id == ticket_id, t.locks.c.until >= now)
        ).one_or_none()
        return None if row is None else Lock(**row._mapping)

    def expire(self, now: datetime) -> int:
        """Removes locks that ran out; how many."""
        return self._db.execute(t.locks.delete().where(t.locks.c.until < now)).rowcount

    # --- links --------------------------------------------------------------------------------------------

    def link(self, ticket_id: int, other_id: int, kind: LinkKind) -> None:
        """Notes that two tickets belong together."""
        insert = upsert_ignoring(self._db, t.links, update=("kind",))
        self._db.execute(insert.values(ticket_id=ticket_id, other_id=other_id, kind=kind.value))

    def links(self, ticket_id: int) -> tuple[Link, ...]:
        """Links from and to a ticket."""
        either = (t.links.c.ticket_id == ticket_id) | (t.links.c.other_id == ticket_id)
        rows = self._db.execute(sa.select(t.links).where(either).order_by(t.links.c.ticket_id, t.links.c.other_id))
        return tuple(Link(ticket_id=row.ticket_id, other_id=row.other_id, kind=LinkKind(row.kind)) for row in rows)


class Proposals:
    """One transaction's view of replies that want a second person."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def add(
        self,
        ticket_id: int,
        post_id: int,
        text: str,
        why: Sequence[str],
        by: str,
        now: datetime,
        *,
        private: bool = False,
    ) -> Proposal:
        """Records a proposal. Conflict where the same words to the same post wait already."""
        same = sa.select(t.proposals.c.id).where(
            t.proposals.c.ticket_id == ticket_id,
            t.proposals.c.post_id == post_id,
            t.proposals.c.text == text,
            t.proposals.c.state == ProposalState.WAITING.value,
        )
        if self._db.execute(same).first() is not None:
            raise Conflict("this reply waits for approval already", where=f"ticket {ticket_id}", mend="look again")
        values = {
            "ticket_id": ticket_id, "post_id": post_id, "text": text, "why": list(why),
            "proposed_by": by, "proposed_at": now, "state": ProposalState.WAITING.value, "private": private,
        }  # fmt: skip
        proposal = self.one(inserted_id(self._db, t.proposals, values))
        assert proposal
        return proposal

    def one(self, proposal_id: int) -> Proposal | None:
        """A proposal by its id."""
        row = self._db.execute(sa.select(t.proposals).where(t.proposals.c.id == proposal_id)).one_or_none()
        return None if row is None else _proposal(row)

    def waiting(self, ticket_id: int) -> tuple[Proposal, ...]:
        """Those of a ticket that nobody decided yet, oldest first."""
        rows = self._db.execute(
            sa.select(t.proposals)
            .where(t.proposals.c.ticket_id == ticket_id, t.proposals.c.state == ProposalState.WAITING.value)
            .order_by(t.proposals.c.id)
        )
        return tuple(_proposal(row) for row in rows)

    def decide(self, proposal: Proposal, state: ProposalState, by: str, now: datetime, **values: Any) -> Proposal:
        """Approves or rejects, once. Conflict where somebody did already."""
        row = self._db.execute(
            t.proposals.update()
            .where(t.proposals.c.id == proposal.id, t.proposals.c.state == ProposalState.WAITING.value)
            .values(state=state.value, decided_by=by, decided_at=now, **values)
            .returning(t.proposals)
        ).one_or_none()
        if row is None:
            raise Conflict("this proposal is decided already", where=f"proposal {proposal.id}", mend="look again")
        return _proposal(row)


def _proposal(row: sa.Row[Any]) -> Proposal:
    values = {field.name: getattr(row, field.name) for field in fields(Proposal)}
    return Proposal(**{**values, "state": ProposalState(row.state), "why": tuple(row.why)})
