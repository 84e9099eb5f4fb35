"""What Slack sends when somebody clicks."""

from typing import Any

from responders.slack.actions import FormPlace

PLACE = FormPlace(ticket_id=7, version=1, post_id=1, channel="C0ALERTS", ts="1700000000.000001")


def clicked(action_id: str, value: str = "7:1") -> dict[str, Any]:
    return {
        "type": "block_actions",
        "user": {"id": "U1", "username": "ola"},
        "container": {"type": "message", "channel_id": "C0ALERTS", "message_ts": PLACE.ts},
        "trigger_id": "T1",
        "actions": [{"type": "button", "action_id": action_id, "block_id": "t7:doors", "value": value}],
    }


def submitted(text: str | None) -> dict[str, Any]:
    view = {
        "id": "V1",
        "private_metadata": PLACE.packed(),
        "state": {"values": {"reply_text0": {"text": {"type": "plain_text_input", "value": text}}}},
    }
    return {"type": "view_submission", "user": {"id": "U1", "name": "ola"}, "view": view}


def picked(view: dict[str, Any], index: int) -> dict[str, Any]:
    option = {"value": str(index)}
    return {
        "type": "block_actions",
        "user": {"id": "U1", "username": "ola"},
        "container": {"type": "view", "view_id": view["id"]},
        "view": view,
        "actions": [
            {"type": "static_select", "action_id": "pick", "block_id": "suggestions", "selected_option": option}
        ],
    }
