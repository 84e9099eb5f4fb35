"""An alert as a Slack message: pure, from typed values to Block Kit. One ticket has one card, which changes in place.

Order: how urgent and what, where and who, the words themselves with the telling ones in bold, why and by when, what
could be answered, buttons. Everything scraped goes through responders.slack.text.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from listener.model import (
    Classification,
    EventKind,
    Reply,
    ReplyState,
    StoredPost,
    SuggestedReply,
    Ticket,
    TicketState,
    TicketView,
)
from listener.protocols import Alert
from responders.slack import blocks
from responders.slack.blocks import Block
from responders.slack.text import ELLIPSIS, cut, emphasised, escape, fitted, link, plain, quoted, size, web_address
from responders.slack.wording import Words, wording

_ZONE = ZoneInfo("Europe/Warsaw")
_EXCERPT = 700
_SUGGESTION = 900
_REASONS = 6
_STORY = 300
_SENT = (ReplyState.PUBLISHED, ReplyState.MANUAL)

Card = dict[str, Any]
"""Arguments of chat.postMessage and chat.update beside channel and ts."""


def ticket_card(alert: Alert, *, lang: str = "pl", buttons: bool = False) -> Card:
    """The card of a ticket (alert.view must be there). buttons: also those that need Socket Mode to answer them."""
    view = alert.view
    assert view is not None, "a card is about a ticket"
    words = wording(lang)
    made = [*_what(alert, view, words), *_why(view, words), *_answer(view, words), *_doors(alert, view, words, buttons)]
    return _message(made[: blocks.MOST_BLOCKS], _fallback(alert, view, words))


def trouble_card(alert: Alert, *, lang: str = "pl") -> Card:
    """A message about something that is no ticket, such as a failing source."""
    words = wording(lang)
    said = alert.text or ", ".join(f"{key}: {value}" for key, value in sorted(alert.event.payload.items()))
    told = fitted(said, 1500) or words["trouble_mend"]
    made = [
        blocks.section(f"*{words['trouble']}*\n{told}", f"e{alert.event.id}:trouble"),
        blocks.context([words["trouble_mend"]], f"e{alert.event.id}:mend"),
    ]
    if alert.inbox_url:
        door = blocks.button(words["open_inbox"], "open_inbox", url=alert.inbox_url)
        made.append(blocks.actions([door], f"e{alert.event.id}:doors"))
    return _message(made, f"{words['trouble']}: {fitted(said, 500)}")


def story(alert: Alert, *, lang: str = "pl") -> Card:
    """What just happened to the ticket, for the thread under its card."""
    words = wording(lang)
    view = alert.view
    assert view is not None, "a story is about a ticket"
    title = words.get(f"story.{alert.event.kind}", alert.event.kind.value)
    lines = [f"*{title}*", *_told(alert, view, words)]
    text = cut("\n".join(lines), blocks.FALLBACK)
    return _message([blocks.section(text, f"e{alert.event.id}:story")], text)


def _told(alert: Alert, view: TicketView, words: Words) -> Iterator[str]:
    kind = alert.event.kind
    if kind in (EventKind.REPLY_PUBLISHED, EventKind.REPLY_FAILED):
        reply = next((r for r in view.replies if r.id == alert.event.reply_id), None)
        if reply:
            yield _reply_line(reply, words)
            yield quoted(fitted(reply.text, _STORY))
    elif kind is EventKind.TICKET_APPENDED:
        yield _author_line(view.latest, words)
        yield quoted(fitted(view.latest.post.text, _STORY))
    elif view.history:
        last = view.history[-1]
        yield fitted(" · ".join(part for part in (last.actor, last.action, last.detail) if part), _STORY)
    if alert.text:
        yield fitted(alert.text, 1000)


def _message(made: Sequence[Block], text: str) -> Card:
    return {
        "text": text,
        "blocks": list(made),
        "parse": "none",
        "link_names": False,
        "unfurl_links": False,
        "unfurl_media": False,
    }


def _what(alert: Alert, view: TicketView, words: Words) -> Iterator[Block]:
    ticket, stored = view.ticket, view.latest
    yield blocks.header(_headline(alert, view, words), f"t{ticket.id}:head")
    place = plain(" · ".join(part for part in (stored.post.source, stored.post.thread_title) if part), 200)
    yield blocks.section(f"*{link(stored.post.url, place)}*\n{_author_line(stored, words)}", f"t{ticket.id}:place")
    yield blocks.section(_excerpt(stored), f"t{ticket.id}:words")
    marks = [words[key] for key, is_so in (("deleted", stored.deleted_at), ("edited", stored.revisions)) if is_so]
    if marks:
        yield blocks.context([f"_{', '.join(marks)}_"], f"t{ticket.id}:marks")


def _headline(alert: Alert, view: TicketView, words: Words) -> str:
    ticket = view.ticket
    state = words["done"] if ticket.state is TicketState.RESOLVED else words[ticket.priority]
    found = view.latest.classification
    intents = ", ".join(words[f"intent.{intent}"] for intent in found.intents) if found else ""
    brand = alert.brand.name if alert.brand else ticket.brand
    return f"{state} · {plain(brand, 60)}: {intents or words['mention']}"


def _author_line(stored: StoredPost, words: Words) -> str:
    post = stored.post
    author = fitted(plain(post.author, 80), 200) if post.author else words["unknown_author"]
    parts = [author, _moment(post.published_at or post.seen_at)]
    if post.rating is not None:
        scale = f"/{post.rating_scale:g}" if post.rating_scale else ""
        parts.append(f"{words['rating']} {post.rating:g}{scale}")
    return " · ".join(parts)


def _excerpt(stored: StoredPost) -> str:
    """The words themselves as a quotation, evidence in bold, within what a section holds."""
    text = stored.post.text
    evidence = stored.classification.evidence if stored.classification else ()
    spans = [(e.start, e.end) for e in evidence if text[e.start : e.end] == e.text]
    start = _window(text, spans)
    for length in (_EXCERPT, _EXCERPT // 2, _EXCERPT // 6):
        shown = cut(text[start:], length)
        body = emphasised(shown, _inside(spans, start, len(shown.removesuffix(ELLIPSIS)))).strip() or "–"
        made = quoted(f"{ELLIPSIS} {body}" if start else body)
        if size(made) <= blocks.SECTION:
            return made
    return "> –"


def _inside(spans: Sequence[tuple[int, int]], start: int, length: int) -> list[tuple[int, int]]:
    moved = ((max(0, first - start), min(last - start, length)) for first, last in spans)
    return [(first, last) for first, last in moved if first < last]


def _window(text: str, spans: Sequence[tuple[int, int]]) -> int:
    """Where the excerpt starts: at the beginning, unless all the telling words come too late in a long post."""
    first = min((start for start, _ in spans), default=0)
    if len(text) <= _EXCERPT or first < _EXCERPT * 2 // 3:
        return 0
    ahead = text.rfind(" ", 0, max(0, first - 150))
    return ahead + 1


def _why(view: TicketView, words: Words) -> Iterator[Block]:
    ticket = view.ticket
    facts = []
    if ticket.reasons:
        facts.append(f"*{words['why']}*\n" + "\n".join(f"• {_reason(r, words)}" for r in ticket.reasons[:_REASONS]))
    if view.latest.classification:
        facts.append(f"*{words['labels']}*\n{_labels(view.latest.classification, words)}")
    facts += [*_clocks(ticket, words), _state(ticket, words)]
    yield blocks.fields(facts, f"t{ticket.id}:facts")


def _reason(reason: str, words: Words) -> str:
    """A reason of triage: labels ("intent: complaint") and its standing phrases in the words of the card."""
    if f"reason.{reason}" in words:
        return words[f"reason.{reason}"]
    kind, _, label = reason.partition(": ")
    if f"{kind}.{label}" in words and kind in words:
        return f"{words[kind]}: {words[f'{kind}.{label}']}"
    return fitted(reason, 200)


def _labels(found: Classification, words: Words) -> str:
    lines = [
        f"{words['urgency']}: {words[f'urgency.{found.urgency}']}",
        f"{words['sentiment']}: {words[f'sentiment.{found.sentiment}']}",
    ]
    topics = ", ".join(words[f"topic.{topic}"] for topic in found.topics)
    return "\n".join([*lines, topics] if topics else lines)


def _clocks(ticket: Ticket, words: Words) -> Iterator[str]:
    if ticket.first_response_at:
        yield f"*{words['answered']}*\n{_moment(ticket.first_response_at)}"
    elif ticket.first_response_due:
        yield f"*{words['answer_by']}*\n{_moment(ticket.first_response_due)}"
    if ticket.resolution_due and ticket.state is not TicketState.RESOLVED:
        yield f"*{words['solve_by']}*\n{_moment(ticket.resolution_due)}"


def _state(ticket: Ticket, words: Words) -> str:
    who = fitted(ticket.assignee or ticket.team or "", 100) or words["nobody"]
    return f"*{words['state']}*\n{words[f'state.{ticket.state}']} · {who}"


def _answer(view: TicketView, words: Words) -> Iterator[Block]:
    ticket = view.ticket
    for number, reply in enumerate(view.replies[-3:]):
        line = f"{_reply_line(reply, words)}\n{quoted(fitted(reply.text, _STORY))}"
        yield blocks.section(line, f"t{ticket.id}:reply{number}")
    if ticket.state is TicketState.RESOLVED or any(reply.state in _SENT for reply in view.replies):
        return
    if not view.suggestions:
        yield blocks.context([words["no_suggestion"]], f"t{ticket.id}:suggestion")
        return
    yield blocks.section(_suggestion(view.suggestions[0], words), f"t{ticket.id}:suggestion")
    more = len(view.suggestions) - 1
    if more:
        yield blocks.context([words["more_suggestions"].format(count=more)], f"t{ticket.id}:more")


def _suggestion(draft: SuggestedReply, words: Words) -> str:
    kind = words.get(f"kind.{draft.kind}", escape(draft.kind))
    sources = f": {fitted(', '.join(draft.sources), 120)}" if draft.sources else ""
    return f"*{words['suggestion']}* ({kind}{sources})\n{quoted(fitted(draft.text, _SUGGESTION))}"


def _reply_line(reply: Reply, words: Words) -> str:
    parts = [f"*{words[f'reply.{reply.state}']}*", f"{words['approved_by']} {fitted(reply.approved_by, 80)}"]
    if reply.url:
        parts.append(link(reply.url, words["see"]))
    if reply.error and reply.state not in _SENT:
        parts.append(fitted(reply.error, 300))
    return " · ".join(parts)


def _doors(alert: Alert, view: TicketView, words: Words, interactive: bool) -> Iterator[Block]:
    ticket = view.ticket
    value = f"{ticket.id}:{ticket.version}"
    doors = []
    if interactive and ticket.state is not TicketState.RESOLVED:
        doors += [
            blocks.button(words["claim"], "claim", value=value),
            blocks.button(words["reply"], "reply", value=value, style="primary"),
            blocks.button(words["resolve"], "resolve", value=value),
            blocks.button(words["not_relevant"], "not_relevant", value=value),
        ]
    if alert.inbox_url:
        style = None if interactive else "primary"
        doors.append(blocks.button(words["open_inbox"], "open_inbox", url=alert.inbox_url, style=style))
    if web_address(view.latest.post.url):
        doors.append(blocks.button(words["open_post"], "open_post", url=view.latest.post.url))
    if doors:
        yield blocks.actions(doors, f"t{ticket.id}:doors")
    small = [words["ticket"].format(id=ticket.id), words["posts"].format(count=len(view.posts))]
    found = view.latest.classification
    if found:
        small.append(fitted(found.model, 60))
    yield blocks.context([" · ".join(small)], f"t{ticket.id}:small")


def _fallback(alert: Alert, view: TicketView, words: Words) -> str:
    """For notifications and screen readers: the headline, the place and the beginning of the post."""
    post = view.latest.post
    return "\n".join(
        (
            escape(_headline(alert, view, words)),
            fitted(" · ".join(part for part in (post.source, post.author) if part), 200),
            fitted(" ".join(post.text.split()), 500),
        )
    )


def _moment(moment: datetime) -> str:
    """A time that every reader sees in their own zone; the written-out one is Polish time."""
    written = moment.astimezone(_ZONE).strftime("%d.%m.%Y %H:%M")
    return f"<!date^{int(moment.timestamp())}^{{date_short_pretty}} {{time}}|{written}>"
