"""Plain text out of a piece of HTML: lines where a reader sees lines, nothing of scripts and hidden parts."""

import re

from selectolax.lexbor import LexborHTMLParser, LexborNode

LINES = frozenset(
    {"address", "article", "aside", "dd", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer"}
)
LINES |= {"form", "header", "hr", "li", "main", "nav", "section", "tr"}
PARTED = frozenset({"p", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"})
SILENT = frozenset({"script", "style", "template", "noscript", "head", "title", "textarea", "select", "button", "svg"})


def html_to_text(html: str) -> str:
    """The text of an HTML fragment."""
    body = LexborHTMLParser(html).body
    return node_text(body) if body else ""


def node_text(node: LexborNode) -> str:
    """The text inside a node. Paragraphs are parted by an empty line, list items begin with "- "."""
    out = _Lines()
    stack: list[LexborNode | int] = list[LexborNode | int](_children(node))[::-1]
    while stack:  # not by recursion: pages nest tags ten thousand deep
        one = stack.pop()
        if isinstance(one, int):
            out.gap(one)
        elif one.tag == "-text":
            out.text(one.text_content or "")
        else:
            stack += _open(one, out)[::-1]
    return out.whole()


class _Lines:
    """Text in the making. A gap is at least so many line ends, however many blocks close and open there."""

    def __init__(self) -> None:
        self._pieces: list[str] = []
        self._wanted = 0
        self._fresh = True

    def gap(self, lines: int) -> None:
        self._wanted = max(self._wanted, lines)

    def text(self, raw: str) -> None:
        flat = re.sub(r"\s+", " ", raw)
        if self._wanted or self._fresh:
            flat = flat.lstrip()
        if flat:
            self._pieces += ["\n" * self._wanted, flat]
            self._wanted, self._fresh = 0, False

    def line_end(self) -> None:
        self._pieces.append("\n" * (self._wanted or 1))
        self._wanted, self._fresh = 0, True

    def whole(self) -> str:
        lines = [line.strip() for line in "".join(self._pieces).split("\n")]
        return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def _open(node: LexborNode, out: _Lines) -> list[LexborNode | int]:
    """What follows on a tag: its children, and the gap where it closes."""
    tag = node.tag or ""
    if tag in SILENT or tag.startswith("-"):
        return []
    if tag == "br":
        out.line_end()
    elif tag == "img":
        out.text(node.attributes.get("alt") or "")
    gap = 2 if tag in PARTED else 1 if tag in LINES else 0
    out.gap(gap)
    if tag == "li":
        out.text("- ")
    return [*_children(node), gap] if gap else [*_children(node)]


def _children(node: LexborNode) -> list[LexborNode]:
    return list(node.iter(include_text=True))
