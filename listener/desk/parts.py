"""What every part of the desk stands on: the house's things, and how a ticket is read and changed."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from listener.approval import ApprovalPolicy
from listener.distribution import Staff
from listener.errors import Conflict, NotFound
from listener.model import Brand, EventKind, Post, PrivateWay, StoredPost, Ticket, Tone
from listener.protocols import (
    LimitedPublisher,
    Moderator,
    PrivatePublisher,
    Publisher,
    ReplyChecker,
    Suggester,
    SuggestionContext,
)
from listener.sla import SlaPolicy
from listener.storage import Storage, Transaction
from listener.views import Check, Role, User
from listener.visibility import private_way

_DEFAULT_LANGUAGE = "pl"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """brands by id. can_publish: whether we ourselves can post to a source. publisher: who does, None where nobody: it
    says whether private replies and hiding are possible there; the desk itself sends nothing. staff: who answers, in
    which teams. approval: which replies want a second person. checks: what else the health page asks. cards: what the
    demo's Slack received, latest first."""

    storage: Storage
    brands: Mapping[str, Brand]
    suggester: Suggester
    checker: ReplyChecker
    can_publish: Callable[[str], bool]
    clock: Callable[[], datetime]
    sla: SlaPolicy = field(default_factory=SlaPolicy)
    staff: Staff = field(default_factory=Staff)
    approval: ApprovalPolicy = field(default_factory=ApprovalPolicy)
    doubt: Callable[[Mapping[str, float]], float] = lambda confidence: 0.0
    checks: Sequence[Callable[[], Check]] = ()
    cards: Callable[[], Sequence[Mapping[str, Any]]] = tuple
    publisher: Callable[[str], Publisher | None] = lambda source: None

    def _context(
        self,
        stored: StoredPost,
        brand: Brand | None,
        *,
        lang: str | None = None,
        tone: Tone | None = None,
        private: bool = False,
    ) -> SuggestionContext:
        """lang, tone: as the author wrote and the brand speaks, unless somebody asks for another."""
        opinion = stored.classification
        language = lang or (opinion.language if opinion and opinion.language else _DEFAULT_LANGUAGE)
        return SuggestionContext(
            text=stored.post.text,
            lang=language,
            brand=brand,
            classification=opinion,
            thread_title=stored.post.thread_title,
            today=self.clock(),
            tone=tone,
            private=private,
            longest=None if private else self._longest(stored.post),
        )

    def _longest(self, post: Post) -> int | None:
        publisher = self.publisher(post.source)
        return publisher.longest if isinstance(publisher, LimitedPublisher) else None

    def _private_way(self, post: Post, now: datetime, *, answered: bool) -> PrivateWay | None:
        """None where the place of the post has no private replies."""
        publisher = self.publisher(post.source)
        if publisher is None or not isinstance(publisher, PrivatePublisher):
            return None
        return private_way(publisher.private_within, post, now, answered=answered)

    def _hideable(self, post: Post) -> bool:
        publisher = self.publisher(post.source)
        return publisher is not None and isinstance(publisher, Moderator) and publisher.can_hide(post)

    def _change(
        self, tx: Transaction, ticket: Ticket, by: str, action: str, now: datetime, detail: str = "", **values: Any
    ) -> Ticket:
        """Changes a ticket, notes who did what, and tells of it."""
        if ticket.assignee == by:
            values = {"touched_at": now} | values
        changed = tx.tickets.change(ticket, now, **values)
        tx.people.note(now, by, action, detail, ticket.id)
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

    def _users(self, tx: Transaction) -> tuple[User, ...]:
        """Everybody who works with us, by name: who logs in, and the agents of the configuration."""
        roles = {account.name: Role(account.role) for account in tx.people.users()}
        agents = {agent.name: agent for agent in self.staff.agents}
        return tuple(
            User(
                name=name,
                role=roles[name] if name in roles else agents[name].role,
                slack=agents[name].slack if name in agents else None,
                teams=agents[name].teams if name in agents else (),
            )
            for name in sorted({*roles, *agents})
        )

    def _known(self, tx: Transaction, name: str) -> None:
        """NotFound for a name that nobody has, where names are known at all."""
        users = self._users(tx)
        if users and name not in {user.name for user in users}:
            raise NotFound(f'nobody is called "{name}"', mend="listener user add, or [[agent]] in the configuration")
