"""Wykop through its API v3, with an application's key (options: key, secret; query or tag says what to read).

The key is changed into a token at the start of each pass. Entries, links and the comments on both are read newest
first; marks "e:ID" and "l:ID" keep how many comments an entry or link had, "newest" the time of the newest of them.
Times carry no zone: the source's zone (Europe/Warsaw) is meant.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import quote, urlencode, urlsplit

from listener.dates import parse_date
from listener.errors import ConfigError, ParseError
from listener.markup import clean_text
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.payload import Object, count_at, inner, number_at, objects, reach, read_object, text_at
from sources.refusal import refusal

API = "https://wykop.pl/api/v3"
SITE = "https://wykop.pl"
_TAG = re.compile(r"/tag/(?P<tag>[^/?#]+)")
_MEND = "check options.key and options.secret of the application (dev.wykop.pl)"
MOST_PAGES = 20
REREAD = timedelta(days=3)
"""Entries this young are looked at again for new comments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What comments stand under: an entry, or a link with its slug."""

    number: str
    is_link: bool = False
    slug: str = ""

    @property
    def thread(self) -> str:
        """Links have numbers of their own."""
        return f"l{self.number}" if self.is_link else self.number

    @property
    def path(self) -> str:
        return f"/{'links' if self.is_link else 'entries'}/{self.number}"

    @property
    def address(self) -> str:
        if not self.is_link:
            return f"{SITE}/wpis/{self.number}"
        return f"{SITE}/link/{self.number}" + (f"/{quote(self.slug)}" if self.slug else "")

    def comment(self, number: str, below: str | None) -> str:
        """The address of a comment; that of a comment on a comment is found on the other's page."""
        if not self.is_link:
            return f"{self.address}#{number}"
        if not self.slug:
            return self.address
        return f"{self.address}/komentarz/{below}#{number}" if below else f"{self.address}/komentarz/{number}"


