"""Words people make of a name: adjectives (mbankowy, orlenowski), and diminutives for who asks for them."""

import re

from listener.matching.inflection import acronyms
from listener.matching.inflection.dictionary import is_common
from listener.matching.inflection.names import forms
from listener.matching.inflection.paradigms import decline

ADJECTIVE_ENDINGS = frozenset(
    ["y", "a", "e", "ego", "emu", "ej", "ą", "ym", "ych", "ymi", "i", "o", "ski", "ska", "skie", "skiego", "skiemu"]
) | {"skiej", "ską", "skim", "skich", "skimi", "scy", "sko"}
"""what follows adjective_stem: mbankow-y, orlenow-skiego"""


def adjective_stem(name: str) -> str:
    """What the adjectives of a name begin with (mbankow), lower case; empty for names that make none."""
    if " " in name or not name.isalpha() or len(name) < 3:
        return ""
    stem = _stem(name)
    return f"{stem}ow" if stem else ""


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


def variants(name: str) -> list[str]:
    """Spellings people use and rules do not allow: Googlem for Google'em, Bookingu for Booking.com, canal plus."""
    if name.endswith("+"):
        return [f"{name[:-1]} plus"]
    domain = re.fullmatch(r"(.{3,})\.(pl|com|net|eu|org|com\.pl)", name)
    if domain:
        return [] if is_common(domain[1]) else forms(domain[1])
    if re.search(r"[^\W\d_aeiouy]e$", name) and f"{name}'em" in forms(name):
        return [form for form, _ in decline(name[:-1]) if form != name[:-1]]
    return []


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
