"""The part of an article that answers a post, as plain text of a length that people read."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token

from responders.suggest.similarity import Document, Index

_MARKDOWN = MarkdownIt("commonmark")
_MOST = 900


def paragraphs(markdown: str) -> list[str]:
    """Plain paragraphs of a Markdown text; headings are left out, list items begin with a dash."""
    found: list[str] = []
    heading, depth = False, 0
    for token in _MARKDOWN.parse(markdown):
        if token.type in ("heading_open", "heading_close"):
            heading = token.type == "heading_open"
        elif token.type in ("list_item_open", "list_item_close"):
            depth += 1 if token.type == "list_item_open" else -1
        elif token.type == "inline" and not heading:
            found.append(("– " if depth else "") + _plain(token.children or ()))
    return found


def passage(markdown: str, question: str) -> str:
    """The whole text where it is short, else the paragraphs closest to the question, in their order."""
    parts = paragraphs(markdown)
    if sum(map(len, parts)) <= _MOST:
        return _joined(parts)
    scores = Index([Document((part,), part) for part in parts]).scores(question)
    kept: set[int] = set()
    for number in sorted(range(len(parts)), key=lambda n: -scores[n]):
        if sum(len(parts[n]) for n in kept) + len(parts[number]) <= _MOST:
            kept.add(number)
    return _joined([parts[number] for number in sorted(kept)])


def _joined(parts: Sequence[str]) -> str:
    text = "\n\n".join(parts)
    return re.sub(r"(\n– [^\n]*)\n\n(?=– )", r"\1\n", re.sub(r"^(– [^\n]*)\n\n(?=– )", r"\1\n", text))


def _plain(tokens: Sequence[Token]) -> str:
    pieces = []
    for token in tokens:
        if token.type in ("text", "code_inline"):
            pieces.append(token.content)
        elif token.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
    return "".join(pieces).strip()
