"""A stand-in for a Bluesky server that holds our account: sessions, search, threads, records.

Built from the lexicons of bluesky-social/atproto: com.atproto.server.createSession and refreshSession,
com.atproto.repo.createRecord and getRecord, app.bsky.feed.searchPosts, getPosts and getPostThread.

It enforces: no reading without a session; access tokens of two hours, refresh tokens that are good once; 30 log-ins
in five minutes with ratelimit headers; cursors; 300 characters; keys of records that are taken once.

Not verified against the real thing: what it answers where a key is taken, and how soon a new post is found by search.
"""

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

POSTS = "app.bsky.feed.post"
LIFE = timedelta(hours=2)
WINDOW = timedelta(minutes=5)


def refused(name: str, message: str, status: int = 400, **headers: str) -> Response:
    """The envelope of errors."""
    return JSONResponse({"error": name, "message": message}, status, headers=headers)


@dataclass
class BlueskyStandIn:
    """clock: now in UTC; limit: log-ins in five minutes. records: by address, oldest first."""

    clock: Callable[[], datetime]
    handle: str = "wintermann.example"
    password: str = "abcd-efgh-ijkl-mnop"  # noqa: S105 - a stand-in's
    limit: int = 30
    did: str = "did:plc:wintermann"
    records: dict[str, dict[str, Any]] = field(default_factory=dict)
    access: dict[str, datetime] = field(default_factory=dict)
    refresh: set[str] = field(default_factory=set)
    log_ins: list[datetime] = field(default_factory=list)

    def write(self, text: str, key: str, did: str = "did:plc:ola", reply: dict[str, Any] | None = None) -> str:
        """A new post; its address."""
        address = f"at://{did}/{POSTS}/{key}"
        record = {"$type": POSTS, "text": text, "createdAt": "2031-01-01T00:00:00Z"} | (
            {"reply": reply} if reply else {}
        )
        self.records[address] = {"uri": address, "cid": f"bafy{key}", "record": record, "indexedAt": _iso(self.clock())}
        return address

    def app(self) -> FastAPI:
        """The endpoints."""
        site = FastAPI(openapi_url=None)
        site.add_api_route("/xrpc/com.atproto.server.createSession", self._log_in, methods=["POST"])
        site.add_api_route("/xrpc/com.atproto.server.refreshSession", self._renew, methods=["POST"])
        site.add_api_route("/xrpc/com.atproto.repo.createRecord", self._create, methods=["POST"])
        site.add_api_route("/xrpc/com.atproto.repo.getRecord", self._record, methods=["GET"])
        site.add_api_route("/xrpc/app.bsky.feed.searchPosts", self._search, methods=["GET"])
        site.add_api_route("/xrpc/app.bsky.feed.getPosts", self._posts, methods=["GET"])
        return site

    # --- sessions ---------------------------------------------------------------------------------------------

    async def _log_in(self, request: Request) -> Response:
        said, now = await request.json(), self.clock()
        self.log_ins = [*(at for at in self.log_ins if now - at < WINDOW), now]
        if len(self.log_ins) > self.limit:
            ends = str(int((self.log_ins[0] + WINDOW).timestamp()))
            return JSONResponse(
                {"error": "RateLimitExceeded", "message": "Rate Limit Exceeded"}, 429, headers={"ratelimit-reset": ends}
            )
        if (said.get("identifier"), said.get("password")) != (self.handle, self.password):
            return refused("AuthenticationRequired", "Invalid identifier or password", 401)
        return self._session()

    async def _renew(self, request: Request) -> Response:
        token = request.headers.get("authorization", "").removeprefix("Bearer ")
        if token not in self.refresh:
            return refused("ExpiredToken", "Token has been revoked")
        self.refresh.discard(token)
        return self._session()

    def _session(self) -> Response:
        access, refresh = secrets.token_urlsafe(24), secrets.token_urlsafe(24)
        self.access[access] = self.clock() + LIFE
        self.refresh.add(refresh)
        return JSONResponse({"accessJwt": access, "refreshJwt": refresh, "handle": self.handle, "did": self.did})

    def _stranger(self, request: Request) -> Response | None:
        ends = self.access.get(request.headers.get("authorization", "").removeprefix("Bearer "))
        if ends is None:
            return refused("AuthMissing", "Authentication Required", 401)
        return None if ends > self.clock() else refused("ExpiredToken", "Token has expired")

    # --- reading ----------------------------------------------------------------------------------------------

    async def _search(self, request: Request) -> Response:
        asked = request.query_params
        if (refusal := self._stranger(request)) is not None:
            return refusal
        words, start, size = asked.get("q", "").casefold(), int(asked.get("cursor", "0")), int(asked.get("limit", "25"))
        found = [one for one in reversed(self.records.values()) if words in one["record"]["text"].casefold()]
        body: dict[str, Any] = {"posts": [self._view(one) for one in found[start : start + size]]}
        if start + size < len(found):
            body["cursor"] = str(start + size)
        return JSONResponse(body)

    async def _posts(self, request: Request) -> Response:
        wanted = request.query_params.getlist("uris")
        if (refusal := self._stranger(request)) is not None:
            return refusal
        if len(wanted) > 25:
            return refused("InvalidRequest", "Error: uris must not have more than 25 elements")
        return JSONResponse({"posts": [self._view(self.records[one]) for one in wanted if one in self.records]})

    def _view(self, one: dict[str, Any]) -> dict[str, Any]:
        did = one["uri"].split("/")[2]
        name = self.handle if did == self.did else f"{did.rpartition(':')[2]}.example"
        return {**one, "author": {"did": did, "handle": name, "displayName": name.partition(".")[0].title()}}

    # --- writing ----------------------------------------------------------------------------------------------

    async def _create(self, request: Request) -> Response:
        if (refusal := self._stranger(request)) is not None:
            return refusal
        said = await request.json()
        record, address = said["record"], f"at://{said['repo']}/{said['collection']}/{said['rkey']}"
        if said["repo"] != self.did or said["collection"] != POSTS or len(record["text"]) > 300:
            return refused("InvalidRequest", "Invalid app.bsky.feed.post record")
        parent = self.records.get(record["reply"]["parent"]["uri"])
        if parent is None or parent["cid"] != record["reply"]["parent"]["cid"]:
            return refused("InvalidRequest", "Invalid reply")
        if address in self.records:
            return refused("InvalidRequest", "Record already exists")
        cid = f"bafy{said['rkey']}"
        self.records[address] = {"uri": address, "cid": cid, "record": record, "indexedAt": _iso(self.clock())}
        return JSONResponse({"uri": address, "cid": cid})

    async def _record(self, request: Request) -> Response:
        asked = request.query_params
        found = self.records.get(f"at://{asked.get('repo')}/{asked.get('collection')}/{asked.get('rkey')}")
        if found is None:
            return refused("RecordNotFound", "Could not locate record")
        return JSONResponse({"uri": found["uri"], "cid": found["cid"], "value": found["record"]})


def _iso(at: datetime) -> str:
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
