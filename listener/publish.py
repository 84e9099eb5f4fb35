"""Posting an approved reply, once.

A reply goes APPROVED -> SENDING (committed before the first byte leaves) -> PUBLISHED. Whatever breaks between
leaves it SENDING, and the next one who takes it up reads the thread before anything else: if the reply stands
there it is recorded; if it does not, it is sent again only where absence is certain; else it becomes UNCERTAIN and
a person decides. So a crash at any point loses nothing and posts nothing twice.

A private reply goes another way from the first byte on: another type, other methods of the publisher, and none at all
where the publisher has no such methods. What cannot be seen after the place took it is called accepted.
"""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol, TypeVar

from listener import failpoints
from listener.errors import DeliveryError, OutcomeUnknown, PermanentDelivery, TransientDelivery
from listener.model import EventKind, Post, Reply, ReplyState, TicketState
from listener.protocols import (
    Conversation,
    Outcome,
    OutgoingReply,
    PrivateMessage,
    PrivatePublisher,
    Published,
    Publisher,
)
from listener.storage import Storage, Transaction

log = logging.getLogger("listener.publish")

_SETTLE = timedelta(seconds=5)
_RETRIES = 8
_FIRST_WAIT = timedelta(seconds=15)
_LONGEST_WAIT = timedelta(hours=1)
T = TypeVar("T")


class Talk(Protocol):
    """Drives a conversation to its end: listener.http.converse, made synchronous. Raises DeliveryError."""

    def __call__(self, source: str, conversation: Conversation[T]) -> T: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class _Way:
    """How one reply goes out: begins the conversation that sends it, and the one that looks for it. certain: what is
    not found was not sent."""

    post: Post
    send: Callable[[], Conversation[Published]]
    find: Callable[[], Conversation[Published | None]]
    certain: bool
    private: bool


