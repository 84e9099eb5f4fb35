"""Declension of feminine names that no dictionary knows."""

import re

from listener.matching.inflection.endings import HARD, VOWELS, Forms, is_soft, plural_of, table
from listener.matching.inflection.form import label

_FEM_DATIVE = {"k": "ce", "g": "dze", "ch": "sze", "h": "sze", "x": "xie"} | HARD


def feminine(name: str) -> Forms:
    """Biedronka -> Biedronki, Biedronce: a consonant before the -a."""
    stem = name[:-1]
    genitive, dative = stem + _fem_y(stem), _fem_dative(stem)
    singular = {
        "nom": [name], "gen": [genitive], "dat": [dative], "acc": [stem + "ę"], "inst": [stem + "ą"],
        "loc": [dative], "voc": [stem + "o"],
    }  # fmt: skip
    many = stem + ("e" if is_soft(stem) else _fem_y(stem))
    return table(singular, plural_of(many, _fem_plural_genitive(stem), stem))


def _fem_y(stem: str) -> str:
    return "i" if stem[-1].lower() in "kglj" else "y"


def _fem_dative(stem: str) -> str:
    lower = stem.lower()
    if lower.endswith("ch"):
        return stem[:-2] + "sze"
    if is_soft(stem):
        return stem + _fem_y(stem)
    for length in (2, 1):
        ending = _FEM_DATIVE.get(lower[-length:])
        if ending:
            return stem[:-length] + ending
    return stem + "ie"


def _fem_plural_genitive(stem: str) -> list[str]:
    lower = stem.lower()
    if len(lower) > 2 and lower[-1] == "k" and lower[-2] not in VOWELS:
        return [stem[:-1] + "ek"]
    if lower.endswith(("l", "j")):
        return [stem + "i"]
    return [stem]


def feminine_vowel(name: str) -> Forms:
    """Enea, Ikea, Krakowia-like: a vowel before the -a."""
    stem = name[:-1]
    genitive = stem + "i"
    if stem.lower().endswith("y"):
        return _feminine_as(name, stem + "i") + _feminine_as(name, stem[:-1] + "i")
    if re.search(r"(arni|owni|elni|alni|[bcdfghjklmnprstwz]ni|[cśszź]i|dzi)$", stem.lower()) and not re.search(
        r"(oni|ani|eni|ini|uni)$", stem.lower()
    ):
        genitive = stem
    return _feminine_as(name, genitive)


def _feminine_as(name: str, genitive: str) -> Forms:
    """A soft feminine whose genitive, dative and locative are all genitive."""
    stem = name[:-1]
    singular = {
        "nom": [name], "gen": [genitive], "dat": [genitive], "acc": [stem + "ę"], "inst": [stem + "ą"],
        "loc": [genitive], "voc": [stem + "o"],
    }  # fmt: skip
    return table(singular, plural_of(stem + "e", [genitive], stem))


def feminine_k(name: str) -> Forms:
    """Amica, Uniqa: written c or q, spoken k."""
    stem = name[:-2] + "k"
    forms = [(form, said) for form, said in feminine(stem + "a") if form != stem + "a"]
    kept = name[:-1]
    written = [(kept + ending, label(case)) for ending, case in (("ę", "acc"), ("ą", "inst"))]
    genitive = kept + ("y" if name[-2].lower() == "c" else "i")
    return [(name, label("nom")), *forms, *written, (genitive, label("gen"))]


def feminine_ja(name: str) -> Forms:
    """Maja -> Mai after a vowel, Sesja -> Sesji after a consonant."""
    stem = name[:-1]
    return _feminine_as(name, stem[:-1] + "i" if stem[-2:-1].lower() in VOWELS else stem + "i")
