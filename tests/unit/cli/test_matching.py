"""forms and match."""

from pathlib import Path

import pytest

from tests.unit.cli.conftest import Run, jsonl


def test_forms_are_one_a_line(run: Run) -> None:
    lines = run("forms", "Żabka").out.splitlines()
    assert lines[0] == "Żabka"
    assert "Żabce" in lines


@pytest.mark.parametrize("name", ["", "  ", "\ud800", "!!!", "a" * 5000])
def test_forms_of_odd_names_never_raise(run: Run, name: str) -> None:
    assert run("forms", name).code in (0, 2)


def test_posts_that_match_are_printed_with_the_reason(run: Run) -> None:
    posts = jsonl({"text": "Byłem w Żabce wczoraj", "id": 7, "author": None}, {"text": "nic"})
    ran = run("match", "--query", "Żabka", stdin=posts)
    assert ran.code == 0, ran.err
    (got,) = ran.objects
    assert (got["id"], got["author"]) == (7, None), "the post is kept as it came"
    (mention,) = got["mentions"]
    assert mention["query"] == "Żabka"
    assert [(span["start"], span["end"], span["text"]) for span in mention["spans"]] == [(8, 13, "Żabce")]
    assert mention["spans"][0]["why"]


def test_all_keeps_posts_that_match_nothing(run: Run) -> None:
    ran = run("match", "--query", "Żabka", "--all", "-", stdin=jsonl({"text": "nic"}, {"text": "Żabka"}))
    assert [len(got["mentions"]) for got in ran.objects] == [0, 1]


def test_several_queries(run: Run) -> None:
    ran = run("match", "--query", "Żabka", "--query", "Orlen", stdin=jsonl({"text": "Żabka i Orlen"}))
    assert [mention["query"] for mention in ran.objects[0]["mentions"]] == ["Żabka", "Orlen"]


def test_queries_of_a_configuration(run: Run, config: Path, tmp_path: Path) -> None:
    posts = tmp_path / "posts.jsonl"
    posts.write_text(jsonl({"text": "okna Wintermanna przeciekają"}), encoding="utf-8")
    ran = run("match", "--config", config, posts)
    (mention,) = ran.objects[0]["mentions"]
    assert (mention["query"], mention["brand"]) == ("Wintermann", "okna-wintermann")


@pytest.mark.parametrize(
    ("stdin", "message"),
    [
        (b'{"text": "a"}\nnope\n', "listener: standard input: line 2: not JSON: Expecting value at character 1\n"),
        (b"\xff\n", "listener: standard input: line 1: not UTF-8 at byte 0 (convert the file to UTF-8)\n"),
        (b"[]\n", "listener: standard input: line 1: must be an object (one JSON object a line)\n"),
        (b'{"txt": "a"}\n', "listener: standard input: line 1: text: is missing\n"),
    ],
)
def test_a_wrong_line_is_named(run: Run, stdin: bytes, message: str) -> None:
    ran = run("match", "--query", "Play", stdin=stdin)
    assert (ran.code, ran.err) == (2, message)


def test_a_wrong_query_is_shown_with_the_place(run: Run) -> None:
    ran = run("match", "--query", 'Play AND ("a', stdin="")
    assert ran.code == 2
    assert ran.err.startswith('listener: --query "Play AND ("a", character ')
    assert ran.err.count("\n") == 1


def test_either_queries_or_a_configuration(run: Run, config: Path) -> None:
    assert run("match", stdin="").code == 2
    assert run("match", "--query", "x", "--config", config, stdin="").code == 2


@pytest.mark.parametrize("name", ["missing.jsonl", "."])
def test_a_file_that_cannot_be_read(run: Run, tmp_path: Path, name: str) -> None:
    ran = run("match", "--query", "x", tmp_path / name)
    assert ran.code == 2
    assert "cannot be read: " in ran.err


def test_no_input_gives_no_output(run: Run) -> None:
    ran = run("match", "--query", "x", stdin="")
    assert (ran.code, ran.out, ran.err) == (0, "", "")


def test_a_changed_query_is_tried_beside_the_one_of_today(run: Run, config: Path) -> None:
    posts = jsonl({"text": "okna Wintermanna ciekną"}, {"text": "Kastelwin też cieknie"}, {"text": "okna firmy W"})
    ran = run("match", "--query", "Wintermann OR Kastelwin", "--against", config, stdin=posts)
    assert [(got["change"], got["text"]) for got in ran.objects] == [
        ("caught", "Kastelwin też cieknie"),
        ("lost", "okna firmy W"),
    ]
    assert "3 posts read: 1 caught, 1 lost, 1 kept" in ran.err


def test_stored_posts_are_looked_at_only_beside_a_configuration(run: Run) -> None:
    ran = run("match", "--query", "Wintermann", "--stored")
    assert ran.code == 2
    assert "--against" in ran.err
