"""What happens by the clock: tickets wake, claims go back, clocks warn and escalate, work is given out, what was held
back is told of, crises begin and end. Each chore in transactions of its own; doing one twice does no harm, and what was
told is kept with the ticket, so that nothing is told twice over a restart.
"""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta

from listener import baseline, law
from listener.alerting import AlertPolicy, digest_due, watchers_due
from listener.baseline import CrisisPolicy
from listener.calendars import between
from listener.distribution import Given, Staff, Team, distribute, next_person
from listener.errors import Conflict
from listener.model import Brand, EventKind, Ticket, TicketChange, TicketState
from listener.sla import Clock, Running, Step, resumed, running, step_due, warning
from listener.storage import Storage, Transaction
from listener.triage import TriagePolicy, gone_far
from listener.watching import by_user, news

log = logging.getLogger("listener.clockwork")

_SYSTEM = "system"
_BATCH = 500
_LONGEST_LEGAL = timedelta(days=90)
_GATHERING = timedelta(seconds=10)  # what happens at once is told at once
_OFTEN, _SELDOM, _RARELY = timedelta(seconds=5), timedelta(seconds=20), timedelta(minutes=5)


class Clockwork:
    """The use case. tick() does the chores whose time has come; their rhythm is kept in memory, everything else in the
    database."""

    def __init__(
        self,
        *,
        storage: Storage,
        policy: TriagePolicy,
        staff: Staff,
        alerting: AlertPolicy,
        crisis: CrisisPolicy,
        brands: Mapping[str, Brand],
        clock: Callable[[], datetime],
    ) -> None:
        self._storage = storage
        self._policy = policy
        self._sla = policy.sla
        self._staff = staff
        self._alerting = alerting
        self._crisis = crisis
        self._brands = brands
        self._clock = clock
        self._next: dict[str, datetime] = {}

    def tick(self) -> None:
        """Does what is due. A chore that meets somebody else's change tries again at its next turn."""
        now = self._clock()
        chores: tuple[tuple[str, timedelta, Callable[[datetime], object]], ...] = (
            ("locks", _OFTEN, self.expire_locks),
            ("wake", _OFTEN, self.wake),
            ("claims", _SELDOM, self.release_claims),
            ("distribute", _OFTEN, self.distribute),
            ("warn", _SELDOM, self.warn),
            ("legal", _RARELY, self.warn_of_law),
            ("reach", timedelta(minutes=1), self.look_how_far),
            ("digests", _SELDOM, self.tell_held),
            ("watchers", _SELDOM, self.tell_watchers),
            ("crises", timedelta(minutes=1), self.watch_volume),
        )
        for name, every, chore in chores:
            if now < self._next.get(name, now):
                continue
            self._next[name] = now + every
            try:
                chore(now)
            except Conflict as conflict:
                log.debug("%s: %s", name, conflict)

    # --- locks, claims, sleep -----------------------------------------------------------------------------

    def expire_locks(self, now: datetime) -> int:
        """ "X is answering" ends by itself."""
        with self._storage.begin() as tx:
            return tx.colleagues.expire(now)

    def wake(self, now: datetime) -> int:
        """Tickets that were put off come back, with as much time as was left."""
        with self._storage.read() as tx:
            asleep = tx.tickets.to_wake(now)
        for ticket in asleep:
            with _if_unchanged(ticket), self._storage.begin() as tx:
                self._change(tx, ticket, "woke", now, state=TicketState.OPEN, **resumed(self._sla, ticket, now))
        return len(asleep)

    def release_claims(self, now: datetime) -> int:
        """A claim that its assignee did nothing about for too long goes back to the queue. Only working time counts:
        nobody loses a ticket over night."""
        allowed = self._staff.claim_timeout
        with self._storage.read() as tx:
            found = tx.tickets.stale_claims(now - allowed)
        stale = [ticket for ticket in found if ticket.touched_at and self._worked(ticket.touched_at, now) >= allowed]
        for ticket in stale:
            with _if_unchanged(ticket), self._storage.begin() as tx:
                if tx.colleagues.locked(ticket.id, now) is None and not tx.proposals.waiting(ticket.id):
                    self._change(tx, ticket, "claim ran out", now, ticket.assignee or "", assignee=None)
        return len(stale)

    def _worked(self, since: datetime, now: datetime) -> timedelta:
        return between(self._staff.calendar, since, now)

    def _change(
        self, tx: Transaction, ticket: Ticket, action: str, now: datetime, detail: str = "", **values: object
    ) -> None:
        tx.tickets.change(ticket, now, **values)
        tx.people.note(now, _SYSTEM, action, detail, ticket.id)
        payload = {"by": _SYSTEM, "action": action, "to": values.get("assignee")}
        tx.outbox.add(EventKind.TICKET_CHANGED, now, ticket_id=ticket.id, payload=payload)

    # --- giving out ---------------------------------------------------------------------------------------

    def distribute(self, now: datetime) -> int:
        """Gives waiting tickets to people, team by team."""
        return sum(self._distribute(team, now) for team in self._staff.teams)

    def _distribute(self, team: Team, now: datetime) -> int:
        with self._storage.begin() as tx:
            free = tx.work.open_without_hands()
            waiting = {ticket.id: ticket for ticket in free if self._staff.team(ticket.team) is team}
            if not waiting:
                return 0
            given = {user: Given(count=t.given, last_at=t.last_at) for user, t in tx.work.turns(team.name).items()}
            shares = distribute(
                team,
                self._staff,
                tuple(waiting.values()),
                loads=tx.work.loads(),
                given=given,
                away=tx.work.away(now),
                now=now,
            )
            for one in shares.assignments:
                ticket = waiting[one.ticket_id]
                self._change(tx, ticket, "assigned", now, one.user, assignee=one.user, team=team.name)
            for user, count in shares.given.items():
                tx.work.give(team.name, user, count, now)
        return len(shares.assignments)

    # --- warning and escalating ---------------------------------------------------------------------------

    def warn(self, now: datetime) -> int:
        """Tells of clocks that run out, and calls the next one where they are over. How many tickets."""
        told = 0
        for ticket in self._ticking():
            clock = running(self._sla, ticket, now)
            if clock is None:
                continue
            mark = warning(self._sla, clock.used, ticket.warned)
            step = step_due(self._sla, ticket, clock, now) if self._staff.teams else None
            if mark is None and step is None:
                continue
            with _if_unchanged(ticket), self._storage.begin() as tx:
                if mark is not None and tx.tickets.mark(ticket, warned=mark):
                    self._warn(tx, ticket, clock, mark, now)
                if step is not None:
                    self._escalate(tx, ticket, clock, step, now)
            told += 1
        return told

    def _ticking(self) -> Iterator[Ticket]:
        after = 0
        while True:
            with self._storage.read() as tx:
                batch = tx.tickets.ticking(after, _BATCH)
            yield from batch
            if len(batch) < _BATCH:
                return
            after = batch[-1].id

    def _warn(self, tx: Transaction, ticket: Ticket, clock: Running, mark: int, now: datetime) -> None:
        over = mark >= 100
        kind = EventKind.TICKET_BREACHED if over else EventKind.TICKET_DUE_SOON
        payload = {"clock": clock.clock.value, "percent": mark, "due": clock.due.isoformat(), "to": ticket.assignee}
        tx.outbox.add(kind, now, ticket_id=ticket.id, payload=payload, rank=ticket.priority.rank)
        if over:
            tx.people.note(now, _SYSTEM, "breached", clock.clock.value, ticket.id)

    def _escalate(self, tx: Transaction, ticket: Ticket, clock: Running, step: Step, now: datetime) -> None:
        """Calls the next person, the team, the manager. The next person also gets the ticket."""
        team = self._staff.team(ticket.team)
        level = ticket.escalation + 1
        to = team.name if team else None
        if step is Step.NEXT_PERSON:
            to = next_person(ticket, team, self._staff, loads=tx.work.loads(), away=tx.work.away(now), now=now)
        elif step is Step.MANAGER:
            to = team.manager if team else None
        if step is Step.NEXT_PERSON and to is not None:
            tx.tickets.change(ticket, now, assignee=to, escalation=level)
        elif not tx.tickets.mark(ticket, escalation=level):
            return
        payload = {"clock": clock.clock.value, "step": step.value, "to": to, "from": ticket.assignee}
        tx.outbox.add(EventKind.TICKET_ESCALATED, now, ticket_id=ticket.id, payload=payload, rank=ticket.priority.rank)
        tx.people.note(now, _SYSTEM, "escalated", f"{step.value}: {to or 'nobody there'}", ticket.id)

    def warn_of_law(self, now: datetime) -> int:
        """Tells of deadlines that a law may set."""
        told = after = 0
        while True:
            with self._storage.read() as tx:
                batch = tx.tickets.legal(after, now + _LONGEST_LEGAL, _BATCH)
            for ticket, warned in batch:
                told += self._warn_of_law(ticket, warned, now)
            if len(batch) < _BATCH:
                return told
            after = batch[-1][0].id

    def _warn_of_law(self, ticket: Ticket, warned: int, now: datetime) -> bool:
        with self._storage.read() as tx:
            clocks = law.clocks_of(tx.posts.of_ticket(ticket.id), self._brands.get(ticket.brand))
        if not clocks:
            return False  # its complaint went into another ticket
        mark = warning(self._sla, law.used(clocks[0], now), warned)
        if mark is None and ticket.legal_due == clocks[0].due:
            return False
        payload = {
            "clock": Clock.LEGAL.value, "percent": mark, "due": clocks[0].due.isoformat(), "to": ticket.assignee,
            "regime": clocks[0].regime, "note": clocks[0].note,
        }  # fmt: skip
        with self._storage.begin() as tx:
            # the place may have set another date since
            if not tx.tickets.mark(ticket, legal_warned=warned if mark is None else mark, legal_due=clocks[0].due):
                return False
            if mark is None:
                return False
            tx.outbox.add(
                EventKind.TICKET_DUE_SOON, now, ticket_id=ticket.id, payload=payload, rank=ticket.priority.rank
            )
        return True

    def look_how_far(self, now: datetime) -> int:
        """Raises tickets whose posts went far since. How many."""
        raised = after = 0
        while True:
            with self._storage.read() as tx:
                batch = tx.tickets.reaches(after, _BATCH)
            for ticket, reaches in batch:
                change = gone_far(ticket, reaches, self._policy, now)
                if change is not None:
                    raised += 1
                    self._raise(ticket, change, now)
            if not batch:
                return raised
            after = batch[-1][0].id

    def _raise(self, ticket: Ticket, change: TicketChange, now: datetime) -> None:
        with _if_unchanged(ticket), self._storage.begin() as tx:
            reasons = [*ticket.reasons, *change.reasons]
            tx.tickets.change(
                ticket, now, priority=change.priority, reasons=reasons, first_response_due=change.first_response_due
            )
            tx.people.note(now, _SYSTEM, "goes far", "; ".join(change.reasons), ticket.id)
            payload, rank = {"by": _SYSTEM, "action": "goes far", "raised": True}, change.priority.rank
            tx.outbox.add(EventKind.TICKET_CHANGED, now, ticket_id=ticket.id, payload=payload, rank=rank)

    # --- alerts and volume --------------------------------------------------------------------------------

    def tell_held(self, now: datetime) -> int:
        """One event a channel with all that it did not get."""
        with self._storage.begin() as tx:
            told = 0
            for channel, items in tx.alerts.untold().items():
                if not digest_due(self._alerting, channel, tx.alerts.last_digest(channel), now):
                    continue
                payload = {
                    "channel": channel or None,
                    "items": [{"ticket": ticket_id, "why": why} for ticket_id, why in items],
                }
                tx.outbox.add(EventKind.ALERTS_DIGEST, now, payload=payload)
                tx.alerts.told(channel, now)
                told += 1
        return told

    def tell_watchers(self, now: datetime) -> int:
        """One event a person with what is new in the tickets that they watch. How many people."""
        told = 0
        with self._storage.begin() as tx:
            for user, happened in by_user(tx.watching.untold(now - _GATHERING)).items():
                if not watchers_due(self._alerting, tx.watching.told_at(user), now):
                    continue
                found = news(happened)
                tx.watching.told(user, happened[-1].event_id, now if found else None)
                if found:
                    items = [{"ticket": one.ticket_id, "what": [what.value for what in one.what]} for one in found]
                    tx.outbox.add(EventKind.WATCH_NEWS, now, payload={"to": user, "items": items})
                    told += 1
        return told

    def watch_volume(self, now: datetime) -> None:
        """Begins and ends crises, each told of once."""
        ours = [brand.id for brand in self._brands.values() if not brand.competitor]
        if self._crisis.min_volume <= 0 or not ours:
            return
        weeks, day = baseline.same_hours(self._crisis, now), baseline.hours_before(now)
        with self._storage.read() as tx:
            current = tx.alerts.volumes(ours, [baseline.last_hour(now)])
            loud = [brand for brand in ours if current[brand][0] >= self._crisis.min_volume or tx.alerts.crisis(brand)]
            known = tx.alerts.known_since(loud)
            by_week, by_hour = tx.alerts.volumes(loud, weeks), tx.alerts.volumes(loud, day)
        for brand in loud:
            since = known.get(brand, now)
            history = [n for n, (start, _) in zip(by_week[brand], weeks, strict=True) if start >= since]
            if len(history) < len(weeks) // 2:
                history = [n for n, (start, _) in zip(by_hour[brand], day, strict=True) if start >= since]
            self._judge(brand, current[brand][0], history, now)

    def _judge(self, brand: str, volume: int, history: list[int], now: datetime) -> None:
        normal = baseline.usual(history)
        if normal is None:
            return
        payload = {"brand": brand, "volume": volume, "usual": normal.median}
        with self._storage.begin() as tx:
            if tx.alerts.crisis(brand) is None:
                if baseline.begins(self._crisis, volume, normal) and tx.alerts.begin_crisis(
                    brand, volume, normal.median, now
                ):
                    tx.outbox.add(EventKind.CRISIS_BEGUN, now, payload=payload, rank=3)
                    tx.people.note(now, _SYSTEM, "crisis begun", f"{brand}: {volume} an hour")
            elif baseline.ends(self._crisis, volume, normal) and tx.alerts.end_crisis(brand, now):
                tx.outbox.add(EventKind.CRISIS_ENDED, now, payload=payload)
                tx.people.note(now, _SYSTEM, "crisis ended", f"{brand}: {volume} an hour")


@contextmanager
def _if_unchanged(ticket: Ticket) -> Iterator[None]:
    """Somebody was faster with this ticket: it is looked at again at the chore's next turn, as it is then."""
    try:
        yield
    except Conflict as conflict:
        log.debug("ticket %d: %s", ticket.id, conflict)
