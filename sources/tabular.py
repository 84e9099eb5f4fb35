"""Posts in a table as spreadsheets save it: columns named as the fields of a Post, one post a row.

Separated by commas, semicolons or tabs (found out from the header, or from Excel's own "sep=;"); UTF-8 with or without
its mark, UTF-16 as Excel's "Unicode text", or Windows-1250. What is wrong is WrongUse naming the line and the mend.
Nothing is kept between two readings, so that a file can be read once to see whether all of it can be used.
"""

import codecs
import csv
import difflib
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import datetime
from io import TextIOWrapper
from typing import IO, Any

from listener.dates import parse_date
from listener.errors import WrongUse
from listener.model import Post
from listener.wire import post_from_json

NAMES = tuple(field.name for field in fields(Post))
NEEDED = ("source", "native_id", "url", "text")
KIND = "csv"
"""Of posts whose table has no column for it."""
LARGEST_CELL = 1_000_000
_CHUNK = 1 << 20
_TIMES = ("published_at", "seen_at")
_NUMBERS = ("rating", "rating_scale")
_IDS = ("native_id", "thread_id", "parent_id", "author_id")
_ROUNDED = re.compile(r"\d[.,]\d+E\+\d+", re.IGNORECASE)
_YEAR = re.compile(r"\d{4}|\d[./-]\d{1,2}[./-]\d\d")
_SEPARATOR = re.compile(r"\"?sep=(.)\"?\s*$", re.IGNORECASE)
_FORMULA = "=+-@\t\r\n＝＋－＠"
_DATES = 'write "2025-01-31 14:05" or "2025-01-31T13:05:00Z"'


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How a table is read. name: of the file, for errors; zone: for dates that carry none; now: when it is read."""

    name: str
    zone: str
    now: datetime


def encoding_of(stream: IO[bytes], name: str) -> str:
    """Python's name of the encoding of a table; the stream is read to its end and put back to its beginning."""
    start = stream.read(4)
    stream.seek(0)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    for encoding in ("utf-8-sig", "cp1250"):
        if _reads_as(stream, encoding):
            return encoding
    raise WrongUse("is neither UTF-8 nor Windows-1250", where=name, mend="save it as CSV UTF-8")


