"""What publishers over an interface for programs share: requests, refusals, and texts compared as people read them."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from listener.errors import PermanentDelivery, TransientDelivery
from listener.markup import clean_text
from listener.protocols import OutgoingReply, Page, Request

SKEW = timedelta(minutes=2)
"""How far a place's clock may be from ours."""


def get(url: str, headers: Mapping[str, str]) -> Request:
    """A question."""
    return Request(url=url, headers=headers, api=True)


def send(url: str, headers: Mapping[str, str], body: Mapping[str, Any]) -> Request:
    """A POST of JSON."""
    return Request(url=url, method="POST", headers=headers, json=dict(body), api=True)


def answer(page: Page) -> dict[str, Any]:
    """The JSON object that came back; empty where something else did."""
    try:
        value = json.loads(page.body)
    except (ValueError, RecursionError):
        return {}
    return value if isinstance(value, dict) else {}


def text_of(value: Any, *names: str) -> str:
    """The text under a path of names; "" where there is none."""
    for name in names:
        value = value.get(name) if isinstance(value, dict) else None
    return clean_text(str(value)).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""


def words(text: str) -> str:
    """Letters and digits only: what survives every way of writing and showing a text."""
    return "".join(sign for sign in text.casefold() if sign.isalnum())


def mark(reply: OutgoingReply) -> str:
    """The same for every attempt to send this reply, another for any other: 64 hex digits."""
    said = f"{reply.post.native_id}\n{reply.approved_at.isoformat()}\n{reply.text}"
    return hashlib.sha256(said.encode("utf-8", "replace")).hexdigest()


def whole_characters(text: str) -> int:
    """About as many as a reader counts: marks and joiners belong to the character before them."""
    return len(re.sub(r"[\u0300-\u036f\u200d\ufe0e\ufe0f\U0001f3fb-\U0001f3ff]|(?<=\u200d).", "", text))


def refused(page: Page, said: str, where: str, mend: str = "") -> PermanentDelivery | TransientDelivery:
    """What an answer of status 400 and above means for a reply that was not taken."""
    why = f"{clean_text(said).strip()[:200] or 'refused without a reason'} (HTTP {page.status})"
    if page.status in (408, 425, 429):
        return TransientDelivery(why, where=where)
    return PermanentDelivery(why, where=where, mend=mend)
