"""Answers on a Facebook page of one's own: a reply under the comment or post, a private reply, hiding.

A reply appears at once and under the page's name. Where the answer to a POST was lost, or Facebook says "unknown
error", the thread is read back before anything is sent again (docs/decisions/0003).
"""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, ClassVar

from listener.errors import ConfigError, OutcomeUnknown, PermanentDelivery, TransientDelivery
from listener.graph import Access, Meaning, Refusal, refusal
from listener.model import Post
from listener.protocols import Conversation, Outcome, OutgoingReply, Page, PrivateMessage, Published, SourceConfig
from responders.facebook_answers import Row, answer_of, rows_of, same_words

PRIVATE_DAYS = timedelta(days=7)
MOST_PRIVATE = 2000
"""Characters of one message (Messenger Platform, Send API)."""
_TOO_LATE = "Facebook takes a private reply for seven days only"
_ONCE = "Facebook takes one private reply for each comment, and this one has had it"
_ANSWERED_PRIVATELY = 10900
_MEND_PRIVATE = "answer publicly instead"
_FIELDS = "id,message,created_time,from,parent{id},permalink_url"
_SLACK = timedelta(minutes=10)
"""Clocks differ: our reply may carry a time a little before its approval."""
_MOST_PAGES = 10
_READ_AGAIN = (0.0, 3.0, 6.0)
"""What was just written may take seconds to be seen: it is absent when it is absent for so long."""
_NO_ID = "words:"
_BAD_ID = "this post has no id, as Facebook gives none for pages of others: answer it by hand"


