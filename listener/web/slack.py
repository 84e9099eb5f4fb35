"""Slack over HTTP: POST /slack/interactive, /slack/commands and /slack/events.

No log-in and no form token here: Slack's signature over the raw body says who sends. What it asks for is done by the
same workers as over Socket Mode, and answered within three seconds. 401: no valid signature, nothing is done; 400: it
is signed and makes no sense; 503: it cannot be kept, so nothing is done and Slack tells the person.
"""

import logging
from typing import Any, Protocol, runtime_checkable

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from listener.errors import Forged, ListenerError, ParseError
from listener.web.guard import BODY_LIMIT

log = logging.getLogger("listener.slack")
_KINDS = {"interactive": "interactive", "commands": "slash_commands", "events": "events_api"}


@runtime_checkable
class SlackRequests(Protocol):
    """Takes what Slack sends (responders.slack.over_http.SlackHttp)."""

    def receive(self, kind: str, timestamp: str, signature: str, body: bytes) -> dict[str, Any] | None:
        """The JSON to answer with; None for an empty answer. Forged, ParseError."""
        ...


def add_slack(app: FastAPI, slack: SlackRequests) -> None:
    """Adds the addresses to the inbox's application."""
    app.state.slack = slack
    app.router.routes.append(Route("/slack/{name}", _take, methods=["POST"], include_in_schema=False))


async def _take(request: Request) -> Response:
    kind = _KINDS.get(request.path_params["name"])
    if kind is None:
        return PlainTextResponse("nothing is taken here\n", status_code=404)
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT:
            return PlainTextResponse(f"at most {BODY_LIMIT} bytes\n", status_code=413)
    slack: SlackRequests = request.app.state.slack
    timestamp, signature = (request.headers.get(f"x-slack-{name}", "") for name in ("request-timestamp", "signature"))
    try:
        answer = await run_in_threadpool(slack.receive, kind, timestamp, signature, bytes(body))
    except Forged:
        return PlainTextResponse("refused\n", status_code=401)
    except ParseError:
        return PlainTextResponse("not understood\n", status_code=400)
    except ListenerError as error:
        log.error("%s", error)  # noqa: TRY400 - expected: a line for a person, no trace
        return PlainTextResponse("not now\n", status_code=503)
    return Response(status_code=200) if answer is None else JSONResponse(answer)
