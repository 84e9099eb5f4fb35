"""forms, match: what a name is matched by, and which posts match."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from listener.cli import streams
from listener.cli.options import config_option, input_argument, load_settings, written
from listener.errors import QueryError, WrongUse
from listener.matching import compile as compile_queries
from listener.matching import forms as forms_of
from listener.matching.replay import Diff
from listener.matching.replay import replay as replay_posts
from listener.model import Mention, Post, Query
from listener.wire import Line, loose_post_from_json, mention_to_json, post_to_json

if TYPE_CHECKING:
    from listener.settings import Settings

_EVER = datetime(1970, 1, 1, tzinfo=UTC)
_LANGUAGES = ("pl", "en")


@click.command()
@click.argument("name", callback=written)
@click.option("--lang", type=click.Choice(_LANGUAGES), default="pl", show_default=True, help="Language to inflect in.")
def forms(name: str, lang: str) -> None:
    """Prints every inflected form that is matched for the brand NAME, one a line, most common first."""
    streams.write_text("".join(f"{form}\n" for form in forms_of(name, lang)))


@click.command()
@click.option(
    "--query",
    "expressions",
    multiple=True,
    callback=written,
    metavar="QUERY",
    help="What to listen for; may be repeated.",
)
@config_option(required=False)
@click.option("--all", "keep_all", is_flag=True, help="Print posts that match nothing too.")
@click.option(
    "--against",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="The configuration as it is now: print what the other one would catch and lose beside it.",
)
@click.option("--stored", is_flag=True, help="With --against: look at the posts that it has stored.")
@input_argument
def match(
    expressions: tuple[str, ...],
    config: Path | None,
    keep_all: bool,
    against: Path | None,
    stored: bool,
    file: str | None,
) -> None:
    """Takes posts as JSONL from FILE or standard input and prints those that match, with `mentions`."""
    queries = _queries(expressions, config)
    if against is None:
        if stored:
            raise click.UsageError("--stored goes with --against FILE")
        lines = streams.progress(streams.objects(file), "posts")
        streams.write(_matched(compile_queries(queries).match, lines, keep_all))
        return
    before = load_settings(against)
    posts = _stored(before) if stored else _posts(file)
    _write_diff(replay_posts(compile_queries(before.queries), compile_queries(_branded(queries, before)), posts))


def _branded(queries: tuple[Query, ...], settings: "Settings") -> tuple[Query, ...]:
    """Queries of the command line belong to no brand; beside a configuration of one brand they are that one's."""
    ours = [brand.id for brand in settings.brands]
    if len(ours) != 1:
        return queries
    return tuple(replace(query, brand=query.brand or ours[0]) for query in queries)


def _posts(file: str | None) -> Iterator[Post]:
    for line in streams.progress(streams.objects(file), "posts"):
        yield loose_post_from_json(line.value, line.where, datetime.now(UTC))


def _stored(settings: "Settings") -> Iterator[Post]:
    """Every stored post, batch by batch."""
    from listener.cli.house import existing_storage

    with existing_storage(settings) as storage:
        last = 0
        while True:
            with storage.read() as tx:
                batch = tx.posts.between(_EVER, datetime.now(UTC), after=last)
            if not batch:
                return
            yield from (stored.post for stored in batch)
            last = batch[-1].id


def _write_diff(diff: Diff) -> None:
    """The changes as JSONL, the sum on standard error."""
    changes = [("caught", change) for change in diff.caught] + [("lost", change) for change in diff.lost]
    streams.write(
        {"change": what, **post_to_json(change.post), "mentions": [mention_to_json(m) for m in change.mentions]}
        for what, change in changes
    )
    said = f"{diff.posts} posts read: {len(diff.caught)} caught, {len(diff.lost)} lost, {diff.kept} kept"
    click.echo(said, err=True)


def _queries(expressions: tuple[str, ...], config: Path | None) -> tuple[Query, ...]:
    if bool(expressions) == bool(config):
        raise click.UsageError("give either --query or --config")
    if config is None:
        return tuple(_query(expression) for expression in expressions)
    queries = load_settings(config).queries
    if not queries:
        raise WrongUse("has no queries", where=str(config), mend="add queries to a [[brand]]")
    return queries


def _query(expression: str) -> Query:
    try:
        query = Query(brand="", expression=expression)
        compile_queries([query])
    except QueryError as error:
        where = f'--query "{expression}", character {error.position + 1}'
        raise QueryError(error.message, position=error.position, where=where, mend=error.mend) from None
    return query


def _matched(
    match: Callable[[Post], Sequence[Mention]], lines: Iterable[Line], keep_all: bool
) -> Iterator[dict[str, Any]]:
    for line in lines:
        mentions = match(loose_post_from_json(line.value, line.where, datetime.now(UTC)))
        if mentions or keep_all:
            yield {**line.value, "mentions": [mention_to_json(mention) for mention in mentions]}
