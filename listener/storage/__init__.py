"""Where everything is kept. One Storage a process; one Transaction a use case: all of it is written, or nothing.

    with storage.begin() as tx:        # writes; retried by nobody but the caller
        tx.posts.keep(...)
    with storage.read() as tx:         # reads one consistent state

Errors of the driver come out as listener.errors: DatabaseUnreachable for a file or server that cannot be used,
Conflict where a row was changed by somebody else or a promise kept by an index would have been broken.
"""

import contextlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from listener.errors import Conflict
from listener.storage import engine as opening
from listener.storage.around import Around, Voice
from listener.storage.arrivals import Arrival, Arrivals, Sent, Stuck
from listener.storage.clicks import Clicks, KeptClick
from listener.storage.colleagues import Colleagues, Proposals
from listener.storage.customers import Customers
from listener.storage.hidings import Hidings
from listener.storage.lock import only_one
from listener.storage.outbox import Outbox, Told
from listener.storage.people import Account, Label, People
from listener.storage.posts import Kept, Known, Posts, storable
from listener.storage.sources import SourceRow, Sources, Traffic
from listener.storage.tickets import Replies, Tickets, stamped
from listener.storage.tickets import columns as ticket_columns
from listener.storage.watching import Watching
from listener.storage.work import Alerts, Turn, Work

__all__ = [
    "Account",
    "Arrival",
    "Kept",
    "KeptClick",
    "Known",
    "Label",
    "Sent",
    "SourceRow",
    "Storage",
    "Stuck",
    "Told",
    "Traffic",
    "Transaction",
    "Turn",
    "Voice",
    "stamped",
    "storable",
    "ticket_columns",
]


class Transaction:
    """All tables, on one connection, in one transaction."""

    def __init__(self, connection: sa.Connection) -> None:
        self.sources = Sources(connection)
        self.posts = Posts(connection)
        self.tickets = Tickets(connection)
        self.around = Around(connection)
        self.replies = Replies(connection)
        self.outbox = Outbox(connection)
        self.arrivals = Arrivals(connection)
        self.clicks = Clicks(connection)
        self.people = People(connection)
        self.colleagues = Colleagues(connection)
        self.proposals = Proposals(connection)
        self.watching = Watching(connection)
        self.customers = Customers(connection)
        self.work = Work(connection)
        self.alerts = Alerts(connection)
        self.hidings = Hidings(connection)


class Storage:
    """A database. Safe to use from several threads."""

    def __init__(self, engine: sa.Engine) -> None:
        self._engine = engine
        # SQLite has one writer at a time and no queue: who waits inside it may be passed over for seconds
        self._turn = threading.RLock() if engine.dialect.name == "sqlite" else contextlib.nullcontext()
        self._reader = engine.execution_options(**{opening.READ_ONLY: True})

    @classmethod
    def open(cls, url: str) -> "Storage":
        """Opens, makes the tables of an empty database, and refuses one of another version."""
        engine = opening.engine_for(url)
        try:
            opening.check_version(engine)
        except BaseException:
            engine.dispose()
            raise
        return cls(engine)

    @staticmethod
    def upgrade(url: str) -> str:
        """Brings a database to this program's version; returns that version."""
        engine = opening.engine_for(url)
        try:
            return opening.upgrade(engine)
        finally:
            engine.dispose()

    def close(self) -> None:
        """Closes all connections."""
        self._engine.dispose()

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Makes this process the only one that works on the database (doors may still read and write): Conflict
        where another one does. What a dead process had claimed is free again inside."""
        with opening.connecting(self._engine), only_one(self._engine):
            with self.begin() as tx:
                tx.sources.release_all()
                tx.outbox.release_all()
            yield

    @contextmanager
    def begin(self) -> Iterator[Transaction]:
        """A transaction that writes: committed at the end of the block, rolled back if it raises."""
        with self._turn, opening.connecting(self._engine):
            try:
                with self._engine.begin() as connection:
                    yield Transaction(connection)
            except sa.exc.IntegrityError as error:
                raise Conflict(f"refused by the database: {error.orig}", where=opening.place(self._engine)) from error

    @contextmanager
    def read(self) -> Iterator[Transaction]:
        """A transaction that only reads."""
        with opening.connecting(self._engine), self._reader.connect() as connection:
            yield Transaction(connection)
