"""Deadlines that Polish law may set for an answer to a complaint, and those that a place sets itself. Warnings, not
advice. Pure.

They count from when the company could read the complaint, in Polish days, whatever our own hours are, and stand still
for nothing. Whether a post is a complaint in the sense of a law, and of which law, a program cannot say: the earliest
plausible one is assumed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from listener.calendars import DAY_MINUTES, Calendar, between, end_of_day
from listener.model import PLACE, Brand, Intent, LegalClock, Post, StoredPost

_COUNSEL = "check with counsel"
_POLAND = Calendar(zone="Europe/Warsaw", country="PL")
_BUSINESS_TIME = Calendar(zone="Europe/Warsaw", country="PL", hours=dict.fromkeys(range(5), ((0, DAY_MINUTES),)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Regime:
    """days or business_days after the day on which the company could read it."""

    key: str
    days: int = 0
    business_days: int = 0
    says: str


_CONSUMER = _Regime(key="consumer", days=14, says="an answer to a consumer's complaint within 14 calendar days")
_REGIMES: Mapping[str, tuple[_Regime, ...]] = {
    "bank": (
        _Regime(key="payments", business_days=15, says="payment services: an answer within 15 business days"),
        _Regime(key="finance", days=30, says="financial firms: an answer within 30 days"),
        _Regime(key="payments_complex", business_days=35, says="payment services: 35 business days if it is complex"),
        _Regime(
            key="finance_complex", days=60, says="financial firms: 60 days if it is complex and the client was told"
        ),
    ),
    "telecom": (
        _Regime(key="telecom_receipt", days=14, says="telecommunications: receipt confirmed within 14 days"),
        _Regime(key="telecom", days=30, says="telecommunications: an answer within 30 days"),
    ),
}


def legal_clocks(sector: str, received_at: datetime) -> tuple[LegalClock, ...]:
    """Deadlines that Polish law may set for a complaint, by the brand's sector, earliest first. A public reply does not
    discharge any of them. received_at: when the company could read the post."""
    clocks = [
        LegalClock(
            regime=regime.key,
            since=received_at,
            due=end_of_day(_POLAND, received_at, days=regime.days, business_days=regime.business_days),
            note=f"{regime.says}; a public reply does not discharge this: {_COUNSEL}",
            business=regime.business_days > 0,
        )
        for regime in _REGIMES.get(sector, (_CONSUMER,))
    ]
    return tuple(sorted(clocks, key=lambda clock: clock.due))


def post_due(post: Post, *, complaint: bool, brand: Brand) -> datetime | None:
    """The earliest deadline of one post: what the place says, and what a law may say of a complaint about us."""
    clocks = legal_clocks(brand.sector, _read_at(post)) if complaint and not brand.competitor else ()
    return min((due for due in (post.answer_due, *(clock.due for clock in clocks)) if due), default=None)


def clocks_of(posts: Sequence[StoredPost], brand: Brand | None) -> tuple[LegalClock, ...]:
    """The deadlines of a ticket, earliest first: those of laws run since its first complaint."""
    found = [_of_place(stored.post, stored.post.answer_due) for stored in posts if stored.post.answer_due]
    complaints = [
        _read_at(stored.post)
        for stored in posts
        if stored.classification and Intent.COMPLAINT in stored.classification.intents
    ]
    if brand is not None and not brand.competitor and complaints:
        found += legal_clocks(brand.sector, min(complaints))
    return tuple(sorted(found, key=lambda clock: clock.due))


def used(clock: LegalClock, now: datetime) -> int:
    """Percent of a deadline's time that is gone: in business days where the law counts those, else in plain time."""
    if now >= clock.due:
        return 100
    if clock.business:
        gone, whole = between(_BUSINESS_TIME, clock.since, now), between(_BUSINESS_TIME, clock.since, clock.due)
    else:
        gone, whole = now - clock.since, clock.due - clock.since
    return min(max(round(100 * (gone / whole)), 0), 99) if whole else 99


def _read_at(post: Post) -> datetime:
    """When the company could read it: when it was written, as far as anybody knows."""
    return min(post.published_at or post.seen_at, post.seen_at)


def _of_place(post: Post, due: datetime) -> LegalClock:
    return LegalClock(regime=PLACE, since=_read_at(post), due=due, note="the place itself asks for an answer by then")
