"""Answers to reviews in the App Store, as the developer, through App Store Connect.

Apple takes an answer and shows it hours later: PENDING_PUBLISH is told as awaiting moderation. A POST for a review that
has an answer would replace it.
"""

from collections.abc import Generator, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from listener.credentials import APPLE_MEND, apple_access, apple_app
from listener.errors import Failure
from listener.protocols import Outcome, OutgoingReply, Page, Request
from responders.interface import text_of
from responders.review_answers import ReviewPublisher, Standing, sent


class AppStoreConnectPublisher(ReviewPublisher):
    """options: as of the source; the key's role must allow answering."""

    kind: ClassVar[str] = "app_store_connect"
    longest: ClassVar[int | None] = 5970
    mend: ClassVar[str] = APPLE_MEND

    def check(self) -> None:
        """The key, and the app."""
        apple_access(self.config, self.clock)
        apple_app(self.config)

    def asks(self, request: Request) -> Generator[Request, Page, Page]:
        """Signed anew each time."""
        headers = {**request.headers, **apple_access(self.config, self.clock).headers()}
        page = yield Request(url=request.url, method=request.method, headers=headers, json=request.json, api=True)
        return page

    def review(self, reply: OutgoingReply) -> Request:
        """One review with its answer."""
        number = quote(reply.post.native_id, safe="")
        return Request(url=f"{apple_app(self.config)[0]}/customerReviews/{number}?include=response", api=True)

    def sending(self, reply: OutgoingReply) -> Request:
        """An answer, and the review that it belongs to."""
        review = {"data": {"type": "customerReviews", "id": reply.post.native_id}}
        data = {
            "type": "customerReviewResponses",
            "attributes": {"responseBody": reply.text},
            "relationships": {"review": review},
        }
        return sent(f"{apple_app(self.config)[0]}/customerReviewResponses", "POST", {"data": data})

    def standing(self, said: Mapping[str, Any], reply: OutgoingReply) -> Standing | None:
        """The answer among what came along."""
        included = said.get("included")
        for one in included if isinstance(included, list) else ():
            if text_of(one, "type") == "customerReviewResponses" and text_of(one, "attributes", "responseBody"):
                return Standing(text=text_of(one, "attributes", "responseBody"), pending=_pending(one))
        return None

    def taken(self, said: Mapping[str, Any], reply: OutgoingReply) -> Outcome:
        """Taken; shown later."""
        return Outcome.PENDING_MODERATION if _pending(said.get("data")) else Outcome.PUBLISHED

    def why(self, said: Mapping[str, Any]) -> tuple[str, Failure | None]:
        """Apple's words."""
        errors = said.get("errors")
        first = errors[0] if isinstance(errors, list) and errors else {}
        return ": ".join(part for part in (text_of(first, "title"), text_of(first, "detail")) if part), None


def _pending(one: Any) -> bool:
    return text_of(one, "attributes", "state") == "PENDING_PUBLISH"
