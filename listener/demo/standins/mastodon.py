"""A stand-in for one Mastodon server: a tag, an account, mentions, posts and answers to them.

Built from mastodon/documentation (methods timelines, accounts, statuses, notifications, instance, rate-limits).

It enforces: the token where one is needed; pages of 40 at most, newest first, with Link headers; 300 requests in five
minutes with X-RateLimit headers; an Idempotency-Key taken once an hour; 500 characters; 404 for what was deleted.

Not verified against the real thing: the wording of errors other than 401, 404 and 429, and search.
"""

import html
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

LONGEST = 500
WINDOW = timedelta(minutes=5)


@dataclass
class Status:
    """A post. parent: the id of the one that it answers."""

    id: int
    author: str
    text: str
    at: datetime
    parent: int | None = None
    visibility: str = "public"
    edited: datetime | None = None


@dataclass
class MastodonStandIn:
    """One server. clock: now in UTC; token: the one that is good; limit: requests in five minutes; site: where its
    pages are."""

    clock: Callable[[], datetime]
    token: str = "token-of-wintermann"  # noqa: S105 - a stand-in's
    account: str = "wintermann"
    limit: int = 300
    site: str = "https://mastodon.example"
    statuses: dict[int, Status] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)
    asked: list[datetime] = field(default_factory=list)
    last: int = 116_000_000_000_000_000

    def write(
        self,
        text: str,
        author: str = "ola",
        parent: int | None = None,
        visibility: str = "public",
        at: datetime | None = None,
    ) -> int:
        """A new post; its id. at: when; now unless given."""
        self.last += 1
        self.statuses[self.last] = Status(self.last, author, text, at or self.clock(), parent, visibility)
        return self.last

    def app(self) -> FastAPI:
        """The endpoints."""
        site = FastAPI(openapi_url=None)
        site.add_api_route("/api/v1/timelines/tag/{tag}", self._tag, methods=["GET"])
        site.add_api_route("/api/v1/accounts/lookup", self._lookup, methods=["GET"])
        site.add_api_route("/api/v1/accounts/verify_credentials", self._me, methods=["GET"])
        site.add_api_route("/api/v1/accounts/{number}/statuses", self._of_account, methods=["GET"])
        site.add_api_route("/api/v1/statuses/{number}", self._one, methods=["GET"])
        site.add_api_route("/api/v1/statuses/{number}/context", self._context, methods=["GET"])
        site.add_api_route("/api/v1/statuses", self._post, methods=["POST"])
        site.add_api_route("/api/v2/instance", self._instance, methods=["GET"])
        return site

    # --- who may ask ------------------------------------------------------------------------------------------

    def _limited(self) -> Response | None:
        now = self.clock()
        self.asked = [*(at for at in self.asked if now - at < WINDOW), now]
        if len(self.asked) <= self.limit:
            return None
        headers = {
            "X-RateLimit-Limit": str(self.limit),
            "X-RateLimit-Remaining": "0",
            "X-RateLimit-Reset": (self.asked[0] + WINDOW).isoformat().replace("+00:00", "Z"),
        }
        return JSONResponse({"error": "Too many requests"}, 429, headers=headers)

    def _stranger(self, request: Request) -> Response | None:
        if request.headers.get("authorization") == f"Bearer {self.token}":
            return self._limited()
        return JSONResponse({"error": "The access token is invalid"}, 401)

    # --- reading ----------------------------------------------------------------------------------------------

    async def _tag(self, request: Request, tag: str) -> Response:
        word = f"#{tag}".casefold()
        return self._limited() or self._page(request, [one for one in self._all() if word in one.text.casefold()])

    async def _of_account(self, request: Request, number: str) -> Response:
        return self._limited() or self._page(request, [one for one in self._all() if f"id{one.author}" == number])

    async def _lookup(self, acct: str) -> Response:
        known = any(one.author == acct for one in self.statuses.values())
        body = {"id": f"id{acct}"} if known else {"error": "Record not found"}
        return JSONResponse(body, 200 if known else 404)

    def _all(self) -> list[Status]:
        return [self.statuses[number] for number in sorted(self.statuses, reverse=True)]

    def _page(self, request: Request, found: list[Status]) -> Response:
        asked = request.query_params
        size, below, above = min(int(asked.get("limit", "20")), 40), asked.get("max_id"), asked.get("since_id")
        rows = [one for one in found if (not below or one.id < int(below)) and (not above or one.id > int(above))]
        shown = rows[:size]
        if not shown:
            return JSONResponse([])
        path = str(request.url).partition("?")[0]
        link = f'<{path}?limit={size}&max_id={shown[-1].id}>; rel="next", <{path}?min_id={shown[0].id}>; rel="prev"'
        return JSONResponse([self._shown(one) for one in shown], headers={"Link": link})

    async def _one(self, request: Request, number: int) -> Response:
        found = self.statuses.get(number)
        if (refusal := self._limited()) is not None:
            return refusal
        return JSONResponse(self._shown(found)) if found else JSONResponse({"error": "Record not found"}, 404)

    async def _context(self, request: Request, number: int) -> Response:
        if number not in self.statuses:
            return JSONResponse({"error": "Record not found"}, 404)
        below = [self._shown(one) for one in self.statuses.values() if one.parent == number]
        return JSONResponse({"ancestors": [], "descendants": below})

    async def _me(self, request: Request) -> Response:
        return self._stranger(request) or JSONResponse({"id": f"id{self.account}", "acct": self.account})

    async def _instance(self) -> Response:
        return JSONResponse({"configuration": {"statuses": {"max_characters": LONGEST}}})

    def _shown(self, one: Status) -> dict[str, Any]:
        lines = "<br />".join(html.escape(one.text).split("\n"))
        address = f"{self.site}/@{one.author}"
        writer = {"id": f"id{one.author}", "acct": one.author, "display_name": one.author.title(), "url": address}
        return {
            "id": str(one.id), "created_at": _iso(one.at), "edited_at": one.edited and _iso(one.edited),
            "in_reply_to_id": one.parent and str(one.parent), "visibility": one.visibility, "spoiler_text": "",
            "uri": f"{address}/statuses/{one.id}", "url": f"{address}/{one.id}", "content": f"<p>{lines}</p>",
            "reblog": None, "account": writer, "language": "pl",
        }  # fmt: skip

    # --- writing ----------------------------------------------------------------------------------------------

    async def _post(self, request: Request) -> Response:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        said = await request.json()
        text, parent = (
            str(said.get("status") or ""),
            int(said["in_reply_to_id"]) if said.get("in_reply_to_id") else None,
        )
        if not text or len(text) > LONGEST:
            return JSONResponse({"error": "Validation failed: Text character limit of 500 exceeded"}, 422)
        if parent is not None and parent not in self.statuses:
            return JSONResponse({"error": "Record not found"}, 404)
        key = request.headers.get("idempotency-key", "")
        if key not in self.keys or not key:
            self.keys[key] = self.write(text, self.account, parent, str(said.get("visibility") or "public"))
        return JSONResponse(self._shown(self.statuses[self.keys[key]]))


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
