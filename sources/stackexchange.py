"""Stack Exchange sites (Stack Overflow and the others) through the API 2.3: questions that a search or a tag finds,
with their answers and comments. options: query, tag, key (10,000 requests a day in place of 300).

Questions come by last activity, so new answers and edits bring them back; comments on answers do not. Mark "active" is
the second of the last activity read. The key travels in a header: since June 2026 the place takes it nowhere else.
"""

import html
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import ClassVar
from urllib.parse import quote, unquote, urlencode, urlsplit

from listener.errors import ConfigError, Failure, FetchError, ParseError
from listener.markup import absolute, clean_text
from listener.model import Post, Quote, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.payload import Object, count_at, html_body, inner, number_at, objects, reach, read_object, text_at
from sources.refusal import refusal, where

API = "https://api.stackexchange.com/2.3"
_TAGGED = re.compile(r"^/questions/tagged/(?P<tag>[^/?]+)")
_WAIT = re.compile(r"available in (\d{1,6}) seconds")
_MEND = "check options.key (stackapps.com), and that the address is that of a site of Stack Exchange"
PER_PAGE = 100
FIRST_WALK = timedelta(days=7)
OVERLAP = 300
MOST_PAGES = 25
LEAST_LEFT = 5
"""Requests of the day that are left alone."""


