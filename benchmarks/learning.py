"""What corrections are worth: a sector is left out of training, then given back as corrections, a few at a time.

    python -m benchmarks.learning            prints the table and draws docs/model/learning.svg (a quarter of an hour)
    python -m benchmarks.learning --quick    one sector only

Each sector's labelled posts are split by chance (seeded): half to judge by, half to take corrections from, in the
order of the review queue (most doubtful first) and, beside it, by chance. The base model knows no post of the sector;
what it is adapted with is classifiers.adapt, as the running service does at each start. Macro figures are means over
sectors.
"""

import random
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from classifiers import adapt, build, decide, evaluate, fitting, packing, rows
from classifiers.adapt import Lesson
from classifiers.model import TriageClassifier
from classifiers.review import doubt
from classifiers.rows import Row
from listener.model import Classification

SECTORS: Mapping[str, frozenset[str]] = {
    "finance": frozenset({"bank", "card", "insurance"}),
    "telecom": frozenset({"telecom", "internet"}),
    "parcels and shops": frozenset({"courier", "marketplace", "shop"}),
}
GIVEN = (0, 25, 50, 100, 200)
FIGURES = ("complaint", "urgent", "sentiment")
PICTURE = Path(__file__).resolve().parent.parent / "docs" / "model" / "learning.svg"


@dataclass(frozen=True, slots=True)
class Curve:
    """figure -> value for every number of GIVEN."""

    points: Mapping[str, Sequence[float]]


def judged(held: Sequence[Row], answers: Sequence[Classification]) -> dict[str, float]:
    """F1 of complaint and urgent, accuracy of sentiment."""
    report = evaluate.compare(held, answers)
    f1 = {label.label: label.f1 for label in report.labels}
    return {"complaint": f1["complaint"], "urgent": f1["urgent"], "sentiment": report.accuracy["sentiment"]}


def curve(model: TriageClassifier, pool: Sequence[Row], held: Sequence[Row]) -> Curve:
    """Figures on held after the first 0, 25, ... rows of pool came back as corrections."""
    opinions = model.classify([row.text for row in pool])
    lessons = [
        Lesson(text=row.text, confidence=opinion.confidence, known=row.known)
        for row, opinion in zip(pool, opinions, strict=True)
    ]
    before = model.classify([row.text for row in held])
    points: dict[str, list[float]] = {name: [] for name in FIGURES}
    for count in GIVEN:
        learned = adapt.learn(lessons[:count])
        after = [learned.apply(a, row.text, model.thresholds) for a, row in zip(before, held, strict=True)]
        for name, value in judged(held, after).items():
            points[name].append(value)
    return Curve(points)


def sector(given: Sequence[Row], domains: frozenset[str]) -> dict[str, Curve]:
    """Curves by the order in which corrections come."""
    inside = [row for row in given if row.domain in domains]
    fitted = fitting.fit([row for row in given if row.domain not in domains])
    at = decide.thresholds(decide.COSTS)
    model = TriageClassifier(packing.pack(fitted, at, {"version": "without-a-sector"}))
    random.Random(0).shuffle(inside)
    pool, held = inside[: len(inside) // 2], inside[len(inside) // 2 :]
    doubts = [doubt(opinion.confidence) for opinion in model.classify([row.text for row in pool])]
    queue = [pool[at] for at in np.argsort(-np.array(doubts), kind="stable")]
    return {"review queue": curve(model, queue, held), "by chance": curve(model, pool, held)}


def main() -> None:
    """Prints the tables; draws the picture unless quick."""
    quick = "--quick" in sys.argv
    given = [row for path in build.shipped() for row in rows.read(path)]
    found: dict[str, dict[str, Curve]] = {}
    for name, domains in list(SECTORS.items())[: 1 if quick else None]:
        found[name] = sector(given, domains)
        _table(name, found[name])
    mean = {
        order: Curve(
            {
                figure: np.mean([curves[order].points[figure] for curves in found.values()], axis=0).tolist()
                for figure in FIGURES
            }
        )
        for order in ("review queue", "by chance")
    }
    _table("mean", mean)
    if not quick:
        PICTURE.write_text(drawn(mean), encoding="utf-8")


def _table(name: str, curves: Mapping[str, Curve]) -> None:
    print(f"\n{name}\n{'corrections':26}" + "".join(f"{count:>8}" for count in GIVEN))
    for order, found in curves.items():
        for figure in FIGURES:
            print(
                f"{figure + ', ' + order:26}" + "".join(f"{value:8.3f}" for value in found.points[figure]), flush=True
            )


def drawn(curves: Mapping[str, Curve]) -> str:
    """The means as a picture: corrections to the right, figures upwards from .5 to 1."""
    colours = {"complaint": "#b3261e", "urgent": "#1f5fa8", "sentiment": "#3d7a37"}
    lines = []
    for order, found in curves.items():
        for figure, values in found.points.items():
            at = " ".join(f"{60 + c * 2.4:.0f},{300 - (v - 0.5) * 520:.0f}" for c, v in zip(GIVEN, values, strict=True))
            dash = "" if order == "review queue" else ' stroke-dasharray="5 4"'
            lines.append(f'<polyline points="{at}" fill="none" stroke="{colours[figure]}" stroke-width="2"{dash}/>')
            if order == "review queue":
                lines.append(
                    f'<text x="548" y="{304 - (values[-1] - 0.5) * 520:.0f}" fill="{colours[figure]}">{figure}</text>'
                )
    marks = "".join(f'<text x="{54 + c * 2.4:.0f}" y="320">{c}</text>' for c in GIVEN)
    levels = "".join(
        f'<line x1="60" x2="540" y1="{300 - (v - 0.5) * 520:.0f}" y2="{300 - (v - 0.5) * 520:.0f}" stroke="#ddd"/>'
        f'<text x="26" y="{304 - (v - 0.5) * 520:.0f}">{v:.1f}</text>'
        for v in (0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
    )
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 640 350" font-family="sans-serif" font-size="12">'
        f'<rect width="640" height="350" fill="white"/>{levels}{marks}{"".join(lines)}'
        '<text x="60" y="340">corrections given (solid: from the review queue; dashed: by chance)</text></svg>\n'
    )


if __name__ == "__main__":
    main()
