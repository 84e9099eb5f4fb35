"""What becomes of a mention that triage wants in front of people: a new ticket, an old one that opens again, a place in
an incident, or one more post of a ticket. Called inside intake's transaction, over its book; the decisions are
triage's, routing's and alerting's."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from listener.alerting import FloodPolicy, flood, joined
from listener.book import SYSTEM, Book, Found
from listener.model import (
    EventKind,
    LinkKind,
    Priority,
    Ticket,
    TicketAction,
    TicketChange,
    TicketState,
    Urgency,
)
from listener.routing import Rule, route
from listener.sla import resumed
from listener.triage import TriagePolicy, raised_by_rule, reopened


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticketing:
    """rules: who gets a ticket; floods: when many tickets become one."""

    policy: TriagePolicy
    rules: Sequence[Rule] = ()
    floods: FloodPolicy = field(default_factory=FloodPolicy)

    def append(self, book: Book, ticket: Ticket, found: Found, change: TicketChange) -> Ticket:
        """One more post of an open ticket. People are told once of what comes while they are being told."""
        book.attach(ticket.id, found)
        changed = book.change(
            ticket,
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
        book.tell(EventKind.TICKET_APPENDED, ticket.id, payload, change.priority if raised else None)
        return changed

    def open(self, book: Book, found: Found, change: TicketChange) -> bool:
        """A ticket for a mention that has no open one. False: an older one took it in, and nothing was opened."""
        if change.action is TicketAction.REVIEW:
            self._review(book, found, change)
            return False
        if self._reopen(book, found, change) or self._join(book, found):
            return False
        self._open(book, found, change)
        return True

    def _review(self, book: Book, found: Found, change: TicketChange) -> None:
        """Nobody is alerted: a person looks when there is time."""
        ticket_id, _ = self._add(book, found, change)
        book.note("put up for review", "; ".join(change.reasons), ticket_id)

    def _open(self, book: Book, found: Found, change: TicketChange) -> None:
        since = min(found.post.seen_at, book.now)
        rule = self._rule(found, change.priority)
        if rule and rule.raise_to:
            change = raised_by_rule(change, rule.raise_to, rule.title, self.policy, since)
        ticket_id, rule = self._add(book, found, change)
        payload = {"post": found.post_id} | ({"channel": rule.channel} if rule and rule.channel else {})
        book.tell(EventKind.TICKET_OPENED, ticket_id, payload, change.priority)
        book.note("ticket opened", "; ".join(change.reasons), ticket_id)

    def _add(self, book: Book, found: Found, change: TicketChange) -> tuple[int, Rule | None]:
        rule = self._rule(found, change.priority)
        ticket = book.open(
            found,
            change,
            team=rule.team if rule else None,
            skills=list(rule.skills) if rule else [],
            rule=rule.title if rule else None,
            language=found.opinion.language,
        )
        return ticket.id, rule

    def _rule(self, found: Found, priority: Priority) -> Rule | None:
        return route(self.rules, found.mention.query, found.post.source, found.opinion, priority)

    # --- again --------------------------------------------------------------------------------------------

    def _reopen(self, book: Book, found: Found, change: TicketChange) -> bool:
        """The ticket of the same thread and query that was resolved a short while ago, where its author wrote again."""
        ticket = book.resolved_of(found.post, found.mention, book.now - self.policy.reopen_within)
        if ticket is None:
            return False
        change = reopened(ticket, change, policy=self.policy, since=min(found.post.seen_at, book.now))
        book.change(
            ticket,
            priority=change.priority,
            reasons=joined_reasons(ticket.reasons, change.reasons),
            state=TicketState.OPEN,
            first_response_due=change.first_response_due,
            next_response_due=change.next_response_due,
            resolution_due=change.resolution_due,
            legal_due=change.legal_due,
        )
        book.attach(ticket.id, found)
        book.note("reopened by its author", "", ticket.id)
        payload = {"post": found.post_id, "raised": True, "edited": False, "reopened": True}
        book.tell(EventKind.TICKET_APPENDED, ticket.id, payload, change.priority)
        return True

    # --- floods -------------------------------------------------------------------------------------------

    def _join(self, book: Book, found: Found) -> bool:
        """The incident that a post belongs to, be it that this very post makes it one."""
        if self.floods.at_least <= 0 or not found.opinion.topics:
            return False
        nearby = book.nearby(found.mention.query.brand, book.now - self.floods.within)
        incident = joined(self.floods, nearby, found.opinion.topics, book.now)
        if incident is None:
            alike = flood(self.floods, nearby, found.opinion.topics, found.said_at)
            incident = self._gather(book, alike) if alike else None
        if incident is None:
            return False
        self._attach(book, incident, found)
        return True

    def _gather(self, book: Book, alike: Sequence[int]) -> int:
        """Makes one ticket of many: the oldest takes in the others. It is rare, and done past the book."""
        book.write()
        tx, now = book.tx, book.now
        first, *others = alike
        kept = tx.tickets.one(first)
        assert kept
        for ticket_id in others:
            ticket = tx.tickets.one(ticket_id)
            assert ticket
            kept = tx.tickets.absorb(ticket, kept, now)
            tx.tickets.change(ticket, now, state=TicketState.RESOLVED, merged_into=first)
            tx.colleagues.link(ticket_id, first, LinkKind.MERGED)
            book.note("merged", f"into ticket {first}", ticket_id)
            self._tell(book, ticket_id, "merged")
        priority = max(kept.priority, Priority.HIGH, key=lambda p: p.rank)
        tx.tickets.change(kept, now, incident=True, priority=priority, reasons=(*kept.reasons, "flood"))
        book.note("incident begun", f"{len(alike) + 1} posts", first)
        self._tell(book, first, "incident begun", priority)
        book.read_anew()
        return first

    def _attach(self, book: Book, incident: int, found: Found) -> None:
        """Silently: the counter rises, and whoever looks at the card sees it at its next change."""
        ticket = book.one(incident)
        book.attach(incident, found)
        values = resumed(self.policy.sla, ticket, book.now) | {"state": TicketState.OPEN}
        book.change(ticket, **(values if ticket.state is not TicketState.OPEN else {}))
        if not book.waits(incident, EventKind.TICKET_APPENDED):
            payload = {"post": found.post_id, "raised": False, "edited": False, "silent": True}
            book.tell(EventKind.TICKET_APPENDED, incident, payload, None)

    def _tell(self, book: Book, ticket_id: int, action: str, priority: Priority | None = None) -> None:
        book.tell(EventKind.TICKET_CHANGED, ticket_id, {"by": SYSTEM, "action": action}, priority)


def joined_reasons(old: tuple[str, ...], new: tuple[str, ...]) -> list[str]:
    """Both, each once; of the urgencies, places, reach and earlier tickets only what counts now."""
    both = list(dict.fromkeys((*old, *new)))
    urgencies = [reason for urgency in reversed(Urgency) if (reason := f"urgency: {urgency.value}") in both]
    outdated = set(urgencies[1:])
    for beginning in ("said in ", "earlier tickets: "):
        outdated.update([reason for reason in both if reason.startswith(beginning)][:-1])
    for what in ("views", "likes", "replies", "shares", "followers"):
        outdated.update([r for r in both if r.startswith("reach: ") and r.endswith(what)][:-1])
    return [reason for reason in both if reason not in outdated]
