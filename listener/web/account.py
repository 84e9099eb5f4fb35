"""Logging in and out, saying one's name, choosing the language."""

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Query, Request
from starlette.responses import Response

from listener.web.addresses import local_path
from listener.web.times import span
from listener.web.visit import Acting, Anybody, Visit, clean_name

router = APIRouter(include_in_schema=False)
Field = Annotated[str, Form(max_length=1000)]
Onward = Annotated[str, Query(alias="next")]
OnwardField = Annotated[str, Form(alias="next", max_length=2000)]


def _only(visit: Visit, *, with_login: bool) -> None:
    if visit.door.settings.needs_login is not with_login:
        raise HTTPException(404)


@router.get("/who")
def who(visit: Anybody, onward: Onward = "/") -> Response:
    """Asks for a name, where there are no logins."""
    _only(visit, with_login=False)
    return visit.page("who.html", next=local_path(onward), wrong="")


@router.post("/who")
def say_who(visit: Acting, name: Field = "", onward: OnwardField = "/") -> Response:
    """Keeps the name in the visitor's cookie."""
    _only(visit, with_login=False)
    if not clean_name(name):
        return visit.page("who.html", status=422, next=local_path(onward), wrong=visit.t("wrong.name"))
    return visit.go(local_path(onward))


@router.get("/login")
def login(visit: Anybody, onward: Onward = "/") -> Response:
    """The form."""
    _only(visit, with_login=True)
    return visit.page("login.html", next=local_path(onward), wrong="", name="")


@router.post("/login")
def log_in(
    visit: Anybody,
    request: Request,
    csrf: Field = "",
    name: Field = "",
    password: Field = "",
    onward: OnwardField = "/",
) -> Response:
    """Starts a session for who knows the password. Guessing is slowed by name and by address."""
    _only(visit, with_login=True)
    if not visit.door.sessions.is_own_form(request, visit.session, csrf):
        raise HTTPException(403, detail="wrong.form")
    throttle = visit.door.throttle
    keys = [f"name {clean_name(name).casefold()}", f"from {request.client.host if request.client else ''}"]
    wait = max(throttle.wait(key, visit.now) for key in keys)
    if wait:
        return _refused(visit, name, onward, 429, visit.t("login.wait", span=span(wait)))
    user = visit.door.service.authenticate(name, password)
    for key in keys:
        throttle.succeeded(key) if user else throttle.failed(key, visit.now)
    if user is None:
        return _refused(visit, name, onward, 401, visit.t("login.wrong"))
    visit.session = visit.door.sessions.renewed(visit.session, name=user.name, role=user.role)
    return visit.go(local_path(onward))


def _refused(visit: Visit, name: str, onward: str, status: int, wrong: str) -> Response:
    return visit.page("login.html", status=status, next=local_path(onward), wrong=wrong, name=name)


@router.post("/logout")
def log_out(visit: Anybody, request: Request, csrf: Field = "") -> Response:
    """Forgets who it was."""
    if not visit.door.sessions.is_own_form(request, visit.session, csrf):
        raise HTTPException(403, detail="wrong.form")
    visit.session = visit.door.sessions.renewed(visit.session, name=None, role=None)
    return visit.go("/")


@router.get("/language/{language}")
def language(visit: Anybody, language: str, onward: Onward = "/") -> Response:
    """Polish or English from now on. Changes nothing but how pages look to this visitor, so a link may do it."""
    visit.speak(language)
    return visit.go(local_path(onward))
