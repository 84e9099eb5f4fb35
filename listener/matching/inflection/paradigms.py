"""Declension of names that no dictionary knows, by how they end.

Spelling rules of Polish, read from the last letters. Where usage wavers (genitive -a or -u, netflix- or netfliks-)
both are given, the likelier first: a form nobody writes costs nothing, a form we lack costs the mention.
"""

import re

from listener.matching.inflection.form import label

Forms = list[tuple[str, str]]

_VOWELS = "aeiouyąęó"
_HARD = {
    "b": "bie", "p": "pie", "f": "fie", "w": "wie", "v": "vie", "m": "mie", "n": "nie", "s": "sie", "z": "zie",
    "t": "cie", "d": "dzie", "r": "rze", "ł": "le", "st": "ście", "zd": "ździe", "sł": "śle",
}  # fmt: skip
_SOFTENED = {"ń": "ni", "ś": "si", "ć": "ci", "ź": "zi"}
_HISSING = ("cz", "sz", "rz", "dz", "dż", "c", "ż", "l", "j")
_FEM_DATIVE = {"k": "ce", "g": "dze", "ch": "sze", "h": "sze", "x": "xie"} | _HARD

# Endings of names whose genitive is settled: things and company words take -u, people, cars and gadgets -a. Of the
# rest usage has both; those of _RATHER_A more often -a.
_ONLY_U = re.compile(
    r"(bank|post|market|park|dom|lot|sat|net|port|bud|film|pol|kom|gaz|trans|med|plast|stal|fund|soft|ist|ast|chem|"
    r"prom|rem|mont|zyt|arm|sk|lux|[^aeiouy]ex|tex|mex|ik)$"
)
_ONLY_A = re.compile(r"(mann?|(?<!v)er|(?<!b)us|as|is|ks|ek|ix|ard|[aeo]y|sung|ssan|ell|bolt|book|ić|cz|sz|ów)$")
_RATHER_A = re.compile(r"(bus|ver|ok|or|et|ut|am|ag|uk|op|os|an|z|ak|ord|ald|ick|ss|ax|ox|yx|king|tt)$")


def decline(name: str) -> Forms:
    """(form, label) pairs for a name written in letters, its nominative first. Never empty."""
    lower = name.lower()
    if re.search(r"['’]s$", lower):
        return _possessive(name)
    for pattern, rule in _RULES:
        if pattern.search(lower):
            return rule(name)
    return indeclinable(name)


def indeclinable(name: str) -> Forms:
    """The one form in every case."""
    return [(name, label(case)) for case in ("nom", "gen", "dat", "acc", "inst", "loc", "voc")]


def _forms(singular: dict[str, list[str]], plural: dict[str, list[str]]) -> Forms:
    pairs = [(text, label(case)) for case, texts in singular.items() for text in texts]
    return pairs + [(text, label(case, plural=True)) for case, texts in plural.items() for text in texts]


# --- feminine -------------------------------------------------------------------------------------------------


def _feminine(name: str) -> Forms:
    stem = name[:-1]
    genitive, dative = stem + _fem_y(stem), _fem_dative(stem)
    singular = {
        "nom": [name], "gen": [genitive], "dat": [dative], "acc": [stem + "ę"], "inst": [stem + "ą"],
        "loc": [dative], "voc": [stem + "o"],
    }  # fmt: skip
    many = stem + ("e" if _is_soft(stem) else _fem_y(stem))
    return _forms(singular, _plural(many, _fem_plural_genitive(stem), stem))


def _fem_y(stem: str) -> str:
    return "i" if stem[-1].lower() in "kglj" else "y"


def _is_soft(stem: str) -> bool:
    return stem.lower().endswith(_HISSING)


def _fem_dative(stem: str) -> str:
    lower = stem.lower()
    if lower.endswith("ch"):
        return stem[:-2] + "sze"
    if _is_soft(stem):
        return stem + _fem_y(stem)
    for length in (2, 1):
        ending = _FEM_DATIVE.get(lower[-length:])
        if ending:
            return stem[:-length] + ending
    return stem + "ie"


def _fem_plural_genitive(stem: str) -> list[str]:
    lower = stem.lower()
    if len(lower) > 2 and lower[-1] == "k" and lower[-2] not in _VOWELS:
        return [stem[:-1] + "ek"]
    if lower.endswith(("l", "j")):
        return [stem + "i"]
    return [stem]


