"""Pages of any size and state, parsed in linear time.

Built on selectolax (lexbor). tree() cuts what would make a parser or a walk explode: nesting, formatting tags that are
never closed, tags with endless attributes, sheer size.
"""

import re

from selectolax.lexbor import LexborHTMLParser

from listener.clean import SURROGATE

LARGEST = 4_000_000
"""Characters of a page that are read; the rest of a larger one is left."""
_DEEPEST = 3_000
_MOST_FORMATTING = 25
_LONGEST_TAG = 20_000

_FORMATTING = frozenset(("b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"))
_FLAT = frozenset((
    "a", "p", "li", "dt", "dd", "option", "optgroup", "tr", "td", "th", "tbody", "thead", "tfoot", "colgroup",
    "caption", "rt", "rp", "html", "head", "body", "nobr", "area", "base", "br", "col", "embed", "hr", "img",
    "input", "link", "meta", "param", "source", "track", "wbr", "keygen", "command", "frame", "path", "script",
    "style", "title", "textarea"
))  # fmt: skip
"""Elements that the parser closes by itself, or that hold no others."""
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr",
     "path")
)  # fmt: skip
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")


def _any_case(pattern: str) -> str:
    """Faster than re.IGNORECASE, which looks at each character in both cases."""
    return re.sub("[a-z]", lambda letter: f"[{letter[0].upper()}{letter[0]}]", pattern)


_NAMES = _any_case("b(?:ig)?|i|u|s(?:mall|tr(?:ike|ong))?|em|tt|code|font")
_ANY_FORMATTING = re.compile(rf"<(/?)(?:{_NAMES})(?![a-zA-Z0-9])")
_LEFT_OPEN = re.compile(rf"<(?=[bceifstuBCEIFSTU])({_NAMES})(?![a-zA-Z0-9])(?![^<>]*>[^<]*</\1>)")
"""A formatting tag that is not closed right after its text."""
_XML_SAVED = re.compile(
    r"<(?:script|iframe|style|textarea|title|noscript|i|b|em|a|span|div|p|td|li|ul)(?:\s[^<>]*+(?<=[\"'\s]/)|/)>",
    re.IGNORECASE,
)
"""Saved by a tool that writes HTML as XML: to an HTML parser the rest of the page would be inside that element."""
_EMPTY = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]{0,4000}[\"'\s])?)/>")


_HOLDS_NONE = frozenset(("br ", "br/", "met", "lin", "img", "inp", "hr ", "hr/"))
"""How the tags begin that nearly all pages close that way, and rightly."""


def tree(html: str) -> LexborHTMLParser:
    """Parses a page of any size and state; what is beyond the bounds of this module becomes a comment."""
    html = html[:LARGEST]
    if _is_xml_saved(html):
        html = _EMPTY.sub(_with_end, html)
    html = _bounded(html)
    try:
        return LexborHTMLParser(html)
    except UnicodeEncodeError:  # half of a pair of surrogates
        return LexborHTMLParser(SURROGATE.sub("\ufffd", html))


def _is_xml_saved(html: str) -> bool:
    """Whether _XML_SAVED is in a page: looked for from the ends of tags, of which few are its own."""
    before, end = 0, html.find("/>")
    while end >= 0:
        start = html.rfind("<", before, end)
        if start >= 0 and html[start + 1 : start + 4] not in _HOLDS_NONE and _XML_SAVED.match(html, start):
            return True
        before, end = end, html.find("/>", end + 2)
    return False


def _with_end(match: re.Match[str]) -> str:
    name = match[1]
    return match[0] if name.lower() in _VOID else f"<{name}{match[2]}></{name}>"


def _is_tame(html: str) -> bool:
    """Whether a page is so small and plain that nothing in it can pass the bounds: true of nearly every page."""
    if html.count("<") > _DEEPEST and html.count("<") - html.count("</") > _DEEPEST:
        return False
    at = 0
    while at + _LONGEST_TAG < len(html):
        at = html.rfind(">", at, at + _LONGEST_TAG + 1) + 1
        if not at:
            return False
    return len(_LEFT_OPEN.findall(html)) < _MOST_FORMATTING or not _is_piled_up(html)


def _is_piled_up(html: str) -> bool:
    """Whether more formatting tags are open at once than the parser should rebuild."""
    depth = 0
    for closes in _ANY_FORMATTING.findall(html):
        depth = max(0, depth + (-1 if closes else 1))
        if depth >= _MOST_FORMATTING:
            return True
    return False


def _bounded(html: str) -> str:
    if _is_tame(html):
        return html
    cuts: list[int] = []
    depth = formatting = 0
    last = 0
    for match in _TAG.finditer(html):
        start = match.start()
        if start - last > _LONGEST_TAG and html.find(">", last, last + _LONGEST_TAG) < 0:
            cuts.append(last)
        last = start
        closes, name = bool(match[1]), match[2].lower()
        if name in _FLAT:
            continue
        if name in _FORMATTING:
            formatting = max(0, formatting + (-1 if closes else 1))
            over = formatting >= _MOST_FORMATTING
        else:
            depth = max(0, depth + (-1 if closes else 1))
            over = depth >= _DEEPEST
        if over:
            cuts.append(start)
    if len(html) - last > _LONGEST_TAG and html.find(">", last, last + _LONGEST_TAG) < 0:
        cuts.append(last)
    return _commented(html, cuts) if cuts else html


def _commented(html: str, cuts: list[int]) -> str:
    pieces, at = [], 0
    for cut in sorted(set(cuts)):
        pieces += [html[at : cut + 1], "!"]
        at = cut + 1
    pieces.append(html[at:])
    return "".join(pieces)
