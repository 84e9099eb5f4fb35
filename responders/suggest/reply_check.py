"""Reads a reply draft before a person approves it, and names every rule that it breaks, with the words that do."""

import re
from collections.abc import Iterator, Sequence

from listener.model import Brand, Violation
from listener.protocols import SuggestionContext
from responders.suggest.concepts import notions
from responders.suggest.draft import Draft, find, read
from responders.suggest.knowledge import Article
from responders.suggest.rules.blame import ACCUSATIONS
from responders.suggest.rules.client import CONFIRMATIONS
from responders.suggest.rules.form import form
from responders.suggest.rules.future import announced
from responders.suggest.rules.injection import follows_injection
from responders.suggest.rules.liability import ADMISSIONS
from responders.suggest.rules.links import foreign_link
from responders.suggest.rules.personal import personal_data
from responders.suggest.rules.promises import PROMISES
from responders.suggest.rules.speaker import impersonation, no_disclosure
from responders.suggest.rules.tongue import wrong_language
from responders.suggest.words import fold, stem, stems, telling, words

RULES = (
    "no_disclosure",
    "unsourced_promise",
    "admits_liability",
    "personal_data",
    "confirms_client",
    "blames_customer",
    "foreign_link",
    "follows_injected_instruction",
    "wrong_language",
    "placeholder_left",
    "too_long",
    "impersonation",
    "asks_data_in_public",
    "empty",
)
_LONGEST_READ = 3_000  # letters; a draft beyond that is too long anyway, and the check stays quick
_SIGNATURE = 300  # letters at the end that are read of any draft, for who speaks
_LONGEST_POST = 10_000
_LEAST_WORDS = 3
_SOURCED = 0.6  # share of a sentence's words that the article must have


class ReplyCheck:
    """A ReplyChecker. knowledge: the articles that a promise may rest on; expired ones never count."""

    def __init__(self, knowledge: Sequence[Article] = ()) -> None:
        self._knowledge = tuple((article, _facts(article)) for article in knowledge)

    def check(self, text: str, context: SuggestionContext, kind: str) -> tuple[Violation, ...]:
        """All violations in the order of RULES; empty for a draft that may go out. kind: of the suggestion."""
        draft = read(_readable(text))
        found: dict[tuple[str, str], Violation] = {}
        for violation in self._read(draft, context, len(text.strip())):
            found.setdefault((violation.rule, violation.where), violation)
        return tuple(sorted(found.values(), key=lambda violation: RULES.index(violation.rule)))

    def _read(self, draft: Draft, context: SuggestionContext, length: int) -> Iterator[Violation]:
        brand = context.brand
        facts = self._facts_for(context)
        yield from form(draft, length, private=context.private, longest=context.longest)
        yield from no_disclosure(draft, brand)
        yield from impersonation(draft, brand)
        yield from find(draft, "unsourced_promise", PROMISES, lambda sentence: _sourced(sentence, facts))
        yield from (broken for sentence, broken in announced(draft) if not _sourced(sentence, facts))
        yield from find(draft, "admits_liability", ADMISSIONS)
        yield from find(draft, "confirms_client", CONFIRMATIONS)
        yield from find(draft, "blames_customer", ACCUSATIONS)
        yield from personal_data(draft, _allowed(brand, facts))
        yield from foreign_link(draft, brand)
        yield from follows_injection(draft, context.text[:_LONGEST_POST])
        yield from wrong_language(draft, context.lang, (*brand.disclosure, brand.name, *brand.aliases) if brand else ())

    def _facts_for(self, context: SuggestionContext) -> list[frozenset[str]]:
        return [facts for article, facts in self._knowledge if article.serves(context.brand, context.today)]


def _readable(text: str) -> str:
    if len(text) <= _LONGEST_READ:
        return text
    return f"{text[:_LONGEST_READ]}\n\n{text[-_SIGNATURE:]}"


def _facts(article: Article) -> frozenset[str]:
    text = "\n".join((article.title, *article.questions, article.text))
    named = (notion for word in words(text) for notion in notions(word))
    return frozenset((*stems(text), *named, *re.findall(r"\d+", text), *_contacts_in(text)))


def _contacts_in(text: str) -> Iterator[str]:
    for match in re.finditer(r"\+?\d(?:[ ()-]{0,2}\d){6,}|[\w.+-]+@[\w.-]+\w", text):
        yield _contact_key(match[0])


def _contact_key(contact: str) -> str:
    if "@" in contact:
        return fold(contact).strip().removeprefix("mailto:")
    digits = re.sub(r"\D", "", contact)
    return digits[-9:] if len(digits) >= 9 else digits


def _allowed(brand: Brand | None, facts: Sequence[frozenset[str]]) -> "_Allowed":
    contacts = frozenset(_contact_key(contact) for contact in (brand.public_contacts if brand else ()))
    return _Allowed(contacts, facts)


class _Allowed:
    """Whether a number or e-mail address is one that the brand itself gives in public."""

    def __init__(self, contacts: frozenset[str], facts: Sequence[frozenset[str]]) -> None:
        self._contacts = contacts
        self._facts = facts

    def __call__(self, contact: str) -> bool:
        key = _contact_key(contact)
        return key in self._contacts or any(key in known for known in self._facts)


def _sourced(sentence: str, facts: Sequence[frozenset[str]]) -> bool:
    """Whether one article says so: all the numbers, and most of the words, in these or in other words for the same."""
    numbers = set(re.findall(r"\d+", sentence))
    said = [(stem(word), *notions(word)) for word in words(sentence) if telling(word)]
    if len(said) < _LEAST_WORDS:
        return False  # "we will pay you back" is about this case, whatever an article says of such cases
    return any(
        numbers <= known and sum(not known.isdisjoint(names) for names in said) >= _SOURCED * len(said)
        for known in facts
    )
