"""Slows down guessing of passwords. In memory: a restart forgets, which helps nobody who guesses."""

import threading
from datetime import datetime, timedelta

_FREE = 5
_LONGEST = timedelta(minutes=15)
_KEPT = 10_000


class Throttle:
    """Counts failures per key; after five, each further one doubles the wait, up to a quarter of an hour."""

    def __init__(self) -> None:
        self._failures: dict[str, tuple[int, datetime]] = {}
        self._lock = threading.Lock()

    def wait(self, key: str, now: datetime) -> timedelta:
        """How long until another attempt is heard; zero where it may come now."""
        with self._lock:
            count, last = self._failures.get(key, (0, now))
        if count < _FREE:
            return timedelta(0)
        pause = min(timedelta(seconds=2 ** min(count - _FREE + 1, 20)), _LONGEST)
        return max(last + pause - now, timedelta(0))

    def failed(self, key: str, now: datetime) -> None:
        """One more failure. Old keys make room when there are many."""
        with self._lock:
            count, _ = self._failures.pop(key, (0, now))
            self._failures[key] = (count + 1, now)
            while len(self._failures) > _KEPT:
                del self._failures[next(iter(self._failures))]

    def succeeded(self, key: str) -> None:
        """Forgets the key's failures."""
        with self._lock:
            self._failures.pop(key, None)
