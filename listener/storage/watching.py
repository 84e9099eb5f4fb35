"""Who watches which ticket, and what of it they were told and saw."""

import itertools
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from listener.model import EventKind
from listener.storage import schema as t
from listener.storage.sql import upsert_ignoring
from listener.watching import WATCHED, Happened

_MOST = 2000
_KINDS = [kind.value for kind in WATCHED]


class Watching:
    """One transaction's view of watchers."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def watch(self, ticket_id: int, user: str, on: bool) -> bool:
        """Begins or ends watching; what happened before is no news. False: it was so already."""
        if on:
            last = self._last(ticket_id)
            insert = upsert_ignoring(self._db, t.watchers)
            done = self._db.execute(insert.values(ticket_id=ticket_id, user=user, told=last, seen=last))
        else:
            mine = (t.watchers.c.ticket_id == ticket_id) & (t.watchers.c.user == user)
            done = self._db.execute(t.watchers.delete().where(mine))
        return bool(done.rowcount == 1)

    def _last(self, ticket_id: int) -> int:
        last = sa.select(sa.func.coalesce(sa.func.max(t.events.c.id), 0)).where(t.events.c.ticket_id == ticket_id)
        return int(self._db.execute(last).scalar_one())

    def watchers(self, ticket_id: int) -> tuple[str, ...]:
        """Who watches a ticket, by name."""
        found = sa.select(t.watchers.c.user).where(t.watchers.c.ticket_id == ticket_id).order_by(t.watchers.c.user)
        return tuple(self._db.execute(found).scalars())

    def watched(self, user: str, limit: int) -> tuple[int, ...]:
        """Ids of the tickets that somebody watches, the latest first."""
        mine = sa.select(t.watchers.c.ticket_id).where(t.watchers.c.user == user)
        return tuple(self._db.execute(mine.order_by(t.watchers.c.ticket_id.desc()).limit(limit)).scalars())

    # --- telling ------------------------------------------------------------------------------------------

    def untold(self, before: datetime) -> tuple[Happened, ...]:
        """What happened to watched tickets before a time that their watchers were not told of, oldest first. Nothing
        behind the first that is younger: who is told of an event counts as told of all before it."""
        happened = self._happened(t.events.c.id > t.watchers.c.told)
        return tuple(itertools.takewhile(lambda one: one.at <= before, happened))

    def told_at(self, user: str) -> datetime | None:
        """When somebody was told of anything last."""
        last = sa.select(sa.func.max(t.watchers.c.told_at)).where(t.watchers.c.user == user)
        return self._db.execute(last).scalar()

    def told(self, user: str, event_id: int, now: datetime | None) -> None:
        """They know of everything up to an event. now: they were told just now, None: there was nothing to tell."""
        mine = (t.watchers.c.user == user) & (t.watchers.c.told < event_id)
        values: dict[str, Any] = {"told": event_id} | ({"told_at": now} if now else {})
        self._db.execute(t.watchers.update().where(mine).values(**values))

    # --- seeing -------------------------------------------------------------------------------------------

    def unseen(self, user: str) -> tuple[Happened, ...]:
        """What happened to the tickets that somebody watches since they looked at each, oldest first."""
        return self._happened((t.watchers.c.user == user) & (t.events.c.id > t.watchers.c.seen))

    def see(self, ticket_id: int, user: str) -> None:
        """They look at it now."""
        mine = (t.watchers.c.ticket_id == ticket_id) & (t.watchers.c.user == user)
        last = self._last(ticket_id)
        if self._db.execute(sa.select(t.watchers.c.user).where(mine, t.watchers.c.seen < last)).first() is not None:
            self._db.execute(t.watchers.update().where(mine).values(seen=last))

    def _happened(self, which: sa.ColumnElement[bool]) -> tuple[Happened, ...]:
        rows = self._db.execute(
            sa.select(t.watchers.c.user, t.events, t.replies.c.approved_by)
            .join(t.events, t.events.c.ticket_id == t.watchers.c.ticket_id)
            .outerjoin(t.replies, t.replies.c.id == t.events.c.reply_id)
            .where(which, t.events.c.kind.in_(_KINDS))
            .order_by(t.events.c.id)
            .limit(_MOST)
        ).all()
        authors = self._authors([row.ticket_id for row in rows], [row.payload.get("post") for row in rows])
        return tuple(
            Happened(
                user=row.user,
                ticket_id=row.ticket_id,
                event_id=row.id,
                at=row.created_at,
                kind=EventKind(row.kind),
                payload=row.payload,
                replied_by=row.approved_by,
                by_author=(row.ticket_id, row.payload.get("post")) in authors,
            )
            for row in rows
        )

    def _authors(self, tickets: Sequence[int], posts: Sequence[Any]) -> frozenset[tuple[int, int]]:
        """(ticket, post) for those of the posts that the author of the ticket's first post wrote."""
        wanted = [post for post in posts if isinstance(post, int)]
        if not wanted:
            return frozenset()
        first = (
            sa.select(t.ticket_posts.c.ticket_id, sa.func.min(t.ticket_posts.c.post_id).label("post_id"))
            .where(t.ticket_posts.c.ticket_id.in_(set(tickets)))
            .group_by(t.ticket_posts.c.ticket_id)
            .subquery()
        )
        opening, later = t.posts.alias("opening"), t.posts.alias("later")
        same = (later.c.source == opening.c.source) & (later.c.author == opening.c.author)
        rows = self._db.execute(
            sa.select(first.c.ticket_id, later.c.id)
            .join(opening, opening.c.id == first.c.post_id)
            .join(later, same)
            .where(later.c.id.in_(set(wanted)))
        )
        return frozenset((row.ticket_id, row.id) for row in rows)
