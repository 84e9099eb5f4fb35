"""Whether a post can be answered privately, decided before anybody writes. Pure."""

from datetime import datetime, timedelta

from listener.model import NoPrivate, Post, PrivateWay


def private_way(within: timedelta | None, post: Post, now: datetime, *, answered: bool) -> PrivateWay:
    """within: how long after the post was written its place takes a private reply, None: for ever; answered: it has
    had one. A post that carries no time of its own is left to its place to judge."""
    until = None if within is None or post.published_at is None else post.published_at + within
    if answered:
        return PrivateWay(refused=NoPrivate.ANSWERED, until=until)
    if until is not None and now >= until:
        return PrivateWay(refused=NoPrivate.TOO_LATE, until=until)
    return PrivateWay(until=until)
