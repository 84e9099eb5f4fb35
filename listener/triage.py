"""What to do with a mention: open a ticket, append to the open one, or leave it. Pure, each decision with reasons.

Reasons are short and in English; doors translate the words they show (the keys are stable).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, fields, replace
from datetime import datetime, timedelta

from listener.law import post_due
from listener.model import (
    Brand,
    Classification,
    Intent,
    Mention,
    Post,
    Priority,
    Reach,
    Sentiment,
    Ticket,
    TicketAction,
    TicketChange,
    TicketState,
    Urgency,
)
from listener.sla import SlaPolicy, first_response_due, next_response_due, resolution_due, resumed

_DUE_INTENTS = frozenset({Intent.COMPLAINT, Intent.QUESTION, Intent.CHURN, Intent.LEAD, Intent.SUGGESTION})
_LOW_RATING = 0.4
_NOTHING_DUE = "nothing is due"
_MANY_PLACES = 3
_REGULAR = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class ReachPolicy:
    """From which numbers of its place on a post goes far, and presses for it. 0: never."""

    views: int = 5000
    likes: int = 200
    replies: int = 100
    shares: int = 50
    followers: int = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class TriagePolicy:
    """tickets_for: intents that open a ticket whatever the urgency; praise and spam are left out by default.
    min_urgency: an urgency that opens a ticket whatever the intents. review_from: the model's doubt (0..1) from which a
    post that seems to be nothing goes to the review queue. competitors: open tickets for them too. reopen_within: how
    long after a ticket was resolved its author's next post opens it again. reach: when a post goes far."""

    tickets_for: frozenset[Intent] = _DUE_INTENTS
    min_urgency: Urgency = Urgency.HIGH
    competitors: bool = False
    review_from: float = 0.6
    reopen_within: timedelta = timedelta(days=14)
    reach: ReachPolicy = field(default_factory=ReachPolicy)
    sla: SlaPolicy = field(default_factory=SlaPolicy)


@dataclass(frozen=True, slots=True, kw_only=True)
class ThreadFacts:
    """What is known around the post. ticket: the open one of this thread and query; unanswered: posts of the same
    author in it since our last reply; ours: the post was written by our own account; doubt: the model's, 0..1;
    edited: a known post changed; by_author: the ticket holds an earlier post of the same author; places: threads in
    which the same is said, this one among them; earlier: the author's tickets before this one."""

    ticket: Ticket | None = None
    unanswered: int = 0
    ours: bool = False
    doubt: float = 0.0
    edited: bool = False
    by_author: bool = False
    places: int = 1
    earlier: int = 0


def decide(
    post: Post,
    mention: Mention,
    classification: Classification,
    facts: ThreadFacts,
    *,
    brand: Brand,
    policy: TriagePolicy,
    now: datetime,
) -> TicketChange:
    """now: UTC; the clock of the SLA starts when the post was seen, or now where that lies in the future."""
    refusal = _why_not(post, classification, facts, brand, policy)
    if refusal == _NOTHING_DUE and facts.doubt >= policy.review_from:
        return TicketChange(
            action=TicketAction.REVIEW, reasons=(f"unsure: {_doubtful(classification)}",), priority=Priority.LOW
        )
    if refusal:
        return TicketChange(action=TicketAction.IGNORE, reasons=(refusal,))
    priority, reasons = _priority(post, classification, facts, policy.reach)
    since = min(post.seen_at, now)
    legal = post_due(post, complaint=Intent.COMPLAINT in classification.intents, brand=brand)
    if facts.ticket is not None:
        return _appended(facts.ticket, facts, priority, reasons, legal, policy=policy, since=since, now=now)
    return TicketChange(
        action=TicketAction.OPEN,
        reasons=reasons,
        priority=priority,
        first_response_due=first_response_due(policy.sla, priority, since),
        resolution_due=resolution_due(policy.sla, since),
        legal_due=legal,
    )


def _appended(
    ticket: Ticket,
    facts: ThreadFacts,
    priority: Priority,
    reasons: tuple[str, ...],
    legal: datetime | None,
    *,
    policy: TriagePolicy,
    since: datetime,
    now: datetime,
) -> TicketChange:
    """What a further post makes of an open ticket. Put off, it is woken by its author and by what presses more."""
    raised = max(ticket.priority, priority, key=lambda p: p.rank)
    higher = raised is not ticket.priority
    asleep = ticket.state is TicketState.SNOOZED and not facts.by_author and not higher
    dues = {} if asleep else resumed(policy.sla, ticket, now)
    following = dues.get("next_response_due", ticket.next_response_due)
    if ticket.first_response_at is not None and facts.by_author and not facts.edited:
        following = following or next_response_due(policy.sla, raised, since)
    first = dues.get("first_response_due", ticket.first_response_due)
    if ticket.first_response_at is None and (higher or first is None):
        first = _earlier(first, first_response_due(policy.sla, raised, since if higher else ticket.opened_at))
    return TicketChange(
        action=TicketAction.APPEND,
        reasons=reasons,
        priority=raised,
        state=ticket.state if asleep else TicketState.OPEN,
        first_response_due=first,
        next_response_due=following,
        resolution_due=dues.get("resolution_due", ticket.resolution_due),
        legal_due=min(filter(None, (ticket.legal_due, legal)), default=None),
        team=ticket.team,
    )


