"""HTML to plain text with its paragraphs, quotes split off and signature left out.

Built on selectolax (lexbor). What a page may hold is bounded when it is parsed (listener.parsing).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from selectolax.lexbor import LexborNode

from listener.charset import decode
from listener.clean import clean_text
from listener.links import absolute, clean_url, without_fragment
from listener.model import Quote
from listener.parsing import tree
from listener.quotes import is_added, is_quote, own_words, split_heading, who

__all__ = ["Body", "absolute", "clean_text", "clean_url", "decode", "is_quote", "plain", "read_body", "text_of", "tree",
           "without_fragment"]  # fmt: skip

_SKIPPED = frozenset((
    "script", "style", "noscript", "template", "button", "select", "textarea", "iframe", "object", "svg",
    "head", "title", "input"
))  # fmt: skip
_PARAGRAPHS = (
    "p", "blockquote", "ul", "ol", "dl", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "figure",
    "fieldset", "hr", "details", "aside"
)  # fmt: skip
_LINES = (
    "div", "li", "tr", "dt", "dd", "section", "article", "header", "footer", "main", "address", "form",
    "center", "tbody", "thead", "caption", "figcaption", "summary", "legend", "nav"
)  # fmt: skip
_BREAK = dict.fromkeys(_PARAGRAPHS, 2) | dict.fromkeys(_LINES, 1)
"""How many lines an element parts from what stands beside it."""
_EMOTICONS = {  # names that boards give their pictures, as what the writer typed
    "smile": ":)", "smilie": ":)", "happy": ":)", "wink": ";)", "big grin": ":D", "biggrin": ":D", "grin": ":D",
    "laugh": ":D", "very happy": ":D", "tongue": ":P", "stick out tongue": ":P", "razz": ":P", "sad": ":(",
    "frown": ":(",
    "mad": ":@", "angry": ":@", "cry": ":'(", "crying": ":'(", "confused": ":s", "undecided": ":-/", "heart": "<3",
}  # fmt: skip
_SMILEY = re.compile(r"smil|emo(?:ji|ticon)", re.IGNORECASE)


_PLAIN_TAGS = frozenset((
    "a", "b", "dd", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "i", "li", "p", "span", "strong", "td",
    "th", "time"
))  # fmt: skip
_NOT_BREAK = re.compile(r"<(?!br>)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """What a writer wrote: text without quotes, signature and notes of edits; the outermost quotes beside it."""

    text: str
    quotes: tuple[Quote, ...]


class _Writer:
    """Collects pieces of text with the breaks between them."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._break = 0
        self._ends = 0
        self._space = False

    def end(self) -> None:
        self._ends += 1

    def line(self, strength: int) -> None:
        self._break = max(self._break, strength)

    def words(self, text: str) -> None:
        flat = " ".join(text.split())
        if not flat:
            self._space = self._space or bool(text)
            return
        self._lead(text[0].isspace())
        self._pieces.append(flat)
        self._space = text[-1].isspace()

    def verbatim(self, text: str) -> None:
        if text.strip("\n"):
            self._lead(False)
            self._pieces.append(text.strip("\n"))

    def cell(self) -> None:
        self._space = True

    def _lead(self, spaced: bool) -> None:
        if self._pieces:
            self._pieces.append("\n" * min(2, max(self._break, self._ends)) or (" " if spaced or self._space else ""))
        self._break = self._ends = 0
        self._space = False

    def done(self) -> str:
        return clean_text("".join(self._pieces)).strip()


Skip = Callable[[LexborNode, str, dict[str, str | None]], bool]


def plain(html: str) -> str:
    """Text of a piece of HTML, quotes and all: paragraphs by an empty line, lines by \\n."""
    root = tree(html).body
    return text_of(root) if root else ""


