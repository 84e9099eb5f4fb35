"""A local server that behaves like Slack where it matters: tokens, scopes, limits, pace, forms, both ways of delivery.

    with SlackStandIn() as slack:
        client = WebClient(token=slack.bot_token, base_url=slack.base_url)
        ...
        slack.messages

It runs in a thread of its own on loopback. It refuses what Slack refuses, with Slack's words for it, and writes into
`complaints` what Slack would take but nobody should send. tests.standins.slack_person clicks in it.

Built from docs.slack.dev (the pages of each method below, "Rate limits", "Socket Mode", "Verifying requests from
Slack", "Handling user interaction", "Modals") and from what slack_sdk 3.47 sends and expects. Not verified against the
service: the exact wording of response_metadata, which calls of a burst are let through, when a trigger_id really ends,
how long a socket lives after "warning", whether conversations.history shows a message at once after it was posted,
that views.update keeps what was typed into blocks of the same id (taken from the documentation), and that a view
which was opened with notify_on_close keeps telling of it after views.update.

pace scales Slack's one message a second and channel: 1.0 is Slack's own, 0.02 fifty times as fast, 0 does not count.
"""

import asyncio
import json
import threading
import time
import uuid
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, ClassVar
from urllib.parse import urlencode

from aiohttp import ClientError, ClientSession, ClientTimeout, WSMsgType, web
from slack_sdk.signature import SignatureVerifier

from tests.standins import blockkit

ACK_SECONDS = 3.0
TRIGGER_SECONDS = 3.0
RESPONSE_URL_USES = 5
DISCONNECT_SECONDS = 1.0  # how long a socket lives after it was told to go
SCOPES = frozenset(
    (
        "chat:write",
        "commands",
        "im:write",
        "users:read",
        "users:read.email",
        "channels:history",
        "groups:history",
        "metadata.message:read",
    )
)


@dataclass
class Message:
    """One message as it stands now. history: its arguments, first to last; shown_at: when it came, seconds since
    1970."""

    channel: str
    ts: str
    history: list[dict[str, Any]]
    thread_ts: str | None = None
    shown_at: float = field(default_factory=time.time)

    @property
    def now(self) -> dict[str, Any]:
        """The arguments that it shows now."""
        return self.history[-1]


@dataclass
class Ack:
    """The answer to an envelope. seconds: how long it took; status: of HTTP."""

    envelope_id: str
    seconds: float
    payload: Any = None
    status: int = 200


@dataclass
class _Sent:
    """An envelope on its way. view_id: of the form that it submits."""

    at: float
    view_id: str = ""


@dataclass
class _Socket:
    ws: web.WebSocketResponse
    sent: dict[str, _Sent] = field(default_factory=dict)


@dataclass(frozen=True)
class _Address:
    url: str
    secret: str


_PATHS = {"interactive": "interactive", "slash_commands": "commands", "events_api": "events"}


