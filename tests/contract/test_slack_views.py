"""Every form, home tab and message that we can make is one that Slack takes, whatever people wrote into it.

Two judges: the rules of tests.standins.blockkit, and the classes of slack_sdk, which know the limits by themselves.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from slack_sdk.models.blocks import Block as SdkBlock
from slack_sdk.models.views import View as SdkView

from listener.model import (
    CustomerView,
    EventKind,
    Hiding,
    HidingState,
    Identity,
    LegalClock,
    Lock,
    NoPrivate,
    Note,
    Priority,
    PrivateWay,
    Proposal,
    ReplyState,
    SuggestedReply,
    TicketState,
    TicketView,
    Tone,
    Violation,
)
from listener.protocols import Alert
from listener.views import MemberLoad, Queue, TeamLoad, TicketSummary
from listener.watching import What
from responders.slack.cards import ticket_card
from responders.slack.commands import Memo
from responders.slack.forms import (
    Candidate,
    assign_form,
    labels_form,
    note_form,
    rejection_form,
    snooze_form,
    ticket_form,
    ticket_to_look_at,
)
from responders.slack.home import Desktop, found_card, home_tab, on_call_text, queue_card, said_card, stranger_home
from responders.slack.modals import ReplyDraft, loading, reply_form, told
from responders.slack.stories import call_card, decided_card, news_card, proposal_card, watch_card
from responders.slack.wording import wording
from tests.contract.test_slack_cards import NASTY
from tests.standins import blockkit
from tests.unit.responders.alerts import NOW, alert, reply, stored, ticket

LATER = NOW + timedelta(hours=1)


def full(text: str = "vip") -> Alert:
    """An alert about a ticket of which everything is known, with a text in every place."""
    one = alert(
        posts=(stored(text or "x", author=text or None),),
        replies=(reply(ReplyState.FAILED, text=text or "x", error=text),),
        state=TicketState.OPEN,
        assignee=text or None,
        team=text,
        tags=(text,) * 12,
        incident=True,
        snoozed_until=LATER,
        next_response_due=LATER,
        resolution_due=NOW - timedelta(hours=1),
    )
    view = one.view
    assert view is not None
    earlier = CustomerView(
        number=1,
        identities=(Identity(source="forum", author=text),),
        posts=view.posts,
        tickets=(ticket(id=3), ticket(id=4)),
        replies=(reply(ReplyState.PUBLISHED, ticket_id=3, text=text),),
        posts_in_all=9,
        tickets_in_all=3,
    )
    return replace(one, view=replace(view, **_more(text, earlier)))


def _more(text: str, earlier: CustomerView) -> Mapping[str, Any]:
    return {
        "notes": tuple(Note(id=n, ticket_id=7, at=NOW, by=text, text=text) for n in range(8)),
        "watchers": (text,),
        "tags": (text,) * 12,
        "lock": Lock(ticket_id=7, by=text, until=LATER),
        "customer": earlier,
        "proposals": (proposal(text),),
        "legal": (LegalClock(regime="consumer", since=NOW, due=LATER, note=text),) * 3,
        "gathered": 40,
    }


def proposal(text: str) -> Proposal:
    return Proposal(id=4, ticket_id=7, post_id=1, text=text or "x", proposed_by=text, proposed_at=NOW, why=(text,) * 5)


def hidings(text: str) -> Iterator[Hiding]:
    """A post hidden and shown in every way."""
    for state in HidingState:
        for hidden in (True, False):
            for by in (text, ""):
                yield Hiding(id=1, post_id=1, hidden=hidden, by=by, at=NOW, state=state, error=text)


def view_of(one: Alert) -> TicketView:
    assert one.view is not None
    return one.view


def modals(text: str, lang: str) -> Iterator[dict[str, Any]]:
    one, memo = full(text), Memo(ticket_id=7, version=2, post_id=1, channel="C1", ts="1.1", lang=lang)
    post = view_of(one).latest
    draft = SuggestedReply(text=text, kind="canned", sources=(text,))
    broken = tuple(Violation(rule="r", where=text, message=text) for _ in range(12))
    plain = ReplyDraft(memo=memo, post=post, drafts=(draft,) * 12)
    for shown in (
        plain,
        ReplyDraft(memo=memo, post=post),
        replace(plain, typed=(text or "x",) * 9, signature=text, sign=False, broken=broken, news=text),
        replace(plain, memo=replace(memo, parts=4, picked=11)),
        replace(plain, tone=Tone.CASUAL, way=PrivateWay(until=LATER), memo=replace(memo, tone="casual", picked=-1)),
        replace(plain, memo=replace(memo, private=True, tone="formal"), way=PrivateWay()),
        replace(plain, memo=replace(memo, private=True), way=None),
        *(replace(plain, way=PrivateWay(refused=why, until=LATER)) for why in NoPrivate),
    ):
        yield reply_form(shown, lang=lang)
    yield snooze_form(memo, lang=lang)
    people = [Candidate(name=f"{text}{number}", open=number, here=bool(number % 2)) for number in range(105)]
    yield assign_form(memo, people, [f"{text}{number}" for number in range(3)], lang=lang)
    yield assign_form(memo, [], [], lang=lang)
    yield labels_form(memo, post, lang=lang)
    yield labels_form(memo, replace(post, classification=None), lang=lang)
    yield note_form(memo, (text,) * 12, view_of(one).notes, lang=lang)
    brand = one.brand
    assert brand is not None
    yield ticket_form([replace(brand, name=text or "x")], url=text, text=text, author=text, lang=lang)
    yield rejection_form(memo, lang=lang)
    yield ticket_to_look_at(one, memo, me=text, lang=lang)
    for hiding in hidings(text):
        seen = replace(view_of(one), hidings={post.id: hiding}, hideable=frozenset({post.id}))
        yield ticket_to_look_at(replace(one, view=seen), memo, me=text, lang=lang)
    yield told(text, lang=lang)
    yield loading(lang)


def row(text: str, number: int) -> TicketSummary:
    text = text[:300]  # the desk gives excerpts
    return TicketSummary(
        ticket=ticket(id=number, assignee=text or None, priority=list(Priority)[number % 4]),
        excerpt=text,
        author=text,
        source=text or "f",
        url=f"https://forum.example/{text}",
        sentiment=None,
        urgency=None,
        intents=(),
        posts=1,
        places=1,
        replies=(),
    )


def homes(text: str, lang: str) -> Iterator[dict[str, Any]]:
    rows = tuple(row(text, number) for number in range(1, 30))
    member = MemberLoad(user=text, open=3, capacity=2, away_until=LATER, working=False)
    load = tuple(TeamLoad(team=text, members=(member,) * 22, waiting=4, overdue=2) for _ in range(9))
    queue = Queue(mine=rows[:20], due_soon=rows[8:20], unassigned=rows[15:])
    calls = {f"{text}{number}": (text,) * 30 for number in range(20)}
    yield home_tab(Desktop(who=text, queue=queue, load=load, on_call=calls, inbox_url="http://127.0.0.1"), lang=lang)
    yield home_tab(Desktop(who=text, queue=Queue(mine=(), due_soon=(), unassigned=())), lang=lang)
    yield stranger_home("U1", lang=lang)


def messages(text: str, lang: str) -> Iterator[dict[str, Any]]:
    rows = tuple(row(text, number) for number in range(1, 14))
    yield ticket_card(full(text), lang=lang, buttons=True)
    yield queue_card(Queue(mine=rows, due_soon=rows[:3], unassigned=rows), lang=lang)
    yield found_card(rows, text, lang=lang)
    yield found_card((), text, lang=lang)
    yield said_card(on_call_text({"a": ()}, wording(lang)))
    yield proposal_card(proposal(text * 3), full(text), lang=lang)
    yield decided_card(4, text, text or "x")
    yield proposal_card(replace(proposal(text), private=True), full(text), lang=lang)
    for hiding in hidings(text):
        one = full(text)
        seen = replace(view_of(one), hidings={view_of(one).latest.id: hiding}, hideable=frozenset({1}))
        sent = tuple(replace(each, private=True) for each in seen.replies)
        yield ticket_card(replace(one, view=replace(seen, replies=sent)), lang=lang, buttons=True)
    for kind in (EventKind.TICKET_DUE_SOON, EventKind.TICKET_BREACHED, EventKind.TICKET_ESCALATED):
        one = full(text)
        for said in ({}, {"clock": "legal", "due": LATER.isoformat()}):
            yield call_card(replace(one, event=replace(one.event, kind=kind, payload=said)), lang=lang)
    items = [{"ticket": number, "why": text} for number in range(40)]
    for kind in (EventKind.ALERTS_DIGEST, EventKind.CRISIS_BEGUN, EventKind.CRISIS_ENDED):
        one = alert(kind)
        payload: dict[str, Any] = {"items": items, "brand": text, "volume": 120, "usual": 8.5, "channel": None}
        event = replace(one.event, ticket_id=None, payload=payload)
        yield news_card(Alert(event=event, view=None, brand=None), lang=lang, buttons=True)
    what = [one.value for one in What]
    watched = replace(event, payload={"to": "ala", "items": [{"ticket": n, "what": what} for n in range(90)]})
    for buttons in (True, False):
        news = Alert(event=watched, view=None, brand=None, inbox_url="https://inbox.example")
        yield watch_card(news, lang=lang, buttons=buttons)


@pytest.mark.parametrize(("text", "lang"), [*((text, "pl") for text in NASTY), ("Żółć, gęś", "en")])
def test_whatever_people_wrote_slack_takes_it(text: str, lang: str) -> None:
    for view in modals(text, lang):
        assert blockkit.modal(view) == []
        judged(view)
    for view in homes(text, lang):
        assert blockkit.home(view) == []
        judged(view)
    for message in messages(text, lang):
        assert blockkit.message(message) == []
        assert blockkit.unfolding(message) == []
        judged(message)


def judged(shown: Mapping[str, Any]) -> None:
    """By the library's own limits; it raises for what it would not send."""
    for block in shown.get("blocks", []):
        made = SdkBlock.parse(block)
        assert made is not None, block
        made.to_dict()
    if shown.get("type") in ("modal", "home"):
        SdkView(**{key: value for key, value in shown.items() if key != "blocks"}, blocks=shown["blocks"]).to_dict()
    written = json.dumps(shown, ensure_ascii=False)
    written.encode("utf-8")
