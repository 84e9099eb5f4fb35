"""Posts and mentions in few words, for the tests of matching."""

from datetime import UTC, datetime
from typing import Any

from listener import matching
from listener.model import Mention, Post, Query


def post(text: str, **known: Any) -> Post:
    """A post that says text; anything else of it by keyword."""
    base: dict[str, Any] = {"source": "forum", "kind": "thread", "native_id": "1", "url": "https://forum.example/t/1"}
    return Post(**{**base, "text": text, "seen_at": datetime(2026, 1, 2, tzinfo=UTC), **known})


def mentions(expression: str, text: str, **known: Any) -> tuple[Mention, ...]:
    """What one query finds in one post."""
    return matching.compile([Query(brand="b", expression=expression)]).match(post(text, **known))


def found(expression: str, text: str, **known: Any) -> list[str]:
    """The texts of the spans that one query finds in one post."""
    return [span.text for mention in mentions(expression, text, **known) for span in mention.spans]
