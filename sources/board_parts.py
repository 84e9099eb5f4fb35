"""One post element of a board's page: its number, words, writer, date and address."""

import re
from collections.abc import Mapping
from functools import lru_cache
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.dates import Order, find_date, told_order
from listener.markup import absolute, clean_url, text_of, without_fragment
from sources.layout import Layout, Part, View, first, href, id_in, line

_AMBIGUOUS = re.compile(r"\b\d{1,2}([-/])\d{1,2}\1\d{2,4}\b")
_LABEL = re.compile(r"^(?:.* »|[^\W\d]+:) (?=\S)")
_EXACT = ("datetime", "data-time", "data-timestamp", "title")
_MEMBER = re.compile(
    r"[?&;](?:u|uid|user|id|userid|member)=(\d+)|[./-](\d+)(?:[/-]|$)|/(?:u|user|users|profile|member)/([^/?#]+)"
)


def read_part(view: View, node: LexborNode, layout: Layout) -> Part | None:
    """What one post element says; None where it holds no post (an advertisement, a deleted one)."""
    named = node.attributes
    number = _number(layout, named)
    if number is None and layout.number_at and (named_part := first(node, layout.number_at)) is not None:
        named = named_part.attributes
        number = _number(layout, named)
    body = first(node, layout.body)
    if number is None or body is None:
        return None
    author, date = first(node, layout.author), first(node, layout.date)
    url = absolute(view.base, href(first(node, layout.permalink)))
    return Part(
        number=number,
        body=body,
        url=url or f"{clean_url(without_fragment(view.page.url))}#{named.get('id') or number}",
        author=line(author),
        author_url=absolute(view.base, href(author)),
        printed=printed_date(date) if date else None,
        exact=exact_date(date) if date else None,
    )


def _number(layout: Layout, named: Mapping[str, str | None]) -> str | None:
    return next((found for name in layout.number_in if (found := id_in(layout.number, named.get(name)))), None)


def board_order(html: LexborHTMLParser, text: str, layout: Layout, known: str | None) -> Order | None:
    """How a board writes day and month: as its page tells, else as was known."""
    before = Order(known) if known in set(Order) else None
    if html.css_first("time[datetime]") is not None or not _AMBIGUOUS.search(text):
        return before
    texts = [
        find_date(" ".join(text_of(node).split()))
        for node in html.css(",".join(filter(None, (layout.date, layout.clocks))))
    ]
    return told_order([text for text in texts if text]) or before


def exact_date(node: LexborNode) -> str | None:
    """The full moment that a date keeps in an attribute, its own or of a part of it."""
    own = _exact(node, node)
    if own is not _NOTHING:
        return own
    for part in node.css("[datetime],[data-time],[data-timestamp],[title]"):
        found = _exact(node, part)
        if found is not _NOTHING:
            return found
    return None


_NOTHING = ""


def _exact(node: LexborNode, part: LexborNode) -> str | None:
    """What the attributes of a part tell; _NOTHING where they hold no date."""
    attributes = part.attributes
    for name in _EXACT:
        value = attributes.get(name) or ""
        if not any(char.isdigit() for char in value):
            continue
        if name != "title":
            return value
        day = find_date(value)
        if day:
            return day if ":" in day else _with_clock(node, part, day)
    return _NOTHING


def _with_clock(node: LexborNode, part: LexborNode, day: str) -> str | None:
    """A day from a title ("Yesterday" explained) with the clock that stands beside it."""
    rest = text_of(node, lambda element, tag, _: element.mem_id == part.mem_id or _is_edit(element))
    return find_date(f"{day}{rest if rest[:1] in ',.' else ' ' + rest}")


def _is_edit(element: LexborNode) -> bool:
    return "edit" in (element.attributes.get("class") or "")


def printed_date(node: LexborNode) -> str | None:
    """A date as a reader sees it, without notes of edits."""
    text = " ".join(text_of(node, lambda element, tag, _: _is_edit(element)).split())
    text = _LABEL.sub("", text)
    return text if len(text) <= 40 else find_date(text) or text[:80]


@lru_cache(maxsize=4096)
def member_id(url: str | None) -> str | None:
    """A member's id from the address of their page: a number where there is one, else the name in it."""
    match = _MEMBER.search(url or "")
    return unquote(next(group for group in match.groups() if group)) if match else None
