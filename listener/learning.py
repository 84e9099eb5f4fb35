"""What people's decisions teach the matcher: clicks on "not relevant" against what they answered."""

from collections.abc import Iterator

from listener.matching.homonyms import Click, Relevance, clicks
from listener.model import StoredPost
from listener.storage import Storage, Transaction

_LATEST = 5_000


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
