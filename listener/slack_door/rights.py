"""Which right each thing that people can do in Slack needs. A table, nothing else."""

from collections.abc import Mapping

from listener.permissions import Action
from responders.slack.commands import (
    Act,
    Approve,
    ChangeReply,
    CloseReply,
    Command,
    Do,
    Form,
    Open,
    ShowHome,
    Slash,
    SubmitAssign,
    SubmitLabels,
    SubmitNote,
    SubmitRejection,
    SubmitReply,
    SubmitSnooze,
    SubmitTicket,
)

_ACTS: Mapping[Act, Action] = {
    Act.CLAIM: Action.CLAIM,
    Act.RESOLVE: Action.RESOLVE,
    Act.REOPEN: Action.REOPEN,
    Act.NOT_RELEVANT: Action.NOT_RELEVANT,
    Act.INCIDENT: Action.INCIDENT,
    Act.CALM: Action.INCIDENT,
    Act.WATCH: Action.WATCH,
    Act.UNWATCH: Action.WATCH,
    Act.HIDE: Action.HIDE,
    Act.UNHIDE: Action.HIDE,
}
_FORMS: Mapping[Form, Action] = {
    Form.REPLY: Action.REPLY,
    Form.SNOOZE: Action.SNOOZE,
    Form.ASSIGN: Action.ASSIGN,
    Form.LABELS: Action.CORRECT,
    Form.NOTE: Action.NOTE,
    Form.SHOW: Action.LOOK,
    Form.REJECT: Action.REJECT_PROPOSAL,
    Form.TICKET: Action.OPEN_BY_HAND,
}
_OTHERS: Mapping[type, Action] = {
    ChangeReply: Action.REPLY,
    SubmitReply: Action.REPLY,
    CloseReply: Action.LOOK,
    SubmitSnooze: Action.SNOOZE,
    SubmitAssign: Action.ASSIGN,
    SubmitLabels: Action.CORRECT,
    SubmitNote: Action.NOTE,
    SubmitTicket: Action.OPEN_BY_HAND,
    Approve: Action.APPROVE_PROPOSAL,
    SubmitRejection: Action.REJECT_PROPOSAL,
    Slash: Action.LOOK,
    ShowHome: Action.LOOK,
}


def right_for(command: Command) -> Action:
    """What a user must be allowed to do for a command."""
    if isinstance(command, Do):
        return _ACTS[command.act]
    if isinstance(command, Open):
        return _FORMS[command.form]
    return _OTHERS[type(command)]
