"""A real server for a real browser: the inbox on a free loopback port, in a thread of the test run."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import uvicorn
from fastapi import FastAPI


@contextmanager
def serving(app: FastAPI, listening: socket.socket) -> Iterator[str]:
    """Serves on an already listening socket until the block ends; gives its address."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(timeout=10)


def free_socket() -> socket.socket:
    """Bound and listening, so that the first request waits in its queue instead of failing."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.listen(64)
    return listening
