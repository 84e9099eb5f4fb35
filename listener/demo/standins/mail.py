"""A stand-in for an IMAP server with one mailbox, for tests.

Built from RFC 3501 (IMAP4rev1, as far as reading goes) and RFC 4959 (SASL-IR).

It enforces: a log-in before all else (AUTHENTICATE PLAIN, RFC 4959 and 3501); EXAMINE for reading; UID SEARCH with
ALL, SINCE and UID ranges, where "N:*" names the last message even if it is older; partial BODY.PEEK. What would change
a mailbox (SELECT, STORE, BODY without PEEK) is refused and counted.

Not verified against the real thing: order of untagged answers, which servers choose freely.
"""

import base64
import re
import socketserver
import threading
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from types import TracebackType
from typing import Self


@dataclass
class MailStandIn:
    """One account with INBOX. messages: by UID, raw; days: when each came."""

    username: str = "skrzynka@example.com"
    password: str = "abcd-efgh"  # noqa: S105 - a stand-in's
    validity: int = 17
    messages: dict[int, bytes] = field(default_factory=dict)
    days: dict[int, date] = field(default_factory=dict)
    touched: list[str] = field(default_factory=list)
    fetched: int = 0
    _server: socketserver.ThreadingTCPServer | None = None
    _thread: threading.Thread | None = None

    def put(self, raw: bytes, day: date = date(2026, 11, 22)) -> int:
        """A message arrives; its UID."""
        uid = max(self.messages, default=0) + 1
        self.messages[uid], self.days[uid] = raw, day
        return uid

    @property
    def address(self) -> str:
        """Where it listens: imap://127.0.0.1:PORT."""
        assert self._server is not None
        return f"imap://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        mailbox = self

        class Talk(socketserver.StreamRequestHandler):
            disable_nagle_algorithm = True

            def handle(self) -> None:
                with suppress(ConnectionError):  # who asked has gone
                    _Session(mailbox, self).run()

        self._server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._server is not None
        assert self._thread is not None
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Session:
    """One connection."""

    def __init__(self, mailbox: MailStandIn, talk: socketserver.StreamRequestHandler) -> None:
        self._mailbox, self._talk = mailbox, talk
        self._known = self._open = False

    def run(self) -> None:
        self._say("* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR] ready")
        while line := self._talk.rfile.readline(65536):
            tag, _, rest = line.decode("latin-1").strip().partition(" ")
            if not self._answer(tag, rest):
                return

    def _say(self, text: str) -> None:
        self._talk.wfile.write(text.encode("latin-1") + b"\r\n")
        self._talk.wfile.flush()

    def _answer(self, tag: str, rest: str) -> bool:
        verb, _, arguments = rest.partition(" ")
        verb = verb.upper()
        if verb == "CAPABILITY":
            self._say("* CAPABILITY IMAP4rev1 AUTH=PLAIN SASL-IR")
        elif verb == "LOGOUT":
            self._say("* BYE")
        elif verb == "AUTHENTICATE":
            if not self._log_in(arguments):
                self._say(f"{tag} NO [AUTHENTICATIONFAILED] Invalid credentials")
                return True
        elif verb == "EXAMINE" and self._known:
            if not self._examine(arguments):
                self._say(f"{tag} NO [NONEXISTENT] Unknown Mailbox")
                return True
        elif verb == "UID" and self._open:
            self._uid(arguments)
        else:
            self._mailbox.touched.append(rest)
            self._say(f"{tag} BAD not here")
            return True
        self._say(f"{tag} OK done")
        return verb != "LOGOUT"

    def _log_in(self, arguments: str) -> bool:
        mechanism, _, first = arguments.partition(" ")
        if not first:
            self._say("+ ")
            first = self._talk.rfile.readline(65536).decode("latin-1").strip()
        wanted = f"\0{self._mailbox.username}\0{self._mailbox.password}".encode()
        self._known = mechanism.upper() == "PLAIN" and base64.b64decode(first) == wanted
        return self._known

    def _examine(self, arguments: str) -> bool:
        self._open = arguments.strip('"').upper() == "INBOX"
        if self._open:
            self._say(f"* {len(self._mailbox.messages)} EXISTS")
            self._say(f"* OK [UIDVALIDITY {self._mailbox.validity}] UIDs valid")
        return self._open

    def _uid(self, arguments: str) -> None:
        verb, _, rest = arguments.partition(" ")
        if verb.upper() == "SEARCH":
            self._say(f"* SEARCH {' '.join(map(str, self._found(rest)))}".rstrip())
            return
        uid, peek = int(rest.split()[0]), re.search(r"BODY\.PEEK\[\]<0\.(\d+)>", rest)
        if peek is None:
            self._mailbox.touched.append(arguments)
        elif uid in self._mailbox.messages:
            self._mailbox.fetched += 1
            raw = self._mailbox.messages[uid][: int(peek[1])]
            number = sorted(self._mailbox.messages).index(uid) + 1
            head = f"* {number} FETCH (UID {uid} BODY[]<0> {{{len(raw)}}}\r\n".encode()
            self._talk.wfile.write(head + raw + b")\r\n")

    def _found(self, criteria: str) -> list[int]:
        uids = sorted(self._mailbox.messages)
        if above := re.fullmatch(r"UID (\d+):\*", criteria):
            return [uid for uid in uids if uid >= int(above[1])] or uids[-1:]
        if since := re.fullmatch(r"SINCE (\d+)-(\w{3})-(\d{4})", criteria):
            month = "JanFebMarAprMayJunJulAugSepOctNovDec".index(since[2]) // 3 + 1
            day = date(int(since[3]), month, int(since[1]))
            return [uid for uid in uids if self._mailbox.days[uid] >= day]
        return uids