def text_of(node: LexborNode, skip: Skip | None = None) -> str:
    """Text of a node as a reader sees it. skip(node, tag, attributes) leaves an element out, with all it holds; a bare
    <br> is not asked about."""
    quick = _text_alone(node)
    return _walked(node, skip) if quick is None else quick


def _text_alone(node: LexborNode) -> str | None:
    """The same for an element that holds but text and line ends; None for any other."""
    if node.tag not in _PLAIN_TAGS:
        return None
    html = node.inner_html or ""
    if _NOT_BREAK.search(html):
        return None
    lines = [" ".join(_unescaped(line).split()) for line in html.split("<br>")]
    text, ends = "", 0
    for n, line in enumerate(lines):
        ends += n > 0
        if line:
            text += ("\n" * min(2, ends) if text else "") + line
            ends = 0
    return clean_text(text).strip()


def _unescaped(text: str) -> str:
    if "&" not in text:
        return text
    return text.replace("&nbsp;", "\xa0").replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def _walked(node: LexborNode, skip: Skip | None) -> str:
    writer = _Writer()
    here: LexborNode = node
    depth = verbatim = 0
    while True:
        tag = here.tag or ""
        child: LexborNode | None = None
        if tag == "-text":
            (writer.verbatim if verbatim else writer.words)(here.text_content or "")
        elif (not depth or tag not in _SKIPPED) and tag[0] != "-" and _open(writer, here, tag, skip if depth else None):
            child = here.child
            verbatim += tag == "pre" and child is not None
        if child is not None:
            here = child
            depth += 1
            continue
        _close(writer, tag)
        following = here.next if depth else None
        while depth and following is None and (parent := here.parent) is not None:
            here = parent
            depth -= 1
            tag = here.tag or ""
            verbatim -= tag == "pre"
            _close(writer, tag)
            following = here.next if depth else None
        if following is None:
            return writer.done()
        here = following


def _open(writer: _Writer, node: LexborNode, tag: str, skip: Skip | None) -> bool:
    """Writes what an element itself means; False where it is left out."""
    if tag == "br":
        writer.end()
        return True
    if skip is not None and skip(node, tag, node.attributes):
        writer.line(1)
        return False
    _close(writer, tag)
    if tag == "img":
        _image(writer, node.attributes)
    return True


def _close(writer: _Writer, tag: str) -> None:
    """What the beginning and the end of an element part."""
    strength = _BREAK.get(tag)
    if strength:
        writer.line(strength)
    elif tag in ("td", "th"):
        writer.cell()


def _image(writer: _Writer, attributes: dict[str, str | None]) -> None:
    """A smiley says something, a picture's name does not."""
    alt = (attributes.get("alt") or "").strip()
    if alt and (
        len(alt) <= 3 or (len(alt) <= 20 and _SMILEY.search(attributes.get("class") or attributes.get("src") or ""))
    ):
        writer.words(f" {_EMOTICONS.get(alt.lower(), alt)} ")


def read_body(node: LexborNode, skip: Skip | None = None) -> Body:
    """What the writer of a post wrote. node: the element that holds the post's text; it is not changed."""
    quotes: list[Quote] = []

    def leave(element: LexborNode, tag: str, attributes: dict[str, str | None]) -> bool:
        if skip is not None and skip(element, tag, attributes):
            return True
        if not attributes and tag != "blockquote":
            return False
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if "data-excludequote" in attributes or is_added(names):
            return True
        quoted = is_quote(tag, names)
        if quoted:
            quotes.append(_quote(element, attributes))
        return quoted

    text, headings = own_words(text_of(node, leave), quoted=bool(quotes))
    if not quotes:
        return Body(text=text, quotes=())
    nameless = [quote for quote in quotes if quote.author is None]
    names = iter(map(who, headings) if len(headings) == len(nameless) else ())
    named = (quote if quote.author else Quote(author=next(names, None), text=quote.text) for quote in quotes)
    return Body(text=text, quotes=tuple(quote for quote in named if quote.text))


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
