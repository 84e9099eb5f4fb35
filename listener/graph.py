"""What Facebook's Graph API wants from everybody who calls it, and what its answers say of themselves: who asks, what
an error means for a person, how much of the budget is used. Pure; the kinds that read and answer there share it.
"""

import hashlib
import hmac
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from listener.errors import ConfigError
from listener.protocols import Request, SourceConfig

BASE = "https://graph.facebook.com"
SITE = "https://www.facebook.com"
VERSION = "v26.0"
SLOW, STOP = 75.0, 95.0
"""Per cent of the budget from which we go slower, and stop."""
DEFAULT_WAIT = 900.0
_OPTIONS = frozenset({"page_id", "access_token", "app_secret", "app_id", "verify_token", "version", "own", "api"})
_CREDENTIALS = frozenset({"access_token", "appsecret_proof", "appsecret_time", "input_token"})
_TOKEN = re.compile(r"\bEAA[0-9A-Za-z_-]{8,}|\b\d{5,20}\|[0-9A-Za-z_-]{8,}")
_USAGE = ("x-app-usage", "x-page-usage", "x-business-use-case-usage")


class Meaning(StrEnum):
    """What an error is about."""

    AUTH = "auth"
    PERMISSION = "permission"
    BLOCKED = "blocked"
    WAIT = "wait"
    DEAD = "dead"
    GONE = "gone"
    DUPLICATE = "duplicate"
    TRANSIENT = "transient"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Access:
    """Who asks, and for which page. page: its numeric id; version: vN.N; own: whether we administer the page."""

    page: str
    token: str = field(repr=False)
    secret: str | None = field(default=None, repr=False)
    app: str | None = None
    version: str = VERSION
    base: str = BASE
    own: bool = True
    site: str = SITE

    @classmethod
    def of(cls, config: SourceConfig) -> "Access":
        """From the options of a source. ConfigError names the key that is missing or wrong."""
        options, name = config.options, config.name
        _check(options, name)
        return cls(
            page=str(options["page_id"]).strip(),
            token=str(options["access_token"]).strip(),
            secret=str(options["app_secret"]).strip() if options.get("app_secret") else None,
            app=str(options["app_id"]).strip() if options.get("app_id") else None,
            version=str(options.get("version") or VERSION),
            base=str(options.get("api") or BASE).rstrip("/"),
            own=bool(options.get("own", True)),
            site=site_of(config),
        )

    @property
    def headers(self) -> dict[str, str]:
        """The token goes in a header, so that no address holds it."""
        return {"Authorization": f"Bearer {self.token}"}

    @property
    def proof(self) -> dict[str, str]:
        """appsecret_proof, which shows that whoever has the token is the app it was given to."""
        return proof(self.token, self.secret) if self.secret else {}

    def get(self, path: str, params: Mapping[str, str], tag: str = "", **context: str) -> Request:
        """A question. path: below the version."""
        url = f"{self.base}/{self.version}/{path}?{urlencode(params, safe='{}(),')}"
        return Request(url=url, headers=self.headers, secret=self.proof, tag=tag, context=context, api=True)

    def further(self, url: str, tag: str, context: Mapping[str, str]) -> Request | None:
        """The page that paging.next names, without the credentials it holds; None where it is on another host."""
        parts, ours = urlsplit(url), urlsplit(self.base)
        if (parts.scheme, parts.netloc) != (ours.scheme, ours.netloc):
            return None
        kept = [(k, v) for k, v in parse_qsl(parts.query, keep_blank_values=True) if k not in _CREDENTIALS]
        clean = urlunsplit((parts.scheme, parts.netloc, parts.path, urlencode(kept, safe="{}(),"), ""))
        return Request(url=clean, headers=self.headers, secret=self.proof, tag=tag, context=dict(context), api=True)

    def post(self, path: str, fields: Mapping[str, str] | None = None, json: Any = None) -> Request:
        """Something to be done: a form, or a JSON body."""
        return Request(
            url=f"{self.base}/{self.version}/{path}",
            method="POST",
            headers=self.headers,
            secret=self.proof,
            form=None if fields is None else tuple(fields.items()),
            json=json,
            api=True,
        )

    def about_token(self) -> Request:
        """What the token is: asked as the app where its id and secret are known, else by the token itself."""
        asking = f"{self.app}|{self.secret}" if self.app and self.secret else self.token
        return Request(
            url=f"{self.base}/{self.version}/debug_token",
            headers={"Authorization": f"Bearer {asking}"},
            secret={"input_token": self.token},
            tag="token",
            api=True,
        )


