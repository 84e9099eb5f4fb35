"""A web server on loopback that answers as a test says, down to the bytes and the moment they break off."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Self, TypeVar

from listener.http import Clock

T = TypeVar("T")


@dataclass(frozen=True)
class Seen:
    """A request as the server saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Answer:
    """What to send. cut: break the connection after that many bytes of the body; wait: before answering; drip: send
    the body byte by byte, so many seconds apart."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    cut: int | None = None
    wait: float = 0.0
    drip: float = 0.0

    def bytes(self) -> bytes:
        lines = [f"HTTP/1.1 {self.status} X", f"Content-Length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        return "\r\n".join(lines).encode("latin-1") + b"\r\n\r\n"


Handler = Callable[[Seen], Answer | None]


class Site:
    """`async with Site(handler) as site:` handler returning None breaks the connection without a word.

    /robots.txt is answered 404 unless the handler is given with robots=True.
    """

    def __init__(self, handler: Handler, *, robots: bool = False) -> None:
        self._handler = handler
        self._robots = robots
        self.seen: list[Seen] = []
        self.most_at_once = 0
        self._at_once = 0
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.seen if one.path != "/robots.txt"]

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        self._tasks.add(task)
        with contextlib.suppress(ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            while await self._one(reader, writer):
                pass
        writer.close()
        with contextlib.suppress(ConnectionError):
            await writer.wait_closed()
        self._tasks.discard(task)

    async def _one(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> bool:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        method, path, _ = head[0].split(" ")
        headers = {k.strip().lower(): v.strip() for k, _, v in (line.partition(":") for line in head[1:] if line)}
        seen = Seen(method, path, headers, await reader.readexactly(int(headers.get("content-length", 0))))
        self.seen.append(seen)
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        try:
            return await self._answer(seen, writer)
        finally:
            self._at_once -= 1

    async def _answer(self, seen: Seen, writer: asyncio.StreamWriter) -> bool:
        free = seen.path == "/robots.txt" and not self._robots
        answer = Answer(404) if free else self._handler(seen)
        if answer is None:
            return False
        if answer.wait:
            await asyncio.sleep(answer.wait)
        writer.write(answer.bytes())
        for sign in answer.body if answer.drip else b"":
            writer.write(bytes([sign]))
            await asyncio.sleep(answer.drip)
        writer.write(b"" if answer.drip else answer.body[: answer.cut])
        await writer.drain()
        return answer.cut is None


class FakeClock(Clock):
    """Time that passes only when somebody sleeps; remembers how long."""

    def __init__(self) -> None:
        self.slept: list[float] = []
        self._passed = 1000.0

    def monotonic(self) -> float:
        return self._passed

    def now(self) -> datetime:
        return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=self._passed)

    async def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self._passed += seconds
        await asyncio.sleep(0)

    def pass_time(self, seconds: float) -> None:
        self._passed += seconds


def run(work: Callable[[], Awaitable[T]]) -> T:
    """Runs an async test to its end."""

    async def whole() -> T:
        return await work()

    return asyncio.run(whole(), debug=False)
