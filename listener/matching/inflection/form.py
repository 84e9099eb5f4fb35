"""A form of a name and what it says of it."""

from collections.abc import Iterable
from dataclasses import dataclass

CASES = ("nominative", "genitive", "dative", "accusative", "instrumental", "locative", "vocative")
_SHORT = dict(zip(("nom", "gen", "dat", "acc", "inst", "loc", "voc"), CASES, strict=True))
_COMMON = ("nom", "gen", "loc", "acc", "inst", "dat", "voc")
_PLURAL = "plural "


@dataclass(frozen=True, slots=True)
class Form:
    """text: the spelling, with diacritics and in the case of the name; labels: what it may be, as "locative",
    "plural genitive", "adjective", "variant"."""

    text: str
    labels: tuple[str, ...]

    @property
    def plural(self) -> bool:
        """Whether it is never a singular."""
        return all(label.startswith(_PLURAL) for label in self.labels)


def label(case: str, *, plural: bool = False) -> str:
    """The words for a short case name ("gen") as morfeusz and the paradigms use it."""
    return (_PLURAL if plural else "") + _SHORT[case]


_ORDER = {
    label(case, plural=plural): rank
    for rank, (plural, case) in enumerate((plural, case) for plural in (False, True) for case in _COMMON)
}


def merged(forms: Iterable[tuple[str, str]]) -> tuple[Form, ...]:
    """(text, label) pairs joined by text, commonest first: the nominative, the cases as texts use them, plurals,
    then everything else in the order given."""
    labels: dict[str, list[str]] = {}
    for text, name in forms:
        known = labels.setdefault(text, [])
        if name not in known:
            known.append(name)
    found = [Form(text, tuple(sorted(names, key=_rank))) for text, names in labels.items()]
    return tuple(sorted(found, key=lambda form: _rank(form.labels[0])))


def _rank(name: str) -> int:
    return _ORDER.get(name, len(_ORDER))
