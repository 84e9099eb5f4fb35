"""A friendly house behind the web door: tickets in memory, versions compared as storage compares them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from listener.errors import Conflict, ListenerError, NotFound
from listener.model import (
    Classification,
    Evidence,
    Hiding,
    HidingState,
    HistoryEntry,
    Intent,
    Mention,
    Post,
    Priority,
    Query,
    Reply,
    ReplyState,
    Sentiment,
    Span,
    StoredPost,
    SuggestedReply,
    Ticket,
    TicketState,
    TicketView,
    Tone,
    Topic,
    Urgency,
    Violation,
)
from listener.views import Check, InboxCounts, Mute, Readiness, Role, TicketSummary, User, pressing
from listener.web.service import Labels
from tests.integration.web.fake_colleagues import FakeColleagues

NOW = datetime(2026, 11, 22, 17, 30, tzinfo=UTC)
COMPLAINT = (
    "Trzeci dzień bez internetu od Wintermann Telekom, a na infolinii tylko „proszę czekać”.\n"
    "Jutro mam rozmowę o pracę i nikt nie potrafi powiedzieć, kiedy to naprawią!"
)


def stored(post_id: int, text: str, *, author: str | None = "anna_k", **more: Any) -> StoredPost:
    """A post in thread 7 of the forum; more: fields of Post."""
    given: dict[str, Any] = {
        "source": "forum",
        "kind": "spirit",
        "native_id": str(post_id),
        "url": f"http://forum.example/t/7#p{post_id}",
        "thread_id": "7",
        "thread_title": "Awaria internetu na Ursynowie",
        "published_at": NOW - timedelta(hours=4) + timedelta(minutes=post_id),
        "seen_at": NOW - timedelta(minutes=3),
    } | more
    return StoredPost(id=post_id, post=Post(text=text, author=author, **given))


def opinion(text: str, *words: tuple[str, str]) -> Classification:
    """An urgent complaint; words: (label, piece of text it rests on)."""
    return Classification(
        language="pl",
        sentiment=Sentiment.NEGATIVE,
        intents=(Intent.COMPLAINT,),
        urgency=Urgency.HIGH,
        topics=(Topic.AVAILABILITY, Topic.SERVICE),
        confidence={
            "negative": 0.94,
            "complaint": 0.97,
            "high": 0.81,
            "availability": 0.88,
            "service": 0.62,
            "churn": 0.12,
        },
        evidence=tuple(
            Evidence(label=label, start=text.index(word), end=text.index(word) + len(word), text=word)
            for label, word in words
        ),
        model="test-1",
    )


def complaint() -> StoredPost:
    """A classified post that matched a query."""
    post = stored(11, COMPLAINT)
    start = COMPLAINT.index("Wintermann Telekom")
    span = Span(start=start, end=start + 18, text="Wintermann Telekom", why="Wintermann: mianownik")
    mention = Mention(query=Query(brand="wt", expression="Wintermann"), spans=(span,))
    said = opinion(COMPLAINT, ("complaint", "Trzeci dzień bez internetu"), ("high", "Jutro mam rozmowę o pracę"))
    return replace(post, classification=said, mentions=(mention,))


def ticket(ticket_id: int = 1, **more: Any) -> Ticket:
    """An open one, due in 25 minutes."""
    given: dict[str, Any] = {
        "brand": "wt",
        "query": "Wintermann",
        "source": "forum",
        "thread_key": "7",
        "state": TicketState.OPEN,
        "priority": Priority.HIGH,
        "reasons": ("urgency: high", "intent: complaint", "negative complaint"),
        "opened_at": NOW - timedelta(minutes=5),
        "updated_at": NOW - timedelta(minutes=5),
        "first_response_due": NOW + timedelta(minutes=25),
    } | more
    return Ticket(id=ticket_id, **given)


SUGGESTIONS = (
    SuggestedReply(
        text="Dzień dobry, tu Zespół Wintermann. Przykro nam z powodu przerwy.\nSprawdzamy linię na Ursynowie.",
        kind="canned",
        sources=("awaria",),
        score=0.9,
    ),
    SuggestedReply(text="Dzień dobry, wracamy z odpowiedzią do 18:00.", kind="holding", score=0.3),
)


def view(ticket_id: int = 1, *posts: StoredPost, **more: Any) -> TicketView:
    """A ticket with one complaint unless other posts are given; more: fields of Ticket."""
    shown = posts or (complaint(),)
    return TicketView(
        ticket=ticket(ticket_id, **more),
        posts=shown,
        suggestions=SUGGESTIONS,
        history=(HistoryEntry(at=NOW - timedelta(minutes=5), actor="system", action="ticket opened"),),
    )


@dataclass
class FakeService(FakeColleagues):
    """Satisfies listener.web.service.WebService. refuses: text of the error that reply raises, when set."""

    views: dict[int, TicketView] = field(default_factory=dict)
    publishing: frozenset[str] = frozenset({"forum"})
    refuses: str = ""
    labels: list[tuple[int, Labels, str]] = field(default_factory=list)
    cards: Sequence[Mapping[str, Any]] = ()
    passwords: dict[str, tuple[str, Role]] = field(default_factory=dict)
    violations: Sequence[Violation] = ()
    down: bool = False
    muted: dict[str, Mute] = field(default_factory=dict)

    def add(self, shown: TicketView) -> "FakeService":
        self.views[shown.ticket.id] = shown
        return self

    def inbox(
        self, *, state: TicketState | None, text: str = "", limit: int = 50, before: int | None = None
    ) -> Sequence[TicketSummary]:
        rows = [v for v in self.views.values() if state in (None, v.ticket.state)]
        rows = [v for v in rows if text.casefold() in v.latest.post.text.casefold()]
        rows.sort(key=lambda v: pressing(v.ticket))
        ids = [v.ticket.id for v in rows]
        start = ids.index(before) + 1 if before in ids else 0
        return [_summary(v) for v in rows[start : start + limit]]

    def ticket(self, ticket_id: int) -> TicketView:
        if ticket_id not in self.views:
            raise NotFound("no such ticket", where=f"ticket {ticket_id}")
        return self.views[ticket_id]

    def counts(self) -> InboxCounts:
        self._ask()
        states = [v.ticket.state for v in self.views.values()]
        due = [v.ticket.first_response_due for v in self.views.values()]
        return InboxCounts(
            open=states.count(TicketState.OPEN),
            pending=states.count(TicketState.PENDING),
            resolved=states.count(TicketState.RESOLVED),
            overdue=sum(1 for moment in due if moment and moment < NOW),
        )

    def health(self) -> Readiness:
        self._ask()
        return Readiness(checks=(Check(name="storage", ok=True), Check(name="scheduler", ok=True)))

    def _ask(self) -> None:
        if self.down:
            raise ListenerError("cannot read", where="listener.db")

    def can_publish(self, source: str) -> bool:
        return source in self.publishing

    def mentions(self, *, limit: int = 50, before: int | None = None) -> Sequence[StoredPost]:
        posts = sorted((p for v in self.views.values() for p in v.posts if p.mentions), key=lambda p: -p.id)
        return [post for post in posts if before is None or post.id < before][:limit]

    def replies(self, *, limit: int = 50, before: int | None = None) -> Sequence[Reply]:
        every = sorted((r for v in self.views.values() for r in v.replies), key=lambda r: -r.id)
        return [reply for reply in every if before is None or reply.id < before][:limit]

    def slack_cards(self) -> Sequence[Mapping[str, Any]]:
        return self.cards

    def authenticate(self, name: str, password: str) -> User | None:
        known, role = self.passwords.get(name, ("", Role.VIEWER))
        return User(name=name, role=role) if known and known == password else None

    def check(self, ticket_id: int, text: str, *, private: bool = False) -> Sequence[Violation]:
        return [v for v in self.violations if v.where in text and not (private and v.rule == "asks_data_in_public")]

    def suggestions(
        self,
        ticket_id: int,
        *,
        post_id: int = 0,
        lang: str | None = None,
        tone: Tone | None = None,
        private: bool = False,
    ) -> Sequence[SuggestedReply]:
        drafts = self.ticket(ticket_id).suggestions
        if tone is None and not private:
            return drafts
        how = f"{tone.value if tone else 'brand'}{' private' if private else ''}"
        return tuple(replace(draft, text=f"[{how}] {draft.text}") for draft in drafts)

    def hide(self, ticket_id: int, *, post_id: int, hidden: bool, by: str, version: int, now: datetime) -> object:
        shown = self._change(ticket_id, version, by, "hiding asked" if hidden else "showing asked", now)
        wish = Hiding(id=1, post_id=post_id, hidden=hidden, by=by, at=now, state=HidingState.WANTED)
        self.add(replace(shown, hidings={post_id: wish}))
        return None

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
    ) -> Reply:
        if self.refuses:
            raise ListenerError(self.refuses)
        return self._keep(ticket_id, post_id, text, approved_by, version, now, ReplyState.APPROVED, private=private)

    def posted_by_hand(
        self, ticket_id: int, *, post_id: int, text: str, url: str, approved_by: str, version: int, now: datetime
    ) -> Reply:
        return self._keep(ticket_id, post_id, text, approved_by, version, now, ReplyState.MANUAL, url)

    def _keep(
        self,
        ticket_id: int,
        post_id: int,
        text: str,
        approved_by: str,
        version: int,
        now: datetime,
        state: ReplyState,
        url: str | None = None,
        *,
        private: bool = False,
    ) -> Reply:
        shown = self._change(ticket_id, version, approved_by, f"reply.{state.value}", now)
        reply = Reply(
            id=100 + len(shown.replies),
            ticket_id=ticket_id,
            post_id=post_id,
            text=text,
            approved_by=approved_by,
            approved_at=now,
            state=state,
            url=url,
            private=private,
        )
        self.add(replace(shown, replies=(*shown.replies, reply)))
        return reply

    def decide_uncertain(self, reply_id: int, *, by: str, posted_url: str | None, now: datetime) -> Reply:
        for shown in self.views.values():
            for at, reply in enumerate(shown.replies):
                if reply.id == reply_id:
                    state = ReplyState.MANUAL if posted_url else ReplyState.APPROVED
                    decided = replace(reply, state=state, url=posted_url)
                    self.add(replace(shown, replies=(*shown.replies[:at], decided, *shown.replies[at + 1 :])))
                    return decided
        raise NotFound("no such reply", where=f"reply {reply_id}")

    def _change(self, ticket_id: int, version: int, by: str, action: str, now: datetime, **fields: Any) -> TicketView:
        shown = self.ticket(ticket_id)
        if shown.ticket.version != version:
            raise Conflict("somebody else changed it", where=f"ticket {ticket_id}")
        changed = replace(shown.ticket, version=version + 1, updated_at=now, **fields)
        entry = HistoryEntry(at=now, actor=by, action=action, ticket_id=ticket_id)
        self.add(replace(shown, ticket=changed, history=(*shown.history, entry)))
        return self.views[ticket_id]

    def claim(self, ticket_id: int, *, by: str, version: int, now: datetime) -> object:
        return self._change(ticket_id, version, by, "claimed", now, assignee=by)

    def resolve(self, ticket_id: int, *, by: str, version: int, now: datetime) -> object:
        return self._change(ticket_id, version, by, "resolved", now, state=TicketState.RESOLVED)

    def reopen(self, ticket_id: int, *, by: str, version: int, now: datetime) -> object:
        return self._change(ticket_id, version, by, "reopened", now, state=TicketState.OPEN)

    def not_relevant(self, ticket_id: int, *, by: str, version: int, now: datetime) -> object:
        return self._change(ticket_id, version, by, "not_relevant", now, state=TicketState.RESOLVED)

    def correct(self, post_id: int, *, labels: Labels, by: str, now: datetime) -> object:
        self.labels.append((post_id, labels, by))
        return None


def _summary(shown: TicketView) -> TicketSummary:
    latest = shown.latest
    said = latest.classification
    return TicketSummary(
        ticket=shown.ticket,
        excerpt=latest.post.text,
        author=latest.post.author,
        source=latest.post.source,
        url=latest.post.url,
        sentiment=said.sentiment if said else None,
        urgency=said.urgency if said else None,
        intents=said.intents if said else (),
        posts=len(shown.posts),
        places=1,
        replies=tuple(reply.state for reply in shown.replies),
    )
