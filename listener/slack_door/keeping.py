"""Keeps what people press and write in Slack before Slack hears that we have it, until it is done."""

import json
import logging
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta

from listener import failpoints
from listener.storage import Storage
from responders.slack.envelopes import Envelope, EnvelopeKind
from responders.slack.reception import Left

log = logging.getLogger("listener.slack")

TRIES = 3
"""Starts at which a click is tried again: one that kills the process each time must not keep it from starting."""
_FORGET_EVERY = timedelta(hours=1)
_UNKEPT = frozenset({"token"})  # Slack's old way of proving who sends: of no use to us, and secret


class Keeping:
    """A Keeper of responders.slack.reception, in the database. clock: UTC."""

    def __init__(self, storage: Storage, clock: Callable[[], datetime]) -> None:
        self._storage = storage
        self._clock = clock
        self._forgot_at: datetime | None = None

    def keep(self, envelope: Envelope) -> int | None:
        """When this returns it may be acknowledged. None: it came before. DatabaseUnreachable."""
        payload = {name: value for name, value in envelope.payload.items() if name not in _UNKEPT}
        body = json.dumps(payload, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        now = self._clock()
        # each thing that people do has a trigger of its own; what has none is not told from the same done anew
        known_by = str(payload.get("trigger_id") or uuid.uuid4())
        with self._storage.begin() as tx:
            if self._forgot_at is None or now - self._forgot_at >= _FORGET_EVERY:
                tx.clicks.forget(now)
                self._forgot_at = now
            number = tx.clicks.keep(envelope.kind.value, body, known_by, now)
        failpoints.hit("slack.kept")
        return number

    def done(self, number: int) -> None:
        """It is done, and told."""
        failpoints.hit("slack.done")
        with self._storage.begin() as tx:
            tx.clicks.done(number, self._clock())

    def left(self) -> tuple[Left, ...]:
        """What a process that died did not do, in the order in which it came."""
        with self._storage.begin() as tx:
            found = tx.clicks.left()
            for kept in found:
                if kept.attempts >= TRIES:
                    log.error("a click from Slack is put aside: %d starts did not get through it", TRIES)
                    tx.clicks.put_aside(kept.id, f"not done after {TRIES} starts")
                else:
                    tx.clicks.begin_again(kept.id)
        return tuple(
            Left(
                number=kept.id,
                envelope=Envelope(kind=EnvelopeKind(kept.kind), payload=json.loads(kept.body)),
                since=kept.received_at,
            )
            for kept in found
            if kept.attempts < TRIES
        )
