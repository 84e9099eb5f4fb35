"""The door for what places send by themselves: {public_url}/hooks/{source name}.

No log-in and no form token here: the signature over the raw body says who sends. What fits is committed before it is
answered with 200; requests that come while a commit is under way share the next one. The rules:

    404  no such source, or its kind sends nothing       403  wrong or outdated signature; nothing is kept
    400  a Content-Encoding: signatures cover the body as it is sent     413  over four megabytes     411  no length
    503  the database cannot be used, or the source's secret is missing: places send it again later

Any Content-Type is taken, as the signature covers the body whatever it is called.
"""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from prometheus_client import Counter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send

from listener.errors import Forged, ListenerError
from listener.protocols import Hook
from listener.storage import Sent
from listener.web.guard import HOOK_LIMIT, HOOKS

log = logging.getLogger("listener.hooks")
_TAKEN = Counter("listener_hook_requests", "what places sent by themselves, by answer", ["source", "status"])
_UNKEPT = frozenset({"authorization", "cookie", "proxy-authorization"})


class HookDoor:
    """Knows who may send. hooks: by source. keep: stores what was sent, in one transaction. woken: told after it."""

    def __init__(
        self,
        *,
        hooks: Mapping[str, Hook],
        keep: Callable[[Sequence[Sent]], None],
        clock: Callable[[], datetime],
        woken: Callable[[], None] = lambda: None,
    ) -> None:
        self.hooks = hooks
        self.clock = clock
        self._keep = keep
        self._woken = woken
        self._waiting: list[tuple[Sent, asyncio.Future[None]]] = []
        self._storing: asyncio.Task[None] | None = None

    def sharing(self, name: str, headers: Mapping[str, str], body: bytes) -> list[str]:
        """Other sources of the same kind that this is for too: where an app has one address for all its pages, and
        the same secret signed it."""
        kind, now = self.hooks[name].kind, self.clock()
        if not getattr(self.hooks[name], "shared", False):
            return []
        return [
            other
            for other, hook in self.hooks.items()
            if other != name and hook.kind == kind and _fits(hook, headers, body, now)
        ]

    async def put(self, sent: Sent) -> None:
        """Returns when it is committed. ListenerError where it could not be."""
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiting.append((sent, done))
        if self._storing is None or self._storing.done():
            self._storing = asyncio.create_task(self._store())
        await done

    async def _store(self) -> None:
        """Commits what waits, together, until nothing does."""
        while self._waiting:
            batch, self._waiting = self._waiting, []
            error: Exception | None = None
            try:
                await asyncio.to_thread(self._keep, [sent for sent, _ in batch])
            except Exception as raised:  # noqa: BLE001 - it is raised at whoever waits for it
                error = raised
            for _, done in batch:
                if done.cancelled():  # who sent it has gone; it is stored all the same
                    continue
                if error is None:
                    done.set_result(None)
                else:
                    done.set_exception(error)
            self._woken()


def _fits(hook: Hook, headers: Mapping[str, str], body: bytes, now: datetime) -> bool:
    try:
        hook.verify(headers, body, now)
    except ListenerError:
        return False
    return True


class HooksFirst:
    """Takes what comes for a hook before the pages and their layers are asked, which cost more than the rest of it."""

    def __init__(self, app: ASGIApp, door: HookDoor) -> None:
        self._app = app
        self._door = door

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not scope["path"].startswith(HOOKS):
            await self._app(scope, receive, send)
            return
        answer = await take(self._door, scope["path"].removeprefix(HOOKS), Request(scope, receive))
        await answer(scope, receive, send)


async def take(door: HookDoor, name: str, request: Request) -> Response:
    """One request of a place."""
    hook = door.hooks.get(name)
    if hook is None:
        return PlainTextResponse("nothing is taken here\n", status_code=404)
    if request.method not in ("GET", "POST"):
        return PlainTextResponse("GET or POST\n", status_code=405, headers={"allow": "GET, POST"})
    answer = await (_challenge(hook, request) if request.method == "GET" else _post(door, name, hook, request))
    _TAKEN.labels(name, str(answer.status_code)).inc()
    return answer


async def _challenge(hook: Hook, request: Request) -> Response:
    try:
        said = hook.challenge(dict(request.query_params))
    except Forged as error:
        log.warning("refused: %s", error)
        return PlainTextResponse("refused\n", status_code=403)
    except ListenerError as error:
        return _not_ready(error)
    # plain text that no browser takes for a page: the challenge is whatever the other side sent
    return PlainTextResponse(said, headers={"x-content-type-options": "nosniff"})


async def _post(door: HookDoor, name: str, hook: Hook, request: Request) -> Response:
    if request.headers.get("content-encoding", "identity").strip().lower() not in ("", "identity"):
        return PlainTextResponse("send the body as it is, without Content-Encoding\n", status_code=400)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > HOOK_LIMIT:
            return PlainTextResponse(f"at most {HOOK_LIMIT} bytes\n", status_code=413)
    now = door.clock()
    headers = {key.lower(): value for key, value in request.headers.items() if key.lower() not in _UNKEPT}
    try:
        hook.verify(headers, bytes(body), now)
    except Forged as error:
        log.warning("refused: %s", error)
        return PlainTextResponse("refused\n", status_code=403)
    except ListenerError as error:
        return _not_ready(error)
    names = [name, *door.sharing(name, headers, bytes(body))]
    try:
        sent = [Sent(source=one, headers=headers, body=bytes(body), received_at=now) for one in names]
        await asyncio.gather(*map(door.put, sent))
    except ListenerError as error:
        return _not_ready(error)
    return PlainTextResponse("kept\n")


def _not_ready(error: ListenerError) -> Response:
    log.error("%s", error)
    return PlainTextResponse("not now\n", status_code=503)
