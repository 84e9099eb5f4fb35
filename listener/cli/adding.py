"""source add: finds out what a place is, shows what is said there, and writes it into the configuration."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import click

from listener import registry
from listener import settings as reading
from listener.cli.accounts import LogIn, as_member, log_in_as, username_option
from listener.cli.fetching import address, kind_option, posts_of, private_option
from listener.cli.options import known_kinds, load_settings, set_up_log, written
from listener.cli.places import FEW_PAGES, Place, config_option, show
from listener.errors import ConfigError, ListenerError
from listener.http import Http
from listener.model import Post
from listener.protocols import Page, Request, SourceConfig
from listener.settings import parse_duration


@dataclass(frozen=True, slots=True, kw_only=True)
class _New:
    """A place about to be written into the configuration."""

    name: str
    kind: str
    url: str
    every: str
    allow_private: bool
    username: str | None = None

    @property
    def password_file(self) -> str:
        """Where its password is kept, beside the configuration."""
        return f"{re.sub(r'[^A-Za-z0-9.-]', '_', self.name)}.password"

    def toml(self) -> str:
        """Its table. A string of JSON is a string of TOML."""
        keys = {"name": self.name, "kind": self.kind, "url": self.url, "every": self.every}
        if self.username is not None:
            keys |= {"username": self.username, "password_file": self.password_file}
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
        return "\n".join(["[[source]]", *lines, *(["allow_private = true"] if self.allow_private else [])]) + "\n"


def _every(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx=ctx, param=parameter) from None
    return value


@click.command()
@click.argument("url", callback=address)
@click.option("--name", callback=written, help="What to call it; its host unless given.")
@kind_option
@click.option("--every", default="15m", show_default=True, callback=_every, help="How often to look.")
@private_option
@username_option
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@config_option
def add(
    url: str,
    name: str | None,
    kind: str,
    every: str,
    allow_private: bool,
    username: str | None,
    yes: bool,
    config: Path,
) -> None:
    """Finds out what runs at URL, shows its last posts, and adds it to the configuration."""
    set_up_log()
    taken = {known.name for known in load_settings(config).sources} if config.exists() else set()
    text = config.read_text(encoding="utf-8-sig") if config.exists() else ""
    account = log_in_as(username)
    found_kind, found_url, posts = asyncio.run(_try(url, kind, allow_private, account))
    click.echo(f"{url}: {found_kind}" + (f", read at {found_url}" if found_url != url else ""))
    show(posts)
    new = _New(
        name=name or _free_name(url, taken),
        kind=found_kind,
        url=found_url,
        every=every,
        allow_private=allow_private,
        username=username,
    )
    if not yes and sys.stdin.isatty():
        click.confirm(f'add it to {config} as "{new.name}"?', abort=True)
    if account is not None:
        account.keep(config.with_name(new.password_file))
        click.echo(f"the password of {account.username} is kept in {config.with_name(new.password_file)}")
    _save(config, f"{text.rstrip()}\n\n{new.toml()}" if text else new.toml())
    click.echo(f'added to {config} as "{new.name}"')


async def _try(url: str, kind: str, allow_private: bool, account: LogIn | None) -> tuple[str, str, list[Post]]:
    place = Place(
        url=url,
        make=lambda made, where: registry.source_class(made)(SourceConfig(name="new", kind=made, url=where)),
        kind=kind,
        pages=FEW_PAGES,
        allow_private=allow_private,
    )
    place = as_member(place, account)
    async with Http() as http:
        if kind == registry.AUTO:
            entered = place.enter(http, None)
            page: Page = await entered.fetch(Request(url=url), allow_private=allow_private)
            kind, url = registry.detect(page)
        found = replace(place, kind=kind, url=url)
        return kind, url, [post async for post in posts_of(http, found)]


def _free_name(url: str, taken: set[str]) -> str:
    host = (urlsplit(url).hostname or url).removeprefix("www.")
    return next(name for name in _names(host) if name not in taken)


def _names(host: str) -> Iterator[str]:
    yield host
    number = 2
    while True:
        yield f"{host}-{number}"
        number += 1


def _save(config: Path, text: str) -> None:
    """The whole file or nothing: it replaces the old one only when it can be read."""
    draft = config.with_name(f".{config.name}.part")
    try:
        draft.write_text(text, encoding="utf-8")
        try:
            reading.load(draft, os.environ, kinds=known_kinds())
        except ConfigError as error:
            raise ConfigError(
                error.message, where=error.where.replace(str(draft), str(config)), mend=error.mend
            ) from None
        draft.replace(config)
    except OSError as error:
        raise ListenerError(f"cannot be written: {error.strerror}", where=str(config)) from None
    finally:
        draft.unlink(missing_ok=True)
