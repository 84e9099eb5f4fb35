"""Slack over Socket Mode: no public address needed.

Two connections are kept, because Slack closes each from time to time and does not repeat a click that got lost.
"""

import logging

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.socket_mode.builtin import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from listener.errors import ListenerError, PermanentDelivery
from responders.slack.envelopes import from_frame
from responders.slack.failures import failure
from responders.slack.reception import Reception

CONNECTIONS = 2
_log = logging.getLogger("listener.slack")


class SlackSocket:
    """A door of the service. client: with the bot token; app_token: xapp-..., for the connections."""

    def __init__(
        self, app_token: str, client: WebClient, reception: Reception, *, connections: int = CONNECTIONS
    ) -> None:
        self._reception = reception
        self._sockets = [
            SocketModeClient(app_token=app_token, web_client=client, logger=_quiet()) for _ in range(connections)
        ]
        for socket in self._sockets:
            socket.socket_mode_request_listeners.append(self._requested)

    def start(self) -> None:
        """Does what a crash left undone, and connects. PermanentDelivery where Slack refuses the app token."""
        self._reception.start()
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
            _leave(socket)
        self._reception.close()

    def __enter__(self) -> "SlackSocket":
        self.start()
        return self

    def __exit__(self, *args: object) -> None:
        self.close()

    def _requested(self, socket: BaseSocketModeClient, request: SocketModeRequest) -> None:
        envelope = from_frame(request.type, request.payload)
        try:
            payload = None if envelope is None else self._reception.receive(envelope)
        except ListenerError as error:
            _log.error("a click is not acknowledged, so that Slack tells who clicked: %s", error)
            return
        socket.send_socket_mode_response(SocketModeResponse(envelope_id=request.envelope_id, payload=payload))


def _leave(socket: SocketModeClient) -> None:
    try:
        socket.close()
    except AttributeError:
        # slack_sdk's own thread closed the connection between its look at it and its closing: now there is none
        socket.close()


def _quiet() -> logging.Logger:
    # slack_sdk tells of every reconnection, and its debug lines hold whole frames
    logger = logging.getLogger("listener.slack.socket")
    logger.setLevel(logging.WARNING)
    return logger
