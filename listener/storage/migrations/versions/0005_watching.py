"""What watchers were told and saw; how far a post goes, and by when its place wants an answer."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from listener.storage.schema import Utc

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    with op.batch_alter_table("watchers", schema=None) as batch_op:
        for name in ("told", "seen"):
            batch_op.add_column(sa.Column(name, number, nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("told_at", Utc(), nullable=True))
        batch_op.create_index("ix_watchers_user", ["user"], unique=False)
    # who watched before hears of what happens from now on
    op.execute("UPDATE watchers SET told = (SELECT coalesce(max(id), 0) FROM events)")
    op.execute("UPDATE watchers SET seen = told")
    reach = sa.JSON().with_variant(postgresql.JSONB(astext_type=sa.Text()), "postgresql")
    with op.batch_alter_table("posts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reach", reach, nullable=True))
        batch_op.add_column(sa.Column("answer_due", Utc(), nullable=True))
