"""When a known thread is read whole again, for what no list tells of: edits and removals further up, late approvals,
messages moved in or out, threads taken down. Pure: the time is passed in.
"""

import json
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

LEAST = timedelta(hours=1)
_SHARE = 4
"""A thread is read again after a quarter of the time since it last changed, as far as we know; LEAST at least."""
_ROUND = timedelta(hours=3)
_PATIENCE = 24
PACE = timedelta(minutes=1)
"""A page of a source is asked for this in so long, over time; a round of all its threads takes no less."""
SAVED = timedelta(hours=2)
"""What was not asked for is saved up for so long."""
HELD = timedelta(hours=20)
"""A thread of an open ticket waits no longer: less than a day, after which it would be asked for by itself."""
_DOUBT = timedelta(days=1)
"""A thread that is gone is asked for once more after this: what answered may have been a page that said "later"."""
SETTLED = timedelta(days=60)
MOST = 5000
"""Threads that are kept in mind; those that changed last stay."""
MISSED = 100
_TAKEN_DOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """A thread that is read again from time to time. read: when it last was, whole; active: when it last changed;
    pages: how many it has; looks: readings since then that found it as it was; missing: posts that the last reading did
    not meet, while it may have shifted under the reader; gone: the last reading found no thread there."""

    id: str
    url: str
    read: datetime
    active: datetime
    pages: int = 1
    looks: int = 0
    missing: frozenset[str] = frozenset()
    gone: bool = False

    def text(self) -> str:
        """As kept among the marks, without the id."""
        moments = int(self.read.timestamp()), int(self.active.timestamp())
        missing = sorted(self.missing)[:MISSED]
        return json.dumps([*moments, self.pages, self.looks, self.url, int(self.gone), *missing])


def read_standing(thread: str, text: str) -> Standing | None:
    """From the marks; None where there is none that this version can read: the thread is met anew when it moves."""
    try:
        read, active, pages, looks, url, gone, *missing = json.loads(text)
        return Standing(
            id=thread,
            url=str(url),
            read=datetime.fromtimestamp(read, UTC),
            active=datetime.fromtimestamp(active, UTC),
            pages=int(pages),
            looks=int(looks),
            missing=frozenset(map(str, missing)),
            gone=bool(gone),
        )
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def settled(one: Standing, now: datetime) -> bool:
    """Whether a thread is let go: it did not change for SETTLED, and was read again since and found so."""
    return now - one.active > SETTLED and one.looks > 0 and not (one.missing or one.gone)


def crowded_out(standings: Collection[Standing]) -> Iterable[str]:
    """Ids of those beyond MOST, the longest silent first."""
    if len(standings) <= MOST:
        return ()
    return [one.id for one in sorted(standings, key=lambda one: one.active)[: len(standings) - MOST]]


def round_of(standings: Collection[Standing], now: datetime) -> timedelta:
    """How long a round of all threads takes, which no thread waits longer than: PACE for each page, three hours at
    least, and a twenty-fourth of the time that nothing changed anywhere."""
    quiet = now - max((one.active for one in standings), default=now)
    return max(_ROUND, quiet / _PATIENCE, PACE * sum(one.pages for one in standings))


def interval(one: Standing, now: datetime, around: timedelta) -> timedelta:
    """How long a thread may stand unread. around: how long a round takes."""
    return max(_DOUBT if one.gone else LEAST, min((now - one.active) / _SHARE, around))


def due(standings: Mapping[str, Standing], now: datetime, held: Collection[str]) -> list[Standing]:
    """Threads to read again, the longest overdue for their interval first. held: ids of those with open tickets."""
    around = round_of(standings.values(), now)
    late = []
    for one in standings.values():
        wait = interval(one, now, around)
        lateness = (now - one.read) / (min(wait, HELD) if one.id in held else wait)
        if lateness >= 1 or one.missing:
            late.append((lateness, one))
    return [one for _, one in sorted(late, key=lambda pair: pair[0], reverse=True)]


def believable(*, missing: int, met: int) -> bool:
    """Whether posts were removed, rather than a theme changed so that most of a thread is not read any more."""
    return missing <= max(_TAKEN_DOWN, met)


def allowance(spent: datetime | None, now: datetime) -> int:
    """Pages that may be asked for now. spent: the moment up to which the pace is used up; None: never asked."""
    free = min(now - spent, SAVED) if spent else SAVED
    return max(0, free // PACE)


def spend(spent: datetime | None, now: datetime, pages: int) -> datetime:
    """The moment up to which the pace is used up, after so many pages."""
    return max(spent or now - SAVED, now - SAVED) + PACE * pages
