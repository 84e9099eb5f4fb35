"""What takes many names, many texts or long ones."""

import random

from benchmarks.duplicates import made
from benchmarks.inflection import TABLE, measure, rows
from listener.matching.bands import BandIndex
from listener.matching.duplicates import sketch
from tests.timing import work_within
from tests.unit.matching.posts import mentions


def test_the_table_of_names() -> None:
    score = measure(rows(TABLE))
    assert score.names >= 380
    assert score.found / score.right >= 0.99, score.notes
    assert score.found / (score.found + score.accepted) >= 0.98, score.notes
    assert score.listed / score.singular >= 0.93, score.notes


def test_the_index_finds_across_its_runs() -> None:
    index = BandIndex(126, 42, 0.5)
    rng = random.Random(2)
    kept = [sketch(text) for text in made(1_100, rng)]
    for key, one in enumerate(kept):
        index.add(key, one)
    assert len(index) == 1_100
    for key in (0, 1_023, 1_024, 1_099):
        assert index.find(kept[key])[0] == (key, 1.0)
    index.remove(1_024)
    assert all(key != 1_024 for key, _ in index.find(kept[1_024]))


def test_a_hostile_word_takes_no_time() -> None:
    with work_within(seconds=10):
        assert mentions("ab*c*d", "ab" * 50_000) == ()
        assert mentions("abcdefgh~2", "abcdefg" * 10_000) == ()
