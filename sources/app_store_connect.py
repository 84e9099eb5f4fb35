"""Reviews of an app in all App Stores, through App Store Connect with a team's key.

The URL is the app in the API: https://api.appstoreconnect.apple.com/v1/apps/NUMBER. Newest first; answers come along as
`included`. Apple tells with each answer how many questions are left this hour.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import ClassVar
from urllib.parse import urlencode, urlsplit

from listener.credentials import APPLE_MEND, apple_access, apple_app
from listener.errors import Failure
from listener.model import Post
from listener.protocols import Ability, Page, Request
from listener.tokens import AppleKey
from sources.payload import Object, inner, number_at, objects, text_at
from sources.reviews_api import Batch, ReviewsApi

FEW = 100
"""Questions left in an hour with which we leave Apple alone; answering needs some."""
_LEFT = re.compile(r"user-hour-rem:(\d+)")


class AppStoreConnect(ReviewsApi):
    """Source kind `app_store_connect`. options: issuer_id, key_id, private_key."""

    kind: ClassVar[str] = "app_store_connect"
    abilities: ClassVar[frozenset[Ability]] = frozenset({
        Ability.REPLY, Ability.VERIFY, Ability.EDIT, Ability.BACKFILL,
    })  # fmt: skip
    example: ClassVar[str] = "https://api.appstoreconnect.apple.com/v1/apps/1234567890"
    OWNER: ClassVar[str] = "App Store: developer"
    mend: ClassVar[str] = APPLE_MEND

    def access(self) -> AppleKey:
        """Signed anew for every pass."""
        return apple_access(self.config, self.clock)

    def first_page(self) -> Request:
        """The newest two hundred."""
        root, app = apple_app(self.config)
        asked = {"sort": "-createdDate", "include": "response", "limit": "200"}
        return Request(url=f"{root}/apps/{app}/customerReviews?{urlencode(asked)}", tag="reviews")

    def why(self, page: Page, answer: Object) -> tuple[str, Failure | None]:
        """Apple's words: errors with title and detail."""
        first = next(objects(answer.get("errors")), {})
        told = ": ".join(part for part in (text_at(first, "title"), text_at(first, "detail")) if part)
        return told, Failure.AUTH if page.status == 403 else None

    def batch(self, page: Page, answer: Object) -> Batch:
        """Reviews with the developer's answers."""
        included = {
            str(one.get("id")): inner(one, "attributes")
            for one in objects(answer.get("included"))
            if one.get("type") == "customerReviewResponses"
        }
        posts = tuple(post for one in objects(answer.get("data")) for post in self._posts(page, one, included))
        return Batch(
            posts=posts,
            changed=tuple(post.published_at for post in posts if post.published_at and not post.parent_id),
            following=self._following(text_at(inner(answer, "links"), "next")),
            hints=_rest(page.headers),
        )

    def _following(self, link: str | None) -> Request | None:
        """The page after this one; a link to another host gets no key of ours."""
        root = urlsplit(apple_app(self.config)[0])
        parts = urlsplit(link or "")
        same = (parts.scheme, parts.netloc) == (root.scheme, root.netloc)
        return Request(url=link, tag="reviews") if link and same else None

    def _posts(self, page: Page, one: Object, included: Mapping[str, Object]) -> Iterator[Post]:
        number, said = text_at(one, "id"), inner(one, "attributes")
        if number is None or not said:
            return
        title, body = text_at(said, "title"), str(said.get("body") or "")
        stars, land = number_at(said, "rating"), text_at(said, "territory")
        app = apple_app(self.config)[1]
        post = replace(
            self.review(
                page, number, f"https://appstoreconnect.apple.com/apps/{app}/distribution/activity/ios/ratingsResponses",
                f"{title}\n\n{body}" if title else body, text_at(said, "createdDate"),
            ),
            author=text_at(said, "reviewerNickname"),
            thread_title=f"{self.config.options.get('title') or self.config.name}{f' ({land})' if land else ''}",
            rating=float(stars) if stars else None,
            rating_scale=5.0 if stars else None,
        )  # fmt: skip
        yield post
        answered = included.get(text_at(inner(one, "relationships", "response", "data"), "id") or "", {})
        if text_at(answered, "responseBody"):
            yield self.answer(post, str(answered["responseBody"]), text_at(answered, "lastModifiedDate"), self.OWNER)


def _rest(headers: Mapping[str, str]) -> dict[str, str]:
    found = _LEFT.search(headers.get("x-rate-limit", ""))
    return {"rest_seconds": "1800"} if found and int(found[1]) < FEW else {}
