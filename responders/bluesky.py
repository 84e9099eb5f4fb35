"""Answers on Bluesky as an account of ours (username, and an app password as password).

The record's key is made from the reply, so the same reply cannot stand there twice: a second attempt meets the first.
A new record can be read at once, so one that cannot be read was not posted.
"""

import re
from collections.abc import Generator
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from listener.errors import ConfigError, OutcomeUnknown, PermanentDelivery, TransientDelivery
from listener.protocols import Conversation, Outcome, OutgoingReply, Page, Published, SourceConfig
from responders.interface import answer, get, mark, refused, send, text_of, whole_characters

API = "https://bsky.social"
SITE = "https://bsky.app"
POSTS = "app.bsky.feed.post"
LONGEST, LONGEST_BYTES = 300, 3000
_SORTABLE = "234567abcdefghijklmnopqrstuvwxyz"
_LINK = re.compile(r"https?://[^\s<>\"']+[^\s<>\"'.,;:!?)\]]")
_MEND = "give username (the handle) and password (an app password)"


def key_of(reply: OutgoingReply) -> str:
    """A record key as the place makes them (13 signs: microseconds and 10 more bits), from the reply alone."""
    moment = int(reply.approved_at.timestamp() * 1_000_000)
    number = (moment & (2**53 - 1)) << 10 | int(mark(reply)[:4], 16) & 1023
    return "".join(_SORTABLE[number >> shift & 31] for shift in range(60, -1, -5))


def facets(text: str) -> list[dict[str, Any]]:
    """Links made to be clicked. Positions count bytes of UTF-8."""
    return [
        {
            "index": {"byteStart": len(text[: m.start()].encode()), "byteEnd": len(text[: m.end()].encode())},
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": m[0]}],
        }
        for m in _LINK.finditer(text)
    ]


class BlueskyPublisher:
    """options: username, password."""

    kind: ClassVar[str] = "bluesky"
    absence_is_certain: ClassVar[bool] = True

    def __init__(self, config: SourceConfig) -> None:
        options = config.options
        self._user, self._password = str(options.get("username") or ""), str(options.get("password") or "")
        if not self._user or not self._password:
            raise ConfigError("cannot answer here without an account", where=config.name, mend=_MEND)
        self._api = str(options.get("api", API)).rstrip("/")
        self._where = config.name

    def publish(self, reply: OutgoingReply) -> Conversation[Published]:
        """Logs in, looks at the post that is answered, and answers it."""
        self._check_length(reply.text)
        headers, did = yield from self._log_in()
        view = yield from self._post(reply, headers)
        parent = {"uri": text_of(view, "uri"), "cid": text_of(view, "cid")}
        given = (view.get("record") or {}).get("reply") or {}
        root = {"uri": text_of(given, "root", "uri"), "cid": text_of(given, "root", "cid")}
        record: dict[str, Any] = {
            "$type": POSTS,
            "text": reply.text,
            "createdAt": reply.approved_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "reply": {"root": root if all(root.values()) else parent, "parent": parent},
        }
        if links := facets(reply.text):
            record["facets"] = links
        body = {"repo": did, "collection": POSTS, "rkey": key_of(reply), "record": record}
        page = yield send(f"{self._api}/xrpc/com.atproto.repo.createRecord", headers, body)
        if page.status < 400:
            return self._standing(did, reply)
        there = yield from self._look(did, reply, headers)
        if there is not None:
            return there
        raise self._refused(page)

    def find(self, reply: OutgoingReply) -> Conversation[Published | None]:
        """The record under the reply's own key."""
        headers, did = yield from self._log_in()
        return (yield from self._look(did, reply, headers))

    # --- details ----------------------------------------------------------------------------------------------

    def _log_in(self) -> Generator[Any, Page, tuple[dict[str, str], str]]:
        url = f"{self._api}/xrpc/com.atproto.server.createSession"
        try:
            page = yield send(url, {}, {"identifier": self._user, "password": self._password})
        except OutcomeUnknown as error:  # a log-in that was lost has posted nothing
            raise TransientDelivery(error.message, where=self._where) from error
        if page.status >= 400:
            raise self._refused(page)
        said = answer(page)
        access, did = text_of(said, "accessJwt"), text_of(said, "did")
        if not access or not did:
            raise PermanentDelivery("no session was given", where=self._where, mend=_MEND)
        return {"Authorization": f"Bearer {access}", "Accept": "application/json"}, did

    def _post(self, reply: OutgoingReply, headers: dict[str, str]) -> Generator[Any, Page, dict[str, Any]]:
        asked = urlencode({"uris": reply.post.native_id})
        page = yield get(f"{self._api}/xrpc/app.bsky.feed.getPosts?{asked}", headers)
        if page.status >= 400:
            raise self._refused(page)
        found = answer(page).get("posts")
        view = found[0] if isinstance(found, list) and found and isinstance(found[0], dict) else {}
        if not text_of(view, "cid") or not isinstance(view.get("record"), dict):
            raise PermanentDelivery("the post is gone", where=self._where)
        return view

    def _look(self, did: str, reply: OutgoingReply, headers: dict[str, str]) -> Generator[Any, Page, Published | None]:
        asked = urlencode({"repo": did, "collection": POSTS, "rkey": key_of(reply)})
        page = yield get(f"{self._api}/xrpc/com.atproto.repo.getRecord?{asked}", headers)
        if page.status < 400:
            return self._standing(did, reply)
        if page.status in (400, 404) and text_of(answer(page), "error") in ("RecordNotFound", "NotFound"):
            return None
        if page.status == 400 and "not locate record" in text_of(answer(page), "message"):
            return None
        raise self._refused(page)

    def _standing(self, did: str, reply: OutgoingReply) -> Published:
        key = key_of(reply)
        return Published(
            outcome=Outcome.PUBLISHED,
            url=f"{SITE}/profile/{quote(did, safe=':')}/post/{key}",
            native_id=f"at://{did}/{POSTS}/{key}",
        )

    def _check_length(self, text: str) -> None:
        if whole_characters(text) > LONGEST or len(text.encode()) > LONGEST_BYTES:
            raise PermanentDelivery(
                f"the place takes {LONGEST} characters, not {whole_characters(text)}",
                where=self._where,
                mend="shorten it",
            )

    def _refused(self, page: Page) -> PermanentDelivery | TransientDelivery:
        said = answer(page)
        return refused(page, ": ".join(part for part in (text_of(said, "error"), text_of(said, "message")) if part),
                       self._where, _MEND if page.status == 401 else "")  # fmt: skip
