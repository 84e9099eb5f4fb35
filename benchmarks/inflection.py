"""How well names are inflected, over tests/data/matching/names.tsv: `python -m benchmarks.inflection`.

recall: right forms that `listener forms` prints. precision: of the right forms and distractors that it prints or the
matcher accepts, the share that is right. strict: of all singular forms printed but pure vocatives, the share that the
table lists. Any other table of the same shape may be named: `python -m benchmarks.inflection FILE`; -v shows every
name that is not perfect.
"""

import sys
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from listener import matching
from listener.matching.inflection import inflect
from listener.model import Post, Query

TABLE = Path(__file__).parent.parent / "tests" / "data" / "matching" / "names.tsv"


@dataclass(frozen=True, slots=True)
class Row:
    """A name with its right forms (itself among them) and words that are none."""

    name: str
    right: tuple[str, ...]
    wrong: tuple[str, ...]


@dataclass(slots=True)
class Score:
    """Counts over names."""

    names: int = 0
    right: int = 0
    found: int = 0
    matched: int = 0
    accepted: int = 0
    singular: int = 0
    listed: int = 0
    notes: list[str] = field(default_factory=list)

    def line(self) -> str:
        return (
            f"{self.names} names  recall {self.found / self.right:.3f}  "
            f"matched {self.matched / self.right:.3f}  "
            f"precision {self.found / (self.found + self.accepted):.3f}  strict {self.listed / self.singular:.3f}"
        )


def rows(path: Path) -> list[Row]:
    """The table, comments left out."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    return [Row(name, tuple(right.split(", ")), tuple(wrong.split(", "))) for name, right, wrong in lines]


def _accepts(name: str, texts: tuple[str, ...]) -> set[str]:
    quoted = f'"{name}"'
    matcher = matching.compile([Query(brand="b", expression=quoted)])
    now = datetime.now(UTC)
    posts = ((text, Post(source="s", kind="k", native_id="1", url="", text=text, seen_at=now)) for text in texts)
    spans = ((text, span) for text, post in posts for mention in matcher.match(post) for span in mention.spans)
    return {text for text, span in spans if span.text == text}


def measure(table: list[Row]) -> Score:
    """Scores of a table, with a note for every name that is not perfect."""
    score = Score()
    for row in table:
        forms = inflect(row.name)
        printed = {form.text for form in forms}
        singular = {form.text for form in forms if not form.plural and form.labels != ("vocative",)}
        accepted = _accepts(row.name, row.right + row.wrong)
        wrong = {word for word in row.wrong if word in printed or word in accepted}
        score.names += 1
        score.right += len(row.right)
        score.found += sum(form in printed for form in row.right)
        score.matched += sum(form in accepted for form in row.right)
        score.accepted += len(wrong)
        score.singular += len(singular)
        score.listed += len(singular & set(row.right))
        missing, extra = set(row.right) - printed, singular - set(row.right)
        if missing or wrong or extra:
            score.notes.append(f"{row.name}: lacks {sorted(missing)} accepts {sorted(wrong)} beyond {sorted(extra)}")
    return score


def main() -> None:
    files = [argument for argument in sys.argv[1:] if argument != "-v"]
    score = measure(rows(Path(files[0]) if files else TABLE))
    print(score.line())
    if "-v" in sys.argv:
        print(*score.notes, sep="\n")


if __name__ == "__main__":
    main()
