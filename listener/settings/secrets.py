"""Secrets come from the file, from a file that it names (`bot_token_file`), or from the environment, in this order.

The order lets a configuration say for sure which account it means, whatever else the environment holds.
"""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from listener.errors import ConfigError

_Table = dict[str, Any]


def fill(document: _Table, folder: Path, environ: Mapping[str, str]) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Puts secrets into the document where they are not written out, and takes the *_file keys away.

    Yields (location, message) for what cannot be used.
    """
    for location, table, key, variable in list(_places(document)):
        named = table.pop(f"{key}_file", None)
        if named is not None and key in table:
            yield (*location, f"{key}_file"), f'"{key}" is given as well: keep one of the two'
        elif named is not None:
            try:
                table[key] = read_secret(folder, named)
            except ConfigError as error:
                yield (*location, f"{key}_file"), error.message
                table[key] = "?"  # the finding says it all; a second one that the key is missing would mislead
        elif key not in table and environ.get(variable):
            table[key] = environ[variable].strip()
    for options in _options(document):
        for key in [name for name in options if name.endswith("_store") and isinstance(options[name], str)]:
            options[key] = str(folder / options[key])  # a file that the kind itself writes, beside ours


def _places(document: _Table) -> Iterator[tuple[tuple[str | int, ...], _Table, str, str]]:
    service = document.setdefault("listener", {})
    if isinstance(service, dict):
        yield ("listener",), service, "database", "LISTENER_DATABASE"
    web = document.get("web")
    if isinstance(web, dict):
        yield ("web",), web, "secret", "LISTENER_WEB_SECRET"
    slack = document.get("slack")
    if isinstance(slack, dict):
        yield ("slack",), slack, "bot_token", "SLACK_BOT_TOKEN"
        yield ("slack",), slack, "app_token", "SLACK_APP_TOKEN"
        yield ("slack",), slack, "signing_secret", "SLACK_SIGNING_SECRET"
    second = document.get("second_opinion")
    if isinstance(second, dict):
        yield ("second_opinion",), second, "api_key", "LISTENER_SECOND_OPINION_KEY"
    sources = document.get("source")
    for index, source in enumerate(sources if isinstance(sources, list) else ()):
        if not isinstance(source, dict):
            continue
        variable = f"LISTENER_SOURCE_{_variable(source.get('name'))}"
        yield ("source", index), source, "password", f"{variable}_PASSWORD"
        options = source.get("options")
        if isinstance(options, dict):
            yield from _of_options(options, index, variable)
        if isinstance(source.get("reply"), dict):
            yield ("source", index, "reply"), source["reply"], "password", f"{variable}_REPLY_PASSWORD"


def _options(document: _Table) -> Iterator[_Table]:
    sources = document.get("source")
    for source in sources if isinstance(sources, list) else ():
        options = source.get("options") if isinstance(source, dict) else None
        if isinstance(options, dict):
            yield options


def _of_options(options: _Table, index: int, variable: str) -> Iterator[tuple[tuple[str | int, ...], _Table, str, str]]:
    """Options are the kind's own, and any of them may be a key: whichever is named by its file is read from it."""
    for named in [key for key in options if key.endswith("_file")]:
        key = named.removesuffix("_file")
        yield ("source", index, "options"), options, key, f"{variable}_{_variable(key)}"


def _variable(name: object) -> str:
    return re.sub(r"[^A-Z0-9]", "_", str(name).upper())


def read_secret(folder: Path, named: object) -> str:
    """The text of a secret file without the line end. ConfigError says why it cannot be had, never what it holds."""
    if not isinstance(named, str) or not named.strip():
        raise ConfigError("must be the path of a file")
    path = folder / named
    try:
        secret = path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not a text in UTF-8"
        raise ConfigError(f"{path} cannot be read: {reason}") from None
    if not secret:
        raise ConfigError(f"{path} is empty")
    return secret