def _plural(nominative: str, genitives: list[str], stem: str) -> dict[str, list[str]]:
    return {
        "nom": [nominative], "gen": genitives, "dat": [stem + "om"], "acc": [nominative], "inst": [stem + "ami"],
        "loc": [stem + "ach"],
    }  # fmt: skip


def _feminine_vowel(name: str) -> Forms:
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
    return _forms(singular, _plural(stem + "e", [genitive], stem))


def _feminine_k(name: str) -> Forms:
    """Amica, Uniqa: written c or q, spoken k."""
    stem = name[:-2] + "k"
    forms = [(form, said) for form, said in _feminine(stem + "a") if form != stem + "a"]
    kept = name[:-1]
    written = [(kept + ending, label(case)) for ending, case in (("ę", "acc"), ("ą", "inst"))]
    genitive = kept + ("y" if name[-2].lower() == "c" else "i")
    return [(name, label("nom")), *forms, *written, (genitive, label("gen"))]


def _feminine_ja(name: str) -> Forms:
    """Maja -> Mai after a vowel, Sesja -> Sesji after a consonant."""
    stem = name[:-1]
    return _feminine_as(name, stem[:-1] + "i" if stem[-2:-1].lower() in _VOWELS else stem + "i")


def _plural_name(name: str) -> Forms:
    """Morliny, Grześki: a name that is a plural itself."""
    stem = name[:-1]
    return _forms(_plural(name, [stem + "ów" if stem[-1] in "kK" else stem], stem), {})


# --- masculine ------------------------------------------------------------------------------------------------


def _masculine(name: str) -> Forms:
    lower = name.lower()
    if lower.endswith("x"):
        return _masculine_x(name)
    if lower[-1] in _SOFTENED:
        return _masculine_soft(name)
    if re.search(r"[^aeiouyąęó]ek$|[^aeiouyąęói](i?ec)$", lower):
        return _mobile(name)
    if re.search(r"[pbdg]el$", lower):
        return _masculine_stem(name, name[:-2] + name[-1], _locative(name[:-2] + name[-1]))
    if lower.endswith("ów"):
        stem = name[:-2] + "ow"
        return _masculine_stem(name, stem, stem + "ie")
    return _masculine_stem(name, name, _locative(name))


def _mobile(name: str) -> Forms:
    """-ek and -ec lose their vowel: Gołąbek -> Gołąbka, Marzec -> Marca."""
    lower = name.lower()
    cut = 3 if lower.endswith("iec") else 2
    stem = name[:-cut] + name[-1]
    return _masculine_stem(name, stem, stem + "u")


def _masculine_soft(name: str) -> Forms:
    stem = name[:-1] + _SOFTENED[name[-1].lower()]
    return _masculine_stem(name, stem, stem + "u", plural="e", many=[stem])


def _masculine_zio(name: str) -> Forms:
    """Bodzio, Krzysio."""
    stem = name[:-1]
    singular = {
        "nom": [name], "gen": [stem + "a"], "dat": [stem + "owi"], "acc": [stem + "a"], "inst": [stem + "em"],
        "loc": [stem + "u"], "voc": [stem + "u"],
    }  # fmt: skip
    return _forms(singular, {})


def _masculine_x(name: str) -> Forms:
    """Netflix: the dictionary writes -ks- before endings, people keep -x-."""
    ks, x = name[:-1] + "ks", name
    if name.lower().endswith("xx"):
        return _masculine_stem(name, x, x + "ie")
    forms = _masculine_stem(name, ks, ks + "ie")
    seen = {text for text, _ in forms}
    return forms + [pair for pair in _masculine_stem(name, x, x + "ie") if pair[0] not in seen]


def _locative(stem: str) -> str:
    lower = stem.lower()
    if lower.endswith(("tt", "rr", "dd")):
        return _locative(stem[:-1])
    if lower.endswith(("ch", "cz", "sz", "rz", "dz", "dż", "th", "sch", "sh")):
        return stem + "u"
    for length in (2, 1):
        ending = _HARD.get(lower[-length:])
        if ending:
            return stem[:-length] + ending
    return stem + "u"


def genitive_endings(name: str) -> list[str]:
    """ "a", "u" or both, likelier first."""
    lower = name.lower()
    if _ONLY_U.search(lower):
        return ["u"]
    if _ONLY_A.search(lower):
        return ["a"]
    return ["a", "u"] if _RATHER_A.search(lower) else ["u", "a"]


