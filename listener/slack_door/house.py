"""What every part of the door stands on: the house behind it, and how things are shown."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from listener.desk import Desk
from listener.digest import Digest
from listener.errors import Conflict, ListenerError
from listener.model import Brand, Event, EventKind, TicketState
from listener.polish import refused
from listener.protocols import Alert
from listener.slack_door.people import People
from listener.views import User
from responders.slack.cards import ticket_card
from responders.slack.commands import Click, Memo, Place
from responders.slack.forms import ticket_to_look_at
from responders.slack.modals import View, told
from responders.slack.reception import Answer
from responders.slack.screen import Screen
from responders.slack.text import moment
from responders.slack.wording import Words, said, wording

Then = Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """brands by id. inbox_url: of a ticket, by its id; None: of the inbox itself. card_of: where the card of a ticket
    stands; digest: of [start, end); sources: names of those configured. lang: what we speak; zone: of "tomorrow"."""

    desk: Desk
    screen: Screen
    people: People
    brands: Mapping[str, Brand]
    inbox_url: Callable[[int | None], str | None]
    clock: Callable[[], datetime]
    card_of: Callable[[int], Place | None]
    digest: Callable[[datetime, datetime], Digest]
    zone: ZoneInfo
    sources: Collection[str] = ()
    lang: str = "pl"

    @property
    def words(self) -> Words:
        """What we say."""
        return wording(self.lang)

    def alert(self, ticket_id: int) -> Alert:
        """The ticket as it is now, as a card shows it."""
        view = self.desk.ticket(ticket_id)
        event = Event(id=0, kind=EventKind.TICKET_CHANGED, created_at=self.clock(), ticket_id=ticket_id)
        brand = self.brands.get(view.ticket.brand)
        return Alert(event=event, view=view, brand=brand, inbox_url=self.inbox_url(ticket_id))

    def show(self, ticket_id: int, otherwise: Place | None = None) -> None:
        """Brings the card of a ticket up to date. otherwise: where it is, where we do not know it."""
        place = self.card_of(ticket_id) or otherwise
        if place is not None:
            self.screen.card(place, ticket_card(self.alert(ticket_id), lang=self.lang, buttons=True))

    def shown_in_form(self, ticket_id: int, place: Place, user: User) -> View:
        """The ticket in a form, for where there is no card."""
        memo = Memo(ticket_id=ticket_id, channel=place.channel, ts=place.ts)
        return ticket_to_look_at(self.alert(ticket_id), memo, me=user.name, lang=self.lang)

    def then_show(self, memo: Memo) -> Answer:
        """The form closes, and the card follows."""
        return Answer(then=lambda: self.show(memo.ticket_id, Place(channel=memo.channel, ts=memo.ts)))

    def open_form(self, click: Click, make: Callable[[], View]) -> bool:
        """Shows a form: in place of the one that the click was made in, else a new one. Where it cannot be made, it
        says why. False where Slack did not open it: they are told."""

        def safely() -> View:
            try:
                return make()
            except Conflict:
                raise
            except ListenerError as error:
                return told(self.words["went_wrong"].format(what=self.refusal(error)), lang=self.lang)

        if click.place.view_id and not click.place.home:
            self.screen.change(click.place.view_id, "", safely)
            return True
        opened = self.screen.open(click.trigger_id, safely)
        if not opened:
            self.tell(click, self.words["too_slow"])
        return opened

    def stale(self, click: Click, user: User, ticket_id: int) -> str:
        """Why a click came too late, in a sentence."""
        view = self.desk.ticket(ticket_id)
        ticket, words = view.ticket, self.words
        last = view.history[-1] if view.history else None
        if ticket.state is TicketState.RESOLVED:
            return words["stale.closed"].format(who=last.actor if last else "–")
        if view.lock and view.lock.by != user.name:
            return words["stale.answering"].format(who=view.lock.by, until=self.hour(view.lock.until))
        if ticket.assignee not in (None, user.name):
            return words["stale.theirs"].format(who=ticket.assignee)
        what = f"{last.actor} {said(last.action, words)}" if last else words["story.ticket.changed"]
        return words["stale.changed"].format(what=what)

    def did_already(self, click: Click, user: User, ticket_id: int, action: str = "") -> bool:
        """Whether a click that is begun again was done before the crash: its giver did something (or just action) to
        the ticket since they gave it."""
        if click.since is None:
            return False
        own = [e for e in self.desk.ticket(ticket_id).history if e.actor == user.name and e.at >= click.since]
        return any(entry.action == action for entry in own) if action else bool(own)

    def refusal(self, error: ListenerError) -> str:
        """What went wrong, in our words."""
        return refused(error) if self.lang == "pl" else str(error)

    def hour(self, when: datetime) -> str:
        """A time of day in our zone, for plain sentences."""
        return when.astimezone(self.zone).strftime("%H:%M")

    def day(self, when: datetime) -> str:
        """A time that may be on another day, for messages."""
        return moment(when)

    def tell(self, click: Click, text: str) -> None:
        """Says something to who clicked, alone."""
        self.screen.tell(click.user_id, click.place, text)
