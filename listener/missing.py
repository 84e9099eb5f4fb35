"""Posts that an answer about their thread no longer shows, though nobody told that they were taken down.

Places leave something out of an answer now and then, so a post has to be missed twice, some minutes apart. A mark
"missed:THREAD" keeps when that was first so, and of which posts.
"""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from listener.protocols import Stood
from listener.storage import Transaction

MISSED = "missed:"
APART = timedelta(minutes=5)


def missing(
    tx: Transaction, source: str, stood: Mapping[str, Stood], now: datetime
) -> tuple[list[str], dict[str, str | None]]:
    """Posts that are gone for sure, and marks to keep. stood: by thread."""
    kept = tx.posts.standing(source, stood)
    before = tx.sources.marks(source, [MISSED + thread for thread in stood])
    gone: list[str] = []
    marks: dict[str, str | None] = {}
    for thread, shown in stood.items():
        absent = {native_id for native_id, at in kept.get(thread, {}).items() if _should_stand(native_id, at, shown)}
        mark = before.get(MISSED + thread)
        sure, after = twice(mark, absent, now)
        gone += sorted(sure)
        if after != mark:
            marks[MISSED + thread] = after
    return gone, marks


def twice(mark: str | None, absent: Collection[str], now: datetime) -> tuple[set[str], str | None]:
    """Which of the absent were missed long enough ago too, and the mark from now on."""
    since, *missed = mark.split("\n") if mark else [now.isoformat()]
    if not absent:
        return set(), None
    if now - datetime.fromisoformat(since) < APART:
        return set(), mark or "\n".join([since, *sorted(absent)])
    sure = set(absent) & set(missed)
    left = set(absent) - sure
    return sure, "\n".join([now.isoformat(), *sorted(left)]) if left else None


def _should_stand(native_id: str, at: datetime | None, shown: Stood) -> bool:
    if native_id in shown.ids:
        return False
    return shown.since is None or (at is not None and at > shown.since)
