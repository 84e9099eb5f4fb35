"""Applications on loopback, each on a port of its own, in one thread beside whatever else the process does."""

import asyncio
import socket
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import uvicorn
from fastapi import FastAPI

from listener.errors import ListenerError
from listener.serve import bind

LOOPBACK = "127.0.0.1"
_LAST_PORT = 65535


def bind_near(port: int) -> socket.socket:
    """A listening socket on loopback: at this port, or at a free one where it is taken, no port, or 0."""
    try:
        return bind(LOOPBACK, port if port <= _LAST_PORT else 0)
    except ListenerError:
        return bind(LOOPBACK, 0)


@dataclass(frozen=True, slots=True)
class _Site:
    server: uvicorn.Server
    sock: socket.socket


class LocalServers:
    """Serves applications by name while it is entered: `with LocalServers({"forum": app}) as servers`.

    near: the first of them listens there and the others on the ports after it, where those are free; 0 for any.
    Leaving lets answers in hand go out, then closes.
    """

    def __init__(self, apps: Mapping[str, FastAPI], near: int = 0) -> None:
        self._sites: dict[str, _Site] = {}
        for place, (name, app) in enumerate(apps.items()):
            self._sites[name] = _Site(_server(app), bind_near(near + place if near else 0))
        self._started = threading.Event()
        self._thread = threading.Thread(target=self._run, name="demo-servers", daemon=True)

    def url(self, name: str) -> str:
        """http://127.0.0.1:PORT/"""
        port: int = self._sites[name].sock.getsockname()[1]
        return f"http://{LOOPBACK}:{port}/"

    def __enter__(self) -> Self:
        self._thread.start()
        self._started.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for site in self._sites.values():
            site.server.should_exit = True
        self._thread.join()
        for site in self._sites.values():
            site.sock.close()

    def _run(self) -> None:
        asyncio.run(self._serve())

    async def _serve(self) -> None:
        # connections that come before a server is up wait in the listening socket: they are answered, not refused
        serving = [asyncio.ensure_future(site.server.serve(sockets=[site.sock])) for site in self._sites.values()]
        self._started.set()
        await asyncio.gather(*serving)


def _server(app: FastAPI) -> uvicorn.Server:
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=2)
    return uvicorn.Server(config)
