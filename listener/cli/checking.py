"""check: everything that is wrong with a configuration, before it is run."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from listener import settings as reading
from listener.cli.options import config_option, known_kinds, set_up_log
from listener.errors import ConfigError, ListenerError, WrongUse
from listener.log import escape, mask
from listener.settings import Settings, SlackSettings, SourceSettings
from listener.shipped import config_folder

if TYPE_CHECKING:
    from listener.http import Http

_SQLITE = "sqlite:///"


@click.command()
@config_option()
@click.option("--online", is_flag=True, help="Try credentials and reach every source too.")
@click.pass_context
def check(ctx: click.Context, config: Path, online: bool) -> None:
    """Validates a configuration; prints every finding on a line with its place. Notes are advice."""
    inspection = reading.inspect(config, os.environ, kinds=known_kinds())
    set_up_log(inspection.settings)
    for finding in inspection.findings:
        _tell(str(finding))
    if inspection.settings is None:
        ctx.exit(WrongUse.exit_code)
    code = 0
    for error in _problems(inspection.settings, online=online):
        _tell(str(error))
        code = max(code, error.exit_code)
    if code == 0:
        _tell(f"{config}: can be used")
    ctx.exit(code)


def _tell(line: str) -> None:
    click.echo(escape(mask(line)))


def _problems(settings: Settings, *, online: bool) -> Iterator[ListenerError]:
    probes = [_database, _kinds, _texts, _model, *((_slack, _sources) if online else ())]
    for probe in probes:
        try:
            yield from probe(settings)
        except ListenerError as error:
            yield error


def _database(settings: Settings) -> Iterator[ListenerError]:
    """A database that is not there yet is not made: only whether it could be."""
    file = Path(settings.database.removeprefix(_SQLITE).partition("?")[0])
    if settings.database.startswith(_SQLITE) and not file.exists():
        if not os.access(file.parent, os.W_OK):
            yield ConfigError(
                "the database cannot be made: no such folder, or not ours to write", where=str(file.parent)
            )
        return
    from listener.storage import Storage

    storage = Storage.open(settings.database)
    try:
        with storage.read() as tx:
            for one in tx.arrivals.stuck():
                _tell(f'source "{one.source}": note: {one.count} things that were sent could not be read: {one.error}')
    finally:
        storage.close()


def _kinds(settings: Settings) -> Iterator[ListenerError]:
    """Options are the business of each kind: it is asked to read its own."""
    from listener import registry

    for source in settings.sources:
        if source.kind != registry.AUTO:
            try:
                registry.source_class(source.kind)(source.config())
            except ConfigError as error:
                yield ConfigError(error.message, where=f'source "{source.name}": {error.where}', mend=error.mend)


def _texts(settings: Settings) -> Iterator[ListenerError]:
    """Canned responses and knowledge articles, read as they will be."""
    from responders.suggest import load_canned, load_knowledge

    load_canned(settings.canned or config_folder("canned"))
    if settings.knowledge is not None:
        load_knowledge(settings.knowledge)
    yield from ()


def _model(settings: Settings) -> Iterator[ListenerError]:
    import classifiers

    classifiers.load(settings.model, embedding=settings.embedding)
    yield from ()


def _slack(settings: Settings) -> Iterator[ListenerError]:
    if settings.slack is not None:
        _tell(f"{settings.path}: [slack]: bot_token: {_identity(settings.slack)}")
    yield from ()


def _identity(slack: SlackSettings) -> str:
    """Who the token speaks for, in the words of Slack. ConfigError where it is refused."""
    from slack_sdk import WebClient
    from slack_sdk.errors import SlackApiError, SlackClientError

    base = slack.base_url or WebClient.BASE_URL
    client = WebClient(slack.bot_token.get_secret_value(), base_url=base, retry_handlers=[])
    try:
        said = client.auth_test()
    except SlackApiError as error:
        raise ConfigError(f"refused by Slack: {error.response['error']}", where="[slack]: bot_token") from error
    except (SlackClientError, OSError) as error:
        raise ListenerError(f"cannot be reached: {error}", where="[slack]") from error
    return f"speaks as {said.get('user')} in {said.get('team')}"


def _sources(settings: Settings) -> Iterator[ListenerError]:
    yield from asyncio.run(_reach_all(settings))


async def _reach_all(settings: Settings) -> list[ListenerError]:
    from listener.http import Http, HttpPolicy

    async with Http(HttpPolicy(contact=settings.contact or "")) as http:
        results = await asyncio.gather(*(_reach(http, source) for source in settings.sources))
    return [error for errors in results for error in errors]


async def _reach(http: "Http", source: SourceSettings) -> list[ListenerError]:
    """A kind that has credentials is asked what they are good for; any other place is fetched."""
    from listener import registry
    from listener.http import converse

    try:
        asking = registry.probe(source.config())
        if asking is None:
            found = await _fetch(http, source)
            return [found] if found else []
        probed = await converse(http, asking, allow_private=source.allow_private)
    except ListenerError as error:
        error.where = f'source "{source.name}": {error.where}'
        return [error]
    for line in probed.said:
        _tell(f'source "{source.name}": {line}')
    return [ListenerError(line, where=f'source "{source.name}"') for line in probed.wrong]


async def _fetch(http: "Http", source: SourceSettings) -> ListenerError | None:
    from listener import registry
    from listener.protocols import Request

    try:
        page = await http.fetch(Request(url=source.url), allow_private=source.allow_private)
    except ListenerError as error:
        error.where = f'source "{source.name}": {error.where}'
        return error
    kind = registry.detect(page)[0] if source.kind == registry.AUTO else source.kind
    _tell(f'source "{source.name}": reached, kind {kind}')
    return None
