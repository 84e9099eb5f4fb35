"""What the source spirit remembers of a board, and what is due because of it. Pure: the time is passed in."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from listener.protocols import Cursor
from sources.spirit_pages import TopicLine

OVERLAP = timedelta(minutes=10)
FORGET = timedelta(days=45)
"""Topics that were silent for that long are no longer read for edits, and their marks are dropped."""
LEAST_REREAD = timedelta(hours=1)
DEEP_EVERY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMark:
    """What a topic looked like when it was last read in full (at) or in part, and the last page that it had."""

    count: int
    active_raw: str
    page: int
    at: datetime
    active: datetime | None

    def text(self) -> str:
        """As kept in the cursor."""
        active = self.active.isoformat() if self.active else ""
        return "|".join((str(self.count), str(self.page), self.at.isoformat(), active, self.active_raw))

    @classmethod
    def read(cls, text: str | None) -> "TopicMark | None":
        """From the cursor; None where there is none that this version can read."""
        parts = (text or "").split("|", 4)
        if len(parts) != 5:
            return None
        try:
            return cls(
                count=int(parts[0]),
                page=int(parts[1]),
                at=datetime.fromisoformat(parts[2]),
                active=datetime.fromisoformat(parts[3]) if parts[3] else None,
                active_raw=parts[4],
            )
        except ValueError:
            return None


def due(line: TopicLine, known: TopicMark | None, oldest: datetime | None, now: datetime) -> bool:
    """Whether a topic of the list should be read."""
    if known is None:
        return oldest is None or line.active is None or line.active >= oldest
    return (known.count, known.active_raw) != (line.count, line.active_raw)


def deep_due(cursor: Cursor, now: datetime) -> bool:
    """Whether the daily walk is due."""
    deep = cursor.get("deep")
    return deep is None or now - datetime.fromisoformat(deep) >= DEEP_EVERY


def oldest_marked(cursor: Cursor, now: datetime) -> datetime | None:
    """A topic active since then has a mark if it was read; an older one was read in the walk that "walked" tells of."""
    walked = cursor.get("walked")
    return min(now - FORGET, datetime.fromisoformat(walked)) - OVERLAP if walked else None


def stale(line: TopicLine, known: TopicMark, now: datetime) -> bool:
    """Whether a topic should be read in full again for edits: after a quarter of the time since its last activity,
    and not more than once an hour."""
    if line.active is None:
        return now - known.at > FORGET
    age = now - line.active
    return age < FORGET and now - known.at >= max(LEAST_REREAD, age / 4)


def forgotten(cursor: Cursor, now: datetime) -> Iterator[str]:
    """Marks that are not needed any more: of topics so old that "walked" alone says that they were read."""
    oldest = oldest_marked(cursor, now)
    for name, value in cursor.items():
        mark = TopicMark.read(value) if name.startswith("t:") and oldest else None
        if mark and mark.active and oldest and mark.active < oldest:
            yield name
