"""`listener train`: learns from labelled rows and corrections, and promotes only what is not worse.

The candidate is fitted on the shipped training rows it finds beside the code (where they are) together with the given
ones. Both models are then measured on a part of the given rows that neither saw; the present model stays unless the
candidate is at least as good there.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from classifiers import artefact, build, rows
from classifiers.evaluate import Report, compare, named
from classifiers.model import TriageClassifier
from classifiers.rows import Row
from listener.errors import ModelError
from listener.model import Classification

HELD_OUT = 5
"""One row in so many of the given ones is kept for validation."""
ENOUGH = 20
"""Fewer given rows than this say nothing about which model is better."""
HALF_LIFE_DAYS = 365.0
CORRECTION_WEIGHT = 3.0
"""What a person's correction counts against one shipped row."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A validation text on which the two models disagree: label, and whether each said it."""

    text: str
    label: str
    before: bool
    after: bool
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainResult:
    """What training came to. score_before, score_after: macro-F1 of intents and urgency on validation."""

    promoted: bool
    reason: str
    rows: int
    validation_rows: int
    score_before: float
    score_after: float
    version: str
    folder: Path
    former: Path | None
    differences: tuple[Difference, ...]


def train(paths: Sequence[Path], out: Path | None, now: datetime) -> TrainResult:
    """Trains on files of labelled rows. out: the model's folder (default: the shipped one); now: for recency.

    Returns what happened, promoted or not; the former model is kept beside as NAME.former. ModelError where rows
    cannot be read, are too few, or the folder cannot be written.
    """
    folder = out or artefact.default_path()
    given = [_weighed(row, now) for path in paths for row in rows.read(path)]
    if len(given) < ENOUGH:
        raise ModelError(f"{len(given)} labelled rows are too few", where=_names(paths), mend=f"give at least {ENOUGH}")
    held, learned = _split(given)
    shipped = build.shipped()
    known = {row.text for row in given}
    base = [row for path in shipped for row in rows.read(path) if row.text not in known]
    candidate, _ = build.make(base + learned, [*shipped, *paths])
    present = _present(folder)
    return _promote(candidate, present, held, len(given), folder)


def _names(paths: Sequence[Path]) -> str:
    return ", ".join(str(path) for path in paths)


def _weighed(row: Row, now: datetime) -> Row:
    weight = CORRECTION_WEIGHT * row.weight
    if row.recorded_at:
        age = (now - datetime.fromisoformat(row.recorded_at)).total_seconds() / 86400
        weight *= 0.5 ** (max(age, 0.0) / HALF_LIFE_DAYS)
    return replace(row, weight=weight)


def _split(given: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    # by the text itself, so that a copy of a text never stands on both sides and a rerun splits the same way
    held = [row for row in given if _mark(row) == 0]
    return held, [row for row in given if _mark(row) != 0]


def _mark(row: Row) -> int:
    return sum(" ".join(row.text.split()).encode()) % HELD_OUT


def _present(folder: Path) -> TriageClassifier | None:
    for place in (folder, artefact.default_path()):
        if (place / artefact.METADATA).exists():
            return TriageClassifier(artefact.read(place))
    return None


def _score(report: Report) -> float:
    return (2 * report.macro_f1["intents"] + report.macro_f1["urgency"] + report.macro_f1["sentiment"]) / 4


def _promote(
    candidate: artefact.Artefact, present: TriageClassifier | None, held: Sequence[Row], given: int, folder: Path
) -> TrainResult:
    texts = [row.text for row in held]
    after = TriageClassifier(candidate).classify(texts)
    before = present.classify(texts) if present else None
    score_after = _score(compare(held, after))
    score_before = _score(compare(held, before)) if before is not None else 0.0
    promoted = score_after >= score_before
    former = _keep_former(folder) if promoted else None
    if promoted:
        artefact.write(candidate, folder)
    return TrainResult(
        promoted=promoted,
        reason=f"validation {score_after:.3f} against {score_before:.3f}",
        rows=given,
        validation_rows=len(held),
        score_before=score_before,
        score_after=score_after,
        version=str(candidate.metadata["version"]),
        folder=folder,
        former=former,
        differences=differences(held, before, after) if before is not None else (),
    )


def _keep_former(folder: Path) -> Path | None:
    if not folder.exists():
        return None
    former = folder.with_name(f"{folder.name}.former")
    try:
        shutil.rmtree(former, ignore_errors=True)
        shutil.copytree(folder, former)
    except OSError as e:
        raise ModelError(f"cannot keep the former model: {e}", where=str(former), mend="check the folder") from e
    return former


def differences(
    held: Sequence[Row], before: Sequence[Classification], after: Sequence[Classification]
) -> tuple[Difference, ...]:
    """Post by post, the labels on which two models differ and that the row knows."""
    found: list[Difference] = []
    for row, old, new in zip(held, before, after, strict=True):
        was, becomes = named(old), named(new)
        found += [
            Difference(text=row.text, label=name, before=name in was, after=name in becomes, wanted=row.known[name])
            for name in sorted(was ^ becomes)
            if name in row.known
        ]
    return tuple(found)
