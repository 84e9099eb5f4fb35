"""What reading of a date starts from, and what it gives."""

from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from listener.errors import ConfigError

LONGEST = 120
"""A longer text is prose, not a date (code points)."""


class Order(StrEnum):
    """Which of two numbers comes first, where a board writes 03-04-2025."""

    DMY = "dmy"
    MDY = "mdy"


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """A date that was read. at: UTC; width: how far off it may be; zone_assumed: the text named no zone."""

    at: datetime
    width: timedelta
    zone_assumed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What reading one text depends on. twice: which of two equal clock times is meant (0, 1), None where unknown."""

    now: datetime
    zone: tzinfo
    order: Order | None = None
    twice: int | None = None

    @property
    def today(self) -> datetime:
        """Midnight on the board's clock, naive."""
        return self.now.astimezone(self.zone).replace(tzinfo=None, hour=0, minute=0, second=0, microsecond=0)


@lru_cache(maxsize=64)
def zone_of(name: str) -> tzinfo:
    """The zone of an IANA name. ConfigError where there is none such."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"no such time zone: {name!r}", mend="use an IANA name such as Europe/Warsaw") from error


def flat(text: str) -> str:
    """A text in lower case and on one line, as the patterns expect it."""
    return " ".join(text.lower().split())
