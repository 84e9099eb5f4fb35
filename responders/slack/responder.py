"""Delivers alerts to Slack channels: one card per ticket, changed in place, its story in the thread below."""

import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk import WebClient

from listener.errors import PermanentDelivery, TransientDelivery
from listener.model import Event, EventKind
from listener.protocols import Alert, Receipt
from responders.slack.api import Api, Gone, make_client
from responders.slack.blocks import Card, changed, marked
from responders.slack.cards import ticket_card
from responders.slack.pace import APART, Pace
from responders.slack.stories import news_card, proposal_card, story, trouble_card

log = logging.getLogger("listener.slack")

_HANDLED = frozenset(
    (
        EventKind.TICKET_OPENED,
        EventKind.TICKET_APPENDED,
        EventKind.TICKET_CHANGED,
        EventKind.REPLY_PUBLISHED,
        EventKind.REPLY_FAILED,
        EventKind.SOURCE_TROUBLE,
        EventKind.TICKET_DUE_SOON,
        EventKind.TICKET_BREACHED,
        EventKind.TICKET_ESCALATED,
        EventKind.PROPOSAL_MADE,
        EventKind.ALERTS_DIGEST,
        EventKind.CRISIS_BEGUN,
        EventKind.CRISIS_ENDED,
    )
)
_SILENT = frozenset(("answering", "stopped answering"))  # the card says it; the thread would be full of it
_CRISIS = frozenset((EventKind.CRISIS_BEGUN, EventKind.CRISIS_ENDED))
_LOOK_BACK = 60.0  # seconds that Slack's clock and ours may be apart
_LOOK_AT = 200


def make_responder(
    *, channel: str, token: str, base_url: str | None = None, lang: str = "pl", buttons: bool = False
) -> "SlackResponder":
    """A responder with a client of its own. base_url: of the Web API, only to point at a stand-in."""
    return SlackResponder(channel, make_client(token, base_url), lang=lang, buttons=buttons)


class SlackResponder:
    """A Responder. channel: its ID; lang: of the cards, "pl" or "en"; buttons: also those whose clicks must reach us.

    teams: team -> channel for tickets that no rule gave one; crisis: channel for news of a crisis; apart: seconds
    between two messages of a channel. An attempt that has no end is looked for in the channel first (this needs the
    scopes to read it); without them a crash after sending sends the same card once more.
    """

    name = "slack"

    def __init__(
        self,
        channel: str,
        client: WebClient,
        *,
        lang: str = "pl",
        buttons: bool = False,
        teams: Mapping[str, str] | None = None,
        crisis: str | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        apart: float = APART,
    ) -> None:
        self._channel = channel
        self._lang = lang
        self._buttons = buttons
        self._teams = dict(teams or {})
        self._crisis = crisis
        self._pace = Pace(clock, sleep, apart)
        self._api = Api(client, self._pace.silence)
        self._doubted: set[int] = set()

    def handles(self, event: Event) -> bool:
        """Everything that people should see; an approved reply is seen when it is out."""
        return event.kind in _HANDLED

    def deliver(self, alert: Alert, previous: Receipt | None) -> Receipt:
        """Posts or changes the card. Raises TransientDelivery (also while Slack wants silence) or PermanentDelivery."""
        if alert.view is None:
            return self._post(alert, self._without_ticket(alert), self._home_of(alert))
        card = ticket_card(alert, lang=self._lang, buttons=self._buttons)
        channel, _, ts = previous.reference.partition(":") if previous else ("", "", "")
        if previous is not None:
            self._our_turn(channel)
            if self._update(channel, ts, card):
                if alert.event.payload.get("action") in _SILENT:
                    return previous
                self._post(alert, self._below(alert), channel, thread=ts, waited=True)
                return previous
        return self._post(alert, card, self._home_of(alert), waited=previous is not None)

    def _without_ticket(self, alert: Alert) -> Card:
        if alert.event.kind is EventKind.SOURCE_TROUBLE:
            return trouble_card(alert, lang=self._lang)
        return news_card(alert, lang=self._lang, buttons=self._buttons)

    def _below(self, alert: Alert) -> Card:
        """What goes into the thread of a card."""
        assert alert.view is not None
        number = alert.event.payload.get("proposal")
        proposal = next((p for p in alert.view.proposals if p.id == number), None)
        if alert.event.kind is EventKind.PROPOSAL_MADE and proposal is not None:
            return proposal_card(proposal, alert, lang=self._lang, buttons=self._buttons)
        return story(alert, lang=self._lang)

    def _home_of(self, alert: Alert) -> str:
        """The channel of a new message: a routing rule's, the team's, else the one for all."""
        routed = alert.event.payload.get("channel")
        if isinstance(routed, str) and routed:
            return routed
        if alert.event.kind in _CRISIS and self._crisis:
            return self._crisis
        team = alert.view.ticket.team if alert.view else alert.event.payload.get("team")
        return self._teams.get(str(team), self._channel)

    def _our_turn(self, channel: str) -> None:
        wait = self._pace.turn(channel)
        if wait > 0:
            raise TransientDelivery("Slack asked to wait", where=f"Slack channel {channel}", retry_after=wait)

    def _update(self, channel: str, ts: str, card: Card) -> bool:
        """Whether the old card could be changed; one that is gone is posted anew by the caller."""
        try:
            self._api.call("chat.update", {"channel": channel, "ts": ts, **changed(card)}, where=channel)
        except Gone:
            return False
        return True

    def _post(self, alert: Alert, card: Card, channel: str, *, thread: str = "", waited: bool = False) -> Receipt:
        """A new message, unless an attempt with unknown end turns out to have sent it."""
        if found := self._found(alert, channel, thread):
            return Receipt(reference=f"{channel}:{found}")
        if not waited:
            self._our_turn(channel)
        arguments: dict[str, Any] = {"channel": channel, **marked(card, alert.event.id)}
        if thread:
            arguments["thread_ts"] = thread
        try:
            answer = self._api.call(
                "chat.postMessage", arguments, where=channel, doubt=lambda: self._doubted.add(alert.event.id)
            )
        except Gone as gone:
            raise PermanentDelivery("the message was deleted in Slack", where=f"Slack channel {channel}") from gone
        self._doubted.discard(alert.event.id)
        return Receipt(reference=f"{answer['channel']}:{answer['ts']}")

    def _found(self, alert: Alert, channel: str, thread: str) -> str | None:
        """ts of the message of an event that we may have sent before; None where there is none, or we may not look."""
        if alert.doubtful_since is None and alert.event.id not in self._doubted:
            return None
        since = alert.doubtful_since or alert.event.created_at
        arguments: dict[str, Any] = {
            "channel": channel,
            "oldest": f"{since.timestamp() - _LOOK_BACK:.6f}",
            "include_all_metadata": "true",
            "limit": _LOOK_AT,
        }
        method = "conversations.history"
        if thread:
            method, arguments = "conversations.replies", {**arguments, "ts": thread}
        try:
            answer = self._api.call(method, arguments, where=channel, form=True)
        except (PermanentDelivery, Gone) as error:
            log.info("%s: cannot look whether it was sent, so it is sent again: %s", channel, error)
            return None
        return next((str(one["ts"]) for one in answer.get("messages", ()) if _event_of(one) == alert.event.id), None)


def _event_of(message: Mapping[str, Any]) -> object:
    payload = (message.get("metadata") or {}).get("event_payload") or {}
    return payload.get("event")
