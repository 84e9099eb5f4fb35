"""The tickets around a batch of posts: read at once, changed in memory post by post, written at once.

A post sees what the posts before it did, as if each were taken in alone; the database sees a few statements. Use it
inside one transaction, for posts of one source, and write() at its end.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from listener.alerting import Nearby
from listener.errors import Conflict
from listener.model import (
    Classification,
    EventKind,
    Mention,
    Post,
    Priority,
    Ticket,
    TicketChange,
    TicketState,
)
from listener.storage import Told, Transaction, Voice, stamped
from listener.storage import ticket_columns as columns

SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A kept post that matched: its row, what matched, what the model says. edited: it was known before."""

    post: Post
    post_id: int
    mention: Mention
    opinion: Classification
    edited: bool = False

    @property
    def said_at(self) -> datetime:
        """When it was written, as far as anybody knows."""
        return self.post.published_at or self.post.seen_at


@dataclass(slots=True)
class _Written:
    """What waits to be written. changes: ticket -> columns; notes: action, detail, ticket."""

    attached: list[tuple[int, int]] = field(default_factory=list)
    changes: dict[int, dict[str, Any]] = field(default_factory=dict)
    told: list[Told] = field(default_factory=list)
    notes: list[tuple[str, str, int]] = field(default_factory=list)


