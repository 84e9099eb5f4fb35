"""source add, list, test, pause, resume: the places we listen to."""

import asyncio
import json
import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click

from listener import registry
from listener import settings as reading
from listener.cli.fetching import Place, address, kind_option, posts_of, private_option
from listener.cli.house import existing_storage, house_of, sqlite_file
from listener.cli.options import known_kinds, load_settings, set_up_log, written
from listener.errors import ConfigError, ListenerError, WrongUse
from listener.http import Http, HttpPolicy
from listener.log import escape
from listener.model import Post
from listener.protocols import Page, Request, SourceConfig
from listener.settings import Settings, SourceSettings, parse_duration
from listener.storage import SourceRow
from listener.text import excerpt

_SHOWN = 5
_PAGES = 5
_config_option = click.option(
    "--config",
    "config",
    type=click.Path(path_type=Path),
    default=Path("listener.toml"),
    show_default=True,
    metavar="FILE",
    help="The configuration (TOML).",
)


@click.group()
def source() -> None:
    """The places that are listened to."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _New:
    """A place about to be written into the configuration."""

    name: str
    kind: str
    url: str
    every: str
    allow_private: bool

    def toml(self) -> str:
        """Its table. A string of JSON is a string of TOML."""
        keys = {"name": self.name, "kind": self.kind, "url": self.url, "every": self.every}
        lines = [f"{key} = {json.dumps(value, ensure_ascii=False)}" for key, value in keys.items()]
        return "\n".join(["[[source]]", *lines, *(["allow_private = true"] if self.allow_private else [])]) + "\n"


def _every(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    try:
        parse_duration(value)
    except ValueError as error:
        raise click.BadParameter(str(error), ctx=ctx, param=parameter) from None
    return value


@source.command()
@click.argument("url", callback=address)
@click.option("--name", callback=written, help="What to call it; its host unless given.")
@kind_option
@click.option("--every", default="15m", show_default=True, callback=_every, help="How often to look.")
@private_option
@click.option("--yes", is_flag=True, help="Do not ask before writing.")
@_config_option
def add(url: str, name: str | None, kind: str, every: str, allow_private: bool, yes: bool, config: Path) -> None:
    """Finds out what runs at URL, shows its last posts, and adds it to the configuration."""
    set_up_log()
    taken = {known.name for known in load_settings(config).sources} if config.exists() else set()
    text = config.read_text(encoding="utf-8-sig") if config.exists() else ""
    found_kind, found_url, posts = asyncio.run(_try(url, kind, allow_private))
    click.echo(f"{url}: {found_kind}" + (f", read at {found_url}" if found_url != url else ""))
    _show(posts)
    new = _New(
        name=name or _free_name(url, taken), kind=found_kind, url=found_url, every=every, allow_private=allow_private
    )
    if not yes and sys.stdin.isatty():
        click.confirm(f'add it to {config} as "{new.name}"?', abort=True)
    _save(config, f"{text.rstrip()}\n\n{new.toml()}" if text else new.toml())
    click.echo(f'added to {config} as "{new.name}"')


async def _try(url: str, kind: str, allow_private: bool) -> tuple[str, str, list[Post]]:
    async with Http() as http:
        if kind == registry.AUTO:
            page: Page = await http.fetch(Request(url=url), allow_private=allow_private)
            kind, url = registry.detect(page)
        place = Place(
            url=url,
            make=lambda made, where: registry.source_class(made)(SourceConfig(name="new", kind=made, url=where)),
            kind=kind,
            pages=_PAGES,
            allow_private=allow_private,
        )
        return kind, url, [post async for post in posts_of(http, place)]


def _show(posts: Sequence[Post]) -> None:
    """The last posts, newest first; those without a date in the order of the page."""
    if not posts:
        click.echo("  no posts were found there")
    for post in sorted(posts, key=_newest_first)[:_SHOWN]:
        when = f"{post.published_at:%Y-%m-%d %H:%M}" if post.published_at else "no date"
        click.echo(escape(f"  {when}  {post.author or 'unknown'}: {excerpt(post.text, 100)}"))


def _newest_first(post: Post) -> float:
    return -post.published_at.timestamp() if post.published_at else 0.0


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


@source.command("list")
@_config_option
def list_sources(config: Path) -> None:
    """Every source with its health, and what it cost its host."""
    settings = load_settings(config)
    rows = _rows(settings)
    for configured in settings.sources:
        row = rows.get(configured.name)
        click.echo(escape(f"{configured.name}  {configured.kind}  {configured.url}  {_health(row)}"))
        for line in _details(configured.url, row) if row else ():
            click.echo(escape(f"    {line}"))


def _rows(settings: Settings) -> dict[str, SourceRow]:
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        return {}
    with existing_storage(settings) as storage, storage.read() as tx:
        return {row.name: row for row in tx.sources.all()}


def _health(row: SourceRow | None) -> str:
    if row is None or row.last_attempt_at is None:
        return "paused" if row is not None and row.paused else "never read"
    seen = f"last read {_minute(row.last_success_at)}, last new post {_minute(row.last_new_at)}"
    return f"paused; {seen}" if row.paused else f"{seen}, next {_minute(row.due_at)}"


def _details(url: str, row: SourceRow) -> Iterator[str]:
    """What its owner and ours should know, a line each: failures, silence, and the log of what went to the host."""
    if row.failure:
        yield f"failing, {row.failures} in a row: {row.failure}: {row.failure_text}"
    if row.trouble == "silent":
        yield "silent for longer than its own history makes likely"
    if row.requests:
        host = urlsplit(url).netloc.rpartition("@")[2]
        yield f"{host}: {row.requests} requests, {row.not_modified} unchanged, {_size(row.bytes)}, {_manners(row)}"


def _manners(row: SourceRow) -> str:
    waited = f"held back {timedelta(seconds=round(row.waited))}"
    return f"{waited}; robots.txt: {row.robots}" if row.robots else waited


def _size(count: int) -> str:
    """A number of bytes for people."""
    size = float(count)
    for unit in ("bytes", "KB", "MB"):
        if size < 1000:
            return f"{size:.0f} {unit}" if unit == "bytes" else f"{size:.1f} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _minute(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}Z" if moment else "never"


@source.command()
@click.argument("name")
@_config_option
def test(name: str, config: Path) -> None:
    """Reads the source NAME now and shows its last posts; stores nothing."""
    settings = load_settings(config)
    posts = asyncio.run(_read(settings, _configured(settings, name)))
    click.echo(f"{name}: {len(posts)} posts")
    _show(posts)


async def _read(settings: Settings, chosen: SourceSettings) -> list[Post]:
    from listener.app import Entrance

    place = Place(
        url=chosen.url,
        make=lambda kind, url: registry.source_class(kind)(chosen.model_copy(update={"url": url}).config(kind)),
        kind=chosen.kind,
        pages=_PAGES,
        allow_private=chosen.allow_private,
        enter=Entrance(chosen),
    )
    async with Http(HttpPolicy(contact=settings.contact or "")) as http:
        return [post async for post in posts_of(http, place)]


def _configured(settings: Settings, name: str) -> SourceSettings:
    chosen = settings.source(name)
    if chosen is None:
        known = ", ".join(source.name for source in settings.sources) or "none"
        raise WrongUse(f'"{name}" is no source', where=str(settings.path), mend=f"configured: {known}")
    return chosen


@source.command()
@click.argument("name")
@_config_option
def pause(name: str, config: Path) -> None:
    """Leaves the source NAME alone until it is resumed."""
    _set_paused(name, config, paused=True)


@source.command()
@click.argument("name")
@_config_option
def resume(name: str, config: Path) -> None:
    """Reads the paused source NAME again."""
    _set_paused(name, config, paused=False)


def _set_paused(name: str, config: Path, *, paused: bool) -> None:
    settings = load_settings(config)
    _configured(settings, name)
    with house_of(settings) as house, house.storage.begin() as tx:
        tx.sources.pause(name, paused)
        tx.people.note(house.clock(), "command line", "source paused" if paused else "source resumed", name)
    click.echo(f"{name}: {'paused' if paused else 'resumed'}")
