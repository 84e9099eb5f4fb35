"""The same complaint in several places: exact copies by address and normalised text, near copies by MinHash.

A text is cut into overlapping pieces of its folded words; texts whose pieces mostly agree are copies. Candidates
come from an index behind a small interface (NearIndex), so that it can be changed for another; each is checked by its
sketch. What somebody quotes is not what they say: quoted lines count for nothing.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol
from urllib.parse import parse_qsl, urlencode, urlsplit

import numpy as np
from rensa import RMinHash

from listener.matching.bands import BandIndex, Sketch
from listener.model import Post
from listener.text import fingerprint, fold

THRESHOLD = 0.42
"""share of agreeing rows from which two texts are one (measured: benchmarks/duplicates.py)"""
ROWS, BANDS = 126, 42
PIECE = 5
MIN_WORDS = 8
"""shorter texts ("polecam", "ja też") are alike by chance and are no copies"""

_TRACKING = re.compile(r"(utm_.*|fbclid|gclid|sid|s|phpsessid|ref|session|mc_cid|mc_eid|igshid)", re.IGNORECASE)
_QUOTED = re.compile(r"^\s*>.*$", re.MULTILINE)
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


class Duplicates:
    """What has been said, and where it was said before. Keys are the caller's own (row ids, 0 or more)."""

    def __init__(self, index: NearIndex | None = None) -> None:
        self._index = index or BandIndex(ROWS, BANDS, THRESHOLD)
        self._places: dict[str, int] = {}
        self._texts: dict[int, list[int]] = {}
        self._marks: dict[int, tuple[str, int | None]] = {}

    def add(self, key: int, post: Post) -> None:
        """Remembers a post."""
        place, mark = canonical_url(post.url), _mark(post.text)
        self._marks[key] = (place, mark)
        if place:
            self._places.setdefault(place, key)
        if mark is None:
            return
        same = self._texts.setdefault(mark, [])
        same.append(key)
        made = sketch(post.text) if len(same) == 1 else None
        if made is not None:
            self._index.add(mark, made)

    def find(self, post: Post) -> tuple[Copy, ...]:
        """The remembered posts that this one repeats: exact ones first, then the most alike."""
        mark = _mark(post.text)
        place = self._places.get(canonical_url(post.url))
        exact = dict.fromkeys([] if place is None else [place])
        exact |= dict.fromkeys(self._texts.get(mark, ()) if mark is not None else ())
        made = sketch(post.text)
        near = self._index.find(made) if made is not None else []
        spread = [(key, alike) for said, alike in near for key in self._texts.get(said, ()) if key not in exact]
        copies = [Copy(key, 1.0, exact=True) for key in exact]
        return (*copies, *(Copy(key, alike, exact=False) for key, alike in spread))

    def forget(self, key: int) -> None:
        """Removes a post; unknown keys are no error."""
        place, mark = self._marks.pop(key, ("", None))
        if self._places.get(place) == key:
            del self._places[place]
        if mark is None:
            return
        self._texts[mark].remove(key)
        if not self._texts[mark]:
            del self._texts[mark]
            self._index.remove(mark)


def groups(posts: Iterable[tuple[int, Post]]) -> tuple[tuple[int, ...], ...]:
    """Posts that say the same, in groups of two or more keys, in the order given: one ticket and its places."""
    known, leader, members = Duplicates(), dict[int, int](), dict[int, list[int]]()
    for key, post in posts:
        copies = known.find(post)
        first = leader[copies[0].key] if copies else key
        leader[key] = first
        members.setdefault(first, []).append(key)
        known.add(key, post)
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


def sketch(text: str) -> Sketch | None:
    """The sketch of a text; None for one too short to compare."""
    words = own_words(text)
    if len(words) < MIN_WORDS:
        return None
    line = " ".join(words)
    made = RMinHash(num_perm=ROWS, seed=42)
    made.update({line[at : at + PIECE] for at in range(len(line) - PIECE + 1)})
    return np.array(made.digest(), dtype=np.uint32)


def _mark(text: str) -> int | None:
    """The normalised text as a number; None for one too short to be more than a coincidence."""
    words = own_words(text)
    return int(fingerprint(" ".join(words))[:15], 16) if len(words) >= MIN_WORDS else None
