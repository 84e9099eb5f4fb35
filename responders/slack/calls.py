"""Messages to single people: calls of those whose clock runs out, to the assignee before it is over, then to who is to
help; and what is new in the tickets that somebody watches.

A responder of its own beside the cards, so that a card that is late never holds up a call, nor the other way round.
"""

import time
from collections.abc import Callable, Mapping

from slack_sdk import WebClient

from listener.errors import PermanentDelivery, TransientDelivery
from listener.model import Event, EventKind
from listener.protocols import Alert, Receipt
from responders.slack.api import Api, Gone
from responders.slack.blocks import marked
from responders.slack.pace import APART, Pace
from responders.slack.stories import call_card, watch_card

_HANDLED = frozenset(
    (EventKind.TICKET_DUE_SOON, EventKind.TICKET_BREACHED, EventKind.TICKET_ESCALATED, EventKind.WATCH_NEWS)
)
NOBODY = "nobody:"
"""The receipt where there is nobody to call: the card in the channel says it all."""


class SlackCalls:
    """A Responder. slack_of: Slack's ID of a user of ours; channels, managers: of a team."""

    name = "slack-calls"

    def __init__(
        self,
        client: WebClient,
        slack_of: Callable[[str], str | None],
        *,
        lang: str = "pl",
        buttons: bool = False,
        channels: Mapping[str, str] | None = None,
        managers: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        apart: float = APART,
    ) -> None:
        self._slack_of = slack_of
        self._lang = lang
        self._buttons = buttons
        self._channels = dict(channels or {})
        self._managers = dict(managers or {})
        self._pace = Pace(clock, sleep, apart)
        self._api = Api(client, self._pace.silence)

    def handles(self, event: Event) -> bool:
        """Whatever somebody should hear of alone."""
        return event.kind in _HANDLED

    def deliver(self, alert: Alert, previous: Receipt | None) -> Receipt:
        """One message to one person or channel. Raises TransientDelivery or PermanentDelivery."""
        channel = self._whom(alert)
        if channel is None:
            return Receipt(reference=NOBODY)
        wait = self._pace.turn(channel)
        if wait > 0:
            raise TransientDelivery("Slack asked to wait", where=f"Slack channel {channel}", retry_after=wait)
        made = watch_card if alert.event.kind is EventKind.WATCH_NEWS else call_card
        card = marked(made(alert, lang=self._lang, buttons=self._buttons), alert.event.id)
        try:
            answer = self._api.call("chat.postMessage", {"channel": channel, **card}, where=channel)
        except Gone as gone:
            raise PermanentDelivery("the conversation is gone", where=f"Slack channel {channel}") from gone
        return Receipt(reference=f"{answer['channel']}:{answer['ts']}")

    def _whom(self, alert: Alert) -> str | None:
        """The conversation to call in: as the event says, else with whoever has the ticket."""
        view, said = alert.view, alert.event.payload
        if view is None:
            return self._direct(_text(said.get("to")))
        team = view.ticket.team or ""
        step = str(said.get("step", ""))
        if step == "team":
            return self._channels.get(team)
        name = self._managers.get(team) if step == "manager" else None
        name = name or _text(said.get("to")) or view.ticket.assignee
        return self._direct(name)

    def _direct(self, name: str | None) -> str | None:
        """The conversation with one of our users; None where their Slack account is not known."""
        slack = self._slack_of(name) if name else None
        return self._conversation(slack) if slack else None

    def _conversation(self, user_id: str) -> str:
        try:
            answer = self._api.call("conversations.open", {"users": user_id}, where=user_id)
        except Gone as gone:
            raise PermanentDelivery("the conversation is gone", where=f"Slack user {user_id}") from gone
        return str(answer["channel"]["id"])


def _text(value: object) -> str | None:
    return value if isinstance(value, str) and value else None
