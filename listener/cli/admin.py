"""user, slack, db: what an administrator does now and then."""

import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from listener.cli import streams
from listener.cli.options import config_option, load_settings, written
from listener.errors import WrongUse
from listener.shipped import config_folder
from listener.storage import Storage
from listener.views import Role

_SHORTEST_PASSWORD = 10


@click.group()
def user() -> None:
    """Who may log in to the inbox."""


@user.command()
@click.argument("name", callback=written)
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What they may do.")
@config_option()
def add(name: str, role: str, config: Path) -> None:
    """Adds the user NAME, or changes role and password. The password is asked for, or read from standard input."""
    settings = load_settings(config)
    password = _password(name)
    from listener.passwords import hashed

    storage = Storage.open(settings.database)
    try:
        with storage.begin() as tx:
            now = datetime.now(UTC)
            tx.people.set_user(name, role, hashed(password), now)
            tx.people.note(now, "command line", "user set", f"{name}: {role}")
    finally:
        storage.close()
    click.echo(f"{name}: {role}")


def _password(name: str) -> str:
    if sys.stdin.isatty():
        password: str = click.prompt(f"password of {name}", hide_input=True, confirmation_prompt=True)
    else:
        with streams.opened(streams.STANDARD) as stream:
            password = stream.readline().decode("utf-8", "surrogateescape").rstrip("\r\n")
    if len(password) < _SHORTEST_PASSWORD:
        mend = f"at least {_SHORTEST_PASSWORD} characters, on the first line of standard input"
        raise WrongUse("is too short", where="password", mend=mend)
    return password


@click.group()
def slack() -> None:
    """What Slack needs to know of us."""


@slack.command()
@click.option("--url", metavar="URL", help="How Slack reaches the inbox, for HTTP mode; Socket Mode unless given.")
def manifest(url: str | None) -> None:
    """Prints the manifest of the Slack app: paste it at api.slack.com/apps, "From a manifest"."""
    if url is None:
        streams.write_text(config_folder("slack-manifest.yaml").read_text(encoding="utf-8"))
        return
    from responders.slack import manifest as over_http

    if not url.startswith("https://"):
        raise WrongUse("Slack sends to https addresses only", where="--url", mend="give the public_url of the inbox")
    streams.write_text(over_http(url))


@click.group()
def db() -> None:
    """The database."""


@db.command()
@config_option()
def upgrade(config: Path) -> None:
    """Brings the database to the version of this program. Does nothing where it is there already."""
    settings = load_settings(config)
    click.echo(f"the database is at version {Storage.upgrade(settings.database)}")
