"""Reading as a member: the same polite fetch, with the cookies of a log-in.

We log in once a process, with the first page of the first pass, and again where a page asks for it although we had, at
most once a pass. A log-in that the place refused is left alone for an hour: an account that fails too often is locked.
robots.txt is asked for every page that is read; the log-in form itself is no crawling, a person gave us the account.
"""

import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from urllib.parse import urlsplit

import httpx

from listener.errors import Failure, FetchError, OutcomeUnknown, PermanentDelivery
from listener.http.client import Http
from listener.http.conversation import drive
from listener.http.guard import shown
from listener.protocols import Conversation, Page, Request

log = logging.getLogger("listener.http")
AFTER_REFUSAL = 3600.0
"""Seconds until a log-in that was refused is tried again."""
_PASSWORD_FIELD = re.compile(rb"<input\b[^<>]{0,600}?\btype\s{0,9}=\s{0,9}[\"']?password\b", re.IGNORECASE)
_MEND = "check that the account may read this page in a browser"


@dataclass(slots=True)
class Session:
    """What the process keeps of a log-in, in memory only. refused: why the last one failed, and when (monotonic)."""

    jar: CookieJar = field(default_factory=CookieJar, repr=False)
    entered: bool = False
    refused: tuple[FetchError, float] | None = None


class Member:
    """For one pass: `await Member(http, session, log_in).fetch(request)`. log_in: begins the conversation that logs
    the account in; it ends where that worked, and raises FetchError where it did not. only_if_asked: begin as a guest,
    at a place that may have no log-in."""

    def __init__(
        self, http: Http, session: Session, log_in: Callable[[], Conversation[None]], *, only_if_asked: bool = False
    ) -> None:
        self._http = http
        self._only_if_asked = only_if_asked
        self._session = session
        self._log_in = log_in
        self._cookies = httpx.Cookies(session.jar)
        self._entered_now = False
        self._failed: FetchError | None = None

    async def fetch(
        self, request: Request, *, allow_private: bool = False, validators: Mapping[str, str] | None = None
    ) -> Page:
        """The page as the account sees it. FetchError: as Http.fetch; AUTH where the place does not let us in."""
        if not self._session.entered and not self._only_if_asked:
            await self._enter(request, allow_private=allow_private)
        try:
            page = await self._fetch(request, allow_private, validators)
            if not _asks(page):
                return page
        except FetchError as error:
            if self._entered_now or not _turned_away(error, request):
                raise
        if not self._entered_now:
            log.info("%s asks for a log-in", shown(request.url))
            await self._enter(request, allow_private=allow_private)
            # as a stranger's page came before, what is known of it does not tell whether the member's changed
            page = await self._fetch(request, allow_private, None)
        if _sent_away(page):
            said = "still asks for a log-in after we logged in"
            raise FetchError(said, failure=Failure.AUTH, where=shown(request.url), mend=_MEND)
        return page

    async def _fetch(self, request: Request, allow_private: bool, validators: Mapping[str, str] | None) -> Page:
        return await self._http.fetch(
            request, allow_private=allow_private, validators=validators, cookies=self._cookies
        )

    async def _enter(self, request: Request, *, allow_private: bool) -> None:
        session, now = self._session, self._http.clock.monotonic()
        if self._failed is not None:
            raise self._failed
        if session.refused is not None and now - session.refused[1] < AFTER_REFUSAL:
            raise session.refused[0]
        session.jar.clear()
        session.entered, self._entered_now = False, True
        try:
            await self._talk(allow_private)
        except FetchError as error:
            self._failed = error
            if error.failure is Failure.AUTH:
                session.refused = error, now
            raise
        session.entered, session.refused = True, None
        log.info("%s: logged in", urlsplit(request.url).netloc)

    async def _talk(self, allow_private: bool) -> None:
        try:
            await drive(self._http, self._log_in(), allow_private=allow_private, jar=self._session.jar)
        except OutcomeUnknown as error:  # nothing was posted: a log-in can be tried again
            raise FetchError(error.message, failure=Failure.TRANSIENT, where=error.where) from error
        except PermanentDelivery as error:
            raise FetchError(error.message, failure=Failure.AUTH, where=error.where) from error


def _turned_away(error: FetchError, request: Request) -> bool:
    """Refused as strangers are, or sent on to a page that robots.txt keeps from us, as log-in pages often are."""
    elsewhere = error.failure is Failure.BLOCKED and error.where != shown(request.url)
    return error.status in (401, 403) or elsewhere


def _asks(page: Page) -> bool:
    """Whether a page has a log-in form: one who is logged in sees none."""
    return page.status != 304 and _PASSWORD_FIELD.search(page.body) is not None


def _sent_away(page: Page) -> bool:
    """Whether a page with a log-in form came from elsewhere than asked for, so that it is nothing but that."""
    return _asks(page) and urlsplit(page.url).path != urlsplit(page.request.url).path
