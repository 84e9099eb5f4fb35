"""The part of the friendly house that colleagues use among themselves."""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from listener.errors import Conflict, ListenerError, NotFound
from listener.model import Lock, Note, Reply, ReplyState, Ticket, TicketState, TicketView
from listener.views import Mute, Queue, RulePrecision, TeamLoad, User, Watched


class FakeColleagues(ABC):
    """Mixed into FakeService, which keeps the views and changes them."""

    views: dict[int, TicketView]
    loads: Sequence[TeamLoad] = ()
    precision: Sequence[RulePrecision] = ()
    people: Sequence[User] = ()
    muted: dict[str, Mute]

    @abstractmethod
    def _change(self, ticket_id: int, version: int, by: str, action: str, now: datetime, **fields: Any) -> TicketView:
        """Changes a ticket as long as it has this version."""

    def _seen(self, ticket_id: int, **fields: Any) -> None:
        self.views[ticket_id] = replace(self.views[ticket_id], **fields)

    def queue(self, user: str, *, now: datetime, limit: int = 20) -> Queue:
        return Queue(mine=(), due_soon=(), unassigned=())

    watching: Sequence[Watched] = ()

    def watched(self, user: str, *, limit: int = 20) -> Sequence[Watched]:
        return self.watching

    def see(self, ticket_id: int, *, by: str) -> None:
        self.watching = [replace(one, news=()) if one.row.ticket.id == ticket_id else one for one in self.watching]

    def load(self, *, now: datetime) -> Sequence[TeamLoad]:
        return self.loads

    def rule_precision(self) -> Sequence[RulePrecision]:
        return self.precision

    def mutes(self, *, now: datetime) -> Sequence[Mute]:
        return tuple(self.muted.values())

    def users(self) -> Sequence[User]:
        return self.people

    def away(self, user: str, *, until: datetime | None, by: str, now: datetime) -> None:
        if user not in {person.name for person in self.people}:
            raise NotFound("nobody of this name", where=user)

    def mute(self, *, scope: str, until: datetime, by: str, now: datetime) -> None:
        if ":" not in scope:
            raise ListenerError("is nothing to mute", where=scope)
        self.muted[scope] = Mute(scope=scope, until=until, by=by)

    def unmute(self, *, scope: str, by: str, now: datetime) -> None:
        self.muted.pop(scope, None)

    def answering(self, ticket_id: int, *, by: str, now: datetime) -> Lock:
        held = self.views[ticket_id].lock
        if held and held.by != by:
            raise Conflict(f"{held.by} is answering")
        lock = Lock(ticket_id=ticket_id, by=by, until=now + timedelta(minutes=10))
        self._seen(ticket_id, lock=lock)
        return lock

    def stop_answering(self, ticket_id: int, *, by: str, now: datetime) -> None:
        held = self.views[ticket_id].lock
        if held and held.by == by:
            self._seen(ticket_id, lock=None)

    def snooze(self, ticket_id: int, *, until: datetime, by: str, version: int, now: datetime) -> object:
        return self._change(ticket_id, version, by, "snoozed", now, state=TicketState.SNOOZED, snoozed_until=until)

    def assign(self, ticket_id: int, *, to: str | None, by: str, version: int, now: datetime) -> object:
        return self._change(ticket_id, version, by, "assigned", now, assignee=to)

    def hand_to_team(self, ticket_id: int, *, team: str, by: str, version: int, now: datetime) -> object:
        return self._change(ticket_id, version, by, "handed to team", now, team=team, assignee=None)

    def note(self, ticket_id: int, *, text: str, by: str, now: datetime) -> None:
        notes = self.views[ticket_id].notes
        self._seen(ticket_id, notes=(*notes, Note(id=len(notes) + 1, ticket_id=ticket_id, at=now, by=by, text=text)))

    def tag(
        self,
        ticket_id: int,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        by: str,
        version: int,
        now: datetime,
    ) -> object:
        tags = tuple(tag for tag in (*self.views[ticket_id].ticket.tags, *add) if tag not in remove)
        return self._change(ticket_id, version, by, "tagged", now, tags=tags)

    def watch(self, ticket_id: int, *, by: str, on: bool, now: datetime) -> None:
        self._seen(ticket_id, watchers=(by,) if on else ())

    def merge(self, ticket_id: int, *, into: int, by: str, version: int, now: datetime) -> Ticket:
        if into not in self.views:
            raise NotFound("no such ticket", where=f"ticket {into}")
        self._change(ticket_id, version, by, "merged", now, state=TicketState.RESOLVED)
        return self.views[into].ticket

    def split(self, ticket_id: int, *, post_ids: Sequence[int], by: str, version: int, now: datetime) -> Ticket:
        if not post_ids:
            raise ListenerError("a split takes some of a ticket's posts and leaves some")
        return self._change(ticket_id, version, by, "split", now).ticket

    def link(self, ticket_id: int, *, other: int, by: str, now: datetime) -> None:
        if other not in self.views:
            raise NotFound("no such ticket", where=f"ticket {other}")

    def incident(self, ticket_id: int, *, on: bool, by: str, version: int, now: datetime) -> object:
        return self._change(ticket_id, version, by, "incident begun", now, incident=on)

    def approve_proposal(self, proposal_id: int, *, by: str, now: datetime) -> object:
        for shown in self.views.values():
            for proposal in shown.proposals:
                if proposal.id == proposal_id:
                    reply = Reply(
                        id=900, ticket_id=shown.ticket.id, post_id=proposal.post_id, text=proposal.text,
                        approved_by=by, approved_at=now, state=ReplyState.APPROVED,
                    )  # fmt: skip
                    self._seen(shown.ticket.id, proposals=(), replies=(*shown.replies, reply))
                    return reply
        raise NotFound("no such proposal")

    def reject_proposal(self, proposal_id: int, *, why: str, by: str, now: datetime) -> None:
        for shown in list(self.views.values()):
            if any(proposal.id == proposal_id for proposal in shown.proposals):
                self._seen(shown.ticket.id, proposals=())

    def link_customer(self, source: str, author: str, *, customer: int | None, by: str, now: datetime) -> int:
        return customer or 1
