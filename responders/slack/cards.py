"""An alert as a Slack message: pure, from typed values to Block Kit. One ticket has one card, which changes in place.

Order: how urgent and what, where and who, the words themselves with the telling ones in bold, why and by when, who
wrote before, what could be answered, a few buttons. Everything scraped goes through responders.slack.text.
"""

from collections.abc import Iterator, Sequence
from datetime import datetime

from listener.model import (
    PLACE,
    Classification,
    CustomerView,
    Hiding,
    HidingState,
    LegalClock,
    Reach,
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
from responders.slack.blocks import Block, Card, message
from responders.slack.doors import buttons_of
from responders.slack.reasons import reason
from responders.slack.text import ELLIPSIS, cut, emphasised, escape, fitted, link, moment, plain, quoted, size
from responders.slack.wording import Words, counted, wording

_EXCERPT = 700
_SUGGESTION = 900
_REASONS = 6
_STORY = 300
_EARLIER = 160
_TAGS = 10
_SENT = (ReplyState.PUBLISHED, ReplyState.ACCEPTED, ReplyState.MANUAL)


def ticket_card(alert: Alert, *, lang: str = "pl", buttons: bool = False) -> Card:
    """The card of a ticket (alert.view must be there). buttons: also those that need clicks to reach us."""
    words = wording(lang)
    view = the_view(alert)
    made = [*body(alert, lang=lang), *buttons_of(alert, words, buttons), _small(alert, view, words)]
    return message(made[: blocks.MOST_BLOCKS], _fallback(alert, view, words))


def body(alert: Alert, *, lang: str = "pl") -> tuple[Block, ...]:
    """What a card says, without what one can do."""
    words = wording(lang)
    view = the_view(alert)
    return (*_what(alert, view, words), *_why(alert, view, words), *_around(view, words), *_answer(view, words))


def the_view(alert: Alert) -> TicketView:
    """The ticket of an alert that has one."""
    assert alert.view is not None, "a card is about a ticket"
    return alert.view


def _what(alert: Alert, view: TicketView, words: Words) -> Iterator[Block]:
    ticket, stored = view.ticket, view.latest
    yield blocks.header(headline(alert, view, words), f"t{ticket.id}:head")
    place = plain(" · ".join(part for part in (stored.post.source, stored.post.thread_title) if part), 200)
    yield blocks.section(f"*{link(stored.post.url, place)}*\n{author_line(stored, words)}", f"t{ticket.id}:place")
    yield blocks.section(_excerpt(stored), f"t{ticket.id}:words")
    hiding = view.hidings.get(stored.id)
    told = hiding_line(hiding, words) if hiding else ""
    gone = stored.deleted_at is not None and not (hiding and hiding.hidden and not hiding.waits)
    marks = [words[key] for key, is_so in (("deleted", gone), ("edited", stored.revisions)) if is_so]
    marks += [told] if told else []
    if marks:
        yield blocks.context([f"_{', '.join(marks)}_"], f"t{ticket.id}:marks")


def hiding_line(hiding: Hiding, words: Words) -> str:
    """Whether the post is hidden at its place, and by whom; what stands in the way. Empty where it is shown."""
    if hiding.waits:
        return words["hiding" if hiding.hidden else "showing"]
    if hiding.state is HidingState.FAILED:
        why = words["hiding.failed" if hiding.hidden else "showing.failed"]
        return f"{why}: {fitted(hiding.error or '', 300)}"
    if not hiding.hidden:
        return ""
    return words["hidden.by"].format(who=fitted(hiding.by, 80)) if hiding.by else words["hidden.there"]


def headline(alert: Alert, view: TicketView, words: Words) -> str:
    """How urgent, whose, and what: in plain text."""
    ticket = view.ticket
    state = words["done"] if ticket.state is TicketState.RESOLVED else words[ticket.priority]
    found = view.latest.classification
    intents = ", ".join(words[f"intent.{intent}"] for intent in found.intents) if found else ""
    brand = alert.brand.name if alert.brand else ticket.brand
    return f"{state} · {plain(brand, 60)}: {intents or words['mention']}"


def author_line(stored: StoredPost, words: Words) -> str:
    """Who wrote it, when, how they rated, and how far it goes."""
    post = stored.post
    author = fitted(plain(post.author, 80), 200) if post.author else words["unknown_author"]
    parts = [author, moment(post.published_at or post.seen_at)]
    if post.rating is not None:
        scale = f"/{post.rating_scale:g}" if post.rating_scale else ""
        parts.append(f"{words['rating']} {post.rating:g}{scale}")
    return " · ".join([*parts, *_reach(post.reach, words)])


def _reach(reach: Reach | None, words: Words) -> Iterator[str]:
    """The numbers of its place that are not nothing."""
    for name in ("views", "likes", "replies", "shares", "followers") if reach else ():
        if number := getattr(reach, name):
            yield f"{words[f'reach.{name}']} {number:,}".replace(",", "\N{NO-BREAK SPACE}")


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


def _why(alert: Alert, view: TicketView, words: Words) -> Iterator[Block]:
    ticket = view.ticket
    facts = [*_clocks(ticket, alert.event.created_at, words), _state(ticket, words)]
    if ticket.reasons:
        facts.append(f"*{words['why']}*\n" + "\n".join(f"• {reason(r, words)}" for r in ticket.reasons[:_REASONS]))
    if view.latest.classification:
        facts.append(f"*{words['labels']}*\n{_labels(view.latest.classification, words)}")
    yield blocks.fields(facts, f"t{ticket.id}:facts")


def _labels(found: Classification, words: Words) -> str:
    lines = [
        f"{words['urgency']}: {words[f'urgency.{found.urgency}']}",
        f"{words['sentiment']}: {words[f'sentiment.{found.sentiment}']}",
    ]
    topics = ", ".join(words[f"topic.{topic}"] for topic in found.topics)
    return "\n".join([*lines, topics] if topics else lines)


def _clocks(ticket: Ticket, now: datetime, words: Words) -> Iterator[str]:
    if ticket.state is TicketState.RESOLVED:
        return
    if ticket.first_response_at is None and ticket.first_response_due:
        yield _clock("answer_by", ticket.first_response_due, now, words)
    elif ticket.next_response_due:
        yield _clock("next_by", ticket.next_response_due, now, words)
    elif ticket.first_response_at:
        yield f"*{words['answered']}*\n{moment(ticket.first_response_at)}"
    if ticket.resolution_due:
        yield _clock("solve_by", ticket.resolution_due, now, words)


def _clock(name: str, due: datetime, now: datetime, words: Words) -> str:
    late = f"\n⏰ *{words['late']}*" if due <= now else ""
    return f"*{words[name]}*\n{moment(due)}{late}"


def _state(ticket: Ticket, words: Words) -> str:
    parts = [words[f"state.{ticket.state}"], fitted(ticket.assignee or "", 100) or words["nobody"]]
    if ticket.team:
        parts.append(f"{words['team']} {fitted(ticket.team, 60)}")
    line = " · ".join(parts)
    if ticket.state is TicketState.SNOOZED and ticket.snoozed_until:
        line += f"\n{words['until']} {moment(ticket.snoozed_until)}"
    return f"*{words['state']}*\n{line}"


def _around(view: TicketView, words: Words) -> Iterator[Block]:
    """What is good to know: who writes an answer just now, deadlines of a law, a flood, who the author is, tags."""
    ticket = view.ticket
    lines = []
    if view.lock:
        who = words["answering"].format(who=fitted(view.lock.by, 80))
        lines.append(f"✍️ *{who}* ({words['until']} {moment(view.lock.until)})")
    if ticket.incident:
        lines.append(f"🔥 *{words['incident']}*: {counted('posts', view.gathered or len(view.posts), words)}")
    if ticket.state is not TicketState.RESOLVED:
        lines += [_law(clock, words) for clock in view.legal[:2]]
    if view.proposals:
        who = ", ".join(fitted(proposal.proposed_by, 60) for proposal in view.proposals[:3])
        lines.append(f"📝 {words['waits'].format(who=who)}")
    if view.customer:
        lines += _history(view.customer, ticket.id, words)
    if tags := " ".join(f"#{fitted(tag, 40)}" for tag in (view.tags or ticket.tags)[:_TAGS]):
        lines.append(f"🏷️ {tags}")
    if lines:
        yield blocks.context(lines, f"t{ticket.id}:around")


def _law(clock: LegalClock, words: Words) -> str:
    line = f"⚖️ {words.get(f'law.{clock.regime}', fitted(clock.regime, 60))}: {moment(clock.due)}"
    return line if clock.regime == PLACE else f"{line}. _{words['law']}_"


def _history(customer: CustomerView, ticket_id: int, words: Words) -> Iterator[str]:
    """What the author wrote before, and what we said last, this ticket apart."""
    earlier = [ticket for ticket in customer.tickets if ticket.id != ticket_id]
    if earlier:
        count = max(len(earlier), customer.tickets_in_all - 1)
        line = f"👤 {words['known'].format(tickets=counted('tickets', count, words))}"
        yield f"{line}, {words['last_time']} {moment(earlier[0].opened_at)}"
    replies = [reply for reply in customer.replies if reply.ticket_id != ticket_id]
    if replies:
        said = fitted(" ".join(replies[0].text.split()), _EARLIER)
        yield f"💬 {words['we_said']} {moment(replies[0].approved_at)}: {said}"


def _answer(view: TicketView, words: Words) -> Iterator[Block]:
    ticket = view.ticket
    for number, reply in enumerate(view.replies[-3:]):
        line = f"{reply_line(reply, words)}\n{quoted(fitted(reply.text, _STORY))}"
        yield blocks.section(line, f"t{ticket.id}:reply{number}")
    if ticket.state is TicketState.RESOLVED or any(reply.state in _SENT for reply in view.replies):
        return
    if view.lock or view.proposals:
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


def reply_line(reply: Reply, words: Words) -> str:
    """Where a reply stands and who approved it."""
    parts = [f"*{words[f'reply.{reply.state}']}*", f"{words['approved_by']} {fitted(reply.approved_by, 80)}"]
    if reply.private:
        parts.insert(0, f"🔒 {words['private']}")
    if reply.url:
        parts.append(link(reply.url, words["see"]))
    if reply.error and reply.state not in _SENT:
        parts.append(fitted(reply.error, 300))
    return " · ".join(parts)


def _small(alert: Alert, view: TicketView, words: Words) -> Block:
    ticket = view.ticket
    small = [words["ticket"].format(id=ticket.id), counted("posts", len(view.posts), words)]
    if alert.inbox_url:
        small.append(link(alert.inbox_url, words["open_inbox"]))
    if view.notes:
        small.append(counted("notes", len(view.notes), words))
    return blocks.context([" · ".join(small)], f"t{ticket.id}:small")


def _fallback(alert: Alert, view: TicketView, words: Words) -> str:
    """For notifications and screen readers: the headline, the place and the beginning of the post."""
    post = view.latest.post
    return "\n".join(
        (
            escape(headline(alert, view, words)),
            fitted(" · ".join(part for part in (post.source, post.author) if part), 200),
            fitted(" ".join(post.text.split()), 500),
        )
    )
