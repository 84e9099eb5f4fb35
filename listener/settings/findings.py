"""What is wrong with a configuration, a line each with its place and its mend."""

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from listener.errors import ConfigError

Location = Sequence[str | int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """where: file, table and key. fatal: nothing can run with it; otherwise it is advice."""

    where: str
    message: str
    mend: str = ""
    fatal: bool = True

    def __str__(self) -> str:
        return (
            str(self.error())
            if self.fatal
            else f"{self.where}: note: {self.message}" + (f" ({self.mend})" if self.mend else "")
        )

    def error(self) -> ConfigError:
        """The finding as the exception that stops a command."""
        return ConfigError(self.message, where=self.where, mend=self.mend)


def place(file: str, document: Mapping[str, Any], location: Location) -> str:
    """`listener.toml: [[source]] 2 "forum": url` for ("source", 1, "url")."""
    parts, rest = [file], list(location)
    if rest:
        table = rest.pop(0)
        if rest and isinstance(rest[0], int):
            index = rest.pop(0)
            parts.append(f"[[{table}]] {int(index) + 1}{_named(document, table, int(index))}")
        else:
            parts.append(f"[{table}]")
    if rest:
        parts.append(".".join(str(step + 1) if isinstance(step, int) else step for step in rest))
    return ": ".join(parts)


def _named(document: Mapping[str, Any], table: str | int, index: int) -> str:
    try:
        name = document[str(table)][index]["name"]
    except (KeyError, IndexError, TypeError):
        return ""
    return f' "{name}"' if isinstance(name, str) else ""


def from_pydantic(
    file: str, document: Mapping[str, Any], schema: type[BaseModel], errors: Iterable[ErrorDetails]
) -> list[Finding]:
    """A finding an error, in the words of a person who edits the file."""
    return [_finding(file, document, schema, error) for error in errors]


def _finding(file: str, document: Mapping[str, Any], schema: type[BaseModel], error: ErrorDetails) -> Finding:
    location = [step for step in error["loc"] if step != "[key]"]  # pydantic's mark for "the key, not its value"
    if error["type"] == "extra_forbidden":
        *parent, key = location
        known = keys_at(schema, parent)
        near = difflib.get_close_matches(str(key), known, n=1, cutoff=0.6)
        mend = f'did you mean "{near[0]}"?' if near else f"known here: {', '.join(known)}"
        thing = "key" if parent else "table"
        return Finding(where=place(file, document, parent), message=f'unknown {thing} "{key}"', mend=mend)
    return Finding(where=place(file, document, location), message=_message(error))


_MESSAGES = {
    "missing": "is missing",
    "string_type": "must be text",
    "bool_type": "must be true or false",
    "bool_parsing": "must be true or false",
    "int_type": "must be a whole number",
    "int_parsing": "must be a whole number",
    "int_from_float": "must be a whole number",
    "list_type": "must be a list",
    "tuple_type": "must be a list",
    "frozen_set_type": "must be a list",
    "set_type": "must be a list",
    "model_type": "must be a table",
    "model_attributes_type": "must be a table",
    "dict_type": "must be a table",
}


def _message(error: ErrorDetails) -> str:
    context = error.get("ctx", {})
    if error["type"] in _MESSAGES:
        return _MESSAGES[error["type"]]
    if error["type"] == "value_error":
        return str(context["error"])
    if error["type"] in ("enum", "literal_error"):
        return f"must be one of {context['expected']}"
    message = error["msg"]
    return message[:1].lower() + message[1:]


def keys_at(schema: type[BaseModel], location: Location) -> list[str]:
    """The keys that the table at this place may have; *_file keys of secrets among them."""
    model: type[BaseModel] | None = schema
    for step in location:
        if isinstance(step, int):
            continue
        if model is None:
            return []
        field = model.model_fields.get(step)
        model = _model_in(field.annotation) if field else None
    if model is None:
        return []
    keys = [field.alias or name for name, field in model.model_fields.items()]
    return keys + [f"{name}_file" for name, field in model.model_fields.items() if is_secret(field.annotation)]


def is_secret(annotation: Any) -> bool:
    """Whether a key holds one secret, which may then stand in a file of its own."""
    shown = str(annotation)
    return "SecretStr" in shown and not shown.startswith("dict")


def _model_in(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and not get_args(annotation):
        return annotation if issubclass(annotation, BaseModel) else None
    return next(filter(None, map(_model_in, get_args(annotation))), None)
