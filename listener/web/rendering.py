"""Templates and what they may call. Autoescape is on, an unknown name is an error."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from listener.model import Ticket, TicketState
from listener.web.addresses import web_address
from listener.web.highlight import pieces, plain, reveal
from listener.web.phrases import phrase
from listener.web.texts import CATALOGUE, Words
from listener.web.times import local, span

FOLDER = Path(__file__).parent
STATIC = FOLDER / "static"


def _version() -> str:
    """Changes whenever the style sheet or the script does, so that browsers fetch the new one."""
    content = b"".join(path.read_bytes() for path in sorted(STATIC.iterdir()))
    return sha256(content).hexdigest()[:12]


def _excerpt(text: str, length: int = 240) -> str:
    """One line of at most length characters, cut at a word."""
    line = " ".join(text.split())
    return line if len(line) <= length else line[:length].rsplit(" ", 1)[0].rstrip(",.;:") + "…"


@cache
def _environment() -> Environment:
    """Made and compiled once a process, shared by all applications in it."""
    jinja = Environment(
        loader=FileSystemLoader(FOLDER / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    jinja.globals |= {"asset_version": _version(), "known_label": lambda name: f"label.{name}" in CATALOGUE}
    jinja.filters |= {
        "reveal": reveal,
        "plain": plain,
        "pieces": pieces,
        "web_address": web_address,
        "excerpt": _excerpt,
        "percent": lambda share: round(share * 100),
        "number": lambda value: f"{value:g}",
    }
    return jinja


class Templates:
    """Renders pages in one zone."""

    def __init__(self, zone: str) -> None:
        self._zone = zone
        self._jinja = _environment()

    def render(self, name: str, t: Words, now: datetime, values: Mapping[str, Any]) -> str:
        """HTML of templates/<name>."""

        def clock(moment: datetime) -> str:
            return local(moment, self._zone, now)

        helpers = {
            "t": t,
            "clock": clock,
            "said_words": lambda text: phrase(text, t),
            "ago": lambda moment: t("ago", span=span(now - moment)),
            "due": lambda ticket: due(ticket, t, now),
            "late": lambda ticket: late(ticket, now),
        }
        return self._jinja.get_template(name).render(helpers | dict(values))


def late(ticket: Ticket, now: datetime) -> bool:
    """Past the deadline that it is in: first response, then resolution."""
    deadline = ticket.first_response_due if ticket.first_response_at is None else ticket.resolution_due
    return deadline is not None and deadline < now and ticket.state is not TicketState.RESOLVED


def due(ticket: Ticket, t: Words, now: datetime) -> str:
    """The ticket's clock in words."""
    if ticket.first_response_at is not None:
        answered = t("due.answered", span=span(ticket.first_response_at - ticket.opened_at))
        return f"{answered}, {_resolution(ticket, t, now)}".rstrip(", ")
    if ticket.first_response_due is None:
        return t("due.none")
    left = ticket.first_response_due - now
    return t("due.in" if left.total_seconds() >= 0 else "due.over", span=span(left))


def _resolution(ticket: Ticket, t: Words, now: datetime) -> str:
    """The second clock, which runs once the first has stopped; empty where there is none."""
    if ticket.resolution_due is None or ticket.state is TicketState.RESOLVED:
        return ""
    left = ticket.resolution_due - now
    return t("due.resolve_in" if left.total_seconds() >= 0 else "due.resolve_over", span=span(left))
