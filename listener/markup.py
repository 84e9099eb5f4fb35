"""HTML to plain text with its paragraphs, quotes split off and signature left out.

Built on selectolax (lexbor). What a page may hold is bounded when it is parsed (listener.parsing).
"""

from dataclasses import dataclass
from functools import lru_cache

from selectolax.lexbor import LexborNode

from listener.charset import decode
from listener.clean import clean_text
from listener.links import absolute, clean_url, without_fragment
from listener.model import Quote
from listener.parsing import tree
from listener.quotes import is_added, is_quote, own_words, split_heading, who
from listener.visible import Skip, text_of

__all__ = ["Body", "absolute", "clean_text", "clean_url", "decode", "is_quote", "plain", "read_body", "text_of", "tree",
           "without_fragment"]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a writer wrote: text without quotes, signature and notes of edits; the outermost quotes beside it."""

    text: str
    quotes: tuple[Quote, ...]


def plain(html: str) -> str:
    """Text of a piece of HTML, quotes and all: paragraphs by an empty line, lines by \\n."""
    root = tree(html).body
    return text_of(root) if root else ""


def read_body(node: LexborNode, skip: Skip | None = None) -> Body:
    """What the writer of a post wrote. node: the element that holds the post's text; it is not changed."""
    quotes: list[Quote] = []

    def leave(element: LexborNode, tag: str, attributes: dict[str, str | None]) -> bool:
        if skip is not None and skip(element, tag, attributes):
            return True
        if not attributes and tag != "blockquote":
            return False
        part = _part(tag, attributes.get("class"), attributes.get("id"))
        if part == _ADDED or "data-excludequote" in attributes:
            return True
        if part == _QUOTED:
            quotes.append(_quote(element, attributes))
        return part == _QUOTED

    text, headings = own_words(text_of(node, leave), quoted=bool(quotes))
    if not quotes:
        return Body(text=text, quotes=())
    nameless = [quote for quote in quotes if quote.author is None]
    names = iter(map(who, headings) if len(headings) == len(nameless) else ())
    named = (quote if quote.author else Quote(author=next(names, None), text=quote.text) for quote in quotes)
    return Body(text=text, quotes=tuple(quote for quote in named if quote.text))


_OWN, _ADDED, _QUOTED = range(3)


@lru_cache(maxsize=8192)
def _part(tag: str, names: str | None, number: str | None) -> int:
    """Whose an element is, by its tag, class and id: the writer's, the board's, or somebody else's."""
    both = f"{names or ''} {number or ''}"
    if is_added(both):
        return _ADDED
    return _QUOTED if is_quote(tag, both) else _OWN


_WHO_IN = ("data-username", "data-author", "data-quote", "data-ipsquote-username")
_CITED = (
    "cite, .quoteheader, .quote_header, .bbCodeBlock-title, .attribution, .ipsQuote_citation, .title, .bbcode_postedby"
)


def _quote(element: LexborNode, attributes: dict[str, str | None]) -> Quote:
    author = next((name for key in _WHO_IN if (name := attributes.get(key))), None)
    cite = element.css_first(_CITED)
    if cite is None:
        heading, text = "", text_of(element)
    else:
        aside = cite.mem_id
        heading, text = text_of(cite), text_of(element, lambda node, tag, _: node.mem_id == aside)
    if not heading:
        heading, text = split_heading(text)
    return Quote(author=(author or who(heading)) or None, text=own_words(text, quoted=False)[0])
