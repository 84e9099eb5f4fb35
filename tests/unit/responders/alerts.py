"""Alerts for tests: one ordinary one, and a way to change any part of it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from listener.model import (
    Brand,
    Classification,
    Event,
    EventKind,
    Evidence,
    HistoryEntry,
    Intent,
    Post,
    Priority,
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
from listener.protocols import Alert

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
TEXT = "Dzień dobry. Okna od Wintermanna przeciekają trzeci tydzień. Zgłaszam sprawę do UOKiK."


def classified(text: str, *evidence: str, **changes: Any) -> Classification:
    """An opinion with the given words as evidence."""
    found = tuple(
        Evidence(label="complaint", start=text.index(words), end=text.index(words) + len(words), text=words)
        for words in evidence
    )
    opinion = Classification(
        language="pl",
        sentiment=Sentiment.NEGATIVE,
        intents=(Intent.COMPLAINT,),
        urgency=Urgency.HIGH,
        topics=(Topic.QUALITY, Topic.LEGAL),
        confidence={"complaint": 0.97},
        evidence=found,
        model="linear-1",
    )
    return replace(opinion, **changes)


def stored(text: str = TEXT, *evidence: str, number: int = 1, **changes: Any) -> StoredPost:
    """A post of the forum. changes: fields of Post."""
    post = Post(
        source="forum",
        kind="spirit",
        native_id=str(number),
        url=f"http://127.0.0.1:8099/t/1#p{number}",
        text=text,
        seen_at=NOW,
        author="marek_k",
        thread_title="Nieszczelne okna",
    )
    return StoredPost(id=number, post=replace(post, **changes), classification=classified(text, *evidence))


def ticket(**changes: Any) -> Ticket:
    """An open, urgent ticket."""
    made = Ticket(
        id=7,
        brand="ow",
        query="ow:Wintermann",
        source="forum",
        thread_key="1",
        state=TicketState.OPEN,
        priority=Priority.HIGH,
        reasons=("pilność: wysoka", "zapowiada skargę do urzędu"),
        opened_at=NOW,
        updated_at=NOW,
        first_response_due=NOW + timedelta(hours=2),
    )
    return replace(made, **changes)


def reply(state: ReplyState, **changes: Any) -> Reply:
    """An approved reply in some state."""
    made = Reply(
        id=5,
        ticket_id=7,
        post_id=1,
        text="Dzień dobry, prosimy o kontakt.",
        approved_by="ola",
        approved_at=NOW,
        state=state,
    )
    return replace(made, **changes)


def alert(
    kind: EventKind = EventKind.TICKET_OPENED,
    *,
    event_id: int = 3,
    posts: tuple[StoredPost, ...] | None = None,
    replies: tuple[Reply, ...] = (),
    suggestions: tuple[SuggestedReply, ...] | None = None,
    doubtful_since: datetime | None = None,
    **changes: Any,
) -> Alert:
    """An alert about one ticket. changes: fields of Ticket."""
    draft = SuggestedReply(
        text="Dzień dobry,\n\nPrzykro nam.\n\nZespół Okien", kind="canned", sources=("pl-complaint",), score=0.5
    )
    view = TicketView(
        ticket=ticket(**changes),
        posts=(stored(TEXT, "przeciekają trzeci tydzień"),) if posts is None else posts,
        suggestions=(draft, draft) if suggestions is None else suggestions,
        replies=replies,
        history=(HistoryEntry(at=NOW, actor="ola", action="claimed", detail="biorę"),),
    )
    return Alert(
        event=Event(id=event_id, kind=kind, created_at=NOW, ticket_id=7, reply_id=5 if replies else None),
        view=view,
        brand=Brand(id="ow", name="Okna Wintermann"),
        inbox_url="http://127.0.0.1:8080/tickets/7",
        doubtful_since=doubtful_since,
    )
