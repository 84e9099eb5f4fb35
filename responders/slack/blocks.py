"""Blocks of Slack's Block Kit, within its limits by construction."""

from collections.abc import Sequence
from typing import Any

from responders.slack.text import clean, cut, web_address

Block = dict[str, Any]

MOST_BLOCKS = 50
SECTION, _FIELD, _FIELDS, _HEADER, _BUTTON, _CONTEXT, _VALUE, _ID = 3000, 2000, 10, 150, 75, 10, 2000, 255
FALLBACK = 3000


def header(text: str, block_id: str) -> Block:
    """A headline in plain text."""
    return {"type": "header", "block_id": block_id, "text": plain(text, _HEADER)}


def section(text: str, block_id: str) -> Block:
    """A paragraph of mrkdwn that is known to fit; what does not is cut, at worst inside a quotation."""
    return {"type": "section", "block_id": block_id, "text": mrkdwn(text, SECTION)}


def fields(texts: Sequence[str], block_id: str) -> Block:
    """Short facts in two columns."""
    return {"type": "section", "block_id": block_id, "fields": [mrkdwn(text, _FIELD) for text in texts[:_FIELDS]]}


def context(texts: Sequence[str], block_id: str) -> Block:
    """Small print."""
    return {"type": "context", "block_id": block_id, "elements": [mrkdwn(text, _FIELD) for text in texts[:_CONTEXT]]}


def actions(buttons: Sequence[Block], block_id: str) -> Block:
    """A row of buttons."""
    return {"type": "actions", "block_id": block_id, "elements": list(buttons[:25])}


def divider(block_id: str) -> Block:
    """A line."""
    return {"type": "divider", "block_id": block_id}


def button(text: str, action_id: str, *, value: str = "", url: str | None = None, style: str | None = None) -> Block:
    """A button. A URL that Slack would refuse leaves it without one."""
    made: Block = {"type": "button", "action_id": cut(action_id, _ID), "text": plain(text, _BUTTON)}
    if value:
        made["value"] = cut(value, _VALUE)
    if safe := web_address(url):
        made["url"] = safe
    if style:
        made["style"] = style
    return made


def plain(text: str, limit: int, *, emoji: bool = True) -> Block:
    """A plain_text object; never empty, for Slack refuses that."""
    return {"type": "plain_text", "text": cut(" ".join(clean(text).split()), limit) or "–", "emoji": emoji}


def mrkdwn(text: str, limit: int) -> Block:
    """A mrkdwn object that Slack shows as it is: nothing is turned into a link behind our back."""
    return {"type": "mrkdwn", "text": cut(text, limit) or "–", "verbatim": True}
