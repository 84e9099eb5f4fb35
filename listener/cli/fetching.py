"""crawl, parse, detect: what a place or a saved page holds, with nothing stored."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import click
from sources.detect import Detection
from sources.detect import detect as recognise

from listener.cli import streams
from listener.cli.options import set_up_log
from listener.errors import ListenerError, ParseError, WrongUse
from listener.http import Http
from listener.model import Post
from listener.protocols import Page, Parsed, Request, Source, SourceConfig
from listener.registry import AUTO, SOURCES, source_class, unknown_kind
from listener.wire import post_to_json

_MOST_PAGES = 10


def _kind(ctx: click.Context, parameter: click.Parameter, value: str) -> str:
    if value != AUTO and value not in SOURCES:
        error = unknown_kind(value, SOURCES)
        raise click.BadParameter(f"{error.message} ({error.mend})", ctx=ctx, param=parameter)
    return value


def _address(ctx: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
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


_kind_option = click.option("--kind", default=AUTO, callback=_kind, help="What runs there; found out unless told.")
_private_option = click.option("--allow-private", is_flag=True, help="Let it reach loopback and private addresses.")


@click.command()
@click.argument("url", callback=_address)
@_kind_option
@click.option(
    "--pages", type=click.IntRange(min=1), default=_MOST_PAGES, show_default=True, help="Pages to fetch at most."
)
@click.option("--since", callback=_moment, metavar="ISO8601", help="Leave out posts that are known to be older.")
@_private_option
def crawl(url: str, kind: str, pages: int, since: datetime | None, allow_private: bool) -> None:
    """Fetches URL and prints its posts as JSONL, storing nothing."""
    set_up_log()
    asyncio.run(_crawl(url, kind, pages, since, allow_private))


async def _crawl(url: str, kind: str, pages: int, since: datetime | None, allow_private: bool) -> None:
    seen: set[str] = set()
    async with Http() as http:
        async for post in _posts(http, url, kind, pages, since, allow_private):
            if post.native_id not in seen and not _older(post, since):
                seen.add(post.native_id)
                streams.write([post_to_json(post)], at_once=True)


def _older(post: Post, since: datetime | None) -> bool:
    return since is not None and post.published_at is not None and post.published_at < since


async def _posts(
    http: Http, url: str, kind: str, pages: int, since: datetime | None, allow_private: bool
) -> AsyncIterator[Post]:
    """Posts page by page, breadth first. A page after the first that fails is told of and passed over."""
    first: Page | None = None
    if kind == AUTO:
        first = await http.fetch(Request(url=url), allow_private=allow_private)
        kind = recognise(first).kind
    source = _source(url, kind, since, pages)
    waiting, asked = deque(source.requests({})), set[str]()
    while waiting and len(asked) < pages:
        request = waiting.popleft()
        if request.url in asked:
            continue
        try:
            page = await _page(http, request, first, allow_private)
            parsed = source.parse(page, {})
        except ListenerError as error:
            if not asked:
                raise
            click.echo(f"listener: {error}", err=True)
            continue
        finally:
            asked.add(request.url)
        for note in parsed.notes:
            click.echo(f"listener: {request.url}: {note}", err=True)
        for post in parsed.posts:
            yield post
        waiting.extend(parsed.follow)


async def _page(http: Http, request: Request, first: Page | None, allow_private: bool) -> Page:
    """first: the page that the kind was found out from; it is not fetched twice."""
    if first is not None and request.method == "GET" and request.url in (first.url, first.request.url):
        return Page(
            url=first.url,
            status=first.status,
            headers=first.headers,
            body=first.body,
            fetched_at=first.fetched_at,
            request=request,
        )
    return await http.fetch(request, allow_private=allow_private)


def _source(url: str, kind: str, since: datetime | None = None, pages: int | None = None) -> Source:
    name = urlsplit(url).hostname or url
    return source_class(kind)(SourceConfig(name=name, kind=kind, url=url, since=since, max_pages=pages))


@click.command()
@click.argument("file")
@click.option("--url", required=True, callback=_address, help="Where the page was saved from.")
@_kind_option
def parse(file: str, url: str, kind: str) -> None:
    """Prints the posts of FILE, one saved page or feed, as JSONL. No network."""
    set_up_log()
    page = saved_page(file, url)
    kind = recognise(page).kind if kind == AUTO else kind
    parsed = parse_page(_source(url, kind), page, file)
    for note in parsed.notes:
        click.echo(f"listener: {file}: {note}", err=True)
    streams.write(post_to_json(post) for post in parsed.posts)


def parse_page(source: Source, page: Page, where: str) -> Parsed:
    """What a page gave; a page that does not fit is told of under the name of its file."""
    try:
        return source.parse(page, {})
    except ParseError as error:
        raise ParseError(error.message, where=where, mend=error.mend or "name its --kind") from error


def saved_page(file: str, url: str) -> Page:
    """A file as the page that it was. Its headers are lost, so the page itself must say what it is."""
    with streams.opened(file) as stream:
        body = stream.read()
    if not body.strip():
        raise WrongUse("is empty", where=file)
    return Page(url=url, status=200, headers={}, body=body, fetched_at=datetime.now(UTC), request=Request(url=url))


@click.command()
@click.argument("place", metavar="URL_OR_FILE")
@click.option("--url", callback=_address, help="Where the file was saved from.")
@_private_option
def detect(place: str, url: str | None, allow_private: bool) -> None:
    """Says as one JSON object what kind of place this is."""
    set_up_log()
    if _is_address(place) and not Path(place).exists():
        page = asyncio.run(_fetch(place, allow_private))
    else:
        page = saved_page(place, url or "http://localhost/")
    streams.write([detection_to_json(recognise(page))])


async def _fetch(url: str, allow_private: bool) -> Page:
    async with Http() as http:
        return await http.fetch(Request(url=url), allow_private=allow_private)


def detection_to_json(detection: Detection) -> dict[str, Any]:
    """The fields of the contract."""
    return {
        "kind": detection.kind,
        "confidence": round(detection.confidence, 3),
        "feeds": list(detection.feeds),
        "why": detection.why,
    }
