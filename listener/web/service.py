"""What the web door needs of the house. listener.desk.Desk has these members; so has the tests' fake.

Every method is plain synchronous code, safe to call from several threads, and one transaction. `now` is UTC.
version: the ticket version that the person was looking at; Conflict is raised when it has risen since.
Errors come from listener.errors only: NotFound (no such ticket, post or reply), Conflict, and ListenerError
whose text a person can read, for everything refused.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from listener.model import (
    Lock,
    Proposal,
    Reply,
    StoredPost,
    SuggestedReply,
    Ticket,
    TicketState,
    TicketView,
    Tone,
    Violation,
)
from listener.views import InboxCounts, Mute, Queue, Readiness, RulePrecision, TeamLoad, TicketSummary, User, Watched

Labels = Mapping[str, str | tuple[str, ...]]
"""A person's corrections: sentiment and urgency -> one value, intents and topics -> all that apply."""


class Reading(Protocol):
    """Questions; they change nothing."""

    def inbox(
        self, *, state: TicketState | None, text: str = "", limit: int = 50, before: int | None = None
    ) -> Sequence[TicketSummary]:
        """Most pressing first (listener.views.pressing), resolved ones latest first. text: what the posts must
        contain. before: the last ticket id of the page before this one, in the same order."""
        ...

    def ticket(self, ticket_id: int) -> TicketView: ...

    def counts(self) -> InboxCounts: ...

    def health(self) -> Readiness: ...

    def can_publish(self, source: str) -> bool:
        """Whether an approved reply can be posted to this source by us; where not, a person posts it by hand."""
        ...

    def suggestions(
        self,
        ticket_id: int,
        *,
        post_id: int = 0,
        lang: str | None = None,
        tone: Tone | None = None,
        private: bool = False,
    ) -> Sequence[SuggestedReply]:
        """Drafts for a post (0: the latest), in the language, tone and for the readers that a person chose."""
        ...

    def check(self, ticket_id: int, text: str, *, private: bool = False) -> Sequence[Violation]:
        """What a draft breaks, for the person to weigh before approving it."""
        ...

    def mentions(self, *, limit: int = 50, before: int | None = None) -> Sequence[StoredPost]:
        """Posts with mentions, latest id first; before: only ids below this one."""
        ...

    def replies(self, *, limit: int = 50, before: int | None = None) -> Sequence[Reply]:
        """Latest id first; before: only ids below this one."""
        ...

    def slack_cards(self) -> Sequence[Mapping[str, Any]]:
        """Demo only: the chat.postMessage payloads that the stand-in for Slack received, latest first."""
        ...

    def authenticate(self, name: str, password: str) -> User | None: ...


class Acting(Protocol):
    """Decisions of a person, by name."""

    def reply(
        self,
        ticket_id: int,
        *,
        post_id: int,
        text: str,
        approved_by: str,
        version: int,
        now: datetime,
        private: bool = False,
    ) -> Reply | Proposal:
        """A Proposal where the rules want a second person: nothing goes out until somebody else approves it."""
        ...

    def posted_by_hand(
        self, ticket_id: int, *, post_id: int, text: str, url: str, approved_by: str, version: int, now: datetime
    ) -> Reply: ...

    def decide_uncertain(self, reply_id: int, *, by: str, posted_url: str | None, now: datetime) -> Reply:
        """posted_url: it stands there; None: it does not, send it again."""
        ...

    def hide(self, ticket_id: int, *, post_id: int, hidden: bool, by: str, version: int, now: datetime) -> object:
        """Asks for a post to be hidden from other readers at its place, or shown again."""
        ...

    def claim(self, ticket_id: int, *, by: str, version: int, now: datetime) -> object: ...

    def resolve(self, ticket_id: int, *, by: str, version: int, now: datetime) -> object: ...

    def reopen(self, ticket_id: int, *, by: str, version: int, now: datetime) -> object: ...

    def not_relevant(self, ticket_id: int, *, by: str, version: int, now: datetime) -> object: ...

    def correct(self, post_id: int, *, labels: Labels, by: str, now: datetime) -> object:
        """Keeps labels for training."""
        ...


class Working(Protocol):
    """A team at work: whose turn it is, who is there, what colleagues say to each other."""

    def queue(self, user: str, *, now: datetime, limit: int = 20) -> Queue: ...

    def load(self, *, now: datetime) -> Sequence[TeamLoad]: ...

    def rule_precision(self) -> Sequence[RulePrecision]: ...

    def mutes(self, *, now: datetime) -> Sequence[Mute]: ...

    def users(self) -> Sequence[User]: ...

    def away(self, user: str, *, until: datetime | None, by: str, now: datetime) -> None: ...

    def mute(self, *, scope: str, until: datetime, by: str, now: datetime) -> None: ...

    def unmute(self, *, scope: str, by: str, now: datetime) -> None: ...

    def answering(self, ticket_id: int, *, by: str, now: datetime) -> Lock:
        """Takes or refreshes the lock of who writes; Conflict names who holds it."""
        ...

    def stop_answering(self, ticket_id: int, *, by: str, now: datetime) -> None: ...

    def snooze(self, ticket_id: int, *, until: datetime, by: str, version: int, now: datetime) -> object: ...

    def assign(self, ticket_id: int, *, to: str | None, by: str, version: int, now: datetime) -> object: ...

    def hand_to_team(self, ticket_id: int, *, team: str, by: str, version: int, now: datetime) -> object: ...

    def note(self, ticket_id: int, *, text: str, by: str, now: datetime) -> None: ...

    def tag(
        self,
        ticket_id: int,
        *,
        add: Sequence[str] = (),
        remove: Sequence[str] = (),
        by: str,
        version: int,
        now: datetime,
    ) -> object: ...

    def watch(self, ticket_id: int, *, by: str, on: bool, now: datetime) -> None: ...

    def watched(self, user: str, *, limit: int = 20) -> Sequence[Watched]:
        """What somebody watches, with what is new since they looked."""
        ...

    def see(self, ticket_id: int, *, by: str) -> None:
        """Somebody who watches a ticket looks at it."""
        ...

    def merge(self, ticket_id: int, *, into: int, by: str, version: int, now: datetime) -> Ticket:
        """The one that stays."""
        ...

    def split(self, ticket_id: int, *, post_ids: Sequence[int], by: str, version: int, now: datetime) -> Ticket:
        """The new one."""
        ...

    def link(self, ticket_id: int, *, other: int, by: str, now: datetime) -> None: ...

    def incident(self, ticket_id: int, *, on: bool, by: str, version: int, now: datetime) -> object: ...

    def approve_proposal(self, proposal_id: int, *, by: str, now: datetime) -> object: ...

    def reject_proposal(self, proposal_id: int, *, why: str, by: str, now: datetime) -> None: ...

    def link_customer(self, source: str, author: str, *, customer: int | None, by: str, now: datetime) -> int: ...


class WebService(Reading, Acting, Working, Protocol):
    """The whole of it."""
