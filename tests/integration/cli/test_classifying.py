"""classify, evaluate, train."""

import gzip
import json
from pathlib import Path

import pytest

import classifiers
from classifiers.train import Difference, TrainResult
from listener.cli.classifying import _told
from tests.unit.cli.conftest import Run, jsonl

ROW = {
    "text": "Nie działa aplikacja",
    "intents": ["complaint"],
    "urgency": "normal",
    "sentiment": "negative",
    "topics": ["app"],
}


def test_objects_come_back_in_order_with_an_opinion(run: Run) -> None:
    texts = [f"wpis numer {number}" for number in range(150)] + ["", "😡😡", "Paczka nie dotarła, to skandal!"]
    ran = run("classify", stdin=jsonl(*({"text": text, "n": n} for n, text in enumerate(texts))))
    assert ran.code == 0, ran.err
    assert [got["n"] for got in ran.objects] == list(range(len(texts)))
    opinion = ran.objects[-1]["classification"]
    assert opinion["language"] == "pl"
    assert set(opinion) == {"language", "sentiment", "intents", "urgency", "topics", "confidence", "evidence", "model"}
    text = texts[-1]
    assert all(text[piece["start"] : piece["end"]] == piece["text"] for piece in opinion["evidence"])


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        ("{}\n", "line 1: text: is missing"),
        ('{"text": 5}\n', "line 1: text: must be text"),
        ("x\n", "line 1: not JSON"),
    ],
)
def test_a_wrong_line_is_named(run: Run, stdin: str, message: str) -> None:
    ran = run("classify", stdin=stdin)
    assert ran.code == 2
    assert message in ran.err


def test_a_damaged_model_is_told(run: Run, tmp_path: Path) -> None:
    shipped = Path(str(classifiers.__file__)).parent / "artefact"
    for file in shipped.iterdir():
        (tmp_path / file.name).write_bytes(file.read_bytes()[:-1] + b"?")
    ran = run("classify", "--model", tmp_path, stdin=jsonl({"text": "x"}))
    assert (ran.code, ran.out, ran.err.count("\n")) == (1, "", 1)
    assert str(tmp_path) in ran.err


def test_a_missing_model_is_told(run: Run, tmp_path: Path) -> None:
    assert run("classify", "--model", tmp_path / "none", stdin="").code == 1


def test_figures_as_a_table_and_as_json(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl.gz"
    data.write_bytes(gzip.compress(jsonl(ROW, {**ROW, "text": "Super obsługa", "intents": ["praise"]}).encode()))
    table = run("evaluate", "--data", data)
    assert table.code == 0, table.err
    assert "macro-F1 intents" in table.out
    report = json.loads(run("evaluate", "--data", data, "--json").out)
    assert report["rows"] == 2
    assert {"precision", "recall", "f1", "support"} <= set(report["labels"][0])


@pytest.mark.parametrize("stdin", ["nope\n", '{"text": "x", "intents": ["unknown"]}\n', "", b"\xff\n"])
def test_rows_that_cannot_be_used_are_wrong_usage(run: Run, stdin: str | bytes) -> None:
    ran = run("evaluate", "--data", "-", stdin=stdin)
    assert (ran.code, ran.out, ran.err.count("\n")) == (2, "", 1)


def test_training_needs_files_that_can_be_read(run: Run, tmp_path: Path) -> None:
    assert run("train").code == 2
    ran = run("train", "--data", tmp_path / "none.jsonl", tmp_path / "other.jsonl", "--out", tmp_path / "model")
    assert (ran.code, ran.err.count("\n")) == (2, 1)
    assert not (tmp_path / "model").exists()


def test_too_few_rows_teach_nothing(run: Run, tmp_path: Path) -> None:
    data = tmp_path / "rows.jsonl"
    data.write_text(jsonl(ROW), encoding="utf-8")
    ran = run("train", "--data", data, "--out", tmp_path / "model")
    assert ran.code == 1
    assert "too few" in ran.err


def test_what_training_came_to_is_told(tmp_path: Path) -> None:
    difference = Difference(text="Nie działa", label="complaint", before=False, after=True, wanted=True)
    result = TrainResult(
        promoted=True,
        reason="validation 0.800 against 0.790",
        rows=100,
        validation_rows=20,
        score_before=0.79,
        score_after=0.8,
        version="triage-1",
        folder=tmp_path,
        former=tmp_path / "former",
        differences=(difference,) * 25,
    )
    lines = list(_told(result))
    assert lines[0] == f"model triage-1: promoted to {tmp_path}: validation 0.800 against 0.790"
    assert json.loads(lines[3])["text"] == "Nie działa"
    assert lines[-1] == "and 5 more differences"
