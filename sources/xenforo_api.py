"""XenForo 2.1 and later through its REST interface, with a key that an administrator gave (options: api_key)."""

import re
from collections.abc import Iterator
from typing import ClassVar
from urllib.parse import urlsplit

from listener.markup import clean_text, clean_url
from listener.model import Post, utc
from listener.protocols import Page, SourceConfig
from sources.board_api import BoardApi, Given, Row, moment
from sources.payload import Object, count_at, html_body, inner, number_at, objects, reach, text_at

_PLACE = re.compile(r"^(?P<base>.*?)/(?:index\.php\?)?(?P<what>threads|forums)/(?:[^/?#]*\.)?(?P<id>\d+)(?:/|$)")
_CODE = re.compile(r"\[/?[A-Za-z*]+(?:=[^\]\n]{0,300})?\]")


class XenForoApi(BoardApi):
    """A board, a forum or a thread, by the address that its pages have."""

    mend: ClassVar[str] = "check options.api_key, and that the board's address with /api/ after it is its interface"

    def __init__(self, config: SourceConfig) -> None:
        super().__init__(config)
        parts = urlsplit(config.url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self._place = _PLACE.match(path)
        base = self._place["base"] if self._place else re.sub(r"/?(?:index\.php)?(?:\?.*)?$", "", path)
        self._base = f"{parts.scheme}://{parts.netloc}{base}"

    def headers(self) -> dict[str, str]:
        """The key in the header of its own."""
        return {"XF-Api-Key": str(self.config.options["api_key"])}

    def list_url(self, number: int) -> str:
        """Threads of the board or of one forum, by their last posts."""
        forum = f"forums/{self._place['id']}/threads" if self._place else "threads/"
        return f"{self._base}/api/{forum}?order=last_post_date&direction=desc&page={number}"

    def one_url(self) -> str | None:
        """The thread itself."""
        about_one = self._place is not None and self._place["what"] == "threads"
        return f"{self._base}/api/threads/{self._place['id']}/" if self._place and about_one else None

    def posts_url(self, thread: str, number: int) -> str:
        """Posts of a thread in their order."""
        return f"{self._base}/api/threads/{thread}/posts?page={number}"

    def rows(self, page: Page, answer: Object) -> Iterator[Row]:
        """Threads, pinned ones among them, that people may see."""
        one = inner(answer, "thread")
        for thread in [one] if one else (*objects(answer.get("threads")), *objects(answer.get("sticky"))):
            number, state = text_at(thread, "thread_id"), text_at(thread, "discussion_state") or "visible"
            if number and state == "visible":
                yield Row(
                    id=number,
                    title=text_at(thread, "title"),
                    url=text_at(thread, "view_url"),
                    mark=f"{thread.get('reply_count')}|{thread.get('last_post_id')}|{thread.get('last_post_date')}",
                    active=moment(number_at(thread, "last_post_date")),
                )

    def last_list_page(self, answer: Object) -> int:
        """As the answer says."""
        return number_at(inner(answer, "pagination"), "last_page") or 1

    def given(self, page: Page, answer: Object) -> Given:
        """Posts that people may see; those that were taken down are gone."""
        found = [one for one in objects(answer.get("posts")) if text_at(one, "post_id")]
        seen = [one for one in found if (text_at(one, "message_state") or "visible") == "visible"]
        return Given(
            posts=tuple(self._post(page, one) for one in seen),
            gone=tuple(str(one["post_id"]) for one in found if one.get("message_state") == "deleted"),
            last=self.last_list_page(answer),
        )

    def _post(self, page: Page, one: Object) -> Post:
        context, number, raw = page.request.context, str(one["post_id"]), text_at(one, "post_date")
        parsed, writer = text_at(one, "message_parsed"), inner(one, "User")
        body = html_body(parsed)
        thread_url = context.get("url") or f"{self._base}/threads/{context['thread']}/"
        return Post(
            source=self.config.name,
            kind="xenforo",
            native_id=number,
            url=clean_url(text_at(one, "view_url") or f"{self._base}/posts/{number}/"),
            text=body.text if parsed else clean_text(_CODE.sub("", text_at(one, "message") or "")).strip(),
            quotes=body.quotes,
            seen_at=utc(page.fetched_at),
            thread_id=context["thread"],
            thread_title=context.get("title") or None,
            thread_url=thread_url,
            author=text_at(one, "username"),
            author_id=text_at(one, "user_id") if one.get("user_id") else None,  # 0: a guest
            author_url=text_at(writer, "view_url"),
            published_at=moment(number_at(one, "post_date")),
            published_raw=raw,
            reach=reach(likes=count_at(one, "reaction_score")),
        )
