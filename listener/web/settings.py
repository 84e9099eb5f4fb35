"""How the web door is set up; the composition root fills it from the configuration."""

import ipaddress
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from listener.errors import ConfigError

_EVERY_ADDRESS = frozenset({"0.0.0.0", "::", ""})  # noqa: S104  (named to be refused)
_LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach what is bound to host (a name or an address, no brackets)."""
    if host in _LOOPBACK_NAMES:
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True, kw_only=True)
class WebSettings:
    """host, port: where it is bound. public_url: how people reach it, where that is not host:port (a proxy).

    secret signs cookies and forms; made anew at each start where none is given, so that people give their name or
    log in again. api_tokens: client name -> token. zone: IANA name that times are shown in. demo: show /slack.
    session_hours: how long a login lasts.
    """

    host: str = "127.0.0.1"
    port: int = 8080
    public_url: str | None = None
    secret: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    api_tokens: Mapping[str, str] = field(default_factory=dict, repr=False)
    language: str = "pl"
    zone: str = "Europe/Warsaw"
    session_hours: int = 12
    demo: bool = False

    def __post_init__(self) -> None:
        if self.public_url is None and self.host in _EVERY_ADDRESS:
            raise ConfigError(
                f"the inbox is bound to every address ({self.host or 'empty'})",
                where="[web] public_url",
                mend='say how people reach it, such as public_url = "https://inbox.example.com"',
            )
        if self.public_url is not None and not self._public_host():
            raise ConfigError(
                f"{self.public_url!r} is not an http or https address", where="[web] public_url", mend="give a full URL"
            )

    def _public_host(self) -> str | None:
        parts = urlsplit(self.public_url or "")
        return parts.hostname if parts.scheme in {"http", "https"} else None

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """Names that a request may carry in Host, lower case; others are a rebinding trick or a misconfiguration."""
        own = {self.host.lower()}
        public = self._public_host()
        return frozenset(own | (_LOOPBACK_NAMES if is_loopback(self.host) else set()) | ({public} if public else set()))

    @property
    def public_origin(self) -> str | None:
        """scheme://host[:port] of public_url."""
        if self.public_url is None:
            return None
        parts = urlsplit(self.public_url)
        return f"{parts.scheme}://{parts.netloc}".lower()

    @property
    def https(self) -> bool:
        """Whether people reach it over https, so that cookies may be marked Secure."""
        return (self.public_url or "").lower().startswith("https:")

    @property
    def needs_login(self) -> bool:
        """Only an inbox that nobody but this machine can reach works without passwords."""
        return not all(is_loopback(host) for host in self.allowed_hosts)
