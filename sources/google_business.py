"""Reviews of a place on Google Maps, through the Business Profile API v4 of its verified owner.

The URL is the place's name in the API: https://mybusiness.googleapis.com/v4/accounts/ID/locations/ID. The list comes by
last change, so an edited review comes back to the top.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlencode

from listener.credentials import BUSINESS_MEND, business_access, business_place, google_words
from listener.errors import Failure
from listener.model import Post
from listener.protocols import Ability, Page, Request
from listener.tokens import Grant
from sources.payload import Object, inner, objects, text_at
from sources.reviews_api import Batch, ReviewsApi, moment

STARS = {"ONE": 1.0, "TWO": 2.0, "THREE": 3.0, "FOUR": 4.0, "FIVE": 5.0}
_TRANSLATED, _ORIGINAL = "(Translated by Google)", "(Original)"


def original(comment: str) -> str:
    """What the reviewer wrote, without the translation that Google puts before or behind it."""
    if _TRANSLATED not in comment:
        return comment.strip()
    if comment.lstrip().startswith(_TRANSLATED):
        return comment.partition(_ORIGINAL)[2].strip() or comment.replace(_TRANSLATED, "", 1).strip()
    return comment.partition(_TRANSLATED)[0].strip()


class GoogleBusiness(ReviewsApi):
    """Source kind `google_business`. options: client_id, client_secret and refresh_token of an account that manages
    the place, or service_account of one that was made a manager."""

    kind: ClassVar[str] = "google_business"
    abilities: ClassVar[frozenset[Ability]] = frozenset({
        Ability.REPLY, Ability.VERIFY, Ability.EDIT, Ability.BACKFILL,
    })  # fmt: skip
    example: ClassVar[str] = "https://mybusiness.googleapis.com/v4/accounts/123/locations/456"
    OWNER: ClassVar[str] = "Google: owner"
    mend: ClassVar[str] = BUSINESS_MEND
    most_pages: ClassVar[int] = 100

    def access(self) -> Grant:
        """A token for the manager's account."""
        return business_access(self.config, self.clock)

    def first_page(self) -> Request:
        """The fifty that changed last."""
        return self._page(None)

    def _page(self, token: str | None) -> Request:
        root, place = business_place(self.config)
        asked = {"pageSize": "50", "orderBy": "updateTime desc", **({"pageToken": token} if token else {})}
        return Request(url=f"{root}/{place}/reviews?{urlencode(asked)}", tag="reviews")

    def why(self, page: Page, answer: Object) -> tuple[str, Failure | None]:
        """Google's words."""
        return google_words(answer)

    def batch(self, page: Page, answer: Object) -> Batch:
        """Reviews with the owner's answers."""
        rows = [one for one in objects(answer.get("reviews")) if text_at(one, "reviewId")]
        token = text_at(answer, "nextPageToken")
        changes = (moment(text_at(one, "updateTime") or text_at(one, "createTime")) for one in rows)
        return Batch(
            posts=tuple(post for one in rows for post in self._posts(page, one)),
            changed=tuple(at for at in changes if at),
            following=self._page(token) if token else None,
            notes=tuple(note for one in rows for note in _rejected(one)),
        )

    def _posts(self, page: Page, one: Object) -> Iterator[Post]:
        number, writer = str(text_at(one, "reviewId")), inner(one, "reviewer")
        stars = STARS.get(text_at(one, "starRating") or "")
        post = replace(
            self.review(
                page, number, self._url(one), original(str(one.get("comment") or "")), text_at(one, "createTime")
            ),
            author=None if writer.get("isAnonymous") is True else text_at(writer, "displayName"),
            thread_title=str(self.config.options.get("title") or self.config.name),
            rating=stars,
            rating_scale=5.0 if stars else None,
        )
        yield post
        replied = inner(one, "reviewReply")
        if text_at(replied, "comment") and text_at(replied, "reviewReplyState") != "REJECTED":
            yield self.answer(post, str(replied["comment"]), text_at(replied, "updateTime"), self.OWNER)

    def _url(self, one: Object) -> str:
        """Where people can look at it: Google gives the address of the answer form, or nothing."""
        given = text_at(one, "reviewReplyUrl")
        return given if given and given.startswith("https://") else "https://business.google.com/reviews"


def _rejected(one: Object) -> Iterator[str]:
    replied = inner(one, "reviewReply")
    if text_at(replied, "reviewReplyState") == "REJECTED":
        policy = text_at(replied, "policyViolation") or "no reason given"
        yield f"Google took the answer to review {text_at(one, 'reviewId')} down: {policy}"