class SlackStandIn:
    """pace: seconds between two messages of a channel, with so many allowed in a burst. scopes: what the app may.
    hurried: triggers end after Slack's three seconds; else only with their use, as a busy machine is no fault."""

    def __init__(
        self,
        *,
        bot_token: str = "xoxb-standin",
        app_token: str = "xapp-standin",
        channels: tuple[str, ...] = ("C0ALERTS",),
        pace: float = 0.0,
        burst: int = 1,
        scopes: frozenset[str] = SCOPES,
        users: Mapping[str, str] | None = None,
        hurried: bool = False,
    ) -> None:
        self.bot_token = bot_token
        self.app_token = app_token
        self.channels = set(channels)
        self.scopes = scopes
        self.users = dict(users or {})
        """Slack's id of each user -> e-mail address."""
        self.messages: list[Message] = []
        self.ephemeral: list[dict[str, Any]] = []
        self.responses: list[dict[str, Any]] = []
        self.views: dict[str, dict[str, Any]] = {}
        self.homes: dict[str, dict[str, Any]] = {}
        self.closed: set[str] = set()
        self.complaints: list[str] = []
        self.calls: list[str] = []
        self.acks: dict[str, Ack] = {}
        self.base_url = ""
        self.late = 0
        """How many acknowledgements came after Slack's three seconds."""
        self.limited = 0
        """How many messages were refused for coming too fast."""
        self.lag = 0.0
        """Seconds that every call takes more."""
        self._pace = float(pace)
        self._hurried = hurried
        self._burst = burst
        self._recent: dict[str, deque[float]] = {}
        self._planned: dict[str, deque[web.Response]] = {}
        self._lost: set[str] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._sockets: list[_Socket] = []
        self._tickets: set[str] = set()
        self._triggers: dict[str, float] = {}
        self._response_urls: dict[str, int] = {}
        self._address: _Address | None = None
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

    def lose(self, method: str) -> None:
        """The next call of the method is done, and answered with an error of the server."""
        self._lost.add(method)

    def parents(self) -> list[Message]:
        """Messages that stand in a channel, without those in threads."""
        return [message for message in list(self.messages) if message.thread_ts is None]

    def thread(self, ts: str) -> list[Message]:
        """Messages in the thread under one."""
        return [message for message in list(self.messages) if message.thread_ts == ts]

    def forget(self) -> None:
        """Everything that came so far goes; connections stay."""
        for seen in (self.messages, self.ephemeral, self.responses, self.complaints, self.calls):
            seen.clear()
        for kept in (self.views, self.homes, self.acks, self._triggers):
            kept.clear()
        self.closed.clear()
        self._recent.clear()
        self._planned.clear()
        self._lost.clear()

    def over_http(self, url: str, secret: str) -> None:
        """From now on payloads go as signed requests to the paths under url, not through sockets."""
        self._address = _Address(url.rstrip("/"), secret)

    def trigger(self) -> str:
        """A trigger_id, good for one form within three seconds."""
        made = uuid.uuid4().hex
        self._triggers[made] = time.monotonic()
        return made

    def expire_triggers(self) -> None:
        """As if so much time had passed that none opens a form any more."""
        self._triggers.clear()

    def response_url(self) -> str:
        """An address for answers to a command."""
        made = uuid.uuid4().hex
        self._response_urls[made] = RESPONSE_URL_USES
        return self.base_url.replace("/api/", f"/respond/{made}")

    def push(self, payload: dict[str, Any], kind: str = "interactive", *, retry: int = 0) -> str:
        """Sends an envelope to one of the open sockets, or as a request, as Slack does; its id."""
        envelope_id = uuid.uuid4().hex
        sending = self._push(envelope_id, payload, kind, retry)
        asyncio.run_coroutine_threadsafe(sending, self._loop).result(timeout=60)
        return envelope_id

    def answer(self, payload: dict[str, Any], kind: str = "interactive", seconds: float = 30.0) -> Any:
        """Sends, and waits for what is acknowledged with."""
        envelope_id = self.push(payload, kind)
        assert self.wait(lambda: envelope_id in self.acks, seconds), "nothing was acknowledged"
        return self.acks[envelope_id].payload

    def disconnect(self, reason: str = "refresh_requested", *, one: bool = True) -> None:
        """Tells one socket (or all) that it will be closed, and closes it a second later."""
        asyncio.run_coroutine_threadsafe(self._disconnect(reason, one), self._loop).result(timeout=60)

    def wait(self, condition: Callable[[], bool], seconds: float = 30.0) -> bool:
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
        app.router.add_post("/respond/{name}", self._respond)
        app.router.add_get("/socket/{ticket}", self._socket)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.2)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        self.base_url = f"http://127.0.0.1:{port}/api/"
        async with ClientSession(timeout=ClientTimeout(total=60)) as session:
            self._session = session
            self._ready.set()
            await self._stop.wait()
            for task in list(self._tasks):
                task.cancel()
            await asyncio.gather(*self._tasks, return_exceptions=True)
        for socket in list(self._sockets):
            await socket.ws.close()
        await runner.cleanup()

    async def _api(self, request: web.Request) -> web.StreamResponse:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        if self.lag:
            await asyncio.sleep(self.lag)
        with self._changed:
            self.calls.append(method)
            self._changed.notify_all()
        token = request.headers.get("Authorization", "").removeprefix("Bearer ")
        if token != (self.app_token if method == "apps.connections.open" else self.bot_token):
            return _no("invalid_auth" if token else "not_authed")
        if self._planned.get(method):
            return self._planned[method].popleft()
        handler, scope = self._METHODS.get(method, (None, ""))
        if handler is None:
            return _no("unknown_method")
        if scope and scope not in self.scopes:
            return _no("missing_scope", needed=scope)
        answer = await handler(self, arguments)
        with self._changed:
            self._changed.notify_all()
        if method in self._lost:
            self._lost.discard(method)
            return _no("internal_error", status=503)
        return answer

    async def _post_message(self, arguments: dict[str, Any]) -> web.Response:
        refused = self._channel_refused(arguments) or self._too_fast(arguments["channel"]) or self._malformed(arguments)
        if refused is not None:
            return refused
        self.complaints += blockkit.unfolding(arguments)
        message = Message(arguments["channel"], self._stamp(), [arguments], arguments.get("thread_ts"))
        if message.thread_ts and not any(m.ts == message.thread_ts for m in self.messages):
            return _no("thread_not_found")
        with self._changed:
            self.messages.append(message)
        return _yes(channel=message.channel, ts=message.ts, message=arguments)

    def _stamp(self) -> str:
        self._counter += 1
        return f"{time.time():.0f}.{self._counter:06d}"

    async def _update(self, arguments: dict[str, Any]) -> web.Response:
        refused = self._channel_refused(arguments) or self._malformed(arguments)
        if refused is not None:
            return refused
        for message in self.messages:
            if (message.channel, message.ts) == (arguments["channel"], arguments.get("ts")):
                # metadata stays as it was unless new is sent
                kept = {"metadata": message.now["metadata"]} if "metadata" in message.now else {}
                message.history.append(kept | arguments)
                return _yes(channel=message.channel, ts=message.ts, text=arguments.get("text", ""))
        return _no("message_not_found")

    async def _post_ephemeral(self, arguments: dict[str, Any]) -> web.Response:
        refused = self._channel_refused(arguments) or self._malformed(arguments)
        if refused is not None:
            return refused
        if not arguments.get("user"):
            return _no("user_not_in_channel")
        self.ephemeral.append(arguments)
        return _yes(message_ts=self._stamp())

    async def _history(self, arguments: dict[str, Any]) -> web.Response:
        refused = self._channel_refused(arguments)
        if refused is not None:
            return refused
        return self._listed(arguments, [m for m in self.parents() if m.channel == arguments["channel"]])

    async def _replies(self, arguments: dict[str, Any]) -> web.Response:
        refused = self._channel_refused(arguments)
        if refused is not None:
            return refused
        ts = str(arguments.get("ts"))
        if not any(m.ts == ts for m in self.messages):
            return _no("thread_not_found")
        return self._listed(arguments, [m for m in self.messages if ts in (m.ts, m.thread_ts)])

    def _listed(self, arguments: dict[str, Any], messages: list[Message]) -> web.Response:
        oldest = float(arguments.get("oldest", 0))
        whole = str(arguments.get("include_all_metadata")).lower() in ("1", "true")
        shown = [
            {"ts": m.ts, "text": m.now.get("text", "")} | ({"metadata": m.now.get("metadata", {})} if whole else {})
            for m in messages
            if float(m.ts) >= oldest
        ]
        newest_first = shown[::-1][: int(arguments.get("limit", 100))]
        return _yes(messages=newest_first, has_more=len(shown) > len(newest_first))

    async def _auth_test(self, arguments: dict[str, Any]) -> web.Response:
        return _yes(
            url="https://standin.slack.example/",
            team="Standin",
            user="listener",
            team_id="T0STANDIN",
            user_id="U0LISTENER",
        )

    async def _user_info(self, arguments: dict[str, Any]) -> web.Response:
        user = str(arguments.get("user"))
        if user not in self.users:
            return _no("user_not_found")
        profile = {"email": self.users[user]} if "users:read.email" in self.scopes else {}
        return _yes(user={"id": user, "name": user.lower(), "profile": profile})

    async def _open_conversation(self, arguments: dict[str, Any]) -> web.Response:
        user = str(arguments.get("users", ""))
        if not user.startswith(("U", "W")):
            return _no("user_not_found")
        self.channels.add(f"D{user}")
        return _yes(channel={"id": f"D{user}"})

    async def _open_view(self, arguments: dict[str, Any]) -> web.Response:
        issued = self._triggers.get(str(arguments.get("trigger_id")))
        if issued is None:
            return _no("invalid_trigger_id")
        if self._hurried and time.monotonic() - issued > TRIGGER_SECONDS:
            return _no("expired_trigger_id")
        del self._triggers[str(arguments["trigger_id"])]
        view = {**_object(arguments.get("view")), "id": f"V{uuid.uuid4().hex[:10]}", "hash": uuid.uuid4().hex}
        return self._keep_view(view)

    async def _update_view(self, arguments: dict[str, Any]) -> web.Response:
        known = self.views.get(str(arguments.get("view_id")))
        if known is None or known["id"] in self.closed:
            return _no("not_found")
        if arguments.get("hash") not in (None, known["hash"]):
            return _no("hash_conflict")
        return self._keep_view({**_object(arguments.get("view")), "id": known["id"], "hash": uuid.uuid4().hex})

    async def _publish_view(self, arguments: dict[str, Any]) -> web.Response:
        user = str(arguments.get("user_id", ""))
        known = self.homes.get(user)
        if known is not None and arguments.get("hash") not in (None, known["hash"]):
            return _no("hash_conflict")
        view = _object(arguments.get("view"))
        complaints = blockkit.home(view)
        if complaints:
            self.complaints += complaints
            return _no("invalid_arguments", response_metadata={"messages": complaints})
        self.homes[user] = {**view, "id": f"VHOME{user}", "hash": uuid.uuid4().hex}
        return _yes(view=self.homes[user])

    def _keep_view(self, view: dict[str, Any]) -> web.Response:
        bare = {key: value for key, value in view.items() if key not in ("id", "hash")}
        complaints = blockkit.modal(bare)
        if complaints:
            self.complaints += complaints
            return _no("invalid_arguments", response_metadata={"messages": complaints})
        self.views[view["id"]] = view
        return _yes(view=view)

    async def _respond(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["name"]
        if self._response_urls.get(name, 0) <= 0:
            return web.Response(status=404, text="expired_url")
        self._response_urls[name] -= 1
        arguments = await _arguments(request)
        refused = self._malformed(arguments)
        if refused is not None:
            return refused
        with self._changed:
            self.responses.append(arguments)
            self._changed.notify_all()
        return web.Response(text="ok")

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
        while recent and recent[0] <= now - self._pace:
            recent.popleft()
        if len(recent) >= self._burst:
            self.limited += 1
            return _no("ratelimited", status=429, headers={"Retry-After": "1"})
        recent.append(now)
        return None

    def _malformed(self, arguments: dict[str, Any]) -> web.Response | None:
        complaints = blockkit.message(arguments)
        if not complaints:
            return None
        self.complaints += complaints
        return _no("invalid_blocks", response_metadata={"messages": complaints})

    # --- delivery -------------------------------------------------------------------------------------------

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
                    self._framed(socket, frame.data)
        finally:
            if socket in self._sockets:
                self._sockets.remove(socket)
            with self._changed:
                self._changed.notify_all()
        return ws

    def _framed(self, socket: _Socket, data: str) -> None:
        answer = json.loads(data)
        envelope_id = answer.get("envelope_id", "")
        sent = socket.sent.pop(envelope_id, None)
        if sent is None:
            self.complaints.append(f"ack for an envelope that was not sent here: {data[:100]}")
        else:
            self._acknowledged(envelope_id, sent, answer.get("payload") or None)

    def _acknowledged(self, envelope_id: str, sent: _Sent, payload: Any, status: int = 200) -> None:
        took = time.monotonic() - sent.at
        with self._changed:
            self.late += took > ACK_SECONDS
            if sent.view_id in self.views and status == 200:
                self._submitted(sent.view_id, payload)
            elif payload:
                self.complaints += blockkit.message(payload) if "challenge" not in payload else []
            self.acks[envelope_id] = Ack(envelope_id, took, payload, status)
            self._changed.notify_all()

    def _submitted(self, view_id: str, payload: Any) -> None:
        """What becomes of a form that was submitted."""
        action = (payload or {}).get("response_action")
        if action is None:
            self.closed.add(view_id)
        elif action == "errors":
            inputs = {block["block_id"] for block in self.views[view_id]["blocks"] if block["type"] == "input"}
            if not payload["errors"] or not set(payload["errors"]) <= inputs:
                self.complaints.append(f"errors for blocks that are no inputs: {sorted(payload['errors'])}")
        elif action == "update":
            self._keep_view({**payload["view"], "id": view_id, "hash": uuid.uuid4().hex})
        else:
            self.complaints.append(f"response_action: {action!r}")

    async def _push(self, envelope_id: str, payload: dict[str, Any], kind: str, retry: int) -> None:
        view = payload.get("view") or {}
        sent = _Sent(time.monotonic(), view.get("id", "") if payload.get("type") == "view_submission" else "")
        if payload.get("type") == "view_closed":
            self.closed.add(view["id"])
        if self._address is not None:
            task = self._loop.create_task(self._request(self._address, envelope_id, payload, kind, retry, sent))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
            return
        assert self._sockets, "nobody is connected"
        self._counter += 1
        socket = self._sockets[self._counter % len(self._sockets)]
        socket.sent[envelope_id] = sent
        repeated = {"retry_attempt": retry, "retry_reason": "timeout"} if retry else {}
        await socket.ws.send_json(
            {"type": kind, "envelope_id": envelope_id, "payload": payload, "accepts_response_payload": True, **repeated}
        )

    async def _request(
        self, to: _Address, envelope_id: str, payload: dict[str, Any], kind: str, retry: int, sent: _Sent
    ) -> None:
        body, content = encoded(payload, kind)
        timestamp = str(int(time.time()))
        headers = {
            "Content-Type": content,
            "X-Slack-Request-Timestamp": timestamp,
            "X-Slack-Signature": SignatureVerifier(to.secret).generate_signature(timestamp=timestamp, body=body) or "",
        }
        if retry:
            headers |= {"X-Slack-Retry-Num": str(retry), "X-Slack-Retry-Reason": "http_timeout"}
        try:
            async with self._session.post(f"{to.url}/slack/{_PATHS[kind]}", data=body, headers=headers) as answer:
                text = await answer.text()
        except ClientError as error:
            self.complaints.append(f"no answer to a request: {type(error).__name__}")
            return
        self._acknowledged(envelope_id, sent, json.loads(text) if text else None, answer.status)

    async def _disconnect(self, reason: str, one: bool) -> None:
        for socket in list(self._sockets)[: 1 if one else None]:
            self._sockets.remove(socket)  # nothing is sent there any more
            await socket.ws.send_json({"type": "disconnect", "reason": reason, "debug_info": {"host": "standin"}})
            self._loop.call_later(DISCONNECT_SECONDS, self._close_soon, socket)

    def _close_soon(self, socket: _Socket) -> None:
        task = self._loop.create_task(_closed(socket.ws))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    _METHODS: ClassVar[dict[str, tuple[Callable[["SlackStandIn", dict[str, Any]], Awaitable[web.Response]], str]]] = {
        "chat.postMessage": (_post_message, "chat:write"),
        "chat.update": (_update, "chat:write"),
        "chat.postEphemeral": (_post_ephemeral, "chat:write"),
        "conversations.history": (_history, "channels:history"),
        "conversations.replies": (_replies, "channels:history"),
        "conversations.open": (_open_conversation, "im:write"),
        "users.info": (_user_info, "users:read"),
        "auth.test": (_auth_test, ""),
        "views.open": (_open_view, ""),
        "views.push": (_open_view, ""),
        "views.update": (_update_view, ""),
        "views.publish": (_publish_view, ""),
        "apps.connections.open": (_connections_open, ""),
    }


def encoded(payload: Mapping[str, Any], kind: str) -> tuple[bytes, str]:
    """The body of a request as Slack writes it, and its content type."""
    if kind == "events_api":
        return json.dumps(payload).encode(), "application/json"
    form = {"payload": json.dumps(payload)} if kind == "interactive" else payload
    return urlencode(form).encode(), "application/x-www-form-urlencoded"


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
