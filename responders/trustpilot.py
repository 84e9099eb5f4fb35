"""Answers to service reviews on Trustpilot, as the company, with an application's key and secret.

What Trustpilot shows in public may lag behind what it took, so an answer that cannot be seen is not sent again.
"""

from collections.abc import Generator, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from listener.credentials import TRUSTPILOT_MEND, trustpilot_access, trustpilot_key, trustpilot_root
from listener.errors import Failure
from listener.protocols import Outcome, OutgoingReply, Page, Request
from listener.tokens import ask
from responders.interface import text_of
from responders.review_answers import ReviewPublisher, Standing, sent


class TrustpilotPublisher(ReviewPublisher):
    """options: api_key, api_secret; business_user, whose name stands under the answer."""

    kind: ClassVar[str] = "trustpilot"
    absence_is_certain: ClassVar[bool] = False
    mend: ClassVar[str] = TRUSTPILOT_MEND

    def check(self) -> None:
        """Key and secret."""
        trustpilot_access(self.config, self.clock)

    def asks(self, request: Request) -> Generator[Request, Page, Page]:
        """Public questions with the key alone, all others with a token."""
        if "apikey" in request.headers:
            return (yield request)
        return (yield from ask(trustpilot_access(self.config, self.clock), request))

    def review(self, reply: OutgoingReply) -> Request:
        """What everybody sees of a review."""
        url = f"{trustpilot_root(self.config)}/reviews/{quote(reply.post.native_id, safe='')}"
        return Request(url=url, headers={**trustpilot_key(self.config), "Cache-Control": "no-cache"}, api=True)

    def sending(self, reply: OutgoingReply) -> Request:
        """The answer, with the person of the company who gives it."""
        url = f"{trustpilot_root(self.config)}/private/reviews/{quote(reply.post.native_id, safe='')}/reply"
        user = self.config.options.get("business_user")
        return sent(url, "POST", {"message": reply.text, **({"authorBusinessUserId": str(user)} if user else {})})

    def standing(self, said: Mapping[str, Any], reply: OutgoingReply) -> Standing | None:
        """The company's reply."""
        text = text_of(said, "companyReply", "text")
        return Standing(text=text) if text else None

    def taken(self, said: Mapping[str, Any], reply: OutgoingReply) -> Outcome:
        """Shown at once, or nearly."""
        return Outcome.PUBLISHED

    def why(self, said: Mapping[str, Any]) -> tuple[str, Failure | None]:
        """Its words."""
        return text_of(said, "message") or text_of(said, "fault", "faultstring"), None
