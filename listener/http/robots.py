"""robots.txt by RFC 9309, kinder where the letter allows more: 401, 403 and 429 mean "not now"."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from protego import Protego

from listener.errors import Failure, FetchError
from listener.http.policy import PRODUCT, HttpPolicy

MAX_ROBOTS = 512 * 1024  # RFC 9309 asks for 500 KiB at least; what lies beyond is not read
MAX_REDIRECTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a robots.txt means: rules to ask, or one answer for every URL (refusal None: all free).

    expires: monotonic seconds after which it is read again.
    """

    summary: str
    expires: float
    rules: Protego | None = None
    refusal: Failure | None = None
    retry: float | None = None
    crawl_delay: float = 0.0

    def check(self, url: str, where: str) -> None:
        """Raises FetchError where the URL must not be fetched."""
        if self.refusal is not None:
            raise FetchError(self.summary, failure=self.refusal, where=where, retry_after=self.retry)
        if self.rules is not None and not self.rules.can_fetch(url, PRODUCT):
            mend = "ask the site owner to allow this address, or remove the source"
            raise FetchError("robots.txt refuses this address", failure=Failure.BLOCKED, where=where, mend=mend)


def robots_url(url: str) -> str:
    """Where the rules for a URL are."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}/robots.txt"


def read_rules(content: bytes, policy: HttpPolicy, now: float) -> Verdict:
    """Rules of a robots.txt that was served. What cannot be parsed is passed over, as the RFC asks."""
    text = content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace").replace("\x00", "")
    rules = Protego.parse(text)
    delay = min(max(float(rules.crawl_delay(PRODUCT) or 0.0), 0.0), policy.longest_crawl_delay)
    return Verdict(summary="rules read", expires=now + policy.robots_ttl, rules=rules, crawl_delay=delay)


def of_failure(error: FetchError, status: int, policy: HttpPolicy, now: float) -> Verdict:
    """What it means that robots.txt was answered with a status that brings no rules."""
    if 300 <= status < 400:
        return Verdict(summary="none (too many redirects): all free", expires=now + policy.robots_ttl)
    if status < 500 and status not in (401, 403, 429):
        return Verdict(summary=f"none (HTTP {status}): all free", expires=now + policy.robots_ttl)
    retry = max(error.retry_after or 0.0, policy.robots_retry)
    kind = Failure.BLOCKED if status in (401, 403) else error.failure
    summary = f"robots.txt was answered with HTTP {status}: staying away"
    return Verdict(summary=summary, expires=now + retry, refusal=kind, retry=retry)
