"""What commands read and write: JSONL in UTF-8 whatever the locale, standard input for "-" or no file."""

import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import IO, Any, TypeVar

from listener.errors import ListenerError, WrongUse
from listener.wire import Line, read_lines, to_line

T = TypeVar("T")

STANDARD = "-"


@contextmanager
def opened(name: str | None) -> Iterator[IO[bytes]]:
    """The bytes of a file, or of standard input. WrongUse where the file cannot be read."""
    if name in (None, STANDARD):
        yield sys.stdin.buffer
        return
    path = Path(str(name))
    try:
        stream = path.open("rb")
    except OSError as error:
        raise WrongUse(f"cannot be read: {error.strerror}", where=str(path)) from None
    with stream:
        yield stream


def objects(name: str | None) -> Iterator[Line]:
    """The objects of a JSONL file or of standard input."""
    with opened(name) as stream:
        yield from read_lines(stream, "standard input" if name in (None, STANDARD) else str(name))


def write(values: Iterable[Mapping[str, Any]], *, at_once: bool = False) -> None:
    """JSONL on standard output. at_once: each line leaves when it is there, for work that takes its time."""
    stream = sys.stdout.buffer
    try:
        for value in values:
            stream.write(to_line(value).encode() + b"\n")
            if at_once:
                stream.flush()
    finally:
        stream.flush()


def write_text(text: str, out: str | None = None) -> None:
    """Text to a file, or to standard output."""
    write_chunks([text.encode()], out)


def write_chunks(chunks: Iterable[bytes], out: str | None = None) -> None:
    """Bytes to a file, or to standard output. A file appears whole or not at all; ListenerError where it cannot."""
    if out in (None, STANDARD):
        sys.stdout.buffer.writelines(chunks)
        sys.stdout.buffer.flush()
        return
    path = Path(str(out))
    draft = path.with_name(f".{path.name}.part")
    try:
        with draft.open("wb") as stream:
            stream.writelines(chunks)
        draft.replace(path)
    except OSError as error:
        raise ListenerError(f"cannot be written: {error.strerror}", where=str(path)) from None
    finally:
        with suppress(OSError):
            draft.unlink(missing_ok=True)


def batches(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """Consecutive items, at most size at a time."""
    iterator = iter(items)
    while batch := list(islice(iterator, size)):
        yield batch


def progress(items: Iterable[T], what: str, every: int = 500) -> Iterator[T]:
    """The same items; how many have passed is shown on standard error when that is a terminal."""
    shown = sys.stderr.isatty()
    count = 0
    for item in items:
        yield item
        count += 1
        if shown and count % every == 0:
            print(f"\r{count} {what}", end="", file=sys.stderr, flush=True)
    if shown and count >= every:
        print(f"\r{count} {what}", file=sys.stderr)
