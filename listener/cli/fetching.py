"""crawl, parse, detect: what a place or a saved page holds, with nothing stored."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import click

if TYPE_CHECKING:
    from listener.passes import Fetch
    from sources.detect import Detection

from listener import registry
from listener.cli import streams
from listener.cli.accounts import as_member, log_in_as, username_option
from listener.cli.options import set_up_log
from listener.cli.places import MOST_PAGES, Place
from listener.errors import ListenerError, ParseError, WrongUse
from listener.http import Http
from listener.model import Post
from listener.protocols import Page, Parsed, Request, Source, SourceConfig
from listener.wire import post_to_json


def _kind(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    if value != registry.AUTO and value not in registry.SOURCES:
        error = registry.unknown_kind(value, registry.SOURCES)
        raise click.BadParameter(f"{error.message} ({error.mend})", ctx=ctx, param=parameter)
    return value


def address(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """Callback: an http or https URL with a host."""
    if value is not None and not _is_address(value):
        raise click.BadParameter(f'"{value}" is no http or https URL', ctx=ctx, param=parameter)
    return value


def _is_address(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def _moment(ctx: click.Context, parameter: click.Parameter, value: str | None) -> datetime | None:
    if value is None:
        return None
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise click.BadParameter(f'"{value}" is no ISO 8601 time', ctx=ctx, param=parameter) from None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


kind_option = click.option(
    "--kind", default=registry.AUTO, callback=_kind, help="What runs there; found out unless told."
)
private_option = click.option("--allow-private", is_flag=True, help="Let it reach loopback and private addresses.")


@click.command()
@click.argument("url", callback=address)
@kind_option
@click.option(
    "--pages", type=click.IntRange(min=1), default=MOST_PAGES, show_default=True, help="Pages to fetch at most."
)
@click.option("--since", callback=_moment, metavar="ISO8601", help="Leave out posts that are known to be older.")
@private_option
@username_option
def crawl(url: str, kind: str, pages: int, since: datetime | None, allow_private: bool, username: str | None) -> None:
    """Fetches URL and prints its posts as JSONL, storing nothing."""
    set_up_log()
    place = Place(
        url=url,
        make=_maker(url, since=since, pages=pages),
        kind=kind,
        pages=pages,
        allow_private=allow_private,
    )
    asyncio.run(_crawl(as_member(place, log_in_as(username), since=since), since))


async def _crawl(place: Place, since: datetime | None) -> None:
    seen: set[str] = set()
    async with Http() as http:
        async for post in posts_of(http, place):
            if post.native_id not in seen and not _older(post, since):
                seen.add(post.native_id)
                streams.write([post_to_json(post)], at_once=True)
    if not seen:
        click.echo(f"listener: {place.url}: no posts found there", err=True)


def _older(post: Post, since: datetime | None) -> bool:
    return since is not None and post.published_at is not None and post.published_at < since


def _maker(url: str, *, since: datetime | None = None, pages: int | None = None) -> Callable[[str, str], Source]:
    """Sources of a place that is not configured: its host is its name."""
    name = urlsplit(url).hostname or url

    def make(kind: str, where: str) -> Source:
        config = SourceConfig(name=name, kind=kind, url=where, since=since, max_pages=pages)
        return registry.source_class(kind)(config)

    return make


async def posts_of(http: "Fetch", place: Place) -> AsyncIterator[Post]:
    """Posts page by page, breadth first. A page after the first that fails is told of and passed over."""
    first, kind, url, guest = None, place.kind, place.url, http
    if kind == registry.AUTO:
        first = await place.enter(guest, None).fetch(Request(url=url), allow_private=place.allow_private)
        kind, url = registry.detect(first)
    source, http = place.make(kind, url), place.enter(guest, kind)
    waiting, asked = deque(source.requests({})), set[str]()
    while waiting and len(asked) < place.pages:
        request = waiting.popleft()
        if request.url in asked:
            continue
        try:
            page = _at_hand(first, request) or await http.fetch(request, allow_private=place.allow_private)
            parsed = source.parse(page, {})
        except ListenerError as error:
            if not asked:
                raise
            click.echo(f"listener: {error}", err=True)
            continue
        finally:
            asked.add(request.url)
        _tell(parsed, request.url)
        for post in parsed.posts:
            yield post
        waiting.extend(parsed.follow)


def _at_hand(first: Page | None, request: Request) -> Page | None:
    """The page that the kind was found out from need not be fetched twice."""
    if first is None or request.method != "GET" or request.url not in (first.url, first.request.url):
        return None
    return replace(first, request=request)


def _tell(parsed: Parsed, where: str) -> None:
    for note in parsed.notes:
        click.echo(f"listener: {where}: {note}", err=True)


@click.command()
@click.argument("file")
@click.option("--url", required=True, callback=address, help="Where the page was saved from.")
@kind_option
def parse(file: str, url: str, kind: str) -> None:
    """Prints the posts of FILE, one saved page or feed, as JSONL. No network."""
    set_up_log()
    page = _saved_page(file, url)
    source = _maker(url)(_kind_of(page) if kind == registry.AUTO else kind, url)
    try:
        parsed = source.parse(page, {})
    except ParseError as error:
        raise ParseError(error.message, where=file, mend=error.mend or "say what it is with --kind") from error
    _tell(parsed, file)
    if not parsed.posts:
        click.echo(f"listener: {file}: no posts found there", err=True)
    streams.write(post_to_json(post) for post in parsed.posts)


def _kind_of(page: Page) -> str:
    """The kind that reads this very page: a page that only names a feed is read as what it is itself."""
    kind, url = registry.detect(page)
    return kind if url == page.url else registry.READS_ANYTHING


def _saved_page(file: str, url: str) -> Page:
    """A file as the page that it was. Its headers are lost, so the page itself must say what it is."""
    with streams.opened(file) as stream:
        body = stream.read()
    if not body.strip():
        raise WrongUse("is empty", where=file)
    return Page(url=url, status=200, headers={}, body=body, fetched_at=datetime.now(UTC), request=Request(url=url))


@click.command()
@click.argument("place", metavar="URL_OR_FILE")
@click.option("--url", callback=address, help="Where the file was saved from.")
@private_option
def detect(place: str, url: str | None, allow_private: bool) -> None:
    """Says as one JSON object what kind of place this is."""
    set_up_log()
    if _is_address(place) and not Path(place).exists():
        page = asyncio.run(_fetch(place, allow_private))
    else:
        page = _saved_page(place, url or "http://localhost/")
    from sources.detect import detect as recognise

    streams.write([_detection_to_json(recognise(page))])


async def _fetch(url: str, allow_private: bool) -> Page:
    async with Http() as http:
        return await http.fetch(Request(url=url), allow_private=allow_private)


def _detection_to_json(detection: "Detection") -> dict[str, Any]:
    """The fields of the contract."""
    return {
        "kind": detection.kind,
        "confidence": round(detection.confidence, 3),
        "feeds": list(detection.feeds),
        "why": detection.why,
    }
