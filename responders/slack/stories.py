"""Messages beside the card: what happened, for the thread below it; what needs a second person; what cannot wait."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from listener.model import PLACE, EventKind, Proposal, TicketView
from listener.protocols import Alert
from responders.slack import blocks
from responders.slack.blocks import Block, Card, message
from responders.slack.cards import author_line, headline, reply_line, the_view
from responders.slack.commands import Form
from responders.slack.text import cut, fitted, link, moment, plain, quoted
from responders.slack.wording import Words, said, wording

_STORY = 300
_PIECE = 1200
_MOST_PIECES = 15
_MOST_HELD = 20


def story(alert: Alert, *, lang: str = "pl") -> Card:
    """What just happened to the ticket, for the thread under its card."""
    words = wording(lang)
    view = the_view(alert)
    title = words.get(f"story.{alert.event.kind}", alert.event.kind.value)
    if alert.event.kind is EventKind.REPLY_PUBLISHED and _is_private(alert, view):
        title = words["story.private"]
    lines = [f"*{title}*", *_told(alert, view, words)]
    text = cut("\n".join(lines), blocks.FALLBACK)
    return message([blocks.section(text, f"e{alert.event.id}:story")], text)


def _is_private(alert: Alert, view: TicketView) -> bool:
    return any(reply.private for reply in view.replies if reply.id == alert.event.reply_id)


def _told(alert: Alert, view: TicketView, words: Words) -> Iterator[str]:
    kind = alert.event.kind
    if kind in (EventKind.REPLY_PUBLISHED, EventKind.REPLY_FAILED):
        reply = next((r for r in view.replies if r.id == alert.event.reply_id), None)
        if reply:
            yield reply_line(reply, words)
            yield quoted(fitted(reply.text, _STORY))
    elif kind is EventKind.TICKET_APPENDED:
        yield author_line(view.latest, words)
        yield quoted(fitted(view.latest.post.text, _STORY))
    elif kind is EventKind.TICKET_CHANGED:
        yield from _who_did(alert, view, words)
    if alert.text:
        yield fitted(alert.text, 1000)


def _who_did(alert: Alert, view: TicketView, words: Words) -> Iterator[str]:
    """What the event says; where it is silent, the last line of the audit log."""
    payload = alert.event.payload
    if payload.get("action"):
        parts = (str(payload.get("by", "")), str(payload["action"]), str(payload.get("to") or ""))
    elif view.history:
        last = view.history[-1]
        parts = (last.actor, last.action, last.detail)
    else:
        return
    who, action, detail = parts
    told = (words.get(who, who), said(action, words), detail)
    yield fitted(" · ".join(part for part in told if part), _STORY)


def proposal_card(proposal: Proposal, alert: Alert, *, lang: str = "pl", buttons: bool = True) -> Card:
    """A proposed reply in full, with what a second person can do about it."""
    words = wording(lang)
    key = f"p{proposal.id}"
    why = ", ".join(words.get(f"approval.{one.partition(':')[0]}", one) for one in proposal.why)
    head = f"📝 *{words['proposal'].format(who=fitted(proposal.proposed_by, 80))}*"
    if why:
        head += f"\n{words['proposal.why']}: {fitted(why, 300)}"
    head += f"\n🔒 *{words['private.only']}*" if proposal.private else ""
    made = [blocks.section(head, f"{key}:head"), *_whole(proposal.text, key)]
    if buttons:
        value = f"{proposal.id}:{proposal.ticket_id}"
        row = [
            blocks.button(words["approve"], "approve", value=value, style="primary"),
            blocks.button(words["reject"], Form.REJECT.value, value=value),
        ]
        made.append(blocks.actions(row, f"{key}:doors"))
    made.append(blocks.context([words["proposal.second"]], f"{key}:small"))
    return message(made, f"{words['proposal'].format(who=fitted(proposal.proposed_by, 80))}")


def decided_card(proposal_id: int, text: str, line: str) -> Card:
    """The same once it is decided: no buttons. text: of the reply, where it is known; line: who decided what."""
    shown = fitted(line, 500)
    key = f"p{proposal_id}"
    return message([blocks.section(shown, f"{key}:head"), *_whole(text, key)], shown)


def kept_card(line: str, text: str) -> Card:
    """What somebody typed, to the last letter, where it could not be used. line: why."""
    shown = fitted(line, 1000)
    return message([blocks.section(shown, "kept:head"), *_whole(text, "kept")], shown)


def _whole(text: str, key: str) -> Iterator[Block]:
    """A text to the last letter: who approves must see all of it."""
    pieces = [text[at : at + _PIECE] for at in range(0, len(text), _PIECE)][:_MOST_PIECES]
    for number, piece in enumerate(pieces):
        yield blocks.section(quoted(fitted(piece, 2900)), f"{key}:text{number}")


def call_card(alert: Alert, *, lang: str = "pl", buttons: bool = True) -> Card:
    """For one person, or for a channel that should help: a clock runs out, or has."""
    words = wording(lang)
    view = the_view(alert)
    key = f"e{alert.event.id}"
    title = words[f"call.{_kind(alert)}"]
    due = _due(alert, view)
    place = plain(" · ".join(part for part in (view.latest.post.source, view.latest.post.thread_title) if part), 150)
    has = fitted(view.ticket.assignee or "", 80) or words["nobody"]
    lines = [
        f"*{title}*{f' {moment(due)}' if due else ''}",
        f"{fitted(headline(alert, view, words), 300)} · {link(view.latest.post.url, place)}",
        quoted(fitted(" ".join(view.latest.post.text.split()), _STORY)) or "> –",
        f"{words['ticket'].format(id=view.ticket.id)} · {has}",
    ]
    if _kind(alert) == "legal":
        lines.append(f"_{words['law']}_")
    made = [blocks.section("\n".join(lines), f"{key}:call")]
    if buttons:
        value = f"{view.ticket.id}:{view.ticket.version}"
        row = [
            blocks.button(words["do.reply"], Form.REPLY.value, value=value, style="primary"),
            blocks.button(words["show"], Form.SHOW.value, value=value),
        ]
        made.append(blocks.actions(row, f"{key}:doors"))
    return message(made, f"{title} {fitted(headline(alert, view, words), 300)}")


def _kind(alert: Alert) -> str:
    """What it calls for: a law's deadline, the place's own, else what the event is."""
    if alert.event.payload.get("clock") == "legal":
        return PLACE if alert.event.payload.get("regime") == PLACE else "legal"
    return alert.event.kind.value


def _due(alert: Alert, view: TicketView) -> datetime | None:
    """When the clock of the event runs out: as it says, else the next of the ticket's."""
    said_ = alert.event.payload.get("due")
    if isinstance(said_, str):
        return datetime.fromisoformat(said_)
    ticket = view.ticket
    due = ticket.first_response_due if ticket.first_response_at is None else ticket.next_response_due
    return due or ticket.resolution_due


