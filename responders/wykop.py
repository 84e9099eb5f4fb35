"""Answers on Wykop as an account of ours, through its API v3 (options: token_store, account).

A person let our application write for the account once; what it got then lies in a file. The refresh token in it is
good for one use: the new one is written, whole or not at all, before anything else is asked (listener.tokens.Refresh).
What the place holds back for its moderators it does not say, so an answer that cannot be found may stand there still.
"""

import json
from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any, ClassVar
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from listener.credentials import needed
from listener.errors import ConfigError, OutcomeUnknown, PermanentDelivery
from listener.protocols import Conversation, Outcome, OutgoingReply, Page, Published, Request, SourceConfig
from listener.tokens import Clock, Headers, Refresh, ask, now_utc
from responders.interface import SKEW, answer, get, refused, send, text_of, words

API = "https://wykop.pl/api/v3"
SITE = "https://wykop.pl"
MEND = "connect the account again (docs/social.md)"
_PAUSE = 1.0
"""Seconds between calls: the place publishes no limit."""
_MOST_PAGES = 10


class _Consent(Refresh):
    """As of all refresh tokens, in this place's own envelope: {"data": {...}} both ways."""

    def request(self) -> Request:
        """Changes the refresh token into new ones."""
        fields = dict(self.asked()[0])
        body = {"data": {"refresh_token": fields["refresh_token"]}}
        return Request(url=self.url, method="POST", json=body, tag="token", api=True)

    def take(self, page: Page) -> Headers:
        """The header, once the next refresh token is kept."""
        data = answer(page).get("data")
        said = data if isinstance(data, dict) else {}
        plain = {"access_token": said.get("token"), "refresh_token": said.get("refresh_token")}
        return super().take(replace(page, body=json.dumps(plain).encode()))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What is answered: an entry or a link, below it a comment where that takes answers of its own."""

    path: str
    address: str
    thread: str

    @classmethod
    def of(cls, reply: OutgoingReply) -> "_Place":
        """Entries hold comments side by side; a link's comments have comments below them, one level deep."""
        post = reply.post
        thread, _, comment = post.native_id.partition("#")
        is_link, number = thread.startswith("l"), thread.removeprefix("l")
        if not number.isalnum() or (comment and not comment.isalnum()):
            raise PermanentDelivery("not an entry, a link or a comment of Wykop", where=post.url)
        if not is_link:
            return cls(path=f"/entries/{number}/comments", address=f"{SITE}/wpis/{number}", thread=thread)
        above = (post.parent_id or "").partition("#")[2] or comment
        deeper = f"/{quote(above)}" if above else ""
        address = post.thread_url or f"{SITE}/link/{number}"
        return cls(path=f"/links/{number}/comments{deeper}", address=address, thread=thread)


class WykopPublisher:
    """options: token_store (a file that holds refresh_token), account (the name that it writes under)."""

    kind: ClassVar[str] = "wykop"
    absence_is_certain: ClassVar[bool] = False

    def __init__(self, config: SourceConfig, *, clock: Clock = now_utc) -> None:
        self._where, self._zone = config.name, ZoneInfo(config.zone)
        self._account = needed(config, "account", MEND)
        self._api = str(config.options.get("api") or API).rstrip("/")
        if not config.options.get("token_store"):
            raise ConfigError("cannot answer here without options.token_store", where=config.name, mend=MEND)
        self._grant = _Consent(
            where=config.name, url=f"{self._api}/refresh-token", mend=MEND, clock=clock, client_id=self._account,
            client_secret="", store=Path(needed(config, "token_store", MEND)),
        )  # fmt: skip

    def publish(self, reply: OutgoingReply) -> Conversation[Published]:
        """Posts it below the entry, or below the link's comment, and names whom it answers."""
        place = _Place.of(reply)
        content = _addressed(reply)
        page = yield from ask(self._grant, send(self._api + place.path, {}, {"data": {"content": content}}))
        self._check(page)
        data = answer(page).get("data")
        if not text_of(data, "id"):
            raise OutcomeUnknown("the place took the answer and named no id for it", where=self._where)
        return self._standing(place, data)

    def find(self, reply: OutgoingReply) -> Conversation[Published | None]:
        """Our comment with these words, written since the approval. Pages are followed by their `next`."""
        place, token = _Place.of(reply), ""
        listed = (
            place.path if place.path.startswith("/entries/") else place.path.partition("/comments")[0] + "/comments"
        )
        for _ in range(_MOST_PAGES):
            asked = {"limit": "50"} | ({"page": token} if token else {})
            page = yield from ask(
                self._grant, replace(get(f"{self._api}{listed}?{urlencode(asked)}", {}), pause=_PAUSE)
            )
            if page.status == 404:
                return None
            self._check(page)
            for one in _comments(answer(page).get("data")):
                if self._is(one, reply):
                    return self._standing(place, one)
            token = text_of(answer(page), "pagination", "next")
            if not token:
                break
        return None

    # --- details ----------------------------------------------------------------------------------------------

    def _is(self, comment: Mapping[str, Any], reply: OutgoingReply) -> bool:
        """Whether a comment holds the reply, and is not the same words from before its approval."""
        try:
            local = datetime.fromisoformat(text_of(comment, "created_at"))
        except ValueError:
            return False
        # times carry no zone; of an hour that comes twice the later one is meant, or ours would be taken for an older
        at = local if local.tzinfo else local.replace(tzinfo=self._zone, fold=1)
        ours = text_of(comment, "author", "username").casefold() == self._account.casefold()
        late = at >= reply.approved_at - SKEW
        return ours and late and words(text_of(comment, "content")).endswith(words(reply.text))

    def _standing(self, place: _Place, comment: Any) -> Published:
        number = text_of(comment, "id")
        url = f"{place.address}#{number}" if place.thread[:1] != "l" else f"{place.address}/komentarz/{number}"
        return Published(outcome=Outcome.PUBLISHED, url=url, native_id=f"{place.thread}#{number}")

    def _check(self, page: Page) -> None:
        if page.status >= 400:
            raise refused(page, text_of(answer(page), "error", "message"), self._where, MEND)


def _addressed(reply: OutgoingReply) -> str:
    """Whose comment it answers stands in front, by the custom of the place: they would not hear of it else."""
    name = reply.post.author
    if not name or f"@{name}".casefold() in reply.text.casefold():
        return reply.text
    return f"@{name}: {reply.text}"


def _comments(data: object) -> Generator[Mapping[str, Any], None, None]:
    """Comments, and those that stand inside them."""
    for one in data if isinstance(data, list) else ():
        if isinstance(one, dict):
            yield one
            inside = one.get("comments")
            yield from _comments(inside.get("items") if isinstance(inside, dict) else None)
