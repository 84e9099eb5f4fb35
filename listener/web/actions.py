"""Forms of a ticket. Each does one thing through the desk and goes back to the ticket, or shows it with what was
typed and why it did not work."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from listener.errors import Conflict, DatabaseUnreachable, ListenerError, NotFound
from listener.model import Intent, Proposal, Sentiment, Topic, Urgency
from listener.web.addresses import web_address
from listener.web.pages import NOTHING, Typed, ticket_page
from listener.web.visit import Acting, Named, Visit

TEXT_LIMIT = 20_000

router = APIRouter(prefix="/tickets/{ticket_id}", include_in_schema=False)
Text = Annotated[str, Form(max_length=TEXT_LIMIT)]
Number = Annotated[int, Form(ge=0)]
Seen = Annotated[str, Form(max_length=64)]
Address = Annotated[str, Form(max_length=2000)]


@router.post("/draft")
def draft(
    visit: Acting, ticket_id: int, use: Annotated[int, Form(ge=0)], text: Text = "", url: Address = ""
) -> Response:
    """Puts a suggestion into the box; nothing is kept. The way to do it without JavaScript."""
    view = visit.door.service.ticket(ticket_id)
    if use >= len(view.suggestions):
        return ticket_page(visit, view)
    return ticket_page(visit, view, Typed(text=view.suggestions[use].text), said=visit.t("draft.used"))


@router.post("/reply")
def reply(
    visit: Acting, ticket_id: int, post_id: Number, version: Number, text: Text = "", seen: Seen = ""
) -> Response:
    """Approves and hands over for publishing. A text that breaks a rule goes out only once its words, unchanged,
    were shown with the rule beside them."""
    typed = Typed(text=_lines(text), post_id=post_id)
    if wrong := _missing(visit, typed):
        return _show(visit, ticket_id, wrong, typed)
    if seen != typed.mark and (violations := visit.door.service.check(ticket_id, typed.text)):
        typed = replace(typed, violations=tuple(violations))
        return _show(visit, ticket_id, visit.t("wrong.weigh"), typed)
    name = visit.session.name or ""
    try:
        answer = visit.door.service.reply(
            ticket_id, post_id=post_id, text=typed.text, approved_by=name, version=version, now=visit.now
        )
    except ListenerError as error:
        return failed(visit, ticket_id, error, typed)
    done = "proposed" if isinstance(answer, Proposal) else "approved"
    return visit.go(f"/tickets/{ticket_id}?done={done}")


@router.post("/hand")
def by_hand(
    visit: Acting, ticket_id: int, post_id: Number, version: Number, text: Text = "", url: Address = ""
) -> Response:
    """Keeps a reply that a person posted there."""
    typed = Typed(text=_lines(text), url=url.strip(), post_id=post_id)
    there = web_address(typed.url)
    if (wrong := _missing(visit, typed)) or there is None:
        return _show(visit, ticket_id, wrong or visit.t("wrong.url"), typed)
    name = visit.session.name or ""
    try:
        visit.door.service.posted_by_hand(
            ticket_id, post_id=post_id, text=typed.text, url=there, approved_by=name, version=version, now=visit.now
        )
    except ListenerError as error:
        return failed(visit, ticket_id, error, typed)
    return visit.go(f"/tickets/{ticket_id}?done=hand")


def _lines(text: str) -> str:
    """Text from a form, with line ends as we keep them."""
    return text.replace("\r\n", "\n").strip()


def _missing(visit: Visit, typed: Typed) -> str:
    """What the person still has to fill in, in their language; empty when nothing."""
    if not typed.text:
        return visit.t("wrong.empty")
    return "" if visit.session.name else visit.t("wrong.name")


def _show(visit: Visit, ticket_id: int, wrong: str, typed: Typed, status: int = 422) -> Response:
    """The ticket as it stands now, what was typed, and what was wrong."""
    view = visit.door.service.ticket(ticket_id)
    if all(stored.id != typed.post_id for stored in view.posts):
        typed = replace(typed, post_id=0)
    return ticket_page(visit, view, typed, wrong=wrong, status=status)


def failed(visit: Visit, ticket_id: int, error: ListenerError, typed: Typed = NOTHING) -> Response:
    """A double click on approve is no conflict: the same words of the same person stand there already."""
    if isinstance(error, NotFound | DatabaseUnreachable):
        raise error
    if not isinstance(error, Conflict):
        return _show(visit, ticket_id, visit.t("wrong.refused", error=str(error)), typed)
    last = visit.door.service.ticket(ticket_id).replies[-1:]
    if typed.text and any(reply.text == typed.text and reply.approved_by == visit.session.name for reply in last):
        return visit.go(f"/tickets/{ticket_id}?done=approved")
    return _show(visit, ticket_id, visit.t("wrong.conflict"), typed, 409)


@router.post("/claim")
def claim(visit: Named, ticket_id: int, version: Number) -> Response:
    """The ticket becomes the visitor's."""
    return _decide(visit, ticket_id, "claim", version, "claimed")


