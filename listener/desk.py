"""What people do: look, claim, answer, correct, close. One transaction each; every change names who made it.

The web inbox and Slack are doors to this; neither decides anything.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from listener import failpoints
from listener.errors import Conflict, ListenerError, NotFound
from listener.model import (
    Brand,
    EventKind,
    Priority,
    Reply,
    ReplyState,
    StoredPost,
    Ticket,
    TicketState,
    TicketView,
    Violation,
)
from listener.passwords import matches
from listener.protocols import ReplyChecker, Suggester, SuggestionContext
from listener.sla import SlaPolicy, first_response_due
from listener.storage import Storage, Transaction
from listener.text import excerpt
from listener.views import Check, InboxCounts, Readiness, Role, TicketSummary, User

_EXCERPT = 220
_DEFAULT_LANGUAGE = "pl"
_REVIEWED = 500
_FIRST = Priority.CRITICAL.rank
_NEVER_SENT = frozenset({"placeholder_left", "follows_injected_instruction"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """The use case. brands by id. can_publish: whether we ourselves can post to a source. checks: what else the
    health page asks. cards: what the demo's Slack received, latest first."""

    storage: Storage
    brands: Mapping[str, Brand]
    suggester: Suggester
    checker: ReplyChecker
    can_publish: Callable[[str], bool]
    clock: Callable[[], datetime]
    sla: SlaPolicy = field(default_factory=SlaPolicy)
    doubt: Callable[[Mapping[str, float]], float] = lambda confidence: 0.0
    checks: Sequence[Callable[[], Check]] = ()
    cards: Callable[[], Sequence[Mapping[str, Any]]] = tuple

    # --- looking ------------------------------------------------------------------------------------------

    def inbox(
        self, *, state: TicketState | None, text: str = "", limit: int = 50, before: int | None = None
    ) -> tuple[TicketSummary, ...]:
        """Most pressing first; resolved ones latest first; of those to review what a word teaches most about."""
        if state is TicketState.REVIEW and before is None:
            return self._review(text, limit)
        with self.storage.read() as tx:
            tickets = tx.tickets.listing(state, limit, text=text, before=before)
            return tuple(self._summary(tx, ticket) for ticket in tickets)

    def _review(self, text: str, limit: int) -> tuple[TicketSummary, ...]:
        with self.storage.read() as tx:
            tickets = tx.tickets.listing(TicketState.REVIEW, _REVIEWED, text=text)
            rows = [(self._doubt_of(tx, ticket), self._summary(tx, ticket)) for ticket in tickets]
        return tuple(row for _, row in sorted(rows, key=lambda pair: -pair[0])[:limit])

    def _doubt_of(self, tx: Transaction, ticket: Ticket) -> float:
        opinions = [stored.classification for stored in tx.posts.of_ticket(ticket.id) if stored.classification]
        return max((self.doubt(opinion.confidence) for opinion in opinions), default=0.0)

    def _summary(self, tx: Transaction, ticket: Ticket) -> TicketSummary:
        posts = tx.posts.of_ticket(ticket.id)
        shown = _most_pressing(posts)
        opinion = shown.classification
        return TicketSummary(
            ticket=ticket,
            excerpt=excerpt(shown.post.text, _EXCERPT),
            author=shown.post.author,
            source=ticket.source,
            url=shown.post.url,
            sentiment=opinion.sentiment if opinion else None,
            urgency=opinion.urgency if opinion else None,
            intents=opinion.intents if opinion else (),
            posts=len(posts),
            places=len({(stored.post.source, stored.post.thread_key) for stored in posts}),
            replies=tuple(reply.state for reply in tx.replies.of_tickets([ticket.id])),
        )

    def ticket(self, ticket_id: int) -> TicketView:
        """All that a person needs to answer. NotFound where there is no such ticket."""
        with self.storage.read() as tx:
            ticket = self._ticket(tx, ticket_id)
            posts = tx.posts.of_ticket(ticket_id)
            view = TicketView(
                ticket=ticket,
                posts=posts,
                thread=tx.posts.of_thread(ticket.source, ticket.thread_key),
                replies=tx.replies.of_tickets([ticket_id]),
                history=tx.people.history(ticket_id),
            )
        context = self._context(view.latest, self.brands.get(ticket.brand))
        return replace(view, suggestions=self.suggester.suggest(context))

    def _context(self, stored: StoredPost, brand: Brand | None) -> SuggestionContext:
        opinion = stored.classification
        language = opinion.language if opinion and opinion.language else _DEFAULT_LANGUAGE
        return SuggestionContext(
            text=stored.post.text,
            lang=language,
            brand=brand,
            classification=opinion,
            thread_title=stored.post.thread_title,
            today=self.clock(),
        )

    def counts(self) -> InboxCounts:
        """How many tickets stand where."""
        with self.storage.read() as tx:
            states = tx.tickets.counts()
            return InboxCounts(
                open=states[TicketState.OPEN],
                review=states[TicketState.REVIEW],
                pending=states[TicketState.PENDING],
                snoozed=states[TicketState.SNOOZED],
                resolved=states[TicketState.RESOLVED],
                overdue=tx.tickets.overdue(self.clock()),
                uncertain=len(tx.replies.in_state(ReplyState.UNCERTAIN)),
            )

    def mentions(self, *, limit: int = 50, before: int | None = None) -> tuple[StoredPost, ...]:
        """Posts with mentions, latest row first."""
        with self.storage.read() as tx:
            return tx.posts.latest_mentioned(limit, before)

    def replies(self, *, limit: int = 50, before: int | None = None) -> tuple[Reply, ...]:
        """Replies, latest first."""
        with self.storage.read() as tx:
            return tx.replies.latest(limit, before)

    def slack_cards(self) -> Sequence[Mapping[str, Any]]:
        """Demo only: what the stand-in for Slack received."""
        return self.cards()

    def health(self) -> Readiness:
        """Whether the house can work."""
        return Readiness(checks=(self._storage_check(), *(check() for check in self.checks)))

    def _storage_check(self) -> Check:
        try:
            with self.storage.read() as tx:
                waiting = tx.outbox.waiting()
        except ListenerError as error:
            return Check(name="storage", ok=False, detail=error.message)
        return Check(name="storage", ok=True, detail=f"{waiting} events waiting")

    def authenticate(self, name: str, password: str) -> User | None:
        """The user, where name and password fit."""
        with self.storage.read() as tx:
            account = tx.people.user(name)
        if not matches(password, account.password_hash if account else None):
            return None
        assert account
        return User(name=account.name, role=Role(account.role))

    # --- answering ----------------------------------------------------------------------------------------

    def check(self, ticket_id: int, text: str) -> tuple[Violation, ...]:
        """What a draft breaks, for the person to see before approving."""
        with self.storage.read() as tx:
            ticket = self._ticket(tx, ticket_id)
            latest = tx.posts.of_ticket(ticket_id)[-1]
        return self.checker.check(text, self._context(latest, self.brands.get(ticket.brand)), "human")

    def reply(self, ticket_id: int, *, post_id: int, text: str, approved_by: str, version: int, now: datetime) -> Reply:
        """Approves a text and hands it to publishing. It goes out once, whatever happens after this returns."""
        self._refuse_broken(ticket_id, text)
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            stored = tx.posts.one(post_id)
            if stored is not None and not self.can_publish(stored.post.source):
                raise ListenerError(
                    f'we cannot post to "{stored.post.source}" ourselves',
                    where=f"ticket {ticket_id}",
                    mend="post the reply there by hand and give its address",
                )
            reply = self._approve(tx, ticket, post_id, text, approved_by, now, ReplyState.APPROVED)
            tx.tickets.change(ticket, now, assignee=ticket.assignee or approved_by)
            tx.outbox.add(EventKind.REPLY_APPROVED, now, ticket_id=ticket_id, reply_id=reply.id, rank=_FIRST)
            failpoints.hit("desk.reply.before-commit")
        failpoints.hit("desk.reply.after-commit")
        return reply

    def posted_by_hand(
        self, ticket_id: int, *, post_id: int, text: str, url: str, approved_by: str, version: int, now: datetime
    ) -> Reply:
        """Records a reply that a person posted. The clock of the first response stops."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            reply = self._approve(tx, ticket, post_id, text, approved_by, now, ReplyState.MANUAL)
            reply = tx.replies.change(reply, url=url)
            tx.tickets.change(
                ticket,
                now,
                assignee=ticket.assignee or approved_by,
                state=TicketState.PENDING,
                first_response_at=ticket.first_response_at or now,
            )
            tx.outbox.add(EventKind.REPLY_PUBLISHED, now, ticket_id=ticket_id, reply_id=reply.id)
        return reply

    def _refuse_broken(self, ticket_id: int, text: str) -> None:
        """Most violations are for the person to weigh; a few can only be mistakes."""
        for violation in self.check(ticket_id, text):
            if violation.rule in _NEVER_SENT:
                raise ListenerError(
                    violation.message, where=f'"{violation.where}"', mend="change the text, then approve it again"
                )

    def _approve(
        self, tx: Transaction, ticket: Ticket, post_id: int, text: str, by: str, now: datetime, state: ReplyState
    ) -> Reply:
        text, by = text.strip(), by.strip()
        if not by:
            raise ListenerError("a reply needs the name of who approves it", where=f"ticket {ticket.id}")
        if not text:
            raise ListenerError("the reply is empty", where=f"ticket {ticket.id}")
        if post_id not in {stored.id for stored in tx.posts.of_ticket(ticket.id)}:
            raise NotFound(f"post {post_id} is not in this ticket", where=f"ticket {ticket.id}")
        source = next(stored.post.source for stored in tx.posts.of_ticket(ticket.id) if stored.id == post_id)
        reply_id = tx.replies.add(ticket, post_id, text, by, now, state, source=source)
        tx.people.note(
            now, by, "reply approved" if state is ReplyState.APPROVED else "reply posted by hand", text, ticket.id
        )
        reply = tx.replies.one(reply_id)
        assert reply
        return reply

    def decide_uncertain(self, reply_id: int, *, by: str, posted_url: str | None, now: datetime) -> Reply:
        """A person looked: the reply stands at posted_url, or (None) it does not and is to be sent again."""
        with self.storage.begin() as tx:
            reply = tx.replies.one(reply_id)
            if reply is None:
                raise NotFound(f"there is no reply {reply_id}")
            if reply.state not in (ReplyState.UNCERTAIN, ReplyState.FAILED):
                raise Conflict(f"the reply is {reply.state.value} by now", where=f"reply {reply_id}")
            if posted_url:
                changed = tx.replies.change(reply, state=ReplyState.MANUAL, url=posted_url, error=None)
                ticket = self._ticket(tx, reply.ticket_id)
                tx.tickets.change(
                    ticket, now, state=TicketState.PENDING, first_response_at=ticket.first_response_at or now
                )
                tx.outbox.add(EventKind.REPLY_PUBLISHED, now, ticket_id=ticket.id, reply_id=reply.id)
            else:
                changed = tx.replies.change(reply, state=ReplyState.APPROVED, attempts=0, error=None)
                tx.outbox.add(EventKind.REPLY_APPROVED, now, ticket_id=reply.ticket_id, reply_id=reply.id, rank=_FIRST)
            tx.people.note(
                now, by, "reply found" if posted_url else "reply sent again", posted_url or "", reply.ticket_id
            )
        return changed

    # --- deciding -----------------------------------------------------------------------------------------

    def claim(self, ticket_id: int, *, by: str, version: int, now: datetime) -> Ticket:
        """Takes a ticket in hand. Conflict where somebody else has it."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            if ticket.assignee not in (None, by):
                raise Conflict(f"{ticket.assignee} has this ticket", where=f"ticket {ticket_id}", mend="ask them")
            return self._change(tx, ticket, by, "claimed", now, assignee=by)

    def resolve(self, ticket_id: int, *, by: str, version: int, now: datetime) -> Ticket:
        """Closes a ticket; a new post of the thread opens another."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            return self._change(tx, ticket, by, "resolved", now, state=TicketState.RESOLVED)

    def reopen(self, ticket_id: int, *, by: str, version: int, now: datetime) -> Ticket:
        """Opens a ticket again. Conflict where the thread has an open one by now."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            if ticket.state is TicketState.REVIEW:
                return self._take_on(tx, ticket, by, now)
            return self._change(tx, ticket, by, "reopened", now, state=TicketState.OPEN)

    def _take_on(self, tx: Transaction, ticket: Ticket, by: str, now: datetime) -> Ticket:
        """A reviewed ticket is ours after all: now people are alerted, and the clock runs."""
        due = first_response_due(self.sla, ticket.priority, now)
        changed = tx.tickets.change(ticket, now, state=TicketState.OPEN, first_response_due=due)
        tx.people.note(now, by, "taken on", ticket_id=ticket.id)
        tx.outbox.add(EventKind.TICKET_OPENED, now, ticket_id=ticket.id, payload={"by": by})
        return changed

    def not_relevant(self, ticket_id: int, *, by: str, version: int, now: datetime) -> Ticket:
        """Closes a ticket that should not have been one, and keeps that as a lesson."""
        with self.storage.begin() as tx:
            ticket = self._theirs(tx, ticket_id, version)
            for stored in tx.posts.of_ticket(ticket_id):
                tx.people.label(stored.id, {"relevant": False, "query": ticket.query}, by, now)
            return self._change(tx, ticket, by, "not relevant", now, state=TicketState.RESOLVED)

    def correct(
        self, post_id: int, *, labels: Mapping[str, str | tuple[str, ...]], by: str, now: datetime
    ) -> StoredPost:
        """Keeps a person's labels for training."""
        with self.storage.begin() as tx:
            stored = tx.posts.one(post_id)
            if stored is None:
                raise NotFound(f"there is no post {post_id}")
            plain = {name: value if isinstance(value, str) else list(value) for name, value in labels.items()}
            tx.people.label(post_id, plain, by, now)
            for ticket_id in tx.tickets.holding(post_id):
                tx.people.note(now, by, "labels corrected", ", ".join(f"{k}: {v}" for k, v in plain.items()), ticket_id)
        return stored

    def _change(self, tx: Transaction, ticket: Ticket, by: str, action: str, now: datetime, **values: Any) -> Ticket:
        changed = tx.tickets.change(ticket, now, **values)
        tx.people.note(now, by, action, ticket_id=ticket.id)
        tx.outbox.add(EventKind.TICKET_CHANGED, now, ticket_id=ticket.id, payload={"by": by, "action": action})
        return changed

    def _ticket(self, tx: Transaction, ticket_id: int) -> Ticket:
        ticket = tx.tickets.one(ticket_id)
        if ticket is None:
            raise NotFound(f"there is no ticket {ticket_id}")
        return ticket

    def _theirs(self, tx: Transaction, ticket_id: int, version: int) -> Ticket:
        """The ticket, as long as it is what the person was looking at."""
        ticket = self._ticket(tx, ticket_id)
        if ticket.version != version:
            raise Conflict(
                "somebody else changed this ticket meanwhile",
                where=f"ticket {ticket_id}",
                mend="look again, then decide",
            )
        return ticket


def _most_pressing(posts: Sequence[StoredPost]) -> StoredPost:
    """The post that a row of the inbox should show: the most urgent one, the latest of those."""

    def urgency(stored: StoredPost) -> int:
        return stored.classification.urgency.rank if stored.classification else -1

    return max(reversed(posts), key=urgency)
