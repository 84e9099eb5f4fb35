"""Word cues and classes of phrases."""

import pytest

from classifiers.cues import Cues
from classifiers.fitting import load_words


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


def test_of_overlapping_phrases_the_longest_counts_where_asked() -> None:
    phrases = {"fault": ["przecieka"], "merit": ["nie przecieka", "przecieka"]}
    text = "nic nie przecieka a tam przecieka"
    every, longest = Cues(phrases), Cues(phrases, longest=True)
    assert sorted(every.names[owner] for owner, _, _ in every.find(text)) == [
        "fault",
        "fault",
        "merit",
        "merit",
        "merit",
    ]
    assert [longest.names[owner] for owner, _, _ in longest.find(text)] == ["merit", "fault"]


@pytest.mark.parametrize("kind", ["cues", "lexicon"])
def test_shipped_phrases_are_written_as_words_are_counted(kind: str) -> None:
    known = load_words()
    found = known.cues if kind == "cues" else known.lexicon
    assert found.names
    for name, phrases in found.phrases.items():
        assert phrases, name
        for phrase in phrases:
            assert phrase == phrase.lower(), (name, phrase)
            assert not set(phrase) & set("ąćęłńóśźż"), (name, phrase)
            assert phrase.split(" ")[0], (name, phrase)
            assert "  " not in phrase, (name, phrase)


def test_no_phrase_of_the_lexicon_stands_twice() -> None:
    every = [phrase for phrases in load_words().lexicon.phrases.values() for phrase in phrases]
    assert len(every) == len(set(every))
