"""Answers to reviews on Google Play, as the app's developer, through the Android Publisher API v3.

Google takes about 350 characters, strips tags, and shows an answer at once. A review that was not changed for a week
can still be answered, but may be out of the API's sight for reading back.
"""

from collections.abc import Generator, Mapping
from typing import Any, ClassVar
from urllib.parse import quote

from listener.credentials import PLAY_MEND, google_words, play_access, play_app
from listener.errors import Failure
from listener.protocols import Outcome, OutgoingReply, Page, Request
from listener.tokens import ask
from responders.interface import get, text_of
from responders.review_answers import ReviewPublisher, Standing, sent


class GooglePlayPublisher(ReviewPublisher):
    """options: as of the source, service_account."""

    kind: ClassVar[str] = "google_play"
    longest: ClassVar[int | None] = 350
    mend: ClassVar[str] = PLAY_MEND

    def check(self) -> None:
        """The account's key, and the app."""
        play_access(self.config, self.clock)
        play_app(self.config)

    def length(self, text: str) -> int:
        """In units of UTF-16, which is never less than what Google may count."""
        return len(text.encode("utf-16-le", "replace")) // 2

    def asks(self, request: Request) -> Generator[Request, Page, Page]:
        """With a token of the service account."""
        return ask(play_access(self.config, self.clock), request)

    def _url(self, reply: OutgoingReply) -> str:
        root, package = play_app(self.config)
        number = quote(reply.post.native_id, safe="")
        return f"{root}/androidpublisher/v3/applications/{quote(package)}/reviews/{number}"

    def review(self, reply: OutgoingReply) -> Request:
        """One review."""
        return get(self._url(reply), {})

    def sending(self, reply: OutgoingReply) -> Request:
        """The method `reply` of a review."""
        return sent(f"{self._url(reply)}:reply", "POST", {"replyText": reply.text})

    def standing(self, said: Mapping[str, Any], reply: OutgoingReply) -> Standing | None:
        """The developer's comment that was edited last."""
        comments = said.get("comments")
        rows = [one for one in comments if isinstance(one, dict)] if isinstance(comments, list) else []
        answers = [one["developerComment"] for one in rows if isinstance(one.get("developerComment"), dict)]
        found = max(answers, key=_edited, default=None)
        return Standing(text=text_of(found, "text")) if found is not None else None

    def taken(self, said: Mapping[str, Any], reply: OutgoingReply) -> Outcome:
        """Shown at once."""
        return Outcome.PUBLISHED

    def why(self, said: Mapping[str, Any]) -> tuple[str, Failure | None]:
        """Google's words."""
        return google_words(said)


def _edited(comment: Mapping[str, Any]) -> int:
    seconds = text_of(comment, "lastModified", "seconds")
    return int(seconds) if seconds.isdecimal() else 0
