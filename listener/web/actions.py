"""Forms of a ticket. Each does one thing through the desk and goes back to the ticket, or shows it with what was
typed and why it did not work."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form
from starlette.responses import Response

from listener.errors import Conflict, DatabaseUnreachable, ListenerError, NotFound
from listener.model import Intent, Proposal, Sentiment, TicketView, Tone, Topic, Urgency
from listener.web.addresses import web_address
from listener.web.pages import NOTHING, Typed, ticket_page
from listener.web.phrases import refusal
from listener.web.visit import Acting, Named, Visit

TEXT_LIMIT = 20_000

router = APIRouter(prefix="/tickets/{ticket_id}", include_in_schema=False)
Text = Annotated[str, Form(max_length=TEXT_LIMIT)]
Number = Annotated[int, Form(ge=0)]
Seen = Annotated[str, Form(max_length=64)]
Address = Annotated[str, Form(max_length=2000)]
Choice = Annotated[str, Form(max_length=20)]
Flag = Annotated[bool, Form()]


@router.post("/draft")
def draft(
    visit: Acting, ticket_id: int, use: Number, post_id: Number = 0, tone: Choice = "", private: Flag = False
) -> Response:
    """Puts a suggestion into the box; nothing is kept. The way to do it without JavaScript."""
    typed = Typed(post_id=post_id, tone=_tone(tone), private=private)
    drafts = visit.door.service.suggestions(ticket_id, post_id=post_id, tone=typed.tone, private=private)
    view = visit.door.service.ticket(ticket_id)
    if use >= len(drafts):
        return ticket_page(visit, view, typed)
    return ticket_page(visit, view, replace(typed, text=drafts[use].text), said=visit.t("draft.used"))


@router.post("/tune")
def tune(
    visit: Acting,
    ticket_id: int,
    post_id: Number,
    text: Text = "",
    url: Address = "",
    tone: Choice = "",
    private: Flag = False,
    readers: Choice = "",
) -> Response:
    """Makes the suggestions anew, in another tone or (readers) for other readers, and keeps what was typed."""
    wanted = {"public": False, "private": True}.get(readers, private)
    typed = Typed(text=_lines(text), url=url.strip(), post_id=post_id, tone=_tone(tone), private=wanted)
    view = visit.door.service.ticket(ticket_id)
    if wrong := _not_private(visit, view, typed):
        return ticket_page(visit, view, replace(typed, private=False), wrong=wrong, status=422)
    return ticket_page(visit, view, typed, said=visit.t("draft.private") if readers == "private" else "")


@router.post("/reply")
def reply(
    visit: Acting,
    ticket_id: int,
    post_id: Number,
    version: Number,
    text: Text = "",
    seen: Seen = "",
    tone: Choice = "",
    private: Flag = False,
) -> Response:
    """Approves and hands over for publishing. A text that breaks a rule goes out only once its words, unchanged,
    were shown with the rule beside them."""
    typed = Typed(text=_lines(text), post_id=post_id, tone=_tone(tone), private=private)
    if private:  # a form that was made for one reader: whoever sent it here, it does not go to all
        return _show(visit, ticket_id, visit.t("wrong.readers"), typed)
    return _reply(visit, ticket_id, typed, version, seen)


@router.post("/reply-privately")
def reply_privately(
    visit: Acting, ticket_id: int, post_id: Number, version: Number, text: Text = "", seen: Seen = "", tone: Choice = ""
) -> Response:
    """The same for who wrote the post alone; where its place does not take that, it is said and nothing is kept."""
    typed = Typed(text=_lines(text), post_id=post_id, tone=_tone(tone), private=True)
    if wrong := _not_private(visit, visit.door.service.ticket(ticket_id), typed):
        if _said_already(visit, ticket_id, typed):
            return visit.go(f"/tickets/{ticket_id}?done=approved_private")
        return _show(visit, ticket_id, wrong, typed)
    return _reply(visit, ticket_id, typed, version, seen)


def _reply(visit: Visit, ticket_id: int, typed: Typed, version: int, seen: str) -> Response:
    if wrong := _missing(visit, typed):
        return _show(visit, ticket_id, wrong, typed)
    violations = visit.door.service.check(ticket_id, typed.text, private=typed.private) if seen != typed.mark else ()
    if violations:
        return _show(visit, ticket_id, visit.t("wrong.weigh"), replace(typed, violations=tuple(violations)))
    try:
        answer = visit.door.service.reply(
            ticket_id,
            post_id=typed.post_id,
            text=typed.text,
            approved_by=visit.session.name or "",
            version=version,
            now=visit.now,
            private=typed.private,
        )
    except ListenerError as error:
        return failed(visit, ticket_id, error, typed)
    done = "proposed" if isinstance(answer, Proposal) else _approved(typed)
    return visit.go(f"/tickets/{ticket_id}?done={done}")


def _approved(typed: Typed) -> str:
    return "approved_private" if typed.private else "approved"


def _tone(chosen: str) -> Tone | None:
    return Tone(chosen) if chosen in set(Tone) else None


def _not_private(visit: Visit, view: TicketView, typed: Typed) -> str:
    """Why a private reply cannot be sent, in the visitor's language; empty where it can, or none is wanted."""
    way = typed.way(view)
    if not typed.private or (way is not None and way.refused is None):
        return ""
    return visit.t(f"private.{way.refused}" if way is not None and way.refused is not None else "private.none")


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
        return _show(visit, ticket_id, visit.t("wrong.refused", error=refusal(error, visit.t)), typed)
    if _said_already(visit, ticket_id, typed):
        return visit.go(f"/tickets/{ticket_id}?done={_approved(typed)}")
    return _show(visit, ticket_id, visit.t("wrong.conflict"), typed, 409)


def _said_already(visit: Visit, ticket_id: int, typed: Typed) -> bool:
    """The latest reply has these words, for these readers, from this person."""
    last = visit.door.service.ticket(ticket_id).replies[-1:]
    mine = [one for one in last if (one.approved_by, one.private) == (visit.session.name, typed.private)]
    return bool(typed.text) and any(one.text == typed.text for one in mine)


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
