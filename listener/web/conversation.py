"""A thread as a person reads it: in order of time, the ticket's own posts standing out, long runs of others folded."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from listener.model import StoredPost, TicketView

FOLD_FROM = 4
"""A run of this many posts that are not the ticket's is folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Consecutive posts of one sort. ours: they belong to the ticket; folded: closed until asked for."""

    posts: tuple[StoredPost, ...]
    ours: bool
    folded: bool = False


def conversation(view: TicketView) -> tuple[Strip, ...]:
    """Posts of the ticket and the rest of its thread, oldest first, each once."""
    own = {stored.id for stored in view.posts}
    everything = {stored.id: stored for stored in (*view.thread, *view.posts)}
    return tuple(_strips(sorted(everything.values(), key=_moment), own))


def _moment(stored: StoredPost) -> tuple[float, int]:
    return ((stored.post.published_at or stored.post.seen_at).timestamp(), stored.id)


def _strips(posts: list[StoredPost], own: set[int]) -> Iterator[Strip]:
    for ours, run in groupby(posts, key=lambda stored: stored.id in own):
        together = tuple(run)
        yield Strip(posts=together, ours=ours, folded=not ours and len(together) >= FOLD_FROM)
