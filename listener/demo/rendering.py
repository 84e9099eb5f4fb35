"""What the demo sites share: templates, dates in Polish, Markdown made safe, answers that may be 304."""

import hashlib
import re
import unicodedata
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request
from fastapi.responses import HTMLResponse, Response
from fastapi.staticfiles import StaticFiles
from jinja2 import Environment, PackageLoader, StrictUndefined
from markdown_it import MarkdownIt
from markupsafe import Markup

_ZONE = ZoneInfo("Europe/Warsaw")
_MONTHS = (
    *("stycznia", "lutego", "marca", "kwietnia", "maja", "czerwca"),
    *("lipca", "sierpnia", "września", "października", "listopada", "grudnia"),
)
# html=False: a tag typed into a post comes out as text; links with javascript: and the like are refused by the parser
_MARKDOWN = MarkdownIt("js-default", {"html": False, "breaks": True, "linkify": False}).disable("image")
_MENTION = re.compile(r"(<blockquote>\s*<p>)@([\w.+-]+)(?= napisał:)")
_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'"
)
_HEADERS = {"Vary": "Accept-Language, Cookie", "Content-Security-Policy": _POLICY}


def slug(title: str) -> str:
    """Letters of any alphabet, digits, hyphens."""
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", unicodedata.normalize("NFKC", title).lower())).strip("-_")


def long_date(at: datetime) -> str:
    """ "22 listopada 2026 18:36", in Warsaw: minutes are all that such a board tells."""
    local = at.astimezone(_ZONE)
    return f"{local.day} {_MONTHS[local.month - 1]} {local.year} {local:%H:%M}"


def age(at: datetime, now: datetime, *, english: bool) -> str:
    """As short as such a board prints it beside a name: "teraz" or "now", "5m", "3h", "2 dni" or "2 days"."""
    past = now - at
    if past < timedelta(minutes=1):
        return "now" if english else "teraz"
    if past < timedelta(hours=1):
        return f"{past // timedelta(minutes=1)}m"
    if past < timedelta(days=1):
        return f"{past // timedelta(hours=1)}h"
    one, many = ("day", "days") if english else ("dzień", "dni")
    return f"{past.days} {one if past.days == 1 else many}"


def hue(name: str) -> int:
    """A colour for a face that has no picture, 0 to 359."""
    return int.from_bytes(hashlib.blake2b(name.encode(), digest_size=2).digest()) % 360


@lru_cache(maxsize=1024)
def markdown(text: str) -> Markup:
    """HTML of a post. Everything in the text that is HTML comes out escaped."""
    html = _MARKDOWN.render(text).replace('<a href="', '<a rel="nofollow" href="')
    return Markup(_MENTION.sub(r'\1<a class="comment-mention" rel="nofollow" href="/user/name/\2/">@\2</a>', html))  # noqa: S704 - the renderer escaped it


def environment() -> Environment:
    """Templates of the demo; everything is escaped unless markdown() made it."""
    env = Environment(
        loader=PackageLoader("listener.demo"), autoescape=True, undefined=StrictUndefined, auto_reload=False
    )
    env.trim_blocks = env.lstrip_blocks = True
    env.filters.update(long_date=long_date, markdown=markdown, slug=slug, hue=hue)
    return env


def answer(request: Request, body: str, *, media_type: str = "text/html", modified: datetime | None = None) -> Response:
    """200 with an ETag, or 304 where the visitor has these very bytes. modified: for Last-Modified."""
    raw = body.encode()
    tag = f'"{hashlib.blake2b(raw, digest_size=12).hexdigest()}"'
    headers = {
        "ETag": tag,
        "Cache-Control": "no-cache",
        "Vary": "Accept-Language, Cookie",
        "Content-Security-Policy": _POLICY,
    }
    if modified is not None:
        headers["Last-Modified"] = modified.astimezone(ZoneInfo("UTC")).strftime("%a, %d %b %Y %H:%M:%S GMT")
    known = [part.strip().removeprefix("W/") for part in request.headers.get("if-none-match", "").split(",")]
    if tag in known or "*" in known:
        return Response(status_code=304, headers=headers)
    return Response(raw, media_type=f"{media_type}; charset=utf-8", headers=headers)


def form_page(body: str, status: int = 200) -> HTMLResponse:
    """A page with a form: never kept by anybody, since it holds a token."""
    headers = {"Cache-Control": "no-store", **_HEADERS}
    return HTMLResponse(body, status_code=status, headers=headers)


def mount_static(app: FastAPI) -> None:
    """Style and the script that keeps an open page alive."""
    app.mount("/static", StaticFiles(directory=Path(__file__).parent / "static"), name="static")
