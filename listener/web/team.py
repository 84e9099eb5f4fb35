"""Pages of a team at work: one person's queue, who has how much, what the rules are worth, what is muted."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException
from starlette.responses import Response

from listener.errors import ListenerError
from listener.permissions import Action, may
from listener.web.desk_actions import wake_at
from listener.web.phrases import refusal
from listener.web.visit import Named, Reader, Visit

router = APIRouter(include_in_schema=False)
Short = Annotated[str, Form(max_length=300)]


@router.get("/mine")
def mine(visit: Reader) -> Response:
    """What the visitor should look at now; who has said no name yet is asked for it."""
    if visit.session.name is None:
        return visit.go("/who?next=/mine")
    service, name = visit.door.service, visit.session.name
    return visit.page("mine.html", queue=service.queue(name, now=visit.now), watched=service.watched(name))


@router.get("/team")
def team(visit: Reader, done: str = "") -> Response:
    """Loads, absences, rules and mutes."""
    return _team(visit, said=visit.t(f"done.{done}") if done in ("away", "back", "muted", "unmuted") else "")


def _team(visit: Visit, *, said: str = "", wrong: str = "", status: int = 200) -> Response:
    service = visit.door.service
    return visit.page(
        "team.html",
        status=status,
        teams=service.load(now=visit.now),
        rules=service.rule_precision(),
        mutes=service.mutes(now=visit.now),
        may_mute=allowed(visit, Action.MUTE),
        said=said,
        wrong=wrong,
    )


def allowed(visit: Visit, action: Action) -> bool:
    """Whether the visitor may: by role, or, where there are no logins, whoever sits at this machine."""
    if not visit.door.settings.needs_login:
        return True
    return visit.session.role is not None and may(visit.session.role, action)


@router.post("/team/away")
def away(visit: Named, user: Short = "", until: Short = "", at: Short = "") -> Response:
    """Somebody is out of office until a time, or ("back") here again. For others only managers say it."""
    name = visit.session.name or ""
    if user != name and not allowed(visit, Action.AWAY_OTHERS):
        raise HTTPException(403, detail="wrong.manager")
    moment = None if until == "back" else _moment(visit, at)
    if until != "back" and moment is None:
        return _team(visit, wrong=visit.t("wrong.time"), status=422)
    try:
        visit.door.service.away(user, until=moment, by=name, now=visit.now)
    except ListenerError as error:
        return _team(visit, wrong=visit.t("wrong.refused", error=refusal(error, visit.t)), status=422)
    return visit.go(f"/team?done={'away' if moment else 'back'}")


def _moment(visit: Visit, at: str) -> datetime | None:
    return wake_at("at", at, visit.now, visit.door.settings.zone)


@router.post("/team/mute")
def mute(visit: Named, scope: Short = "", at: Short = "") -> Response:
    """No alerts of a scope until a time."""
    if not allowed(visit, Action.MUTE):
        raise HTTPException(403, detail="wrong.manager")
    until = _moment(visit, at)
    if until is None:
        return _team(visit, wrong=visit.t("wrong.time"), status=422)
    try:
        visit.door.service.mute(scope=scope.strip(), until=until, by=visit.session.name or "", now=visit.now)
    except ListenerError as error:
        return _team(visit, wrong=visit.t("wrong.refused", error=refusal(error, visit.t)), status=422)
    return visit.go("/team?done=muted")


@router.post("/team/unmute")
def unmute(visit: Named, scope: Short = "") -> Response:
    """Alerts again."""
    if not allowed(visit, Action.MUTE):
        raise HTTPException(403, detail="wrong.manager")
    visit.door.service.unmute(scope=scope, by=visit.session.name or "", now=visit.now)
    return visit.go("/team?done=unmuted")
