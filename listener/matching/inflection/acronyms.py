"""Names in capitals: read as a word (LOT, BLIK), letter by letter (TVN), or without any ending (PKO, PZU)."""

import re

from listener.matching.inflection.endings import Forms, indeclinable
from listener.matching.inflection.form import label
from listener.matching.inflection.paradigms import decline as by_ending

_CONSONANT_NAMES = "flmnrsłjxz"
"""letters whose own names end in a consonant: ef, el, em ... jot, iks, zet"""
_LOCATIVE = {"t": "cie", "d": "dzie", "r": "rze", "ł": "le"}
_SOFT_IE = "bpfwvmnsz"


def is_acronym(name: str) -> bool:
    """Two to six capitals (digits and & allowed among them), as BLIK, H&M, PKO; longer capitals are shouting."""
    return re.fullmatch(r"[A-ZĄĆĘŁŃÓŚŹŻ][A-ZĄĆĘŁŃÓŚŹŻ0-9&]{1,5}", name) is not None and name[-1].isalpha()


def decline(name: str) -> Forms:
    """(form, label) pairs: with a hyphen as the rules ask, glued in capitals as people type."""
    lower = name.lower()
    last = lower[-1]
    if _is_word(lower):
        if last == "a":
            return _feminine(name)
        if last in "eioóuyąę":
            return indeclinable(name)
        return _consonant(name, ["u", "a"] if len(name) > 3 else ["u"], spoken=True)
    if last not in _CONSONANT_NAMES:
        return indeclinable(name)
    return _consonant(name, ["u", "a"] if last == "x" else ["u"], spoken=False)


def _is_word(lower: str) -> bool:
    """Whether it can be spoken as a word: consonants and vowels take turns. UPC and AGD are spelled out."""
    if len(lower) > 4:
        return re.search(r"[aeiouyąęó]", lower) is not None
    if re.fullmatch(r"[aeiouy][^aeiouy]{2}", lower) and not lower.endswith(("ng", "st", "rt", "nt", "ps")):
        return False
    return re.fullmatch(r"[^aeiouyąęó\W\d]{0,2}([aeiouyąęó][^aeiouyąęó\W\d]{1,2})+[aeioó]{0,2}", lower) is not None


def _feminine(name: str) -> Forms:
    """IKEA -> IKEI; NASA -> NASY."""
    return indeclinable(name) + [
        (form.upper(), said) for form, said in by_ending(name.capitalize()) if "plural" not in said
    ]


def _consonant(name: str, genitives: list[str], *, spoken: bool) -> Forms:
    last = name[-1].lower()
    instrumental = "iem" if last in "kg" else "em"
    endings = [(ending, "gen") for ending in genitives] + [("owi", "dat"), (instrumental, "inst")]
    locative = "ie" if last in _SOFT_IE else "u"
    endings += [(locative, "loc"), (locative, "voc")]
    pairs = [(name, label("nom")), (name, label("acc"))]
    pairs += [(f"{name}-{ending}", label(case)) for ending, case in endings]
    if spoken and len(name) > 3:
        pairs += [(name + ending.upper(), label(case)) for ending, case in endings]
    if last in _LOCATIVE:
        pairs += _altered(name, _LOCATIVE[last], spoken=spoken)
    return pairs


def _altered(name: str, ending: str, *, spoken: bool) -> Forms:
    """LOT -> w Locie: the last letter itself changes. Letter by letter the base stays (RTR-ze)."""
    stem = name[:-1]
    if not spoken:
        return [(f"{name}-{ending[1:]}", label("loc"))] if ending == "rze" else []
    return [(stem.capitalize() + ending, label("loc")), (f"{name}-{ending}", label("loc"))]
