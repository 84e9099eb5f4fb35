"""The tables. migrations/ makes them; a test holds the two against each other.

Every time is UTC. JSON columns hold what no query asks for. Texts of scraped origin stay raw here: doors escape.
"""

from dataclasses import fields
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql

from listener.model import Reach


class Utc(sa.types.TypeDecorator[datetime]):
    """Aware UTC in Python; timestamptz in PostgreSQL, naive UTC in SQLite."""

    impl = sa.DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        return dialect.type_descriptor(sa.DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"naive time {value.isoformat()} on its way into the database")
        moment = value.astimezone(UTC)
        return moment if dialect.name == "postgresql" else moment.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class ReachColumn(sa.types.TypeDecorator[Reach]):
    """A Reach as JSON, without what the place does not say."""

    impl = sa.JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        kept = postgresql.JSONB if dialect.name == "postgresql" else sa.JSON
        return dialect.type_descriptor(kept(none_as_null=True))

    def process_bind_param(self, value: Reach | None, dialect: sa.Dialect) -> dict[str, int] | None:
        if value is None:
            return None
        return {one.name: number for one in fields(value) if (number := getattr(value, one.name)) is not None}

    def process_result_value(self, value: dict[str, int] | None, dialect: sa.Dialect) -> Reach | None:
        return None if value is None else Reach(**value)


Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
# SQLite gives out ascending row ids by itself only for INTEGER keys
Id = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("configured", sa.Boolean, nullable=False, default=True),
    sa.Column("paused", sa.Boolean, nullable=False, default=False),
    sa.Column("due_at", Utc, nullable=False),
    sa.Column("claimed_until", Utc),
    sa.Column("last_attempt_at", Utc),
    sa.Column("last_success_at", Utc),
    sa.Column("last_new_at", Utc),
    sa.Column("failures", sa.Integer, nullable=False, default=0),
    sa.Column("failure", sa.Text),
    sa.Column("failure_text", sa.Text),
    sa.Column("requests", sa.BigInteger, nullable=False, default=0),
    sa.Column("not_modified", sa.BigInteger, nullable=False, default=0),
    sa.Column("bytes", sa.BigInteger, nullable=False, default=0),
    # seconds held back for the pace, and what robots.txt meant for us at the last look
    sa.Column("waited", sa.Float, nullable=False, default=0.0),
    sa.Column("robots", sa.Text),
    # when it usually has news (listener.health.Rhythm), and the trouble that people were told of and that lasts
    sa.Column("rhythm", Json),
    sa.Column("trouble", sa.Text),
    sa.Index("ix_sources_due_at", "due_at"),
)

