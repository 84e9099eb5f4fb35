"""Whole collections of drafts, good and bad, and drafts of any length."""

import json
from dataclasses import dataclass

import pytest

from listener.protocols import SuggestionContext
from tests.timing import work_within
from tests.unit.responders.brands import DATA
from tests.unit.responders.test_reply_check import (
    BRANDS,
    CHECK,
    rules,
)


@dataclass(frozen=True)
class Example:
    text: str
    post: str
    brand: str
    lang: str
    kind: str
    rules: tuple[str, ...]


def found(example: Example) -> dict[str, str]:
    context = SuggestionContext(text=example.post, lang=example.lang, brand=BRANDS[example.brand])
    return {v.rule: v.where for v in CHECK.check(example.text, context, example.kind)}


def examples(name: str) -> list[Example]:
    lines = (DATA / "reply_check" / name).read_text(encoding="utf-8").splitlines()
    return [Example(**{**row, "rules": tuple(row["rules"])}) for row in map(json.loads, lines)]


def test_good_drafts_pass() -> None:
    wrong = [(e.text, found(e)) for name in ("good.jsonl", "good_more.jsonl") for e in examples(name) if found(e)]
    assert wrong == []


def test_bad_drafts_are_caught_for_the_right_reason() -> None:
    missed = [
        (e.rules, e.text)
        for name in ("bad.jsonl", "bad_more.jsonl")
        for e in examples(name)
        if not set(e.rules) <= set(found(e))
    ]
    assert missed == []


@pytest.mark.parametrize(
    "piece", ["a ", "zwrócimy ", "1 ", "http://", "pan pani ", "(((", "nie ", "w ciągu ", "@a.", "\n", "ż"]
)
def test_time_grows_with_length_only(piece: str) -> None:
    with work_within(seconds=10):
        rules(piece * (40_000 // len(piece)))
