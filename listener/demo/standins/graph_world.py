"""What there is in the stand-in for the Graph API: tokens, posts and comments, deliveries, errors.
graph.py says what it was built from, and what is not verified.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

ALL_PERMISSIONS = frozenset(
    {
        "pages_manage_engagement",
        "pages_manage_metadata",
        "pages_messaging",
        "pages_read_engagement",
        "pages_read_user_content",
        "pages_show_list",
    }
)
PRIVATE_DAYS = timedelta(days=7)
PRIVATE_LENGTH = 2000
WINDOW = timedelta(hours=24)
RETRIES = tuple(timedelta(seconds=s) for s in (1, 5, 30, 120, 600, 3600))
"""How long after a delivery that was not answered with 200 the next one comes; the last again and again."""
GIVES_UP = timedelta(hours=36)


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """What a token may do. page: whose; feature: Page Public Content Access, for pages of others."""

    page: str
    permissions: frozenset[str] = ALL_PERMISSIONS
    expires: datetime | None = None
    data_ends: datetime | None = None
    subcode: int = 463
    feature: bool = False


@dataclass(slots=True, kw_only=True)
class Thing:
    """A post or a comment. parent: the comment above it, None for a post and for what stands right under one."""

    id: str
    page: str
    message: str
    author: tuple[str, str] | None
    created: datetime
    updated: datetime
    post: "Thing | None" = None
    parent: "Thing | None" = None
    hidden: bool = False
    tagged: bool = False
    answered_privately: bool = False
    comments: "list[Thing]" = field(default_factory=list)


class GraphError(Exception):
    """An error of the envelope."""

    def __init__(self, code: int, message: str, *, subcode: int = 0, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.subcode, self.status, self.message = code, subcode, status, message


@dataclass(slots=True)
class Delivery:
    """A webhook on its way. due: when it is sent next; attempts: how often it was."""

    body: bytes
    made: datetime
    due: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer of the interface."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str]
