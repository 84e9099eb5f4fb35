"""What people can want of us in Slack, as typed values. They name things by id; nothing about people is in them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum


class Act(StrEnum):
    """Done at once, by one click."""

    CLAIM = "claim"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    NOT_RELEVANT = "not_relevant"
    INCIDENT = "incident"
    CALM = "calm"
    WATCH = "watch"
    UNWATCH = "unwatch"
    HIDE = "hide"
    UNHIDE = "unhide"


class Form(StrEnum):
    """Needs a form first. SHOW is the ticket itself, where there is no card to look at."""

    REPLY = "reply"
    SNOOZE = "snooze"
    ASSIGN = "assign"
    LABELS = "labels"
    NOTE = "note"
    SHOW = "show"
    REJECT = "reject"
    TICKET = "ticket"


class Until(StrEnum):
    """How long a ticket sleeps."""

    HOUR = "hour"
    TOMORROW = "tomorrow"
    MONDAY = "monday"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a click was made. channel, ts: of a message; thread: ts of the message that it answers; view_id,
    view_hash: of an open form or a home tab; home: the click came from the home tab; fleeting: the message is one
    that only the clicker sees, and that cannot be changed."""

    channel: str = ""
    ts: str = ""
    thread: str = ""
    view_id: str = ""
    view_hash: str = ""
    home: bool = False
    fleeting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Memo:
    """What an open form remembers (private_metadata): ticket, version and post it is about, where the card is, what
    was chosen. mark: digest of the text whose violations were shown. number: of a proposal. tone: that a person chose;
    private: for whom the reply is meant; filled: digest of the text that we put into it, to tell it from a person's."""

    ticket_id: int = 0
    version: int = 0
    post_id: int = 0
    channel: str = ""
    ts: str = ""
    lang: str = ""
    picked: int = 0
    parts: int = 1
    mark: str = ""
    number: int = 0
    tone: str = ""
    private: bool = False
    filled: str = ""

    def packed(self) -> str:
        """As JSON, with nothing in it that is not needed."""
        plain = {name: value for name in self.__slots__ if (value := getattr(self, name))}
        return json.dumps(plain, separators=(",", ":"))

    @classmethod
    def unpacked(cls, packed: str) -> "Memo":
        """The other way. ValueError or TypeError for what packed() cannot have made."""
        found = json.loads(packed)
        made = replace(cls(), **found)
        for name in cls.__slots__:
            if type(getattr(made, name)) is not type(getattr(cls(), name)):
                raise ValueError(name)
        return made


@dataclass(frozen=True, slots=True, kw_only=True)
class Do:
    """One of the acts. version: of the ticket that the person was looking at."""

    act: Act
    ticket_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Open:
    """Show a form. number: of a proposal (REJECT); text, url, author: what a new ticket starts from (TICKET)."""

    form: Form
    ticket_id: int = 0
    version: int = 0
    number: int = 0
    text: str = ""
    url: str = ""
    author: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeReply:
    """Put other things into the open reply form: another suggestion, language, tone or reader, one more part. typed:
    what a person wrote into its parts, none where they may be filled anew; sign: whether the box for the signature is
    ticked."""

    memo: Memo
    typed: tuple[str, ...] = ()
    sign: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitReply:
    """Publish these parts, joined, as the answer: the click is the approval. sign: with the line that says who
    speaks; anyway: the person saw what the text breaks (Memo.mark) and wants it as it is. private: what the choice
    of readers shows, which must be what the form was made for."""

    memo: Memo
    parts: tuple[str, ...]
    sign: bool
    anyway: bool
    block: str
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseReply:
    """The reply form was closed without an answer."""

    memo: Memo


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitSnooze:
    """Let the ticket sleep. at: seconds since 1970, for CHOSEN."""

    memo: Memo
    until: Until
    at: int | None
    block: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitAssign:
    """Give the ticket to a person or a team; to nobody: back to the queue."""

    memo: Memo
    user: str | None = None
    team: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitLabels:
    """What the post really says. labels: as listener.desk.Desk.correct takes them."""

    memo: Memo
    labels: Mapping[str, str | tuple[str, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitNote:
    """A colleague's note, and the tags as they should be."""

    memo: Memo
    text: str
    tags: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitTicket:
    """A ticket that nobody crawled. block: of the address, for what is wrong with it."""

    url: str
    text: str
    author: str
    brand: str
    block: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Approve:
    """A second person agrees to a proposal."""

    proposal_id: int
    ticket_id: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SubmitRejection:
    """A second person does not, and says why."""

    memo: Memo
    why: str
    block: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Slash:
    """/listener WORDS. response_url: where an answer may be sent later."""

    text: str
    response_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShowHome:
    """The home tab was opened, or is to be made anew."""


Submission = (
    SubmitReply | SubmitSnooze | SubmitAssign | SubmitLabels | SubmitNote | SubmitTicket | SubmitRejection | Slash
)
"""Commands whose answer goes back with the acknowledgement."""

Command = Do | Open | ChangeReply | CloseReply | Approve | ShowHome | Submission


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A command and who gave it where. user_id: Slack's; trigger_id: opens a form within 3 s. since: when it was given,
    for one that is begun again after a crash and may be done already."""

    command: Command
    user_id: str
    user_name: str = ""
    place: Place = Place()
    trigger_id: str = ""
    since: datetime | None = None
