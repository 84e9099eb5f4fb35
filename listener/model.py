"""The words of the house as frozen values (docs/glossary.md). They cross every module; dicts do not.

Times are aware and in UTC; a value that is not raises ValueError when it is made. Unknown is None, never a guess.
Positions (start, end) count Unicode code points in the text they speak of, end exclusive.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any


class Sentiment(StrEnum):
    """Towards the company or its product."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"
    MIXED = "mixed"


class Intent(StrEnum):
    """What the writer is doing; any number of them."""

    COMPLAINT = "complaint"
    QUESTION = "question"
    PRAISE = "praise"
    SUGGESTION = "suggestion"
    LEAD = "lead"
    CHURN = "churn"
    SPAM = "spam"


class Urgency(StrEnum):
    """What the text says of time, lowest first. What we decide of it is Priority."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 (low) to 3 (critical)."""
        return list(Urgency).index(self)


class Topic(StrEnum):
    """What the post is about; any number of them."""

    DELIVERY = "delivery"
    PRICE = "price"
    QUALITY = "quality"
    SERVICE = "service"
    APP = "app"
    BILLING = "billing"
    SECURITY = "security"
    LEGAL = "legal"
    SAFETY = "safety"
    AVAILABILITY = "availability"


class Priority(StrEnum):
    """What we decided, lowest first."""

    LOW = "low"
    NORMAL = "normal"
    HIGH = "high"
    CRITICAL = "critical"

    @property
    def rank(self) -> int:
        """0 (low) to 3 (critical)."""
        return list(Priority).index(self)


class TicketState(StrEnum):
    """Where a ticket stands. REVIEW: the model is unsure, nobody was alerted, a person says what it is; PENDING
    waits for the author; a resolved one is closed to new posts of its thread."""

    OPEN = "open"
    REVIEW = "review"
    PENDING = "pending"
    SNOOZED = "snoozed"
    RESOLVED = "resolved"


class ReplyState(StrEnum):
    """Where an approved reply stands. There is no state before approval: drafts are not replies.

    APPROVED -> SENDING -> PUBLISHED (read back and seen) | ACCEPTED | PENDING_MODERATION | UNCERTAIN | FAILED; MANUAL:
    a person posted it by hand and gave its URL. ACCEPTED: the place took a private reply and does not let us read it
    back. UNCERTAIN: it may stand there; only a person may send it again.
    """

    APPROVED = "approved"
    SENDING = "sending"
    PUBLISHED = "published"
    ACCEPTED = "accepted"
    PENDING_MODERATION = "pending_moderation"
    UNCERTAIN = "uncertain"
    FAILED = "failed"
    MANUAL = "manual"


class EventKind(StrEnum):
    """What an outbox row tells of."""

    TICKET_OPENED = "ticket.opened"
    TICKET_APPENDED = "ticket.appended"
    TICKET_CHANGED = "ticket.changed"
    REPLY_APPROVED = "reply.approved"
    REPLY_PUBLISHED = "reply.published"
    REPLY_FAILED = "reply.failed"
    SOURCE_TROUBLE = "source.trouble"
    TICKET_DUE_SOON = "ticket.due_soon"
    TICKET_BREACHED = "ticket.breached"
    TICKET_ESCALATED = "ticket.escalated"
    PROPOSAL_MADE = "proposal.made"
    ALERTS_DIGEST = "alerts.digest"
    CRISIS_BEGUN = "crisis.begun"
    CRISIS_ENDED = "crisis.ended"
    WATCH_NEWS = "watch.news"
    HIDING_ASKED = "hiding.asked"


class Tone(StrEnum):
    """How a reply speaks to its reader: "Szanowna Pani, Szanowny Panie", "Dzień dobry", or "Cześć" and per Ty."""

    FORMAL = "formal"
    NEUTRAL = "neutral"
    CASUAL = "casual"


class DeliveryState(StrEnum):
    """How one attempt ended. STARTED with no end is a crash or work in hand."""

    STARTED = "started"
    DELIVERED = "delivered"
    RETRY = "retry"
    FAILED = "failed"


