"""The fields parameter of the Graph API: names, with what is wanted of each in braces and how in parentheses. graph.py
says what the stand-in was built from, and what is not verified.

id,message,comments.filter(stream).limit(25){id,message,parent{id}}
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

_NAME = re.compile(r"[A-Za-z_]+")
_MODIFIER = re.compile(r"\.([a-z_]+)\(([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Wanted:
    """One field: how it is asked for, and which fields of it."""

    modifiers: Mapping[str, str] = field(default_factory=dict)
    fields: "Mapping[str, Wanted]" = field(default_factory=dict)


def parse_fields(text: str) -> dict[str, Wanted]:
    """Wanted fields by name. ValueError for what is none."""
    found, rest = _fields(text)
    if rest:
        raise ValueError(f"Syntax error near {rest[:20]!r}")
    return found


def _fields(text: str) -> tuple[dict[str, Wanted], str]:
    found: dict[str, Wanted] = {}
    while match := _NAME.match(text):
        name, text = match[0], text[match.end() :]
        modifiers: dict[str, str] = {}
        while (modifier := _MODIFIER.match(text)) is not None:
            modifiers[modifier[1]] = modifier[2]
            text = text[modifier.end() :]
        inside: Mapping[str, Wanted] = {}
        if text.startswith("{"):
            inside, text = _fields(text[1:])
            if not text.startswith("}"):
                raise ValueError("Syntax error: } is missing")
            text = text[1:]
        found[name] = Wanted(modifiers, inside)
        if not text.startswith(","):
            break
        text = text[1:]
    return found, text
