"""Private replies, which stay private: who may read a reply is decided once, and the database holds that. And posts
that people hide at their place."""

import sqlalchemy as sa
from alembic import op

from listener.storage.schema import Utc

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_REFUSAL = "a reply stays as private or public as it was approved"


def upgrade() -> None:
    for table in ("replies", "proposals"):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.add_column(sa.Column("private", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("replies", schema=None) as batch_op:
        batch_op.create_index(
            "uq_replies_one_private",
            ["post_id"],
            unique=True,
            sqlite_where=sa.text("private AND state <> 'failed'"),
            postgresql_where=sa.text("private AND state <> 'failed'"),
        )
    _hidings()
    if op.get_bind().dialect.name == "postgresql":
        _hold_postgresql()
    else:
        _hold_sqlite()


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _hidings() -> None:
    op.create_table(
        "hidings",
        sa.Column("id", _id(), nullable=False),
        sa.Column("post_id", _id(), nullable=False),
        sa.Column("ticket_id", _id(), nullable=True),
        sa.Column("hidden", sa.Boolean(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_hidings_post_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_hidings_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hidings")),
    )
    with op.batch_alter_table("hidings", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_hidings_post_id"), ["post_id"], unique=False)
        batch_op.create_index(
            "uq_hidings_one_waiting",
            ["post_id"],
            unique=True,
            sqlite_where=sa.text("state IN ('wanted', 'working')"),
            postgresql_where=sa.text("state IN ('wanted', 'working')"),
        )


def _hold_sqlite() -> None:
    for table in ("replies", "proposals"):
        op.execute(
            f"CREATE TRIGGER {table}_keep_visibility BEFORE UPDATE OF private ON {table} "
            f"WHEN NEW.private IS NOT OLD.private BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
        )


def _hold_postgresql() -> None:
    op.execute(
        f"""
        CREATE FUNCTION visibility_is_kept() RETURNS trigger AS $$
        BEGIN
            RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
        END $$ LANGUAGE plpgsql
        """
    )
    for table in ("replies", "proposals"):
        op.execute(
            f"CREATE TRIGGER {table}_keep_visibility BEFORE UPDATE ON {table} FOR EACH ROW "
            "WHEN (NEW.private IS DISTINCT FROM OLD.private) EXECUTE FUNCTION visibility_is_kept()"
        )
