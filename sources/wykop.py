"""Wykop through its API v3, with an application's key (options: key, secret; query or tag says what to read).

The key is changed into a token at the start of each pass. Entries and their comments are read newest first; mark
"e:ID" keeps how many comments an entry had, "newest" the time of the newest entry. Times carry no zone: the source's
zone (Europe/Warsaw) is meant.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote, urlencode, urlsplit

from listener.dates import parse_date
from listener.errors import ConfigError
from listener.markup import clean_text
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.payload import Object, inner, number_at, objects, read_object, text_at

API = "https://wykop.pl/api/v3"
SITE = "https://wykop.pl"
_TAG = re.compile(r"/tag/(?P<tag>[^/?#]+)")
_MEND = "check options.key and options.secret of the application (dev.wykop.pl)"
MOST_PAGES = 20
REREAD = timedelta(days=3)
"""Entries this young are looked at again for new comments."""


class Wykop:
    """Source kind `wykop`: a tag, or what a search finds."""

    kind: ClassVar[str] = "wykop"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.BACKFILL})
    example: ClassVar[str] = "https://wykop.pl/tag/telekomunikacja"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._api = str(config.options.get("api", API))  # another address, for a stand-in
        found = _TAG.search(urlsplit(config.url).path)
        self._tag = str(config.options.get("tag") or (found["tag"] if found else ""))
        self._query = str(config.options.get("query") or "")

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """A token first: everything else needs it."""
        options = self._config.options
        if not options.get("key") or not options.get("secret"):
            raise ConfigError("Wykop's API needs options.key and options.secret", where=self._config.name, mend=_MEND)
        if not self._tag and not self._query:
            raise ConfigError(
                "nothing to read", where=self._config.name, mend="name a tag in the URL, or options.query"
            )
        body = {"data": {"key": str(options["key"]), "secret": str(options["secret"])}}
        return (Request(url=f"{self._api}/auth", method="POST", json=body, tag="auth"),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Entries and comments; what to ask for next."""
        answer = read_object(page, _MEND)
        if page.request.tag == "auth":
            token = text_at(inner(answer, "data"), "token")
            return Parsed(follow=(self._stream(f"Bearer {token}", 1),)) if token else Parsed(notes=("no token given",))
        authorization = page.request.headers.get("Authorization", "")
        if page.request.tag == "comments":
            return self._comments(page, answer, authorization)
        return self._entries(page, answer, authorization, cursor)

    def _get(self, path: str, authorization: str, tag: str, context: dict[str, str]) -> Request:
        return Request(url=self._api + path, headers={"Authorization": authorization}, tag=tag, context=context)

    def _stream(self, authorization: str, number: int) -> Request:
        asked = {"sort": "newest", "page": str(number), "limit": "25"}
        path = f"/tags/{quote(self._tag)}/stream" if self._tag else "/search/entries"
        asked |= {"type": "entry"} if self._tag else {"query": self._query}
        return self._get(f"{path}?{urlencode(asked)}", authorization, "entries", {"n": str(number)})

    def _entries(self, page: Page, answer: Object, authorization: str, cursor: Cursor) -> Parsed:
        posts: list[Post] = []
        follow: list[Request] = []
        marks: dict[str, str | None] = {}
        for one in objects(answer.get("data")):
            entry, count = text_at(one, "id"), number_at(inner(one, "comments"), "count") or 0
            if entry is None or text_at(one, "resource") not in (None, "entry"):
                continue
            posts += self._posts(page, one, None)
            if count and cursor.get(f"e:{entry}") != str(count):
                marks[f"e:{entry}"] = str(count)
                context = {"entry": entry, "n": "1"}
                follow.append(
                    self._get(f"/entries/{entry}/comments?page=1&limit=50", authorization, "comments", context)
                )
        number = int(page.request.context.get("n", "1"))
        floor = self._floor(page, cursor)
        oldest = min((post.published_at for post in posts if post.published_at), default=None)
        if posts and oldest and oldest >= floor and number < (self._config.max_pages or MOST_PAGES):
            follow.append(self._stream(authorization, number + 1))
        newest = max((post.published_at for post in posts if post.published_at), default=None)
        if newest and number == 1:
            marks["newest"] = newest.isoformat()
        return Parsed(posts=tuple(posts), follow=tuple(follow), marks=marks)

    def _floor(self, page: Page, cursor: Cursor) -> datetime:
        """How far back the list is walked: to what was read before, a few days of comments included."""
        newest = cursor.get("newest")
        if newest:
            return min(datetime.fromisoformat(newest), page.fetched_at - REREAD)
        return self._config.since or page.fetched_at - REREAD

    def _comments(self, page: Page, answer: Object, authorization: str) -> Parsed:
        entry = page.request.context.get("entry", "")
        posts = [post for one in objects(answer.get("data")) for post in self._posts(page, one, entry)]
        number, total = int(page.request.context.get("n", "1")), number_at(inner(answer, "pagination"), "total") or 0
        if posts and number * 50 < total and number < (self._config.max_pages or MOST_PAGES):
            context = {"entry": entry, "n": str(number + 1)}
            path = f"/entries/{entry}/comments?page={number + 1}&limit=50"
            return Parsed(posts=tuple(posts), follow=(self._get(path, authorization, "comments", context),))
        return Parsed(posts=tuple(posts))

    def _posts(self, page: Page, one: Object, entry: str | None) -> Iterator[Post]:
        """The post of an entry (entry None) or of a comment on it; none where it was deleted or says nothing."""
        number, text, raw = (
            text_at(one, "id"),
            clean_text(str(one.get("content") or "")).strip(),
            text_at(one, "created_at"),
        )
        if number is None or not text or one.get("deleted"):
            return
        thread, name = entry or number, text_at(inner(one, "author"), "username")
        address = f"{SITE}/wpis/{thread}"
        yield Post(
            source=self._config.name,
            kind=self.kind,
            native_id=f"{thread}#{number}" if entry else number,
            url=f"{address}#{number}" if entry else address,
            text=text,
            seen_at=utc(page.fetched_at),
            thread_id=thread,
            thread_url=address,
            parent_id=entry,
            author=name,
            author_id=name,
            author_url=f"{SITE}/ludzie/{name}" if name else None,
            published_at=parse_date(raw, now=page.fetched_at, zone=self._config.zone),
            published_raw=raw,
        )
