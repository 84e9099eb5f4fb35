"""docs/query-language.md says what the parser does: its grammar, examples and errors are tried on it."""

import random
import re
from pathlib import Path

import pytest

from listener import matching
from listener.errors import QueryError

DOCS = Path(__file__).parents[3] / "docs" / "query-language.md"
PAGE = DOCS.read_text(encoding="utf-8")
SAMPLES = {
    "word": ("Żabka", "x-kom", "T-Mobile'u", "reklamacja", "H&M", "Canal+", "Rossmann"),
    "long": ("Rossmann", "faktura"),
    "phrase": ('"Poczta Polska"', "„nie działa”", "«Media Expert»"),
    "wild": ("orlen*", "*mann", "fakt?ra"),
    "domain": ("zabka.pl", "www.orlen.com.pl"),
    "language": ("pl", "en"),
    "number": ("1", "3", "5"),
}
Rule = list[str]


def _grammar() -> dict[str, Rule]:
    """Each rule as its tokens."""
    block = re.search(r"```ebnf\n(.*?)```", PAGE, re.DOTALL)
    assert block is not None
    token = re.compile(r'"[^"]*"|\?.*?\? ;|[a-z]+|[\[\]{}()|,;=]')
    rules = {}
    for line in re.split(r";\n", block[1]):
        if line.strip():
            name, _, body = line.partition("=")
            rules[name.strip()] = ["sample"] if body.strip().startswith("?") else token.findall(body)
    return rules


class _Speaker:
    """Says random sentences of the grammar, shorter as it goes deeper."""

    def __init__(self, rules: dict[str, Rule], rng: random.Random) -> None:
        self._rules, self._rng, self._depth = rules, rng, 0

    def say(self, name: str) -> str:
        if name in SAMPLES:
            return self._rng.choice(SAMPLES[name])
        self._depth += 1
        text = self._either(list(self._rules[name]))
        self._depth -= 1
        return text

    def _either(self, tokens: Rule) -> str:
        options: list[Rule] = [[]]
        level = 0
        for token in tokens:
            level += (token in "[{(") - (token in "]})")
            if token == "|" and level == 0:
                options.append([])
            else:
                options[-1].append(token)
        return self._sequence(options[-1] if self._depth > 12 else self._rng.choice(options))

    def _sequence(self, tokens: Rule) -> str:
        said, at = "", 0
        while at < len(tokens):
            token = tokens[at]
            if token in ("[", "{", "("):
                end = _closing(tokens, at)
                said += self._group(token, tokens[at + 1 : end])
                at = end
            elif token != ",":
                said += token[1:-1] if token[0] == '"' else self.say(token)
            at += 1
        return said

    def _group(self, bracket: str, inner: Rule) -> str:
        times = 1 if bracket == "(" else self._rng.choice((0, 1) if bracket == "[" else (0, 0, 1, 2))
        if self._depth > 12 and bracket != "(":
            times = 0
        return "".join(self._either(list(inner)) for _ in range(times))


def _closing(tokens: Rule, at: int) -> int:
    level = 0
    for index in range(at, len(tokens)):
        level += (tokens[index] in "[{(") - (tokens[index] in "]})")
        if level == 0:
            return index
    raise AssertionError(tokens)


def test_sentences_of_the_grammar_are_read() -> None:
    rules = _grammar()
    sentences = [_Speaker(rules, random.Random(seed)).say("query") for seed in range(300)]
    assert [refusal for refusal in map(_refusal, sentences) if refusal] == []


def _refusal(sentence: str) -> str:
    """Why a sentence is not read; what it means is no matter of the grammar."""
    try:
        matching.parse(sentence)
    except QueryError as error:
        meaning = re.search(r"only what must be absent|contradicts|levels", error.message)
        return "" if meaning else f"{sentence!r}: {error}"
    return ""


def _table(heading: str) -> list[list[str]]:
    part = PAGE.split(heading, 1)[1]
    rows = re.findall(r"^\| (.*) \|$", part.split("\n## ")[0], re.MULTILINE)
    return [row.split(" | ") for row in rows[1:]]


@pytest.mark.parametrize("row", _table("| write | to find |"), ids=lambda row: row[0][:30])
def test_examples_are_read(row: list[str]) -> None:
    for example in re.findall(r"`([^`]+)`", row[0]):
        matching.parse(example)


@pytest.mark.parametrize("row", _table("## What is refused"), ids=lambda row: row[0][:30])
def test_refusals_are_as_documented(row: list[str]) -> None:
    query, character, message = row
    with pytest.raises(QueryError) as caught:
        matching.parse(query.strip("`"))
    assert (caught.value.position + 1, caught.value.message) == (int(character), message)
    assert caught.value.mend
    assert f"character {character}" in caught.value.where
