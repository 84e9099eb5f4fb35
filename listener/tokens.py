"""How a kind comes by the token that an interface wants: asked for inside the same walk or conversation as everything
else, kept in memory until it ends.

Who signs for himself (Google's service accounts, Apple) does it with PyJWT. A refresh token that changes with every use
(Allegro) lies in a file of its own, which is written anew at once, since the old one is worth nothing then. The clock
is passed in; errors and logs never hold a key.
"""

import base64
import hashlib
import json
import os
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt

from listener.errors import ConfigError, Failure, FetchError, OutcomeUnknown, TransientDelivery
from listener.protocols import Page, Request

Clock = Callable[[], datetime]
Headers = dict[str, str]
_MARGIN = timedelta(seconds=60)
_SHORTEST = timedelta(minutes=5)
_GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_APPLE_LIFE = timedelta(minutes=15)
"""Apple takes 20 minutes at most."""


def now_utc() -> datetime:
    """The clock of kinds that sign: what they sign says when."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when it ends."""

    value: str = field(repr=False)
    expires_at: datetime


class Tokens:
    """Tokens of this process, by a fingerprint of who asks. Safe to share between threads."""

    def __init__(self) -> None:
        self._kept: dict[str, Token] = {}
        self._lock = threading.Lock()

    def get(self, key: str, now: datetime) -> str | None:
        """The token, unless it ends within a minute."""
        with self._lock:
            token = self._kept.get(key)
        return token.value if token and token.expires_at - _MARGIN > now else None

    def put(self, key: str, token: Token | None) -> None:
        """Keeps a token; None forgets it."""
        with self._lock:
            if token is None:
                self._kept.pop(key, None)
            else:
                self._kept[key] = token


TOKENS = Tokens()
"""Those of the running program: a source is made anew for every pass, and places count requests for tokens."""


