"""The two places where SQLite and PostgreSQL spell a thing differently, spelled once."""

import functools
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def upsert_ignoring(
    connection: sa.Connection,
    table: sa.Table,
    update: Sequence[str] = (),
    where: sa.ColumnElement[bool] | None = None,
) -> Any:
    """INSERT ... ON CONFLICT DO NOTHING; with update: DO UPDATE of these columns, by the primary key. where: only of a
    row for which that holds.

    Without where it is always the same statement for a table: execute it with the values, as building one costs more
    than running it.
    """
    if where is not None:
        return _upserting(connection.dialect.name, table, tuple(update), where)
    return _upsert(connection.dialect.name, table, tuple(update))


@functools.cache
def _upsert(dialect: str, table: sa.Table, update: tuple[str, ...]) -> Any:
    return _upserting(dialect, table, update, None)


def _upserting(dialect: str, table: sa.Table, update: tuple[str, ...], where: sa.ColumnElement[bool] | None) -> Any:
    insert: Any = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    if not update:
        return insert.on_conflict_do_nothing()
    keys = [column.name for column in table.primary_key.columns]
    changes = {name: insert.excluded[name] for name in update}
    return insert.on_conflict_do_update(index_elements=keys, set_=changes, where=where)


@functools.cache
def upsert_returning_id(dialect: str, table: sa.Table, *more: sa.Column[Any]) -> Any:
    """INSERT ... ON CONFLICT DO NOTHING RETURNING id and more columns: no row where there was one."""
    return _upsert(dialect, table, ()).returning(table.c.id, *more)


@functools.cache
def _insert(table: sa.Table) -> Any:
    return table.insert().returning(table.c.id)


def inserted_id(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> int:
    """Adds a row and returns its id."""
    return int(connection.execute(_insert(table), values).scalar_one())


def upsert_where(
    connection: sa.Connection, table: sa.Table, update: Sequence[str], where: sa.ColumnElement[bool]
) -> Any:
    """INSERT ... ON CONFLICT DO UPDATE of these columns, by the primary key, where the row that is there fulfils a
    condition: the condition stands in the statement itself, so of two who ask at once one is refused."""
    insert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
    keys = [column.name for column in table.primary_key.columns]
    changes = {name: insert.excluded[name] for name in update}
    return insert.on_conflict_do_update(index_elements=keys, set_=changes, where=where)
