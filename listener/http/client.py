"""The client: one polite, safe fetch. What is decided lives beside it (answers, robots, hosts, guard, body)."""

import asyncio
import copy
import logging
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from http.cookiejar import CookieJar, DefaultCookiePolicy
from importlib.util import find_spec
from types import TracebackType
from typing import Self

import httpx

from listener.errors import ConfigError, Failure, FetchError
from listener.http.answers import FOR_GOOD, failure_of
from listener.http.body import Body
from listener.http.clock import Clock
from listener.http.decoders import ACCEPT_ENCODING
from listener.http.exchange import (
    build,
    conditions,
    exchange,
    of_transport,
    redirect_target,
    same_origin,
)
from listener.http.gate import RobotsGate
from listener.http.guard import check_url, shown
from listener.http.hosts import Host, Hosts, HostStats
from listener.http.http2 import Http2Transport
from listener.http.mail import is_mail, read_mail
from listener.http.meter import spent
from listener.http.policy import HttpPolicy
from listener.http.transport import AiohttpTransport
from listener.protocols import Page, Request

log = logging.getLogger("listener.http")
# httpx writes every URL in full, with tokens in it, at INFO; ours are masked (shown).
logging.getLogger("httpx").setLevel(logging.WARNING)

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8"
RETRIED = frozenset({Failure.TRANSIENT})
_REFUSALS = frozenset({401, 403, 404, 410})
SAME_ORIGIN_ONLY = frozenset(
    {
        "authorization",
        "cookie",
        "referer",
        "origin",
        "api-key",
        "api-username",
        "xf-api-key",
        "xf-api-user",
        "x-goog-api-key",
        "apikey",
    }
)


