"""`python -m classifiers.build`: trains the shipped model from data/ and writes classifiers/artefact.

The same data and libraries give the same figures: nothing is drawn at random.
"""

import hashlib
import importlib.metadata
import sys
import time
from pathlib import Path
from typing import Any

from classifiers import artefact, fitting, rows

DATA = Path(__file__).resolve().parent.parent / "data"
LIBRARIES = ("numpy", "scipy", "scikit-learn", "ahocorasick-rs", "py3langid")


def provenance(paths: list[Path]) -> dict[str, Any]:
    """What a model was made from: data hashes, library versions, and a version drawn from both."""
    data = {path.name: rows.digest(path) for path in sorted(paths)}
    libraries = {name: importlib.metadata.version(name) for name in LIBRARIES}
    code = b"".join(path.read_bytes() for path in sorted(Path(__file__).parent.glob("*.py")))
    mark = hashlib.sha256(repr((data, libraries)).encode() + code).hexdigest()[:8]
    return {"version": f"triage-{artefact.FORMAT}-{mark}", "data": data, "libraries": libraries}


def main() -> None:
    """Trains and writes; figures go to standard error."""
    began = time.monotonic()
    paths = sorted(DATA.glob("*.jsonl.gz"))
    found = [row for path in paths for row in rows.read(path)]
    print(f"{len(found)} rows of {len(paths)} files", file=sys.stderr)
    fitted = fitting.fit(found)
    artefact.write(fitting.pack(fitted, provenance(paths)), artefact.default_path())
    print(f"written to {artefact.default_path()} after {time.monotonic() - began:.0f} s", file=sys.stderr)


if __name__ == "__main__":
    main()