def trouble_card(alert: Alert, *, lang: str = "pl") -> Card:
    """A message about something that is no ticket, such as a failing source."""
    words = wording(lang)
    payload = alert.event.payload
    source = fitted(str(payload.get("source") or ""), 100)
    title = f"{words['trouble']}: {source}" if source else words["trouble"]
    told = fitted(alert.text, 1500) if alert.text else "\n".join(_troubles(payload, words))
    shown = told or words["trouble_mend"]
    made = [
        blocks.section(f"*{title}*\n{shown}", f"e{alert.event.id}:trouble"),
        blocks.context([words["trouble_mend"]], f"e{alert.event.id}:mend"),
        *_inbox(alert, words),
    ]
    return message(made, f"{title}: {cut(shown, 500)}")


def _troubles(payload: Mapping[str, Any], words: Words) -> Iterator[str]:
    """What is wrong, since when, and what the source itself said of it."""
    what = str(payload.get("what") or "")
    if what:
        yield words.get(f"trouble.{what}", fitted(what, 100))
    if since := payload.get("since"):
        yield words["trouble.since"].format(when=moment(datetime.fromisoformat(str(since))))
    if detail := payload.get("detail"):
        yield f"> {fitted(str(detail), 1200)}"


def news_card(alert: Alert, *, lang: str = "pl", buttons: bool = False) -> Card:
    """What concerns no single ticket: alerts that were held back, a crisis that began or ended."""
    words = wording(lang)
    title = words[f"news.{alert.event.kind}"]
    lines = [f"*{title}*", *([fitted(alert.text, 2000)] if alert.text else _facts(alert.event.payload, words))]
    key = f"e{alert.event.id}"
    shown = cut("\n".join(lines), blocks.SECTION)
    made = [blocks.section(shown, f"{key}:news"), *_held(alert, words, key, buttons), *_inbox(alert, words)]
    return message(made, shown)


