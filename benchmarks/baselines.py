"""What tools give that need no training, on the posts in data/: VADER's sentiment, and always saying the same.

    python -m benchmarks.baselines

VADER (vaderSentiment 3.3.2, English word list) is installed into a virtual environment of its own and asked through
a pipe; its compound score is read as its authors say (.05 and -.05), a negative one as a complaint, which is how
tools that offer sentiment only are used. Ours stands beside, cross-validated with the writer or text held out, from
the figures kept in the shipped artefact. obsei's default analyzer (a zero-shot transformer of some 400 MB, downloaded
when it is first used) is tried too; where it cannot be had, the line says why.
"""

import json
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from classifiers import artefact, build, rows
from classifiers.rows import Row

VADER = "vaderSentiment==3.3.2"
_ASK_VADER = """
import json, sys
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer
judge = SentimentIntensityAnalyzer()
print(json.dumps([judge.polarity_scores(text)["compound"] for text in json.load(sys.stdin)]))
"""
_ASK_OBSEI = """
from obsei.analyzer.classification_analyzer import ZeroShotClassificationAnalyzer
ZeroShotClassificationAnalyzer(model_name_or_path="typeform/mobilebert-uncased-mnli", device="cpu")
print("ready")
"""


def apart(folder: Path, packages: Sequence[str], program: str, given: str) -> str:
    """What a program prints in an environment of its own. CalledProcessError where either does not work."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True, capture_output=True)
    python = folder / "bin" / "python"
    subprocess.run([python, "-m", "pip", "install", "--quiet", *packages], check=True, capture_output=True, timeout=900)
    done = subprocess.run([python, "-c", program], input=given.encode(), check=True, capture_output=True, timeout=600)
    return done.stdout.decode()


def f1(wanted: Sequence[bool], said: Sequence[bool]) -> float:
    """Of the label that wanted tells."""
    hit = sum(w and s for w, s in zip(wanted, said, strict=True))
    return 2 * hit / max(1, sum(wanted) + sum(said))


def sentiment(compound: float) -> str:
    """VADER's score in its authors' words."""
    return "positive" if compound >= 0.05 else "negative" if compound <= -0.05 else "neutral"


def table(name: str, part: Sequence[Row], scores: Sequence[float]) -> None:
    """Prints complaint F1 and sentiment accuracy of one kind of text."""
    figures = artefact.read(artefact.default_path()).metadata["figures"][name]
    complaints = [
        (row.known["complaint"], score) for row, score in zip(part, scores, strict=True) if "complaint" in row.known
    ]
    wanted = [w for w, _ in complaints]
    feelings = [
        (next(s for s in ("negative", "neutral", "positive", "mixed") if row.known[s]), sentiment(score))
        for row, score in zip(part, scores, strict=True)
        if "negative" in row.known
    ]
    truth = [w for w, _ in feelings]
    common = max(set(truth), key=truth.count)
    print(f"\n{name}, {len(part)} posts{'':10}majority   VADER    ours")
    negative = [s <= -0.05 for _, s in complaints]
    line(
        "complaint F1 (majority: all)",
        f1(wanted, [True] * len(wanted)),
        f1(wanted, negative),
        figures["f1"]["complaint"],
    )
    right = sum(w == s for w, s in feelings) / len(feelings)
    line("sentiment accuracy", truth.count(common) / len(truth), right, figures["accuracy"]["sentiment"])


def line(name: str, *values: float) -> None:
    """Prints one row of the table."""
    print(f"{name:32}" + "".join(f"{value:8.3f}" for value in values))


def main() -> None:
    """Prints the tables."""
    given = [row for path in build.shipped() if path.name.startswith("triage-") for row in rows.read(path)]
    with tempfile.TemporaryDirectory() as folder:
        texts = json.dumps([row.text for row in given])
        scores = json.loads(apart(Path(folder) / "vader", [VADER], _ASK_VADER, texts))
        pairs = list(zip(given, scores, strict=True))
        for name in ("composed", "real"):
            part = [(row, s) for row, s in pairs if row.group.startswith("composed-") == (name == "composed")]
            table(name, [row for row, _ in part], [s for _, s in part])
        if "--obsei" in sys.argv:
            try:
                apart(Path(folder) / "obsei", ["obsei[all]==1.1.1"], _ASK_OBSEI, "")
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
                said = (getattr(error, "stderr", None) or b"timed out").decode().strip().splitlines()
                print(f"\nobsei's default does not run here: {said[-1] if said else error}")
            else:
                print("\nobsei's default runs here: put its answers beside these")


if __name__ == "__main__":
    main()
