"""The forms of a name as a company writes it: which words of it decline, and how.

One word: the dictionary first, then rules for capitals, then paradigms by ending. Several words: the head declines
with the adjectives that agree with it; where no word is a dictionary noun the last word takes the ending. Where two
ways are in use both are kept.
"""

import re
from functools import lru_cache
from importlib.resources import files

from listener.errors import WrongUse
from listener.matching.inflection import acronyms, dictionary, paradigms
from listener.matching.inflection.dictionary import Lexeme
from listener.matching.inflection.form import Form, label, merged

Forms = list[tuple[str, str]]

_NATIVE_NEUTER = re.compile(
    r"([^aeiouy]ko|[eią]ko|ło|stwo|wo|[^aio]no|sto|mo|ie|ię|kino|biuro|metro|radio|studio|wino|złoto)$"
)
_PREFIX = re.compile(
    r"(?i:eko|multi|auto|euro|tele|poli|agro|bio|foto|inter|trans|super|home|smart|net|e|m|i)(?=[^\W\d_]{4})"
)
_BROKEN = re.compile(r"[\ud800-\udfff\x00]")
_FOREIGN_PLURAL = re.compile(r"(er|ing|ine|our|ate|od|ee|ow|ie|ar|em)s$", re.IGNORECASE)
_DOMAIN = re.compile(r"\.[a-z]{2,4}$", re.IGNORECASE)
_LEGAL = re.compile(
    r"[\s,]+(s\.?\s?a\.?|sp\.?\s?z\s?o\.?\s?o\.?|sp\.?\s?k\.?|s\.?c\.?|gmbh|ltd\.?|inc\.?)$", re.IGNORECASE
)


