"""The canonical line, and the way back from it to the text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from listener.matching.reading import _TOKEN, SIGNS, Reading, canonical, could_be, spelled
from listener.text import fold


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("W Żabce.pl: #BLIK-a!", " w zabce . pl # blik - a "),
        ("H & M, H&M", " h & m h & m "),
        ("Canal+ i 2+2 -- 'x' a_b _c", " canal + i 2 2 x a _ b c "),
        ("", " "),
        ("…", " "),
    ],
)
def test_canonical(text: str, line: str) -> None:
    assert canonical(text) == line


def test_spelled_keeps_polish_letters() -> None:
    assert spelled("W ŻABCE é") == " w żabce e "


@given(st.text(alphabet=st.one_of(st.sampled_from("aB1 -'._#@&+,\n"), st.characters()), max_size=30))
def test_both_roads_give_the_same_tokens(text: str) -> None:
    reading = Reading(text)
    assert reading.tokens == _TOKEN.findall(fold(text))
    for number, token in enumerate(reading.tokens):
        assert token in SIGNS or token in canonical(reading.original(number, number + 1))


@pytest.mark.parametrize(
    ("written", "form", "same"),
    [
        ("zabce", "żabce", True),
        ("źabce", "żabce", False),
        ("sąd", "sad", False),
        ("sad", "sąd", True),
        ("a", "ab", False),
    ],
)
def test_could_be(written: str, form: str, same: bool) -> None:
    assert could_be(written, form) is same
