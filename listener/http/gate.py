"""Asks robots.txt before a URL is fetched. The rules of a host are read once for all that wait for them, and kept."""

import asyncio
from typing import Protocol

import httpx

from listener.errors import FetchError
from listener.http.answers import failure_of
from listener.http.body import Body
from listener.http.clock import Clock
from listener.http.exchange import build, redirect_target
from listener.http.guard import check_url, shown
from listener.http.hosts import Hosts
from listener.http.policy import HttpPolicy
from listener.http.robots import MAX_REDIRECTS, MAX_ROBOTS, Verdict, of_failure, read_rules, robots_url
from listener.protocols import Request


class Sender(Protocol):
    """The client, as far as the gate needs it."""

    policy: HttpPolicy
    clock: Clock
    hosts: Hosts

    async def send(
        self, client: httpx.AsyncClient, request: httpx.Request, cap: int
    ) -> tuple[httpx.Response, Body]: ...


class RobotsGate:
    """One gate a client; what it learns is kept with the hosts, which may outlive it."""

    def __init__(self, sender: Sender) -> None:
        self._sender = sender
        self._locks: dict[str, asyncio.Lock] = {}

    async def ask(self, client: httpx.AsyncClient, url: str, *, allow_private: bool) -> None:
        """Raises FetchError where the URL must not be fetched, or its host's rules cannot be read."""
        verdict = await self._verdict(client, robots_url(url), allow_private=allow_private)
        host = self._sender.hosts.of(url)
        try:
            verdict.check(url, shown(url))
        except FetchError:
            host.note(robots_refused=host.stats.robots_refused + 1)
            raise

    async def _verdict(self, client: httpx.AsyncClient, address: str, *, allow_private: bool) -> Verdict:
        async with self._locks.setdefault(address, asyncio.Lock()):
            host, now = self._sender.hosts.of(address), self._sender.clock.monotonic()
            known = host.robots.get(address)
            if known is None or known.expires <= now:
                known = await self._read(client, address, allow_private=allow_private)
                host.robots[address] = known
                host.crawl_delay = known.crawl_delay
                host.note(robots=known.summary, crawl_delay=known.crawl_delay or None)
            return known

    async def _read(self, client: httpx.AsyncClient, address: str, *, allow_private: bool) -> Verdict:
        """Follows five redirects, as the RFC asks; a sixth counts as none there."""
        response, body = await self._hop(client, address, allow_private=allow_private)
        for _ in range(MAX_REDIRECTS):
            target = redirect_target(response)
            if target is None:
                break
            response, body = await self._hop(client, target, allow_private=allow_private)
        now, policy = self._sender.clock.monotonic(), self._sender.policy
        error = failure_of(response.status_code, response.headers, shown(address), self._sender.clock.now())
        if error is not None:
            return of_failure(error, response.status_code, policy, now)
        return read_rules(body.content, policy, now)

    async def _hop(self, client: httpx.AsyncClient, url: str, *, allow_private: bool) -> tuple[httpx.Response, Body]:
        check_url(url, allow_private=allow_private)
        return await self._sender.send(client, build(client, Request(url=url), url, {}), MAX_ROBOTS)
