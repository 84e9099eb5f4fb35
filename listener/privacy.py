"""Forgetting a person: what the law asks for, done in one transaction, with an honest list of what was not done."""

from dataclasses import dataclass
from datetime import datetime

from listener.storage import Storage


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
        done = tx.posts.forget_author(source, author, now)
        tx.people.note(now, by, "author erased", f"source {source}: {done.get('posts', 0)} posts")
    return Erasure(done=done, left=_left(done))


def _left(done: dict[str, int]) -> tuple[str, ...]:
    left = []
    if done.get("posts"):
        left += [
            "alerts already sent to Slack may quote these posts: delete those messages there",
            "copies made outside this program (exports, backups, digests sent) are not known to it",
            "the posts themselves stand where they were published: their place decides about them",
            "a classifier trained on corrections of these posts is not trained anew: run listener train",
        ]
    return tuple(left)
