"""Clicks in Slack, over Socket Mode: acknowledged at once, handed on as typed commands, the result shown.

Two connections are kept, because Slack closes each from time to time and does not repeat a click that got lost.
"""

import logging
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLong
from dataclasses import dataclass
from types import TracebackType
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from listener.errors import ListenerError, ParseError, PermanentDelivery
from listener.protocols import Alert
from responders.slack.actions import ApproveReply, Click, FormPlace, OpenReply, PickSuggestion, read_click
from responders.slack.cards import ticket_card
from responders.slack.failures import failure
from responders.slack.modals import reply_form
from responders.slack.text import cut, fitted
from responders.slack.wording import wording

log = logging.getLogger("listener.slack")

CONNECTIONS = 2
_ACK_WITHIN = 2.0  # seconds; Slack gives up after 3
_WORKERS = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of a command. alert: the ticket as it is now, for card or form; note: for the clicker alone."""

    alert: Alert | None = None
    note: str = ""


Handle = Callable[[Click], Outcome]
"""Does what a click asks for. A ListenerError is shown to the clicker alone, in its own words."""


class SlackSocket:
    """Listens until closed. client: with the bot token; app_token: xapp-..., for the connections."""

    def __init__(
        self, app_token: str, client: WebClient, handle: Handle, *, lang: str = "pl", connections: int = CONNECTIONS
    ) -> None:
        self._client = client
        self._handle = handle
        self._lang = lang
        self._words = wording(lang)
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="slack-click")
        self._sockets = [
            SocketModeClient(app_token=app_token, web_client=client, logger=_quiet()) for _ in range(connections)
        ]
        for socket in self._sockets:
            socket.socket_mode_request_listeners.append(self._requested)

    def start(self) -> None:
        """Connects. PermanentDelivery where Slack refuses the app token."""
        for socket in self._sockets:
            try:
                socket.connect()
            except SlackApiError as error:
                self.close()
                refusal = failure(error, "Slack Socket Mode")
                mend = "put the app-level token (xapp-..., scope connections:write) into SLACK_APP_TOKEN"
                raise PermanentDelivery(refusal.message, where=refusal.where, mend=mend) from None

    def close(self) -> None:
        """Leaves. Clicks in hand are finished."""
        for socket in self._sockets:
            socket.close()
        self._workers.shutdown(wait=True)

    def __enter__(self) -> "SlackSocket":
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _requested(self, socket: BaseSocketModeClient, request: SocketModeRequest) -> None:
        click = self._read(request)
        if click is None:
            _acknowledge(socket, request)
        elif isinstance(click.command, ApproveReply):
            _acknowledge(socket, request, self._submitted(click))
        else:
            _acknowledge(socket, request)
            self._workers.submit(self._clicked, click)

    def _read(self, request: SocketModeRequest) -> Click | None:
        if request.type != "interactive":
            return None
        try:
            return read_click(request.payload)
        except ParseError as error:
            log.warning("%s", error)
            return None

    def _submitted(self, click: Click) -> dict[str, Any] | None:
        """The answer to a form: None closes it, errors keep it open. A slow handler answers on the card instead."""
        assert isinstance(click.command, ApproveReply)
        if not click.command.text:
            return self._errors(click, self._words["modal.empty"])
        work = self._workers.submit(self._handle, click)
        try:
            outcome = work.result(timeout=_ACK_WITHIN)
        except TooLong:
            work.add_done_callback(lambda done: self._late(click, done))
            self._workers.submit(self._tell, click, self._words["later"])
            return None
        except ListenerError as error:
            return self._errors(click, str(error))
        self._workers.submit(self._show, click, outcome)
        return None

    @staticmethod
    def _errors(click: Click, message: str) -> dict[str, Any]:
        return {"response_action": "errors", "errors": {click.block: cut(message, 1000)}}

    def _late(self, click: Click, done: "Future[Outcome]") -> None:
        error = done.exception()
        if error is None:
            self._show(click, done.result())
        elif isinstance(error, ListenerError):
            self._tell(click, str(error))
        else:
            log.error("a click failed", exc_info=error)

    def _clicked(self, click: Click) -> None:
        try:
            outcome = self._handle(click)
        except ListenerError as error:
            self._tell(click, str(error))
        except Exception:
            # a bug behind one button must not stop the others; the log has the whole of it
            log.exception("a click failed")
        else:
            self._show(click, outcome)

    def _show(self, click: Click, outcome: Outcome) -> None:
        if outcome.alert is not None and outcome.alert.view is not None:
            if isinstance(click.command, OpenReply):
                self._open(click, outcome.alert)
            elif isinstance(click.command, PickSuggestion):
                self._refill(click.command, click, outcome.alert)
            else:
                card = ticket_card(outcome.alert, lang=self._lang, buttons=True)
                shown = {key: value for key, value in card.items() if not key.startswith("unfurl")}
                self._call("chat.update", {"channel": click.channel, "ts": click.ts, **shown})
        if outcome.note:
            self._tell(click, outcome.note)

    def _open(self, click: Click, alert: Alert) -> None:
        assert alert.view is not None
        ticket = alert.view.ticket
        place = FormPlace(
            ticket_id=ticket.id,
            version=ticket.version,
            post_id=alert.view.latest.id,
            channel=click.channel,
            ts=click.ts,
        )
        self._call(
            "views.open", {"trigger_id": click.trigger_id, "view": reply_form(alert.view, place, lang=self._lang)}
        )

    def _refill(self, command: PickSuggestion, click: Click, alert: Alert) -> None:
        assert alert.view is not None
        place = FormPlace(
            ticket_id=command.ticket_id,
            version=command.version,
            post_id=command.post_id,
            channel=click.channel,
            ts=click.ts,
        )
        form = reply_form(alert.view, place, picked=command.index, lang=self._lang)
        self._call("views.update", {"view_id": command.view_id, "hash": command.view_hash, "view": form})

    def _tell(self, click: Click, note: str) -> None:
        text = fitted(note, 1000)
        arguments = {"channel": click.channel, "user": click.user_id, "text": text, "thread_ts": click.ts}
        self._call("chat.postEphemeral", {**arguments, "parse": "none", "link_names": False})

    def _call(self, method: str, arguments: Mapping[str, Any]) -> None:
        try:
            self._client.api_call(method, json=dict(arguments))
        except SlackApiError as error:
            log.warning("%s", failure(error, method))
        except (SlackClientError, OSError) as error:
            log.warning("%s: Slack cannot be reached: %s", method, type(error).__name__)


def _acknowledge(
    socket: BaseSocketModeClient, request: SocketModeRequest, payload: dict[str, Any] | None = None
) -> None:
    socket.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))


def _quiet() -> logging.Logger:
    # slack_sdk tells of every reconnection, and its debug lines hold whole frames
    logger = logging.getLogger("listener.slack.socket")
    logger.setLevel(logging.WARNING)
    return logger
