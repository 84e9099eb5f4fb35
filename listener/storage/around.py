"""What stands around a whole batch of posts, asked in a few statements however many posts there are: the tickets of
their threads, what their authors said before, what those tickets hold."""

import functools
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from listener.alerting import Nearby
from listener.errors import Conflict
from listener.model import EventKind, Ticket, TicketState, Topic
from listener.storage import schema as t
from listener.storage.sql import upsert_ignoring
from listener.storage.tickets import ANSWERED, ticket_from

_CHUNK = 500  # of bound parameters a statement
# The planner of SQLite would rather walk through all tickets that are not resolved, however many there are
_UNRESOLVED = (t.tickets.c.state + "") != TicketState.RESOLVED.value
_HELD = t.ticket_posts.join(t.posts, t.posts.c.id == t.ticket_posts.c.post_id)

# Built once: building a statement costs several times what running it does.
_SOURCE: sa.BindParameter[Any] = sa.bindparam("source")


def _any(name: str) -> sa.BindParameter[Any]:
    return sa.bindparam(name, expanding=True)


_TICKETS = sa.select(t.tickets).where(t.tickets.c.id.in_(_any("ids"))).order_by(t.tickets.c.id).with_for_update()
_OF_THREADS = (
    sa.select(t.tickets)
    .where(
        t.tickets.c.source == _SOURCE,
        t.tickets.c.thread_key.in_(_any("threads")),
        t.tickets.c.state != TicketState.RESOLVED.value,
    )
    .order_by(t.tickets.c.id)
    .with_for_update()
)
_HOLDING_THREADS = (
    sa.select(t.posts.c.thread_key, t.ticket_posts.c.ticket_id)
    .select_from(_HELD.join(t.tickets, t.tickets.c.id == t.ticket_posts.c.ticket_id))
    .where(t.posts.c.source == _SOURCE, t.posts.c.thread_key.in_(_any("threads")), _UNRESOLVED)
    .distinct()
)
_HOLDING = sa.select(t.ticket_posts.c.post_id, t.ticket_posts.c.ticket_id).where(
    t.ticket_posts.c.post_id.in_(_any("posts"))
)
_VOICES = (
    sa.select(
        t.posts.c.author,
        t.posts.c.thread_key,
        t.posts.c.seen_at,
        t.ticket_posts.c.post_id,
        t.ticket_posts.c.ticket_id,
    )
    .select_from(_HELD)
    .where(t.posts.c.source == _SOURCE, t.posts.c.author.in_(_any("authors")))
)
_LAST_ANSWERS = (
    sa.select(t.replies.c.ticket_id, sa.func.max(t.replies.c.approved_at).label("at"))
    .where(t.replies.c.ticket_id.in_(_any("tickets")), t.replies.c.state.in_(ANSWERED))
    .group_by(t.replies.c.ticket_id)
)
_PLACES = (
    sa.select(t.ticket_posts.c.ticket_id, t.posts.c.source, t.posts.c.thread_key)
    .select_from(_HELD)
    .where(t.ticket_posts.c.ticket_id.in_(_any("tickets")))
    .distinct()
)
_FIRST = (
    sa.select(t.tickets.c.id, sa.func.min(t.ticket_posts.c.post_id).label("post_id"))
    .join(t.ticket_posts, t.ticket_posts.c.ticket_id == t.tickets.c.id)
    .where(
        t.tickets.c.brand == sa.bindparam("brand"),
        t.tickets.c.state == TicketState.OPEN.value,
        (t.tickets.c.opened_at >= sa.bindparam("since", type_=t.Utc())) | t.tickets.c.incident,
    )
    .group_by(t.tickets.c.id)
    .subquery()
)
_NEARBY = (
    sa.select(
        t.tickets.c.id,
        *(t.tickets.c[name] for name in ("updated_at", "incident", "assignee", "first_response_at")),
        t.classifications.c.topics,
        t.posts.c.published_at,
        t.posts.c.seen_at,
    )
    .select_from(_FIRST)
    .join(t.tickets, t.tickets.c.id == _FIRST.c.id)
    .join(t.posts, t.posts.c.id == _FIRST.c.post_id)
    .join(t.classifications, t.classifications.c.post_id == _FIRST.c.post_id)
)
_WAITING = sa.select(t.events.c.ticket_id).where(
    t.events.c.ticket_id.in_(_any("tickets")), t.events.c.kind == sa.bindparam("kind"), t.events.c.due_at.is_not(None)
)


@dataclass(frozen=True, slots=True)
class Voice:
    """That a ticket holds a post of somebody."""

    author: str
    ticket_id: int
    post_id: int
    thread_key: str
    seen_at: datetime


