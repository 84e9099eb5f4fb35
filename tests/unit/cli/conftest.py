"""Runs commands as a user would, in this process: arguments and standard input in, streams and exit code out."""

import io
import json
import logging
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import classifiers
from listener import log
from listener.cli import main

Run = Callable[..., "Ran"]

MINIMAL = """
[listener]
database = "sqlite:///listener.db"

[[brand]]
name = "Okna Wintermann"
queries = ['Wintermann', '"okna firmy W"']

[canned]
folder = "canned"
"""
SHIPPED = Path(__file__).parents[3] / "config" / "canned"


def make_config(folder: Path) -> Path:
    """A small configuration, with two canned responses: reading all that come with the program takes a while."""
    (folder / "canned").mkdir()
    for name in ("pl-complaint.md", "pl-holding.md"):
        shutil.copy(SHIPPED / name, folder / "canned")
    file = folder / "listener.toml"
    file.write_text(MINIMAL, encoding="utf-8")
    return file


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def objects(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.out.splitlines()]


@pytest.fixture(scope="session", autouse=True)
def _one_model() -> Iterator[None]:
    """The shipped model is read once for all commands, not once for each: it does not change."""
    with pytest.MonkeyPatch.context() as patch:
        load, shipped = classifiers.load, cache(classifiers.load)
        patch.setattr(
            classifiers,
            "load",
            lambda path=None, costs=None, *, embedding=False: (
                load(path, costs, embedding=embedding) if path or costs or embedding else shipped()
            ),
        )
        yield


@pytest.fixture(autouse=True)
def _quiet_afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    loggers = [logging.getLogger(name) for name in ("listener", "sources", "classifiers", "responders")]
    levels = [logger.level for logger in loggers]
    monkeypatch.setattr(log, "_secrets", set())
    yield
    root.handlers[:], root.level = handlers, level
    for logger, former in zip(loggers, levels, strict=True):
        logger.setLevel(former)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    def _run(*arguments: object, stdin: bytes | str = b"") -> Ran:
        raw = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(raw)))
        with pytest.raises(SystemExit) as left:
            main([str(argument) for argument in arguments])
        out, err = capsys.readouterr()
        assert isinstance(left.value.code, int)
        return Ran(left.value.code, out, err)

    return _run


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return make_config(tmp_path)


def jsonl(*values: object) -> str:
    return "".join(json.dumps(value, ensure_ascii=False) + "\n" for value in values)
