"""JSON answers read with care: what an API promises may be missing, of another type, or an HTML page in its place."""

import json
from collections.abc import Iterator
from typing import Any

from listener.errors import ParseError
from listener.markup import Body, clean_text, clean_url, read_body, tree
from listener.model import Reach
from listener.protocols import Page

Object = dict[str, Any]


def read_json(page: Page, mend: str) -> Any:
    """The JSON value that a page holds. ParseError, with mend, where it holds none."""
    try:
        return json.loads(page.body)
    except (ValueError, RecursionError) as error:
        raise ParseError("the answer is not JSON", where=clean_url(page.url), mend=mend) from error


def read_object(page: Page, mend: str) -> Object:
    """The JSON object that a page holds. ParseError, with mend, where it holds something else."""
    value = read_json(page, mend)
    if not isinstance(value, dict):
        raise ParseError(
            f"the answer is a JSON {type(value).__name__}, no object", where=clean_url(page.url), mend=mend
        )
    return value


def objects(value: object) -> Iterator[Object]:
    """The objects in a list; nothing where it is no list."""
    for one in value if isinstance(value, list) else ():
        if isinstance(one, dict):
            yield one


def inner(value: Object, *names: str) -> Object:
    """The object under a path of names; empty where there is none."""
    for name in names:
        found = value.get(name)
        value = found if isinstance(found, dict) else {}
    return value


def text_at(value: Object, name: str) -> str | None:
    """A text or number as cleaned text; None where it is missing or empty."""
    found = value.get(name)
    if isinstance(found, bool) or not isinstance(found, str | int | float):
        return None
    return clean_text(str(found)).strip() or None


def number_at(value: Object, name: str) -> int | None:
    """A whole number, also where it came as text."""
    found = text_at(value, name)
    return int(found) if found and found.isascii() and found.isdigit() else None


def count_at(value: Object, name: str) -> int | None:
    """A whole number that may be below zero, as a score of votes; None for what is no number or too large for one."""
    found = value.get(name)
    if isinstance(found, str) and found.isascii() and found.removeprefix("-").isdigit():
        found = int(found) if len(found) < 19 else None
    return found if isinstance(found, int) and not isinstance(found, bool) and abs(found) < 10**18 else None


def reach(
    *,
    views: int | None = None,
    likes: int | None = None,
    replies: int | None = None,
    shares: int | None = None,
    followers: int | None = None,
) -> Reach | None:
    """What a place says of how far a post goes; None where it says nothing."""
    said = Reach(views=views, likes=likes, replies=replies, shares=shares, followers=followers)
    return said if said.known else None


def html_body(html: str | None) -> Body:
    """What a piece of HTML says, without its quotes."""
    root = tree(html or "").body
    return read_body(root) if root else Body(text="", quotes=())
