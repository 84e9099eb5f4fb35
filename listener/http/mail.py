"""Reads a mailbox over IMAP: the one place that is not HTTP. Asked for as imaps://HOST/FOLDER?after=UID&validity=N,
with the log-in as HTTP writes it (Authorization: Basic); answered with JSON:

    {"validity": 17, "messages": [{"uid": 5, "raw": "<base64>"}], "more": false}

The folder is opened for reading only (EXAMINE) and bodies are peeked at, so nothing is marked as seen. TLS always, with
the certificate checked; imap:// only for one's own machine. Addresses are guarded as those of pages are.
"""

import asyncio
import base64
import binascii
import imaplib
import ipaddress
import json
import re
import socket
import ssl
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from listener.errors import Failure, FetchError
from listener.http.clock import Clock
from listener.http.guard import PRIVATE_MEND, literal_address, refused, shown
from listener.http.policy import HttpPolicy
from listener.protocols import Page, Request

SCHEMES = ("imap", "imaps")
PER_PAGE = 50
FIRST = 200
"""Messages that a first look takes, the newest, where nothing says since when."""
LARGEST = 1_000_000
"""Bytes of one message: attachments behind that are not needed."""
_UID = re.compile(rb"\bUID (\d+)")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MEND = "check host, folder and log-in; many providers want an app password, or IMAP switched on first"


def is_mail(url: str) -> bool:
    """Whether an address is that of a mailbox."""
    return url.partition(":")[0].lower() in SCHEMES


class Reader(Protocol):
    """The client, as far as reading mail needs it."""

    policy: HttpPolicy
    clock: Clock


async def read_mail(http: Reader, request: Request, *, allow_private: bool) -> Page:
    """As read_mailbox, beside whatever else goes on."""
    timeout, now = http.policy.read_timeout, http.clock.now()
    return await asyncio.to_thread(read_mailbox, request, now, allow_private=allow_private, timeout=timeout)


def read_mailbox(request: Request, now: datetime, *, allow_private: bool, timeout: float) -> Page:
    """New messages of a folder. Blocks; FetchError as of a page."""
    where = shown(request.url)
    try:
        with _connected(request.url, allow_private=allow_private, timeout=timeout) as client:
            said = _read(client, request, where)
    except imaplib.IMAP4.abort as error:
        raise _failed(f"the connection broke: {error}", Failure.TRANSIENT, where) from error
    except imaplib.IMAP4.error as error:
        raise _failed("the server refuses the request", Failure.BAD_CONTENT, where) from error
    except ssl.SSLError as error:
        raise _failed(f"no safe connection: {error.reason or 'TLS failed'}", Failure.BLOCKED, where) from error
    except (OSError, EOFError) as error:
        raise _failed(str(error) or "the connection broke", Failure.TRANSIENT, where) from error
    body = json.dumps(said).encode()
    headers = {"content-type": "application/json"}
    return Page(url=request.url, status=200, headers=headers, body=body, fetched_at=now, request=request)


def _failed(message: str, failure: Failure, where: str) -> FetchError:
    return FetchError(message, failure=failure, where=where, mend=_MEND)


# --- connecting -----------------------------------------------------------------------------------------------


class _Guarded(imaplib.IMAP4):
    """Connects to an address that was looked at, and reads no more at once than a message may hold."""

    def __init__(self, host: str, port: int, *, address: Sequence[Any], tls: bool, timeout: float) -> None:
        self._address, self._tls = address, tls
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        family, kind, proto, _, address = self._address
        plain = socket.socket(family, kind, proto)
        try:
            plain.settimeout(timeout)
            plain.connect(address)
            if not self._tls:
                return plain
            return ssl.create_default_context().wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise

    def read(self, size: int) -> bytes:
        """A literal of the server's."""
        if size > LARGEST + 1000:
            raise self.abort(f"a message part of {size} bytes was not asked for")
        return super().read(size)