# One row a mark: the cursor of a board with 100,000 threads must not be rewritten for one of them.
marks = sa.Table(
    "marks",
    metadata,
    sa.Column("source", sa.Text, sa.ForeignKey("sources.name", ondelete="CASCADE"), primary_key=True),
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

# What places sent us by themselves, as it came: kept before we answer 200, gone with the posts it gave. The digest
# makes a repeated sending the same row while the first one waits.
arrivals = sa.Table(
    "arrivals",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("headers", Json, nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("digest", sa.Text, nullable=False),
    sa.Column("received_at", Utc, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    # when it may be looked at; null where it could not be read and a person has to look
    sa.Column("due_at", Utc),
    sa.Column("error", sa.Text),
    sa.UniqueConstraint("source", "digest"),
    sa.Index("ix_arrivals_due_at", "due_at"),
)

posts = sa.Table(
    "posts",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("native_id", sa.Text, nullable=False),
    sa.Column("thread_key", sa.Text, nullable=False),
    sa.Column("thread_id", sa.Text),
    sa.Column("thread_title", sa.Text),
    sa.Column("thread_url", sa.Text),
    sa.Column("parent_id", sa.Text),
    sa.Column("author", sa.Text),
    sa.Column("author_id", sa.Text),
    sa.Column("author_url", sa.Text),
    sa.Column("published_at", Utc),
    sa.Column("published_raw", sa.Text),
    sa.Column("url", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("quotes", Json, nullable=False),
    sa.Column("rating", sa.Float),
    sa.Column("rating_scale", sa.Float),
    # what the place says of it at every look, no part of its content
    sa.Column("reach", ReachColumn),
    sa.Column("answer_due", Utc),
    sa.Column("seen_at", Utc, nullable=False),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("revisions", sa.Integer, nullable=False, default=0),
    sa.Column("deleted_at", Utc),
    sa.UniqueConstraint("source", "native_id"),
    sa.Index("ix_posts_source_thread_key", "source", "thread_key"),
    sa.Index("ix_posts_source_author_id", "source", "author_id"),
    sa.Index("ix_posts_source_author", "source", "author"),
    sa.Index("ix_posts_seen_at", "seen_at"),
)

# What a post said before its author edited it.
revisions = sa.Table(
    "revisions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("post_id", Id, sa.ForeignKey("posts.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("quotes", Json, nullable=False),
    sa.Column("rating", sa.Float),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("seen_at", Utc, nullable=False),
    sa.Column("replaced_at", Utc, nullable=False),
)

# Posts that matched nothing leave only this: enough to know them again, nothing to read.
fingerprints = sa.Table(
    "fingerprints",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("native_id", sa.Text, primary_key=True),
    sa.Column("content_hash", sa.Text, nullable=False),
    sa.Column("seen_at", Utc, nullable=False),
)

mentions = sa.Table(
    "mentions",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("post_id", Id, sa.ForeignKey("posts.id", ondelete="CASCADE"), nullable=False),
    sa.Column("brand", sa.Text, nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("spans", Json, nullable=False),
    sa.Column("why", sa.Text, nullable=False),
    sa.Column("seen_at", Utc, nullable=False),
    sa.UniqueConstraint("post_id", "brand", "query"),
    sa.Index("ix_mentions_brand_seen_at", "brand", "seen_at"),
)

classifications = sa.Table(
    "classifications",
    metadata,
    sa.Column("post_id", Id, sa.ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("language", sa.Text),
    sa.Column("sentiment", sa.Text, nullable=False),
    sa.Column("urgency", sa.Text, nullable=False),
    sa.Column("intents", Json, nullable=False),
    sa.Column("topics", Json, nullable=False),
    sa.Column("confidence", Json, nullable=False),
    sa.Column("evidence", Json, nullable=False),
    sa.Column("model", sa.Text, nullable=False),
)

tickets = sa.Table(
    "tickets",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("brand", sa.Text, nullable=False),
    sa.Column("query", sa.Text, nullable=False),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("thread_key", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("priority", sa.Text, nullable=False),
    sa.Column("priority_rank", sa.Integer, nullable=False),
    sa.Column("reasons", Json, nullable=False),
    sa.Column("opened_at", Utc, nullable=False),
    sa.Column("updated_at", Utc, nullable=False),
    sa.Column("first_response_due", Utc),
    sa.Column("first_response_at", Utc),
    sa.Column("resolution_due", Utc),
    sa.Column("team", sa.Text),
    sa.Column("assignee", sa.Text),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    sa.Column("snoozed_until", Utc),
    sa.Column("tags", Json, nullable=False, default=list),
    sa.Column("incident", sa.Boolean, nullable=False, default=False),
    sa.Column("next_response_due", Utc),
    sa.Column("escalation", sa.Integer, nullable=False, default=0),
    sa.Column("legal_due", Utc),
    # while these clocks stand still (pending, snoozed), and when the assignee last did something
    sa.Column("paused_since", Utc),
    sa.Column("touched_at", Utc),
    sa.Column("resolved_at", Utc),
    # percent of the running clock that people were told of; of the legal one apart
    sa.Column("warned", sa.Integer, nullable=False, default=0),
    sa.Column("legal_warned", sa.Integer, nullable=False, default=0),
    sa.Column("merged_into", Id),
    sa.Column("split_from", Id),
    sa.Column("skills", Json, nullable=False, default=list),
    sa.Column("language", sa.Text),
    sa.Column("rule", sa.Text),
    sa.Column("relevant", sa.Boolean),
    sa.Index("ix_tickets_assignee_state", "assignee", "state"),
    sa.Index("ix_tickets_brand_opened_at", "brand", "opened_at"),
    sa.Index("ix_tickets_state_priority_rank_first_response_due", "state", "priority_rank", "first_response_due"),
    # the promise "one open per thread and query", kept by the database itself
    sa.Index(
        "uq_tickets_one_open",
        "source",
        "thread_key",
        "brand",
        "query",
        unique=True,
        sqlite_where=sa.text("state <> 'resolved'"),
        postgresql_where=sa.text("state <> 'resolved'"),
    ),
)

ticket_posts = sa.Table(
    "ticket_posts",
    metadata,
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("post_id", Id, sa.ForeignKey("posts.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("added_at", Utc, nullable=False),
)

replies = sa.Table(
    "replies",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id"), nullable=False, index=True),
    sa.Column("post_id", Id, sa.ForeignKey("posts.id"), nullable=False, index=True),
    sa.Column("source", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("approved_by", sa.Text, nullable=False),
    sa.Column("approved_at", Utc, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("url", sa.Text),
    sa.Column("native_id", sa.Text),
    sa.Column("error", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("sending_since", Utc),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    # for who wrote the post alone; a trigger (migration 0004) refuses to change it
    sa.Column("private", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    sa.CheckConstraint("length(trim(approved_by)) > 0", name="approved"),
    sa.Index("ix_replies_state", "state"),
    # one private reply a post: places take no more
    sa.Index(
        "uq_replies_one_private",
        "post_id",
        unique=True,
        sqlite_where=sa.text("private AND state <> 'failed'"),
        postgresql_where=sa.text("private AND state <> 'failed'"),
    ),
    # the same words to the same post twice is a double click, not a wish
    sa.UniqueConstraint("ticket_id", "post_id", "text"),
)

# Wishes to hide a post at its place or to show it again, and what places told of it (by is empty then).
hidings = sa.Table(
    "hidings",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("post_id", Id, sa.ForeignKey("posts.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id")),
    sa.Column("hidden", sa.Boolean, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("error", sa.Text),
    sa.Column("attempts", sa.Integer, nullable=False, default=0),
    sa.Column("version", sa.Integer, nullable=False, default=1),
    # one wish at a time for a post
    sa.Index(
        "uq_hidings_one_waiting",
        "post_id",
        unique=True,
        sqlite_where=sa.text("state IN ('wanted', 'working')"),
        postgresql_where=sa.text("state IN ('wanted', 'working')"),
    ),
)

# The outbox. due_at: when dispatch may look at it; null once every responder has it or has given up.
events = sa.Table(
    "events",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("created_at", Utc, nullable=False),
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id"), index=True),
    sa.Column("reply_id", Id, sa.ForeignKey("replies.id")),
    sa.Column("payload", Json, nullable=False),
    # what presses goes out first: a rate limit must not keep a fire behind forty questions
    sa.Column("rank", sa.Integer, nullable=False, default=0),
    sa.Column("due_at", Utc, index=True),
    sa.Column("claimed_until", Utc),
)

deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("event_id", Id, sa.ForeignKey("events.id"), nullable=False),
    sa.Column("responder", sa.Text, nullable=False),
    sa.Column("attempt", sa.Integer, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("started_at", Utc, nullable=False),
    sa.Column("finished_at", Utc),
    sa.Column("retry_at", Utc),
    sa.Column("reference", sa.Text),
    sa.Column("error", sa.Text),
    sa.UniqueConstraint("event_id", "responder", "attempt"),
)

# Who did what. Rows are added, never changed: triggers (migration 0003) refuse every UPDATE but the redaction of
# detail, and every DELETE. A migration that rebuilds this table has to make them again.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("actor", sa.Text, nullable=False),
    sa.Column("action", sa.Text, nullable=False),
    sa.Column("detail", sa.Text, nullable=False),
    sa.Column("ticket_id", Id, index=True),
)

# Corrections by people, for training.
labels = sa.Table(
    "labels",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("post_id", Id, sa.ForeignKey("posts.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("corrected", Json, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("password_hash", sa.Text),
    sa.Column("created_at", Utc, nullable=False),
)

# What colleagues say to each other about a ticket.
notes = sa.Table(
    "notes",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("at", Utc, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
)

watchers = sa.Table(
    "watchers",
    metadata,
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("user", sa.Text, primary_key=True),
    # the last event that they were told of, and that they saw; when they were told
    sa.Column("told", Id, nullable=False, default=0),
    sa.Column("seen", Id, nullable=False, default=0),
    sa.Column("told_at", Utc),
    sa.Index("ix_watchers_user", "user"),
)

# Who writes an answer. One row a ticket: the primary key is the lock.
locks = sa.Table(
    "locks",
    metadata,
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("until", Utc, nullable=False),
)

# Replies that want a second person. Approved ones have their reply_id.
proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id"), nullable=False),
    sa.Column("post_id", Id, sa.ForeignKey("posts.id"), nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sa.Column("proposed_by", sa.Text, nullable=False),
    sa.Column("proposed_at", Utc, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("why", Json, nullable=False),
    sa.Column("decided_by", sa.Text),
    sa.Column("decided_at", Utc),
    sa.Column("reply_id", Id, sa.ForeignKey("replies.id")),
    sa.Column("private", sa.Boolean, nullable=False, default=False, server_default=sa.false()),
    # four eyes: kept by the database itself
    sa.CheckConstraint("decided_by IS NULL OR state <> 'approved' OR decided_by <> proposed_by", name="second_person"),
    sa.Index("ix_proposals_ticket_id_state", "ticket_id", "state"),
)

links = sa.Table(
    "links",
    metadata,
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("other_id", Id, sa.ForeignKey("tickets.id", ondelete="CASCADE"), primary_key=True, index=True),
    sa.Column("kind", sa.Text, nullable=False),
)

# A person said: these are the same customer. Nothing is kept of them but their names at those places.
customers = sa.Table(
    "customers",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("created_at", Utc, nullable=False),
)

identities = sa.Table(
    "identities",
    metadata,
    sa.Column("source", sa.Text, primary_key=True),
    sa.Column("author", sa.Text, primary_key=True),
    sa.Column("customer_id", Id, sa.ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("by", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
)

absences = sa.Table(
    "absences",
    metadata,
    sa.Column("user", sa.Text, primary_key=True),
    sa.Column("until", Utc, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

mutes = sa.Table(
    "mutes",
    metadata,
    sa.Column("scope", sa.Text, primary_key=True),
    sa.Column("until", Utc, nullable=False),
    sa.Column("by", sa.Text, nullable=False),
)

# Whose turn it is: how much each member was given, for the fairness of distribution.
turns = sa.Table(
    "turns",
    metadata,
    sa.Column("team", sa.Text, primary_key=True),
    sa.Column("user", sa.Text, primary_key=True),
    sa.Column("given", sa.Integer, nullable=False),
    sa.Column("last_at", Utc, nullable=False),
)

# What was decided about the alert of an event, once: sent, or held back (why) until the digest that told of it.
alerts = sa.Table(
    "alerts",
    metadata,
    sa.Column("event_id", Id, sa.ForeignKey("events.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("ticket_id", Id, sa.ForeignKey("tickets.id", ondelete="CASCADE")),
    sa.Column("channel", sa.Text, nullable=False),
    sa.Column("at", Utc, nullable=False),
    sa.Column("held", sa.Text),
    sa.Column("told_at", Utc),
    sa.Index("ix_alerts_channel_at", "channel", "at"),
)

# A brand's volume left its own baseline: once begun, once ended.
crises = sa.Table(
    "crises",
    metadata,
    sa.Column("id", Id, primary_key=True),
    sa.Column("brand", sa.Text, nullable=False),
    sa.Column("began_at", Utc, nullable=False),
    sa.Column("ended_at", Utc),
    sa.Column("volume", sa.Integer, nullable=False),
    sa.Column("usual", sa.Float, nullable=False),
    sa.Index(
        "uq_crises_one_open",
        "brand",
        unique=True,
        sqlite_where=sa.text("ended_at IS NULL"),
        postgresql_where=sa.text("ended_at IS NULL"),
    ),
)

# People who asked to be forgotten: a hash of source and author key, so that they are not collected again.
forgotten = sa.Table(
    "forgotten",
    metadata,
    sa.Column("author_hash", sa.Text, primary_key=True),
    sa.Column("at", Utc, nullable=False),
)
