"""Answers on boards that run django-spirit, through the same form that people use, as an account of ours.

The board shows a new comment at once, so a reply that cannot be found was not posted. Its form carries a mark
against double posts (comment_hash); ours is made from the reply, so that the same reply sent twice within half an
hour is taken once.
"""

import hashlib
import re
from collections.abc import Generator, Mapping, Sequence
from datetime import timedelta
from typing import ClassVar
from urllib.parse import urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser

from listener.errors import ConfigError, FetchError, OutcomeUnknown, PermanentDelivery, TransientDelivery
from listener.protocols import Conversation, Outcome, OutgoingReply, Page, Published, Request, SourceConfig
from responders.spirit_pages import (
    UNITS,
    Comment,
    Form,
    errors_said,
    last_page,
    page_number,
    password_form,
    read_comments,
    read_forms,
    with_page,
)

ENGLISH = {"Accept-Language": "en"}
TOPIC_PATH = re.compile(r"/topic/\d+/[^/]*/?$")
WAIT = re.compile(r"(?P<n>\d+)\s*(?P<unit>[sm])\b")
URL = re.compile(r"(https?://\S+)")
SPECIAL = re.compile(r"([\\`*_\[\]~])")
BLOCK_START = re.compile(r"^(\s*)(#|>|\d+(?=\.))", re.MULTILINE)
SKEW = timedelta(minutes=2)
MOST_PAGES = 20


def as_markdown(text: str) -> str:
    """Plain text so written that the board's Markdown shows it as it is. Lists with "- " stay lists."""
    pieces = URL.split(text.replace("\r\n", "\n"))
    safe = "".join(piece if n % 2 else SPECIAL.sub(r"\\\1", piece) for n, piece in enumerate(pieces))
    lines = (line.lstrip(" \t") if line.startswith(("    ", "\t")) else line for line in safe.split("\n"))
    return BLOCK_START.sub(_escape_start, "\n".join(lines))


def _escape_start(match: re.Match[str]) -> str:
    space, sign = match.groups()
    return f"{space}{sign}\\" if sign.isdigit() else f"{space}\\{sign}"


def fold(text: str) -> str:
    """Letters and digits only: what survives every way of writing and showing a text."""
    return "".join(sign for sign in re.sub(r":[a-z0-9_+-]+:", "", text.casefold()) if sign.isalnum())


