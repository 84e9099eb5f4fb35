"""A reply draft made ready for the rules: folded, cut into sentences, every finding traceable to the original words."""

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from listener.model import Violation

_INVISIBLE = frozenset(["Cf", "Cc", "Mn"])
_EXCERPT = 120
_LETTERS = str.maketrans("łŁøØđĐ", "lLoOdD")


@dataclass(frozen=True, slots=True)
class Draft:
    """text: as written; folded: lower case, no diacritics, single spaces, nothing invisible; origin: for each
    letter of folded its position in text."""

    text: str
    folded: str
    origin: tuple[int, ...]

    def excerpt(self, start: int, end: int) -> str:
        """The original words behind folded[start:end], at most 120 characters."""
        return self.original(start, end)[:_EXCERPT]

    def original(self, start: int, end: int) -> str:
        """The original words behind folded[start:end]."""
        return self.text[self.origin[start] : self.origin[end - 1] + 1].strip() if start < end else ""

    def sentences(self) -> Iterator[tuple[int, str]]:
        """Folded sentences with their positions in folded. An empty line ends one, a line break does not."""
        start = 0
        for end in self._sentence_ends():
            if self.folded[start:end].strip():
                yield start, self.folded[start:end]
            start = end

    def _sentence_ends(self) -> list[int]:
        breaks = [match.end() for match in re.finditer(r"\s{2,}|\s(?=[–•*-]\s)", self.folded)]
        stops = [
            m.end() for m in re.finditer(r"[.!?…;]+(?=\s)", self.folded) if not _abbreviated(self.folded, m.start())
        ]
        return sorted({*breaks, *stops, len(self.folded)})


def read(text: str) -> Draft:
    """The draft of a text of any content; linear in its length."""
    folded: list[str] = []
    origin: list[int] = []
    for at, ch in enumerate(text):
        for out in _folded(ch):
            if out == " " and folded and folded[-1] == " " and ch not in "\n\r":
                continue
            folded.append(out)
            origin.append(at)
    return Draft(text, "".join(folded), tuple(origin))


def _folded(ch: str) -> str:
    if ch.isascii():
        return ch.lower() if ch.isprintable() else " " if ch.isspace() else ""
    plain = unicodedata.normalize("NFKD", ch.translate(_LETTERS))
    kept = "".join(c for c in plain if unicodedata.category(c) not in _INVISIBLE).casefold()
    return " " if kept.isspace() else kept


_SHORT = re.compile(
    r"(?:\b(?:np|m|in|itd|itp|ul|nr|tel|godz|ok|min|dr|sp|z|o|tzn|tj|pl|al|os|mr|mrs|ms|e|g|i|p|s|w|r))$"
)


def _abbreviated(folded: str, stop: int) -> bool:
    return folded[stop] == "." and _SHORT.search(folded, max(0, stop - 6), stop) is not None


Guard = Callable[[str, re.Match[str]], bool]
"""Given the folded sentence and the match in it: True where the words are harmless there after all."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that break a rule, as a pattern over a folded sentence, unless a guard says they are harmless there."""

    pattern: re.Pattern[str]
    message: str
    guards: tuple[Guard, ...] = ()

    def search(self, sentence: str) -> re.Match[str] | None:
        """The first occurrence that no guard excuses."""
        for match in self.pattern.finditer(sentence):
            if not any(guard(sentence, match) for guard in self.guards):
                return match
        return None


def phrase(pattern: str, message: str, *guards: Guard) -> Phrase:
    """A Phrase from a pattern written with spaces as they look; spaces match any gap."""
    return Phrase(re.compile(pattern.replace(" ?", r"\s*").replace(" ", r"\s+")), message, guards)


def before(pattern: str) -> Guard:
    """Harmless where this stands right before the match, in the same sentence."""
    compiled = re.compile(f"(?:{pattern})$")
    return lambda sentence, match: compiled.search(sentence[: match.start()]) is not None


def anywhere(pattern: str) -> Guard:
    """Harmless where this stands anywhere in the same sentence."""
    compiled = re.compile(pattern)
    return lambda sentence, match: compiled.search(sentence) is not None


def find(
    draft: Draft, rule: str, phrases: tuple[Phrase, ...], excused: Callable[[str], bool] | None = None
) -> Iterator[Violation]:
    """One violation per sentence and phrase; excused: sentences (original words) that may say it after all."""
    for start, sentence in draft.sentences():
        for known in phrases:
            match = known.search(sentence)
            if match and not (excused and excused(draft.original(start, start + len(sentence)))):
                where = draft.excerpt(start + match.start(), start + match.end())
                yield Violation(rule=rule, where=where, message=known.message)
                break
