"""Language, sentiment, intents, urgency and topics of posts; training and evaluation.

load() gives the shipped model, or the one in another folder. scikit-learn is imported by training and evaluation
only: classifying needs numpy and the arrays of the model.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classifiers.model import TriageClassifier


def load(
    path: Path | None = None, costs: Mapping[str, float] | None = None, *, embedding: bool = False
) -> "TriageClassifier":
    """The model in a folder (default: the shipped one). ModelError where it is missing, damaged or too new.

    costs: what a missed label costs, in false ones, where it is not what the model was made for (decide.COSTS).
    embedding: texts are read by a sentence encoder too (classifiers.third); ModelError where it is not installed.
    """
    from classifiers import artefact, decide, model, third

    at = decide.thresholds(costs) if costs else {}
    found = artefact.read(path or artefact.default_path())
    if not embedding:
        return model.TriageClassifier(found, at)
    encoder = third.encoder()
    return model.TriageClassifier(
        found, at, (third.read(third.default_path(), str(found.metadata["version"])), encoder)
    )
