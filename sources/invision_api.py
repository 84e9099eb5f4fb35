"""Invision Community 4 and 5 through its REST interface, with a key that an administrator gave (options: api_key).

A key sees everything, also what is hidden from people: what says of itself that it is hidden is left out.
"""

import base64
import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from listener.dates import parse_date
from listener.markup import clean_url
from listener.model import Post, utc
from listener.protocols import Page, SourceConfig
from sources.board_api import BoardApi, Given, Row
from sources.payload import Object, html_body, inner, number_at, objects, text_at

_PLACE = re.compile(r"^(?P<base>.*?)/(?:index\.php\?/)?(?P<what>topic|forum)/(?P<id>\d+)")
PER_PAGE = 50


class InvisionApi(BoardApi):
    """A community, a forum or a topic, by the address that its pages have."""

    mend: ClassVar[str] = "check options.api_key, and that the community's address with /api/ after it is its interface"

    def __init__(self, config: SourceConfig) -> None:
        super().__init__(config)
        parts = urlsplit(config.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self._place = _PLACE.match(path)
        base = self._place["base"] if self._place else re.sub(r"/?(?:index\.php)?(?:\?.*)?$", "", path)
        self._base = f"{parts.scheme}://{parts.netloc}{base}"

    def headers(self) -> dict[str, str]:
        """The key as the name of HTTP Basic, with no password."""
        said = base64.b64encode(f"{self.config.options['api_key']}:".encode()).decode("ascii")
        return {"Authorization": f"Basic {said}"}

    def list_url(self, number: int) -> str:
        """Topics of the community or of one forum, by their last posts."""
        forum = f"&forums={self._place['id']}" if self._place else ""
        asked = f"sortBy=updated&sortDir=desc&page={number}&perPage={PER_PAGE}"
        return f"{self._base}/api/forums/topics?{asked}{forum}"

    def one_url(self) -> str | None:
        """The topic itself."""
        about_one = self._place is not None and self._place["what"] == "topic"
        return f"{self._base}/api/forums/topics/{self._place['id']}" if self._place and about_one else None

    def posts_url(self, thread: str, number: int) -> str:
        """Posts of a topic in their order."""
        return f"{self._base}/api/forums/topics/{thread}/posts?sortDir=asc&page={number}&perPage={PER_PAGE}"

    def rows(self, page: Page, answer: Object) -> Iterator[Row]:
        """Topics that people may see."""
        for topic in objects(answer["results"]) if "results" in answer else (answer,):
            number, last = text_at(topic, "id"), inner(topic, "lastPost")
            if number and not topic.get("hidden"):
                raw = text_at(last, "date") or text_at(topic, "updated")
                yield Row(
                    id=number,
                    title=text_at(topic, "title"),
                    url=text_at(topic, "url"),
                    mark=f"{topic.get('posts')}|{last.get('id')}|{raw}",
                    active=parse_date(raw, now=page.fetched_at, zone="UTC"),
                )

    def last_list_page(self, answer: Object) -> int:
        """As the answer says."""
        return number_at(answer, "totalPages") or 1

    def given(self, page: Page, answer: Object) -> Given:
        """Posts that people may see; those that were hidden are gone."""
        found = [one for one in objects(answer.get("results")) if text_at(one, "id")]
        return Given(
            posts=tuple(self._post(page, one) for one in found if not one.get("hidden")),
            gone=tuple(str(one["id"]) for one in found if one.get("hidden")),
            last=self.last_list_page(answer),
        )

    def _post(self, page: Page, one: Object) -> Post:
        body, writer, raw = html_body(text_at(one, "content")), inner(one, "author"), text_at(one, "date")
        context, number = page.request.context, str(one["id"])
        thread_url = context.get("url") or f"{self._base}/topic/{context['thread']}/"
        return Post(
            source=self.config.name,
            kind="invision",
            native_id=number,
            url=clean_url(text_at(one, "url") or f"{thread_url}?do=findComment&comment={number}"),
            text=body.text,
            quotes=body.quotes,
            seen_at=utc(page.fetched_at),
            thread_id=context["thread"],
            thread_title=context.get("title") or None,
            thread_url=thread_url,
            author=text_at(writer, "name"),
            author_id=text_at(writer, "id") if writer.get("id") else None,  # 0 or none: a guest
            author_url=text_at(writer, "profileUrl"),
            published_at=parse_date(raw, now=page.fetched_at, zone="UTC"),
            published_raw=raw,
        )
