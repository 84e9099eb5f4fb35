"""What we know of each host: when it may be asked next, whether it rests, what its robots.txt said, and a record
that its owner could read. Lives longer than a client, so that pace holds across sources, passes and event loops.
"""

import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from urllib.parse import urlsplit

from listener.errors import Failure
from listener.http.guard import is_private_host
from listener.http.policy import HttpPolicy
from listener.http.robots import Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class HostStats:
    """What we did to one host since the start. bytes: over the wire, compressed as they came. waits: requests held
    back for the pace, waited: seconds of that. robots: what robots.txt means for us at present."""

    host: str
    requests: int = 0
    bytes: int = 0
    not_modified: int = 0
    failures: int = 0
    waits: int = 0
    waited: float = 0.0
    robots: str = "not read yet"
    robots_refused: int = 0
    crawl_delay: float | None = None
    resting_until: datetime | None = None
    last_status: int | None = None
    last_at: datetime | None = None


def host_key(url: str) -> str:
    """What pace is kept by: the host, with the port where it is an unusual one."""
    parts = urlsplit(url)
    host = (parts.hostname or "").lower().rstrip(".")
    return host if parts.port in (None, 80, 443) else f"{host}:{parts.port}"


@dataclass(slots=True)
class Host:
    """One host's state. Times are the clock's monotonic seconds."""

    key: str
    private: bool
    stats: HostStats
    next_at: float = 0.0
    rest_until: float = 0.0
    rest_reason: Failure = Failure.TRANSIENT
    failures: int = 0
    refusals: int = 0
    crawl_delay: float = 0.0
    robots: dict[str, Verdict] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def interval(self, policy: HttpPolicy, chance: float) -> float:
        """Seconds between two requests. chance: a number from 0 to 1 that places it in the jitter."""
        least = policy.private_interval if self.private else policy.min_interval
        return max(least, self.crawl_delay) * (1.0 + policy.jitter * chance)

    def reserve(self, policy: HttpPolicy, now: float, chance: float) -> float:
        """Takes the next free moment and returns the seconds until it comes."""
        with self.lock:
            at = max(now, self.next_at, self.rest_until)
            self.next_at = at + self.interval(policy, chance)
            return at - now

    def rest(self, seconds: float, reason: Failure, now: float) -> None:
        """No request for so many seconds."""
        with self.lock:
            self.rest_until = max(self.rest_until, now + seconds)
            self.rest_reason = reason

    def resting(self, now: float) -> float:
        """Seconds that the host still rests, 0 where it does not."""
        return max(0.0, self.rest_until - now)

    def failed(self, policy: HttpPolicy, now: float) -> None:
        """Counts a failure in a row; from circuit_after on the host rests, twice as long each time."""
        self.failures += 1
        self.note(failures=self.stats.failures + 1)
        excess = self.failures - policy.circuit_after
        if excess >= 0:
            seconds = min(policy.backoff * policy.circuit_after * 2.0 ** min(excess, 20), policy.longest_rest)
            self.rest(seconds, Failure.TRANSIENT, now)

    def limited(self, policy: HttpPolicy, asked: float, now: float) -> None:
        """The host asked us to wait so many seconds. Asked again at once, we wait longer of our own accord."""
        self.refusals += 1
        self.note(failures=self.stats.failures + 1)
        own = policy.slow_down * 2.0 ** min(self.refusals - 2, 20) if self.refusals > 1 else 0.0
        self.rest(max(asked, min(own, policy.longest_rest)), Failure.RATE_LIMITED, now)

    def answered(self) -> None:
        """The host is well again."""
        self.failures = self.refusals = 0

    def note(self, **changes: object) -> None:
        """Writes into the record."""
        self.stats = replace(self.stats, **changes)  # type: ignore[arg-type]  # the names are HostStats's own


class Hosts:
    """Every host met so far. One per process; safe to share between threads."""

    def __init__(self) -> None:
        self._hosts: dict[str, Host] = {}
        self._lock = threading.Lock()

    def of(self, url: str) -> Host:
        """The state of the host that a URL names."""
        key = host_key(url)
        with self._lock:
            if key not in self._hosts:
                private = is_private_host(urlsplit(url).hostname or "")
                self._hosts[key] = Host(key=key, private=private, stats=HostStats(host=key))
            return self._hosts[key]

    def stats(self) -> Mapping[str, HostStats]:
        """The records, by host, of all that were asked for anything."""
        with self._lock:
            met = [host for host in self._hosts.values() if host.stats.requests]
        return {host.key: host.stats for host in sorted(met, key=lambda host: host.key)}
