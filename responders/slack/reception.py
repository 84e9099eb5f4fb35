"""Where everything that Slack sends arrives, by either way: read, kept, handed to a worker, acknowledged in time.

Slack waits three seconds. What it only tells us is acknowledged as soon as it is kept; what it asks (a submitted form,
a command) is answered with the acknowledgement where that can be done in two, and on the spot but later where not.
What cannot be kept is not acknowledged, so that Slack tells the person. What was kept and not done when the process
died is done at the next start.
"""

import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Protocol, get_args

from listener.errors import ListenerError, ParseError
from responders.slack.actions import read
from responders.slack.blocks import Card
from responders.slack.commands import Click, ShowHome, Submission
from responders.slack.envelopes import Envelope
from responders.slack.text import cut

log = logging.getLogger("listener.slack")

ACK_WITHIN = 2.0
"""Seconds; Slack gives up after 3."""

_WORKERS = 8
_REMEMBERED = 10_000
_SUBMISSIONS = get_args(Submission)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a submission comes to. errors: by block of the form, which stays open; view: what the form becomes;
    message: to a command. All empty: done, the form closes. then: what is still to be shown once that is said."""

    errors: Mapping[str, str] = field(default_factory=dict)
    view: Mapping[str, Any] | None = None
    message: Card | None = None
    then: Callable[[], None] | None = None

    def payload(self) -> dict[str, Any] | None:
        """As it goes back with the acknowledgement."""
        if self.errors:
            return {"response_action": "errors", "errors": {k: cut(v, 1000) for k, v in self.errors.items()}}
        if self.view is not None:
            return {"response_action": "update", "view": dict(self.view)}
        if self.message is not None:
            return {"response_type": "ephemeral", **self.message}
        return None


class Door(Protocol):
    """Does what people want (listener.slack_door). Expected failures are its own to show; what it raises is a bug."""

    def handle(self, click: Click) -> Answer: ...

    def late(self, click: Click, answer: Answer | None) -> None:
        """The acknowledgement had to go without the answer: None says so, then comes the answer."""
        ...

    def refuse(self, click: Click, error: ListenerError) -> Answer:
        """Says what went wrong to the one who clicked."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """A click that was kept and not done. number: the keeper's; since: when it came."""

    number: int
    envelope: Envelope
    since: datetime


class Keeper(Protocol):
    """Keeps clicks until they are done (listener.slack_door.keeping)."""

    def keep(self, envelope: Envelope) -> int | None:
        """Its number; None where the same click came before. ListenerError where it cannot be kept."""
        ...

    def done(self, number: int) -> None: ...

    def left(self) -> tuple[Left, ...]:
        """What was kept and not done, each at most a few times."""
        ...


class Reception:
    """receive() may be called from any thread. Close it when nothing is received any more. keeper: None keeps nothing,
    and a crash loses what is in hand."""

    def __init__(
        self, door: Door, *, keeper: Keeper | None = None, ack_within: float = ACK_WITHIN, workers: int = _WORKERS
    ) -> None:
        self._door = door
        self._keeper = keeper
        self._ack_within = ack_within
        self._workers = ThreadPoolExecutor(workers, thread_name_prefix="slack-click")
        self._seen = Seen(_REMEMBERED)

    def start(self) -> None:
        """Does what was left undone. Call it before anything is received."""
        for left in self._keeper.left() if self._keeper else ():
            self._workers.submit(self._safely, partial(self._again, left))

    def receive(self, envelope: Envelope) -> dict[str, Any] | None:
        """What to acknowledge with; None for an empty acknowledgement. ListenerError where it cannot be kept: nothing
        is to be acknowledged then."""
        until = time.monotonic() + self._ack_within
        if envelope.event_id and not self._seen.is_new(envelope.event_id):
            return None  # Slack was not sure that we had it
        try:
            click = read(envelope)
        except ParseError as error:
            log.warning("%s", error)
            return None
        if click is None:
            return None
        number = None
        if self._keeper and not isinstance(click.command, ShowHome):
            number = self._keeper.keep(envelope)
            if number is None:
                return None  # it came before: it is done, or in hand
        if isinstance(click.command, _SUBMISSIONS):
            return self._answer(click, number, until)
        self._workers.submit(self._safely, lambda: self._do(click, number))
        return None

    def close(self) -> None:
        """What is in hand is finished."""
        self._workers.shutdown(wait=True)

    def _again(self, left: Left) -> None:
        """Nobody waits for an acknowledgement any more: who clicked is told in private where there is anything to
        tell."""
        click = read(left.envelope)
        if click is not None:
            click = replace(click, since=left.since)
            answer = self._handled(click)
            self._safely(lambda: self._door.late(click, answer))
            self._safely(answer.then)
        self._finish(left.number)

    def _do(self, click: Click, number: int | None) -> None:
        self._safely(self._handled(click).then)
        self._finish(number)

    def _handled(self, click: Click) -> Answer:
        try:
            return self._door.handle(click)
        except ListenerError as error:
            return self._door.refuse(click, error)
        except Exception:
            # a bug behind one button must not stop the others; the log has the whole of it
            log.exception("a click failed")
            return Answer()

    def _answer(self, click: Click, number: int | None, until: float) -> dict[str, Any] | None:
        work = self._workers.submit(self._handled, click)
        try:
            answer = work.result(timeout=max(until - time.monotonic(), 0.0))
        except TooLong:
            self._later(lambda: self._door.late(click, None))
            work.add_done_callback(lambda done: self._follow(click, number, done))
            return None
        self._workers.submit(self._end, answer, number)
        return answer.payload()

    def _follow(self, click: Click, number: int | None, work: "Future[Answer]") -> None:
        answer = work.result()
        self._safely(lambda: self._door.late(click, answer))
        self._end(answer, number)

    def _end(self, answer: Answer, number: int | None) -> None:
        self._safely(answer.then)
        self._finish(number)

    def _finish(self, number: int | None) -> None:
        keeper = self._keeper
        if keeper and number is not None:
            self._safely(lambda: keeper.done(number))

    def _later(self, work: Callable[[], None]) -> None:
        self._workers.submit(self._safely, work)

    @staticmethod
    def _safely(work: Callable[[], None] | None) -> None:
        try:
            if work is not None:
                work()
        except ListenerError as error:
            log.warning("%s", error)
        except Exception:
            # same as in _handled: nobody waits for this any more
            log.exception("a late answer failed")


class Seen:
    """The latest ids that came by."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = threading.Lock()
        self._ids: OrderedDict[str, None] = OrderedDict()

    def is_new(self, identity: str) -> bool:
        """Whether it did not come by before; it did from now on."""
        with self._lock:
            if identity in self._ids:
                return False
            self._ids[identity] = None
            while len(self._ids) > self._most:
                self._ids.popitem(last=False)
            return True
