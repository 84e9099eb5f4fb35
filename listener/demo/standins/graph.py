"""A stand-in for Facebook's Graph API and its webhooks: one app, its pages, and what people write there.

Built from the public documents of the Graph API (errors, paging, rate limits, comments edge, page feed, private
replies, webhooks for pages). Names of fields were checked against facebook/facebook-business-sdk-codegen
(api_specs/specs/Comment.json, PagePost.json); bodies of webhooks against the fixtures of restfb/restfb
(src/test/resources/json/webhooks/feed-*.json, mention-*.json).

It enforces: tokens with their permissions and ends, appsecret_proof, fields by request only, paging by `next` with the
token in it and with empty pages in between, filter and order of comments, budgets with their headers, errors in their
envelope, comments without ids for who does not own the page, one private reply a comment within seven days; signed
webhooks that are batched, repeated until they are answered with 200, and out of order on demand.

Not verified against the real thing: the HTTP status of each error, what exactly a hidden or foreign comment shows,
whether a second identical comment is refused (506), the schedule of repeated webhooks, subcode 33 for what is gone,
what hiding a comment of the page itself is answered with, how a message of over 2,000 characters is refused.
"""

import hashlib
import hmac
import itertools
import json
import random
import threading
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from listener.demo.standins.graph_calls import Call
from listener.demo.standins.graph_world import (
    GIVES_UP,
    RETRIES,
    WINDOW,
    Answer,
    Delivery,
    GraphError,
    Thing,
    Token,
)


