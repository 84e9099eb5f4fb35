"""/api/v1: the same house for programs. A token names the program; a person still approves every reply."""

import hmac
from enum import StrEnum
from typing import Annotated, Any

from fastapi import APIRouter, Depends, HTTPException, Query, Request, Response, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from listener.errors import WrongUse
from listener.model import Proposal, TicketState, Tone
from listener.web.addresses import web_address
from listener.web.api_words import (
    ChangeIn,
    ErrorOut,
    HiddenIn,
    LabelsIn,
    PostOut,
    ProposalOut,
    ReplyIn,
    ReplyOut,
    SuggestionOut,
    TicketFull,
    TicketOut,
    TicketRow,
)
from listener.web.door import Door
from listener.web.visit import clean_name

_bearer = HTTPBearer(auto_error=False, description="a token of [web] api_tokens")
Limit = Annotated[int, Query(ge=1, le=200)]


def _door(request: Request) -> Door:
    door: Door = request.app.state.door
    return door


def client(request: Request, given: Annotated[HTTPAuthorizationCredentials | None, Security(_bearer)] = None) -> str:
    """Name of the program whose token this is; every token is compared, so that time tells nothing."""
    found = ""
    for name, token in _door(request).settings.api_tokens.items():
        same = hmac.compare_digest(token.encode(), (given.credentials if given else "").encode())
        found = name if same and token else found
    if not found:
        raise HTTPException(401, "a valid token is needed", headers={"www-authenticate": "Bearer"})
    return found


House = Annotated[Door, Depends(_door)]
Client = Annotated[str, Depends(client)]
_ERRORS: dict[int | str, dict[str, Any]] = {
    code: {"model": ErrorOut, "description": why}
    for code, why in {
        401: "no token, or a wrong one",
        404: "no such thing",
        409: "somebody changed the ticket since that version",
        422: "not accepted; the message says why",
    }.items()
}
router = APIRouter(prefix="/api/v1", dependencies=[Depends(client)], responses=_ERRORS)


@router.get("/tickets", tags=["tickets"])
def tickets(
    house: House, state: TicketState | None = None, text: str = "", limit: Limit = 50, before: int | None = None
) -> list[TicketRow]:
    """Most pressing first. before: the id of the last ticket of the page before."""
    rows = house.service.inbox(state=state, text=text, limit=limit, before=before)
    return [TicketRow.of_summary(row) for row in rows]


@router.get("/tickets/{ticket_id}", tags=["tickets"])
def ticket(house: House, ticket_id: int) -> TicketFull:
    """One ticket with its posts, suggestions and replies."""
    return TicketFull.of_view(house.service.ticket(ticket_id))


class Change(StrEnum):
    """What a program may ask to be done with a ticket."""

    CLAIM = "claim"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    NOT_RELEVANT = "not-relevant"


@router.get("/tickets/{ticket_id}/suggestions", tags=["tickets"])
def suggestions(
    house: House,
    ticket_id: int,
    post_id: int = 0,
    lang: Annotated[str | None, Query(pattern="^[a-z]{2}$")] = None,
    tone: Tone | None = None,
    private: bool = False,
) -> list[SuggestionOut]:
    """Drafts for a post of a ticket (0: the latest), in a language and tone, for everybody or for its author alone."""
    drafts = house.service.suggestions(ticket_id, post_id=post_id, lang=lang, tone=tone, private=private)
    return [SuggestionOut.of(draft) for draft in drafts]


@router.post("/tickets/{ticket_id}/posts/{post_id}/hidden", status_code=202, tags=["tickets"])
def hidden(house: House, program: Client, ticket_id: int, post_id: int, body: HiddenIn) -> TicketOut:
    """Asks for a post to be hidden from other readers at its place, or shown again. The ticket tells what came of it:
    hidden."""
    by, now = _person(body.by, program), house.clock()
    house.service.hide(ticket_id, post_id=post_id, hidden=body.hidden, by=by, version=body.version, now=now)
    return TicketOut.of(house.service.ticket(ticket_id).ticket)


@router.post("/tickets/{ticket_id}/replies", status_code=201, tags=["replies"])
def reply(house: House, program: Client, ticket_id: int, body: ReplyIn, response: Response) -> ReplyOut | ProposalOut:
    """Hands over a text that a person approved; with posted_url, keeps one that a person has posted. 202 and a proposal
    where the rules want a second person: nothing goes out until somebody else approves it."""
    approved_by, now = _person(body.approved_by, program), house.clock()
    if body.posted_url is None:
        answer = house.service.reply(
            ticket_id,
            post_id=body.post_id,
            text=body.text,
            approved_by=approved_by,
            version=body.version,
            now=now,
            private=body.private,
        )
        if isinstance(answer, Proposal):
            response.status_code = 202
            return ProposalOut.of(answer)
        return ReplyOut.of(answer)
    if body.private:
        raise WrongUse("a private reply has no address that others can look at", where="private")
    url = web_address(body.posted_url)
    if url is None:
        raise WrongUse("not an http or https address", where="posted_url")
    kept = house.service.posted_by_hand(
        ticket_id, post_id=body.post_id, text=body.text, url=url, approved_by=approved_by, version=body.version, now=now
    )
    return ReplyOut.of(kept)


def _person(name: str, program: str) -> str:
    """Who decided, as the audit log keeps it: the person, and the program that says so."""
    if not clean_name(name):
        raise WrongUse("a person's name is needed", where="approved_by, by")
    return f"{clean_name(name)} (API: {program})"


@router.post("/tickets/{ticket_id}/{change}", tags=["tickets"])
def change(house: House, program: Client, ticket_id: int, change: Change, body: ChangeIn) -> TicketOut:
    """Claims, resolves, reopens, or closes as not relevant."""
    acts = {
        Change.CLAIM: house.service.claim,
        Change.RESOLVE: house.service.resolve,
        Change.REOPEN: house.service.reopen,
        Change.NOT_RELEVANT: house.service.not_relevant,
    }
    acts[change](ticket_id, by=_person(body.by, program), version=body.version, now=house.clock())
    return TicketOut.of(house.service.ticket(ticket_id).ticket)


@router.get("/mentions", tags=["mentions"])
def mentions(house: House, limit: Limit = 50, before: int | None = None) -> list[PostOut]:
    """Posts that matched a query, latest first. before: the lowest id of the page before."""
    return [PostOut.of(stored) for stored in house.service.mentions(limit=limit, before=before)]


@router.get("/replies", tags=["replies"])
def replies(house: House, limit: Limit = 50, before: int | None = None) -> list[ReplyOut]:
    """Latest first. before: the lowest id of the page before."""
    return [ReplyOut.of(kept) for kept in house.service.replies(limit=limit, before=before)]


@router.post("/posts/{post_id}/labels", status_code=204, tags=["labels"])
def labels(house: House, program: Client, post_id: int, body: LabelsIn) -> None:
    """Keeps a person's corrections for training; what is left out stays as it was."""
    given = body.model_dump(mode="json", exclude={"by"}, exclude_none=True)
    if not given:
        raise WrongUse("no label given", where="body", mend="give at least one of sentiment, urgency, intents, topics")
    corrected = {name: tuple(value) if isinstance(value, list) else value for name, value in given.items()}
    house.service.correct(post_id, labels=corrected, by=_person(body.by, program), now=house.clock())
