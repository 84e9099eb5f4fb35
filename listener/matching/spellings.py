"""How a term may be spelled: its inflected forms, each as people type it."""

import re
from collections.abc import Iterator

from listener.matching.inflection import dictionary, inflect, is_other_word
from listener.matching.inflection.derive import ADJECTIVE_ENDINGS, adjective_stem, diminutives, variants
from listener.matching.leaf import ExactLeaf, FormsLeaf, Leaf, Spelling, TagLeaf
from listener.matching.limits import WILD_REACH
from listener.matching.loose import TypoLeaf, WildLeaf
from listener.matching.reading import spelled
from listener.matching.syntax import Style, Term
from listener.text import plain

_DOMAIN = re.compile(r"[\w-]+(\.[\w-]+)+", re.UNICODE)
_GLUE = re.compile(r" ([-'.]) ")


def leaf(term: Term) -> Leaf:
    """The leaf of a term."""
    match term.style:
        case Style.EXACT:
            return ExactLeaf(term, spelled(term.text))
        case Style.HASHTAG | Style.HANDLE:
            return TagLeaf(term)
        case Style.WILDCARD:
            return WildLeaf(term, WILD_REACH)
    if term.typos:
        return TypoLeaf(term, [form.text for form in inflect(term.text)])
    return FormsLeaf(term, list(spellings(term)))


def spellings(term: Term) -> Iterator[Spelling]:
    """Every spelling of an inflected term; the term as written comes first."""
    seen: set[str] = set()
    for form, labels in [(term.text, ("as given",)), *_forms(term)]:
        for line in [_word(form)] if form.isalpha() else _typed(spelled(form)):
            if line not in seen:
                seen.add(line)
                yield Spelling(line, form, labels)
    stem = "" if dictionary.is_common(term.text) and _is_known_adjective(term.text) else adjective_stem(term.text)
    if stem:
        yield Spelling(f" {plain(stem)}", stem, ("adjective",), ADJECTIVE_ENDINGS)


def _is_known_adjective(text: str) -> bool:
    """Whether the adjectives of an everyday word are everyday words too (domowy, plusowy): they say nothing of us."""
    return text.islower() or dictionary.is_common(f"{adjective_stem(text)}y")


def _word(form: str) -> str:
    """spelled, for letters alone."""
    return f" {plain(form)} "


def _forms(term: Term) -> Iterator[tuple[str, tuple[str, ...]]]:
    text = term.text
    if text.islower():
        yield from _words(text)
        return
    for found in inflect(text):
        if found.labels != ("vocative",) or not is_other_word(found.text, text):  # Warto! is what nobody calls Warta
            yield found.text, found.labels
    yield from ((form, ("variant",)) for form in variants(text))
    if term.diminutives:
        yield from ((form, ("diminutive",)) for form in diminutives(text))


def _words(text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The forms of what is written small: an everyday word, a phrase, a domain, or a name after all."""
    if _DOMAIN.fullmatch(text) or (" " in text and not _has_noun(text)):
        return
    everyday = () if " " in text else dictionary.all_forms(text)
    if everyday:
        yield from ((form, ("form",)) for form in everyday)
        return
    for found in inflect(text):
        yield found.text, found.labels
    yield from ((form, ("variant",)) for form in variants(text))


def _has_noun(text: str) -> bool:
    return any(lexeme.part == "subst" for word in text.split() for lexeme in dictionary.best(word))


def _typed(line: str) -> Iterator[str]:
    """A canonical line as people type it: with the hyphen, apostrophe or space between its parts, or none."""
    yield line
    words = line.strip().split(" ")
    if len(words) == 1:
        return
    if "'" in words or "-" in words:
        yield f" {' '.join(words).replace(' - ', '').replace(chr(32) + chr(39) + chr(32), '')} "
        yield line.replace(" ' ", " - ")
        yield line.replace(" - ", " ' ") if words[-2] == "-" else line
        yield line.replace(" - ", " ")
    else:
        yield f" {''.join(words)} "
        yield f" {' - '.join(words)} "
        yield f" {' _ '.join(words)} "
