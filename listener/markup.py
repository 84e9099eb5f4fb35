"""HTML to plain text with its paragraphs, quotes split off and signature left out; and links as they should be kept.

Built on selectolax (lexbor). Whatever the page holds, the work stays linear: tree() cuts what would make a parser or
a walk explode (nesting, formatting tags that are never closed, tags with endless attributes, sheer size).
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from urllib.parse import urldefrag, urljoin, urlsplit, urlunsplit

from selectolax.lexbor import LexborHTMLParser, LexborNode

from listener.charset import decode
from listener.model import Quote

__all__ = ["Body", "absolute", "clean_text", "clean_url", "decode", "is_quote", "plain", "read_body", "text_of", "tree"]

LARGEST = 4_000_000
"""Characters of a page that are read; the rest of a larger one is left."""
_DEEPEST = 3_000
_MOST_FORMATTING = 25
_LONGEST_TAG = 20_000

_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_FORMATTING = frozenset(["b", "big", "code", "em", "font", "i", "s", "small", "strike", "strong", "tt", "u"])
_FORMATTING_TAG = re.compile(r"<(/?)(?:b|big|code|em|font|i|s|small|strike|strong|tt|u)\b", re.IGNORECASE)
_FLAT = frozenset(
    [
        "a",
        "p",
        "li",
        "dt",
        "dd",
        "option",
        "optgroup",
        "tr",
        "td",
        "th",
        "tbody",
        "thead",
        "tfoot",
        "colgroup",
        "caption",
        "rt",
        "rp",
        "html",
        "head",
        "body",
        "nobr",
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "keygen",
        "command",
        "frame",
        "path",
        "script",
        "style",
        "title",
        "textarea",
    ]
)
_VOID = frozenset(
    (
        "area",
        "base",
        "br",
        "col",
        "embed",
        "hr",
        "img",
        "input",
        "link",
        "meta",
        "param",
        "source",
        "track",
        "wbr",
        "path",
    )
)
_XML_SAVED = re.compile(
    r"<(?:script|iframe|style|textarea|title|noscript|i|b|em|a|span|div|p|td|li|ul)(?:\s[^<>]*+(?<=[\"'\s]/)|/)>",
    re.IGNORECASE,
)
"""Saved by a tool that writes HTML as XML: to an HTML parser the rest of the page would be inside that element."""
_EMPTY = re.compile(r"<([a-zA-Z][a-zA-Z0-9]*)((?:\s[^<>]{0,4000}[\"'\s])?)/>")
_CONTROL = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u200b\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]"
)
_SURROGATE = re.compile("[\ud800-\udfff]")


def clean_text(text: str) -> str:
    """Text without control characters, invisible marks and lone surrogates; line ends as \\n."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATE.sub("\ufffd", _CONTROL.sub("", text))


def tree(html: str) -> LexborHTMLParser:
    """Parses a page of any size and state; what is beyond the bounds of this module becomes a comment."""
    html = html[:LARGEST]
    if "/>" in html and _XML_SAVED.search(html):
        html = _EMPTY.sub(_with_end, html)
    html = _bounded(html)
    try:
        return LexborHTMLParser(html)
    except UnicodeEncodeError:  # half of a pair of surrogates
        return LexborHTMLParser(_SURROGATE.sub("\ufffd", html))


def _with_end(match: re.Match[str]) -> str:
    name = match[1]
    return match[0] if name.lower() in _VOID else f"<{name}{match[2]}></{name}>"


def _is_tame(html: str) -> bool:
    """Whether a page is so small and plain that nothing in it can pass the bounds: true of nearly every page."""
    if html.count("<") - html.count("</") > _DEEPEST or max(map(len, html.split(">"))) > _LONGEST_TAG:
        return False
    ends = _FORMATTING_TAG.findall(html)
    return len(ends) - 2 * ends.count("/") < _MOST_FORMATTING


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


