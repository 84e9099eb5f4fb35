"""What the edges promise. A new kind of source, classifier, suggester, responder or publisher is a class that
has these members and one line in listener/registry.py; nothing in the core changes.

Edges do no I/O of their own over HTTP: a source says what to fetch and reads pages that it is given; a publisher
is a generator that yields Requests and is sent Pages (Conversation). So each is tested from recorded pages.
"""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Protocol, TypeVar, runtime_checkable

from listener.model import (
    Brand,
    Classification,
    Event,
    Mention,
    Post,
    Query,
    SuggestedReply,
    TicketView,
    Tone,
    Violation,
)


class Stopping(Protocol):
    """An event that says: finish what is in hand and start nothing (threading.Event, asyncio.Event)."""

    def is_set(self) -> bool: ...


# --- fetching -----------------------------------------------------------------------------------------------

Cursor = Mapping[str, str]
"""A source's position: mark name -> value, both the source's own business. Saved only with the rows it covers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What to fetch. tag and context are the source's own notes, handed back with the page.

    conditional: send the validators kept from the last fetch of this URL, so that it may answer 304. Leave it
    off for pages that must be read again in full. form: fields of an HTML form (POST), sent in charset (Python's
    name), that of its page; json: a JSON body (POST). pause: seconds to let pass before it is sent, as some places
    take no form that comes back at once, or ask for a slower pace. secret: parameters that show who asks, put behind
    the URL when it is sent; no log, page or mark ever holds them. api: an interface that the place offers to
    programs, called with the leave it gives there: robots.txt, which speaks to crawlers, is not asked, and an answer
    400 to 499 is handed on like a page, since such places say in it what is wrong. optional: answers 401, 403, 404
    and 410 are handed on like a page too, for the kind has another way to what it wants.
    """

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    form: Sequence[tuple[str, str]] | None = None
    json: Any = None
    tag: str = ""
    context: Mapping[str, str] = field(default_factory=dict)
    conditional: bool = False
    pause: float = 0.0
    charset: str = "utf-8"
    api: bool = False
    secret: Mapping[str, str] = field(default_factory=dict, repr=False)
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A raw HTTP response. url: after redirects; headers: lower-case names; body: decoded from its transfer
    and content encodings, not from its charset; fetched_at: UTC. moved: where the address asked for says that it went
    for good (301, 308), None where it does not."""

    url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    fetched_at: datetime
    request: Request
    moved: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadPart:
    """Which part of a thread a page is. first: its first page, from which reading goes on to the last; last: its last,
    so what was not met since the first does not stand there any more. standing: ids of all the thread's posts, where
    one answer names them."""

    id: str
    first: bool
    last: bool
    standing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stood:
    """Which posts of a thread an answer showed. ids: of all of them; since: the answer holds only what was written
    after that time, None: the whole thread."""

    ids: frozenset[str]
    since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What a page gave. follow: what to fetch because of it. marks: changes to the cursor (None removes a mark)
    that hold once this page and everything it asked to follow are stored, not before; so a mark about a thread
    belongs on the thread's first page (carry its value there in Request.context), not on the listing, where one
    broken thread would hold back the marks of all. hints: what the place
    said of itself, for the schedule (ttl_minutes, skip_hours, thread_gone ...). notes: what a person should know.
    thread: which part of a thread the page is, for kinds that read threads again (Rereads). hidden: native id ->
    whether the place hides that post from its readers, where it says so. stood: by thread id, what stands there now,
    for kinds whose lists show threads as they are; what is missing there is looked for once more before it is gone."""

    posts: tuple[Post, ...] = ()
    follow: tuple[Request, ...] = ()
    marks: Mapping[str, str | None] = field(default_factory=dict)
    hints: Mapping[str, str] = field(default_factory=dict)
    gone: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    thread: ThreadPart | None = None
    hidden: Mapping[str, bool] = field(default_factory=dict)
    stood: Mapping[str, Stood] = field(default_factory=dict)


class Ability(StrEnum):
    """What a kind can do beyond reading."""

    REPLY = "reply"
    VERIFY = "verify"
    WEBHOOK = "webhook"
    EDIT = "edit"
    BACKFILL = "backfill"
    PRIVATE = "private"
    HIDE = "hide"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceConfig:
    """One configured place. options: the kind's own keys, checked by the kind. zone: IANA name used for dates
    that carry none. since: do not go back further than this (UTC)."""

    name: str
    kind: str
    url: str
    zone: str = "Europe/Warsaw"
    since: datetime | None = None
    max_pages: int | None = None
    options: Mapping[str, Any] = field(default_factory=dict)


