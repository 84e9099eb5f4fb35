"""Users, what they did (audit), and what they taught us (labels)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from listener.model import HistoryEntry
from listener.storage import schema as t
from listener.storage.sql import inserted_id, upsert_ignoring


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who logs in to us. role: agent, manager or admin."""

    name: str
    role: str
    password_hash: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """A person's correction of what the model said of a post. corrected: field of a classification -> value."""

    post_id: int
    text: str
    corrected: Mapping[str, Any]
    by: str
    at: datetime


_NOTE = t.audit.insert()


class People:
    """One transaction's view of users, audit and labels."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def note(self, at: datetime, actor: str, action: str, detail: str = "", ticket_id: int | None = None) -> None:
        """Adds a line to the audit log."""
        values = {"at": at, "actor": actor, "action": action, "detail": detail, "ticket_id": ticket_id}
        self._db.execute(_NOTE, values)

    def note_all(self, at: datetime, actor: str, several: Sequence[tuple[str, str, int]]) -> None:
        """Adds lines to the audit log: (action, detail, ticket)."""
        rows = [
            {"at": at, "actor": actor, "action": action, "detail": detail, "ticket_id": ticket_id}
            for action, detail, ticket_id in several
        ]
        if rows:
            self._db.execute(_NOTE, rows)

    def history(self, ticket_id: int) -> tuple[HistoryEntry, ...]:
        """The audit log of a ticket, oldest first."""
        rows = self._db.execute(sa.select(t.audit).where(t.audit.c.ticket_id == ticket_id).order_by(t.audit.c.id))
        return tuple(_entry(row) for row in rows)

    def audit(self, after: int = 0, limit: int = 1000) -> tuple[tuple[int, HistoryEntry], ...]:
        """The whole audit log, by row id."""
        rows = self._db.execute(sa.select(t.audit).where(t.audit.c.id > after).order_by(t.audit.c.id).limit(limit))
        return tuple((row.id, _entry(row)) for row in rows)

    def label(self, post_id: int, corrected: Mapping[str, Any], by: str, at: datetime) -> int:
        """Records a correction."""
        values = {"post_id": post_id, "corrected": dict(corrected), "by": by, "at": at}
        return inserted_id(self._db, t.labels, values)

    def labels(self) -> tuple[Label, ...]:
        """All corrections with the text they speak of, oldest first."""
        rows = self._db.execute(
            sa.select(t.labels, t.posts.c.text)
            .join(t.posts, t.posts.c.id == t.labels.c.post_id)
            .order_by(t.labels.c.id)
        )
        return tuple(
            Label(post_id=row.post_id, text=row.text, corrected=row.corrected, by=row.by, at=row.at) for row in rows
        )

    def set_user(self, name: str, role: str, password_hash: str | None, now: datetime) -> None:
        """Adds a user or changes role and password."""
        insert = upsert_ignoring(self._db, t.users, update=("role", "password_hash"))
        self._db.execute(insert.values(name=name, role=role, password_hash=password_hash, created_at=now))

    def users(self) -> tuple[Account, ...]:
        """Everybody who logs in, by name."""
        rows = self._db.execute(
            sa.select(t.users.c.name, t.users.c.role, t.users.c.password_hash).order_by(t.users.c.name)
        )
        return tuple(Account(**row._mapping) for row in rows)

    def user(self, name: str) -> Account | None:
        """A user by name."""
        row = self._db.execute(
            sa.select(t.users.c.name, t.users.c.role, t.users.c.password_hash).where(t.users.c.name == name)
        ).one_or_none()
        return None if row is None else Account(**row._mapping)


def _entry(row: sa.Row[Any]) -> HistoryEntry:
    return HistoryEntry(at=row.at, actor=row.actor, action=row.action, detail=row.detail, ticket_id=row.ticket_id)
