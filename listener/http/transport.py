"""httpx's API over aiohttp's connections: httpx's own pool costs CPU in proportion to its open connections
(docs/decisions/0501, benchmarks/http_transport.py). One transport reaches public hosts, another private ones, so
that a connection opened for a source that may reach its own network never serves one that may not.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from functools import cache
from urllib.request import getproxies, proxy_bypass

import aiohttp
import httpx
from yarl import URL

from listener.http.guard import AddressRefused, GuardedResolver, GuardedSocket, is_private_host

MAX_HEADER = 65_536  # some boards send cookies and policies far beyond aiohttp's 8 KiB
DNS_TTL = 300
REACHED = "listener.reached"
"""Extension of a request: whether it may have reached the server. Absent where it never came to a connection."""
AUTOMATIC = ("User-Agent", "Accept", "Accept-Encoding", "Content-Type")


class Refused(httpx.ConnectError):
    """The resolved address is private or reserved."""


@cache
def _tls() -> ssl.SSLContext:
    """Made once: loading the certificates takes longer than most requests."""
    return httpx.create_ssl_context()


@contextmanager
def _as_httpx(request: httpx.Request) -> Iterator[None]:
    """aiohttp's errors as httpx's, so that nothing above knows what carries the bytes."""
    try:
        yield
    except (aiohttp.ConnectionTimeoutError, aiohttp.ServerTimeoutError, TimeoutError) as error:
        connecting = isinstance(error, aiohttp.ConnectionTimeoutError)
        request.extensions[REACHED] = not connecting
        raise (httpx.ConnectTimeout if connecting else httpx.ReadTimeout)("timed out", request=request) from error
    except aiohttp.ClientConnectorError as error:
        request.extensions[REACHED] = False
        if isinstance(error.os_error, AddressRefused):
            raise Refused(str(error.os_error), request=request) from error
        raise httpx.ConnectError(_reason(error), request=request) from error
    except ValueError as error:  # a URL or header that cannot be written on the wire
        request.extensions[REACHED] = False
        raise httpx.UnsupportedProtocol("not a URL that can be fetched", request=request) from error
    except (aiohttp.ClientError, OSError) as error:
        raise httpx.ReadError(str(error) or type(error).__name__, request=request) from error


def _reason(error: aiohttp.ClientConnectorError) -> str:
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return "the host name cannot be resolved"
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return "the server's certificate is not valid"
    return f"cannot connect: {error.os_error.strerror or error.os_error}"


class _Body(httpx.AsyncByteStream):
    """The raw bytes of a response, as they come."""

    def __init__(self, response: aiohttp.ClientResponse, request: httpx.Request) -> None:
        self._response = response
        self._request = request

    async def __aiter__(self) -> AsyncIterator[bytes]:
        with _as_httpx(self._request):
            async for chunk in self._response.content.iter_any():
                yield chunk

    async def aclose(self) -> None:
        # Released, not closed: a body read to its end gives its connection back. One cut short is closed by aiohttp.
        self._response.release()


class AiohttpTransport(httpx.AsyncBaseTransport):
    """Carries httpx requests over one aiohttp session.

    fresh: a new connection for every request, so that a POST never meets one that the server has just closed.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        connections: int = 256,
        connect: float = 10.0,
        read: float = 20.0,
        fresh: bool = False,
    ) -> None:
        self._allow_private = allow_private
        self._connections = connections
        self._fresh = fresh
        self._timeout = aiohttp.ClientTimeout(total=None, sock_connect=connect, sock_read=read)
        self._sessions: dict[bool, aiohttp.ClientSession] = {}
        self._proxies = getproxies()

    def _session(self, *, proxied: bool) -> aiohttp.ClientSession:
        """The session for direct connections, or the one that talks to a proxy, which is in a private network often."""
        if proxied not in self._sessions:
            connector = aiohttp.TCPConnector(
                limit=self._connections,
                ssl=_tls(),
                ttl_dns_cache=DNS_TTL,
                force_close=self._fresh,
                resolver=None if proxied else GuardedResolver(allow_private=self._allow_private),
                socket_factory=None if proxied else GuardedSocket(allow_private=self._allow_private),
            )
            self._sessions[proxied] = aiohttp.ClientSession(
                connector=connector,
                auto_decompress=False,
                cookie_jar=aiohttp.DummyCookieJar(),
                timeout=self._timeout,
                skip_auto_headers=AUTOMATIC,
                max_line_size=MAX_HEADER,
                max_field_size=MAX_HEADER,
                requote_redirect_url=False,
            )
        return self._sessions[proxied]

    def proxy_for(self, url: httpx.URL) -> str | None:
        """The proxy that the environment names for this URL. One's own hosts are reached directly, as browsers do."""
        proxy = self._proxies.get(url.scheme) or self._proxies.get("all")
        if not proxy or is_private_host(url.host) or proxy_bypass(url.host):
            return None
        return proxy

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """One request, one response; no redirects, no cookies, no decoding."""
        body = await request.aread()
        proxy = self.proxy_for(request.url)
        request.extensions[REACHED] = True
        with _as_httpx(request):
            response = await self._session(proxied=proxy is not None).request(
                request.method,
                URL(str(request.url), encoded=True),
                headers=[(name.decode("ascii"), value.decode("latin-1")) for name, value in request.headers.raw],
                data=body or None,
                allow_redirects=False,
                proxy=proxy,
            )
        return httpx.Response(
            status_code=response.status,
            headers=list(response.raw_headers),
            stream=_Body(response, request),
            request=request,
        )

    async def aclose(self) -> None:
        """Closes every connection."""
        sessions, self._sessions = self._sessions, {}
        await asyncio.gather(*(session.close() for session in sessions.values()))
