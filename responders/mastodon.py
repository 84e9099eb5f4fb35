"""Answers on Mastodon with an access token (options.access_token; scopes read:statuses, read:accounts, write:statuses).

The server takes the same Idempotency-Key once within an hour, and shows a post at once to who wrote it; so a reply that
cannot be found was not posted. The answer is as public as the post, and names its writer, or they would not hear of it.
"""

import re
from collections.abc import Generator
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from listener.errors import ConfigError, PermanentDelivery
from listener.markup import plain
from listener.protocols import Conversation, Outcome, OutgoingReply, Page, Published, Request, SourceConfig
from responders.interface import SKEW, answer, get, mark, refused, send, text_of, whole_characters, words

LONGEST = 500
LINK_COUNTS = 23
_LINK = re.compile(r"https?://\S+")
_FAR_NAME = re.compile(r"(@\w[\w.-]*)@[\w.-]+")
_VISIBILITIES = ("public", "unlisted", "private", "direct")
_MEND = "check options.access_token and its scopes (docs/social.md)"


def counted(text: str) -> int:
    """Characters as the server counts them: a link is 23, a name is without its server."""
    return whole_characters(_FAR_NAME.sub(r"\1", _LINK.sub("x" * LINK_COUNTS, text)))


class MastodonPublisher:
    """options: access_token."""

    kind: ClassVar[str] = "mastodon"
    absence_is_certain: ClassVar[bool] = True

    def __init__(self, config: SourceConfig) -> None:
        token = config.options.get("access_token")
        if not token:
            raise ConfigError("cannot answer here without options.access_token", where=config.name, mend=_MEND)
        parts = urlsplit(config.url)
        self._root = f"{parts.scheme}://{parts.netloc}"
        self._where = config.name
        self._headers = {"Accept": "application/json", "Authorization": f"Bearer {token}"}

    def publish(self, reply: OutgoingReply) -> Conversation[Published]:
        """Looks at the post that is answered, then answers it once."""
        status = yield from self._status(reply)
        text = _addressed(reply.text, text_of(status, "account", "acct"))
        longest = yield from self._longest()
        if counted(text) > longest:
            raise PermanentDelivery(
                f"the server takes {longest} characters, not {counted(text)}", where=self._where, mend="shorten it"
            )
        visibility = text_of(status, "visibility")
        body = {
            "status": text,
            "in_reply_to_id": reply.post.native_id,
            "visibility": visibility if visibility in _VISIBILITIES else "unlisted",
        }
        headers = {**self._headers, "Idempotency-Key": mark(reply)[:32]}
        page = yield send(f"{self._root}/api/v1/statuses", headers, body)
        self._check(page)
        return _standing(answer(page))

    def find(self, reply: OutgoingReply) -> Conversation[Published | None]:
        """Our answer among those below the post."""
        page = yield self._get("/api/v1/accounts/verify_credentials")
        self._check(page)
        ours = text_of(answer(page), "id")
        page = yield self._get(f"/api/v1/statuses/{quote(reply.post.native_id, safe='')}/context")
        if page.status in (404, 410):
            return None
        self._check(page)
        below = answer(page).get("descendants")
        for one in below if isinstance(below, list) else ():
            if text_of(one, "account", "id") == ours and _is(one, reply):
                return _standing(one)
        return None

    # --- details ----------------------------------------------------------------------------------------------

    def _get(self, path: str) -> Request:
        return get(self._root + path, self._headers)

    def _status(self, reply: OutgoingReply) -> Generator[Request, Page, dict[str, Any]]:
        page = yield self._get(f"/api/v1/statuses/{quote(reply.post.native_id, safe='')}")
        if page.status in (404, 410):
            raise PermanentDelivery("the post is gone, or not to be seen by our account", where=self._where)
        self._check(page)
        return answer(page)

    def _longest(self) -> Generator[Request, Page, int]:
        """What the server says that a post may hold; 500 where it does not."""
        page = yield self._get("/api/v2/instance")
        said: Any = answer(page)
        for name in ("configuration", "statuses", "max_characters"):
            said = said.get(name) if isinstance(said, dict) else None
        return said if isinstance(said, int) and said > 0 else LONGEST

    def _check(self, page: Page) -> None:
        if page.status >= 400:
            raise refused(page, text_of(answer(page), "error"), self._where, _MEND)


def _addressed(text: str, name: str) -> str:
    return text if not name or f"@{name}".casefold() in text.casefold() else f"@{name} {text}"


def _is(status: dict[str, Any], reply: OutgoingReply) -> bool:
    """Whether a status holds the reply, and is not the same words from before its approval."""
    try:
        at = datetime.fromisoformat(text_of(status, "created_at"))
    except ValueError:
        return False
    recent = at.tzinfo is not None and at >= reply.approved_at - SKEW
    return recent and words(plain(text_of(status, "content"))).endswith(words(reply.text))


def _standing(status: dict[str, Any]) -> Published:
    url = text_of(status, "url")
    return Published(
        outcome=Outcome.PUBLISHED,
        url=url if url.startswith(("https://", "http://")) else None,
        native_id=text_of(status, "id") or None,
    )
