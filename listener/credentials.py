"""What kinds with keys take from their options, for reading and answering alike: who asks, and where. ConfigError names
the option that is missing. docs/reviews.md says how each is obtained.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from listener.errors import ConfigError, Failure
from listener.protocols import SourceConfig
from listener.tokens import AppleKey, ClientCredentials, Clock, Grant, Refresh, ServiceAccount

ANSWER = "#answer"
"""Behind the id of a review: the id of what the company answered to it, read or written."""

PLAY = "https://androidpublisher.googleapis.com"
PLAY_SCOPE = "https://www.googleapis.com/auth/androidpublisher"
PLAY_MEND = "check that the service account may read and answer reviews of the app (docs/reviews.md)"
BUSINESS_SCOPE = "https://www.googleapis.com/auth/business.manage"
BUSINESS_MEND = "check that the account manages the place, and that Google approved the API (docs/reviews.md)"
GOOGLE_TOKENS = "https://oauth2.googleapis.com/token"
APPLE_MEND = "check issuer_id, key_id and private_key in App Store Connect, and the role of the key (docs/reviews.md)"
TRUSTPILOT = "https://api.trustpilot.com"
TRUSTPILOT_MEND = "check api_key and api_secret of the application in Trustpilot Business (docs/reviews.md)"
ALLEGRO = "https://api.allegro.pl"
ALLEGRO_TOKENS = "https://allegro.pl/auth/oauth/token"
ALLEGRO_MEND = "check client_id and client_secret, and connect the account again (docs/reviews.md)"

_PACKAGE = re.compile(r"[A-Za-z][\w.]{2,200}")
_PLACE = re.compile(r"^(?P<root>.*?/v4)/(?P<name>accounts/[^/]+/locations/[^/]+)")
_APP = re.compile(r"^(?P<root>.*?/v1)/apps/(?P<id>\d+)")
_QUOTA = frozenset({
    "ratelimitexceeded", "userratelimitexceeded", "quotaexceeded", "dailylimitexceeded", "rate_limit_exceeded",
})  # fmt: skip


def needed(config: SourceConfig, name: str, mend: str) -> str:
    """An option that the kind cannot do without."""
    value = config.options.get(name)
    if not isinstance(value, str) or not value.strip():
        raise ConfigError(f"kind {config.kind} needs options.{name}", where=config.name, mend=mend)
    return value.strip()


def _root(config: SourceConfig, usual: str) -> str:
    """Where the interface is; options.api names another, for a stand-in."""
    return str(config.options.get("api") or usual).rstrip("/")


# --- Google ---------------------------------------------------------------------------------------------------


def play_app(config: SourceConfig) -> tuple[str, str]:
    """Where the Android Publisher API is, and the app's package."""
    named = parse_qs(urlsplit(config.url).query).get("id", [""])[0]
    package = str(config.options.get("package") or named)
    if not _PACKAGE.fullmatch(package):
        mend = "a URL such as https://play.google.com/store/apps/details?id=pl.example.app"
        raise ConfigError("no app is named", where=config.name, mend=mend)
    return _root(config, PLAY), package


def play_access(config: SourceConfig, clock: Clock) -> Grant:
    """A service account's."""
    said = config.options.get("service_account")
    return ServiceAccount.read(said, scope=PLAY_SCOPE, where=config.name, mend=PLAY_MEND, clock=clock)


def business_place(config: SourceConfig) -> tuple[str, str]:
    """The API's root with its version, and the name of the place: accounts/ID/locations/ID."""
    parts = urlsplit(config.url)
    found = _PLACE.match(parts.path)
    if found is None:
        mend = "such as https://mybusiness.googleapis.com/v4/accounts/123/locations/456"
        raise ConfigError("the URL is not the name of a place", where=config.name, mend=mend)
    return f"{parts.scheme}://{parts.netloc}{found['root']}", found["name"]


