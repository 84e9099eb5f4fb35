"""Reviews of an app on Google Play, through the Android Publisher API v3 with a service account that may read them.

The list holds what was written or changed in the last seven days, and only reviews with words. Google counts 200
questions an hour for an app: what was asked is kept as mark "spent", and the source rests before the count is full.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import quote, urlencode, urlsplit

from listener.credentials import PLAY_MEND, google_words, play_access, play_app
from listener.errors import Failure, FetchError
from listener.model import Post
from listener.protocols import Ability, Cursor, Page, Parsed, Request
from listener.tokens import Grant
from sources.payload import Object, inner, number_at, objects, text_at
from sources.reviews_api import Batch, ReviewsApi, moment

_APPS = "/store/apps/details"
MOST_AN_HOUR = 180
"""Of Google's 200, as answering asks too."""


class GooglePlay(ReviewsApi):
    """Source kind `google_play`. options: service_account (its JSON key), title, package where the URL has none."""

    kind: ClassVar[str] = "google_play"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.REPLY, Ability.VERIFY, Ability.EDIT})
    example: ClassVar[str] = "https://play.google.com/store/apps/details?id=pl.example.app"
    OWNER: ClassVar[str] = "Google Play: developer"
    mend: ClassVar[str] = PLAY_MEND
    most_pages: ClassVar[int] = 50

    def access(self) -> Grant:
        """A token for the service account."""
        return play_access(self.config, self.clock)

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """As of all, unless the questions of an hour are used up."""
        now = self.clock()
        if _spent(cursor, now) >= MOST_AN_HOUR:
            raise FetchError(
                f"{MOST_AN_HOUR} questions were asked within an hour, of the 200 that Google allows",
                failure=Failure.RATE_LIMITED, where=self.config.name, mend="raise the interval", retry_after=600.0,
            )  # fmt: skip
        return super().requests(cursor)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """As of all; the end of a walk says how many questions it took."""
        parsed = super().parse(page, cursor)
        if page.request.tag == "token" or parsed.follow:
            return parsed
        before, this = _counts(cursor, page.fetched_at)
        asked = this + int(page.request.context.get("n", "1"))
        return replace(parsed, marks={**parsed.marks, "spent": f"{_hour(page.fetched_at)} {before} {asked}"})

    def first_page(self) -> Request:
        """The newest hundred."""
        return self._page(None)

    def _page(self, token: str | None) -> Request:
        asked = {"maxResults": "100", **({"token": token} if token else {})}
        root, package = play_app(self.config)
        path = f"/androidpublisher/v3/applications/{quote(package)}/reviews"
        return Request(url=f"{root}{path}?{urlencode(asked)}", tag="reviews")

    def why(self, page: Page, answer: Object) -> tuple[str, Failure | None]:
        """Google's words."""
        return google_words(answer)

    def batch(self, page: Page, answer: Object) -> Batch:
        """Reviews with the developer's answers."""
        found = [post for one in objects(answer.get("reviews")) for post in self._posts(page, one)]
        token = text_at(inner(answer, "tokenPagination"), "nextPageToken")
        return Batch(
            posts=tuple(found),
            changed=tuple(post.published_at for post in found if post.published_at and not post.parent_id),
            following=self._page(token) if token else None,
        )

    def _posts(self, page: Page, one: Object) -> Iterator[Post]:
        """comments: what the user and the developer wrote in turn; an edit takes the place of what was there."""
        number, said = text_at(one, "reviewId"), list(objects(one.get("comments")))
        written = _latest([inner(part, "userComment") for part in said])
        if number is None or written is None:
            return
        package = play_app(self.config)[1]
        url = f"{_shop(self.config.url)}?id={quote(package)}&reviewId={quote(number, safe='')}"
        text = str(written.get("text") or "").strip().replace("\t", "\n\n", 1)  # a title stands before a tab
        stars = number_at(written, "starRating")
        post = replace(
            self.review(page, number, url, text, _seconds(written)),
            author=text_at(one, "authorName"),
            thread_title=str(self.config.options.get("title") or package),
            rating=float(stars) if stars else None,
            rating_scale=5.0 if stars else None,
        )
        yield post
        replied = _latest([inner(part, "developerComment") for part in said])
        if replied is not None and text_at(replied, "text"):
            yield self.answer(post, str(replied["text"]), _seconds(replied), self.OWNER)


def _shop(url: str) -> str:
    """The page of apps, on the site that the source's URL names where that is one."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}{_APPS}" if parts.path == _APPS else f"https://play.google.com{_APPS}"


def _latest(comments: Sequence[Object]) -> Object | None:
    return max((one for one in comments if one), key=lambda one: moment(_seconds(one)) or _EVER, default=None)


_EVER = datetime(1970, 1, 1, tzinfo=UTC)


def _seconds(comment: Object) -> str | None:
    return text_at(inner(comment, "lastModified"), "seconds")


def _hour(now: datetime) -> str:
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H")


def _counts(cursor: Cursor, now: datetime) -> tuple[int, int]:
    """Questions asked in the hour of the clock before this one, and in this one."""
    hour, before, this = [*cursor.get("spent", "").split(" "), "", "", ""][:3]
    kept = int(before) if before.isdecimal() else 0, int(this) if this.isdecimal() else 0
    if hour == _hour(now):
        return kept
    return (kept[1] if hour == _hour(now - timedelta(hours=1)) else 0), 0


def _spent(cursor: Cursor, now: datetime) -> int:
    """About as many as in the last sixty minutes: those of the hour before by the share of it that still counts."""
    before, this = _counts(cursor, now)
    return this + round(before * (60 - now.minute) / 60)
