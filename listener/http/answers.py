"""What an answer's status means for us. Pure: the caller passes the time."""

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from listener.errors import Failure, FetchError

DEFAULT_WAIT = 60.0
LONGEST_WAIT = 24 * 3600.0
REDIRECTS = frozenset({301, 302, 303, 307, 308})
FOR_GOOD = frozenset({301, 308})

_FAILURES: dict[int, tuple[Failure, str, str]] = {
    401: (Failure.AUTH, "the server wants a log-in", "check the credentials of the source"),
    402: (Failure.BLOCKED, "the server wants payment", ""),
    403: (Failure.BLOCKED, "the server refuses us", "ask the site owner, or log in if the source can"),
    404: (Failure.GONE, "not found", "check the URL"),
    405: (Failure.BAD_CONTENT, "the server does not take this method here", ""),
    407: (Failure.TRANSIENT, "the proxy wants a log-in", "check the proxy in the environment"),
    408: (Failure.TRANSIENT, "the server timed out waiting for us", ""),
    410: (Failure.GONE, "gone for good", "remove the source, or check the URL"),
    425: (Failure.TRANSIENT, "the server says it is too early", ""),
    429: (Failure.RATE_LIMITED, "too many requests", "the host rests; raise the interval if this repeats"),
    451: (Failure.BLOCKED, "not available for legal reasons", ""),
    503: (Failure.RATE_LIMITED, "the server is not available for now", ""),
}


def retry_after(headers: Mapping[str, str], now: datetime) -> float | None:
    """Seconds that a Retry-After header asks for (a number or an HTTP date), None where there is none to read."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:9]), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(value)
    except (ValueError, TypeError, OverflowError):
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max((moment - now).total_seconds(), 0.0), LONGEST_WAIT)


def freshness(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds for which an answer says that it stays as it is: max-age of Cache-Control, else Expires; 0 where it does
    not say, or says that it may change at any time."""
    told = [part.strip().lower().partition("=") for part in headers.get("cache-control", "").split(",")]
    said = {name: value.strip('" ') for name, _, value in told}
    if "no-cache" in said or "no-store" in said:
        return 0.0
    if "max-age" in said:
        most, age = said["max-age"], headers.get("age", "").strip()
        seconds = float(most[:9]) if most.isascii() and most.isdigit() else 0.0
        passed = float(age[:9]) if age.isascii() and age.isdigit() else 0.0
        return min(max(seconds - passed, 0.0), LONGEST_WAIT)
    try:
        moment = parsedate_to_datetime(headers.get("expires", ""))
        since = parsedate_to_datetime(headers["date"]) if "date" in headers else now
    except (ValueError, TypeError, OverflowError):
        return 0.0
    both = [one if one.tzinfo else one.replace(tzinfo=UTC) for one in (moment, since)]
    return min(max((both[0] - both[1]).total_seconds(), 0.0), LONGEST_WAIT)


def failure_of(status: int, headers: Mapping[str, str], where: str, now: datetime) -> FetchError | None:
    """The error that a status stands for, None for one that brings a page (2xx and 304)."""
    if 200 <= status < 300 or status == 304:
        return None
    if status >= 500:
        known = _FAILURES.get(status, (Failure.TRANSIENT, "the server failed", ""))
    else:
        known = _FAILURES.get(status, (Failure.BAD_CONTENT, "the server did not answer with a page", ""))
    failure, message, mend = known
    wait = retry_after(headers, now)
    if failure is Failure.RATE_LIMITED and wait is None:
        wait = DEFAULT_WAIT
    said = f"{message} (HTTP {status})"
    return FetchError(said, failure=failure, where=where, mend=mend, retry_after=wait, status=status)
