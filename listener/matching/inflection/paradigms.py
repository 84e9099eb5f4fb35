"""Declension of names that no dictionary knows, by how they end.

Spelling rules of Polish, read from the last letters. Where usage wavers (genitive -a or -u, netflix- or netfliks-)
both are given, the likelier first: a form nobody writes costs nothing, a form we lack costs the mention.
"""

import re

from listener.matching.inflection.endings import Forms, indeclinable, plural_of, table
from listener.matching.inflection.feminine import feminine, feminine_ja, feminine_k, feminine_vowel
from listener.matching.inflection.form import label
from listener.matching.inflection.masculine import locative_of, masculine, masculine_glide, masculine_zio


def decline(name: str) -> Forms:
    """(form, label) pairs for a name written in letters, its nominative first. Never empty."""
    lower = name.lower()
    if re.search(r"['’]s$", lower):
        return _possessive(name)
    for pattern, rule in _RULES:
        if pattern.search(lower):
            return rule(name)
    return indeclinable(name)


def _silent_e(name: str) -> Forms:
    """Apple -> Apple'a, T-Mobile -> T-Mobile'u: endings after an apostrophe, and the base stays indeclinable too."""
    hard = locative_of(name[:-1])
    locative = [name + "'u"] if hard.endswith("u") else [hard]
    singular = {
        "nom": [name], "gen": [name + "'a", name + "'u"], "dat": [name + "'owi"], "acc": [name],
        "inst": [name + "'em"], "loc": locative, "voc": [name],
    }  # fmt: skip
    return table(singular, {})


def _plural_name(name: str) -> Forms:
    """Morliny, Grześki: a name that is a plural itself."""
    stem = name[:-1]
    return table(plural_of(name, [stem + "ów" if stem[-1] in "kK" else stem], stem), {})


def _possessive(name: str) -> Forms:
    """McDonald's is McDonald in every other case."""
    stem = name[:-2]
    return [(name, label("nom")), *(pair for pair in masculine(stem) if pair[0] != stem), (stem, label("acc"))]


def _adjective_masculine(name: str) -> Forms:
    stem = name[:-1]
    link = "" if name[-1].lower() == "y" else "i"
    singular = {
        "nom": [name], "gen": [stem + link + "ego"], "dat": [stem + link + "emu"], "acc": [name],
        "inst": [name + "m"], "loc": [name + "m"], "voc": [name],
    }  # fmt: skip
    return table(singular, {})


def _adjective_feminine(name: str) -> Forms:
    stem = name[:-1]
    link = "i" if stem[-1].lower() in "kg" else ""
    singular = {
        "nom": [name], "gen": [stem + link + "ej"], "dat": [stem + link + "ej"], "acc": [stem + "ą"],
        "inst": [stem + "ą"], "loc": [stem + link + "ej"], "voc": [name],
    }  # fmt: skip
    return table(singular, {})


def _adjective_neuter(name: str) -> Forms:
    stem = name[:-1]
    vowel = stem if stem[-1].lower() == "i" else stem + "y"
    singular = {
        "nom": [name], "gen": [name + "go"], "dat": [name + "mu"], "acc": [name], "inst": [vowel + "m"],
        "loc": [vowel + "m"], "voc": [name],
    }  # fmt: skip
    return table(singular, {})


_RULES = [
    (re.compile(r"(sk|ck|dzk)i$"), _adjective_masculine),
    (re.compile(r"(ńska|wska|[rn]ska|yska)$"), _adjective_feminine),
    (re.compile(r"(sk|ck|dzk)ie$"), _adjective_neuter),
    (re.compile(r"um$|[aeo]h$|rates$"), indeclinable),
    (re.compile(r"[cszd]io$"), masculine_zio),
    (re.compile(r"[aeo]y$|[aeo]i$"), masculine_glide),
    (re.compile(r"[^aeiouyąęó]ja$|[aeiouy]ja$"), feminine_ja),
    (re.compile(r"[eiouy]a$"), feminine_vowel),
    (re.compile(r"[aeiouy]ca$|qa$"), feminine_k),
    (re.compile(r"[^aeiouyąęó\W\d]a$"), feminine),
    (re.compile(r"[bcdfgklmnprstvwz]e$"), _silent_e),
    (re.compile(r"[lrn]iny$|[śżńl]ki$|[sc]zki$"), _plural_name),
    (re.compile(r"[bcćdfghjklłmnńpqrsśtvwxzźż]$"), masculine),
]
