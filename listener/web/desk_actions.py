"""Forms of a ticket that colleagues use among themselves: putting off, handing over, notes, tags, who writes just now,
second approval, and tickets that belong together. Each does one thing through the desk.
"""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Form
from starlette.responses import JSONResponse, Response

from listener.errors import Conflict, ListenerError
from listener.model import Proposal
from listener.web.actions import Address, Flag, Number, Text, failed
from listener.web.service import WebService
from listener.web.visit import Acting, Named, Visit

MORNING = time(8, 0)

router = APIRouter(prefix="/tickets/{ticket_id}", include_in_schema=False)
Short = Annotated[str, Form(max_length=300)]
_Act = Callable[[WebService, str], object]


def wake_at(choice: str, at: str, now: datetime, zone: str) -> datetime | None:
    """When a ticket is to wake: "hour", "tomorrow", "monday" (at 8 in the zone), or the wall clock in at ("at").
    UTC; None for what is no time."""
    here = now.astimezone(ZoneInfo(zone))
    if choice == "hour":
        return now + timedelta(hours=1)
    if choice in ("tomorrow", "monday"):
        days = 1 if choice == "tomorrow" else 7 - here.weekday()
        return datetime.combine(here.date() + timedelta(days=days), MORNING, here.tzinfo).astimezone(UTC)
    try:
        return datetime.fromisoformat(at).replace(tzinfo=here.tzinfo).astimezone(UTC)
    except ValueError:
        return None


@router.post("/snooze")
def snooze(visit: Named, ticket_id: int, version: Number, until: Short = "at", at: Short = "") -> Response:
    """Puts it off."""
    wanted = wake_at(until, at, visit.now, visit.door.settings.zone)
    if wanted is None:
        return failed(visit, ticket_id, ListenerError(visit.t("wrong.time")))
    return _done(
        visit,
        ticket_id,
        "snoozed",
        lambda desk, by: desk.snooze(ticket_id, until=wanted, by=by, version=version, now=visit.now),
    )


@router.post("/assign")
def assign(visit: Named, ticket_id: int, version: Number, to: Short = "") -> Response:
    """Gives it to "user:NAME" or "team:NAME", or back to the queue ("")."""
    kind, _, name = to.partition(":")

    def act(desk: WebService, by: str) -> object:
        if kind == "team":
            return desk.hand_to_team(ticket_id, team=name, by=by, version=version, now=visit.now)
        return desk.assign(ticket_id, to=name or None, by=by, version=version, now=visit.now)

    return _done(visit, ticket_id, "assigned" if name else "given_back", act)


@router.post("/note")
def note(visit: Named, ticket_id: int, note: Text = "") -> Response:
    """Keeps a colleague's note."""
    return _done(
        visit, ticket_id, "noted", lambda desk, by: desk.note(ticket_id, text=note, by=by, now=visit.now), at="#notes"
    )


@router.post("/tags")
def tags(visit: Named, ticket_id: int, version: Number, add: Short = "", remove: Short = "") -> Response:
    """Adds tags, separated by commas, or takes one away."""
    added, gone = [tag.strip() for tag in add.split(",") if tag.strip()], [remove] if remove else []
    return _done(
        visit,
        ticket_id,
        "tagged",
        lambda desk, by: desk.tag(ticket_id, add=added, remove=gone, by=by, version=version, now=visit.now),
    )


@router.post("/watch")
def watch(visit: Named, ticket_id: int, on: Flag = False) -> Response:
    """Begins or ends watching it."""
    return _done(
        visit,
        ticket_id,
        "watched" if on else "unwatched",
        lambda desk, by: desk.watch(ticket_id, by=by, on=on, now=visit.now),
    )


@router.post("/incident")
def incident(visit: Named, ticket_id: int, version: Number, on: Flag = False) -> Response:
    """Lets it gather posts about the same, or no longer."""
    return _done(
        visit,
        ticket_id,
        "incident" if on else "no_incident",
        lambda desk, by: desk.incident(ticket_id, on=on, by=by, version=version, now=visit.now),
    )


