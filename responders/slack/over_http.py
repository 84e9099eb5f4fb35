"""Slack over HTTP: signed requests to our address. The web door hands them in; nothing here knows of web frameworks."""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Any

from listener.errors import Forged
from responders.slack.envelopes import EnvelopeKind, from_body
from responders.slack.reception import Reception, Seen
from responders.slack.signing import verify

log = logging.getLogger("listener.slack")

_SIGNATURES = 10_000


class SlackHttp:
    """A door of the service. clock: UTC."""

    def __init__(self, signing_secret: str, reception: Reception, clock: Callable[[], datetime]) -> None:
        self._secret = signing_secret
        self._reception = reception
        self._clock = clock
        self._seen = Seen(_SIGNATURES)

    def start(self) -> None:
        """The requests come by themselves; what a crash left undone is done."""
        self._reception.start()

    def close(self) -> None:
        """What is in hand is finished."""
        self._reception.close()

    def receive(self, kind: str, timestamp: str, signature: str, body: bytes) -> dict[str, Any] | None:
        """The JSON to answer with, None for an empty answer. kind: as EnvelopeKind; timestamp, signature: the headers;
        body: as it came. Forged where it is not Slack's own, and nothing is done; ParseError where it is nonsense;
        another ListenerError where it cannot be kept now."""
        try:
            verify(self._secret, timestamp, signature, body, self._clock())
        except Forged as error:
            log.warning("%s", error)
            raise
        if not self._seen.is_new(signature):
            return None  # the same request once more: Slack signs what it repeats anew
        envelope = from_body(EnvelopeKind(kind), body)
        if envelope.challenge is not None:
            return {"challenge": envelope.challenge}
        return self._reception.receive(envelope)
