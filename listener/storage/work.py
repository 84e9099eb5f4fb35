"""Who has how much in hand: loads, turns, absences; and which alerts were sent, held back or muted."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from listener.model import Ticket, TicketState
from listener.storage import schema as t
from listener.storage.sql import upsert_ignoring, upsert_returning_id
from listener.storage.tickets import awaiting, ticket_from
from listener.views import Mute, RulePrecision


@dataclass(frozen=True, slots=True, kw_only=True)
class Turn:
    """How many tickets a member of a team was given by distribution, and when the last."""

    given: int
    last_at: datetime


class Work:
    """One transaction's view of how work is shared."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def loads(self) -> dict[str, int]:
        """User -> open tickets in hand that wait for an answer."""
        rows = self._db.execute(
            sa.select(t.tickets.c.assignee, sa.func.count())
            .where(t.tickets.c.state == TicketState.OPEN.value, t.tickets.c.assignee.is_not(None), awaiting())
            .group_by(t.tickets.c.assignee)
        )
        return {str(user): int(count) for user, count in rows}

    def waiting(self, now: datetime) -> dict[str | None, tuple[int, int]]:
        """Team -> (open tickets that nobody has, late ones whoever has them)."""
        nobodys = sa.func.sum(sa.case((t.tickets.c.assignee.is_(None), 1), else_=0))
        due = sa.case(
            (t.tickets.c.first_response_at.is_(None), t.tickets.c.first_response_due),
            else_=t.tickets.c.next_response_due,
        )
        late = sa.func.sum(sa.case((due < now, 1), else_=0))
        rows = self._db.execute(
            sa.select(t.tickets.c.team, nobodys, late)
            .where(t.tickets.c.state == TicketState.OPEN.value)
            .group_by(t.tickets.c.team)
        )
        return {team: (int(waiting or 0), int(overdue or 0)) for team, waiting, overdue in rows}

    def turns(self, team: str) -> dict[str, Turn]:
        """What each member of a team was given."""
        rows = self._db.execute(sa.select(t.turns).where(t.turns.c.team == team))
        return {row.user: Turn(given=row.given, last_at=row.last_at) for row in rows}

    def give(self, team: str, user: str, given: int, now: datetime) -> None:
        """Notes that it was a member's turn; given: how many altogether from now on."""
        insert = upsert_ignoring(self._db, t.turns, update=("given", "last_at"))
        self._db.execute(insert.values(team=team, user=user, given=given, last_at=now))

    def away(self, now: datetime) -> dict[str, datetime]:
        """Who is out of office, until when."""
        rows = self._db.execute(sa.select(t.absences).where(t.absences.c.until > now))
        return {row.user: row.until for row in rows}

    def set_away(self, user: str, until: datetime | None, by: str) -> None:
        """Notes an absence, None: its end."""
        if until is None:
            self._db.execute(t.absences.delete().where(t.absences.c.user == user))
            return
        self._db.execute(
            upsert_ignoring(self._db, t.absences, update=("until", "by")).values(user=user, until=until, by=by)
        )

    def open_without_hands(self, limit: int = 1000) -> tuple[Ticket, ...]:
        """Open tickets that nobody has, oldest first."""
        rows = self._db.execute(
            sa.select(t.tickets)
            .where(t.tickets.c.state == TicketState.OPEN.value, t.tickets.c.assignee.is_(None))
            .order_by(t.tickets.c.id)
            .limit(limit)
        )
        return tuple(ticket_from(row) for row in rows)


