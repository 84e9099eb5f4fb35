"""One log for the whole process: lines for eyes, or JSON for machines, on standard error.

Text from outside may stand in any message. It cannot forge a line, colour a terminal or turn the writing around:
control and direction characters are escaped. Registered secrets never appear. An expected failure (ListenerError)
is one line; a bug keeps its traceback.
"""

import json
import logging
import re
import sys
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import TextIO
from urllib.parse import quote

from listener.errors import ListenerError

_OURS = ("listener", "sources", "classifiers", "responders")
_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_SHORTEST_SECRET = 4  # masking anything shorter would riddle every line with stars
_MASK = "***"

_secrets: set[str] = set()


def register_secrets(values: Iterable[str]) -> None:
    """From now on these never appear in a line, neither as they are nor as a part of a URL."""
    for value in values:
        if len(value) >= _SHORTEST_SECRET:
            _secrets.update((value, quote(value, safe="")))


def mask(text: str) -> str:
    """The text with every registered secret replaced, the longest first."""
    for secret in sorted(_secrets, key=len, reverse=True):
        text = text.replace(secret, _MASK)
    return text


def escape(text: str) -> str:
    """The text on one line, with everything that could act on a terminal written out."""
    return _UNSAFE.sub(_escaped, text)


def _escaped(match: re.Match[str]) -> str:
    code = ord(match[0])
    return {9: "\\t", 10: "\\n", 13: "\\r"}.get(code) or (f"\\x{code:02x}" if code < 256 else f"\\u{code:04x}")


class _Safe(logging.Formatter):
    def __init__(self, *, debug: bool) -> None:
        super().__init__()
        self._debug = debug

    def _message(self, record: logging.LogRecord) -> str:
        return escape(mask(record.getMessage()))

    def _failure(self, record: logging.LogRecord) -> tuple[str, list[str]]:
        """What went wrong in one line, and the lines of the traceback where it is of use."""
        error = record.exc_info[1] if record.exc_info else None
        if error is None:
            return "", []
        if isinstance(error, ListenerError) and not self._debug:
            return escape(mask(str(error))), []
        lines = self.formatException(record.exc_info).split("\n") if record.exc_info else []
        return escape(mask(f"{type(error).__name__}: {error}")), [escape(mask(line)) for line in lines]


class HumanFormatter(_Safe):
    """`2025-01-31T12:00:00Z warning crawl: text`; a traceback follows indented."""

    def format(self, record: logging.LogRecord) -> str:
        failure, traceback = self._failure(record)
        head = f"{_moment(record)} {record.levelname.lower()} {record.name.removeprefix('listener.')}: "
        line = head + self._message(record) + (f": {failure}" if failure else "")
        return "\n".join([line, *(f"    | {text}" for text in traceback)])


class JsonFormatter(_Safe):
    """An object a line: time, level, logger, message, and error and traceback where there are any."""

    def format(self, record: logging.LogRecord) -> str:
        failure, traceback = self._failure(record)
        entry: dict[str, object] = {
            "time": _moment(record),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": self._message(record),
        }
        if failure:
            entry["error"] = failure
        if traceback:
            entry["traceback"] = traceback
        return json.dumps(entry, ensure_ascii=False)


def _moment(record: logging.LogRecord) -> str:
    moment = datetime.fromtimestamp(record.created, tz=UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


_FORMATTERS: dict[str, Callable[..., logging.Formatter]] = {"human": HumanFormatter, "json": JsonFormatter}


def set_up(
    *, log_format: str = "human", level: str = "info", debug: bool = False, stream: TextIO | None = None
) -> None:
    """Sends every log of the process to one stream (standard error). Calling it again replaces what was set up.

    log_format: human or json. level: for our own packages; others speak from warning up, or all with debug.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(_FORMATTERS[log_format](debug=debug))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO if debug else logging.WARNING)
    for name in _OURS:
        logging.getLogger(name).setLevel(logging.DEBUG if debug else level.upper())
