"""Copies of a complaint are found wherever they are pasted."""

import random

import pytest

from benchmarks.duplicates import EDITS, made
from listener.matching.duplicates import Duplicates, canonical_url, groups
from listener.model import Post, Quote
from tests.unit.matching.posts import post

TEXT = "Zamówiłam pralkę dwa miesiące temu i do dzisiaj nie ma śladu po dostawie, a infolinia milczy. Nie polecam!"


def _at(place: str, text: str = TEXT) -> Post:
    return post(text, url=f"https://{place}.example/1")


def test_the_same_words_elsewhere_are_an_exact_copy() -> None:
    known = Duplicates()
    known.add(7, _at("forum"))
    (copy,) = known.find(_at("grupa", TEXT.upper().replace("Ł", "L") + " 👍"))
    assert (copy.key, copy.exact, copy.similarity) == (7, True, 1.0)


def test_the_same_place_is_an_exact_copy_whatever_it_says_now() -> None:
    known = Duplicates()
    known.add(1, _at("forum"))
    assert known.find(_at("forum", "zmienione"))[0].exact


@pytest.mark.parametrize("edit", EDITS)
def test_edited_copies_are_found_and_others_are_not(edit: str) -> None:
    rng = random.Random(5)
    known = Duplicates()
    texts = made(40, rng)
    for key, text in enumerate(texts):
        known.add(key, _at(f"a{key}", text))
    for key, text in enumerate(texts):
        assert [copy.key for copy in known.find(_at("b", EDITS[edit](text, rng)))] == [key]


def test_quoted_text_makes_no_copy() -> None:
    known = Duplicates()
    known.add(1, _at("forum"))
    answer = "Miałam to samo, po miesiącu oddali pieniądze, trzeba pisać do rzecznika konsumentów."
    assert known.find(_at("b", f"> {TEXT}\n{answer}")) == ()
    assert known.find(post(answer, url="https://c.example/2", quotes=(Quote(author=None, text=TEXT),))) == ()


def test_short_texts_are_alike_by_chance() -> None:
    known = Duplicates()
    known.add(1, _at("forum", "Nie polecam"))
    assert known.find(_at("b", "nie polecam!")) == ()


def test_forgetting() -> None:
    known = Duplicates()
    known.add(1, _at("forum"))
    known.add(2, _at("grupa"))
    known.forget(1)
    assert [copy.key for copy in known.find(_at("c"))] == [2]
    known.forget(2)
    known.forget(2)
    assert known.find(_at("forum")) == ()


def test_groups() -> None:
    other = "Zupełnie inna sprawa: kurier zostawił paczkę u sąsiada i nikt o tym nie powiadomił."
    posts = [(3, _at("a")), (4, _at("b", other)), (5, _at("c", f"Witam. {TEXT} Pozdrawiam")), (9, _at("d"))]
    assert groups(posts) == ((3, 5, 9),)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.forum.pl/t/1?sid=abc&p=2", "https://forum.pl/t/1/?p=2"),
        ("https://forum.pl/t?b=1&a=2&utm_source=x", "https://forum.pl/t?a=2&b=1"),
        ("https://forum.pl:443/t#p3", "http://forum.pl/t#p3"),
    ],
)
def test_addresses_of_one_place(one: str, other: str) -> None:
    assert canonical_url(one) == canonical_url(other)


def test_addresses_of_two_places() -> None:
    assert canonical_url("https://forum.pl/t?p=1") != canonical_url("https://forum.pl/t?p=2")
    assert canonical_url("https://forum.pl/t#p1") != canonical_url("https://forum.pl/t#p2")
    assert canonical_url("http://[broken") == "http://[broken"
