"""`listener train`: learns from labelled rows and corrections, and promotes only what is not worse.

The candidate is fitted on the shipped training rows together with the given ones. Both models are then measured on a
part of the given rows that the candidate did not see, and on the challenge set; the present model stays unless the
candidate is at least as good on both.
"""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from classifiers import artefact, build, fitting, rows
from classifiers.evaluate import compare, named
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
    """What training came to. Scores (0..1, higher is better) are of the present model and the candidate: on
    validation, and on the challenge set. former: where the model that was replaced is kept."""

    promoted: bool
    reason: str
    rows: int
    validation_rows: int
    score_before: float
    score_after: float
    challenge_before: float = 0.0
    challenge_after: float = 0.0
    version: str
    folder: Path
    former: Path | None
    differences: tuple[Difference, ...]


def train(paths: Sequence[Path], out: Path | None, now: datetime) -> TrainResult:
    """Trains on files of labelled rows. out: the model's folder (default: the shipped one); now: for recency.

    Returns what happened, promoted or not; the former model is kept beside as NAME.former. Takes minutes. ModelError
    where rows cannot be read or are too few, the shipped data is not here, or the folder cannot be written.
    """
    folder = out or artefact.default_path()
    given = [weighed(row, now) for path in paths for row in rows.read(path)]
    if len(given) < ENOUGH:
        where = ", ".join(str(path) for path in paths)
        raise ModelError(f"{len(given)} labelled rows are too few", where=where, mend=f"give at least {ENOUGH}")
    held, learned = split(given)
    shipped = build.shipped()
    known = {row.text for row in given}
    base = [row for path in shipped for row in rows.read(path) if row.text not in known]
    candidate, _ = build.make(fitting.fit(base + learned), [*shipped, *paths])
    return promote(candidate, present(folder), held, len(given), folder)


def weighed(row: Row, now: datetime) -> Row:
    """A correction with its weight: more than a shipped row, less with age."""
    weight = CORRECTION_WEIGHT * row.weight
    if row.recorded_at:
        age = (now - datetime.fromisoformat(row.recorded_at)).total_seconds() / 86400
        weight *= 0.5 ** (max(age, 0.0) / HALF_LIFE_DAYS)
    return replace(row, weight=weight)


def split(given: Sequence[Row]) -> tuple[list[Row], list[Row]]:
    """Held-out and learned rows. By the text itself, so that copies of a text stand on one side and a rerun agrees."""
    held = [row for row in given if _mark(row) == 0]
    return held, [row for row in given if _mark(row) != 0]


def _mark(row: Row) -> int:
    return sum("".join(row.text.split()).encode()) % HELD_OUT


def present(folder: Path) -> TriageClassifier | None:
    """The model in a folder, else the shipped one, else None."""
    for place in (folder, artefact.default_path()):
        if (place / artefact.METADATA).exists():
            return TriageClassifier(artefact.read(place))
    return None


def _score(held: Sequence[Row], answers: Sequence[Classification] | None) -> float:
    """Macro-F1 of intents counts twice, of urgency and sentiment once."""
    if answers is None:
        return 0.0
    found = compare(held, answers).macro_f1
    return (2 * found["intents"] + found["urgency"] + found["sentiment"]) / 4


def promote(
    candidate: artefact.Artefact, now: TriageClassifier | None, held: Sequence[Row], given: int, folder: Path
) -> TrainResult:
    """Measures a candidate beside the present model (now) and puts it into folder if it is not worse.

    held: validation rows; given: how many rows there were in all.
    """
    challenge = rows.read(build.DATA / build.CHALLENGE)
    new = TriageClassifier(candidate)
    before, after = (m.classify([row.text for row in held]) if m else None for m in (now, new))
    hard_before, hard_after = (m.classify([row.text for row in challenge]) if m else None for m in (now, new))
    was, becomes = _score(held, before), _score(held, after)
    hard_was, hard_becomes = _score(challenge, hard_before), _score(challenge, hard_after)
    promoted = becomes >= was and hard_becomes >= hard_was
    former = _keep_former(folder) if promoted else None
    if promoted:
        artefact.write(candidate, folder)
    return TrainResult(
        promoted=promoted,
        reason=f"validation {becomes:.3f} against {was:.3f}, challenge set {hard_becomes:.3f} against {hard_was:.3f}",
        rows=given,
        validation_rows=len(held),
        score_before=was,
        score_after=becomes,
        challenge_before=hard_was,
        challenge_after=hard_becomes,
        version=new.version,
        folder=folder,
        former=former,
        differences=differences(held, before, after) if before and after else (),
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
