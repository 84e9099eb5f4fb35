"""Content encodings, each decoded with a cap on what it inflates to: a few bytes can hold gigabytes of zeros."""

import importlib
import zlib
from collections.abc import Callable, Mapping
from importlib.util import find_spec
from typing import Any, Protocol

from listener.errors import Failure, FetchError

STEP = 256 * 1024
"""Bytes that are inflated at once."""
_ANY_WRAPPER = 32 + zlib.MAX_WBITS  # gzip or zlib, told apart by the header
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_WINDOW = 23
"""Log2 of the most memory that a frame may ask for: 8 MiB, what RFC 9659 lets servers use."""


class TooLarge(Exception):
    """The body grew past the cap; kept is what fits."""

    def __init__(self, kept: bytes) -> None:
        super().__init__("body over the cap")
        self.kept = kept


class Damaged(Exception):
    """The compressed bytes are not what they should be."""


class Decoder(Protocol):
    """Bytes of one body, as they come."""

    def feed(self, chunk: bytes, room: int) -> bytes:
        """What a further piece decodes to. TooLarge beyond room bytes; Damaged."""
        ...

    def complete(self) -> bool:
        """Whether the body may end here."""
        ...


class Plain:
    """Bytes as they are."""

    def feed(self, chunk: bytes, room: int) -> bytes:
        if len(chunk) > room:
            raise TooLarge(chunk[:room])
        return chunk

    def complete(self) -> bool:
        return True  # the transport counts the bytes


class Inflate:
    """gzip and deflate, the latter with or without its zlib wrapper, both being found in the wild."""

    def __init__(self) -> None:
        self._machine = zlib.decompressobj(_ANY_WRAPPER)
        self._first = True

    def feed(self, chunk: bytes, room: int) -> bytes:
        out = bytearray()
        while True:
            most = min(STEP, room + 1 - len(out))
            part = self._step(chunk, most)
            out += part
            _within(out, room)
            chunk = self._rest()
            if not chunk and len(part) < most:
                return bytes(out)

    def _step(self, chunk: bytes, most: int) -> bytes:
        try:
            part = self._machine.decompress(chunk, most)
        except zlib.error as error:
            if not self._first:
                raise Damaged from error
            self._machine = zlib.decompressobj(-zlib.MAX_WBITS)
            try:
                part = self._machine.decompress(chunk, most)
            except zlib.error as worse:
                raise Damaged from worse
        self._first = False
        return part

    def _rest(self) -> bytes:
        """Input that is still to be read: what the cap on one step left, or a further gzip member."""
        if not self._machine.eof:
            return self._machine.unconsumed_tail
        rest = self._machine.unused_data
        if not rest.startswith(_GZIP_MAGIC):
            return b""
        self._machine = zlib.decompressobj(_ANY_WRAPPER)
        return rest

    def complete(self) -> bool:
        return self._first or self._machine.eof


class Brotli:
    """br."""

    def __init__(self) -> None:
        self._library: Any = importlib.import_module("brotli")
        self._machine = self._library.Decompressor()
        self._first = True

    def feed(self, chunk: bytes, room: int) -> bytes:
        out, given = bytearray(), chunk
        try:
            while not self._machine.is_finished():
                part = self._machine.process(given, output_buffer_limit=min(STEP, room + 1 - len(out)))
                given, self._first = b"", False
                out += part
                _within(out, room)
                if not part and self._machine.can_accept_more_data():
                    break
        except self._library.error as error:
            raise Damaged from error
        return bytes(out)

    def complete(self) -> bool:
        return self._first or self._machine.is_finished()


class Zstandard:
    """zstd, any number of frames."""

    def __init__(self) -> None:
        self._library: Any = importlib.import_module("backports.zstd")
        self._machine = self._new()
        self._first = True

    def _new(self) -> Any:
        return self._library.ZstdDecompressor(
            options={self._library.DecompressionParameter.window_log_max: _ZSTD_WINDOW}
        )

    def feed(self, chunk: bytes, room: int) -> bytes:
        out = bytearray()
        try:
            while True:
                if self._machine.eof:
                    chunk = self._machine.unused_data + chunk
                    if not chunk:
                        return bytes(out)
                    self._machine = self._new()
                out += self._machine.decompress(chunk, min(STEP, room + 1 - len(out)))
                chunk, self._first = b"", False
                _within(out, room)
                if self._machine.needs_input and not self._machine.eof:
                    return bytes(out)
        except self._library.ZstdError as error:
            raise Damaged from error

    def complete(self) -> bool:
        return self._first or self._machine.eof


def _within(out: bytearray, room: int) -> None:
    if len(out) > room:
        raise TooLarge(bytes(out[:room]))


def _there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ModuleNotFoundError:  # its parent package is not there either
        return False


_DECODERS: Mapping[str, Callable[[], Decoder]] = {
    "": Plain,
    "identity": Plain,
    "gzip": Inflate,
    "x-gzip": Inflate,
    "deflate": Inflate,
    **({"br": Brotli} if _there("brotli") else {}),
    **({"zstd": Zstandard} if _there("backports.zstd") else {}),
}
ACCEPT_ENCODING = ", ".join(name for name in ("gzip", "deflate", "br", "zstd") if name in _DECODERS)
"""What we ask for: what can be read here, and nothing else."""


def decoder(encoding: str, where: str) -> Decoder:
    """For a Content-Encoding header. FetchError for one that was not asked for."""
    make = _DECODERS.get(encoding.strip().lower())
    if make is None:
        said = f"content encoding {encoding.strip().lower()!r} was not asked for"
        raise FetchError(said, failure=Failure.BAD_CONTENT, where=where)
    return make()
