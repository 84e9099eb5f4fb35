"""Labelled rows."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from classifiers import labels, rows
from listener.errors import ModelError

GOOD = {
    "id": "f0001",
    "origin": "composed",
    "lang": "pl",
    "text": "Nie działa",
    "intents": ["complaint"],
    "urgency": "normal",
    "sentiment": "negative",
    "topics": ["app"],
    "evidence": ["Nie działa"],
}


def test_a_row_of_the_guidelines() -> None:
    row = rows.row(GOOD)
    assert row.known["complaint"]
    assert not row.known["praise"]
    assert row.known["normal"]
    assert not row.known["high"]
    assert (row.group, row.language, row.evidence) == ("composed-f", "pl", ("Nie działa",))
    assert set(row.known) == set(labels.ALL)


def test_disputed_labels_are_unknown() -> None:
    row = rows.row({**GOOD, "disputed": ["urgency", "praise", "app"]})
    assert not {"low", "normal", "high", "critical", "praise", "app"} & set(row.known)
    wanted = rows.targets([row])
    assert np.isnan(wanted[0, labels.ALL.index("praise")])
    assert wanted[0, labels.ALL.index("complaint")] == 1.0


def test_a_silver_row_teaches_transfer_heads_only() -> None:
    row = rows.row({"text": "Polecam", "lang": "pl", "silver": {"stars_5": True}, "held": {"sentiment": "positive"}})
    assert row.silver == {"stars_5": True}
    assert row.held
    assert row.known["positive"]
    assert not row.known["negative"]
    assert "complaint" not in row.known


def test_files_plain_and_packed(tmp_path: Path) -> None:
    line = json.dumps(GOOD) + "\n\n"
    (tmp_path / "a.jsonl").write_text(line)
    (tmp_path / "a.jsonl.gz").write_bytes(gzip.compress(line.encode()))
    assert rows.read(tmp_path / "a.jsonl") == rows.read(tmp_path / "a.jsonl.gz")


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("{", "line 1"),
        ("[]", "line 1"),
        ("{}", "text"),
        ('{"text": 1}', "not a string"),
        ('{"text": "x", "intents": ["anger"]}', "anger"),
        ('{"text": "x", "urgency": "soon"}', "soon"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, line: str, told: str) -> None:
    (tmp_path / "bad.jsonl").write_text(line)
    with pytest.raises(ModelError, match=r"bad\.jsonl, line 1") as caught:
        rows.read(tmp_path / "bad.jsonl")
    assert told in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.jsonl"):
        rows.read(tmp_path / "none.jsonl")
