"""Delivers alerts to a Slack channel: one card per ticket, changed in place, its story in the thread below."""

import http.client
import time
from collections.abc import Callable
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError

from listener.errors import PermanentDelivery, TransientDelivery
from listener.model import Event, EventKind
from listener.protocols import Alert, Receipt
from responders.slack.cards import Card, story, ticket_card, trouble_card
from responders.slack.failures import GONE, failure
from responders.slack.pace import Pace

_TIMEOUT = 15
_UNREACHABLE_WAIT = 20.0
_HANDLED = frozenset(
    (
        EventKind.TICKET_OPENED,
        EventKind.TICKET_APPENDED,
        EventKind.TICKET_CHANGED,
        EventKind.REPLY_PUBLISHED,
        EventKind.REPLY_FAILED,
        EventKind.SOURCE_TROUBLE,
    )
)


def make_responder(
    *, channel: str, token: str, base_url: str | None = None, lang: str = "pl", buttons: bool = False
) -> "SlackResponder":
    """A responder with a client of its own. base_url: of the Web API, only to point at a stand-in."""
    client = make_client(token, base_url)
    return SlackResponder(channel, client, lang=lang, buttons=buttons)


def make_client(token: str, base_url: str | None = None) -> WebClient:
    """A Web API client that never repeats a request by itself: attempts are counted and recorded by the house."""
    url = base_url or WebClient.BASE_URL
    return WebClient(token=token, base_url=url if url.endswith("/") else f"{url}/", timeout=_TIMEOUT, retry_handlers=[])


class SlackResponder:
    """A Responder. channel: its ID; lang: of the cards, "pl" or "en"; buttons: also those that need Socket Mode.

    A crash after sending and before the receipt is recorded sends the same card once more.
    """

    name = "slack"

    def __init__(
        self,
        channel: str,
        client: WebClient,
        *,
        lang: str = "pl",
        buttons: bool = False,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._channel = channel
        self._client = client
        self._lang = lang
        self._buttons = buttons
        self._pace = Pace(clock, sleep)

    def handles(self, event: Event) -> bool:
        """Everything that people should see; an approved reply is seen when it is out."""
        return event.kind in _HANDLED

    def deliver(self, alert: Alert, previous: Receipt | None) -> Receipt:
        """Posts or changes the card. Raises TransientDelivery (also while Slack wants silence) or PermanentDelivery."""
        wait = self._pace.turn()
        if wait > 0:
            raise TransientDelivery("Slack asked to wait", where=self._where(), retry_after=wait)
        if alert.view is None:
            return self._post(trouble_card(alert, lang=self._lang))
        card = ticket_card(alert, lang=self._lang, buttons=self._buttons)
        if previous is None or not self._update(previous, card):
            return self._post(card, channel=_routed(alert))
        channel, ts = _split(previous)
        self._post(story(alert, lang=self._lang), channel=channel, thread=ts)
        return previous

    def _update(self, previous: Receipt, card: Card) -> bool:
        """Whether the old card could be changed; one that is gone is posted anew by the caller."""
        channel, ts = _split(previous)
        shown = {key: value for key, value in card.items() if not key.startswith("unfurl")}
        try:
            self._call("chat.update", {"channel": channel, "ts": ts, **shown})
        except _Gone:
            return False
        return True

    def _post(self, card: Card, *, channel: str | None = None, thread: str | None = None) -> Receipt:
        arguments: dict[str, Any] = {"channel": channel or self._channel, **card}
        if thread:
            arguments["thread_ts"] = thread
        try:
            answer = self._call("chat.postMessage", arguments)
        except _Gone as gone:
            raise PermanentDelivery("the message was deleted in Slack", where=self._where()) from gone
        return Receipt(reference=f"{answer['channel']}:{answer['ts']}")

    def _call(self, method: str, arguments: dict[str, Any]) -> dict[str, Any]:
        try:
            answer = self._client.api_call(method, json=arguments)
        except SlackApiError as error:
            raise self._refusal(error) from None  # the cause would carry the request, and the request the token
        except (SlackClientError, OSError, http.client.HTTPException) as error:
            message = f"Slack cannot be reached: {type(error).__name__}"
            raise TransientDelivery(message, where=self._where(), retry_after=_UNREACHABLE_WAIT) from None
        data = answer.data
        return data if isinstance(data, dict) else {}

    def _refusal(self, error: SlackApiError) -> Exception:
        data = getattr(error.response, "data", None)
        if isinstance(data, dict) and data.get("error") in GONE:
            return _Gone()
        refusal = failure(error, self._where())
        if isinstance(refusal, TransientDelivery) and refusal.retry_after:
            self._pace.silence(refusal.retry_after)
        return refusal

    def _where(self) -> str:
        return f"Slack channel {self._channel}"


class _Gone(Exception):
    """The message to change is not there any more."""


def _routed(alert: Alert) -> str | None:
    """The channel that a routing rule chose for the ticket, where it chose one."""
    channel = alert.event.payload.get("channel")
    return channel if isinstance(channel, str) else None


def _split(receipt: Receipt) -> tuple[str, str]:
    channel, _, ts = receipt.reference.partition(":")
    return channel, ts
