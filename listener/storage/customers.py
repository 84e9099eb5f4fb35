"""Who wrote: what one author, under all names that people linked, said and was answered."""

from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from listener.model import Identity, Reply, StoredPost, Ticket
from listener.storage import schema as t
from listener.storage.posts import Posts
from listener.storage.sql import inserted_id, upsert_ignoring
from listener.storage.tickets import reply_from, ticket_from


class Customers:
    """One transaction's view of customers. An identity is (source, display name or id there)."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection
        self._posts = Posts(connection)

    def number(self, identity: Identity) -> int | None:
        """The customer that people linked this identity to."""
        mine = (t.identities.c.source == identity.source) & (t.identities.c.author == identity.author)
        return self._db.execute(sa.select(t.identities.c.customer_id).where(mine)).scalar()

    def identities(self, customer: int) -> tuple[Identity, ...]:
        """All identities of a customer."""
        rows = self._db.execute(
            sa.select(t.identities.c.source, t.identities.c.author)
            .where(t.identities.c.customer_id == customer)
            .order_by(t.identities.c.source, t.identities.c.author)
        )
        return tuple(Identity(source=row.source, author=row.author) for row in rows)

    def exists(self, customer: int) -> bool:
        """Whether there is a customer of this number."""
        return self._db.execute(sa.select(t.customers.c.id).where(t.customers.c.id == customer)).first() is not None

    def link(self, identity: Identity, customer: int | None, by: str, now: datetime) -> int:
        """Puts an identity to a customer, None: to a new one. Returns the customer's number."""
        if customer is None:
            customer = inserted_id(self._db, t.customers, {"created_at": now})
        insert = upsert_ignoring(self._db, t.identities, update=("customer_id", "by", "at"))
        values = {"source": identity.source, "author": identity.author, "customer_id": customer, "by": by, "at": now}
        self._db.execute(insert.values(values))
        return customer

    def posts(self, identities: Sequence[Identity], limit: int) -> tuple[StoredPost, ...]:
        """What they wrote, latest first."""
        return self._posts.of_authors([(one.source, one.author) for one in identities], limit)

    def count_posts(self, identities: Sequence[Identity]) -> int:
        """How many posts of theirs are kept."""
        return int(self._db.execute(sa.select(sa.func.count()).where(_theirs(identities))).scalar_one())

    def tickets(self, identities: Sequence[Identity], limit: int) -> tuple[Ticket, ...]:
        """Tickets that hold posts of theirs, latest first."""
        rows = self._db.execute(
            sa.select(t.tickets)
            .where(t.tickets.c.id.in_(_tickets(identities)))
            .order_by(t.tickets.c.id.desc())
            .limit(limit)
        )
        return tuple(ticket_from(row) for row in rows)

    def count_tickets(self, identities: Sequence[Identity]) -> int:
        """How many tickets hold posts of theirs."""
        found = sa.select(sa.func.count()).where(t.tickets.c.id.in_(_tickets(identities)))
        return int(self._db.execute(found).scalar_one())

    def replies(self, identities: Sequence[Identity], limit: int) -> tuple[Reply, ...]:
        """What they were answered, latest first."""
        posts = sa.select(t.posts.c.id).where(_theirs(identities))
        rows = self._db.execute(
            sa.select(t.replies).where(t.replies.c.post_id.in_(posts)).order_by(t.replies.c.id.desc()).limit(limit)
        )
        return tuple(reply_from(row) for row in rows)


def _theirs(identities: Sequence[Identity]) -> sa.ColumnElement[bool]:
    return sa.or_(
        sa.false(),
        *(
            (t.posts.c.source == one.source) & ((t.posts.c.author == one.author) | (t.posts.c.author_id == one.author))
            for one in identities
        ),
    )


def _tickets(identities: Sequence[Identity]) -> sa.Select[tuple[int]]:
    return (
        sa.select(t.ticket_posts.c.ticket_id)
        .join(t.posts, t.posts.c.id == t.ticket_posts.c.post_id)
        .where(_theirs(identities))
    )
