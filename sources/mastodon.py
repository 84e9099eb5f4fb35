"""Mastodon, and servers that speak its interface: a tag, an account, what a search finds, or who mentions us.

The newest page is read in every pass, so that edits and removals of recent posts are seen; from there it is walked back
to what is known. Marks: "newest" the highest id of a walk that reached known ground; "page" the ids that the newest
page showed last; "account" the id behind an account's name. options: access_token (needed for mentions and search, and
on servers that show nothing to strangers), query, mentions = true.
"""

import re
from collections.abc import Iterator, Sequence
from typing import ClassVar
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from listener.dates import parse_date
from listener.errors import ConfigError, Failure, ParseError
from listener.markup import absolute
from listener.model import Post, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.payload import Object, count_at, html_body, inner, objects, reach, read_json, read_object, text_at
from sources.refusal import refusal, where

_TAG = re.compile(r"^/tags/(?P<name>[^/?#]+)/?$")
_ACCOUNT = re.compile(r"^/@(?P<name>[^/?#]+)/?$")
_NEXT = re.compile(r"<([^<>]{1,2000})>\s*;[^,]*\brel=\"?next\b")
_MEND = "open the address in a browser; some servers show nothing without options.access_token"
_LEAVE = "make an application under Preferences, Development, and give its access token as options.access_token"
PER_PAGE = 40
FIRST_WALK = 3
MOST_PAGES = 25
"""Pages of one walk: at 40 posts each, well inside 300 requests in five minutes."""
MOST_LOOKS = 10


