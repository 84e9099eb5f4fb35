"""One request: who asks, in which language, and how to answer."""

import unicodedata
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import Depends, Form, HTTPException, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from listener.web.door import Door
from listener.web.highlight import plain
from listener.web.session import Session
from listener.web.texts import Words, words

NAME_LIMIT = 60


def clean_name(name: str) -> str:
    """A person's name as it is kept: one line, nothing invisible, at most NAME_LIMIT characters; may be empty."""
    return " ".join(plain(unicodedata.normalize("NFC", name)).split())[:NAME_LIMIT].strip()


@dataclass(slots=True, kw_only=True)
class Visit:
    """session changes when a name is learnt; it is written back with the answer when it has to be."""

    request: Request
    door: Door
    now: datetime
    session: Session
    t: Words = field(init=False)

    def __post_init__(self) -> None:
        self.t = words(self.session.language)

    @property
    def may_act(self) -> bool:
        """Without logins everybody at this machine may; with them the role decides."""
        if not self.door.settings.needs_login:
            return True
        return self.session.role is not None and self.session.role.may_act

    @property
    def here(self) -> str:
        """Path and query of this request."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    def adopt(self, name: str) -> None:
        """Keeps the name given in local mode."""
        if name and not self.door.settings.needs_login and name != self.session.name:
            self.session = replace(self.session, name=name, fresh=True)

    def speak(self, language: str) -> None:
        """Changes the language of this visitor."""
        if language in ("pl", "en"):
            self.session = replace(self.session, language="en" if language == "en" else "pl", fresh=True)

    def page(self, template: str, /, *, status: int = 200, keep: bool = True, **values: Any) -> Response:
        """An HTML page. keep: give a new visitor their cookies with it."""
        frame = {
            "session": self.session,
            "settings": self.door.settings,
            "csrf": self.door.sessions.form_token(self.session),
            "may_act": self.may_act,
            "here": self.here if self.request.method == "GET" else "/",
        }
        content = self.door.templates.render(template, self.t, self.now, frame | values)
        answer = HTMLResponse(content, status_code=status)
        return self._kept(answer) if keep else answer

    def go(self, path: str) -> Response:
        """On to another page of ours, after a form (303)."""
        return self._kept(RedirectResponse(path, status_code=303))

    def _kept(self, response: Response) -> Response:
        if self.session.fresh:
            self.door.sessions.write(response, self.session, self.now)
        return response


def visit(request: Request) -> Visit:
    """Anybody's request."""
    door: Door = request.app.state.door
    now = door.clock()
    return Visit(request=request, door=door, now=now, session=door.sessions.read(request, now))


Anybody = Annotated[Visit, Depends(visit)]


def reader(anybody: Anybody) -> Visit:
    """Somebody who may read; where logins are needed and nobody is logged in, on to the login page."""
    if anybody.door.settings.needs_login and anybody.session.role is None:
        path = f"/login?next={quote(anybody.here, safe='')}" if anybody.request.method == "GET" else "/login"
        raise HTTPException(303, headers={"location": path})
    return anybody


def acting(
    anybody: Anybody,
    csrf: Annotated[str, Form()] = "",
    name: Annotated[str, Form()] = "",
    text: Annotated[str, Form()] = "",
) -> Visit:
    """Somebody who sent one of our own forms and may act. What they wrote is shown again when it is refused."""
    anybody.request.state.kept = text
    if not anybody.door.sessions.is_own_form(anybody.request, anybody.session, csrf):
        raise HTTPException(403, detail="wrong.form")
    reader(anybody)
    if not anybody.may_act:
        raise HTTPException(403, detail="wrong.viewer")
    anybody.adopt(clean_name(name))
    return anybody


def named(someone: Annotated[Visit, Depends(acting)]) -> Visit:
    """The same, with a name to keep beside what is done; where it is not known yet, on to saying it."""
    if someone.session.name is None:
        ticket = someone.request.path_params.get("ticket_id")
        back = quote(f"/tickets/{ticket}" if ticket else "/", safe="")
        raise HTTPException(303, headers={"location": f"/who?next={back}"})
    return someone


Reader = Annotated[Visit, Depends(reader)]
Acting = Annotated[Visit, Depends(acting)]
Named = Annotated[Visit, Depends(named)]
