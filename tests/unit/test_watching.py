"""What people who watch a ticket hear of, and what not."""

from typing import Any

import pytest

from listener.model import EventKind
from listener.watching import Happened, News, What, by_user, news
from tests.making import NOW


def happened(kind: EventKind, *, event_id: int = 1, ticket_id: int = 7, user: str = "ala", **more: Any) -> Happened:
    payload = more.pop("payload", {})
    return Happened(user=user, ticket_id=ticket_id, event_id=event_id, at=NOW, kind=kind, payload=payload, **more)


@pytest.mark.parametrize(
    ("one", "told"),
    [
        (happened(EventKind.TICKET_APPENDED, by_author=True), What.AUTHOR_WROTE),
        (happened(EventKind.TICKET_APPENDED), None),
        (happened(EventKind.TICKET_APPENDED, by_author=True, payload={"edited": True}), None),
        (happened(EventKind.REPLY_PUBLISHED, replied_by="ola"), What.REPLY_OUT),
        (happened(EventKind.REPLY_PUBLISHED, replied_by="ala (Slack)"), None),
        (happened(EventKind.REPLY_FAILED, replied_by="ola"), What.REPLY_FAILED),
        (happened(EventKind.TICKET_CHANGED, payload={"by": "ola", "action": "resolved"}), What.RESOLVED),
        (happened(EventKind.TICKET_CHANGED, payload={"by": "Ala", "action": "resolved"}), None),
        (happened(EventKind.TICKET_CHANGED, payload={"by": "system", "action": "woke"}), What.WOKE),
        (happened(EventKind.TICKET_CHANGED, payload={"by": "ola", "action": "answering"}), None),
        (happened(EventKind.TICKET_CHANGED, payload={"by": "ola", "action": "claimed"}), None),
        (happened(EventKind.TICKET_BREACHED, payload={"to": "ola"}), What.BREACHED),
        (happened(EventKind.TICKET_BREACHED, payload={"to": None}), What.BREACHED),
        (happened(EventKind.TICKET_BREACHED, payload={"to": "ala"}), None),
        (happened(EventKind.TICKET_DUE_SOON), None),
    ],
)
def test_what_is_news(one: Happened, told: What | None) -> None:
    assert news([one]) == (() if told is None else (News(ticket_id=7, what=(told,)),))


def test_news_come_by_ticket_each_once_the_latest_ticket_first() -> None:
    several = [
        happened(EventKind.TICKET_APPENDED, by_author=True, event_id=1),
        happened(EventKind.REPLY_FAILED, event_id=2),
        happened(EventKind.TICKET_APPENDED, by_author=True, event_id=3, ticket_id=8),
        happened(EventKind.TICKET_APPENDED, by_author=True, event_id=4),
    ]
    assert news(several) == (
        News(ticket_id=7, what=(What.REPLY_FAILED, What.AUTHOR_WROTE)),
        News(ticket_id=8, what=(What.AUTHOR_WROTE,)),
    )


def test_everybody_hears_of_their_own_tickets() -> None:
    ala, ola = happened(EventKind.REPLY_FAILED), happened(EventKind.REPLY_FAILED, user="ola")
    assert by_user([ala, ola, ala]) == {"ala": [ala, ala], "ola": [ola]}
