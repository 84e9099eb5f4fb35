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

LOOPBACK = "127.0.0.1"


def bind(port: int) -> socket.socket:
    """A listening socket on loopback; port 0 takes a free one. ListenerError where the port is taken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((LOOPBACK, port))
        sock.listen(128)
    except OSError as error:
        sock.close()
        reason = (error.strerror or str(error)).lower()
        mend = "stop what uses it, or choose another: --port 8081"
        raise ListenerError(f"the port cannot be used: {reason}", where=f"{LOOPBACK}:{port}", mend=mend) from None
    except OverflowError:
        sock.close()
        raise ListenerError("no such port", where=f"{LOOPBACK}:{port}", mend="use 0 to 65535") from None
    return sock


@dataclass(frozen=True, slots=True)
class _Site:
    server: uvicorn.Server
    sock: socket.socket


class LocalServers:
    """Serves applications by name while it is entered; `with LocalServers({"forum": app}) as servers`.

    ports: name -> port, 0 (the default) for a free one. Leaving lets answers in hand go out, then closes.
    """

    def __init__(self, apps: Mapping[str, FastAPI], ports: Mapping[str, int] | None = None) -> None:
        self._sites: dict[str, _Site] = {}
        try:
            for name, app in apps.items():
                self._sites[name] = _Site(_server(app), bind((ports or {}).get(name, 0)))
        except ListenerError:
            self._close()
            raise
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
        self._close()

    def _close(self) -> None:
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
