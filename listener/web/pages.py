"""Pages that only show: the list, one ticket, Slack's cards."""

from typing import Annotated, Any

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import Response

from listener.model import Intent, Sentiment, TicketState, TicketView, Topic, Urgency
from listener.web.blockkit import cards
from listener.web.conversation import conversation
from listener.web.rendering import late
from listener.web.visit import Reader, Visit

PER_PAGE = 50
TABS = ("open", "pending", "resolved", "all")
DONE = frozenset(
    {"approved", "hand", "claimed", "resolved", "reopened", "not_relevant", "stands", "again", "corrected"}
)

router = APIRouter(include_in_schema=False)


@router.get("/")
def inbox(
    visit: Reader,
    state: str = "open",
    q: Annotated[str, Query(max_length=200)] = "",
    before: int | None = None,
) -> Response:
    """The list; an unknown state shows the open ones."""
    tab = state if state in TABS or state == "snoozed" else "open"
    wanted = None if tab == "all" else TicketState(tab)
    service = visit.door.service
    rows = service.inbox(state=wanted, text=q.strip(), limit=PER_PAGE, before=before)
    counts = service.counts()
    tabs = [(name, None if name == "all" else counts.of(TicketState(name))) for name in TABS]
    if counts.snoozed or tab == "snoozed":
        tabs.insert(2, ("snoozed", counts.snoozed))
    more = rows[-1].ticket.id if len(rows) == PER_PAGE else None
    return visit.page("inbox.html", rows=rows, counts=counts, tabs=tabs, tab=tab, q=q.strip(), before=before, more=more)


@router.get("/tickets/{ticket_id}")
def ticket(visit: Reader, ticket_id: int, done: str = "") -> Response:
    """One ticket with everything needed to answer it."""
    view = visit.door.service.ticket(ticket_id)
    return ticket_page(visit, view, said=visit.t(f"done.{done}") if done in DONE else "")


def ticket_page(
    visit: Visit,
    view: TicketView,
    *,
    text: str = "",
    url: str = "",
    said: str = "",
    wrong: str = "",
    status: int = 200,
    **more: Any,
) -> Response:
    """The page of one ticket. text, url: what stands in the boxes; said, wrong: one line about what just happened.
    more: post_id that is answered; violations of the text, and seen, what approving despite them must carry."""
    return visit.page(
        "ticket.html",
        status=status,
        view=view,
        strips=conversation(view),
        publishes=visit.door.service.can_publish(view.ticket.source),
        is_late=late(view.ticket, visit.now),
        text=text,
        url=url,
        said=said,
        wrong=wrong,
        choices={"sentiment": Sentiment, "urgency": Urgency, "intents": Intent, "topics": Topic},
        post_id=more.get("post_id") or view.latest.id,
        violations=more.get("violations", ()),
        seen=more.get("seen", ""),
    )


@router.get("/slack")
def slack(visit: Reader) -> Response:
    """What the stand-in for Slack received; there is no such page outside the demo."""
    if not visit.door.settings.demo:
        raise HTTPException(404)
    return visit.page("slack.html", cards=cards(visit.door.service.slack_cards()))
