"""The socket of the inbox."""

import socket

from listener.serve import bind


def test_answers_are_sent_at_once() -> None:
    with bind("127.0.0.1", 0) as listening:
        assert listening.proto == socket.IPPROTO_TCP, "asyncio sets TCP_NODELAY by it"
