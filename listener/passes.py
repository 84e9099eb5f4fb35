"""The words of a pass: what is read (Target), with what (Fetch), and what came of it (PassReport)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Protocol
from urllib.parse import urlsplit

from listener.errors import Failure
from listener.intake import Tally
from listener.protocols import Page, Request, Source
from listener.storage import Traffic

LEASE = timedelta(minutes=5)
"""How long a source is ours without a sign of life."""


class Fetch(Protocol):
    """listener.http.Http, as far as a pass needs it."""

    async def fetch(
        self, request: Request, *, allow_private: bool = False, validators: Mapping[str, str] | None = None
    ) -> Page: ...


def _as_guest(http: Fetch, kind: str | None) -> Fetch:
    return http


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A source made ready. kind None: found out by detect from the page of its url, once, and kept as a mark;
    detect gives the kind and the URL to read it at. make: the Source of a kind and URL. accounts: names under which
    we write there. max_pages: pages read in one pass. enter: the client as a member of a place of this kind (None:
    not known yet), where we have an account to read with."""

    name: str
    url: str
    every: timedelta
    allow_private: bool
    kind: str | None
    detect: Callable[[Page], tuple[str, str]]
    make: Callable[[str, str], Source]
    max_pages: int | None = None
    accounts: frozenset[str] = frozenset()
    enter: Callable[[Fetch, str | None], Fetch] = _as_guest


@dataclass(frozen=True, slots=True, kw_only=True)
class PassReport:
    """What a pass came to. failure: the first thing that went wrong, with its class. unfinished: the page limit put
    something off. stopped: the house is closing. warning: what will go wrong with it, as the place says itself.
    closed: the source's own address answers 410, gone for good."""

    source: str
    tally: Tally = field(default_factory=Tally)
    traffic: Traffic = field(default_factory=Traffic)
    failure: tuple[Failure, str] | None = None
    retry_after: timedelta | None = None
    unfinished: bool = False
    stopped: bool = False
    warning: str | None = None
    closed: bool = False


def same_site(url: str, other: str) -> bool:
    """Whether two pages are on the same host and port. What is no page (a mailbox) is on none."""
    site = _site(url)
    return site is not None and site == _site(other)


def _site(url: str) -> str | None:
    parts = urlsplit(url)
    return parts.netloc if parts.scheme in ("http", "https", "") else None


def found_kind(url: str) -> str:
    """Name of the mark that keeps what kind of place an URL was found to be: "kind url"."""
    return f"kind:{url}"
