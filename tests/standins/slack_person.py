"""Somebody who clicks in the stand-in for Slack: payloads as Slack makes them from what the screen shows.

    ala = Person(slack, "U1", "ala")
    ala.press(card, "claim")                       # a button of a message, by action_id
    ala.choose(card, "menu", "snooze:7:1")         # an option of a menu or a list
    view = ala.form()                              # the form that is open, once it is
    ala.submit(view, **{"text.pl0.0": "Dzień dobry"})

Built from "Handling user interaction" of docs.slack.dev and the payload examples there.
"""

import uuid
from collections.abc import Iterator, Mapping
from typing import Any

from tests.standins.slack import Message, SlackStandIn

View = Mapping[str, Any]


class Person:
    """user_id, name: as Slack has them."""

    def __init__(self, slack: SlackStandIn, user_id: str = "U1", name: str = "ala") -> None:
        self.slack = slack
        self.user_id = user_id
        self.name = name

    # --- messages -------------------------------------------------------------------------------------------

    def press(self, message: Message, action_id: str) -> str:
        """Presses a button of a message; the envelope's id."""
        return self.slack.push(self.pressed(message, action_id))

    def pressed(self, message: Message, action_id: str) -> dict[str, Any]:
        """The payload of a button."""
        button = _element(message.now["blocks"], action_id)
        return self._on_message(message, {**_identity(button), "value": button.get("value", "")})

    def choose(self, message: Message, action_id: str, value: str) -> str:
        """Chooses an option that begins with value."""
        return self.slack.push(self._on_message(message, _chosen(message.now["blocks"], action_id, value)))

    def _on_message(self, message: Message, action: dict[str, Any]) -> dict[str, Any]:
        container: dict[str, Any] = {
            "type": "message",
            "channel_id": message.channel,
            "message_ts": message.ts,
            "is_ephemeral": False,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        return {
            **self._base("block_actions"),
            "container": container,
            "channel": {"id": message.channel, "name": "alerts"},
            "message": {"type": "message", "ts": message.ts, "text": message.now["text"]},
            "actions": [{**action, "action_ts": "1"}],
            "trigger_id": self.slack.trigger(),
        }

    # --- forms and home tabs --------------------------------------------------------------------------------

    def form(self, callback_id: str = "", seconds: float = 30.0) -> dict[str, Any]:
        """The newest open form, once it is no longer loading."""

        def ready() -> dict[str, Any] | None:
            shown = [view for key, view in list(self.slack.views.items()) if key not in self.slack.closed]
            found = [v for v in shown if v["blocks"][0]["block_id"] != "wait" and callback_id in ("", v["callback_id"])]
            return found[-1] if found else None

        assert self.slack.wait(lambda: ready() is not None, seconds), f"no form: {list(self.slack.views.values())}"
        found = ready()
        assert found is not None
        return found

    def press_in(self, view: View, action_id: str, block_id: str = "") -> str:
        """Presses a button in a form or home tab."""
        button = _element(view["blocks"], action_id, block_id)
        return self.slack.push(self._in_view(view, {**_identity(button), "value": button.get("value", "")}))

    def choose_in(self, view: View, action_id: str, value: str, **typed: Any) -> str:
        """Chooses from a list in a form. typed: as in submit()."""
        return self.slack.push(self._in_view(view, _chosen(view["blocks"], action_id, value), typed))

    def _in_view(self, view: View, action: dict[str, Any], typed: Mapping[str, Any] | None = None) -> dict[str, Any]:
        return {
            **self._base("block_actions"),
            "container": {"type": "view", "view_id": view["id"]},
            "view": {**view, "state": _state(view, typed or {})},
            "actions": [{**action, "action_ts": "1"}],
            "trigger_id": self.slack.trigger(),
        }

    def submit(self, view: View, **typed: Any) -> Any:
        """Submits a form; what it is acknowledged with. typed: block_id -> text, option value, or list of them; blocks
        that are not named keep what they began with."""
        return self.slack.answer(self.submission(view, **typed))

    def submission(self, view: View, **typed: Any) -> dict[str, Any]:
        """The payload of a submitted form."""
        asked = {**self._base("view_submission"), "trigger_id": self.slack.trigger()}
        return {**asked, "view": {**view, "state": _state(view, typed)}}

    def shut(self, view: View) -> str:
        """Closes a form."""
        return self.slack.push({**self._base("view_closed"), "view": dict(view), "is_cleared": False})

    def open_home(self, event_id: str = "", *, retry: int = 0) -> str:
        """Opens the home tab."""
        event = {"type": "app_home_opened", "user": self.user_id, "channel": f"D{self.user_id}", "tab": "home"}
        payload = {
            "type": "event_callback",
            "event_id": event_id or f"Ev{uuid.uuid4().hex[:10]}",
            "event": event,
            "team_id": "T0STANDIN",
        }
        return self.slack.push(payload, "events_api", retry=retry)

    # --- commands and shortcuts -----------------------------------------------------------------------------

    def command(self, text: str, channel: str = "C0ALERTS") -> Any:
        """/listener TEXT; what it is answered with at once."""
        return self.slack.answer(self.commanded(text, channel), "slash_commands")

    def commanded(self, text: str, channel: str = "C0ALERTS") -> dict[str, Any]:
        """The payload of a command."""
        return {
            "command": "/listener",
            "text": text,
            "user_id": self.user_id,
            "user_name": self.name,
            "channel_id": channel,
            "channel_name": "alerts",
            "team_id": "T0STANDIN",
            "trigger_id": self.slack.trigger(),
            "response_url": self.slack.response_url(),
        }

    def shortcut(self, callback_id: str) -> str:
        """A global shortcut."""
        return self.slack.push(
            {**self._base("shortcut"), "callback_id": callback_id, "trigger_id": self.slack.trigger()}
        )

    def on_message(self, callback_id: str, text: str, channel: str = "C0TALK") -> str:
        """A shortcut on a colleague's message."""
        return self.slack.push(
            {
                **self._base("message_action"),
                "callback_id": callback_id,
                "trigger_id": self.slack.trigger(),
                "channel": {"id": channel, "name": "talk"},
                "message": {"type": "message", "user": "U9", "ts": "1700000000.000099", "text": text},
                "response_url": self.slack.response_url(),
            }
        )

    def says(self, text: str, channel: str = "C0ALERTS", thread_ts: str = "") -> str:
        """Writes in a channel or thread, as if the app had subscribed to hear it."""
        event = {"type": "message", "user": self.user_id, "text": text, "channel": channel, "ts": "1700000001.000001"}
        if thread_ts:
            event["thread_ts"] = thread_ts
        payload = {"type": "event_callback", "event_id": f"Ev{uuid.uuid4().hex[:10]}", "event": event}
        return self.slack.push(payload, "events_api")

    def _base(self, kind: str) -> dict[str, Any]:
        user = {"id": self.user_id, "username": self.name, "name": self.name, "team_id": "T0STANDIN"}
        return {"type": kind, "user": user, "team": {"id": "T0STANDIN", "domain": "standin"}, "api_app_id": "A0STANDIN"}


def words_of(value: Any) -> str:
    """Every text that a message or view shows, a line each: what a person reads."""
    return "\n".join(_texts(value))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, Mapping):
        if value.get("type") in ("plain_text", "mrkdwn") and isinstance(value.get("text"), str):
            yield value["text"]
        if isinstance(value.get("initial_value"), str):
            yield value["initial_value"]
        for key, inner in value.items():
            if key not in ("metadata", "private_metadata"):
                yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)