class Mastodon:
    """Source kind `mastodon`."""

    kind: ClassVar[str] = "mastodon"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.REPLY, Ability.VERIFY, Ability.EDIT, Ability.BACKFILL})
    example: ClassVar[str] = "https://mastodon.example/tags/okna"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        parts = urlsplit(config.url)
        self._root = f"{parts.scheme}://{parts.netloc}"
        tag, account = _TAG.match(parts.path), _ACCOUNT.match(parts.path)
        self._tag = tag["name"] if tag else None
        self._account = account["name"] if account else None
        self._query = str(config.options.get("query") or "")
        self._mentions = bool(config.options.get("mentions"))
        token = config.options.get("access_token")
        self._headers = {"Accept": "application/json", **({"Authorization": f"Bearer {token}"} if token else {})}

    # --- what to ask for --------------------------------------------------------------------------------------

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """The newest page of the timeline; an account's id first, where it is not known."""
        if (self._mentions or self._query) and "Authorization" not in self._headers:
            raise ConfigError("mentions and search need options.access_token", where=self._config.name, mend=_LEAVE)
        if not (self._tag or self._account or self._query or self._mentions):
            mend = f"such as {self.example}, or give options.query or options.mentions"
            raise ConfigError("not an address of a tag or an account", where=self._config.name, mend=mend)
        if self._is_account and not cursor.get("account"):
            return (self._get(f"/api/v1/accounts/lookup?{urlencode({'acct': self._account})}", "lookup"),)
        return (self._newest(cursor.get("account", "")),)

    @property
    def _is_account(self) -> bool:
        return bool(self._account) and not (self._mentions or self._query)

    def _get(self, path: str, tag: str, **context: str) -> Request:
        return Request(url=self._root + path, headers=self._headers, tag=tag, context=context, api=True)

    def _newest(self, account: str, before: str = "", step: int = 1, top: str = "") -> Request:
        asked = {"limit": str(PER_PAGE)} | ({"max_id": before} if before else {})
        context = {"n": str(step), "top": top, "account": account}
        return self._get(f"{self._path(account)}{urlencode(asked)}", "timeline", **context)

    def _path(self, account: str) -> str:
        if self._mentions:
            return "/api/v1/notifications?types[]=mention&"
        if self._query:
            return f"/api/v2/search?{urlencode({'q': self._query, 'type': 'statuses'})}&"
        if self._tag:
            return f"/api/v1/timelines/tag/{quote(self._tag, safe='%')}?"
        return f"/api/v1/accounts/{quote(account)}/statuses?exclude_reblogs=true&"

    # --- what came back ---------------------------------------------------------------------------------------

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Posts; what is left to read; which posts are gone."""
        tag = page.request.tag
        if tag == "look":
            return self._looked(page)
        if page.status >= 400:
            raise _refused(page)
        if tag == "lookup":
            account = text_at(read_object(page, _MEND), "id")
            if account is None or not account.isalnum():
                raise ParseError("the server knows no such account", where=where(page), mend=_MEND)
            return Parsed(follow=(self._newest(account),), marks={"account": account})
        return self._timeline(page, cursor)

    def _timeline(self, page: Page, cursor: Cursor) -> Parsed:
        entries = self._entries(page)
        posts = tuple(post for _, status in entries if (post := self._post(page, status)) is not None)
        ids = [one for one, _ in entries]
        context = page.request.context
        step, known = int(context.get("n", "1")), _number(cursor.get("newest", ""))
        top = max([_number(context.get("top", "")), *map(_number, ids)], default=0)
        follow: list[Request] = []
        marks: dict[str, str | None] = {"newest": str(max(top, known))} if top else {}
        if step == 1 and not self._query:
            follow += self._missing(ids, cursor.get("page", ""))
            marks["page"] = " ".join(ids)
        further = self._before(page)
        if ids and further and self._walks_on(ids, posts, step, known):
            follow.append(self._newest(context.get("account", ""), further, step + 1, str(top)))
        return Parsed(posts=posts, follow=tuple(follow), marks=marks if step == 1 else {})

    def _entries(self, page: Page) -> list[tuple[str, Object]]:
        """Ids as the timeline orders them, with the status of each."""
        answer = read_json(page, _MEND)
        if self._query:
            answer = answer.get("statuses") if isinstance(answer, dict) else None
        if not isinstance(answer, list):
            raise ParseError("the answer is no list of posts", where=where(page), mend=_MEND)
        found = [(text_at(one, "id"), inner(one, "status") if self._mentions else one) for one in objects(answer)]
        return [(number, status) for number, status in found if number and number.isalnum() and len(number) < 40]

    def _walks_on(self, ids: Sequence[str], posts: Sequence[Post], step: int, known: int) -> bool:
        since = self._config.since
        if self._query or step >= (self._config.max_pages or MOST_PAGES):
            return False
        if known:
            return min(map(_number, ids)) > known
        if since:
            return all(post.published_at is None or post.published_at >= since for post in posts)
        return step < (self._config.max_pages or FIRST_WALK)

    def _before(self, page: Page) -> str:
        """The max_id of the next page. Only that is taken from the header: our token stays on this server."""
        found = _NEXT.search(page.headers.get("link", ""))
        try:
            values = parse_qs(urlsplit(found[1]).query).get("max_id", []) if found else []
        except ValueError:
            return ""
        return values[0] if values and values[0].isalnum() else ""

    def _missing(self, ids: Sequence[str], before: str) -> Iterator[Request]:
        """Posts that the page showed before and should show still are looked at: they may be gone."""
        oldest = min(map(_number, ids), default=0)
        lost = [one for one in before.split() if ids and _number(one) > oldest and one not in ids]
        for one in () if self._mentions else lost[:MOST_LOOKS]:
            yield self._get(f"/api/v1/statuses/{quote(one)}", "look", id=one)

    def _looked(self, page: Page) -> Parsed:
        if page.status in (404, 410):
            return Parsed(gone=(page.request.context.get("id", ""),))
        if page.status >= 400:
            raise _refused(page)
        post = self._post(page, read_object(page, _MEND))
        return Parsed(posts=(post,) if post else ())

    def _post(self, page: Page, status: Object) -> Post | None:
        """None for what somebody only passed on, and for what says nothing."""
        number, body = text_at(status, "id"), html_body(text_at(status, "content"))
        warning = text_at(status, "spoiler_text")
        text = "\n\n".join(part for part in (warning, body.text) if part)
        if number is None or not text or isinstance(status.get("reblog"), dict):
            return None
        writer, raw, parent = inner(status, "account"), text_at(status, "created_at"), text_at(status, "in_reply_to_id")
        name = text_at(writer, "acct")
        url = absolute(self._root, text_at(status, "url")) or absolute(self._root, text_at(status, "uri"))
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=number,
            url=url or f"{self._root}/web/statuses/{quote(number)}",
            text=text,
            quotes=body.quotes,
            seen_at=utc(page.fetched_at),
            thread_id=parent or number,
            thread_url=f"{self._root}/web/statuses/{quote(parent or number)}",
            parent_id=parent,
            author=text_at(writer, "display_name") or name,
            author_id=name,
            author_url=absolute(self._root, text_at(writer, "url")),
            published_at=parse_date(raw, now=page.fetched_at, zone="UTC"),
            published_raw=raw,
            reach=reach(
                likes=count_at(status, "favourites_count"),
                replies=count_at(status, "replies_count"),
                shares=count_at(status, "reblogs_count"),
                followers=count_at(writer, "followers_count"),
            ),
        )


def _number(text: str) -> int:
    """Ids grow with time; 0 for one that is no number."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 40 else 0


def _refused(page: Page) -> Exception:
    try:
        said = text_at(read_object(page, ""), "error") or ""
    except ParseError:
        said = ""
    failure = Failure.AUTH if page.status == 422 and "authenticated" in said else None
    return refusal(page, said, _LEAVE if page.status in (401, 403, 422) else _MEND, failure)
