"""Mail over IMAP: Google Alerts, notifications of contact forms, and what people write. Reading leaves no trace there.

options: username, password; folder in the URL (imaps://HOST/FOLDER, INBOX unless named); webmail (the address that a
person opens, since a mail has none). Marks: "validity" and "uid" say how far the folder was read; where the server
numbers anew, posts are known by their Message-ID.
"""

import base64
import binascii
import email
import hashlib
import re
from collections.abc import Iterator, Sequence
from email.errors import MessageError
from email.message import EmailMessage
from email.policy import default
from email.utils import parseaddr, parsedate_to_datetime
from typing import ClassVar
from urllib.parse import parse_qs, urlencode, urlsplit, urlunsplit

from selectolax.lexbor import LexborNode

from listener.charset import decode
from listener.errors import ConfigError, ParseError
from listener.markup import Body, absolute, clean_text, text_of, tree
from listener.model import Post, Quote, utc
from listener.protocols import Ability, Cursor, Page, Parsed, Request, SourceConfig
from sources.payload import Object, html_body, number_at, objects, read_object

_ALERTS = re.compile(r"^googlealerts-noreply@google\.com$", re.IGNORECASE)
_BROKEN = (MessageError, ValueError, LookupError, TypeError, AttributeError)
"""What the standard parser of mail raises for headers that nobody should write."""
_MEND = "give username and password (of many providers: an app password) of a mailbox that alerts are sent to"
_FIELD = re.compile(r"^\W{0,3}(?P<name>[^\W\d_][\w \-/]{0,30}?)\W{0,3}:\s*(?P<value>.*)$")
_NAMES = ("name", "imię", "imię i nazwisko", "nazwisko", "your name", "nadawca", "podpis", "from", "od")
_MAILS = ("e-mail", "email", "adres e-mail", "adres email", "mail", "your email")
_TEXTS = (
    "message",
    "wiadomość",
    "treść",
    "treść wiadomości",
    "your message",
    "pytanie",
    "opinia",
    "komentarz",
    "comment",
)
_QUOTED = re.compile(
    r"^(?:-{3,} ?(?:original message|wiadomość oryginalna|forwarded message|treść przekazanej wiadomości) ?-{3,}"
    r"|(?:on|w dniu|dnia|am|le) .{4,120}(?:wrote|napisał\(a\)|napisała?|pisze|schrieb|a écrit) ?:?)\s*$",
    re.IGNORECASE,
)
_LONGEST = 50_000


