"""The marks of a source in the hand of one pass: its kind's own, and what we keep beside them: validators of pages,
when the place wants to be asked again, and where it moved to for good.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass

from listener.http.answers import freshness
from listener.protocols import Page, Request
from listener.putoff import LATER
from listener.storage import Storage

log = logging.getLogger("listener.crawl")

Changes = Mapping[str, str | None]
"""Mark name -> value; None removes it."""
HINT = "hint:"
"""Marks under this name keep what a place said of when to come: an answer 304 does not say it again."""
MOVED = "moved:"
"""Marks under this name, with an address: how often it answered that it moved for good, and where to."""
AGAIN = "again:"
"""Marks under this name keep a thread that is read again from time to time (listener.rereading)."""
SPENT = "reread"
"""The mark that keeps how much of the pace of reading again is used up."""
SETTLED = 3
"""So many looks must say the same before the old address is no longer asked."""
_VALIDATORS = "http:"
_HINTS = ("ttl_minutes", "skip_hours", "fresh_seconds")
_LONGEST_CHAIN = 5


class Marks:
    """One source's. cursor: all of them, as they stand."""

    def __init__(self, storage: Storage, source: str, cursor: dict[str, str]) -> None:
        self._storage = storage
        self._source = source
        self.cursor = cursor

    def save(self, changes: Changes) -> None:
        """Writes changes, in a transaction of their own."""
        with self._storage.begin() as tx:
            tx.sources.mark(self._source, changes)
        self.learn(changes)

    def learn(self, changes: Changes) -> None:
        """Changes that are written already."""
        for name, value in changes.items():
            if value is None:
                self.cursor.pop(name, None)
            else:
                self.cursor[name] = value

    def is_ours(self, name: str) -> bool:
        """Whether a mark is none of the kind's."""
        return name.startswith((_VALIDATORS, LATER, HINT, MOVED, AGAIN, SPENT))

    # --- validators -----------------------------------------------------------------------------------------------

    def validators(self, request: Request) -> dict[str, str] | None:
        """What to send, so that the page may answer 304."""
        kept = self.cursor.get(_VALIDATORS + request.url) if request.conditional else None
        return read_validators(kept) if kept else None

    def of_page(self, request: Request, page: Page) -> dict[str, str | None]:
        """The validators that a page came with, where they are of use."""
        kept = validators_of(page) if request.conditional else ""
        return {_VALIDATORS + request.url: kept} if kept else {}

    def without_validators(self, url: str) -> dict[str, str | None]:
        """Forgets the validators of a page that is not asked for any more."""
        return {_VALIDATORS + url: None} if _VALIDATORS + url in self.cursor else {}

    # --- when to come ---------------------------------------------------------------------------------------------

    @property
    def hints(self) -> dict[str, str]:
        """What the place last said of when to come."""
        return {name: self.cursor[HINT + name] for name in _HINTS if HINT + name in self.cursor}

    def of_hints(self, hints: Mapping[str, str], page: Page) -> dict[str, str | None]:
        """What a first page says of that, itself and in its headers, as far as it is news."""
        said = {HINT + name: hints.get(name) for name in _HINTS} | self._freshness(page)
        return {name: value for name, value in said.items() if value != self.cursor.get(name)}

    def of_unchanged(self, page: Page) -> dict[str, str | None]:
        """The same of an answer 304, which has nothing but headers."""
        return {name: value for name, value in self._freshness(page).items() if value != self.cursor.get(name)}

    def _freshness(self, page: Page) -> dict[str, str | None]:
        seconds = freshness(page.headers, page.fetched_at)
        return {f"{HINT}fresh_seconds": str(int(seconds)) if seconds >= 1 else None}

    # --- moved for good -------------------------------------------------------------------------------------------

    def address(self, url: str) -> str:
        """Where an address is asked now: itself, or where it said often enough that it moved to for good."""
        for _ in range(_LONGEST_CHAIN):
            move = read_move(self.cursor.get(MOVED + url, ""))
            if move is None or move.times < SETTLED:
                break
            url = move.target
        return url

    def of_move(self, asked: str, page: Page) -> dict[str, str | None]:
        """What an answer says of where its address moved to. One that does not say it any more takes it back."""
        name, known = MOVED + asked, read_move(self.cursor.get(MOVED + asked, ""))
        if page.moved is None:
            return {name: None} if known else {}
        times = known.times + 1 if known and known.target == page.moved else 1
        if times == SETTLED:
            log.warning("%s: %s moved for good to %s, which is asked from now on", self._source, asked, page.moved)
        return {name: f"{times} {page.moved}"}

    def without_moves(self, url: str) -> dict[str, str | None]:
        """Forgets where an address moved to: there is nothing there."""
        return {MOVED + url: None} if MOVED + url in self.cursor else {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """How often an address said that it moved for good, and where to."""

    times: int
    target: str


def read_move(mark: str) -> Move | None:
    """Out of a mark."""
    times, _, target = mark.partition(" ")
    return Move(times=int(times), target=target) if times.isdecimal() and target else None


def settled_moves(cursor: Mapping[str, str]) -> dict[str, str]:
    """Old address -> new, of those that are no longer asked."""
    marks = {name.removeprefix(MOVED): read_move(mark) for name, mark in cursor.items() if name.startswith(MOVED)}
    return {url: move.target for url, move in marks.items() if move and move.times >= SETTLED}


def read_validators(kept: str) -> dict[str, str]:
    """Out of a mark: ETag and Last-Modified by lower-case name."""
    return dict(line.split(": ", 1) for line in kept.splitlines() if ": " in line)


def validators_of(page: Page) -> str:
    """ETag and Last-Modified, raw, one a line."""
    names = ("etag", "last-modified")
    return "\n".join(f"{name}: {page.headers[name]}" for name in names if page.headers.get(name))
