"""The JSON of /api/v1 as typed values: the OpenAPI document is made from these. Field names as in the glossary."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict, Field

from listener.model import (
    HidingState,
    Intent,
    NoPrivate,
    Priority,
    PrivateWay,
    Proposal,
    ProposalState,
    Reply,
    ReplyState,
    Sentiment,
    StoredPost,
    SuggestedReply,
    Ticket,
    TicketState,
    TicketView,
    Topic,
    Urgency,
)
from listener.views import TicketSummary


class _Out(BaseModel):
    """Read from our frozen values by attribute."""

    model_config = ConfigDict(from_attributes=True)


class TicketOut(_Out):
    id: int
    brand: str
    query: str
    source: str
    thread_key: str
    state: TicketState
    priority: Priority
    reasons: list[str]
    opened_at: datetime
    updated_at: datetime
    first_response_due: datetime | None
    first_response_at: datetime | None
    resolution_due: datetime | None
    team: str | None
    assignee: str | None
    version: int = Field(description="send it back with every change; 409 when somebody changed the ticket since")

    @classmethod
    def of(cls, ticket: Ticket) -> "TicketOut":
        """From our value."""
        return cls.model_validate(ticket)


class TicketRow(TicketOut):
    excerpt: str
    author: str | None
    url: str
    posts: int
    replies: list[ReplyState]

    @classmethod
    def of_summary(cls, row: TicketSummary) -> "TicketRow":
        """From a row of the inbox."""
        ticket = TicketOut.of(row.ticket).model_dump()
        return cls(
            **ticket, excerpt=row.excerpt, author=row.author, url=row.url, posts=row.posts, replies=list(row.replies)
        )


class EvidenceOut(_Out):
    label: str
    start: int = Field(description="index of a Unicode code point in text")
    end: int
    text: str


class ClassificationOut(_Out):
    language: str | None
    sentiment: Sentiment
    intents: list[Intent]
    urgency: Urgency
    topics: list[Topic]
    confidence: dict[str, float]
    evidence: list[EvidenceOut]
    model: str


class SpanOut(_Out):
    start: int
    end: int
    text: str
    why: str


class MentionedBy(_Out):
    query: str
    brand: str
    spans: list[SpanOut]


class PostOut(_Out):
    id: int = Field(description="our number of the post; native_id is the place's own")
    source: str
    kind: str
    native_id: str
    thread_id: str | None
    thread_title: str | None
    author: str | None
    published_at: datetime | None
    seen_at: datetime
    url: str
    text: str
    rating: float | None
    rating_scale: float | None
    revisions: int
    classification: ClassificationOut | None
    mentions: list[MentionedBy]

    @classmethod
    def of(cls, stored: StoredPost) -> "PostOut":
        """From a post as kept."""
        opinion = stored.classification
        known = {name: getattr(stored.post, name) for name in cls.model_fields if hasattr(stored.post, name)}
        return cls(
            **known,
            id=stored.id,
            revisions=stored.revisions,
            classification=ClassificationOut.model_validate(opinion) if opinion else None,
            mentions=[
                MentionedBy(
                    query=mention.query.expression,
                    brand=mention.query.brand,
                    spans=[SpanOut.model_validate(span) for span in mention.spans],
                )
                for mention in stored.mentions
            ],
        )


class ViolationOut(_Out):
    rule: str
    where: str
    message: str


class SuggestionOut(_Out):
    text: str
    kind: str
    sources: list[str]
    score: float
    violations: list[ViolationOut]

    @classmethod
    def of(cls, draft: SuggestedReply) -> "SuggestionOut":
        """From a draft."""
        return cls.model_validate(draft)


class ReplyOut(_Out):
    id: int
    ticket_id: int
    post_id: int
    text: str
    approved_by: str
    approved_at: datetime
    state: ReplyState
    url: str | None
    error: str | None
    private: bool

    @classmethod
    def of(cls, reply: Reply) -> "ReplyOut":
        """From our value."""
        return cls.model_validate(reply)


class ProposalOut(_Out):
    """A reply that waits for a second person: nothing has gone out."""

    id: int
    ticket_id: int
    post_id: int
    text: str
    proposed_by: str
    proposed_at: datetime
    state: ProposalState
    why: list[str]
    private: bool

    @classmethod
    def of(cls, proposal: Proposal) -> "ProposalOut":
        """From our value."""
        return cls.model_validate(proposal)


class PrivateOut(_Out):
    """Whether a post can be answered privately: until when, or why not."""

    post_id: int
    possible: bool
    refused: NoPrivate | None
    until: datetime | None

    @classmethod
    def of(cls, post_id: int, way: PrivateWay) -> "PrivateOut":
        """From our value."""
        return cls(post_id=post_id, possible=way.refused is None, refused=way.refused, until=way.until)


class HiddenOut(_Out):
    """The latest word on whether a post is hidden: what was wanted, by whom ("": its place says so), and its state."""

    post_id: int
    hidden: bool
    by: str
    at: datetime
    state: HidingState
    error: str | None


class TicketFull(TicketOut):
    posts: list[PostOut]
    suggestions: list[SuggestionOut]
    replies: list[ReplyOut]
    private: list[PrivateOut]
    hidden: list[HiddenOut]

    @classmethod
    def of_view(cls, view: TicketView) -> "TicketFull":
        """From everything known of a ticket."""
        return cls(
            **TicketOut.of(view.ticket).model_dump(),
            posts=[PostOut.of(stored) for stored in view.posts],
            suggestions=[SuggestionOut.of(draft) for draft in view.suggestions],
            replies=[ReplyOut.of(reply) for reply in view.replies],
            private=[PrivateOut.of(post_id, way) for post_id, way in view.private.items()],
            hidden=[HiddenOut.model_validate(one) for one in view.hidings.values()],
        )


class _In(BaseModel):
    """An unknown field is a misspelt one."""

    model_config = ConfigDict(extra="forbid")


class ReplyIn(_In):
    post_id: int = Field(description="the post it answers")
    text: str = Field(min_length=1, max_length=20_000)
    approved_by: str = Field(min_length=1, max_length=60, description="the person who approved this text")
    version: int = Field(description="of the ticket that the person was looking at")
    posted_url: str | None = Field(None, description="set it when a person has posted the text there already")
    private: bool = Field(False, description="to who wrote the post alone, where its place takes private replies")


class ChangeIn(_In):
    by: str = Field(min_length=1, max_length=60, description="the person who decided")
    version: int


class HiddenIn(ChangeIn):
    hidden: bool = Field(description="true: hide it from other readers at its place; false: show it again")


class LabelsIn(_In):
    by: str = Field(min_length=1, max_length=60, description="the person who corrected")
    sentiment: Sentiment | None = None
    urgency: Urgency | None = None
    intents: list[Intent] | None = None
    topics: list[Topic] | None = None


class Trouble(BaseModel):
    message: str
    where: str = ""
    mend: str = ""


class ErrorOut(BaseModel):
    error: Trouble
