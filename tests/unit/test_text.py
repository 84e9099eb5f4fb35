"""Folding, cutting and fingerprints of text."""

import unicodedata
from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from listener.text import excerpt, fingerprint, fold, fold_mapped, is_boundary, plain, squeeze


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Zażółć GĘŚLĄ jaźń", "zazolc gesla jazn"),
        ("Ża\u00adbka", "zabka"),
        ("z\u0307abka", "zabka"),
        ("Аllеgrо", "allegro"),
        ("ＯＲＬＥＮ 𝗢𝗿𝗹𝗲𝗻", "orlen orlen"),
        ("T‑Mobile’u, BLIK–a", "t-mobile'u, blik-a"),
        ("Straße Škoda Nescafé", "strasse skoda nescafe"),
        ("„Żabka”…", "„zabka”..."),
    ],
)
def test_fold(written: str, folded: str) -> None:
    assert fold(written) == folded


def test_plain_keeps_polish_letters_only() -> None:
    assert plain("Z\u0307ABKA Škoda Gęś") == "żabka skoda gęś"


MIXED = st.text(alphabet=st.one_of(st.characters(), st.sampled_from("aąŻź„”–ß\u00ad\u0307 \n")))


@given(MIXED)
@example("ŻABKA „w” mieście…")
def test_every_folded_character_has_its_place(text: str) -> None:
    folded, places = fold_mapped(text)
    assert folded == fold(text)
    assert len(places) == len(folded) + 1
    assert places[-1] == len(text)
    assert all(a <= b for a, b in pairwise(places))
    assert all(char in fold(text[place]) for char, place in zip(folded, places, strict=False))


@given(MIXED)
def test_folding_twice_changes_nothing_that_is_seen(text: str) -> None:
    assert fold(fold(text)) == fold(text)


def test_squeeze() -> None:
    assert squeeze(" a \n\t b\u00a0c ") == "a b c"


@given(MIXED, st.integers(min_value=1, max_value=40))
@example("ala ma 👨‍👩‍👧 i 🇵🇱🇺🇦", 9)
def test_excerpts_are_short_and_whole(text: str, limit: int) -> None:
    cut = excerpt(text, limit)
    assert len(cut) <= limit
    whole = squeeze(text)
    if cut != whole:
        assert cut.endswith("…")
        assert whole.startswith(cut[:-1])
        assert is_boundary(whole, len(cut) - 1)


def test_excerpt_cuts_between_words_where_it_can() -> None:
    assert excerpt("Poczta Polska zgubiła paczkę", 16) == "Poczta Polska…"
    assert excerpt("Krótko", 20) == "Krótko"
    assert excerpt("🇵🇱🇵🇱🇵🇱", 4) == "🇵🇱…"
    with pytest.raises(ValueError, match="at least 1"):
        excerpt("a", 0)


def test_fingerprint_sees_words_only() -> None:
    assert fingerprint("Nie polecam, OMIJAĆ!") == fingerprint("nie  polecam omijac")
    assert fingerprint("nie polecam") != fingerprint("polecam")
    assert fingerprint("👍") != fingerprint("👎")
    assert len(fingerprint("")) == 32
    assert unicodedata.is_normalized("NFC", fingerprint("\ud800"))
