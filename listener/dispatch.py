"""Step 9 of the path: claims events, and delivers each to every responder that handles it.

Each attempt is a row, written before anything is sent. A crash between sending and recording alerts once more;
it never loses an alert. What a responder cannot do now is tried again; what it cannot do at all is recorded, and
the other responders get theirs.
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from listener import failpoints
from listener.alerting import AlertPolicy, Held, held, scopes
from listener.errors import PermanentDelivery, TransientDelivery
from listener.model import Brand, Delivery, DeliveryState, Event, EventKind, Ticket, TicketView
from listener.protocols import Alert, Receipt, Responder, Stopping
from listener.storage import Storage, Transaction

log = logging.getLogger("listener.dispatch")

LEASE = timedelta(minutes=5)
_BATCH = 5
_FLOOD = 100
"""Events taken up at once while nobody is told of them: that costs nothing but the transaction."""
_RETRIES = 12
_FIRST_WAIT = timedelta(seconds=5)
_LONGEST_WAIT = timedelta(minutes=30)
_HOUR = timedelta(hours=1)
_DONE_BY_US = frozenset({EventKind.REPLY_APPROVED, EventKind.HIDING_ASKED})
_WEIGHED = frozenset({EventKind.TICKET_OPENED, EventKind.TICKET_APPENDED, EventKind.TICKET_CHANGED})


class Lane(StrEnum):
    """Two queues, so that a reply somebody waits for never stands behind cards that a rate limit holds back."""

    REPLIES = "replies"
    ALERTS = "alerts"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispatch:
    """The use case. publish: takes a reply one step on (listener.publish.Publish.send); moderate: a wish to hide a post
    (listener.moderate.Moderate.take_up). view: a ticket with its
    suggestions. inbox_url: where a ticket can be worked on, by its id. alerting: which alerts wait;
    channel: where those go that no rule sends elsewhere. rooms: how many events the next run of a lane takes up."""

    storage: Storage
    responders: Sequence[Responder]
    publish: Callable[[int], datetime | None]
    view: Callable[[int], TicketView]
    brands: Mapping[str, Brand]
    inbox_url: Callable[[int], str | None]
    clock: Callable[[], datetime]
    alerting: AlertPolicy = field(default_factory=AlertPolicy)
    channel: str = ""
    moderate: Callable[[int], datetime | None] = lambda hiding_id: None
    rooms: dict[Lane, int] = field(default_factory=lambda: dict.fromkeys(Lane, _BATCH))

    def run(self, lane: Lane, stopping: Stopping | None = None) -> int:
        """Works off some due events of a lane; how many were taken up. An event whose handling is a bug does not
        stop the others."""
        now = self.clock()
        with self.storage.begin() as tx:
            kinds = [kind for kind in EventKind if (kind in _DONE_BY_US) == (lane is Lane.REPLIES)]
            claimed = tx.outbox.claim(now, now + LEASE, self.rooms[lane], kinds)
            # what nobody here is told of is done: a flood of it must not cost a transaction each
            concerning = tuple(event for event in claimed if self._concerns(event))
            tx.outbox.settle_all([event.id for event in claimed if event not in concerning])
            # a lease is for what is delivered within it
            events = concerning[:_BATCH]
            tx.outbox.release([event.id for event in concerning[_BATCH:]])
        self.rooms[lane] = _BATCH if events else _FLOOD
        for event in events:
            failpoints.hit("dispatch.claimed")
            if stopping is not None and stopping.is_set():
                self._settle(event, self.clock())
                continue
            try:
                due = self._handle(event)
            except Exception:
                # a bug in one event or responder must not hold up all the others; the log has the whole of it
                log.exception("event %d (%s) failed", event.id, event.kind.value)
                due = self.clock() + _LONGEST_WAIT
            self._settle(event, due)
        return len(claimed)

    def _concerns(self, event: Event) -> bool:
        return event.kind in _DONE_BY_US or any(one.handles(event) for one in self.responders)

    def _settle(self, event: Event, due: datetime | None) -> None:
        with self.storage.begin() as tx:
            tx.outbox.settle(event.id, due)

    def _handle(self, event: Event) -> datetime | None:
        """When the event is due again; None: everybody has it."""
        if event.kind is EventKind.REPLY_APPROVED:
            assert event.reply_id is not None
            return self.publish(event.reply_id)
        if event.kind is EventKind.HIDING_ASKED:
            return self.moderate(int(event.payload["hiding"]))
        if self._held_back(event):
            return None
        with self.storage.read() as tx:
            attempts = tx.outbox.last_attempts(event.id)
        waits = [
            self._offer(event, responder, attempts.get(responder.name))
            for responder in self.responders
            if responder.handles(event)
        ]
        return min((wait for wait in waits if wait is not None), default=None)

    def _held_back(self, event: Event) -> bool:
        """Whether people do not get this now. Decided once an event; of a ticket whose alerts were held back people
        hear first when it presses more, runs late, or in a digest."""
        if event.ticket_id is None or event.kind not in _WEIGHED:
            return False
        now = self.clock()
        with self.storage.begin() as tx:
            decided, why = tx.alerts.decided(event.id)
            if decided:
                return why is not None
            silent = tx.alerts.silent(event.ticket_id)
            ticket = tx.tickets.one(event.ticket_id)
            if event.kind is not EventKind.TICKET_OPENED and not silent:
                return False
            if ticket is None or (silent and not event.payload.get("raised")):
                return silent
            return self._weigh(tx, event, ticket, now) is not None

    def _weigh(self, tx: Transaction, event: Event, ticket: Ticket, now: datetime) -> Held | None:
        channel = event.payload.get("channel") or self.channel
        names = scopes(ticket.source, f"{ticket.brand}:{ticket.query}", channel)
        why = held(
            self.alerting,
            channel,
            ticket.priority,
            muted=any(mute.scope in names for mute in tx.alerts.mutes(now)),
            sent_last_hour=tx.alerts.sent_since(channel, now - _HOUR),
            now=now,
        )
        tx.alerts.decide(event.id, ticket.id, channel, why.value if why else None, now)
        return why

    def _offer(self, event: Event, responder: Responder, last: Delivery | None) -> datetime | None:
        """One responder's share of an event: skipped where it has it, or where it is not yet time."""
        if last and last.state in (DeliveryState.DELIVERED, DeliveryState.FAILED):
            return None
        if last and last.retry_at and last.retry_at > self.clock():
            return last.retry_at
        with self.storage.begin() as tx:
            delivery = tx.outbox.start(event.id, responder.name, self.clock())
            card = tx.outbox.first_reference(event.ticket_id, responder.name) if event.ticket_id else None
        failpoints.hit("dispatch.before-send")
        try:
            alert = replace(self._alert(event), doubtful_since=_doubtful(last))
            receipt = responder.deliver(alert, Receipt(reference=card) if card else None)
        except TransientDelivery as error:
            return self._later(responder, delivery, error)
        except PermanentDelivery as error:
            self._never(responder, delivery, error)
            return None
        failpoints.hit("dispatch.after-send")
        with self.storage.begin() as tx:
            tx.outbox.finish(delivery, DeliveryState.DELIVERED, self.clock(), reference=receipt.reference)
        failpoints.hit("dispatch.after-record")
        return None

    def _alert(self, event: Event) -> Alert:
        view = self.view(event.ticket_id) if event.ticket_id else None
        brand = self.brands.get(view.ticket.brand) if view else None
        return Alert(
            event=event,
            view=view,
            brand=brand,
            inbox_url=self.inbox_url(event.ticket_id) if event.ticket_id else None,
        )

    def _later(self, responder: Responder, delivery: Delivery, error: TransientDelivery) -> datetime | None:
        if delivery.attempt >= _RETRIES:
            mend = f"gave up after {delivery.attempt} attempts: {error}"
            self._never(responder, delivery, PermanentDelivery(mend))
            return None
        wait = min(_FIRST_WAIT * 2.0 ** (delivery.attempt - 1), _LONGEST_WAIT)
        if error.retry_after is not None:
            wait = timedelta(seconds=error.retry_after)
        now = self.clock()
        with self.storage.begin() as tx:
            tx.outbox.finish(delivery, DeliveryState.RETRY, now, retry_at=now + wait, error=str(error))
        log.log(logging.DEBUG if error.retry_after else logging.WARNING, "%s: %s", responder.name, error)
        return now + wait

    def _never(self, responder: Responder, delivery: Delivery, error: PermanentDelivery) -> None:
        log.error("%s: %s", responder.name, error)
        with self.storage.begin() as tx:
            tx.outbox.finish(delivery, DeliveryState.FAILED, self.clock(), error=str(error))


def _doubtful(last: Delivery | None) -> datetime | None:
    """When the attempt before began, where it has no end: we died in it, after sending or before."""
    return last.started_at if last is not None and last.state is DeliveryState.STARTED else None
