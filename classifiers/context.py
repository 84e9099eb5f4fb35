"""What the thread adds to the words: a complaint that was made before and never answered is more urgent.

Rules, not learned: there are no labelled threads to learn from. They only ever raise urgency, and only to high.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from listener.model import Classification, Intent, Urgency
from listener.protocols import Classifier

REPEATS = 2
"""Earlier complaints of the same author in the thread from which a further one counts as unanswered and repeated."""
DAYS = 3.0
"""Days without an answer from which a repeated complaint is urgent."""
REACH = 10_000
"""People who see a post from which its complaint is urgent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A text and what is known of its thread. Unknown is None (or 0 for earlier complaints).

    earlier_complaints: by the same author in the same thread, with no answer since. days_without_answer: since the
    first of them. reach: people who see the post.
    """

    text: str
    earlier_complaints: int = 0
    days_without_answer: float | None = None
    reach: int | None = None


def classify_in_context(classifier: Classifier, items: Sequence[Item]) -> list[Classification]:
    """One Classification an item, order kept: the classifier's, urgency raised where the thread says so."""
    answers = classifier.classify([item.text for item in items])
    return [
        replace(answer, urgency=Urgency.HIGH) if _raises(item, answer) else answer
        for item, answer in zip(items, answers, strict=True)
    ]


def _raises(item: Item, answer: Classification) -> bool:
    if Intent.COMPLAINT not in answer.intents or answer.urgency.rank >= Urgency.HIGH.rank:
        return False
    repeated = item.earlier_complaints >= REPEATS
    waiting = item.earlier_complaints > 0 and (item.days_without_answer or 0.0) >= DAYS
    return repeated or waiting or (item.reach or 0) >= REACH
