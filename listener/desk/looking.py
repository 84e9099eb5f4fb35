"""Looking at tickets, people and rules. Nothing here changes anything."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from listener.desk.parts import Parts
from listener.errors import ListenerError
from listener.law import clocks_of
from listener.model import (
    CustomerView,
    Identity,
    PrivateWay,
    Reply,
    ReplyState,
    StoredPost,
    SuggestedReply,
    Ticket,
    TicketState,
    TicketView,
    Tone,
)
from listener.passwords import matches
from listener.storage import Transaction
from listener.text import excerpt
from listener.views import Check, InboxCounts, Readiness, Role, TicketSummary, User

_EXCERPT = 220
_REVIEWED = 500
_EARLIER = 10


class Looking(Parts):
    """Tickets, posts, replies, and who wrote them."""

    __slots__ = ()

    def inbox(
        self, *, state: TicketState | None, text: str = "", limit: int = 50, before: int | None = None
    ) -> tuple[TicketSummary, ...]:
        """Most pressing first; resolved ones latest first; of those to review what a word teaches most about."""
        if state is TicketState.REVIEW and before is None:
            return self._review(text, limit)
        with self.storage.read() as tx:
            tickets = tx.tickets.listing(state, limit, text=text, before=before)
            return tuple(self._summary(tx, ticket) for ticket in tickets)

    def search(self, text: str, *, limit: int = 10) -> tuple[TicketSummary, ...]:
        """Tickets with these words in a post, its author or title; "#12" or "12" is also the ticket of that number."""
        with self.storage.read() as tx:
            number = text.strip().removeprefix("#")
            named = tx.tickets.one(int(number)) if number.isdecimal() and len(number) < 15 else None
            found = [named] if named else []
            found += [ticket for ticket in tx.tickets.listing(None, limit, text=text) if ticket != named]
            return tuple(self._summary(tx, ticket) for ticket in found[:limit])

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
            of_thread = posts[0].post.thread_key if ticket.split_from else ticket.thread_key
            thread = tx.posts.of_thread(ticket.source, of_thread)
            view = TicketView(
                ticket=ticket,
                posts=posts,
                thread=thread,
                replies=tx.replies.of_tickets([ticket_id]),
                history=tx.people.history(ticket_id),
                notes=tx.colleagues.notes(ticket_id),
                watchers=tx.watching.watchers(ticket_id),
                tags=ticket.tags,
                lock=tx.colleagues.locked(ticket_id, self.clock()),
                customer=self._author(tx, posts[-1], ticket_id),
                proposals=tx.proposals.waiting(ticket_id),
                legal=clocks_of(posts, self.brands.get(ticket.brand)),
                links=tx.colleagues.links(ticket_id),
                gathered=len(posts) if ticket.incident else 0,
                private=self._private(tx, posts),
                hideable=frozenset(stored.id for stored in posts if self._hideable(stored.post)),
                hidings=tx.hidings.latest(list({stored.id for stored in (*posts, *thread)})),
            )
        context = self._context(view.latest, self.brands.get(ticket.brand))
        return replace(view, suggestions=self.suggester.suggest(context))

    def _private(self, tx: Transaction, posts: Sequence[StoredPost]) -> dict[int, PrivateWay]:
        """Of posts whose place has private replies: whether one can be sent."""
        answered, now = tx.replies.answered_privately([stored.id for stored in posts]), self.clock()
        found = {one.id: self._private_way(one.post, now, answered=one.id in answered) for one in posts}
        return {post_id: way for post_id, way in found.items() if way is not None}

    def suggestions(
        self,
        ticket_id: int,
        *,
        post_id: int = 0,
        lang: str | None = None,
        tone: Tone | None = None,
        private: bool = False,
    ) -> tuple[SuggestedReply, ...]:
        """Drafts for a post of a ticket (0: the latest), in a language, tone and for readers that a person chose."""
        with self.storage.read() as tx:
            ticket = self._ticket(tx, ticket_id)
            posts = tx.posts.of_ticket(ticket_id)
        stored = next((one for one in posts if one.id == post_id), posts[-1])
        context = self._context(stored, self.brands.get(ticket.brand), lang=lang, tone=tone, private=private)
        return self.suggester.suggest(context)

    # --- customers ----------------------------------------------------------------------------------------

    def customer(self, source: str, author: str, *, limit: int = _EARLIER) -> CustomerView:
        """What an author said and was answered, over all identities that people linked to this one."""
        with self.storage.read() as tx:
            return self._customer(tx, Identity(source=source, author=author), limit)

    def _author(self, tx: Transaction, stored: StoredPost, ticket_id: int) -> CustomerView | None:
        author = stored.post.author or stored.post.author_id
        if author is None:
            return None
        seen = self._customer(tx, Identity(source=stored.post.source, author=author), _EARLIER)
        return replace(seen, tickets=tuple(ticket for ticket in seen.tickets if ticket.id != ticket_id))

    def _customer(self, tx: Transaction, identity: Identity, limit: int) -> CustomerView:
        number = tx.customers.number(identity)
        identities = (identity,) if number is None else tx.customers.identities(number)
        return CustomerView(
            number=number,
            identities=identities,
            posts=tx.customers.posts(identities, limit),
            tickets=tx.customers.tickets(identities, limit),
            replies=tx.customers.replies(identities, limit),
            posts_in_all=tx.customers.count_posts(identities),
            tickets_in_all=tx.customers.count_tickets(identities),
        )

    # --- the house ----------------------------------------------------------------------------------------

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


def _most_pressing(posts: Sequence[StoredPost]) -> StoredPost:
    """The post that a row of the inbox should show: the most urgent one, the latest of those."""

    def urgency(stored: StoredPost) -> int:
        return stored.classification.urgency.rank if stored.classification else -1

    return max(reversed(posts), key=urgency)
