"""The form for a reply: a suggestion to start from, the text to edit, one button that approves it."""

from typing import Any

from listener.model import SuggestedReply, TicketView
from responders.slack import blocks
from responders.slack.actions import PICK_ACTION, TEXT_ACTION, TEXT_BLOCK, FormPlace
from responders.slack.blocks import Block
from responders.slack.text import cut, fitted, quoted
from responders.slack.wording import Words, wording

_MOST_OPTIONS = 10
_LONGEST_TEXT = 3000

View = dict[str, Any]
"""Argument "view" of views.open and views.update."""


def reply_form(view: TicketView, place: FormPlace, *, picked: int = 0, lang: str = "pl") -> View:
    """The form with one of the suggestions filled in. Picking another one makes a new form with the same place."""
    words = wording(lang)
    drafts = view.suggestions[:_MOST_OPTIONS]
    made = [blocks.section(quoted(fitted(view.latest.post.text, 1200)) or "–", "post")]
    if len(drafts) > 1:
        made.append(_choice(drafts, picked, words))
    text = drafts[picked].text if picked < len(drafts) else ""
    made.append(_input(text, picked, words))
    return {
        "type": "modal",
        "callback_id": "reply",
        "private_metadata": place.packed(),
        "title": blocks.plain(words["modal.title"], 24),
        "submit": blocks.plain(words["modal.send"], 24),
        "close": blocks.plain(words["modal.close"], 24),
        "blocks": made,
    }


def _choice(drafts: tuple[SuggestedReply, ...], picked: int, words: Words) -> Block:
    options = [
        {"text": blocks.plain(_name(number, draft, words), 75), "value": str(number)}
        for number, draft in enumerate(drafts)
    ]
    select: Block = {"type": "static_select", "action_id": PICK_ACTION, "options": options}
    if picked < len(options):
        select["initial_option"] = options[picked]
    return {"type": "actions", "block_id": "suggestions", "elements": [select]}


def _name(number: int, draft: SuggestedReply, words: Words) -> str:
    kind = words.get(f"kind.{draft.kind}", draft.kind)
    return f"{number + 1}. {kind}: {', '.join(draft.sources)}" if draft.sources else f"{number + 1}. {kind}"


def _input(text: str, picked: int, words: Words) -> Block:
    # Slack keeps what was typed in a block of the same id, so a newly picked text needs an id of its own
    element: Block = {
        "type": "plain_text_input",
        "action_id": TEXT_ACTION,
        "multiline": True,
        "max_length": _LONGEST_TEXT,
    }
    if text:
        element["initial_value"] = cut(text, _LONGEST_TEXT)
    return {
        "type": "input",
        "block_id": f"{TEXT_BLOCK}{picked}",
        "label": blocks.plain(words["modal.text"], 2000),
        "hint": blocks.plain(words["modal.hint"], 2000),
        "element": element,
    }