@dataclass(frozen=True, kw_only=True)
class Grant(ABC):
    """What a token is asked for with. where: the source; url: of the token endpoint; mend: what a person can do."""

    where: str
    url: str
    mend: str
    clock: Clock = now_utc
    tokens: Tokens = field(default=TOKENS, repr=False)

    @property
    @abstractmethod
    def identity(self) -> Sequence[str]:
        """What tells this grant from others; its secrets among it."""

    @abstractmethod
    def asked(self) -> tuple[Sequence[tuple[str, str]], Headers]:
        """Fields and headers of the request for a token."""

    @property
    def _key(self) -> str:
        return hashlib.sha256("\0".join((self.url, *self.identity)).encode("utf-8", "replace")).hexdigest()

    def headers(self) -> Headers | None:
        """The header that shows the token; None where one must be asked for first."""
        kept = self.tokens.get(self._key, self.clock())
        return {"Authorization": f"Bearer {kept}"} if kept else None

    def request(self) -> Request:
        """Asks for a token."""
        form, headers = self.asked()
        return Request(url=self.url, method="POST", form=form, headers=headers, tag="token", api=True)

    def take(self, page: Page) -> Headers:
        """The header, out of the answer to request(). FetchError where there is no token in it."""
        said = _object(page.body)
        value, life = said.get("access_token"), said.get("expires_in")
        if page.status >= 400 or not isinstance(value, str) or not value:
            raise self._refused(page, said)
        seconds = int(life) if isinstance(life, int) or (isinstance(life, str) and life.isdecimal()) else 0
        ends = self.clock() + max(timedelta(seconds=min(seconds, 10**8)), _SHORTEST)
        self.tokens.put(self._key, Token(value, ends))
        return {"Authorization": f"Bearer {value}"}

    def forget(self) -> None:
        """The place no longer takes the token."""
        self.tokens.put(self._key, None)

    def _refused(self, page: Page, said: Mapping[str, Any]) -> FetchError:
        code = said.get("error")
        told = f": {code[:80]}" if isinstance(code, str) and code.isprintable() else ""
        failure = Failure.RATE_LIMITED if page.status == 429 else Failure.AUTH
        return FetchError(
            f"no access token was given{told} (HTTP {page.status})",
            failure=failure, where=self.where, mend=self.mend, status=page.status,
            retry_after=300.0 if failure is Failure.RATE_LIMITED else None,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ServiceAccount(Grant):
    """Google's: a claim signed with the account's own key (RS256) is changed into a token for one hour."""

    email: str
    private_key: str = field(repr=False)
    scope: str = ""

    @property
    def identity(self) -> Sequence[str]:
        """The account, its key and what it asks for."""
        return (self.email, self.private_key, self.scope)

    def asked(self) -> tuple[Sequence[tuple[str, str]], Headers]:
        """The signed claim. ConfigError where the key cannot sign."""
        now = self.clock()
        claims = {
            "iss": self.email, "scope": self.scope, "aud": self.url,
            "iat": int(now.timestamp()), "exp": int((now + timedelta(hours=1)).timestamp()),
        }  # fmt: skip
        signed = _signed(claims, self.private_key, "RS256", {}, self.where, self.mend)
        return (("grant_type", _GRANT), ("assertion", signed)), {}

    @classmethod
    def read(cls, said: object, *, scope: str, where: str, mend: str, clock: Clock = now_utc) -> "ServiceAccount":
        """From the key file that Google gives, as text or as a table of the configuration."""
        value = _object(said.encode("utf-8", "replace")) if isinstance(said, str) else said
        names = ("client_email", "private_key")
        if not isinstance(value, Mapping) or not all(isinstance(value.get(name), str) for name in names):
            raise ConfigError(
                "options.service_account holds no client_email and private_key",
                where=where, mend="give the JSON key file of the service account: service_account_file",
            )  # fmt: skip
        url = str(value.get("token_uri") or "https://oauth2.googleapis.com/token")
        return cls(
            where=where, url=url, mend=mend, clock=clock, email=value["client_email"],
            private_key=value["private_key"], scope=scope,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class ClientCredentials(Grant):
    """A key and a secret that stand for the application itself (Trustpilot)."""

    client_id: str
    client_secret: str = field(repr=False)

    @property
    def identity(self) -> Sequence[str]:
        """Both."""
        return (self.client_id, self.client_secret)

    def asked(self) -> tuple[Sequence[tuple[str, str]], Headers]:
        """The key and secret go as a log-in does."""
        return (("grant_type", "client_credentials"),), basic(self.client_id, self.client_secret)


@dataclass(frozen=True, kw_only=True)
class Refresh(Grant):
    """A person's consent: a refresh token is changed into an access token.

    in_form: client id and secret go as fields (Google), else as a log-in (Allegro). store: the file that keeps the
    refresh token where every use changes it: an object with refresh_token, written anew with each token.
    """

    client_id: str
    client_secret: str = field(repr=False)
    refresh_token: str = field(default="", repr=False)
    in_form: bool = True
    store: Path | None = None

    @property
    def identity(self) -> Sequence[str]:
        """The application and whose consent it is; a stored token changes, its file does not."""
        return (self.client_id, self.client_secret, str(self.store) if self.store else self.refresh_token)

    def asked(self) -> tuple[Sequence[tuple[str, str]], Headers]:
        """The refresh token, and who we are."""
        token = self.refresh_token if self.store is None else str(read_store(self.store, self.where)["refresh_token"])
        form = (("grant_type", "refresh_token"), ("refresh_token", token))
        if self.in_form:
            return (*form, ("client_id", self.client_id), ("client_secret", self.client_secret)), {}
        return form, basic(self.client_id, self.client_secret)

    def headers(self) -> Headers | None:
        """As of all grants; a token that an earlier run left in the store is used up first."""
        kept = super().headers()
        if kept is None and self.store is not None and self.store.exists():
            said = read_store(self.store, self.where)
            ends = _moment(said.get("expires_at"))
            if ends and ends - _MARGIN > self.clock() and isinstance(said.get("access_token"), str):
                self.tokens.put(self._key, Token(said["access_token"], ends))
                return super().headers()
        return kept

    def take(self, page: Page) -> Headers:
        """As of all grants; the new refresh token is kept before anything is asked with the new access token."""
        headers, said = super().take(page), _object(page.body)
        if self.store is not None and isinstance(said.get("refresh_token"), str):
            life = said.get("expires_in")
            ends = self.clock() + timedelta(seconds=life if isinstance(life, int) and 0 < life < 10**8 else 300)
            write_store(
                self.store,
                {
                    "refresh_token": said["refresh_token"],
                    "access_token": said.get("access_token"),
                    "expires_at": ends.isoformat(),
                },
                self.where,
            )
        return headers

    def forget(self) -> None:
        """Also in the store: the refresh token stays."""
        super().forget()
        if self.store is not None:
            with suppress(ConfigError):
                kept = read_store(self.store, self.where)
                write_store(self.store, {"refresh_token": kept["refresh_token"]}, self.where)


@dataclass(frozen=True, kw_only=True)
class AppleKey:
    """A key of App Store Connect: every request shows a claim signed with it (ES256); nothing is asked for."""

    where: str
    issuer: str
    key_id: str
    private_key: str = field(repr=False)
    mend: str = ""
    clock: Clock = now_utc

    def headers(self) -> Headers:
        """The header with a fresh claim. ConfigError where the key cannot sign."""
        now = self.clock()
        claims = {
            "iss": self.issuer, "aud": "appstoreconnect-v1",
            "iat": int(now.timestamp()), "exp": int((now + _APPLE_LIFE).timestamp()),
        }  # fmt: skip
        signed = _signed(claims, self.private_key, "ES256", {"kid": self.key_id}, self.where, self.mend)
        return {"Authorization": f"Bearer {signed}"}


# --- conversations --------------------------------------------------------------------------------------------


def ask(grant: Grant, request: Request) -> Generator[Request, Page, Page]:
    """Sends a request with a token, and once more with a new one where the place no longer takes the old."""
    headers, old = grant.headers(), True
    while True:
        if headers is None:
            old = False
            try:
                page = yield grant.request()
            except OutcomeUnknown as error:  # a token that was lost has posted nothing
                raise TransientDelivery(error.message, where=grant.where) from error
            headers = grant.take(page)
        page = yield replace(request, headers={**request.headers, **headers})
        if page.status != 401 or not old:
            return page
        grant.forget()
        headers = None


# --- details --------------------------------------------------------------------------------------------------


def basic(name: str, secret: str) -> Headers:
    """The header of a log-in by name and secret (RFC 7617)."""
    return {"Authorization": "Basic " + base64.b64encode(f"{name}:{secret}".encode()).decode("ascii")}


def read_store(path: Path, where: str) -> dict[str, Any]:
    """What a token file holds. ConfigError where it has no refresh token."""
    try:
        said = _object(path.read_bytes())
    except OSError as error:
        raise ConfigError(f"{path} cannot be read: {error.strerror}", where=where) from None
    if not isinstance(said.get("refresh_token"), str):
        raise ConfigError(f"{path} holds no refresh_token", where=where, mend="connect the account again")
    return said


def write_store(path: Path, said: Mapping[str, Any], where: str) -> None:
    """Puts a token file in place of the old one, whole or not at all, for our eyes only."""
    new = path.with_name(path.name + ".new")
    try:
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(dict(said), file)
            file.flush()
            os.fsync(file.fileno())
        new.replace(path)
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}", where=where) from None


def _signed(
    claims: Mapping[str, Any], key: str, algorithm: str, headers: Mapping[str, str], where: str, mend: str
) -> str:
    try:
        return jwt.encode(dict(claims), key, algorithm=algorithm, headers=dict(headers))
    except (ValueError, TypeError, jwt.PyJWTError):
        message = f"the private key cannot sign ({algorithm}): it is damaged, or of another sort"
        raise ConfigError(message, where=where, mend=mend) from None


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def _moment(said: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return moment if moment and moment.tzinfo else None
