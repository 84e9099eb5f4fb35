"""What any page says of its place among others: its title, its thread's address, the page after it."""

import re
from functools import lru_cache
from urllib.parse import urlsplit

from selectolax.lexbor import LexborHTMLParser

from listener.markup import absolute, clean_text, clean_url, text_of, without_fragment

_NEXT = re.compile(
    r"^\W*(?:next|next page|następn[aey]|następna strona|dalej|nächste|nächste seite|weiter|suivante?|page "
    r"suivante|siguiente|volgende)\W*$",
    re.IGNORECASE,
)
_NEXT_CLASS = re.compile(r"(?:^|[\s_-])next(?:$|[\s_-])|pagenav-jump--next|js-pagenav-next", re.IGNORECASE)
_PAGE_PART = re.compile(
    r"(?:^|[&;])(?:page|start|st|seite|strona)=\d+|/(?:page|strona|seite)[-/]?\d+/?$", re.IGNORECASE
)

_MAYBE_PAGE = re.compile(r"(?:page|st|seite|strona|start)[=/-]?\d", re.IGNORECASE)
"""Found in every address that _PAGE_PART is found in, and in few others."""


def title(parsed: LexborHTMLParser) -> str | None:
    """The thread's title: the page's heading, else its <title>."""
    for heading in parsed.css("h1")[:3]:
        words = " ".join(text_of(heading).split())
        if words:
            return words
    named = parsed.css_first("title")
    return clean_text(" ".join((named.text() or "").split())) or None if named else None


def thread_url(url: str) -> str:
    """The address of a thread from the address of any of its pages."""
    page = clean_url(without_fragment(url))
    if not _MAYBE_PAGE.search(page):
        return page
    parts = urlsplit(page)
    query = _PAGE_PART.sub("", parts.query).lstrip("&;")
    return parts._replace(query=query, path=_PAGE_PART.sub("/", parts.path)).geturl()


def base_url(parsed: LexborHTMLParser, url: str) -> str:
    """What the links of a page are relative to."""
    element = parsed.css_first("base[href]")
    return absolute(url, element.attributes.get("href")) or url if element else url


def next_page(parsed: LexborHTMLParser, url: str) -> str | None:
    """The page after this one, by rel=next, by its name, or as the number after the current one."""
    base = base_url(parsed, url)
    for node in parsed.css("link[rel=next], a[rel~=next]"):
        found = absolute(base, node.attributes.get("href"))
        if found and found != clean_url(url):
            return found
    for node in parsed.css("a[href]"):
        attributes = node.attributes
        if _leads_on(attributes.get("class") or "", attributes.get("title") or "") or _says_next(node.text() or ""):
            found = absolute(base, attributes.get("href"))
            if found and urlsplit(found).netloc == urlsplit(url).netloc and found != clean_url(url):
                return found
    return None


@lru_cache(maxsize=4096)
def _leads_on(names: str, title: str) -> bool:
    return _NEXT_CLASS.search(f"{names} {title}") is not None or _says_next(title)


@lru_cache(maxsize=4096)
def _says_next(text: str) -> bool:
    return _NEXT.match(text) is not None
