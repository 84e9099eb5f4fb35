"""What one can do from a card: the two or three things that are next, the rest in a menu."""

from collections.abc import Iterator

from listener.model import ReplyState, TicketState, TicketView
from listener.protocols import Alert
from responders.slack import blocks
from responders.slack.blocks import Block
from responders.slack.commands import Act, Form
from responders.slack.fields import MENU
from responders.slack.text import web_address
from responders.slack.wording import Words

_OUT = (
    ReplyState.APPROVED,
    ReplyState.SENDING,
    ReplyState.PUBLISHED,
    ReplyState.ACCEPTED,
    ReplyState.PENDING_MODERATION,
    ReplyState.MANUAL,
)


def buttons_of(alert: Alert, words: Words, interactive: bool) -> Iterator[Block]:
    """The row below a card. interactive: whether clicks reach us; links always do."""
    view = alert.view
    assert view is not None
    row = []
    if interactive:
        first, rest = _next(view)
        row = [_button(name, view, words, primary=number == 0) for number, name in enumerate(first)]
    if web_address(view.latest.post.url):
        row.append(blocks.button(words["open_post"], "open_post", url=view.latest.post.url))
    if alert.inbox_url and not interactive:
        row.append(blocks.button(words["open_inbox"], "open_inbox", url=alert.inbox_url, style="primary"))
    if interactive and rest:
        row.append(blocks.menu([(words[f"do.{name}"], f"{name}:{_value(view)}") for name in rest], MENU))
    if row:
        yield blocks.actions(row, f"t{view.ticket.id}:doors")


def everything(alert: Alert, words: Words, me: str = "") -> Iterator[Block]:
    """All that can be done, for where there is room. me: who looks."""
    view = alert.view
    assert view is not None
    first, _ = _next(view)
    if view.ticket.state is TicketState.RESOLVED:
        names = [*first, Form.LABELS, Form.NOTE, *_hiding(view)]
    else:
        mine = (Act.CLAIM,) if view.ticket.assignee is None else ()
        others = (*mine, Act.RESOLVE, Form.SNOOZE, Form.ASSIGN, Act.NOT_RELEVANT, Form.LABELS, Form.NOTE)
        flood = Act.CALM if view.ticket.incident else Act.INCIDENT
        watch = Act.UNWATCH if me in view.watchers else Act.WATCH
        names = list(dict.fromkeys((*first, *others, flood, watch, *_hiding(view))))
    row = [_button(name, view, words, primary=number == 0) for number, name in enumerate(names)]
    if web_address(view.latest.post.url):
        row.append(blocks.button(words["open_post"], "open_post", url=view.latest.post.url))
    yield blocks.actions(row, f"t{view.ticket.id}:doors")


def _hiding(view: TicketView) -> tuple[Act, ...]:
    """Hide the latest post, or show it again, where that can be done and is not on its way."""
    post_id = view.latest.id
    known = view.hidings.get(post_id)
    if post_id not in view.hideable or (known is not None and known.waits):
        return ()
    return (Act.UNHIDE,) if known is not None and known.is_hidden else (Act.HIDE,)


Name = Act | Form
_REOPENING = {TicketState.SNOOZED: "wake", TicketState.REVIEW: "take_on"}


def _next(view: TicketView) -> tuple[tuple[Name, ...], tuple[Name, ...]]:
    """(buttons, menu) for where the ticket stands."""
    ticket = view.ticket
    flood = Act.CALM if ticket.incident else Act.INCIDENT
    if ticket.state is TicketState.RESOLVED:
        return (Act.REOPEN,), (Form.LABELS, Form.SHOW)
    if ticket.state in (TicketState.SNOOZED, TicketState.REVIEW):
        return (Act.REOPEN, Form.REPLY, Act.NOT_RELEVANT), (Form.ASSIGN, Act.RESOLVE, Form.LABELS, flood, Form.SHOW)
    if any(reply.state in _OUT for reply in view.replies):
        return (Act.RESOLVE, Form.REPLY), (Form.SNOOZE, Form.ASSIGN, Form.LABELS, flood, Form.SHOW)
    if ticket.assignee is None:
        return (Form.REPLY, Act.CLAIM, Act.NOT_RELEVANT), (
            Form.SNOOZE,
            Form.ASSIGN,
            Act.RESOLVE,
            Form.LABELS,
            Form.SHOW,
        )
    return (Form.REPLY, Act.RESOLVE, Form.SNOOZE), (Form.ASSIGN, Act.NOT_RELEVANT, Form.LABELS, flood, Form.SHOW)


def _button(name: Name, view: TicketView, words: Words, *, primary: bool) -> Block:
    label = _REOPENING.get(view.ticket.state, name) if name is Act.REOPEN else name
    made = blocks.button(words[f"do.{label}"], name.value, value=_value(view), style="primary" if primary else None)
    if name is not Act.HIDE:
        return made
    return blocks.sure(made, words["do.hide"], words["hide.sure"], words["do.hide"], words["modal.close"])


def _value(view: TicketView) -> str:
    return f"{view.ticket.id}:{view.ticket.version}"
