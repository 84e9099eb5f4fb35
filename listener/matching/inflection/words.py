"""The forms of one word of a name: the dictionary first, then rules for capitals, then paradigms by ending."""

import re
from functools import lru_cache
from importlib.resources import files

from listener.matching.inflection import acronyms, dictionary, paradigms
from listener.matching.inflection.dictionary import Lexeme
from listener.matching.inflection.endings import Forms, indeclinable

_NATIVE_NEUTER = re.compile(
    r"([^aeiouy]ko|[eią]ko|ło|stwo|wo|[^aio]no|sto|mo|ie|ię|kino|biuro|metro|radio|studio|wino|złoto)$"
)
_PREFIX = re.compile(
    r"(?i:eko|multi|auto|euro|tele|poli|agro|bio|foto|inter|trans|super|home|smart|net|e|m|i)(?=[^\W\d_]{4})"
)
_DOMAIN = re.compile(r"\.[a-z]{2,4}$", re.IGNORECASE)


@lru_cache(maxsize=1)
def fixed() -> dict[str, str]:
    """name in lower case -> "fixed" (indeclinable) or the paradigm word it declines like (data/names.tsv)."""
    text = files("listener.matching").joinpath("data", "names.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {row[0].lower(): row[1] for row in rows}


@lru_cache(maxsize=1)
def english() -> frozenset[str]:
    """Foreign words that stand in Polish texts (data/english.txt)."""
    text = files("listener.matching").joinpath("data", "english.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def decline_word(word: str) -> Forms:
    """(form, label) pairs of one word."""
    known = fixed().get(word.lower())
    if known == "fixed" or len(word) < 2 or _DOMAIN.search(word) or any(char.isdigit() for char in word):
        return indeclinable(word)
    if known and known != "prefix":
        return [(shape(form, word), said) for form, said in paradigms.decline(known)]
    if acronyms.is_acronym(word):
        return acronyms.decline(word) + [pair for pair in listed(word) if pair[0].startswith(word)]
    found = listed(word)
    if not found and word[-1] not in "aA" and dictionary.is_function_word(word.lower()):
        return indeclinable(word)
    if found and word.lower()[-1] in "xe":
        return found + paradigms.decline(word) if _is_foreign(word, found) else found
    return found or _unlisted(word)


def _is_foreign(word: str, found: Forms) -> bool:
    """Whether a name in -x or -e takes foreign endings too: the dictionary does not decline it, or with an
    apostrophe."""
    return word[-1] in "xX" or all(form == word for form, _ in found) or any("'" in form for form, _ in found)


def listed(word: str) -> Forms:
    """What the dictionary says of a whole name, if it is one."""
    pairs = [pair for lexeme in readings(word) for pair in dictionary.forms_of(lexeme)]
    if word.lower().endswith("um"):
        pairs = [(form, said) for form, said in pairs if "plural" not in said]
    return [(shape(form, word), said) for form, said in pairs]


def _unlisted(word: str) -> Forms:
    if "-" in word.strip("-"):
        head, _, tail = word.rpartition("-")
        stays = len(tail) < 2 or fixed().get(tail.lower()) == "fixed"
        return indeclinable(word) if stays else [(f"{head}-{form}", said) for form, said in _tail(tail)]
    prefix = _PREFIX.match(word)
    if prefix and (rest := listed(word[prefix.end() :])):
        return [(prefix[0] + form, said) for form, said in rest]
    if not word[-1].isalpha():
        return indeclinable(word)
    return _shouted(word) if word.isupper() else paradigms.decline(word)


def _tail(word: str) -> Forms:
    """The last part of a hyphenated name: its nominative singular only where the dictionary has it so."""
    found = [lexeme for lexeme in readings(word) if not lexeme.plural]
    pairs = [pair for lexeme in found for pair in dictionary.forms_of(lexeme)]
    known = fixed().get(word.lower(), word)
    return [(shape(form, word), said) for form, said in pairs or paradigms.decline(known)]


def _shouted(word: str) -> Forms:
    return [(form.upper(), said) for form, said in paradigms.decline(word.capitalize())]


def readings(word: str) -> tuple[Lexeme, ...]:
    """The dictionary's readings of a whole name, less those that a company's name is not."""
    found = tuple(lexeme for lexeme in dictionary.best(word) if not lexeme.id.isupper() or word.isupper())
    if word.lower().endswith("o"):
        native = _NATIVE_NEUTER.search(word.lower())
        return tuple(x for x in found if x.kind == "company" or (native and x.kind != "person"))
    return found


def shape(form: str, name: str) -> str:
    """form in the letter case of name: as it where they agree, in capitals where it is in capitals."""
    if name.isupper() and len(name) > 1:
        return form if form.startswith(name) else form.upper()
    same = 0
    while same < min(len(form), len(name)) and form[same].lower() == name[same].lower():
        same += 1
    return name[:same] + form[same:] if same else form[:1].upper() + form[1:] if name[:1].isupper() else form
