"""Tickets, their posts, and the replies that people approved."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from listener.errors import Conflict
from listener.model import (
    Mention,
    Post,
    Priority,
    Reply,
    ReplyState,
    Ticket,
    TicketAction,
    TicketChange,
    TicketState,
)
from listener.storage import schema as t
from listener.storage.sql import inserted_id, upsert_ignoring

_ANSWERED = (
    ReplyState.SENDING.value,
    ReplyState.PUBLISHED.value,
    ReplyState.PENDING_MODERATION.value,
    ReplyState.MANUAL.value,
)


class Tickets:
    """One transaction's view of the tickets. Every change compares and sets the version."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def open_one(self, post: Post, mention: Mention) -> Ticket | None:
        """The ticket that is not resolved for the thread of a post and a query, locked until commit: the thread's own,
        or the one that the thread joined with a copy of what it is about."""
        row = self._db.execute(
            sa.select(t.tickets)
            .where(
                t.tickets.c.source == post.source,
                t.tickets.c.thread_key == post.thread_key,
                t.tickets.c.brand == mention.query.brand,
                t.tickets.c.query == mention.query.expression,
                t.tickets.c.state != TicketState.RESOLVED.value,
            )
            .with_for_update()
        ).one_or_none()
        if row is not None:
            return _ticket(row)
        return self._open_holding(
            (t.posts.c.source == post.source) & (t.posts.c.thread_key == post.thread_key), mention
        )

    def open_with(self, post_id: int, mention: Mention) -> Ticket | None:
        """The ticket of a query that holds a post and is not resolved, locked until commit."""
        return self._open_holding(t.ticket_posts.c.post_id == post_id, mention)

    def _open_holding(self, which: sa.ColumnElement[bool], mention: Mention) -> Ticket | None:
        held = (
            sa.select(t.ticket_posts.c.ticket_id).join(t.posts, t.posts.c.id == t.ticket_posts.c.post_id).where(which)
        )
        row = self._db.execute(
            sa.select(t.tickets)
            .where(
                t.tickets.c.id.in_(held),
                t.tickets.c.brand == mention.query.brand,
                t.tickets.c.query == mention.query.expression,
                t.tickets.c.state != TicketState.RESOLVED.value,
            )
            .order_by(t.tickets.c.id)
            .limit(1)
            .with_for_update()
        ).one_or_none()
        return None if row is None else _ticket(row)

    def one(self, ticket_id: int) -> Ticket | None:
        """A ticket by its id."""
        row = self._db.execute(sa.select(t.tickets).where(t.tickets.c.id == ticket_id)).one_or_none()
        return None if row is None else _ticket(row)

    def add(self, post: Post, mention: Mention, change: TicketChange, now: datetime, *, team: str | None = None) -> int:
        """Opens a ticket. The database refuses (IntegrityError) a second open one: decide again then."""
        review = change.action is TicketAction.REVIEW
        return inserted_id(
            self._db,
            t.tickets,
            {
                "brand": mention.query.brand,
                "query": mention.query.expression,
                "source": post.source,
                "thread_key": post.thread_key,
                "state": (TicketState.REVIEW if review else TicketState.OPEN).value,
                "priority": change.priority.value,
                "priority_rank": change.priority.rank,
                "reasons": list(change.reasons),
                "opened_at": now,
                "updated_at": now,
                "first_response_due": change.first_response_due,
                "resolution_due": change.resolution_due,
                "team": team,
                "version": 1,
            },
        )

    def change(self, ticket: Ticket, now: datetime, **values: Any) -> Ticket:
        """Writes columns where nobody else has since; Conflict where somebody has."""
        if isinstance(priority := values.get("priority"), Priority):
            values |= {"priority": priority.value, "priority_rank": priority.rank}
        if isinstance(state := values.get("state"), TicketState):
            values["state"] = state.value
        row = self._db.execute(
            t.tickets.update()
            .where(t.tickets.c.id == ticket.id, t.tickets.c.version == ticket.version)
            .values(updated_at=now, version=ticket.version + 1, **values)
            .returning(t.tickets)
        ).one_or_none()
        if row is None:
            raise Conflict(
                "somebody else changed this ticket meanwhile",
                where=f"ticket {ticket.id}",
                mend="look again, then decide",
            )
        return _ticket(row)

    def attach(self, ticket_id: int, post_id: int, now: datetime) -> bool:
        """Puts a post into a ticket. False: it was there."""
        insert = upsert_ignoring(self._db, t.ticket_posts)
        done = self._db.execute(insert.values(ticket_id=ticket_id, post_id=post_id, added_at=now))
        return bool(done.rowcount == 1)

    def has_post(self, post_id: int, query_brand: str, query: str) -> bool:
        """Whether any ticket of this query, resolved ones too, already holds the post."""
        return (
            self._db.execute(
                sa.select(sa.literal(1))
                .select_from(t.ticket_posts.join(t.tickets, t.tickets.c.id == t.ticket_posts.c.ticket_id))
                .where(
                    t.ticket_posts.c.post_id == post_id, t.tickets.c.brand == query_brand, t.tickets.c.query == query
                )
                .limit(1)
            ).first()
            is not None
        )

    def open_posts(self, after: int = 0, limit: int = 1000) -> tuple[tuple[int, Post], ...]:
        """Row id, address and words of the posts in tickets that are not resolved, by row id; the rest of the post
        is left out. after: the last id of the batch before."""
        held = (
            sa.select(t.ticket_posts.c.post_id)
            .join(t.tickets, t.tickets.c.id == t.ticket_posts.c.ticket_id)
            .where(t.tickets.c.state != TicketState.RESOLVED.value)
        )
        names = ("source", "kind", "native_id", "url", "text", "seen_at")
        rows = self._db.execute(
            sa.select(t.posts.c.id, *(t.posts.c[name] for name in names))
            .where(t.posts.c.id.in_(held), t.posts.c.id > after)
            .order_by(t.posts.c.id)
            .limit(limit)
        )
        return tuple((row.id, Post(**{name: getattr(row, name) for name in names})) for row in rows)

    def holding(self, post_id: int) -> tuple[int, ...]:
        """Ids of the tickets that a post is in."""
        rows = self._db.execute(sa.select(t.ticket_posts.c.ticket_id).where(t.ticket_posts.c.post_id == post_id))
        return tuple(rows.scalars())

    def unanswered(self, ticket_id: int, author: str | None) -> int:
        """How many posts of this author the ticket holds that came after our last reply in it."""
        if author is None:
            return 0
        last_reply = (
            sa.select(sa.func.max(t.replies.c.approved_at))
            .where(t.replies.c.ticket_id == ticket_id, t.replies.c.state.in_(_ANSWERED))
            .scalar_subquery()
        )
        counted = (
            sa.select(sa.func.count())
            .select_from(t.ticket_posts.join(t.posts, t.posts.c.id == t.ticket_posts.c.post_id))
            .where(
                t.ticket_posts.c.ticket_id == ticket_id,
                t.posts.c.author == author,
                sa.or_(last_reply.is_(None), t.posts.c.seen_at > last_reply),
            )
        )
        return int(self._db.execute(counted).scalar_one())

    def listing(
        self, state: TicketState | None, limit: int, *, text: str = "", before: int | None = None
    ) -> tuple[Ticket, ...]:
        """Tickets in the order of listener.views.pressing; resolved ones latest first.

        text: in any post of the ticket. before: id of the last ticket of the page before, in the same order.
        """
        statement = sa.select(t.tickets)
        if state is not None:
            statement = statement.where(t.tickets.c.state == state.value)
        if text.strip():
            statement = statement.where(t.tickets.c.id.in_(_holding(text.strip())))
        key = _latest_key() if state is TicketState.RESOLVED else _pressing_key()
        if before is not None:
            anchor = [sa.select(part).where(t.tickets.c.id == before).scalar_subquery() for part in key]
            statement = statement.where(sa.tuple_(*key) > sa.tuple_(*anchor))
        return tuple(_ticket(row) for row in self._db.execute(statement.order_by(*key).limit(limit)))

    def counts(self) -> dict[TicketState, int]:
        """How many tickets stand in each state."""
        rows = self._db.execute(sa.select(t.tickets.c.state, sa.func.count()).group_by(t.tickets.c.state))
        found = {TicketState(state): int(count) for state, count in rows}
        return {state: found.get(state, 0) for state in TicketState}

    def overdue(self, now: datetime) -> int:
        """Open tickets whose first response is late."""
        late = sa.select(sa.func.count()).where(
            t.tickets.c.state == TicketState.OPEN.value,
            t.tickets.c.first_response_at.is_(None),
            t.tickets.c.first_response_due < now,
        )
        return int(self._db.execute(late).scalar_one())