def reopened(ticket: Ticket, change: TicketChange, *, policy: TriagePolicy, since: datetime) -> TicketChange:
    """What a new post of its author makes of a resolved ticket: it is open again, and a clock runs anew.

    change: what would have opened another one."""
    raised = max(ticket.priority, change.priority, key=lambda p: p.rank)
    answered = ticket.first_response_at is not None
    return TicketChange(
        action=TicketAction.APPEND,
        reasons=(*change.reasons, "its author wrote again"),
        priority=raised,
        first_response_due=ticket.first_response_due if answered else first_response_due(policy.sla, raised, since),
        next_response_due=next_response_due(policy.sla, raised, since) if answered else None,
        resolution_due=resolution_due(policy.sla, since),
        legal_due=min(filter(None, (ticket.legal_due, change.legal_due)), default=None),
        team=ticket.team,
    )


def far(reach: Reach | None, policy: ReachPolicy) -> tuple[str, ...]:
    """Which numbers say that a post goes far, as reasons."""
    if reach is None:
        return ()
    names = [one.name for one in fields(policy) if 0 < getattr(policy, one.name) <= (getattr(reach, one.name) or 0)]
    return tuple(f"reach: {getattr(reach, name)} {name}" for name in names)


def gone_far(ticket: Ticket, reaches: Sequence[Reach], policy: TriagePolicy, now: datetime) -> TicketChange | None:
    """What becomes of a ticket whose posts went far since it was opened: it presses. None where it does already, or
    where they did not."""
    if ticket.priority.rank >= Priority.HIGH.rank:
        return None
    reasons = tuple(dict.fromkeys(reason for reach in reaches for reason in far(reach, policy.reach)))
    if not reasons:
        return None
    due = ticket.first_response_due
    if ticket.first_response_at is None:
        due = _earlier(due, first_response_due(policy.sla, Priority.HIGH, now))
    return TicketChange(
        action=TicketAction.APPEND, reasons=reasons, priority=Priority.HIGH, state=ticket.state, first_response_due=due
    )


def raised_by_rule(
    change: TicketChange, floor: Priority, rule: str, policy: TriagePolicy, since: datetime
) -> TicketChange:
    """A new ticket that a routing rule wants to be at least so pressing."""
    if change.priority.rank >= floor.rank:
        return change
    due = first_response_due(policy.sla, floor, since)
    return replace(change, priority=floor, reasons=(*change.reasons, f"rule: {rule}"), first_response_due=due)


def _earlier(one: datetime | None, other: datetime) -> datetime:
    return other if one is None else min(one, other)


def _why_not(post: Post, classification: Classification, facts: ThreadFacts, brand: Brand, policy: TriagePolicy) -> str:
    """The reason to open nothing, or an empty string."""
    intents = frozenset(classification.intents)
    if facts.ours:
        return "our own reply"
    if brand.competitor and not policy.competitors:
        return "about a competitor"
    if Intent.SPAM in intents and not intents & {Intent.COMPLAINT, Intent.QUESTION}:
        return "spam"
    if facts.ticket is not None:
        return ""  # whatever is said in a thread that staff already handle belongs in front of them
    urgent = classification.urgency.rank >= policy.min_urgency.rank
    if urgent or intents & policy.tickets_for or _low_rating(post):
        return ""
    return _NOTHING_DUE


def _doubtful(classification: Classification) -> str:
    """The intent that the model came closest to naming."""
    odds = {intent: classification.confidence.get(intent.value, 0.0) for intent in _DUE_INTENTS}
    nearest = max(sorted(odds), key=lambda intent: odds[intent])
    return f"{nearest.value} {odds[nearest]:.0%}"


def _low_rating(post: Post) -> bool:
    if post.rating is None or not post.rating_scale:
        return False
    return post.rating / post.rating_scale <= _LOW_RATING


def _priority(
    post: Post, classification: Classification, facts: ThreadFacts, reach: ReachPolicy
) -> tuple[Priority, tuple[str, ...]]:
    """Urgency says where to start; each reason after it may only raise."""
    start = Priority(classification.urgency.value)
    reasons = [f"urgency: {classification.urgency.value}"]
    reasons += [f"intent: {intent.value}" for intent in classification.intents]
    raising = [*_of_words(post, classification), *_of_facts(post, facts, reach)]
    if 0 < facts.earlier < _REGULAR:
        raising.append((Priority.LOW, f"earlier tickets: {facts.earlier}"))
    if facts.edited:
        raising.append((Priority.LOW, "edited by its author"))
    priority = max((start, *(floor for floor, _ in raising)), key=lambda p: p.rank)
    return priority, (*reasons, *(reason for _, reason in raising))


def _of_words(post: Post, classification: Classification) -> Iterator[tuple[Priority, str]]:
    """What the text asks for, at least."""
    if Intent.COMPLAINT in classification.intents and classification.sentiment is Sentiment.NEGATIVE:
        yield Priority.NORMAL, "negative complaint"
    if Intent.CHURN in classification.intents:
        yield Priority.NORMAL, "customer is leaving"
    if _low_rating(post):
        yield Priority.NORMAL, f"rating {post.rating:g} of {post.rating_scale:g}"


def _of_facts(post: Post, facts: ThreadFacts, reach: ReachPolicy) -> Iterator[tuple[Priority, str]]:
    """What is known around it asks for, at least."""
    if facts.unanswered >= 2:
        yield Priority.HIGH, "repeated and unanswered"
    if facts.places >= _MANY_PLACES:
        yield Priority.HIGH, f"said in {facts.places} places"
    for reason in far(post.reach, reach):
        yield Priority.HIGH, reason
    if facts.earlier >= _REGULAR:
        yield Priority.NORMAL, f"earlier tickets: {facts.earlier}"
