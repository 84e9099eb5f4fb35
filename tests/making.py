"""Values for tests: whole and plausible, with what a test cares about set by name."""

from datetime import UTC, datetime, timedelta
from typing import Any

from listener.model import Classification, Intent, Mention, Post, Query, Sentiment, Span, Urgency

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
QUERY = Query(brand="wintermann", expression="Wintermann")


def later(**delta: float) -> datetime:
    """NOW plus a timedelta."""
    return NOW + timedelta(**delta)


def a_post(native_id: str = "1", **changes: Any) -> Post:
    """A complaint about windows on a forum."""
    values: dict[str, Any] = {
        "source": "forum",
        "kind": "spirit",
        "native_id": native_id,
        "thread_id": "10",
        "thread_title": "Jakie okna?",
        "thread_url": "https://forum.example/topic/10/",
        "author": "janek",
        "published_at": NOW - timedelta(minutes=5),
        "url": f"https://forum.example/topic/10/#c{native_id}",
        "text": "Okna Wintermanna przepuszczają zimno, a serwis milczy.",
        "seen_at": NOW,
    }
    return Post(**values | changes)


def a_mention(**changes: Any) -> Mention:
    """The name of the brand in a_post()."""
    span = Span(start=5, end=16, text="Wintermanna", why="genitive of Wintermann")
    values: dict[str, Any] = {"query": QUERY, "spans": (span,), "why": "Wintermann"}
    return Mention(**values | changes)


def an_opinion(**changes: Any) -> Classification:
    """A complaint that is due an answer."""
    values: dict[str, Any] = {
        "language": "pl",
        "sentiment": Sentiment.NEGATIVE,
        "intents": (Intent.COMPLAINT,),
        "urgency": Urgency.NORMAL,
        "topics": (),
        "confidence": {"complaint": 0.9},
        "evidence": (),
        "model": "test",
    }
    return Classification(**values | changes)
