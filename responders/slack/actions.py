"""From what Slack sends when somebody does something to what they want: typed commands, no I/O.

Ids travel in button values ("ticket:version"), in those of menus ("act:ticket:version") and in a form's
private_metadata. What is written in the channel or a thread is never read: it cannot become an answer to a customer.
"""

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from listener.errors import ParseError
from listener.model import Tone
from responders.slack import submissions
from responders.slack.commands import (
    Act,
    Approve,
    ChangeReply,
    Click,
    CloseReply,
    Command,
    Do,
    Form,
    Memo,
    Open,
    Place,
    ShowHome,
    Slash,
)
from responders.slack.envelopes import Envelope, EnvelopeKind
from responders.slack.fields import (
    ADD_PART,
    AUDIENCE,
    LANGUAGE,
    MENU,
    PICK,
    PRIVATE,
    PUBLIC,
    REFRESH,
    SIGN,
    TONE,
    State,
)
from responders.slack.parts import digest, joined

NEW_TICKET, TICKET_FROM_MESSAGE = "new_ticket", "ticket_from_message"
_LINK = re.compile(r"<(https?://[^|>\s]+)(?:\|[^>]*)?>|(https?://[^\s<>|]+)")


def read(envelope: Envelope) -> Click | None:
    """The command in an envelope; None for what needs none, such as a link button. ParseError for nonsense."""
    try:
        return _READERS[envelope.kind](envelope.payload)
    except (KeyError, IndexError, TypeError, ValueError, AttributeError, StopIteration) as cause:
        raise ParseError(
            f"a {envelope.kind.value} that cannot be read", where="Slack", mend="see docs.slack.dev"
        ) from cause


def _interactive(payload: Mapping[str, Any]) -> Click | None:
    reader = _INTERACTIVE.get(str(payload.get("type")))
    return None if reader is None else reader(payload)


def _event(payload: Mapping[str, Any]) -> Click | None:
    event = payload["event"]
    if event.get("type") != "app_home_opened" or event.get("tab", "home") != "home":
        return None
    return Click(command=ShowHome(), user_id=str(event["user"]), place=Place(home=True))


def _slash(payload: Mapping[str, Any]) -> Click:
    command = Slash(text=str(payload.get("text", "")), response_url=str(payload.get("response_url", "")))
    return Click(
        command=command,
        user_id=str(payload["user_id"]),
        user_name=str(payload.get("user_name", "")),
        place=Place(channel=str(payload.get("channel_id", ""))),
        trigger_id=str(payload.get("trigger_id", "")),
    )


def _clicked(payload: Mapping[str, Any]) -> Click | None:
    action = payload["actions"][0]
    name = str(action["action_id"])
    if name in (PICK, LANGUAGE, TONE, AUDIENCE, ADD_PART):
        return _click(payload, _changed(payload["view"], action, name))
    if name == REFRESH:
        return _click(payload, ShowHome())
    if name == MENU:
        name, _, value = str(action["selected_option"]["value"]).partition(":")
    else:
        value = str(action.get("value", ""))
    command = _pressed(name, value)
    return None if command is None else _click(payload, command)


def _pressed(name: str, value: str) -> Command | None:
    if name == "approve":
        proposal_id, ticket_id = (int(part) for part in value.split(":"))
        return Approve(proposal_id=proposal_id, ticket_id=ticket_id)
    if name == Form.REJECT:
        number, ticket_id = (int(part) for part in value.split(":"))
        return Open(form=Form.REJECT, ticket_id=ticket_id, number=number)
    if name == Form.TICKET:
        return Open(form=Form.TICKET)
    if name not in set(Act) and name not in set(Form):
        return None
    ticket_id, version = (int(part) for part in value.split(":"))
    if name in set(Act):
        return Do(act=Act(name), ticket_id=ticket_id, version=version)
    return Open(form=Form(name), ticket_id=ticket_id, version=version)


def _changed(view: Mapping[str, Any], action: Mapping[str, Any], name: str) -> ChangeReply:
    memo = replace(Memo.unpacked(view["private_metadata"]), mark="")
    state = State(view)
    sign = state.ticked(SIGN, True)
    if name == ADD_PART:
        return ChangeReply(memo=replace(memo, parts=memo.parts + 1), typed=state.texts(), sign=sign)
    value = str(action["selected_option"]["value"])
    if name == PICK:
        return ChangeReply(memo=replace(memo, picked=int(value), parts=1), sign=sign)
    memo = _chosen(memo, name, value)
    typed = state.texts()
    if not joined(typed) or digest(joined(typed)) == memo.filled:
        return ChangeReply(memo=replace(memo, picked=0, parts=1), sign=sign)
    # nobody's own words are lost to another tone; none of the suggestions stands there then
    return ChangeReply(memo=replace(memo, picked=-1), typed=typed, sign=sign)


def _chosen(memo: Memo, name: str, value: str) -> Memo:
    if name == TONE:
        return replace(memo, tone=Tone(value).value)
    if name == AUDIENCE:
        return replace(memo, private={PUBLIC: False, PRIVATE: True}[value])
    return replace(memo, lang=value)


def _submitted(payload: Mapping[str, Any]) -> Click | None:
    command = submissions.read(payload["view"])
    return None if command is None else _click(payload, command)


def _closed(payload: Mapping[str, Any]) -> Click | None:
    view = payload["view"]
    if view.get("callback_id") != Form.REPLY:
        return None
    return _click(payload, CloseReply(memo=Memo.unpacked(view["private_metadata"])))


def _shortcut(payload: Mapping[str, Any]) -> Click | None:
    if payload["callback_id"] != NEW_TICKET:
        return None
    return _click(payload, Open(form=Form.TICKET))


def _message_action(payload: Mapping[str, Any]) -> Click | None:
    if payload["callback_id"] != TICKET_FROM_MESSAGE:
        return None
    text = str(payload["message"].get("text", ""))
    link = _LINK.search(text)
    url = (link[1] or link[2]) if link else ""
    shown = _LINK.sub(lambda found: found[1] or found[2], text)
    return _click(payload, Open(form=Form.TICKET, text=_plain(shown), url=_plain(url)))


def _plain(text: str) -> str:
    """Slack sends messages with three characters escaped."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _place(payload: Mapping[str, Any]) -> Place:
    container = payload.get("container") or {}
    message = payload.get("message") or {}
    view = payload.get("view") or {}
    channel = container.get("channel_id") or (payload.get("channel") or {}).get("id", "")
    return Place(
        channel=str(channel),
        ts=str(container.get("message_ts", "")),
        thread=str(container.get("thread_ts") or message.get("thread_ts") or ""),
        view_id=str(view.get("id", "")),
        view_hash=str(view.get("hash", "")),
        home=view.get("type") == "home",
        fleeting=bool(container.get("is_ephemeral")),
    )


def _click(payload: Mapping[str, Any], command: Command) -> Click:
    user = payload["user"]
    return Click(
        command=command,
        user_id=str(user["id"]),
        user_name=str(user.get("username") or user.get("name") or ""),
        place=_place(payload),
        trigger_id=str(payload.get("trigger_id", "")),
    )


_READERS = {EnvelopeKind.INTERACTIVE: _interactive, EnvelopeKind.COMMAND: _slash, EnvelopeKind.EVENT: _event}
_INTERACTIVE = {
    "block_actions": _clicked,
    "view_submission": _submitted,
    "view_closed": _closed,
    "shortcut": _shortcut,
    "message_action": _message_action,
}
