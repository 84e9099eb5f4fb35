"""The documents are tested: every setting, kind, command and error is in them, and what they show works."""

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from listener import errors, registry, settings
from listener.cli.tree import cli
from listener.settings.findings import keys_at
from listener.settings.schema import FileSchema

ROOT = Path(__file__).parents[2]
CONFIGURATION = (ROOT / "docs" / "configuration.md").read_text(encoding="utf-8")
EXAMPLE = ROOT / "config" / "listener.example.toml"
TABLES = tuple(FileSchema.model_fields)
REPEATED = {"brand", "source", "route", "team", "agent"}


def sections() -> dict[str, str]:
    """Heading -> what stands under it, up to the next heading of its rank."""
    parts = re.split(r"^## (.+)$", CONFIGURATION, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def section(table: str) -> str:
    wanted = f"[[{table}]]" if table in REPEATED else f"[{table}]"
    return next(text for heading, text in sections().items() if wanted in heading)


def all_keys() -> Iterator[tuple[str, str]]:
    for table in TABLES:
        for key in keys_at(FileSchema, [table]):
            yield table, key


@pytest.mark.parametrize(("table", "key"), [*all_keys()])
def test_every_key_is_documented(table: str, key: str) -> None:
    assert f"`{key}`" in section(table)


@pytest.mark.parametrize(("table", "key"), [*all_keys()])
def test_every_key_stands_in_the_example(table: str, key: str) -> None:
    heading = f"[[{table}]]" if table in REPEATED else f"[{table}]"
    _, _, rest = EXAMPLE.read_text(encoding="utf-8").partition(heading)
    own = re.split(r"^#? ?\[+(?!" + table + r"\.)\w", rest, maxsplit=1, flags=re.MULTILINE)[0]
    assert re.search(rf"\b{key}\b", own)


def test_no_key_is_documented_that_is_not_there() -> None:
    known = {key for _, key in all_keys()}
    rows = "".join(section(table) for table in TABLES if table != "canned").split("### Kinds")
    documented = set(re.findall(r"^\| ((?:`\w+`(?:, )?)+) \|", rows[0] + rows[1].split("## ")[0], re.MULTILINE))
    names = {name for row in documented for name in re.findall(r"`(\w+)`", row)}
    assert names - set(registry.SOURCES) - {registry.AUTO} <= known | {"password", "username"}


@pytest.mark.parametrize("kind", [*registry.SOURCES, registry.AUTO])
def test_every_kind_is_documented(kind: str) -> None:
    kinds = CONFIGURATION.partition("### Kinds")[2].partition("\n## ")[0]
    assert re.search(rf"^\|[^|]*`{kind}`", kinds, re.MULTILINE)


def leaves(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    if isinstance(command, click.Group):
        for child, under in command.commands.items():
            yield from leaves(f"{name} {child}", under)
    else:
        yield name, command


@pytest.mark.parametrize("name", cli.list_commands(click.Context(cli)))
def test_every_command_and_option_is_documented(name: str) -> None:
    top = cli.get_command(click.Context(cli), name)
    assert top is not None
    for path, command in leaves(f"listener {name}", top):
        *group, last = path.split()
        rows = [row for row in CONFIGURATION.splitlines() if " ".join(group) in row and re.search(rf"\b{last}\b", row)]
        assert rows, f"{path} is not documented"
        options = {option for parameter in command.params for option in parameter.opts if option.startswith("--")}
        missing = [o for o in options - {"--debug", "--help"} if not any(o in row for row in rows)]
        assert not missing, f"{path}: {missing}"


def test_the_example_can_be_used(tmp_path: Path) -> None:
    file = tmp_path / "listener.toml"
    file.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    assert settings.load(file, {}, kinds=registry.SOURCES)


def test_the_example_shows_the_defaults(tmp_path: Path) -> None:
    example = FileSchema.model_validate(tomllib.loads(EXAMPLE.read_text(encoding="utf-8")))
    empty = FileSchema.model_validate({})
    for table in ("listener", "web", "triage", "sla", "calendar", "desk", "approval", "alerts"):
        shown, default = getattr(example, table), getattr(empty, table)
        assert {k: v for k, v in shown if v != getattr(default, k)}.keys() <= {
            "contact",
            "tickets_for",
            "first_response",
        }
    loaded, bare = tmp_path / "a.toml", tmp_path / "b.toml"
    loaded.write_text(EXAMPLE.read_text(encoding="utf-8"), encoding="utf-8")
    bare.write_text("")
    assert settings.load(loaded, {}).triage == settings.load(bare, {}).triage


def test_what_is_commented_out_of_the_example_can_be_used_too(tmp_path: Path) -> None:
    text = re.sub(r"^# (?=\[|\w+ = )", "", EXAMPLE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    for name in (
        "database-url",
        "forum-password",
        "reply-password",
        "slack-bot-token",
        "slack-app-token",
        "slack-signing-secret",
        "second-opinion-key",
    ):
        (tmp_path / name).write_text("postgresql://u@h/d" if name == "database-url" else "secret")
    for folder in ("model", "kb", "canned"):
        (tmp_path / folder).mkdir()
    text = text.replace('database = "sqlite:///listener.db"', "")
    (tmp_path / "listener.toml").write_text(text, encoding="utf-8")
    loaded = settings.load(tmp_path / "listener.toml", {}, kinds=registry.SOURCES)
    assert loaded.rules
    assert loaded.slack is not None


def test_the_smallest_file_of_the_document_can_be_used(tmp_path: Path) -> None:
    match = re.search(r"```toml\n(.*?)```", CONFIGURATION, re.DOTALL)
    assert match is not None
    (tmp_path / "slack-bot-token").write_text("xoxb-1")
    (tmp_path / "listener.toml").write_text(match[1], encoding="utf-8")
    assert settings.load(tmp_path / "listener.toml", {}).sources


def test_every_error_stands_in_the_tree() -> None:
    drawn = set(re.findall(r"(?:^ +|── )([A-Z]\w+)", errors.__doc__ or "", re.MULTILINE))
    defined = {name for name, value in vars(errors).items() if isinstance(value, type) and issubclass(value, Exception)}
    assert defined <= drawn
