"""Who is looking, kept in signed cookies; and how a form shows that it came from one of our own pages."""

import secrets
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from starlette.requests import Request
from starlette.responses import Response

from listener.views import Role
from listener.web.settings import WebSettings
from listener.web.signing import Signer
from listener.web.texts import Language, language_of

_YEAR = timedelta(days=365)


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """sid: random, ties forms to this browser. name: who acts, None until known. fresh: not yet in a cookie."""

    sid: str
    language: Language
    name: str | None = None
    role: Role | None = None
    fresh: bool = False


class Sessions:
    """Two cookies: the session itself (SameSite=Lax, so that a link in Slack opens a ticket without a new login),
    and a twin made from its sid (SameSite=Strict), without which no form is accepted."""

    def __init__(self, settings: WebSettings, signer: Signer) -> None:
        self._settings = settings
        self._signer = signer
        # browsers share cookies between the ports of one host: ours carry the port
        self._cookie = f"listener_{settings.port}"
        self._twin = f"{self._cookie}_form"
        self._max_age = timedelta(hours=settings.session_hours) if settings.needs_login else _YEAR

    def read(self, request: Request, now: datetime) -> Session:
        """The visitor's session, or a new one."""
        signed = request.cookies.get(self._cookie, "")
        held = self._signer.read("session", signed, now, self._max_age) if signed else None
        if held is None:
            return self.new(language_of(None, self._settings.language))
        return Session(
            sid=held["sid"],
            language=language_of(held.get("language"), self._settings.language),
            name=held.get("name"),
            role=Role(held["role"]) if "role" in held else None,
            fresh=self._twin not in request.cookies,
        )

    def new(self, language: Language) -> Session:
        """A visitor nobody knows yet."""
        return Session(sid=secrets.token_urlsafe(16), language=language, fresh=True)

    def renewed(self, session: Session, *, name: str | None, role: Role | None) -> Session:
        """After logging in or out: another sid, so that one known from before is worthless."""
        return replace(self.new(session.language), name=name, role=role)

    def write(self, response: Response, session: Session, now: datetime) -> None:
        """Puts both cookies on a response."""
        value = {"sid": session.sid, "language": session.language}
        value |= {"name": session.name} if session.name else {}
        value |= {"role": session.role.value} if session.role else {}
        age = int(self._max_age.total_seconds())
        secure = self._settings.https
        signed = self._signer.sign("session", value, now)
        response.set_cookie(self._cookie, signed, max_age=age, httponly=True, secure=secure, samesite="lax")
        twin = self._signer.token("twin", session.sid)
        response.set_cookie(self._twin, twin, max_age=age, httponly=True, secure=secure, samesite="strict")

    def form_token(self, session: Session) -> str:
        """What a form of this session must carry."""
        return self._signer.token("form", session.sid)

    def is_own_form(self, request: Request, session: Session, token: str) -> bool:
        """The token, the strict cookie and the Origin all say that one of our pages sent it."""
        twin = request.cookies.get(self._twin, "")
        return (
            self._own_origin(request)
            and self._signer.is_token(twin, "twin", session.sid)
            and self._signer.is_token(token, "form", session.sid)
        )

    def _own_origin(self, request: Request) -> bool:
        """Browsers send Origin with every form; where one is absent the token and cookie decide."""
        origin = request.headers.get("origin")
        if origin is None:
            return request.headers.get("sec-fetch-site", "same-origin") in {"same-origin", "none"}
        host = request.headers.get("host", "").lower()
        return origin.lower() in {f"http://{host}", f"https://{host}", self._settings.public_origin}