class Http:
    """Fetches pages: `async with Http(policy) as http: page = await http.fetch(request, allow_private=False)`.

    hosts: hand in one to keep pace and robots.txt across clients. Several tasks may fetch at once.
    """

    def __init__(
        self,
        policy: HttpPolicy | None = None,
        *,
        clock: Clock | None = None,
        hosts: Hosts | None = None,
        chance: random.Random | None = None,
    ) -> None:
        self.policy = policy or HttpPolicy()
        self.clock = clock or Clock()
        self.hosts = hosts or Hosts()
        self._chance = chance or random.Random()  # noqa: S311  # jitter, not secrecy
        self._clients: dict[tuple[bool, bool], httpx.AsyncClient] = {}
        self._http2 = False
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._gate = RobotsGate(self)
        self._room = asyncio.Semaphore(self.policy.connections)

    async def __aenter__(self) -> Self:
        for allow_private in (False, True):
            self._clients[allow_private, False] = self.new_client(allow_private=allow_private)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        clients = list(self._clients.values())
        self._clients.clear()
        for client in clients:
            await client.aclose()

    def over_http2(self) -> Self:
        """The same client, with the same manners, that offers HTTP/2 to https servers. Closed with this one."""
        if find_spec("h2") is None:
            raise ConfigError("http2 needs the package h2", where="http2", mend="install h2, or leave http2 out")
        other = copy.copy(self)
        other._http2 = True
        return other

    def _client(self, *, allow_private: bool) -> httpx.AsyncClient:
        key = allow_private, self._http2
        if key not in self._clients:
            assert self._clients, "it is entered before it is used"
            self._clients[key] = self.new_client(allow_private=allow_private)
        return self._clients[key]

    def stats(self) -> Mapping[str, HostStats]:
        """The record of every host met, by host."""
        return self.hosts.stats()

    def new_client(
        self, *, allow_private: bool, fresh: bool = False, jar: CookieJar | None = None
    ) -> httpx.AsyncClient:
        """A client with our name on it. fresh: a new connection for every request, and cookies kept (in jar)."""
        policy = self.policy
        limits = {"connect": policy.connect_timeout, "read": policy.read_timeout}
        transport: httpx.AsyncBaseTransport
        transport = plain = AiohttpTransport(
            allow_private=allow_private, connections=policy.connections, fresh=fresh, **limits
        )
        if self._http2 and not fresh:
            transport = Http2Transport(plain, allow_private=allow_private, connections=policy.connections, **limits)
        headers = {"User-Agent": policy.user_agent, "Accept": ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}
        if policy.from_header:
            headers["From"] = policy.from_header
        if jar is None:
            # reading leaves no trace and takes none along: each page is asked for as by a stranger
            jar = CookieJar(None if fresh else DefaultCookiePolicy(allowed_domains=[]))
        client = httpx.AsyncClient(
            transport=transport, headers=headers, cookies=jar, follow_redirects=False, trust_env=False
        )
        del client.headers["connection"]  # the transport's business
        return client

    async def fetch(
        self,
        request: Request,
        *,
        allow_private: bool = False,
        validators: Mapping[str, str] | None = None,
        cookies: httpx.Cookies | None = None,
    ) -> Page:
        """The page, with status 304 where the validators show that it did not change. cookies: those of a log-in,
        sent along and kept up to date; none without.

        Waits for the host's turn. Tries again where the failure may pass and the request is a GET. Raises
        FetchError with its Failure, and retry_after where the wait is known.
        """
        if is_mail(request.url):
            return await read_mail(self, request, allow_private=allow_private)
        if request.pause > 0:
            await self.clock.sleep(min(request.pause, self.policy.patience))
        extra = conditions(validators) if validators and request.conditional else {}
        left = self.policy.retries if request.method in ("GET", "HEAD") else 0
        pause = self.policy.backoff
        while True:
            try:
                return await self._follow(request, extra, allow_private=allow_private, cookies=cookies)
            except FetchError as error:
                if not left or not self._worth_retry(error, request.url):
                    raise
                log.debug("%s, trying again (%d left)", error, left)
            await self.clock.sleep(pause * (0.5 + self._chance.random()))
            left, pause = left - 1, pause * 2

    def _worth_retry(self, error: FetchError, url: str) -> bool:
        resting = self.hosts.of(url).resting(self.clock.monotonic())
        return error.failure in RETRIED and error.retry_after is None and not resting

    async def _follow(
        self, request: Request, extra: Mapping[str, str], *, allow_private: bool, cookies: httpx.Cookies | None
    ) -> Page:
        """One try with its redirects, each hop guarded, paced and asked of robots.txt like the first."""
        url, headers = request.url, {**request.headers, **extra}
        moved, for_good, client = None, True, self._client(allow_private=allow_private)
        for _ in range(self.policy.max_redirects + 1):
            check_url(url, allow_private=allow_private)
            if self.policy.obey_robots and not request.api:
                await self._gate.ask(client, url, allow_private=allow_private)
            built = build(client, request, url, headers)
            if cookies is not None:
                cookies.set_cookie_header(built)
            response, body = await self.send(client, built, self.policy.max_bytes)
            if cookies is not None:
                cookies.extract_cookies(response)
            target = redirect_target(response)
            if target is None:
                return replace(self._page(request, response, body), moved=moved)
            for_good = for_good and response.status_code in FOR_GOOD
            moved = target.partition("#")[0] if for_good else moved
            if not same_origin(url, target):
                headers = {name: value for name, value in headers.items() if name.lower() not in SAME_ORIGIN_ONLY}
            url = target.partition("#")[0]
        raise FetchError(
            "too many redirects", failure=Failure.BAD_CONTENT, where=shown(request.url), mend="check the URL"
        )

    def _page(self, request: Request, response: httpx.Response, body: Body) -> Page:
        where, sent = shown(str(response.url)), response.request.headers
        error = failure_of(response.status_code, response.headers, where, self.clock.now())
        if error is not None:
            self.account_failure(self.hosts.of(str(response.url)), error)
            told = request.api and 400 <= response.status_code < 500
            if told or (request.optional and response.status_code in _REFUSALS):
                return self.page_of(request, response, body)
            raise error
        if response.status_code == 304 and "if-none-match" not in sent and "if-modified-since" not in sent:
            said = "the server says that nothing changed, which it cannot know"
            raise FetchError(said, failure=Failure.BAD_CONTENT, where=where)
        if body.cut:
            raise FetchError(
                f"larger than {self.policy.max_bytes} bytes",
                failure=Failure.BAD_CONTENT,
                where=where,
                mend="check the URL",
            )
        return self.page_of(request, response, body)

    def page_of(self, request: Request, response: httpx.Response, body: Body) -> Page:
        """The response as a Page, whatever its status."""
        return Page(
            url=str(response.url),
            status=response.status_code,
            headers={name.lower(): value for name, value in response.headers.items()},
            body=body.content,
            fetched_at=self.clock.now(),
            request=request,
        )

    def account_failure(self, host: Host, error: FetchError) -> None:
        """Lets the host rest where it asked for that, or failed too often in a row."""
        now = self.clock.monotonic()
        if error.failure is Failure.RATE_LIMITED and error.retry_after is not None:
            host.limited(self.policy, error.retry_after, now)
        elif error.failure is Failure.TRANSIENT:
            host.failed(self.policy, now)
        else:
            host.answered()
        if seconds := host.resting(now):
            host.note(resting_until=self.clock.now() + timedelta(seconds=seconds))

    # --- one request -------------------------------------------------------------------------------------------

    async def send(self, client: httpx.AsyncClient, request: httpx.Request, cap: int) -> tuple[httpx.Response, Body]:
        """One request in its host's turn: any status, no redirects. FetchError where no whole answer came."""
        host = self.hosts.of(str(request.url))
        async with self._turn(host):
            try:
                async with asyncio.timeout(self.policy.total_timeout):
                    response, body = await exchange(client, request, cap)
            except FetchError as error:
                self.account_failure(host, error)
                raise
            except (httpx.HTTPError, TimeoutError) as error:
                known = of_transport(error, shown(str(request.url)))
                self.account_failure(host, known)
                raise known from error
            finally:
                self._account_request(host)
        self._account_answer(host, response, body)
        return response, body

    def _account_request(self, host: Host) -> None:
        host.note(requests=host.stats.requests + 1, last_at=self.clock.now())
        spent(requests=1)

    def _account_answer(self, host: Host, response: httpx.Response, body: Body) -> None:
        log.debug(
            "%s %s: %d, %d bytes", response.request.method, shown(str(response.url)), response.status_code, body.wire
        )
        host.note(
            bytes=host.stats.bytes + body.wire,
            not_modified=host.stats.not_modified + (response.status_code == 304),
            last_status=response.status_code,
        )
        spent(wire=body.wire, not_modified=response.status_code == 304)
        if response.status_code < 400:
            host.answered()

    @asynccontextmanager
    async def _turn(self, host: Host) -> AsyncIterator[None]:
        """Holds the host's concurrency and pace: enters when it is our turn."""
        turn = self._turns.setdefault(host.key, asyncio.Semaphore(self.policy.per_host))
        async with turn:
            now = self.clock.monotonic()
            resting = host.resting(now)
            if resting > self.policy.patience:
                raise self._rests(host, resting)
            wait = host.reserve(self.policy, now, self._chance.random())
            if wait > 0:
                host.note(waits=host.stats.waits + 1, waited=host.stats.waited + wait)
                spent(waited=wait)
                await self.clock.sleep(wait)
            async with self._room:
                yield

    def _rests(self, host: Host, seconds: float) -> FetchError:
        why = "asked us to wait" if host.rest_reason is Failure.RATE_LIMITED else "failed too often in a row"
        return FetchError(
            f"the host {why}: resting for {seconds:.0f} s",
            failure=host.rest_reason,
            where=host.key,
            retry_after=seconds,
        )