def _way(reply: Reply, post: Post, publisher: Publisher) -> _Way | None:
    """None where the place cannot take this reply as it was approved; never the other way."""
    if not reply.private:
        public = OutgoingReply(text=reply.text, post=post, approved_at=reply.approved_at)
        send, find = partial(publisher.publish, public), partial(publisher.find, public)
        return _Way(post=post, send=send, find=find, certain=publisher.absence_is_certain, private=False)
    if not isinstance(publisher, PrivatePublisher):
        return None
    message = PrivateMessage(text=reply.text, post=post, approved_at=reply.approved_at)
    return _Way(
        post=post,
        send=partial(publisher.send_privately, message),
        find=partial(publisher.find_private, message),
        certain=publisher.absence_is_certain,
        private=True,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Publish:
    """The use case. publisher: the one for a source, None where people post by hand. clock: now in UTC."""

    storage: Storage
    publisher: Callable[[str], Publisher | None]
    talk: Talk
    clock: Callable[[], datetime]

    def send(self, reply_id: int) -> datetime | None:
        """Takes a reply one step on. When to come back, or None: nothing is left to do by machine."""
        with self.storage.read() as tx:
            reply = tx.replies.one(reply_id)
            stored = None if reply is None else tx.posts.one(reply.post_id)
        if reply is None or stored is None:
            return None
        publisher = self.publisher(stored.post.source)
        if publisher is None:
            self._end(reply, ReplyState.FAILED, "replies to this source are posted by hand")
            return None
        way = _way(reply, stored.post, publisher)
        if way is None:
            self._end(reply, ReplyState.FAILED, "this place takes no private replies; nothing was sent")
            return None
        if reply.state is ReplyState.APPROVED:
            return self._post(reply, way)
        if reply.state is ReplyState.SENDING:
            return self._look(reply, way)
        return None

    def _post(self, reply: Reply, way: _Way) -> datetime | None:
        with self.storage.begin() as tx:
            reply = tx.replies.change(
                reply, state=ReplyState.SENDING, attempts=reply.attempts + 1, sending_since=self.clock(), error=None
            )
        failpoints.hit("publish.sending")
        try:
            published = self.talk(way.post.source, way.send())
        except OutcomeUnknown as error:
            log.warning("reply %d: %s", reply.id, error)
            return self.clock() + _SETTLE  # still SENDING: it is looked for before anything else
        except TransientDelivery as error:
            return self._later(reply, ReplyState.APPROVED, error)
        except PermanentDelivery as error:
            # who answers only once may refuse because an earlier attempt of ours, whose answer was lost, was taken
            doubt = way.private and reply.attempts > 1
            self._end(reply, ReplyState.UNCERTAIN if doubt else ReplyState.FAILED, str(error))
            return None
        failpoints.hit("publish.after-post")
        return self._verify(reply, way, published)

    def _verify(self, reply: Reply, way: _Way, published: Published) -> datetime | None:
        """The place took it. Read it back: what cannot be seen is not called published."""
        if published.outcome is not Outcome.PUBLISHED:
            self._record(reply, way.post, published, _state(published))
            return None
        try:
            seen = self.talk(way.post.source, way.find())
        except DeliveryError as error:
            # it stays SENDING: the next step reads again before it does anything else
            log.warning("reply %d: posted, but could not be read back yet: %s", reply.id, error)
            return self.clock() + _FIRST_WAIT
        if seen is None and way.private:
            self._record(reply, way.post, published, ReplyState.ACCEPTED)
            return None
        if seen is None:
            why = "the place accepted the reply, but it cannot be seen there"
            self._end(reply, ReplyState.UNCERTAIN, why, published.url)
            return None
        # our own request was answered, and the place shows it: for a private one that is all that can be seen
        self._record(reply, way.post, seen, ReplyState.PUBLISHED if way.private else _state(seen))
        return None

    def _look(self, reply: Reply, way: _Way) -> datetime | None:
        """It may stand there from an attempt that broke off. Nothing is sent before that is known."""
        assert reply.sending_since
        if self.clock() < (settled := reply.sending_since + _SETTLE):
            return settled  # the request of the attempt may still be under way
        try:
            seen = self.talk(way.post.source, way.find())
        except PermanentDelivery as error:
            self._end(reply, ReplyState.UNCERTAIN, f"it may stand there, and it cannot be looked for: {error}")
            return None
        except DeliveryError as error:
            return self._later(reply, ReplyState.SENDING, error)
        if seen is not None:
            self._record(reply, way.post, seen, _state(seen))
        elif not way.certain:
            why = "the attempt broke off, and the reply cannot be seen: it may await moderation"
            self._end(reply, ReplyState.UNCERTAIN, why)
        elif reply.attempts >= _RETRIES:
            self._end(reply, ReplyState.FAILED, f"gave up after {reply.attempts} attempts")
        else:
            return self._post(reply, way)
        return None

    def _record(self, reply: Reply, post: Post, published: Published, state: ReplyState) -> None:
        now = self.clock()
        with self.storage.begin() as tx:
            tx.replies.change(reply, state=state, url=published.url, native_id=published.native_id, error=None)
            self._answered(tx, reply, now)
            tx.outbox.add(EventKind.REPLY_PUBLISHED, now, ticket_id=reply.ticket_id, reply_id=reply.id)
            action = f"{_named(reply)} {state.value}"
            tx.people.note(now, "system", action, published.url or post.url, reply.ticket_id)
        failpoints.hit("publish.after-record")

    def _answered(self, tx: Transaction, reply: Reply, now: datetime) -> None:
        """Stops the clocks of the responses; the ticket waits for the author."""
        ticket = tx.tickets.one(reply.ticket_id)
        if ticket is None or ticket.state is TicketState.RESOLVED:
            return
        tx.tickets.change(
            ticket,
            now,
            state=TicketState.PENDING,
            first_response_at=ticket.first_response_at or now,
            next_response_due=None,
        )

    def _end(self, reply: Reply, state: ReplyState, why: str, url: str | None = None) -> None:
        now = self.clock()
        log.error("reply %d: %s", reply.id, why)
        with self.storage.begin() as tx:
            tx.replies.change(reply, state=state, error=why, url=url or reply.url)
            payload = {"why": why, "state": state.value}
            tx.outbox.add(EventKind.REPLY_FAILED, now, ticket_id=reply.ticket_id, reply_id=reply.id, payload=payload)
            tx.people.note(now, "system", f"{_named(reply)} {state.value}", why, reply.ticket_id)

    def _later(self, reply: Reply, state: ReplyState, error: DeliveryError) -> datetime | None:
        """Waits with a state that is true meanwhile: APPROVED where nothing was posted for sure, else SENDING."""
        if reply.attempts >= _RETRIES:
            ended = ReplyState.FAILED if state is ReplyState.APPROVED else ReplyState.UNCERTAIN
            self._end(reply, ended, f"gave up after {reply.attempts} attempts: {error}")
            return None
        wait = min(_FIRST_WAIT * 2.0 ** max(reply.attempts - 1, 0), _LONGEST_WAIT)
        if isinstance(error, TransientDelivery) and error.retry_after is not None:
            wait = max(wait, timedelta(seconds=error.retry_after))
        with self.storage.begin() as tx:
            tx.replies.change(reply, state=state, error=str(error))
        log.warning("reply %d: %s; next try in %s", reply.id, error, wait)
        return self.clock() + wait


def _state(seen: Published) -> ReplyState:
    """A place may have a reply without showing it yet, or at all."""
    return ReplyState(seen.outcome.value)


def _named(reply: Reply) -> str:
    """What the history calls it."""
    return "private reply" if reply.private else "reply"