def site_of(config: SourceConfig) -> str:
    """Where people read the page, without a path: its posts stand there under their ids."""
    parts = urlsplit(config.url)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else SITE


def _check(options: Mapping[str, Any], name: str) -> None:
    unknown = sorted(set(options) - _OPTIONS)
    if unknown:
        mend = f"known: {', '.join(sorted(_OPTIONS))}"
        raise ConfigError(f'unknown option "{unknown[0]}"', where=f"{name}: options", mend=mend)
    for key, what in (("page_id", "the numeric id of the page"), ("access_token", "a Page access token")):
        if not str(options.get(key) or "").strip():
            raise ConfigError(f"is missing: {what}", where=f"{name}: options.{key}", mend="docs/facebook.md says how")
    if not str(options["page_id"]).strip().isdigit():
        raise ConfigError("must be the page's numeric id", where=f"{name}: options.page_id", mend="docs/facebook.md")
    if not re.fullmatch(r"v\d{1,3}\.\d", str(options.get("version") or VERSION)):
        raise ConfigError(f"must look like {VERSION}", where=f"{name}: options.version")
    if not isinstance(options.get("own", True), bool):
        raise ConfigError("must be true or false", where=f"{name}: options.own")


def proof(token: str, secret: str) -> dict[str, str]:
    """The parameter that proves a token: HMAC-SHA256 of it, keyed with the app's secret, in hex."""
    return {"appsecret_proof": hmac.new(secret.encode(), token.encode(), hashlib.sha256).hexdigest()}