def _elements(blocks: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any]]]:
    for block in blocks:
        inside = [*block.get("elements", []), *(block[key] for key in ("accessory", "element") if key in block)]
        for element in inside:
            yield block["block_id"], element


def _element(blocks: list[dict[str, Any]], action_id: str, block_id: str = "") -> dict[str, Any]:
    offered = [
        {**element, "block_id": where}
        for where, element in _elements(blocks)
        if element.get("action_id") == action_id and block_id in ("", where)
    ]
    assert offered, f"there is no {action_id}: {[e.get('action_id') for _, e in _elements(blocks)]}"
    return offered[0]


def _identity(element: Mapping[str, Any]) -> dict[str, Any]:
    return {key: element[key] for key in ("type", "action_id", "block_id")}


def _options(element: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [option for group in element.get("option_groups") or [element] for option in group.get("options", [])]


def _chosen(blocks: list[dict[str, Any]], action_id: str, value: str) -> dict[str, Any]:
    element = _element(blocks, action_id)
    option = next((one for one in _options(element) if one["value"].startswith(value)), None)
    assert option is not None, f"no option {value}: {[one['value'] for one in _options(element)]}"
    return {**_identity(element), "selected_option": option}


def _state(view: View, typed: Mapping[str, Any]) -> dict[str, Any]:
    values = {
        block["block_id"]: {block["element"]["action_id"]: _value(block["element"], typed.get(block["block_id"], ...))}
        for block in view["blocks"]
        if block["type"] == "input"
    }
    unknown = set(typed) - set(values)
    assert not unknown, f"no such fields: {unknown}; there are {sorted(values)}"
    return {"values": values}


def _value(element: Mapping[str, Any], typed: Any) -> dict[str, Any]:
    """What Slack reports of an input: what was put in, or what it began with."""
    kind = element["type"]
    if kind == "plain_text_input":
        return {"type": kind, "value": element.get("initial_value") if typed is ... else (typed or None)}
    if kind == "datetimepicker":
        return {"type": kind, "selected_date_time": None if typed is ... else typed}
    if kind == "checkboxes":
        ticked = (
            element.get("initial_options", [])
            if typed is ...
            else [o for o in _options(element) if o["value"] in typed]
        )
        return {"type": kind, "selected_options": ticked}
    option = (
        element.get("initial_option") if typed is ... else next(o for o in _options(element) if o["value"] == typed)
    )
    return {"type": kind, "selected_option": option}
