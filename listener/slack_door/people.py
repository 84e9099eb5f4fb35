"""Who somebody in Slack is with us."""

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from listener.desk import Desk
from listener.views import Role, User
from responders.slack.commands import Click

log = logging.getLogger("listener.slack")


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """named: Slack user ID or e-mail address -> user ([slack.users]); email: asks Slack for somebody's address.

    Where nobody at all is named, neither here nor by an [[agent]]'s slack, everybody in the workspace counts as an
    agent, under their Slack name: being in the workspace is the log-in then, as being on this machine is for the inbox.
    """

    desk: Desk
    named: Mapping[str, str]
    email: Callable[[str], str | None]
    _addresses: dict[str, str] = field(default_factory=dict)

    def of(self, click: Click) -> User | None:
        """The user; None for a stranger."""
        users = self.desk.users()
        found = next((user for user in users if user.slack == click.user_id), None)
        if found is not None:
            return found
        name = self.named.get(click.user_id) or self._by_address(click.user_id, users)
        if name is not None:
            known = next((user for user in users if user.name == name), None)
            return known or User(name=name, role=Role.AGENT, slack=click.user_id)
        if not self.named and not any(user.slack for user in users):
            return User(name=f"{click.user_name or click.user_id} (Slack)", role=Role.AGENT, slack=click.user_id)
        return None

    def slack_of(self, name: str) -> str | None:
        """Slack's ID of one of our users, where it is known without asking."""
        found = next((user.slack for user in self.desk.users() if user.name == name), None)
        return found or next((key for key, user in self.named.items() if user == name and "@" not in key), None)

    def _by_address(self, slack_id: str, users: tuple[User, ...]) -> str | None:
        """By e-mail: as configured, or that of a user who is called by their address."""
        addresses = {key.lower(): name for key, name in self.named.items() if "@" in key}
        addresses |= {user.name.lower(): user.name for user in users if "@" in user.name}
        if not addresses:
            return None
        if slack_id not in self._addresses:
            asked = self.email(slack_id)
            if asked is None:
                return None
            self._addresses[slack_id] = asked
        return addresses.get(self._addresses[slack_id])
