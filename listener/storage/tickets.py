"""Tickets, their posts, and the replies that people approved."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa

from listener.errors import Conflict
from listener.model import (
    Mention,
    Post,
    Priority,
    Reach,
    Reply,
    ReplyState,
    StoredPost,
    Ticket,
    TicketAction,
    TicketChange,
    TicketState,
)
from listener.storage import schema as t
from listener.storage.sql import inserted_id, upsert_ignoring

_CHUNK = 500
ANSWERED = (
    ReplyState.SENDING.value,
    ReplyState.PUBLISHED.value,
    ReplyState.ACCEPTED.value,
    ReplyState.PENDING_MODERATION.value,
    ReplyState.MANUAL.value,
)
_FAILED = ReplyState.FAILED.value


# Statements that every post of a ticket goes through are built once: building one costs several times what running it
# does.
_WHOSE = (
    t.tickets.c.brand == sa.bindparam("which_brand"),
    t.tickets.c.query == sa.bindparam("which_query"),
    t.tickets.c.state != TicketState.RESOLVED.value,
)
# Which tickets hold a post is known by a few row ids. Brand and state are hidden from SQLite's planner here: it would
# rather walk through all tickets of the brand, or all that are resolved, however many there are.
_WHOSE_HELD = ((t.tickets.c.brand + "") == sa.bindparam("which_brand"), *_WHOSE[1:])
_OPEN_OF_THREAD = (
    sa.select(t.tickets)
    .where(
        t.tickets.c.source == sa.bindparam("which_source"),
        t.tickets.c.thread_key == sa.bindparam("which_thread"),
        *_WHOSE,
    )
    .with_for_update()
)


def _open_holding(which: sa.ColumnElement[bool]) -> sa.Select[Any]:
    held = sa.select(t.ticket_posts.c.ticket_id).join(t.posts, t.posts.c.id == t.ticket_posts.c.post_id).where(which)
    found = sa.select(t.tickets).where(t.tickets.c.id.in_(held), *_WHOSE_HELD)
    return found.order_by(t.tickets.c.id).limit(1).with_for_update()


_OPEN_HOLDING_THREAD = _open_holding(
    (t.posts.c.source == sa.bindparam("which_source")) & (t.posts.c.thread_key == sa.bindparam("which_thread"))
)
_SPLIT_OFF = _open_holding(
    (t.posts.c.source == sa.bindparam("which_source"))
    & (t.posts.c.thread_key == sa.bindparam("which_thread"))
    & (t.posts.c.author == sa.bindparam("which_author"))
).where(t.tickets.c.split_from.is_not(None))
_ADD = t.tickets.insert().returning(t.tickets)
_CHANGE = (
    t.tickets.update()
    .where(t.tickets.c.id == sa.bindparam("which_ticket"), t.tickets.c.version == sa.bindparam("which_version"))
    .returning(t.tickets)
)


def _whose(mention: Mention) -> dict[str, str]:
    return {"which_brand": mention.query.brand, "which_query": mention.query.expression}


class Tickets:
    """One transaction's view of the tickets. Every change compares and sets the version."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def open_one(self, post: Post, mention: Mention) -> Ticket | None:
        """The ticket that is not resolved for the thread of a post and a query, locked until commit: the thread's own,
        or the one that the thread joined with a copy of what it is about."""
        where = {"which_source": post.source, "which_thread": post.thread_key}
        if split := self._split_off(post, mention):
            return split
        row = self._db.execute(_OPEN_OF_THREAD, {**where, **_whose(mention)}).one_or_none()
        if row is None:
            row = self._db.execute(_OPEN_HOLDING_THREAD, {**where, **_whose(mention)}).one_or_none()
        return None if row is None else ticket_from(row)

    def _split_off(self, post: Post, mention: Mention) -> Ticket | None:
        """The ticket that a person made out of what this author said in this thread."""
        if post.author is None:
            return None
        where = {"which_source": post.source, "which_thread": post.thread_key, "which_author": post.author}
        row = self._db.execute(_SPLIT_OFF, {**where, **_whose(mention)}).one_or_none()
        return None if row is None else ticket_from(row)

    def one(self, ticket_id: int) -> Ticket | None:
        """A ticket by its id."""
        row = self._db.execute(sa.select(t.tickets).where(t.tickets.c.id == ticket_id)).one_or_none()
        return None if row is None else ticket_from(row)

    def add(self, post: Post, mention: Mention, change: TicketChange, now: datetime, **more: Any) -> int:
        """Opens a ticket; its id. More: see opened."""
        return self.opened(post, mention, change, now, **more).id

    def opened(self, post: Post, mention: Mention, change: TicketChange, now: datetime, **more: Any) -> Ticket:
        """Opens a ticket. The database refuses (IntegrityError) a second open one: decide again then.

        more: other columns (team, skills, rule ...)."""
        review = change.action is TicketAction.REVIEW
        row = self._db.execute(
            _ADD,
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
                "legal_due": change.legal_due,
                "version": 1,
                **more,
            },
        ).one()
        return ticket_from(row)

    def change(self, ticket: Ticket, now: datetime, **values: Any) -> Ticket:
        """Writes columns where nobody else has since; Conflict where somebody has. Times that follow from a change
        (when it was resolved, since when the clocks stand still) are set by themselves."""
        which = {"which_ticket": ticket.id, "which_version": ticket.version}
        row = self._db.execute(_CHANGE, {**which, **columns(stamped(ticket, values, now))}).one_or_none()
        if row is None:
            raise Conflict(
                "somebody else changed this ticket meanwhile",
                where=f"ticket {ticket.id}",
                mend="look again, then decide",
            )
        return ticket_from(row)

    def mark(self, ticket: Ticket, **values: int | datetime) -> bool:
        """Notes what people were told of (warned, escalation, legal_warned) and by when a law may want an answer
        (legal_due), leaving the version alone: nobody who looks at the ticket is disturbed. False: somebody changed it
        meanwhile."""
        same = (t.tickets.c.id == ticket.id) & (t.tickets.c.version == ticket.version)
        return bool(self._db.execute(t.tickets.update().where(same).values(values)).rowcount == 1)

    def ticking(self, after: int, limit: int = 500) -> tuple[Ticket, ...]:
        """Open tickets of whose clocks people were not told everything yet, by id."""
        open_one = t.tickets.c.state == TicketState.OPEN.value
        untold = (t.tickets.c.warned < 100) | (t.tickets.c.escalation < 3)
        return self._by_id(open_one & untold, after, limit)

    def legal(self, after: int, before: datetime, limit: int = 500) -> tuple[tuple[Ticket, int], ...]:
        """Tickets that are not resolved with a legal deadline before a time, or one that the place of a post sets, and
        the percent people were told of."""
        of_place = (
            sa.select(t.ticket_posts.c.ticket_id)
            .join(t.posts, t.posts.c.id == t.ticket_posts.c.post_id)
            .where(t.posts.c.answer_due < before)
        )
        rows = self._db.execute(
            sa.select(t.tickets)
            .where(
                t.tickets.c.state.not_in([TicketState.RESOLVED.value, TicketState.REVIEW.value]),
                (t.tickets.c.legal_due < before) | t.tickets.c.id.in_(of_place),
                t.tickets.c.legal_warned < 100,
                t.tickets.c.id > after,
            )
            .order_by(t.tickets.c.id)
            .limit(limit)
        )
        return tuple((ticket_from(row), int(row.legal_warned)) for row in rows)

    def reaches(self, after: int, limit: int = 500) -> tuple[tuple[Ticket, tuple[Reach, ...]], ...]:
        """Open tickets that are not pressing, with how far those of their posts go whose place says so, by id."""
        calm = [priority.value for priority in Priority if priority.rank < Priority.HIGH.rank]
        said = (
            sa.select(t.ticket_posts.c.ticket_id, t.posts.c.reach)
            .join(t.posts, t.posts.c.id == t.ticket_posts.c.post_id)
            .join(t.tickets, t.tickets.c.id == t.ticket_posts.c.ticket_id)
            .where(t.tickets.c.state == TicketState.OPEN.value, t.tickets.c.priority.in_(calm))
            .where(t.posts.c.reach.is_not(None), t.tickets.c.id > after)
            .order_by(t.tickets.c.id)
            .limit(limit)
        )
        found: dict[int, list[Reach]] = {}
        for row in self._db.execute(said):
            found.setdefault(row.ticket_id, []).append(row.reach)
        tickets = self._db.execute(sa.select(t.tickets).where(t.tickets.c.id.in_(list(found))).order_by(t.tickets.c.id))
        return tuple((ticket_from(row), tuple(found[row.id])) for row in tickets)

    def all(self, after: int = 0, limit: int = 500) -> tuple[Ticket, ...]:
        """Every ticket, by id."""
        return self._by_id(sa.true(), after, limit)

    def to_wake(self, now: datetime) -> tuple[Ticket, ...]:
        """Snoozed tickets whose time has come."""
        asleep = (t.tickets.c.state == TicketState.SNOOZED.value) & (t.tickets.c.snoozed_until <= now)
        return self._by_id(asleep, 0, 500)

    def stale_claims(self, before: datetime) -> tuple[Ticket, ...]:
        """Open tickets that wait for an answer and whose assignee did nothing since a time."""
        stale = (
            (t.tickets.c.state == TicketState.OPEN.value)
            & t.tickets.c.assignee.is_not(None)
            & (t.tickets.c.touched_at < before)
            & awaiting()
        )
        return self._by_id(stale, 0, 500)

    def _by_id(self, where: sa.ColumnElement[bool], after: int, limit: int) -> tuple[Ticket, ...]:
        rows = self._db.execute(
            sa.select(t.tickets).where(where, t.tickets.c.id > after).order_by(t.tickets.c.id).limit(limit)
        )
        return tuple(ticket_from(row) for row in rows)

    def touch(self, ticket_id: int, by: str, now: datetime) -> None:
        """Its assignee did something that changes nothing of the ticket itself: the claim lives on."""
        mine = (t.tickets.c.id == ticket_id) & (t.tickets.c.assignee == by)
        self._db.execute(t.tickets.update().where(mine).values(touched_at=now))

    def open_at(self, post_id: int, brand: str) -> Ticket | None:
        """The first ticket of a brand, whatever the query, that holds a post and is not resolved."""
        held = sa.select(t.ticket_posts.c.ticket_id).where(t.ticket_posts.c.post_id == post_id)
        row = self._db.execute(
            sa.select(t.tickets)
            .where(
                t.tickets.c.id.in_(held), t.tickets.c.brand == brand, t.tickets.c.state != TicketState.RESOLVED.value
            )
            .order_by(t.tickets.c.id)
            .limit(1)
        ).one_or_none()
        return None if row is None else ticket_from(row)

    def absorb(self, ticket: Ticket, into: Ticket, now: datetime) -> Ticket:
        """Puts the posts of one ticket into another, which takes the higher priority and the earlier due times."""
        posts = self._db.execute(
            sa.select(t.ticket_posts.c.post_id).where(t.ticket_posts.c.ticket_id == ticket.id)
        ).scalars()
        for post_id in list(posts):
            self.attach(into.id, post_id, now)
        dues = ("first_response_due", "resolution_due", "next_response_due", "legal_due")
        values: dict[str, Any] = {
            name: min(filter(None, (getattr(ticket, name), getattr(into, name))), default=None) for name in dues
        }
        if into.first_response_at is not None:
            values["first_response_due"] = into.first_response_due
        priority = max(ticket.priority, into.priority, key=lambda p: p.rank)
        reasons = tuple(dict.fromkeys((*into.reasons, *ticket.reasons)))
        return self.change(into, now, priority=priority, reasons=reasons, **values)

    def split(self, ticket: Ticket, posts: Sequence[StoredPost], now: datetime) -> Ticket:
        """Moves some posts of a ticket into a new one of the same query, with the same clocks. Its thread key is not
        the thread's own, as that is the older ticket's."""
        ids = [stored.id for stored in posts]
        values = {
            "brand": ticket.brand, "query": ticket.query, "source": posts[0].post.source,
            "thread_key": f"{posts[0].post.thread_key}#{posts[0].post.native_id}", "split_from": ticket.id,
            "state": TicketState.OPEN.value, "priority": ticket.priority.value, "priority_rank": ticket.priority.rank,
            "reasons": list(ticket.reasons), "opened_at": ticket.opened_at, "updated_at": now,
            "first_response_due": ticket.first_response_due, "resolution_due": ticket.resolution_due,
            "legal_due": ticket.legal_due, "team": ticket.team, "skills": list(ticket.skills),
            "language": ticket.language, "rule": ticket.rule, "version": 1,
        }  # fmt: skip
        new_id = inserted_id(self._db, t.tickets, values)
        mine = (t.ticket_posts.c.ticket_id == ticket.id) & t.ticket_posts.c.post_id.in_(ids)
        self._db.execute(t.ticket_posts.delete().where(mine))
        for post_id in ids:
            self.attach(new_id, post_id, now)
        new = self.one(new_id)
        assert new
        return new

    def attach(self, ticket_id: int, post_id: int, now: datetime) -> bool:
        """Puts a post into a ticket. False: it was there."""
        insert = upsert_ignoring(self._db, t.ticket_posts)
        done = self._db.execute(insert, {"ticket_id": ticket_id, "post_id": post_id, "added_at": now})
        return bool(done.rowcount == 1)

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
        return tuple(ticket_from(row) for row in self._db.execute(statement.order_by(*key).limit(limit)))

    def counts(self) -> dict[TicketState, int]:
        """How many tickets stand in each state."""
        rows = self._db.execute(sa.select(t.tickets.c.state, sa.func.count()).group_by(t.tickets.c.state))
        found = {TicketState(state): int(count) for state, count in rows}
        return {state: found.get(state, 0) for state in TicketState}

    def overdue(self, now: datetime) -> int:
        """Open tickets whose first or next response is late."""
        first = t.tickets.c.first_response_at.is_(None) & (t.tickets.c.first_response_due < now)
        late = sa.select(sa.func.count()).where(
            t.tickets.c.state == TicketState.OPEN.value, first | (t.tickets.c.next_response_due < now)
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
        private: bool = False,
    ) -> int:
        """Records approved text. source: of the post, where it is not the ticket's own. private: for good.

        Conflict where the same words to the same post are there already, or a private reply to it."""
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
                private=private,
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
        return None if row is None else reply_from(row)

    def of_tickets(self, ticket_ids: Sequence[int]) -> tuple[Reply, ...]:
        """Replies of these tickets, oldest first."""
        rows = self._db.execute(
            sa.select(t.replies).where(t.replies.c.ticket_id.in_(ticket_ids)).order_by(t.replies.c.id)
        )
        return tuple(reply_from(row) for row in rows)

    def in_state(self, state: ReplyState, limit: int = 100) -> tuple[Reply, ...]:
        """Replies that stand in a state, oldest first."""
        rows = self._db.execute(
            sa.select(t.replies).where(t.replies.c.state == state.value).order_by(t.replies.c.id).limit(limit)
        )
        return tuple(reply_from(row) for row in rows)

    def answered_privately(self, post_ids: Sequence[int]) -> frozenset[int]:
        """Those of these posts that have a private reply, on its way or sent, in whatever ticket."""
        found: set[int] = set()
        for chunk in (post_ids[i : i + _CHUNK] for i in range(0, len(post_ids), _CHUNK)):
            where = t.replies.c.post_id.in_(chunk) & t.replies.c.private & (t.replies.c.state != _FAILED)
            found |= set(self._db.execute(sa.select(t.replies.c.post_id).where(where)).scalars())
        return frozenset(found)

    def change(self, reply: Reply, **values: Any) -> Reply:
        """Writes columns where nobody else has since; Conflict where somebody has. Who may read a reply is decided
        once: ValueError for an attempt to change that."""
        if "private" in values:
            raise ValueError("a reply stays as private or public as it was approved")
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
        return reply_from(row)

    def latest(self, limit: int, before: int | None = None) -> tuple[Reply, ...]:
        """Replies, latest first; before: only ids below this one."""
        statement = sa.select(t.replies).order_by(t.replies.c.id.desc()).limit(limit)
        if before is not None:
            statement = statement.where(t.replies.c.id < before)
        return tuple(reply_from(row) for row in self._db.execute(statement))

    def is_ours(self, source: str, native_id: str) -> bool:
        """Whether a crawled post is a reply of ours."""
        return native_id in self.ours(source, [native_id])

    def ours(self, source: str, native_ids: Sequence[str]) -> frozenset[str]:
        """Those of these crawled posts that are replies of ours."""
        found: set[str] = set()
        for chunk in (native_ids[i : i + _CHUNK] for i in range(0, len(native_ids), _CHUNK)):
            where = (t.replies.c.source == source) & t.replies.c.native_id.in_(chunk)
            found |= {str(one) for one in self._db.execute(sa.select(t.replies.c.native_id).where(where)).scalars()}
        return frozenset(found)


