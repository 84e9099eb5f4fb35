"""Whatever a Polish reader sees in Slack is Polish: everything is rendered, and looked through for words that only
English has."""

import re
from collections.abc import Iterator
from dataclasses import replace

from listener.law import legal_clocks
from listener.model import PLACE, EventKind, HistoryEntry, LegalClock, Reach
from listener.polish import ACTIONS, REASONS
from listener.protocols import Alert
from responders.slack.cards import ticket_card
from responders.slack.commands import Memo
from responders.slack.forms import ticket_to_look_at
from responders.slack.stories import call_card, story
from responders.slack.wording import wording
from tests.contract.test_slack_views import LATER, full, homes, messages, modals, view_of
from tests.standins.slack_person import words_of
from tests.unit.responders.alerts import NOW

TEXT = "żółć"
ENGLISH = re.compile(
    r"\b(the|and|with|within|without|priority|urgency|intents?|topics?|sentiment|tickets?|repl(?:y|ies|ied)|rules?|check|"
    r"counsel|answers?|days?|hours?|posts?|was|were|has|have|who|this|that|these|not|nobody|somebody|opened?|closed?|sent|"
    r"failed|until|notes?|source|brand|query|users?|resolved|pending|snoozed|claimed|assigned|watch(?:es|ed)?|due|"
    r"overdue|first_response|next_response|resolution|negative|neutral|positive|complaints?|question|praise|churn|high|"
    r"low|critical|rating|earlier|places|customer|leaving|unsure|flood|split|merged|linked|tagged|labels?|approved|"
    r"proposed|rejected|published|uncertain|views|likes|shares|followers|reach|deadline|law|payment|services|financial|"
    r"business|calendar|here|there|more|less|show|open|search|save|cancel|send|team|manager|away|back|mute|quiet)\b",
    re.IGNORECASE,
)


def english(shown: str) -> list[str]:
    """The lines with words that no Polish reader should meet. Addresses and emoji names are none."""
    lines = [re.sub(r"https?://\S+|<!date[^>]*>|\{[^}]*\}|`[^`]*`", " ", line) for line in shown.splitlines()]
    return sorted({line.strip() for line in lines if ENGLISH.search(line)})


def everything_known() -> Alert:
    """A ticket with every reason, deadline and line of history that there is."""
    one = full(TEXT)
    view = view_of(one)
    reasons = [each.format("7", "8", label="complaint") for each in REASONS]
    history = tuple(HistoryEntry(at=NOW, actor="system", action=action) for action in ACTIONS)
    place = LegalClock(regime=PLACE, since=NOW, due=LATER, note="the place itself asks for an answer by then")
    legal = tuple(clock for sector in ("shop", "bank", "telecom") for clock in legal_clocks(sector, NOW))
    far = Reach(views=1240, likes=31, replies=5, shares=2, followers=10_000)
    posts = tuple(replace(one, post=replace(one.post, reach=far)) for one in view.posts)
    ticket = replace(view.ticket, reasons=(*reasons, "reach: 1240 views"))
    return replace(one, view=replace(view, ticket=ticket, posts=posts, history=history, legal=(place, *legal)))


def in_slack() -> Iterator[object]:
    """Everything that Slack shows in Polish."""
    yield from messages(TEXT, "pl")
    yield from modals(TEXT, "pl")
    yield from homes(TEXT, "pl")
    known = everything_known()
    view = view_of(known)
    for reason in view.ticket.reasons:
        one = replace(known, view=replace(view, ticket=replace(view.ticket, reasons=(reason,))))
        yield ticket_card(one, lang="pl", buttons=True)
    for clock in view.legal:
        yield ticket_card(replace(known, view=replace(view, legal=(clock,))), lang="pl", buttons=True)
    for entry in view.history:
        yield ticket_to_look_at(replace(known, view=replace(view, history=(entry,))), Memo(ticket_id=7), lang="pl")
        payload = {"by": "system", "action": entry.action}
        changed = replace(known.event, kind=EventKind.TICKET_CHANGED, payload=payload)
        yield story(replace(known, event=changed), lang="pl")
    for kind in [kind for kind in EventKind if f"story.{kind}" in wording("pl")]:
        event = replace(known.event, kind=kind, payload={})
        yield story(replace(known, event=event), lang="pl")
    for payload in ({"clock": "legal", "regime": "consumer"}, {"clock": "legal", "regime": PLACE}):
        event = replace(known.event, kind=EventKind.TICKET_DUE_SOON, payload=payload)
        yield call_card(replace(known, event=event), lang="pl")


def test_slack_speaks_polish() -> None:
    found = {line for shown in in_slack() for line in english(words_of(shown))}
    assert sorted(found) == []
