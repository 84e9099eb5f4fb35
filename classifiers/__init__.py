"""Language, sentiment, intents, urgency and topics of posts; training and evaluation.

load() gives the shipped model, or the one in another folder. scikit-learn is imported by training and evaluation
only: classifying needs numpy and the arrays of the model.
"""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from classifiers.model import TriageClassifier


def load(path: Path | None = None) -> "TriageClassifier":
    """The model in a folder (default: the shipped one). ModelError where it is missing, damaged or too new."""
    from classifiers import artefact, model

    return model.TriageClassifier(artefact.read(path or artefact.default_path()))
