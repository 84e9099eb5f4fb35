"""When to look again. Pure: the clock and the dice are passed in."""

from dataclasses import dataclass
from datetime import datetime, timedelta

_BACKOFF_CAP = timedelta(hours=6)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a pass over a source ended. retry_after: what the server asked for."""

    ok: bool
    retry_after: timedelta | None = None


def next_due(*, now: datetime, every: timedelta, failures: int, outcome: Outcome, roll: float) -> datetime:
    """When the source is due again.

    failures: failures in a row including this one. roll: a random number in [0, 1); spreads sources that share an
    interval by up to a tenth of it, so that they do not march in step.
    """
    wait = every
    if not outcome.ok:
        wait = min(max(every, timedelta(seconds=30)) * 2 ** min(max(failures - 1, 0), 10), max(_BACKOFF_CAP, every))
    if outcome.retry_after is not None:
        wait = max(wait, outcome.retry_after)
    return now + wait + every * 0.1 * roll
