"""Posts that people hide at their place or show again, and what places tell of that."""

from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from listener.errors import Conflict
from listener.model import Hiding, HidingState
from listener.storage import schema as t
from listener.storage.sql import inserted_id

_CHUNK = 500
_LATELY = timedelta(minutes=5)
_WAITING = (HidingState.WANTED.value, HidingState.WORKING.value)


class Hidings:
    """One transaction's view of them."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def ask(self, post_id: int, ticket_id: int, *, hidden: bool, by: str, now: datetime) -> Hiding:
        """Records a wish. Conflict where one for this post is on its way already."""
        waiting = sa.select(t.hidings.c.id).where(t.hidings.c.post_id == post_id, t.hidings.c.state.in_(_WAITING))
        if self._db.execute(waiting).first() is not None:
            raise Conflict("it is being hidden or shown just now", where=f"post {post_id}", mend="wait for that")
        return self._add(post_id, ticket_id, hidden=hidden, by=by, now=now, state=HidingState.WANTED)

    def one(self, hiding_id: int) -> Hiding | None:
        """A wish by its id."""
        row = self._db.execute(sa.select(t.hidings).where(t.hidings.c.id == hiding_id)).one_or_none()
        return None if row is None else _hiding(row)

    def latest(self, post_ids: Sequence[int]) -> dict[int, Hiding]:
        """The latest word on each of these posts that has any, by post id."""
        found: dict[int, Hiding] = {}
        for chunk in (post_ids[i : i + _CHUNK] for i in range(0, len(post_ids), _CHUNK)):
            rows = sa.select(t.hidings).where(t.hidings.c.post_id.in_(chunk)).order_by(t.hidings.c.id)
            found |= {row.post_id: _hiding(row) for row in self._db.execute(rows)}
        return found

    def change(self, hiding: Hiding, **values: Any) -> Hiding:
        """Writes columns where nobody else has since; Conflict where somebody has."""
        if isinstance(state := values.get("state"), HidingState):
            values["state"] = state.value
        row = self._db.execute(
            t.hidings.update()
            .where(t.hidings.c.id == hiding.id, t.hidings.c.version == hiding.version)
            .values(version=hiding.version + 1, **values)
            .returning(t.hidings)
        ).one_or_none()
        if row is None:
            raise Conflict("somebody else has this in hand", where=f"hiding {hiding.id}", mend="look again")
        return _hiding(row)

    def told(self, source: str, hidden: Mapping[str, bool], now: datetime) -> None:
        """A place says which posts (native ids) are hidden there and which are shown. What we knew already, are just
        doing, or did a moment ago (the page may be older than that) adds nothing."""
        ids = list(hidden)
        for chunk in (ids[i : i + _CHUNK] for i in range(0, len(ids), _CHUNK)):
            which = (t.posts.c.source == source) & t.posts.c.native_id.in_(chunk)
            rows = self._db.execute(sa.select(t.posts.c.id, t.posts.c.native_id).where(which)).all()
            known = self.latest([row.id for row in rows])
            for row in rows:
                if _is_news(known.get(row.id), hidden[row.native_id], now):
                    is_so = hidden[row.native_id]
                    self._add(row.id, None, hidden=is_so, by="", now=now, state=HidingState.DONE)

    def _add(
        self, post_id: int, ticket_id: int | None, *, hidden: bool, by: str, now: datetime, state: HidingState
    ) -> Hiding:
        values = {
            "post_id": post_id, "ticket_id": ticket_id, "hidden": hidden, "by": by, "at": now,
            "state": state.value, "attempts": 0, "version": 1,
        }  # fmt: skip
        made = self.one(inserted_id(self._db, t.hidings, values))
        assert made
        return made


def _is_news(was: Hiding | None, hidden: bool, now: datetime) -> bool:
    if was is None:
        return hidden
    ours_lately = bool(was.by) and now - was.at < _LATELY
    return not was.waits and not ours_lately and was.is_hidden != hidden


def _hiding(row: sa.Row[Any]) -> Hiding:
    values = {field.name: getattr(row, field.name) for field in fields(Hiding)}
    return Hiding(**{**values, "state": HidingState(row.state)})
