"""Source rows: what is due, who has it, how it fares; and the marks that make up a cursor."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from listener.health import Rhythm
from listener.storage import schema as t
from listener.storage.sql import upsert_ignoring

_CHUNK = 500
_DROP_MARK = t.marks.delete().where(
    t.marks.c.source == sa.bindparam("which_source"), t.marks.c.name == sa.bindparam("which_name")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRow:
    """A configured place and its health. failure: class of the last failure, None after a success. requests,
    not_modified, bytes, waited (seconds held back for the pace): since the row was made. robots: what robots.txt of
    its host meant for us at the last look. trouble: what people were told of, until it is over."""

    name: str
    kind: str
    url: str
    paused: bool
    configured: bool
    due_at: datetime
    claimed_until: datetime | None
    last_attempt_at: datetime | None
    last_success_at: datetime | None
    last_new_at: datetime | None
    failures: int
    failure: str | None
    failure_text: str | None
    requests: int
    not_modified: int
    bytes: int
    waited: float
    robots: str | None
    rhythm: Rhythm
    trouble: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Traffic:
    """What one pass cost the other side. waited: seconds held back for the host's pace. robots: what its robots.txt
    means for us, where it was asked."""

    requests: int = 0
    not_modified: int = 0
    bytes: int = 0
    waited: float = 0.0
    robots: str | None = None


class Sources:
    """One transaction's view of the sources."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def configure(self, sources: Sequence[tuple[str, str, str]], now: datetime) -> None:
        """Makes rows for (name, kind, url) of the configuration, due at once. Rows of places that are no longer
        configured stay, with their marks, for the day they come back; they are not crawled."""
        self._db.execute(t.sources.update().values(configured=False))
        for name, kind, url in sources:
            insert = upsert_ignoring(self._db, t.sources, update=("kind", "url", "configured"))
            self._db.execute(
                insert.values(
                    name=name,
                    kind=kind,
                    url=url,
                    configured=True,
                    paused=False,
                    due_at=now,
                    failures=0,
                    requests=0,
                    not_modified=0,
                    bytes=0,
                    waited=0.0,
                )
            )

    def all(self) -> tuple[SourceRow, ...]:
        """Every row, by name."""
        return tuple(_source(row) for row in self._db.execute(sa.select(t.sources).order_by(t.sources.c.name)))

    def one(self, name: str) -> SourceRow | None:
        """The row of a name."""
        row = self._db.execute(sa.select(t.sources).where(t.sources.c.name == name)).one_or_none()
        return None if row is None else _source(row)

    def due(self, now: datetime, limit: int) -> tuple[str, ...]:
        """Names that are due, not paused and not in anybody's hands, longest overdue first."""
        rows = self._db.execute(
            sa.select(t.sources.c.name)
            .where(_claimable(now), t.sources.c.due_at <= now)
            .order_by(t.sources.c.due_at, t.sources.c.name)
            .limit(limit)
        )
        return tuple(rows.scalars())

    def claim(self, name: str, now: datetime, until: datetime) -> bool:
        """Takes a source until a time. One row changed means it is ours; False: somebody else was first."""
        done = self._db.execute(
            t.sources.update()
            .where(t.sources.c.name == name, _claimable(now))
            .values(claimed_until=until, last_attempt_at=now)
        )
        return done.rowcount == 1

    def extend(self, name: str, until: datetime) -> None:
        """Keeps a claimed source longer: a long pass is no dead one."""
        self._db.execute(
            t.sources.update()
            .where(t.sources.c.name == name, t.sources.c.claimed_until.is_not(None))
            .values(claimed_until=until)
        )

    def release_all(self) -> None:
        """Frees every claim. Only for who is alone with the database: what a dead process held is held no more."""
        self._db.execute(t.sources.update().values(claimed_until=None))

    def release(
        self,
        name: str,
        *,
        due_at: datetime,
        traffic: Traffic,
        succeeded_at: datetime | None = None,
        new_at: datetime | None = None,
        failure: tuple[str, str] | None = None,
    ) -> None:
        """Gives a source back with what became of it. failure: class and text, one line each."""
        values: dict[str, Any] = {
            "claimed_until": None,
            "due_at": due_at,
            "failures": t.sources.c.failures + 1 if failure else 0,
            "failure": failure and failure[0],
            "failure_text": failure and failure[1],
            **_spent(traffic),
        }
        if succeeded_at:
            values["last_success_at"] = succeeded_at
        if new_at:
            values["last_new_at"] = new_at
        self._db.execute(t.sources.update().where(t.sources.c.name == name).values(values))

    def give_back(self, name: str, *, due_at: datetime, traffic: Traffic) -> None:
        """Frees a source that was not looked at to the end: nothing is said of how it fares."""
        values = {"claimed_until": None, "due_at": due_at, **_spent(traffic)}
        self._db.execute(t.sources.update().where(t.sources.c.name == name).values(values))

    def learn(self, name: str, rhythm: Rhythm) -> None:
        """Keeps when the source has news."""
        self._db.execute(t.sources.update().where(t.sources.c.name == name).values(rhythm=_plain(rhythm)))

    def news(self, name: str, now: datetime) -> None:
        """Keeps that the source had something new, which came by itself."""
        self._db.execute(t.sources.update().where(t.sources.c.name == name).values(last_new_at=now))

    def told(self, name: str, trouble: str | None) -> None:
        """Keeps what people were told of; None: it is over."""
        self._db.execute(t.sources.update().where(t.sources.c.name == name).values(trouble=trouble))

    def pause(self, name: str, paused: bool) -> bool:
        """False where there is no such source."""
        done = self._db.execute(t.sources.update().where(t.sources.c.name == name).values(paused=paused))
        return done.rowcount == 1

    def cursor(self, name: str) -> dict[str, str]:
        """All marks of a source."""
        rows = self._db.execute(sa.select(t.marks.c.name, t.marks.c.value).where(t.marks.c.source == name))
        return {row.name: row.value for row in rows}

    def marks(self, source: str, names: Sequence[str]) -> dict[str, str]:
        """Those of these marks that a source has."""
        found: dict[str, str] = {}
        for chunk in (names[i : i + _CHUNK] for i in range(0, len(names), _CHUNK)):
            rows = self._db.execute(
                sa.select(t.marks.c.name, t.marks.c.value).where(t.marks.c.source == source, t.marks.c.name.in_(chunk))
            )
            found |= {row.name: row.value for row in rows}
        return found

    def forget_marks(self, source: str, beginning: str, low: str, high: str) -> None:
        """Removes the marks whose names begin so and whose values sort into [low, high)."""
        self._db.execute(
            t.marks.delete().where(
                t.marks.c.source == source,
                t.marks.c.name.startswith(beginning, autoescape=True),
                t.marks.c.value >= low,
                t.marks.c.value < high,
            )
        )

    def hurry(self, name: str, now: datetime, pause: timedelta) -> None:
        """Makes a source due now, or so long after the last look at it where that was a moment ago."""
        row = self.one(name)
        if row is not None:
            due = max(now, row.last_attempt_at + pause) if row.last_attempt_at else now
            self._db.execute(
                t.sources.update().where(t.sources.c.name == name, t.sources.c.due_at > due).values(due_at=due)
            )

    def mark(self, source: str, marks: Mapping[str, str | None]) -> None:
        """Sets marks; None removes one."""
        over = [{"which_source": source, "which_name": name} for name, value in marks.items() if value is None]
        if over:
            self._db.execute(_DROP_MARK, over)
        kept = [{"source": source, "name": name, "value": value} for name, value in marks.items() if value is not None]
        if kept:
            self._db.execute(upsert_ignoring(self._db, t.marks, update=("value",)), kept)


