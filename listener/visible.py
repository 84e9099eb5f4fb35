"""The text of an element as a reader sees it: its lines and paragraphs, smileys as the words that they stand for."""

import re
from collections.abc import Callable

from selectolax.lexbor import LexborNode

from listener.clean import clean_text

Skip = Callable[[LexborNode, str, dict[str, str | None]], bool]
"""(element, its tag, its attributes): whether it is left out, with all it holds."""
_Told = str | int | tuple[str]
"""What a walk meets: a text, one of the ways below, or the text of something preformatted."""

_LINE, _PARAGRAPH, _CELL, _END, _PICTURE, _TEXT, _SILENT = range(1, 8)
_SKIPPED = (
    "script", "style", "noscript", "template", "button", "select", "textarea", "iframe", "object", "svg",
    "head", "title", "input", "-comment", "-doctype", "-document"
)  # fmt: skip
_PARAGRAPHS = (
    "p", "blockquote", "ul", "ol", "dl", "table", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "figure",
    "fieldset", "hr", "details", "aside"
)  # fmt: skip
_LINES = (
    "div", "li", "tr", "dt", "dd", "section", "article", "header", "footer", "main", "address", "form",
    "center", "tbody", "thead", "caption", "figcaption", "summary", "legend", "nav"
)  # fmt: skip
_WAYS: dict[str | None, int] = {
    **dict.fromkeys(_SKIPPED, _SILENT), **dict.fromkeys(_PARAGRAPHS, _PARAGRAPH), **dict.fromkeys(_LINES, _LINE),
    "td": _CELL, "th": _CELL, "br": _END, "img": _PICTURE, "-text": _TEXT,
}  # fmt: skip
"""What an element does to the text around it; nothing, where it is not here."""
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


def text_of(node: LexborNode, skip: Skip | None = None) -> str:
    """Text of a node as a reader sees it. skip(node, tag, attributes) leaves an element out, with all it holds; a bare
    <br> is not asked about."""
    quick = _text_alone(node)
    return clean_text(_written(_walk(node, skip))).strip() if quick is None else quick


def _text_alone(node: LexborNode) -> str | None:
    """The same for an element that holds but text and line ends; None for any other."""
    if node.tag not in _PLAIN_TAGS:
        return None
    html = node.inner_html or ""
    if "<" not in html:
        return clean_text(" ".join(_unescaped(html).split())).strip()
    if html.count("<") != html.count("<br>"):
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


def _walk(node: LexborNode, skip: Skip | None) -> list[_Told]:
    """What stands in a node, in its order."""
    told: list[_Told] = []
    above: list[tuple[LexborNode, int]] = []
    here: LexborNode | None = node
    preformatted = 0
    while here is not None:
        tag = here.tag
        way = _WAYS.get(tag, 0)
        if way == _TEXT:
            text = here.text_content or ""
            told.append((text,) if preformatted else text)
            child = None
        else:
            child = _entered(told, here, way, skip) if above else _begun(told, here, way)
        if child is not None:
            preformatted += tag == "pre"
            above.append((here, way if way <= _CELL else 0))
            here = child
            continue
        here = here.next if above else None
        while above and here is None:
            up, way = above.pop()
            if way:
                told.append(way)
                preformatted -= up.tag == "pre"
            here = up.next if above else None
    return told


def _begun(told: list[_Told], node: LexborNode, way: int) -> LexborNode | None:
    """The first child of the node that a walk began at, which is read whatever it is."""
    tag = node.tag
    return None if tag is None or tag[0] == "-" else _opened(told, node, 0 if way == _SILENT else way)


def _entered(told: list[_Told], node: LexborNode, way: int, skip: Skip | None) -> LexborNode | None:
    """The first child of an element; None where it has none, or is left out."""
    if way == _SILENT:
        return None
    if skip is not None and way != _END and skip(node, node.tag or "", node.attributes):
        told.append(max(_LINE, way) if way <= _PARAGRAPH else _LINE)
        if way == _CELL:
            told.append(way)
        return None
    return _opened(told, node, way)


def _opened(told: list[_Told], node: LexborNode, way: int) -> LexborNode | None:
    if way == _PICTURE:
        told.append(_picture(node.attributes))
    elif way:
        told.append(way)
    return node.child


def _picture(attributes: dict[str, str | None]) -> str:
    """A smiley says something, a picture's name does not."""
    alt = (attributes.get("alt") or "").strip()
    if alt and (
        len(alt) <= 3 or (len(alt) <= 20 and _SMILEY.search(attributes.get("class") or attributes.get("src") or ""))
    ):
        return f" {_EMOTICONS.get(alt.lower(), alt)} "
    return ""


def _written(told: list[_Told]) -> str:
    """The text that a walk met, with what parts its pieces."""
    pieces: list[str] = []
    lines = ends = 0
    spaced = False
    for one in told:
        if isinstance(one, int):
            ends += one == _END
            spaced = spaced or one == _CELL
            lines = max(lines, one) if one <= _PARAGRAPH else lines
            continue
        bare = isinstance(one, str)
        text = one if isinstance(one, str) else one[0]
        words = " ".join(text.split()) if bare else text.strip("\n")
        if not words:
            spaced = spaced or (bare and bool(text))
            continue
        if pieces:
            gap = "\n" * min(2, max(lines, ends))
            pieces.append(gap or (" " if spaced or (bare and text[0].isspace()) else ""))
        pieces.append(words)
        lines = ends = 0
        spaced = bare and text[-1].isspace()
    return "".join(pieces)
