"""When an answer is due. Pure: times come in, times go out."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from listener.model import Priority

_FIRST_RESPONSE = {
    Priority.CRITICAL: timedelta(minutes=15),
    Priority.HIGH: timedelta(hours=1),
    Priority.NORMAL: timedelta(hours=8),
    Priority.LOW: timedelta(hours=24),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlaPolicy:
    """How long a person may take until the first response, by priority; resolution: until the ticket is closed."""

    first_response: Mapping[Priority, timedelta] = field(default_factory=lambda: dict(_FIRST_RESPONSE))
    resolution: timedelta = timedelta(days=14)


def first_response_due(policy: SlaPolicy, priority: Priority, since: datetime) -> datetime:
    """since: when we could first read the post (UTC)."""
    return since + policy.first_response.get(priority, _FIRST_RESPONSE[priority])


def resolution_due(policy: SlaPolicy, since: datetime) -> datetime:
    """The same clock for the whole ticket."""
    return since + policy.resolution
