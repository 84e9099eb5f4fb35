"""The rules of Slack's Block Kit: what a message, a modal or a home tab may hold.

message(), modal() and home() answer with a list of complaints, each with the place; empty means that Slack would take
it. Built from the reference pages of docs.slack.dev (blocks, block elements, composition objects, views) and from the
limits in the classes of slack_sdk 3.47 (slack_sdk.models.blocks), which the contract tests ask as well.

Stricter than Slack on purpose: no mention may come out of anybody's text, links are not unfolded, block_id is needed
on every block. Not verified against the service: how it counts letters (UTF-16 units here, the largest count there
is), the 4,000 letters of text (advice in the documentation, cut at 40,000 in fact), the least number of options in an
overflow menu, the size of a whole view.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

Block = Mapping[str, Any]
_MENTION = re.compile(r"<!(?:channel|here|everyone|subteam\^)|<@[UW]|<#C")
_TOP_KEYS = {
    "channel", "ts", "thread_ts", "user", "text", "blocks", "parse", "link_names", "unfurl_links", "unfurl_media",
    "metadata", "response_type", "replace_original", "delete_original", "reply_broadcast",
}  # fmt: skip
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
    found = [*_text(payload), *_manners(payload)]
    blocks = payload.get("blocks") or []
    if len(blocks) > 50:
        found.append(f"blocks: {len(blocks)} of at most 50")
    return [*found, *_blocks(blocks, _MESSAGE_BLOCKS), *_mentions(payload)]


def _manners(payload: Block) -> Iterator[str]:
    if unknown := set(payload) - _TOP_KEYS:
        yield f"arguments: unknown {sorted(unknown)}"
    for key, wanted in (("link_names", False), ("parse", "none")):
        if payload.get(key, wanted) != wanted:
            yield f"{key}: {payload[key]!r} may turn words into links or mentions"
    metadata = payload.get("metadata")
    if metadata is not None and set(metadata) != {"event_type", "event_payload"}:
        yield f"metadata: {sorted(metadata)}"


def unfolding(payload: Block) -> list[str]:
    """Complaints about a new message that lets Slack fetch what it links to."""
    return [f"{key}: must be false" for key in ("unfurl_links", "unfurl_media") if payload.get(key) is not False]


def modal(view: Block) -> list[str]:
    """Complaints about a view of views.open, views.update or views.push."""
    found: list[str] = []
    for key in ("title", "submit", "close"):
        if key in view or key == "title":
            found += _object(view.get(key), f"view.{key}", 24, {"plain_text"})
    if view.get("type") != "modal":
        found.append("view.type: not modal")
    blocks = view.get("blocks") or []
    if any(b.get("type") == "input" for b in blocks) and "submit" not in view:
        found.append("view.submit: needed beside an input")
    return [*found, *_view(view, _MODAL_KEYS)]


def home(view: Block) -> list[str]:
    """Complaints about a view of views.publish."""
    found = [] if view.get("type") == "home" else ["view.type: not home"]
    return [*found, *_view(view, _HOME_KEYS)]


_HOME_KEYS = {"type", "blocks", "private_metadata", "callback_id", "external_id"}
_MODAL_KEYS = _HOME_KEYS | {"title", "submit", "close", "clear_on_close", "notify_on_close", "submit_disabled"}


def _view(view: Block, keys: set[str]) -> Iterator[str]:
    if unknown := set(view) - keys:
        yield f"view: unknown {sorted(unknown)}"
    for key, limit in (("private_metadata", 3000), ("callback_id", 255)):
        if _size(view.get(key, "")) > limit:
            yield f"view.{key}: over {limit}"
    blocks = view.get("blocks") or []
    if not 0 < len(blocks) <= 100:
        yield f"view.blocks: {len(blocks)}"
    yield from _blocks(blocks, _MODAL_BLOCKS)
    yield from _mentions({"blocks": blocks})
    if len(json.dumps(view, ensure_ascii=False).encode("utf-8", "replace")) > 250_000:
        yield "view: over 250 kB"


def _text(payload: Block) -> Iterator[str]:
    text = payload.get("text")
    if not isinstance(text, str) or not text.strip():
        yield "text: empty; notifications and screen readers need it"
    elif _size(text) > 4000:
        yield f"text: {_size(text)} over 4000"


def _mentions(value: Any, where: str = "payload") -> Iterator[str]:
    """In all that Slack reads as mrkdwn; plain text and what stands in a field it shows letter by letter."""
    if isinstance(value, str) and _MENTION.search(value):
        yield f"{where}: mentions somebody"
    elif isinstance(value, Mapping) and value.get("type") != "plain_text":
        for key, inner in value.items():
            if key not in ("initial_value", "value", "initial_option"):
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
        if not isinstance(identity, str) or identity in seen or not 0 < _size(identity) <= 255:
            yield f"{where}.block_id: {identity!r} twice, missing or too long"
        seen.add(str(identity))
        unknown = set(block) - _BLOCK_KEYS[kind] - {"type", "block_id"}
        if unknown:
            yield f"{where}: unknown {sorted(unknown)}"
        yield from _BY_KIND[kind](block, where)
    yield from _actions_unique(blocks)


def _actions_unique(blocks: list[Block]) -> Iterator[str]:
    for number, block in enumerate(blocks):
        names = [element.get("action_id") for element in block.get("elements", []) if element.get("type") in _ACTIVE]
        if None in names:
            yield f"blocks[{number}]: action_id missing"
        if len(names) != len(set(names)):
            yield f"blocks[{number}]: action_id twice"


def _header(block: Block, where: str) -> Iterator[str]:
    yield from _object(block.get("text"), f"{where}.text", 150, {"plain_text"})


def _section(block: Block, where: str) -> Iterator[str]:
    if "text" not in block and "fields" not in block:
        yield f"{where}: needs text or fields"
    if "text" in block:
        yield from _object(block["text"], f"{where}.text", 3000)
    if "accessory" in block:
        yield from _element(block["accessory"], f"{where}.accessory")
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
    element = block.get("element") or {}
    if element.get("type") not in _INPUTS:
        yield f"{where}.element: {element.get('type')!r} in an input"
    yield from _element(element, f"{where}.element")


_BY_KIND: Mapping[str, Callable[[Block, str], Iterator[str]]] = {
    "header": _header,
    "section": _section,
    "context": _context,
    "actions": _actions,
    "divider": _divider,
    "input": _input,
}


_MOST_OPTIONS = {"static_select": 100, "multi_static_select": 100, "overflow": 5, "radio_buttons": 10, "checkboxes": 10}
_ACTIVE = {*_MOST_OPTIONS, "button", "plain_text_input", "datetimepicker"}
_INPUTS = _ACTIVE - {"button", "overflow"}


def _element(element: Block, where: str) -> Iterator[str]:
    kind = str(element.get("type"))
    if not 0 < _size(element.get("action_id", "x")) <= 255:
        yield f"{where}.action_id: length"
    if "placeholder" in element:
        yield from _object(element["placeholder"], f"{where}.placeholder", 150, {"plain_text"})
    if "confirm" in element:
        yield from _confirm(element["confirm"], f"{where}.confirm")
    if kind == "button":
        yield from _button(element, where)
    elif kind in _MOST_OPTIONS:
        yield from _choice(element, where, kind)
    elif kind == "plain_text_input":
        yield from _text_input(element, where)
    elif kind == "datetimepicker":
        if len(str(element.get("initial_date_time", 1_700_000_000))) != 10:
            yield f"{where}.initial_date_time: not ten digits"
    else:
        yield f"{where}.type: {kind!r}"


def _confirm(dialog: Block, where: str) -> Iterator[str]:
    for key, limit in (("title", 100), ("confirm", 30), ("deny", 30)):
        yield from _object(dialog.get(key), f"{where}.{key}", limit, {"plain_text"})
    yield from _object(dialog.get("text"), f"{where}.text", 300)


def _text_input(element: Block, where: str) -> Iterator[str]:
    longest = element.get("max_length", 3000)
    if not 0 < longest <= 3000 or _size(element.get("initial_value", "")) > longest:
        yield f"{where}: over {longest} of at most 3000"
    if not 0 <= element.get("min_length", 0) <= longest:
        yield f"{where}.min_length: {element['min_length']}"


def _button(element: Block, where: str) -> Iterator[str]:
    yield from _object(element.get("text"), f"{where}.text", 75, {"plain_text"})
    if _size(element.get("value", "")) > 2000:
        yield f"{where}.value: over 2000"
    url = element.get("url")
    if url is not None and (_size(url) > 3000 or not re.match(r"https?://[^\s]+$", url)):
        yield f"{where}.url: {url[:60]!r}"
    if element.get("style", "primary") not in ("primary", "danger"):
        yield f"{where}.style: {element['style']!r}"


def _choice(element: Block, where: str, kind: str) -> Iterator[str]:
    groups = element.get("option_groups")
    if groups is not None:
        yield from _many(groups, f"{where}.option_groups", 100, _group)
    else:
        yield from _many(element.get("options"), f"{where}.options", _MOST_OPTIONS[kind], _option(kind))
    offered = [option for group in groups or [element] for option in group.get("options", [])]
    values = [option.get("value") for option in offered]
    if len(set(values)) != len(values):
        yield f"{where}: two options of one value"
    first = element.get("initial_option")
    chosen = element.get("initial_options", [] if first is None else [first])
    if any(option not in offered for option in chosen) or (chosen == [] and "initial_options" in element):
        yield f"{where}.initial_option: none of the options"


def _group(group: Block, at: str) -> Iterator[str]:
    yield from _object(group.get("label"), f"{at}.label", 75, {"plain_text"})
    yield from _many(group.get("options"), f"{at}.options", 100, _option("static_select"))


def _option(kind: str) -> Callable[[Block, str], Iterator[str]]:
    rich = kind in ("radio_buttons", "checkboxes")

    def option(item: Block, at: str) -> Iterator[str]:
        yield from _object(item.get("text"), f"{at}.text", 75, {"plain_text", "mrkdwn"} if rich else {"plain_text"})
        if not 0 < _size(item.get("value", "")) <= 150:
            yield f"{at}.value: length"
        if "description" in item:
            yield from _object(item["description"], f"{at}.description", 75)
        if unknown := set(item) - {"text", "value", "description", "url" if kind == "overflow" else "text"}:
            yield f"{at}: unknown {sorted(unknown)}"

    return option


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