class Book:
    """found: every mention that will be asked about. now: of all that is written. new: rows of posts that nobody can
    have put into a ticket yet."""

    def __init__(
        self,
        tx: Transaction,
        source: str,
        found: Sequence[Found],
        now: datetime,
        new: frozenset[int] = frozenset(),
    ) -> None:
        self.tx = tx
        self.now = now
        self._source = source
        self._found = found
        self._new = new
        self._waits = _Written()
        self._read()

    def read_anew(self) -> None:
        """After something was changed past the book."""
        self._new = frozenset()
        self._read()

    def _read(self) -> None:
        """Reads all of it."""
        around, posts = self.tx.around, [one.post for one in self._found]
        self._tickets: dict[int, Ticket] = {}
        self._kept: dict[int, int] = {}
        self._places: dict[int, set[tuple[str, str]]] = {}
        self._answered: dict[int, datetime] = {}
        self._near: dict[str, dict[int, Nearby]] = {}
        self._told: dict[tuple[int, EventKind], bool] = {}
        self._voices: dict[str, list[Voice]] = {}
        for voice in around.voices(self._source, {post.author for post in posts if post.author is not None}):
            self._voices.setdefault(voice.author, []).append(voice)
        self._of_post: dict[int, set[int]] = {one.post_id: set() for one in self._found}
        self._of_post |= around.holding({one.post_id for one in self._found} - self._new)
        self._own: dict[tuple[str, str, str], int] = {}
        self._of_thread: dict[str, set[int]] = {}
        self._take(around.of_threads(self._source, {post.thread_key for post in posts}))
        here = {(post.thread_key, post.author) for post in posts}
        spoken = {v.ticket_id for of in self._voices.values() for v in of if (v.thread_key, v.author) in here}
        self._load(spoken.union(*self._of_post.values()))
        without = {one.post.thread_key for one in self._found if _own(one.post, one.mention) not in self._own}
        self._of_thread = around.holding_threads(self._source, without)
        self._load(frozenset().union(*self._of_thread.values()))

    def _load(self, ids: Collection[int]) -> None:
        """Tickets that are not there yet."""
        new = [ticket_id for ticket_id in ids if ticket_id not in self._tickets]
        if new:
            self._take(self.tx.around.tickets(new))

    def _take(self, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            self._kept[ticket.id] = ticket.version
            self._put(ticket)
        self._around(*(ticket.id for ticket in tickets if ticket.state is not TicketState.RESOLVED))

    def _around(self, *tickets: int) -> None:
        """What is asked of tickets that may take a post in."""
        self._answered |= self.tx.around.answered(tickets)
        self._places |= self.tx.around.places(tickets)

    def _put(self, ticket: Ticket) -> None:
        self._tickets[ticket.id] = ticket
        if ticket.source == self._source and ticket.state is not TicketState.RESOLVED:
            self._own[ticket.thread_key, ticket.brand, ticket.query] = ticket.id

    # --- asking -----------------------------------------------------------------------------------------------

    def one(self, ticket_id: int) -> Ticket:
        """A ticket that this book spoke of."""
        self._load([ticket_id])
        return self._tickets[ticket_id]

    def open_one(self, post: Post, mention: Mention) -> Ticket | None:
        """The ticket that is not resolved for the thread of a post and a query: the one that a person made out of what
        this author said there, the thread's own, or the one that the thread joined with a copy of what it is about."""
        said = {voice.ticket_id for voice in self._said_here(post)}
        split = self._first(said, mention, lambda ticket: ticket.split_from is not None)
        if split is not None:
            return split
        own = self._tickets.get(self._own.get(_own(post, mention), -1))
        if own is not None and own.state is not TicketState.RESOLVED and own.thread_key == post.thread_key:
            return own
        return self._first(self._of_thread.get(post.thread_key, ()), mention)

    def expect(self, posts: Collection[int]) -> None:
        """It will be asked which tickets hold these: reads that at once."""
        unknown = [post_id for post_id in posts if post_id not in self._of_post]
        if unknown:
            self._of_post |= self.tx.around.holding(unknown)
        self._load(frozenset().union(*(self._of_post[post_id] for post_id in posts)))

    def open_with(self, posts: Collection[int], mention: Mention) -> Mapping[int, Ticket]:
        """Post -> the ticket of a query that holds it and is not resolved, where there is one."""
        self.expect(posts)
        held = {post_id: self._first(self._of_post[post_id], mention) for post_id in posts}
        return {post_id: ticket for post_id, ticket in held.items() if ticket is not None}

    def has_post(self, post_id: int, mention: Mention) -> bool:
        """Whether any ticket of this query, resolved ones too, holds the post."""
        return any(_is_of(self.one(ticket_id), mention) for ticket_id in self._of_post[post_id])

    def resolved_of(self, post: Post, mention: Mention, since: datetime) -> Ticket | None:
        """The latest ticket of this thread and query that was resolved since a time and holds a post of the same
        author; not one that went into another, nor one that people called not relevant."""
        fitting = [
            (ticket.resolved_at, ticket.id)
            for ticket in map(self.one, {voice.ticket_id for voice in self._said_here(post)})
            if _is_of(ticket, mention)
            and ticket.state is TicketState.RESOLVED
            and ticket.merged_into is None
            and ticket.relevant is not False
            and ticket.resolved_at is not None
            and ticket.resolved_at >= since
        ]
        return self._tickets[max(fitting)[1]] if fitting else None

    def standing(self, ticket: Ticket, post: Post) -> tuple[bool, int]:
        """Whether a ticket holds an earlier post of the same author, and how many threads it has with this one."""
        by_author = any(voice.ticket_id == ticket.id for voice in self._said(post))
        return by_author, len(self._places[ticket.id] | {(self._source, post.thread_key)})

    def unanswered(self, ticket: Ticket, post: Post) -> int:
        """How many posts of the same author the ticket holds that came after our last reply in it."""
        last = self._answered.get(ticket.id)
        mine = (voice for voice in self._said(post) if voice.ticket_id == ticket.id)
        return sum(last is None or voice.seen_at > last for voice in mine)

    def earlier_of(self, post: Post) -> int:
        """How many tickets hold posts of the same author at the same place."""
        return len({voice.ticket_id for voice in self._said(post)})

    def nearby(self, brand: str, since: datetime) -> tuple[Nearby, ...]:
        """Open tickets of a brand that were opened since a time, and its open incidents, whenever."""
        if brand not in self._near:
            self._near[brand] = {near.ticket_id: near for near in self.tx.around.nearby(brand, since)}
        return tuple(
            near if ticket is None else _now(near, ticket)
            for near in self._near[brand].values()
            if (ticket := self._tickets.get(near.ticket_id)) is None or ticket.state is TicketState.OPEN
        )

    def waits(self, ticket_id: int, kind: EventKind) -> bool:
        """Whether an event of this kind about a ticket still waits."""
        if (ticket_id, kind) not in self._told:
            self._told[ticket_id, kind] = ticket_id in self.tx.around.waiting([ticket_id], kind)
        return self._told[ticket_id, kind]

    def _said(self, post: Post) -> Sequence[Voice]:
        return () if post.author is None else self._voices.get(post.author, ())

    def _said_here(self, post: Post) -> Sequence[Voice]:
        return [voice for voice in self._said(post) if voice.thread_key == post.thread_key]

    def _first(
        self, ids: Collection[int], mention: Mention, which: Callable[[Ticket], bool] = lambda ticket: True
    ) -> Ticket | None:
        tickets = (self._tickets[ticket_id] for ticket_id in sorted(ids))
        open_ones = (one for one in tickets if _is_of(one, mention) and one.state is not TicketState.RESOLVED)
        return next(filter(which, open_ones), None)

    # --- doing ------------------------------------------------------------------------------------------------

    def open(self, found: Found, change: TicketChange, **more: Any) -> Ticket:
        """Opens a ticket that holds the post. The database refuses (IntegrityError) a second open one."""
        ticket = self.tx.tickets.opened(found.post, found.mention, change, self.now, **more)
        self._kept[ticket.id] = ticket.version
        self._places[ticket.id] = set()
        self._put(ticket)
        self.attach(ticket.id, found)
        if ticket.brand in self._near:
            self._near[ticket.brand][ticket.id] = Nearby(
                ticket_id=ticket.id,
                topics=frozenset(found.opinion.topics),
                said_at=found.said_at,
                active_at=ticket.updated_at,
                incident=ticket.incident,
                free=True,
            )
        return ticket

    def attach(self, ticket_id: int, found: Found) -> None:
        """Puts a post into a ticket; once."""
        post, holding = found.post, self._of_post[found.post_id]
        if ticket_id in holding:
            return
        holding.add(ticket_id)
        self._waits.attached.append((ticket_id, found.post_id))
        self._of_thread.setdefault(post.thread_key, set()).add(ticket_id)
        self._places[ticket_id].add((self._source, post.thread_key))
        if post.author is not None:
            voice = Voice(post.author, ticket_id, found.post_id, post.thread_key, post.seen_at)
            self._voices.setdefault(post.author, []).append(voice)

    def change(self, ticket: Ticket, **values: Any) -> Ticket:
        """Changes columns, with the times that follow from it (Tickets.change). Conflict where the ticket is not as
        this book has it."""
        if self._tickets[ticket.id].version != ticket.version:
            raise Conflict("this ticket changed meanwhile", where=f"ticket {ticket.id}", mend="look again, then decide")
        values = stamped(ticket, values, self.now)
        for name in ("reasons", "tags", "skills"):
            if name in values:
                values[name] = tuple(values[name])
        changed = replace(ticket, **values)
        self._waits.changes.setdefault(ticket.id, {}).update(columns(values))
        self._put(changed)
        if ticket.state is TicketState.RESOLVED and changed.state is not TicketState.RESOLVED:
            self._open_again(ticket.id)
        return changed

    def _open_again(self, ticket_id: int) -> None:
        """It may take in what is said in any thread that it has a post of."""
        if ticket_id not in self._places:
            self._around(ticket_id)
        for source, thread_key in self._places[ticket_id]:
            if source == self._source:
                self._of_thread.setdefault(thread_key, set()).add(ticket_id)

    def tell(self, kind: EventKind, ticket_id: int, payload: Mapping[str, Any], priority: Priority | None) -> None:
        """Tells people of it, as soon as this is written."""
        rank = priority.rank if priority else 0
        self._waits.told.append(Told(kind=kind, ticket_id=ticket_id, payload=payload, rank=rank))
        self._told[ticket_id, kind] = True

    def note(self, action: str, detail: str, ticket_id: int) -> None:
        """Adds a line to the audit log: the system did it."""
        self._waits.notes.append((action, detail, ticket_id))

    def write(self) -> None:
        """Writes all that waits. Conflict where somebody else changed one of the tickets meanwhile."""
        waits, self._waits = self._waits, _Written()
        self.tx.around.attach(waits.attached, self.now)
        self.tx.around.change([(one, self._kept[one], values) for one, values in waits.changes.items()])
        self._kept |= {one: self._tickets[one].version for one in waits.changes}
        self.tx.outbox.add_all(waits.told, self.now)
        self.tx.people.note_all(self.now, SYSTEM, waits.notes)


def _own(post: Post, mention: Mention) -> tuple[str, str, str]:
    return post.thread_key, mention.query.brand, mention.query.expression


def _is_of(ticket: Ticket, mention: Mention) -> bool:
    return ticket.brand == mention.query.brand and ticket.query == mention.query.expression


def _now(near: Nearby, ticket: Ticket) -> Nearby:
    """The same after what was done to the ticket meanwhile."""
    free = ticket.assignee is None and ticket.first_response_at is None
    return replace(near, active_at=ticket.updated_at, incident=ticket.incident, free=free)