def utc(moment: datetime) -> datetime:
    """The same moment in UTC. Naive times raise ValueError: a zone is never guessed here."""
    if moment.tzinfo is None:
        raise ValueError(f"naive time {moment.isoformat()}: every time in the house has a zone")
    return moment.astimezone(UTC)


def _check_utc(owner: object, *names: str) -> None:
    for name in names:
        value = getattr(owner, name)
        if value is not None and (value.tzinfo is None or value.utcoffset() != timedelta(0)):
            raise ValueError(f"{type(owner).__name__}.{name} must be in UTC, got {value!r}")


# --- what is said -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """A piece of somebody else's words inside a post, outermost only."""

    author: str | None
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Reach:
    """How far a post goes, as its place counts it: None where it does not say. likes: marks of favour of any sort, less
    those of disfavour where the place takes them off; followers: of its author."""

    views: int | None = None
    likes: int | None = None
    replies: int | None = None
    shares: int | None = None
    followers: int | None = None

    @property
    def known(self) -> bool:
        """Whether the place says anything at all."""
        return any(number is not None for number in (self.views, self.likes, self.replies, self.shares, self.followers))


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One normalised item of a thread, page or review list.

    source: configured name; kind: implementation; native_id: the place's own id, text, unique with source.
    text: plain, without signature and without quoted text. rating: raw as the place shows it, with its scale
    (5 for "4 of 5"). published_raw: the date as printed; published_at: None where it cannot be read for sure. reach: as
    counted when we looked last; answer_due: by when the place itself wants an answer.
    """

    source: str
    kind: str
    native_id: str
    url: str
    text: str
    seen_at: datetime
    thread_id: str | None = None
    thread_title: str | None = None
    thread_url: str | None = None
    parent_id: str | None = None
    author: str | None = None
    author_id: str | None = None
    author_url: str | None = None
    published_at: datetime | None = None
    published_raw: str | None = None
    quotes: tuple[Quote, ...] = ()
    rating: float | None = None
    rating_scale: float | None = None
    reach: Reach | None = None
    answer_due: datetime | None = None

    def __post_init__(self) -> None:
        _check_utc(self, "seen_at", "published_at", "answer_due")

    @property
    def thread_key(self) -> str:
        """What a ticket is kept by: the thread, or the post itself where there are no threads."""
        return self.thread_id or self.native_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Brand:
    """Ours or a competitor's. sector: bank, telecom, medicine, shop, courier, building, travel or other. tone: of its
    suggested replies, unless a person asks for another."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    sector: str = "other"
    competitor: bool = False
    disclosure: tuple[str, ...] = ()
    public_contacts: tuple[str, ...] = ()
    link_domains: tuple[str, ...] = ()
    queries: tuple[str, ...] = ()
    tone: Tone = Tone.NEUTRAL


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What we listen for: an expression of the query language, for one brand (Brand.id)."""

    brand: str
    expression: str

    @property
    def key(self) -> str:
        """Unique among all queries of a configuration."""
        return f"{self.brand}:{self.expression}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A piece of Post.text that let a query in; why: which form of which word, by which clause."""

    start: int
    end: int
    text: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A post that matched a query. spans may be empty where the title or a field matched: why then says so."""

    query: Query
    spans: tuple[Span, ...]
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The words that carried a label."""

    label: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Classification:
    """The model's opinion of one text. confidence: label -> 0..1 for every label considered."""

    language: str | None
    sentiment: Sentiment
    intents: tuple[Intent, ...]
    urgency: Urgency
    topics: tuple[Topic, ...]
    confidence: Mapping[str, float]
    evidence: tuple[Evidence, ...]
    model: str


