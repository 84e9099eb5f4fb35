"""The smaller forms: snooze, assign, labels, note and tags, a new ticket, a rejection, and the ticket to look at."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from listener.model import Brand, Intent, Note, Sentiment, StoredPost, Topic, Urgency
from listener.protocols import Alert
from responders.slack import blocks
from responders.slack.blocks import Block
from responders.slack.cards import body, the_view
from responders.slack.commands import Form, Memo, Until
from responders.slack.doors import everything
from responders.slack.fields import VALUE
from responders.slack.modals import View, form
from responders.slack.text import cut, fitted, moment, quoted
from responders.slack.wording import Words, counted, said, wording

NOBODY = "nobody"
_MOST_NOTES = 5
_MOST_LINES = 8
_LONGEST_NAME = 140


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """Somebody who can be given a ticket. open: how many they have in hand; here: working just now."""

    name: str
    open: int = 0
    here: bool = True


def snooze_form(memo: Memo, *, lang: str = "pl") -> View:
    """How long the ticket sleeps."""
    words = wording(lang)
    options = [(words[f"until.{choice}"], choice.value) for choice in Until]
    made = [
        blocks.labelled(words["snooze.until"], blocks.radio(options, VALUE), "until"),
        blocks.labelled(words["snooze.at"], {"type": "datetimepicker", "action_id": VALUE}, "at", optional=True),
        blocks.context([words["snooze.hint"]], "hint"),
    ]
    return form(Form.SNOOZE, memo, words["snooze.title"], made, words, submit=words["snooze.do"])


def assign_form(memo: Memo, people: Sequence[Candidate], teams: Sequence[str], *, lang: str = "pl") -> View:
    """Who gets the ticket. Only people that we know can be chosen."""
    words = wording(lang)
    persons = [(_candidate(one, words), f"user:{one.name}") for one in people if len(one.name) <= _LONGEST_NAME]
    groups = [
        (words["assign.people"], persons),
        (words["assign.teams"], [(team, f"team:{team}") for team in teams if len(team) <= _LONGEST_NAME]),
        (words["assign.back"], [(words["assign.queue"], f"{NOBODY}:")]),
    ]
    to = blocks.grouped(groups, VALUE, placeholder=words["assign.choose"], chosen=None)
    made = [blocks.labelled(words["assign.to"], to, "to")]
    return form(Form.ASSIGN, memo, words["assign.title"], made, words, submit=words["assign.do"])


def _candidate(one: Candidate, words: Words) -> str:
    # the count at the end must stay readable
    away = "" if one.here else f", {words['assign.away']}"
    return f"{cut(one.name, 45)} ({words['load.open'].format(count=one.open)}{away})"


def labels_form(memo: Memo, post: StoredPost, *, lang: str = "pl") -> View:
    """What the post says, as the model found it, to be put right."""
    words = wording(lang)
    found = post.classification
    sentiment = found.sentiment if found else Sentiment.NEUTRAL
    urgency = found.urgency if found else Urgency.NORMAL
    made = [
        blocks.section(quoted(fitted(post.post.text, 800)) or "–", "post"),
        _one(words, "sentiment", [label.value for label in Sentiment], sentiment.value),
        _one(words, "urgency", [label.value for label in Urgency], urgency.value),
        _many(words, "intent", "intents", [label.value for label in Intent], found.intents if found else ()),
        _many(words, "topic", "topics", [label.value for label in Topic], found.topics if found else ()),
    ]
    return form(Form.LABELS, memo, words["labels.title"], made, words, submit=words["labels.do"])


def _one(words: Words, name: str, labels: Sequence[str], chosen: str) -> Block:
    options = [(words[f"{name}.{label}"], label) for label in labels]
    return blocks.labelled(words[name], blocks.select(options, VALUE, chosen=chosen), name)


def _many(words: Words, name: str, block_id: str, labels: Sequence[str], ticked: Sequence[str]) -> Block:
    options = [(words[f"{name}.{label}"], label) for label in labels]
    return blocks.labelled(words[name], blocks.boxes(options, VALUE, ticked), block_id, optional=True)


def note_form(memo: Memo, tags: Sequence[str], notes: Sequence[Note], *, lang: str = "pl") -> View:
    """A note for colleagues, and the tags."""
    words = wording(lang)
    made = [
        *_notes(notes),
        blocks.labelled(words["note.text"], blocks.text_input(VALUE), "note", hint=words["note.hint"], optional=True),
        blocks.labelled(
            words["note.tags"],
            blocks.text_input(VALUE, text=", ".join(tags), longest=300, multiline=False),
            "tags",
            hint=words["note.tags_hint"],
            optional=True,
        ),
    ]
    return form(Form.NOTE, memo, words["note.title"], made, words, submit=words["note.do"])


def _notes(notes: Sequence[Note]) -> Iterator[Block]:
    for number, note in enumerate(notes[-_MOST_NOTES:]):
        who = f"*{fitted(note.by, 60)}* · {moment(note.at)}"
        yield blocks.section(f"{who}\n{fitted(note.text, 500)}", f"note{number}")


def ticket_form(brands: Sequence[Brand], *, url: str = "", text: str = "", author: str = "", lang: str = "pl") -> View:
    """A ticket out of a link or a colleague's message."""
    words = wording(lang)
    offered = [(brand.name, brand.id) for brand in brands if not brand.competitor and len(brand.id) <= _LONGEST_NAME]
    chosen = offered[0][1] if offered else None
    made = [
        blocks.labelled(words["new.url"], blocks.text_input(VALUE, text=url, longest=2000, multiline=False), "url"),
        blocks.labelled(words["new.text"], blocks.text_input(VALUE, text=text), "text", hint=words["new.hint"]),
        blocks.labelled(
            words["new.author"],
            blocks.text_input(VALUE, text=author, longest=200, multiline=False),
            "author",
            optional=True,
        ),
        blocks.labelled(words["new.brand"], blocks.select(offered, VALUE, chosen=chosen), "brand"),
    ]
    return form(Form.TICKET, Memo(), words["new.title"], made, words, submit=words["new.do"])


def rejection_form(memo: Memo, *, lang: str = "pl") -> View:
    """Why a proposed reply should not go out."""
    words = wording(lang)
    made = [blocks.labelled(words["reject.why"], blocks.text_input(VALUE, longest=1000), "why")]
    return form(Form.REJECT, memo, words["reject.title"], made, words, submit=words["reject.do"])


def ticket_to_look_at(alert: Alert, memo: Memo, *, me: str = "", lang: str = "pl") -> View:
    """The whole card with all that can be done, its notes and what happened. me: who looks."""
    words = wording(lang)
    view = the_view(alert)
    made = [*body(alert, lang=lang), *everything(alert, words, me), *_notes(view.notes)]
    lines = [
        f"{moment(entry.at)} · {fitted(entry.actor, 60)} · {fitted(said(entry.action, words), 80)}"
        for entry in view.history[-_MOST_LINES:]
    ]
    if lines:
        made.append(blocks.context(lines, "history"))
    made.append(blocks.context([counted("posts", len(view.posts), words)], "posts"))
    title = words["ticket"].format(id=view.ticket.id)
    return form(Form.SHOW, memo, title, made, words)
