"""Markdown files with YAML front matter: canned responses and knowledge articles.

Every error is a ConfigError that names the file, the line and the mend.
"""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from listener.errors import ConfigError

_FENCE = "---"
# the same reader in C, where PyYAML was built with it: reading the canned responses is most of a start
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """One file read: path, the keys above the text with the line of each (from 1), and the text."""

    path: Path
    keys: dict[str, Any]
    lines: dict[str, int]
    body: str
    body_line: int

    def error(self, key: str, message: str, mend: str) -> ConfigError:
        """An error at the line of that key, or at line 1 where the key is missing."""
        return ConfigError(message, where=f"{self.path}:{self.lines.get(key, 1)}", mend=mend)

    def text(self, key: str, default: str | None = None) -> str:
        """A required text, or the default where one is given."""
        value = self.keys.get(key)
        if value is None and default is not None:
            return default
        if isinstance(value, bool) or not isinstance(value, str | int | float) or not str(value).strip():
            raise self.error(key, f"'{key}' must be a text", f"write {key}: some text")
        return str(value).strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one, a missing key as an empty one."""
        value = self.keys.get(key)
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if not all(isinstance(item, str | int | float) and not isinstance(item, bool) for item in items):
            raise self.error(key, f"'{key}' must be a list of texts", f"write {key}: [first, second]")
        return tuple(str(item).strip() for item in items if str(item).strip())

    def words(self, key: str, allowed: frozenset[str]) -> tuple[str, ...]:
        """A list of words out of a fixed set."""
        values = self.texts(key)
        for value in values:
            if value not in allowed:
                raise self.error(key, f"'{value}' is no {key}", f"use {', '.join(sorted(allowed))}")
        return values

    def day(self, key: str) -> date | None:
        """A day (YYYY-MM-DD), or None where it is missing."""
        value = self.keys.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, datetime):
            return value.date()
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value)[:10])
        except ValueError as cause:
            raise self.error(key, f"'{value}' is no date", f"write {key}: 2027-12-31") from cause

    def refuse_unknown(self, allowed: frozenset[str], *, near_misses_only: bool) -> None:
        """Raises for keys that are not known; near_misses_only: just for those that look like a known one."""
        for key in self.keys:
            if key in allowed:
                continue
            near = difflib.get_close_matches(key, allowed, n=1, cutoff=0.75)
            if near or not near_misses_only:
                mend = f"did you mean '{near[0]}'?" if near else f"known keys: {', '.join(sorted(allowed))}"
                raise self.error(key, f"unknown key '{key}'", mend)


def read_folder(folder: Path) -> Iterator[FrontMatter]:
    """Every .md file under the folder in the order of names; README.md is for people and is left out."""
    if not folder.is_dir():
        raise ConfigError("no such folder", where=str(folder), mend="make it, or correct the path in the configuration")
    for path in sorted(folder.rglob("*.md")):
        if path.name.lower() != "readme.md":
            yield parse(path, _read(path))


def parse(path: Path, text: str) -> FrontMatter:
    """Splits one file into keys and text."""
    lines = text.removeprefix("\ufeff").splitlines()
    end = next((n for n, line in enumerate(lines[1:], 1) if line.rstrip() == _FENCE), None)
    if not lines or lines[0].rstrip() != _FENCE or end is None:
        mend = "start the file with ---, then keys such as 'id: refund', then ---, then the text"
        raise ConfigError("no front matter", where=f"{path}:1", mend=mend)
    head = lines[1:end]
    body = "\n".join(lines[end + 1 :]).strip()
    if not body:
        raise ConfigError("no text below the front matter", where=f"{path}:{end + 1}", mend="write the text")
    return FrontMatter(path, _keys(path, head), _key_lines(head), body, end + 2)


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as cause:
        raise ConfigError("not UTF-8", where=str(path), mend="save the file as UTF-8") from cause
    except OSError as cause:
        raise ConfigError(f"cannot be read: {cause.strerror}", where=str(path), mend="check its rights") from cause


def _keys(path: Path, head: list[str]) -> dict[str, Any]:
    try:
        keys = yaml.load("\n".join(head), _LOADER) or {}  # noqa: S506 - a safe loader, whichever of the two
    except yaml.MarkedYAMLError as cause:
        line = cause.problem_mark.line + 2 if cause.problem_mark else 1
        mend = "check colons, quotes and indentation there; put texts with a colon in quotes"
        raise ConfigError(f"broken YAML: {cause.problem}", where=f"{path}:{line}", mend=mend) from cause
    except (yaml.YAMLError, ValueError) as cause:
        raise ConfigError("broken YAML", where=f"{path}:1", mend="check the keys between the two ---") from cause
    if not isinstance(keys, dict):
        raise ConfigError("front matter is no list of keys", where=f"{path}:2", mend="write lines such as 'id: refund'")
    return {str(key): value for key, value in keys.items()}


def _key_lines(head: list[str]) -> dict[str, int]:
    return {
        line.split(":", 1)[0].strip(): number for number, line in enumerate(head, 2) if ":" in line and line[:1].strip()
    }
