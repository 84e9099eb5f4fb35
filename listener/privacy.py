"""Forgetting a person: what the law asks for, done in one transaction, with an honest list of what was not done."""

from dataclasses import dataclass
from datetime import UTC, datetime

from listener.model import Identity
from listener.storage import Storage, Transaction

_BATCH = 1000
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)
_KEPT = "replies kept (our own words)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Erasure:
    """done: what was erased -> how many. left: what could not be, each with what a person can do about it."""

    done: dict[str, int]
    left: tuple[str, ...]


def erase(storage: Storage, source: str, author: str, now: datetime, *, by: str) -> Erasure:
    """Erases an author (display name or id) of one source, and keeps them from being collected again.

    The audit log notes that it was done, not to whom: else it would remember what it should forget.
    """
    with storage.begin() as tx:
        elsewhere = _elsewhere(tx, Identity(source=source, author=author))
        done = tx.posts.forget_author(source, author, now)
        tx.people.note(now, by, "author erased", f"source {source}: {done.get('posts', 0)} posts")
    kept = done.pop(_KEPT, 0)
    left = _left(done.get("posts", 0), kept, _quoted(storage, source, author))
    return Erasure(done=done, left=(*elsewhere, *left))


def _elsewhere(tx: Transaction, identity: Identity) -> tuple[str, ...]:
    """Where else people say that this person writes: that is another erasure, and the person's to ask for."""
    number = tx.customers.number(identity)
    others = tx.customers.identities(number) if number is not None else ()
    return tuple(
        f'somebody linked them to "{other.author}" of source {other.source}: erase that too if they ask for it'
        for other in others
        if other != identity
    )


def _quoted(storage: Storage, source: str, author: str) -> int:
    """How many posts of others quote this author by name."""
    after = found = 0
    while True:
        with storage.read() as tx:
            batch = tx.posts.between(_BEGINNING, _END, after=after, limit=_BATCH)
        found += sum(
            stored.post.source == source and any(quote.author == author for quote in stored.post.quotes)
            for stored in batch
        )
        if len(batch) < _BATCH:
            return found
        after = batch[-1].id


def _left(posts: int, replies: int, quoted: int) -> tuple[str, ...]:
    left = []
    if quoted:
        left.append(f"{quoted} posts of others quote this author: what others wrote is theirs and stays")
    if replies:
        left.append(f"{replies} of the posts were answered by us: our own words stay")
    if posts:
        left += [
            "alerts already sent to Slack may quote these posts: delete those messages there",
            "copies made outside this program (exports, backups, digests sent) are not known to it",
            "the posts themselves stand where they were published: their place decides about them",
            "a classifier trained on corrections of these posts still knows them: run listener train",
        ]
    return tuple(left)
