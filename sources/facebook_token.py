"""What is known of a Page access token: what it may do, and when it dies.

The mark "token" keeps "when asked|when the token ends|when access to data ends", empty where it does not end.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta

from sources.payload import Object, inner

TOKEN_EVERY = timedelta(days=1)
WARN = timedelta(days=14)
"""People are told of the end so long before: making a new token takes somebody with the right role."""
_ENDS = ("expires_at", "data_access_expires_at")
_WHAT = ("the access token ends", "the token's access to data ends")


def asked(now: datetime) -> str:
    """The mark where nothing could be learnt."""
    return f"{now.isoformat()}||"


def known_of(answer: Object, now: datetime) -> str:
    """The mark, from an answer of debug_token. 0 stands for "never"."""
    data = inner(answer, "data")
    ends = [_moment(data.get(name)) for name in _ENDS]
    return "|".join([now.isoformat(), *(end.isoformat() if end else "" for end in ends)])


def warning_of(mark: str | None, now: datetime) -> dict[str, str]:
    """The hint that tells a person of a token that will die soon; nothing where it will not."""
    said = [f"{what} on {end:%Y-%m-%d}" for what, end in _ends(mark) if end - now < WARN]
    return {"warning": f"{' and '.join(said)}: connect the page again before (docs/facebook.md)"} if said else {}


def _ends(mark: str | None) -> Iterator[tuple[str, datetime]]:
    for what, text in zip(_WHAT, (mark or "||").split("|")[1:], strict=False):
        try:
            end = datetime.fromisoformat(text)
        except ValueError:
            continue
        if end.tzinfo:
            yield what, end


def ends_of(answer: Mapping[str, object]) -> dict[str, datetime | None]:
    """When the token and its access to data end, by words for people; None: never."""
    return {what: _moment(answer.get(name)) for what, name in zip(_WHAT, _ENDS, strict=True)}


def _moment(value: object) -> datetime | None:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < 10**11:
        return None
    return datetime.fromtimestamp(value, tz=UTC)
