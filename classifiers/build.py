"""`python -m classifiers.build`: trains the shipped model from data/ and writes classifiers/artefact.

The same data and libraries give the same figures: everything random is seeded. `--report` also prints the tables of
cross-validation by group and of the challenge set. `--e5` also fits the layer of classifiers.third, which needs the
encoder and takes a tenth of a second for each text.
"""

import hashlib
import importlib.metadata
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import artefact, decide, evaluate, fitting, labels, packing, rows, third
from classifiers.evaluate import Report
from classifiers.fitting import Fitted
from classifiers.fitting_third import fit_third
from classifiers.model import TriageClassifier
from classifiers.rows import Row
from classifiers.third import ENCODER, Embed, encoder
from classifiers.tokens import readable
from listener.errors import ModelError

DATA = Path(__file__).resolve().parent.parent / "data"
CHALLENGE = "challenge.jsonl"
"""Hard cases, never trained on, reported apart."""
LIBRARIES = ("numpy", "scipy", "scikit-learn", "ahocorasick-rs", "py3langid")
TAUGHT_BY = (
    "cues.toml",
    "cues.py",
    "dense.py",
    "features.py",
    "fitting.py",
    "fitting_second.py",
    "labels.py",
    "packing.py",
    "rows.py",
    "second.py",
    "shape.py",
    "tokens.py",
)
"""Files that decide what is learned: the model's version changes with them and with the data."""
SHORT = 150
"""Characters below which a post is a short one."""
BATCH = 256
"""Texts that the encoder is given at once."""
Say = Callable[[str], None]


def shipped() -> list[Path]:
    """The training data kept beside the code. ModelError where it is not: an installed package has none."""
    found = sorted(DATA.glob("*.jsonl.gz"))
    if not found:
        raise ModelError("the training data is not here", where=str(DATA), mend="train from a checkout of the source")
    return found


def provenance(paths: Sequence[Path]) -> dict[str, Any]:
    """What a model was made from: data hashes, library versions, and a version drawn from both and the code."""
    data = {path.name: rows.digest(path) for path in sorted(paths)}
    libraries = {name: importlib.metadata.version(name) for name in LIBRARIES}
    here = Path(__file__)
    taught_by = [*(here.with_name(name) for name in TAUGHT_BY), *sorted(here.with_name("lexicon").glob("*.txt"))]
    code = b"".join(path.read_bytes() for path in taught_by)
    mark = hashlib.sha256(repr((data, libraries)).encode() + code).hexdigest()[:8]
    return {"version": f"triage-{artefact.FORMAT}-{mark}", "data": data, "libraries": libraries}


def crossed(fitted: Fitted, at: Mapping[str, float]) -> dict[str, Report]:
    """Figures by cross-validation, by kind of text: each row judged by models without its group."""
    parts: dict[str, list[int]] = {}
    for i, row in enumerate(fitted.rows):
        parts.setdefault(_kind(row), []).append(i)
    reports = {}
    for name, part in parts.items():
        reports[name] = _judged(fitted, part, at)
    return reports


def closer(fitted: Fitted, at: Mapping[str, float]) -> dict[str, Report]:
    """The same figures of parts that stay the same while data is added, so that rounds can be compared: the writers
    that came first, their short posts, and the real texts that were labelled twice."""
    first = {row.text for row in rows.read(DATA / "triage-composed.jsonl.gz")}
    twice = {row.text for row in rows.read(DATA / "triage-real.jsonl.gz")}
    known = [(i, row.text) for i, row in enumerate(fitted.rows) if not row.silver]
    parts = {
        "first writers": [i for i, text in known if text in first],
        "first writers, short posts": [i for i, text in known if text in first and len(text) < SHORT],
        "real, labelled twice": [i for i, text in known if text in twice],
    }
    return {name: _judged(fitted, part, at) for name, part in parts.items()}


def _judged(fitted: Fitted, part: Sequence[int], at: Mapping[str, float]) -> Report:
    sure = fitted.crossed[list(part)]
    return evaluate.figures([fitted.rows[i] for i in part], decide.said(sure, at), sure)


