"""A stand-in for Allegro's REST API: ratings of sales, discussions and complaints of one seller.

Built from clients that are generated out of its OpenAPI description (cdma-numiscorner/allegro-api: UserRating,
UserRatingListResponse; others for /sale/issues), and from notes that programs keep which run against it (fields of
PostPurchaseIssue, its chat and messages, media types, 409).

It enforces: refresh tokens that are good once, with the client's log-in; access tokens of twelve hours; the media type
of each resource; pages of 100 at most; one answer a rating; conversations that are closed; 20,000 characters.

Not verified against the real thing: the order of both lists and of a chat, the length of an answer to a rating, the
codes of errors but 409, order.offers[].title, whether an old refresh token is good for a moment longer.
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

PUBLIC = "application/vnd.allegro.public.v1+json"
BETA = "application/vnd.allegro.beta.v1+json"
LIFE = timedelta(hours=12)
LONGEST = 20_000


@dataclass
class Rating:
    """A rating of a sale. offer: what was sold."""

    id: str
    buyer: str
    comment: str
    recommended: bool
    created: datetime
    changed: datetime
    answer: str | None = None
    answered: datetime | None = None
    offer: str = ""


@dataclass
class Message:
    """A message in an issue. role: BUYER, SELLER, ADMIN or SYSTEM."""

    id: str
    role: str
    text: str
    at: datetime


@dataclass
class Issue:
    """A discussion or (claim) a complaint."""

    id: str
    buyer: str
    text: str
    opened: datetime
    claim: bool = True
    status: str = "CLAIM_SUBMITTED"
    decide_by: datetime | None = None
    active: bool = True
    chat: list[Message] = field(default_factory=list)


@dataclass
class AllegroStandIn:
    """One seller's account."""

    clock: Callable[[], datetime]
    client: tuple[str, str] = ("id", "secret-of-the-stand-in")
    refresh_token: str = "r1"  # noqa: S105 - opens nothing else
    ratings: dict[str, Rating] = field(default_factory=dict)
    issues: dict[str, Issue] = field(default_factory=dict)
    tokens: dict[str, datetime] = field(default_factory=dict)
    numbers: int = 0

    def rate(
        self, number: str, comment: str, *, recommended: bool, buyer: str = "klient", at: datetime | None = None
    ) -> Rating:
        """A rating, new or edited. at: when; now unless given."""
        now, old = at or self.clock(), self.ratings.get(number)
        if old is not None:
            old.comment, old.recommended, old.changed = comment, recommended, now
            return old
        self.ratings[number] = Rating(number, buyer, comment, recommended, now, now)
        return self.ratings[number]

    def open(
        self, number: str, text: str, *, days: int = 14, buyer: str = "klient", at: datetime | None = None
    ) -> Issue:
        """A complaint. at: when; now unless given."""
        opened = at or self.clock()
        issue = Issue(number, buyer, text, opened, decide_by=opened + timedelta(days=days))
        self.issues[number] = issue
        self.say(issue, "BUYER", text, opened)
        return issue

    def say(self, issue: Issue, role: str, text: str, at: datetime | None = None) -> Message:
        """A message in it. at: when; now unless given."""
        self.numbers += 1
        message = Message(f"m-{self.numbers}", role, text, at or self.clock())
        issue.chat.append(message)
        return message

    def app(self) -> FastAPI:
        """The endpoints."""
        site = FastAPI(openapi_url=None)
        site.add_api_route("/auth/oauth/token", self._token, methods=["POST"])
        site.add_api_route("/sale/user-ratings", self._ratings, methods=["GET"])
        site.add_api_route("/sale/user-ratings/{number}", self._rating, methods=["GET"])
        site.add_api_route("/sale/user-ratings/{number}/answer", self._answer, methods=["PUT"])
        site.add_api_route("/sale/issues", self._issues, methods=["GET"])
        site.add_api_route("/sale/issues/{number}", self._issue, methods=["GET"])
        site.add_api_route("/sale/issues/{number}/chat", self._chat, methods=["GET"])
        site.add_api_route("/sale/issues/{number}/message", self._message, methods=["POST"])
        return site

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        wanted = "Basic " + base64.b64encode(":".join(self.client).encode()).decode()
        if request.headers.get("authorization") != wanted:
            return JSONResponse({"error": "invalid_client"}, 401)
        if form.get("grant_type") != "refresh_token" or form.get("refresh_token") != self.refresh_token:
            return JSONResponse({"error": "invalid_grant", "error_description": "Invalid refresh token"}, 400)
        token, self.refresh_token = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.tokens[token] = self.clock() + LIFE
        return JSONResponse({"access_token": token, "refresh_token": self.refresh_token, "expires_in": 43199})

    def _refuses(self, request: Request, form: str) -> Response | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        ends = self.tokens.get(token)
        if kind != "Bearer" or ends is None or ends <= self.clock():
            return refused(401, "Unauthorized")
        if request.headers.get("accept") != form:
            return refused(406, "Not acceptable")
        if request.method != "GET" and request.headers.get("content-type") != form:
            return refused(415, "Unsupported media type")
        return None

    @staticmethod
    def _window(request: Request, usual: int) -> slice | None:
        size, start = request.query_params.get("limit", str(usual)), request.query_params.get("offset", "0")
        good = size.isdecimal() and start.isdecimal() and 0 < int(size) <= 100
        return slice(int(start), int(start) + int(size)) if good else None

    async def _ratings(self, request: Request) -> Response:
        window = self._window(request, 20)
        if (refusal := self._refuses(request, PUBLIC)) is not None:
            return refusal
        if window is None:
            return refused(422, "Invalid parameter")
        rows = sorted(self.ratings.values(), key=lambda one: one.changed, reverse=True)
        return JSONResponse({"ratings": [_of_rating(one) for one in rows[window]]})

    async def _rating(self, request: Request, number: str) -> Response:
        if (refusal := self._refuses(request, PUBLIC)) is not None:
            return refusal
        found = self.ratings.get(number)
        return JSONResponse(_of_rating(found)) if found else refused(404, "Rating not found")

    async def _answer(self, request: Request, number: str) -> Response:
        if (refusal := self._refuses(request, PUBLIC)) is not None:
            return refusal
        found, text = self.ratings.get(number), str((await request.json()).get("message") or "")
        if found is None or not text:
            return refused(404 if found is None else 422, "Rating not found" if found is None else "Message is empty")
        found.answer, found.answered = text, self.clock()
        return JSONResponse({"message": text, "createdAt": found.answered.isoformat()})

    async def _issues(self, request: Request) -> Response:
        window = self._window(request, 100)
        if (refusal := self._refuses(request, BETA)) is not None:
            return refusal
        if window is None:
            return refused(422, "Invalid parameter")
        rows = sorted(self.issues.values(), key=lambda one: one.opened, reverse=True)
        return JSONResponse({"issues": [_of_issue(one) for one in rows[window]]})

    async def _issue(self, request: Request, number: str) -> Response:
        if (refusal := self._refuses(request, BETA)) is not None:
            return refusal
        found = self.issues.get(number)
        return JSONResponse(_of_issue(found)) if found else refused(404, "Issue not found")

    async def _chat(self, request: Request, number: str) -> Response:
        window = self._window(request, 10)
        if (refusal := self._refuses(request, BETA)) is not None:
            return refusal
        found = self.issues.get(number)
        if found is None or window is None:
            return refused(404, "Issue not found")
        return JSONResponse({"chat": [_of_message(one, found.buyer) for one in found.chat[::-1][window]]})

    async def _message(self, request: Request, number: str) -> Response:
        if (refusal := self._refuses(request, BETA)) is not None:
            return refusal
        found, text = self.issues.get(number), str((await request.json()).get("text") or "")
        if found is None:
            return refused(404, "Issue not found")
        if not found.active:
            return refused(409, "Dispute is in a state that forbids adding new messages")
        if not text or len(text) > LONGEST:
            return refused(422, "Message is empty or too long")
        return JSONResponse({"id": self.say(found, "SELLER", text).id}, 201)


