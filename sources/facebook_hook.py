"""What Facebook sends of a page by itself: posts and comments that were added, edited, removed, hidden, shown again.

Deliveries are batched, repeated for a day and a half, and come in any order. Each change carries when it happened, so
that an older one never undoes a newer one; what was removed stays removed; an "add" tells nothing of a post that is
known. What the page itself writes comes back as an echo and is left out.
"""

import hashlib
import hmac
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from listener.errors import ConfigError, Forged, ParseError
from listener.model import Post, utc
from listener.protocols import Parsed, SourceConfig
from listener.text import clean_text
from sources.facebook_posts import Thread, post, time_at
from sources.payload import Object, inner, objects, text_at

FIELDS = ("feed", "mention")
ITEMS = frozenset({"comment", "post", "status", "photo", "video", "share", "link", "note", "event"})
"""Things with words in them; reactions and likes have none."""
LONGEST_CHALLENGE = 1000
SIGNATURE = "x-hub-signature-256"
_ADDED = frozenset({"add"})
_EDITED = frozenset({"edit", "edited", "unhide"})
_GONE = frozenset({"remove", "hide"})


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    """One change of one post. at: as listener.arrivals sorts it. hidden: whether it is, where the change says so."""

    native_id: str
    at: str
    post: Post | None
    removes: bool = False
    hidden: bool | None = None


class FacebookHook:
    """The receiving side of kind `facebook`. options: app_secret and verify_token."""

    kind: ClassVar[str] = "facebook"
    shared: ClassVar[bool] = True
    """An app has one address for all its pages: what it sends there is for every source that knows its secret."""

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        self._page = str(config.options.get("page_id") or "").strip()

    def challenge(self, query: Mapping[str, str]) -> str:
        """hub.challenge, where hub.verify_token is ours."""
        ours, theirs = self._secret("verify_token"), query.get("hub.verify_token", "")
        fits = hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "replace"))
        said = query.get("hub.challenge", "")
        if not fits or query.get("hub.mode") != "subscribe" or not 0 < len(said) <= LONGEST_CHALLENGE:
            raise Forged(
                "hub.verify_token is not ours", where=self._config.name, mend="compare it with options.verify_token"
            )
        return said

    def verify(self, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
        """X-Hub-Signature-256 over the raw body, keyed with the app's secret."""
        wanted = hmac.new(self._secret("app_secret").encode(), body, hashlib.sha256).hexdigest()
        given = headers.get(SIGNATURE, "").encode("utf-8", "replace")
        if not hmac.compare_digest(f"sha256={wanted}".encode(), given):
            mend = "compare options.app_secret with the app's"
            raise Forged("X-Hub-Signature-256 does not fit the body", where=self._config.name, mend=mend)

    def _secret(self, key: str) -> str:
        value = str(self._config.options.get(key) or "").strip()
        if not value:
            raise ConfigError("is missing: needed for webhooks", where=f"{self._config.name}: options.{key}")
        return value

    # --- reading ----------------------------------------------------------------------------------------------

    def read(self, headers: Mapping[str, str], body: bytes, received_at: datetime) -> Parsed:
        """The last change of each post in a delivery, with when it happened as a mark."""
        latest: dict[str, _Change] = {}
        threads: dict[str, None] = {}
        for entry in self._entries(body):
            for value in self._values(entry):
                change = self._change(value, entry, received_at)
                if change is None:
                    continue
                before = latest.get(change.native_id)
                if before is None or before.at < change.at:
                    latest[change.native_id] = change
                if change.removes and text_at(value, "item") != "comment":
                    threads[change.native_id] = None
        return Parsed(
            posts=tuple(change.post for change in latest.values() if change.post),
            gone=tuple(change.native_id for change in latest.values() if change.post is None),
            marks={f"changed:{change.native_id}": change.at for change in latest.values()},
            hints={"threads_gone": "\n".join(threads)} if threads else {},
            hidden={change.native_id: change.hidden for change in latest.values() if change.hidden is not None},
        )

    def _entries(self, body: bytes) -> Iterator[Object]:
        try:
            value = json.loads(body)
        except (ValueError, RecursionError):
            raise ParseError("the body is not JSON", where=self._config.name) from None
        if not isinstance(value, dict) or value.get("object") != "page":
            raise ParseError('the body is not about a page ("object": "page")', where=self._config.name)
        for entry in objects(value.get("entry")):
            if text_at(entry, "id") == self._page:
                yield entry

    def _values(self, entry: Object) -> Iterator[Object]:
        for change in objects(entry.get("changes")):
            if change.get("field") in FIELDS:
                yield inner(change, "value")

    def _change(self, value: Object, entry: Object, received_at: datetime) -> _Change | None:
        item, verb = text_at(value, "item"), text_at(value, "verb")
        native_id = text_at(value, "comment_id") if item == "comment" else text_at(value, "post_id")
        if item not in ITEMS or native_id is None:
            return None
        sent = time_at(entry, "time") or utc(received_at)
        when = _order(time_at(value, "created_time") or sent, sent, last=verb == "remove")
        if verb in _GONE:
            removes = verb == "remove"
            return _Change(native_id=native_id, at=when, post=None, removes=removes, hidden=None if removes else True)
        told = self._post(value, native_id, verb or "", received_at)
        if told is None or verb not in _ADDED | _EDITED:
            return None
        shown = False if verb == "unhide" else None
        return _Change(native_id=native_id, at="0" if verb in _ADDED else when, post=told, hidden=shown)

    def _post(self, value: Object, native_id: str, verb: str, received_at: datetime) -> Post | None:
        """None for an echo of the page's own, and where there is nothing to read. Who hides or shows something is
        not who wrote it."""
        text = clean_text(str(value.get("message") or "")).strip()
        author = _author(value) if verb != "unhide" else {}
        if not text or text_at(author, "id") == self._page:
            return None
        about = text_at(value, "post_id") or native_id
        # of an edit the time is that of the edit
        at = time_at(value, "created_time") if verb in _ADDED else None
        return post(
            self._config,
            native_id=native_id,
            thread=Thread(id=about),
            parent=(text_at(value, "parent_id") or about) if native_id != about else None,
            text=text,
            author=author,
            url=text_at(inner(value, "post"), "permalink_url") if native_id == about else None,
            at=at,
            raw=text_at(value, "created_time") if at else None,
            seen_at=utc(received_at),
        )


def _author(value: Object) -> Object:
    """from, or in its older form sender_id and sender_name."""
    return inner(value, "from") or {"id": value.get("sender_id"), "name": value.get("sender_name")}


def _order(at: datetime, sent: datetime, *, last: bool) -> str:
    """As listener.arrivals.order: by when it happened, then by when it was sent; a removal behind all else."""
    return f"1{'z' if last else 'a'}{int(at.timestamp()):012d}:{int(sent.timestamp()):012d}"
