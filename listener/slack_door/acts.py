"""One click, or one small form, and something is different."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from listener.errors import ListenerError
from listener.model import Ticket
from listener.slack_door.house import House
from listener.slack_door.times import snoozed_until
from listener.views import User
from responders.slack.commands import (
    Act,
    Click,
    Do,
    Form,
    Memo,
    Open,
    Place,
    SubmitAssign,
    SubmitLabels,
    SubmitNote,
    SubmitSnooze,
    SubmitTicket,
)
from responders.slack.forms import (
    Candidate,
    assign_form,
    labels_form,
    note_form,
    rejection_form,
    snooze_form,
    ticket_form,
)
from responders.slack.modals import View, told
from responders.slack.reception import Answer
from responders.slack.text import web_address


class Acts(House):
    """Claiming, closing, putting off, giving away, labelling, noting."""

    __slots__ = ()

    def do(self, click: Click, command: Do, user: User) -> Answer:
        """One of the acts, then the card or form that it was clicked in."""
        if command.act in (Act.WATCH, Act.UNWATCH):
            on = command.act is Act.WATCH
            self.desk.watch(command.ticket_id, by=user.name, on=on, now=self.clock())
        else:
            given: dict[str, Any] = {"by": user.name, "version": command.version, "now": self.clock()}
            self._acts()[command.act](command.ticket_id, **given)
        self.show(command.ticket_id, click.place)
        if click.place.view_id and not click.place.home:
            self.screen.change(click.place.view_id, "", lambda: self.shown_in_form(command.ticket_id, Place(), user))
        return Answer()

    def _acts(self) -> Mapping[Act, Callable[..., Ticket]]:
        desk = self.desk
        return {
            Act.CLAIM: desk.claim,
            Act.RESOLVE: desk.resolve,
            Act.REOPEN: desk.reopen,
            Act.NOT_RELEVANT: desk.not_relevant,
            Act.INCIDENT: lambda ticket_id, **given: desk.incident(ticket_id, on=True, **given),
            Act.CALM: lambda ticket_id, **given: desk.incident(ticket_id, on=False, **given),
            Act.HIDE: lambda ticket_id, **given: desk.hide(ticket_id, post_id=0, hidden=True, **given),
            Act.UNHIDE: lambda ticket_id, **given: desk.hide(ticket_id, post_id=0, hidden=False, **given),
        }

    def open_small(self, click: Click, command: Open, user: User) -> Answer:
        """Shows one of the small forms, or the ticket."""

        self.open_form(click, lambda: self._form(click, command, user))
        return Answer()

    def _form(self, click: Click, command: Open, user: User) -> View:
        lang = self.lang
        if command.form is Form.TICKET:
            brands = tuple(brand for brand in self.brands.values() if not brand.competitor)
            if not brands:
                return told(self.words["new.no_brand"], lang=lang)
            return ticket_form(brands, url=command.url, text=command.text, author=command.author, lang=lang)
        if command.form is Form.SHOW:
            self.desk.see(command.ticket_id, by=user.name)
            return self.shown_in_form(command.ticket_id, click.place, user)
        view = self.desk.ticket(command.ticket_id)
        memo = Memo(
            ticket_id=command.ticket_id,
            version=command.version,
            post_id=view.latest.id,
            channel=click.place.channel,
            ts=click.place.ts,
            number=command.number,
        )
        if command.form is Form.ASSIGN:
            teams = [team.name for team in self.desk.staff.teams]
            return assign_form(memo, self._candidates(), teams, lang=lang)
        if command.form is Form.LABELS:
            return labels_form(memo, view.latest, lang=lang)
        if command.form is Form.NOTE:
            return note_form(memo, view.ticket.tags, view.notes, lang=lang)
        if command.form is Form.REJECT:
            return rejection_form(memo, lang=lang)
        return snooze_form(memo, lang=lang)

    def _candidates(self) -> list[Candidate]:
        """Our users who may work on tickets, those with the least in hand first, those off work last."""
        loads = {member.user: member for team in self.desk.load(now=self.clock()) for member in team.members}
        found = []
        for user in self.desk.users():
            if self.desk.may(user, "claim"):
                load = loads.get(user.name)
                here = load is None or load.working
                found.append(Candidate(name=user.name, open=load.open if load else 0, here=here))
        return sorted(found, key=lambda one: (not one.here, one.open, one.name))

    def snooze(self, click: Click, command: SubmitSnooze, user: User) -> Answer:
        """Puts a ticket off."""
        now, memo = self.clock(), command.memo
        until = snoozed_until(command.until, command.at, now, self.zone)
        if until is None:
            return Answer(errors={command.block: self.words["snooze.past"]})
        self.desk.snooze(memo.ticket_id, until=until, by=user.name, version=memo.version, now=now)
        return self.then_show(memo)

    def assign(self, click: Click, command: SubmitAssign, user: User) -> Answer:
        """Gives a ticket to somebody, to a team, or back."""
        memo = command.memo
        given: dict[str, Any] = {"by": user.name, "version": memo.version, "now": self.clock()}
        if command.team is not None:
            self.desk.hand_to_team(memo.ticket_id, team=command.team, **given)
        else:
            self.desk.assign(memo.ticket_id, to=command.user, **given)
        return self.then_show(memo)

    def labels(self, click: Click, command: SubmitLabels, user: User) -> Answer:
        """Keeps what the post really says, for the classifier to learn from."""
        if not self.did_already(click, user, command.memo.ticket_id, "labels corrected"):
            self.desk.correct(command.memo.post_id, labels=command.labels, by=user.name, now=self.clock())
        return Answer(then=lambda: self.tell(self._at(click, command.memo), self.words["labels.thanks"]))

    def note(self, click: Click, command: SubmitNote, user: User) -> Answer:
        """Keeps a note for colleagues, and the tags as they are now. Neither ever goes out."""
        memo, now = command.memo, self.clock()
        ticket = self.desk.ticket(memo.ticket_id).ticket
        wanted = {tag.lower() for tag in command.tags}
        if wanted != set(ticket.tags):
            add = [tag for tag in command.tags if tag.lower() not in ticket.tags]
            gone = [tag for tag in ticket.tags if tag not in wanted]
            self.desk.tag(memo.ticket_id, add=add, remove=gone, by=user.name, version=ticket.version, now=now)
        if command.text and not self.did_already(click, user, memo.ticket_id, "note"):
            self.desk.note(memo.ticket_id, text=command.text, by=user.name, now=now)
        return self.then_show(memo)

    def new_ticket(self, click: Click, command: SubmitTicket, user: User) -> Answer:
        """A ticket out of what a person found."""
        if web_address(command.url) is None:
            return Answer(errors={command.block: self.words["new.wrong_url"]})
        try:
            ticket = self.desk.open_by_hand(
                url=command.url,
                text=command.text,
                author=command.author or None,
                brand=command.brand,
                by=user.name,
                now=self.clock(),
            )
        except ListenerError as error:
            return Answer(errors={command.block: self.refusal(error)})
        return Answer(then=lambda: self.tell(click, self.words["new.done"].format(id=ticket.id)))

    @staticmethod
    def _at(click: Click, memo: Memo) -> Click:
        """The click as if it was made on the card that its form came from."""
        return replace(click, place=Place(channel=memo.channel, ts=memo.ts))