def refused(status: int, message: str) -> Response:
    """Allegro's envelope of an error."""
    return JSONResponse({"errors": [{"code": "ERROR", "message": message, "userMessage": message}]}, status)


def _of_rating(one: Rating) -> dict[str, Any]:
    said: dict[str, Any] = {
        "id": one.id, "createdAt": one.created.isoformat(), "lastChangedAt": one.changed.isoformat(),
        "recommended": one.recommended, "comment": one.comment, "buyer": {"id": "44", "login": one.buyer},
    }  # fmt: skip
    if one.offer:
        said["order"] = {"id": f"order-{one.id}", "offers": [{"id": f"offer-{one.id}", "title": one.offer}]}
    if one.answer and one.answered:
        said["answer"] = {"message": one.answer, "createdAt": one.answered.isoformat()}
    return said


def _of_issue(one: Issue) -> dict[str, Any]:
    last = one.chat[-1] if one.chat else None
    return {
        "id": one.id, "type": "CLAIM" if one.claim else "DISPUTE", "referenceNumber": f"{one.id}/{one.opened.year}",
        "openedDate": one.opened.isoformat(), "buyer": {"login": one.buyer},
        "decisionDueDate": one.decide_by.isoformat() if one.decide_by else None,
        "currentState": {"status": one.status, "statusDueDate": None, "chatActive": one.active},
        "reason": {"type": "DAMAGED", "description": one.text},
        "chat": {
            "messagesCount": len(one.chat), "initialMessage": {"text": one.text},
            "lastMessage": {"status": "NEW", "createdAt": last.at.isoformat()} if last else None,
        },
    }  # fmt: skip


def _of_message(one: Message, buyer: str) -> dict[str, Any]:
    author = {"role": one.role} | ({"login": buyer} if one.role == "BUYER" else {})
    return {"id": one.id, "text": one.text, "createdAt": one.at.isoformat(), "author": author}
