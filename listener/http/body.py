"""Reads a response's body with a cap on what it inflates to: a few kilobytes of gzip can hold gigabytes of zeros."""

import zlib
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Protocol

from listener.errors import Failure, FetchError

ACCEPT_ENCODING = "gzip, deflate"
ANY_WRAPPER = 32 + zlib.MAX_WBITS  # gzip or zlib, told apart by the header
GZIP_MAGIC = b"\x1f\x8b"
STEP = 256 * 1024


@dataclass(frozen=True, slots=True)
class Body:
    """The decoded bytes, how many came over the wire, and whether the cap cut the body off."""

    content: bytes
    wire: int
    cut: bool = False


class _TooLarge(Exception):
    """The body grew past the cap; kept is what fits."""

    def __init__(self, kept: bytes) -> None:
        super().__init__("body over the cap")
        self.kept = kept


class _Decoder(Protocol):
    def feed(self, chunk: bytes, room: int) -> bytes: ...

    def complete(self) -> bool: ...


class _Plain:
    def feed(self, chunk: bytes, room: int) -> bytes:
        if len(chunk) > room:
            raise _TooLarge(chunk[:room])
        return chunk

    def complete(self) -> bool:
        return True  # the transport counts the bytes


class _Inflate:
    """gzip and deflate, the latter with or without its zlib wrapper, both being found in the wild."""

    def __init__(self) -> None:
        self._machine = zlib.decompressobj(ANY_WRAPPER)
        self._first = True

    def feed(self, chunk: bytes, room: int) -> bytes:
        out = bytearray()
        while True:
            most = min(STEP, room + 1 - len(out))
            part = self._step(chunk, most)
            out += part
            if len(out) > room:
                raise _TooLarge(bytes(out[:room]))
            chunk = self._rest()
            if not chunk and len(part) < most:
                return bytes(out)

    def _step(self, chunk: bytes, most: int) -> bytes:
        try:
            part = self._machine.decompress(chunk, most)
        except zlib.error:
            if not self._first:
                raise
            self._machine = zlib.decompressobj(-zlib.MAX_WBITS)
            part = self._machine.decompress(chunk, most)
        self._first = False
        return part

    def _rest(self) -> bytes:
        """Input that is still to be read: what the cap on one step left, or a further gzip member."""
        if not self._machine.eof:
            return self._machine.unconsumed_tail
        rest = self._machine.unused_data
        if not rest.startswith(GZIP_MAGIC):
            return b""
        self._machine = zlib.decompressobj(ANY_WRAPPER)
        return rest

    def complete(self) -> bool:
        return self._first or self._machine.eof


def _decoder(encoding: str, where: str) -> _Decoder:
    if encoding in ("", "identity"):
        return _Plain()
    if encoding in ("gzip", "x-gzip", "deflate"):
        return _Inflate()
    raise FetchError(f"content encoding {encoding!r} was not asked for", failure=Failure.BAD_CONTENT, where=where)


async def read_capped(chunks: AsyncIterator[bytes], encoding: str, cap: int, where: str) -> Body:
    """The body, decoded, up to cap bytes. One that is damaged or was cut short on its way raises FetchError."""
    decoder = _decoder(encoding.strip().lower(), where)
    content, wire = bytearray(), 0
    try:
        async for chunk in chunks:
            wire += len(chunk)
            content += decoder.feed(chunk, cap - len(content))
            if wire > cap:
                return Body(bytes(content), wire, cut=True)
    except _TooLarge as over:
        return Body(bytes(content) + over.kept, wire, cut=True)
    except zlib.error as error:
        raise FetchError("the compressed body is damaged", failure=Failure.BAD_CONTENT, where=where) from error
    if not decoder.complete():
        raise FetchError("the body was cut short", failure=Failure.TRANSIENT, where=where)
    return Body(bytes(content), wire)
