"""A stand-in for Trustpilot's API: a company's service reviews, and answers to them.

Built from developers.trustpilot.com (authentication, grant-type-client-credentials, business-units-api-overview,
service-reviews-api); the fields of a review as in samples of answers that public programs keep in their tests.

It enforces: the key in the header apikey for what is public; tokens for what is private, that end after 100 hours and
may not be asked for too often (429); pages of 100 at most; what everybody sees may lag behind (lag).

Not verified against the real thing: the texts of errors, whether a second reply replaces the first (here it does), how
often a token may be asked for (here five times an hour), how long the lag is.
"""

import base64
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

LIFE = timedelta(hours=100)


@dataclass
class Review:
    """One review."""

    id: str
    author: str
    title: str
    text: str
    stars: int
    created: datetime
    updated: datetime | None = None
    answer: str | None = None
    answered: datetime | None = None


@dataclass
class TrustpilotStandIn:
    """lag: how long an answer is not to be seen in public."""

    clock: Callable[[], datetime]
    key: str = "key-of-the-stand-in"
    secret: str = "secret-of-the-stand-in"  # noqa: S105 - opens nothing else
    unit: str = "507f191e810c19729de860ea"
    domain: str = "wintermann.example"
    lag: timedelta = timedelta()
    tokens_an_hour: int = 5
    reviews: dict[str, Review] = field(default_factory=dict)
    tokens: dict[str, datetime] = field(default_factory=dict)
    given: list[datetime] = field(default_factory=list)

    def write(self, number: str, text: str, stars: int, title: str = "Opinia", author: str = "Ola") -> Review:
        """A review, new or edited."""
        old = self.reviews.get(number)
        if old is not None:
            old.text, old.stars, old.title, old.updated = text, stars, title, self.clock()
            return old
        self.reviews[number] = Review(number, author, title, text, stars, self.clock())
        return self.reviews[number]

    def app(self) -> FastAPI:
        """The endpoints."""
        site = FastAPI(openapi_url=None)
        path = "/v1/oauth/oauth-business-users-for-applications/accesstoken"
        site.add_api_route(path, self._token, methods=["POST"])
        site.add_api_route("/v1/business-units/find", self._find, methods=["GET"])
        site.add_api_route("/v1/business-units/{unit}/reviews", self._list, methods=["GET"])
        site.add_api_route("/v1/reviews/{number}", self._one, methods=["GET"])
        site.add_api_route("/v1/private/reviews/{number}/reply", self._reply, methods=["POST"])
        return site

    async def _token(self, request: Request) -> Response:
        form, now = await request.form(), self.clock()
        wanted = "Basic " + base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        if request.headers.get("authorization") != wanted or form.get("grant_type") != "client_credentials":
            return JSONResponse({"message": "Invalid client credentials"}, 401)
        self.given = [*(at for at in self.given if now - at < timedelta(hours=1)), now]
        if len(self.given) > self.tokens_an_hour:
            return JSONResponse({"message": "Too many requests"}, 429)
        token = secrets.token_urlsafe(24)
        self.tokens[token] = now + LIFE
        return JSONResponse({"access_token": token, "expires_in": "359999"})

    def _keyless(self, request: Request) -> Response | None:
        if request.headers.get("apikey") == self.key:
            return None
        return JSONResponse({"fault": {"faultstring": "Invalid ApiKey"}}, 401)

    async def _find(self, request: Request) -> Response:
        if (refusal := self._keyless(request)) is not None:
            return refusal
        if request.query_params.get("name") != self.domain:
            return JSONResponse({"message": "Business Unit not found"}, 404)
        return JSONResponse({"id": self.unit, "displayName": "Wintermann", "name": {"identifying": self.domain}})

    async def _list(self, request: Request, unit: str) -> Response:
        if (refusal := self._keyless(request)) is not None:
            return refusal
        asked = request.query_params
        number, size = int(asked.get("page", "1")), int(asked.get("perPage", "20"))
        if unit != self.unit:
            return JSONResponse({"message": "Business Unit not found"}, 404)
        if number < 1 or not 0 < size <= 100 or asked.get("orderBy", "createdat.desc") != "createdat.desc":
            return JSONResponse({"message": "Invalid parameter"}, 400)
        rows = sorted(self.reviews.values(), key=lambda one: one.created, reverse=True)
        shown = rows[(number - 1) * size : number * size]
        return JSONResponse({"links": [], "reviews": [self._shown(one) for one in shown]})

    async def _one(self, request: Request, number: str) -> Response:
        if (refusal := self._keyless(request)) is not None:
            return refusal
        found = self.reviews.get(number)
        return JSONResponse(self._shown(found)) if found else JSONResponse({"message": "Review not found"}, 404)

    async def _reply(self, request: Request, number: str) -> Response:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        ends = self.tokens.get(token)
        if kind != "Bearer" or ends is None or ends <= self.clock():
            return JSONResponse({"message": "Invalid access token"}, 401)
        found, text = self.reviews.get(number), str((await request.json()).get("message") or "")
        if found is None:
            return JSONResponse({"message": "Review not found"}, 404)
        if not text:
            return JSONResponse({"message": "message is required"}, 400)
        found.answer, found.answered = text, self.clock()
        return JSONResponse({"reply": {"message": text, "createdAt": _iso(found.answered)}}, 201)

    def _shown(self, one: Review) -> dict[str, Any]:
        seen = one.answer and one.answered and self.clock() - one.answered >= self.lag
        reply = {"text": one.answer, "createdAt": _iso(one.answered), "updatedAt": None} if seen else None
        return {
            "id": one.id, "stars": one.stars, "title": one.title, "text": one.text, "language": "pl",
            "createdAt": _iso(one.created), "updatedAt": _iso(one.updated), "isVerified": False, "numberOfLikes": 0,
            "consumer": {"id": f"c-{one.author}", "displayName": one.author}, "companyReply": reply,
            "businessUnit": {"id": self.unit, "displayName": "Wintermann"},
        }  # fmt: skip


def _iso(at: datetime | None) -> str | None:
    return at.replace(tzinfo=None).isoformat() if at else None