# --- what is done about it --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One open per thread and query. version rises with every change: writers compare and set.

    next_response_due: runs where the author wrote again after an answer; legal_due: the earliest deadline that a law
    may set. paused_since: the clocks stand still since then (not the legal one). touched_at: when its assignee last
    did something. escalation: 0 nobody, 1 the next person, 2 the team, 3 the manager was called. warned: percent of
    the running clock that people were told of. incident: it gathers a flood. merged_into, split_from: other tickets.
    skills, language: what whoever answers should have. rule: the routing rule that placed it. relevant: what people
    said of the alert, None where nobody did.
    """

    id: int
    brand: str
    query: str
    source: str
    thread_key: str
    state: TicketState
    priority: Priority
    reasons: tuple[str, ...]
    opened_at: datetime
    updated_at: datetime
    first_response_due: datetime | None
    first_response_at: datetime | None = None
    resolution_due: datetime | None = None
    team: str | None = None
    assignee: str | None = None
    version: int = 1
    snoozed_until: datetime | None = None
    tags: tuple[str, ...] = ()
    incident: bool = False
    next_response_due: datetime | None = None
    escalation: int = 0
    legal_due: datetime | None = None
    paused_since: datetime | None = None
    touched_at: datetime | None = None
    resolved_at: datetime | None = None
    warned: int = 0
    merged_into: int | None = None
    split_from: int | None = None
    skills: tuple[str, ...] = ()
    language: str | None = None
    rule: str | None = None
    relevant: bool | None = None

    def __post_init__(self) -> None:
        _check_utc(self, "opened_at", "updated_at", "first_response_due", "first_response_at", "resolution_due")
        _check_utc(self, "snoozed_until", "next_response_due", "legal_due", "paused_since", "touched_at", "resolved_at")


class TicketAction(StrEnum):
    """What triage decided to do with a mention."""

    OPEN = "open"
    REVIEW = "review"
    APPEND = "append"
    IGNORE = "ignore"


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketChange:
    """What triage decided, with its reasons. On APPEND priority is what the ticket rises to, never below its own, and
    state where it stands afterwards."""

    action: TicketAction
    reasons: tuple[str, ...]
    priority: Priority = Priority.NORMAL
    first_response_due: datetime | None = None
    resolution_due: datetime | None = None
    team: str | None = None
    state: TicketState = TicketState.OPEN
    next_response_due: datetime | None = None
    legal_due: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """A rule that a reply draft breaks, with the words that break it."""

    rule: str
    where: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuggestedReply:
    """A draft. It is never sent by itself. kind: canned, knowledge, past, holding or llm; score 0..1."""

    text: str
    kind: str
    sources: tuple[str, ...] = ()
    score: float = 0.0
    violations: tuple[Violation, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Approved text on its way out, or out. approved_by is never empty: the database refuses it too. private: for who
    wrote the post alone; that never changes, which the database holds too."""

    id: int
    ticket_id: int
    post_id: int
    text: str
    approved_by: str
    approved_at: datetime
    state: ReplyState
    url: str | None = None
    error: str | None = None
    attempts: int = 0
    sending_since: datetime | None = None
    version: int = 1
    private: bool = False

    def __post_init__(self) -> None:
        _check_utc(self, "approved_at", "sending_since")
        if not self.approved_by.strip():
            raise ValueError("a reply without approved_by cannot exist")


class NoPrivate(StrEnum):
    """Why a post cannot be answered privately, at a place that has private replies."""

    ANSWERED = "answered"
    TOO_LATE = "too_late"


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateWay:
    """Whether a post can be answered privately. refused: why it cannot, None where it can; until: the last moment that
    the place takes one, None where it sets none."""

    refused: NoPrivate | None = None
    until: datetime | None = None


class HidingState(StrEnum):
    """Where a wish to hide a post, or to show it again, stands. WANTED -> WORKING -> DONE (seen there) | FAILED."""

    WANTED = "wanted"
    WORKING = "working"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hiding:
    """The latest word on whether a post is hidden at its place. hidden: what is wanted, or, where it is done, what is
    so. by: the person who asked; empty where the place told us that it was hidden there, by whomever."""

    id: int
    post_id: int
    hidden: bool
    by: str
    at: datetime
    state: HidingState
    ticket_id: int | None = None
    error: str | None = None
    attempts: int = 0
    version: int = 1

    @property
    def waits(self) -> bool:
        """It is on its way."""
        return self.state in (HidingState.WANTED, HidingState.WORKING)

    @property
    def is_hidden(self) -> bool:
        """As far as we know the post is hidden."""
        return self.hidden == (self.state is HidingState.DONE)


