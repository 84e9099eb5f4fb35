"""import, export, erase, digest, user, db, source list and pause: over a real SQLite file."""

import csv
import io
import json
import shutil
import sqlite3
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from classifiers import rows
from listener import settings
from listener.app import make_listener
from listener.intake import Haul
from listener.storage import Storage
from listener.wire import post_from_json
from tests.unit.cli.conftest import Run, jsonl, make_config


def post(number: int, text: str, **more: Any) -> dict[str, Any]:
    return {
        "source": "forum",
        "kind": "thread",
        "native_id": str(number),
        "url": f"https://example.com/{number}",
        "text": text,
        "seen_at": f"2025-11-{10 + number:02d}T12:00:00Z",
        "author": f"osoba{number}",
        **more,
    }


POSTS = [
    post(1, "Reklamacja: okna Wintermann przeciekają, nikt nie odpowiada na zgłoszenia. Skandal, oddajcie pieniądze!"),
    post(2, "Ktoś zna dobry serwis rowerów?"),
    post(3, "Okna od Wintermanna są świetne, polecam!"),
]


@pytest.fixture(scope="session")
def _template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with POSTS in it, made once: a fresh schema takes longer than most tests."""
    folder = tmp_path_factory.mktemp("template")
    house = make_listener(settings.load(make_config(folder), {}))
    posts = tuple(post_from_json(value) for value in POSTS)
    house.intake.take(Haul(source="forum", posts=posts), datetime(2025, 11, 20, tzinfo=UTC))
    house.close()
    return folder / "listener.db"


@pytest.fixture
def filled(_template: Path, config: Path) -> Path:
    shutil.copy(_template, config.parent)
    return config


def exported(run: Run, config: Path, what: str, layout: str = "jsonl") -> str:
    ran = run("export", what, "--format", layout, "--config", config)
    assert ran.code == 0, ran.err
    return ran.out


def test_importing_twice_changes_nothing(run: Run, filled: Path) -> None:
    before = {what: exported(run, filled, what) for what in ("posts", "tickets", "audit")}
    ran = run("import", "--config", filled, stdin=jsonl(*POSTS))
    assert ran.out.startswith("3 posts read, 0 new or changed: 0 stored")
    assert {what: exported(run, filled, what) for what in before} == before


def test_only_posts_that_match_are_kept_and_complaints_become_tickets(run: Run, filled: Path) -> None:
    stored = [json.loads(line) for line in exported(run, filled, "mentions").splitlines()]
    assert [kept["native_id"] for kept in stored] == ["1", "3"]
    assert stored[0]["mentions"][0]["spans"][0]["text"] == "Wintermann"
    assert stored[0]["classification"]["sentiment"] == "negative"
    tickets = [json.loads(line) for line in exported(run, filled, "tickets").splitlines()]
    assert [ticket["thread_key"] for ticket in tickets] == ["1"]


def test_what_is_exported_can_be_imported_again(run: Run, filled: Path, tmp_path: Path) -> None:
    lines = exported(run, filled, "posts")
    again = run("import", "--config", filled, stdin=lines)
    assert again.out.startswith("2 posts read, 0 new or changed"), again.err


@pytest.mark.parametrize("what", ["posts", "mentions", "tickets", "deliveries", "audit"])
def test_csv_has_a_header_and_as_many_rows_as_jsonl(run: Run, filled: Path, what: str) -> None:
    rows = list(csv.reader(io.StringIO(exported(run, filled, what, "csv"))))
    assert len(rows) - 1 == len(exported(run, filled, what).splitlines())
    assert all(len(row) == len(rows[0]) for row in rows)


FORMULAS = ("=cmd|' /C calc'!A0", "+1", "-2+3", "@SUM(A1)", "\t=1", "  =1", "＝1")


def test_no_cell_is_a_formula(run: Run, config: Path) -> None:
    hostile = [post(n, f"{text} Wintermann", author=text, thread_title=text) for n, text in enumerate(FORMULAS, 1)]
    assert run("import", "--config", config, stdin=jsonl(*hostile)).code == 0
    rows = list(csv.DictReader(io.StringIO(exported(run, config, "posts", "csv"))))
    assert len(rows) == len(FORMULAS)
    assert all(row[column].startswith("'") for row in rows for column in ("text", "author", "thread_title"))


def test_parquet_says_what_it_needs(run: Run, filled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    ran = run("export", "posts", "--format", "parquet", "--config", filled)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err == "listener: --format parquet: needs pyarrow (pip install pyarrow, or use --format csv)\n"


def test_an_export_into_a_file_is_whole_or_absent(run: Run, filled: Path, tmp_path: Path) -> None:
    out = tmp_path / "posts.jsonl"
    assert run("export", "posts", "--format", "jsonl", "--out", out, "--config", filled).code == 0
    assert out.read_text(encoding="utf-8") == exported(run, filled, "posts")
    ran = run("export", "posts", "--format", "jsonl", "--out", tmp_path / "none" / "x", "--config", filled)
    assert (ran.code, ran.err.count("\n")) == (1, 1)
    assert "cannot be written: No such file or directory" in ran.err
    ran = run("export", "posts", "--format", "jsonl", "--out", "/proc/posts.jsonl", "--config", filled)
    assert (ran.code, ran.err.count("\n")) == (1, 1), "a folder that nobody may write to"
    assert not list(tmp_path.glob(".*.part"))


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        ("{}\n", "standard input: line 1: source: is missing"),
        ("nope\n", "standard input: line 1: not JSON"),
        (jsonl({**POSTS[0], "seen_at": "wczoraj"}), "line 1: seen_at: must be a time with its zone"),
    ],
)
def test_posts_that_cannot_be_read_are_named(run: Run, filled: Path, stdin: str, message: str) -> None:
    ran = run("import", "--config", filled, stdin=stdin)
    assert ran.code == 2
    assert message in ran.err


def test_a_wrong_line_leaves_whole_batches_or_nothing(run: Run, config: Path) -> None:
    assert run("import", "--config", config, stdin=jsonl(*POSTS) + "nope\n").code == 2
    assert exported(run, config, "posts") == "", "a batch is one transaction: none of it is stored"
    assert run("import", "--config", config, stdin=jsonl(*POSTS)).out.startswith("3 posts read, 3 new")


@pytest.mark.parametrize(
    "arguments",
    [
        ["export", "posts", "--format", "jsonl"],
        ["erase", "--source", "forum", "--author", "x"],
        ["digest", "--from", "2025-11-01", "--to", "2025-11-30", "--format", "text"],
    ],
)
def test_asking_for_what_is_stored_makes_no_database(run: Run, config: Path, arguments: list[str]) -> None:
    ran = run(*arguments, "--config", config)
    assert ran.code == 1
    assert "there is no database yet" in ran.err
    assert not (config.parent / "listener.db").exists()


def test_a_database_that_is_none(run: Run, config: Path) -> None:
    (config.parent / "listener.db").write_bytes(b"not a database" * 100)
    ran = run("export", "posts", "--format", "jsonl", "--config", config)
    assert (ran.code, ran.err.count("\n")) == (1, 1)


def test_a_database_from_a_newer_version(run: Run, filled: Path) -> None:
    with sqlite3.connect(filled.parent / "listener.db") as db:
        db.execute("UPDATE alembic_version SET version_num = '9999'")
    db.close()
    for arguments in (["export", "posts", "--format", "jsonl"], ["import"], ["db", "upgrade"]):
        ran = run(*arguments, "--config", filled)
        assert (ran.code, ran.err.count("\n")) == (1, 1), arguments


# --- erasure ------------------------------------------------------------------------------------------------


def test_an_erased_person_is_gone_and_stays_gone(run: Run, filled: Path) -> None:
    ran = run("erase", "--source", "forum", "--author", "osoba1", "--config", filled)
    assert ran.code == 0, ran.err
    assert "erased: posts: 1" in ran.out
    assert "not erased: alerts already sent to Slack" in ran.out
    run("import", "--config", filled, stdin=jsonl(*POSTS))
    everything = "".join(exported(run, filled, what) for what in ("posts", "mentions", "tickets", "audit"))
    assert "osoba1" not in everything
    assert "przeciekają" not in everything
    assert "osoba3" in everything


def test_what_others_quote_is_told_of(run: Run, filled: Path) -> None:
    answer = post(4, "Wintermann i u mnie zawiódł", quotes=[{"author": "osoba1", "text": "przeciekają"}])
    run("import", "--config", filled, stdin=jsonl(answer))
    ran = run("erase", "--source", "forum", "--author", "osoba1", "--config", filled)
    assert "not erased: 1 posts of others quote this author" in ran.out


def test_erasing_a_stranger_does_no_harm(run: Run, filled: Path) -> None:
    before = exported(run, filled, "posts")
    ran = run("erase", "--source", "forum", "--author", "nikt", "--config", filled)
    assert (ran.code, "erased: posts: 0" in ran.out) == (0, True)
    assert exported(run, filled, "posts") == before


# --- digest -------------------------------------------------------------------------------------------------


def digest(run: Run, config: Path, layout: str, *more: str) -> str:
    ran = run("digest", "--from", "2025-11-10", "--to", "2025-11-14", "--format", layout, "--config", config, *more)
    assert ran.code == 0, ran.err
    return ran.out


def test_a_digest_counts_what_is_there(run: Run, filled: Path) -> None:
    made = json.loads(digest(run, filled, "json"))
    assert (made["posts"], made["classified"]) == (2, 2)
    assert made["days"] == [
        ["2025-11-10", 0], ["2025-11-11", 1], ["2025-11-12", 0], ["2025-11-13", 1], ["2025-11-14", 0],
    ]  # fmt: skip
    assert (made["sentiment"]["negative"], made["sentiment"]["positive"], made["net_sentiment"]) == (1, 1, 0.0)
    assert dict(made["reasons"])["complaint"] == 1
    assert "2 posts" in digest(run, filled, "text")
    assert '<td class="n">2</td>' in digest(run, filled, "html")


def test_a_digest_of_one_brand(run: Run, filled: Path) -> None:
    assert json.loads(digest(run, filled, "json", "--brand", "okna wintermann"))["posts"] == 2
    ran = run(
        "digest", "--from", "2025-11-10", "--to", "2025-11-14", "--format", "json", "--brand", "x", "--config", filled
    )
    assert ran.code == 2
    assert "no brand (configured: Okna Wintermann)" in ran.err


def test_a_digest_of_nothing(run: Run, filled: Path) -> None:
    ran = run("digest", "--from", "2020-01-01", "--to", "2020-01-01", "--format", "json", "--config", filled)
    assert json.loads(ran.out)["net_sentiment"] is None


def test_a_page_cannot_be_injected(run: Run, config: Path) -> None:
    hostile = post(1, "Wintermann kiepski", source="<script>alert(1)</script>")
    run("import", "--config", config, stdin=jsonl(hostile))
    page = digest(run, config, "html")
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("more", "message"),
    [
        (["--to", "2025-01-01"], "is before"),
        (["--from", "wczoraj"], "no date"),
        (["--format", "pdf"], "listener: --format pdf: is not available yet (use --format html and print it to PDF)"),
    ],
)
def test_a_digest_that_cannot_be(run: Run, filled: Path, more: list[str], message: str) -> None:
    ran = run("digest", "--from", "2025-11-10", "--to", "2025-11-14", "--format", "text", "--config", filled, *more)
    assert (ran.code, ran.out) == (2, "")
    assert message in ran.err


# --- users, database, sources -------------------------------------------------------------------------------


def test_a_user_is_added_with_the_password_of_standard_input(run: Run, config: Path) -> None:
    ran = run("user", "add", "ala", "--role", "agent", "--config", config, stdin="bardzo tajne hasło\n")
    assert (ran.code, ran.out) == (0, "ala: agent\n"), ran.err
    assert "tajne" not in exported(run, config, "audit")
    ran = run("user", "add", "ala", "--role", "agent", "--config", config, stdin="krótkie\n")
    assert (ran.code, "too short" in ran.err) == (2, True)
    assert run("user", "add", "ala", "--role", "boss", "--config", config).code == 2


def test_the_database_is_made_or_left_as_it_is(run: Run, config: Path) -> None:
    first = run("db", "upgrade", "--config", config)
    assert (first.code, first.out) == (0, run("db", "upgrade", "--config", config).out), first.err


SOURCE = '\n[[source]]\nname = "forum"\nkind = "feed"\nurl = "https://example.com/"\n'


def test_sources_are_listed_and_paused(run: Run, config: Path) -> None:
    config.write_text(config.read_text(encoding="utf-8") + SOURCE, encoding="utf-8")
    assert run("source", "list", "--config", config).out == "forum  feed  https://example.com/  never read\n"
    assert run("source", "pause", "forum", "--config", config).out == "forum: paused\n"
    assert "paused" in run("source", "list", "--config", config).out
    assert run("source", "resume", "forum", "--config", config).code == 0
    assert "paused" not in run("source", "list", "--config", config).out
    ran = run("source", "pause", "forun", "--config", config)
    assert (ran.code, '"forun" is no source (configured: forum)' in ran.err) == (2, True)


def test_a_changed_query_is_tried_on_what_is_stored(run: Run, filled: Path) -> None:
    ran = run("match", "--query", "Wintermann AND NOT polecam", "--against", filled, "--stored")
    assert [(got["change"], got["native_id"]) for got in ran.objects] == [("lost", "3")]


def test_corrections_come_out_as_training_reads_them(run: Run, filled: Path, tmp_path: Path) -> None:
    storage = Storage.open(f"sqlite:///{filled.parent / 'listener.db'}")
    with storage.begin() as tx:
        stored = tx.posts.find("forum", "1")
        assert stored
        at = datetime(2025, 11, 20, tzinfo=UTC)
        tx.people.label(stored.id, {"urgency": "low", "intents": ["complaint"]}, "ala", at)
        tx.people.label(stored.id, {"urgency": "high"}, "ola", at)
        tx.people.label(stored.id, {"relevant": False, "query": "Wintermann"}, "ola", at)
    storage.close()
    file = tmp_path / "labels.jsonl"
    file.write_text(exported(run, filled, "labels"), encoding="utf-8")
    (row,) = rows.read(file)
    assert row.text == POSTS[0]["text"]
    assert (row.known["high"], row.known["low"], row.known["complaint"], row.known["praise"]) == (
        True,
        False,
        True,
        False,
    )
    assert "negative" not in row.known, "what nobody corrected is not taught"
    assert len(exported(run, filled, "labels", "csv").splitlines()) == 2
