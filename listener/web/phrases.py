"""What triage gives as reasons and the audit log as actions, in the visitor's language.

The core says these in fixed English phrases; a phrase that is not known here (a routing rule's own name, an address)
is shown as it is.
"""

import re

from listener.errors import ListenerError
from listener.polish import polish, refused
from listener.web.texts import CATALOGUE, Words

_SHAPES = (
    (re.compile(r"(?P<name>urgency|intent): (?P<what>\w+)"), "label"),
    (re.compile(r"(?P<name>unsure): (?P<what>\w+) (?P<odds>\d+%)"), "label"),
    (re.compile(r"(?P<name>rating) (?P<rating>[\d.]+) of (?P<scale>[\d.]+)"), ""),
)


def phrase(text: str, t: Words) -> str:
    """One phrase, or several joined by "; ", each in the visitor's words."""
    return "; ".join(_one(part, t) for part in text.split("; "))


def _one(text: str, t: Words) -> str:
    if f"said.{text}" in CATALOGUE:
        return t(f"said.{text}")
    for shape, words in _SHAPES:
        found = shape.fullmatch(text)
        if found:
            values = found.groupdict()
            known = f"{words}.{values.get('what')}"
            return t(f"said.{values.pop('name')}", **values | ({"what": t(known)} if known in CATALOGUE else {}))
    return polish(text) if t("language") == "pl" else text


def refusal(error: ListenerError, t: Words) -> str:
    """What went wrong, in the visitor's words."""
    return refused(error) if t("language") == "pl" else str(error)
