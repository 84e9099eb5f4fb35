"""One worker a database: a file lock beside SQLite, an advisory lock in PostgreSQL. Both end with their process."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from listener.errors import Conflict
from listener.storage.engine import place

_KEY = 0x4C697374656E  # any number that is ours


@contextmanager
def only_one(engine: sa.Engine) -> Iterator[None]:
    """Holds the lock for the length of the block. Conflict where another process has it."""
    if engine.dialect.name == "postgresql":
        yield from _advisory(engine)
    elif engine.url.database in (None, "", ":memory:"):
        yield
    else:
        yield from _beside(engine)


def _advisory(engine: sa.Engine) -> Iterator[None]:
    # a connection of its own, outside any transaction: the lock lives as long as it does
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if not connection.execute(sa.select(sa.func.pg_try_advisory_lock(_KEY))).scalar():
            raise _taken(engine)
        try:
            yield
        finally:
            connection.execute(sa.select(sa.func.pg_advisory_unlock(_KEY)))


def _beside(engine: sa.Engine) -> Iterator[None]:
    descriptor = os.open(f"{engine.url.database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise _taken(engine) from error
        yield
    finally:
        os.close(descriptor)


def _taken(engine: sa.Engine) -> Conflict:
    return Conflict(
        "another listener is at work on this database", where=place(engine), mend="stop it first, or let it work"
    )
