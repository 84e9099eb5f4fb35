"""The same complaint in several places: exact copies by address and normalised text, near copies by MinHash.

A text is cut into overlapping pieces of its folded words; texts whose pieces mostly agree are copies. Candidates
come from an index behind a small interface (NearIndex), so that it can be changed for another; each is checked by its
sketch. What somebody quotes is not what they say: quoted lines count for nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
from rensa import RMinHash

from listener.matching.bands import BandIndex, Sketch
from listener.model import Post
from listener.text import fingerprint, fold

THRESHOLD = 0.5
"""share of agreeing rows from which two texts are one (measured: benchmarks/duplicates.py)"""
ROWS, BANDS = 126, 42
PIECE = 5
MIN_WORDS = 8
"""shorter texts ("polecam", "ja też") are alike by chance and are no copies"""

_TRACKING = re.compile(r"(utm_.*|fbclid|gclid|sid|s|phpsessid|ref|session|mc_cid|mc_eid|igshid)", re.IGNORECASE)
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
_SPREAD = np.uint64(0x9E3779B97F4A7C15)
_WORDS = re.compile(r"[^\W_]+")


class NearIndex(Protocol):
    """Where sketches are kept and found again."""

    def add(self, key: int, sketch: Sketch) -> None: ...

    def remove(self, key: int) -> None: ...

    def find(self, sketch: Sketch) -> list[tuple[int, float]]: ...


@dataclass(frozen=True, slots=True)
class Copy:
    """A known post that the asked one repeats. similarity: 0..1, 1.0 where exact."""

    key: int
    similarity: float
    exact: bool


@dataclass(frozen=True, slots=True)
class Said:
    """What a post says, ready to compare. place: its canonical address as a number, None where it has none; mark: its
    normalised text as a number, and sketch, both None where the text is too short to be more than a coincidence."""

    place: int | None
    mark: int | None
    sketch: Sketch | None


def said(post: Post) -> Said:
    """What a post says, without what it quotes."""
    words = own_words(post.text)
    line = " ".join(words)
    place = _number(canonical_url(post.url)) if post.url else None
    if len(words) < MIN_WORDS:
        return Said(place, None, None)
    return Said(place, int(fingerprint(line)[:15], 16), sketch(line))


def _number(text: str) -> int:
    """60 bits that stand for a text."""
    return int(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()[:15], 16)


class Duplicates:
    """What has been said, and where it was said before. Keys are the caller's own (row ids, 0 or more)."""

    def __init__(self, index: NearIndex | None = None) -> None:
        self._index = index or BandIndex(ROWS, BANDS, THRESHOLD)
        self._places: dict[int, int] = {}
        self._texts: dict[int, tuple[int, ...]] = {}
        self._known: dict[int, tuple[int | None, int | None]] = {}

    def add(self, key: int, post: Post | Said) -> None:
        """Remembers a post."""
        new = post if isinstance(post, Said) else said(post)
        self._known[key] = (new.place, new.mark)
        if new.place is not None:
            self._places.setdefault(new.place, key)
        if new.mark is None:
            return
        same = self._texts.get(new.mark, ())
        self._texts[new.mark] = (*same, key)
        if not same and new.sketch is not None:
            self._index.add(new.mark, new.sketch)

    def find(self, post: Post | Said) -> tuple[Copy, ...]:
        """The remembered posts that this one repeats: exact ones first, then the most alike."""
        asked = post if isinstance(post, Said) else said(post)
        place = None if asked.place is None else self._places.get(asked.place)
        exact: dict[int, None] = {} if place is None else {place: None}
        exact |= dict.fromkeys(self._texts.get(asked.mark, ()) if asked.mark is not None else ())
        near = self._index.find(asked.sketch) if asked.sketch is not None else []
        spread = [(key, alike) for mark, alike in near for key in self._texts.get(mark, ()) if key not in exact]
        copies = [Copy(key, 1.0, exact=True) for key in exact]
        return (*copies, *(Copy(key, alike, exact=False) for key, alike in spread))

    def see(self, key: int, post: Post) -> tuple[Copy, ...]:
        """find, then add, for the price of reading the post once."""
        new = said(post)
        copies = self.find(new)
        self.add(key, new)
        return copies

    def forget(self, key: int) -> None:
        """Removes a post; unknown keys are no error."""
        place, mark = self._known.pop(key, (None, None))
        if place is not None and self._places.get(place) == key:
            del self._places[place]
        if mark is None:
            return
        left = tuple(other for other in self._texts.pop(mark) if other != key)
        if left:
            self._texts[mark] = left
        else:
            self._index.remove(mark)


def groups(posts: Iterable[tuple[int, Post]]) -> tuple[tuple[int, ...], ...]:
    """Posts that say the same, in groups of two or more keys, in the order given: one ticket and its places."""
    known, leader, members = Duplicates(), dict[int, int](), dict[int, list[int]]()
    for key, post in posts:
        copies = known.see(key, post)
        first = leader[copies[0].key] if copies else key
        leader[key] = first
        members.setdefault(first, []).append(key)
    return tuple(tuple(keys) for keys in members.values() if len(keys) > 1)


def canonical_url(url: str) -> str:
    """The address without scheme, www, session and tracking parameters, in one order: equal for the same place. An
    address that cannot be read stands for itself."""
    try:
        parts = urlsplit(url.strip())
        host, number = (parts.hostname or "").removeprefix("www."), parts.port
    except ValueError:
        return url.strip()
    port = f":{number}" if number not in (None, 80, 443) else ""
    kept = sorted((name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.fullmatch(name))
    query = f"?{urlencode(kept)}" if kept else ""
    fragment = f"#{parts.fragment}" if parts.fragment else ""
    return f"{host}{port}{parts.path.rstrip('/')}{query}{fragment}"


def own_words(text: str) -> list[str]:
    """The folded words of a text without its quoted lines."""
    return _WORDS.findall(fold(_QUOTED.sub("", text)))


def sketch(line: str) -> Sketch:
    """The sketch of folded words, at least PIECE characters in all: of every run of PIECE bytes of their UTF-8."""
    raw = np.frombuffer(line.encode("utf-8", "surrogatepass"), dtype=np.uint8).astype(np.uint64)
    codes = np.zeros(len(raw) - PIECE + 1, dtype=np.uint64)
    for at in range(PIECE):
        codes = (codes << np.uint64(8)) | raw[at : len(raw) - PIECE + 1 + at]
    codes = np.unique(codes) * _SPREAD
    codes ^= codes >> np.uint64(32)
    matrix = RMinHash.digest_matrix_from_flat_token_hashes(codes * _SPREAD, [0, len(codes)], ROWS, 42)
    return np.array(matrix.to_rows()[0], dtype=np.uint32)
