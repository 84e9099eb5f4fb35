"""What places sent us by themselves and is not read yet, as it came."""

import hashlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from listener.storage import schema as t
from listener.storage.sql import upsert_ignoring

SLACK = "[slack]"
"""Under which clicks lie here too (listener.storage.clicks): no source can be called so, brackets name tables."""


_DUE = (
    sa.select(t.arrivals)
    .where(
        t.arrivals.c.due_at <= sa.bindparam("now", type_=t.Utc()),
        t.arrivals.c.source.in_(sa.bindparam("sources", expanding=True)),
    )
    .order_by(t.arrivals.c.id)
    .limit(sa.bindparam("at_most"))
)
_DONE = t.arrivals.delete().where(t.arrivals.c.id.in_(sa.bindparam("ids", expanding=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """One request as it came, its signature found right. headers: lower-case names; received_at: UTC."""

    source: str
    headers: Mapping[str, str]
    body: bytes
    received_at: datetime

    @property
    def digest(self) -> str:
        """The same for the same body from the same source: that is how a repeated sending is known."""
        return hashlib.sha256(self.body).hexdigest()


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """One that waits. attempts: how often reading it failed."""

    id: int
    sent: Sent
    attempts: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """What a person has to look at: how many of a source could not be read, and why the last of them could not."""

    source: str
    count: int
    error: str


class Arrivals:
    """One transaction's view of them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def add(self, several: Sequence[Sent]) -> None:
        """Keeps them, due at once. What lies there already is the same row."""
        if not several:
            return
        rows = [
            {
                "source": sent.source,
                "headers": dict(sent.headers),
                "body": sent.body,
                "digest": sent.digest,
                "received_at": sent.received_at,
                "attempts": 0,
                "due_at": sent.received_at,
            }
            for sent in several
        ]
        self._db.execute(upsert_ignoring(self._db, t.arrivals), rows)

    def due(self, sources: Collection[str], now: datetime, limit: int) -> tuple[Arrival, ...]:
        """Those of these sources that may be looked at, in the order in which they came."""
        rows = self._db.execute(_DUE, {"now": now, "sources": list(sources), "at_most": limit})
        return tuple(_arrival(row) for row in rows)

    def done(self, ids: Sequence[int]) -> None:
        """Takes them away: what they told of is stored in this very transaction."""
        if ids:
            self._db.execute(_DONE, {"ids": list(ids)})

    def failed(self, arrival: Arrival, error: str, due_at: datetime | None) -> None:
        """Keeps why it could not be read, and when to try again (None: a person has to look)."""
        self._db.execute(
            t.arrivals.update()
            .where(t.arrivals.c.id == arrival.id)
            .values(attempts=arrival.attempts + 1, error=error, due_at=due_at)
        )

    def drop_stuck(self, before: datetime) -> int:
        """Takes away what could not be read and came before a time; how many."""
        which = t.arrivals.c.due_at.is_(None) & (t.arrivals.c.received_at < before)
        return self._db.execute(t.arrivals.delete().where(which)).rowcount

    def stuck(self) -> tuple[Stuck, ...]:
        """What could not be read, by source."""
        last = (
            sa.select(sa.func.max(t.arrivals.c.id).label("id"), sa.func.count().label("number"))
            .where(t.arrivals.c.due_at.is_(None))
            .group_by(t.arrivals.c.source)
            .subquery()
        )
        rows = self._db.execute(
            sa.select(t.arrivals.c.source, t.arrivals.c.error, last.c.number)
            .join(last, last.c.id == t.arrivals.c.id)
            .order_by(t.arrivals.c.source)
        )
        return tuple(Stuck(source=row.source, count=row.number, error=row.error or "") for row in rows)

    def waiting(self) -> int:
        """How many are not read yet, the stuck ones left out."""
        count = sa.select(sa.func.count()).where(t.arrivals.c.due_at.is_not(None), t.arrivals.c.source != SLACK)
        return int(self._db.execute(count).scalar_one())


def _arrival(row: sa.Row[tuple[object, ...]]) -> Arrival:
    sent = Sent(source=row.source, headers=row.headers, body=bytes(row.body), received_at=row.received_at)
    return Arrival(id=row.id, sent=sent, attempts=row.attempts)