class Wykop:
    """Source kind `wykop`: a tag, or what a search finds."""

    kind: ClassVar[str] = "wykop"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.BACKFILL, Ability.REPLY, Ability.VERIFY})
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
        return (Request(url=f"{self._api}/auth", method="POST", json=body, tag="auth", api=True),)

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Entries, links and comments; what to ask for next."""
        if page.status >= 400:
            raise _refused(page)
        answer = read_object(page, _MEND)
        if page.request.tag == "auth":
            token = text_at(inner(answer, "data"), "token")
            if not token:
                return Parsed(notes=("no token given",))
            streams = ("tag",) if self._tag else ("entries", "links")
            return Parsed(follow=tuple(self._stream(f"Bearer {token}", stream, 1) for stream in streams))
        authorization = page.request.headers.get("Authorization", "")
        if page.request.tag == "comments":
            return self._comments(page, answer, authorization)
        return self._list(page, answer, authorization, cursor)

    def _get(self, path: str, authorization: str, tag: str, context: dict[str, str]) -> Request:
        headers = {"Authorization": authorization}
        return Request(url=self._api + path, headers=headers, tag=tag, context=context, api=True)

    def _stream(self, authorization: str, stream: str, number: int) -> Request:
        asked = {"sort": "newest", "page": str(number), "limit": "25"}
        path = f"/tags/{quote(self._tag)}/stream" if stream == "tag" else f"/search/{stream}"
        asked |= {"type": "all"} if stream == "tag" else {"query": self._query}
        context = {"n": str(number), "of": stream}
        return self._get(f"{path}?{urlencode(asked)}", authorization, "entries", context)

    def _under(self, place: _Place, authorization: str, number: int, count: str) -> Request:
        context = {"entry": place.number, "n": str(number), "count": count}
        context |= {"link": place.slug or "-"} if place.is_link else {}
        return self._get(f"{place.path}/comments?page={number}&limit=50", authorization, "comments", context)

    def _list(self, page: Page, answer: Object, authorization: str, cursor: Cursor) -> Parsed:
        posts: list[Post] = []
        follow: list[Request] = []
        stream, number = page.request.context.get("of", "tag"), int(page.request.context.get("n", "1"))
        for one in objects(answer.get("data")):
            place = _place(one, is_link=stream == "links")
            if place is None:
                continue
            posts += self._posts(page, one, place)
            count = str(number_at(inner(one, "comments"), "count") or 0)
            if count != "0" and cursor.get(_mark(place)) != count:
                follow.append(self._under(place, authorization, 1, count))
        oldest = min((post.published_at for post in posts if post.published_at), default=None)
        floor = self._floor(page, cursor)
        if posts and oldest and oldest >= floor and number < (self._config.max_pages or MOST_PAGES):
            follow.append(self._stream(authorization, stream, number + 1))
        newest = max((post.published_at for post in posts if post.published_at), default=None)
        marks = {"newest": newest.isoformat()} if newest and number == 1 and stream != "links" else {}
        return Parsed(posts=tuple(posts), follow=tuple(follow), marks=marks)

    def _floor(self, page: Page, cursor: Cursor) -> datetime:
        """How far back the list is walked: to what was read before, a few days of comments included."""
        newest = cursor.get("newest")
        if newest:
            return min(datetime.fromisoformat(newest), page.fetched_at - REREAD)
        return self._config.since or page.fetched_at - REREAD

    def _comments(self, page: Page, answer: Object, authorization: str) -> Parsed:
        """Comments; those on comments stand inside them. The mark of what they stand under is set by the last page."""
        context = page.request.context
        slug = context.get("link")
        place = _Place(number=context.get("entry", ""), is_link=slug is not None, slug=(slug or "").strip("-"))
        found = [one for one in objects(answer.get("data")) if text_at(one, "id")]
        posts: list[Post] = []
        for one in found:
            posts += self._posts(page, one, place, comment=True)
            for deeper in objects(inner(one, "comments").get("items")):
                posts += self._posts(page, deeper, place, comment=True, below=text_at(one, "id"))
        number, total = int(context.get("n", "1")), number_at(inner(answer, "pagination"), "total") or 0
        if found and number * 50 < total and number < (self._config.max_pages or MOST_PAGES):
            following = self._under(place, authorization, number + 1, context.get("count", ""))
            return Parsed(posts=tuple(posts), follow=(following,))
        return Parsed(posts=tuple(posts), marks={_mark(place): context["count"]} if context.get("count") else {})

    def _posts(
        self, page: Page, one: Object, place: _Place, *, comment: bool = False, below: str | None = None
    ) -> Iterator[Post]:
        """The post of an entry, a link or a comment; none where it was deleted or says nothing. below: the comment
        that it answers."""
        number, raw, title = text_at(one, "id"), text_at(one, "created_at"), text_at(one, "title")
        said = (one.get("title"), one.get("description")) if place.is_link and not comment else (one.get("content"),)
        text = "\n\n".join(part for each in said if (part := clean_text(str(each or "")).strip()))
        if number is None or not text or one.get("deleted"):
            return
        name = text_at(inner(one, "author"), "username")
        yield Post(
            source=self._config.name,
            kind=self.kind,
            native_id=f"{place.thread}#{number}" if comment else place.thread,
            url=place.comment(number, below) if comment else place.address,
            text=text,
            seen_at=utc(page.fetched_at),
            thread_id=place.thread,
            thread_title=title if place.is_link and not comment else None,
            thread_url=place.address,
            parent_id=f"{place.thread}#{below}" if below else place.thread if comment else None,
            author=name,
            author_id=name,
            author_url=f"{SITE}/ludzie/{quote(name)}" if name else None,
            published_at=parse_date(raw, now=page.fetched_at, zone=self._config.zone),
            published_raw=raw,
            reach=reach(likes=_votes(inner(one, "votes")), replies=count_at(inner(one, "comments"), "count")),
        )


def _votes(votes: Object) -> int | None:
    """For, less against."""
    up, down = count_at(votes, "up"), count_at(votes, "down")
    return None if up is None else up - abs(down or 0)


def _place(one: Object, *, is_link: bool) -> _Place | None:
    """What an item of a list is; None for what is neither entry nor link."""
    number, resource = text_at(one, "id"), text_at(one, "resource") or ("link" if is_link else "entry")
    if number is None or not number.isalnum() or resource not in ("entry", "link"):
        return None
    return _Place(number=number, is_link=resource == "link", slug=text_at(one, "slug") or "")


def _mark(place: _Place) -> str:
    return f"l:{place.number}" if place.is_link else f"e:{place.number}"


def _refused(page: Page) -> Exception:
    try:
        error = inner(read_object(page, ""), "error")
    except ParseError:
        error = {}
    return refusal(page, text_at(error, "message") or "", _MEND)
