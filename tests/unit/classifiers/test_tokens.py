"""From scraped text to tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifiers.tokens import READ_AT_MOST, counted, readable, surfaces, tokens


@pytest.mark.parametrize(
    ("text", "norms"),
    [
        ("Żądam zwrotu!", "zadam zwrotu !"),
        ("zadam zwrotu!!!", "zadam zwrotu !"),
        ("Z\u0307a\u0328dam zwrotu", "zadam zwrotu"),
        ("Serio?!?", "serio ?!"),
        ("No... nie wiem. Chyba nie…", "no ... nie wiem . chyba nie ..."),
        ("za 12,50 zł do 15.03.2026", "za 0 zl do 0"),
        ("patrz https://przyklad.example/a?b=1 i www.x.example", "patrz xurl i xurl"),
        ("<p>Nie&nbsp;działa&amp;tyle</p>", "nie dziala & tyle"),
        ("𝗡𝗶𝗲 działa", "nie dziala"),
        ("Super 😡😡", "super 😡 😡"),
        ("a < b i c > d", "a < b i c > d"),
        ("nie dzia\ud800la", "nie dzia la"),
        ("", ""),
        (" \n\t", ""),
    ],
)
def test_counted(text: str, norms: str) -> None:
    assert counted(text) == norms


@given(st.text(max_size=300))
def test_positions_are_those_of_the_text(text: str) -> None:
    for token in tokens(text):
        assert text[token.start : token.end].strip()
        assert " " not in token.norm
        assert token.norm


@given(st.text(alphabet="<>&;#xa b/!-", max_size=200))
def test_markup_keeps_every_other_character_in_place(text: str) -> None:
    clean = readable(text)
    assert len(clean) == len(text)


def test_only_so_much_is_read() -> None:
    assert len(readable("a" * (READ_AT_MOST + 5))) == READ_AT_MOST


def test_a_run_of_letters_is_cut_into_words() -> None:
    assert [len(s) for s in surfaces("a" * 100)] == [40, 40, 20]