@lru_cache(maxsize=1)
def _fixed() -> dict[str, str]:
    """name in lower case -> "fixed" (indeclinable) or the paradigm word it declines like (data/names.tsv)."""
    text = files("listener.matching").joinpath("data", "names.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {row[0].lower(): row[1] for row in rows}


def _is_other_word(form: str, name: str) -> bool:
    """Whether a form is also an everyday word that is none of the name's own (kij, the stick, is no plural Kia)."""
    return bool(dictionary.everyday(form.lower()) - {lexeme.id for lexeme in dictionary.lexemes(name)})


@lru_cache(maxsize=50_000)
def inflect(name: str) -> tuple[Form, ...]:
    """Every form of a name, the name itself first, then commonest first."""
    words = _LEGAL.sub("", " ".join(_BROKEN.sub(" ", name).split())).split(" ")
    if not words[0]:
        raise WrongUse("the name is empty", mend="give the name as the company writes it")
    pairs = _one(words[0]) if len(words) == 1 else _several(words)
    own = " ".join(words)
    found = [form for form in merged(pairs) if not (form.plural and _is_other_word(form.text, own))]
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
    if known == "fixed" or len(word) < 2 or _DOMAIN.search(word) or any(char.isdigit() for char in word):
        return paradigms.indeclinable(word)
    if known and known != "prefix":
        return [(_shape(form, word), said) for form, said in paradigms.decline(known)]
    if acronyms.is_acronym(word):
        return acronyms.decline(word) + [pair for pair in _listed(word) if pair[0].startswith(word)]
    found = _listed(word)
    if not found and word[-1] not in "aA" and dictionary.is_function_word(word.lower()):
        return paradigms.indeclinable(word)
    if found and word.lower()[-1] in "xe":
        return found + paradigms.decline(word) if _is_foreign(word, found) else found
    return found or _unlisted(word)


def _is_foreign(word: str, found: Forms) -> bool:
    """Whether a name in -x or -e takes foreign endings too: the dictionary does not decline it, or with an
    apostrophe."""
    return word[-1] in "xX" or all(form == word for form, _ in found) or any("'" in form for form, _ in found)


def _listed(word: str) -> Forms:
    """What the dictionary says of a whole name, if it is one."""
    pairs = [pair for lexeme in _readings(word) for pair in dictionary.forms_of(lexeme)]
    if word.lower().endswith("um"):
        pairs = [(form, said) for form, said in pairs if "plural" not in said]
    return [(_shape(form.replace("’", "'"), word), said) for form, said in pairs]


def _unlisted(word: str) -> Forms:
    if "-" in word.strip("-"):
        head, _, tail = word.rpartition("-")
        fixed = len(tail) < 2 or _fixed().get(tail.lower()) == "fixed"
        return paradigms.indeclinable(word) if fixed else [(f"{head}-{form}", said) for form, said in _tail(tail)]
    prefix = _PREFIX.match(word)
    if prefix and (rest := _listed(word[prefix.end() :])):
        return [(prefix[0] + form, said) for form, said in rest]
    if not word[-1].isalpha():
        return paradigms.indeclinable(word)
    return _shouted(word) if word.isupper() else paradigms.decline(word)


def _tail(word: str) -> Forms:
    """The last part of a hyphenated name: its nominative singular only where the dictionary has it so."""
    found = [lexeme for lexeme in _readings(word) if not lexeme.plural]
    pairs = [pair for lexeme in found for pair in dictionary.forms_of(lexeme)]
    known = _fixed().get(word.lower(), word)
    return [(_shape(form.replace("’", "'"), word), said) for form, said in pairs or paradigms.decline(known)]


def _shouted(word: str) -> Forms:
    return [(form.upper(), said) for form, said in paradigms.decline(word.capitalize())]


def _readings(word: str) -> tuple[Lexeme, ...]:
    """The dictionary's readings of a whole name, less those that a company's name is not."""
    found = tuple(lexeme for lexeme in dictionary.best(word) if not lexeme.id.isupper() or word.isupper())
    if word.lower().endswith("o"):
        native = _NATIVE_NEUTER.search(word.lower())
        return tuple(x for x in found if x.kind == "company" or (native and x.kind != "person"))
    return found


def _shape(form: str, name: str) -> str:
    """form in the letter case of name: as it where they agree, in capitals where it is in capitals."""
    if name.isupper() and len(name) > 1:
        return form if form.startswith(name) else form.upper()
    same = 0
    while same < min(len(form), len(name)) and form[same].lower() == name[same].lower():
        same += 1
    return name[:same] + form[same:] if same else form[:1].upper() + form[1:] if name[:1].isupper() else form


# --- several words --------------------------------------------------------------------------------------------


def _several(words: list[str]) -> Forms:
    last = len(words) - 1
    if _fixed().get(" ".join(words).lower()) == "fixed" or any(_is_verb(word) for word in words):
        return paradigms.indeclinable(" ".join(words))
    if all(_is_person(word) or (word == "i" and 0 < index < last) for index, word in enumerate(words)):
        return _side_by_side(words)
    head = _head(words)
    if head in (None, last) and words[last] == "Polska" and not _pairs(words[last - 1], words[last]):
        return paradigms.indeclinable(" ".join(words))  # the country beside a name: Orange Polska
    if head is None:
        return _wavering(words, _declined_at(words, last))
    pairs = _agreeing(words, head)
    if head == last:
        return _wavering(words, pairs)
    if words[last][:1].isupper() and not _is_settled(words[last]):
        pairs += _declined_at(words, last)
    return pairs


def _is_person(word: str) -> bool:
    known = dictionary.best(word)
    return bool(known) and known[0].kind == "person" and known[0].gender == "m1"


def _is_settled(word: str) -> bool:
    """Whether a last word after the head stays as it is: a word we know, or a foreign one."""
    known = dictionary.lexemes(word) or word.lower() in _english() or _FOREIGN_PLURAL.search(word)
    return bool(known)


def _is_verb(word: str) -> bool:
    """Whether the dictionary knows a word as a verb form and nothing else: then the name is a sentence."""
    return dictionary.is_only_verb(word.lower())


@lru_cache(maxsize=1)
def _english() -> frozenset[str]:
    text = files("listener.matching").joinpath("data", "english.txt").read_text(encoding="utf-8")
    return frozenset(word for line in text.splitlines() if not line.startswith("#") for word in line.split())


def _side_by_side(words: list[str]) -> Forms:
    """Jan Nowak: every word declines."""
    people = [(index, word) for index, word in enumerate(words) if word != "i"]
    tables = {index: _by_case(_listed(word), word, plural=False) for index, word in people}
    return [(text, said) for said in tables[0] for text in _spelled(words, tables, said)]


def _wavering(words: list[str], pairs: Forms) -> Forms:
    """Adds the genitive that the dictionary does not give where usage has both: Burger Kingu, Burger Kinga."""
    if _FOREIGN_PLURAL.search(words[-1]):
        return paradigms.indeclinable(" ".join(words))
    if any(lexeme.kind == "company" for lexeme in dictionary.best(words[-1])):
        return pairs
    own, endings = " ".join(words), paradigms.genitive_endings(words[-1])
    if not any((own + ending, label("gen")) in pairs for ending in endings):
        return pairs
    return pairs + [(own + ending, label("gen")) for ending in endings]


def _head(words: list[str]) -> int | None:
    """The word that rules the others: the first noun of the dictionary, or the noun that an adjective before it
    agrees with; None where there is none."""
    for index, word in enumerate(words):
        if _stays(word) or (word.lower() in _english() and index + 1 < len(words)):
            continue
        following = index + 1
        if following < len(words) and _pairs(words[index], words[following]):
            return following
        nouns = _nouns(word, places=False)
        if nouns and not (index and nouns[0].plural):
            return index
    return None


def _stays(word: str) -> bool:
    return len(word) < 3 or _fixed().get(word.lower()) == "prefix" or acronyms.is_acronym(word)


def _nouns(word: str, *, places: bool) -> list[Lexeme]:
    """Readings as a noun: everyday words and companies where those are likeliest, places where they are asked for."""
    if word.lower() in _fixed():
        return []
    if not places and (dictionary.best(word)[:1] != dictionary.lexemes(word)[:1] or not _readings(word)):
        return []
    kinds = ("common", "company", "place") if places else ("common", "company")
    pool = dictionary.lexemes(word) if places else dictionary.best(word)
    return [lexeme for lexeme in pool if lexeme.part == "subst" and lexeme.kind in kinds]


def _pairs(adjective: str, noun: str) -> bool:
    """Whether two neighbours are an adjective and the noun that it agrees with."""
    mine = [lexeme for lexeme in dictionary.lexemes(adjective) if lexeme.part == "adj"]
    return any(_matches(one, other) for one in mine for other in _nouns(noun, places=True))


def _declined_at(words: list[str], index: int) -> Forms:
    before, after = words[:index], words[index + 1 :]
    return [(" ".join([*before, form, *after]), said) for form, said in _one(words[index]) if "plural" not in said]


def _agreeing(words: list[str], head: int) -> Forms:
    noun = _nouns(words[head], places=True)[0]
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
