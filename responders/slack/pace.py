"""One message a second and channel. Short waits are sat out, long ones are the caller's to come back after."""

import threading
from collections import defaultdict
from collections.abc import Callable

APART = 1.05  # seconds; Slack's limit of one a second with a little air
LONGEST_WAIT = 1.5


class Pace:
    """The turns of every channel. clock: seconds, monotonic; sleep: waits that many; apart: seconds between two
    messages of one channel. Safe across threads.

    Sitting out a turn keeps a burst of hundreds moving at full speed without burning attempts; where Slack itself
    asked for silence (429), the caller is sent away instead.
    """

    def __init__(self, clock: Callable[[], float], sleep: Callable[[float], None], apart: float = APART) -> None:
        self._clock = clock
        self._sleep = sleep
        self._apart = apart
        self._free: defaultdict[str, float] = defaultdict(float)
        self._lock = threading.Lock()

    def turn(self, channel: str = "") -> float:
        """0.0: it is our turn, send now. Otherwise the seconds after which to come back."""
        with self._lock:
            now = self._clock()
            wait = max(0.0, self._free[channel] - now)
            if wait > LONGEST_WAIT:
                return wait
            self._free[channel] = now + wait + self._apart
        if wait:
            self._sleep(wait)
        return 0.0

    def silence(self, seconds: float, channel: str = "") -> None:
        """Slack asked for silence."""
        with self._lock:
            self._free[channel] = max(self._free[channel], self._clock() + seconds)
