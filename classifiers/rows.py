"""Labelled rows: JSON lines (gzip or plain) with the fields of the labelling guidelines, read into typed values."""

import gzip
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import labels
from listener.errors import ModelError

MEND = "each line is a JSON object with text, intents, urgency, sentiment and topics; see docs/model/guidelines.md"


SILVER_WEIGHT = 1.0
"""What a held row of a silver set counts against a row labelled by the guidelines."""
CHATTER_WEIGHT = 6.0
"""The same of a held portal comment: ordinary talk is far commoner than its share of the data, and each false alarm on
it wakes somebody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A text with what is known of it.

    known: label -> whether it holds; labels that are not there are unknown (disputed, or never looked at). group:
    who wrote it or where it is from, kept together in cross-validation. weight: how much it counts in training.
    silver: what another set says of it, in that set's own words; such rows teach transfer heads only, except held
    ones: no transfer head sees those before the second layer has learned from them how far to trust it. evidence:
    pieces of the text that carry the complaint or the urgency.
    """

    text: str
    known: Mapping[str, bool]
    language: str | None = None
    group: str = ""
    domain: str = ""
    weight: float = 1.0
    recorded_at: str = ""
    silver: Mapping[str, bool] = field(default_factory=dict)
    held: bool = False
    evidence: tuple[str, ...] = ()


def read(path: Path) -> list[Row]:
    """The rows of a file. ModelError names the file and line that cannot be read."""
    try:
        raw = path.read_bytes()
        text = (gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw).decode()
    except (OSError, ValueError, EOFError) as e:
        raise ModelError(f"cannot read labelled rows: {e}", where=str(path), mend="check the file") from e
    return parse(text.split("\n"), str(path))


def parse(lines: Iterable[str], where: str) -> list[Row]:
    """Rows of JSON lines; empty lines are passed over. where: what errors name."""
    rows: list[Row] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                rows.append(row(json.loads(line)))
            except (ValueError, TypeError, KeyError, AttributeError) as e:
                raise ModelError(f"not a labelled row: {e}", where=f"{where}, line {number}", mend=MEND) from e
    return rows


def row(data: Mapping[str, Any]) -> Row:
    """One row from its JSON object. ValueError or KeyError where a field is missing or a value unknown."""
    if "silver" in data:
        return _silver(data)
    disputed = set(data.get("disputed") or ())
    known: dict[str, bool] = {}
    for key, names in (("intents", labels.INTENTS), ("topics", labels.TOPICS)):
        if key in data:
            known |= _flags(data[key], names)
    for key, names in (("sentiment", labels.SENTIMENTS), ("urgency", labels.URGENCIES)):
        if key in data and key not in disputed:
            known |= _flags([data[key]], names)
    known = {name: holds for name, holds in known.items() if name not in disputed}
    origin = str(data.get("origin") or data.get("source") or "")
    writer = str(data.get("id") or "")[:1] if origin == "composed" else ""
    return Row(
        text=_text(data),
        known=known,
        language=data.get("lang") or data.get("language"),
        group=str(data.get("group") or (f"composed-{writer}" if writer else origin)),
        domain=str(data.get("domain") or ""),
        weight=float(data.get("weight", 1.0)),
        recorded_at=str(data.get("recorded_at") or ""),
        evidence=tuple(str(piece) for piece in data.get("evidence") or ()),
    )


_SETS = ("complaint_en", "stars_5", "opinion_mixed", "chatter")
"""Heads that name the set a silver row is from, in figures."""


def _silver(data: Mapping[str, Any]) -> Row:
    held = data.get("held") or {}
    known = {name: bool(holds) for name, holds in held.items() if name in labels.FLAGS}
    for key, names in (("sentiment", labels.SENTIMENTS), ("urgency", labels.URGENCIES)):
        if key in held:
            known |= _flags([held[key]], names)
    silver = {str(name): bool(holds) for name, holds in data["silver"].items()}
    return Row(
        text=_text(data),
        known=known,
        language=data.get("lang"),
        group=f"silver-{next((name for name in _SETS if name in silver), 'other')}",
        silver=silver,
        held=bool(held),
        weight=CHATTER_WEIGHT if silver.get("chatter") else SILVER_WEIGHT,
    )


def _text(data: Mapping[str, Any]) -> str:
    if not isinstance(data["text"], str):
        raise TypeError("text is not a string")
    return data["text"]


def _flags(values: Sequence[str], names: Sequence[str]) -> dict[str, bool]:
    if unknown := [value for value in values if value not in names]:
        raise ValueError(f"unknown label {unknown[0]!r}")
    return {name: name in values for name in names}


def targets(rows: Sequence[Row], names: Sequence[str] = labels.ALL) -> NDArray[np.float64]:
    """(rows, names): 1 holds, 0 does not, NaN unknown."""
    return np.array([[_number(row.known.get(name)) for name in names] for row in rows]).reshape(len(rows), len(names))


def _number(holds: bool | None) -> float:
    return float("nan") if holds is None else float(holds)


def digest(path: Path) -> str:
    """sha256 of a data file, as metadata keeps it."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
