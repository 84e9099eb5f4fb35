"""Tables from spreadsheets through the whole pipeline, over a real SQLite file."""

import csv
import io
import json
from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run

HEADER = "source;native_id;url;text;author;published_at;rating;rating_scale"
TEXT = "Reklamacja: okna Wintermann przeciekają, nikt nie odpowiada na zgłoszenia. Skandal, żądam zwrotu!"
ROWS = (
    f'infolinia;1;https://crm.example.org/1;"{TEXT}";Ola;2025-11-11 12:00;1,5;5',
    'infolinia;2;https://crm.example.org/2;"Okna ""Wintermann""; świetne\r\ni ciepłe";Jan;11.11.2025 13:00;;',
)


def table(*rows: str, header: str = HEADER) -> str:
    return "\r\n".join((header, *rows)) + "\r\n"


def file(folder: Path, raw: bytes, name: str = "posty.csv") -> Path:
    path = folder / name
    path.write_bytes(raw)
    return path


def stored(run: Run, config: Path) -> list[dict[str, object]]:
    ran = run("export", "posts", "--format", "jsonl", "--config", config)
    assert ran.code == 0, ran.err
    return ran.objects


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1250", "utf-16"])
def test_a_table_is_taken_and_twice_changes_nothing(run: Run, config: Path, tmp_path: Path, encoding: str) -> None:
    path = file(tmp_path, table(*ROWS).encode(encoding))
    ran = run("import", path, "--config", config)
    assert ran.out.startswith("2 posts read, 2 new or changed: 2 stored"), ran.err
    first, second = stored(run, config)
    assert (first["text"], first["kind"], first["rating"], first["rating_scale"]) == (TEXT, "csv", 1.5, 5.0)
    assert first["published_at"] == "2025-11-11T11:00:00Z"
    assert str(second["text"]).splitlines() == ['Okna "Wintermann"; świetne', "i ciepłe"]
    before = stored(run, config)
    assert run("import", path, "--config", config).out.startswith("2 posts read, 0 new or changed")
    assert stored(run, config) == before


def test_what_is_exported_as_a_table_can_be_imported_again(run: Run, config: Path, tmp_path: Path) -> None:
    hostile = f'infolinia;3;https://crm.example.org/3;"=Wintermann {TEXT}";;2025-11-11 12:00;;'
    assert run("import", "--format", "csv", "--config", config, stdin=table(*ROWS, hostile)).code == 0
    out = run("export", "posts", "--format", "csv", "--config", config).out
    assert "'=Wintermann" in out
    ran = run("import", file(tmp_path, out.encode()), "--config", config)
    assert ran.out.startswith("3 posts read, 0 new or changed"), (ran.out, ran.err)


def test_columns_may_stand_in_any_order_and_be_more(run: Run, config: Path) -> None:
    given = io.StringIO()
    csv.writer(given, delimiter="\t").writerows(
        [["Native ID", "Uwagi", "TEXT", "Source", "url"], ["7", "x", TEXT, "infolinia", "https://crm.example.org/7"]]
    )
    assert run("import", "--format", "csv", "--config", config, stdin="sep=\t\r\n" + given.getvalue()).code == 0
    assert [post["native_id"] for post in stored(run, config)] == ["7"]


GOOD = ROWS[0]


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        (["infolinia;;https://x.example/;Wintermann;;;;"], "line 3: native_id: is empty (fill the cell"),
        (["infolinia;1,23E+17;https://x.example/;a;;;;"], "line 3: native_id: 1,23E+17 is no id (Excel rounded it"),
        (["infolinia;2;https://x.example/;a;;wczoraj po obiedzie;;"], "line 3: published_at: "),
        (["infolinia;2;https://x.example/;a;;03/04/2025;;"], 'line 3: published_at: "03/04/2025" is no date'),
        (["infolinia;2;https://x.example/;a;;;dobrze;"], 'line 3: rating: "dobrze" is no number (write 4 or 4,5)'),
        (["infolinia;2;https://x.example/;a;;;;;;b"], "line 3: has 10 cells, the header 8 (put cells"),
        (['infolinia;2;https://x.example/;"a'], "line 3: not a row of a table"),
        (['infolinia;2;https://x.example/;"a" b;;;;'], "line 3: not a row of a table"),
        (["", '"";;', ROWS[1], "infolinia;;;;;;;"], "line 7: native_id: is empty"),
    ],
)
def test_a_wrong_row_is_named_and_nothing_is_taken(run: Run, config: Path, rows: list[str], message: str) -> None:
    ran = run("import", "--format", "csv", "--config", config, stdin=table(GOOD, *rows))
    assert ran.code == 2
    assert f"standard input: {message}" in ran.err
    assert not (config.parent / "listener.db").exists(), "not even a database was made"


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (b"", "is empty"),
        (b"source;native_id;url;tekst\r\n", 'there is no column "text" (rename "tekst")'),
        (b"source,native_id,url\r\n", 'no column "text" (columns needed: source, native_id, url, text)'),
        (b"source,native_id,url,text,text\r\n", 'two columns "text"'),
        (b"source,native_id,url,text\r\na,b,c,\x81\x00\xff\r\n", "neither UTF-8 nor Windows-1250"),
        ("source,native_id,url,text\r\na".encode("utf-16")[:-1], "last characters are cut"),
        (b"source,native_id,url,text\r\na,b,c," + b"x" * 1_000_001, "line 2: not a row of a table"),
    ],
)
def test_what_is_no_table_is_told(run: Run, config: Path, tmp_path: Path, raw: bytes, message: str) -> None:
    ran = run("import", file(tmp_path, raw), "--config", config)
    assert (ran.code, message in ran.err) == (2, True), ran.err


def test_lines_of_json_stay_what_a_file_of_another_name_holds(run: Run, config: Path, tmp_path: Path) -> None:
    post = {"source": "f", "kind": "k", "native_id": "1", "url": "u", "text": TEXT, "seen_at": "2025-11-11T12:00:00Z"}
    path = file(tmp_path, json.dumps(post).encode(), "posty.jsonl")
    assert run("import", path, "--config", config).out.startswith("1 posts read, 1 new")
