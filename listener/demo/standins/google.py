"""A stand-in for Google: its token endpoint, reviews of an app (Android Publisher v3), of a place (Business Profile).

Built from developers.google.com: android-publisher/api-ref/rest/v3/reviews/reply (350 characters, tags stripped),
my-business/reference/rest/v4/accounts.locations.reviews and .../updateReply (fields, one reply that PUT overwrites,
verified places), with the state of a reply as programs that read it know it; the quota of 200 questions an hour, the
week of Play's list and the claims of a service account as the project's fact sheet has them.

It enforces: signed claims with audience, scope and times; tokens with scope that end after an hour; pages; the week of
Play; the quota; lengths; verified places; answers that are looked at first, or taken down.

Not verified against the real thing: the exact texts and reasons of errors, whether a used-up quota comes as 403 or 429
(here 429 with RESOURCE_EXHAUSTED), the order of Play's list (here by last change), how long a reply stays PENDING.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import jwt
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

PLAY_SCOPE = "https://www.googleapis.com/auth/androidpublisher"
BUSINESS_SCOPE = "https://www.googleapis.com/auth/business.manage"
WEEK = timedelta(days=7)
LIFE = timedelta(hours=1)
LONGEST_PLAY, LONGEST_BUSINESS = 350, 4096
_WORDS = ("", "ONE", "TWO", "THREE", "FOUR", "FIVE")


@dataclass
class Review:
    """One review, of an app or a place. answer_state: PENDING, APPROVED or REJECTED."""

    id: str
    author: str
    text: str
    stars: int
    created: datetime
    changed: datetime
    answer: str | None = None
    answered: datetime | None = None
    answer_state: str = "APPROVED"


@dataclass
class GoogleStandIn:
    """account_key: PEM of the service account's public key; refresh_tokens: consents that were given. moderation: what
    becomes of a place's answer at first. Tokens and reviews live as long as this."""

    clock: Callable[[], datetime]
    account_key: str = ""
    refresh_tokens: set[str] = field(default_factory=set)
    package: str = "pl.example.app"
    place: str = "accounts/123/locations/456"
    verified: bool = True
    moderation: str = "APPROVED"
    quota: int = 200
    app_reviews: dict[str, Review] = field(default_factory=dict)
    place_reviews: dict[str, Review] = field(default_factory=dict)
    tokens: dict[str, tuple[str, datetime]] = field(default_factory=dict)
    asked: list[datetime] = field(default_factory=list)

    def write(
        self,
        reviews: dict[str, Review],
        number: str,
        text: str,
        stars: int,
        author: str = "Ola",
        at: datetime | None = None,
    ) -> Review:
        """A review, new or edited. at: when; now unless given."""
        now, old = at or self.clock(), reviews.get(number)
        if old is not None:
            old.text, old.stars, old.changed = text, stars, now
            return old
        reviews[number] = Review(number, author, text, stars, now, now)
        return reviews[number]

    def app(self) -> FastAPI:
        """The endpoints of both interfaces."""
        site = FastAPI(openapi_url=None)
        site.add_api_route("/token", self._token, methods=["POST"])
        play = "/androidpublisher/v3/applications/{package}/reviews"
        site.add_api_route(play, self._play_list, methods=["GET"])
        site.add_api_route(play + "/{number}:reply", self._play_reply, methods=["POST"])
        site.add_api_route(play + "/{number}", self._play_one, methods=["GET"])
        site.add_api_route(f"/v4/{self.place}/reviews", self._place_list, methods=["GET"])
        site.add_api_route(f"/v4/{self.place}/reviews/{{number}}", self._place_one, methods=["GET"])
        site.add_api_route(f"/v4/{self.place}/reviews/{{number}}/reply", self._place_reply, methods=["PUT"])
        return site

    # --- tokens -----------------------------------------------------------------------------------------------

    async def _token(self, request: Request) -> Response:
        form = {name: str(value) for name, value in (await request.form()).items()}
        scope = self._scope_of(form, str(request.url))
        if scope is None:
            return JSONResponse({"error": "invalid_grant", "error_description": "Invalid grant."}, 400)
        token = secrets.token_urlsafe(24)
        self.tokens[token] = (scope, self.clock() + LIFE)
        return JSONResponse({"access_token": token, "expires_in": 3600, "token_type": "Bearer"})

    def _scope_of(self, form: dict[str, str], url: str) -> str | None:
        """What a grant is good for; None where it is none."""
        if form.get("grant_type") == "refresh_token":
            known = form.get("refresh_token") in self.refresh_tokens and form.get("client_secret")
            return BUSINESS_SCOPE if known else None
        try:
            claims = jwt.decode(
                form.get("assertion", ""), self.account_key, algorithms=["RS256"], audience=url,
                options={"verify_exp": False, "verify_iat": False, "require": ["iss", "scope", "aud", "iat", "exp"]},
            )  # fmt: skip
        except jwt.PyJWTError:
            return None
        now = self.clock().timestamp()
        on_time = claims["iat"] <= now + 60 and now < claims["exp"] <= claims["iat"] + 3600
        return str(claims["scope"]) if on_time else None

    def _refuses(self, request: Request, scope: str) -> Response | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        good, ends = self.tokens.get(token, ("", None))
        if kind != "Bearer" or ends is None or ends <= self.clock():
            return refused(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        if scope not in good.split():
            return refused(403, "PERMISSION_DENIED", "Request had insufficient authentication scopes.")
        return None

    # --- Play -------------------------------------------------------------------------------------------------

    def _enter(self, request: Request, package: str) -> Response | None:
        if (refusal := self._refuses(request, PLAY_SCOPE)) is not None:
            return refusal
        if package != self.package:
            return refused(404, "NOT_FOUND", "No application was found for the given package name.")
        now = self.clock()
        if request.method == "GET":
            self.asked = [*(at for at in self.asked if now - at < timedelta(hours=1)), now]
            if len(self.asked) > self.quota:
                return refused(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'reviews'.")
        return None

    def _recent(self) -> list[Review]:
        now = self.clock()
        found = [one for one in self.app_reviews.values() if now - one.changed < WEEK and one.text]
        return sorted(found, key=lambda one: one.changed, reverse=True)

    async def _play_list(self, request: Request, package: str) -> Response:
        if (refusal := self._enter(request, package)) is not None:
            return refusal
        size, start = _size(request, "maxResults", 10, 100), _start(request, "token")
        if size is None or start is None:
            return refused(400, "INVALID_ARGUMENT", "Invalid page.")
        rows = self._recent()
        said: dict[str, Any] = {"reviews": [_of_play(one) for one in rows[start : start + size]]}
        if start + size < len(rows):
            said["tokenPagination"] = {"nextPageToken": f"p{start + size}"}
        return JSONResponse(said if said["reviews"] else {})

    async def _play_one(self, request: Request, package: str, number: str) -> Response:
        if (refusal := self._enter(request, package)) is not None:
            return refusal
        found = next((one for one in self._recent() if one.id == number), None)
        return JSONResponse(_of_play(found)) if found else refused(404, "NOT_FOUND", "Review not found.")

    async def _play_reply(self, request: Request, package: str, number: str) -> Response:
        if (refusal := self._enter(request, package)) is not None:
            return refusal
        text = re.sub(r"<[^>]*>", "", str((await request.json()).get("replyText") or ""))
        review = self.app_reviews.get(number)
        if review is None:
            return refused(404, "NOT_FOUND", "Review not found.")
        if not text or len(text) > LONGEST_PLAY:
            return refused(400, "INVALID_ARGUMENT", "The reply text is too long.")
        review.answer, review.answered = text, self.clock()
        return JSONResponse({"result": {"replyText": text, "lastEdited": _seconds(review.answered)}})

    # --- a place ----------------------------------------------------------------------------------------------

    def _enter_place(self, request: Request) -> Response | None:
        refusal = self._refuses(request, BUSINESS_SCOPE)
        if refusal is None and not self.verified:
            return refused(403, "PERMISSION_DENIED", "The location is not verified.")
        return refusal

    async def _place_list(self, request: Request) -> Response:
        if (refusal := self._enter_place(request)) is not None:
            return refusal
        size, start = _size(request, "pageSize", 50, 50), _start(request, "pageToken")
        order = request.query_params.get("orderBy", "updateTime desc")
        if size is None or start is None or order not in ("updateTime desc", "rating", "rating desc"):
            return refused(400, "INVALID_ARGUMENT", "Request contains an invalid argument.")
        rows = sorted(self.place_reviews.values(), key=lambda one: one.changed, reverse=True)
        said: dict[str, Any] = {"reviews": [self._of_place(one) for one in rows[start : start + size]]}
        said |= {"averageRating": 3.0, "totalReviewCount": len(rows)}
        if start + size < len(rows):
            said["nextPageToken"] = f"p{start + size}"
        return JSONResponse(said)

    async def _place_one(self, request: Request, number: str) -> Response:
        if (refusal := self._enter_place(request)) is not None:
            return refusal
        found = self.place_reviews.get(number)
        return JSONResponse(self._of_place(found)) if found else refused(404, "NOT_FOUND", "Not found.")

    async def _place_reply(self, request: Request, number: str) -> Response:
        if (refusal := self._enter_place(request)) is not None:
            return refusal
        found, text = self.place_reviews.get(number), str((await request.json()).get("comment") or "")
        if found is None:
            return refused(404, "NOT_FOUND", "Not found.")
        if not text or len(text.encode()) > LONGEST_BUSINESS:
            return refused(400, "INVALID_ARGUMENT", "The comment is too long.")
        found.answer, found.answered, found.answer_state = text, self.clock(), self.moderation
        return JSONResponse(self._of_place(found)["reviewReply"])

    def _of_place(self, one: Review) -> dict[str, Any]:
        said: dict[str, Any] = {
            "name": f"{self.place}/reviews/{one.id}", "reviewId": one.id, "reviewer": {"displayName": one.author},
            "starRating": _WORDS[one.stars], "comment": one.text, "createTime": _iso(one.created),
            "updateTime": _iso(one.changed),
        }  # fmt: skip
        if one.answer and one.answered:
            said["reviewReply"] = {
                "comment": one.answer, "updateTime": _iso(one.answered), "reviewReplyState": one.answer_state,
                **({"policyViolation": "OFF_TOPIC"} if one.answer_state == "REJECTED" else {}),
            }  # fmt: skip
        return said


def refused(code: int, status: str, message: str) -> Response:
    """Google's envelope of an error."""
    return JSONResponse({"error": {"code": code, "message": message, "status": status}}, code)


def _of_play(one: Review) -> dict[str, Any]:
    comments = [{"userComment": {"text": one.text, "lastModified": _seconds(one.changed), "starRating": one.stars}}]
    if one.answer and one.answered:
        comments.append({"developerComment": {"text": one.answer, "lastModified": _seconds(one.answered)}})
    return {"reviewId": one.id, "authorName": one.author, "comments": comments}


def _seconds(at: datetime) -> dict[str, Any]:
    return {"seconds": str(int(at.timestamp())), "nanos": at.microsecond * 1000}


def _iso(at: datetime) -> str:
    return at.isoformat().replace("+00:00", "Z")


def _size(request: Request, name: str, usual: int, most: int) -> int | None:
    said = request.query_params.get(name, str(usual))
    return int(said) if said.isdecimal() and 0 < int(said) <= most else None


def _start(request: Request, name: str) -> int | None:
    said = request.query_params.get(name, "p0")
    return int(said[1:]) if said.startswith("p") and said[1:].isdecimal() else None