class Alerts:
    """One transaction's view of what was said about alerts."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def mute(self, scope: str, until: datetime, by: str) -> None:
        """No alerts of a scope until a time."""
        self._db.execute(
            upsert_ignoring(self._db, t.mutes, update=("until", "by")).values(scope=scope, until=until, by=by)
        )

    def unmute(self, scope: str) -> bool:
        """Alerts again. False: it was not muted."""
        return bool(self._db.execute(t.mutes.delete().where(t.mutes.c.scope == scope)).rowcount == 1)

    def mutes(self, now: datetime) -> tuple[Mute, ...]:
        """What is muted now."""
        rows = self._db.execute(sa.select(t.mutes).where(t.mutes.c.until > now).order_by(t.mutes.c.scope))
        return tuple(Mute(**row._mapping) for row in rows)

    def decided(self, event_id: int) -> tuple[bool, str | None]:
        """Whether an event's alert was decided on, and why it was held back (None: sent)."""
        row = self._db.execute(sa.select(t.alerts.c.held).where(t.alerts.c.event_id == event_id)).one_or_none()
        return (False, None) if row is None else (True, row.held)

    def decide(self, event_id: int, ticket_id: int | None, channel: str, held: str | None, now: datetime) -> None:
        """Notes what was decided, once."""
        values = {"event_id": event_id, "ticket_id": ticket_id, "channel": channel, "at": now, "held": held}
        self._db.execute(upsert_ignoring(self._db, t.alerts).values(values))

    def silent(self, ticket_id: int) -> bool:
        """Whether people were told nothing of a ticket: its alerts were held back."""
        mine = t.alerts.c.ticket_id == ticket_id
        rows = self._db.execute(sa.select(t.alerts.c.held).where(mine)).scalars().all()
        return bool(rows) and all(why is not None for why in rows)

    def sent_since(self, channel: str, since: datetime) -> int:
        """Alerts sent to a channel after a time."""
        mine = (t.alerts.c.channel == channel) & (t.alerts.c.at > since) & t.alerts.c.held.is_(None)
        return int(self._db.execute(sa.select(sa.func.count()).where(mine)).scalar_one())

    def untold(self) -> dict[str, tuple[tuple[int, str], ...]]:
        """Channel -> (ticket, why) of alerts that were held back and that no digest told of, oldest first."""
        rows = self._db.execute(
            sa.select(t.alerts.c.channel, t.alerts.c.ticket_id, t.alerts.c.held)
            .where(t.alerts.c.held.is_not(None), t.alerts.c.told_at.is_(None), t.alerts.c.ticket_id.is_not(None))
            .order_by(t.alerts.c.event_id)
        )
        found: dict[str, list[tuple[int, str]]] = {}
        for row in rows:
            found.setdefault(row.channel, []).append((row.ticket_id, row.held))
        return {channel: tuple(items) for channel, items in found.items()}

    def told(self, channel: str, now: datetime) -> None:
        """A digest told of what a channel did not get."""
        mine = (t.alerts.c.channel == channel) & t.alerts.c.held.is_not(None) & t.alerts.c.told_at.is_(None)
        self._db.execute(t.alerts.update().where(mine).values(told_at=now))

    def last_digest(self, channel: str) -> datetime | None:
        """When a digest last told of this channel."""
        return self._db.execute(
            sa.select(sa.func.max(t.alerts.c.told_at)).where(t.alerts.c.channel == channel)
        ).scalar()

    def precision(self) -> tuple[RulePrecision, ...]:
        """How many tickets each routing rule placed, and what people said of them."""
        rule = sa.func.coalesce(t.tickets.c.rule, "")
        rows = self._db.execute(
            sa.select(
                rule.label("rule"),
                sa.func.count().label("alerts"),
                sa.func.sum(sa.case((t.tickets.c.relevant.is_(True), 1), else_=0)).label("relevant"),
                sa.func.sum(sa.case((t.tickets.c.relevant.is_(False), 1), else_=0)).label("not_relevant"),
            )
            .where(t.tickets.c.state != TicketState.REVIEW.value)
            .group_by(rule)
            .order_by(rule)
        )
        return tuple(
            RulePrecision(
                rule=row.rule, alerts=row.alerts, relevant=int(row.relevant), not_relevant=int(row.not_relevant)
            )
            for row in rows
        )

    # --- crises -------------------------------------------------------------------------------------------

    def volumes(self, brands: Sequence[str], spans: Sequence[tuple[datetime, datetime]]) -> Mapping[str, list[int]]:
        """Mentions of each brand first seen in each span [start, end)."""
        found: dict[str, list[int]] = {brand: [] for brand in brands}
        for start, end in spans:
            seen = (t.mentions.c.seen_at >= start) & (t.mentions.c.seen_at < end)
            rows = self._db.execute(
                sa.select(t.mentions.c.brand, sa.func.count(sa.distinct(t.mentions.c.post_id)))
                .where(seen, t.mentions.c.brand.in_(brands))
                .group_by(t.mentions.c.brand)
            )
            counts: dict[str, Any] = {brand: count for brand, count in rows}  # noqa: C416 - rows are not pairs to mypy
            for brand in brands:
                found[brand].append(int(counts.get(brand, 0)))
        return found

    def known_since(self, brands: Sequence[str]) -> dict[str, datetime]:
        """When each brand was first mentioned."""
        rows = self._db.execute(
            sa.select(t.mentions.c.brand, sa.func.min(t.mentions.c.seen_at))
            .where(t.mentions.c.brand.in_(brands))
            .group_by(t.mentions.c.brand)
        )
        return {brand: since for brand, since in rows}  # noqa: C416 - rows are not pairs to mypy

    def crisis(self, brand: str) -> datetime | None:
        """Since when a brand is in a crisis."""
        mine = (t.crises.c.brand == brand) & t.crises.c.ended_at.is_(None)
        return self._db.execute(sa.select(t.crises.c.began_at).where(mine)).scalar()

    def begin_crisis(self, brand: str, volume: int, usual: float, now: datetime) -> bool:
        """False: it is in one already."""
        values = {"brand": brand, "volume": volume, "usual": usual, "began_at": now}
        return self._db.execute(upsert_returning_id(self._db.dialect.name, t.crises), values).scalar() is not None

    def end_crisis(self, brand: str, now: datetime) -> bool:
        """False: it was in none."""
        mine = (t.crises.c.brand == brand) & t.crises.c.ended_at.is_(None)
        return bool(self._db.execute(t.crises.update().where(mine).values(ended_at=now)).rowcount == 1)
