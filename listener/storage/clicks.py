"""What people pressed or wrote in Slack and what is not done yet, kept before Slack hears that we have it.

Rows of the table of arrivals under a name that no source can have. What is done stays for a day without its contents,
so that the same click is known when it comes once more.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

import sqlalchemy as sa

from listener.storage import schema as t
from listener.storage.arrivals import SLACK
from listener.storage.sql import upsert_ignoring

REMEMBERED = timedelta(days=1)
_mine = t.arrivals.c.source == SLACK
_open = _mine & (t.arrivals.c.body != b"") & t.arrivals.c.due_at.is_not(None)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptClick:
    """One that is not done. kind: of what envelope; body: its payload as JSON; attempts: how often it was begun again
    after a crash."""

    id: int
    kind: str
    body: bytes
    received_at: datetime
    attempts: int


class Clicks:
    """One transaction's view of them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def keep(self, kind: str, body: bytes, known_by: str, now: datetime) -> int | None:
        """Keeps one; its number. None: it is known already, done or in hand. known_by: the same for the same click."""
        row = {
            "source": SLACK, "headers": {"kind": kind}, "body": body, "received_at": now, "due_at": now, "attempts": 0,
            "digest": hashlib.sha256(f"{kind} {known_by}".encode()).hexdigest(),
        }  # fmt: skip
        return self._db.execute(upsert_ignoring(self._db, t.arrivals).values(row).returning(t.arrivals.c.id)).scalar()

    def left(self) -> tuple[KeptClick, ...]:
        """All that is not done, in the order in which it came."""
        rows = self._db.execute(sa.select(t.arrivals).where(_open).order_by(t.arrivals.c.id))
        return tuple(
            KeptClick(
                id=row.id,
                kind=str(row.headers["kind"]),
                body=bytes(row.body),
                received_at=row.received_at,
                attempts=row.attempts,
            )
            for row in rows
        )

    def begin_again(self, number: int) -> None:
        """Counts one more attempt."""
        which = t.arrivals.c.id == number
        self._db.execute(t.arrivals.update().where(which).values(attempts=t.arrivals.c.attempts + 1))

    def done(self, number: int, now: datetime) -> None:
        """It is done: nothing of its contents stays."""
        values = {"body": b"", "due_at": now + REMEMBERED}
        self._db.execute(t.arrivals.update().where(t.arrivals.c.id == number).values(values))

    def put_aside(self, number: int, error: str) -> None:
        """Nobody tries it any more; a person may look."""
        self._db.execute(t.arrivals.update().where(t.arrivals.c.id == number).values(due_at=None, error=error))

    def forget(self, now: datetime) -> None:
        """Takes away what was done long enough ago."""
        old = _mine & (t.arrivals.c.body == b"") & (t.arrivals.c.due_at < now)
        self._db.execute(t.arrivals.delete().where(old))
