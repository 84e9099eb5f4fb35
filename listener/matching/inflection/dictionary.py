"""Forms of words that the dictionary (SGJP, through morfeusz2) knows."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from listener.matching.inflection.form import label

_COMPANY = frozenset({"nazwa_firmy", "marka", "człon_nazwy_firmy", "nazwa_instytucji", "nazwa_własna"})
_PERSON = frozenset({"imię", "nazwisko", "patronimicum"})
_SHORT_CASES = frozenset({"nom", "gen", "dat", "acc", "inst", "loc", "voc"})
_FUNCTION = frozenset({"part", "conj", "comp", "prep", "adv", "pred", "interj", "num", "ppron12", "ppron3"})
_FINITE = frozenset({"fin", "praet", "impt", "imps", "inf", "bedzie", "pred", "cond"})


@dataclass(frozen=True, slots=True)
class Lexeme:
    """A dictionary entry as one word realises it. part: "subst", "adj", ...; plural: the word is its plural."""

    id: str
    part: str
    gender: str
    plural: bool
    kind: str

    @property
    def rank(self) -> int:
        """Lower is the likelier reading of a company's name."""
        return {"company": 0, "common": 1, "place": 2, "person": 4}.get(self.kind, 3) + (self.part == "adj")


@lru_cache(maxsize=1)
def _morfeusz() -> Any:
    import morfeusz2  # takes half a second to load, and only inflection needs it

    return morfeusz2.Morfeusz(expand_tags=True)


@lru_cache(maxsize=20_000)
def _generated(lemma: str) -> tuple[tuple[str, str, str], ...]:
    """(form, lexeme id, tag) of every lexeme with this lemma, less what nobody says any more."""
    found = _morfeusz().generate(lemma)
    return tuple((form, key, tag) for form, key, tag, _, style in found if tag != "ign" and "arch" not in str(style))


def _kind(qualifiers: list[str]) -> str:
    found = frozenset(qualifiers)
    if found & _COMPANY:
        return "company"
    if "nazwa_pospolita" in found or not found:
        return "common"
    if "nazwa_geograficzna" in found:
        return "place"
    return "person" if found & _PERSON else "other"


def _analyses(word: str) -> list[tuple[str, list[str], list[str]]]:
    """(lexeme id, tag parts, qualifiers) of a word that is one token to the dictionary."""
    found = _morfeusz().analyse(word)
    if any(end != 1 for _, end, _ in found):
        return []
    return [(key, tag.split(":"), list(marks)) for _, _, (_, key, tag, marks, _) in found if tag != "ign"]


@lru_cache(maxsize=50_000)
def lexemes(word: str) -> tuple[Lexeme, ...]:
    """Nouns and adjectives of which word is the nominative, likeliest first, singulars before plurals."""
    found: dict[Lexeme, None] = {}
    for key, tag, marks in _analyses(word):
        if tag[0] in ("subst", "adj") and len(tag) > 3 and tag[2] == "nom":
            found[Lexeme(key, tag[0], tag[3], tag[1] == "pl", _kind(marks))] = None
    return tuple(sorted(found, key=lambda lexeme: (lexeme.plural, lexeme.rank)))


def best(word: str) -> tuple[Lexeme, ...]:
    """The lexemes of the likeliest reading; a plural only where that is all."""
    known = lexemes(word)
    known = tuple(lexeme for lexeme in known if not lexeme.plural) or known
    return tuple(lexeme for lexeme in known if lexeme.rank == known[0].rank)


def is_common(word: str) -> bool:
    """Whether word, in lower case, is a form of an everyday word rather than only of a name."""
    return bool(everyday(word.lower()))


@lru_cache(maxsize=50_000)
def everyday(word: str) -> frozenset[str]:
    """Ids of the everyday lexemes that word, in lower case, may be a form of."""
    return frozenset(key for key, _, marks in _analyses(word) if _kind(marks) == "common")


def forms_of(lexeme: Lexeme) -> list[tuple[str, str]]:
    """(form, label): both numbers for a singular, one for a plural; of people's names the singular only."""
    pairs = []
    for form, key, tag in _generated(lexeme.id.split(":")[0]):
        parts = tag.split(":")
        if key != lexeme.id or parts[0] != lexeme.part or not _agrees(lexeme, parts):
            continue
        plural = parts[1] == "pl"
        if parts[2] in _SHORT_CASES and (plural or not lexeme.plural):
            pairs.append((form.replace("’", "'"), label(parts[2], plural=plural)))
    return pairs


def _agrees(lexeme: Lexeme, tag: list[str]) -> bool:
    if tag[3] != lexeme.gender and not (lexeme.part == "adj" and tag[1] == "pl" and not lexeme.plural):
        return False
    if lexeme.part == "adj":
        return tag[-1] == "pos" and tag[1] == ("pl" if lexeme.plural else "sg")
    return lexeme.kind != "person" or tag[1] == "sg"


@lru_cache(maxsize=50_000)
def is_function_word(word: str) -> bool:
    """Whether it may be a particle, conjunction, preposition, adverb or the like."""
    return any(tag[0] in _FUNCTION for _, tag, _ in _analyses(word))


@lru_cache(maxsize=50_000)
def is_only_verb(word: str) -> bool:
    """Whether it is known, and only as a finite verb or infinitive."""
    found = _analyses(word)
    return bool(found) and all(tag[0] in _FINITE for _, tag, _ in found)


@lru_cache(maxsize=20_000)
def all_forms(word: str) -> tuple[str, ...]:
    """Every form of the everyday words that word may be: of its own lexemes where it is a dictionary headword, else
    of all that it can be a form of. Participles and verbal nouns are left out. Empty where it is unknown."""
    known = [(key, tag) for key, tag, _ in _analyses(word)]
    own = {key for key, _ in known if key.split(":")[0] == word}
    keys = own or {key for key, _ in known}
    parts = {tag[0] for key, tag in known if key in keys}
    found = {
        form: None
        for key in sorted(keys)
        for form, lexeme, tag in _generated(key.split(":")[0])
        if lexeme == key and _wanted(tag.split(":"), parts)
    }
    return tuple(found)


def _wanted(tag: list[str], parts: set[str]) -> bool:
    if tag[0] in _FINITE:
        return True
    return tag[0] in parts and "sup" not in tag and "com" not in tag
