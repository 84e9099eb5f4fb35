"""Recorded pages: NAME.html or .xml beside NAME.json (url, status, fetched_at) and NAME.expected.json (posts)."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from listener.model import Post
from listener.protocols import Page, Request
from listener.wire import post_to_json

DATA = Path(__file__).resolve().parents[2] / "data"


def page(path: Path, request: Request | None = None) -> Page:
    """The page recorded in a file, as the answer to request."""
    about = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    return Page(
        url=about["url"],
        status=about.get("status", 200),
        headers={"content-type": about.get("content_type", "text/html; charset=utf-8")},
        body=path.read_bytes(),
        fetched_at=datetime.fromisoformat(about["fetched_at"]),
        request=request or Request(url=about["url"]),
    )


def expected(path: Path) -> list[dict[str, Any]]:
    """The posts that a recorded page should give: the fields named there, in order."""
    posts: list[dict[str, Any]] = json.loads(path.with_suffix(".expected.json").read_text(encoding="utf-8"))
    return posts


def said(posts: tuple[Post, ...], wanted: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Posts reduced to the fields that are wanted of each."""
    whole = [post_to_json(post) for post in posts]
    names = [set(one) for one in wanted] + [set(whole[0])] * (len(whole) - len(wanted)) if whole else []
    return [{name: one[name] for name in keep} for one, keep in zip(whole, names, strict=False)]
