"""What Slack sends, whichever way it came: one shape for Socket Mode frames and for signed HTTP requests."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl

from listener.errors import ParseError

_MEND = "see docs.slack.dev"


class EnvelopeKind(StrEnum):
    """As Socket Mode names them."""

    INTERACTIVE = "interactive"
    COMMAND = "slash_commands"
    EVENT = "events_api"


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """payload: as Slack documents it for each kind. A form field of HTTP and a frame of Socket Mode hold the same."""

    kind: EnvelopeKind
    payload: Mapping[str, Any]

    @property
    def event_id(self) -> str:
        """What Slack repeats an event under; empty for clicks and commands, which it does not repeat."""
        return str(self.payload.get("event_id", "")) if self.kind is EnvelopeKind.EVENT else ""

    @property
    def challenge(self) -> str | None:
        """What to answer to the question whether the address is ours; None where it is not asked."""
        if self.payload.get("type") != "url_verification":
            return None
        return str(self.payload.get("challenge", ""))


def from_frame(kind: str, payload: object) -> Envelope | None:
    """A Socket Mode frame; None for one of a kind that we do not listen to."""
    if kind not in set(EnvelopeKind) or not isinstance(payload, Mapping):
        return None
    return Envelope(kind=EnvelopeKind(kind), payload=payload)


def from_body(kind: EnvelopeKind, body: bytes) -> Envelope:
    """The body of a request: a form with the field payload, a form of fields, or JSON. ParseError for anything else."""
    try:
        text = body.decode()
        if kind is EnvelopeKind.EVENT:
            payload = json.loads(text)
        else:
            form = dict(parse_qsl(text, keep_blank_values=True, max_num_fields=100))
            payload = json.loads(form["payload"]) if kind is EnvelopeKind.INTERACTIVE else form
    except (ValueError, KeyError, RecursionError) as cause:
        raise ParseError(f"no {kind.value} that can be read", where="Slack over HTTP", mend=_MEND) from cause
    if not isinstance(payload, dict):
        raise ParseError(f"no {kind.value} that can be read", where="Slack over HTTP", mend=_MEND)
    return Envelope(kind=kind, payload=payload)
