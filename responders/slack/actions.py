"""From what Slack sends when somebody clicks to what they want: typed commands, no I/O.

Ids travel in button values ("ticket:version") and in a modal's private_metadata; nothing about people does.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from listener.errors import ParseError

TEXT_BLOCK = "reply_text"
TEXT_ACTION = "text"
PICK_ACTION = "pick"


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Take the ticket in hand."""

    ticket_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve:
    """Close the ticket."""

    ticket_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NotRelevant:
    """Close the ticket as none of ours, for the classifier to learn from."""

    ticket_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReply:
    """Show the form for a reply."""

    ticket_id: int
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PickSuggestion:
    """Put another suggestion into the open form. index: of the suggestion; view_id and view_hash: of the form."""

    ticket_id: int
    version: int
    post_id: int
    index: int
    view_id: str
    view_hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveReply:
    """Publish this text as the answer to that post: the click is the approval."""

    ticket_id: int
    version: int
    post_id: int
    text: str


Command = Claim | Resolve | NotRelevant | OpenReply | PickSuggestion | ApproveReply


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """A command and who gave it where. user_id: Slack's; channel, ts: of the card; trigger_id: opens a form within
    3 s; block: the form's block that an error belongs to."""

    command: Command
    user_id: str
    user_name: str
    channel: str
    ts: str
    trigger_id: str = ""
    block: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class FormPlace:
    """What an open form remembers: which ticket and post it answers, and where its card is."""

    ticket_id: int
    version: int
    post_id: int
    channel: str
    ts: str

    def packed(self) -> str:
        """For private_metadata."""
        return json.dumps([self.ticket_id, self.version, self.post_id, self.channel, self.ts])


def read_click(payload: Mapping[str, Any]) -> Click | None:
    """The command in a payload; None for what needs no answer, such as a link button. ParseError for nonsense."""
    try:
        if payload.get("type") == "view_submission":
            return _submitted(payload)
        if payload.get("type") == "block_actions":
            return _clicked(payload)
    except (KeyError, IndexError, TypeError, ValueError) as cause:
        raise ParseError("a click that cannot be read", where="Slack", mend="see docs.slack.dev") from cause
    return None


_SIMPLE: Mapping[str, type[Claim] | type[Resolve] | type[NotRelevant] | type[OpenReply]] = {
    "claim": Claim,
    "resolve": Resolve,
    "not_relevant": NotRelevant,
    "reply": OpenReply,
}


def _clicked(payload: Mapping[str, Any]) -> Click | None:
    action = payload["actions"][0]
    if action["action_id"] == PICK_ACTION:
        return _picked(payload, action)
    made = _SIMPLE.get(action["action_id"])
    if made is None:
        return None
    ticket_id, version = (int(part) for part in action["value"].split(":"))
    channel, ts = payload["container"]["channel_id"], payload["container"]["message_ts"]
    command = made(ticket_id=ticket_id, version=version)
    return _click(payload, command, channel, ts)


def _picked(payload: Mapping[str, Any], action: Mapping[str, Any]) -> Click:
    view = payload["view"]
    place = _place(view["private_metadata"])
    command = PickSuggestion(
        ticket_id=place.ticket_id,
        version=place.version,
        post_id=place.post_id,
        index=int(action["selected_option"]["value"]),
        view_id=str(view["id"]),
        view_hash=str(view.get("hash", "")),
    )
    return _click(payload, command, place.channel, place.ts)


def _submitted(payload: Mapping[str, Any]) -> Click:
    view = payload["view"]
    place = _place(view["private_metadata"])
    values = view["state"]["values"]
    block = next(name for name in values if name.startswith(TEXT_BLOCK))
    text = values[block][TEXT_ACTION].get("value") or ""
    command = ApproveReply(ticket_id=place.ticket_id, version=place.version, post_id=place.post_id, text=text.strip())
    return replace(_click(payload, command, place.channel, place.ts), block=block)


def _place(packed: str) -> FormPlace:
    ticket_id, version, post_id, channel, ts = json.loads(packed)
    return FormPlace(
        ticket_id=int(ticket_id), version=int(version), post_id=int(post_id), channel=str(channel), ts=str(ts)
    )


def _click(payload: Mapping[str, Any], command: Command, channel: str, ts: str) -> Click:
    user = payload["user"]
    return Click(
        command=command,
        user_id=str(user["id"]),
        user_name=str(user.get("username") or user.get("name") or user["id"]),
        channel=channel,
        ts=ts,
        trigger_id=str(payload.get("trigger_id", "")),
    )
