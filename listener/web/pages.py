"""Pages that only show: the list, one ticket, Slack's cards."""

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Annotated

from fastapi import APIRouter, HTTPException, Query
from starlette.responses import Response

from listener.model import (
    Intent,
    Post,
    PrivateWay,
    Sentiment,
    TicketState,
    TicketView,
    Tone,
    Topic,
    Urgency,
    Violation,
)
from listener.web.blockkit import cards
from listener.web.conversation import conversation
from listener.web.rendering import late
from listener.web.visit import Reader, Visit

PER_PAGE = 50
TABS = ("open", "review", "pending", "resolved", "all")
DONE = frozenset(
    {"approved", "hand", "claimed", "resolved", "reopened", "not_relevant", "stands", "again", "corrected"}
    | {"proposed", "rejected", "snoozed", "assigned", "given_back", "noted", "tagged", "watched", "unwatched"}
    | {"incident", "no_incident", "merged", "split", "linked", "customer"}
    | {"approved_private", "hiding", "showing"}
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
    name = visit.session.name
    if name is not None and name in view.watchers:
        visit.door.service.see(ticket_id, by=name)
    return ticket_page(visit, view, said=visit.t(f"done.{done}") if done in DONE else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """What stands in the boxes of the answer, and what it breaks. post_id: the post answered, 0 for the latest. tone:
    of the suggestions, None for the brand's own. private: for who wrote the post alone."""

    text: str = ""
    url: str = ""
    post_id: int = 0
    violations: tuple[Violation, ...] = ()
    tone: Tone | None = None
    private: bool = False

    @property
    def mark(self) -> str:
        """Tells one text for some readers from another, so that an approval despite violations holds for the words
        that were shown, and for those readers."""
        said = ("private\n" if self.private else "") + self.text
        return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()

    def way(self, view: TicketView) -> PrivateWay | None:
        """Whether the post that is answered can be answered privately; None where its place has no such."""
        return view.private.get(self.post_id or view.latest.id)


NOTHING = Typed()


def places(view: TicketView) -> tuple[Post, ...]:
    """Where the ticket's matter was said: the first post of each thread."""
    return tuple({(one.post.source, one.post.thread_key): one.post for one in reversed(view.posts)}.values())[::-1]


def ticket_page(
    visit: Visit, view: TicketView, typed: Typed = NOTHING, *, said: str = "", wrong: str = "", status: int = 200
) -> Response:
    """The page of one ticket. said, wrong: one line about what just happened."""
    if typed.tone or typed.private or typed.post_id not in (0, view.latest.id):
        drafts = visit.door.service.suggestions(
            view.ticket.id, post_id=typed.post_id, tone=typed.tone, private=typed.private
        )
        view = replace(view, suggestions=tuple(drafts))
    return visit.page(
        "ticket.html",
        status=status,
        view=view,
        strips=conversation(view),
        publishes=any(visit.door.service.can_publish(stored.post.source) for stored in view.posts),
        places=places(view),
        is_late=late(view.ticket, visit.now),
        typed=typed,
        way=typed.way(view),
        tones=Tone,
        said=said,
        wrong=wrong,
        users=visit.door.service.users(),
        teams=visit.door.service.load(now=visit.now),
        choices={"sentiment": Sentiment, "urgency": Urgency, "intents": Intent, "topics": Topic},
    )


@router.get("/slack")
def slack(visit: Reader) -> Response:
    """What the stand-in for Slack received; there is no such page outside the demo."""
    if not visit.door.settings.demo:
        raise HTTPException(404)
    return visit.page("slack.html", cards=cards(visit.door.service.slack_cards()))
