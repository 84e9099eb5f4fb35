"""Deadlines that laws may set, and those of a place: from when, until when, how much is gone."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from listener.law import clocks_of, legal_clocks, post_due, used
from listener.model import PLACE, Brand, Intent, StoredPost
from tests.making import a_post, an_opinion

RECEIVED = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SHOP = Brand(id="wt", name="Okna Wintermann", sector="shop")
BANK = replace(SHOP, sector="bank")
LATER = RECEIVED + timedelta(days=3)


def said(number: int = 1, *, complaint: bool = True, **changes: object) -> StoredPost:
    """A post that was written when it was received, and found three days later."""
    intents = (Intent.COMPLAINT,) if complaint else (Intent.QUESTION,)
    post = a_post(str(number), **({"published_at": RECEIVED, "seen_at": LATER} | changes))
    return StoredPost(id=number, post=post, classification=an_opinion(intents=intents))


@pytest.mark.parametrize(
    ("sector", "regimes"),
    [
        ("shop", {"consumer": "2026-12-15"}),
        ("courier", {"consumer": "2026-12-15"}),
        ("telecom", {"telecom_receipt": "2026-12-15", "telecom": "2026-12-31"}),
        (
            "bank",
            {
                "payments": "2026-12-22",
                "finance": "2026-12-31",
                "payments_complex": "2027-01-25",
                "finance_complex": "2027-01-30",
            },
        ),
    ],
)
def test_deadlines_by_sector(sector: str, regimes: dict[str, str]) -> None:
    clocks = legal_clocks(sector, RECEIVED)
    assert {clock.regime: clock.due.date().isoformat() for clock in clocks} == regimes
    assert all("check with counsel" in clock.note and "public reply" in clock.note for clock in clocks)


def test_days_are_polish_whatever_the_house_counts_in() -> None:
    late = datetime(2026, 12, 1, 23, 30, tzinfo=UTC)  # it is the second in Warsaw by then
    (clock,) = legal_clocks("shop", late)
    assert clock.due == datetime(2026, 12, 16, 22, 59, 59, tzinfo=UTC)


def test_a_clock_runs_since_the_post_was_written_not_since_the_ticket_opened() -> None:
    (clock,) = clocks_of([said()], SHOP)
    assert clock.since == RECEIVED
    assert used(clock, RECEIVED) == 0
    assert used(clock, LATER) > 15, "three days of fourteen are gone when we see it"
    assert used(clock, RECEIVED + timedelta(days=7)) in (48, 49, 50)
    assert used(clock, clock.due) == 100


def test_a_post_without_a_date_counts_from_when_it_was_seen() -> None:
    (clock,) = clocks_of([said(published_at=None)], SHOP)
    assert clock.since == LATER
    (early,) = clocks_of([said(published_at=LATER + timedelta(days=2))], SHOP)
    assert early.since == LATER, "a date in the future is none"


def test_where_the_law_counts_business_days_so_do_the_warnings() -> None:
    friday = datetime(2026, 12, 18, 11, 0, tzinfo=UTC)
    clock = next(one for one in legal_clocks("bank", friday) if one.regime == "payments")
    assert clock.business
    monday = friday + timedelta(days=3)
    assert used(clock, monday.replace(hour=0)) - used(clock, friday.replace(hour=23)) <= 1, "a weekend is no time"
    plain = replace(clock, business=False)
    christmas = datetime(2026, 12, 27, 12, 0, tzinfo=UTC)
    assert used(clock, christmas) < used(plain, christmas)
    assert used(clock, clock.due) == 100


def test_only_complaints_about_us_have_legal_clocks() -> None:
    assert clocks_of([said(complaint=False)], SHOP) == ()
    assert clocks_of([said()], replace(SHOP, competitor=True)) == ()
    assert clocks_of([said()], None) == ()
    assert [clock.since for clock in clocks_of([said(2, complaint=False, published_at=None), said()], SHOP)] == [
        RECEIVED
    ]


def test_a_places_own_date_stands_beside_them_and_may_come_first() -> None:
    due = RECEIVED + timedelta(days=5)
    place, consumer = clocks_of([said(answer_due=due)], SHOP)
    assert (place.regime, place.due, consumer.regime) == (PLACE, due, "consumer")
    (alone,) = clocks_of([said(complaint=False, answer_due=due)], None)
    assert alone == replace(place, regime=PLACE)


@pytest.mark.parametrize(
    ("complaint", "answer_due", "brand", "due"),
    [
        (True, None, SHOP, datetime(2026, 12, 15, 22, 59, 59, tzinfo=UTC)),
        (True, LATER, SHOP, LATER),
        (False, LATER, SHOP, LATER),
        (False, None, SHOP, None),
        (True, None, replace(SHOP, competitor=True), None),
        (True, None, BANK, datetime(2026, 12, 22, 22, 59, 59, tzinfo=UTC)),
    ],
)
def test_the_earliest_of_one_post(
    complaint: bool, answer_due: datetime | None, brand: Brand, due: datetime | None
) -> None:
    post = a_post(published_at=RECEIVED, seen_at=LATER, answer_due=answer_due)
    assert post_due(post, complaint=complaint, brand=brand) == due
