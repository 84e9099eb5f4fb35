"""Stored things as rows, and rows as JSONL, CSV or Parquet."""

import csv
import importlib
import importlib.util
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, TypeVar

from listener.errors import WrongUse
from listener.model import Delivery, HistoryEntry, Post, StoredPost, Ticket
from listener.storage import Storage, Transaction
from listener.wire import stored_to_json, to_json, to_line

T = TypeVar("T")
Row = Mapping[str, Any]
Columns = Sequence[str]
Writer = Callable[[Columns, Iterable[Row]], Iterator[bytes]]

LAYOUTS = ("jsonl", "csv", "parquet")
_BATCH = 500
_BEGINNING = datetime.min.replace(tzinfo=UTC)
_END = datetime.max.replace(tzinfo=UTC)
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


# --- rows ---------------------------------------------------------------------------------------------------


def _all(
    storage: Storage, read: Callable[[Transaction, Any], Sequence[T]], mark: Callable[[T], int], start: int | None
) -> Iterator[T]:
    """Everything, a batch a transaction, so that no reader holds the database for long. mark: where the next begins."""
    position = start
    while True:
        with storage.read() as tx:
            batch = read(tx, position)
        yield from batch
        if len(batch) < _BATCH:
            return
        position = mark(batch[-1])


def _stored(storage: Storage) -> Iterator[StoredPost]:
    def read(tx: Transaction, after: int) -> Sequence[StoredPost]:
        return tx.posts.between(_BEGINNING, _END, after=after, limit=_BATCH)

    return _all(storage, read, lambda stored: stored.id, 0)


def _posts(storage: Storage) -> Iterator[Row]:
    return map(stored_to_json, _stored(storage))


def _mentions(storage: Storage) -> Iterator[Row]:
    return (stored_to_json(stored) for stored in _stored(storage) if stored.mentions)


def _tickets(storage: Storage) -> Iterator[Row]:
    def read(tx: Transaction, before: int | None) -> Sequence[Ticket]:
        return tx.tickets.listing(None, _BATCH, before=before)

    return map(to_json, _all(storage, read, lambda ticket: ticket.id, None))


def _deliveries(storage: Storage) -> Iterator[Row]:
    def read(tx: Transaction, after: int) -> Sequence[Delivery]:
        return tx.outbox.deliveries(after, _BATCH)

    return map(to_json, _all(storage, read, lambda delivery: delivery.id, 0))


def _audit(storage: Storage) -> Iterator[Row]:
    def read(tx: Transaction, after: int) -> Sequence[tuple[int, HistoryEntry]]:
        return tx.people.audit(after, _BATCH)

    return (to_json(entry) for _, entry in _all(storage, read, lambda row: row[0], 0))


def _labels(storage: Storage) -> Iterator[Row]:
    """People's corrections as `listener train --data` reads them; the latest word on each post and field stands."""
    latest: dict[int, dict[str, Any]] = {}
    with storage.read() as tx:
        for label in tx.people.labels():
            said = {name: value for name, value in label.corrected.items() if name in _LABELS}
            if said and label.text:
                row = latest.setdefault(label.post_id, dict.fromkeys(_CORRECTED))
                row |= {"id": f"label-{label.post_id}", "text": label.text, "origin": "corrections", "by": label.by}
                row |= {"recorded_at": label.at.isoformat(), **said}
    return ({name: value for name, value in row.items() if value is not None} for row in latest.values())


def _names(cls: Any) -> Columns:
    return [field.name for field in fields(cls)]


_LABELS = ("intents", "urgency", "sentiment", "topics")
_CORRECTED = ["id", "text", *_LABELS, "origin", "by", "recorded_at"]
_STORED = [*(name for name in _names(Post)), "id", "revisions", "deleted_at", "classification", "mentions"]

EXPORTS: Mapping[str, tuple[Columns, Callable[[Storage], Iterator[Row]]]] = {
    "posts": (_STORED, _posts),
    "mentions": (_STORED, _mentions),
    "tickets": (_names(Ticket), _tickets),
    "deliveries": (_names(Delivery), _deliveries),
    "audit": (_names(HistoryEntry), _audit),
    "labels": (_CORRECTED, _labels),
}


# --- layouts ------------------------------------------------------------------------------------------------


def writer(layout: str) -> Writer:
    """How rows become bytes. WrongUse for a layout that needs what is not installed, before anything is read."""
    if layout == "parquet" and importlib.util.find_spec("pyarrow") is None:
        raise WrongUse("needs pyarrow", where="--format parquet", mend="pip install pyarrow, or use --format csv")
    return {"jsonl": _jsonl, "csv": _csv, "parquet": _parquet}[layout]


def _jsonl(columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
    return (to_line(row).encode() + b"\n" for row in rows)


def _csv(columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
    """RFC 4180 with a header, in UTF-8."""
    line = io.StringIO()
    out = csv.writer(line, lineterminator="\r\n")
    out.writerow(columns)
    for row in rows:
        yield _taken(line)
        out.writerow([neutral(_flat(row.get(column))) for column in columns])
    yield _taken(line)


def _taken(line: io.StringIO) -> bytes:
    text = line.getvalue()
    line.seek(0)
    line.truncate()
    return text.encode("utf-8", "backslashreplace")


def _flat(value: object) -> object:
    """Lists and objects as JSON in one cell."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def neutral(cell: object) -> object:
    """Text that a spreadsheet would run as a formula, with an apostrophe before it."""
    if isinstance(cell, str) and cell.lstrip(" ").startswith(_FORMULA):
        return f"'{cell}"
    return cell


def _parquet(columns: Columns, rows: Iterable[Row]) -> Iterator[bytes]:
    arrow, parquet = importlib.import_module("pyarrow"), importlib.import_module("pyarrow.parquet")
    table = arrow.Table.from_pylist([{column: _flat(row.get(column)) for column in columns} for row in rows])
    sink = io.BytesIO()
    parquet.write_table(table, sink)
    yield sink.getvalue()
