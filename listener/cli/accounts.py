"""Reading a place with an account that is named on the command line; its password never is."""

import os
import sys
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from urllib.parse import urlsplit

import click

from listener import registry
from listener.cli.options import written
from listener.cli.places import Place
from listener.errors import ListenerError, WrongUse
from listener.log import register_secrets

PASSWORD = "LISTENER_PASSWORD"  # noqa: S105  # where it is looked for, not what it is

username_option = click.option(
    "--username",
    callback=written,
    help=f"An account that may read there; its password is taken from {PASSWORD}, or asked for.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LogIn:
    """An account with its password."""

    username: str
    password: str = field(repr=False)

    def keep(self, file: Path) -> None:
        """Writes the password into a file that only its owner may read; one that is there is left as it is."""
        try:
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as kept:
                kept.write(self.password + "\n")
        except FileExistsError:
            if file.read_text(encoding="utf-8").strip() != self.password.strip():
                mend = "remove it, or give the source another name"
                raise ListenerError("is there already and holds another password", where=str(file), mend=mend) from None
        except OSError as error:
            raise ListenerError(f"cannot be written: {error.strerror}", where=str(file)) from None


def log_in_as(username: str | None) -> LogIn | None:
    """The account that is named, if one is. WrongUse where there is no way to its password."""
    if username is None:
        return None
    password = _password(username)
    register_secrets([password])
    return LogIn(username=username, password=password)


def as_member(place: Place, account: LogIn | None, *, since: datetime | None = None) -> Place:
    """The place, read with an account where there is one."""
    if account is None:
        return place
    from listener.app import Entrance
    from listener.settings import SourceSettings

    name = urlsplit(place.url).hostname or place.url
    settings = SourceSettings.model_validate(
        {
            "name": name,
            "url": place.url,
            "kind": place.kind,
            "allow_private": place.allow_private,
            "max_pages": place.pages,
            "username": account.username,
            "password": account.password,
            **({"since": since.isoformat()} if since else {}),
        }
    )
    return replace(
        place,
        make=lambda kind, url: registry.source_class(kind)(settings.model_copy(update={"url": url}).config(kind)),
        enter=Entrance(settings),
    )


def _password(username: str) -> str:
    told = os.environ.get(PASSWORD, "")
    if told:
        return told
    if not sys.stdin.isatty():
        raise WrongUse("there is no password for it", where=f"--username {username}", mend=f"put it into {PASSWORD}")
    asked: str = click.prompt(f"password of {username}", hide_input=True, err=True)
    return asked