# --- text ---------------------------------------------------------------------------------------------------

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "button",
        "select",
        "textarea",
        "iframe",
        "object",
        "svg",
        "head",
        "title",
        "input",
    ]
)
_PARAGRAPH = frozenset(
    [
        "p",
        "blockquote",
        "ul",
        "ol",
        "dl",
        "table",
        "pre",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "figure",
        "fieldset",
        "hr",
        "details",
        "aside",
    ]
)
_LINE = frozenset(
    [
        "div",
        "li",
        "tr",
        "dt",
        "dd",
        "section",
        "article",
        "header",
        "footer",
        "main",
        "address",
        "form",
        "center",
        "tbody",
        "thead",
        "caption",
        "figcaption",
        "summary",
        "legend",
        "nav",
    ]
)
_SIGNATURE = re.compile(r"(?:^|[\s_-])(?:\w*signature\w*|sig|podpis|postsig|bbsig)(?:$|[\s_-])", re.IGNORECASE)
_EDITED = re.compile(
    r"(?:^|[\s_-])(?:edited\w*|lastedit(?:ed)?|last-?edited|\w*edit_?note|editedby|post_?edit(?:ed)?|modified|"
    r"message-lastedit|post-?edit-?info|attach\w*|ipstype_editedinfo)(?:$|[\s_-])",
    re.IGNORECASE,
)
_EDITED_LINE = re.compile(
    r"^\W*(?:ostatnio (?:zmieniony|edytowan[eyo])|ten post był edytowany|post (?:został )?edytowany|"
    r"edytowan[eoya]\b.{0,60}\bprzez|edited\b.{1,40}\bby|"
    r"edited by|last edited (?:by|on|at|:)|last modified by|(?:this|the) (?:post|message) (?:was|has been) "
    r"(?:last )?edited|"
    r"zuletzt (?:bearbeitet|geändert) von)\b.{0,160}$",
    re.IGNORECASE,
)
_RULE_LINE = re.compile(r"^_{6,}$")
_QUOTE_CLASS = re.compile(
    r"(?:^|[\s_-])(?:bb_?code_?)?(?:block)?quote(?:box|d|content|_content|container|_container)?(?:$|\s)|(?:^|"
    r"\s)bbcode_quote",
    re.IGNORECASE,
)
_WHOLE_POST = re.compile(r"post_?content|message_?text|post_?body|post_?text|post_?message", re.IGNORECASE)
_WROTE = re.compile(
    r"^\W*(?:cytat|quote|zitat|citation|cytuj)?(?:\s+z)?\s*[:\-–]?\s*(?:(?:quoting|originally posted by|posted "
    r"by|wysłane przez|napisane przez|zamieszczone przez|"
    r"zitat von|von|autor:?|od:?|from:?|by)\s+)?(?P<who>.{1,60}?)\s*"
    r"(?:napisał\(a\)|napisała?|napisał/a|pisze|wrote|said|schrieb|hat geschrieben|a écrit|escribió|napsal|"
    r"написал\(?а?\)?|says)?"
    r"(?:\s+(?:on|at|dnia|w dniu|@|↑|w\s+\w+\s+\d).{0,60})?[\s:↑]*$",
    re.IGNORECASE,
)
_SAYS = re.compile(
    r"napisał|pisze|wrote|said|schrieb|geschrieben|écrit|posted by|wysłane przez|napisane przez|zitat von|"
    r"quoting|:\s*$",
    re.IGNORECASE,
)
_BARE_QUOTE = re.compile(
    r"^\W*(?:cytat|quote|zitat|citation|cytuj|kod|code(?:: select all)?|kod:? zaznacz cały|zaznacz cały|select "
    r"all)\W*$",
    re.IGNORECASE,
)
_LONGEST_SIGNATURE = 500
_EMOTICONS = {  # names that boards give their pictures, as what the writer typed
    "smile": ":)", "smilie": ":)", "happy": ":)", "wink": ";)", "big grin": ":D", "biggrin": ":D", "grin": ":D",
    "laugh": ":D", "very happy": ":D", "tongue": ":P", "stick out tongue": ":P", "razz": ":P", "sad": ":(",
    "frown": ":(",
    "mad": ":@", "angry": ":@", "cry": ":'(", "crying": ":'(", "confused": ":s", "undecided": ":-/", "heart": "<3",
}  # fmt: skip
_BRACKETED = re.compile(
    r"^\s*(?:\([^()]{0,60}\)|(?:w dniu|dnia|on|am|le)\s[^,]{0,40}\d[^,]{0,20},)\s*", re.IGNORECASE
)  # a date before it
_SMILEY = re.compile(r"smil|emo(?:ji|ticon)", re.IGNORECASE)


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
    """Text of a node as a reader sees it. skip(node, tag, attributes) leaves an element out, with all it holds."""
    writer = _Writer()
    here: LexborNode = node
    depth = verbatim = 0
    while True:
        tag = here.tag or ""
        child: LexborNode | None = None
        if tag == "-text":
            (writer.verbatim if verbatim else writer.words)(here.text_content or "")
        elif (not depth or tag not in _SKIPPED) and tag[0] != "-" and _open(writer, here, tag, skip if depth else None):
            verbatim += tag == "pre"
            child = here.child
            if child is None:
                verbatim -= tag == "pre"
        if child is not None:
            here = child
            depth += 1
            continue
        _break(writer, tag)
        following = here.next if depth else None
        while depth and following is None and (parent := here.parent) is not None:
            here = parent
            depth -= 1
            verbatim -= here.tag == "pre"
            _break(writer, here.tag or "")
            following = here.next if depth else None
        if following is None:
            return writer.done()
        here = following


