"""Web servers on loopback for the benchmarks: many hosts (127.0.x.y, one port) in a process of their own."""

import asyncio
import contextlib
import multiprocessing
import resource
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection


@dataclass(frozen=True, slots=True)
class Served:
    """What the servers saw: requests, the most connections open to one host at once, the least seconds between two
    requests to the same host."""

    requests: int
    most_at_once: int
    least_gap: float


@dataclass(frozen=True, slots=True)
class Farm:
    """Running servers."""

    urls: list[str]
    link: Connection

    def served(self) -> Served:
        """What they saw so far."""
        self.link.send("served")
        told: Served = self.link.recv()
        return told


def raise_limit(files: int) -> None:
    """As many open files as the hosts need."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(files, hard)), hard))


@contextlib.contextmanager
def farm(hosts: int, *, body: bytes, delay: float = 0.0) -> Iterator[Farm]:
    """So many hosts, each answering every path but /robots.txt with body after delay seconds (spread by host up to
    twice that)."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(
        target=_serve, args=(theirs, hosts, body, delay), daemon=True
    )
    process.start()
    try:
        yield Farm(urls=ours.recv(), link=ours)
    finally:
        process.terminate()
        process.join()


def _serve(link: Connection, hosts: int, body: bytes, delay: float) -> None:
    raise_limit(hosts * 4 + 200)
    asyncio.run(_main(link, hosts, body, delay))


async def _main(link: Connection, hosts: int, body: bytes, delay: float) -> None:
    names = [f"127.{10 + n // 62500}.{n // 250 % 250}.{n % 250 + 1}" for n in range(hosts)]
    seen = _Seen(body, delay)
    first = await asyncio.start_server(seen.client, names[0], 0)
    port = first.sockets[0].getsockname()[1]
    for start in range(1, hosts, 100):
        await asyncio.start_server(seen.client, names[start : start + 100], port)
    link.send([f"http://{name}:{port}" for name in names])
    asyncio.get_running_loop().add_reader(link.fileno(), seen.tell, link)
    await asyncio.Event().wait()


class _Seen:
    def __init__(self, body: bytes, delay: float) -> None:
        self._body = body
        self._delay = delay
        self._at_once: dict[str, int] = defaultdict(int)
        self._last: dict[str, float] = {}
        self._served = Served(0, 0, float("inf"))

    def tell(self, link: Connection) -> None:
        link.recv()
        link.send(self._served)

    async def client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        host = writer.get_extra_info("sockname")[0]
        wait = self._delay * (1 + (hash(host) % 100) / 100)
        self._at_once[host] += 1
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError):
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                self._count(host)
                await asyncio.sleep(wait)
                writer.write(self._answer(head))
                await writer.drain()
        self._at_once[host] -= 1
        writer.close()

    def _count(self, host: str) -> None:
        now, old = time.monotonic(), self._served
        gap = now - self._last.get(host, float("-inf"))
        self._last[host] = now
        self._served = Served(old.requests + 1, max(old.most_at_once, self._at_once[host]), min(old.least_gap, gap))

    def _answer(self, head: bytes) -> bytes:
        if head.startswith(b"GET /robots.txt"):
            return b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
        length = str(len(self._body)).encode()
        return b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: " + length + b"\r\n\r\n" + self._body
