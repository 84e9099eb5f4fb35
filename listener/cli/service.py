"""run, demo: the service itself."""

import asyncio
from pathlib import Path

import click

from listener.cli.options import config_option, load_settings


@click.command()
@config_option()
@click.option("--once", is_flag=True, help="One full pass (crawl, classify, triage, dispatch), then out.")
@click.pass_context
def run(ctx: click.Context, config: Path, once: bool) -> None:
    """Runs the service until SIGTERM or Ctrl-C: what is in hand is finished first; a second Ctrl-C leaves at once."""
    settings = load_settings(config)
    from listener import serve
    from listener.app import make_listener

    house = make_listener(settings)
    try:
        if once:
            code = asyncio.run(serve.once(house))
        else:
            with house.storage.exclusive(), serve.bind(settings.web.host, settings.web.port) as listening:
                code = asyncio.run(serve.serve(house, listening, ready=lambda: _say_where(listening.getsockname())))
    finally:
        house.close()
    ctx.exit(code)


def _say_where(address: tuple[str, int]) -> None:
    host = f"[{address[0]}]" if ":" in address[0] else address[0]
    click.echo(f"listener: ready, the inbox is at http://{host}:{address[1]}/", err=True)


@click.command()
@click.option("--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="Where the inbox listens.")
@click.option("--fast", is_flag=True, help="Plays ten minutes in one.")
@click.pass_context
def demo(ctx: click.Context, port: int, fast: bool) -> None:
    """Shows the whole service against a small living forum, review site and page that it serves itself."""
    from listener.cli.options import set_up_log
    from listener.demo.run import run as play

    set_up_log()
    ctx.exit(play(port=port, fast=fast))