class FacebookPublisher:
    """The publisher of kind `facebook`."""

    kind: ClassVar[str] = "facebook"

    def __init__(self, config: SourceConfig) -> None:
        self._access = Access.of(config)
        if not self._access.own:
            where = f"{config.name}: options.own"
            raise ConfigError("Facebook lets nobody answer on pages of others by the API", where=where)

    @property
    def absence_is_certain(self) -> bool:
        """A page's own comment is not held for moderation."""
        return True

    # --- answering --------------------------------------------------------------------------------------------

    def publish(self, reply: OutgoingReply) -> Conversation[Published]:
        """Posts it. PermanentDelivery says what a person must do; OutcomeUnknown: look before sending again."""
        _check(reply)
        page = yield self._access.post(f"{reply.post.native_id}/comments", {"message": reply.text})
        wrong = self._wrong(page)
        if wrong is not None and wrong.meaning is Meaning.DUPLICATE:
            standing = yield from self.find(reply)
            if standing is not None:
                return standing
        if wrong is not None:
            raise _failed(wrong)
        said = answer_of(page)
        native_id = said.get("id")
        if not isinstance(native_id, str):
            raise OutcomeUnknown("Facebook took the reply and named no id for it", where=_where(reply))
        return Published(outcome=Outcome.PUBLISHED, url=f"{self._access.site}/{native_id}", native_id=native_id)

    # --- in private -------------------------------------------------------------------------------------------

    @property
    def private_within(self) -> timedelta:
        """Facebook takes a private reply for seven days, one for each comment or post."""
        return PRIVATE_DAYS

    def send_privately(self, message: PrivateMessage) -> Conversation[Published]:
        """One message to who wrote it. It goes to the messages of the page, never to a thread."""
        _check(message)
        written = message.post.published_at
        if written is not None and message.approved_at - written > PRIVATE_DAYS:
            raise PermanentDelivery(_TOO_LATE, where=_where(message), mend=_MEND_PRIVATE)
        if len(message.text) > MOST_PRIVATE:
            words = f"a private message holds {MOST_PRIVATE} characters"
            raise PermanentDelivery(words, where=_where(message), mend="shorten it")
        about = "post_id" if _is_post(message.post) else "comment_id"
        body: dict[str, Any] = {"recipient": {about: message.post.native_id}, "message": {"text": message.text}}
        page = yield self._access.post(f"{self._access.page}/messages", json=body)
        wrong = self._wrong(page)
        if wrong is not None and wrong.code == _ANSWERED_PRIVATELY:
            raise PermanentDelivery(f"{_ONCE}: {wrong.text}", where=_where(message), mend=_MEND_PRIVATE)
        if wrong is not None:
            raise _failed(wrong)
        if not answer_of(page).get("message_id"):
            raise OutcomeUnknown("Facebook took the message and named no id for it", where=_where(message))
        return Published(outcome=Outcome.PUBLISHED, url=message.post.url)

    def find_private(self, message: PrivateMessage) -> Conversation[Published | None]:
        """A comment that was answered privately says so; whose words they were and which, it does not say."""
        _check(message)
        page = yield self._access.get(message.post.native_id, {"fields": "private_reply_conversation"})
        wrong = self._wrong(page)
        if wrong is not None:
            raise _failed(wrong)
        if isinstance(answer_of(page).get("private_reply_conversation"), dict):
            return Published(outcome=Outcome.ACCEPTED, url=message.post.url)
        return None

    # --- hiding -----------------------------------------------------------------------------------------------

    def can_hide(self, post: Post) -> bool:
        """Comments can be hidden; posts of visitors are another matter at Facebook."""
        return not _is_post(post) and not post.native_id.startswith(_NO_ID)

    def hide(self, post: Post, *, hidden: bool) -> Conversation[None]:
        """Hides a comment from all but its author and their friends, or shows it again. Doing it twice is harmless."""
        if not self.can_hide(post):
            raise PermanentDelivery("only comments with an id can be hidden", where=post.url)
        page = yield self._access.post(post.native_id, {"is_hidden": "true" if hidden else "false"})
        wrong = self._wrong(page)
        if wrong is not None:
            raise _failed(wrong)
        if answer_of(page).get("success") is not True:
            raise OutcomeUnknown("Facebook did not say that it was done", where=post.url)

    def is_hidden(self, post: Post) -> Conversation[bool | None]:
        """As Facebook says now."""
        page = yield self._access.get(post.native_id, {"fields": "is_hidden"})
        wrong = self._wrong(page)
        if wrong is not None:
            raise _failed(wrong)
        said = answer_of(page).get("is_hidden")
        return said if isinstance(said, bool) else None

    # --- reading back -----------------------------------------------------------------------------------------

    def find(self, reply: OutgoingReply) -> Conversation[Published | None]:
        """Whether it stands there: the page's own comment with these words, in its place, since the approval."""
        _check(reply)
        for pause in _READ_AGAIN:
            found = yield from self._look(reply, pause)
            if found is not None:
                return found
        return None

    def _look(self, reply: OutgoingReply, pause: float) -> Conversation[Published | None]:
        thread = reply.post.thread_id or reply.post.native_id
        asked = {"filter": "stream", "order": "reverse_chronological", "fields": _FIELDS, "limit": "100"}
        request = replace(self._access.get(f"{thread}/comments", asked), pause=pause)
        for _ in range(_MOST_PAGES):
            page = yield request
            wrong = self._wrong(page)
            if wrong is not None:
                raise _failed(wrong)
            rows, following = rows_of(page)
            for row in rows:
                if self._is_it(row, reply):
                    url = row.url or f"{self._access.site}/{row.id}"
                    return Published(outcome=Outcome.PUBLISHED, url=url, native_id=row.id)
            further = self._access.further(following, "", {}) if following else None
            if further is None or _all_before(rows, reply.approved_at - _SLACK):
                return None
            request = further
        return None

    def _is_it(self, row: Row, reply: OutgoingReply) -> bool:
        late = row.at is None or row.at >= reply.approved_at - _SLACK
        return (
            row.author == self._access.page and late and _in_place(row, reply.post) and same_words(row.text, reply.text)
        )

    def _wrong(self, page: Page) -> Refusal | None:
        return refusal(page.status, page.headers, page.body, self._access)


def _check(reply: OutgoingReply | PrivateMessage) -> None:
    if reply.post.native_id.startswith(_NO_ID):
        raise PermanentDelivery(_BAD_ID, where=_where(reply))


def _where(reply: OutgoingReply | PrivateMessage) -> str:
    return reply.post.url


def _is_post(post: Post) -> bool:
    return post.thread_id in (None, post.native_id)


def _in_place(row: Row, post: Post) -> bool:
    """Under the post itself, or under the comment; an answer to an answer stands beside it, under the same comment."""
    if _is_post(post):
        return row.parent is None or row.parent == post.native_id
    return row.parent in (post.native_id, post.parent_id)


def _all_before(rows: list[Row], moment: datetime) -> bool:
    times = [row.at for row in rows if row.at is not None]
    return bool(times) and max(times) < moment


def _failed(wrong: Refusal) -> PermanentDelivery | TransientDelivery | OutcomeUnknown:
    """Only what surely was not taken may be sent again without looking."""
    if wrong.meaning is Meaning.WAIT:
        return TransientDelivery(wrong.text, mend=wrong.mend, retry_after=wrong.wait)
    if wrong.meaning is Meaning.TRANSIENT:
        return OutcomeUnknown(wrong.text, mend="it is looked for before it is sent again")
    return PermanentDelivery(wrong.text, mend=wrong.mend)
