"""A reply in the parts that an input of a form holds, and a way to know a text again."""

import hashlib
from collections.abc import Iterator, Sequence

LONGEST_PART = 3000
MOST_PARTS = 6


def parts_of(text: str) -> tuple[str, ...]:
    """A text in pieces that an input holds, divided between paragraphs where that can be done."""
    parts: list[str] = []
    for paragraph in text.strip().split("\n\n"):
        for piece in _pieces(paragraph):
            if parts and len(parts[-1]) + 2 + len(piece) <= LONGEST_PART:
                parts[-1] += "\n\n" + piece
            else:
                parts.append(piece)
    return tuple(parts[:MOST_PARTS]) or ("",)


def joined(parts: Sequence[str]) -> str:
    """The other way: parts are paragraphs."""
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _pieces(paragraph: str) -> Iterator[str]:
    rest = paragraph
    while len(rest) > LONGEST_PART:
        at = max(rest.rfind(" ", 0, LONGEST_PART), rest.rfind("\n", 0, LONGEST_PART))
        at = at if at > 0 else LONGEST_PART
        yield rest[:at]
        rest = rest[at:].lstrip()
    yield rest


def digest(text: str) -> str:
    """Tells one text from another, whatever became of its spaces."""
    return hashlib.sha256(" ".join(text.split()).encode("utf-8", "surrogatepass")).hexdigest()[:16]