class GraphStandIn:
    """The app and its pages. Safe to use from several threads."""

    def __init__(
        self,
        clock: Callable[[], datetime],
        *,
        app_id: str = "1001",
        app_secret: str = "app-secret-of-the-stand-in",  # noqa: S107 - opens nothing else
        version: str = "v26.0",
        require_proof: bool = True,
        site: str = "https://www.facebook.com",
        seed: int = 1,
    ) -> None:
        self.clock = clock
        self.app_id, self.app_secret, self.version, self.require_proof = app_id, app_secret, version, require_proof
        self.site = site
        self.tokens: dict[str, Token] = {}
        self.names: dict[str, str] = {}
        self.posts: dict[str, list[Thing]] = {}
        self.things: dict[str, Thing] = {}
        self.faults: deque[GraphError] = deque()
        self.lose_answers = 0
        self.blocked: set[str] = set()
        self.refuse_copies = False
        self.budget = 0
        self.empty_pages = 0
        self.calls: list[tuple[datetime, str, str]] = []
        self.messages: list[dict[str, Any]] = []
        self.subscribed: set[str] = set()
        self.waiting: list[Delivery] = []
        self.changes: list[tuple[str, str, dict[str, Any]]] = []
        self.lock = threading.RLock()
        self._numbers = itertools.count(1000)
        self._chance = random.Random(seed)  # noqa: S311 - order of deliveries, no secret

    # --- what people do -----------------------------------------------------------------------------------------

    def add_page(self, page: str, name: str, token: str, **rights: Any) -> None:
        """A page, and a token of its administrator. rights: of Token."""
        self.names[page] = name
        self.posts.setdefault(page, [])
        self.tokens[token] = Token(page=page, **rights)

    def add_post(
        self,
        page: str,
        message: str,
        author: tuple[str, str] | None = None,
        *,
        tagged: bool = False,
        at: datetime | None = None,
    ) -> Thing:
        """A post on a page; author None: the page itself. tagged: it stands elsewhere and names the page. at: when it
        was written, where that is not now."""
        now = at or self.clock()
        with self.lock:
            who = author or (page, self.names[page])
            thing = Thing(
                id=f"{page}_{next(self._numbers)}",
                page=page,
                message=message,
                author=who,
                created=now,
                updated=now,
                tagged=tagged,
            )
            self.posts[page].append(thing)
            self.things[thing.id] = thing
            self._tell(thing, "add", "mention" if tagged else "feed")
        return thing

    def comment(
        self, under: Thing, message: str, author: tuple[str, str] | None = None, *, at: datetime | None = None
    ) -> Thing:
        """A comment under a post or a comment; author None: the page itself."""
        now, post = at or self.clock(), under.post or under
        with self.lock:
            number = f"{post.id.partition('_')[2]}_{next(self._numbers)}"
            parent = None if under is post else under.parent or under
            who = author or (post.page, self.names[post.page])
            thing = Thing(
                id=number,
                page=post.page,
                message=message,
                author=who,
                created=now,
                updated=now,
                post=post,
                parent=parent,
            )
            post.comments.append(thing)
            post.updated = now
            self.things[number] = thing
            self._tell(thing, "add")
        return thing

    def edit(self, thing: Thing, message: str) -> None:
        """Its author changes it."""
        with self.lock:
            thing.message, thing.updated = message, self.clock()
            self._tell(thing, "edited")

    def remove(self, thing: Thing) -> None:
        """It is taken down, with all under it."""
        with self.lock:
            for one in [thing, *[c for c in (thing.post or thing).comments if c.parent is thing or c.post is thing]]:
                self.things.pop(one.id, None)
            if thing.post is None:
                self.posts[thing.page].remove(thing)
            else:
                thing.post.comments = [c for c in thing.post.comments if c is not thing and c.parent is not thing]
            self._tell(thing, "remove")

    def hide(self, thing: Thing, *, hidden: bool = True) -> None:
        """The page hides it, or shows it again."""
        with self.lock:
            thing.hidden = hidden
            self._tell(thing, "hide" if hidden else "unhide")

    # --- webhooks -----------------------------------------------------------------------------------------------

    def _tell(self, thing: Thing, verb: str, hook: str = "feed") -> None:
        now = int(self.clock().timestamp())
        post = thing.post or thing
        value: dict[str, Any] = {"item": "comment" if thing.post else "post", "verb": verb, "post_id": post.id}
        if thing.post:
            value |= {"comment_id": thing.id, "parent_id": (thing.parent or thing.post).id}
        if thing.author and hook == "feed":
            value["from"] = {"id": thing.author[0], "name": thing.author[1]}
        if verb != "remove":
            at = int(thing.created.timestamp()) if verb == "add" else now
            value |= {"message": thing.message, "created_time": at}
        self.changes.append((thing.page, hook, value))

    def batch(self, size: int = 10, *, shuffled: bool = False, repeated: bool = False) -> None:
        """Makes deliveries of the changes that were not told yet. shuffled: in any order; repeated: each twice."""
        with self.lock:
            told, self.changes = self.changes * (2 if repeated else 1), []
            told = [one for one in told if one[0] in self.subscribed]
            if shuffled:
                self._chance.shuffle(told)
            now = self.clock()
            for start in range(0, len(told), size):
                self.waiting.append(Delivery(_payload(told[start : start + size], now), now, now))

    def due(self) -> list[Delivery]:
        """Deliveries that are to be sent now."""
        now = self.clock()
        with self.lock:
            self.waiting = [one for one in self.waiting if now - one.made < GIVES_UP]
            return [one for one in self.waiting if one.due <= now]

    def answered(self, delivery: Delivery, status: int) -> None:
        """What came of one: 200 ends it, anything else has it sent again later."""
        with self.lock:
            if status == 200 and delivery in self.waiting:
                self.waiting.remove(delivery)
            delivery.due = self.clock() + RETRIES[min(delivery.attempts, len(RETRIES) - 1)]
            delivery.attempts += 1

    def signed(self, body: bytes) -> dict[str, str]:
        """The headers of a delivery."""
        digest = hmac.new(self.app_secret.encode(), body, hashlib.sha256).hexdigest()
        return {"content-type": "application/json", "x-hub-signature-256": f"sha256={digest}"}

    # --- the interface ------------------------------------------------------------------------------------------

    def answer(self, method: str, path: str, query: Mapping[str, str], body: Mapping[str, Any], bearer: str) -> Answer:
        """One call."""
        with self.lock:
            version, _, rest = path.partition("/")
            headers = {"facebook-api-version": version if version == self.version else self.version}
            self.calls.append((self.clock(), method, rest))
            try:
                if self.faults:
                    raise self.faults.popleft()
                token = self._token(bearer or query.get("access_token", ""))
                if rest != "debug_token":
                    self._check_proof(bearer or query.get("access_token", ""), query)
                headers |= self._spend()
                call = Call(self, method, rest, query, body, token, bearer or query.get("access_token", ""))
                done = call.run()
                if method == "POST" and self.lose_answers:
                    self.lose_answers -= 1
                    return Answer(500, {}, headers)
                return Answer(200, done, headers)
            except GraphError as error:
                return Answer(error.status, _envelope(error), headers | self._usage_headers())

    def _token(self, text: str) -> Token:
        if text == f"{self.app_id}|{self.app_secret}":
            return Token(page="")
        token = self.tokens.get(text)
        if token is None:
            raise GraphError(190, f"Malformed access token {text}", status=400)
        if token.expires is not None and token.expires <= self.clock():
            raise GraphError(190, "Error validating access token: Session has expired.", subcode=token.subcode)
        return token

    def _check_proof(self, text: str, query: Mapping[str, str]) -> None:
        wanted = hmac.new(self.app_secret.encode(), text.encode(), hashlib.sha256).hexdigest()
        given = query.get("appsecret_proof", "")
        if not given and self.require_proof:
            raise GraphError(100, "API calls from the server require an appsecret_proof argument")
        if given and given != wanted:
            raise GraphError(100, "Invalid appsecret_proof provided in the API argument")

    def _spent(self) -> int:
        since = self.clock() - WINDOW
        return sum(at > since for at, _, _ in self.calls)

    def _usage_headers(self) -> dict[str, str]:
        if not self.budget:
            return {}
        share = min(100, round(100 * self._spent() / self.budget))
        wait = 30 if share >= 100 else 0
        one = {"type": "pages", "call_count": share, "total_cputime": 1, "total_time": 1}
        return {
            "x-business-use-case-usage": json.dumps({"1001": [{**one, "estimated_time_to_regain_access": wait}]}),
            "x-app-usage": json.dumps({"call_count": share // 4, "total_time": 1, "total_cputime": 1}),
        }

    def _spend(self) -> dict[str, str]:
        if self.budget and self._spent() > self.budget:
            raise GraphError(80001, "There have been too many calls to this Page account. Wait a bit and try again.")
        return self._usage_headers()


def _payload(told: Sequence[tuple[str, str, dict[str, Any]]], now: datetime) -> bytes:
    """The body of a delivery: an entry a page, its unicode escaped as on the wire."""
    entries = [
        {
            "id": page,
            "time": int(now.timestamp()),
            "changes": [{"field": hook, "value": value} for owner, hook, value in told if owner == page],
        }
        for page in dict.fromkeys(page for page, _, _ in told)
    ]
    return json.dumps({"object": "page", "entry": entries}, ensure_ascii=True).encode()


def _envelope(error: GraphError) -> dict[str, Any]:
    said: dict[str, Any] = {"message": error.message, "type": "OAuthException", "code": error.code}
    if error.subcode:
        said["error_subcode"] = error.subcode
    return {"error": {**said, "fbtrace_id": "AStandInTrace"}}


def make_graph(graph: GraphStandIn) -> FastAPI:
    """The stand-in as an application."""

    async def call(request: Request) -> Response:
        bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
        kind = request.headers.get("content-type", "")
        body: dict[str, Any] = {}
        if request.method == "POST" and kind.startswith("application/json"):
            body = json.loads(await request.body() or b"{}")
        elif request.method == "POST":
            body = dict(await request.form())
        path = request.path_params["path"]
        query = {**dict(request.query_params), "_base": str(request.base_url).rstrip("/")}
        answer = graph.answer(request.method, path, query, body, bearer)
        return JSONResponse(answer.body, status_code=answer.status, headers=dict(answer.headers))

    app = FastAPI(openapi_url=None)
    app.add_route("/{path:path}", call, methods=["GET", "POST", "DELETE"])
    return app
