"""HTTP/2 for sources that ask for it: httpcore's own pool, with our guard where names are resolved and connected to.

TLS and ALPN decide on each connection whether the server speaks it; what is plain http, and what goes through a proxy,
travels as everything else does (listener/http/transport.py).
"""

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import AsyncIterator, Iterable, Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import httpcore
import httpx

from listener.http.guard import AddressRefused, refused
from listener.http.transport import REACHED, AiohttpTransport, Refused

_CONNECTION = (httpcore.ConnectError, httpcore.ConnectTimeout, httpcore.PoolTimeout)
_TIMEOUTS = (httpcore.ConnectTimeout, httpcore.ReadTimeout, httpcore.WriteTimeout, httpcore.PoolTimeout)


@cache
def tls() -> ssl.SSLContext:
    """Its own: which protocols are offered is a property of the context."""
    return httpx.create_ssl_context()


class GuardedBackend(httpcore.AsyncNetworkBackend):
    """Connects only to addresses that may be reached, whatever the name resolves to at that moment."""

    def __init__(self, *, allow_private: bool) -> None:
        self._inner = httpcore.AnyIOBackend()
        self._allow_private = allow_private

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.AsyncNetworkStream:
        """The first of the name's addresses that may be reached and can be."""
        last: Exception | None = None
        for address in await self._addresses(host, port):
            try:
                return await self._inner.connect_tcp(address, port, timeout, local_address, socket_options)
            except _CONNECTION as error:
                last = error
        raise last or httpcore.ConnectError("the host name cannot be resolved")

    async def _addresses(self, host: str, port: int) -> list[str]:
        try:
            found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
        except OSError as error:
            raise httpcore.ConnectError("the host name cannot be resolved") from error
        every = list(dict.fromkeys(str(info[4][0]) for info in found))
        kept = [one for one in every if not self._refused(one)]
        if every and not kept:
            raise AddressRefused(f"{host} resolves to a private or reserved address ({every[0]})")
        return kept

    def _refused(self, address: str) -> bool:
        return refused(ipaddress.ip_address(address.partition("%")[0]), allow_private=self._allow_private)

    async def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.AsyncNetworkStream:
        """Never: no URL names one."""
        raise AddressRefused("unix sockets are not reached")

    async def sleep(self, seconds: float) -> None:
        """Waits between attempts."""
        await asyncio.sleep(seconds)


@contextmanager
def _as_httpx(request: httpx.Request) -> Iterator[None]:
    """httpcore's errors as httpx's, as the other transport gives them."""
    try:
        yield
    except AddressRefused as error:
        request.extensions[REACHED] = False
        raise Refused(str(error), request=request) from error
    except _TIMEOUTS as error:
        connecting = isinstance(error, _CONNECTION)
        request.extensions[REACHED] = not connecting
        raise (httpx.ConnectTimeout if connecting else httpx.ReadTimeout)("timed out", request=request) from error
    except httpcore.ConnectError as error:
        request.extensions[REACHED] = False
        raise httpx.ConnectError(_reason(error), request=request) from error
    except (httpcore.UnsupportedProtocol, httpcore.LocalProtocolError) as error:
        request.extensions[REACHED] = False
        raise httpx.UnsupportedProtocol("not a URL that can be fetched", request=request) from error
    except (httpcore.NetworkError, httpcore.ProtocolError) as error:
        raise httpx.ReadError(str(error) or type(error).__name__, request=request) from error


def _reason(error: httpcore.ConnectError) -> str:
    if isinstance(error.__cause__, ssl.SSLError) or "CERTIFICATE" in str(error):
        return "the server's certificate is not valid"
    return str(error) or "cannot connect"


class _Body(httpx.AsyncByteStream):
    """The raw bytes of a response, as they come."""

    def __init__(self, response: httpcore.Response, request: httpx.Request) -> None:
        self._response = response
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx(self._request):
            async for chunk in self._response.aiter_stream():
                yield chunk

    async def aclose(self) -> None:
        with _as_httpx(self._request):
            await self._response.aclose()


class Http2Transport(httpx.AsyncBaseTransport):
    """Offers HTTP/2 to https servers; plain: carries what goes another way. Times in seconds."""

    def __init__(
        self, plain: AiohttpTransport, *, allow_private: bool, connections: int, connect: float, read: float
    ) -> None:
        self._plain = plain
        self._pool = httpcore.AsyncConnectionPool(
            ssl_context=tls(),
            max_connections=connections,
            http2=True,
            network_backend=GuardedBackend(allow_private=allow_private),
        )
        self._timeout = {"connect": connect, "read": read, "write": read, "pool": None}

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, one response; no redirects, no cookies, no decoding."""
        if request.url.scheme != "https" or self._plain.proxy_for(request.url):
            return await self._plain.handle_async_request(request)
        request.extensions[REACHED] = True
        sent = httpcore.Request(
            method=request.method,
            url=httpcore.URL(
                scheme=request.url.raw_scheme,
                host=request.url.raw_host,
                port=request.url.port,
                target=request.url.raw_path,
            ),
            headers=request.headers.raw,
            content=await request.aread(),
            extensions={"timeout": self._timeout},
        )
        with _as_httpx(request):
            response = await self._pool.handle_async_request(sent)
        return httpx.Response(
            status_code=response.status,
            headers=response.headers,
            stream=_Body(response, request),
            extensions={"http_version": response.extensions.get("http_version", b"")},
            request=request,
        )

    async def aclose(self) -> None:
        """Closes every connection."""
        await self._pool.aclose()
        await self._plain.aclose()
