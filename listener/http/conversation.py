"""Drives a publisher's conversation: it yields Requests, is sent Pages, and returns what became of the reply.

One log-in, one cookie jar, gone when it ends. A POST is sent once and never again by itself: where the answer to it
is lost, the conversation is told OutcomeUnknown, and so is the caller unless the conversation knows better.
robots.txt is not asked: it speaks to crawlers, and each reply was approved by a person with an account there.
"""

from dataclasses import replace
from http.cookiejar import CookieJar
from typing import TypeVar

import httpx

from listener.errors import DeliveryError, Failure, FetchError, OutcomeUnknown, PermanentDelivery, TransientDelivery
from listener.http.answers import failure_of
from listener.http.body import Body
from listener.http.client import Http
from listener.http.exchange import build, redirect_target, same_origin
from listener.http.guard import check_url, shown
from listener.http.mail import is_mail, read_mail
from listener.http.transport import REACHED
from listener.protocols import Conversation, Page, Request

T = TypeVar("T")
MOST_REQUESTS = 60
LONGEST_PAUSE = 30.0
SAFE = frozenset({"GET", "HEAD"})


async def converse(http: Http, conversation: Conversation[T], *, allow_private: bool = False) -> T:
    """What the conversation returns. Pages of any status below 500 are handed to it, 429 apart.

    Failures are raised inside it, at the yield that met them: FetchError where nothing was posted, OutcomeUnknown
    where something may have been. What it lets through leaves here as a DeliveryError.
    """
    try:
        return await drive(http, conversation, allow_private=allow_private)
    except FetchError as error:
        raise _as_delivery(error) from error


async def drive(
    http: Http, conversation: Conversation[T], *, allow_private: bool = False, jar: CookieJar | None = None
) -> T:
    """As converse, with failures as they came. jar: keeps the cookies when the conversation is over."""
    async with http.new_client(allow_private=allow_private, fresh=True, jar=jar) as client:
        talk = _Talk(http, client, allow_private=allow_private)
        try:
            request = next(conversation)
            for _ in range(MOST_REQUESTS):
                try:
                    page = await talk.answer(request)
                except (FetchError, OutcomeUnknown) as error:
                    request = conversation.throw(error)
                else:
                    request = conversation.send(page)
        except StopIteration as end:
            outcome: T = end.value
            return outcome
        finally:
            conversation.close()
    raise PermanentDelivery(f"no end after {MOST_REQUESTS} requests", where=shown(request.url))


class _Talk:
    """Sends requests in their hosts' turns and follows redirects as a browser does."""

    def __init__(self, http: Http, client: httpx.AsyncClient, *, allow_private: bool) -> None:
        self._http = http
        self._client = client
        self._allow_private = allow_private

    async def answer(self, request: Request) -> Page:
        """The page at the end of the redirects."""
        if is_mail(request.url):
            return await read_mail(self._http, request, allow_private=self._allow_private)
        if request.pause > 0:
            await self._http.clock.sleep(min(request.pause, LONGEST_PAUSE))
        first, posted = request, False
        for _ in range(self._http.policy.max_redirects + 1):
            posted = posted or request.method not in SAFE
            response, body = await self._send(request, posted=posted)
            target = redirect_target(response)
            if target is None:
                return self._http.page_of(first, response, body)
            request = _redirected(request, response.status_code, target)
        raise self._lost(
            FetchError("too many redirects", failure=Failure.BAD_CONTENT, where=shown(first.url)), posted=posted
        )

    async def _send(self, request: Request, *, posted: bool) -> tuple[httpx.Response, Body]:
        """posted: whether this request, or one before it in the chain, may have changed something."""
        check_url(request.url, allow_private=self._allow_private)
        built = build(self._client, request, request.url, request.headers)
        earlier = posted and request.method in SAFE
        try:
            response, body = await self._http.send(self._client, built, self._http.policy.max_bytes)
        except FetchError as error:
            raise self._lost(error, posted=earlier or (posted and built.extensions.get(REACHED, False))) from error
        self._check(request, response, posted=posted)
        return response, body

    def _check(self, request: Request, response: httpx.Response, *, posted: bool) -> None:
        status = response.status_code
        error = failure_of(status, response.headers, shown(request.url), self._http.clock.now())
        if error is None or (status < 500 and status != 429):
            return
        self._http.account_failure(self._http.hosts.of(request.url), error)
        raise self._lost(error, posted=posted and (status >= 500 or request.method in SAFE))

    def _lost(self, error: FetchError, *, posted: bool) -> FetchError | OutcomeUnknown:
        if not posted:
            return error
        return OutcomeUnknown(f"the answer to the post was lost: {error.message}", where=error.where)


def _redirected(request: Request, status: int, target: str) -> Request:
    """What a browser sends next: GET after 301, 302 and 303; the same again after 307 and 308, which say that the
    request was not taken here."""
    headers = dict(request.headers) if same_origin(request.url, target) else {}
    if status not in (307, 308) or request.method in SAFE:
        return Request(url=target, headers=headers)
    if httpx.URL(target).host != httpx.URL(request.url).host:
        raise FetchError("a form is not sent on to another host", failure=Failure.BLOCKED, where=shown(target))
    return replace(request, url=target, headers=headers, pause=0.0)


def _as_delivery(error: FetchError) -> DeliveryError:
    if error.failure in (Failure.TRANSIENT, Failure.RATE_LIMITED):
        return TransientDelivery(error.message, where=error.where, mend=error.mend, retry_after=error.retry_after)
    return PermanentDelivery(error.message, where=error.where, mend=error.mend)
