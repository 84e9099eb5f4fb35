"""The client: one polite, safe fetch. What is decided lives beside it (answers, robots, hosts, guard, body)."""

import asyncio
import logging
import random
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

from listener.errors import Failure, FetchError
from listener.http.answers import REDIRECTS, failure_of
from listener.http.body import ACCEPT_ENCODING, Body, read_capped
from listener.http.clock import Clock
from listener.http.guard import PRIVATE_MEND, check_url, shown
from listener.http.hosts import Host, Hosts, HostStats
from listener.http.policy import HttpPolicy
from listener.http.robots import MAX_REDIRECTS, MAX_ROBOTS, Verdict, of_failure, read_rules, robots_url
from listener.http.transport import AiohttpTransport, Refused
from listener.protocols import Page, Request

log = logging.getLogger("listener.http")
# httpx writes every URL in full, with tokens in it, at INFO; ours are masked (shown).
logging.getLogger("httpx").setLevel(logging.WARNING)

ACCEPT = "text/html,application/xhtml+xml,application/xml;q=0.9,application/json;q=0.9,*/*;q=0.8"
RETRIED = frozenset({Failure.TRANSIENT})
SAME_ORIGIN_ONLY = frozenset({"authorization", "cookie", "referer", "origin"})


def validators_of(page: Page) -> dict[str, str]:
    """What to hand to the next fetch of the same URL, so that it may answer 304. Raw, as the server wrote them."""
    return {name: page.headers[name] for name in ("etag", "last-modified") if page.headers.get(name)}


def same_origin(one: str, other: str) -> bool:
    """Whether two URLs share scheme, host and port."""
    a, b = urlsplit(one), urlsplit(other)
    return (a.scheme, a.netloc) == (b.scheme, b.netloc)


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
        self._clients: dict[bool, httpx.AsyncClient] = {}
        self._turns: dict[str, asyncio.Semaphore] = {}
        self._robots: dict[str, asyncio.Lock] = {}
        self._room = asyncio.Semaphore(self.policy.connections)

    async def __aenter__(self) -> Self:
        for allow_private in (False, True):
            self._clients[allow_private] = self.new_client(allow_private=allow_private)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        clients, self._clients = self._clients, {}
        for client in clients.values():
            await client.aclose()

    def stats(self) -> Mapping[str, HostStats]:
        """The record of every host met, by host."""
        return self.hosts.stats()

    def new_client(self, *, allow_private: bool, fresh: bool = False) -> httpx.AsyncClient:
        """A client with our name on it. fresh: a new connection for every request, and cookies kept."""
        policy = self.policy
        transport = AiohttpTransport(
            allow_private=allow_private,
            connections=policy.connections,
            connect=policy.connect_timeout,
            read=policy.read_timeout,
            fresh=fresh,
        )
        headers = {"User-Agent": policy.user_agent, "Accept": ACCEPT, "Accept-Encoding": ACCEPT_ENCODING}
        if policy.from_header:
            headers["From"] = policy.from_header
        client = httpx.AsyncClient(transport=transport, headers=headers, follow_redirects=False, trust_env=False)
        del client.headers["connection"]  # the transport's business
        return client

    async def fetch(
        self, request: Request, *, allow_private: bool = False, validators: Mapping[str, str] | None = None
    ) -> Page:
        """The page, with status 304 where the validators show that it did not change.

        Waits for the host's turn. Tries again where the failure may pass and the request is a GET. Raises
        FetchError with its Failure, and retry_after where the wait is known.
        """
        extra = _conditions(validators) if validators and request.conditional else {}
        left = self.policy.retries if request.method in ("GET", "HEAD") else 0
        pause = self.policy.backoff
        while True:
            try:
                return await self._follow(request, extra, allow_private=allow_private)
            except FetchError as error:
                if not left or not self._worth_retry(error, request.url):
                    raise
                log.debug("%s, trying again (%d left)", error, left)
            await self.clock.sleep(pause * (0.5 + self._chance.random()))
            left, pause = left - 1, pause * 2

    def _worth_retry(self, error: FetchError, url: str) -> bool:
        resting = self.hosts.of(url).resting(self.clock.monotonic())
        return error.failure in RETRIED and error.retry_after is None and not resting

    async def _follow(self, request: Request, extra: Mapping[str, str], *, allow_private: bool) -> Page:
        """One try with its redirects, each hop guarded, paced and asked of robots.txt like the first."""
        url, headers = request.url, {**request.headers, **extra}
        for _ in range(self.policy.max_redirects + 1):
            check_url(url, allow_private=allow_private)
            if self.policy.obey_robots:
                await self._ask_robots(url, allow_private=allow_private)
            client = self._clients[allow_private]
            response, body = await self.send(client, build(client, request, url, headers), self.policy.max_bytes)
            target = redirect_target(response)
            if target is None:
                return self._page(request, response, body)
            if not same_origin(url, target):
                headers = {name: value for name, value in headers.items() if name.lower() not in SAME_ORIGIN_ONLY}
            url = target.partition("#")[0]
        raise FetchError(
            "too many redirects", failure=Failure.BAD_CONTENT, where=shown(request.url), mend="check the URL"
        )

    def _page(self, request: Request, response: httpx.Response, body: Body) -> Page:
        where = shown(str(response.url))
        error = failure_of(response.status_code, response.headers, where, self.clock.now())
        if error is not None:
            self.account_failure(self.hosts.of(str(response.url)), error)
            raise error
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
            host.note(failures=host.stats.failures + 1)
            host.rest(error.retry_after, Failure.RATE_LIMITED, now)
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
                    response, body = await _exchange(client, request, cap)
            except FetchError as error:
                self.account_failure(host, error)
                raise
            except (httpx.HTTPError, TimeoutError) as error:
                known = _of_transport(error, shown(str(request.url)))
                self.account_failure(host, known)
                raise known from error
            finally:
                self._account_request(host)
        self._account_answer(host, response, body)
        return response, body

    def _account_request(self, host: Host) -> None:
        host.note(requests=host.stats.requests + 1, last_at=self.clock.now())

    def _account_answer(self, host: Host, response: httpx.Response, body: Body) -> None:
        log.debug(
            "%s %s: %d, %d bytes", response.request.method, shown(str(response.url)), response.status_code, body.wire
        )
        host.note(
            bytes=host.stats.bytes + body.wire,
            not_modified=host.stats.not_modified + (response.status_code == 304),
            last_status=response.status_code,
        )
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

    # --- robots.txt --------------------------------------------------------------------------------------------

    async def _ask_robots(self, url: str, *, allow_private: bool) -> None:
        verdict = await self._verdict(robots_url(url), allow_private=allow_private)
        host = self.hosts.of(url)
        try:
            verdict.check(url, shown(url))
        except FetchError:
            host.note(robots_refused=host.stats.robots_refused + 1)
            raise

    async def _verdict(self, address: str, *, allow_private: bool) -> Verdict:
        """The rules at that address, read once for all that wait for them."""
        async with self._robots.setdefault(address, asyncio.Lock()):
            host, now = self.hosts.of(address), self.clock.monotonic()
            known = host.robots.get(address)
            if known is None or known.expires <= now:
                known = await self._read_robots(address, allow_private=allow_private)
                host.robots[address] = known
                host.crawl_delay = known.crawl_delay
                host.note(robots=known.summary, crawl_delay=known.crawl_delay or None)
            return known

    async def _read_robots(self, address: str, *, allow_private: bool) -> Verdict:
        client, request = self._clients[allow_private], Request(url=address)
        response, body = await self._robots_hop(client, request, address, allow_private=allow_private)
        for _ in range(MAX_REDIRECTS):
            target = redirect_target(response)
            if target is None:
                break
            response, body = await self._robots_hop(client, request, target, allow_private=allow_private)
        now = self.clock.monotonic()
        error = failure_of(response.status_code, response.headers, shown(address), self.clock.now())
        if error is not None:
            return of_failure(error, response.status_code, self.policy, now)
        return read_rules(body.content, self.policy, now)

    async def _robots_hop(
        self, client: httpx.AsyncClient, request: Request, url: str, *, allow_private: bool
    ) -> tuple[httpx.Response, Body]:
        check_url(url, allow_private=allow_private)
        return await self.send(client, build(client, request, url, {}), MAX_ROBOTS)