# --- errors -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """An error as Facebook sent it. text: its own words without any token, with code and trace id; mend: what a
    person has to do; wait: seconds, where waiting helps."""

    code: int
    subcode: int
    meaning: Meaning
    text: str
    mend: str
    wait: float | None = None


_AUTH = {
    458: "the person removed the app: connect the page again",
    459: "the account waits at a Facebook checkpoint: log in there, then connect the page again",
    460: "the password was changed: connect the page again",
    463: "the token has expired: connect the page again",
    464: "the account is not confirmed: confirm it at Facebook, then connect the page again",
    467: "the token is not valid any more: connect the page again",
}
_CONNECT = "connect the page again: make a new Page access token (docs/facebook.md)"
_PERMISSION = "a permission or a task on the page is missing: listener check --online says which"
_BLOCK = "Facebook blocks this for reasons of policy: nothing is posted until a person has looked at the page there"
_MEANT: Mapping[int, tuple[Meaning, str]] = {
    1: (Meaning.TRANSIENT, ""),
    2: (Meaning.TRANSIENT, ""),
    3: (Meaning.PERMISSION, _PERMISSION),
    4: (Meaning.WAIT, "the app has used up its calls: it waits as long as Facebook says"),
    10: (Meaning.PERMISSION, _PERMISSION),
    12: (Meaning.DEAD, "Facebook has switched this off for good: take it out of the configuration"),
    17: (Meaning.WAIT, "the account has used up its calls: it waits as long as Facebook says"),
    32: (Meaning.WAIT, "the page has used up its calls: it waits as long as Facebook says"),
    100: (Meaning.BAD, "check options.page_id and options.version"),
    102: (Meaning.AUTH, _CONNECT),
    190: (Meaning.AUTH, _CONNECT),
    341: (Meaning.WAIT, "the app has reached a limit: it waits"),
    368: (Meaning.BLOCKED, _BLOCK),
    506: (Meaning.DUPLICATE, "the same words stand there already"),
    613: (Meaning.WAIT, "too many calls: it waits"),
    80001: (Meaning.WAIT, "the page has used up its calls: it waits as long as Facebook says"),
}
_BY_STATUS = {
    401: (Meaning.AUTH, _CONNECT),
    403: (Meaning.PERMISSION, _PERMISSION),
    404: (Meaning.GONE, ""),
    429: (Meaning.WAIT, "too many calls: it waits"),
}
_NOT_THERE = 33


def refusal(status: int, headers: Mapping[str, str], body: bytes, access: Access) -> Refusal | None:
    """The error in an answer, whatever its status; None where there is none."""
    said = _object(body).get("error")
    if not isinstance(said, dict):
        return None if status < 400 else _bare(status, headers)
    code, subcode = _number(said.get("code")), _number(said.get("error_subcode"))
    meaning, mend = _meant(code, subcode, transient=said.get("is_transient") is True)
    trace = said.get("fbtrace_id")
    words = said.get("error_user_msg") or said.get("message") or "no words for it"
    number = f"{code}/{subcode}" if subcode else str(code)
    return Refusal(
        code=code,
        subcode=subcode,
        meaning=meaning,
        text=f"Facebook says: {hidden(str(words), access)[:300]} (error {number}{f', trace {trace}' if trace else ''})",
        mend=mend,
        wait=(usage(headers).regain or DEFAULT_WAIT) if meaning is Meaning.WAIT else None,
    )


def _bare(status: int, headers: Mapping[str, str]) -> Refusal:
    """An error without Facebook's envelope: something between us and it answered."""
    unsaid = (Meaning.TRANSIENT, "") if status >= 500 else (Meaning.BAD, "")
    meaning, mend = _BY_STATUS.get(status, unsaid)
    wait = (usage(headers).regain or DEFAULT_WAIT) if meaning is Meaning.WAIT else None
    text = f"the answer is no answer of Facebook's (HTTP {status})"
    return Refusal(code=0, subcode=0, meaning=meaning, text=text, mend=mend, wait=wait)


def _meant(code: int, subcode: int, *, transient: bool) -> tuple[Meaning, str]:
    meaning, mend = _MEANT.get(code, (Meaning.BAD, ""))
    if 200 <= code <= 299:
        return Meaning.PERMISSION, _PERMISSION
    if code == 100 and subcode == _NOT_THERE:
        return Meaning.GONE, "it was deleted, or the token may not see it"
    if meaning is Meaning.AUTH:
        return meaning, _AUTH.get(subcode, mend)
    return (Meaning.TRANSIENT, "") if meaning is Meaning.BAD and transient else (meaning, mend)


def hidden(text: str, access: Access) -> str:
    """Words of Facebook's without a token in them: some of its errors quote the one they got."""
    for secret in (access.token, access.secret):
        text = text.replace(secret, "...") if secret else text
    return _TOKEN.sub("...", " ".join(text.split()))


# --- budget -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """percent: the fullest of all budgets that an answer tells of, 0 where it tells of none. regain: seconds until
    calls are taken again, where it says so."""

    percent: float = 0.0
    regain: float | None = None


def usage(headers: Mapping[str, str]) -> Usage:
    """From the headers of an answer; what cannot be read is as if it was not said."""
    shares, waits = [0.0], [0.0]
    for name in _USAGE:
        for one in _budgets(headers.get(name, "")):
            shares += [_share(one.get(key)) for key in ("call_count", "total_cputime", "total_time")]
            waits.append(_share(one.get("estimated_time_to_regain_access")) * 60)
    return Usage(percent=max(shares), regain=max(waits) or None)


def _budgets(text: str) -> Iterator[dict[str, Any]]:
    """The objects in a header: one, or lists of them by business object."""
    said = _object(text.encode())
    yield said
    for several in said.values():
        for one in several if isinstance(several, list) else ():
            if isinstance(one, dict):
                yield one


def _share(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) and value >= 0 else 0.0


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


def _object(body: bytes) -> dict[str, Any]:
    try:
        value = json.loads(body) if body else {}
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}