class Email:
    """Source kind `email`."""

    kind: ClassVar[str] = "email"
    abilities: ClassVar[frozenset[Ability]] = frozenset()
    example: ClassVar[str] = "imaps://imap.example.com/INBOX"

    def __init__(self, config: SourceConfig) -> None:
        self._config = config
        parts = urlsplit(config.url)
        if parts.scheme not in ("imap", "imaps") or not parts.hostname:
            raise ConfigError("not an address of a mailbox", where=config.name, mend=f"such as {self.example}")
        self._folder = urlunsplit(
            (parts.scheme, parts.netloc, parts.path if parts.path.strip("/") else "/INBOX", "", "")
        )
        self._web = str(config.options.get("webmail") or f"https://{parts.hostname}/")

    # --- what to ask for --------------------------------------------------------------------------------------

    def requests(self, cursor: Cursor) -> Sequence[Request]:
        """What came since the last pass."""
        if not self._config.options.get("username") or not self._config.options.get("password"):
            raise ConfigError("a mailbox is read with a log-in", where=self._config.name, mend=_MEND)
        return (self._after(cursor.get("uid", ""), cursor.get("validity", "")),)

    def _after(self, uid: str, validity: str) -> Request:
        options = self._config.options
        login = base64.b64encode(f"{options.get('username')}:{options.get('password')}".encode()).decode()
        since = self._config.since.date().isoformat() if self._config.since else ""
        asked = {name: value for name, value in (("after", uid), ("validity", validity), ("since", since)) if value}
        url = self._folder + (f"?{urlencode(asked)}" if asked else "")
        return Request(url=url, headers={"Authorization": f"Basic {login}"}, tag="mail")

    # --- what came back ---------------------------------------------------------------------------------------

    def parse(self, page: Page, cursor: Cursor) -> Parsed:
        """Posts of new messages. A page that is one message, as programs save it, is read as well."""
        if not page.body.lstrip().startswith(b"{"):
            if re.match(rb"[\w-]+:[ \t]*\S", page.body) is None:
                raise ParseError("neither mail nor what a mailbox answers", where=self._folder)
            return Parsed(posts=tuple(self._posts(page, page.body)))
        answer = read_object(page, _MEND)
        validity, last = number_at(answer, "validity"), number_at(answer, "last")
        if validity is None or last is None:
            raise ParseError("the answer is not that of a mailbox", where=self._folder)
        posts = [post for one in objects(answer.get("messages")) for post in self._posts(page, _raw(one))]
        if answer.get("more") is True:  # the last page says how far it was read: its marks are saved first
            return Parsed(posts=tuple(posts), follow=(self._after(str(last), str(validity)),))
        return Parsed(posts=tuple(posts), marks={"validity": str(validity), "uid": str(last)})

    def _posts(self, page: Page, raw: bytes) -> Iterator[Post]:
        message = email.message_from_bytes(raw, policy=default)
        sender = parseaddr(_header(message, "From"))
        body = _body(message)
        if _ALERTS.match(sender[1]):
            yield from self._alerts(page, message, raw)
        elif body.text:
            yield self._mail(page, message, raw, body, sender)

    def _mail(self, page: Page, message: EmailMessage, raw: bytes, body: Body, sender: tuple[str, str]) -> Post:
        """One message; of a form what its writer wrote and who that is."""
        form = _form(body.text)
        name, address = form.get("name") or sender[0], form.get("mail") or sender[1]
        above = _ids(message, "In-Reply-To")
        thread = next(iter([*_ids(message, "References"), *above]), None)
        return self._made(
            page, message, _native(message, raw), self._web, form.get("text") or body.text, quotes=body.quotes,
            author=name or address or None, author_id=address or None, thread=thread,
            parent=above[-1] if above else None,
        )  # fmt: skip

    def _alerts(self, page: Page, message: EmailMessage, raw: bytes) -> Iterator[Post]:
        """A post for each link of an alert, known by where it leads: alerts repeat themselves."""
        root = tree(_part(message, "text/html") or "").body
        seen: dict[str, LexborNode] = {}
        for link in root.css("a[href]") if root else ():
            target = _target(link.attributes.get("href"))
            if target and target not in seen and text_of(link):
                seen[target] = link
        for target, link in seen.items():
            title = " ".join(text_of(link).split())
            number = hashlib.sha256(target.encode("utf-8", "replace")).hexdigest()[:24]
            yield self._made(page, message, number, target, _around(link, title), title=title)

    def _made(
        self,
        page: Page,
        message: EmailMessage,
        native: str,
        url: str,
        text: str,
        *,
        title: str | None = None,
        quotes: tuple[Quote, ...] = (),
        author: str | None = None,
        author_id: str | None = None,
        thread: str | None = None,
        parent: str | None = None,
    ) -> Post:
        raw = _header(message, "Date") or None
        try:
            at = parsedate_to_datetime(raw) if raw else None
        except (ValueError, TypeError, IndexError, OverflowError):
            at = None
        return Post(
            source=self._config.name,
            kind=self.kind,
            native_id=native,
            url=url,
            text=text[:_LONGEST],
            quotes=quotes,
            seen_at=utc(page.fetched_at),
            thread_id=thread or native,
            thread_title=title or _header(message, "Subject") or None,
            thread_url=url,
            parent_id=parent,
            author=author,
            author_id=author_id,
            published_at=utc(at) if at and at.tzinfo else None,
            published_raw=raw,
        )