def _masculine_stem(
    name: str, stem: str, locative: str, *, plural: str | None = None, many: list[str] | None = None
) -> Forms:
    genitives = [stem + ending for ending in genitive_endings(name)]
    instrumental = _instrumental(stem)
    singular = {
        "nom": [name], "gen": genitives, "dat": [stem + "owi"], "acc": [name], "inst": instrumental,
        "loc": [locative], "voc": [locative],
    }  # fmt: skip
    nominative = stem + (plural or _masculine_plural(stem))
    return _forms(singular, _plural(nominative, many or [stem + "ów"], stem))


def _instrumental(stem: str) -> list[str]:
    last = stem[-1].lower()
    if last in "kg":
        return [stem + "iem"]
    if last == "c" and not re.search(r"[aeiouyi]?[^k]c$", stem.lower()):
        return [stem[:-1] + "kiem"]
    return [stem + "em"]


def _masculine_plural(stem: str) -> str:
    lower = stem.lower()
    if lower[-1] in "kg":
        return "i"
    if lower.endswith(_HISSING) or lower[-1] in "iy":
        return "e"
    return "y"


def _masculine_glide(name: str) -> Forms:
    """eBay, Play, Hyundai: the last sound is j, endings follow the written vowel."""
    return _masculine_stem(name, name, name + "u", plural="e")


# --- foreign and adjectival -----------------------------------------------------------------------------------


def _silent_e(name: str) -> Forms:
    """Apple -> Apple'a, T-Mobile -> T-Mobile'u: endings after an apostrophe, and the base stays indeclinable too."""
    hard = _locative(name[:-1])
    locative = [name + "'u"] if hard.endswith("u") else [hard]
    singular = {
        "nom": [name], "gen": [name + "'a", name + "'u"], "dat": [name + "'owi"], "acc": [name],
        "inst": [name + "'em"], "loc": locative, "voc": [name],
    }  # fmt: skip
    return _forms(singular, {})


def _possessive(name: str) -> Forms:
    """McDonald's is McDonald in every other case."""
    stem = name[:-2]
    return [(name, label("nom")), *(pair for pair in _masculine(stem) if pair[0] != stem), (stem, label("acc"))]


def _adjective_masculine(name: str) -> Forms:
    stem = name[:-1]
    link = "" if name[-1].lower() == "y" else "i"
    singular = {
        "nom": [name], "gen": [stem + link + "ego"], "dat": [stem + link + "emu"], "acc": [name],
        "inst": [name + "m"], "loc": [name + "m"], "voc": [name],
    }  # fmt: skip
    return _forms(singular, {})


def _adjective_feminine(name: str) -> Forms:
    stem = name[:-1]
    link = "i" if stem[-1].lower() in "kg" else ""
    singular = {
        "nom": [name], "gen": [stem + link + "ej"], "dat": [stem + link + "ej"], "acc": [stem + "ą"],
        "inst": [stem + "ą"], "loc": [stem + link + "ej"], "voc": [name],
    }  # fmt: skip
    return _forms(singular, {})


def _adjective_neuter(name: str) -> Forms:
    stem = name[:-1]
    vowel = stem if stem[-1].lower() == "i" else stem + "y"
    singular = {
        "nom": [name], "gen": [name + "go"], "dat": [name + "mu"], "acc": [name], "inst": [vowel + "m"],
        "loc": [vowel + "m"], "voc": [name],
    }  # fmt: skip
    return _forms(singular, {})


_RULES = [
    (re.compile(r"(sk|ck|dzk)i$"), _adjective_masculine),
    (re.compile(r"(ńska|wska|[rn]ska|yska)$"), _adjective_feminine),
    (re.compile(r"(sk|ck|dzk)ie$"), _adjective_neuter),
    (re.compile(r"um$|[aeo]h$|rates$"), indeclinable),
    (re.compile(r"[cszd]io$"), _masculine_zio),
    (re.compile(r"[aeo]y$|[aeo]i$"), _masculine_glide),
    (re.compile(r"[^aeiouyąęó]ja$|[aeiouy]ja$"), _feminine_ja),
    (re.compile(r"[eiouy]a$"), _feminine_vowel),
    (re.compile(r"[aeiouy]ca$|qa$"), _feminine_k),
    (re.compile(r"[^aeiouyąęó\W\d]a$"), _feminine),
    (re.compile(r"[bcdfgklmnprstvwz]e$"), _silent_e),
    (re.compile(r"[lrn]iny$|[śżńl]ki$|[sc]zki$"), _plural_name),
    (re.compile(r"[bcćdfghjklłmnńpqrsśtvwxzźż]$"), _masculine),
]
