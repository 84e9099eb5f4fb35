"""Tickets that belong together, and tickets that machines did not find: merge, split, link, incident, by hand."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from listener.desk.parts import Parts
from listener.errors import Conflict, ListenerError, NotFound
from listener.intake import content_hash
from listener.model import (
    Brand,
    EventKind,
    LinkKind,
    Mention,
    Post,
    Priority,
    Query,
    Ticket,
    TicketAction,
    TicketChange,
    TicketState,
)
from listener.sla import first_response_due, resolution_due
from listener.storage import Transaction

BY_HAND = "by hand"


class Gathering(Parts):
    """One ticket out of two, two out of one, one out of forty."""

    __slots__ = ()

    def merge(self, ticket_id: int, *, into: int, by: str, version: int, now: datetime) -> Ticket:
        """Puts a ticket's posts into another one of the same brand and closes it. Returns the one that stays."""
        with self.storage.begin() as tx:
            ticket, other = self._theirs(tx, ticket_id, version), self._ticket(tx, into)
            _refuse_merging(ticket, other)
            kept = tx.tickets.absorb(ticket, other, now)
            for watcher in tx.watching.watchers(ticket_id):
                tx.watching.watch(into, watcher, True)
            tx.colleagues.link(ticket_id, into, LinkKind.MERGED)
            state = TicketState.RESOLVED
            self._change(tx, ticket, by, "merged", now, f"into ticket {into}", state=state, merged_into=into)
            tx.people.note(now, by, "took in", f"ticket {ticket_id}", into)
            tx.outbox.add(EventKind.TICKET_CHANGED, now, ticket_id=into, payload={"by": by, "action": "took in"})
        return kept

    def split(self, ticket_id: int, *, post_ids: Sequence[int], by: str, version: int, now: datetime) -> Ticket:
        """Puts some posts of a ticket into a new one and returns that. What the same authors write in the thread from
        now on goes there too."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            posts = {stored.id: stored for stored in tx.posts.of_ticket(ticket_id)}
            moved = sorted(set(post_ids))
            if not moved or not set(moved) < posts.keys():
                raise ListenerError(
                    "a split takes some of a ticket's posts and leaves some", where=f"ticket {ticket_id}"
                )
            new = tx.tickets.split(ticket, [posts[post_id] for post_id in moved], now)
            tx.colleagues.link(new.id, ticket_id, LinkKind.SPLIT)
            self._change(tx, ticket, by, "split", now, f"into ticket {new.id}")
            tx.people.note(now, by, "split off", f"from ticket {ticket_id}", new.id)
            payload = {"by": by, "post": moved[0]}
            tx.outbox.add(EventKind.TICKET_OPENED, now, ticket_id=new.id, payload=payload, rank=new.priority.rank)
        return new

    def link(self, ticket_id: int, *, other: int, by: str, now: datetime) -> None:
        """Says that two tickets are about the same; both stay as they are."""
        with self.storage.begin() as tx:
            ticket, twin = self._ticket(tx, ticket_id), self._ticket(tx, other)
            if ticket.id == twin.id:
                raise ListenerError("a ticket is no duplicate of itself", where=f"ticket {ticket_id}")
            tx.colleagues.link(ticket.id, twin.id, LinkKind.DUPLICATE)
            tx.people.note(now, by, "linked", f"ticket {other}", ticket_id)
            tx.people.note(now, by, "linked", f"ticket {ticket_id}", other)

    def incident(self, ticket_id: int, *, on: bool, by: str, version: int, now: datetime) -> Ticket:
        """From now on (or no longer) posts about the same, wherever they stand, join this ticket without an alert."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            if on and ticket.state is TicketState.RESOLVED:
                raise Conflict("the ticket is resolved", where=f"ticket {ticket_id}", mend="reopen it first")
            return self._change(tx, ticket, by, "incident begun" if on else "incident ended", now, incident=on)

    def open_by_hand(self, *, url: str, text: str, author: str | None, brand: str, by: str, now: datetime) -> Ticket:
        """Opens a ticket for something that a person found. Where we have the post already, its ticket is the answer.

        brand: id or name. url: http or https."""
        ours = self._brand(brand)
        _refuse_address(url)
        with self.storage.begin() as tx:
            known = tx.posts.at(url)
            post = known.post if known else _by_hand(url, text, author, now)
            mention = Mention(query=Query(brand=ours.id, expression=BY_HAND), spans=(), why=f"opened by {by}")
            ticket = tx.tickets.open_at(known.id, ours.id) if known else tx.tickets.open_one(post, mention)
            if ticket is not None:
                return ticket
            post_id = known.id if known else tx.posts.keep(post, content_hash(post), now)[0]
            return self._open(tx, post, post_id, mention, by, now)

    def _open(self, tx: Transaction, post: Post, post_id: int, mention: Mention, by: str, now: datetime) -> Ticket:
        change = TicketChange(
            action=TicketAction.OPEN,
            reasons=(f"opened by {by}",),
            first_response_due=first_response_due(self.sla, Priority.NORMAL, now),
            resolution_due=resolution_due(self.sla, now),
        )
        ticket_id = tx.tickets.add(post, mention, change, now, relevant=True)
        tx.tickets.attach(ticket_id, post_id, now)
        tx.people.note(now, by, "opened by hand", ticket_id=ticket_id)
        payload = {"post": post_id, "by": by}
        rank = Priority.NORMAL.rank
        tx.outbox.add(EventKind.TICKET_OPENED, now, ticket_id=ticket_id, payload=payload, rank=rank)
        return self._ticket(tx, ticket_id)

    def _brand(self, name: str) -> Brand:
        wanted = name.casefold()
        for brand in self.brands.values():
            if wanted in (brand.id.casefold(), brand.name.casefold()):
                return brand
        known = ", ".join(brand.name for brand in self.brands.values())
        raise NotFound(f'there is no brand "{name}"', mend=f"known: {known}")


def _refuse_merging(ticket: Ticket, other: Ticket) -> None:
    where = f"ticket {ticket.id}"
    if ticket.id == other.id:
        raise ListenerError("a ticket cannot go into itself", where=where)
    if ticket.brand != other.brand:
        raise ListenerError("the two are about different brands", where=where)
    if TicketState.RESOLVED in (ticket.state, other.state):
        raise Conflict("one of the two is resolved", where=where, mend="reopen it first")


def _refuse_address(url: str) -> None:
    try:
        parts = urlsplit(url)
    except ValueError as error:
        raise ListenerError(f"is no address: {error}", where=url[:200]) from None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise ListenerError("is no web address", where=url[:200], mend="paste it with http:// or https://")


def _by_hand(url: str, text: str, author: str | None, now: datetime) -> Post:
    """A post of no configured source, known by its address."""
    if not text.strip():
        raise ListenerError("the text is empty", where=url[:200], mend="paste what was said there")
    return Post(
        source=BY_HAND, kind=BY_HAND, native_id=url, url=url, text=text.strip(), author=author or None, seen_at=now
    )
