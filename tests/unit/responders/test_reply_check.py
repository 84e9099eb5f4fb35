"""Good drafts pass, bad drafts are caught for the right reason; some marks of the checker that examples cannot show."""

from datetime import UTC, date, datetime

import pytest

from listener.model import Brand
from listener.protocols import SuggestionContext
from responders.suggest import Article, ReplyCheck
from responders.suggest.draft import read
from tests.unit.responders.brands import brands

BRANDS = brands()
CHECK = ReplyCheck()


def rules(text: str, brand: Brand | None = BRANDS["wt"], lang: str = "pl", check: ReplyCheck = CHECK) -> set[str]:
    context = SuggestionContext(
        text="Co z moją sprawą?", lang=lang, brand=brand, today=datetime(2026, 11, 22, tzinfo=UTC)
    )
    return {violation.rule for violation in check.check(text, context, "canned")}


def test_what_is_wrong_is_quoted_from_the_draft() -> None:
    text = "Dzień dobry. Zwrócimy Panu   pieniądze.\nZespół Wintermann"
    context = SuggestionContext(text="", lang="pl", brand=BRANDS["wt"])
    (violation,) = CHECK.check(text, context, "canned")
    assert violation.where == "Zwrócimy"
    assert violation.message


def test_a_promise_may_rest_on_a_current_article_of_the_brand() -> None:
    article = Article(
        id="zwroty",
        title="Zwroty",
        text="Zwrot pieniędzy nastąpi w ciągu 14 dni od otrzymania towaru.",
        brand=frozenset({"wt"}),
    )
    promise = "Zwrot pieniędzy nastąpi w ciągu 14 dni od otrzymania towaru.\nZespół Wintermann"
    shorter = promise.replace("14", "7")
    assert rules(promise, check=ReplyCheck([article])) == set()
    assert rules(shorter, check=ReplyCheck([article])) == {"unsourced_promise"}
    assert "unsourced_promise" in rules(promise, brand=BRANDS["sk"], check=ReplyCheck([article]))


def test_a_promise_may_be_said_in_other_words_than_the_article() -> None:
    article = Article(
        id="z", title="Zwroty", text="Zwrot pieniędzy następuje do 14 dni od odebrania przesyłki zwrotnej."
    )
    check = ReplyCheck([article])
    assert rules("Pieniądze oddamy w ciągu 14 dni od odbioru paczki.\nZespół Wintermann", check=check) == set()
    assert rules("Pieniądze oddamy w ciągu 3 dni od odbioru paczki.\nZespół Wintermann", check=check) == {
        "unsourced_promise"
    }
    assert rules("Zwrócimy Panu pieniądze.\nZespół Wintermann", check=check) == {"unsourced_promise"}


@pytest.mark.parametrize(
    "written",
    [
        "Promocja trwa 01.10.2026 - 31.12.2026.",
        "Zgłoszenia przyjmujemy 24/7.",
        "Faktura za 10/2026 dotyczy abonamentu.",
        "Czynne 9.00–17.00 10.00-14.00.",
        "NIP 526-000-12-46, KRS 0000123456, 00-950 Warszawa.",
        "Cena: 1 299,00 zł, rata 12 x 108,25 zł, razem 100 000 000 zł.",
        "Model AX-3000, wersja 14.2.1, art. 7a, Dz.U. 2025 poz. 1371.",
        "Zamówienia powyżej 300 zł, umowy z 2024 roku.",
        "22.11.2026 o 14:30 pod numerem 112.",
    ],
)
def test_dates_prices_and_versions_are_no_personal_data(written: str) -> None:
    assert rules(f"{written}\nZespół Wintermann") == set()


@pytest.mark.parametrize(
    "written",
    ["Tel. 601234567", "Tel. 601.234.567", "0048 601 234 567", "44051401359", "nr zam. 8834512", "4111-1111-1111-1111"],
)
def test_numbers_of_people_are_personal_data_in_any_writing(written: str) -> None:
    assert rules(f"Dzień dobry. {written}\nZespół Wintermann") == {"personal_data"}


def test_an_expired_article_backs_no_promise() -> None:
    text = "Zwrot pieniędzy nastąpi w ciągu 14 dni."
    old = Article(id="a", title="Zwroty", text=text, valid_until=date(2026, 11, 21))
    last_day = Article(id="b", title="Zwroty", text=text, valid_until=date(2026, 11, 22))
    assert rules(f"{text}\nZespół Wintermann", check=ReplyCheck([old])) == {"unsourced_promise"}
    assert rules(f"{text}\nZespół Wintermann", check=ReplyCheck([last_day])) == set()


@pytest.mark.parametrize(
    "written",
    [
        "22 555 01 00",
        "+48 22 555 01 00",
        "(22) 555-01-00",
        "0048225550100",
        "225550100",
        "pomoc@example.com",
        "POMOC@EXAMPLE.COM",
    ],
)
def test_own_contacts_may_be_written_in_any_way(written: str) -> None:
    assert rules(f"Prosimy o kontakt: {written}.\nZespół Wintermann") == set()


@pytest.mark.parametrize(
    "hidden", ["Zwró\u200bcimy pieniądze", "ZWRÓCIMY PIENIĄDZE", "Zwro\u0301cimy\u00a0pieniądze", "zwrocimy\npieniadze"]
)
def test_disguised_words_are_read_all_the_same(hidden: str) -> None:
    assert rules(f"{hidden}.\nZespół Wintermann") == {"unsourced_promise"}


@pytest.mark.parametrize("text", ["", "   \n", "\u200b"])
def test_an_empty_draft_is_no_reply(text: str) -> None:
    assert "empty" in rules(text)


def test_without_a_brand_somebody_must_still_say_who_speaks() -> None:
    assert rules("Prosimy o wiadomość prywatną.\nZespół obsługi klienta", brand=None) == set()
    assert rules("Prosimy o wiadomość prywatną.", brand=None) == {"no_disclosure"}


def test_folding_keeps_the_way_back() -> None:
    draft = read("Ąb  ć\u200bd ﬁn")
    assert draft.folded == "ab cd fin"
    assert draft.excerpt(0, 2) == "Ąb"
    assert draft.excerpt(3, 5) == "ć\u200bd"
