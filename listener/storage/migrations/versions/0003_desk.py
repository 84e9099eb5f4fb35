"""What the desk keeps: clocks, locks, notes, proposals, customers, shares of the work, alerts. And the audit log
closes: rows may be added, and their detail may be blanked for who asks to be forgotten; nothing else."""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from listener.storage.schema import Utc

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_ERASED = "(erased)"
_REFUSAL = "the audit log is append-only"


def upgrade() -> None:
    _tickets()
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.create_index("ix_posts_source_author", ["source", "author"], unique=False)
    _beside_tickets()
    _proposals()
    _customers()
    _work()
    _alerts()
    if op.get_bind().dialect.name == "postgresql":
        _close_audit_postgresql()
    else:
        _close_audit_sqlite()


def _id() -> sa.types.TypeEngine[int]:
    return sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _json() -> sa.types.TypeEngine[Any]:
    return sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")


def _tickets() -> None:
    with op.batch_alter_table("tickets", schema=None) as batch_op:
        for name in ("snoozed_until", "next_response_due", "legal_due", "paused_since", "touched_at", "resolved_at"):
            batch_op.add_column(sa.Column(name, Utc(), nullable=True))
        for name in ("escalation", "warned", "legal_warned"):
            batch_op.add_column(sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
        for name in ("tags", "skills"):
            batch_op.add_column(sa.Column(name, _json(), nullable=False, server_default="[]"))
        for name in ("language", "rule"):
            batch_op.add_column(sa.Column(name, sa.Text(), nullable=True))
        for name in ("merged_into", "split_from"):
            batch_op.add_column(sa.Column(name, _id(), nullable=True))
        batch_op.add_column(sa.Column("incident", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("relevant", sa.Boolean(), nullable=True))
        batch_op.create_index("ix_tickets_assignee_state", ["assignee", "state"], unique=False)
        batch_op.create_index("ix_tickets_brand_opened_at", ["brand", "opened_at"], unique=False)
    # what was resolved before counts from its last change
    op.execute(sa.text("UPDATE tickets SET resolved_at = updated_at WHERE state = 'resolved'"))


def _beside_tickets() -> None:
    op.create_table(
        "notes",
        sa.Column("id", _id(), nullable=False),
        sa.Column("ticket_id", _id(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_notes_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notes")),
    )
    with op.batch_alter_table("notes", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_notes_ticket_id"), ["ticket_id"], unique=False)
    op.create_table(
        "watchers",
        sa.Column("ticket_id", _id(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_watchers_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket_id", "user", name=op.f("pk_watchers")),
    )
    op.create_table(
        "locks",
        sa.Column("ticket_id", _id(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_locks_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket_id", name=op.f("pk_locks")),
    )
    op.create_table(
        "links",
        sa.Column("ticket_id", _id(), nullable=False),
        sa.Column("other_id", _id(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_links_ticket_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["other_id"], ["tickets.id"], name=op.f("fk_links_other_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("ticket_id", "other_id", name=op.f("pk_links")),
    )
    with op.batch_alter_table("links", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_links_other_id"), ["other_id"], unique=False)


def _proposals() -> None:
    op.create_table(
        "proposals",
        sa.Column("id", _id(), nullable=False),
        sa.Column("ticket_id", _id(), nullable=False),
        sa.Column("post_id", _id(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("proposed_by", sa.Text(), nullable=False),
        sa.Column("proposed_at", Utc(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", _json(), nullable=False),
        sa.Column("decided_by", sa.Text(), nullable=True),
        sa.Column("decided_at", Utc(), nullable=True),
        sa.Column("reply_id", _id(), nullable=True),
        sa.CheckConstraint(
            "decided_by IS NULL OR state <> 'approved' OR decided_by <> proposed_by",
            name=op.f("ck_proposals_second_person"),
        ),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_proposals_ticket_id")),
        sa.ForeignKeyConstraint(["post_id"], ["posts.id"], name=op.f("fk_proposals_post_id")),
        sa.ForeignKeyConstraint(["reply_id"], ["replies.id"], name=op.f("fk_proposals_reply_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposals")),
    )
    with op.batch_alter_table("proposals", schema=None) as batch_op:
        batch_op.create_index("ix_proposals_ticket_id_state", ["ticket_id", "state"], unique=False)


def _customers() -> None:
    op.create_table(
        "customers",
        sa.Column("id", _id(), nullable=False),
        sa.Column("created_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
    )
    op.create_table(
        "identities",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("customer_id", _id(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer_id"], ["customers.id"], name=op.f("fk_identities_customer_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("source", "author", name=op.f("pk_identities")),
    )
    with op.batch_alter_table("identities", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_identities_customer_id"), ["customer_id"], unique=False)


def _work() -> None:
    op.create_table(
        "absences",
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("user", name=op.f("pk_absences")),
    )
    op.create_table(
        "mutes",
        sa.Column("scope", sa.Text(), nullable=False),
        sa.Column("until", Utc(), nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("scope", name=op.f("pk_mutes")),
    )
    op.create_table(
        "turns",
        sa.Column("team", sa.Text(), nullable=False),
        sa.Column("user", sa.Text(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("last_at", Utc(), nullable=False),
        sa.PrimaryKeyConstraint("team", "user", name=op.f("pk_turns")),
    )


def _alerts() -> None:
    op.create_table(
        "alerts",
        sa.Column("event_id", _id(), nullable=False),
        sa.Column("ticket_id", _id(), nullable=True),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("at", Utc(), nullable=False),
        sa.Column("held", sa.Text(), nullable=True),
        sa.Column("told_at", Utc(), nullable=True),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"], name=op.f("fk_alerts_event_id"), ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["ticket_id"], ["tickets.id"], name=op.f("fk_alerts_ticket_id"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_alerts")),
    )
    with op.batch_alter_table("alerts", schema=None) as batch_op:
        batch_op.create_index("ix_alerts_channel_at", ["channel", "at"], unique=False)
    op.create_table(
        "crises",
        sa.Column("id", _id(), nullable=False),
        sa.Column("brand", sa.Text(), nullable=False),
        sa.Column("began_at", Utc(), nullable=False),
        sa.Column("ended_at", Utc(), nullable=True),
        sa.Column("volume", sa.Integer(), nullable=False),
        sa.Column("usual", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_crises")),
    )
    with op.batch_alter_table("crises", schema=None) as batch_op:
        batch_op.create_index(
            "uq_crises_one_open",
            ["brand"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )


def _close_audit_sqlite() -> None:
    op.execute(
        f"""
        CREATE TRIGGER audit_is_not_changed BEFORE UPDATE ON audit
        WHEN NEW.detail <> '{_ERASED}' OR NEW.id IS NOT OLD.id OR NEW.at IS NOT OLD.at
            OR NEW.actor IS NOT OLD.actor OR NEW.action IS NOT OLD.action OR NEW.ticket_id IS NOT OLD.ticket_id
        BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END
        """
    )
    op.execute(
        f"CREATE TRIGGER audit_is_not_deleted BEFORE DELETE ON audit BEGIN SELECT RAISE(ABORT, '{_REFUSAL}'); END"
    )


def _close_audit_postgresql() -> None:
    op.execute(
        f"""
        CREATE FUNCTION audit_is_append_only() RETURNS trigger AS $$
        BEGIN
            IF TG_OP = 'UPDATE' AND NEW.detail = '{_ERASED}'
                AND (NEW.id, NEW.at, NEW.actor, NEW.action, NEW.ticket_id)
                    IS NOT DISTINCT FROM (OLD.id, OLD.at, OLD.actor, OLD.action, OLD.ticket_id) THEN
                RETURN NEW;
            END IF;
            RAISE EXCEPTION '{_REFUSAL}' USING ERRCODE = 'integrity_constraint_violation';
        END $$ LANGUAGE plpgsql
        """
    )
    op.execute(
        "CREATE TRIGGER audit_is_not_changed BEFORE UPDATE OR DELETE ON audit "
        "FOR EACH ROW EXECUTE FUNCTION audit_is_append_only()"
    )
    op.execute(
        "CREATE TRIGGER audit_is_not_emptied BEFORE TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_append_only()"
    )
