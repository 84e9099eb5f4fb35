"""Parts of a page that announce a thread or a forum rather than hold a post."""

import re
from collections.abc import Sequence

from sources.cuts import Block
from sources.outline import Outline, naming
from sources.people import holds_any, is_person

_REPLIES = re.compile(
    r"\b\d+\s+(?:repl(?:y|ies)|antwort(?:en)?|odpowied[zź]\w*|réponses?|views|wyświetle\w*|odsłon\w*|aufrufe|"
    r"comments?|komentarz\w*)\b|"
    r"(?:replies|odpowiedzi|antworten|réponses|views|wyświetleń|odsłon|ostatni post|ostatnia odpowiedź|last "
    r"(?:post|reply)|letzte antwort)\s*:",
    re.IGNORECASE,
)
_STEMS = (
    "repl", "antwort", "odpow", "réponse", "view", "wyświetl", "odsłon", "aufruf", "comment", "komentarz", "ostatni",
    "last", "letzte",
)  # fmt: skip
"""One of them is in every text that _REPLIES matches."""
_names_last = naming(
    re.compile(
        r"last[-_]?(?:post|reply|comment|message|answer)(?!s?[-_]?(?:anchor|edit))|latest[-_]?(?:post|reply)",
        re.IGNORECASE,
    )
)
_OWN_PLACE = re.compile(r"#|/comment|/post[s/-]|[?&;]p(?:id)?=|findcomment|permalink|showpost", re.IGNORECASE)


def listing_share(page: Outline, blocks: Sequence[Block]) -> float:
    """The share of parts that announce a thread rather than hold a post."""
    return sum(announces(page, block) or _leads_away(page, block) for block in blocks) / len(blocks) if blocks else 0.0


def announces(page: Outline, block: Block) -> bool:
    """Whether a part has a count of replies or views, or a place for the last post."""
    known = page.announced.get((block.start, block.end))
    if known is None:
        known = page.announced[block.start, block.end] = _announces(page, block)
    return known


def _announces(page: Outline, block: Block) -> bool:
    if any(_names_last(page.names[n]) for n in page.named_in(block.start, block.end)):
        return True
    words = " ".join([text for n in page.texts_in(block.start, block.end) if len(text := page.text[n]) < 80])
    low = words.lower()  # a dozen looks for a word cost less than a search for any of them
    return holds_any(low, _STEMS) and _REPLIES.search(words) is not None


def _leads_away(page: Outline, block: Block) -> bool:
    for n in page.named_in(block.start, block.end):
        if page.tag[n] == "a" and page.tag[page.parent[n]] in ("h2", "h3", "h4", "h5") and page.length(n):
            href = page.attributes[n].get("href") or ""
            return not _OWN_PLACE.search(href) and not is_person(href)
    return False
