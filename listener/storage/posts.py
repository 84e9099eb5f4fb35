"""Posts, their revisions, mentions, classifications, fingerprints; and the authors who asked to be forgotten."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from listener.model import (
    Classification,
    Evidence,
    Intent,
    Mention,
    Post,
    Query,
    Quote,
    Reach,
    Sentiment,
    Span,
    StoredPost,
    TicketState,
    Topic,
    Urgency,
)
from listener.storage import schema as t
from listener.storage.sql import upsert_ignoring, upsert_returning_id

ERASED = "(erased)"
_PLACE = ("thread_id", "thread_key", "thread_title", "thread_url", "url")
_POST_FIELDS = tuple(field.name for field in fields(Post))
_CHUNK = 500  # bound parameters a statement: SQLite takes 32,766, PostgreSQL 65,535

# Statements that every post goes through are built once: building one costs several times what running it does.
_FORGET_PRINT = t.fingerprints.delete().where(
    t.fingerprints.c.source == sa.bindparam("which_source"), t.fingerprints.c.native_id == sa.bindparam("which_id")
)
_PRINTS = sa.select(t.fingerprints.c.native_id, t.fingerprints.c.content_hash).where(
    t.fingerprints.c.source == sa.bindparam("source"),
    t.fingerprints.c.native_id.in_(sa.bindparam("ids", expanding=True)),
)
_SAID = ("id", "native_id", "content_hash", "deleted_at", "thread_id", "reach", "answer_due")
_KNOWN = sa.select(*(t.posts.c[name] for name in _SAID)).where(
    t.posts.c.source == sa.bindparam("source"), t.posts.c.native_id.in_(sa.bindparam("ids", expanding=True))
)
_STANDING = sa.select(t.posts.c.thread_key, t.posts.c.native_id, t.posts.c.published_at).where(
    t.posts.c.source == sa.bindparam("source"),
    t.posts.c.thread_key.in_(sa.bindparam("ids", expanding=True)),
    t.posts.c.deleted_at.is_(None),
)
_FORGOTTEN = sa.select(t.forgotten.c.author_hash).where(
    t.forgotten.c.author_hash.in_(sa.bindparam("hashes", expanding=True))
)
_DROP_MENTIONS = t.mentions.delete().where(t.mentions.c.post_id == sa.bindparam("which_post"))
_RECOUNT = (
    t.posts.update()
    .where(t.posts.c.id == sa.bindparam("which_post"))
    .values(reach=sa.bindparam("far"), answer_due=sa.bindparam("due"))
)
_ADD_MENTIONS = t.mentions.insert()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is already there under a native id. post_id is None where only a fingerprint was kept. reach, answer_due: as
    the place said when it was written down."""

    post_id: int | None
    content_hash: str
    deleted: bool = False
    thread_id: str | None = None
    reach: Reach | None = None
    answer_due: datetime | None = None

    def moved_to(self, thread_id: str | None) -> bool:
        """Whether the post stands in another thread now. A page that names no thread says nothing of it."""
        return self.post_id is not None and thread_id is not None and _storable_text(thread_id) != self.thread_id


class Kept(StrEnum):
    """What storing a post did."""

    NEW = "new"
    REVISED = "revised"
    UNCHANGED = "unchanged"


