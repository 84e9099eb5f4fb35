"""People: whose turn it is, who is there, what they say to each other, and what they want to hear of."""

from collections.abc import Callable, Mapping
from datetime import datetime

from listener.desk.looking import Looking
from listener.distribution import Agent, Team
from listener.errors import ListenerError, NotFound
from listener.model import Identity, Ticket, TicketState
from listener.permissions import may
from listener.sla import running
from listener.storage import Transaction
from listener.views import MemberLoad, Mute, Queue, RulePrecision, TeamLoad, TicketSummary, User, Watched
from listener.watching import news

_LOOKED_THROUGH = 1000
_LONGEST_NOTE = 10_000
_SCOPES = ("source:", "query:", "channel:")


class People(Looking):
    """Queues, loads, absences, notes."""

    __slots__ = ()

    def queue(self, user: str, *, now: datetime, limit: int = 20) -> Queue:
        """What one person should look at now, most pressing first."""
        agent = self.staff.agent(user)
        with self.storage.read() as tx:
            open_ones = tx.tickets.listing(TicketState.OPEN, _LOOKED_THROUGH)

            def some(which: Callable[[Ticket], bool]) -> tuple[TicketSummary, ...]:
                return tuple(self._summary(tx, ticket) for ticket in [t for t in open_ones if which(t)][:limit])

            return Queue(
                mine=some(lambda ticket: ticket.assignee == user),
                due_soon=some(lambda ticket: self._concerns(ticket, user, agent) and self._soon(ticket, now)),
                unassigned=some(lambda ticket: ticket.assignee is None and self._may_take(ticket, agent)),
            )

    def _may_take(self, ticket: Ticket, agent: Agent | None) -> bool:
        """Of one of their teams; whoever is in no team sees all."""
        team = self.staff.team(ticket.team)
        return agent is None or not agent.teams or team is None or team.name in agent.teams

    def _concerns(self, ticket: Ticket, user: str, agent: Agent | None) -> bool:
        return ticket.assignee == user or (ticket.assignee is None and self._may_take(ticket, agent))

    def _soon(self, ticket: Ticket, now: datetime) -> bool:
        clock = running(self.sla, ticket, now)
        return clock is not None and clock.used >= min(self.sla.warn, default=100)

    def load(self, *, now: datetime) -> tuple[TeamLoad, ...]:
        """Who has how much in hand, and what waits, by team."""
        with self.storage.read() as tx:
            loads, away, waiting = tx.work.loads(), tx.work.away(now), tx.work.waiting(now)
        found = []
        for team in self.staff.teams:
            names = {team.name} | ({None} if team is self.staff.team(None) else set())
            parts = [waiting.get(name, (0, 0)) for name in names]
            members = tuple(
                MemberLoad(
                    user=agent.name,
                    open=loads.get(agent.name, 0),
                    capacity=agent.capacity,
                    away_until=away.get(agent.name),
                    working=self.staff.works(agent, team, away, now),
                )
                for agent in self.staff.members(team.name)
            )
            late = sum(overdue for _, overdue in parts)
            found.append(TeamLoad(team=team.name, members=members, waiting=sum(w for w, _ in parts), overdue=late))
        return tuple(found)

    def on_call(self, *, now: datetime) -> Mapping[str, tuple[str, ...]]:
        """Who works now, by team."""
        with self.storage.read() as tx:
            away = tx.work.away(now)
        return {team.name: tuple(agent.name for agent in self._there(team, away, now)) for team in self.staff.teams}

    def _there(self, team: Team, away: Mapping[str, datetime], now: datetime) -> list[Agent]:
        return [agent for agent in self.staff.members(team.name) if self.staff.works(agent, team, away, now)]

    # --- users --------------------------------------------------------------------------------------------

    def users(self) -> tuple[User, ...]:
        """Everybody who works with us, by name."""
        with self.storage.read() as tx:
            return self._users(tx)

    def user_of_slack(self, slack_id: str) -> User | None:
        """Whose Slack account it is, as [[agent]] says."""
        return next((user for user in self.users() if user.slack == slack_id), None)

    def may(self, user: User, action: str) -> bool:
        """Whether somebody may do something (listener.permissions.Action)."""
        return may(user.role, action)

    def away(self, user: str, *, until: datetime | None, by: str, now: datetime) -> None:
        """Out of office until a time, None: back. Nothing is given out to them meanwhile."""
        if until is not None and until <= now:
            raise ListenerError("the time lies in the past", where=user, mend="choose a later one")
        with self.storage.begin() as tx:
            self._known(tx, user)
            tx.work.set_away(user, until, by)
            tx.people.note(
                now, by, "away" if until else "back", f"{user}{f' until {until.isoformat()}' if until else ''}"
            )

    # --- words among colleagues ---------------------------------------------------------------------------

    def note(self, ticket_id: int, *, text: str, by: str, now: datetime) -> None:
        """A colleague's note. It never goes to the customer."""
        text = text.strip()
        if not text or len(text) > _LONGEST_NOTE:
            raise ListenerError(f"a note has 1 to {_LONGEST_NOTE} characters", where=f"ticket {ticket_id}")
        with self.storage.begin() as tx:
            self._ticket(tx, ticket_id)
            tx.colleagues.say(ticket_id, text, by, now)
            tx.tickets.touch(ticket_id, by, now)
            tx.people.note(now, by, "note", ticket_id=ticket_id)

    def watch(self, ticket_id: int, *, by: str, on: bool, now: datetime) -> None:
        """Begins or ends watching a ticket."""
        with self.storage.begin() as tx:
            self._ticket(tx, ticket_id)
            if tx.watching.watch(ticket_id, by, on):
                tx.people.note(now, by, "watches" if on else "watches no longer", ticket_id=ticket_id)

    def watched(self, user: str, *, limit: int = 20) -> tuple[Watched, ...]:
        """What somebody watches, with what is new in it since they looked; those with news first, then the latest."""
        with self.storage.read() as tx:
            fresh = news(tx.watching.unseen(user))
            what = {one.ticket_id: one.what for one in fresh}
            ids = list(dict.fromkeys((*what, *tx.watching.watched(user, limit))))[:limit]
            tickets = [ticket for ticket_id in ids if (ticket := tx.tickets.one(ticket_id)) is not None]
            return tuple(
                Watched(row=self._summary(tx, ticket), news=tuple(one.value for one in what.get(ticket.id, ())))
                for ticket in tickets
            )

    def see(self, ticket_id: int, *, by: str) -> None:
        """Somebody looks at a ticket: if they watch it, nothing of it is new to them any more."""
        with self.storage.begin() as tx:
            tx.watching.see(ticket_id, by)

    # --- customers ----------------------------------------------------------------------------------------

    def link_customer(self, source: str, author: str, *, customer: int | None, by: str, now: datetime) -> int:
        """A person says whose name it is: of the customer of this number, or (None) of one not known yet. Returns the
        number. Nothing else is kept of them."""
        identity = Identity(source=source, author=author)
        if not source.strip() or not author.strip():
            raise ListenerError("a customer is known by a source and a name there")
        with self.storage.begin() as tx:
            self._refuse_forgotten(tx, identity)
            if customer is not None and not tx.customers.exists(customer):
                raise NotFound(f"there is no customer {customer}")
            number = tx.customers.link(identity, customer, by, now)
            # whose name it is stays out of the log: that could not forget it
            tx.people.note(now, by, "customer linked", f"customer {number}, source {source}")
        return number

    def _refuse_forgotten(self, tx: Transaction, identity: Identity) -> None:
        if tx.posts.forgotten([(identity.source, identity.author)]):
            raise ListenerError("this person asked to be forgotten")

    # --- alerts -------------------------------------------------------------------------------------------

    def mute(self, *, scope: str, until: datetime, by: str, now: datetime) -> None:
        """No alerts of "source:NAME", "query:BRAND:QUERY" or "channel:ID" until a time; critical ones come through."""
        if not scope.startswith(_SCOPES) or not scope.partition(":")[2].strip():
            raise ListenerError("is nothing to mute", where=scope, mend="source:NAME, query:BRAND:QUERY or channel:ID")
        if until <= now:
            raise ListenerError("the time lies in the past", where=scope, mend="choose a later one")
        with self.storage.begin() as tx:
            tx.alerts.mute(scope, until, by)
            tx.people.note(now, by, "muted", f"{scope} until {until.isoformat(timespec='minutes')}")

    def unmute(self, *, scope: str, by: str, now: datetime) -> None:
        """Alerts again."""
        with self.storage.begin() as tx:
            if tx.alerts.unmute(scope):
                tx.people.note(now, by, "unmuted", scope)

    def mutes(self, *, now: datetime) -> tuple[Mute, ...]:
        """What is muted now."""
        with self.storage.read() as tx:
            return tx.alerts.mutes(now)

    def rule_precision(self) -> tuple[RulePrecision, ...]:
        """What became of each routing rule's alerts."""
        with self.storage.read() as tx:
            return tx.alerts.precision()
