"""The forms of a name as a company writes it: which words of it decline, and how.

Of several words the head declines with the adjectives that agree with it; where no word is a dictionary noun the last
word takes the ending. Where two ways are in use both are kept.
"""

import re
from functools import lru_cache

from listener.errors import WrongUse
from listener.matching.inflection import acronyms, dictionary
from listener.matching.inflection.dictionary import Lexeme
from listener.matching.inflection.endings import Forms, indeclinable
from listener.matching.inflection.form import Form, label, merged
from listener.matching.inflection.masculine import genitive_endings
from listener.matching.inflection.words import decline_word, english, fixed, listed, readings, shape

_BROKEN = re.compile(r"[\ud800-\udfff\x00]")
_FOREIGN_PLURAL = re.compile(r"(er|ing|ine|our|ate|od|ee|ow|ie|ar|em)s$", re.IGNORECASE)
_LEGAL = re.compile(
    r"[\s,]+(s\.?\s?a\.?|sp\.?\s?z\s?o\.?\s?o\.?|sp\.?\s?k\.?|s\.?c\.?|gmbh|ltd\.?|inc\.?)$", re.IGNORECASE
)


def is_other_word(form: str, name: str) -> bool:
    """Whether a form is also an everyday word that is none of the name's own (kij, the stick, is no plural Kia)."""
    return bool(dictionary.everyday(form.lower()) - {lexeme.id for lexeme in dictionary.lexemes(name)})


@lru_cache(maxsize=50_000)
def inflect(name: str) -> tuple[Form, ...]:
    """Every form of a name, the name itself first, then commonest first."""
    words = _LEGAL.sub("", " ".join(_BROKEN.sub(" ", name).split())).split(" ")
    if not words[0]:
        raise WrongUse("the name is empty", mend="give the name as the company writes it")
    pairs = decline_word(words[0]) if len(words) == 1 else _several(words)
    own = " ".join(words)
    found = [form for form in merged(pairs) if not (form.plural and is_other_word(form.text, own))]
    first = [form for form in found if form.text == own] or [Form(own, (label("nom"),))]
    return (*first, *(form for form in found if form.text != own))


def forms(name: str, lang: str = "pl") -> list[str]:
    """The inflected forms of a name, the name itself first, then commonest first; lang other than "pl": the name and
    its English possessive."""
    if lang != "pl":
        return [name, f"{name}'s"]
    return [form.text for form in inflect(name)]


# --- several words --------------------------------------------------------------------------------------------


def _several(words: list[str]) -> Forms:
    last = len(words) - 1
    if fixed().get(" ".join(words).lower()) == "fixed" or any(_is_verb(word) for word in words):
        return indeclinable(" ".join(words))
    if all(_is_person(word) or (word == "i" and 0 < index < last) for index, word in enumerate(words)):
        return _side_by_side(words)
    head = _head(words)
    if head in (None, last) and words[last] == "Polska" and not _pairs(words[last - 1], words[last]):
        return indeclinable(" ".join(words))  # the country beside a name: Orange Polska
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
    known = dictionary.lexemes(word) or word.lower() in english() or _FOREIGN_PLURAL.search(word)
    return bool(known)


def _is_verb(word: str) -> bool:
    """Whether the dictionary knows a word as a verb form and nothing else: then the name is a sentence."""
    return dictionary.is_only_verb(word.lower())


def _side_by_side(words: list[str]) -> Forms:
    """Jan Nowak: every word declines."""
    people = [(index, word) for index, word in enumerate(words) if word != "i"]
    tables = {index: _by_case(listed(word), word, plural=False) for index, word in people}
    return [(text, said) for said in tables[0] for text in _spelled(words, tables, said)]


def _wavering(words: list[str], pairs: Forms) -> Forms:
    """Adds the genitive that the dictionary does not give where usage has both: Burger Kingu, Burger Kinga."""
    if _FOREIGN_PLURAL.search(words[-1]):
        return indeclinable(" ".join(words))
    if any(lexeme.kind == "company" for lexeme in dictionary.best(words[-1])):
        return pairs
    own, endings = " ".join(words), genitive_endings(words[-1])
    if not any((own + ending, label("gen")) in pairs for ending in endings):
        return pairs
    return pairs + [(own + ending, label("gen")) for ending in endings]


def _head(words: list[str]) -> int | None:
    """The word that rules the others: the first noun of the dictionary, or the noun that an adjective before it
    agrees with; None where there is none."""
    for index, word in enumerate(words):
        if _stays(word) or (word.lower() in english() and index + 1 < len(words)):
            continue
        following = index + 1
        if following < len(words) and _pairs(words[index], words[following]):
            return following
        nouns = _nouns(word, places=False)
        if nouns and not (index and nouns[0].plural):
            return index
    return None


def _stays(word: str) -> bool:
    return len(word) < 3 or fixed().get(word.lower()) == "prefix" or acronyms.is_acronym(word)


def _nouns(word: str, *, places: bool) -> list[Lexeme]:
    """Readings as a noun: everyday words and companies where those are likeliest, places where they are asked for."""
    if word.lower() in fixed():
        return []
    if not places and (dictionary.best(word)[:1] != dictionary.lexemes(word)[:1] or not readings(word)):
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
    return [
        (" ".join([*before, form, *after]), said) for form, said in decline_word(words[index]) if "plural" not in said
    ]


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
            table.setdefault(said, []).append(shape(form, word))
    return table


def _spelled(words: list[str], tables: dict[int, dict[str, list[str]]], said: str) -> list[str]:
    texts = [""]
    for index, word in enumerate(words):
        options = list(dict.fromkeys(tables[index].get(said, [word]))) if index in tables else [word]
        texts = [f"{text} {option}".strip() for text in texts for option in options]
    return texts
