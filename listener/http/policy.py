"""How the client behaves: every number that a person may want to change, with the reason for its default."""

from dataclasses import dataclass

PRODUCT = "ListenerBot"
"""The name that a site owner writes into robots.txt to address us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpPolicy:
    """Politeness and limits of one client. Times in seconds, sizes in bytes.

    contact: an e-mail address or a URL where a site owner reaches whoever runs this; part of the User-Agent.
    min_interval: least time between two requests to one public host, over all sources; up to jitter (a share of
    it) is added at random. private_interval: the same for loopback and private hosts, which are one's own.
    per_host, connections: requests under way at once, to one host and altogether.
    patience: how long a request waits for a host that asked us to stay away; beyond that it fails at once.
    slow_down: rest of a host that asks us to wait twice in a row, doubling each further time up to longest_rest.
    circuit_after: failures in a row that make a host rest, for backoff doubling each time up to longest_rest.
    """

    contact: str = ""
    version: str = "0.1"
    min_interval: float = 2.0
    private_interval: float = 0.0
    jitter: float = 0.5
    per_host: int = 1
    connections: int = 256
    connect_timeout: float = 10.0
    read_timeout: float = 20.0
    total_timeout: float = 60.0
    max_bytes: int = 10 * 1024 * 1024
    max_redirects: int = 8
    obey_robots: bool = True
    robots_ttl: float = 24 * 3600.0
    robots_retry: float = 600.0
    longest_crawl_delay: float = 60.0
    retries: int = 2
    backoff: float = 1.0
    patience: float = 15.0
    slow_down: float = 120.0
    circuit_after: int = 5
    longest_rest: float = 3600.0

    @property
    def user_agent(self) -> str:
        """The honest name that every request carries."""
        return f"{PRODUCT}/{self.version}" + (f" (+{self.contact})" if self.contact else "")

    @property
    def from_header(self) -> str | None:
        """The From header of RFC 9110 where the contact is an e-mail address."""
        address = self.contact.removeprefix("mailto:")
        return address if "@" in address and "/" not in address else None
