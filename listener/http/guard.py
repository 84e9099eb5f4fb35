"""Keeps requests out of private networks (SSRF): scheme, port and literal address of every URL, before each hop;
resolved addresses inside the connector, at the moment of connecting, so that a name which changes its address
between a check and a connection gains nothing.
"""

import ipaddress
import socket
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver

from listener.errors import Failure, FetchError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

PRIVATE_MEND = "set allow_private = true on the source if this is your own network"
SECRET_WORDS = ("token", "key", "secret", "password", "passwd", "auth", "signature", "session", "sid", "code")
# Services that answer to anything that is sent to their port; no forum lives there.
SERVICE_PORTS = frozenset(
    {1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 3306, 3389, 3659, 4045, 4190, 5060, 5061, 5432, 5984, 6000, 6379}
    | {6566, 6665, 6666, 6667, 6668, 6669, 6697, 9200, 9300, 10080, 11211, 27017}
)
NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


class AddressRefused(OSError):
    """The address that a name resolved to is one that must not be reached."""


def shown(url: str) -> str:
    """The URL as logs and errors may show it: without user, password and the values of secret-looking parameters."""
    try:
        parts = urlsplit(url)
        host = parts.netloc.rpartition("@")[2]
        pairs = parse_qsl(parts.query, keep_blank_values=True)
    except ValueError:
        return "(not a URL)"
    masked = [(name, "..." if any(word in name.lower() for word in SECRET_WORDS) else value) for name, value in pairs]
    return urlunsplit((parts.scheme, host, parts.path, urlencode(masked, safe="./:,"), ""))


def _embedded(address: Address) -> Address:
    """The IPv4 address inside a mapped, 6to4 or NAT64 IPv6 one, which is where the packets go."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def refused(address: Address, *, allow_private: bool) -> bool:
    """Whether an address must not be reached. Link-local ones never are: cloud metadata lives there."""
    inner = _embedded(address)
    if inner.is_link_local or inner.is_multicast or inner.is_unspecified:
        return True
    if inner.is_reserved and not inner.is_loopback:
        return True
    return not inner.is_global and not allow_private


def literal_address(host: str) -> Address | None:
    """The address that a host spells out, in any way that the system's resolver would take ("127.1", "0x7f000001")."""
    try:
        return ipaddress.ip_address(host.strip("[]").partition("%")[0])
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))
    except (OSError, ValueError):
        return None


def is_private_host(host: str) -> bool:
    """Whether the name alone says that the host is one's own: loopback, a private address, a name without dots."""
    address = literal_address(host)
    if address is not None:
        return not _embedded(address).is_global
    return "." not in host or host.endswith((".local", ".internal", ".localhost"))


def check_url(url: str, *, allow_private: bool) -> None:
    """Raises FetchError where the URL itself must not be fetched."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError as error:
        raise FetchError("not a URL", failure=Failure.BAD_CONTENT, where=shown(url)) from error
    if parts.scheme not in ("http", "https"):
        raise _blocked(f"scheme {parts.scheme or 'none'!r} is not fetched, only http and https", url)
    if not host:
        raise _blocked("the URL names no host", url)
    if port is not None and (port in SERVICE_PORTS or (port < 1024 and port not in (80, 443))):
        raise _blocked(f"port {port} is not a web server's", url)
    _check_host(host, url, allow_private=allow_private)


def _check_host(host: str, url: str, *, allow_private: bool) -> None:
    address = literal_address(host)
    if address is not None and refused(address, allow_private=allow_private):
        raise _blocked(f"the address {address} is private or reserved", url, PRIVATE_MEND)
    if (host == "localhost" or host.endswith(".localhost")) and not allow_private:
        raise _blocked("localhost is private", url, PRIVATE_MEND)


def _blocked(message: str, url: str, mend: str = "") -> FetchError:
    return FetchError(message, failure=Failure.BLOCKED, where=shown(url), mend=mend)


class GuardedResolver(AbstractResolver):
    """Resolves names as the system does and leaves out addresses that must not be reached."""

    def __init__(self, *, allow_private: bool) -> None:
        self._inner = ThreadedResolver()
        self._allow_private = allow_private

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Addresses of host that may be reached; AddressRefused where there is none."""
        found = await self._inner.resolve(host, port, family)
        kept = [one for one in found if not _refused_text(one["host"], allow_private=self._allow_private)]
        if found and not kept:
            raise AddressRefused(f"{host} resolves to a private or reserved address ({found[0]['host']})")
        return kept

    async def close(self) -> None:
        """Nothing is held open."""
        await self._inner.close()


def _refused_text(host: str, *, allow_private: bool) -> bool:
    return refused(ipaddress.ip_address(host.partition("%")[0]), allow_private=allow_private)


class GuardedSocket:
    """Makes the socket of a connection: the last word on the address that is really connected to."""

    def __init__(self, *, allow_private: bool) -> None:
        self._allow_private = allow_private

    def __call__(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, proto, _, address = info
        if _refused_text(str(address[0]), allow_private=self._allow_private):
            raise AddressRefused(f"{address[0]} is a private or reserved address")
        return socket.socket(family=family, type=kind, proto=proto)
