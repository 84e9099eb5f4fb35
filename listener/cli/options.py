"""Options that several commands share, and what they load."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from listener.settings import Settings

F = TypeVar("F", bound=Callable[..., Any])


def config_option(*, required: bool = True) -> Callable[[F], F]:
    """--config FILE"""
    return click.option("--config", "config", required=required, type=click.Path(path_type=Path), metavar="FILE",
                        help="The configuration (TOML).")  # fmt: skip


def input_argument(function: F) -> F:
    """[FILE], "-" or nothing for standard input."""
    return click.argument("file", required=False)(function)


def written(ctx: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """Callback of a text, or of several: refuses bytes of the command line that are not UTF-8, and emptiness."""
    for text in value if isinstance(value, tuple) else (value,):
        if text is not None and not text.strip():
            raise click.BadParameter("is empty", ctx=ctx, param=parameter)
        if text is not None and any("\ud800" <= char <= "\udfff" for char in text):
            raise click.BadParameter("is not UTF-8", ctx=ctx, param=parameter)
    return value


def load_settings(path: Path) -> "Settings":
    """The settings of a file, with the log set up as they say and their secrets masked in it."""
    from listener import settings

    loaded = settings.load(path, os.environ, kinds=known_kinds())
    set_up_log(loaded)
    return loaded


def known_kinds() -> tuple[str, ...]:
    """Kinds that a source may be configured with."""
    from listener.registry import SOURCES

    return tuple(SOURCES)


def set_up_log(loaded: "Settings | None" = None) -> None:
    """As the settings say; without any, lines for eyes."""
    from listener import log
    from listener.cli.tree import cli

    if loaded is None:
        log.set_up(debug=cli.debug)
        return
    log.register_secrets(loaded.secrets)
    log.set_up(log_format=loaded.log_format.value, level=loaded.log_level.value, debug=cli.debug)
