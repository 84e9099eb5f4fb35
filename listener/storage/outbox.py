"""Events and deliveries: what must leave the house, and every attempt at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from listener.model import Delivery, DeliveryState, Event, EventKind
from listener.storage import schema as t
from listener.storage.sql import inserted_id

_ADD = t.events.insert()


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An event about a ticket, on its way into the outbox."""

    kind: EventKind
    ticket_id: int
    payload: Mapping[str, Any]
    rank: int = 0


class Outbox:
    """One transaction's view of the outbox."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def add(
        self,
        kind: EventKind,
        now: datetime,
        *,
        ticket_id: int | None = None,
        reply_id: int | None = None,
        payload: Mapping[str, Any] | None = None,
        rank: int = 0,
    ) -> int:
        """Adds an event, due at once. It becomes visible with the transaction that it tells of. rank: what is
        higher goes out first (Priority.rank)."""
        return inserted_id(
            self._db,
            t.events,
            {
                "kind": kind.value,
                "created_at": now,
                "ticket_id": ticket_id,
                "reply_id": reply_id,
                "payload": dict(payload or {}),
                "rank": rank,
                "due_at": now,
            },
        )

    def add_all(self, several: Sequence[Told], now: datetime) -> None:
        """Adds events about tickets, due at once, in this order."""
        rows = [
            {
                "kind": told.kind.value,
                "created_at": now,
                "ticket_id": told.ticket_id,
                "payload": dict(told.payload),
                "rank": told.rank,
                "due_at": now,
            }
            for told in several
        ]
        if rows:
            self._db.execute(_ADD, rows)

    def claim(
        self, now: datetime, until: datetime, limit: int, kinds: Sequence[EventKind] = tuple(EventKind)
    ) -> tuple[Event, ...]:
        """Takes due events of these kinds until a time, the most pressing first, then the oldest. A row changed is
        ours."""
        free = t.events.c.claimed_until.is_(None) | (t.events.c.claimed_until < now)
        ids = self._db.execute(
            sa.select(t.events.c.id)
            .where(t.events.c.due_at <= now, free, t.events.c.kind.in_([kind.value for kind in kinds]))
            .order_by(t.events.c.rank.desc(), t.events.c.id)
            .limit(limit)
            .with_for_update(skip_locked=True)
        ).scalars()
        rows = self._db.execute(
            t.events.update().where(t.events.c.id.in_(list(ids)), free).values(claimed_until=until).returning(t.events)
        ).all()
        return tuple(_event(row) for row in sorted(rows, key=lambda row: (-row.rank, row.id)))

    def release(self, event_ids: Sequence[int]) -> None:
        """Gives claimed events back as they were."""
        if event_ids:
            self._db.execute(t.events.update().where(t.events.c.id.in_(list(event_ids))).values(claimed_until=None))

    def release_all(self) -> None:
        """Frees every claim. Only for who is alone with the database."""
        self._db.execute(t.events.update().where(t.events.c.claimed_until.is_not(None)).values(claimed_until=None))

    def settle(self, event_id: int, due_at: datetime | None) -> None:
        """Gives an event back: due again at a time, or done for good (None)."""
        self._db.execute(t.events.update().where(t.events.c.id == event_id).values(due_at=due_at, claimed_until=None))

    def pending(self, ticket_id: int, kind: EventKind) -> bool:
        """Whether an event of this kind about a ticket still waits."""
        waits = (t.events.c.ticket_id == ticket_id) & (t.events.c.kind == kind.value) & t.events.c.due_at.is_not(None)
        return self._db.execute(sa.select(t.events.c.id).where(waits).limit(1)).first() is not None

    def settle_all(self, event_ids: Sequence[int]) -> None:
        """Done for good, all of these."""
        if event_ids:
            which = t.events.c.id.in_(list(event_ids))
            self._db.execute(t.events.update().where(which).values(due_at=None, claimed_until=None))

    def next_due(self) -> datetime | None:
        """When the next event is due; None: nothing waits."""
        return self._db.execute(sa.select(sa.func.min(t.events.c.due_at))).scalar()

    def waiting(self) -> int:
        """Events that are not done."""
        return int(self._db.execute(sa.select(sa.func.count()).where(t.events.c.due_at.is_not(None))).scalar_one())

    def start(self, event_id: int, responder: str, now: datetime) -> Delivery:
        """Records that an attempt begins."""
        last = self._db.execute(
            sa.select(sa.func.max(t.deliveries.c.attempt)).where(
                t.deliveries.c.event_id == event_id, t.deliveries.c.responder == responder
            )
        ).scalar()
        values = {
            "event_id": event_id,
            "responder": responder,
            "attempt": (last or 0) + 1,
            "state": DeliveryState.STARTED.value,
            "started_at": now,
        }
        row_id = inserted_id(self._db, t.deliveries, values)
        return Delivery(
            id=row_id,
            event_id=event_id,
            responder=responder,
            attempt=(last or 0) + 1,
            state=DeliveryState.STARTED,
            started_at=now,
        )

    def finish(
        self,
        delivery: Delivery,
        state: DeliveryState,
        now: datetime,
        *,
        retry_at: datetime | None = None,
        reference: str | None = None,
        error: str | None = None,
    ) -> None:
        """Records how an attempt ended."""
        self._db.execute(
            t.deliveries.update()
            .where(t.deliveries.c.id == delivery.id)
            .values(state=state.value, finished_at=now, retry_at=retry_at, reference=reference, error=error)
        )

    def last_attempts(self, event_id: int) -> dict[str, Delivery]:
        """The latest attempt of each responder at an event."""
        rows = self._db.execute(
            sa.select(t.deliveries).where(t.deliveries.c.event_id == event_id).order_by(t.deliveries.c.attempt)
        )
        return {row.responder: _delivery(row) for row in rows}

    def first_reference(self, ticket_id: int, responder: str) -> str | None:
        """What the other side calls the card of a ticket, which later events change: what the latest delivery named,
        as a card that was deleted there is posted anew."""
        found = self._db.execute(
            sa.select(t.deliveries.c.reference)
            .join(t.events, t.events.c.id == t.deliveries.c.event_id)
            .where(
                t.events.c.ticket_id == ticket_id,
                t.deliveries.c.responder == responder,
                t.deliveries.c.state == DeliveryState.DELIVERED.value,
                t.deliveries.c.reference.is_not(None),
            )
            .order_by(t.deliveries.c.id.desc())
            .limit(1)
        )
        return found.scalar()

    def deliveries(self, after: int = 0, limit: int = 1000) -> tuple[Delivery, ...]:
        """All attempts, by row id."""
        rows = self._db.execute(
            sa.select(t.deliveries).where(t.deliveries.c.id > after).order_by(t.deliveries.c.id).limit(limit)
        )
        return tuple(_delivery(row) for row in rows)


def _event(row: sa.Row[Any]) -> Event:
    return Event(
        id=row.id,
        kind=EventKind(row.kind),
        created_at=row.created_at,
        ticket_id=row.ticket_id,
        reply_id=row.reply_id,
        payload=row.payload,
    )


def _delivery(row: sa.Row[Any]) -> Delivery:
    return Delivery(**{**row._mapping, "state": DeliveryState(row.state)})
