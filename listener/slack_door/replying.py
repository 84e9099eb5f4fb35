"""Answering in Slack: who writes holds the lock, what the text breaks is seen first, a second person where needed."""

import hashlib
from dataclasses import replace

from listener.errors import Conflict, ListenerError, NotFound
from listener.model import Proposal, SuggestedReply, TicketState, TicketView, Tone, Violation
from listener.slack_door.house import House
from listener.views import User
from responders.slack.commands import (
    Approve,
    ChangeReply,
    Click,
    CloseReply,
    Memo,
    Open,
    Place,
    SubmitRejection,
    SubmitReply,
)
from responders.slack.modals import ReplyDraft, View, reply_form, told
from responders.slack.parts import joined
from responders.slack.reception import Answer
from responders.slack.stories import decided_card
from responders.suggest.slots import signature, tone_of

_NO_SIGNATURE = "no_disclosure"


class Replying(House):
    """The reply form, and proposals."""

    __slots__ = ()

    def open_reply(self, click: Click, command: Open, user: User) -> Answer:
        """Takes the lock and shows the form; where somebody else writes, who and until when."""

        if not self.open_form(click, lambda: self._first_form(click, command, user)):
            self.desk.stop_answering(command.ticket_id, by=user.name, now=self.clock())
        self.show(command.ticket_id, click.place)
        return Answer()

    def _first_form(self, click: Click, command: Open, user: User) -> View:
        view = self.desk.ticket(command.ticket_id)
        if not self.desk.can_publish(view.latest.post.source):
            url = self.inbox_url(command.ticket_id) or ""
            return told(self.words["by_hand"].format(url=url), lang=self.lang)
        try:
            self.desk.answering(command.ticket_id, by=user.name, now=self.clock())
        except Conflict:
            return told(self.stale(click, user, command.ticket_id), lang=self.lang)
        memo = Memo(
            ticket_id=command.ticket_id,
            version=view.ticket.version,
            post_id=view.latest.id,
            channel=click.place.channel,
            ts=click.place.ts,
            lang=_language(view),
        )
        return self._reply_form(view, ReplyDraft(memo=memo, post=view.latest, news=self._theirs(view, user)))

    def _theirs(self, view: TicketView, user: User) -> str:
        """Worth knowing before writing: somebody else has it, or it is closed."""
        ticket = view.ticket
        if ticket.state is TicketState.RESOLVED:
            return self.words["stale.closed"].format(who=ticket.assignee or "–")
        if ticket.assignee not in (None, user.name):
            return self.words["stale.theirs"].format(who=ticket.assignee)
        return ""

    def _reply_form(self, view: TicketView, draft: ReplyDraft) -> View:
        brand, memo = self.brands.get(view.ticket.brand), draft.memo
        drafts = self._drafts(view, memo)
        missing = "" if drafts or draft.news or draft.typed else self.words["language.none"]
        filled = replace(
            draft,
            drafts=drafts,
            signature=signature(brand, memo.lang) if brand else "",
            news=draft.news or missing,
            tone=tone_of(brand, Tone(memo.tone) if memo.tone else None),
            way=view.private.get(draft.post.id),
        )
        return reply_form(filled, lang=self.lang)

    def _drafts(self, view: TicketView, memo: Memo) -> tuple[SuggestedReply, ...]:
        """In the language, the tone, and for the readers that were chosen."""
        if memo.lang == _language(view) and not memo.tone and not memo.private and memo.post_id == view.latest.id:
            return view.suggestions
        tone = Tone(memo.tone) if memo.tone else None
        return self.desk.suggestions(
            memo.ticket_id, post_id=memo.post_id, lang=memo.lang, tone=tone, private=memo.private
        )

    def change_reply(self, click: Click, command: ChangeReply, user: User) -> Answer:
        """Another suggestion, language, tone, reader or part; the lock lives on, and so do a person's own words."""
        memo = command.memo
        self.desk.answering(memo.ticket_id, by=user.name, now=self.clock())

        def make() -> View:
            view = self.desk.ticket(memo.ticket_id)
            post = next((stored for stored in view.posts if stored.id == memo.post_id), view.latest)
            news = self.words["tone.kept"] if command.typed and memo.picked < 0 else ""
            draft = ReplyDraft(memo=memo, post=post, typed=command.typed, sign=command.sign, news=news)
            return self._reply_form(view, draft)

        self.screen.change(click.place.view_id, click.place.view_hash, make)
        return Answer()

    def close_reply(self, click: Click, command: CloseReply, user: User) -> Answer:
        """Gives the lock back."""
        self.desk.stop_answering(command.memo.ticket_id, by=user.name, now=self.clock())
        self.show(command.memo.ticket_id, Place(channel=command.memo.channel, ts=command.memo.ts))
        return Answer()

    def submit_reply(self, click: Click, command: SubmitReply, user: User) -> Answer:
        """Approves the text, once its author saw what it breaks and what happened meanwhile."""
        memo, text = command.memo, joined(command.parts)
        if not text:
            return Answer(errors={command.block: self.words["modal.empty"]})
        view = self.desk.ticket(memo.ticket_id)
        if command.private is not memo.private:
            # chosen in the same moment as the form was sent: nothing goes out to other readers than the form named
            meant = replace(command, memo=replace(memo, private=command.private))
            return self._again(view, meant, self.words["audience.changed"], ())
        if self._said_already(view, memo, text, user):
            return self.then_show(memo)
        text, broken = self._signed(view, memo, text, command.sign)
        if view.ticket.version != memo.version or view.latest.id != memo.post_id:
            return self._again(view, command, self._news(view, memo), ())
        if broken and not (command.anyway and memo.mark == _mark(text)):
            return self._again(view, replace(command, memo=replace(memo, mark=_mark(text))), "", broken)
        return self._approve(click, command, user, text)

    def _approve(self, click: Click, command: SubmitReply, user: User, text: str) -> Answer:
        memo = command.memo
        try:
            made = self.desk.reply(
                memo.ticket_id,
                post_id=memo.post_id,
                text=text,
                approved_by=user.name,
                version=memo.version,
                now=self.clock(),
                private=memo.private,
            )
        except Conflict:
            view = self.desk.ticket(memo.ticket_id)
            return self._again(view, command, self.stale(click, user, memo.ticket_id), ())
        except ListenerError as error:
            return Answer(errors={command.block: self.refusal(error)})
        place = Place(channel=memo.channel, ts=memo.ts)

        def then() -> None:
            self.show(memo.ticket_id, place)
            if isinstance(made, Proposal):
                self.screen.tell(click.user_id, place, self.words["proposed"])

        return Answer(then=then)

    def _signed(self, view: TicketView, memo: Memo, text: str, sign: bool) -> tuple[str, tuple[Violation, ...]]:
        """The text with the line that says who speaks, where it is wanted and missing; and what it breaks."""
        broken = self.desk.check(memo.ticket_id, text, private=memo.private)
        brand = self.brands.get(view.ticket.brand)
        if sign and brand and any(one.rule == _NO_SIGNATURE for one in broken):
            text = f"{text}\n\n{signature(brand, memo.lang or _language(view))}"
            broken = self.desk.check(memo.ticket_id, text, private=memo.private)
        return text, broken

    def _again(self, view: TicketView, command: SubmitReply, news: str, broken: tuple[Violation, ...]) -> Answer:
        """The form once more, with the person's words in it and what they should know."""
        memo = replace(command.memo, version=view.ticket.version, post_id=view.latest.id)
        typed = tuple(part for part in command.parts if part) or ("",)
        draft = ReplyDraft(memo=memo, post=view.latest, typed=typed, sign=command.sign, broken=broken, news=news)
        return Answer(view=self._reply_form(view, draft))

    def _news(self, view: TicketView, memo: Memo) -> str:
        said = self.words["modal.changed"]
        if view.latest.id != memo.post_id:
            said += f"\n{self.words['modal.new_post']} {view.latest.post.text[:500]}"
        return said

    def _said_already(self, view: TicketView, memo: Memo, text: str, user: User) -> bool:
        """A second submit of the same words to the same post and readers is no second answer."""
        brand = self.brands.get(view.ticket.brand)
        signed = f"{text}\n\n{signature(brand, memo.lang or _language(view))}" if brand else text
        me = (user.name, memo.post_id, memo.private)
        own = {one.text for one in view.replies if (one.approved_by, one.post_id, one.private) == me}
        own |= {one.text for one in view.proposals if (one.proposed_by, one.post_id, one.private) == me}
        return bool(own & {text, signed})

    # --- four eyes ----------------------------------------------------------------------------------------

    def approve(self, click: Click, command: Approve, user: User) -> Answer:
        """A second person agrees."""
        proposal = self._proposal(command.ticket_id, command.proposal_id)
        approvals = ("reply approved", "private reply approved")
        if proposal is None and any(self.did_already(click, user, command.ticket_id, one) for one in approvals):
            self.show(command.ticket_id)
            return Answer()
        if proposal is None:
            return self._decided_already(click, command.proposal_id)
        if proposal.proposed_by == user.name:
            self.tell(click, self.words["refused.own"])
            return Answer()
        try:
            self.desk.approve_proposal(command.proposal_id, by=user.name, now=self.clock())
        except (Conflict, NotFound):
            if self._proposal(command.ticket_id, command.proposal_id) is not None:
                raise
            return self._decided_already(click, command.proposal_id)
        line = self.words["proposal.approved"].format(who=user.name)
        self.screen.card(click.place, decided_card(proposal.id, proposal.text, line))
        self.show(command.ticket_id)
        return Answer()

    def reject(self, click: Click, command: SubmitRejection, user: User) -> Answer:
        """A second person does not; who proposed it is told why."""
        memo = command.memo
        if not command.why:
            return Answer(errors={command.block: self.words["reject.empty"]})
        proposal = self._proposal(memo.ticket_id, memo.number)
        if proposal is None and self.did_already(click, user, memo.ticket_id, "proposal rejected"):
            return self.then_show(memo)
        if proposal is None:
            return Answer(errors={command.block: self.words["proposal.gone"]})
        self.desk.reject_proposal(memo.number, why=command.why, by=user.name, now=self.clock())
        line = self.words["proposal.rejected"].format(who=user.name, why=command.why)

        def then() -> None:
            card = decided_card(proposal.id, proposal.text, line)
            self.screen.card(Place(channel=memo.channel, ts=memo.ts), card)
            self.show(memo.ticket_id)
            author = self.people.slack_of(proposal.proposed_by)
            if author is not None and author != click.user_id:
                self.screen.direct(author, card)

        return Answer(then=then)

    def _proposal(self, ticket_id: int, proposal_id: int) -> Proposal | None:
        """A proposal that waits."""
        return next((one for one in self.desk.ticket(ticket_id).proposals if one.id == proposal_id), None)

    def _decided_already(self, click: Click, proposal_id: int) -> Answer:
        self.screen.card(click.place, decided_card(proposal_id, "", self.words["proposal.gone"]))
        self.tell(click, self.words["proposal.gone"])
        return Answer()


def _language(view: TicketView) -> str:
    """What the author wrote in, as far as we can answer in it."""
    found = view.latest.classification
    return "en" if found and found.language == "en" else "pl"


def _mark(text: str) -> str:
    """Which words a person saw the warnings about."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]
