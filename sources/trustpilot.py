"""Service reviews of a company on Trustpilot, through its API with an application's key.

What is public is enough and is what we read: the private list adds buyers' e-mail addresses and order numbers, which we
have no need of. The company is found by the domain in the URL: https://www.trustpilot.com/review/example.com.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import ClassVar
from urllib.parse import quote, urlencode, urlsplit

from listener.credentials import TRUSTPILOT_MEND, trustpilot_key, trustpilot_root
from listener.errors import ConfigError, Failure, ParseError
from listener.markup import clean_url
from listener.model import Post
from listener.protocols import Ability, Cursor, Page, Parsed, Request
from sources.payload import Object, inner, number_at, objects, read_object, text_at
from sources.reviews_api import Batch, ReviewsApi, moment

PER_PAGE = 100
_DOMAIN = re.compile(r"/review/([\w.-]+)")


class Trustpilot(ReviewsApi):
    """Source kind `trustpilot`. options: api_key, business_unit where it is known; for answering api_secret and
    business_user."""

    kind: ClassVar[str] = "trustpilot"
    abilities: ClassVar[frozenset[Ability]] = frozenset({
        Ability.REPLY, Ability.VERIFY, Ability.EDIT, Ability.BACKFILL,
    })  # fmt: skip
    example: ClassVar[str] = "https://www.trustpilot.com/review/example.com"
    OWNER: ClassVar[str] = "Trustpilot: company"
    mend: ClassVar[str] = TRUSTPILOT_MEND

    def access(self) -> dict[str, str]:
        """The key, in a header of its own."""
        return trustpilot_key(self.config)

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The newest reviews; before them the company's id, where it is not known."""
        unit = self.config.options.get("business_unit") or cursor.get("unit")
        if unit:
            return (self._keyed(self._page(str(unit), 1)),)
        found = _DOMAIN.search(urlsplit(self.config.url).path)
        if found is None:
            raise ConfigError("the URL names no company", where=self.config.name, mend=f"such as {self.example}")
        url = f"{trustpilot_root(self.config)}/business-units/find?{urlencode({'name': found[1]})}"
        return (self._keyed(Request(url=url, tag="find")),)

    def _keyed(self, request: Request) -> Request:
        return replace(request, headers={**request.headers, **self.access()}, api=True)

    def first_page(self) -> Request:
        """The newest hundred of the company that options name."""
        return self._page(str(self.config.options.get("business_unit") or ""), 1)

    def _page(self, unit: str, number: int) -> Request:
        asked = {"page": str(number), "perPage": str(PER_PAGE), "orderBy": "createdat.desc"}
        url = f"{trustpilot_root(self.config)}/business-units/{quote(unit, safe='')}/reviews?{urlencode(asked)}"
        return Request(url=url, tag="reviews", context={"unit": unit})

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """As of all; the company's id is kept."""
        if page.request.tag != "find" or page.status >= 400:
            return super().parse(page, cursor)
        unit = text_at(read_object(page, self.mend), "id")
        if unit is None:
            raise ParseError("no company of this domain", where=clean_url(page.url), mend="check the domain in the URL")
        return Parsed(follow=(self._keyed(self._page(unit, 1)),), marks={"unit": unit})

    def why(self, page: Page, answer: Object) -> tuple[str, Failure | None]:
        """Its words: message, or fault with faultstring."""
        told = text_at(answer, "message") or text_at(inner(answer, "fault"), "faultstring") or ""
        return told, Failure.AUTH if page.status == 403 else None

    def batch(self, page: Page, answer: Object) -> Batch:
        """Reviews with the company's answers. A page that is not full is the last."""
        rows = [one for one in objects(answer.get("reviews")) if text_at(one, "id")]
        context, number = page.request.context, int(page.request.context.get("n", "1"))
        changes = (moment(text_at(one, "updatedAt")) or moment(text_at(one, "createdAt")) for one in rows)
        return Batch(
            posts=tuple(post for one in rows for post in self._posts(page, one)),
            changed=tuple(at for at in changes if at),
            following=self._page(context.get("unit", ""), number + 1) if len(rows) >= PER_PAGE else None,
        )

    def _posts(self, page: Page, one: Object) -> Iterator[Post]:
        number, title, text = str(text_at(one, "id")), text_at(one, "title"), str(one.get("text") or "")
        stars, writer = number_at(one, "stars"), inner(one, "consumer")
        post = replace(
            self.review(
                page, number, f"https://www.trustpilot.com/reviews/{quote(number, safe='')}",
                f"{title}\n\n{text}" if title and not text.startswith(title.rstrip("…. ")) else text or title or "",
                text_at(one, "createdAt"),
            ),
            author=text_at(writer, "displayName"),
            author_id=text_at(writer, "id"),
            thread_title=text_at(inner(one, "businessUnit"), "displayName"),
            rating=float(stars) if stars else None,
            rating_scale=5.0 if stars else None,
        )  # fmt: skip
        yield post
        replied = inner(one, "companyReply")
        if text_at(replied, "text"):
            raw = text_at(replied, "updatedAt") or text_at(replied, "createdAt")
            yield self.answer(post, str(replied["text"]), raw, self.OWNER)
