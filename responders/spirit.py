"""Answers on boards that run django-spirit, through the same form that people use, as an account of ours.

The board shows a new comment at once, so a reply that cannot be found was not posted. Its form carries a mark
against double posts (comment_hash); ours is made from the reply, so that the same reply sent twice within half an
hour is taken once.
"""

import hashlib
import re
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from urllib.parse import parse_qs, urldefrag, urlencode, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.errors import ConfigError, FetchError, OutcomeUnknown, PermanentDelivery, TransientDelivery
from listener.protocols import Conversation, Outcome, OutgoingReply, Page, Published, Request, SourceConfig

ENGLISH = {"Accept-Language": "en"}
TOPIC_PATH = re.compile(r"/topic/\d+/[^/]*/?$")
USER_PATH = re.compile(r"/user/(?P<id>\d+)/(?P<slug>[^/]*)")
SHORT_AGE = re.compile(r"^(?P<n>\d+)\s*(?P<unit>[smh])$")
UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1)}
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Comment:
    """A comment as a page shows it. number: its place in the topic; latest: the latest moment it may be from."""

    id: str
    number: str
    names: tuple[str, ...]
    text: str
    latest: datetime | None


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
        if _password_form(page):
            page = yield from self._log_in(self._topic_url(reply))
        if page.status >= 400:
            raise PermanentDelivery(f"the topic cannot be read (HTTP {page.status})", where=self._where)
        first, last = page, _last_page(page)
        for number in range(last, max(0, last - MOST_PAGES), -1):
            here = number == _page_number(first.url)
            page = first if here else (yield Request(url=_with_page(first.url, number), headers=ENGLISH))
            comments = _comments(page)
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
        form = _password_form(page)
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
        if _password_form(page) is not None:
            self._raise_wait(page)
            mend = "check username and password of the source"
            raise PermanentDelivery("the board refused the log-in", where=self._where, mend=mend)
        if page.status == 404:
            raise PermanentDelivery("the topic is gone", where=self._where)
        return page

    def _reply_form(self, page: Page) -> "_Form":
        tree = LexborHTMLParser(page.body)
        form = next((one for one in _forms(tree, page.url) if one.text_field), None)
        if form is not None:
            return form
        if tree.css_first("h1.headline .fa-lock"):
            raise PermanentDelivery("the topic is closed to replies", where=self._where, mend="answer elsewhere")
        raise PermanentDelivery("no reply form in the topic", where=self._where, mend="check what the account may do")

    def _check_length(self, text: str, form: "_Form") -> None:
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
        if _password_form(page) is not None:
            raise TransientDelivery("the board logged us out", where=self._where)
        form = next((one for one in _forms(LexborHTMLParser(page.body), page.url) if one.text_field), None)
        if form is None or TOPIC_PATH.search(urlsplit(page.url).path):
            return
        self._raise_wait(page)
        said = _errors(page)
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
        comments = _comments(page)
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

    def _is_ours(self, comment: _Comment) -> bool:
        return any(name.casefold() in self._names for name in comment.names)

    def _ours(self, comments: Sequence[_Comment], reply: OutgoingReply) -> _Comment | None:
        """Our comment with this text, not older than its approval: the same words may have gone out before."""
        wanted, least = fold(reply.text), reply.approved_at - SKEW
        answered = _as_number(reply.post.native_id)
        for one in reversed(comments):
            recent = _as_number(one.id) > answered and (one.latest is None or one.latest >= least)
            if recent and self._is_ours(one) and fold(one.text) == wanted:
                return one
        return None


# --- pieces of pages ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """A form of a page: where it goes, its fields as served, its large text field ("" where it has none)."""

    action: str
    fields: Mapping[str, str]
    text_field: str
    longest: int | None
    secret: bool


def _forms(tree: LexborHTMLParser, url: str) -> Iterator[_Form]:
    for node in tree.css("form"):
        inputs = node.css("input[name]")
        area = node.css_first("textarea[name]")
        longest = (area.attributes.get("maxlength") or "") if area else ""
        yield _Form(
            action=urljoin(urldefrag(url).url, node.attributes.get("action") or ""),
            fields={i.attributes["name"] or "": i.attributes.get("value") or "" for i in inputs if _is_sent(i)},
            text_field=(area.attributes.get("name") or "") if area else "",
            longest=int(longest) if longest.isdecimal() else None,
            secret=node.css_first("input[type=password]") is not None,
        )


def _is_sent(node: LexborNode) -> bool:
    return (node.attributes.get("type") or "text") not in ("submit", "button", "image", "file", "checkbox", "radio")


def _password_form(page: Page) -> _Form | None:
    return next((form for form in _forms(LexborHTMLParser(page.body), page.url) if form.secret), None)


def _post(action: str, fields: Mapping[str, str], referer: str) -> Request:
    headers = {**ENGLISH, "Referer": urldefrag(referer).url}
    return Request(url=action, method="POST", form=tuple(fields.items()), headers=headers)


def _errors(page: Page) -> str:
    said = " ".join(node.text(strip=True) for node in LexborHTMLParser(page.body).css(".errorlist li"))
    return said[:200]


def _comments(page: Page) -> list[_Comment]:
    nodes = LexborHTMLParser(page.body).css(".comments_list__comment[data-pk]")
    return [_comment(node, page.fetched_at) for node in nodes]


def _comment(node: LexborNode, now: datetime) -> _Comment:
    link = node.css_first(".comment__info__username__link")
    user = USER_PATH.search(link.attributes.get("href") or "") if link else None
    body = node.css_first(".comment__text")
    return _Comment(
        id=node.attributes.get("data-pk") or "",
        number=node.attributes.get("data-number") or "",
        names=tuple(filter(None, (link.text(strip=True) if link else "", user["slug"] if user else ""))),
        text=body.text() if body else "",
        latest=_latest(node, now),
    )


def _latest(node: LexborNode, now: datetime) -> datetime | None:
    """The latest moment a comment may be from, by its age ("5m"); a date in place of an age is a day old or more."""
    date = node.css_first(".comment__info__date li[title]")
    age = date.text(strip=True) if date else ""
    if not age:
        return None
    if age == "now":
        return now
    match = SHORT_AGE.match(age)
    return now - (int(match["n"]) * UNITS[match["unit"]] if match else timedelta(days=1))


def _standing(page: Page, comment: _Comment) -> Published:
    parts = urlsplit(page.url)
    root = urlunsplit((parts.scheme, parts.netloc, TOPIC_PATH.sub("/", parts.path), "", ""))
    url = urljoin(root, f"comment/{comment.id}/find/")
    return Published(outcome=Outcome.PUBLISHED, url=url, native_id=comment.id)


def _mark(reply: OutgoingReply) -> str:
    said = f"{reply.post.native_id}\n{reply.approved_at.isoformat()}\n{reply.text}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()[:32]


def _page_number(url: str) -> int:
    value = parse_qs(urlsplit(url).query).get("page", ["1"])[-1]
    return int(value) if value.isdecimal() else 1


def _last_page(page: Page) -> int:
    links = LexborHTMLParser(page.body).css(".paginator a[href]")
    numbers = [_page_number(urljoin(page.url, link.attributes.get("href") or "")) for link in links]
    return max([_page_number(page.url), *numbers])


def _with_page(url: str, number: int) -> str:
    parts = urlsplit(url)
    query = urlencode({"page": number}) if number > 1 else ""
    return urlunsplit((parts.scheme, parts.netloc, parts.path, query, ""))


def _as_number(native_id: str) -> int:
    return int(native_id) if native_id.isdecimal() else 0
