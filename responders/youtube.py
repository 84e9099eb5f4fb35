"""Answers to comments on YouTube as a channel of ours (options: client_id, client_secret, refresh_token; scope
youtube.force-ssl). Each costs 50 of the day's units.

An answer may be held for review without our being told, so one that cannot be found may still stand there.
"""

from collections.abc import Generator
from datetime import datetime
from typing import Any, ClassVar
from urllib.parse import quote, urlencode

from listener.errors import ConfigError, OutcomeUnknown, PermanentDelivery, TransientDelivery
from listener.markup import plain
from listener.protocols import Conversation, Outcome, OutgoingReply, Page, Published, Request, SourceConfig
from responders.interface import SKEW, answer, get, refused, send, text_of, words

API = "https://www.googleapis.com/youtube/v3"
TOKENS = "https://oauth2.googleapis.com/token"
SITE = "https://www.youtube.com"
NEEDED = ("client_id", "client_secret", "refresh_token")
LONGEST = 10_000
MOST_PAGES = 10
_MEND = "give options.client_id, client_secret and refresh_token of the channel's account (docs/social.md)"


class YouTubePublisher:
    """options: client_id, client_secret, refresh_token."""

    kind: ClassVar[str] = "youtube"
    absence_is_certain: ClassVar[bool] = False

    def __init__(self, config: SourceConfig) -> None:
        self._options = {name: str(config.options.get(name) or "") for name in NEEDED}
        if not all(self._options.values()):
            raise ConfigError("cannot answer here without leave of a channel", where=config.name, mend=_MEND)
        self._api = str(config.options.get("api", API)).rstrip("/")
        self._tokens = str(config.options.get("token_url", TOKENS))
        self._where = config.name

    def publish(self, reply: OutgoingReply) -> Conversation[Published]:
        """Posts the answer below the thread's first comment: there are no deeper ones."""
        if len(reply.text) > LONGEST:
            raise PermanentDelivery(f"the place takes {LONGEST} characters", where=self._where, mend="shorten it")
        headers = yield from self._enter()
        thread = _thread(reply)
        body = {"snippet": {"parentId": thread, "textOriginal": reply.text}}
        page = yield send(f"{self._api}/comments?part=snippet", headers, body)
        self._check(page)
        return _standing(answer(page), reply)

    def find(self, reply: OutgoingReply) -> Conversation[Published | None]:
        """Our answer among those of the thread."""
        headers = yield from self._enter()
        page = yield get(f"{self._api}/channels?{urlencode({'part': 'id', 'mine': 'true'})}", headers)
        self._check(page)
        channels = answer(page).get("items")
        ours = text_of(channels[0], "id") if isinstance(channels, list) and channels else ""
        token = ""
        for _ in range(MOST_PAGES):
            page = yield get(f"{self._api}/comments?{urlencode(_asked(reply, token))}", headers)
            if page.status == 404:
                return None
            self._check(page)
            found = answer(page).get("items")
            for one in found if isinstance(found, list) else ():
                if ours and text_of(one, "snippet", "authorChannelId", "value") == ours and _is(one, reply):
                    return _standing(one, reply)
            token = text_of(answer(page), "nextPageToken")
            if not token:
                break
        return None

    # --- details ----------------------------------------------------------------------------------------------

    def _enter(self) -> Generator[Request, Page, dict[str, str]]:
        """A token that holds for an hour, from the one that holds until it is taken back."""
        form = (*self._options.items(), ("grant_type", "refresh_token"))
        try:
            page = yield Request(url=self._tokens, method="POST", form=form, api=True)
        except OutcomeUnknown as error:  # a log-in that was lost has posted nothing
            raise TransientDelivery(error.message, where=self._where) from error
        said = answer(page)
        if page.status >= 400:
            raise refused(page, text_of(said, "error_description") or text_of(said, "error"), self._where, _MEND)
        token = text_of(said, "access_token")
        if not token:
            raise PermanentDelivery("no token was given", where=self._where, mend=_MEND)
        return {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    def _check(self, page: Page) -> None:
        if page.status < 400:
            return
        error: Any = answer(page).get("error")
        listed = error.get("errors") if isinstance(error, dict) else None
        reason = text_of(listed[0], "reason") if isinstance(listed, list) and listed else ""
        said = ": ".join(part for part in (reason, plain(text_of(error, "message"))) if part)
        if reason in ("quotaExceeded", "dailyLimitExceeded", "rateLimitExceeded"):
            raise TransientDelivery(f"{said} (HTTP {page.status})", where=self._where, retry_after=3600.0)
        raise refused(page, said, self._where)


def _thread(reply: OutgoingReply) -> str:
    return reply.post.thread_id or reply.post.native_id.partition(".")[0]


def _asked(reply: OutgoingReply, token: str) -> dict[str, str]:
    asked = {"part": "snippet", "parentId": _thread(reply), "maxResults": "100", "textFormat": "plainText"}
    return asked | ({"pageToken": token} if token else {})


def _is(comment: dict[str, Any], reply: OutgoingReply) -> bool:
    """Whether a comment holds the reply, and is not the same words from before its approval."""
    said = text_of(comment, "snippet", "textOriginal") or plain(text_of(comment, "snippet", "textDisplay"))
    try:
        at = datetime.fromisoformat(text_of(comment, "snippet", "publishedAt"))
    except ValueError:
        return False
    return at.tzinfo is not None and at >= reply.approved_at - SKEW and words(said) == words(reply.text)


def _standing(comment: dict[str, Any], reply: OutgoingReply) -> Published:
    number = text_of(comment, "id")
    video = (reply.post.thread_url or reply.post.url).partition("v=")[2].partition("&")[0]
    return Published(
        outcome=Outcome.PUBLISHED,
        url=f"{SITE}/watch?v={quote(video)}&lc={quote(number)}" if video and number else None,
        native_id=number or None,
    )
