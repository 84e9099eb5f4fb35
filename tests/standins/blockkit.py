"""The rules of Slack's Block Kit, as its documentation states them: what a message or a modal may hold.

validate(...) answers with a list of complaints, each with the place; empty means that Slack would take it.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Block = Mapping[str, Any]
_MENTION = re.compile(r"<!(?:channel|here|everyone|subteam\^)|<@[UW]|<#C")
_BLOCK_KEYS = {
    "header": {"text"},
    "section": {"text", "fields", "accessory", "expand"},
    "context": {"elements"},
    "actions": {"elements"},
    "divider": set(),
    "input": {"label", "element", "hint", "optional", "dispatch_action"},
}
_MODAL_BLOCKS = {"header", "section", "context", "actions", "divider", "input"}
_MESSAGE_BLOCKS = _MODAL_BLOCKS - {"input"}


def message(payload: Block) -> list[str]:
    """Complaints about the arguments of chat.postMessage or chat.update."""
    found = list(_text(payload))
    blocks = payload.get("blocks") or []
    if len(blocks) > 50:
        found.append(f"blocks: {len(blocks)} of at most 50")
    return [*found, *_blocks(blocks, _MESSAGE_BLOCKS), *_mentions(payload)]


def modal(view: Block) -> list[str]:
    """Complaints about a view of views.open, views.update or views.push."""
    found: list[str] = []
    for key in ("title", "submit", "close"):
        if key in view or key == "title":
            found += _object(view.get(key), f"view.{key}", 24, {"plain_text"})
    if view.get("type") != "modal":
        found.append("view.type: not modal")
    for key, limit in (("private_metadata", 3000), ("callback_id", 255)):
        if _size(view.get(key, "")) > limit:
            found.append(f"view.{key}: over {limit}")
    blocks = view.get("blocks") or []
    if not 0 < len(blocks) <= 100:
        found.append(f"view.blocks: {len(blocks)}")
    if any(b.get("type") == "input" for b in blocks) and "submit" not in view:
        found.append("view.submit: needed beside an input")
    return [*found, *_blocks(blocks, _MODAL_BLOCKS), *_mentions({"blocks": blocks})]


def _text(payload: Block) -> Iterator[str]:
    text = payload.get("text")
    if not isinstance(text, str) or not text.strip():
        yield "text: empty; notifications and screen readers need it"
    elif _size(text) > 4000:
        yield f"text: {_size(text)} over 4000"


def _mentions(value: Any, where: str = "payload") -> Iterator[str]:
    if isinstance(value, str) and _MENTION.search(value):
        yield f"{where}: mentions somebody"
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _mentions(inner, f"{where}.{key}")
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            yield from _mentions(inner, f"{where}[{number}]")


def _blocks(blocks: list[Block], allowed: set[str]) -> Iterator[str]:
    seen: set[str] = set()
    for number, block in enumerate(blocks):
        where = f"blocks[{number}]"
        kind = block.get("type")
        if kind not in allowed:
            yield f"{where}.type: {kind!r}"
            continue
        identity = block.get("block_id")
        if identity is not None and (identity in seen or not 0 < _size(identity) <= 255):
            yield f"{where}.block_id: {identity!r} twice or too long"
        seen.add(str(identity))
        unknown = set(block) - _BLOCK_KEYS[kind] - {"type", "block_id"}
        if unknown:
            yield f"{where}: unknown {sorted(unknown)}"
        yield from _BY_KIND[kind](block, where)
    yield from _actions_unique(blocks)


def _actions_unique(blocks: list[Block]) -> Iterator[str]:
    for number, block in enumerate(blocks):
        names = [element.get("action_id") for element in block.get("elements", []) if "action_id" in element]
        if len(names) != len(set(names)):
            yield f"blocks[{number}]: action_id twice"


def _header(block: Block, where: str) -> Iterator[str]:
    yield from _object(block.get("text"), f"{where}.text", 150, {"plain_text"})


def _section(block: Block, where: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield f"{where}: needs text or fields"
    if "text" in block:
        yield from _object(block["text"], f"{where}.text", 3000)
    if "fields" in block:
        yield from _many(block["fields"], f"{where}.fields", 10, lambda item, at: _object(item, at, 2000))


def _context(block: Block, where: str) -> Iterator[str]:
    yield from _many(block.get("elements"), f"{where}.elements", 10, lambda item, at: _object(item, at, 2000))


def _actions(block: Block, where: str) -> Iterator[str]:
    yield from _many(block.get("elements"), f"{where}.elements", 25, _element)


def _divider(block: Block, where: str) -> Iterator[str]:
    yield from ()


def _input(block: Block, where: str) -> Iterator[str]:
    yield from _object(block.get("label"), f"{where}.label", 2000, {"plain_text"})
    if "hint" in block:
        yield from _object(block["hint"], f"{where}.hint", 2000, {"plain_text"})
    yield from _element(block.get("element") or {}, f"{where}.element")


_BY_KIND: Mapping[str, Callable[[Block, str], Iterator[str]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "input": _input,
}


def _element(element: Block, where: str) -> Iterator[str]:
    kind = element.get("type")
    if not 0 < _size(element.get("action_id", "x")) <= 255:
        yield f"{where}.action_id: length"
    if kind == "button":
        yield from _button(element, where)
    elif kind in ("static_select", "radio_buttons", "checkboxes", "overflow"):
        yield from _choice(element, where, {"static_select": 100, "overflow": 5}.get(str(kind), 10))
    elif kind == "plain_text_input":
        if not 0 < element.get("max_length", 3000) <= 3000 or _size(element.get("initial_value", "")) > 3000:
            yield f"{where}: over 3000"
    else:
        yield f"{where}.type: {kind!r}"


def _button(element: Block, where: str) -> Iterator[str]:
    yield from _object(element.get("text"), f"{where}.text", 75, {"plain_text"})
    if _size(element.get("value", "")) > 2000:
        yield f"{where}.value: over 2000"
    url = element.get("url")
    if url is not None and (_size(url) > 3000 or not re.match(r"https?://[^\s]+$", url)):
        yield f"{where}.url: {url[:60]!r}"
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"{where}.style: {element['style']!r}"


def _choice(element: Block, where: str, most: int) -> Iterator[str]:
    def option(item: Block, at: str) -> Iterator[str]:
        yield from _object(item.get("text"), f"{at}.text", 75)
        if not 0 < _size(item.get("value", "")) <= 150:
            yield f"{at}.value: length"

    yield from _many(element.get("options"), f"{where}.options", most, option)
    initial = element.get("initial_option")
    if initial is not None and initial not in element.get("options", []):
        yield f"{where}.initial_option: none of the options"


def _many(items: Any, where: str, most: int, each: Callable[[Block, str], Iterator[str]]) -> Iterator[str]:
    if not isinstance(items, list) or not 0 < len(items) <= most:
        yield f"{where}: must be a list of 1 to {most}"
        return
    for number, item in enumerate(items):
        yield from each(item, f"{where}[{number}]")


def _object(value: Any, where: str, limit: int, kinds: set[str] | None = None) -> Iterator[str]:
    if not isinstance(value, Mapping) or value.get("type") not in (kinds or {"plain_text", "mrkdwn"}):
        yield f"{where}: no text object of the right type"
        return
    text = value.get("text")
    if not isinstance(text, str) or not 0 < _size(text) <= limit:
        yield f"{where}: {_size(text or '')} letters of at most {limit}"
    unknown = set(value) - {"type", "text", "emoji" if value["type"] == "plain_text" else "verbatim"}
    if unknown:
        yield f"{where}: unknown {sorted(unknown)}"


def _size(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