def business_access(config: SourceConfig, clock: Clock) -> Grant:
    """A manager's consent, or a service account that was made a manager."""
    options = config.options
    if options.get("service_account"):
        return ServiceAccount.read(
            options["service_account"], scope=BUSINESS_SCOPE, where=config.name, mend=BUSINESS_MEND, clock=clock
        )
    return Refresh(
        where=config.name, url=str(options.get("token_url") or GOOGLE_TOKENS), mend=BUSINESS_MEND, clock=clock,
        client_id=needed(config, "client_id", BUSINESS_MEND),
        client_secret=needed(config, "client_secret", BUSINESS_MEND),
        refresh_token=needed(config, "refresh_token", BUSINESS_MEND),
    )  # fmt: skip


def google_words(answer: Mapping[str, Any]) -> tuple[str, Failure | None]:
    """What Google says when it refuses, and what that means where the status does not tell: a used-up quota is also
    answered with 403. Its shape: {"error": {"code", "message", "status", "errors": [{"reason"}], "details": [...]}}."""
    error = answer.get("error")
    if not isinstance(error, Mapping):
        return "", None
    rows = [row for name in ("errors", "details") for row in _list(error.get(name)) if isinstance(row, Mapping)]
    reasons = {str(row.get("reason")).lower() for row in rows}
    limited = error.get("status") == "RESOURCE_EXHAUSTED" or bool(reasons & _QUOTA)
    return str(error.get("message") or ""), Failure.RATE_LIMITED if limited else None


def _list(value: object) -> list[Any]:
    return value if isinstance(value, list) else []


# --- Apple, Trustpilot, Allegro -------------------------------------------------------------------------------


def apple_app(config: SourceConfig) -> tuple[str, str]:
    """The API's root with its version, and the number of the app."""
    parts = urlsplit(config.url)
    found = _APP.match(parts.path)
    if found is None:
        mend = "such as https://api.appstoreconnect.apple.com/v1/apps/1234567890"
        raise ConfigError("the URL is not that of an app", where=config.name, mend=mend)
    return f"{parts.scheme}://{parts.netloc}{found['root']}", found["id"]


def apple_access(config: SourceConfig, clock: Clock) -> AppleKey:
    """A team's key."""
    return AppleKey(
        where=config.name, mend=APPLE_MEND, clock=clock, issuer=needed(config, "issuer_id", APPLE_MEND),
        key_id=needed(config, "key_id", APPLE_MEND), private_key=needed(config, "private_key", APPLE_MEND),
    )  # fmt: skip


def trustpilot_root(config: SourceConfig) -> str:
    """Where the API is."""
    return _root(config, TRUSTPILOT) + "/v1"


def trustpilot_key(config: SourceConfig) -> dict[str, str]:
    """The header for what is public."""
    return {"apikey": needed(config, "api_key", TRUSTPILOT_MEND)}


def trustpilot_access(config: SourceConfig, clock: Clock) -> Grant:
    """The application's, for what is not."""
    return ClientCredentials(
        where=config.name, mend=TRUSTPILOT_MEND, clock=clock,
        url=f"{trustpilot_root(config)}/oauth/oauth-business-users-for-applications/accesstoken",
        client_id=needed(config, "api_key", TRUSTPILOT_MEND),
        client_secret=needed(config, "api_secret", TRUSTPILOT_MEND),
    )  # fmt: skip


def allegro_root(config: SourceConfig) -> str:
    """Where the API is."""
    return _root(config, ALLEGRO)


def allegro_access(config: SourceConfig, clock: Clock) -> Grant:
    """A seller's consent; its refresh token changes with every use and lies in a file."""
    return Refresh(
        where=config.name, url=str(config.options.get("token_url") or ALLEGRO_TOKENS), mend=ALLEGRO_MEND, clock=clock,
        client_id=needed(config, "client_id", ALLEGRO_MEND),
        client_secret=needed(config, "client_secret", ALLEGRO_MEND),
        in_form=False, store=Path(needed(config, "token_store", ALLEGRO_MEND)),
    )  # fmt: skip