class Replies:
    """One transaction's view of the approved replies."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def add(
        self,
        ticket: Ticket,
        post_id: int,
        text: str,
        approved_by: str,
        now: datetime,
        state: ReplyState,
        *,
        source: str | None = None,
    ) -> int:
        """Records approved text. source: of the post, where it is not the ticket's own.

        Conflict where the same words to the same post are there already."""
        insert = upsert_ignoring(self._db, t.replies)
        row_id = self._db.execute(
            insert.values(
                ticket_id=ticket.id,
                post_id=post_id,
                source=source or ticket.source,
                text=text,
                approved_by=approved_by,
                approved_at=now,
                state=state.value,
                attempts=0,
                version=1,
            ).returning(t.replies.c.id)
        ).scalar()
        if row_id is None:
            raise Conflict(
                "this reply was approved already", where=f"ticket {ticket.id}", mend="look at the ticket's replies"
            )
        return int(row_id)

    def one(self, reply_id: int) -> Reply | None:
        """A reply by its id."""
        row = self._db.execute(sa.select(t.replies).where(t.replies.c.id == reply_id)).one_or_none()
        return None if row is None else _reply(row)

    def of_tickets(self, ticket_ids: Sequence[int]) -> tuple[Reply, ...]:
        """Replies of these tickets, oldest first."""
        rows = self._db.execute(
            sa.select(t.replies).where(t.replies.c.ticket_id.in_(ticket_ids)).order_by(t.replies.c.id)
        )
        return tuple(_reply(row) for row in rows)

    def in_state(self, state: ReplyState, limit: int = 100) -> tuple[Reply, ...]:
        """Replies that stand in a state, oldest first."""
        rows = self._db.execute(
            sa.select(t.replies).where(t.replies.c.state == state.value).order_by(t.replies.c.id).limit(limit)
        )
        return tuple(_reply(row) for row in rows)

    def change(self, reply: Reply, **values: Any) -> Reply:
        """Writes columns where nobody else has since; Conflict where somebody has."""
        if isinstance(state := values.get("state"), ReplyState):
            values["state"] = state.value
        row = self._db.execute(
            t.replies.update()
            .where(t.replies.c.id == reply.id, t.replies.c.version == reply.version)
            .values(version=reply.version + 1, **values)
            .returning(t.replies)
        ).one_or_none()
        if row is None:
            raise Conflict("somebody else has this reply in hand", where=f"reply {reply.id}", mend="look again")
        return _reply(row)

    def latest(self, limit: int, before: int | None = None) -> tuple[Reply, ...]:
        """Replies, latest first; before: only ids below this one."""
        statement = sa.select(t.replies).order_by(t.replies.c.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(t.replies.c.id < before)
        return tuple(_reply(row) for row in self._db.execute(statement))

    def is_ours(self, source: str, native_id: str) -> bool:
        """Whether a crawled post is a reply of ours."""
        found = self._db.execute(
            sa.select(t.replies.c.id).where(t.replies.c.source == source, t.replies.c.native_id == native_id).limit(1)
        )
        return found.first() is not None


def _pressing_key() -> list[sa.ColumnElement[Any]]:
    answered = t.tickets.c.first_response_at.is_not(None)
    due = sa.case((answered, t.tickets.c.resolution_due), else_=t.tickets.c.first_response_due)
    never = sa.literal(datetime.max.replace(tzinfo=UTC), type_=t.Utc())
    return [sa.case((answered, 1), else_=0), sa.func.coalesce(due, never), -t.tickets.c.priority_rank, t.tickets.c.id]


def _latest_key() -> list[sa.ColumnElement[Any]]:
    return [-t.tickets.c.id]


def _holding(text: str) -> sa.Select[Any]:
    """Ids of tickets with these words in a post, its author or its title."""
    escaped = text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    pattern = f"%{escaped}%"
    return (
        sa.select(t.ticket_posts.c.ticket_id)
        .join(t.posts, t.posts.c.id == t.ticket_posts.c.post_id)
        .where(
            t.posts.c.text.ilike(pattern, escape="\\")
            | t.posts.c.author.ilike(pattern, escape="\\")
            | t.posts.c.thread_title.ilike(pattern, escape="\\")
        )
    )


def _ticket(row: sa.Row[Any]) -> Ticket:
    values = {**row._mapping}
    del values["priority_rank"], values["legal_warned"]
    values["state"] = TicketState(row.state)
    values["priority"] = Priority(row.priority)
    values |= {name: tuple(values[name]) for name in ("reasons", "tags", "skills")}
    return Ticket(**values)


def _reply(row: sa.Row[Any]) -> Reply:
    values = {**row._mapping}
    del values["source"], values["native_id"]
    values["state"] = ReplyState(row.state)
    return Reply(**values)
