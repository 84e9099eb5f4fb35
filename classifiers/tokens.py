"""From scraped text to the tokens that the model counts. Pure, never raises, linear in the length of the text.

A token's norm is lower case without diacritics ("Żądam" -> "zadam"), so that people who type without them are read
as well. Numbers become 0, links become xurl; runs of ? and ! become one of "?", "!", "?!". Sentence ends are tokens.
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

READ_AT_MOST = 50_000
"""Characters of a text that are looked at; what follows is not read. Posts on forums end far earlier."""

WORD_AT_MOST = 40
"""A longer run of letters is read as several words, so that no word costs more than any other."""

SENTENCE_ENDS = frozenset({".", "...", "?", "!", "?!"})

_FOLD = str.maketrans("ąćęłńóśźżøđß", "acelnoszzods")
_TOKEN = re.compile(
    r"https?://[^\s<>\"]{1,300}|www\.[^\s<>\"]{1,300}"  # links
    r"|\d[\d.,:/-]{0,20}"  # numbers, dates, times
    rf"|(?:[^\W\d_][\u0300-\u036f]{{0,2}}){{1,{WORD_AT_MOST}}}"  # letters with their combining marks
    r"|[?!]{1,40}|\.{2,40}|…|\.(?=\s|$)"  # ends of sentences
    r"|[^\w\s.,\u200b-\u200f\ufe00-\ufe0f\ud800-\udfff]"  # one sign: emoji, quote, bracket
)
_MARKUP = re.compile(r"<(?:/?[a-zA-Z][^<>]{0,300}|!--[^<>]{0,300}--)>|&(?:[a-zA-Z]{2,8}|#\d{1,6}|#x[0-9a-fA-F]{1,6});")


@dataclass(frozen=True, slots=True)
class Token:
    """One token: how the model knows it, and where it stands in the text (code points, end exclusive)."""

    norm: str
    start: int
    end: int


def _blank(match: re.Match[str]) -> str:
    found = match.group()
    if found[0] == "<":
        return " " * len(found)
    return html.unescape(found)[:1].ljust(len(found)) if html.unescape(found) != found else found


def readable(text: str) -> str:
    """The part of the text that is read, left-over markup blanked, every character still in its place."""
    text = text[:READ_AT_MOST]
    if "<" in text or "&" in text:
        text = _MARKUP.sub(_blank, text)
    return text


def surfaces(readable_text: str) -> list[str]:
    """The tokens of a readable text as they are written, in order."""
    return _TOKEN.findall(readable_text)


def places(readable_text: str) -> list[tuple[int, int]]:
    """(start, end) of the same tokens."""
    return [match.span() for match in _TOKEN.finditer(readable_text)]


def fold(surface: str) -> str:
    """Lower case without diacritics, styled letters made plain."""
    word = surface.lower().translate(_FOLD)
    if word.isascii():
        return word
    decomposed = unicodedata.normalize("NFKD", word)
    return "".join(c for c in decomposed if not unicodedata.combining(c)).lower().translate(_FOLD) or word


@lru_cache(maxsize=200_000)
def norm(surface: str) -> str:
    """How the model knows a token, from how it is written."""
    first = surface[0]
    if first in "?!":
        return ("?" if "?" in surface else "") + ("!" if "!" in surface else "")
    if first.isdigit():
        return "0"
    if first in ".…":
        return "." if surface == "." else "..."
    word = fold(surface)
    if word.startswith(("http:", "https:", "www.")):
        return "xurl"
    return "".join(word.split()) or surface


def tokens(text: str) -> list[Token]:
    """All tokens of a text with their places."""
    return [Token(norm(m.group()), m.start(), m.end()) for m in _TOKEN.finditer(readable(text))]


def counted(text: str) -> str:
    """The norms of a text joined by single spaces: what the vectorizers of scikit-learn are given."""
    return " ".join(norm(surface) for surface in surfaces(readable(text)))