def _open(writer: _Writer, node: LexborNode, tag: str, skip: Skip | None) -> bool:
    """Writes what an element itself means; False where it is left out."""
    if skip is not None and skip(node, tag, node.attributes):
        writer.line(1)
        return False
    _break(writer, tag, opening=True)
    if tag == "img":
        _image(writer, node.attributes)
    return True


def _image(writer: _Writer, attributes: dict[str, str | None]) -> None:
    """A smiley says something, a picture's name does not."""
    alt = (attributes.get("alt") or "").strip()
    if alt and (
        len(alt) <= 3 or (len(alt) <= 20 and _SMILEY.search(attributes.get("class") or attributes.get("src") or ""))
    ):
        writer.words(f" {_EMOTICONS.get(alt.lower(), alt)} ")


def _break(writer: _Writer, tag: str, opening: bool = False) -> None:
    if tag in _PARAGRAPH:
        writer.line(2)
    elif tag in _LINE:
        writer.line(1)
    elif tag in ("td", "th"):
        writer.cell()
    elif tag == "br" and opening:
        writer.end()


def read_body(node: LexborNode, skip: Skip | None = None) -> Body:
    """What the writer of a post wrote. node: the element that holds the post's text; it is not changed."""
    quotes: list[Quote] = []

    def leave(element: LexborNode, tag: str, attributes: dict[str, str | None]) -> bool:
        if skip is not None and skip(element, tag, attributes):
            return True
        names = f"{attributes.get('class') or ''} {attributes.get('id') or ''}"
        if "data-excludequote" in attributes:
            return True
        if names.strip() and (_SIGNATURE.search(names) or _EDITED.search(names)):
            return True
        quoted = is_quote(tag, names)
        if quoted:
            quotes.append(_quote(element, attributes))
        return quoted

    text, headings = _own_words(text_of(node, leave), quotes)
    nameless = [quote for quote in quotes if quote.author is None]
    names = iter(map(_who, headings) if len(headings) == len(nameless) else ())
    named = (quote if quote.author else Quote(author=next(names, None), text=quote.text) for quote in quotes)
    return Body(text=text, quotes=tuple(quote for quote in named if quote.text))


def is_quote(tag: str, names: str) -> bool:
    """Whether an element holds somebody else's words. names: its class and id."""
    if tag == "blockquote":  # some boards hold the whole post in one
        return not _WHOLE_POST.search(names) or bool(_QUOTE_CLASS.search(names))
    return tag in ("div", "aside", "td", "fieldset", "section", "table") and bool(_QUOTE_CLASS.search(names))


