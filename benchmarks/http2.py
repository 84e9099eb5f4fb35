"""What HTTP/2 costs and gains a crawler that asks each host one thing at a time: `python -m benchmarks.http2`.

Pages of 20 KB over TLS from many hosts on loopback, each host kept open and read in turn, as a crawler does; the same
server (hypercorn, in another process) answers HTTP/1.1 through the transport that is the default and HTTP/2 through
the other. Processor time of the client and time of the wall a page, and the bytes that go out for a request.
Needs the packages hypercorn and trustme.
"""

import argparse
import asyncio
import contextlib
import multiprocessing
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import httpx

from listener.http.http2 import Http2Transport
from listener.http.transport import AiohttpTransport

BODY = b"<p>strona</p>" * 1600
ROUNDS = 3


async def _app(scope: dict[str, Any], receive: Callable[..., Any], send: Callable[..., Any]) -> None:
    if scope["type"] == "http":
        headers = [(b"content-type", b"text/html"), (b"content-length", str(len(BODY)).encode())]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": BODY})
    elif scope["type"] == "lifespan":
        while (await receive())["type"] != "lifespan.shutdown":
            await send({"type": "lifespan.startup.complete"})
        await send({"type": "lifespan.shutdown.complete"})


def _serve(link: Connection, names: Sequence[str], folder: str) -> None:
    import socket

    import hypercorn.asyncio
    import hypercorn.config
    import trustme

    signs, place = trustme.CA(), Path(folder)
    signs.cert_pem.write_to_path(place / "authority.pem")
    own = signs.issue_cert(*names)
    own.private_key_and_cert_chain_pem.write_to_path(place / "own.pem")
    with socket.socket() as free:
        free.bind((names[0], 0))
        port = free.getsockname()[1]
    config = hypercorn.config.Config()
    config.bind = [f"{name}:{port}" for name in names]
    config.certfile = config.keyfile = str(place / "own.pem")
    config.keep_alive_timeout = 600
    config.errorlog = None
    link.send(port)
    asyncio.run(hypercorn.asyncio.serve(_app, config))  # type: ignore[arg-type]


@contextlib.contextmanager
def served(names: Sequence[str], folder: str) -> Iterator[list[str]]:
    """The addresses of so many hosts."""
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs, names, folder), daemon=True)
    process.start()
    try:
        port = ours.recv()
        _wait(names[-1], port)
        yield [f"https://{name}:{port}" for name in names]
    finally:
        process.terminate()
        process.join()


def _wait(name: str, port: int) -> None:
    import socket

    end = time.monotonic() + 20
    while time.monotonic() < end:
        with contextlib.suppress(OSError), socket.create_connection((name, port), timeout=1):
            return
        time.sleep(0.05)
    raise SystemExit("the server does not start")


async def _cost(transport: httpx.AsyncBaseTransport, urls: Sequence[str], pages: int) -> tuple[float, float]:
    """Milliseconds of processor time, and of the wall, a page; all hosts read at once, each one page at a time."""
    async with httpx.AsyncClient(transport=transport, trust_env=False, timeout=60) as client:

        async def host(url: str, count: int) -> None:
            for number in range(count):
                response = await client.get(f"{url}/{number}")
                assert len(response.content) == len(BODY)

        await asyncio.gather(*(host(url, 1) for url in urls))
        each = max(1, pages // len(urls))
        cpu, wall = time.process_time(), time.perf_counter()
        await asyncio.gather(*(host(url, each) for url in urls))
        count = each * len(urls) / 1000
        return (time.process_time() - cpu) / count, (time.perf_counter() - wall) / count


def _plain() -> AiohttpTransport:
    return AiohttpTransport(allow_private=True, connections=100)


def _second() -> Http2Transport:
    return Http2Transport(_plain(), allow_private=True, connections=100, connect=10.0, read=20.0)


def main() -> None:
    """Prints a line for each number of hosts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pages", type=int, default=600)
    pages = parser.parse_args().pages
    names = [f"127.0.0.{number}" for number in range(1, 33)]
    with tempfile.TemporaryDirectory() as folder, served(names, folder) as urls:
        os.environ["SSL_CERT_FILE"] = str(Path(folder) / "authority.pem")
        for hosts in (1, 32):
            rounds = [
                [asyncio.run(_cost(make(), urls[:hosts], pages)) for make in (_plain, _second)] for _ in range(ROUNDS)
            ]
            (cpu1, wall1), (cpu2, wall2) = (
                tuple(statistics.median(one[way][n] for one in rounds) for n in (0, 1)) for way in (0, 1)
            )
            print(
                f"{hosts:3} hosts: HTTP/1.1 {cpu1:.2f} ms of processor, {wall1:.2f} ms of the wall a page; "
                f"HTTP/2 {cpu2:.2f} ms ({cpu2 / cpu1:.1f}x), {wall2:.2f} ms ({wall2 / wall1:.1f}x)"
            )


if __name__ == "__main__":
    main()
