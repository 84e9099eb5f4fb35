"""A web server on loopback that speaks HTTP/2 over TLS, with a certificate of its own."""

import asyncio
import ssl
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import h2.config
import h2.connection
import h2.events
import trustme

from tests.integration.http.site import Answer, Seen


@dataclass
class Site2:
    """`async with Site2(handler, folder) as site:` authority: the file of who signed its certificate. connections: how
    many were made; protocols: what each was agreed to speak. /robots.txt is answered 404."""

    handler: Callable[[Seen], Answer]
    folder: Path
    speaks: tuple[str, ...] = ("h2",)
    seen: list[Seen] = field(default_factory=list)
    protocols: list[str | None] = field(default_factory=list)

    @property
    def authority(self) -> Path:
        return self.folder / "authority.pem"

    @property
    def paths(self) -> list[str]:
        return [one.path for one in self.seen if one.path != "/robots.txt"]

    async def __aenter__(self) -> Self:
        signs = trustme.CA()
        signs.cert_pem.write_to_path(self.authority)
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        signs.issue_cert("127.0.0.1", "rebind.example").configure_cert(context)
        context.set_alpn_protocols(list(self.speaks))
        self._writers: set[asyncio.StreamWriter] = set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        self.url = f"https://127.0.0.1:{self.port}"
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.close()
        for writer in self._writers:
            writer.transport.abort()
        await self._server.wait_closed()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.add(writer)
        self.protocols.append(writer.get_extra_info("ssl_object").selected_alpn_protocol())
        try:
            await self._talk(reader, writer)
        except ConnectionError:
            pass
        finally:
            writer.transport.abort()

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        link = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
        link.initiate_connection()
        writer.write(link.data_to_send())
        while data := await reader.read(65536):
            for event in link.receive_data(data):
                if isinstance(event, h2.events.RequestReceived):
                    self._answer(link, event)
            writer.write(link.data_to_send())
            await writer.drain()

    def _answer(self, link: h2.connection.H2Connection, event: h2.events.RequestReceived) -> None:
        headers = {str(name): str(value) for name, value in event.headers or ()}
        seen = Seen(headers[":method"], headers[":path"], headers, b"")
        self.seen.append(seen)
        answer = Answer(404) if seen.path == "/robots.txt" else self.handler(seen)
        assert event.stream_id is not None
        said = [(":status", str(answer.status)), *((name.lower(), value) for name, value in answer.headers.items())]
        link.send_headers(event.stream_id, said)
        for start in range(0, len(answer.body), 16_000):
            link.send_data(event.stream_id, answer.body[start : start + 16_000])
        link.end_stream(event.stream_id)