_WHO_IN = ("data-username", "data-author", "data-quote", "data-ipsquote-username")


def _quote(element: LexborNode, attributes: dict[str, str | None]) -> Quote:
    author = next((name for key in _WHO_IN if (name := attributes.get(key))), None)
    cite = element.css_first(
        "cite, .quoteheader, .quote_header, .bbCodeBlock-title, .attribution, .ipsQuote_citation, .title, "
        ".bbcode_postedby"
    )
    heading = text_of(cite) if cite else ""
    text = (
        text_of(element, lambda node, tag, _: cite is not None and node.mem_id == cite.mem_id)
        if cite
        else text_of(element)
    )
    if not heading:
        first, _, rest = text.partition("\n")
        if _SAYS.search(first) and _WROTE.match(first) and rest:
            heading, text = first, rest
    return Quote(author=(author or _who(heading)) or None, text=_own_words(text, [])[0])


def _who(heading: str) -> str | None:
    line = _BRACKETED.sub("", heading.split("\n", 1)[0]).strip()
    match = _WROTE.match(line) if line and not _BARE_QUOTE.match(line) else None
    return match["who"].strip(' :"„”“«»') or None if match else None


def _own_words(text: str, quotes: list[Quote]) -> tuple[str, list[str]]:
    """The text less the lines that are not the writer's; and of those the ones that only named a quoted person."""
    lines = text.split("\n")
    rules = [n for n, line in enumerate(lines) if n and _RULE_LINE.match(line.rstrip())]
    cut = rules[-1] if rules and len("".join(lines[rules[-1] :])) < _LONGEST_SIGNATURE else len(lines)
    headings = [line for line in lines[:cut] if quotes and _heading(line)]
    kept = [line for line in lines[:cut] if not _EDITED_LINE.match(line) and line not in headings]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(kept)).strip(), headings


def _heading(line: str) -> bool:
    """A line that only said who is quoted below it, left behind when its quote was taken out."""
    return bool(_BARE_QUOTE.match(line)) or (
        len(line) < 80 and line.rstrip().endswith(":") and bool(_SAYS.search(line[:-1]))
    )


# --- links --------------------------------------------------------------------------------------------------

_TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|igshid|mc_[ce]id|_ga|_gl|_hsenc|_hsmi|ref_src|wt_mc|"
    r"phpsessid|oscsid|zenid|cfid|cftoken)$",
    re.IGNORECASE,
)
_SESSION = re.compile(r"(?:sid|s|session|session_id|sessid)$", re.IGNORECASE)
_TOKEN = re.compile(r"[0-9a-z]{20,64}$", re.IGNORECASE)
_JSESSION = re.compile(r";jsessionid=[^/?#;]*", re.IGNORECASE)
_PART = re.compile(r"([&;]?)([^&;]+)")


def clean_url(url: str) -> str:
    """A link without session and tracking parameters, the rest as it was, in its order and with its separators."""
    scheme, host, path, query, fragment = urlsplit(url)
    parts = [(sep, part) for sep, part in _PART.findall(query) if not _is_noise(part)]
    kept = "".join(sep + part for sep, part in parts).lstrip("&;")
    return urlunsplit((scheme, host, _JSESSION.sub("", path), kept, fragment))


def _is_noise(part: str) -> bool:
    name, _, value = part.removeprefix("amp").partition("=") if part.startswith("amp;") else part.partition("=")
    return bool(_TRACKING.match(name)) or (bool(_SESSION.match(name)) and bool(_TOKEN.match(value)))


@lru_cache(maxsize=4096)
def absolute(base: str, href: str | None) -> str | None:
    """The cleaned http(s) address that a link on page base leads to; None where it leads nowhere that can be read."""
    target = (href or "").strip()
    if not target:
        return None
    try:
        url = urljoin(base, target)
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            return None
        return clean_url(url) if parts.query or ";" in parts.path else url
    except ValueError:  # a link that is no link: http://[x
        return None


def without_fragment(url: str) -> str:
    """The page that a link leads into."""
    return urldefrag(url).url