def curves(fitted: Fitted) -> dict[str, list[tuple[int, float, float]]]:
    """Reliability of every label on labelled rows: what stands behind the calibration errors."""
    part = [i for i, row in enumerate(fitted.rows) if not row.silver]
    wanted, sure = rows.targets([fitted.rows[i] for i in part]), fitted.crossed[part]
    return {name: evaluate.reliability(wanted[:, at], sure[:, at]) for at, name in enumerate(labels.ALL)}


def _kind(row: Row) -> str:
    if row.silver:
        return row.group
    return "composed" if row.group.startswith("composed-") else "real"


def _facts(report: Report) -> dict[str, Any]:
    return {
        "rows": report.rows,
        "f1": {r.label: round(r.f1, 3) for r in report.labels},
        "recall": {r.label: round(r.recall, 3) for r in report.labels},
        "precision": {r.label: round(r.precision, 3) for r in report.labels},
        "calibration_error": {r.label: round(r.calibration_error, 3) for r in report.labels},
        "accuracy": {name: round(value, 3) for name, value in report.accuracy.items()},
    }


def make(fitted: Fitted, paths: Sequence[Path]) -> tuple[artefact.Artefact, dict[str, Report]]:
    """The model, and its figures by cross-validation. paths: what its rows were read from."""
    at = decide.thresholds(decide.COSTS)
    reports = crossed(fitted, at)
    figures = {name: _facts(report) for name, report in reports.items()}
    facts = {"figures": figures, "reliability": curves(fitted)}
    return packing.pack(fitted, at, {**provenance(paths), **facts}), reports


def make_third(fitted: Fitted, version: str, embed: Embed) -> tuple[artefact.Artefact, Fitted]:
    """The layer that reads with an encoder beside the model of that version, and fitted with what both say."""
    texts = [readable(row.text) for row in fitted.rows]
    vectors = np.vstack([embed(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)])
    wanted, weight = rows.targets(fitted.rows), np.array([row.weight for row in fitted.rows])
    adds = fit_third(fitted.crossed, vectors, wanted, weight, fitting.folds(fitted.rows), version)
    both = replace(fitted, crossed=adds.crossed)
    reports = crossed(both, decide.thresholds(decide.COSTS))
    arrays: dict[str, NDArray[Any]] = {"weights": adds.layer.weights.astype(np.float32), "bias": adds.layer.bias}
    facts = {
        "beside": version,
        "encoder": f"{ENCODER} {importlib.metadata.version(ENCODER)}",
        "figures": {name: _facts(report) for name, report in reports.items()},
    }
    return artefact.Artefact(arrays=arrays, vocabulary=(), metadata=facts), both


def main(say: Say = lambda line: print(line, file=sys.stderr)) -> None:
    """Trains and writes; says what it does."""
    began = time.monotonic()
    paths = shipped()
    found = [row for path in paths for row in rows.read(path)]
    say(f"{len(found)} rows of {len(paths)} files; training takes a few minutes")
    fitted = fitting.fit(found)
    made, reports = make(fitted, paths)
    artefact.write(made, artefact.default_path())
    judged = {"": fitted}
    if "--e5" in sys.argv:
        beside, judged[", with the encoder"] = make_third(fitted, str(made.metadata["version"]), encoder())
        artefact.write(beside, third.default_path())
    if "--report" in sys.argv:
        at = decide.thresholds(decide.COSTS)
        for with_what, one in judged.items():
            reports |= {f"{name}{with_what}": told for name, told in (crossed(one, at) | closer(one, at)).items()}
        challenge = rows.read(DATA / CHALLENGE)
        reports["challenge set"] = evaluate.evaluate(challenge, TriageClassifier(made))
        for name, report in reports.items():
            say(f"\n== {name}\n{report.to_table()}")
    say(f"{made.metadata['version']} written to {artefact.default_path()} after {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