class SpiritPublisher:
    """options: username and password of the account, and nickname where the board shows another name."""

    kind: ClassVar[str] = "spirit"
    absence_is_certain: ClassVar[bool] = True

    def __init__(self, config: SourceConfig) -> None:
        options = config.options
        self._username = str(options.get("username") or "")
        self._password = str(options.get("password") or "")
        self._where = config.name
        if not self._username or not self._password:
            mend = "give username and password of an account on the board"
            raise ConfigError("cannot answer here without an account", where=config.name, mend=mend)
        self._names = frozenset({self._username.casefold(), str(options.get("nickname") or self._username).casefold()})

    def publish(self, reply: OutgoingReply) -> Conversation[Published]:
        """Logs in, posts the reply in its topic, and says where it stands."""
        topic = self._topic_url(reply)
        page = yield from self._log_in(topic)
        form = self._reply_form(page)
        fields = {**form.fields, form.text_field: as_markdown(reply.text)}
        if "comment_hash" in fields:
            fields["comment_hash"] = _mark(reply)
        self._check_length(fields[form.text_field], form)
        answer = yield _post(form.action, fields, page.url)
        self._check_taken(answer)
        return (yield from self._published(answer, reply))

    def find(self, reply: OutgoingReply) -> Conversation[Published | None]:
        """Reads the topic back from its end, down to the post that the reply answers."""
        page = yield Request(url=self._topic_url(reply), headers=ENGLISH)
        if password_form(page):
            page = yield from self._log_in(self._topic_url(reply))
        if page.status >= 400:
            raise PermanentDelivery(f"the topic cannot be read (HTTP {page.status})", where=self._where)
        first, last = page, last_page(page)
        for number in range(last, max(0, last - MOST_PAGES), -1):
            here = number == page_number(first.url)
            page = first if here else (yield Request(url=with_page(first.url, number), headers=ENGLISH))
            comments = read_comments(page)
            found = self._ours(comments, reply)
            if found:
                return _standing(page, found)
            if any(_as_number(one.id) <= _as_number(reply.post.native_id) for one in comments):
                return None
        return None

    # --- logging in -------------------------------------------------------------------------------------------

    def _topic_url(self, reply: OutgoingReply) -> str:
        url = urldefrag(reply.post.thread_url or "").url
        parts = urlsplit(url)
        if not TOPIC_PATH.search(parts.path):
            raise PermanentDelivery("the post names no topic to answer in", where=self._where)
        return urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))

    def _log_in(self, topic: str) -> Generator[Request, Page, Page]:
        """The topic's page as our account sees it."""
        parts = urlsplit(topic)
        root = urlunsplit((parts.scheme, parts.netloc, TOPIC_PATH.sub("/", parts.path), "", ""))
        page = yield Request(url=urljoin(root, f"user/login/?{urlencode({'next': parts.path})}"), headers=ENGLISH)
        form = password_form(page)
        if form is None:
            raise PermanentDelivery("no log-in form where a django-spirit board has one", where=self._where)
        fields = {**form.fields, "username": self._username, "password": self._password}
        try:
            page = yield _post(form.action, fields, page.url)
        except OutcomeUnknown as error:  # a log-in that was lost has posted nothing
            raise TransientDelivery(error.message, where=self._where) from error
        return self._logged_in(page)

    def _logged_in(self, page: Page) -> Page:
        if page.status == 403:
            raise TransientDelivery("the board refused the log-in form's token", where=self._where)
        if password_form(page) is not None:
            self._raise_wait(page)
            mend = "check username and password of the source"
            raise PermanentDelivery("the board refused the log-in", where=self._where, mend=mend)
        if page.status == 404:
            raise PermanentDelivery("the topic is gone", where=self._where)
        return page

    def _reply_form(self, page: Page) -> "Form":
        tree = LexborHTMLParser(page.body)
        form = next((one for one in read_forms(tree, page.url) if one.text_field), None)
        if form is not None:
            return form
        if tree.css_first("h1.headline .fa-lock"):
            raise PermanentDelivery("the topic is closed to replies", where=self._where, mend="answer elsewhere")
        raise PermanentDelivery("no reply form in the topic", where=self._where, mend="check what the account may do")

    def _check_length(self, text: str, form: "Form") -> None:
        if form.longest is not None and len(text) > form.longest:
            mend = "shorten it"
            raise PermanentDelivery(
                f"the board takes {form.longest} characters, not {len(text)}", where=self._where, mend=mend
            )

    # --- after posting ----------------------------------------------------------------------------------------

    def _check_taken(self, page: Page) -> None:
        """Raises where the board's answer shows that it did not take the comment."""
        if page.status == 403:
            raise TransientDelivery("the board refused the reply form's token", where=self._where)
        if page.status == 404:
            raise PermanentDelivery("the topic was closed or taken down", where=self._where)
        if page.status >= 400:
            raise PermanentDelivery(f"the board refused the reply (HTTP {page.status})", where=self._where)
        if password_form(page) is not None:
            raise TransientDelivery("the board logged us out", where=self._where)
        form = next((one for one in read_forms(LexborHTMLParser(page.body), page.url) if one.text_field), None)
        if form is None or TOPIC_PATH.search(urlsplit(page.url).path):
            return
        self._raise_wait(page)
        said = errors_said(page)
        raise PermanentDelivery(f"the board refused the reply: {said or 'no reason given'}", where=self._where)

    def _raise_wait(self, page: Page) -> None:
        """Flood control says how long to wait."""
        said = " ".join(node.text() for node in LexborHTMLParser(page.body).css(".messages_error li"))
        match = WAIT.search(said)
        if match:
            seconds = (int(match["n"]) * UNITS[match["unit"]]).total_seconds()
            raise TransientDelivery("the board asks to wait", where=self._where, retry_after=seconds)

    def _published(self, page: Page, reply: OutgoingReply) -> Generator[Request, Page, Published]:
        """The redirect points at the new comment, or, where the board has seen the mark before, at the last one."""
        pointed = urlsplit(page.url).fragment.removeprefix("c")
        comments = read_comments(page)
        for one in comments:
            if one.number == pointed and self._is_ours(one) and fold(one.text) == fold(reply.text):
                return _standing(page, one)
        try:
            found = yield from self.find(reply)
        except (FetchError, TransientDelivery, PermanentDelivery) as error:
            raise OutcomeUnknown(
                f"posted, but it could not be read back: {error.message}", where=self._where
            ) from error
        if found is None:
            raise OutcomeUnknown("the board took the form but shows no such comment", where=self._where)
        return found

    def _is_ours(self, comment: Comment) -> bool:
        return any(name.casefold() in self._names for name in comment.names)

    def _ours(self, comments: Sequence[Comment], reply: OutgoingReply) -> Comment | None:
        """Our comment with this text, not older than its approval: the same words may have gone out before."""
        wanted, least = fold(reply.text), reply.approved_at - SKEW
        answered = _as_number(reply.post.native_id)
        for one in reversed(comments):
            recent = _as_number(one.id) > answered and (one.latest is None or one.latest >= least)
            if recent and self._is_ours(one) and fold(one.text) == wanted:
                return one
        return None


def _post(action: str, fields: Mapping[str, str], referer: str) -> Request:
    headers = {**ENGLISH, "Referer": urldefrag(referer).url}
    return Request(url=action, method="POST", form=tuple(fields.items()), headers=headers)


def _standing(page: Page, comment: Comment) -> Published:
    parts = urlsplit(page.url)
    root = urlunsplit((parts.scheme, parts.netloc, TOPIC_PATH.sub("/", parts.path), "", ""))
    url = urljoin(root, f"comment/{comment.id}/find/")
    return Published(outcome=Outcome.PUBLISHED, url=url, native_id=comment.id)


def _mark(reply: OutgoingReply) -> str:
    said = f"{reply.post.native_id}\n{reply.approved_at.isoformat()}\n{reply.text}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def _as_number(native_id: str) -> int:
    return int(native_id) if native_id.isdecimal() else 0
