"""A stand-in for comments in the YouTube Data API v3: one video of one channel, and its owner's consent.

Built from the reference of commentThreads, comments, channels and errors, and its table of what a call costs.

It enforces: an API key or a token of the owner; the units of a day, charged for refused calls too; pages of 100;
at most five answers inside a thread; answers below first comments only.

Not verified against the real thing: which of a thread's answers come inside it, and how long an answer of ours is held.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

INSIDE = 5


@dataclass
class Comment:
    """A comment; an answer where it has a parent."""

    id: str
    author: str
    text: str
    at: datetime
    updated: datetime
    parent: str | None = None


def refused(status: int, reason: str, message: str) -> Response:
    """The envelope of errors."""
    error = {"code": status, "message": message, "errors": [{"message": message, "reason": reason}]}
    return JSONResponse({"error": error}, status)


@dataclass
class YouTubeStandIn:
    """clock: now in UTC; key: the one that is good; units: of the day, as long as the test runs."""

    clock: Callable[[], datetime]
    key: str = "key-of-a-project"
    refresh_token: str = "consent-of-the-channel"  # noqa: S105 - a stand-in's
    units: int = 10_000
    video: str = "abcdefghijk"
    channel: str = "UCwintermann"
    comments: dict[str, Comment] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    spent: int = 0

    def write(self, number: str, text: str, author: str = "ola", parent: str | None = None) -> str:
        """A comment, new or edited; its id."""
        now, name = self.clock(), f"{parent}.{number}" if parent else number
        if name in self.comments:
            self.comments[name].text, self.comments[name].updated = text, now
        else:
            self.comments[name] = Comment(name, author, text, now, now, parent)
        return name

    def app(self) -> FastAPI:
        """The endpoints."""
        site = FastAPI(openapi_url=None)
        site.add_api_route("/youtube/v3/commentThreads", self._threads, methods=["GET"])
        site.add_api_route("/youtube/v3/comments", self._comments, methods=["GET"])
        site.add_api_route("/youtube/v3/comments", self._answer, methods=["POST"])
        site.add_api_route("/youtube/v3/channels", self._channels, methods=["GET"])
        site.add_api_route("/token", self._token, methods=["POST"])
        return site

    def _charge(self, request: Request, units: int, *, owner: bool = False) -> Response | None:
        self.spent += units
        if self.spent > self.units:
            return refused(403, "quotaExceeded", 'You have exceeded your <a href="/q">quota</a>.')
        if request.headers.get("authorization", "").removeprefix("Bearer ") in self.tokens:
            return None
        if owner:
            return refused(401, "authError", "Invalid Credentials")
        good = request.headers.get("x-goog-api-key") == self.key
        return None if good else refused(400, "keyInvalid", "API key not valid.")

    async def _token(self, request: Request) -> Response:
        form = await request.form()
        if (form.get("grant_type"), form.get("refresh_token")) != ("refresh_token", self.refresh_token):
            return JSONResponse({"error": "invalid_grant", "error_description": "Token has been revoked."}, 400)
        token = secrets.token_urlsafe(24)
        self.tokens.add(token)
        return JSONResponse({"access_token": token, "expires_in": 3599, "token_type": "Bearer"})

    async def _threads(self, request: Request) -> Response:
        if (refusal := self._charge(request, 1)) is not None:
            return refusal
        asked = request.query_params
        if asked.get("videoId") != self.video:
            return refused(404, "videoNotFound", "The video cannot be found.")
        first = sorted(
            (one for one in self.comments.values() if one.parent is None), key=lambda one: one.at, reverse=True
        )
        return self._page(request, [self._thread(one) for one in first])

    def _thread(self, one: Comment) -> dict[str, Any]:
        below = [self._shown(other) for other in self.comments.values() if other.parent == one.id]
        said = {"videoId": self.video, "topLevelComment": self._shown(one), "totalReplyCount": len(below)}
        return {"id": one.id, "snippet": said} | ({"replies": {"comments": below[-INSIDE:]}} if below else {})

    async def _comments(self, request: Request) -> Response:
        if (refusal := self._charge(request, 1)) is not None:
            return refusal
        asked = request.query_params
        if asked.get("id"):
            wanted = asked["id"].split(",")
            return self._page(request, [{"id": one} for one in wanted if one in self.comments])
        if asked.get("parentId") not in self.comments:
            return refused(404, "commentNotFound", "The parent comment cannot be found.")
        below = [one for one in self.comments.values() if one.parent == asked["parentId"]]
        return self._page(request, [self._shown(one) for one in below])

    def _page(self, request: Request, rows: list[dict[str, Any]]) -> Response:
        asked = request.query_params
        start, size = int(asked.get("pageToken", "0")), int(asked.get("maxResults", "20"))
        if not 0 < size <= 100:
            return refused(400, "invalidParameter", "maxResults")
        body: dict[str, Any] = {"items": rows[start : start + size]}
        if start + size < len(rows):
            body["nextPageToken"] = str(start + size)
        return JSONResponse(body)

    async def _channels(self, request: Request) -> Response:
        if (refusal := self._charge(request, 1, owner=True)) is not None:
            return refusal
        return JSONResponse({"items": [{"id": self.channel}]})

    async def _answer(self, request: Request) -> Response:
        if (refusal := self._charge(request, 50, owner=True)) is not None:
            return refusal
        said = (await request.json())["snippet"]
        parent = self.comments.get(said["parentId"])
        if parent is None or parent.parent is not None:
            return refused(404, "parentCommentNotFound", "The parent comment cannot be found.")
        name = self.write(f"a{len(self.comments)}", said["textOriginal"], "wintermann", parent.id)
        return JSONResponse(self._shown(self.comments[name]))

    def _shown(self, one: Comment) -> dict[str, Any]:
        said: dict[str, Any] = {
            "textDisplay": one.text, "textOriginal": one.text, "authorDisplayName": f"@{one.author}",
            "authorChannelId": {"value": f"UC{one.author}"}, "publishedAt": _iso(one.at),
            "updatedAt": _iso(one.updated),
            "authorChannelUrl": f"http://www.youtube.com/@{one.author}",
        }  # fmt: skip
        if one.parent:
            said["parentId"] = one.parent
        else:
            said["videoId"] = self.video
        return {"id": one.id, "snippet": said}


def _iso(at: datetime) -> str:
    return at.replace(microsecond=0).isoformat().replace("+00:00", "Z")
