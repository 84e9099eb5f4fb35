"""What becomes of a mention that triage wants in front of people: a new ticket, an old one that opens again, a place in
an incident, or one more post of a ticket. Called inside intake's transaction; the decisions are triage's, routing's and
alerting's."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from listener.alerting import FloodPolicy, flood, joined
from listener.model import (
    Classification,
    EventKind,
    LinkKind,
    Mention,
    Post,
    Priority,
    Ticket,
    TicketAction,
    TicketChange,
    TicketState,
    Urgency,
)
from listener.routing import Rule, route
from listener.sla import resumed
from listener.storage import Transaction
from listener.triage import TriagePolicy, raised_by_rule, reopened

_SYSTEM = "system"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A kept post that matched: its row, what matched, what the model says. edited: it was known before."""

    post: Post
    post_id: int
    mention: Mention
    opinion: Classification
    edited: bool = False

    @property
    def said_at(self) -> datetime:
        """When it was written, as far as anybody knows."""
        return self.post.published_at or self.post.seen_at


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticketing:
    """rules: who gets a ticket; floods: when many tickets become one."""

    policy: TriagePolicy
    rules: Sequence[Rule] = ()
    floods: FloodPolicy = field(default_factory=FloodPolicy)

    def append(self, tx: Transaction, ticket: Ticket, found: Found, change: TicketChange, now: datetime) -> Ticket:
        """One more post of an open ticket. People are told once of what comes while they are being told."""
        tx.tickets.attach(ticket.id, found.post_id, now)
        changed = tx.tickets.change(
            ticket,
            now,
            priority=change.priority,
            reasons=joined_reasons(ticket.reasons, change.reasons),
            state=change.state,
            first_response_due=change.first_response_due,
            next_response_due=change.next_response_due,
            resolution_due=change.resolution_due,
            legal_due=change.legal_due,
        )
        raised = change.priority.rank > ticket.priority.rank
        payload = {"post": found.post_id, "raised": raised, "edited": found.edited}
        rank = change.priority.rank if raised else 0
        tx.outbox.add(EventKind.TICKET_APPENDED, now, ticket_id=ticket.id, payload=payload, rank=rank)
        return changed

    def open(self, tx: Transaction, found: Found, change: TicketChange, now: datetime) -> bool:
        """A ticket for a mention that has no open one. False: an older one took it in, and nothing was opened."""
        if change.action is TicketAction.REVIEW:
            self._review(tx, found, change, now)
            return False
        if self._reopen(tx, found, change, now) or self._join(tx, found, now):
            return False
        self._open(tx, found, change, now)
        return True

    def _review(self, tx: Transaction, found: Found, change: TicketChange, now: datetime) -> None:
        """Nobody is alerted: a person looks when there is time."""
        ticket_id, _ = self._add(tx, found, change, now)
        tx.people.note(now, _SYSTEM, "put up for review", "; ".join(change.reasons), ticket_id)

    def _open(self, tx: Transaction, found: Found, change: TicketChange, now: datetime) -> None:
        since = min(found.post.seen_at, now)
        rule = self._rule(found, change.priority)
        if rule and rule.raise_to:
            change = raised_by_rule(change, rule.raise_to, rule.title, self.policy, since)
        ticket_id, rule = self._add(tx, found, change, now)
        payload = {"post": found.post_id} | ({"channel": rule.channel} if rule and rule.channel else {})
        rank = change.priority.rank
        tx.outbox.add(EventKind.TICKET_OPENED, now, ticket_id=ticket_id, payload=payload, rank=rank)
        tx.people.note(now, _SYSTEM, "ticket opened", "; ".join(change.reasons), ticket_id)

    def _add(self, tx: Transaction, found: Found, change: TicketChange, now: datetime) -> tuple[int, Rule | None]:
        rule = self._rule(found, change.priority)
        ticket_id = tx.tickets.add(
            found.post,
            found.mention,
            change,
            now,
            team=rule.team if rule else None,
            skills=list(rule.skills) if rule else [],
            rule=rule.title if rule else None,
            language=found.opinion.language,
        )
        tx.tickets.attach(ticket_id, found.post_id, now)
        return ticket_id, rule

    def _rule(self, found: Found, priority: Priority) -> Rule | None:
        return route(self.rules, found.mention.query, found.post.source, found.opinion, priority)

    # --- again --------------------------------------------------------------------------------------------

    def _reopen(self, tx: Transaction, found: Found, change: TicketChange, now: datetime) -> bool:
        """The ticket of the same thread and query that was resolved a short while ago, where its author wrote again."""
        ticket = tx.tickets.resolved_of(found.post, found.mention, now - self.policy.reopen_within)
        if ticket is None:
            return False
        change = reopened(ticket, change, policy=self.policy, since=min(found.post.seen_at, now))
        tx.tickets.attach(ticket.id, found.post_id, now)
        tx.tickets.change(
            ticket,
            now,
            priority=change.priority,
            reasons=joined_reasons(ticket.reasons, change.reasons),
            state=TicketState.OPEN,
            first_response_due=change.first_response_due,
            next_response_due=change.next_response_due,
            resolution_due=change.resolution_due,
            legal_due=change.legal_due,
        )
        tx.people.note(now, _SYSTEM, "reopened by its author", ticket_id=ticket.id)
        payload = {"post": found.post_id, "raised": True, "edited": False, "reopened": True}
        rank = change.priority.rank
        tx.outbox.add(EventKind.TICKET_APPENDED, now, ticket_id=ticket.id, payload=payload, rank=rank)
        return True

    # --- floods -------------------------------------------------------------------------------------------

    def _join(self, tx: Transaction, found: Found, now: datetime) -> bool:
        """The incident that a post belongs to, be it that this very post makes it one."""
        if self.floods.at_least <= 0 or not found.opinion.topics:
            return False
        nearby = tx.tickets.nearby(found.mention.query.brand, now - self.floods.within)
        incident = joined(self.floods, nearby, found.opinion.topics, now)
        if incident is None:
            alike = flood(self.floods, nearby, found.opinion.topics, found.said_at)
            incident = self._gather(tx, alike, now) if alike else None
        if incident is None:
            return False
        self._attach(tx, incident, found, now)
        return True

    def _gather(self, tx: Transaction, alike: Sequence[int], now: datetime) -> int:
        """Makes one ticket of many: the oldest takes in the others."""
        first, *others = alike
        kept = tx.tickets.one(first)
        assert kept
        for ticket_id in others:
            ticket = tx.tickets.one(ticket_id)
            assert ticket
            kept = tx.tickets.absorb(ticket, kept, now)
            tx.tickets.change(ticket, now, state=TicketState.RESOLVED, merged_into=first)
            tx.colleagues.link(ticket_id, first, LinkKind.MERGED)
            tx.people.note(now, _SYSTEM, "merged", f"into ticket {first}", ticket_id)
            self._tell(tx, ticket_id, "merged", now)
        priority = max(kept.priority, Priority.HIGH, key=lambda p: p.rank)
        tx.tickets.change(kept, now, incident=True, priority=priority, reasons=(*kept.reasons, "flood"))
        tx.people.note(now, _SYSTEM, "incident begun", f"{len(alike) + 1} posts", first)
        self._tell(tx, first, "incident begun", now, priority.rank)
        return first

    def _attach(self, tx: Transaction, incident: int, found: Found, now: datetime) -> None:
        """Silently: the counter rises, and whoever looks at the card sees it at its next change."""
        tx.tickets.attach(incident, found.post_id, now)
        ticket = tx.tickets.one(incident)
        assert ticket
        values = resumed(self.policy.sla, ticket, now) | {"state": TicketState.OPEN}
        tx.tickets.change(ticket, now, **(values if ticket.state is not TicketState.OPEN else {}))
        if not tx.outbox.pending(incident, EventKind.TICKET_APPENDED):
            payload = {"post": found.post_id, "raised": False, "edited": False, "silent": True}
            tx.outbox.add(EventKind.TICKET_APPENDED, now, ticket_id=incident, payload=payload)

    def _tell(self, tx: Transaction, ticket_id: int, action: str, now: datetime, rank: int = 0) -> None:
        payload = {"by": _SYSTEM, "action": action}
        tx.outbox.add(EventKind.TICKET_CHANGED, now, ticket_id=ticket_id, payload=payload, rank=rank)


def joined_reasons(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """Both, each once; of the urgencies, places and earlier tickets only what counts now."""
    both = list(dict.fromkeys((*old, *new)))
    urgencies = [reason for urgency in reversed(Urgency) if (reason := f"urgency: {urgency.value}") in both]
    outdated = set(urgencies[1:])
    for beginning in ("said in ", "earlier tickets: "):
        outdated.update([reason for reason in both if reason.startswith(beginning)][:-1])
    return [reason for reason in both if reason not in outdated]
