"""Word cues."""

import pytest

from classifiers.cues import Cues
from classifiers.fitting import load_cues


@pytest.fixture(scope="module")
def cues() -> Cues:
    return Cues({"gas": ["czuc gaz", "gaz "], "court": ["sad "]})


@pytest.mark.parametrize(
    ("norms", "names"),
    [
        ("czuc gazem w piwnicy", ["gas"]),
        ("wybuch gaz", ["gas"]),
        ("gazeta", []),
        ("ide do sadu", []),
        ("sad orzekl", ["court"]),
        ("nasad orzekl", []),
        ("", []),
    ],
)
def test_matches_from_the_start_of_a_word(cues: Cues, norms: str, names: list[str]) -> None:
    assert [cues.names[owner] for owner, _, _ in cues.find(norms)] == names


def test_shipped_cues_are_written_as_words_are_counted() -> None:
    for name, phrases in load_cues().items():
        for phrase in phrases:
            assert phrase == phrase.lower(), (name, phrase)
            assert not set(phrase) & set("ąćęłńóśźż"), (name, phrase)
