"""Every page of the inbox, in Polish, with everything on it that there is: no English word is left. And the list of
what somebody watches."""

import html
import re
from dataclasses import replace
from datetime import timedelta

from listener.errors import ListenerError
from listener.law import legal_clocks
from listener.model import (
    PLACE,
    CustomerView,
    HistoryEntry,
    Identity,
    LegalClock,
    Link,
    LinkKind,
    Note,
    Proposal,
    Reach,
    ReplyState,
    TicketView,
)
from listener.polish import ACTIONS, DETAILS, REASONS
from listener.views import MemberLoad, Mute, Role, RulePrecision, TeamLoad, User, Watched
from listener.watching import What
from listener.web import WebSettings
from tests.contract.test_polish_everywhere import english
from tests.integration.web.conftest import Visitor, visitor
from tests.integration.web.fake_service import NOW, FakeService, complaint, view
from tests.web.scenes import busy, reply

_TAG = re.compile(r"<(script|style|template)\b.*?</\1>|<[^>]*>", re.DOTALL)
_SHOWN = re.compile(r'\b(?:title|aria-label|placeholder|alt)="([^"]*)"')
_OURS = re.compile(r"English|Slack|Listener|Wintermann|U\+\w+|\b(?:source|query|channel):\S*")


def seen(page: str) -> str:
    """What a reader of the page meets: its texts, and what it says on pointing."""
    shown = [*_SHOWN.findall(page), *_TAG.sub("\n", page).splitlines()]
    return "\n".join(_OURS.sub(" ", html.unescape(line)) for line in shown if line.strip())


def everything() -> TicketView:
    """A ticket with every reason, deadline and line of history."""
    known = view()
    far = Reach(views=1240, likes=31, replies=5, shares=2, followers=10_000)
    known = replace(known, posts=tuple(replace(one, post=replace(one.post, reach=far)) for one in known.posts))
    known = replace(known, thread=known.posts)
    legal = tuple(clock for sector in ("shop", "bank", "telecom") for clock in legal_clocks(sector, NOW))
    place = LegalClock(
        regime=PLACE, since=NOW, due=NOW + timedelta(days=2), note="the place itself asks for an answer by then"
    )
    reasons = [each.format("7", "8", label="complaint") for each in REASONS]
    details = [each.format("7", "8", label="complaint") for each in DETAILS]
    lines = [HistoryEntry(at=NOW, actor="system", action=action) for action in ACTIONS]
    lines += [HistoryEntry(at=NOW, actor="Jan", action="merged", detail=detail) for detail in details]
    why = ("every reply", "priority: high", "brand: Wintermann", "violations: przykład")
    earlier = CustomerView(
        number=1,
        identities=(Identity(source="forum", author="anna_k"),),
        posts=known.posts,
        tickets=(replace(known.ticket, id=3),),
        replies=(),
        posts_in_all=9,
        tickets_in_all=3,
    )
    return replace(
        known,
        ticket=replace(known.ticket, reasons=(*reasons, "reach: 1240 views"), incident=True),
        history=tuple(lines),
        legal=(place, *legal),
        replies=tuple(replace(reply(state), ticket_id=1, post_id=known.latest.id) for state in ReplyState),
        notes=(Note(id=1, ticket_id=1, at=NOW, by="Jan", text="Dzwonię."),),
        watchers=("Anna", "Jan"),
        tags=("dostawa",),
        customer=earlier,
        links=tuple(Link(ticket_id=1, other_id=n, kind=kind) for n, kind in enumerate(LinkKind, start=2)),
        proposals=(
            Proposal(id=4, ticket_id=1, post_id=1, text="Sprawdzamy.", proposed_by="Jan", proposed_at=NOW, why=why),
        ),
        gathered=40,
    )


def house() -> FakeService:
    """A busy one, with a team at work."""
    service = busy().add(everything())
    member = MemberLoad(user="Anna", open=7, capacity=5, away_until=NOW + timedelta(days=1), working=False)
    service.loads = (TeamLoad(team="Obsługa", members=(member,), waiting=3, overdue=1),)
    service.precision = (RulePrecision(rule="bank", alerts=9, relevant=3, not_relevant=1),)
    service.muted["channel:C1"] = Mute(scope="channel:C1", until=NOW + timedelta(hours=1), by="Jan")
    service.people = (User(name="Anna", role=Role.AGENT),)
    service.watching = [Watched(row=row, news=tuple(what.value for what in What)) for row in service.inbox(state=None)]
    return service


def test_no_page_has_english_words() -> None:
    anna = visitor(house(), WebSettings(secret="for tests", demo=True))
    anna.http.cookies.update(anna.send("/who", name="Anna").cookies)
    pages = ["/", "/mine", "/team", "/who", "/login", "/tickets/999999", "/slack"]
    pages += [f"/?state={state}" for state in ("review", "pending", "snoozed", "resolved", "all")]
    pages += [f"/tickets/{number}" for number in (1, 2, 3, 4, 5)] + ["/tickets/1?done=watched", "/?q=nic"]
    found = {line for page in pages for line in english(seen(anna.get(page).text))}
    assert sorted(found) == []


def test_how_far_a_post_goes_stands_beside_it() -> None:
    page = visitor(house(), WebSettings(secret="for tests", demo=True)).get("/tickets/1").text
    assert "wyświetlenia: 1\N{NO-BREAK SPACE}240" in page
    assert "zasięg: 1\N{NO-BREAK SPACE}240 wyświetleń" in page, "as a reason"


def test_a_refusal_is_told_in_polish(anna: Visitor) -> None:
    def refuse(text: str, **_: object) -> None:
        raise ListenerError("the text is empty", where="ticket 1", mend="paste what was said there")

    anna.service.note = lambda ticket_id, **given: refuse(**given)  # type: ignore[method-assign]
    page = anna.send("/tickets/1/note", name="Anna", note="x").text
    assert "Nie udało się: zgłoszenie 1: treść jest pusta (wklej, co tam napisano)" in page


def test_the_watched_list_says_what_is_new_until_it_is_seen(anna: Visitor) -> None:
    anna.service.add(replace(view(1, complaint()), watchers=("Anna",)))
    (row,) = anna.service.inbox(state=None)
    anna.service.watching = [Watched(row=row, news=("author wrote", "reply failed"))]
    anna.http.cookies.update(anna.send("/who", name="Anna").cookies)
    page = anna.get("/mine").text
    assert "Obserwuję" in page
    assert "autor napisał ponownie" in page
    assert "nowości: 1" in page
    anna.get("/tickets/1")
    assert "autor napisał ponownie" not in anna.get("/mine").text
