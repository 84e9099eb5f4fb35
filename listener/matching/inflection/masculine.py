"""Declension of masculine names that no dictionary knows."""

import re

from listener.matching.inflection.endings import HARD, HISSING, Forms, plural_of, table

_SOFTENED = {"ń": "ni", "ś": "si", "ć": "ci", "ź": "zi"}

# Endings of names whose genitive is settled: things and company words take -u, people, cars and gadgets -a. Of the
# rest usage has both; those of _RATHER_A more often -a.
_ONLY_U = re.compile(
    r"(bank|post|market|park|dom|lot|sat|net|port|bud|film|pol|kom|gaz|trans|med|plast|stal|fund|soft|ist|ast|chem|"
    r"prom|rem|mont|zyt|arm|sk|lux|[^aeiouy]ex|tex|mex|ik)$"
)
_ONLY_A = re.compile(r"(mann?|(?<!v)er|(?<!b)us|as|is|ks|ek|ix|ard|[aeo]y|sung|ssan|ell|bolt|book|ić|cz|sz|ów)$")
_RATHER_A = re.compile(r"(bus|ver|ok|or|et|ut|am|ag|uk|op|os|an|z|ak|ord|ald|ick|ss|ax|ox|yx|king|tt)$")


def masculine(name: str) -> Forms:
    """Orlen -> Orlenu, Orlenie: a consonant at the end."""
    lower = name.lower()
    if lower.endswith("x"):
        return _masculine_x(name)
    if lower[-1] in _SOFTENED:
        return _masculine_soft(name)
    if re.search(r"[^aeiouyąęó]ek$|[^aeiouyąęói](i?ec)$", lower):
        return _mobile(name)
    if re.search(r"[pbdg]el$", lower):
        return _masculine_stem(name, name[:-2] + name[-1], locative_of(name[:-2] + name[-1]))
    if lower.endswith("ów"):
        stem = name[:-2] + "ow"
        return _masculine_stem(name, stem, stem + "ie")
    return _masculine_stem(name, name, locative_of(name))


def _mobile(name: str) -> Forms:
    """-ek and -ec lose their vowel: Gołąbek -> Gołąbka, Marzec -> Marca."""
    lower = name.lower()
    cut = 3 if lower.endswith("iec") else 2
    stem = name[:-cut] + name[-1]
    return _masculine_stem(name, stem, stem + "u")


def _masculine_soft(name: str) -> Forms:
    stem = name[:-1] + _SOFTENED[name[-1].lower()]
    return _masculine_stem(name, stem, stem + "u", plural="e", many=[stem])


def masculine_zio(name: str) -> Forms:
    """Bodzio, Krzysio."""
    stem = name[:-1]
    singular = {
        "nom": [name], "gen": [stem + "a"], "dat": [stem + "owi"], "acc": [stem + "a"], "inst": [stem + "em"],
        "loc": [stem + "u"], "voc": [stem + "u"],
    }  # fmt: skip
    return table(singular, {})


def _masculine_x(name: str) -> Forms:
    """Netflix: the dictionary writes -ks- before endings, people keep -x-."""
    ks, x = name[:-1] + "ks", name
    if name.lower().endswith("xx"):
        return _masculine_stem(name, x, x + "ie")
    forms = _masculine_stem(name, ks, ks + "ie")
    seen = {text for text, _ in forms}
    return forms + [pair for pair in _masculine_stem(name, x, x + "ie") if pair[0] not in seen]


def locative_of(stem: str) -> str:
    """The locative of a stem: Kaufland -> Kauflandzie."""
    lower = stem.lower()
    if lower.endswith(("tt", "rr", "dd")):
        return locative_of(stem[:-1])
    if lower.endswith(("ch", "cz", "sz", "rz", "dz", "dż", "th", "sch", "sh")):
        return stem + "u"
    for length in (2, 1):
        ending = HARD.get(lower[-length:])
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
    return table(singular, plural_of(nominative, many or [stem + "ów"], stem))


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
    if lower.endswith(HISSING) or lower[-1] in "iy":
        return "e"
    return "y"


def masculine_glide(name: str) -> Forms:
    """eBay, Play, Hyundai: the last sound is j, endings follow the written vowel."""
    return _masculine_stem(name, name, name + "u", plural="e")
