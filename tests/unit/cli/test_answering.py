"""suggest and check-reply."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run, jsonl

COMPLAINT = {"text": "Okna Wintermann przeciekają, reklamacja bez odpowiedzi od miesiąca!", "id": 7}


def test_suggestions_are_added_best_first(run: Run, config: Path) -> None:
    ran = run("suggest", "--config", config, stdin=jsonl(COMPLAINT))
    assert ran.code == 0, ran.err
    (got,) = ran.objects
    assert got["id"] == 7
    assert got["suggestions"]
    scores = [suggestion["score"] for suggestion in got["suggestions"]]
    assert scores == sorted(scores, reverse=True)
    assert set(got["suggestions"][0]) == {"text", "kind", "sources", "score", "violations"}
    assert got["suggestions"][0]["kind"] in ("canned", "knowledge", "past", "holding", "llm")


def test_the_classification_that_is_given_is_used(run: Run, config: Path) -> None:
    spam = {**COMPLAINT, "classification": {"language": "pl", "intents": ["spam"]}}
    assert run("suggest", "-", "--config", config, stdin=jsonl(spam)).objects[0]["suggestions"] == []


def test_a_ticket_is_answered_by_its_latest_post(run: Run, config: Path) -> None:
    ticket = {"id": 1, "posts": [{"text": "ok"}, COMPLAINT]}
    got = run("suggest", "--config", config, stdin=jsonl(ticket, COMPLAINT)).objects
    assert got[0]["suggestions"] == got[1]["suggestions"]


def test_violations_are_added(run: Run, config: Path) -> None:
    draft = {
        "text": "Proszę wejść na http://evil.example.org {imie}",
        "post": COMPLAINT["text"],
        "brand": "Okna Wintermann",
    }
    ran = run("check-reply", "--config", config, stdin=jsonl(draft, {**draft, "post": COMPLAINT}))
    assert ran.code == 0, ran.err
    for got in ran.objects:
        assert {"foreign_link", "placeholder_left"} <= {violation["rule"] for violation in got["violations"]}
        assert all(set(violation) == {"rule", "where", "message"} for violation in got["violations"])


@pytest.mark.parametrize(
    ("command", "value", "message"),
    [
        ("suggest", {}, "line 1: text: is missing"),
        ("suggest", {"text": 1}, "line 1: text: must be text"),
        ("suggest", {"text": "x", "brand": "y"}, 'line 1: brand: "y" is no brand (configured: Okna Wintermann)'),
        ("suggest", {"text": "x", "lang": 3}, "line 1: lang: must be text"),
        ("suggest", {"text": "x", "classification": []}, "line 1: classification: must be an object"),
        (
            "suggest",
            {"text": "x", "classification": {"urgency": "?"}},
            "line 1: classification: urgency: input should be",
        ),
        ("check-reply", {"post": "x"}, "line 1: text: is missing"),
        ("check-reply", {"text": "x", "post": 5}, "line 1: post: must be text"),
    ],
)
def test_a_wrong_line_is_named(run: Run, config: Path, command: str, value: object, message: str) -> None:
    ran = run(command, "--config", config, stdin=jsonl(value))
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert message in ran.err


@pytest.mark.parametrize("command", ["suggest", "check-reply"])
def test_a_configuration_is_needed(run: Run, command: str, tmp_path: Path) -> None:
    assert run(command, stdin="").code == 2
    assert run(command, "--config", tmp_path / "none.toml", stdin="").code == 2


def test_a_broken_response_is_told_with_its_file(run: Run, config: Path) -> None:
    (config.parent / "canned" / "broken.md").write_text("---\nid: [\n---\n")
    ran = run("suggest", "--config", config, stdin=jsonl(COMPLAINT))
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert "broken.md" in ran.err
