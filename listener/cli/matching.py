"""forms, match: what a name is matched by, and which posts match."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click

from listener.cli import streams
from listener.cli.options import config_option, input_argument, load_settings, written
from listener.errors import QueryError, WrongUse
from listener.matching import compile as compile_queries
from listener.matching import forms as forms_of
from listener.model import Mention, Post, Query
from listener.wire import Line, loose_post_from_json, mention_to_json

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
@input_argument
def match(expressions: tuple[str, ...], config: Path | None, keep_all: bool, file: str | None) -> None:
    """Takes posts as JSONL from FILE or standard input and prints those that match, with `mentions`."""
    matcher = compile_queries(_queries(expressions, config))
    lines = streams.progress(streams.objects(file), "posts")
    streams.write(_matched(matcher.match, lines, keep_all))


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
