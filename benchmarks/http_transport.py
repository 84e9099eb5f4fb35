"""What carries httpx's API best: `python -m benchmarks.http_transport [--pages N]`.

Pages of 20 KB from many hosts on loopback, each host kept open and read in turn. Processor time of the client a page,
for httpx's own transport (one client), one small httpx client a host, httpx over aiohttp (what listener/http uses),
and the whole of listener/http with pace, robots.txt and records. The server runs in another process.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Awaitable, Callable, Sequence

import httpx

from benchmarks.loopback import Farm, farm, raise_limit
from listener.http import Http, HttpPolicy
from listener.http.transport import AiohttpTransport
from listener.protocols import Request

Fetch = Callable[[str], Awaitable[int]]
BODY = b"<p>strona</p>" * 1600
ROUNDS = 3


async def _cost(fetch: Fetch, urls: Sequence[str], pages: int) -> float:
    """Milliseconds of processor time a page, all hosts read at once."""

    async def one(url: str, count: int) -> None:
        for number in range(count):
            assert await fetch(f"{url}/{number}") == len(BODY)

    await asyncio.gather(*(one(url, 1) for url in urls))
    each = max(1, pages // len(urls))
    start = time.process_time()
    await asyncio.gather(*(one(url, each) for url in urls))
    return (time.process_time() - start) / (each * len(urls)) * 1000


async def _plain(urls: Sequence[str], pages: int) -> float:
    limits = httpx.Limits(max_connections=len(urls), max_keepalive_connections=len(urls))
    async with httpx.AsyncClient(limits=limits, trust_env=False) as client:

        async def fetch(url: str) -> int:
            return len((await client.get(url)).content)

        return await _cost(fetch, urls, pages)


async def _client_a_host(urls: Sequence[str], pages: int) -> float:
    shared = httpx.create_ssl_context()
    clients = {url: httpx.AsyncClient(verify=shared, trust_env=False) for url in urls}

    async def fetch(url: str) -> int:
        return len((await clients[url.rpartition("/")[0]].get(url)).content)

    try:
        return await _cost(fetch, urls, pages)
    finally:
        for client in clients.values():
            await client.aclose()


async def _over_aiohttp(urls: Sequence[str], pages: int) -> float:
    transport = AiohttpTransport(allow_private=True, connections=len(urls))
    async with httpx.AsyncClient(transport=transport, trust_env=False) as client:

        async def fetch(url: str) -> int:
            return len((await client.get(url)).content)

        return await _cost(fetch, urls, pages)


async def _whole(urls: Sequence[str], pages: int) -> float:
    async with Http(HttpPolicy(connections=len(urls))) as http:

        async def fetch(url: str) -> int:
            return len((await http.fetch(Request(url=url), allow_private=True)).body)

        return await _cost(fetch, urls, pages)


WAYS: dict[str, Callable[[Sequence[str], int], Awaitable[float]]] = {
    "httpx, one client": _plain,
    "httpx, a client a host": _client_a_host,
    "httpx over aiohttp": _over_aiohttp,
    "listener.http, whole": _whole,
}


async def _measure(servers: Farm, hosts: int, pages: int) -> dict[str, float]:
    """The middle of three rounds, the ways taking turns."""
    rounds = [{name: await way(servers.urls[:hosts], pages) for name, way in WAYS.items()} for _ in range(ROUNDS)]
    return {name: statistics.median(one[name] for one in rounds) for name in WAYS}


def main() -> None:
    """Prints a table: hosts down, ways across, ms of processor time a page and the ratio to httpx's own transport."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pages", type=int, default=1500)
    pages = parser.parse_args().pages
    raise_limit(4096)
    with farm(100, body=BODY) as servers:
        for hosts in (1, 32, 100):
            costs = asyncio.run(_measure(servers, hosts, pages))
            base = costs["httpx, one client"]
            told = "   ".join(f"{name} {cost:.2f} ms ({base / cost:.1f}x)" for name, cost in costs.items())
            print(f"{hosts:4} hosts: {told}")


if __name__ == "__main__":
    main()
