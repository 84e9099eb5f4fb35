"""What clicks in Slack do: each becomes a call of the desk, and the ticket as it is then goes back into the card.

A door like the inbox: no decisions. Whoever clicks is named in the audit log, and approves what they submit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from listener.desk import Desk
from listener.model import Brand, Event, EventKind
from listener.protocols import Alert
from responders.slack.actions import ApproveReply, Claim, Click, NotRelevant, OpenReply, PickSuggestion, Resolve
from responders.slack.socket import Outcome

_ACTIONS: Mapping[type, Callable[[Desk], Callable[..., Any]]] = {
    Claim: lambda desk: desk.claim,
    Resolve: lambda desk: desk.resolve,
    NotRelevant: lambda desk: desk.not_relevant,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SlackDoor:
    """handle() is the Handle of responders.slack.socket. ListenerErrors are shown to the clicker alone."""

    desk: Desk
    brands: Mapping[str, Brand]
    inbox_url: Callable[[int], str | None]
    clock: Callable[[], datetime]

    def handle(self, click: Click) -> Outcome:
        """Does what a click asks for."""
        command = click.command
        if isinstance(command, ApproveReply):
            self.desk.reply(
                command.ticket_id,
                post_id=command.post_id,
                text=command.text,
                approved_by=f"{click.user_name} (Slack)",
                version=command.version,
                now=self.clock(),
            )
        elif not isinstance(command, OpenReply | PickSuggestion):
            act = _ACTIONS[type(command)](self.desk)
            act(command.ticket_id, by=f"{click.user_name} (Slack)", version=command.version, now=self.clock())
        return Outcome(alert=self._alert(command.ticket_id))

    def _alert(self, ticket_id: int) -> Alert:
        """The ticket as it is now, as a card shows it."""
        view = self.desk.ticket(ticket_id)
        event = Event(id=0, kind=EventKind.TICKET_CHANGED, created_at=self.clock(), ticket_id=ticket_id)
        brand = self.brands.get(view.ticket.brand)
        return Alert(event=event, view=view, brand=brand, inbox_url=self.inbox_url(ticket_id))
