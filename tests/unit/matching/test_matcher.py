"""What queries find, where, and why."""

import pytest

from listener import matching
from listener.errors import QueryError
from listener.model import Query
from tests.unit.matching.posts import found, mentions, post

SPELLINGS = [
    ("Żabka", "Byłem w ŻABCE, w zabka.pl i na #zabki", ["ŻABCE", "zabka", "zabki"]),
    ("Żabka", "żabkarz, Żabkowski, babka", []),
    ("Żabka", "Ża\u00adbki i Z\u0307abki", ["Ża\u00adbki", "Z\u0307abki"]),
    ("Allegro", "na Аllеgrо i @allegro_pl", ["Аllеgrо", "allegro"]),
    ("BLIK", "płaciłem BLIK-a, blikiem, BLIKIEM, Blik’u", ["BLIK-a", "blikiem", "BLIKIEM", "Blik’u"]),
    ("T-Mobile", "w T‑Mobile’u, tmobile, T-mobilu, t mobile", ["T‑Mobile’u", "tmobile", "T-mobilu", "t mobile"]),
    ("x-kom", "w xkomie, X-KOM-u i x‑komem", ["xkomie", "X-KOM-u", "x‑komem"]),
    ("Google", "Googlem, googlu, Google'a", ["Googlem", "googlu", "Google'a"]),
    ("McDonald's", "w McDonaldzie, mcdonalds, McDonald’s", ["McDonaldzie", "mcdonalds", "McDonald’s"]),
    (
        '"Media Expert"',
        "mediaexpercie MEDIA-EXPERTEM media_expert",
        ["mediaexpercie", "MEDIA-EXPERTEM", "media_expert"],
    ),
    ('"Poczta Polska"', "na Poczcie\nPolskiej, poczta i polska", ["Poczcie\nPolskiej"]),
    ("mBank", "kredyt mbankowy", ["mbankowy"]),
    ("Kruk", "Jan Krukowski, krukowska oferta", ["krukowska"]),
    ("dim:Żabka", "w żabeczce", ["żabeczce"]),
    ("Żabka", "w żabeczce", []),
    ("Sad", "sąd i sad w SADZIE jabłek u sadownika", ["sad", "SADZIE"]),
    ("Żabka", "#ŻabkaPolska #zabka24 #Żabkarz #ŻABKARZ", ["ŻabkaPolska", "zabka24"]),
    ("Canal+", "Canal+ i canal plus", ["Canal+", "canal plus"]),
    ("Booking.com", "na Bookingu, booking.com", ["Bookingu", "booking.com"]),
    ("H&M", "w H&M-ie, hm", ["H&M-ie"]),
    ("Orlen", "jan@orlen.pl, https://www.orlen.pl/x", ["orlen", "orlen"]),
    ("reklamacja", "REKLAMACJĘ, reklamacji, reklamować", ["REKLAMACJĘ", "reklamacji"]),
]


@pytest.mark.parametrize(("query", "text", "expected"), SPELLINGS)
def test_spellings(query: str, text: str, expected: list[str]) -> None:
    assert found(query, text) == expected


LANGUAGE = [
    ("Orlen AND kawa", "kawa na Orlenie", True),
    ("Orlen i kawa", "paliwo na Orlenie", False),
    ("Orlen lub Lotos", "w Lotosie", True),
    ("Orlen bez praca", "praca w Orlenie", False),
    ("Orlen -praca", "kawa w Orlenie", True),
    ("=Orlen", "w Orlenie", False),
    ('="Poczta Polska"', "Poczta  Polska", True),
    ('="Poczta Polska"', "poczta polska", False),
    ("Orlen NEAR/1 kawa", "kawa na Orlenie", True),
    ("Orlen NEAR/0 kawa", "kawa na Orlenie", False),
    ("Orlen ONEAR/3 kawa", "kawa na Orlenie", False),
    ("(Orlen OR Lotos) NEAR/2 (kawa OR hotdog)", "hotdog z Lotosu", True),
    ("orlen*", "orlenowiczka", True),
    ("*mann", "u Wintermann", True),
    ("fakt?ra", "faktóra", True),
    ("Rossmann~", "w Rosmannie", True),
    ("Rossmann~", "w Romanie", False),
    ("Kaufland~2", "w Kaflandize", True),
    ("#zabka", "#Zabka!", True),
    ("#zabka", "#zabka_polska i zabka", False),
    ("@zabka_polska", "pisałem do @zabka_polska", True),
    ("zabka.pl", "https://www.zabka.pl/sklepy", True),
    ("zabka.pl", "Zabka. Plac zabaw", False),
    ("Play[telefon -film]", "play i telefon", True),
    ("Play[telefon -film]", "Play i telefon, i filmy", False),
    ("Play[telefon]", "Mam Play", False),
]


