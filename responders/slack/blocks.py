"""Blocks of Slack's Block Kit, within its limits by construction."""

from collections.abc import Sequence
from typing import Any

from responders.slack.text import clean, cut, web_address

Block = dict[str, Any]
Card = dict[str, Any]
"""Arguments of chat.postMessage beside channel and ts."""

MOST_BLOCKS = 50
SECTION, _FIELD, _FIELDS, _HEADER, _BUTTON, _CONTEXT, _VALUE, _ID, _OPTION = 3000, 2000, 10, 150, 75, 10, 2000, 255, 150
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


def sure(made: Block, title: str, text: str, yes: str, no: str) -> Block:
    """The same button, asking once more before it does something."""
    asked = {"title": plain(title, 100), "text": plain(text, 300), "confirm": plain(yes, 30), "deny": plain(no, 30)}
    return made | {"confirm": asked}


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
    return {"type": "plain_text", "text": cut(" ".join(clean(text[: 8 * limit]).split()), limit) or "–", "emoji": emoji}


def mrkdwn(text: str, limit: int) -> Block:
    """A mrkdwn object that Slack shows as it is: nothing is turned into a link behind our back."""
    return {"type": "mrkdwn", "text": cut(text, limit) or "–", "verbatim": True}


def message(made: Sequence[Block], text: str) -> Card:
    """A message with its text for notifications. Nothing in it becomes a link or mention by itself, or is fetched."""
    shown = {"blocks": list(made)} if made else {}
    return {
        "text": cut(text, FALLBACK) if text.strip() else "–",
        **shown,
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def changed(card: Card) -> Card:
    """The same for methods that know nothing of unfolding links."""
    return {key: value for key, value in card.items() if not key.startswith("unfurl")}


def marked(card: Card, event_id: int) -> Card:
    """With the number of our event, so that a message can be found again that we are not sure to have sent."""
    return {**card, "metadata": {"event_type": "listener_event", "event_payload": {"event": event_id}}}


def menu(options: Sequence[tuple[str, str]], action_id: str) -> Block:
    """An overflow menu of (text, value), at most five."""
    return {"type": "overflow", "action_id": action_id, "options": [option(*pair) for pair in options[:5]]}


def select(
    options: Sequence[tuple[str, str]], action_id: str, *, placeholder: str = "", chosen: str | None = None
) -> Block:
    """A list to choose one from, of (text, value)."""
    offered = [option(*pair) for pair in options[:100]]
    made: Block = {"type": "static_select", "action_id": action_id, "options": offered}
    return _started(made, offered, placeholder, chosen)


def grouped(
    groups: Sequence[tuple[str, Sequence[tuple[str, str]]]], action_id: str, *, placeholder: str, chosen: str | None
) -> Block:
    """The same with headings; headings without options are left out."""
    named = [(label, [option(*pair) for pair in options[:100]]) for label, options in groups if options]
    offered = [{"label": plain(label, 75), "options": options} for label, options in named[:100]]
    made: Block = {"type": "static_select", "action_id": action_id, "option_groups": offered}
    return _started(made, [one for _, options in named for one in options], placeholder, chosen)


def _started(made: Block, offered: Sequence[Block], placeholder: str, chosen: str | None) -> Block:
    if placeholder:
        made["placeholder"] = plain(placeholder, 150)
    first = next((one for one in offered if one["value"] == chosen), None)
    return made | ({"initial_option": first} if first else {})


def boxes(options: Sequence[tuple[str, str]], action_id: str, ticked: Sequence[str] = ()) -> Block:
    """Boxes to tick, at most ten."""
    offered = [option(*pair) for pair in options[:10]]
    first = [one for one in offered if one["value"] in ticked]
    made: Block = {"type": "checkboxes", "action_id": action_id, "options": offered}
    return made | ({"initial_options": first} if first else {})


def radio(options: Sequence[tuple[str, str]], action_id: str, *, chosen: str = "") -> Block:
    """One of at most ten, the first from the start unless another is chosen."""
    offered = [option(*pair) for pair in options[:10]]
    first = next((one for one in offered if one["value"] == chosen), offered[0])
    return {"type": "radio_buttons", "action_id": action_id, "options": offered, "initial_option": first}


def option(text: str, value: str) -> Block:
    """One thing to choose."""
    return {"text": plain(text, _BUTTON), "value": cut(clean(value), _OPTION)}


def text_input(action_id: str, *, text: str = "", longest: int = SECTION, multiline: bool = True) -> Block:
    """Room for words."""
    made: Block = {"type": "plain_text_input", "action_id": action_id, "multiline": multiline, "max_length": longest}
    text = clean(text) if multiline else " ".join(clean(text).split())
    return made | ({"initial_value": cut(text, longest)} if text else {})


def labelled(label: str, element: Block, block_id: str, *, hint: str = "", optional: bool = False) -> Block:
    """A field of a form."""
    made: Block = {"type": "input", "block_id": block_id, "label": plain(label, _FIELD), "element": element}
    if hint:
        made["hint"] = plain(hint, _FIELD)
    return made | ({"optional": True} if optional else {})


def with_button(text: str, button_: Block, block_id: str) -> Block:
    """A paragraph with a button beside it."""
    return section(text, block_id) | {"accessory": button_}