def _reads_as(stream: IO[bytes], encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        while chunk := stream.read(_CHUNK):
            decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    finally:
        stream.seek(0)
    return True


def read_posts(stream: IO[bytes], reading: Reading) -> Iterator[Post]:
    """The posts of a table. stream: can be put back to its beginning, where it is left at the end."""
    text = TextIOWrapper(stream, encoding_of(stream, reading.name), newline="")
    try:
        for number, row in _rows(text, reading.name):
            yield _post(row, f"{reading.name}: line {number}", reading)
    except UnicodeDecodeError:
        raise WrongUse("is not whole: its last characters are cut", where=reading.name) from None
    finally:
        text.detach()
        stream.seek(0)


def _rows(text: TextIOWrapper, name: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and cells by column, empty rows left out."""
    head = text.readline()
    said = _SEPARATOR.match(head)
    before = 1 if said else 0
    if not said:
        text.seek(0)
    delimiter = said[1] if said else _delimiter(head)
    with _large_cells():
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        columns: Sequence[str] | None = None
        while True:
            number = before + reader.line_num + 1
            row = _next(reader, f"{name}: line {number}")
            if row is None:
                break
            if not any(cell.strip() for cell in row):
                continue
            if columns is None:
                columns = _columns(row, f"{name}: line {number}")
            else:
                yield number, _cells(columns, row, f"{name}: line {number}")
    if columns is None:
        raise WrongUse("is empty", where=name, mend=f"the first line names the columns: {', '.join(NEEDED)}")


@contextmanager
def _large_cells() -> Iterator[None]:
    before = csv.field_size_limit(LARGEST_CELL)
    try:
        yield
    finally:
        csv.field_size_limit(before)


def _next(reader: Any, where: str) -> list[str] | None:
    try:
        row: list[str] | None = next(reader, None)
    except csv.Error as error:
        mend = 'look for a quotation mark that is not closed, or not doubled ("") inside a cell'
        raise WrongUse(f"not a row of a table: {error}", where=where, mend=mend) from None
    return row


def _delimiter(head: str) -> str:
    """What parts the names of the columns into most that we know."""

    def known(delimiter: str) -> int:
        return sum(_field(cell) in NAMES for cell in head.lstrip("\ufeff").split(delimiter))

    return max(";,\t|", key=known)


def _field(cell: str) -> str:
    return re.sub(r"[\s-]+", "_", cell.strip().strip("'\"").strip().lower())


def _columns(row: Sequence[str], where: str) -> Sequence[str]:
    names = [_field(cell) for cell in row]
    for name in NEEDED:
        if name not in names:
            near = difflib.get_close_matches(name, names, n=1, cutoff=0.6)
            hint = f'rename "{near[0]}"' if near else f"columns needed: {', '.join(NEEDED)}"
            raise WrongUse(f'there is no column "{name}"', where=where, mend=hint)
    twice = next((name for name in names if name in NAMES and names.count(name) > 1), None)
    if twice:
        raise WrongUse(f'there are two columns "{twice}"', where=where)
    return names


def _cells(columns: Sequence[str], row: Sequence[str], where: str) -> dict[str, str]:
    """Cells of the columns that we know. Rows end early where the last cells are empty."""
    if any(cell.strip() for cell in row[len(columns) :]):
        mend = "put cells that hold the separator into quotation marks"
        raise WrongUse(f"has {len(row)} cells, the header {len(columns)}", where=where, mend=mend)
    return {name: _shown(cell) for name, cell in zip(columns, row, strict=False) if name in NAMES}


def _shown(cell: str) -> str:
    """Without the apostrophe that our own export puts before what a spreadsheet would run."""
    return cell[1:] if cell[:1] == "'" and cell[1:].lstrip(" ")[:1] in tuple(_FORMULA) else cell


def _post(row: dict[str, str], where: str, reading: Reading) -> Post:
    given: dict[str, Any] = {name: cell if name == "text" else cell.strip() for name, cell in row.items()}
    given = {name: cell for name, cell in given.items() if cell}
    for name in NEEDED:
        if not str(given.get(name, "")).strip():
            raise WrongUse("is empty", where=f"{where}: {name}", mend="fill the cell or leave the row out")
    for name in _IDS:
        if _ROUNDED.fullmatch(given.get(name, "")):
            mend = "Excel rounded it: format the column as text and enter it again"
            raise WrongUse(f"{given[name]} is no id", where=f"{where}: {name}", mend=mend)
    for name in _NUMBERS:
        if name in given:
            given[name] = _number(given[name], f"{where}: {name}")
    for name in _TIMES:
        if name in given:
            given[name] = _time(given[name], f"{where}: {name}", reading)
    if "quotes" in given:
        given["quotes"] = _quotes(given["quotes"], f"{where}: quotes")
    return post_from_json({"kind": KIND, "seen_at": reading.now, **given}, where)


def _number(cell: str, where: str) -> float:
    try:
        return float(cell.replace("\u00a0", "").replace(" ", "").replace(",", "."))
    except ValueError:
        raise WrongUse(f'"{cell[:40]}" is no number', where=where, mend="write 4 or 4,5") from None


def _time(cell: str, where: str, reading: Reading) -> datetime:
    dated = _YEAR.search(cell)  # "yesterday" would be another day tomorrow
    moment = parse_date(cell, now=reading.now, zone=reading.zone) if dated else None
    if moment is None:
        raise WrongUse(f'"{cell[:40]}" is no date that can be read for sure', where=where, mend=_DATES)
    return moment


def _quotes(cell: str, where: str) -> Any:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        mend = 'leave it empty, or write [{"author": "Ola", "text": "..."}]'
        raise WrongUse("must be a list as JSON", where=where, mend=mend) from None
