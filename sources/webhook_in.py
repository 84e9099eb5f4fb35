"""Posts that any other system sends by itself: signed JSON over HTTP, in the fields of the contract.

options.secret, or options.secrets while one is being changed for another. The sender signs what it sends:

    X-Listener-Timestamp: seconds since 1970
    X-Listener-Signature: sha256=<hex HMAC-SHA256 of timestamp + "." + body, keyed with the secret>

The body is one post or a list of posts; native_id makes sending twice harmless. {"native_id": ..., "deleted": true}
tells that a post is gone.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit

from listener.errors import ConfigError, Forged, ParseError, WrongUse
from listener.markup import clean_text
from listener.model import Post, Quote, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from listener.wire import post_from_json

TIMESTAMP = "x-listener-timestamp"
SIGNATURE = "x-listener-signature"
WINDOW = 300
"""Seconds that a sender's clock may differ from ours."""
MOST_POSTS = 1000
LONGEST_TEXT = 100_000
SHORTEST_SECRET = 16
_LINKS = ("url", "thread_url", "author_url")
_MEND = "docs/social.md shows what a post looks like"


class WebhookIn:
    """Source kind `webhook_in`: read from what is sent, never asked."""

    kind: ClassVar[str] = "webhook_in"
    abilities: ClassVar[frozenset[Ability]] = frozenset({Ability.WEBHOOK, Ability.EDIT})
    example: ClassVar[str] = "https://crm.example.org/"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config

    # --- as a source ------------------------------------------------------------------------------------------

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """Nothing: the other system sends."""
        return ()

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """What a body that was saved to a file would tell of."""
        return self.read(page.headers, page.body, page.fetched_at)

    # --- as a hook --------------------------------------------------------------------------------------------

    def challenge(self, query: Mapping[str, str]) -> str:
        """Nobody asks here: the signature of what is sent is proof enough."""
        raise Forged("this address takes signed POSTs and answers no questions", where=self._config.name)

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """Forged unless one of the secrets signed this body within five minutes of now."""
        stamp, given = headers.get(TIMESTAMP, "").strip(), headers.get(SIGNATURE, "")
        if not (stamp.isascii() and stamp.isdigit() and len(stamp) <= 12):
            raise self._forged("X-Listener-Timestamp is missing or no number of seconds")
        if abs(now.timestamp() - int(stamp)) > WINDOW:
            raise self._forged("X-Listener-Timestamp is more than five minutes off; check both clocks")
        signed = stamp.encode() + b"." + body
        wanted = [b"sha256=" + hmac.new(key, signed, hashlib.sha256).hexdigest().encode() for key in self.secrets()]
        offered = [one.strip().encode("utf-8", "replace") for one in given.split(",")[:5]]
        # every pair is compared, so that the time it takes tells nothing
        matches = [hmac.compare_digest(one, other) for one in offered for other in wanted]
        if not any(matches):
            raise self._forged("X-Listener-Signature does not fit the body")

    def read(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> Parsed:
        """Posts, and ids of those that are gone. ParseError names the post and the field."""
        posts: dict[str, Post] = {}
        gone: dict[str, None] = {}
        for number, one in enumerate(self._objects(body), start=1):
            place = f"{self._config.name}: post {number}"
            if one.get("deleted") is True:
                gone[_native_id(one, place)] = None
            else:
                post = self._post(one, place, received_at)
                posts[post.native_id] = post
        return Parsed(posts=tuple(posts.values()), gone=tuple(gone))

    # --- details ----------------------------------------------------------------------------------------------

    def _forged(self, message: str) -> Forged:
        return Forged(message, where=self._config.name, mend="docs/social.md shows how to sign")

    def secrets(self) -> list[bytes]:
        """What the sender may sign with. ConfigError where there is none, or one that can be guessed."""
        options = self._config.options
        several = options.get("secrets")
        given = [options.get("secret"), *(several if isinstance(several, list | tuple) else [several])]
        secrets = [str(one) for one in given if one]
        if not secrets:
            mend = "give options.secret, a long random text that the sender knows too"
            raise ConfigError("has no secret to know its sender by", where=self._config.name, mend=mend)
        if any(len(one) < SHORTEST_SECRET for one in secrets):
            mend = "python3 -c 'import secrets; print(secrets.token_hex(32))' makes a good one"
            raise ConfigError(
                f"a secret of fewer than {SHORTEST_SECRET} characters can be guessed",
                where=self._config.name,
                mend=mend,
            )
        return [one.encode() for one in secrets]

    def _objects(self, body: bytes) -> list[dict[str, Any]]:
        name = self._config.name
        try:
            value = json.loads(body.decode("utf-8-sig"), parse_constant=_no_constant)
        except (ValueError, RecursionError):
            raise ParseError("the body is not JSON in UTF-8", where=name, mend=_MEND) from None
        several = value if isinstance(value, list) else [value]
        if len(several) > MOST_POSTS:
            raise ParseError(f"{len(several)} posts at once", where=name, mend=f"send at most {MOST_POSTS}")
        for number, one in enumerate(several, start=1):
            if not isinstance(one, dict):
                raise ParseError("must be an object", where=f"{name}: post {number}", mend=_MEND)
        return several

    def _post(self, one: Mapping[str, Any], place: str, received_at: datetime) -> Post:
        ours = {"source": self._config.name, "kind": self.kind, "native_id": _native_id(one, place)}
        given = {**one, **ours, "seen_at": one.get("seen_at") or received_at}
        try:
            post = post_from_json(given, place)
        except WrongUse as error:
            raise ParseError(error.message, where=error.where, mend=error.mend or _MEND) from None
        for field in _LINKS:
            _check_link(getattr(post, field), f"{place}: {field}")
        if len(post.text) > LONGEST_TEXT:
            raise ParseError(f"is longer than {LONGEST_TEXT} characters", where=f"{place}: text")
        return _cleaned(post)


def _cleaned(post: Post) -> Post:
    return replace(
        post,
        text=clean_text(post.text).strip(),
        quotes=tuple(Quote(author=_clean(one.author), text=clean_text(one.text)) for one in post.quotes),
        seen_at=utc(post.seen_at),
        thread_id=_clean(post.thread_id),
        thread_title=_clean(post.thread_title),
        parent_id=_clean(post.parent_id),
        author=_clean(post.author),
        author_id=_clean(post.author_id),
        published_raw=_clean(post.published_raw),
    )


def _clean(value: str | None) -> str | None:
    return clean_text(value).strip() or None if value else None


def _native_id(one: Mapping[str, Any], place: str) -> str:
    value = one.get("native_id")
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str) or not value.strip():
        mend = "give each post the id that your system knows it by"
        raise ParseError("is missing or empty", where=f"{place}: native_id", mend=mend)
    if len(value) > 500:
        raise ParseError("is longer than 500 characters", where=f"{place}: native_id")
    return clean_text(value).strip()


def _check_link(value: str | None, place: str) -> None:
    if value is None:
        return
    try:
        parts = urlsplit(value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError:
        usable = False
    if not usable:
        raise ParseError("must be an http or https address", where=place)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
