"""Who may do what: a table. Doors ask it before they call the desk, and the desk where four eyes count."""

from collections.abc import Mapping
from enum import StrEnum

from listener.views import Role


class Action(StrEnum):
    """What somebody may want to do. The values are the names of the desk's methods, where there is one."""

    LOOK = "look"
    NOTE = "note"
    WATCH = "watch"
    CLAIM = "claim"
    ASSIGN = "assign"
    HAND_TO_TEAM = "hand_to_team"
    ANSWERING = "answering"
    REPLY = "reply"
    APPROVE_PROPOSAL = "approve_proposal"
    REJECT_PROPOSAL = "reject_proposal"
    POSTED_BY_HAND = "posted_by_hand"
    DECIDE_UNCERTAIN = "decide_uncertain"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    SNOOZE = "snooze"
    NOT_RELEVANT = "not_relevant"
    CORRECT = "correct"
    TAG = "tag"
    MERGE = "merge"
    SPLIT = "split"
    INCIDENT = "incident"
    HIDE = "hide"
    OPEN_BY_HAND = "open_by_hand"
    LINK_CUSTOMER = "link_customer"
    AWAY = "away"
    AWAY_OTHERS = "away_others"
    MUTE = "mute"
    RULES = "rules"
    AUDIT = "audit"
    ERASE = "erase"
    USERS = "users"


_VIEWER = frozenset({Action.LOOK, Action.WATCH})
_AGENT = _VIEWER | {
    Action.NOTE, Action.CLAIM, Action.ASSIGN, Action.HAND_TO_TEAM, Action.ANSWERING, Action.REPLY,
    Action.POSTED_BY_HAND, Action.DECIDE_UNCERTAIN, Action.RESOLVE, Action.REOPEN, Action.SNOOZE, Action.NOT_RELEVANT,
    Action.CORRECT, Action.TAG, Action.MERGE, Action.SPLIT, Action.INCIDENT, Action.OPEN_BY_HAND,
    Action.LINK_CUSTOMER, Action.AWAY, Action.APPROVE_PROPOSAL, Action.REJECT_PROPOSAL, Action.HIDE,
}  # fmt: skip
_MANAGER = _AGENT | {Action.AWAY_OTHERS, Action.MUTE, Action.RULES, Action.AUDIT}
_ADMIN = _MANAGER | {Action.ERASE, Action.USERS}

TABLE: Mapping[Role, frozenset[Action]] = {
    Role.VIEWER: _VIEWER,
    Role.AGENT: _AGENT,
    Role.MANAGER: _MANAGER,
    Role.ADMIN: _ADMIN,
}


def may(role: Role, action: str) -> bool:
    """Whether a role covers an action; an action that nobody knows is covered by none."""
    return action in TABLE[role]
