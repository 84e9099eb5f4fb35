"""The forms of a name as a company writes it: which words of it decline, and how.

One word: the dictionary first, then rules for capitals, then paradigms by ending. Several words: the head declines
with the adjectives that agree with it; where no word is a dictionary noun the last word takes the ending. Where two
ways are in use both are kept.
"""

import re
from functools import lru_cache
from importlib.resources import files

from listener.matching.inflection import acronyms, dictionary, paradigms
from listener.matching.inflection.dictionary import Lexeme
from listener.matching.inflection.form import Form, label, merged

Forms = list[tuple[str, str]]

_NATIVE_NEUTER = re.compile(r"([^aeiouy]ko|[eią]ko|ło|stwo|wo|[^aio]no|sto|mo|ie|ię)$")
_PREFIX = re.compile(
    r"(e|m|i|x|my|ne|in|eko|auto|euro|tele|poli|agro|bio|foto|med|pol|inter|trans)(?=\W?[A-ZŁŚŻa-z]{3})"
)
_LEGAL = re.compile(
    r"[\s,]+(s\.?\s?a\.?|sp\.?\s?z\s?o\.?\s?o\.?|sp\.?\s?k\.?|s\.?c\.?|gmbh|ltd\.?|inc\.?)$", re.IGNORECASE
)


@lru_cache(maxsize=1)
def _fixed() -> dict[str, str]:
    """name in lower case -> "fixed" (indeclinable) or the paradigm word it declines like (data/names.tsv)."""
    text = files("listener.matching.inflection").joinpath("names.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {row[0].lower(): row[1] for row in rows}


@lru_cache(maxsize=50_000)
def inflect(name: str) -> tuple[Form, ...]:
    """Every form of a name, the name itself first, then commonest first."""
    words = _LEGAL.sub("", " ".join(name.split())).split(" ")
    pairs = _one(words[0]) if len(words) == 1 else _several(words)
    own = " ".join(words)
    found = merged(pairs)
    first = [form for form in found if form.text == own] or [Form(own, (label("nom"),))]
    return (*first, *(form for form in found if form.text != own))


def forms(name: str, lang: str = "pl") -> list[str]:
    """The inflected forms of a name, the name itself first, then commonest first; lang other than "pl": the name and
    its English possessive."""
    if lang != "pl":
        return [name, f"{name}'s"]
    return [form.text for form in inflect(name)]


def _one(word: str) -> Forms:
    known = _fixed().get(word.lower())
    if known == "fixed":
        return paradigms.indeclinable(word)
    if known:
        return [(_shape(form, word), said) for form, said in paradigms.decline(known)]
    lexemes = _readings(word)
    if lexemes:
        return [(_shape(form, word), said) for lexeme in lexemes for form, said in dictionary.forms_of(lexeme)]
    if acronyms.is_acronym(word):
        return acronyms.decline(word)
    if "-" in word.strip("-"):
        head, _, tail = word.rpartition("-")
        return (
            [(f"{head}-{form}", said) for form, said in _one(tail)] if len(tail) > 1 else paradigms.indeclinable(word)
        )
    if not word[-1].isalpha():
        return paradigms.indeclinable(word)
    return _shouted(word) if word.isupper() else paradigms.decline(word)


def _shouted(word: str) -> Forms:
    return [(form.upper(), said) for form, said in paradigms.decline(word.capitalize())]


def _readings(word: str) -> tuple[Lexeme, ...]:
    """The dictionary's readings of a whole name, less those that a company's name is not."""
    found = dictionary.best(word)
    if word.lower().endswith("o") and not _NATIVE_NEUTER.search(word.lower()):
        return tuple(lexeme for lexeme in found if lexeme.kind == "company")
    return found


def _shape(form: str, name: str) -> str:
    """form in the letter case of name."""
    if name.isupper() and len(name) > 1:
        return form.upper() if form.islower() or form.istitle() else form
    if name[:1].isupper():
        return form[:1].upper() + form[1:]
    return form


# --- several words --------------------------------------------------------------------------------------------


def _several(words: list[str]) -> Forms:
    head = _head(words)
    if head is None:
        return _declined_at(words, len(words) - 1)
    pairs = _agreeing(words, head)
    last = len(words) - 1
    if head < last and not dictionary.lexemes(words[last]) and words[last][:1].isupper():
        pairs += _declined_at(words, last)
    return pairs


@lru_cache(maxsize=1)
def _prefixes() -> frozenset[str]:
    return frozenset(name for name, kind in _fixed().items() if kind == "prefix")


def _head(words: list[str]) -> int | None:
    """The first word that is a common noun in the nominative, or a noun-like adjective alone."""
    for index, word in enumerate(words):
        if word.lower() in _prefixes() or acronyms.is_acronym(word):
            continue
        if any(lexeme.part == "subst" and lexeme.kind in ("common", "company") for lexeme in dictionary.best(word)):
            return index
        if _adjective(word) and index + 1 < len(words) and dictionary.lexemes(words[index + 1]):
            continue
        if not dictionary.lexemes(word):
            continue
    return None


def _adjective(word: str) -> bool:
    return any(lexeme.part == "adj" for lexeme in dictionary.lexemes(word))


def _declined_at(words: list[str], index: int) -> Forms:
    before, after = words[:index], words[index + 1 :]
    return [(" ".join([*before, form, *after]), said) for form, said in _one(words[index]) if "plural" not in said]


def _agreeing(words: list[str], head: int) -> Forms:
    noun = next(lexeme for lexeme in dictionary.best(words[head]) if lexeme.part == "subst")
    table = _by_case(dictionary.forms_of(noun), words[head], plural=noun.plural)
    tables = {head: table}
    for index in _neighbours(words, head):
        same = [x for x in dictionary.lexemes(words[index]) if x.part == "adj" and _matches(x, noun)]
        if same:
            tables[index] = _by_case(dictionary.forms_of(same[0]), words[index], plural=noun.plural)
    return [(text, said) for said in table for text in _spelled(words, tables, said)]


def _neighbours(words: list[str], head: int) -> list[int]:
    return [index for index in range(len(words)) if index != head]


def _matches(adjective: Lexeme, noun: Lexeme) -> bool:
    return adjective.plural == noun.plural and adjective.gender.split(":")[0] == noun.gender


def _by_case(pairs: Forms, word: str, *, plural: bool) -> dict[str, list[str]]:
    table: dict[str, list[str]] = {}
    for form, said in pairs:
        if ("plural" in said) == plural:
            table.setdefault(said, []).append(_shape(form, word))
    return table


def _spelled(words: list[str], tables: dict[int, dict[str, list[str]]], said: str) -> list[str]:
    texts = [""]
    for index, word in enumerate(words):
        options = list(dict.fromkeys(tables[index].get(said, [word]))) if index in tables else [word]
        texts = [f"{text} {option}".strip() for text in texts for option in options]
    return texts