@router.post("/resolve")
def resolve(visit: Named, ticket_id: int, version: Number) -> Response:
    """Closes the ticket."""
    return _decide(visit, ticket_id, "resolve", version, "resolved")


@router.post("/reopen")
def reopen(visit: Named, ticket_id: int, version: Number) -> Response:
    """Opens it again."""
    return _decide(visit, ticket_id, "reopen", version, "reopened")


@router.post("/not-relevant")
def not_relevant(visit: Named, ticket_id: int, version: Number) -> Response:
    """Closes it as not about us."""
    return _decide(visit, ticket_id, "not_relevant", version, "not_relevant")


def _decide(visit: Visit, ticket_id: int, act: str, version: int, done: str) -> Response:
    service, name = visit.door.service, visit.session.name or ""
    acts = {
        "claim": service.claim,
        "resolve": service.resolve,
        "reopen": service.reopen,
        "not_relevant": service.not_relevant,
    }
    try:
        acts[act](ticket_id, by=name, version=version, now=visit.now)
    except ListenerError as error:
        return failed(visit, ticket_id, error)
    return visit.go(f"/tickets/{ticket_id}?done={done}")


@router.post("/replies/{reply_id}/stands")
def stands(visit: Named, ticket_id: int, reply_id: int, url: Address = "") -> Response:
    """An uncertain reply was seen in its place. Without an address nothing happens: None would send it again."""
    posted = web_address(url.strip())
    if posted is None:
        return _show(visit, ticket_id, visit.t("wrong.url"), NOTHING)
    try:
        visit.door.service.decide_uncertain(reply_id, by=visit.session.name or "", posted_url=posted, now=visit.now)
    except ListenerError as error:
        return failed(visit, ticket_id, error)
    return visit.go(f"/tickets/{ticket_id}?done=stands")


@router.post("/replies/{reply_id}/again")
def again(visit: Named, ticket_id: int, reply_id: int) -> Response:
    """An uncertain reply is not there: send it again."""
    try:
        visit.door.service.decide_uncertain(reply_id, by=visit.session.name or "", posted_url=None, now=visit.now)
    except ListenerError as error:
        return failed(visit, ticket_id, error)
    return visit.go(f"/tickets/{ticket_id}?done=again")


@router.post("/posts/{post_id}/labels")
def labels(
    visit: Named,
    ticket_id: int,
    post_id: int,
    sentiment: Annotated[Sentiment, Form()],
    urgency: Annotated[Urgency, Form()],
    intents: Annotated[tuple[Intent, ...], Form()] = (),
    topics: Annotated[tuple[Topic, ...], Form()] = (),
) -> Response:
    """Keeps corrections for training."""
    corrected = {
        "sentiment": sentiment.value,
        "urgency": urgency.value,
        "intents": tuple(intent.value for intent in intents),
        "topics": tuple(topic.value for topic in topics),
    }
    try:
        visit.door.service.correct(post_id, labels=corrected, by=visit.session.name or "", now=visit.now)
    except ListenerError as error:
        return failed(visit, ticket_id, error)
    return visit.go(f"/tickets/{ticket_id}?done=corrected")
