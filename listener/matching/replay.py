"""What a changed set of queries would have caught and lost, before it is switched on."""

from collections.abc import Iterable
from dataclasses import dataclass

from listener.model import Mention, Post
from listener.protocols import Matcher


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One post whose mentions differ. mentions: of the matcher that has them (after for caught, before for lost)."""

    post: Post
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Diff:
    """caught: what only the new queries find; lost: what only the old ones found; kept: mentions by brand that both
    find; posts: how many were read."""

    caught: tuple[Change, ...]
    lost: tuple[Change, ...]
    kept: int
    posts: int


def replay(before: Matcher, after: Matcher, posts: Iterable[Post]) -> Diff:
    """The difference by post and brand: a brand that both find in a post is kept, whatever query found it."""
    caught: list[Change] = []
    lost: list[Change] = []
    kept = read = 0
    for post in posts:
        read += 1
        old, new = before.match(post), after.match(post)
        both = {mention.query.brand for mention in old} & {mention.query.brand for mention in new}
        kept += len(both)
        _note(caught, post, new, both)
        _note(lost, post, old, both)
    return Diff(caught=tuple(caught), lost=tuple(lost), kept=kept, posts=read)


def _note(changes: list[Change], post: Post, mentions: tuple[Mention, ...], both: set[str]) -> None:
    alone = tuple(mention for mention in mentions if mention.query.brand not in both)
    if alone:
        changes.append(Change(post=post, mentions=alone))
