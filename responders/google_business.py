"""Answers to reviews on Google Maps, as the place's owner, through the Business Profile API v4.

A PUT sets the one answer that a review has, the same again changes nothing. Google may look at it first (PENDING) or
take it down with the policy that it breaks (REJECTED).
"""

from collections.abc import Generator, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from listener.credentials import BUSINESS_MEND, business_access, business_place, google_words
from listener.errors import Failure, PermanentDelivery
from listener.protocols import Outcome, OutgoingReply, Page, Request
from listener.tokens import ask
from responders.interface import get, text_of
from responders.review_answers import ReviewPublisher, Standing, sent


class GoogleBusinessPublisher(ReviewPublisher):
    """options: as of the source."""

    kind: ClassVar[str] = "google_business"
    longest: ClassVar[int | None] = 4096
    mend: ClassVar[str] = BUSINESS_MEND

    def check(self) -> None:
        """The manager's consent, and the place."""
        business_access(self.config, self.clock)
        business_place(self.config)

    def length(self, text: str) -> int:
        """In bytes."""
        return len(text.encode("utf-8", "replace"))

    def asks(self, request: Request) -> Generator[Request, Page, Page]:
        """With a token of the manager's."""
        return ask(business_access(self.config, self.clock), request)

    def _url(self, reply: OutgoingReply) -> str:
        root, place = business_place(self.config)
        return f"{root}/{place}/reviews/{quote(reply.post.native_id, safe='')}"

    def review(self, reply: OutgoingReply) -> Request:
        """One review."""
        return get(self._url(reply), {})

    def sending(self, reply: OutgoingReply) -> Request:
        """Sets its answer."""
        return sent(f"{self._url(reply)}/reply", "PUT", {"comment": reply.text})

    def standing(self, said: Mapping[str, Any], reply: OutgoingReply) -> Standing | None:
        """Its answer, if Google did not take it down."""
        text, state = text_of(said, "reviewReply", "comment"), text_of(said, "reviewReply", "reviewReplyState")
        return Standing(text=text, pending=state == "PENDING") if text and state != "REJECTED" else None

    def taken(self, said: Mapping[str, Any], reply: OutgoingReply) -> Outcome:
        """What Google thinks of it."""
        state = text_of(said, "reviewReplyState")
        if state == "REJECTED":
            policy = text_of(said, "policyViolation") or "no reason given"
            raise PermanentDelivery(f"Google refused the answer: {policy}", where=self.where, mend="word it anew")
        return Outcome.PENDING_MODERATION if state == "PENDING" else Outcome.PUBLISHED

    def why(self, said: Mapping[str, Any]) -> tuple[str, Failure | None]:
        """Google's words."""
        return google_words(said)
