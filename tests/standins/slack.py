"""A local server that behaves like Slack where it matters: tokens, limits, pace, Socket Mode.

    with SlackStandIn() as slack:
        client = WebClient(token=slack.bot_token, base_url=slack.base_url)
        ...
        slack.messages

It runs in a thread of its own on loopback. It refuses what Slack refuses, with Slack's words for it.
"""

import asyncio
import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar

from aiohttp import WSMsgType, web

from tests.standins import blockkit

ACK_SECONDS = 3.0
DISCONNECT_SECONDS = 1.0  # how long a socket lives after it was told to go


@dataclass
class Message:
    """One message as it stands now. history: its arguments, first to last."""

    channel: str
    ts: str
    history: list[dict[str, Any]]
    thread_ts: str | None = None

    @property
    def now(self) -> dict[str, Any]:
        """The arguments that it shows now."""
        return self.history[-1]


@dataclass
class Ack:
    """The answer to an envelope. seconds: how long it took."""

    envelope_id: str
    seconds: float
    payload: Any = None


@dataclass
class _Socket:
    ws: web.WebSocketResponse
    sent: dict[str, float] = field(default_factory=dict)


class SlackStandIn:
    """pace: whether one message a second and channel is enforced, with so many allowed in a burst."""

    def __init__(
        self,
        *,
        bot_token: str = "xoxb-standin",
        app_token: str = "xapp-standin",
        channels: tuple[str, ...] = ("C0ALERTS",),
        pace: bool = False,
        burst: int = 1,
    ) -> None:
        self.bot_token = bot_token
        self.app_token = app_token
        self.channels = set(channels)
        self.messages: list[Message] = []
        self.ephemeral: list[dict[str, Any]] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.complaints: list[str] = []
        self.calls: list[str] = []
        self.acks: dict[str, Ack] = {}
        self.base_url = ""
        self._pace = pace
        self._burst = burst
        self._recent: dict[str, deque[float]] = {}
        self._planned: dict[str, deque[web.Response]] = {}
        self._closing: list[asyncio.Task[None]] = []
        self._sockets: list[_Socket] = []
        self._tickets: set[str] = set()
        self._changed = threading.Condition()
        self._counter = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="slack-standin", daemon=True)
        self._ready = threading.Event()
        self._stop: asyncio.Event | None = None

    # --- for tests ------------------------------------------------------------------------------------------

    def refuse(
        self, method: str, error: str, *, status: int = 200, times: int = 1, retry_after: int | None = None
    ) -> None:
        """The next calls of the method get this answer instead."""
        headers = {"Retry-After": str(retry_after)} if retry_after is not None else {}
        for _ in range(times):
            answer = web.json_response({"ok": False, "error": error}, status=status, headers=headers)
            self._planned.setdefault(method, deque()).append(answer)

    def parents(self) -> list[Message]:
        """Messages that stand in the channel, without those in threads."""
        return [message for message in self.messages if message.thread_ts is None]

    def thread(self, ts: str) -> list[Message]:
        """Messages in the thread under one."""
        return [message for message in self.messages if message.thread_ts == ts]

    def push(self, payload: dict[str, Any], kind: str = "interactive") -> str:
        """Sends an envelope to one of the open sockets, as Slack does; its id."""
        envelope_id = uuid.uuid4().hex
        future = asyncio.run_coroutine_threadsafe(self._push(envelope_id, payload, kind), self._loop)
        future.result(timeout=5)
        return envelope_id

    def disconnect(self, reason: str = "refresh_requested", *, one: bool = True) -> None:
        """Tells one socket (or all) that it will be closed, and closes it a second later."""
        asyncio.run_coroutine_threadsafe(self._disconnect(reason, one), self._loop).result(timeout=5)

    def wait(self, condition: Callable[[], bool], seconds: float = 5.0) -> bool:
        """Waits until something that the server saw makes the condition true."""
        with self._changed:
            return self._changed.wait_for(condition, timeout=seconds)

    @property
    def sockets(self) -> int:
        """How many Socket Mode connections are open."""
        return len(self._sockets)

    # --- the server -----------------------------------------------------------------------------------------

    def __enter__(self) -> "SlackStandIn":
        self._thread.start()
        assert self._ready.wait(10), "the stand-in did not start"
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._stop is not None
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join(10)
        self._loop.close()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        app = web.Application(client_max_size=5_000_000)
        app.router.add_post("/api/{method}", self._api)
        app.router.add_get("/socket/{ticket}", self._socket)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{port}/api/"
        self._ready.set()
        await self._stop.wait()
        for socket in list(self._sockets):
            await socket.ws.close()
        await runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        with self._changed:
            self.calls.append(method)
            self._changed.notify_all()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != (self.app_token if method == "apps.connections.open" else self.bot_token):
            return _no("invalid_auth" if token else "not_authed")
        if self._planned.get(method):
            return self._planned[method].popleft()
        handler = self._METHODS.get(method)
        if handler is None:
            return _no("unknown_method")
        answer = await handler(self, arguments)
        with self._changed:
            self._changed.notify_all()
        return answer

    async def _post_message(self, arguments: dict[str, Any]) -> web.Response:
        refused = self._channel_refused(arguments) or self._too_fast(arguments["channel"]) or self._malformed(arguments)
        if refused is not None:
            return refused
        self._counter += 1
        message = Message(
            arguments["channel"], f"1700000000.{self._counter:06d}", [arguments], arguments.get("thread_ts")
        )
        if message.thread_ts and not any(m.ts == message.thread_ts for m in self.messages):
            return _no("thread_not_found")
        self.messages.append(message)
        return _yes(channel=message.channel, ts=message.ts, message=arguments)

    async def _update(self, arguments: dict[str, Any]) -> web.Response:
        refused = self._channel_refused(arguments) or self._malformed(arguments)
        if refused is not None:
            return refused
        for message in self.messages:
            if (message.channel, message.ts) == (arguments["channel"], arguments.get("ts")):
                message.history.append(arguments)
                return _yes(channel=message.channel, ts=message.ts, text=arguments.get("text", ""))
        return _no("message_not_found")

    async def _post_ephemeral(self, arguments: dict[str, Any]) -> web.Response:
        refused = self._channel_refused(arguments) or self._malformed(arguments)
        if refused is not None:
            return refused
        if not arguments.get("user"):
            return _no("user_not_in_channel")
        self.ephemeral.append(arguments)
        return _yes(message_ts="1700000000.000000")

    async def _auth_test(self, arguments: dict[str, Any]) -> web.Response:
        return _yes(
            url="https://standin.slack.example/",
            team="Standin",
            user="listener",
            team_id="T0STANDIN",
            user_id="U0LISTENER",
        )

    async def _open_view(self, arguments: dict[str, Any]) -> web.Response:
        if not arguments.get("trigger_id"):
            return _no("invalid_trigger_id")
        view = {**_object(arguments.get("view")), "id": f"V{len(self.views) + 1:06d}", "hash": uuid.uuid4().hex}
        return self._keep_view(view)

    async def _update_view(self, arguments: dict[str, Any]) -> web.Response:
        known = self.views.get(str(arguments.get("view_id")))
        if known is None:
            return _no("not_found")
        if arguments.get("hash") not in (None, known["hash"]):
            return _no("hash_conflict")
        return self._keep_view({**_object(arguments.get("view")), "id": known["id"], "hash": uuid.uuid4().hex})

    def _keep_view(self, view: dict[str, Any]) -> web.Response:
        bare = {key: value for key, value in view.items() if key not in ("id", "hash")}
        complaints = blockkit.modal(bare)
        if complaints:
            self.complaints += complaints
            return _no("invalid_arguments", response_metadata={"messages": complaints})
        self.views[view["id"]] = view
        return _yes(view=view)

    async def _connections_open(self, arguments: dict[str, Any]) -> web.Response:
        if len(self._sockets) >= 10:
            return _no("too_many_websockets")
        ticket = uuid.uuid4().hex
        self._tickets.add(ticket)
        return _yes(url=self.base_url.replace("http://", "ws://").replace("/api/", f"/socket/{ticket}"))

    def _channel_refused(self, arguments: dict[str, Any]) -> web.Response | None:
        return None if arguments.get("channel") in self.channels else _no("channel_not_found")

    def _too_fast(self, channel: str) -> web.Response | None:
        if not self._pace:
            return None
        now = time.monotonic()
        recent = self._recent.setdefault(channel, deque())
        while recent and recent[0] <= now - 1.0:
            recent.popleft()
        if len(recent) >= self._burst:
            return _no("ratelimited", status=429, headers={"Retry-After": "1"})
        recent.append(now)
        return None

    def _malformed(self, arguments: dict[str, Any]) -> web.Response | None:
        complaints = blockkit.message(arguments)
        if not complaints:
            return None
        self.complaints += complaints
        return _no("invalid_blocks", response_metadata={"messages": complaints})

    # --- Socket Mode ----------------------------------------------------------------------------------------

    async def _socket(self, request: web.Request) -> web.StreamResponse:
        ticket = request.match_info["ticket"]
        if ticket not in self._tickets:
            return web.Response(status=403)  # each address is good for one use
        self._tickets.discard(ticket)
        ws = web.WebSocketResponse()
        await ws.prepare(request)
        socket = _Socket(ws)
        self._sockets.append(socket)
        await ws.send_json({"type": "hello", "num_connections": len(self._sockets), "debug_info": {"host": "standin"}})
        with self._changed:
            self._changed.notify_all()
        try:
            async for frame in ws:
                if frame.type == WSMsgType.TEXT:
                    self._acknowledged(socket, frame.data)
        finally:
            if socket in self._sockets:
                self._sockets.remove(socket)
            with self._changed:
                self._changed.notify_all()
        return ws

    def _acknowledged(self, socket: _Socket, data: str) -> None:
        answer = json.loads(data)
        sent = socket.sent.pop(answer.get("envelope_id", ""), None)
        with self._changed:
            if sent is None:
                self.complaints.append(f"ack for an envelope that was not sent here: {data[:100]}")
            else:
                took = time.monotonic() - sent
                if took > ACK_SECONDS:
                    self.complaints.append(f"ack after {took:.1f} s")
                self.acks[answer["envelope_id"]] = Ack(answer["envelope_id"], took, answer.get("payload"))
            self._changed.notify_all()

    async def _push(self, envelope_id: str, payload: dict[str, Any], kind: str) -> None:
        assert self._sockets, "nobody is connected"
        self._counter += 1
        socket = self._sockets[self._counter % len(self._sockets)]
        socket.sent[envelope_id] = time.monotonic()
        await socket.ws.send_json(
            {"type": kind, "envelope_id": envelope_id, "payload": payload, "accepts_response_payload": True}
        )

    async def _disconnect(self, reason: str, one: bool) -> None:
        for socket in list(self._sockets)[: 1 if one else None]:
            self._sockets.remove(socket)  # nothing is sent there any more
            await socket.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "standin"}})
            self._loop.call_later(DISCONNECT_SECONDS, self._close_soon, socket)

    def _close_soon(self, socket: _Socket) -> None:
        self._closing.append(self._loop.create_task(_closed(socket.ws)))

    _METHODS: ClassVar[dict[str, Callable[["SlackStandIn", dict[str, Any]], Awaitable[web.Response]]]] = {
        "chat.postMessage": _post_message,
        "chat.update": _update,
        "chat.postEphemeral": _post_ephemeral,
        "auth.test": _auth_test,
        "views.open": _open_view,
        "views.push": _open_view,
        "views.update": _update_view,
        "apps.connections.open": _connections_open,
    }


async def _closed(ws: web.WebSocketResponse) -> None:
    await ws.close()


async def _arguments(request: web.Request) -> dict[str, Any]:
    if request.content_type == "application/json":
        found = json.loads(await request.text() or "{}")
        return found if isinstance(found, dict) else {}
    form = await request.post()
    return {key: json.loads(str(value)) if key in ("blocks", "view") else value for key, value in form.items()}


def _object(value: Any) -> dict[str, Any]:
    return json.loads(value) if isinstance(value, str) else dict(value or {})


def _yes(**data: Any) -> web.Response:
    return web.json_response({"ok": True, **data})


def _no(error: str, *, status: int = 200, headers: dict[str, str] | None = None, **data: Any) -> web.Response:
    return web.json_response({"ok": False, "error": error, **data}, status=status, headers=headers)