def watch_card(alert: Alert, *, lang: str = "pl", buttons: bool = False) -> Card:
    """For one person: what is new in the tickets that they watch, a line each."""
    words = wording(lang)
    key = f"e{alert.event.id}"
    title = words["watch.title"]
    made = [blocks.section(f"👀 *{title}*", f"{key}:watch")]
    items = [one for one in alert.event.payload.get("items") or () if isinstance(one, Mapping) and "ticket" in one]
    lines = []
    for number, one in enumerate(items[:_MOST_HELD]):
        what = ", ".join(words.get(f"watch.{what}", fitted(str(what), 60)) for what in one.get("what") or ())
        lines.append(f"• *{words['ticket'].format(id=one['ticket'])}*: {what}")
        show = blocks.button(words["show"], Form.SHOW.value, value=f"{one['ticket']}:0")
        block_id = f"{key}:watch{number}"
        made.append(blocks.with_button(lines[-1], show, block_id) if buttons else blocks.section(lines[-1], block_id))
    if len(items) > _MOST_HELD:
        made.append(blocks.context([words["held.more"].format(count=len(items) - _MOST_HELD)], f"{key}:more"))
    made.append(blocks.context([words["watch.why"]], f"{key}:why"))
    return message([*made, *_inbox(alert, words)], cut("\n".join([title, *lines]), blocks.SECTION))


def _facts(payload: Mapping[str, Any], words: Words) -> Iterator[str]:
    """What the event says, as far as we have words for it."""
    for key, value in payload.items():
        if f"fact.{key}" in words:
            yield f"{words[f'fact.{key}']}: {fitted(f'{value:g}' if isinstance(value, float) else str(value), 200)}"


def _held(alert: Alert, words: Words, key: str, buttons: bool) -> Iterator[Block]:
    """A line for each ticket that was held back, with a button to look at it."""
    items = [one for one in alert.event.payload.get("items") or () if isinstance(one, Mapping) and "ticket" in one]
    for number, one in enumerate(items[:_MOST_HELD]):
        why = str(one.get("why", ""))
        name = words["ticket"].format(id=one["ticket"])
        line = "• " + words["held.line"].format(ticket=name, why=words.get(f"held.{why}", fitted(why, 60)))
        show = blocks.button(words["show"], Form.SHOW.value, value=f"{one['ticket']}:0")
        block_id = f"{key}:held{number}"
        yield blocks.with_button(line, show, block_id) if buttons else blocks.section(line, block_id)
    if len(items) > _MOST_HELD:
        yield blocks.context([words["held.more"].format(count=len(items) - _MOST_HELD)], f"{key}:more")


def _inbox(alert: Alert, words: Words) -> Iterator[Block]:
    if alert.inbox_url:
        door = blocks.button(words["open_inbox"], "open_inbox", url=alert.inbox_url)
        yield blocks.actions([door], f"e{alert.event.id}:doors")
