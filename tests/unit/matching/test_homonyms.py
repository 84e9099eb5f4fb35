"""A name that is also a word does not flood the one who adds it."""

import pytest

from listener import matching
from listener.matching.homonyms import Click, Level, Relevance, clicks, level
from listener.model import Query
from tests.unit.matching.posts import found, post

COMPANY = [
    ("Play", "Play nie działa od rana"),
    ("Play", "przeszedłem do play i żałuję"),
    ("Play", "Zrywam umowę z Playem"),
    ("Play", "#play znowu awaria"),
    ("Plus", "Plus znowu podniósł ceny abonamentu"),
    ("Plus", "zadzwonili z Plusa"),
    ("Żabka", "zabka to złodzieje"),
    ("Żabka", "W ŻABCE TEŻ"),
    ("Era", "Moja Era miała dobrą sieć"),
    ("Orange", "Orange nie odbiera"),
    ("Reserved", "w reserved przecena"),
    ("Tiger", "kupiłem tigera w promocji"),
    ("LOT", "lecę LOTem"),
    ("Plus", "Plusowi"),
    ("LOT", "nie polecam Lot-u"),
    ("Orlen", "spór InPost-Orlenie trwa"),
    ("Apple", "serwis apple'a"),
]
WORD = [
    ("Play", "Play off był super"),
    ("Play", "to było fair play"),
    ("Play", "wciśnij play i oglądaj"),
    ("Plus", "to jest duży plus"),
    ("Plus", "Plus jest taki, że szybko odpisali"),
    ("Żabka", "mała zielona żabka w stawie"),
    ("Era", "w erze internetu"),
    ("Orange", "sukienka w kolorze orange"),
    ("Reserved", "all rights reserved"),
    ("Tiger", "Tiger Woods wygrał"),
    ("LOT", "miałem lot o 8"),
]


@pytest.mark.parametrize(("name", "text"), COMPANY)
def test_the_company_is_found(name: str, text: str) -> None:
    assert found(name, text)


@pytest.mark.parametrize(("name", "text"), WORD)
def test_the_word_is_not(name: str, text: str) -> None:
    assert found(name, text) == []
    assert found(f'"{name}"', text) != []


def test_levels() -> None:
    assert [level(word) for word in ("inpoście", "żabce", "plusem", "play")] == [
        Level.NONE,
        Level.RARE,
        Level.FREQUENT,
        Level.FREQUENT,
    ]


def test_clicks_on_not_relevant_teach() -> None:
    text = "Żabka przy oczku i lilie"
    clicks = [Click("Żabka", ("oczku", "lilie"), relevant=False)] * 6
    clicks += [Click("Żabka", ("kawa", "hotdog"), relevant=True)] * 6
    query = [Query(brand="b", expression="Żabka")]
    assert matching.compile(query).match(post(text))
    taught = matching.compile(query, relevance=Relevance().learn(clicks))
    assert not taught.match(post(text))
    assert taught.match(post("Żabka i kawa"))
    assert taught.match(post("Żabka na rogu"))


def test_a_mention_gives_its_clicks() -> None:
    seen = post("Nowa Żabka przy oczku, a w niej lilie")
    (mention,) = matching.compile([Query(brand="b", expression="Żabka NOT praca")]).match(seen)
    assert clicks(seen, mention, relevant=False) == (
        Click("Żabka", ("lilie", "niej", "nowa", "oczku", "przy"), relevant=False),
    )


def test_one_click_decides_little() -> None:
    once = Relevance().learn([Click("Żabka", ("oczku",), relevant=False)])
    assert matching.compile([Query(brand="b", expression="Żabka")], relevance=once).match(post("Nowa Żabka przy oczku"))
