"""Words people make of a name: adjectives (mbankowy, orlenowski), and diminutives for who asks for them."""

import re

from listener.matching.inflection import acronyms
from listener.matching.inflection.paradigms import decline

_ADJECTIVE = ("y", "a", "e", "ego", "emu", "ej", "ą", "ym", "ych", "ymi", "i", "o")
_SKI = ("ski", "ska", "skie", "skiego", "skiemu", "skiej", "ską", "skim", "skich", "skimi", "scy", "sko")


def adjectives(name: str) -> list[str]:
    """-owy and -owski in all their forms, lower case; empty for names that make none."""
    if " " in name or not name.isalpha() or len(name) < 3:
        return []
    stem = _stem(name)
    if not stem:
        return []
    return [f"{stem}ow{ending}" for ending in _ADJECTIVE] + [f"{stem}ow{ending}" for ending in _SKI]


def _stem(name: str) -> str:
    lower = name.lower()
    if acronyms.is_acronym(name) or not re.search(r"[^\W\d]$", lower):
        return lower if lower[-1] not in "aeiouy" else ""
    if re.search(r"[^aeiouy]a$", lower):
        return lower[:-1]
    if lower[-1] in "aeiou" or lower.endswith("um"):
        return ""
    oblique = next((form for form, said in decline(lower) if said == "dative" and form.endswith("owi")), lower + "owi")
    return oblique[:-3]


def diminutives(name: str) -> list[str]:
    """Żabka -> żabeczka, żabcia; in all their cases, lower case. A guess: kept for who asks."""
    lower = name.lower()
    if " " in lower or not lower.isalpha():
        return []
    if lower.endswith("ka"):
        bases = [lower[:-2] + "eczka", lower[:-2] + "cia", lower[:-2] + "unia"]
    elif lower.endswith("a"):
        bases = [lower[:-1] + "eczka", lower[:-1] + "unia"]
    else:
        bases = [lower + "ek", lower + "ik", lower + "uś"]
    return [form for base in bases for form, _ in decline(base)]
