"""What the paradigms share: the shape of a table of forms, and how a stem's last letters change."""

from listener.matching.inflection.form import label

Forms = list[tuple[str, str]]

VOWELS = "aeiouyąęó"
HARD = {
    "b": "bie", "p": "pie", "f": "fie", "w": "wie", "v": "vie", "m": "mie", "n": "nie", "s": "sie", "z": "zie",
    "t": "cie", "d": "dzie", "r": "rze", "ł": "le", "st": "ście", "zd": "ździe", "sł": "śle",
}  # fmt: skip
"""a hard ending before the locative -e, and what both come to"""
HISSING = ("cz", "sz", "rz", "dz", "dż", "c", "ż", "l", "j")


def indeclinable(name: str) -> Forms:
    """The one form in every case."""
    return [(name, label(case)) for case in ("nom", "gen", "dat", "acc", "inst", "loc", "voc")]


def table(singular: dict[str, list[str]], plural: dict[str, list[str]]) -> Forms:
    """(form, label) pairs of both numbers, each given as short case -> forms."""
    pairs = [(text, label(case)) for case, texts in singular.items() for text in texts]
    return pairs + [(text, label(case, plural=True)) for case, texts in plural.items() for text in texts]


def is_soft(stem: str) -> bool:
    """Whether a stem ends in a hissing or soft consonant."""
    return stem.lower().endswith(HISSING)


def plural_of(nominative: str, genitives: list[str], stem: str) -> dict[str, list[str]]:
    """The cases of a plural."""
    return {
        "nom": [nominative], "gen": genitives, "dat": [stem + "om"], "acc": [nominative], "inst": [stem + "ami"],
        "loc": [stem + "ach"],
    }  # fmt: skip
