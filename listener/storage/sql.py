"""The two places where SQLite and PostgreSQL spell a thing differently, spelled once."""

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite


def upsert_ignoring(connection: sa.Connection, table: sa.Table, update: Sequence[str] = ()) -> Any:
    """INSERT ... ON CONFLICT DO NOTHING; with update: DO UPDATE of these columns, by the primary key."""
    insert: Any = (postgresql if connection.dialect.name == "postgresql" else sqlite).insert(table)
    if not update:
        return insert.on_conflict_do_nothing()
    keys = [column.name for column in table.primary_key.columns]
    return insert.on_conflict_do_update(index_elements=keys, set_={name: insert.excluded[name] for name in update})


def inserted_id(connection: sa.Connection, table: sa.Table, values: dict[str, Any]) -> int:
    """Adds a row and returns its id."""
    return int(connection.execute(table.insert().values(values).returning(table.c.id)).scalar_one())
