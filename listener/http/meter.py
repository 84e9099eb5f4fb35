"""What one piece of work costs the hosts it asks: every request on the wire, robots.txt, redirects, log-ins and second
tries too. Kept in the context of the task, so that sources that are read at once do not count each other's.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass


@dataclass(slots=True)
class Meter:
    """requests sent, of them answered 304; bytes of bodies as they came over the wire; seconds held back for pace."""

    requests: int = 0
    not_modified: int = 0
    bytes: int = 0
    waited: float = 0.0


_METER: ContextVar[Meter | None] = ContextVar("listener.http.meter", default=None)


@contextmanager
def metered() -> Iterator[Meter]:
    """Counts what is sent inside the block."""
    meter = Meter()
    token = _METER.set(meter)
    try:
        yield meter
    finally:
        _METER.reset(token)


def spent(*, requests: int = 0, not_modified: int = 0, wire: int = 0, waited: float = 0.0) -> None:
    """Adds to the meter of the work in hand, where one runs."""
    meter = _METER.get()
    if meter is not None:
        meter.requests += requests
        meter.not_modified += not_modified
        meter.bytes += wire
        meter.waited += waited