@pytest.mark.parametrize(("query", "text", "expected"), LANGUAGE)
def test_language(query: str, text: str, expected: bool) -> None:
    assert bool(mentions(query, text)) is expected


FIELDS = [
    ("rating:<=2", {"rating": 2.0, "rating_scale": 5.0}, True),
    ("rating:<=2", {"rating": 4.0, "rating_scale": 10.0}, True),
    ("rating:>=4.5", {"rating": 4.0, "rating_scale": 5.0}, False),
    ("rating:<=2", {}, False),
    ("site:wykop.pl", {"url": "https://www.wykop.pl/wpis/1"}, True),
    ("site:wykop.pl", {"url": "https://niewykop.pl/wpis/1"}, False),
    ("site:wykop.pl", {"url": "http://[broken"}, False),
    ('author:"jan k*"', {"author": "Jan Kowalski"}, True),
    ("author:jan", {}, False),
    ("source:forum", {}, True),
    ("source:f?rum", {}, True),
    ("title:Orlen", {"thread_title": "Kawa na Orlenie"}, True),
    ("title:(Lotos OR Orlen) -title:praca", {"thread_title": "Praca w Orlenie"}, False),
    ("title:Orlen", {}, False),
]


@pytest.mark.parametrize(("query", "known", "expected"), FIELDS)
def test_fields(query: str, known: dict[str, object], expected: bool) -> None:
    assert bool(mentions(query, "Bardzo długo czekałem na odpowiedź, nie polecam nikomu", **known)) is expected


def test_languages_are_asked_of_the_detector() -> None:
    queries = [Query(brand="b", expression=f"lang:{lang} kawa") for lang in ("pl", "en")]
    matcher = matching.compile(queries, detect=lambda text: "pl" if "na" in text else None)
    assert [mention.query for mention in matcher.match(post("kawa na rogu"))] == queries[:1]
    assert matcher.match(post("kawa")) == ()


def test_spans_say_why() -> None:
    (mention,) = mentions("Orlen AND (kawa OR herbata)", "Kawa na Orlenie")
    assert [(span.start, span.end, span.text) for span in mention.spans] == [(0, 4, "Kawa"), (8, 15, "Orlenie")]
    assert mention.spans[1].why == "Orlenie: Orlen (locative, vocative); clause Orlen"
    assert mention.why


def test_a_match_in_the_title_has_no_spans_and_says_so() -> None:
    (mention,) = mentions("title:Orlen", "cokolwiek", thread_title="O Orlenie")
    assert mention.spans == ()
    assert mention.why == "in the title: Orlenie: Orlen (locative, vocative); clause Orlen"


def test_mentions_come_in_the_order_of_queries() -> None:
    expressions = ["kawa", "Orlen", "nic", "rating:>1", "Orlen kawa"]
    matcher = matching.compile([Query(brand="b", expression=expression) for expression in expressions])
    got = matcher.match(post("kawa na Orlenie", rating=3.0))
    assert [mention.query.expression for mention in got] == ["kawa", "Orlen", "rating:>1", "Orlen kawa"]


def test_no_queries_and_empty_posts() -> None:
    assert matching.compile([]).match(post("Orlen")) == ()
    assert mentions("Orlen", "") == ()


def test_errors_name_the_query() -> None:
    with pytest.raises(QueryError) as caught:
        matching.compile([Query(brand="wt", expression="Orlen AND (")])
    assert caught.value.where == "query 'Orlen AND (' of wt, character 12"
    assert caught.value.position == 11


def test_broken_unicode_is_read() -> None:
    assert found("Orlen", "\ud800 w Orlenie \udfff") == ["Orlenie"]
    with pytest.raises(QueryError, match="half a character") as caught:
        matching.parse("Orlen AND \ud800")
    assert caught.value.position == 10


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("(" * 60 + "a" + ")" * 60, "nests deeper"),
        ("NOT " * 60 + "a", "nests deeper"),
        (" OR ".join(f"w{number}" for number in range(10_000)), "more than 1000 terms"),
        ("a " * 60_000, "characters"),
        ("x" * 200, "more than 100 characters"),
        ('"' + "a " * 20 + '"', "more than 12 words"),
    ],
)
def test_limits(expression: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        matching.parse(expression)