# --- messages -----------------------------------------------------------------------------------------------


def _raw(one: Object) -> bytes:
    try:
        return base64.b64decode(str(one.get("raw") or ""), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _header(message: EmailMessage, name: str) -> str:
    try:
        return " ".join(clean_text(str(message.get(name) or "")).split())[:1000]
    except _BROKEN:
        return ""


def _ids(message: EmailMessage, name: str) -> list[str]:
    return re.findall(r"<([^<>\s]{3,250})>", _header(message, name))


def _native(message: EmailMessage, raw: bytes) -> str:
    return next(iter(_ids(message, "Message-ID")), hashlib.sha256(raw).hexdigest()[:32])


def _part(message: EmailMessage, kind: str) -> str | None:
    """The first part of a kind that is no attachment, in letters."""
    for part in message.walk():
        try:
            if part.get_content_type() == kind and part.get_content_disposition() != "attachment":
                raw = part.get_payload(decode=True)
                return (
                    decode(raw, f"{kind}; charset={part.get_content_charset() or ''}")
                    if isinstance(raw, bytes)
                    else None
                )
        except _BROKEN:
            continue
    return None


def _body(message: EmailMessage) -> Body:
    """What was written: the plain part, or else the HTML one; without the mail that it answers."""
    plain = _part(message, "text/plain")
    if plain is not None and plain.strip():
        return _own_words(clean_text(plain))
    return html_body(_part(message, "text/html"))


def _own_words(text: str) -> Body:
    """Up to the signature, or to the mail that is quoted below; quoted lines apart."""
    kept: list[str] = []
    quoted: list[str] = []
    for line in text.split("\n"):
        if line.rstrip("\r") in ("-- ", "--") or (re.match(r"-{3,} ?\w", line) and _QUOTED.match(line)):
            break
        if line.startswith(">"):
            quoted.append(line.lstrip("> "))
        elif not _QUOTED.match(line.strip()):
            kept.append(line.rstrip())
    quotes = (Quote(author=None, text="\n".join(quoted).strip()),) if "".join(quoted).strip() else ()
    return Body(text=re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip(), quotes=quotes)


def _form(text: str) -> dict[str, str]:
    """What a contact form says: name, mail, text. Empty where the text is no such form."""
    found: dict[str, str] = {}
    lines = text.split("\n")
    for number, line in enumerate(lines):
        match = _FIELD.match(line)
        label = match["name"].strip().lower() if match else ""
        key = next(
            (key for key, names in (("name", _NAMES), ("mail", _MAILS), ("text", _TEXTS)) if label in names), None
        )
        if match is None or key is None or key in found:
            continue
        found[key] = match["value"].strip()
        if key == "text":
            found[key] = "\n".join([found[key], *lines[number + 1 :]]).strip()
            break
    return found if found.get("text") and len(found) > 1 else {}


def _target(href: str | None) -> str | None:
    """Where a link of an alert leads, without the detour through Google; None for Google's own."""
    url = absolute("https://www.google.com/", href)
    parts = urlsplit(url or "")
    if not (parts.hostname or "").endswith("google.com"):
        return None
    named = parse_qs(parts.query)
    target = absolute("https://www.google.com/", next(iter(named.get("url") or named.get("q") or []), None))
    own = (urlsplit(target or "").hostname or "google.com").endswith("google.com")
    return None if own or parts.path != "/url" else target


def _around(link: LexborNode, title: str) -> str:
    """The words of the hit: those of the nearest element that says more than the link, and holds no other hit."""
    best, node = title, link.parent
    while node is not None and node.tag not in ("body", "html"):
        hits = {target for one in node.css("a[href]") if (target := _target(one.attributes.get("href")))}
        if len(hits) > 1:
            break
        best, node = text_of(node), node.parent
    return best.strip() or title
