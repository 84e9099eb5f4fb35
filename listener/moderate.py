"""Hiding a post at its place, or showing it again, until the place shows that it is so.

WANTED -> WORKING (committed before the first byte leaves) -> DONE, once read back. Setting it twice is harmless, so
whatever breaks is simply done again; what the place refuses for good is FAILED and a person hears of it.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from listener.errors import DeliveryError, PermanentDelivery, TransientDelivery
from listener.model import EventKind, Hiding, HidingState, Post
from listener.protocols import Conversation, Moderator, Publisher
from listener.publish import Talk
from listener.storage import Storage

log = logging.getLogger("listener.moderate")

_TRIES = 8
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(hours=1)
_ACTIONS = {
    (HidingState.DONE, True): "hidden there",
    (HidingState.DONE, False): "shown there",
    (HidingState.FAILED, True): "hiding failed",
    (HidingState.FAILED, False): "showing failed",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Moderate:
    """The use case. publisher: the one for a source. clock: now in UTC."""

    storage: Storage
    publisher: Callable[[str], Publisher | None]
    talk: Talk
    clock: Callable[[], datetime]

    def take_up(self, hiding_id: int) -> datetime | None:
        """Takes a wish one step on. When to come back, or None: nothing is left to do by machine."""
        with self.storage.read() as tx:
            hiding = tx.hidings.one(hiding_id)
            stored = None if hiding is None else tx.posts.one(hiding.post_id)
        if hiding is None or stored is None or not hiding.waits:
            return None
        publisher = self.publisher(stored.post.source)
        if publisher is None or not isinstance(publisher, Moderator):
            self._end(hiding, HidingState.FAILED, "nothing can be hidden at this place by us")
            return None
        with self.storage.begin() as tx:
            hiding = tx.hidings.change(hiding, state=HidingState.WORKING, attempts=hiding.attempts + 1)
        return self._do(hiding, stored.post, publisher)

    def _do(self, hiding: Hiding, post: Post, moderator: Moderator) -> datetime | None:
        try:
            seen = self.talk(post.source, _done(moderator, post, hidden=hiding.hidden))
        except PermanentDelivery as error:
            self._end(hiding, HidingState.FAILED, str(error))
            return None
        except DeliveryError as error:
            return self._later(hiding, error)
        if seen is not None and seen is not hiding.hidden:
            return self._later(hiding, TransientDelivery("the place took it, and does not show it so"))
        self._end(hiding, HidingState.DONE)
        return None

    def _later(self, hiding: Hiding, error: DeliveryError) -> datetime | None:
        if hiding.attempts >= _TRIES:
            self._end(hiding, HidingState.FAILED, f"gave up after {hiding.attempts} attempts: {error}")
            return None
        wait = min(_FIRST_WAIT * 2.0 ** (hiding.attempts - 1), _LONGEST_WAIT)
        if isinstance(error, TransientDelivery) and error.retry_after is not None:
            wait = max(wait, timedelta(seconds=error.retry_after))
        with self.storage.begin() as tx:
            tx.hidings.change(hiding, error=str(error))
        log.warning("post %d: %s; next try in %s", hiding.post_id, error, wait)
        return self.clock() + wait

    def _end(self, hiding: Hiding, state: HidingState, why: str = "") -> None:
        now = self.clock()
        action = _ACTIONS[state, hiding.hidden]
        if state is HidingState.FAILED:
            log.error("post %d: %s: %s", hiding.post_id, action, why)
        with self.storage.begin() as tx:
            tx.hidings.change(hiding, state=state, error=why or None)
            if hiding.ticket_id is not None:
                tx.people.note(now, "system", action, why or f"post {hiding.post_id}", hiding.ticket_id)
                payload = {"by": hiding.by, "action": action}
                tx.outbox.add(EventKind.TICKET_CHANGED, now, ticket_id=hiding.ticket_id, payload=payload)


def _done(moderator: Moderator, post: Post, *, hidden: bool) -> Conversation[bool | None]:
    """Does it, then asks how it stands."""
    yield from moderator.hide(post, hidden=hidden)
    return (yield from moderator.is_hidden(post))
