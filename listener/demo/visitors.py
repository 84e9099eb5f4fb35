"""Who is logged in on the demo forum, and the token that its forms carry. In memory, gone with the process."""

import hmac
import secrets
from collections.abc import Sequence

from fastapi import Request, Response

from listener.demo.content import Person

_SESSION, _TOKEN = "sessionid", "csrftoken"


class Visitors:
    """Sessions of the people who have a password."""

    def __init__(self, people: Sequence[Person]) -> None:
        self._people = {person.name: person for person in people if person.password}
        self._sessions: dict[str, Person] = {}

    def person(self, request: Request) -> Person | None:
        """Who asks, or None for a guest."""
        return self._sessions.get(request.cookies.get(_SESSION, ""))

    def log_in(self, name: str, password: str, response: Response) -> bool:
        """Opens a session on the response where name and password fit."""
        person = self._people.get(name)
        if person is None or not hmac.compare_digest((person.password or "").encode(), password.encode()):
            return False
        session = secrets.token_hex(16)
        self._sessions[session] = person
        response.set_cookie(_SESSION, session, httponly=True, samesite="lax")
        self.put_token(response, secrets.token_hex(16))
        return True

    def log_out(self, request: Request, response: Response) -> None:
        """Ends the session of whoever asks."""
        self._sessions.pop(request.cookies.get(_SESSION, ""), None)
        response.delete_cookie(_SESSION)

    @staticmethod
    def token(request: Request) -> str:
        """What the form of this visitor must carry."""
        return request.cookies.get(_TOKEN) or secrets.token_hex(16)

    @staticmethod
    def put_token(response: Response, token: str) -> None:
        """The other half of the token, in a cookie."""
        response.set_cookie(_TOKEN, token, samesite="lax", max_age=31_449_600)

    @staticmethod
    def token_fits(request: Request, field: object) -> bool:
        """Whether the form came from a page of ours."""
        cookie = request.cookies.get(_TOKEN, "")
        return bool(cookie) and isinstance(field, str) and hmac.compare_digest(cookie.encode(), field.encode())
