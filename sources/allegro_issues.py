"""One discussion or complaint (reklamacja) of Allegro's, and its clocks as Allegro states them; nothing is reckoned."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from listener.markup import clean_text
from sources.payload import Object, inner, number_at, text_at
from sources.reviews_api import moment

ENDED = frozenset({"DISPUTE_CLOSED", "CLAIM_ACCEPTED", "CLAIM_REJECTED"})
"""A status that we do not know counts as open: an unknown word must not hide a clock that runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """claim: a complaint, else a discussion. due: the nearest date by which the seller must have acted, None where
    nothing runs. mark: changes whenever the issue does. messages: in its conversation."""

    id: str
    number: str | None
    claim: bool
    status: str
    text: str
    buyer: str | None
    opened: str | None
    due: datetime | None
    messages: int
    mark: str

    @property
    def open(self) -> bool:
        """Whether somebody may still have to act."""
        return self.status not in ENDED


def read_issue(one: Object) -> Issue | None:
    """From a row of the list; None where it has no id."""
    number, state, chat = text_at(one, "id"), inner(one, "currentState"), inner(one, "chat")
    if number is None:
        return None
    status = (text_at(state, "status") or "").upper()
    clocks = (text_at(one, "decisionDueDate"), text_at(state, "statusDueDate"))
    dates = [at for at in map(moment, clocks) if at]
    last = inner(chat, "lastMessage")
    messages = number_at(chat, "messagesCount") or 0
    first = text_at(inner(chat, "initialMessage"), "text")
    words = [word for word in (text_at(inner(one, "reason"), "description"), first) if word]
    return Issue(
        id=number,
        number=text_at(one, "referenceNumber"),
        claim=text_at(one, "type") == "CLAIM",
        status=status,
        text=clean_text(first or next(iter(words), "")),
        buyer=text_at(inner(one, "buyer"), "login"),
        opened=text_at(one, "openedDate"),
        due=min(dates) if dates and status not in ENDED else None,
        messages=messages,
        mark=f"{status}|{messages}|{text_at(last, 'createdAt')}|{text_at(last, 'status')}|{clocks[0]}|{clocks[1]}",
    )


def issue_title(issue: Issue, zone: ZoneInfo) -> str:
    """ "Reklamacja 123/2026: decyzja do 05.12.2026 23:59", as people on the ticket must read it."""
    name = "Reklamacja" if issue.claim else "Dyskusja"
    title = f"Allegro: {name} {issue.number or issue.id}"
    if issue.due is None:
        return title
    return f"{title}: {'decyzja' if issue.claim else 'odpowiedź'} do {issue.due.astimezone(zone):%d.%m.%Y %H:%M}"
