"""Answers of the Graph API as a publisher reads them."""

import json
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from listener.errors import TransientDelivery
from listener.model import utc
from listener.protocols import Page


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A comment: parent None under the post itself; author: an id, where it may be seen."""

    id: str
    text: str
    author: str | None
    parent: str | None
    at: datetime | None
    url: str | None


def answer_of(page: Page) -> dict[str, Any]:
    """The JSON object of an answer; empty where it is none."""
    try:
        value = json.loads(page.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def rows_of(page: Page) -> tuple[list[Row], str | None]:
    """Comments, and the address of the next page. TransientDelivery where there is no list: that says nothing of
    absence."""
    said = answer_of(page)
    if not isinstance(said.get("data"), list):
        raise TransientDelivery("the answer holds no list of comments", where=page.url.partition("?")[0])
    paging = said.get("paging")
    following = paging.get("next") if isinstance(paging, dict) else None
    return list(_rows(said["data"])), following if isinstance(following, str) else None


def _rows(data: list[Any]) -> Iterator[Row]:
    for one in data:
        if isinstance(one, dict) and isinstance(one.get("id"), str):
            yield Row(
                id=one["id"],
                text=str(one.get("message") or ""),
                author=_id(one.get("from")),
                parent=_id(one.get("parent")),
                at=_time(one.get("created_time")),
                url=one["permalink_url"] if isinstance(one.get("permalink_url"), str) else None,
            )


def _id(value: object) -> str | None:
    found = value.get("id") if isinstance(value, dict) else None
    return str(found) if isinstance(found, str | int) else None


def _time(value: object) -> datetime | None:
    try:
        moment = datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return utc(moment) if moment.tzinfo else None


def same_words(one: str, other: str) -> bool:
    """The same text, whatever became of its spaces and of how its letters are put together."""
    return _words(one) == _words(other)


def _words(text: str) -> list[str]:
    return unicodedata.normalize("NFC", text).split()