@router.post("/posts/{post_id}/hide")
def hide(visit: Named, ticket_id: int, post_id: int, version: Number, hidden: Flag = True) -> Response:
    """Asks for a post to be hidden from other readers at its place, or shown again."""
    return _done(
        visit,
        ticket_id,
        "hiding" if hidden else "showing",
        lambda desk, by: desk.hide(ticket_id, post_id=post_id, hidden=hidden, by=by, version=version, now=visit.now),
        at=f"#post-{post_id}",
    )


@router.post("/merge")
def merge(visit: Named, ticket_id: int, version: Number, other: Number) -> Response:
    """Puts it into another ticket, and goes there."""
    name = visit.session.name or ""
    try:
        kept = visit.door.service.merge(ticket_id, into=other, by=name, version=version, now=visit.now)
    except ListenerError as error:
        return failed(visit, ticket_id, error)
    return visit.go(f"/tickets/{kept.id}?done=merged")


@router.post("/split")
def split(visit: Named, ticket_id: int, version: Number, posts: Annotated[tuple[int, ...], Form()] = ()) -> Response:
    """Puts the ticked posts into a new ticket, and goes there."""
    name = visit.session.name or ""
    try:
        new = visit.door.service.split(ticket_id, post_ids=posts, by=name, version=version, now=visit.now)
    except ListenerError as error:
        return failed(visit, ticket_id, error)
    return visit.go(f"/tickets/{new.id}?done=split")


@router.post("/link")
def link(visit: Named, ticket_id: int, other: Number) -> Response:
    """Says that another ticket is about the same."""
    return _done(visit, ticket_id, "linked", lambda desk, by: desk.link(ticket_id, other=other, by=by, now=visit.now))


@router.post("/customer")
def customer(visit: Named, ticket_id: int, source: Short = "", author: Address = "") -> Response:
    """Says that a name at another place is the same person as the author of the latest post."""

    def act(desk: WebService, by: str) -> object:
        post = desk.ticket(ticket_id).latest.post
        if not post.author:
            raise ListenerError(visit.t("wrong.author"))
        number = desk.link_customer(post.source, post.author, customer=None, by=by, now=visit.now)
        return desk.link_customer(source, author, customer=number, by=by, now=visit.now)

    return _done(visit, ticket_id, "customer", act, at="#customer")


@router.post("/proposals/{proposal_id}/approve")
def approve(visit: Named, ticket_id: int, proposal_id: int) -> Response:
    """The second person says yes: it goes out."""
    return _done(
        visit,
        ticket_id,
        "approved",
        lambda desk, by: desk.approve_proposal(_of(desk, ticket_id, proposal_id).id, by=by, now=visit.now),
    )


@router.post("/proposals/{proposal_id}/reject")
def reject(visit: Named, ticket_id: int, proposal_id: int, why: Short = "") -> Response:
    """It does not go out."""
    return _done(
        visit,
        ticket_id,
        "rejected",
        lambda desk, by: desk.reject_proposal(_of(desk, ticket_id, proposal_id).id, why=why, by=by, now=visit.now),
    )


def _of(desk: WebService, ticket_id: int, proposal_id: int) -> Proposal:
    """A waiting proposal of this very ticket."""
    for proposal in desk.ticket(ticket_id).proposals:
        if proposal.id == proposal_id:
            return proposal
    raise Conflict("it was decided meanwhile", where=f"proposal {proposal_id}")


@router.post("/answering")
def answering(visit: Acting, ticket_id: int) -> Response:
    """Somebody began to write, or goes on. 409 names who else does; who has said no name yet takes no lock."""
    if visit.session.name is None:
        return JSONResponse({})
    try:
        lock = visit.door.service.answering(ticket_id, by=visit.session.name or "", now=visit.now)
    except Conflict as error:
        return JSONResponse({"error": error.message}, status_code=409)
    return JSONResponse({"until": lock.until.isoformat()})


@router.post("/stop-answering")
def stop_answering(visit: Acting, ticket_id: int) -> Response:
    """They stopped without sending."""
    if visit.session.name is not None:
        visit.door.service.stop_answering(ticket_id, by=visit.session.name, now=visit.now)
    return JSONResponse({})


def _done(visit: Visit, ticket_id: int, done: str, act: _Act, *, at: str = "") -> Response:
    try:
        act(visit.door.service, visit.session.name or "")
    except ListenerError as error:
        return failed(visit, ticket_id, error)
    return visit.go(f"/tickets/{ticket_id}?done={done}{at}")
