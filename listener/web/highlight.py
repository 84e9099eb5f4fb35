"""Scraped text made fit to look at: pieces with the reasons that cover them, and nothing invisible left unseen."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from markupsafe import Markup, escape

from listener.model import StoredPost

# Direction marks and overrides, zero-width characters, soft hyphens, tags and controls: they can make a text read
# other than it is. Joiners between emoji, variation selectors and newlines are part of plain writing and stay.
_UNSEEN = re.compile(
    "[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f"
    "\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e0fff]"
)
_JOINER = "\u200d"
_PICTURES = re.compile("[\u2190-\u2bff\u3030\u303d\ufe0f\U0001f000-\U0001faff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A run of text under the same reasons. labels: of the evidence that covers it; why: of the query's spans."""

    text: str
    labels: tuple[str, ...] = ()
    why: tuple[str, ...] = ()


def _joins_pictures(text: str, at: int) -> bool:
    around = text[max(at - 1, 0) : at], text[at + 1 : at + 2]
    return text[at] == _JOINER and all(_PICTURES.match(neighbour) for neighbour in around)


def reveal(text: str | None) -> Markup:
    """Escaped HTML in which every character that changes how others are read, or hides, shows as its code."""
    text = text or ""
    parts, last = [], 0
    for found in _UNSEEN.finditer(text):
        at = found.start()
        if _joins_pictures(text, at):
            continue
        parts.append(escape(text[last:at]))
        parts.append(Markup('<span class="unseen">U+{}</span>').format(f"{ord(text[at]):04X}"))
        last = at + 1
    parts.append(escape(text[last:]))
    return Markup("").join(parts)


def plain(text: str | None) -> str:
    """The same for places that take no markup (titles, attributes): what does not show is left out."""
    text = text or ""
    return "".join(c for at, c in enumerate(text) if not _UNSEEN.match(c) or _joins_pictures(text, at))


def bare(text: str) -> Markup:
    """Escaped HTML without what does not show, for words that another program wove its own marks into."""
    return escape(plain(text))


def pieces(stored: StoredPost) -> tuple[Piece, ...]:
    """The post's text cut wherever a reason begins or ends. Positions beyond the text count to its end."""
    text = stored.post.text
    evidence = stored.classification.evidence if stored.classification else ()
    covers = [(e.start, e.end, e.label, "") for e in evidence]
    covers += [(s.start, s.end, "", s.why) for mention in stored.mentions for s in mention.spans]
    cuts = _cuts(len(text), (edge for start, end, *_ in covers for edge in (start, end)))
    return tuple(_piece(text, start, end, covers) for start, end in pairwise(cuts))


def _cuts(length: int, edges: Iterable[int]) -> list[int]:
    return sorted({0, length, *(min(max(edge, 0), length) for edge in edges)})


def _piece(text: str, start: int, end: int, covers: Iterable[tuple[int, int, str, str]]) -> Piece:
    over = [cover for cover in covers if cover[0] <= start and end <= cover[1]]
    return Piece(
        text=text[start:end],
        labels=tuple(dict.fromkeys(label for *_, label, _why in over if label)),
        why=tuple(dict.fromkeys(why for *_, why in over if why)),
    )
