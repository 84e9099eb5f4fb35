"""A stand-in for Slack's Web API, for the demo: the methods that our responder calls, cards kept in memory.

Built from the method pages of docs.slack.dev (auth.test, chat.postMessage, chat.update): the shape of the answers and
the names of the errors. Not enforced here: rate limits, limits of Block Kit, scopes, Socket Mode.

Not verified against the real thing: which error comes first where several things are wrong with a call.
"""

import json
import threading
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse

TOKEN = "xoxb-demo"  # noqa: S105 - opens nothing but this stand-in
CHANNEL = "C0ALERTS"


class SlackStandIn:
    """The cards that were posted. Safe to read from any thread."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._cards: dict[tuple[str, str], dict[str, Any]] = {}

    def cards(self) -> list[Mapping[str, Any]]:
        """chat.postMessage payloads with their ts, as last updated, latest first."""
        with self._lock:
            return [dict(card) for card in reversed(self._cards.values())]

    def call(self, method: str, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of one method; what Slack would refuse is refused by Slack's own name for it."""
        if method == "auth.test":
            identity = {"url": "https://demo.slack.com/", "team": "Demo", "user": "listener"}
            return {"ok": True, **identity, "team_id": "T0DEMO", "user_id": "U0LISTENER", "bot_id": "B0LISTENER"}
        if method == "chat.postMessage":
            return self._post(arguments)
        if method == "chat.update":
            return self._update(arguments)
        return {"ok": False, "error": "unknown_method", "req_method": method}

    def _post(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        channel = str(arguments.get("channel", ""))
        if not channel:
            return {"ok": False, "error": "channel_not_found"}
        if not _says_something(arguments):
            return {"ok": False, "error": "no_text"}
        with self._lock:
            stamp = f"{self._clock().timestamp():.0f}.{len(self._cards) + 1:06d}"
            card = {**arguments, "channel": channel, "ts": stamp}
            self._cards[channel, stamp] = card
        return {"ok": True, "channel": channel, "ts": stamp, "message": {"type": "message", **card}}

    def _update(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        key = (str(arguments.get("channel", "")), str(arguments.get("ts", "")))
        if not _says_something(arguments):
            return {"ok": False, "error": "no_text"}
        with self._lock:
            if key not in self._cards:
                return {"ok": False, "error": "message_not_found"}
            self._cards[key].update(arguments)
            card = dict(self._cards[key])
        return {"ok": True, "channel": key[0], "ts": key[1], "text": card.get("text", ""), "message": card}


def _says_something(arguments: Mapping[str, Any]) -> bool:
    return any(arguments.get(key) for key in ("text", "blocks", "attachments"))


def make_slack(slack: SlackStandIn) -> FastAPI:
    """The stand-in as an application, its methods under /api/."""
    app = FastAPI(openapi_url=None)

    @app.post("/api/{method}")
    async def call(request: Request, method: str) -> JSONResponse:
        try:
            arguments = await _arguments(request)
        except ValueError:
            return JSONResponse({"ok": False, "error": "invalid_json"})
        sent = request.headers.get("authorization", "").removeprefix("Bearer ") or arguments.pop("token", "")
        if sent != TOKEN:
            return JSONResponse({"ok": False, "error": "invalid_auth" if sent else "not_authed"})
        return JSONResponse(slack.call(method, arguments))

    return app


async def _arguments(request: Request) -> dict[str, Any]:
    """JSON bodies as they are; in form bodies blocks and attachments are JSON inside a field."""
    if request.headers.get("content-type", "").startswith("application/json"):
        return _object(await request.body())
    form: dict[str, Any] = {key: value for key, value in (await request.form()).items() if isinstance(value, str)}
    return form | {key: json.loads(form[key]) for key in ("blocks", "attachments") if key in form}


def _object(body: bytes) -> dict[str, Any]:
    """A JSON object, empty where there is no body. ValueError for anything else."""
    value = json.loads(body) if body else {}
    if not isinstance(value, dict):
        raise ValueError("no JSON object")  # noqa: TRY004 - one answer to every body that cannot be read
    return value
