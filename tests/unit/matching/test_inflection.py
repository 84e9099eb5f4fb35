"""Names are inflected as people inflect them."""

import pytest

from listener.errors import WrongUse
from listener.matching import forms
from listener.matching.inflection import inflect

PROMISED = [
    ("mBank", "mBanku mBankowi mBankiem"),
    ("Orlen", "Orlenie"),
    ("Empik", "Empiku Empikiem"),
    ("InPost", "InPoście InPostu"),
    ("Netia", "Netii"),
    ("Enea", "Enei"),
    ("Lidl", "Lidla Lidlu"),
    ("Rossmann", "Rossmanna Rossmannie"),
    ("Opel", "Opla"),
    ("Kaufland", "Kauflandzie"),
    ("x-kom", "x-komie"),
    ("LOT", "LOT-u"),
    ("BLIK", "BLIK-a BLIKIEM"),
    ("T-Mobile", "T-Mobile'u"),
    ("Apple", "Apple'a"),
    ("Poczta Polska", "Poczcie|Polskiej"),
    ("Media Expert", "Media|Experta Media|Expercie"),
    ("Okna Wintermann", "Okien|Wintermann Oknami|Wintermann"),
    ("Żabka", "Żabki Żabkami"),
    ("Play", "Playe"),
]


@pytest.mark.parametrize(("name", "some"), PROMISED)
def test_promised_forms(name: str, some: str) -> None:
    printed = forms(name)
    assert printed[0] == name
    assert len(set(printed)) == len(printed)
    assert {form.replace("|", " ") for form in some.split()} <= set(printed)


@pytest.mark.parametrize(
    "name", ["Allegro", "PKO", "Zalando", "Tesco", "Link4", "Canal+", "Booking.com", "PZU", "Ż", "🙂"]
)
def test_indeclinable(name: str) -> None:
    assert forms(name) == [name]


def test_forms_say_their_cases() -> None:
    said = {form.text: form.labels for form in inflect("Orlen")}
    assert said["Orlenie"] == ("locative", "vocative")
    assert said["Orlenami"] == ("plural instrumental",)


def test_plurals_that_are_other_words_are_left_out() -> None:
    assert "Kij" not in forms("Kia")


def test_capitals_stay_and_legal_endings_go() -> None:
    assert "ŻABCE" in forms("ŻABKA")
    assert forms("Biedronka Sp. z o.o.") == forms("Biedronka")


def test_english_and_empty() -> None:
    assert forms("Orlen", lang="en") == ["Orlen", "Orlen's"]
    with pytest.raises(WrongUse, match="empty"):
        forms("  ")
