"""What a pass ran into, and what the place asked for: how it ends."""

import logging
from collections.abc import Mapping
from datetime import timedelta

from listener.errors import Failure, FetchError, ListenerError, ParseError
from listener.protocols import Request

log = logging.getLogger("listener.crawl")

_ONE_PAGE = frozenset({Failure.LAYOUT, Failure.BAD_CONTENT})
_OF_A_THREAD = frozenset({"thread_id", "thread", "topic"})


class Ending:
    """One pass's. failure: the first thing that went wrong; retry_after, resting: the place wants no more for so long;
    warning: what a person should mend before it breaks; astray: more than one thread could not be read, so the place
    may be closed for a while."""

    def __init__(self, source: str) -> None:
        self._source = source
        self.failure: tuple[Failure, str] | None = None
        self.retry_after: timedelta | None = None
        self.warning: str | None = None
        self.resting = self.astray = False

    def fail(self, error: ListenerError, request: Request | None = None) -> None:
        """Something went wrong with a request, or before there was one."""
        if isinstance(error, FetchError):
            failure = error.failure
            if error.retry_after is not None:
                self._wait(error.retry_after)
        else:
            failure = Failure.LAYOUT if isinstance(error, ParseError) else Failure.BAD_CONTENT
        log.warning("%s: %s", self._source, error)
        one_thread = request is not None and not _OF_A_THREAD.isdisjoint(request.context)
        self.astray = self.astray or not one_thread or failure not in _ONE_PAGE
        self.failure = self.failure or (failure, str(error))

    def heed(self, hints: Mapping[str, str]) -> None:
        """rest_seconds: the place wants no more for so long, so the pass ends here and the rest is put off."""
        self.warning = hints.get("warning") or self.warning
        seconds = hints.get("rest_seconds", "")
        if seconds.isascii() and seconds.isdigit():
            self.resting = True
            self._wait(int(seconds[:7]))

    def _wait(self, seconds: float) -> None:
        self.retry_after = max(self.retry_after or timedelta(), timedelta(seconds=seconds))