class Posts:
    """One transaction's view of the posts."""

    def __init__(self, connection: sa.Connection) -> None:
        self._db = connection

    def known(self, source: str, native_ids: Sequence[str]) -> dict[str, Known]:
        """What is kept of these, by native id."""
        found: dict[str, Known] = {}
        ids = [_storable_text(native_id) for native_id in native_ids]
        for chunk in (ids[i : i + _CHUNK] for i in range(0, len(ids), _CHUNK)):
            which = {"source": source, "ids": chunk}
            found |= {
                row.native_id: Known(post_id=None, content_hash=row.content_hash)
                for row in self._db.execute(_PRINTS, which)
            }
            found |= {
                row.native_id: Known(
                    post_id=row.id,
                    content_hash=row.content_hash,
                    deleted=row.deleted_at is not None,
                    thread_id=row.thread_id,
                    reach=row.reach,
                    answer_due=row.answer_due,
                )
                for row in self._db.execute(_KNOWN, which)
            }
        return found

    def keep_all(self, several: Sequence[tuple[Post, str, bool]], now: datetime) -> list[tuple[int, Kept]]:
        """keep, for many posts of one source under different native ids: (post, content hash, fingerprint). New ones
        go in together."""
        posts = [storable(post) for post, _, _ in several]
        rows = [
            _row(post) | {"content_hash": content_hash, "revisions": 0}
            for post, (_, content_hash, _) in zip(posts, several, strict=True)
        ]
        added = self._add(rows)
        prints = [
            {"which_source": post.source, "which_id": post.native_id}
            for post, (_, _, fingerprint) in zip(posts, several, strict=True)
            if fingerprint and post.native_id in added
        ]
        if prints:
            self._db.execute(_FORGET_PRINT, prints)
        return [
            (added[post.native_id], Kept.NEW) if post.native_id in added else self.keep(post, content_hash, now)
            for post, (_, content_hash, _) in zip(posts, several, strict=True)
        ]

    def _add(self, rows: Sequence[dict[str, Any]]) -> dict[str, int]:
        """Adds the posts that are not there. Row ids of those, by native id."""
        if not rows:
            return {}
        insert = upsert_returning_id(self._db.dialect.name, t.posts, t.posts.c.native_id)
        return {row.native_id: row.id for row in self._db.execute(insert, list(rows))}

    def recount(self, several: Sequence[tuple[int, Post]]) -> None:
        """Writes down what places say now of how far posts go and by when they want an answer. By row id."""
        if several:
            rows = [{"which_post": row_id, "far": post.reach, "due": post.answer_due} for row_id, post in several]
            self._db.execute(_RECOUNT, rows)

    def keep(self, post: Post, content_hash: str, now: datetime, *, fingerprint: bool = True) -> tuple[int, Kept]:
        """Adds the post, or a revision of it where its content changed. Returns its row id and what was done.
        fingerprint: there may be one of it, which is no longer needed then."""
        post = storable(post)
        values = _row(post) | {"content_hash": content_hash}
        insert = upsert_returning_id(self._db.dialect.name, t.posts)
        row_id = self._db.execute(insert, {**values, "revisions": 0}).scalar()
        if row_id is not None:
            if fingerprint:
                self._forget_fingerprint(post)
            return int(row_id), Kept.NEW
        old = self._db.execute(
            sa.select(t.posts)
            .where(t.posts.c.source == post.source, t.posts.c.native_id == post.native_id)
            .with_for_update()
        ).one()
        kept = Kept.UNCHANGED if old.content_hash == content_hash else Kept.REVISED
        if kept is Kept.REVISED:
            self._revise(old, values, now)
        elif changes := self._standing(old, values):
            self._db.execute(t.posts.update().where(t.posts.c.id == old.id).values(changes))
        if post.thread_id is not None and old.thread_key != post.thread_key:
            self._follow(int(old.id), old.thread_key, post)
        return int(old.id), kept

    def _standing(self, old: sa.Row[Any], values: dict[str, Any]) -> dict[str, Any]:
        """Where a post of the same words stands now: there again, or in another thread. That is no revision."""
        changes: dict[str, Any] = {} if old.deleted_at is None else {"deleted_at": None}
        if values["thread_id"] is not None and values["thread_key"] != old.thread_key:
            changes |= {name: values[name] for name in _PLACE if values[name] is not None}
        return changes

    def _follow(self, post_id: int, thread_key: str, post: Post) -> None:
        """Open tickets follow a post to its new thread, when no post of theirs is left in the old one: a thread that
        was moved or merged keeps its ticket. Where the new thread has one of its own both stay as they are."""
        mine = sa.select(t.ticket_posts.c.ticket_id).where(t.ticket_posts.c.post_id == post_id)
        left = (
            sa.select(sa.literal(1))
            .select_from(t.ticket_posts.join(t.posts, t.posts.c.id == t.ticket_posts.c.post_id))
            .where(t.ticket_posts.c.ticket_id == t.tickets.c.id, t.posts.c.thread_key == thread_key)
        )
        other = t.tickets.alias()
        taken = sa.select(sa.literal(1)).where(
            other.c.source == post.source,
            other.c.thread_key == post.thread_key,
            other.c.brand == t.tickets.c.brand,
            other.c.query == t.tickets.c.query,
            other.c.state != TicketState.RESOLVED.value,
        )
        self._db.execute(
            t.tickets.update()
            .where(
                t.tickets.c.id.in_(mine),
                t.tickets.c.state != TicketState.RESOLVED.value,
                ~left.exists(),
                ~taken.exists(),
            )
            .values(thread_key=post.thread_key)
        )

    def _revise(self, old: sa.Row[Any], values: dict[str, Any], now: datetime) -> None:
        former = {name: getattr(old, name) for name in ("text", "quotes", "rating", "content_hash", "seen_at")}
        self._db.execute(t.revisions.insert().values(post_id=old.id, replaced_at=now, **former))
        # what the place no longer says (a date gone relative, a nick withheld) does not wipe what we know
        fresh = {name: value for name, value in values.items() if value is not None and name != "seen_at"}
        if values["thread_id"] is None:
            del fresh["thread_key"]
        self._db.execute(
            t.posts.update().where(t.posts.c.id == old.id).values(revisions=old.revisions + 1, deleted_at=None, **fresh)
        )

    def _forget_fingerprint(self, post: Post) -> None:
        self._db.execute(_FORGET_PRINT, {"which_source": post.source, "which_id": post.native_id})

    def fingerprint(self, several: Sequence[tuple[Post, str]]) -> None:
        """Remembers that posts were seen and matched nothing; a content hash with each."""
        rows = [
            {
                "source": post.source,
                "native_id": _storable_text(post.native_id),
                "content_hash": content_hash,
                "seen_at": post.seen_at,
            }
            for post, content_hash in several
        ]
        if rows:
            insert = upsert_ignoring(self._db, t.fingerprints, update=("content_hash", "seen_at"))
            self._db.execute(insert, rows)

    def tombstone(self, source: str, native_ids: Iterable[str], now: datetime) -> int:
        """Marks posts that the place no longer shows. Returns how many were not marked before."""
        ids = [_storable_text(native_id) for native_id in native_ids]
        if not ids:
            return 0
        done = self._db.execute(
            t.posts.update()
            .where(t.posts.c.source == source, t.posts.c.native_id.in_(ids), t.posts.c.deleted_at.is_(None))
            .values(deleted_at=now)
        )
        return done.rowcount

    def tombstone_thread(self, source: str, thread_id: str, now: datetime) -> int:
        """Marks all posts of a thread that the place no longer shows."""
        done = self._db.execute(
            t.posts.update()
            .where(t.posts.c.source == source, t.posts.c.thread_id == thread_id, t.posts.c.deleted_at.is_(None))
            .values(deleted_at=now)
        )
        return done.rowcount

    def standing(self, source: str, threads: Iterable[str]) -> dict[str, dict[str, datetime | None]]:
        """Thread -> the posts kept of it that are not marked as deleted, each with when it was written."""
        found: dict[str, dict[str, datetime | None]] = {}
        ids = sorted(_storable_text(thread) for thread in threads)
        for chunk in (ids[i : i + _CHUNK] for i in range(0, len(ids), _CHUNK)):
            for row in self._db.execute(_STANDING, {"source": source, "ids": chunk}):
                found.setdefault(row.thread_key, {})[row.native_id] = row.published_at
        return found

    def absent(self, source: str, thread_id: str, seen: Iterable[str]) -> frozenset[str]:
        """Posts kept of a thread, not marked as deleted, that are not among those seen."""
        there = {_storable_text(native_id) for native_id in seen}
        rows = self._db.execute(
            sa.select(t.posts.c.native_id).where(
                t.posts.c.source == source,
                t.posts.c.thread_key == _storable_text(thread_id),  # the index has it
                t.posts.c.thread_id.is_not(None),
                t.posts.c.deleted_at.is_(None),
            )
        ).scalars()
        return frozenset(rows) - there

    def of_open_tickets(self, source: str, before: datetime) -> dict[str, tuple[str, str | None]]:
        """Where posts of open tickets stand that were first seen before a time and are not marked as deleted: thread
        key -> address and thread id (None: the address is that of the post)."""
        rows = self._db.execute(
            sa.select(t.posts.c.thread_key, t.posts.c.thread_id, t.posts.c.thread_url, t.posts.c.url)
            .join(t.ticket_posts, t.ticket_posts.c.post_id == t.posts.c.id)
            .join(t.tickets, t.tickets.c.id == t.ticket_posts.c.ticket_id)
            .where(
                t.posts.c.source == source,
                t.posts.c.deleted_at.is_(None),
                t.posts.c.seen_at < before,
                t.tickets.c.state != TicketState.RESOLVED.value,
            )
            .order_by(t.posts.c.id)
        )
        return {
            row.thread_key: (row.thread_url, row.thread_id) if row.thread_id and row.thread_url else (row.url, None)
            for row in rows
        }

    def classify(self, opinions: Sequence[tuple[int, Classification]]) -> None:
        """Sets the model's opinion of posts, in place of older ones."""
        rows = [_opinion_row(post_id, opinion) for post_id, opinion in opinions]
        if rows:
            columns = tuple(name for name in rows[0] if name != "post_id")
            self._db.execute(upsert_ignoring(self._db, t.classifications, update=columns), rows)

    def mention(
        self, found: Sequence[tuple[int, Sequence[Mention]]], now: datetime, new: frozenset[int] = frozenset()
    ) -> None:
        """Sets what queries found in posts, in place of what they found before. new: rows of posts that are new."""
        before = [{"which_post": post_id} for post_id, _ in found if post_id not in new]
        if before:
            self._db.execute(_DROP_MENTIONS, before)
        rows = [
            {
                "post_id": post_id,
                "brand": mention.query.brand,
                "query": mention.query.expression,
                "spans": [_plain(span) for span in mention.spans],
                "why": mention.why,
                "seen_at": now,
            }
            for post_id, mentions in found
            for mention in mentions
        ]
        if rows:
            self._db.execute(_ADD_MENTIONS, rows)

    def one(self, post_id: int) -> StoredPost | None:
        """A post with all that was found in it."""
        return next(iter(self._stored(t.posts.c.id == post_id)), None)

    def of_ticket(self, ticket_id: int) -> tuple[StoredPost, ...]:
        """The posts of a ticket, oldest first."""
        ids = sa.select(t.ticket_posts.c.post_id).where(t.ticket_posts.c.ticket_id == ticket_id)
        return self._stored(t.posts.c.id.in_(ids))

    def of_thread(self, source: str, thread_key: str, limit: int = 200) -> tuple[StoredPost, ...]:
        """What is kept of a thread, oldest first."""
        return self._stored((t.posts.c.source == source) & (t.posts.c.thread_key == thread_key), limit)

    def find(self, source: str, native_id: str) -> StoredPost | None:
        """A post by the name its place gives it."""
        return next(iter(self._stored((t.posts.c.source == source) & (t.posts.c.native_id == native_id))), None)

    def at(self, url: str) -> StoredPost | None:
        """The latest post with this address."""
        return next(iter(self._stored(t.posts.c.url == url, 1, order=t.posts.c.id.desc())), None)

    def latest_mentioned(self, limit: int, before: int | None = None) -> tuple[StoredPost, ...]:
        """Posts that a query matched, latest row first; before: only rows below this id."""
        where: sa.ColumnElement[bool] = t.posts.c.id.in_(sa.select(t.mentions.c.post_id))
        if before is not None:
            where &= t.posts.c.id < before
        return self._stored(where, limit, order=t.posts.c.id.desc())

    def of_authors(self, authors: Sequence[tuple[str, str]], limit: int) -> tuple[StoredPost, ...]:
        """Posts by any of these (source, display name or id), latest row first."""
        theirs = [
            (t.posts.c.source == source) & ((t.posts.c.author == author) | (t.posts.c.author_id == author))
            for source, author in authors
        ]
        return self._stored(sa.or_(sa.false(), *theirs), limit, order=t.posts.c.id.desc())

    def between(self, start: datetime, end: datetime, *, after: int = 0, limit: int = 1000) -> tuple[StoredPost, ...]:
        """Posts first seen in [start, end), by row id; after: the last row id of the batch before."""
        where = (t.posts.c.seen_at >= start) & (t.posts.c.seen_at < end) & (t.posts.c.id > after)
        return self._stored(where, limit, order=t.posts.c.id)

    def _stored(
        self, where: sa.ColumnElement[bool], limit: int = 1000, order: sa.ColumnElement[Any] | None = None
    ) -> tuple[StoredPost, ...]:
        by_time = sa.func.coalesce(t.posts.c.published_at, t.posts.c.seen_at)
        ordering = [by_time, t.posts.c.id] if order is None else [order]
        rows = self._db.execute(sa.select(t.posts).where(where).order_by(*ordering).limit(limit)).all()
        ids = [row.id for row in rows]
        opinions = {
            row.post_id: _opinion(row)
            for row in self._db.execute(sa.select(t.classifications).where(t.classifications.c.post_id.in_(ids)))
        }
        found: dict[int, list[Mention]] = {}
        for row in self._db.execute(
            sa.select(t.mentions).where(t.mentions.c.post_id.in_(ids)).order_by(t.mentions.c.id)
        ):
            found.setdefault(row.post_id, []).append(_mention(row))
        return tuple(
            StoredPost(
                id=row.id,
                post=_post(row),
                revisions=row.revisions,
                deleted_at=row.deleted_at,
                classification=opinions.get(row.id),
                mentions=tuple(found.get(row.id, ())),
            )
            for row in rows
        )

    # --- people who asked to be forgotten ---------------------------------------------------------------

    def forgotten(self, authors: Iterable[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Which of these (source, author) pairs must not be collected."""
        by_hash = {author_hash(source, author): (source, author) for source, author in authors}
        if not by_hash:
            return frozenset()
        rows = self._db.execute(_FORGOTTEN, {"hashes": list(by_hash)})
        return frozenset(by_hash[row.author_hash] for row in rows)

    def _forget_words(self, tickets: set[int], author: str) -> dict[str, int]:
        """Blanks what we wrote that may speak of an author: in tickets that hold posts of theirs alone every note and
        every proposal that did not go out, in others what names them; and audit details that name them."""
        others = (
            sa.select(t.ticket_posts.c.ticket_id)
            .join(t.posts, t.posts.c.id == t.ticket_posts.c.post_id)
            .where(t.ticket_posts.c.ticket_id.in_(tickets), t.posts.c.text != "")
        )
        alone = tickets - set(self._db.execute(others).scalars())
        notes = t.notes.c.ticket_id.in_(alone) | (t.notes.c.ticket_id.in_(tickets) & _name_in(t.notes.c.text, author))
        drafts = t.proposals.c.reply_id.is_(None) & (
            t.proposals.c.ticket_id.in_(alone)
            | (t.proposals.c.ticket_id.in_(tickets) & _name_in(t.proposals.c.text, author))
        )
        lines = t.audit.c.ticket_id.in_(tickets) & _name_in(t.audit.c.detail, author)
        return {
            "notes": self._db.execute(t.notes.update().where(notes).values(text=ERASED)).rowcount,
            "proposed replies": self._db.execute(t.proposals.update().where(drafts).values(text=ERASED)).rowcount,
            # the log lets this one change through, and no other (migration 0003)
            "lines of the audit log": self._db.execute(t.audit.update().where(lines).values(detail=ERASED)).rowcount,
        }

    def _forget_identity(self, source: str, author: str) -> int:
        """Unlinks an author; a customer without any name left is gone too."""
        mine = (t.identities.c.source == source) & (t.identities.c.author == author)
        done = self._db.execute(t.identities.delete().where(mine)).rowcount
        named = sa.select(t.identities.c.customer_id)
        self._db.execute(t.customers.delete().where(t.customers.c.id.not_in(named)))
        return done

    def forget_author(self, source: str, author: str, now: datetime) -> dict[str, int]:
        """Erases an author (by name or id) from posts and what hangs on them. Returns counts of what was done."""
        mine = (t.posts.c.source == source) & ((t.posts.c.author == author) | (t.posts.c.author_id == author))
        ids = sa.select(t.posts.c.id).where(mine)
        answered = set(self._db.execute(sa.select(t.replies.c.post_id).where(t.replies.c.post_id.in_(ids))).scalars())
        theirs = sa.select(t.ticket_posts.c.ticket_id).where(t.ticket_posts.c.post_id.in_(ids))
        tickets = set(self._db.execute(theirs).scalars())
        done = {
            "revisions": self._db.execute(t.revisions.delete().where(t.revisions.c.post_id.in_(ids))).rowcount,
            "mentions": self._db.execute(t.mentions.delete().where(t.mentions.c.post_id.in_(ids))).rowcount,
            "labels": self._db.execute(t.labels.delete().where(t.labels.c.post_id.in_(ids))).rowcount,
        }
        self._db.execute(t.classifications.delete().where(t.classifications.c.post_id.in_(ids)))
        # the row stays as an empty shell: tickets and replies hang on it, and it keeps the post from coming back
        blank = dict.fromkeys(("author", "author_id", "author_url", "published_raw", "thread_title"))
        done["posts"] = self._db.execute(
            t.posts.update().where(mine).values(text="", quotes=[], deleted_at=now, **blank)
        ).rowcount
        done["replies kept (our own words)"] = len(answered)
        done |= self._forget_words(tickets, author)
        done["customer links"] = self._forget_identity(source, author)
        self._db.execute(upsert_ignoring(self._db, t.forgotten).values(author_hash=author_hash(source, author), at=now))
        return done


def _name_in(column: sa.ColumnElement[Any], name: str) -> sa.ColumnElement[bool]:
    escaped = name.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return column.ilike(f"%{escaped}%", escape="\\")


def author_hash(source: str, author: str) -> str:
    """The only trace that a forgotten author leaves."""
    return hashlib.sha256(f"{source}\0{author}".encode("utf-8", "replace")).hexdigest()


def _storable_text(text: str) -> str:
    """PostgreSQL refuses NUL, and UTF-8 has no place for lone surrogates: both become U+FFFD."""
    if text.isascii() and "\0" not in text:
        return text
    return text.replace("\0", "\ufffd").encode("utf-8", "replace").decode("utf-8")


def storable(post: Post) -> Post:
    """The post as the database can keep it; itself, where that is as it is."""
    changes: dict[str, Any] = {
        name: kept
        for name in _POST_FIELDS
        if isinstance(value := getattr(post, name), str) and (kept := _storable_text(value)) != value
    }
    quotes = tuple(
        Quote(author=quote.author and _storable_text(quote.author), text=_storable_text(quote.text))
        for quote in post.quotes
    )
    if quotes != post.quotes:
        changes["quotes"] = quotes
    return replace(post, **changes) if changes else post


def _row(post: Post) -> dict[str, Any]:
    row = {name: getattr(post, name) for name in _POST_FIELDS}
    row["quotes"] = [_plain(quote) for quote in post.quotes]
    row["thread_key"] = post.thread_key
    return row


def _plain(value: Quote | Span | Evidence) -> dict[str, Any]:
    return {field.name: getattr(value, field.name) for field in fields(value)}


def _opinion_row(post_id: int, opinion: Classification) -> dict[str, Any]:
    return {
        "post_id": post_id,
        "language": opinion.language,
        "sentiment": opinion.sentiment.value,
        "urgency": opinion.urgency.value,
        "intents": [intent.value for intent in opinion.intents],
        "topics": [topic.value for topic in opinion.topics],
        "confidence": dict(opinion.confidence),
        "evidence": [_plain(evidence) for evidence in opinion.evidence],
        "model": opinion.model,
    }


def _post(row: sa.Row[Any]) -> Post:
    values = {field.name: getattr(row, field.name) for field in fields(Post)}
    values["quotes"] = tuple(Quote(**quote) for quote in row.quotes)
    return Post(**values)


def _opinion(row: sa.Row[Any]) -> Classification:
    confidence: Mapping[str, float] = row.confidence
    return Classification(
        language=row.language,
        sentiment=Sentiment(row.sentiment),
        intents=tuple(Intent(value) for value in row.intents),
        urgency=Urgency(row.urgency),
        topics=tuple(Topic(value) for value in row.topics),
        confidence=confidence,
        evidence=tuple(Evidence(**value) for value in row.evidence),
        model=row.model,
    )


def _mention(row: sa.Row[Any]) -> Mention:
    return Mention(
        query=Query(brand=row.brand, expression=row.query),
        spans=tuple(Span(**span) for span in row.spans),
        why=row.why,
    )
