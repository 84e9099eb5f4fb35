"""Alembic's entry: runs the migrations on the connection that listener.storage.engine hands over."""

from alembic import context

from listener.storage.schema import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    # SQLite cannot alter most things in place: Alembic copies the table
    render_as_batch=connection.dialect.name == "sqlite",
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
