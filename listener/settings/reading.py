"""From a file of TOML to Settings, or to everything that is wrong with it at once."""

import tomllib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from listener.errors import ConfigError
from listener.settings import references, secrets, staffing
from listener.settings.findings import Finding, from_pydantic, place
from listener.settings.schema import FileSchema
from listener.settings.values import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """settings: None where a finding is fatal. findings: in the order of the file's tables, fatal ones first."""

    settings: Settings | None
    findings: tuple[Finding, ...]


def load(path: Path, environ: Mapping[str, str], *, kinds: Collection[str] | None = None) -> Settings:
    """Settings of one file. ConfigError for the first thing wrong, saying how many more there are.

    kinds: the kinds of sources there are (listener.registry knows), None where they need not be checked.
    """
    inspection = inspect(path, environ, kinds=kinds)
    if inspection.settings is not None:
        return inspection.settings
    first, *more = [finding for finding in inspection.findings if finding.fatal]
    error = first.error()
    if more:
        rest = f"{len(more)} more: listener check --config {path}"
        error.mend = f"{error.mend}; {rest}" if error.mend else rest
    raise error


def inspect(path: Path, environ: Mapping[str, str], *, kinds: Collection[str] | None = None) -> Inspection:
    """Everything that is wrong or unwise in one file. Raises nothing that a file can cause."""
    try:
        document = _read(path)
    except ConfigError as error:
        finding = Finding(where=error.where, message=error.message, mend=error.mend)
        return Inspection(settings=None, findings=(finding,))
    file, findings = str(path), []
    for location, message in secrets.fill(document, path.parent, environ):
        findings.append(Finding(where=place(file, document, location), message=message))
    try:
        parsed = FileSchema.model_validate(document)
    except ValidationError as error:
        findings += from_pydantic(file, document, FileSchema, error.errors(include_url=False))
        return Inspection(settings=None, findings=tuple(findings))
    findings += references.check(file, document, parsed, kinds)
    findings += _missing_folders(path, document, parsed)
    findings.sort(key=lambda finding: not finding.fatal)
    fatal = any(finding.fatal for finding in findings)
    return Inspection(settings=None if fatal else _settings(path, parsed), findings=tuple(findings))


def _read(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_bytes().decode("utf-8-sig"))
    except FileNotFoundError:
        mend = "copy config/listener.example.toml and change it"
        raise ConfigError("no such file", where=str(path), mend=mend) from None
    except OSError as error:
        raise ConfigError(f"cannot be read: {error.strerror}", where=str(path)) from None
    except UnicodeDecodeError as error:
        raise ConfigError(f"not UTF-8 at byte {error.start}", where=str(path), mend="save it as UTF-8") from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"not TOML: {error}", where=str(path)) from None
    except RecursionError:
        raise ConfigError("not TOML: nested too deeply", where=str(path)) from None


def _missing_folders(path: Path, document: Mapping[str, Any], parsed: FileSchema) -> Iterator[Finding]:
    named = (
        (("listener", "model"), parsed.listener.model),
        (("knowledge", "folder"), parsed.knowledge and parsed.knowledge.folder),
        (("canned", "folder"), parsed.canned and parsed.canned.folder),
    )
    for location, folder in named:
        if folder and not (path.parent / folder).is_dir():
            yield Finding(where=place(str(path), document, location), message=f"{path.parent / folder} is no folder")


def _settings(path: Path, parsed: FileSchema) -> Settings:
    folder, service, ids = path.parent, parsed.listener, references.brand_ids(parsed)
    brands = tuple(table.brand() for table in parsed.brand)
    return Settings(
        path=path,
        database=_database(folder, service.database.get_secret_value()),
        contact=service.contact,
        data_dir=folder / service.data_dir,
        model=folder / service.model if service.model else None,
        log_format=service.log_format,
        log_level=service.log_level,
        web=parsed.web,
        brands=brands,
        sources=parsed.source,
        slack=parsed.slack,
        knowledge=folder / parsed.knowledge.folder if parsed.knowledge else None,
        canned=folder / parsed.canned.folder if parsed.canned else None,
        embedding=parsed.classifier.embedding,
        costs={str(label): cost for label, cost in parsed.classifier.costs.items()},
        second_opinion=parsed.second_opinion,
        triage=staffing.triage(parsed),
        rules=tuple(staffing.rules(parsed, ids)),
        staff=staffing.staff(parsed),
        approval=staffing.approval(parsed, ids),
        alerting=staffing.alerting(parsed.alerts, parsed.calendar.zone),
        floods=staffing.floods(parsed.alerts),
        crisis=staffing.crisis(parsed.alerts),
    )


def _database(folder: Path, url: str) -> str:
    """SQLite files are looked for beside the configuration, whatever folder the program was started in."""
    scheme, slashes, rest = url.partition("sqlite:///")
    if scheme or not slashes or not rest or rest.startswith(":memory:"):
        return url
    file, mark, query = rest.partition("?")
    return f"sqlite:///{(folder / file).absolute()}{mark}{query}"
