"""source add, list, test, pause, resume: the places we listen to."""

import asyncio
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import click

from listener import registry
from listener.cli.adding import add
from listener.cli.fetching import posts_of
from listener.cli.house import existing_storage, house_of, sqlite_file
from listener.cli.options import load_settings
from listener.cli.places import FEW_PAGES, Place, config_option, show
from listener.errors import Failure, WrongUse
from listener.http import Http, HttpPolicy
from listener.log import escape
from listener.marks import settled_moves
from listener.model import Post
from listener.passes import found_kind
from listener.settings import Settings, SourceSettings
from listener.storage import SourceRow


@click.group()
def source() -> None:
    """The places that are listened to."""


source.add_command(add)


@source.command("list")
@config_option
def list_sources(config: Path) -> None:
    """Every source with its health, and what it cost its host."""
    settings = load_settings(config)
    rows, marks = _rows(settings)
    for configured in settings.sources:
        row, known = rows.get(configured.name), marks.get(configured.name, {})
        kind = _kind(configured.kind, known.get(found_kind(configured.url), ""))
        click.echo(escape(f"{configured.name}  {kind}  {configured.url}  {_health(row)}"))
        for line in _details(configured.url, row, settled_moves(known)) if row else ():
            click.echo(escape(f"    {line}"))


def _rows(settings: Settings) -> tuple[dict[str, SourceRow], dict[str, dict[str, str]]]:
    """What is kept of each source by name, and its marks."""
    file = sqlite_file(settings)
    if file is not None and not file.exists():
        return {}, {}
    with existing_storage(settings) as storage, storage.read() as tx:
        rows = {row.name: row for row in tx.sources.all()}
        return rows, {name: tx.sources.cursor(name) for name in rows}


def _kind(configured: str, found: str) -> str:
    """The kind as configured, and what "auto" was found to be."""
    return f"{configured} ({found.partition(' ')[0]})" if configured == registry.AUTO and found else configured


def _health(row: SourceRow | None) -> str:
    if row is None or row.last_attempt_at is None:
        return "paused" if row is not None and row.paused else "never read"
    seen = f"last read {_minute(row.last_success_at)}, last new post {_minute(row.last_new_at)}"
    return f"paused; {seen}" if row.paused else f"{seen}, next {_minute(row.due_at)}"


def _details(url: str, row: SourceRow, moves: Mapping[str, str]) -> Iterator[str]:
    """What its owner and ours should know, a line each: failures, silence, and the log of what went to the host."""
    if row.failure:
        yield f"failing, {row.failures} in a row: {row.failure}: {row.failure_text}"
    if row.paused and row.failure == Failure.GONE.value:
        yield "paused because its address is gone for good (410); resume it when there is something again"
    if row.trouble == "silent":
        yield "silent for longer than its own history makes likely"
    for old, new in moves.items():
        yield f"{old} moved for good: {new} is asked instead; change its url in the configuration"
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
@config_option
def test(name: str, config: Path) -> None:
    """Reads the source NAME now and shows its last posts; stores nothing."""
    settings = load_settings(config)
    posts = asyncio.run(_read(settings, _configured(settings, name)))
    click.echo(f"{name}: {len(posts)} posts")
    show(posts)


async def _read(settings: Settings, chosen: SourceSettings) -> list[Post]:
    from listener.app import Entrance

    place = Place(
        url=chosen.url,
        make=lambda kind, url: registry.source_class(kind)(chosen.model_copy(update={"url": url}).config(kind)),
        kind=chosen.kind,
        pages=FEW_PAGES,
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
@config_option
def pause(name: str, config: Path) -> None:
    """Leaves the source NAME alone until it is resumed."""
    _set_paused(name, config, paused=True)


@source.command()
@click.argument("name")
@config_option
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
