"""The second layer: small networks over everything that the first layer, the cues and the text's shape say.

Posts to a company and reviews are different work (a review that names one flaw in passing is praise, a post that does
is a complaint), so each kind has networks of its own; a gate, which tells the kind, says how far each is believed. What
comes out is tuned for reviews, where few rows make networks surer than they are right; for posts it is honest as it is.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import labels

Floats = NDArray[np.float64]
Singles = NDArray[np.float32]

CHOICES = (labels.SENTIMENTS, labels.URGENCIES)
UNTUNED = (0.0, 1.0)
"""The tuning that changes nothing: what is added to log-odds, and what they are multiplied by."""
BOUND = 12.0
"""Log-odds of a network beyond which more says nothing."""
KINDS = 2
"""Posts and reviews, in this order."""

_FLAGS = len(labels.INTENTS)
_WIDE = len(labels.SENTIMENTS)
_CHOSEN = slice(_FLAGS, _FLAGS + len(CHOICES) * _WIDE)
"""Where the labels of both choices stand; each choice has _WIDE labels."""


@dataclass(frozen=True, slots=True)
class Nets:
    """Networks with one hidden layer of rectified units, the same number of each kind, those of posts first.

    hidden: (inputs, nets * width), hidden_bias: (nets * width,); out: (nets, width, labels.ALL), out_bias: (nets, 1,
    labels.ALL) log-odds.
    """

    hidden: Singles
    hidden_bias: Singles
    out: Singles
    out_bias: Singles

    def probabilities(self, inputs: Singles) -> Floats:
        """(KINDS, rows, labels.ALL): the mean of the networks of each kind; the labels of each choice sum to one."""
        nets, width, wide = self.out.shape
        raised = inputs @ self.hidden
        raised += self.hidden_bias
        np.maximum(raised, 0.0, out=raised)
        by_net = raised.reshape(-1, nets, width).swapaxes(0, 1)
        # far from all that was taught (one word a thousand times) log-odds run away: bounded, none becomes certainty
        sure = sigmoid(np.clip(np.matmul(by_net, self.out) + self.out_bias, -BOUND, BOUND))
        mean: Floats = sure.reshape(KINDS, -1, len(inputs), wide).mean(axis=1, dtype=np.float64)
        return choices_summed(mean)


@dataclass(frozen=True, slots=True)
class Gate:
    """A network that tells posts from reviews. hidden: (inputs, width), hidden_bias: (width,); out: (width + 1,)
    log-odds of a post, the last of nothing."""

    hidden: Singles
    hidden_bias: Singles
    out: Singles

    def posted(self, inputs: Singles) -> Floats:
        """(rows,) how likely each is a post, 0 to 1."""
        raised = np.maximum(inputs @ self.hidden + self.hidden_bias, 0.0)
        likely: Floats = sigmoid(raised @ self.out[:-1] + self.out[-1]).astype(np.float64)
        return likely


@dataclass(frozen=True, slots=True)
class Second:
    """nets: of both kinds; tuning: (2, labels.ALL), see UNTUNED, for reviews."""

    nets: Nets
    gate: Gate
    tuning: Floats

    def probabilities(self, inputs: Floats) -> Floats:
        """(rows, labels.ALL); the labels of each choice sum to one."""
        mixed, posted = self.mixed(inputs)
        return tuned(mixed, posted, self.tuning)

    def mixed(self, inputs: Floats) -> tuple[Floats, Floats]:
        """What the networks of both kinds say, each believed as far as the gate says, and (rows,) the gate."""
        singles = inputs.astype(np.float32)
        posted = self.gate.posted(singles)
        posts, reviews = self.nets.probabilities(singles)
        mixed: Floats = reviews + posted[:, None] * (posts - reviews)
        return mixed, posted


def choose(linear: Floats) -> Floats:
    """Probabilities from log-odds (rows, labels.ALL); the labels of each choice sum to one."""
    sure = sigmoid(linear)
    chosen = linear[:, _CHOSEN].reshape(len(linear), len(CHOICES), _WIDE)
    sure[:, _CHOSEN] = np.exp(chosen - chosen.max(axis=2, keepdims=True)).reshape(len(linear), -1)
    return choices_summed(sure)


def tuned(sure: Floats, posted: Floats, tuning: Floats) -> Floats:
    """Probabilities (rows, labels.ALL) after tuning, the less the likelier it is a post. posted: (rows,)."""
    odds, review = log_odds(sure), 1.0 - posted[:, None]
    more, times = tuning
    return choices_summed(sigmoid(odds + review * (more + (times - 1.0) * odds)))


def log_odds(sure: Floats) -> Floats:
    """Of probabilities; none is taken for more certain than one in ten thousand."""
    kept = np.clip(sure, 1e-4, 1.0 - 1e-4)
    odds: Floats = np.log(kept / (1.0 - kept))
    return odds


def sigmoid(x: NDArray[Any]) -> NDArray[Any]:
    """The logistic function, in the precision of x."""
    result: NDArray[Any] = 0.5 + 0.5 * np.tanh(0.5 * x)  # the same function, and nothing overflows
    return result


def choices_summed(sure: Floats) -> Floats:
    """The same positive numbers (..., labels.ALL), those of each choice divided by their sum, in place."""
    parts = sure[..., _CHOSEN].reshape(*sure.shape[:-1], len(CHOICES), _WIDE)
    sure[..., _CHOSEN] = (parts / parts.sum(axis=-1, keepdims=True)).reshape(*sure.shape[:-1], -1)
    return sure
