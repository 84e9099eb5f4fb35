"""import, export, erase: what goes into storage from files, what comes out, and what is forgotten."""

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, TYPE_CHECKING

import click

from listener.cli import streams, tables
from listener.cli.house import existing_storage, house_of
from listener.cli.options import config_option, input_argument, load_settings, written
from listener.model import Post
from listener.wire import post_from_json

if TYPE_CHECKING:
    from listener.app import Listener
    from listener.intake import Tally

_BATCH = 200
_READ = ("jsonl", "csv")
_TABLES = (".csv", ".tsv", ".txt")


@click.command("import")
@input_argument
@click.option(
    "--format",
    "layout",
    type=click.Choice(_READ),
    help="How FILE is laid out; its name tells unless given, else jsonl.",
)
@click.option("--zone", default="Europe/Warsaw", show_default=True, help="Of dates in a table that carry no zone.")
@config_option()
def import_posts(file: str | None, layout: str | None, zone: str, config: Path) -> None:
    """Takes posts from FILE or standard input through the whole pipeline: JSONL, or a table as CSV. Twice changes
    nothing; a table with a wrong row is not taken at all."""
    settings = load_settings(config)
    with _posts(file, layout or _layout(file), zone) as posts, house_of(settings) as house:
        tally = _take_in(house, posts)
    click.echo(
        f"{tally.seen} posts read, {tally.fresh} new or changed: {tally.stored} stored, {tally.revised} revised, "
        f"{tally.opened} tickets opened, {tally.appended} posts added to tickets"
    )


def _layout(file: str | None) -> str:
    return "csv" if file and Path(file).suffix.lower() in _TABLES else "jsonl"


@contextmanager
def _posts(file: str | None, layout: str, zone: str) -> Iterator[Iterable[Post]]:
    if layout == "jsonl":
        yield (post_from_json(line.value, line.where) for line in streams.progress(streams.objects(file), "posts"))
        return
    from sources.tabular import Reading, read_posts

    name = "standard input" if file in (None, streams.STANDARD) else str(file)
    reading = Reading(name=name, zone=zone, now=datetime.now(UTC).replace(microsecond=0))
    with streams.opened(file) as stream, _seekable(stream) as table:
        for _ in streams.progress(read_posts(table, reading), "rows checked"):  # to the end, before anything is stored
            pass
        yield streams.progress(read_posts(table, reading), "posts")


@contextmanager
def _seekable(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """The stream itself, or what it holds in a file of its own, since a pipe cannot be read twice."""
    if stream.seekable():
        yield stream
        return
    with TemporaryFile() as kept:
        shutil.copyfileobj(stream, kept)
        kept.seek(0)
        yield kept


def _take_in(house: "Listener", posts: Iterable[Post]) -> "Tally":
    from listener.intake import Haul, Tally

    tally = Tally()
    for source, group in groupby(posts, key=lambda post: post.source):
        for batch in streams.batches(group, _BATCH):
            tally += house.intake.take(Haul(source=source, posts=tuple(batch)), datetime.now(UTC))
    return tally


@click.command()
@click.argument("what", type=click.Choice(list(tables.EXPORTS)))
@click.option("--format", "layout", type=click.Choice(tables.LAYOUTS), required=True, help="How to lay it out.")
@click.option("--out", metavar="FILE", help="Where to write; standard output unless given.")
@config_option()
def export(what: str, layout: str, out: str | None, config: Path) -> None:
    """Prints what is stored. In CSV, cells that a spreadsheet would take for a formula begin with an apostrophe."""
    settings = load_settings(config)
    writer = tables.writer(layout)
    with existing_storage(settings) as storage:
        columns, rows = tables.EXPORTS[what]
        streams.write_chunks(writer(columns, streams.progress(rows(storage), what)), out)


@click.command()
@click.option("--source", required=True, callback=written, help="The source that the person wrote in.")
@click.option("--author", required=True, callback=written, help="Their display name or id there.")
@config_option()
def erase(source: str, author: str, config: Path) -> None:
    """Forgets a person everywhere it can; prints what was done and what could not be."""
    settings = load_settings(config)
    from listener.privacy import erase as forget

    with existing_storage(settings) as storage:
        erasure = forget(storage, source, author, datetime.now(UTC), by="command line")
    if settings.source(source) is None:
        click.echo(f'listener: note: no source of the configuration is called "{source}"', err=True)
    for thing, number in erasure.done.items():
        click.echo(f"erased: {thing}: {number}")
    click.echo("erased: from now on posts of this author are not collected from this source")
    for left in erasure.left:
        click.echo(f"not erased: {left}")
