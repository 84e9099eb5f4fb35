"""The running service: the engine and the inbox on one event loop, until somebody says stop.

The first SIGTERM or Ctrl-C finishes what is in hand and leaves with 0 (130 for Ctrl-C); a second one leaves at once.
"""

import asyncio
import contextlib
import logging
import os
import signal
import socket
from collections.abc import AsyncIterator, Callable, Iterator

import uvicorn

from listener.app import Listener
from listener.engine.embedded import Embedded
from listener.errors import ListenerError
from listener.web import WebSettings, make_app
from listener.web.hooks import HookDoor
from listener.web.slack import SlackRequests, add_slack

log = logging.getLogger("listener.serve")

INTERRUPTED = 130


class _Server(uvicorn.Server):
    """uvicorn without its own signal handling: ours stops the engine first."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def web_settings(house: Listener, *, port: int, demo: bool = False) -> WebSettings:
    """The inbox as configured, at the port it was really bound to."""
    web = house.settings.web
    secret = {"secret": web.secret.get_secret_value()} if web.secret else {}
    return WebSettings(
        host=web.host,
        port=port,
        public_url=web.public_url,
        api_tokens={name: token.get_secret_value() for name, token in web.api_tokens.items()},
        language=web.language.value,
        zone=web.zone,
        session_hours=web.session_hours,
        demo=demo,
        **secret,
    )


def bind(host: str, port: int) -> socket.socket:
    """A listening socket. ListenerError where the port is taken or may not be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # TCP by name: asyncio sends small packets at once (TCP_NODELAY) only where the socket says that it is TCP, and each
    # answer on a kept connection would else wait 40 ms for the other side
    listening = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ListenerError(
            f"cannot listen there: {error.strerror}",
            where=f"{host}:{port}",
            mend="stop the program that uses the port, or choose another ([web] port, --port)",
        ) from error
    return listening


async def serve(
    house: Listener, listening: socket.socket, *, demo: bool = False, ready: Callable[[], None] = lambda: None
) -> int:
    """Runs the house until a signal. ready: called once when the inbox answers. Returns the exit code."""
    port = listening.getsockname()[1]
    sent = HookDoor(hooks=house.arrivals.hooks, keep=house.arrivals.keep, clock=house.clock, woken=house.arrived)
    app = make_app(house.desk, web_settings(house, port=port, demo=demo), clock=house.clock, sent=sent)
    for door in house.doors:
        if isinstance(door, SlackRequests):
            add_slack(app, door)
    server = _Server(
        uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", timeout_graceful_shutdown=5)
    )
    async with house.http() as http:
        engine = house.make_engine(http)
        house.engine[:] = [engine]
        async with _signals(lambda: _stop(engine, server)) as received, _doors(house):
            web = asyncio.create_task(server.serve(sockets=[listening]))
            work = asyncio.create_task(engine.run())
            announce = asyncio.create_task(_announce(server, ready))
            await asyncio.wait((web, work), return_when=asyncio.FIRST_COMPLETED)
            _stop(engine, server)
            await asyncio.gather(web, work)
            announce.cancel()
    return INTERRUPTED if signal.SIGINT in received else 0


@contextlib.asynccontextmanager
async def _doors(house: Listener) -> AsyncIterator[None]:
    """Opens the other ways in. One that cannot be opened is told of; the service does its work without it."""
    opened = []
    for door in house.doors:
        try:
            await asyncio.to_thread(door.start)
        except (ListenerError, OSError) as error:
            log.error("%s", error)  # noqa: TRY400 - expected: a line for a person, no trace
        else:
            opened.append(door)
    try:
        yield
    finally:
        for door in opened:
            await asyncio.to_thread(door.close)


async def once(house: Listener) -> int:
    """One full pass, then out. 1 where a source failed."""
    with house.storage.exclusive():
        async with house.http() as http:
            engine = house.make_engine(http)
            async with _signals(engine.stop) as received:
                reports = await engine.once()
    for report in reports:
        log.info("%s: %s", report.source, report.tally)
    if received:
        return INTERRUPTED
    return 1 if any(report.failure for report in reports) else 0


def _stop(engine: Embedded, server: _Server) -> None:
    engine.stop()
    server.should_exit = True


async def _announce(server: _Server, ready: Callable[[], None]) -> None:
    while not server.started:
        await asyncio.sleep(0.01)  # uvicorn has no event for it
    ready()


@contextlib.asynccontextmanager
async def _signals(stop: Callable[[], None]) -> AsyncIterator[list[int]]:
    """Calls stop at the first SIGTERM or SIGINT, leaves the process at the second. Gives what was received."""
    received: list[int] = []
    loop = asyncio.get_running_loop()

    def on(number: int) -> None:
        received.append(number)
        if len(received) > 1:
            os._exit(INTERRUPTED)
        log.info("finishing what is in hand; press Ctrl-C again to leave at once")
        stop()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, on, number)
    try:
        yield received
    finally:
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
