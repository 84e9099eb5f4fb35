"""What a person sees of their work: the home tab, and the answers to commands."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from listener.model import TicketState
from listener.views import MemberLoad, Queue, TeamLoad, TicketSummary
from responders.slack import blocks
from responders.slack.blocks import Block, Card, message
from responders.slack.commands import Form
from responders.slack.fields import REFRESH
from responders.slack.modals import View
from responders.slack.text import fitted, link, moment, plain
from responders.slack.wording import Words, counted, wording

_MOST_ROWS = 10
_MOST_TEAMS = 8
_MOST_MEMBERS = 20
_EXCERPT = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Desktop:
    """What somebody's home tab is made of. on_call: team -> who works now."""

    who: str
    queue: Queue
    load: Sequence[TeamLoad] = ()
    on_call: Mapping[str, Sequence[str]] | None = None
    inbox_url: str | None = None


def home_tab(desk: Desktop, *, lang: str = "pl") -> View:
    """The home tab."""
    words = wording(lang)
    row = [
        blocks.button(words["home.refresh"], REFRESH, value="1"),
        blocks.button(words["home.new"], Form.TICKET.value, value="1"),
    ]
    if desk.inbox_url:
        row.append(blocks.button(words["open_inbox"], "open_inbox", url=desk.inbox_url))
    made = [
        blocks.section(f"*{words['home.title'].format(who=fitted(desk.who, 80))}*", "title"),
        blocks.actions(row, "doors"),
        *queue_blocks(desk.queue, words),
        *_team(desk.load, words),
        *_working(desk.on_call or {}, words),
    ]
    return {"type": "home", "blocks": made[:100]}


def stranger_home(user_id: str, *, lang: str = "pl") -> View:
    """For somebody who is none of our users."""
    text = wording(lang)["home.stranger"].format(id=user_id)
    return {"type": "home", "blocks": [blocks.section(fitted(text, 500), "stranger")]}


def queue_blocks(queue: Queue, words: Words) -> Iterator[Block]:
    """Three short lists. What is in the first is not repeated in the others."""
    seen: set[int] = set()
    for name, rows in (("soon", queue.due_soon), ("mine", queue.mine), ("free", queue.unassigned)):
        fresh = [row for row in rows if row.ticket.id not in seen]
        seen |= {row.ticket.id for row in fresh}
        if fresh or name == "mine":
            yield from ticket_rows(fresh, words[f"home.{name}"], name, words)


def ticket_rows(rows: Sequence[TicketSummary], title: str, key: str, words: Words) -> Iterator[Block]:
    """A heading and a line for each ticket, with a button to open it."""
    yield blocks.section(f"*{title}* ({len(rows)})", f"{key}:title")
    if not rows:
        yield blocks.context([words["home.nothing"]], f"{key}:none")
    for row in rows[:_MOST_ROWS]:
        value = f"{row.ticket.id}:{row.ticket.version}"
        show = blocks.button(words["show"], Form.SHOW.value, value=value)
        yield blocks.with_button(_row(row, words), show, f"{key}:{row.ticket.id}")
    if len(rows) > _MOST_ROWS:
        yield blocks.context([words["home.more"].format(count=len(rows) - _MOST_ROWS)], f"{key}:more")


def _row(row: TicketSummary, words: Words) -> str:
    ticket = row.ticket
    mark = (words["done"] if ticket.state is TicketState.RESOLVED else words[ticket.priority]).partition(" ")[0]
    intents = ", ".join(words[f"intent.{intent}"] for intent in row.intents) or words["mention"]
    place = plain(" · ".join(part for part in (row.source, row.author) if part), 80)
    due = ticket.first_response_due if ticket.first_response_at is None else ticket.next_response_due
    facts = [f"{mark} *{words['ticket'].format(id=ticket.id)}* {intents}", link(row.url, place)]
    if due and ticket.state is not TicketState.RESOLVED:
        facts.append(f"{words['until']} {moment(due)}")
    facts.append(fitted(ticket.assignee or "", 60) or words["nobody"])
    return " · ".join(facts) + f"\n{fitted(' '.join(row.excerpt.split()), _EXCERPT)}"


def _team(load: Sequence[TeamLoad], words: Words) -> Iterator[Block]:
    if not load:
        return
    yield blocks.divider("team:line")
    yield blocks.section(f"*{words['home.team']}*", "team:title")
    for number, team in enumerate(load[:_MOST_TEAMS]):
        waits = words["load.waiting"].format(waiting=team.waiting, overdue=team.overdue)
        lines = [f"*{fitted(team.team, 60)}* · {waits}"]
        if team.overloaded:
            lines.append(words["load.over"])
        lines += [_member(member, words) for member in team.members[:_MOST_MEMBERS]]
        yield blocks.section("\n".join(lines), f"team:{number}")


def _member(member: MemberLoad, words: Words) -> str:
    name = fitted(member.user, 60)
    line = words["load.of"].format(name=name, open=member.open, capacity=member.capacity)
    if member.away_until:
        return f"{line}, {words['load.away'].format(until=moment(member.away_until))}"
    return line if member.working else f"{line}, {words['assign.away']}"


def _working(on_call: Mapping[str, Sequence[str]], words: Words) -> Iterator[Block]:
    if on_call:
        yield blocks.divider("call:line")
        yield blocks.section(on_call_text(on_call, words), "call")


def on_call_text(on_call: Mapping[str, Sequence[str]], words: Words) -> str:
    """Who works now, a line for each team."""
    lines = [
        f"• {fitted(team, 60)}: {', '.join(fitted(name, 60) for name in names[:20]) or words['on_call.nobody']}"
        for team, names in list(on_call.items())[:15]
    ]
    return "\n".join([f"*{words['home.on_call']}*", *(lines or [words["on_call.nobody"]])])


def queue_card(queue: Queue, *, lang: str = "pl") -> Card:
    """A queue as an answer to a command."""
    words = wording(lang)
    return message([*queue_blocks(queue, words)][: blocks.MOST_BLOCKS], words["slash.queue"])


def found_card(rows: Sequence[TicketSummary], asked: str, *, lang: str = "pl") -> Card:
    """What a search found."""
    words = wording(lang)
    title = words["slash.found"].format(what=fitted(asked, 80))
    if not rows:
        return said_card(words["slash.nothing"])
    return message([*ticket_rows(rows, title, "found", words)], f"{title}: {counted('tickets', len(rows), words)}")


def said_card(text: str) -> Card:
    """Words of our own (mrkdwn) as a message."""
    return message([blocks.section(text, "said")], text)
