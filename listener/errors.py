"""One tree of errors. Each says where it happened and, where a person can mend it, how.

    ListenerError                      the work failed: exit code 1
    ├── WrongUse                       wrong usage or configuration: exit code 2
    │   ├── ConfigError                a key of the configuration, or a file it names
    │   ├── QueryError                 a query; carries the character position
    │   └── NotFound                   no such ticket, post, reply or other thing asked for by name or number
    ├── StorageError
    │   ├── DatabaseUnreachable        cannot open, connect, read or write
    │   ├── DatabaseTooNew             written by a later version of this program
    │   ├── DatabaseTooOld             needs `listener db upgrade`
    │   └── Conflict                   somebody else changed it first: read again and decide again
    ├── FetchError                     a request gave no usable page; carries url and failure class
    ├── ParseError                     a page is not what its kind expects
    ├── Forged                         something sent to us does not prove who sent it
    ├── ModelError                     the classifier's files are missing, damaged or of another format
    └── DeliveryError
        ├── TransientDelivery          try again, not before retry_after seconds
        ├── PermanentDelivery          trying again is useless until a person mends something
        └── OutcomeUnknown             it may have been posted: never send again without looking

Texts name the place first and never hold a secret. Anything outside this tree is a bug and is raised.
"""

from enum import StrEnum


class ListenerError(Exception):
    """Base of all expected failures.

    message: what is wrong, one line. where: file, key, source, URL (no secrets). mend: what a person can do.
    """

    exit_code = 1

    def __init__(self, message: str, *, where: str = "", mend: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.where = where
        self.mend = mend

    def __str__(self) -> str:
        place = f"{self.where}: " if self.where else ""
        mend = f" ({self.mend})" if self.mend else ""
        return f"{place}{self.message}{mend}"


class WrongUse(ListenerError):
    """Wrong usage or configuration."""

    exit_code = 2


class ConfigError(WrongUse):
    """A configuration key, or a file that the configuration names, cannot be used."""


class QueryError(WrongUse):
    """A query cannot be read. position: index of the offending character in the query, from 0."""

    def __init__(self, message: str, *, position: int, where: str = "", mend: str = "") -> None:
        super().__init__(message, where=where, mend=mend)
        self.position = position


class NotFound(WrongUse):
    """What was asked for by name or number does not exist."""


class StorageError(ListenerError):
    """The database did not do what was asked."""


class DatabaseUnreachable(StorageError):
    """The database cannot be opened, connected to, read or written."""


class DatabaseTooNew(StorageError):
    """The database was written by a later version of this program."""


class DatabaseTooOld(StorageError):
    """The database needs an upgrade first."""


class Conflict(StorageError):
    """Somebody else changed the row first."""


class Failure(StrEnum):
    """Why a source fails, as its health shows it."""

    AUTH = "auth"
    GONE = "gone"
    BLOCKED = "blocked"
    RATE_LIMITED = "rate_limited"
    LAYOUT = "layout"
    TRANSIENT = "transient"
    BAD_CONTENT = "bad_content"


class FetchError(ListenerError):
    """A request gave no usable page. retry_after: seconds to wait, where the server said so. status: its HTTP status,
    where that is why."""

    def __init__(
        self,
        message: str,
        *,
        failure: Failure,
        where: str = "",
        mend: str = "",
        retry_after: float | None = None,
        status: int | None = None,
    ) -> None:
        super().__init__(message, where=where, mend=mend)
        self.failure = failure
        self.retry_after = retry_after
        self.status = status


class ParseError(ListenerError):
    """A page is not what its kind expects: the layout changed, or it is no such page."""


class Forged(ListenerError):
    """Something sent to us carries no valid signature or token, or an outdated one."""


class ModelError(ListenerError):
    """The classifier's files are missing, damaged or of another format."""


class DeliveryError(ListenerError):
    """Something did not leave the house."""


class TransientDelivery(DeliveryError):
    """Try again later. retry_after: seconds, where the other side said so."""

    def __init__(self, message: str, *, where: str = "", mend: str = "", retry_after: float | None = None) -> None:
        super().__init__(message, where=where, mend=mend)
        self.retry_after = retry_after


class PermanentDelivery(DeliveryError):
    """Trying again is useless until a person mends something."""


class OutcomeUnknown(DeliveryError):
    """It may have been posted. It is not sent again unless reading back shows that it is absent."""