class Source(Protocol):
    """A kind of place we crawl, made as Kind(config: SourceConfig)."""

    kind: ClassVar[str]
    abilities: ClassVar[frozenset[Ability]]
    example: ClassVar[str]
    """A URL of the shape this kind takes, for docs and the contract test."""

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """What to fetch first in a pass, given what is known."""
        ...

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Posts, follow-ups and marks of one page. No I/O. ParseError where the page is not what it should be."""
        ...


@runtime_checkable
class Rereads(Protocol):
    """What a kind has beside Source where its threads can be read whole again; when is the crawl's business. Its pages
    of threads say which part they are (Parsed.thread)."""

    def whole(self, thread_id: str, url: str) -> Request:
        """What to ask for to read a thread from its first page to its last. url: of the thread, as its posts have it.
        Its context names thread_id, so that a thread that is gone is known by it."""
        ...

    def let_go(self, thread_id: str) -> Sequence[str]:
        """Names of marks that are not needed of a thread that is not read again until it moves."""
        ...


class Hook(Protocol):
    """The receiving side of a kind with Ability.WEBHOOK, made as Kind(config: SourceConfig). No I/O.

    What a place sends is kept as it came, answered with 200, and read afterwards; so a crash in between loses
    nothing, and reading it twice changes nothing.
    """

    kind: ClassVar[str]

    def challenge(self, query: Mapping[str, str]) -> str:
        """What to answer a GET that asks whether the address is ours. Forged where it does not know our token."""
        ...

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Forged unless the raw body carries the place's signature. headers: lower-case names; now: UTC."""
        ...

    def read(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> Parsed:
        """What it tells of. ParseError where it is not what it should be."""
        ...


# --- reading ------------------------------------------------------------------------------------------------


class Matcher(Protocol):
    """Compiled queries."""

    @property
    def queries(self) -> Sequence[Query]: ...

    def match(self, post: Post) -> tuple[Mention, ...]:
        """A mention per query that matches, in the order of queries."""
        ...


class Classifier(Protocol):
    """Names what texts say. Never raises for any text; order kept; one Classification a text."""

    version: str

    def classify(self, texts: Sequence[str]) -> list[Classification]: ...


# --- answering ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestionContext:
    """What a draft may be made from. lang: the language to answer in (ISO 639-1). tone: None for the brand's own.
    private: only who wrote the post will read it. longest: letters that the place takes; None where it does not say."""

    text: str
    lang: str
    brand: Brand | None = None
    classification: Classification | None = None
    thread_title: str | None = None
    today: datetime | None = None
    tone: Tone | None = None
    private: bool = False
    longest: int | None = None


class Suggester(Protocol):
    """Drafts, best first; empty where it has nothing to say."""

    def suggest(self, context: SuggestionContext) -> tuple[SuggestedReply, ...]: ...


class ReplyChecker(Protocol):
    """Reads a draft before a person approves it."""

    def check(self, text: str, context: SuggestionContext, kind: str) -> tuple[Violation, ...]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One event with all that a card needs. inbox_url: where a person can work on it. doubtful_since: when an earlier
    attempt began whose end nobody knows (a crash), so that what it sent can be looked for; None where there is none."""

    event: Event
    view: TicketView | None
    brand: Brand | None
    inbox_url: str | None = None
    text: str = ""
    doubtful_since: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """What the other side called the thing that we delivered (Slack: "channel:ts")."""

    reference: str
    url: str | None = None


class Responder(Protocol):
    """Delivers alerts. previous: the receipt of the ticket's first alert here, where there is one, so that a
    card can change in place. Raises TransientDelivery or PermanentDelivery, nothing else, for what can happen."""

    name: str

    def handles(self, event: Event) -> bool: ...

    def deliver(self, alert: Alert, previous: Receipt | None) -> Receipt: ...


T_co = TypeVar("T_co", covariant=True)
Conversation = Generator[Request, Page, T_co]
"""Yields what to send, is sent what came back, returns the outcome. Driven by listener.http."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probed:
    """What a place says of our credentials when it is asked (`listener check --online`). said: what is well or only
    worth knowing; wrong: what has to be mended, each with how."""

    said: tuple[str, ...] = ()
    wrong: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OutgoingReply:
    """An approved public reply on its way to the post it answers."""

    text: str
    post: Post
    approved_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateMessage:
    """An approved private reply on its way to who wrote the post. A type of its own that no publish() takes, so that
    what was meant for one reader cannot be put up for all."""

    text: str
    post: Post
    approved_at: datetime


class Outcome(StrEnum):
    """What became of a publishing attempt. ACCEPTED: the place has it, and does not let us read its words back."""

    PUBLISHED = "published"
    ACCEPTED = "accepted"
    PENDING_MODERATION = "pending_moderation"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """Where a reply stands now. native_id as the source's own posts carry it, so that our reply is known when
    it is crawled."""

    outcome: Outcome
    url: str | None = None
    native_id: str | None = None


class Publisher(Protocol):
    """Posts replies as a logged-in account, and reads back. Made as Kind(config: SourceConfig).

    find tells whether the reply already stands there. absence_is_certain: the place shows a new post at once
    (no moderation queue), so "not found" means "was not posted" and sending it after a crash cannot double it.
    """

    kind: ClassVar[str]

    @property
    def absence_is_certain(self) -> bool: ...

    def publish(self, reply: OutgoingReply) -> Conversation[Published]: ...

    def find(self, reply: OutgoingReply) -> Conversation[Published | None]: ...


@runtime_checkable
class LimitedPublisher(Protocol):
    """A Publisher of a place that takes answers of so many letters at most; None where it does not say."""

    @property
    def longest(self) -> int | None: ...


@runtime_checkable
class PrivatePublisher(Protocol):
    """A Publisher of a place that also takes one private reply to a post (Ability.PRIVATE). private_within: for so
    long after the post was written, None for ever. find_private: None where nothing tells that it was answered."""

    @property
    def private_within(self) -> timedelta | None: ...

    def send_privately(self, message: PrivateMessage) -> Conversation[Published]: ...

    def find_private(self, message: PrivateMessage) -> Conversation[Published | None]: ...


@runtime_checkable
class Moderator(Protocol):
    """A Publisher of a place whose posts we may hide from other readers (Ability.HIDE). Hiding twice is harmless."""

    def can_hide(self, post: Post) -> bool: ...

    def hide(self, post: Post, *, hidden: bool) -> Conversation[None]: ...

    def is_hidden(self, post: Post) -> Conversation[bool | None]:
        """As the place shows it now; None where it does not say."""
        ...