class StackExchange:
    """Source kind `stackexchange`."""

    kind: ClassVar[str] = "stackexchange"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.EDIT, Ability.BACKFILL})
    example: ClassVar[str] = "https://stackoverflow.com/questions/tagged/python"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        parts = urlsplit(config.url)
        self._host = parts.netloc
        name = (parts.hostname or "").removeprefix("www.")
        self._site = str(config.options.get("site") or re.sub(r"(?:\.stackexchange)?\.com$", "", name))
        found = _TAGGED.match(parts.path)
        self._tag = str(config.options.get("tag") or (unquote(found["tag"]) if found else ""))
        self._query = str(config.options.get("query") or "")
        self._api = str(config.options.get("api", API)).rstrip("/")  # another address, for a stand-in
        key = config.options.get("key")
        self._headers = {"Accept": "application/json", **({"Authorization": f"Bearer {key}"} if key else {})}

    # --- what to ask for --------------------------------------------------------------------------------------

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """Questions that moved since the last pass."""
        if not self._tag and not self._query:
            mend = f"such as {self.example}, or give options.query"
            raise ConfigError("nothing to read at this address", where=self._config.name, mend=mend)
        known = cursor.get("active")
        floor = int(known) - OVERLAP if known else int(self._config.since.timestamp()) if self._config.since else 0
        return (self._questions(floor, 1, 0.0),)

    def _get(self, path: str, asked: dict[str, str], tag: str, pause: float, **context: str) -> Request:
        asked = {"site": self._site, "filter": "withbody", "pagesize": str(PER_PAGE), **asked}
        url = f"{self._api}/{path}?{urlencode(asked)}"
        return Request(url=url, headers=self._headers, tag=tag, context=context, api=True, pause=pause)

    def _questions(self, floor: int, number: int, pause: float) -> Request:
        asked = {"sort": "activity", "order": "desc", "page": str(number)} | ({"min": str(floor)} if floor else {})
        asked |= ({"q": self._query} if self._query else {}) | ({"tagged": self._tag} if self._tag else {})
        return self._get("search/advanced", asked, "questions", pause, n=str(number), floor=str(floor))

    def _below(self, path: str, ids: Sequence[str], tag: str, pause: float, number: int = 1, of: str = "") -> Request:
        """Answers or comments of up to a hundred posts at once. of: the question of each, where they are answers."""
        named = ";".join(ids)
        asked = {"sort": "creation", "order": "desc", "page": str(number)}
        return self._get(path.format(quote(named, safe=";")), asked, tag, pause, n=str(number), ids=named, of=of)

    # --- what came back ---------------------------------------------------------------------------------------

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Questions, answers or comments, and what is left to ask for."""
        answer = _read(page)
        items = list(objects(answer.get("items")))
        wait = float(number_at(answer, "backoff") or 0)
        if page.request.tag == "questions":
            parsed = self._of_questions(page, answer, items, wait)
        elif page.request.tag == "answers":
            parsed = self._of_answers(page, answer, items, wait)
        else:
            parsed = self._of_comments(page, answer, items, wait)
        left = number_at(answer, "quota_remaining")
        if parsed.follow and left is not None and left < LEAST_LEFT:
            note = "today's requests are used up: the rest is read tomorrow (options.key gives more)"
            return Parsed(posts=parsed.posts, notes=(note,))
        return parsed

    def _of_questions(self, page: Page, answer: Object, items: Sequence[Object], wait: float) -> Parsed:
        number, floor = int(page.request.context.get("n", "1")), int(page.request.context.get("floor", "0"))
        posts = tuple(post for one in items if (post := self._question(page, one)) is not None)
        ids = [post.native_id for post in posts]
        answered = [str(text_at(one, "question_id")) for one in items if number_at(one, "answer_count")]
        follow = [self._below("questions/{}/answers", answered, "answers", wait)] if answered else []
        if ids:
            follow.append(self._below("questions/{}/comments", ids, "comments", wait, of=";".join(ids)))
        times = [at for one in items if (at := number_at(one, "last_activity_date"))]
        if answer.get("has_more") is True and times and self._walks_on(page, min(times), floor, number):
            follow.append(self._questions(floor, number + 1, wait))
        marks: dict[str, str | None] = {"active": str(max(times))} if times and number == 1 else {}
        return Parsed(posts=posts, follow=tuple(follow), marks=marks)

    def _walks_on(self, page: Page, oldest: int, floor: int, number: int) -> bool:
        if number >= (self._config.max_pages or MOST_PAGES):
            return False
        return bool(floor) or oldest > (page.fetched_at - FIRST_WALK).timestamp()

    def _of_answers(self, page: Page, answer: Object, items: Sequence[Object], wait: float) -> Parsed:
        posts = tuple(post for one in items if (post := self._answer(page, one)) is not None)
        follow = self._further("questions/{}/answers", page, answer, wait)
        if posts:
            questions = ";".join(str(post.thread_id) for post in posts)
            ids = [post.native_id for post in posts]
            follow.append(self._below("answers/{}/comments", ids, "comments", wait, of=questions))
        return Parsed(posts=posts, follow=tuple(follow))

    def _of_comments(self, page: Page, answer: Object, items: Sequence[Object], wait: float) -> Parsed:
        context = page.request.context
        questions = dict(zip(context.get("ids", "").split(";"), context.get("of", "").split(";"), strict=False))
        posts = tuple(post for one in items if (post := self._comment(page, one, questions)) is not None)
        return Parsed(posts=posts, follow=tuple(self._further("posts/{}/comments", page, answer, wait)))

    def _further(self, path: str, page: Page, answer: Object, wait: float) -> list[Request]:
        context = page.request.context
        number = int(context.get("n", "1"))
        if answer.get("has_more") is not True or number >= (self._config.max_pages or MOST_PAGES):
            return []
        ids, of = context.get("ids", "").split(";"), context.get("of", "")
        return [self._below(path, ids, page.request.tag, wait, number + 1, of)]

    def _question(self, page: Page, one: Object) -> Post | None:
        number, title = text_at(one, "question_id"), _text(one, "title")
        body = html_body(text_at(one, "body"))
        if number is None or not (body.text or title):
            return None
        link = absolute(f"https://{self._host}/", text_at(one, "link")) or f"https://{self._host}/q/{number}"
        text = body.text or str(title)
        return self._made(page, one, number, link, text, thread=number, title=title, quotes=body.quotes)

    def _answer(self, page: Page, one: Object) -> Post | None:
        number, question = text_at(one, "answer_id"), text_at(one, "question_id")
        body = html_body(text_at(one, "body"))
        if number is None or question is None or not body.text:
            return None
        link = f"https://{self._host}/a/{number}"
        return self._made(page, one, number, link, body.text, thread=question, parent=question, quotes=body.quotes)

    def _comment(self, page: Page, one: Object, questions: Mapping[str, str]) -> Post | None:
        """Comments have numbers of their own, apart from those of questions and answers."""
        number, under = text_at(one, "comment_id"), text_at(one, "post_id")
        text = html_body(text_at(one, "body")).text
        if number is None or under is None or not text:
            return None
        link = f"https://{self._host}/q/{under}#comment{number}_{under}"
        return self._made(page, one, f"c{number}", link, text, thread=questions.get(under) or under, parent=under)

    def _made(
        self,
        page: Page,
        one: Object,
        native: str,
        link: str,
        text: str,
        *,
        thread: str | None,
        title: str | None = None,
        parent: str | None = None,
        quotes: tuple[Quote, ...] = (),
    ) -> Post:
        at, writer = number_at(one, "creation_date"), inner(one, "owner")
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=native,
            url=link,
            text=text,
            quotes=quotes,
            seen_at=utc(page.fetched_at),
            thread_id=thread,
            thread_title=title,
            thread_url=f"https://{self._host}/q/{thread}" if thread else None,
            parent_id=parent,
            author=_text(writer, "display_name"),
            author_id=text_at(writer, "user_id"),
            author_url=absolute(f"https://{self._host}/", text_at(writer, "link")),
            published_at=datetime.fromtimestamp(at, UTC) if at and at < 4_102_444_800 else None,
            published_raw=str(at) if at else None,
            reach=reach(
                views=count_at(one, "view_count"), likes=count_at(one, "score"), replies=count_at(one, "answer_count")
            ),
        )


def _text(value: Object, name: str) -> str | None:
    """Titles and names come with their signs written as HTML does."""
    found = text_at(value, name)
    return clean_text(html.unescape(found)).strip() or None if found else None


_FAILURES = {
    "throttle_violation": Failure.RATE_LIMITED,
    "temporarily_unavailable": Failure.TRANSIENT,
    "internal_error": Failure.TRANSIENT,
    "access_denied": Failure.AUTH,
    "invalid_access_token": Failure.AUTH,
    "access_token_required": Failure.AUTH,
    "key_required": Failure.AUTH,
}


def _read(page: Page) -> Object:
    """The wrapper that every answer has. Refusals stand in it too, mostly under status 400."""
    try:
        answer = read_object(page, _MEND)
    except ParseError:
        if page.status >= 400:
            raise refusal(page, "", _MEND) from None
        raise
    if page.status < 400 and "error_id" not in answer:
        if not isinstance(answer.get("items"), list):
            raise ParseError("the answer holds no items", where=where(page), mend=_MEND)
        return answer
    name, said = text_at(answer, "error_name") or "", text_at(answer, "error_message") or ""
    error = refusal(page, ": ".join(part for part in (name, said) if part), _MEND, _FAILURES.get(name))
    waits = _WAIT.search(said)
    if waits and error.failure is Failure.RATE_LIMITED:
        raise FetchError(
            error.message, failure=error.failure, where=error.where, mend=error.mend,
            retry_after=float(waits[1]), status=page.status,
        )  # fmt: skip
    raise error
