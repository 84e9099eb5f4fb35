"""Opening a database: SQLite with the settings it needs to be trusted, PostgreSQL as it comes, and their versions."""

from pathlib import Path
from typing import Any

import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.engine import make_url

from listener.errors import ConfigError, DatabaseTooNew, DatabaseTooOld, DatabaseUnreachable

_BUSY_MS = 10_000
READ_ONLY = "listener_read_only"


def engine_for(url: str) -> sa.Engine:
    """sqlite:///file.db or postgresql://...; ConfigError for anything else. Nothing is opened yet."""
    try:
        parsed = make_url(url)
    except sa.exc.ArgumentError as error:
        raise ConfigError(
            f"not a database URL: {error}",
            where="[listener] database",
            mend='use "sqlite:///listener.db" or "postgresql://user@host/name"',
        ) from error
    if parsed.get_backend_name() == "sqlite":
        return _sqlite(parsed)
    if parsed.get_backend_name() == "postgresql":
        # a connection that died with its server is noticed before it is used, not by losing a transaction
        return sa.create_engine(parsed.set(drivername="postgresql+psycopg"), pool_pre_ping=True)
    raise ConfigError(
        f"{parsed.get_backend_name()} is not supported",
        where="[listener] database",
        mend='use "sqlite:///listener.db" or "postgresql://user@host/name"',
    )


def _sqlite(url: sa.URL) -> sa.Engine:
    engine = sa.create_engine(url, connect_args={"timeout": _BUSY_MS / 1000, "check_same_thread": False})

    @sa.event.listens_for(engine, "connect")
    def prepare(connection: Any, record: object) -> None:
        # the driver's own BEGIN comes too late and is never IMMEDIATE: we say it ourselves, below
        connection.isolation_level = None
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA journal_mode = WAL")
        # FULL: "we are sending this reply" must survive a power cut, or the reply could be sent twice
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        read_only = connection.get_execution_options().get(READ_ONLY)
        # a writer takes the lock first: read-then-write would fail half-way when two of them meet
        connection.exec_driver_sql("BEGIN" if read_only else "BEGIN IMMEDIATE")

    return engine


def place(engine: sa.Engine) -> str:
    """The database as an error may name it: no password."""
    return engine.url.render_as_string(hide_password=True)


def check_version(engine: sa.Engine) -> None:
    """Makes the tables of an empty database; refuses one of another version, saying what to do."""
    current, known, head = _versions(engine)
    if current is None:
        upgrade(engine)
    elif current == head:
        return
    elif current in known:
        raise DatabaseTooOld(
            f"the database has version {current}, this program needs {head}",
            where=place(engine),
            mend="back it up, then run: listener db upgrade --config FILE",
        )
    else:
        raise DatabaseTooNew(
            f"the database has version {current}, which this program does not know (it knows up to {head})",
            where=place(engine),
            mend="run the newer listener that wrote it",
        )


def upgrade(engine: sa.Engine) -> str:
    """Brings the database to this program's version and returns that. Data stays."""
    current, known, head = _versions(engine)
    if current is not None and current not in known:
        check_version(engine)
    with connecting(engine), engine.begin() as connection:
        config = _config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    return head


def _versions(engine: sa.Engine) -> tuple[str | None, frozenset[str], str]:
    """The database's version (None: empty), the versions we know, ours."""
    script = ScriptDirectory.from_config(_config())
    known = frozenset(revision.revision for revision in script.walk_revisions())
    head = script.get_current_head()
    assert head is not None
    with connecting(engine), engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        current = MigrationContext.configure(connection).get_current_revision()
    return current, known, head


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    return config


class connecting:  # noqa: N801 - used as a statement: with connecting(engine):
    """Turns the driver's word for "cannot reach, open, read or write" into ours."""

    def __init__(self, engine: sa.Engine) -> None:
        self.engine = engine

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, sa.exc.OperationalError | sa.exc.DatabaseError) and not isinstance(
            error, sa.exc.IntegrityError | sa.exc.ProgrammingError
        ):
            raise DatabaseUnreachable(
                f"cannot use the database: {_first_line(error)}", where=place(self.engine), mend=self._mend()
            ) from error

    def _mend(self) -> str:
        if self.engine.url.get_backend_name() == "sqlite":
            return "the folder must exist and be writable, and the file must be a SQLite database"
        return "check that the server runs, and host, port, user, password and database name"


def _first_line(error: sa.exc.DBAPIError) -> str:
    return str(error.orig).strip().splitlines()[0]
