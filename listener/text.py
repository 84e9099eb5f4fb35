"""Plain decisions about text: folding to bare Latin letters, squeezing, cutting, fingerprints.

fold is what search and matching compare by; plain keeps the nine Polish letters, so that a reader who has folded
hits can still tell "sad" from "sąd". Both read look-alike letters (Cyrillic, Greek, full-width, mathematical) as the
Latin letters they look like and drop what the eye does not see: soft hyphens, joiners, combining marks.
"""

import re
import unicodedata
from collections.abc import Sequence
from hashlib import blake2b

from listener.clean import clean_text

__all__ = ["POLISH", "clean_text", "excerpt", "fingerprint", "fold", "fold_mapped", "is_boundary", "plain", "squeeze"]

POLISH = frozenset("ąćęłńóśźż")

_LOOKALIKES = dict(
    zip(
        "авекмнорстухѕіјԁһԛԝӏгпԍ" + "αβγδεζηικμνορτυχϲϳ",
        "abekmhopctyxsijdhqwlrng" + "abydeznikuvoptuxcj",
        strict=True,
    )
)
_SPELLED = {"ł": "l", "đ": "d", "ø": "o", "æ": "ae", "œ": "oe", "ß": "ss", "ð": "d", "þ": "th", "ħ": "h", "ı": "i"}
_HYPHENS = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2043\ufe58\ufe63\uff0d"
_APOSTROPHES = "\u2018\u2019\u201a\u201b\u02bc\u02b9\u00b4\u0060\u2032\uff07\u02c8\u05f3"
_PUNCTUATION = dict.fromkeys(_HYPHENS, "-") | dict.fromkeys(_APOSTROPHES, "'")
_INVISIBLE = frozenset({"Mn", "Me", "Cf"})


def _bare(char: str) -> str:
    if char in _PUNCTUATION:
        return _PUNCTUATION[char]
    parts = (part for part in unicodedata.normalize("NFKD", char).lower())
    kept = (_SPELLED.get(part, _LOOKALIKES.get(part, part)) for part in parts)
    return "".join(part for part in "".join(kept) if unicodedata.category(part) not in _INVISIBLE)


class _Table(dict[int, str]):
    """Code point -> what stands for it; filled as characters are met."""

    def __init__(self, keep: frozenset[str]) -> None:
        super().__init__()
        self._keep = keep

    def __missing__(self, code: int) -> str:
        char = chr(code)
        lower = char.lower()
        value = lower if lower in self._keep else _bare(char)
        self[code] = value
        return value


_FOLD, _PLAIN = _Table(frozenset()), _Table(POLISH)
_AWKWARD = 0


def _byte_table() -> bytes:
    """cp1250 byte -> the byte of its fold, or _AWKWARD where the fold is not exactly one such character."""
    out = bytearray(256)
    for byte in range(1, 256):
        try:
            folded = _FOLD[ord(bytes([byte]).decode("cp1250"))].encode("cp1250")
        except UnicodeError:
            continue
        if len(folded) == 1:
            out[byte] = folded[0]
    return bytes(out)


_BYTES = _byte_table()


def fold(text: str) -> str:
    """Lower case, no diacritics, look-alikes as Latin, one kind of hyphen and apostrophe, nothing invisible."""
    quick = _quick_fold(text)
    return text.translate(_FOLD) if quick is None else quick


def fold_mapped(text: str) -> tuple[str, Sequence[int]]:
    """fold(text) and, for each of its characters plus its end, the position in text that it came from."""
    quick = _quick_fold(text)
    if quick is not None:
        return quick, range(len(text) + 1)
    pieces = [_FOLD[ord(char)] for char in text]
    offsets = [at for at, piece in enumerate(pieces) for _ in piece]
    offsets.append(len(text))
    return "".join(pieces), offsets


def _quick_fold(text: str) -> str | None:
    """The fold where it keeps every position, which is true of nearly all Polish text; None elsewhere."""
    if text.isascii():
        return text.lower().replace("`", "'")
    try:
        raw = text.encode("cp1250").translate(_BYTES)
    except UnicodeEncodeError:
        return None
    return None if _AWKWARD in raw else raw.decode("cp1250")


def plain(text: str) -> str:
    """As fold, but Polish letters keep their marks: what a word says, whoever typed it."""
    if text.isascii():
        return text.lower().replace("`", "'")
    return unicodedata.normalize("NFC", text).translate(_PLAIN)


def squeeze(text: str) -> str:
    """One space for every run of white space, none at the ends."""
    return " ".join(text.split())


# --- cutting --------------------------------------------------------------------------------------------------

_JOINER = "\u200d"


def _extends(char: str) -> bool:
    code = ord(char)
    if code < 0x300:
        return False
    return (
        char == _JOINER
        or unicodedata.category(char) in ("Mn", "Me", "Mc")
        or 0x1F3FB <= code <= 0x1F3FF
        or 0xE0020 <= code <= 0xE007F
        or 0x1160 <= code <= 0x11FF
    )


def _is_flag(char: str) -> bool:
    return 0x1F1E6 <= ord(char) <= 0x1F1FF


def is_boundary(text: str, at: int) -> bool:
    """Whether text may be cut before index at without splitting what a reader sees as one character."""
    if at <= 0 or at >= len(text):
        return True
    before, after = text[at - 1], text[at]
    if _extends(after) or before == _JOINER or (before == "\r" and after == "\n"):
        return False
    if _is_flag(before) and _is_flag(after):
        run = at
        while run > 0 and _is_flag(text[run - 1]):
            run -= 1
        return (at - run) % 2 == 0
    return True


def excerpt(text: str, limit: int) -> str:
    """At most limit code points of the squeezed text, ending in … where cut; never inside a visible character, and
    between words where one ends in the last quarter. limit below 1 raises ValueError."""
    if limit < 1:
        raise ValueError(f"an excerpt needs at least 1 character, got {limit}")
    whole = squeeze(text)
    if len(whole) <= limit:
        return whole
    cut = limit - 1
    while not is_boundary(whole, cut):
        cut -= 1
    space = whole.rfind(" ", 0, cut + 1)
    if space >= cut - limit // 4 and space > 0:
        cut = space
    return whole[:cut].rstrip() + "…"


# --- identity of content --------------------------------------------------------------------------------------

_WORD = re.compile(r"[^\W_]+")


def fingerprint(text: str) -> str:
    """32 hex digits, equal for texts that differ only in case, diacritics, punctuation, spacing or invisible
    characters. Texts without letters and digits are told apart by what they do hold."""
    words = " ".join(_WORD.findall(fold(text))) or squeeze(text)
    return blake2b(words.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
