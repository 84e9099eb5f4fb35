"""Answers on Allegro as the seller: to a rating (one answer), and in a discussion or complaint (a message).

A message in a complaint is no decision on it: accepting or rejecting is a legal act, and people do it on Allegro.
"""

from collections.abc import Generator, Mapping
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote

from listener.credentials import ALLEGRO_MEND, allegro_access, allegro_root
from listener.errors import Failure, PermanentDelivery
from listener.protocols import Conversation, Outcome, OutgoingReply, Page, Published, Request
from listener.tokens import ask
from responders.interface import SKEW, answer, text_of, words
from responders.review_answers import ReviewPublisher, Standing, sent

PUBLIC = "application/vnd.allegro.public.v1+json"
BETA = "application/vnd.allegro.beta.v1+json"
LONGEST_MESSAGE = 20_000
_PER_PAGE = 100
_MOST_PAGES = 5


class AllegroPublisher(ReviewPublisher):
    """options: as of the source."""

    kind: ClassVar[str] = "allegro"
    mend: ClassVar[str] = ALLEGRO_MEND

    def check(self) -> None:
        """The seller's consent."""
        allegro_access(self.config, self.clock)

    def asks(self, request: Request) -> Generator[Request, Page, Page]:
        """With the seller's token."""
        return ask(allegro_access(self.config, self.clock), request)

    def publish(self, reply: OutgoingReply) -> Conversation[Published]:
        """To a rating as to any review; in an issue as a message."""
        issue = _issue(reply)
        if issue is None:
            return (yield from super().publish(reply))
        if len(reply.text) > LONGEST_MESSAGE:
            raise PermanentDelivery(f"Allegro takes {LONGEST_MESSAGE} characters", where=self.where, mend="shorten it")
        page = yield from self.asks(self._get(f"/sale/issues/{issue}", BETA))
        self._check(page)
        state = answer(page).get("currentState")
        if isinstance(state, dict) and state.get("chatActive") is False:
            raise PermanentDelivery("the conversation is closed", where=self.where, mend="write to the buyer elsewhere")
        body = {"text": reply.text, "type": "REGULAR"}
        page = yield from self.asks(
            sent(f"{allegro_root(self.config)}/sale/issues/{issue}/message", "POST", body, _typed(BETA))
        )
        self._check(page)
        number = text_of(answer(page), "id")
        return self._message(reply, number) if number else self._published(reply, pending=False)

    def find(self, reply: OutgoingReply) -> Conversation[Published | None]:
        """Our answer to the rating, or our message in the issue since its approval."""
        issue = _issue(reply)
        if issue is None:
            return (yield from super().find(reply))
        for number in range(_MOST_PAGES):
            path = f"/sale/issues/{issue}/chat?limit={_PER_PAGE}&offset={number * _PER_PAGE}"
            page = yield from self.asks(self._get(path, BETA))
            self._check(page)
            chat = answer(page).get("chat")
            rows = [one for one in chat if isinstance(one, dict)] if isinstance(chat, list) else []
            found = next((one for one in rows if _is(one, reply)), None)
            if found is not None:
                return self._message(reply, text_of(found, "id"))
            if len(rows) < _PER_PAGE:
                break
        return None

    def _message(self, reply: OutgoingReply, number: str) -> Published:
        thread = reply.post.native_id.partition("#")[0]
        return Published(outcome=Outcome.PUBLISHED, url=reply.post.url, native_id=f"{thread}#{number}")

    def _get(self, path: str, form: str) -> Request:
        headers = {"Accept": form, "Accept-Language": "pl-PL"}
        return Request(url=allegro_root(self.config) + path, headers=headers, api=True)

    # --- a rating ---------------------------------------------------------------------------------------------

    def _rating(self, reply: OutgoingReply) -> str:
        kind, _, number = reply.post.native_id.partition("/")
        if kind != "rating" or not number:
            raise PermanentDelivery("not a rating or an issue", where=self.where)
        return quote(number, safe="")

    def review(self, reply: OutgoingReply) -> Request:
        """One rating."""
        return self._get(f"/sale/user-ratings/{self._rating(reply)}", PUBLIC)

    def sending(self, reply: OutgoingReply) -> Request:
        """Sets its answer."""
        url = f"{allegro_root(self.config)}/sale/user-ratings/{self._rating(reply)}/answer"
        return sent(url, "PUT", {"message": reply.text}, _typed(PUBLIC))

    def standing(self, said: Mapping[str, Any], reply: OutgoingReply) -> Standing | None:
        """Its answer."""
        text = text_of(said, "answer", "message")
        return Standing(text=text) if text else None

    def taken(self, said: Mapping[str, Any], reply: OutgoingReply) -> Outcome:
        """Shown at once."""
        return Outcome.PUBLISHED

    def why(self, said: Mapping[str, Any]) -> tuple[str, Failure | None]:
        """Allegro's words."""
        errors = said.get("errors")
        first = errors[0] if isinstance(errors, list) and errors else {}
        return text_of(first, "userMessage") or text_of(first, "message"), None


def _issue(reply: OutgoingReply) -> str | None:
    kind, _, number = reply.post.native_id.partition("#")[0].partition("/")
    return quote(number, safe="") if kind == "issue" and number else None


def _typed(form: str) -> dict[str, str]:
    return {"Accept": form, "Content-Type": form, "Accept-Language": "pl-PL"}


def _is(one: Mapping[str, Any], reply: OutgoingReply) -> bool:
    try:
        at = datetime.fromisoformat(text_of(one, "createdAt"))
    except ValueError:
        return False
    recent = at.tzinfo is not None and at >= reply.approved_at - SKEW
    return recent and text_of(one, "author", "role") == "SELLER" and words(text_of(one, "text")) == words(reply.text)
