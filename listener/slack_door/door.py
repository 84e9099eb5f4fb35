"""The door itself: who may come in with what, and what they hear when it does not work."""

import logging
from collections.abc import Callable
from typing import Any

from listener.errors import Conflict, ListenerError
from listener.slack_door.acts import Acts
from listener.slack_door.looking import Looking
from listener.slack_door.replying import Replying
from listener.slack_door.rights import right_for
from listener.views import User
from responders.slack.commands import (
    Approve,
    ChangeReply,
    Click,
    CloseReply,
    Command,
    Do,
    Form,
    Open,
    ShowHome,
    Slash,
    Submission,
    SubmitAssign,
    SubmitLabels,
    SubmitNote,
    SubmitRejection,
    SubmitReply,
    SubmitSnooze,
    SubmitTicket,
)
from responders.slack.home import said_card, stranger_home
from responders.slack.modals import told
from responders.slack.parts import joined
from responders.slack.reception import Answer
from responders.slack.stories import kept_card
from responders.slack.text import fitted

log = logging.getLogger("listener.slack")

_HANDLERS: dict[type, Callable[[Any, Click, Any, User], Answer]] = {
    Do: Acts.do,
    SubmitSnooze: Acts.snooze,
    SubmitAssign: Acts.assign,
    SubmitLabels: Acts.labels,
    SubmitNote: Acts.note,
    SubmitTicket: Acts.new_ticket,
    ChangeReply: Replying.change_reply,
    CloseReply: Replying.close_reply,
    SubmitReply: Replying.submit_reply,
    Approve: Replying.approve,
    SubmitRejection: Replying.reject,
    ShowHome: Looking.home,
    Slash: Looking.slash,
}


class SlackDoor(Acts, Replying, Looking):
    """The Door of responders.slack.reception."""

    __slots__ = ()

    def handle(self, click: Click) -> Answer:
        """Does what somebody wants, where they may. What they hear of it is up to each."""
        user = self.people.of(click)
        if user is None:
            return self._stranger(click)
        right = right_for(click.command)
        if not self.desk.may(user, right):
            log.warning("Slack: %s may not %s", user.name, right.value)
            return self._say(click, self.words["refused.role"])
        try:
            return self._handler(click.command)(self, click, click.command, user)
        except Conflict as error:
            return self._too_late(click, user, error)

    def _handler(self, command: Command) -> Callable[[Any, Click, Any, User], Answer]:
        if isinstance(command, Open):
            return Replying.open_reply if command.form is Form.REPLY else Acts.open_small
        return _HANDLERS[type(command)]

    def _stranger(self, click: Click) -> Answer:
        log.warning("Slack: %s is none of our users", click.user_id)
        if isinstance(click.command, ShowHome):
            self.screen.home(click.user_id, "", lambda: stranger_home(click.user_id, lang=self.lang))
            return Answer()
        return self._say(click, self.words["refused.stranger"].format(id=click.user_id))

    def _too_late(self, click: Click, user: User, error: Conflict) -> Answer:
        """Somebody else was there first: who and what, and the card as it is now."""
        ticket_id = _ticket_of(click.command)
        if ticket_id is None:
            return self.refuse(click, error)
        if self.did_already(click, user, ticket_id):
            self.show(ticket_id, click.place)
            return Answer()
        answer = self._say(click, self.stale(click, user, ticket_id))
        self.show(ticket_id, click.place)
        return answer

    def refuse(self, click: Click, error: ListenerError) -> Answer:
        """Says what went wrong to the one who clicked."""
        return self._say(click, self.words["went_wrong"].format(what=self.refusal(error)))

    def _say(self, click: Click, text: str) -> Answer:
        """Where they look: in the form, below the command, or beside the card."""
        if isinstance(click.command, Slash):
            return Answer(message=said_card(fitted(text, 2000)))
        block = getattr(click.command, "block", "")
        if block:
            return Answer(errors={block: text})
        if isinstance(click.command, Submission):
            return Answer(view=told(text, lang=self.lang))
        if isinstance(click.command, Open) and not click.place.view_id:
            self.open_form(click, lambda: told(text, lang=self.lang))
            return Answer()
        self.tell(click, text)
        return Answer()

    def late(self, click: Click, answer: Answer | None) -> None:
        """Answers after the acknowledgement: by the command's address, else in private, a person's text kept."""
        if isinstance(click.command, Slash):
            card = said_card(self.words["later"]) if answer is None else answer.message
            if card is not None:
                self.screen.respond(click.command.response_url, card)
            return
        if answer is None:
            self.tell(self._home_of(click), self.words["later"])
            return
        if not answer.errors and answer.view is None:
            return
        why = "\n".join(answer.errors.values()) or self.words["modal.changed"]
        if isinstance(click.command, SubmitReply):
            text = joined(click.command.parts)
            self.screen.direct(click.user_id, kept_card(f"{why}\n{self.words['kept']}", text))
        else:
            self.tell(self._home_of(click), why)

    def _home_of(self, click: Click) -> Click:
        """The click as made on the card that its form came from, where there was one."""
        memo = getattr(click.command, "memo", None)
        return self._at(click, memo) if memo is not None and memo.channel else click


def _ticket_of(command: Command) -> int | None:
    memo = getattr(command, "memo", None)
    found = memo.ticket_id if memo is not None else getattr(command, "ticket_id", None)
    return found or None