class Around:
    """One transaction's view of it. Nothing here costs more statements for more posts, up to some hundreds."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def tickets(self, ids: Collection[int]) -> tuple[Ticket, ...]:
        """Tickets by their ids, locked until commit, in one order for everybody so that nobody waits in a circle."""
        return tuple(ticket_from(row) for row in self._rows(_TICKETS, "ids", ids))

    def of_threads(self, source: str, threads: Collection[str]) -> tuple[Ticket, ...]:
        """The tickets that are these threads' own and not resolved, locked until commit."""
        return tuple(ticket_from(row) for row in self._rows(_OF_THREADS, "threads", threads, source=source))

    def holding_threads(self, source: str, threads: Collection[str]) -> dict[str, set[int]]:
        """Thread -> the tickets, not resolved, that hold any post of it."""
        found: dict[str, set[int]] = {}
        for row in self._rows(_HOLDING_THREADS, "threads", threads, source=source):
            found.setdefault(row.thread_key, set()).add(row.ticket_id)
        return found

    def holding(self, posts: Collection[int]) -> dict[int, set[int]]:
        """Post -> the tickets that it is in, resolved ones too."""
        found: dict[int, set[int]] = {post_id: set() for post_id in posts}
        for row in self._rows(_HOLDING, "posts", posts):
            found[row.post_id].add(row.ticket_id)
        return found

    def voices(self, source: str, authors: Collection[str]) -> tuple[Voice, ...]:
        """Posts of these authors that are in tickets, resolved ones too."""
        rows = self._rows(_VOICES, "authors", authors, source=source)
        return tuple(Voice(row.author, row.ticket_id, row.post_id, row.thread_key, row.seen_at) for row in rows)

    def answered(self, tickets: Collection[int]) -> dict[int, datetime]:
        """Ticket -> when our last reply in it was approved; no entry: never answered."""
        return {row.ticket_id: row.at for row in self._rows(_LAST_ANSWERS, "tickets", tickets)}

    def places(self, tickets: Collection[int]) -> dict[int, set[tuple[str, str]]]:
        """Ticket -> the threads (source, key) of the posts that it holds."""
        found: dict[int, set[tuple[str, str]]] = {ticket_id: set() for ticket_id in tickets}
        for row in self._rows(_PLACES, "tickets", tickets):
            found[row.ticket_id].add((row.source, row.thread_key))
        return found

    def nearby(self, brand: str, since: datetime) -> tuple[Nearby, ...]:
        """Open tickets of a brand that were opened since a time, and its open incidents, whenever; those left out
        whose first post nobody classified."""
        return tuple(
            Nearby(
                ticket_id=row.id,
                topics=frozenset(map(Topic, row.topics)),
                said_at=row.published_at or row.seen_at,
                active_at=row.updated_at,
                incident=row.incident,
                free=row.assignee is None and row.first_response_at is None,
            )
            for row in self._db.execute(_NEARBY, {"brand": brand, "since": since})
        )

    def waiting(self, tickets: Collection[int], kind: EventKind) -> frozenset[int]:
        """Those of these tickets of which an event of this kind still waits."""
        return frozenset(row.ticket_id for row in self._rows(_WAITING, "tickets", tickets, kind=kind.value))

    def _rows(
        self, statement: sa.Select[Any], name: str, values: Collection[Any], **more: str
    ) -> Iterator[sa.Row[Any]]:
        """Rows of a statement for any number of values."""
        ordered = sorted(values)
        for at in range(0, len(ordered), _CHUNK):
            yield from self._db.execute(statement, {name: ordered[at : at + _CHUNK], **more})

    # --- writing ----------------------------------------------------------------------------------------------

    def attach(self, pairs: Sequence[tuple[int, int]], now: datetime) -> None:
        """Puts posts into tickets: (ticket, post), each once."""
        rows = [{"ticket_id": ticket_id, "post_id": post_id, "added_at": now} for ticket_id, post_id in pairs]
        if rows:
            self._db.execute(upsert_ignoring(self._db, t.ticket_posts), rows)

    def change(self, changes: Sequence[tuple[int, int, dict[str, Any]]]) -> None:
        """Writes columns of tickets: (ticket, version that it has now, columns). Conflict where somebody else was
        faster with any of them."""
        alike: dict[frozenset[str], list[dict[str, Any]]] = {}
        for ticket_id, version, values in changes:
            which = {"which_ticket": ticket_id, "which_version": version}
            alike.setdefault(frozenset(values), []).append({**which, **{f"new_{k}": v for k, v in values.items()}})
        for names, rows in alike.items():
            done = self._db.execute(_changing(names), rows)
            if done.rowcount != len(rows):
                raise Conflict(
                    "somebody else changed a ticket meanwhile",
                    where=f"one of {len(rows)} tickets",
                    mend="look again, then decide",
                )


@functools.cache
def _changing(names: frozenset[str]) -> sa.Update:
    values: dict[str, Any] = {name: sa.bindparam(f"new_{name}") for name in sorted(names)}
    same = (t.tickets.c.id == sa.bindparam("which_ticket"), t.tickets.c.version == sa.bindparam("which_version"))
    return t.tickets.update().where(*same).values(values)
