"""Addresses that a board shows cut short: "http://exa ... le.html", "https://example.com/a/long/pa…". What the writer
typed is where the link leads.
"""

import re
from collections.abc import Iterator
from urllib.parse import unquote

from selectolax.lexbor import LexborHTMLParser

_MARKS = ("...", "…", "&hellip;", "&#8230;")
_CLOSED = re.compile(r"[^<>]{0,80}</(?:a|span)>", re.IGNORECASE)
_CUT = re.compile(r"(?P<head>\S{4,}?)\s?(?:\.\.\.|…)\s?(?P<tail>\S{0,80})")
_SCHEME = re.compile(r"^https?://")


def spell_links(html: LexborHTMLParser, page: str, bodies: str) -> None:
    """Changes the tree: addresses that are shown cut off in bodies (CSS) are written out. page: the tree's source, by
    which most pages are known at little cost to have none."""
    if not any(_stands_in_link(page, mark) for mark in _MARKS):
        return
    for body in html.css(bodies):
        for link in body.css("a[href]"):
            address = typed(link.text().strip(), link.attributes.get("href") or "")
            if address is not None:
                link.replace_with(address)


def _stands_in_link(page: str, mark: str) -> bool:
    """Whether a mark of a cut stands near the end of a link. Found many times faster than a pattern would be."""
    at = page.find(mark)
    while at >= 0:
        if _CLOSED.match(page, at + len(mark)):
            return True
        at = page.find(mark, at + 1)
    return False


def typed(shown: str, target: str) -> str | None:
    """The address that a link's words are cut out of; None where they are no such cut."""
    cut = _CUT.fullmatch(shown)
    if cut is None:
        return None
    head, tail = cut["head"], cut["tail"]
    for whole in _spellings(target):
        if whole.startswith(head) and whole.endswith(tail) and len(whole) > len(head) + len(tail):
            return whole
    return None


def _spellings(target: str) -> Iterator[str]:
    """Ways to write an address: percent-encoded or not, with its scheme or not, with its last slash or not."""
    for address in dict.fromkeys((target, unquote(target))):
        for whole in (address, _SCHEME.sub("", address)):
            yield whole
            yield whole.rstrip("/")