def stamped(ticket: Ticket, values: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Changes of a ticket with those that follow from them."""
    return {"updated_at": now, "version": ticket.version + 1, **_stamps(ticket, values, now), **values}


def columns(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of a ticket as its row has them."""
    row = dict(values)
    if isinstance(priority := row.get("priority"), Priority):
        row |= {"priority": priority.value, "priority_rank": priority.rank}
    if isinstance(state := row.get("state"), TicketState):
        row["state"] = state.value
    return row | {name: list(row[name]) for name in ("reasons", "tags", "skills") if name in row}


def _stamps(ticket: Ticket, values: dict[str, Any], now: datetime) -> dict[str, Any]:
    """Bookkeeping that a change of state, assignee or answer brings with it."""
    stamps: dict[str, Any] = {}
    state = values.get("state", ticket.state)
    if state in (TicketState.PENDING, TicketState.SNOOZED):
        stamps["paused_since"] = ticket.paused_since or now
    elif ticket.paused_since is not None:
        stamps["paused_since"] = None
    if state is not TicketState.SNOOZED and ticket.snoozed_until is not None:
        stamps["snoozed_until"] = None
    if state is not ticket.state:
        stamps["resolved_at"] = now if state is TicketState.RESOLVED else None
    if values.get("assignee", ticket.assignee) != ticket.assignee:
        stamps["touched_at"] = now if values["assignee"] else None
    answered = ticket.first_response_at is None and values.get("first_response_at") is not None
    if answered or values.get("next_response_due", ticket.next_response_due) != ticket.next_response_due:
        stamps |= {"warned": 0, "escalation": 0}  # another clock runs
    return stamps


def _pressing_key() -> list[sa.ColumnElement[Any]]:
    first, following = t.tickets.c.first_response_at.is_(None), t.tickets.c.next_response_due.is_not(None)
    due = sa.case(
        (first, t.tickets.c.first_response_due),
        (following, t.tickets.c.next_response_due),
        else_=t.tickets.c.resolution_due,
    )
    never = sa.literal(datetime.max.replace(tzinfo=UTC), type_=t.Utc())
    rested = sa.case((first | following, 0), else_=1)
    return [rested, sa.func.coalesce(due, never), -t.tickets.c.priority_rank, t.tickets.c.id]


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


def awaiting() -> sa.ColumnElement[bool]:
    """Somebody waits for our answer: the first, or the next one."""
    return t.tickets.c.first_response_at.is_(None) | t.tickets.c.next_response_due.is_not(None)


def ticket_from(row: sa.Row[Any]) -> Ticket:
    """A row of the tickets table."""
    values = {**row._mapping}
    del values["priority_rank"], values["legal_warned"]
    values["state"] = TicketState(row.state)
    values["priority"] = Priority(row.priority)
    values |= {name: tuple(values[name]) for name in ("reasons", "tags", "skills")}
    return Ticket(**values)


def reply_from(row: sa.Row[Any]) -> Reply:
    """A row of the replies table."""
    values = {**row._mapping}
    del values["source"], values["native_id"]
    values["state"] = ReplyState(row.state)
    return Reply(**values)
