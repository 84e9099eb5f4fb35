"""A stand-in for Apple: App Store Connect's customer reviews, and the public feed of reviews.

Built from developer.apple.com/documentation/appstoreconnectapi (customer-reviews, customer-review-responses,
post-v1-customerreviewresponses, customerreviewresponsev1) and clients generated from its OpenAPI description; the
signed claims, the limit and its header as the project's fact sheet has them. The feed, which is not documented, from
what programs that read it expect and report (facundoolano/app-store-scraper).

It enforces: ES256 claims with key id, audience and a life of 20 minutes at most; pages by cursor, 200 at most; the
hourly limit with its header; one answer a review, which POST replaces, PENDING_PUBLISH until publish() is called; 5970
characters. The feed: ten pages of fifty; beyond the last page that exists the last one comes again; empty on demand.

Not verified against the real thing: codes and texts of errors, 409 for what is too long, the limit's number, what the
feed does beyond its last page, whether createdDate moves when a review is edited (here it does not).
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jwt
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

LONGEST = 5970
_PER_FEED_PAGE, _FEED_PAGES = 50, 10


@dataclass
class Review:
    """One review. state: of its answer."""

    id: str
    nickname: str
    title: str
    body: str
    rating: int
    created: datetime
    answer: str | None = None
    answered: datetime | None = None
    state: str = "PENDING_PUBLISH"


@dataclass
class AppleStandIn:
    """team_key: PEM of the public half of the team's key. feed_empty: a spell in which the feed says nothing."""

    clock: Callable[[], datetime]
    team_key: str = ""
    key_id: str = "K1"
    issuer: str = "iss"
    app_id: str = "1234567890"
    hourly: int = 3600
    feed_empty: bool = False
    reviews: dict[str, Review] = field(default_factory=dict)
    asked: list[datetime] = field(default_factory=list)

    def write(self, number: str, body: str, rating: int, title: str = "Opinia", nickname: str = "ola") -> Review:
        """A review, new or edited."""
        old = self.reviews.get(number)
        if old is not None:
            old.body, old.rating, old.title = body, rating, title
            return old
        self.reviews[number] = Review(number, nickname, title, body, rating, self.clock())
        return self.reviews[number]

    def publish(self) -> None:
        """What was answered is shown from now on."""
        for one in self.reviews.values():
            one.state = "PUBLISHED"

    def app(self) -> FastAPI:
        """The endpoints of both."""
        site = FastAPI(openapi_url=None)
        site.add_api_route("/v1/apps/{app}/customerReviews", self._list, methods=["GET"])
        site.add_api_route("/v1/customerReviews/{number}", self._one, methods=["GET"])
        site.add_api_route("/v1/customerReviewResponses", self._respond, methods=["POST"])
        path = "/{land}/rss/customerreviews/id={app}/sortBy=mostRecent/page={number}/json"
        site.add_api_route(path, self._feed, methods=["GET"])
        return site

    # --- App Store Connect ------------------------------------------------------------------------------------

    def _refuses(self, request: Request) -> Response | None:
        now = self.clock()
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        try:
            head = jwt.get_unverified_header(token)
            claims = jwt.decode(
                token, self.team_key, algorithms=["ES256"], audience="appstoreconnect-v1",
                options={"verify_exp": False, "verify_iat": False, "require": ["iss", "iat", "exp", "aud"]},
            )  # fmt: skip
        except jwt.PyJWTError:
            return refused(401, "NOT_AUTHORIZED", "Provide a properly configured and signed bearer token.")
        lives = claims["iat"] - 60 <= now.timestamp() < claims["exp"] <= claims["iat"] + 1200
        if kind != "Bearer" or head.get("kid") != self.key_id or claims["iss"] != self.issuer or not lives:
            return refused(401, "NOT_AUTHORIZED", "Provide a properly configured and signed bearer token.")
        self.asked = [*(at for at in self.asked if now - at < timedelta(hours=1)), now]
        if len(self.asked) > self.hourly:
            return refused(429, "RATE_LIMIT_EXCEEDED", "The request rate limit has been reached.")
        return None

    def _said(self, body: dict[str, Any], status: int = 200) -> Response:
        left = max(0, self.hourly - len(self.asked))
        return JSONResponse(body, status, {"X-Rate-Limit": f"user-hour-lim:{self.hourly};user-hour-rem:{left};"})

    async def _list(self, request: Request, app: str) -> Response:
        if (refusal := self._refuses(request)) is not None:
            return refusal
        asked = request.query_params
        size, start = int(asked.get("limit", "50")), int(asked.get("cursor", "0"))
        if app != self.app_id:
            return refused(404, "NOT_FOUND", "The specified resource does not exist.")
        if not 0 < size <= 200 or asked.get("sort", "-createdDate") != "-createdDate":
            return refused(400, "PARAMETER_ERROR.INVALID", "A parameter has an invalid value.")
        rows = sorted(self.reviews.values(), key=lambda one: one.created, reverse=True)
        shown = rows[start : start + size]
        links = {"self": str(request.url)}
        if start + size < len(rows):
            links["next"] = str(request.url.include_query_params(cursor=start + size))
        body: dict[str, Any] = {"data": [_data(one) for one in shown], "links": links}
        if asked.get("include") == "response":
            body["included"] = [_response(one) for one in shown if one.answer]
        return self._said(body)

    async def _one(self, request: Request, number: str) -> Response:
        if (refusal := self._refuses(request)) is not None:
            return refusal
        found = self.reviews.get(number)
        if found is None:
            return refused(404, "NOT_FOUND", "The specified resource does not exist.")
        return self._said({"data": _data(found), "included": [_response(found)] if found.answer else []})

    async def _respond(self, request: Request) -> Response:
        if (refusal := self._refuses(request)) is not None:
            return refusal
        data = (await request.json()).get("data") or {}
        found = self.reviews.get(str(data.get("relationships", {}).get("review", {}).get("data", {}).get("id")))
        text = str(data.get("attributes", {}).get("responseBody") or "")
        if found is None:
            return refused(404, "NOT_FOUND", "The specified resource does not exist.")
        if not text or len(text) > LONGEST:
            return refused(409, "ENTITY_ERROR.ATTRIBUTE.INVALID", "An attribute value is invalid.")
        found.answer, found.answered, found.state = text, self.clock(), "PENDING_PUBLISH"
        return self._said({"data": _response(found)}, 201)

    # --- the feed ---------------------------------------------------------------------------------------------

    async def _feed(self, request: Request, land: str, app: str, number: int) -> Response:
        if app != self.app_id or not 1 <= number <= _FEED_PAGES:
            return Response("CustomerReviews RSS page depth is limited to 10", 400)
        rows = sorted(self.reviews.values(), key=lambda one: one.created, reverse=True)
        last = max(1, -(-len(rows) // _PER_FEED_PAGE))
        start = (min(number, last) - 1) * _PER_FEED_PAGE
        entries = [] if self.feed_empty else [_entry(one) for one in rows[start : start + _PER_FEED_PAGE]]
        feed: dict[str, Any] = {"title": {"label": "Recenzje"}}
        if entries:
            feed["entry"] = entries if len(entries) > 1 else entries[0]
        return JSONResponse({"feed": feed})


def refused(status: int, code: str, detail: str) -> Response:
    """Apple's envelope of an error."""
    title = code.replace("_", " ").capitalize()
    return JSONResponse({"errors": [{"status": str(status), "code": code, "title": title, "detail": detail}]}, status)


def _data(one: Review) -> dict[str, Any]:
    told = {"rating": one.rating, "title": one.title, "body": one.body, "reviewerNickname": one.nickname,
            "createdDate": one.created.isoformat(), "territory": "POL"}  # fmt: skip
    answer = {"type": "customerReviewResponses", "id": f"r-{one.id}"} if one.answer else None
    return {
        "type": "customerReviews",
        "id": one.id,
        "attributes": told,
        "relationships": {"response": {"data": answer}},
    }


def _response(one: Review) -> dict[str, Any]:
    told = {"responseBody": one.answer, "state": one.state,
            "lastModifiedDate": one.answered.isoformat() if one.answered else None}  # fmt: skip
    return {"type": "customerReviewResponses", "id": f"r-{one.id}", "attributes": told}


def _entry(one: Review) -> dict[str, Any]:
    told = {"id": one.id, "title": one.title, "content": one.body, "im:rating": str(one.rating), "im:version": "1.0",
            "updated": one.created.isoformat()}  # fmt: skip
    return {"author": {"name": {"label": one.nickname}}, **{name: {"label": value} for name, value in told.items()}}
