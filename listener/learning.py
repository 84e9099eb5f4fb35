"""What people's decisions teach: "not relevant" against what they answered teaches the matcher, corrected labels (and,
with less weight, labels that were answered upon and left as they were) teach the classifier.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from listener.matching.homonyms import Click, Relevance, clicks
from listener.model import StoredPost
from listener.storage import Storage, Transaction

_LATEST = 5_000
_LESSONS = 600  # some two seconds of a start
_CONFIRMED = 0.3  # an answer says that the post was read, not that every label was looked at


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """A post of a brand with the labels that its staff gave it: fields of a classification -> value or values."""

    brand: str
    text: str
    labels: Mapping[str, Any]
    weight: float = 1.0


def lessons(storage: Storage) -> tuple[Taught, ...]:
    """The latest judgements, oldest first: of each post the last one of each field counts."""
    with storage.read() as tx:
        corrected: dict[int, dict[str, Any]] = {}
        for label in tx.people.labels():
            said = {name: value for name, value in label.corrected.items() if name in _FIELDS}
            if said:
                corrected[label.post_id] = {**corrected.pop(label.post_id, {}), **said}
        found = [taught for post_id, said in corrected.items() for taught in _taught(tx, post_id, said, 1.0)]
        answered = {reply.post_id for reply in tx.replies.latest(_LESSONS)} - set(corrected)
        found += [taught for post_id in sorted(answered) for taught in _taught(tx, post_id, None, _CONFIRMED)]
    return tuple(found[-_LESSONS:])


_FIELDS = frozenset({"sentiment", "urgency", "intents", "topics"})


def _taught(tx: Transaction, post_id: int, said: Mapping[str, Any] | None, weight: float) -> Iterator[Taught]:
    stored = tx.posts.one(post_id)
    if stored is None or stored.classification is None:
        return
    opinion = stored.classification
    labels = said or {
        "sentiment": opinion.sentiment.value,
        "urgency": opinion.urgency.value,
        "intents": [intent.value for intent in opinion.intents],
    }
    for brand in sorted({mention.query.brand for mention in stored.mentions}):
        yield Taught(brand=brand, text=stored.post.text, labels=labels, weight=weight)


def learned_relevance(storage: Storage) -> Relevance:
    """The house's weights, moved by the latest decisions: "not relevant" against posts that somebody answered."""
    with storage.read() as tx:
        return Relevance().learn(_clicks(tx))


def _clicks(tx: Transaction) -> Iterator[Click]:
    refused = {label.post_id for label in tx.people.labels() if label.corrected.get("relevant") is False}
    answered = {reply.post_id for reply in tx.replies.latest(_LATEST)} - refused
    for post_ids, relevant in ((refused, False), (answered, True)):
        for post_id in sorted(post_ids)[-_LATEST:]:
            stored = tx.posts.one(post_id)
            if stored is not None:
                yield from _of(stored, relevant)


def _of(stored: StoredPost, relevant: bool) -> Iterator[Click]:
    for mention in stored.mentions:
        yield from clicks(stored.post, mention, relevant=relevant)
