"""What people who watch a ticket hear of: its author wrote again, a reply went out or failed, it changed its state, its
time ran out. Never what they did themselves. Pure.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from listener.model import EventKind
from listener.views import same_person


class What(StrEnum):
    """One piece of news of a ticket."""

    AUTHOR_WROTE = "author wrote"
    REPLY_OUT = "reply out"
    REPLY_FAILED = "reply failed"
    RESOLVED = "resolved"
    REOPENED = "reopened"
    SNOOZED = "snoozed"
    WOKE = "woke"
    NOT_RELEVANT = "not relevant"
    MERGED = "merged"
    BREACHED = "breached"


WATCHED = (
    EventKind.TICKET_APPENDED,
    EventKind.TICKET_CHANGED,
    EventKind.REPLY_PUBLISHED,
    EventKind.REPLY_FAILED,
    EventKind.TICKET_BREACHED,
)
_STATES = frozenset(
    {What.RESOLVED, What.REOPENED, What.SNOOZED, What.WOKE, What.NOT_RELEVANT, What.MERGED}
)  # named like the actions of the audit log
_PLAIN = {
    EventKind.REPLY_PUBLISHED: What.REPLY_OUT,
    EventKind.REPLY_FAILED: What.REPLY_FAILED,
    EventKind.TICKET_BREACHED: What.BREACHED,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happened:
    """An event of a ticket that somebody (user) watches. replied_by: who approved the reply it speaks of; by_author:
    the post it speaks of is of the ticket's own author."""

    user: str
    ticket_id: int
    event_id: int
    at: datetime
    kind: EventKind
    payload: Mapping[str, Any]
    replied_by: str | None = None
    by_author: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new about one ticket, each once, oldest first."""

    ticket_id: int
    what: tuple[What, ...]


def news(happened: Sequence[Happened]) -> tuple[News, ...]:
    """What one person should hear, by ticket: those that something happened to last come first."""
    found: dict[int, list[What]] = {}
    for one in happened:
        what = _what(one)
        if what is not None and not _own(one):
            found[one.ticket_id] = [*(w for w in found.pop(one.ticket_id, []) if w is not what), what]
    return tuple(News(ticket_id=ticket_id, what=tuple(what)) for ticket_id, what in reversed(found.items()))


def by_user(happened: Iterable[Happened]) -> dict[str, list[Happened]]:
    """The same, for each of those who watch."""
    found: dict[str, list[Happened]] = {}
    for one in happened:
        found.setdefault(one.user, []).append(one)
    return found


def _what(one: Happened) -> What | None:
    if one.kind is EventKind.TICKET_APPENDED:
        return What.AUTHOR_WROTE if one.by_author and not one.payload.get("edited") else None
    if one.kind is EventKind.TICKET_CHANGED:
        action = one.payload.get("action")
        return What(action) if action in _STATES else None
    return _PLAIN.get(one.kind)


def _own(one: Happened) -> bool:
    """Their own act; or their own clock, of which they are called already."""
    who = one.replied_by or one.payload.get("to" if one.kind is EventKind.TICKET_BREACHED else "by")
    return isinstance(who, str) and same_person(who, one.user)
