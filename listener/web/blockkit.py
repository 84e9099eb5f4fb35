"""The part of Slack's Block Kit that our cards use, read into values that a template can draw."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from listener.web.addresses import web_address
from listener.web.highlight import bare
from listener.web.mrkdwn import html

_NOTHING = Markup("")


@dataclass(frozen=True, slots=True, kw_only=True)
class Element:
    """Something to press: url where it leads somewhere; style is "primary", "danger" or ""."""

    text: str
    url: str | None = None
    style: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block. type as Slack names it; pieces: fields, context elements."""

    type: str
    text: Markup = _NOTHING
    pieces: tuple[Markup, ...] = ()
    elements: tuple[Element, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One message. sent: Slack's ts of it; answers: ts of the message that it answers in a thread; thread: the
    answers below it, oldest first."""

    channel: str
    blocks: tuple[Block, ...]
    sent: str = ""
    answers: str = ""
    thread: tuple["Card", ...] = ()


def cards(payloads: Iterable[Mapping[str, Any]]) -> tuple[Card, ...]:
    """Messages as a channel shows them: the order kept, answers below what they answer."""
    drawn = [card(payload) for payload in payloads]
    known = {message.sent for message in drawn}
    below: dict[str, list[Card]] = defaultdict(list)
    for message in sorted(drawn, key=lambda message: message.sent):
        below[message.answers].append(message)
    return tuple(
        replace(message, thread=tuple(below[message.sent]))
        for message in drawn
        if not message.answers or message.answers not in known
    )


def card(payload: Mapping[str, Any]) -> Card:
    """A chat.postMessage payload; blocks of its attachments follow its own. A card without blocks is its text."""
    raw = [*_list(payload.get("blocks"))]
    for attachment in _list(payload.get("attachments")):
        raw += _list(attachment.get("blocks")) or [{"type": "section", "text": {"text": attachment.get("text", "")}}]
    text = str(payload.get("text", ""))
    raw = raw or [{"type": "section", "text": {"type": "mrkdwn", "text": text}}]
    return Card(
        channel=str(payload.get("channel", "")),
        blocks=tuple(_block(block) for block in raw),
        sent=str(payload.get("ts", "")),
        answers=str(payload.get("thread_ts", "")),
    )


def _list(value: object) -> Sequence[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list | tuple) else []


def _text(value: object) -> Markup:
    """A text object: mrkdwn as HTML, plain_text as it is; images by their description."""
    if not isinstance(value, Mapping):
        return Markup("")
    if value.get("type") == "image":
        return bare(f"[{value.get('alt_text', '')}]")
    text = str(value.get("text", ""))
    return bare(text) if value.get("type") == "plain_text" else html(text)


def _block(block: Mapping[str, Any]) -> Block:
    kind = str(block.get("type", ""))
    if kind == "section":
        return _section(block)
    if kind == "context":
        return Block(type=kind, pieces=tuple(_text(element) for element in _list(block.get("elements"))))
    if kind == "actions":
        return Block(type=kind, elements=tuple(_elements(block.get("elements"))))
    if kind == "rich_text":
        return Block(type="section", text=bare(_rich(block)))
    return Block(type=kind, text=_text(block.get("text")))


def _section(block: Mapping[str, Any]) -> Block:
    accessory = block.get("accessory")
    return Block(
        type="section",
        text=_text(block.get("text")),
        pieces=tuple(_text(field) for field in _list(block.get("fields"))),
        elements=tuple(_elements([accessory] if accessory else [])),
    )


def _elements(value: object) -> Iterator[Element]:
    for element in _list(value):
        label = element.get("text") or element.get("placeholder") or {}
        yield Element(
            text=str(label.get("text", "") if isinstance(label, Mapping) else label) or str(element.get("type", "")),
            url=web_address(element.get("url")),
            style=str(element.get("style", "")),
        )


def _rich(block: Mapping[str, Any]) -> str:
    """The bare words of a rich_text block, a line per part."""
    if "elements" not in block:
        return str(block.get("text", block.get("url", "")))
    joiner = "\n" if block.get("type") == "rich_text" else ""
    return joiner.join(_rich(part) for part in _list(block["elements"]))
