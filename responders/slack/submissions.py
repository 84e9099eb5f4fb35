"""Submitted forms read as commands."""

from collections.abc import Callable, Mapping
from typing import Any

from listener.model import Intent, Sentiment, Topic, Urgency
from responders.slack.commands import (
    Command,
    Form,
    Memo,
    SubmitAssign,
    SubmitLabels,
    SubmitNote,
    SubmitRejection,
    SubmitReply,
    SubmitSnooze,
    SubmitTicket,
    Until,
)
from responders.slack.fields import ANYWAY, AUDIENCE, PRIVATE, PUBLIC, SIGN, State


def read(view: Mapping[str, Any]) -> Command | None:
    """The command in a submitted form; None for one that is none of ours."""
    reader = _READERS.get(str(view.get("callback_id")))
    return None if reader is None else reader(Memo.unpacked(view.get("private_metadata") or "{}"), State(view))


def _reply(memo: Memo, state: State) -> SubmitReply:
    return SubmitReply(
        memo=memo,
        parts=state.texts(),
        sign=state.ticked(SIGN, False),
        anyway=state.ticked(ANYWAY, False),
        private=(state.choice(AUDIENCE) or (PRIVATE if memo.private else PUBLIC)) == PRIVATE,
        block=state.text_blocks()[0],
    )


def _snooze(memo: Memo, state: State) -> SubmitSnooze:
    return SubmitSnooze(memo=memo, until=Until(state.choice("until")), at=state.moment("at"), block="at")


def _assign(memo: Memo, state: State) -> SubmitAssign:
    kind, _, name = state.choice("to").partition(":")
    return SubmitAssign(memo=memo, user=name if kind == "user" else None, team=name if kind == "team" else None)


def _labels(memo: Memo, state: State) -> SubmitLabels:
    labels: dict[str, str | tuple[str, ...]] = {
        "sentiment": Sentiment(state.choice("sentiment")).value,
        "urgency": Urgency(state.choice("urgency")).value,
        "intents": tuple(Intent(value).value for value in state.choices("intents")),
        "topics": tuple(Topic(value).value for value in state.choices("topics")),
    }
    return SubmitLabels(memo=memo, labels=labels)


def _note(memo: Memo, state: State) -> SubmitNote:
    words = state.text("tags").replace("#", " ").split(",")
    tags = dict.fromkeys(" ".join(word.split()) for word in words if word.strip())
    return SubmitNote(memo=memo, text=state.text("note"), tags=tuple(tags))


def _ticket(memo: Memo, state: State) -> SubmitTicket:
    return SubmitTicket(
        url=state.text("url"),
        text=state.text("text"),
        author=state.text("author"),
        brand=state.choice("brand"),
        block="url",
    )


def _rejection(memo: Memo, state: State) -> SubmitRejection:
    return SubmitRejection(memo=memo, why=state.text("why"), block="why")


_READERS: Mapping[str, Callable[[Memo, State], Command]] = {
    Form.REPLY: _reply,
    Form.SNOOZE: _snooze,
    Form.ASSIGN: _assign,
    Form.LABELS: _labels,
    Form.NOTE: _note,
    Form.TICKET: _ticket,
    Form.REJECT: _rejection,
}
