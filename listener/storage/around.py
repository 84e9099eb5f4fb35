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
        return tuple(
            ticket_from(row)
            for chunk in _chunks(sorted(ids))
            for row in self._db.execute(
                sa.select(t.tickets).where(t.tickets.c.id.in_(chunk)).order_by(t.tickets.c.id).with_for_update()
            )
        )

    def of_threads(self, source: str, threads: Collection[str]) -> frozenset[int]:
        """The tickets that are these threads' own and not resolved."""
        return frozenset(
            ticket_id
            for chunk in _chunks(sorted(threads))
            for ticket_id in self._db.execute(
                sa.select(t.tickets.c.id).where(
                    t.tickets.c.source == source,
                    t.tickets.c.thread_key.in_(chunk),
                    t.tickets.c.state != TicketState.RESOLVED.value,
                )
            ).scalars()
        )

    def holding_threads(self, source: str, threads: Collection[str]) -> dict[str, set[int]]:
        """Thread -> the tickets, not resolved, that hold any post of it."""
        found: dict[str, set[int]] = {}
        for chunk in _chunks(sorted(threads)):
            rows = self._db.execute(
                sa.select(t.posts.c.thread_key, t.ticket_posts.c.ticket_id)
                .select_from(_HELD.join(t.tickets, t.tickets.c.id == t.ticket_posts.c.ticket_id))
                .where(t.posts.c.source == source, t.posts.c.thread_key.in_(chunk), _UNRESOLVED)
                .distinct()
            )
            for row in rows:
                found.setdefault(row.thread_key, set()).add(row.ticket_id)
        return found

    def holding(self, posts: Collection[int]) -> dict[int, set[int]]:
        """Post -> the tickets that it is in, resolved ones too."""
        found: dict[int, set[int]] = {post_id: set() for post_id in posts}
        for chunk in _chunks(sorted(posts)):
            rows = self._db.execute(
                sa.select(t.ticket_posts.c.post_id, t.ticket_posts.c.ticket_id).where(
                    t.ticket_posts.c.post_id.in_(chunk)
                )
            )
            for row in rows:
                found[row.post_id].add(row.ticket_id)
        return found

    def voices(self, source: str, authors: Collection[str]) -> tuple[Voice, ...]:
        """Posts of these authors that are in tickets, resolved ones too."""
        return tuple(
            Voice(row.author, row.ticket_id, row.post_id, row.thread_key, row.seen_at)
            for chunk in _chunks(sorted(authors))
            for row in self._db.execute(
                sa.select(
                    t.posts.c.author,
                    t.posts.c.thread_key,
                    t.posts.c.seen_at,
                    t.ticket_posts.c.post_id,
                    t.ticket_posts.c.ticket_id,
                )
                .select_from(_HELD)
                .where(t.posts.c.source == source, t.posts.c.author.in_(chunk))
            )
        )

    def answered(self, tickets: Collection[int]) -> dict[int, datetime]:
        """Ticket -> when our last reply in it was approved; no entry: never answered."""
        found: dict[int, datetime] = {}
        for chunk in _chunks(sorted(tickets)):
            last = sa.func.max(t.replies.c.approved_at)
            rows = self._db.execute(
                sa.select(t.replies.c.ticket_id, last.label("at"))
                .where(t.replies.c.ticket_id.in_(chunk), t.replies.c.state.in_(ANSWERED))
                .group_by(t.replies.c.ticket_id)
            )
            found |= {row.ticket_id: row.at for row in rows}
        return found

    def places(self, tickets: Collection[int]) -> dict[int, set[tuple[str, str]]]:
        """Ticket -> the threads (source, key) of the posts that it holds."""
        found: dict[int, set[tuple[str, str]]] = {ticket_id: set() for ticket_id in tickets}
        for chunk in _chunks(sorted(tickets)):
            rows = self._db.execute(
                sa.select(t.ticket_posts.c.ticket_id, t.posts.c.source, t.posts.c.thread_key)
                .select_from(_HELD)
                .where(t.ticket_posts.c.ticket_id.in_(chunk))
                .distinct()
            )
            for row in rows:
                found[row.ticket_id].add((row.source, row.thread_key))
        return found

    def nearby(self, brand: str, since: datetime) -> tuple[Nearby, ...]:
        """Open tickets of a brand that were opened since a time, and its open incidents, whenever; those left out
        whose first post nobody classified."""
        fresh = (t.tickets.c.opened_at >= since) | t.tickets.c.incident
        first = (
            sa.select(t.tickets.c.id, sa.func.min(t.ticket_posts.c.post_id).label("post_id"))
            .join(t.ticket_posts, t.ticket_posts.c.ticket_id == t.tickets.c.id)
            .where(t.tickets.c.brand == brand, t.tickets.c.state == TicketState.OPEN.value, fresh)
            .group_by(t.tickets.c.id)
            .subquery()
        )
        names = ("updated_at", "incident", "assignee", "first_response_at")
        rows = self._db.execute(
            sa.select(
                t.tickets.c.id,
                *(t.tickets.c[name] for name in names),
                t.classifications.c.topics,
                t.posts.c.published_at,
                t.posts.c.seen_at,
            )
            .select_from(first)
            .join(t.tickets, t.tickets.c.id == first.c.id)
            .join(t.posts, t.posts.c.id == first.c.post_id)
            .join(t.classifications, t.classifications.c.post_id == first.c.post_id)
        )
        return tuple(
            Nearby(
                ticket_id=row.id,
                topics=frozenset(map(Topic, row.topics)),
                said_at=row.published_at or row.seen_at,
                active_at=row.updated_at,
                incident=row.incident,
                free=row.assignee is None and row.first_response_at is None,
            )
            for row in rows
        )

    def waiting(self, tickets: Collection[int], kind: EventKind) -> frozenset[int]:
        """Those of these tickets of which an event of this kind still waits."""
        waits = (t.events.c.kind == kind.value) & t.events.c.due_at.is_not(None)
        return frozenset(
            ticket_id
            for chunk in _chunks(sorted(tickets))
            for ticket_id in self._db.execute(
                sa.select(t.events.c.ticket_id).where(t.events.c.ticket_id.in_(chunk), waits)
            ).scalars()
        )

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


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (values[at : at + _CHUNK] for at in range(0, len(values), _CHUNK))
