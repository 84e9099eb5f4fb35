"""Conditions on what is known of a post: author:, site:, source:, lang:, rating:."""

import operator
import re
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from listener.matching.syntax import Field
from listener.model import Post
from listener.text import fold, squeeze

Detect = Callable[[str], str | None]

STARS = 5.0
"""rating: speaks of a scale of five stars, whatever scale the place uses"""
_COMPARE = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}


def holds(field: Field, post: Post, detect: Detect) -> bool:
    """Whether the condition is true of the post; unknown is false."""
    match field.name:
        case "rating":
            return _rating(field, post)
        case "lang":
            return detect(post.text) == field.value.lower()
        case "site":
            return _site(field.value, post.url)
        case "author":
            return _like(field.value, post.author)
        case _:
            return _like(field.value, post.source)


def _rating(field: Field, post: Post) -> bool:
    if post.rating is None:
        return False
    stars = post.rating / post.rating_scale * STARS if post.rating_scale else post.rating
    return bool(_COMPARE[field.operator](round(stars, 6), float(field.value)))


def _site(wanted: str, url: str) -> bool:
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        return False
    bare = wanted.lower().removeprefix("https://").removeprefix("http://").removeprefix("www.").rstrip("/")
    return host == bare or host.endswith("." + bare)


def _like(wanted: str, value: str | None) -> bool:
    return value is not None and _pattern(wanted).fullmatch(squeeze(fold(value))) is not None


@lru_cache(maxsize=1_000)
def _pattern(wanted: str) -> re.Pattern[str]:
    parts = re.split(r"([*?])", squeeze(fold(wanted)))
    return re.compile("".join({"*": ".{0,200}", "?": "."}.get(part, re.escape(part)) for part in parts))


@lru_cache(maxsize=1)
def _identifier() -> Any:
    from py3langid import langid  # its model takes a moment to load, and only lang: needs it

    return langid


def detect_language(text: str) -> str | None:
    """ISO 639-1 code by py3langid; None for a text without letters."""
    if not any(char.isalpha() for char in text):
        return None
    return str(_identifier().classify(text)[0])