async def _exchange(client: httpx.AsyncClient, request: httpx.Request, cap: int) -> tuple[httpx.Response, Body]:
    response = await client.send(request, stream=True)
    try:
        where = shown(str(request.url))
        encoding = response.headers.get("content-encoding", "")
        return response, await read_capped(response.aiter_raw(), encoding, cap, where)
    finally:
        await response.aclose()


def redirect_target(response: httpx.Response) -> str | None:
    """The absolute URL that a redirect points to, None where the response is no redirect."""
    location: str | None = response.headers.get("location")
    if response.status_code not in REDIRECTS or not location:
        return None
    return urljoin(str(response.url), location)


def build(client: httpx.AsyncClient, request: Request, url: str, headers: Mapping[str, str]) -> httpx.Request:
    """The request as httpx sends it, to the URL given; FetchError where it cannot be written on the wire."""
    try:
        return client.build_request(request.method, url, headers=headers, data=_form(request), json=request.json)
    except (httpx.InvalidURL, ValueError) as error:
        raise FetchError(
            "not a URL or header that can be sent", failure=Failure.BAD_CONTENT, where=shown(url)
        ) from error


def _form(request: Request) -> dict[str, list[str]] | None:
    """Fields as httpx takes them: names may repeat."""
    if request.form is None:
        return None
    fields: dict[str, list[str]] = {}
    for name, value in request.form:
        fields.setdefault(name, []).append(value)
    return fields


def _conditions(validators: Mapping[str, str]) -> dict[str, str]:
    names = {"etag": "If-None-Match", "last-modified": "If-Modified-Since"}
    return {names[name]: value for name, value in validators.items() if name in names}


def _of_transport(error: Exception, where: str) -> FetchError:
    if isinstance(error, Refused):
        return FetchError(str(error), failure=Failure.BLOCKED, where=where, mend=PRIVATE_MEND)
    if isinstance(error, TimeoutError | httpx.TimeoutException):
        return FetchError("no answer in time", failure=Failure.TRANSIENT, where=where)
    if isinstance(error, httpx.UnsupportedProtocol | httpx.InvalidURL):
        return FetchError(
            "not a URL that can be fetched", failure=Failure.BAD_CONTENT, where=where, mend="check the URL"
        )
    return FetchError(str(error) or "the connection broke", failure=Failure.TRANSIENT, where=where)