def _connected(url: str, *, allow_private: bool, timeout: float) -> _Guarded:
    parts, where = urlsplit(url), shown(url)
    tls, host = parts.scheme == "imaps", parts.hostname or ""
    try:
        port = parts.port or (993 if tls else 143)
    except ValueError:
        raise _failed("not an address of a mailbox", Failure.BAD_CONTENT, where) from None
    if not host:
        raise _failed("the address names no host", Failure.BAD_CONTENT, where)
    if port not in (143, 993) and not allow_private:
        raise _failed(f"port {port} is not a mail server's", Failure.BLOCKED, where)
    address = _address(host, port, where, allow_private=allow_private)
    if not tls and not ipaddress.ip_address(str(address[4][0]).partition("%")[0]).is_loopback:
        raise _failed("imap:// is for one's own machine only: use imaps://", Failure.BLOCKED, where)
    return _Guarded(host, port, address=address, tls=tls, timeout=timeout)


def _address(host: str, port: int, where: str, *, allow_private: bool) -> Sequence[Any]:
    literal = literal_address(host)
    found = socket.getaddrinfo(str(literal) if literal else host, port, type=socket.SOCK_STREAM)
    for one in found:
        address = ipaddress.ip_address(str(one[4][0]).partition("%")[0])
        if not refused(address, allow_private=allow_private):
            return one
    raise FetchError("the address is private or reserved", failure=Failure.BLOCKED, where=where, mend=PRIVATE_MEND)


# --- reading --------------------------------------------------------------------------------------------------


def _read(client: _Guarded, request: Request, where: str) -> dict[str, Any]:
    parts = urlsplit(request.url)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    _log_in(client, request, where)
    folder = unquote(parts.path.strip("/")) or "INBOX"
    if re.search(r'["\\\r\n\x00]', folder) or not folder.isascii():
        raise _failed("the folder's name cannot be sent", Failure.BAD_CONTENT, where)
    status, _ = client.select(f'"{folder}"', readonly=True)
    if status != "OK":
        raise _failed(f"there is no folder {folder}", Failure.BAD_CONTENT, where)
    validity = _number(client.response("UIDVALIDITY")[1])
    after = int(asked.get("after", "0")) if asked.get("validity") == str(validity) else 0
    uids = _search(client, after, asked.get("since", ""), where)
    messages = [message for uid in uids[:PER_PAGE] if (message := _message(client, uid)) is not None]
    last = uids[:PER_PAGE][-1] if uids else after
    return {"validity": validity, "last": last, "messages": messages, "more": len(uids) > PER_PAGE}


def _log_in(client: _Guarded, request: Request, where: str) -> None:
    try:
        given = request.headers.get("Authorization", "").removeprefix("Basic ")
        name, _, password = base64.b64decode(given, validate=True).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        raise _failed("no log-in was given", Failure.AUTH, where) from None
    try:
        client.authenticate("PLAIN", lambda _: f"\0{name}\0{password}".encode())
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error:
        raise FetchError("the server refused the log-in", failure=Failure.AUTH, where=where, mend=_MEND) from None


def _search(client: _Guarded, after: int, since: str, where: str) -> list[int]:
    """Numbers of messages behind the last one read, the oldest first; of a first look only the newest."""
    criteria = [f"UID {after + 1}:*"] if after else ["ALL"]
    if since and not after:
        day = date.fromisoformat(since)
        criteria = [f"SINCE {day.day}-{_MONTHS[day.month - 1]}-{day.year}"]
    status, data = client.uid("SEARCH", *criteria)
    if status != "OK":
        raise _failed("the server cannot search the folder", Failure.BAD_CONTENT, where)
    words = b" ".join(line for line in data if isinstance(line, bytes)).split()
    found = sorted({int(word) for word in words if word.isdigit()})
    newer = [uid for uid in found if uid > after]  # "N:*" names the last one even where it is older than N
    return newer if after or since else newer[-FIRST:]


def _message(client: _Guarded, uid: int) -> dict[str, Any] | None:
    """None for one that was moved away in the meantime."""
    status, data = client.uid("FETCH", str(uid), f"(UID BODY.PEEK[]<0.{LARGEST}>)")
    for part in data if status == "OK" else ():
        found = _UID.search(part[0]) if isinstance(part, tuple) else None
        if isinstance(part, tuple) and (found is None or int(found[1]) == uid):
            return {"uid": uid, "raw": base64.b64encode(part[1]).decode()}
    return None


def _number(data: Sequence[Any]) -> int:
    word = data[0] if data else None
    return int(word) if isinstance(word, bytes) and word.isdigit() else 0
