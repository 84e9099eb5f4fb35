"""Values that tables of the configuration are made of, each checked where it is read."""

import unicodedata
from datetime import timedelta
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, SecretStr

from listener.settings.durations import parse_duration


def _web_address(value: str) -> str:
    """An http or https URL with a host and without a log-in in it. ValueError says what is wrong."""
    return _address(value, ("http", "https"))


def _source_address(value: str) -> str:
    """As a web address, or that of a mailbox."""
    return _address(value, ("imap", "imaps") if value.startswith("imap") else ("http", "https"))


def _address(value: str, schemes: tuple[str, ...]) -> str:
    if any(c.isspace() or unicodedata.category(c) == "Cc" for c in value):
        raise ValueError("holds a space or a control character")
    try:
        parts = urlsplit(value)
        port_ok = parts.port is None or parts.port > 0
    except ValueError as error:
        raise ValueError(f"is no URL: {error}") from None
    if parts.scheme not in schemes:
        raise ValueError("must begin with " + " or ".join(f'"{scheme}://"' for scheme in schemes))
    if not parts.hostname or not port_ok:
        raise ValueError("names no host")
    if parts.username is not None or parts.password is not None:
        raise ValueError("holds a user name or password: give them as keys of their own")
    return value


def _zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, ValueError, OSError):  # no such zone; a path in disguise; a folder of zones
        raise ValueError(f'"{value}" is no time zone: use a name such as "Europe/Warsaw" or "UTC"') from None
    return value


def _said(value: str) -> str:
    if not value.strip():
        raise ValueError("must not be empty")
    if any(unicodedata.category(c) == "Cc" for c in value):
        raise ValueError("holds a control character")
    return value.strip()


def _kept(value: SecretStr) -> SecretStr:
    if not value.get_secret_value().strip():
        raise ValueError("must not be empty")
    return value


Text = Annotated[str, AfterValidator(_said)]
Secret = Annotated[SecretStr, AfterValidator(_kept)]
WebAddress = Annotated[str, AfterValidator(_web_address)]
SourceAddress = Annotated[str, AfterValidator(_source_address)]
Zone = Annotated[str, AfterValidator(_zone)]
Duration = Annotated[timedelta, BeforeValidator(parse_duration)]


class Table(BaseModel):
    """A table of the file: unknown keys are errors, and errors do not show what was given."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