class ProposalState(StrEnum):
    """Where a proposed reply stands. Approved ones became a Reply."""

    WAITING = "waiting"
    APPROVED = "approved"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A reply that wants a second person. why: the rules that want one, or the reason of a rejection. private: as of
    the reply that it becomes."""

    id: int
    ticket_id: int
    post_id: int
    text: str
    proposed_by: str
    proposed_at: datetime
    state: ProposalState = ProposalState.WAITING
    why: tuple[str, ...] = ()
    decided_by: str | None = None
    decided_at: datetime | None = None
    reply_id: int | None = None
    private: bool = False

    def __post_init__(self) -> None:
        _check_utc(self, "proposed_at", "decided_at")


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A colleague's words about a ticket. Never sent to the customer."""

    id: int
    ticket_id: int
    at: datetime
    by: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Who writes an answer to a ticket just now, and until when nobody else should."""

    ticket_id: int
    by: str
    until: datetime


class LinkKind(StrEnum):
    """How two tickets belong together. MERGED: the first went into the second; SPLIT: the first came out of it."""

    DUPLICATE = "duplicate"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """Two tickets that belong together."""

    ticket_id: int
    other_id: int
    kind: LinkKind


PLACE = "place"
"""The regime of a deadline that the place itself sets."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegalClock:
    """A deadline that a law may set: a warning, not advice. regime: key of the rule (listener.law.legal_clocks), PLACE
    where the place itself sets it; since: when the company could read the post; note: what it rests on, in
    English, of a law always "check with counsel". business: the law counts business days."""

    regime: str
    since: datetime
    due: datetime
    note: str
    business: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """A row of the outbox. ticket_id and reply_id name what it speaks of."""

    id: int
    kind: EventKind
    created_at: datetime
    ticket_id: int | None = None
    reply_id: int | None = None
    payload: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One attempt to deliver an event through a responder. reference: the other side's name for it (channel:ts)."""

    id: int
    event_id: int
    responder: str
    attempt: int
    state: DeliveryState
    started_at: datetime
    finished_at: datetime | None = None
    retry_at: datetime | None = None
    reference: str | None = None
    error: str | None = None


# --- what people look at ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPost:
    """A post as kept: its row id, revision count (0 when never edited), and what was found in it."""

    id: int
    post: Post
    revisions: int = 0
    deleted_at: datetime | None = None
    classification: Classification | None = None
    mentions: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TicketView:
    """All that a person needs to answer: posts of the ticket (oldest first), the rest of the thread, replies.

    lock: None where nobody writes an answer. customer: who wrote the latest post, None where it has no author.
    proposals: those that wait. gathered: how many posts an incident has gathered, 0 where it is none. private: by post
    id, whether it can be answered privately (no entry: its place has no private replies). hideable: ids of posts that
    we can hide or show; hidings: by post id, the latest word on that.
    """

    ticket: Ticket
    posts: tuple[StoredPost, ...]
    thread: tuple[StoredPost, ...] = ()
    suggestions: tuple[SuggestedReply, ...] = ()
    replies: tuple[Reply, ...] = ()
    history: tuple["HistoryEntry", ...] = ()
    notes: tuple[Note, ...] = ()
    watchers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    lock: Lock | None = None
    customer: "CustomerView | None" = None
    proposals: tuple[Proposal, ...] = ()
    legal: tuple[LegalClock, ...] = ()
    links: tuple[Link, ...] = ()
    gathered: int = 0
    private: Mapping[int, PrivateWay] = field(default_factory=dict)
    hideable: frozenset[int] = frozenset()
    hidings: Mapping[int, Hiding] = field(default_factory=dict)

    @property
    def latest(self) -> StoredPost:
        """The post that a reply answers unless a person picks another."""
        return self.posts[-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """One line of the audit log: who (a user name, or "system") did what."""

    at: datetime
    actor: str
    action: str
    detail: str = ""
    ticket_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Somebody's name at one place."""

    source: str
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomerView:
    """What an author said and was answered, over all identities that a person linked. number: None until somebody
    linked any. Latest first; tickets without the one that is looked at."""

    number: int | None
    identities: tuple[Identity, ...]
    posts: tuple[StoredPost, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    replies: tuple[Reply, ...] = ()
    posts_in_all: int = 0
    tickets_in_all: int = 0
