"""What a place's interface means by an answer of status 400 and above (Request.api), in the words of the house."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit, urlunsplit

from listener.errors import Failure, FetchError
from listener.markup import clean_text
from listener.protocols import Page

LONGEST_WAIT = 24 * 3600.0
DEFAULT_WAIT = 60.0
_FAILURES = {
    401: Failure.AUTH,
    403: Failure.BLOCKED,
    404: Failure.GONE,
    410: Failure.GONE,
    429: Failure.RATE_LIMITED,
}
_RESETS = ("x-ratelimit-reset", "ratelimit-reset")


def where(page: Page) -> str:
    """The address as errors may show it: what stands after ? may hold a key."""
    parts = urlsplit(page.url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def wait_asked(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds until the place answers again: Retry-After (seconds or a date), or the moment of a reset header (epoch
    seconds, ISO 8601, or seconds from now). None where it does not say. A day at most."""
    said = [headers.get(name, "").strip() for name in ("retry-after", *_RESETS)]
    waits = [wait for value in said if value and (wait := _seconds(value, now)) is not None]
    return min(max(waits), LONGEST_WAIT) if waits else None


def _seconds(value: str, now: datetime) -> float | None:
    if value.isascii() and value.isdigit() and len(value) <= 12:
        number = float(value)
        return max(0.0, number - now.timestamp()) if number > 10**9 else number
    moment = _moment(value)
    return None if moment is None else max(0.0, (moment - now).total_seconds())


def _moment(value: str) -> datetime | None:
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = read(value)
            return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, TypeError, OverflowError, IndexError):
            continue
    return None


def refusal(page: Page, said: str = "", mend: str = "", failure: Failure | None = None) -> FetchError:
    """The error that an answer of 400 and above stands for. said: the place's own words; failure: where they tell
    more than the status does."""
    kind = failure or _FAILURES.get(page.status) or (Failure.TRANSIENT if page.status >= 500 else Failure.BAD_CONTENT)
    wait = wait_asked(page.headers, page.fetched_at)
    if kind is Failure.RATE_LIMITED and wait is None:
        wait = DEFAULT_WAIT
    words = clean_text(said).strip()[:200] or "the place refused the request"
    return FetchError(
        f"{words} (HTTP {page.status})",
        failure=kind,
        where=where(page),
        mend=mend,
        retry_after=wait if kind in (Failure.RATE_LIMITED, Failure.TRANSIENT) else None,
        status=page.status,
    )