def _claimable(now: datetime) -> sa.ColumnElement[bool]:
    free = t.sources.c.claimed_until.is_(None) | (t.sources.c.claimed_until < now)
    return t.sources.c.configured & ~t.sources.c.paused & free


def _spent(traffic: Traffic) -> dict[str, Any]:
    columns = {
        name: t.sources.c[name] + getattr(traffic, name) for name in ("requests", "not_modified", "bytes", "waited")
    }
    return {**columns, **({"robots": traffic.robots} if traffic.robots else {})}


def _source(row: sa.Row[Any]) -> SourceRow:
    return SourceRow(**{**row._mapping, "rhythm": _rhythm(row.rhythm)})


def _plain(rhythm: Rhythm) -> dict[str, Any]:
    return {
        "active": [round(n, 4) for n in rhythm.active],
        "exposed": [round(n, 4) for n in rhythm.exposed],
        "heard": rhythm.heard.isoformat() if rhythm.heard else None,
        "record": round(rhythm.record, 4),
    }


def _rhythm(kept: Mapping[str, Any] | None) -> Rhythm:
    if not kept:
        return Rhythm()
    heard = datetime.fromisoformat(kept["heard"]) if kept["heard"] else None
    return Rhythm(active=tuple(kept["active"]), exposed=tuple(kept["exposed"]), heard=heard, record=kept["record"])
